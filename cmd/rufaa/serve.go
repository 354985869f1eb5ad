package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/netip"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"rufaa/internal/accounts"
	"rufaa/internal/api"
	"rufaa/internal/clientaddr"
	"rufaa/internal/demo"
	"rufaa/internal/evidencefile"
	"rufaa/internal/hsds/publish"
	"rufaa/internal/office"
	"rufaa/internal/publication"
	"rufaa/internal/realm"
	"rufaa/internal/signon"
	"rufaa/internal/stamp"
	"rufaa/internal/web"
)

type serveCmd struct {
	place
	outletFlags
	Addr    string         `help:"Address to listen on." default:"127.0.0.1:8080"`
	Origin  string         `help:"Where people reach the pages, e.g. https://rufaa.example.go.ke: passkeys and agencies' sign-ons are bound to it. Only a server on this machine alone knows it by itself."`
	SignOns []netip.Prefix `name:"sign-on-network" help:"Network (CIDR) that is not public where an agency's OpenID Connect provider may be." sep:","`
	Secure  bool           `help:"The pages are reached over HTTPS (behind a proxy): cookies are marked Secure."`
	Publish bool           `help:"Publish the directory without its confidential places as HSDS under /hsds/v3, readable by anybody; never that of an exercise."`
	Tiles   string         `help:"File of map tiles (PMTiles 3, vector) for the street map; without it there is none." placeholder:"FILE" type:"path"`
	Solver  string         `help:"Mixed-integer solver (COIN-OR CBC: a path, or a name on the PATH) that proves joint placements the own search cannot; auto takes cbc where it is, none none." default:"auto"`
	Witness []string       `help:"Public key of a witness (rufaa witness prints it) whose co-signatures are kept; the ledger's checkpoints are then readable under /witness/v1." sep:","`
	Proxies []string       `name:"trusted-proxy" help:"Address or network (CIDR) of a proxy in front; its X-Forwarded-For tells the client's address." sep:","`
	Content string         `help:"Folder with content files in place of the built-in ones." type:"path"`
	stamping
}

// stamping names a timestamp authority; serve and demo take the same words.
type stamping struct {
	TimestampAuthority string `help:"Address of a timestamp authority (RFC 3161) that signs the digests of evidence files." placeholder:"URL"`
	TimestampRoots     string `help:"File (PEM) with the certificates by which the authority is trusted." placeholder:"FILE" type:"path"`
	TimestampRevoked   string `help:"File (PEM) with lists of revoked certificates (CRL), read anew at every stamp; with it, what is revoked or cannot be known is refused." placeholder:"FILE" type:"path"`
}

// authority is the one named, or nil.
func (s *stamping) authority() (evidencefile.Stamper, error) {
	if s.TimestampAuthority == "" {
		return nil, nil
	}
	a, err := stamp.New(s.TimestampAuthority, s.TimestampRoots)
	if err != nil {
		return nil, err
	}
	if s.TimestampRevoked != "" {
		if err := a.Revoked(s.TimestampRevoked); err != nil {
			return nil, err
		}
	}
	return a, nil
}

// errDemonstration refuses real use of invented data.
var errDemonstration = errors.New("this folder holds a demonstration; real use starts with: rufaa init --data NEWFOLDER")

func (c *serveCmd) Run(ctx context.Context, s *streams) error {
	if c.Data == "" {
		return errors.New("say where the realms are: --data FOLDER (its key file is needed to serve)")
	}
	names, err := realm.List(c.Data)
	if err != nil {
		return err
	}
	if len(names) == 0 {
		return fmt.Errorf("%w in %s; make one with: rufaa init --data %s", realm.ErrNoRealm, c.Data, c.Data)
	}
	if c.Realm != "" && !slices.Contains(names, c.Realm) {
		return fmt.Errorf("%w: %s; in %s are: %s", realm.ErrNoRealm, c.Realm, c.Data, strings.Join(names, ", "))
	}
	leave, err := c.alone("serve")
	if err != nil {
		return err
	}
	defer leave()
	if err := readTiles(c.Tiles); err != nil {
		return err
	}
	if c.Origin != "" {
		if _, err := accounts.ParseOrigin(c.Origin); err != nil {
			return fmt.Errorf("--origin: %w", err)
		}
	}
	var files fs.FS
	if c.Content != "" {
		files = os.DirFS(c.Content)
	}
	sources, err := office.ReadSources(files)
	if err != nil {
		return err
	}
	safe, err := c.safe(ctx)
	if err != nil {
		return err
	}
	stamper, err := c.authority()
	if err != nil {
		return err
	}
	outlets, err := c.outlets()
	if err != nil {
		return err
	}
	var offices []*office.Office
	defer func() { closeAll(offices) }()
	for _, name := range order(names, c.Realm) {
		facts, err := realm.ReadFacts(c.Data, name)
		if err != nil {
			return err
		}
		if facts.Kind == realm.Demo {
			return errDemonstration
		}
		of, err := office.Open(ctx, office.Options{Data: c.Data, Realm: name, URL: c.DB, Safe: safe, Sources: sources, Log: s.log, Stamper: stamper,
			SignOn: signon.Options{Networks: c.SignOns}, Outlets: outlets})
		if err != nil {
			return err
		}
		offices = append(offices, of)
	}
	if err := useSolver(offices, c.Solver); err != nil {
		return err
	}
	inner, err := witnessed(offices, c.Witness, handler(offices, c.Secure, c.Publish, c.Tiles))
	if err != nil {
		return err
	}
	h, err := clientaddr.Behind(c.Proxies, inner)
	if err != nil {
		return err
	}
	return listen(ctx, s, c.Addr, c.Origin, h, offices)
}

