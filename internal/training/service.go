package training

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"

	"rufaa/internal/exercise"
	"rufaa/internal/ledger"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
	"rufaa/internal/search"
	"rufaa/internal/store"
	"rufaa/internal/vault"
)

// Training runs the room's commands and reads in one realm.
type Training struct {
	Banks map[string]*Bank

	realm  *realm.Realm
	issuer *issuer
	comes  TurnoutOf
	looks  *search.Limiter // how often the name behind one code is opened
}

// New opens the room and registers its projection.
func New(r *realm.Realm, files fs.FS) (*Training, error) {
	banks, err := LoadBanks(files)
	if err != nil {
		return nil, err
	}
	r.Register(projection{})
	return &Training{Banks: banks, realm: r, issuer: newIssuer(r), looks: search.NewLimiter(30, 10*time.Minute)}, nil
}

// TurnoutOf gives who came to an exercise, in numbers; problem.ErrNotFound when
// the realm has no such exercise.
type TurnoutOf func(ctx context.Context, exercise string) (*exercise.Turnout, error)

// ComingFrom says where the turnout of exercises is known; called once, before
// the first command.
func (t *Training) ComingFrom(f TurnoutOf) { t.comes = f }

// seatOf is the opaque account of somebody in a course.
func (t *Training) seatOf(course, staff string) string {
	mac := t.realm.KeyFile.Index().MAC("course/seat", []byte(course), []byte(staff))
	return hex.EncodeToString(mac[:16])
}

func (t *Training) load(ctx context.Context, id string) (*Course, error) {
	c := new(Course)
	var raw []byte
	err := t.realm.Store.QueryRow(ctx, `SELECT state FROM courses WHERE id = $1`, id).Scan(&raw)
	if errors.Is(err, store.ErrNoRow) {
		return nil, problem.ErrNotFound
	}
	if err == nil {
		err = json.Unmarshal(raw, c)
	}
	if err != nil {
		return nil, fmt.Errorf("training: read: %w", err)
	}
	return c, nil
}

// step is one thing done to a course: the events it makes, or why not.
type step func(c *Course) ([]ledger.Draft, realm.Receipt, error)

// retries is how often a step is decided again because others sat down or
// handed in at the same moment: that is no conflict anybody has to solve.
const retries = 8

// do runs one step: replay, load, decide, ledger.
func (t *Training) do(ctx context.Context, who realm.Actor, action policy.Action, id, key string, command any, decide step) (realm.Receipt, error) {
	digest, err := t.realm.Digest(string(action), Stream(id), command)
	if err != nil {
		return realm.Receipt{}, err
	}
	var rc realm.Receipt
	for range retries {
		if rc, err = t.try(ctx, who, id, key, digest, decide); !errors.As(err, new(*problem.Changed)) {
			break
		}
	}
	return rc, err
}

func (t *Training) try(ctx context.Context, who realm.Actor, id, key string, digest []byte, decide step) (realm.Receipt, error) {
	if rc, found, err := t.realm.Replayed(ctx, who, key, digest); err != nil || found {
		return rc, err
	}
	c, err := t.load(ctx, id)
	if err != nil {
		return realm.Receipt{}, err
	}
	events, answer, err := decide(c)
	if err != nil {
		return realm.Receipt{}, err
	}
	answer.ID = id
	return t.realm.Commit(ctx, realm.Command{Actor: who, Purpose: "training", Key: key, Digest: digest, Answer: answer,
		Appends: []realm.Append{{Stream: Stream(id), Expected: c.Version, Drafts: events}}})
}

// View is a course as one person sees it: the own record and no other's.
type View struct {
	ID       string  `json:"id"`
	Title    string  `json:"title"`
	County   string  `json:"county"`
	From     string  `json:"from"`
	To       string  `json:"to"`
	Bank     string  `json:"bank"`
	Exercise string  `json:"exercise,omitempty"`
	Over     bool    `json:"over"`
	Mine     *Mine   `json:"mine,omitempty" doc:"The own record; absent before the caller has a seat"`
	Open     Sitting `json:"open,omitempty" doc:"The test that can be sat now"`
	LaterOn  string  `json:"later_opens" doc:"Day from which the later test can be sat"`
	course   *Course
}

// Mine is one's own record.
type Mine struct {
	Account string            `json:"account" doc:"Opaque"`
	Sex     string            `json:"sex,omitempty"`
	County  string            `json:"county,omitempty"`
	Tests   map[Sitting]*Test `json:"tests,omitempty"`
	Named   bool              `json:"named" doc:"The name stands on the certificate"`
	Code    string            `json:"code,omitempty" doc:"Of the certificate"`
	Revoked string            `json:"revoked,omitempty"`
}

