package accounts

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/pquerna/otp/hotp"

	"rufaa/internal/store"
	"rufaa/internal/store/storetest"
)

// office is a realm's accounts with a clock that is turned by hand. People and
// agencies in these tests are invented.
type office struct {
	*Accounts
	t   testing.TB
	db  *store.DB
	ctx context.Context

	mu     sync.Mutex
	clock  time.Time
	events []event
	refuse string // an audit kind that cannot be recorded
}

type event struct {
	kind, actor, subject string
	detail               map[string]string
}

// cheap makes hashes that cost microseconds, so that tests may make many.
var cheap = HashParams{MemoryKiB: 8, Passes: 1, Lanes: 1}

const strong = "mvua kubwa ilinyesha jana"

func open(t testing.TB, db *store.DB, settle ...func(*Options)) *office {
	t.Helper()
	o := &office{t: t, db: db, ctx: context.Background(), clock: time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)}
	seal := newSeal(t)
	pepper := []byte("a key for tests, thirty-two long")
	opts := Options{
		Realm: "test", Audit: o.audit, Seal: seal.seal, Unseal: seal.open, Now: o.now,
		MAC: func(label string, parts ...[]byte) (sum [32]byte) {
			h := hmac.New(sha256.New, pepper)
			fmt.Fprintf(h, "%d:%s", len(label), label)
			for _, p := range parts {
				fmt.Fprintf(h, "%d:%s", len(p), p)
			}
			h.Sum(sum[:0])
			return sum
		},
		Settings: Settings{Hash: cheap},
	}
	for _, s := range settle {
		s(&opts)
	}
	a, err := New(db, opts)
	if err != nil {
		t.Fatal(err)
	}
	o.Accounts = a
	t.Cleanup(a.Close)
	_, err = a.EnsureAgencies(o.ctx, System, []Agency{
		{ID: "haven-house", Name: "Haven House (fictional)", Kind: "ngo", County: "nairobi"},
		{ID: "lake-station", Name: "Lake Police Station (fictional)", Kind: "police", County: "kisumu"},
	})
	if err != nil {
		t.Fatal(err)
	}
	o.events = nil
	return o
}

func each(t *testing.T, fn func(t *testing.T, o *office)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, db *store.DB) { fn(t, open(t, db)) })
}

// sqliteOnly is for what does not touch the store's ways.
func sqliteOnly(t testing.TB, settle ...func(*Options)) *office {
	t.Helper()
	return open(t, storetest.Open(t, store.SQLite, "rufaa"), settle...)
}

func (o *office) now() time.Time {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.clock
}

func (o *office) pass(d time.Duration) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.clock = o.clock.Add(d)
}

func (o *office) audit(tx *store.Tx, kind, actor, subject string, detail map[string]string) error {
	if kind == o.refuse {
		return errors.New("the record cannot be kept")
	}
	tx.AfterCommit(func() {
		o.mu.Lock()
		defer o.mu.Unlock()
		o.events = append(o.events, event{kind, actor, subject, detail})
	})
	return nil
}

func (o *office) kinds() []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	var out []string
	for _, e := range o.events {
		out = append(out, e.kind)
	}
	return out
}

func (o *office) recorded(kind string) bool { return slices.Contains(o.kinds(), kind) }

// seal stands for the vault, with a real cipher.
type seal struct{ aead cipher.AEAD }

func newSeal(t testing.TB) seal {
	block, err := aes.NewCipher([]byte("another key of thirty-two bytes."))
	if err != nil {
		t.Fatal(err)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		t.Fatal(err)
	}
	return seal{aead}
}

func (s seal) seal(_ context.Context, subject, text string) (string, error) {
	nonce := make([]byte, 12)
	rand.Read(nonce)
	return base64.StdEncoding.EncodeToString(s.aead.Seal(nonce, nonce, []byte(text), []byte(subject))), nil
}