// order puts the realm that is served at the root first: the one named, else
// the first that is not an exercise by name.
func order(names []string, first string) []string {
	if first == "" {
		for _, n := range names {
			if n != "exercise" {
				first = n
				break
			}
		}
	}
	out := []string{}
	for _, n := range names {
		if n == first {
			out = append([]string{n}, out...)
		} else {
			out = append(out, n)
		}
	}
	return out
}

// handler serves the first realm at the root and every other one under
// /realm/<name>. Each has pages, API, sessions and keys of its own.
func handler(offices []*office.Office, secure, published bool, tiles string) http.Handler {
	mux := http.NewServeMux()
	for i, of := range offices {
		base := base(i, of)
		o := web.Options{Base: base, Secure: secure, Version: version, Tiles: tiles}
		if of.Kind != realm.Live {
			o.People = demo.SignIns
		}
		if of.Kind == realm.Exercise {
			o.People = demonstrated(of)
		}
		pages := web.New(of, o)
		mux.Handle(base+"/api/", http.StripPrefix(base, onFirstCall(func() http.Handler { return api.New(of, base) })))
		mux.Handle(base+"/", http.StripPrefix(base, pages))
		if published && of.Kind != realm.Exercise { // nobody outside takes its providers for real
			mux.Handle(base+standard+"/", publish.NewHandler(publication.New(of), publish.Options{
				Prefix: base + standard, Title: "Service providers known to Rufaa", Log: of.Log,
				Words: func(r *http.Request) publish.Words { return of.Texts.Match("", r.Header.Get("Accept-Language")) },
			}))
		}
	}
	return mux
}

// onFirstCall makes a handler when somebody first calls it. The interface for
// programs takes as much memory as all the pages of a realm, and many realms
// are never called by one.
func onFirstCall(handler func() http.Handler) http.Handler {
	made := sync.OnceValue(handler)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { made().ServeHTTP(w, r) })
}

// demonstrated lists the sign-ins of an exercise that is a demonstration; those
// of a real one stand on cards and nowhere else.
func demonstrated(of *office.Office) func() []demo.SignIn {
	known, err := of.Accounts.Lookup(context.Background(), demo.StaffID(demo.SignIns()[0].UserName))
	if err != nil || len(known) == 0 {
		return nil
	}
	return func() []demo.SignIn { return append(demo.PlaySignIns(), demo.SignIns()...) }
}

// standard is where the directory stands as HSDS.
const standard = "/hsds/v3"

// The times a connection may take. A phone on a slow network sends a form in
// seconds; whoever takes a minute for the header is not a phone.
const (
	headerTime = 20 * time.Second
	readTime   = 2 * time.Minute
	writeTime  = 5 * time.Minute
	idleTime   = 2 * time.Minute
	drainTime  = 15 * time.Second
)

func listen(ctx context.Context, s *streams, addr, origin string, h http.Handler, offices []*office.Office) error {
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		return fmt.Errorf("cannot listen on %s: %w; choose another --addr", addr, err)
	}
	if err := serveAt(origin, ln.Addr(), offices); err != nil {
		return err
	}
	for _, of := range offices {
		of.Start()
	}
	srv := &http.Server{Handler: h, ReadHeaderTimeout: headerTime, ReadTimeout: readTime, WriteTimeout: writeTime,
		IdleTimeout: idleTime, MaxHeaderBytes: 64 << 10}
	failed := make(chan error, 1)
	go func() { failed <- srv.Serve(ln) }()
	fmt.Fprintf(s.out, "ready http://%s\n", shown(ln.Addr().String()))
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	drain, cancel := context.WithTimeout(context.Background(), drainTime)
	defer cancel()
	return srv.Shutdown(drain)
}

// serveAt tells each realm where its pages are reached. A server that only this
// machine reaches is localhost: an address cannot have passkeys, a name can.
func serveAt(origin string, at net.Addr, offices []*office.Office) error {
	if tcp, ok := at.(*net.TCPAddr); ok && origin == "" && tcp.IP.IsLoopback() {
		origin = fmt.Sprintf("http://localhost:%d", tcp.Port)
	}
	if origin == "" {
		return nil
	}
	for i, of := range offices {
		if err := of.Accounts.ServeAt(accounts.Site{Origin: origin, Base: base(i, of)}); err != nil {
			return fmt.Errorf("--origin: %w", err)
		}
	}
	return nil
}

// base is the path prefix of the i-th realm.
func base(i int, of *office.Office) string {
	if i == 0 {
		return ""
	}
	return "/realm/" + of.Name
}

// shown is the address as a browser on this machine takes it.
func shown(addr string) string {
	return strings.Replace(strings.Replace(addr, "[::]", "127.0.0.1", 1), "0.0.0.0", "127.0.0.1", 1)
}

func closeAll(offices []*office.Office) {
	for _, of := range offices {
		if err := of.Close(); err != nil {
			of.Log.Error("close", "realm", of.Name, "error", err.Error())
		}
	}
}

// readTiles refuses a file that is no PMTiles archive before the server starts:
// a map that stays grey tells nobody why.
func readTiles(file string) error {
	if file == "" {
		return nil
	}
	f, err := os.Open(file)
	if err != nil {
		return fmt.Errorf("map tiles: %w", err)
	}
	defer f.Close()
	head := make([]byte, 8)
	if _, err := io.ReadFull(f, head); err != nil || string(head[:7]) != "PMTiles" || head[7] != 3 {
		return fmt.Errorf("map tiles: %s is no PMTiles file of version 3; make one with the tools of Protomaps, or leave --tiles out", file)
	}
	return nil
}
