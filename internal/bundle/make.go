package bundle

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"rufaa/internal/ledger"
)

const (
	format       = "rufaa-bundle/1"
	manifestPart = "manifest.json"
	sealPart     = "seal.txt"
)

// Manifest tells what a bundle holds. It is what the platform signs.
type Manifest struct {
	Format     string    `json:"format"`
	Realm      string    `json:"realm"`
	Verifier   string    `json:"verifier"`
	Reference  string    `json:"reference"`
	Recipient  Recipient `json:"recipient"`
	Purpose    string    `json:"purpose"`
	Made       string    `json:"made"` // RFC 3339, UTC
	Staff      string    `json:"staff"`
	Agency     string    `json:"agency"`
	Checkpoint int64     `json:"checkpoint"` // how many events it covers
	Parts      []Listed  `json:"parts"`
	Closed     []Closed  `json:"closed"`
}

// Listed is one part with its digest.
type Listed struct {
	Name   string `json:"name"`
	Kind   string `json:"kind"`
	Title  string `json:"title,omitempty"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// Closed counts what stays closed, and why.
type Closed struct {
	What   string `json:"what"`   // event, text, document, exhibit, sketch, …
	Reason string `json:"reason"` // compartment, secret, kind
	Count  int    `json:"count"`
}

// event is one line of a history: whole, or its leaf alone.
type event struct {
	Stream string      `json:"stream"`
	Seq    int64       `json:"seq"`
	Leaf   tlog.Hash   `json:"leaf"`
	Path   []tlog.Hash `json:"path"`
	Body   string      `json:"body,omitempty"`
	Closed string      `json:"closed,omitempty"`
}

// openedText is a text with the digest of the ciphertext it was opened from.
type openedText struct {
	Compartment string `json:"compartment"`
	Field       string `json:"field"`
	Sealed      string `json:"sealed_sha256"`
	Masked      int    `json:"masked,omitempty"` // how often a secret was taken out
	Text        string `json:"text"`
}

// making is one bundle on its way.
type making struct {
	*Dossier
	parts  []part
	man    Manifest
	closed map[[2]string]int
	whole  map[string]bool // ciphertexts whose text goes along unmasked
	dry    bool            // nothing is read or signed
}

// Bundle is ready to be written. It holds the digests of its documents and
// not their bytes.
type Bundle struct {
	Manifest Manifest
	Size     int64 // of the file, bytes
	parts    []part
}

// WriteTo writes the file. It may be called once more after a failure.
func (b *Bundle) WriteTo(w io.Writer) (int64, error) {
	c := counted{w: w}
	err := writeTo(&c, b.parts)
	return c.n, err
}

type counted struct {
	w io.Writer
	n int64
}

func (c *counted) Write(b []byte) (int, error) {
	n, err := c.w.Write(b)
	c.n += int64(n)
	return n, err
}

// Make builds a bundle in memory.
func Make(d *Dossier) ([]byte, Manifest, error) {
	b, err := Prepare(d)
	if err != nil {
		return nil, Manifest{}, err
	}
	var out bytes.Buffer
	_, err = b.WriteTo(&out)
	return out.Bytes(), b.Manifest, err
}

// Prepare reads every document once for its digest, and signs.
func Prepare(d *Dossier) (*Bundle, error) {
	m, err := gather(d, false)
	if err != nil {
		return nil, err
	}
	return m.finish()
}

// Preview tells what would go and what would stay closed. No document is read.
func Preview(d *Dossier) (Manifest, error) {
	m, err := gather(d, true)
	if err != nil {
		return Manifest{}, err
	}
	m.about()
	return m.man, nil
}

func gather(d *Dossier, dry bool) (*making, error) {
	if len(d.Recipient.Compartments()) == 0 || d.Realm == "" || d.Signer == nil || len(d.Checkpoint.Note) == 0 || d.Made.IsZero() {
		return nil, ErrDossier
	}
	m := &making{Dossier: d, closed: map[[2]string]int{}, whole: map[string]bool{}, dry: dry}
	for _, l := range d.Left {
		m.shut(l.What, l.Reason)
	}
	texts := m.opened()
	events, err := m.events()
	if err != nil {
		return nil, err
	}
	m.add("checkpoint.txt", "checkpoint", "", d.Checkpoint.Note)
	m.addJSON("cosignatures.json", "cosignatures", slices.Clone(d.Cosignatures))
	m.addJSON("opened.json", "opened", texts)
	m.addJSON("events.json", "events", events)
	papers := m.things()
	m.sketches()
	html, err := page(d.Language, d.Words)
	err = errors.Join(err, papers, m.files("documents", "document", d.Documents), m.files("certificates", "certificate", d.Certificates))
	if err != nil {
		return nil, err
	}
	m.add("verify.html", "page", "", html)
	return m, nil
}

func (m *making) shut(what, reason string) { m.closed[[2]string{what, reason}]++ }

func (m *making) opened() []openedText {
	out := []openedText{}
	for _, o := range m.Opened {
		if o.Text == "" {
			continue
		}
		if !m.Recipient.May(o.Compartment) || o.Compartment == "" {
			m.shut("text", "compartment")
			continue
		}
		text, n := m.mask(o.Text)
		sum := sha256.Sum256([]byte(o.Sealed))
		out = append(out, openedText{o.Compartment, o.Field, hex.EncodeToString(sum[:]), n, text})
		if n == 0 {
			m.whole[o.Sealed] = true
		}
	}
	return out
}

func (m *making) events() ([]event, error) {
	out := []event{}
	for _, s := range m.Streams {
		name := s.Name
		for _, p := range s.Proofs {
			e, err := ledger.ReadBody(p.Body)
			if err != nil {
				return nil, fmt.Errorf("bundle: event %d: %w", p.Seq, err)
			}
			x := event{Stream: name, Seq: p.Seq, Leaf: tlog.RecordHash(p.Body), Path: p.Path, Closed: m.why(e, p.Body)}
			if x.Closed == "" {
				x.Body = string(p.Body)
			} else {
				m.shut("event", x.Closed)
			}
			out = append(out, x)
		}
	}
	return out, nil
}

// why an event goes as its leaf alone; "" when it goes whole.
func (m *making) why(e ledger.Event, body []byte) string {
	if !slices.ContainsFunc(told, func(prefix string) bool { return strings.HasPrefix(e.Kind, prefix) }) {
		return "kind"
	}
	if tellsClear(e.Kind, e.Payload) {
		return "compartment"
	}
	for _, s := range sealedIn(e.Payload) {
		if !m.whole[s] {
			return "compartment"
		}
	}
	if m.secretBody(body, e.Payload) {
		return "secret"
	}
	return ""
}

// told are the kinds of events that may go whole: steps of the inquiry and of
// the record itself. Care, safety, consent and hand-offs tell of her life, and
// whoever a referral went to tells where she is.
var told = []string{
	"case.taken", "case.screened", "case.presumption_decided", "case.interview_recorded", "case.offender_step", "case.section14",
	"case.account_added", "case.closed", "case.reopened", "case.exported", "case.bundle_made",
	"exhibit.", "scene.", "inquiry.", "series.", "file.", "certificate.",
}

// clearBefore names the words that events told in the clear before they were
// sealed: where she can be met, and why she was asked again.
var clearBefore = map[string]string{"case.presumption_decided": "way_back", "case.interview_recorded": "repeat_reason"}

// tellsClear tells whether an event holds such words. They are of no compartment
// that the recipient could be asked about, and may be of somebody forgotten since.
func tellsClear(kind string, payload []byte) bool {
	field := clearBefore[kind]
	if field == "" {
		return false
	}
	var v map[string]any
	return json.Unmarshal(payload, &v) != nil || v[field] != nil && v[field] != ""
}

// sealedIn finds the ciphertexts in a payload.
func sealedIn(payload []byte) (out []string) {
	if !json.Valid(payload) {
		return []string{"?"} // cannot be shown to hold none
	}
	for _, s := range stringsIn(payload) {
		if strings.HasPrefix(s, "rv1.") {
			out = append(out, s)
		}
	}
	return out
}

// stringsIn are the texts in a payload; none of what is no JSON.
func stringsIn(payload []byte) (out []string) {
	var v any
	if json.Unmarshal(payload, &v) != nil {
		return nil
	}
	var walk func(any)
	walk = func(v any) {
		switch v := v.(type) {
		case string:
			out = append(out, v)
		case []any:
			for _, x := range v {
				walk(x)
			}
		case map[string]any:
			for name, x := range v {
				out = append(out, name)
				walk(x)
			}
		}
	}
	walk(v)
	return out
}

// things adds the list of exhibits, their chains as a list, as pictures and on
// paper, and what laboratories said.
func (m *making) things() error {
	exhibits, chain, lab := []Exhibit{}, []Custody{}, []Laboratory{}
	given := map[string]string{} // numbers by id
	for _, x := range m.Exhibits {
		if !m.Recipient.May(x.Compartment) {
			m.shut("exhibit", "compartment")
			continue
		}
		m.masked(&x.Label, &x.Description, &x.Seal)
		x.Findings = slices.Clone(x.Findings)
		for i := range x.Findings {
			m.masked(&x.Findings[i].Text)
		}
		given[x.ID] = x.Number
		exhibits = append(exhibits, x)
	}
	for _, c := range m.Custody {
		if _, ok := given[c.Exhibit]; !ok {
			continue
		}
		m.masked(&c.From, &c.To, &c.What, &c.Place, &c.Seal, &c.NewSeal, &c.ReceivedSeal, &c.Attested, &c.Order)
		c.At = c.At.UTC()
		chain = append(chain, c)
	}
	for _, l := range m.Laboratory {
		if _, ok := given[l.Exhibit]; !ok {
			continue
		}
		m.masked(&l.By, &l.Question, &l.Result)
		lab = append(lab, l)
	}
	m.addJSON("exhibits.json", "exhibits", exhibits)
	m.addJSON("custody.json", "custody", chain)
	m.addJSON("laboratory.json", "laboratory", lab)
	for i, x := range m.Drawings {
		number, ok := given[x.Exhibit]
		if !ok {
			continue
		}
		if m.secretPicture(x.Bytes) { // a picture is not masked: it stays away
			m.shut("drawing", "secret")
			continue
		}
		m.add(fmt.Sprintf("custody/chain-%03d.svg", i+1), "chain", number, x.Bytes)
	}
	if m.Papers == nil || m.dry || len(exhibits) == 0 {
		return nil
	}
	papers, err := m.Papers(exhibits, chain)
	if err != nil {
		return fmt.Errorf("bundle: papers: %w", err)
	}
	for _, x := range papers {
		m.add("papers/"+x.Name, "paper", x.Title, x.Bytes)
	}
	return nil
}

// sketches adds the scenes as they were drawn.
func (m *making) sketches() {
	for i, x := range m.Sketches {
		switch {
		case !m.Recipient.May(x.Compartment):
			m.shut("sketch", "compartment")
		case m.secretPicture(x.Bare): // a picture is not masked: it stays away
			m.shut("sketch", "secret")
		default:
			title, _ := m.mask(x.Title)
			m.add(fmt.Sprintf("sketches/sketch-%03d.svg", i+1), "sketch", title, x.Bytes)
		}
	}
}

func (m *making) masked(texts ...*string) {
	for _, t := range texts {
		*t, _ = m.mask(*t)
	}
}

func (m *making) files(folder, kind string, docs []Document) error {
	for _, x := range docs {
		if !m.Recipient.May(x.Compartment) {
			m.shut("document", "compartment")
			continue
		}
		title, _ := m.mask(x.Title)
		p := held(folder+"/"+x.Name, x.Bytes)
		if x.Open != nil && !m.dry {
			var err error
			if p, err = measured(p.name, x.Open); err != nil {
				return fmt.Errorf("bundle: %s: %w", p.name, err)
			}
		}
		m.put(p, kind, title)
	}
	return nil
}

func (m *making) add(name, kind, title string, data []byte) { m.put(held(name, data), kind, title) }

func (m *making) put(p part, kind, title string) {
	m.parts = append(m.parts, p)
	m.man.Parts = append(m.man.Parts, Listed{p.name, kind, title, p.size, hex.EncodeToString(p.sum[:])})
}

func (m *making) addJSON(name, kind string, v any) { m.add(name, kind, "", write(v)) }

// write gives plain JSON; the structs of this package always marshal.
func write(v any) []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	if err := enc.Encode(v); err != nil {
		panic("bundle: " + err.Error())
	}
	return b.Bytes()
}

// about fills in what the manifest says beside its parts.
func (m *making) about() {
	d := m.Dossier
	m.man.Format, m.man.Realm, m.man.Verifier, m.man.Reference = format, d.Realm, d.Verifier, d.Reference
	m.man.Recipient, m.man.Purpose, m.man.Made = d.Recipient, d.Purpose, d.Made.UTC().Format("2006-01-02T15:04:05Z")
	m.man.Staff, m.man.Agency, m.man.Checkpoint = d.Staff, d.Agency, d.Checkpoint.Size
	m.man.Closed = []Closed{}
	for k, n := range m.closed {
		m.man.Closed = append(m.man.Closed, Closed{k[0], k[1], n})
	}
	slices.SortFunc(m.man.Closed, func(a, b Closed) int { return strings.Compare(a.What+" "+a.Reason, b.What+" "+b.Reason) })
}

func (m *making) finish() (*Bundle, error) {
	m.about()
	seen := map[string]bool{manifestPart: true, sealPart: true}
	for _, p := range m.parts {
		if seen[p.name] {
			return nil, fmt.Errorf("%w: two parts are called %s", ErrDossier, p.name)
		}
		seen[p.name] = true
	}
	manifest := write(m.man)
	seal, err := note.Sign(&note.Note{Text: sealText(m.Realm, manifest)}, m.Signer)
	if err != nil {
		return nil, fmt.Errorf("bundle: sign: %w", err)
	}
	b := &Bundle{Manifest: m.man, parts: append([]part{held(manifestPart, manifest), held(sealPart, seal)}, m.parts...)}
	b.Size, err = fits(b.parts)
	return b, err
}

// sealText is what is signed. Its first line is no realm's, so that no seal
// can be taken for a checkpoint.
func sealText(realm string, manifest []byte) string {
	return fmt.Sprintf("%s\n%s\nsha256 %x\n", format, ledger.Origin(realm), sha256.Sum256(manifest))
}