func (t *Training) view(c *Course, who realm.Actor) *View {
	v := &View{ID: c.ID, Title: c.Title, County: c.County, From: c.From, To: c.To, Bank: c.Bank, Exercise: c.Exercise, Over: c.Over,
		LaterOn: c.laterOpens().Format(time.DateOnly), course: c}
	if s := c.Seats[t.seatOf(c.ID, who.Staff)]; s != nil {
		v.Mine = &Mine{Account: s.Seat, Sex: s.Sex, County: s.County, Tests: s.Tests, Named: !s.Name.IsZero(), Code: s.Code, Revoked: s.Revoked}
		v.Open = c.Open(s, t.realm.Now())
	}
	return v
}

// View gives one course.
func (t *Training) View(ctx context.Context, who realm.Actor, id string) (*View, error) {
	if err := t.realm.Door.Realm(who.Principal, policy.TrainingView); err != nil {
		return nil, err
	}
	c, err := t.load(ctx, id)
	if err != nil {
		return nil, err
	}
	return t.view(c, who), nil
}

// List gives the courses, the newest first.
func (t *Training) List(ctx context.Context, who realm.Actor) ([]View, error) {
	if err := t.realm.Door.Realm(who.Principal, policy.TrainingView); err != nil {
		return nil, err
	}
	rows, err := t.realm.Store.Query(ctx, `SELECT state FROM courses ORDER BY day_from DESC, id DESC LIMIT 200`)
	if err != nil {
		return nil, fmt.Errorf("training: list: %w", err)
	}
	defer rows.Close()
	out := []View{}
	for rows.Next() {
		var raw []byte
		if err := rows.Scan(&raw); err != nil {
			return nil, fmt.Errorf("training: list: %w", err)
		}
		c := new(Course)
		if err := json.Unmarshal(raw, c); err != nil {
			return nil, fmt.Errorf("training: list: %w", err)
		}
		out = append(out, *t.view(c, who))
	}
	return out, rows.Err()
}

// Asked is one question of a test, without what is right.
type AskedQuestion struct {
	ID      string   `json:"id"`
	Text    Text     `json:"text"`
	Options []Option `json:"options"`
}

// Test gives the questions of the test that the caller may sit now, in the
// caller's own order of answers.
func (t *Training) Test(ctx context.Context, who realm.Actor, id string) (Sitting, []AskedQuestion, error) {
	if err := t.realm.Door.Realm(who.Principal, policy.TrainingTake); err != nil {
		return "", nil, err
	}
	c, err := t.load(ctx, id)
	if err != nil {
		return "", nil, err
	}
	s := c.Seats[t.seatOf(c.ID, who.Staff)]
	if s == nil {
		return "", nil, problem.Refuse("training.seat-first")
	}
	x := c.Open(s, t.realm.Now())
	if x == "" {
		return "", nil, problem.Refuse("training.nothing-open")
	}
	bank := t.Banks[c.Bank]
	if bank == nil {
		return "", nil, ErrNoBank
	}
	var out []AskedQuestion
	for _, qid := range c.Questions {
		q := bank.Question(qid)
		if q == nil {
			continue // taken out of the bank since
		}
		asked := AskedQuestion{ID: q.ID, Text: q.Text}
		for _, o := range q.Shuffled(s.Seat, string(x)) {
			asked.Options = append(asked.Options, Option{ID: o.ID, Text: o.Text})
		}
		out = append(out, asked)
	}
	return x, out, nil
}

// Credential gives the caller's own certificate as a signed credential.
func (t *Training) Credential(ctx context.Context, who realm.Actor, id string) (string, *Credential, error) {
	if err := t.realm.Door.Realm(who.Principal, policy.TrainingView); err != nil {
		return "", nil, err
	}
	c, err := t.load(ctx, id)
	if err != nil {
		return "", nil, err
	}
	s := c.Seats[t.seatOf(c.ID, who.Staff)]
	if s == nil || s.Code == "" {
		return "", nil, problem.ErrNotFound
	}
	if s.Revoked != "" {
		return "", nil, problem.Refuse("training.revoked")
	}
	out, err := t.credential(ctx, c, s, vault.Opening{Actor: who.Staff, Agency: who.Agency, Duty: who.Duty, Purpose: "certificate"})
	if err != nil {
		return "", nil, err
	}
	signed, err := t.issuer.sign(*out)
	return signed, out, err
}

func namePlace(seat string) vault.Place {
	return vault.Place{Record: seat, Field: "name", Compartment: vault.Identity, Schema: 1}
}

