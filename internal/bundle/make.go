package bundle

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
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
	Size   int    `json:"size"`
	SHA256 string `json:"sha256"`
}

// Closed counts what stays closed, and why.
type Closed struct {
	What   string `json:"what"`   // event, text, document, exhibit
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
}

// Make builds the bundle.
func Make(d *Dossier) ([]byte, Manifest, error) {
	if len(d.Recipient.Compartments()) == 0 || d.Realm == "" || d.Signer == nil || len(d.Checkpoint.Note) == 0 || d.Made.IsZero() {
		return nil, Manifest{}, ErrDossier
	}
	m := &making{Dossier: d, closed: map[[2]string]int{}, whole: map[string]bool{}}
	texts := m.opened()
	events, err := m.events()
	if err != nil {
		return nil, Manifest{}, err
	}
	m.add("checkpoint.txt", "checkpoint", "", d.Checkpoint.Note)
	m.addJSON("cosignatures.json", "cosignatures", slices.Clone(d.Cosignatures))
	m.addJSON("opened.json", "opened", texts)
	m.addJSON("events.json", "events", events)
	m.things()
	m.files("documents", "document", d.Documents)
	m.files("certificates", "certificate", d.Certificates)
	html, err := page(d.Language, d.Words)
	if err != nil {
		return nil, Manifest{}, err
	}
	m.add("verify.html", "page", "", html)
	raw, err := m.finish()
	return raw, m.man, err
}

// Preview tells what would go and what would stay closed, without a signature.
func Preview(d *Dossier) (Manifest, error) {
	_, man, err := Make(d)
	return man, err
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
	for _, s := range sealedIn(e.Payload) {
		if !m.whole[s] {
			return "compartment"
		}
	}
	if m.secret(string(body)) {
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
	"exhibit.", "scene.", "custody.",
}

// sealedIn finds the ciphertexts in a payload.
func sealedIn(payload []byte) []string {
	var v any
	if json.Unmarshal(payload, &v) != nil {
		return []string{"?"} // cannot be shown to hold none
	}
	var out []string
	var walk func(any)
	walk = func(v any) {
		switch v := v.(type) {
		case string:
			if strings.HasPrefix(v, "rv1.") {
				out = append(out, v)
			}
		case []any:
			for _, x := range v {
				walk(x)
			}
		case map[string]any:
			for _, x := range v {
				walk(x)
			}
		}
	}
	walk(v)
	return out
}

// things adds the list of exhibits and the chains of custody.
func (m *making) things() {
	exhibits, chain := []Exhibit{}, []Custody{}
	given := map[string]bool{}
	for _, x := range m.Exhibits {
		if !m.Recipient.May(x.Compartment) {
			m.shut("exhibit", "compartment")
			continue
		}
		x.Label, _ = m.mask(x.Label)
		x.Description, _ = m.mask(x.Description)
		given[x.ID] = true
		exhibits = append(exhibits, x)
	}
	for _, c := range m.Custody {
		if !given[c.Exhibit] {
			continue
		}
		c.From, _ = m.mask(c.From)
		c.To, _ = m.mask(c.To)
		c.What, _ = m.mask(c.What)
		c.At = c.At.UTC()
		chain = append(chain, c)
	}
	m.addJSON("exhibits.json", "exhibits", exhibits)
	m.addJSON("custody.json", "custody", chain)
}

func (m *making) files(folder, kind string, docs []Document) {
	for _, x := range docs {
		if !m.Recipient.May(x.Compartment) {
			m.shut("document", "compartment")
			continue
		}
		title, _ := m.mask(x.Title)
		m.add(folder+"/"+x.Name, kind, title, x.Bytes)
	}
}

func (m *making) add(name, kind, title string, data []byte) {
	sum := sha256.Sum256(data)
	m.parts = append(m.parts, part{name, data})
	m.man.Parts = append(m.man.Parts, Listed{name, kind, title, len(data), hex.EncodeToString(sum[:])})
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

func (m *making) finish() ([]byte, error) {
	d := m.Dossier
	m.man.Format, m.man.Realm, m.man.Verifier, m.man.Reference = format, d.Realm, d.Verifier, d.Reference
	m.man.Recipient, m.man.Purpose, m.man.Made = d.Recipient, d.Purpose, d.Made.UTC().Format("2006-01-02T15:04:05Z")
	m.man.Staff, m.man.Agency, m.man.Checkpoint = d.Staff, d.Agency, d.Checkpoint.Size
	m.man.Closed = []Closed{}
	for k, n := range m.closed {
		m.man.Closed = append(m.man.Closed, Closed{k[0], k[1], n})
	}
	slices.SortFunc(m.man.Closed, func(a, b Closed) int { return strings.Compare(a.What+" "+a.Reason, b.What+" "+b.Reason) })
	seen := map[string]bool{manifestPart: true, sealPart: true}
	for _, p := range m.parts {
		if seen[p.name] {
			return nil, fmt.Errorf("%w: two parts are called %s", ErrDossier, p.name)
		}
		seen[p.name] = true
	}
	manifest := write(m.man)
	seal, err := note.Sign(&note.Note{Text: sealText(d.Realm, manifest)}, d.Signer)
	if err != nil {
		return nil, fmt.Errorf("bundle: sign: %w", err)
	}
	return pack(append([]part{{manifestPart, manifest}, {sealPart, seal}}, m.parts...))
}

// sealText is what is signed. Its first line is no realm's, so that no seal
// can be taken for a checkpoint.
func sealText(realm string, manifest []byte) string {
	return fmt.Sprintf("%s\n%s\nsha256 %x\n", format, ledger.Origin(realm), sha256.Sum256(manifest))
}