func (s seal) open(_ context.Context, subject, sealed string) (string, error) {
	raw, err := base64.StdEncoding.DecodeString(sealed)
	if err != nil || len(raw) < 12 {
		return "", errors.New("damaged")
	}
	out, err := s.aead.Open(nil, raw[:12], raw[12:], []byte(subject))
	return string(out), err
}

// admin may ask for anything here: who may is the policy's affair.
var admin = Principal{ID: "admin-1", Agency: "haven-house", Duty: Administrator}

var laptop = Client{Address: "192.0.2.7", Device: "Firefox on Linux"}

// person is a colleague with what they carry: password, phone, paper.
type person struct {
	o        *office
	id       string
	username string
	password string
	secret   string
	codes    []string
	token    string
}

func (o *office) invite(username string, duties ...Duty) (*person, Link) {
	o.t.Helper()
	if len(duties) == 0 {
		duties = []Duty{CaseManager}
	}
	link, err := o.Invite(o.ctx, admin, Invitation{
		Name: "Akinyi Test", Username: username, Agency: "haven-house", Duties: duties, Language: "sw",
	})
	if err != nil {
		o.t.Fatal(err)
	}
	return &person{o: o, id: link.Staff, username: username, password: strong}, link
}

// join takes somebody from the invitation to a full session.
func (o *office) join(username string, duties ...Duty) *person {
	o.t.Helper()
	p, link := o.invite(username, duties...)
	in, err := o.Accept(o.ctx, link.Token, p.password, laptop)
	if err != nil {
		o.t.Fatal(err)
	}
	p.enrol(in)
	return p
}

func (p *person) enrol(in SignedIn) {
	p.o.t.Helper()
	e, err := p.o.Enrolment(p.o.ctx, in.Token)
	if err != nil {
		p.o.t.Fatal(err)
	}
	p.secret = e.Secret
	full, codes, err := p.o.ConfirmSecondFactor(p.o.ctx, in.Token, p.code())
	if err != nil {
		p.o.t.Fatal(err)
	}
	p.token, p.codes = full.Token, codes
}

// code is what the app shows now.
func (p *person) code() string { return p.codeAt(0) }

func (p *person) codeAt(steps int64) string {
	code, err := hotp.GenerateCodeCustom(p.secret, uint64(p.o.now().Unix()/30+steps), totpOpts)
	if err != nil {
		p.o.t.Fatal(err)
	}
	return code
}

// wrongCode is six digits that are none of the codes that would be taken.
func (p *person) wrongCode() string {
	for n := 0; ; n++ {
		c := fmt.Sprintf("%06d", n)
		if c != p.codeAt(-1) && c != p.codeAt(0) && c != p.codeAt(1) {
			return c
		}
	}
}

// signIn signs in fully, with a code the app has not shown before.
func (p *person) signIn() (SignedIn, error) {
	in, err := p.o.SignIn(p.o.ctx, p.username, p.password, laptop)
	if err != nil || !in.NeedsSecondFactor() {
		return in, err
	}
	p.o.pass(30 * time.Second)
	return p.o.SecondFactor(p.o.ctx, in.Token, p.code())
}

func (p *person) mustSignIn() SignedIn {
	p.o.t.Helper()
	in, err := p.signIn()
	if err != nil {
		p.o.t.Fatal(err)
	}
	p.token = in.Token
	return in
}

func (o *office) wants(err, want error) {
	o.t.Helper()
	if !errors.Is(err, want) {
		o.t.Fatalf("got %v, want %v", err, want)
	}
}

func (o *office) ok(err error) {
	o.t.Helper()
	if err != nil {
		o.t.Fatal(err)
	}
}

func (o *office) works(token string) Principal {
	o.t.Helper()
	p, err := o.Authenticate(o.ctx, token)
	if err != nil {
		o.t.Fatalf("the session does not work: %v", err)
	}
	return p
}

func (o *office) ended(token string, want error) {
	o.t.Helper()
	_, err := o.Authenticate(o.ctx, token)
	o.wants(err, want)
}
