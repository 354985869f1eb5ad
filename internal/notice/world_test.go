package notice_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"rufaa/internal/accounts"
	"rufaa/internal/casefile"
	"rufaa/internal/courier"
	"rufaa/internal/notice"
	"rufaa/internal/office"
	"rufaa/internal/office/officetest"
	"rufaa/internal/store"
)

// The demonstration's people who are told things here.
const (
	manager   = "wanjiru.case" // of Tumaini
	colleague = "kamau.case"
	agency    = "x-tumaini"
)

// canaries stand in what nobody outside may read.
const (
	canaryName  = "Zawadikanari Fiktivo"
	canaryPlace = "Mtaakanari"
	canaryTold  = "Simulizikanari"
)

// post is a real mail server that speaks TLS and asks who one is.
type post struct {
	t    *testing.T
	addr string
	ca   string

	mu     sync.Mutex
	mails  [][]byte
	to     []string
	refuse error // what it says to the next mails
	taken  func()
}

func (p *post) NewSession(*smtp.Conn) (smtp.Session, error) { return &letter{p: p}, nil }

type letter struct {
	p  *post
	in bool
	to string
}

func (l *letter) AuthMechanisms() []string { return []string{sasl.Plain} }
func (l *letter) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if user != "rufaa" || password != "mail secret" {
			return errors.New("no")
		}
		l.in = true
		return nil
	}), nil
}
func (l *letter) Reset()        {}
func (l *letter) Logout() error { return nil }
func (l *letter) Mail(string, *smtp.MailOptions) error {
	if !l.in {
		return smtp.ErrAuthRequired
	}
	return nil
}
func (l *letter) Rcpt(to string, _ *smtp.RcptOptions) error { l.to = to; return nil }
func (l *letter) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	l.p.mu.Lock()
	defer l.p.mu.Unlock()
	if l.p.refuse != nil {
		return l.p.refuse
	}
	l.p.mails, l.p.to = append(l.p.mails, raw), append(l.p.to, l.to)
	if l.p.taken != nil {
		l.p.taken()
	}
	return nil
}

func (p *post) got() [][]byte {
	p.mu.Lock()
	defer p.mu.Unlock()
	return bytes.Split(bytes.Join(p.mails, []byte("\x00")), []byte("\x00"))[:len(p.mails)]
}

func (p *post) says(err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.refuse = err
}

// openPost starts the server on this machine with a certificate of its own.
func openPost(t *testing.T) *post {
	t.Helper()
	p := &post{t: t}
	cert, ca := ownCertificate(t)
	p.ca = filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(p.ca, ca, 0o600); err != nil {
		t.Fatal(err)
	}
	srv := smtp.NewServer(p)
	srv.Domain, srv.TLSConfig = "localhost", &tls.Config{Certificates: []tls.Certificate{cert}}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p.addr = strings.Replace(ln.Addr().String(), "127.0.0.1", "localhost", 1)
	go srv.Serve(ln)
	t.Cleanup(func() { srv.Close() })
	return p
}

func ownCertificate(t *testing.T) (tls.Certificate, []byte) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{"localhost"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign}
	raw, err := x509.CreateCertificate(rand.Reader, c, c, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{raw}, PrivateKey: key}, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: raw})
}

// mailer speaks to the test's server as to any other.
func (p *post) mailer() *courier.Mailer {
	p.t.Helper()
	m, err := courier.NewMailer(courier.SMTP{Server: p.addr, From: "rufaa@agency.example", User: "rufaa", Password: "mail secret", CA: p.ca})
	if err != nil {
		p.t.Fatal(err)
	}
	return m
}

// phone keeps what a gateway was handed.
type phone struct {
	mu   sync.Mutex
	sms  []courier.SMS
	fail error
}

func (p *phone) Text(_ context.Context, m courier.SMS) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.fail != nil {
		return p.fail
	}
	p.sms = append(p.sms, m)
	return nil
}

func (p *phone) got() []courier.SMS {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]courier.SMS(nil), p.sms...)
}

// tale is a realm whose people can be told by a real mail server.
type tale struct {
	*officetest.World
	t     *testing.T
	ctx   context.Context
	post  *post
	phone *phone
}

func eachTale(t *testing.T, test func(s *tale)) {
	for _, engine := range []store.Engine{store.SQLite, store.Postgres} {
		t.Run(string(engine), func(t *testing.T) {
			s := &tale{t: t, ctx: context.Background(), post: openPost(t), phone: &phone{}}
			s.World = officetest.OpenWith(t, engine, s.outlets)
			test(s)
		})
	}
}