// credential makes a certificate's words; the name is opened as o says.
func (t *Training) credential(ctx context.Context, c *Course, s *Seat, o vault.Opening) (*Credential, error) {
	subject := t.realm.KeyFile.Index().MAC("course/subject", []byte(s.Seat))
	out := &Credential{ID: s.ID, Subject: asUUID(subject[:16]), Course: c.Title, From: c.From, To: c.To, Issued: s.Issued, Code: s.Code,
		Percent: Floor, Simulated: t.realm.Kind != realm.Live}
	if s.Name.IsZero() {
		return out, nil
	}
	o.Case, o.Basis = s.Name.Subject(), "consent"
	texts, err := t.realm.Vault.Open(ctx, o, []vault.Item{{Place: namePlace(s.Seat), Sealed: s.Name}})
	if err != nil {
		return nil, err
	}
	if !vault.IsErased(texts[0]) {
		out.Name = texts[0]
	}
	return out, nil
}

// subjectOf is under whose key a name is sealed. Each naming has a key of its
// own, so that one that was taken back can be destroyed and another given.
func subjectOf(seat string, version int64) string {
	return fmt.Sprintf("training/%s/%d", seat, version)
}

// asUUID writes 16 bytes as a UUID of version 8 (made by a rule of one's own).
func asUUID(b []byte) string {
	b = slices.Clone(b)
	b[6], b[8] = b[6]&0x0f|0x80, b[8]&0x3f|0x80
	h := hex.EncodeToString(b)
	return strings.Join([]string{h[:8], h[8:12], h[12:16], h[16:20], h[20:]}, "-")
}

// Checked is what anybody learns of a certificate who holds its code.
type Checked struct {
	Genuine   bool      `json:"genuine"`
	Revoked   bool      `json:"revoked,omitempty"`
	Name      string    `json:"name,omitempty" doc:"By consent alone"`
	Course    string    `json:"course,omitempty"`
	From      string    `json:"from,omitempty"`
	To        string    `json:"to,omitempty"`
	Issued    time.Time `json:"issued,omitzero"`
	Code      string    `json:"code,omitempty"`
	Simulated bool      `json:"simulated,omitempty" doc:"Of an exercise or demonstration"`
}

// Check answers anybody about a code, or about the text of a credential. What
// is not known is told as not genuine, and nothing else.
func (t *Training) Check(ctx context.Context, text string) (Checked, error) {
	text = strings.TrimSpace(text)
	column, value := "code", normalCode(text)
	if strings.Count(text, ".") == 2 {
		id, err := t.issuer.read(text, t.realm.Now())
		if err != nil {
			return Checked{}, nil
		}
		column, value = "credential", id
	}
	var course, seat string
	err := t.realm.Store.QueryRow(ctx, `SELECT course, seat FROM course_codes WHERE `+column+` = $1`, value).Scan(&course, &seat)
	if errors.Is(err, store.ErrNoRow) {
		return Checked{}, nil
	}
	if err != nil {
		return Checked{}, fmt.Errorf("training: check: %w", err)
	}
	c, err := t.load(ctx, course)
	if err != nil {
		return Checked{}, err
	}
	s := c.Seats[seat]
	if s == nil {
		return Checked{}, nil
	}
	if s.Revoked != "" {
		return Checked{Revoked: true, Code: s.Code}, nil
	}
	shown := *s
	if _, ok := t.looks.Allow(s.Code, t.realm.Now()); !ok {
		shown.Name = "" // each look at a name is written down; a machine that asks on and on gets none
	}
	cr, err := t.credential(ctx, c, &shown, vault.Opening{Actor: "public", Agency: "public", Duty: "public", Purpose: "certificate"})
	if err != nil {
		return Checked{}, err
	}
	return Checked{Genuine: true, Name: cr.Name, Course: cr.Course, From: cr.From, To: cr.To, Issued: cr.Issued, Code: cr.Code, Simulated: cr.Simulated}, nil
}

// codeAlphabet is Crockford's: no letter that is taken for a digit.
const codeAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// newCode makes the code of a certificate: 60 random bits, in groups.
func (t *Training) newCode() string {
	b := t.realm.Random(12)
	for i := range b {
		b[i] = codeAlphabet[b[i]&31]
	}
	return string(b[:4]) + "-" + string(b[4:8]) + "-" + string(b[8:])
}

// normalCode reads a code as people type it.
func normalCode(s string) string {
	var b strings.Builder
	for _, r := range strings.ToUpper(s) {
		switch r {
		case 'O':
			r = '0'
		case 'I', 'L':
			r = '1'
		}
		if strings.ContainsRune(codeAlphabet, r) && b.Len() < 14 {
			if b.Len() == 4 || b.Len() == 9 {
				b.WriteByte('-')
			}
			b.WriteRune(r)
		}
	}
	return b.String()
}
