package api

import (
	"context"
	"fmt"
	"net/http"
	"path"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"rufaa/internal/headonly"
	"rufaa/internal/office"
	"rufaa/internal/policy"
)

// maxBody is the longest body that is read, in bytes: an alert with every
// field full and ten companions stays under it.
const maxBody = 256 << 10

const root = "/api/v1"

// Operation is one route with the policy action it stands for.
type Operation struct {
	Method string
	Path   string
	ID     string
	Action policy.Action
	// Open routes need no session: signing in and accepting an invitation.
	Open bool
	// Once says what happens when it is sent twice.
	Once Once
}

type api struct {
	of          *office.Office
	base        string
	mux         *http.ServeMux
	huma        huma.API
	operations  []Operation
	crossOrigin *http.CrossOriginProtection
	keys        keyLine
	description []byte
}

// New serves the interface of one realm. Base is what stands before /api in
// the addresses that callers see; the handler itself is mounted without it.
func New(of *office.Office, base string) http.Handler {
	a := build(of, base)
	raw, err := a.huma.OpenAPI().MarshalJSON()
	if err != nil {
		panic(fmt.Sprintf("api: description: %v", err)) // a fault of the program, met at every start
	}
	a.description = raw
	a.forgetDescribed()
	a.mux.HandleFunc("GET /api/openapi.json", a.serveDescription)
	return a
}

// forgetDescribed lets go what only the description needed, some megabytes. The
// schemas stay: bodies are checked with them.
func (a *api) forgetDescribed() {
	for _, item := range a.huma.OpenAPI().Paths {
		for _, op := range []*huma.Operation{item.Get, item.Put, item.Post, item.Delete, item.Options, item.Head, item.Patch} {
			if op != nil {
				op.Responses, op.Parameters, op.RequestBody, op.Description = nil, nil, nil, ""
			}
		}
	}
	a.huma.OpenAPI().Paths = nil
}

// Operations lists every route by path and method.
func Operations() []Operation { return build(nil, "").operations }

func build(of *office.Office, base string) *api {
	a := &api{of: of, base: base, mux: http.NewServeMux(), crossOrigin: http.NewCrossOriginProtection()}
	config := huma.Config{OpenAPI: describe(base)}
	a.huma = humago.New(a.mux, config)
	a.sessionRoutes()
	a.selfRoutes()
	a.staffRoutes()
	a.signInRoutes()
	a.delegationRoutes()
	a.listRoutes()
	a.caseReads()
	a.caseCommands()
	a.consentCommands()
	a.jointReads()
	a.bundleRoutes()
	a.certificateRoutes()
	a.witnessRoutes()
	a.jointCommands()
	a.measureRoutes()
	a.providerRoutes()
	a.keepingRoutes()
	a.caseListRoutes()
	a.likenessRoutes()
	a.noticeRoutes()
	a.dayRoutes()
	a.fileRoutes()
	a.exerciseRoutes()
	a.exercisePeopleRoutes()
	a.familyRoutes()
	a.inquiryRoutes()
	a.sceneRoutes()
	a.exhibitRoutes()
	a.rehearsalRoutes()
	a.trainingRoutes()
	a.reviewRoutes()
	a.oversightRoutes()
	a.referralRoutes()
	a.contentRoutes()
	a.rulebookRoutes()
	requireOnce(a.huma.OpenAPI().Components.Schemas.Map())
	slices.SortFunc(a.operations, func(x, y Operation) int {
		return strings.Compare(x.Path+" "+x.Method, y.Path+" "+y.Method)
	})
	return a
}

// ServeHTTP answers unknown addresses and methods as problems too, and keeps
// every answer out of caches.
func (a *api) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Add("Vary", "Accept-Language, Authorization, Cookie")
	defer a.recover(w, r)
	if path.Clean(r.URL.Path) != r.URL.Path || r.Method == http.MethodConnect {
		a.fail(w, r, errNoRoute)
		return
	}
	handler, pattern := a.mux.Handler(r)
	if pattern == "" {
		a.noRoute(w, r, handler)
		return
	}
	a.mux.ServeHTTP(w, r)
}

// noRoute tells a wrong method from a wrong address, as the mux would.
func (a *api) noRoute(w http.ResponseWriter, r *http.Request, handler http.Handler) {
	if status, header := headonly.Of(handler, r); status == http.StatusMethodNotAllowed {
		w.Header().Set("Allow", header.Get("Allow"))
		a.fail(w, r, errMethod)
		return
	}
	a.fail(w, r, errNoRoute)
}

// recover turns a fault of the program into a problem; what it says stays in
// the server's log.
func (a *api) recover(w http.ResponseWriter, r *http.Request) {
	fault := recover()
	if fault == nil {
		return
	}
	if fault == http.ErrAbortHandler {
		panic(fault)
	}
	a.of.Log.Error("api", "realm", a.of.Name, "fault", fmt.Sprintf("%T", fault), "at", where())
	a.fail(w, r, errFault)
}

func (a *api) serveDescription(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/openapi+json")
	w.Write(a.description)
}

// language is the caller's: the account's own, else the one asked for.
func (a *api) language(c *call, r *http.Request) string {
	chosen := ""
	if c != nil {
		chosen = c.actor.Language
	}
	return a.of.Texts.Match(chosen, r.Header.Get("Accept-Language")).Code()
}

type callKey struct{}

func withCall(ctx context.Context, c *call) context.Context {
	return context.WithValue(ctx, callKey{}, c)
}

// plausible tells an id from noise. Noise is never looked up: some stores
// refuse it with an error of their own.
func plausible(id string) bool {
	return id != "" && len(id) <= 80 && !slices.ContainsFunc([]byte(id), func(b byte) bool {
		return !(b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9' || strings.IndexByte("-._", b) >= 0)
	})
}