func (s *tale) outlets(o *office.Options) {
	o.Outlets = notice.Outlets{Mail: s.post.mailer().Send, SMS: s.phone.Text}
}

func (s *tale) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

// raise makes a case at Tumaini that its manager has taken; everything sealed
// in it is a canary.
func (s *tale) raise() string {
	s.t.Helper()
	rc, err := s.Cases.Raise(s.ctx, officetest.Who(colleague), casefile.Order{}, &casefile.Alert{Holder: agency, Account: canaryTold, Place: canaryPlace,
		Person: casefile.PersonFacts{Name: canaryName, Sex: "female", Minor: "no"}})
	s.must(err)
	s.do(manager, rc.ID, &casefile.Take{})
	return rc.ID
}

func (s *tale) do(user, id string, c casefile.Command) {
	s.t.Helper()
	_, err := s.Cases.Do(s.ctx, officetest.Who(user), id, casefile.Order{}, c)
	s.must(err)
}

// kinds are the notices that somebody has not put aside.
func (s *tale) kinds(user string) (out []string) {
	s.t.Helper()
	list, err := s.Notices.Unseen(s.ctx, officetest.Who(user))
	s.must(err)
	for _, n := range list {
		out = append(out, n.Kind)
	}
	return out
}

// reached lets somebody verify an e-mail address and switch the channel on.
func (s *tale) reached(user string, change func(*notice.Settings)) {
	s.t.Helper()
	who := officetest.Who(user)
	before := len(s.post.got())
	s.must(s.Notices.SetAddress(s.ctx, who, notice.Email, user+"@agency.example"))
	mails := s.post.got()
	if len(mails) != before+1 {
		s.t.Fatal("no code was sent")
	}
	s.must(s.Notices.Verify(s.ctx, who, notice.Email, codeIn(string(mails[before]))))
	r, err := s.Notices.Reach(s.ctx, who)
	s.must(err)
	set := r.Settings
	set.Email = true
	if change != nil {
		change(&set)
	}
	s.must(s.Notices.Set(s.ctx, who, &set))
}

// codeIn finds the six digits of a message.
func codeIn(text string) string {
	if _, body, ok := strings.Cut(text, "\r\n\r\n"); ok {
		text = body
	}
	for _, word := range strings.Fields(text) {
		if len(word) == 6 && strings.Trim(word, "0123456789") == "" {
			return word
		}
	}
	return ""
}

// task gives a colleague something to do on a case.
func (s *tale) task(id, staff string) {
	s.t.Helper()
	s.do(manager, id, &casefile.AddTask{TaskFact: casefile.TaskFact{Kind: "call", Staff: officetest.Who(staff).Staff, DueOn: s.Clock.Now().AddDate(0, 0, 3).Format(time.DateOnly), Note: canaryTold}})
}

// contextWithKill gives a context that ends when kill is called: to the sender
// it is as if its process were gone.
func contextWithKill(s *tale) (context.Context, func()) {
	ctx, cancel := context.WithCancel(s.ctx)
	return ctx, cancel
}

// reopen shuts the realm and opens it as a new process would.
func (s *tale) reopen() {
	s.t.Helper()
	s.must(s.Office.Close())
	o := office.Options{Data: s.Dir, Realm: s.Name, URL: s.URL, Now: s.Clock.Now, Accounts: officetest.Cheap}
	s.outlets(&o)
	of, err := office.Open(s.ctx, o)
	s.must(err)
	s.t.Cleanup(func() { of.Close() })
	s.Office = of
}

// rows are all notices and watches, as text, in order.
func (s *tale) rows() (out []string) {
	s.t.Helper()
	for _, q := range []string{
		`SELECT id || ' ' || staff || ' ' || agency || ' ' || duty || ' ' || kind || ' ' || case_id || ' ' || about || ' ' || CAST(at AS TEXT) || ' ' || CAST(seq AS TEXT) FROM notices ORDER BY id`,
		`SELECT case_id || ' ' || CAST(next_at AS TEXT) FROM notice_watch ORDER BY case_id`,
	} {
		rows, err := s.Store.Query(s.ctx, q)
		s.must(err)
		for rows.Next() {
			var line string
			s.must(rows.Scan(&line))
			out = append(out, line)
		}
		rows.Close()
	}
	return out
}

// admin is an administrator of Tumaini as accounts knows one.
func (s *tale) admin() accounts.Principal {
	who := officetest.Who("wairimu.admin")
	return accounts.Principal{ID: who.Staff, Agency: who.Agency, Duty: accounts.Administrator, Duties: []accounts.Duty{accounts.Administrator}}
}
