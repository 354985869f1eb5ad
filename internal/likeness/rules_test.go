package likeness

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"pgregory.net/rapid"

	datafiles "rufaa/content"
	"rufaa/internal/casefile"
	"rufaa/internal/content"
	"rufaa/internal/ledger"
	"rufaa/internal/search"
)

func own(t testing.TB) (*Rules, *content.Content) {
	t.Helper()
	r, err := LoadRules(datafiles.Files)
	if err != nil {
		t.Fatal(err)
	}
	k, err := content.Load(datafiles.Files)
	if err != nil {
		t.Fatal(err)
	}
	return r, k
}

func TestTheWrittenRule(t *testing.T) {
	r, k := own(t)
	woman := About{Sex: "female", AgeBand: "18-24", Language: "so"}
	with := func(change func(*About)) About { a := woman; change(&a); return a }
	for _, c := range []struct {
		name   string
		tokens search.Resemblance
		other  About
		want   string
	}{
		{"one identity number, whatever else", search.Resemblance{IdentityNumber: true}, About{Sex: "male", AgeBand: "50+"}, "same-identity-number"},
		{"one telephone, names near", search.Resemblance{Phone: true, Name: 0.75}, About{}, "same-phone-names-near"},
		{"one telephone, other names, same sex and near age", search.Resemblance{Phone: true}, with(func(a *About) { a.AgeBand = "25-34" }), "same-phone"},
		{"one telephone, a man", search.Resemblance{Phone: true}, with(func(a *About) { a.Sex = "male" }), ""},
		{"one telephone, a grandmother", search.Resemblance{Phone: true}, with(func(a *About) { a.AgeBand = "50+" }), ""},
		{"names all but the same, another language", search.Resemblance{Name: 0.99}, with(func(a *About) { a.Language = "am" }), "names-alike"},
		{"names alike, another language", search.Resemblance{Name: 0.95}, with(func(a *About) { a.Language = "am" }), ""},
		{"names nearly alike, same language", search.Resemblance{Name: 0.9}, woman, "names-alike-language"},
		{"names nearly alike, another language", search.Resemblance{Name: 0.9}, with(func(a *About) { a.Language = "am" }), ""},
		{"names alike, sex not known", search.Resemblance{Name: 0.95}, with(func(a *About) { a.Sex = "" }), "names-same-language"},
		{"names alike, age not known", search.Resemblance{Name: 0.95}, with(func(a *About) { a.AgeBand = "unknown" }), "names-same-language"},
		{"names alike, next age band", search.Resemblance{Name: 0.95}, with(func(a *About) { a.AgeBand = "25-34" }), "names-same-language"},
		{"names alike, a man", search.Resemblance{Name: 0.99}, with(func(a *About) { a.Sex = "male" }), ""},
		{"names alike, a grandmother", search.Resemblance{Name: 0.99}, with(func(a *About) { a.AgeBand = "50+" }), ""},
		{"names alike, nothing known but the name", search.Resemblance{Name: 1}, About{}, ""},
		{"nothing", search.Resemblance{Name: 0.71}, woman, ""},
		{"three names in order", laid(0.6, 0.6, 0), woman, "names-in-order-same-language"},
		{"three names in order, language not asked", laid(0.6, 0.6, 0), with(func(a *About) { a.Language = "" }), "names-in-order"},
		{"three names in order, sex not asked", laid(0.6, 0.6, 0), with(func(a *About) { a.Sex = "" }), "names-in-order-same-language"},
		{"three names in order, age not known", laid(0.6, 0.6, 0), with(func(a *About) { a.AgeBand = "unknown" }), "names-in-order-same-language"},
		{"three names in order, nothing else known", laid(1, 1, 0), About{}, ""},
		{"three names in order, next age band", laid(0.8, 0.8, 0), with(func(a *About) { a.AgeBand = "25-34" }), "names-in-order-next-age"},
		{"three names hardly in order, next age band", laid(0.6, 0.6, 0), with(func(a *About) { a.AgeBand = "25-34" }), ""},
		{"three names in order, a grandmother", laid(1, 1, 0), with(func(a *About) { a.AgeBand = "50+" }), ""},
		{"three names in order, a man", laid(1, 1, 0), with(func(a *About) { a.Sex = "male" }), ""},
		{"three names in order, another language", laid(0.8, 0.8, 0), with(func(a *About) { a.Language = "am" }), "names-in-order-any-language"},
		{"three names in another order", laid(0.1, 0.8, 0), woman, "names-in-any-order"},
		{"three names in another order, another language", laid(0.1, 0.8, 0), with(func(a *About) { a.Language = "am" }), ""},
		{"one name of three is another", laid(0.3, 0.3, 0), woman, ""},
		{"the grandfather's name not given", search.Resemblance{Name: 0.99, Names: []search.Aligned{{Parts: 2, Ordered: 1, Free: 1, Leading: 0.9}}}, woman, "first-two-names"},
		{"her own name not given", search.Resemblance{Name: 0.99, Names: []search.Aligned{{Parts: 2, Ordered: 1, Free: 1, Leading: 0.2}}}, woman, ""},
		{"another of her names", search.Resemblance{Names: []search.Aligned{{Parts: 3}, {Parts: 3, Ordered: 1, Free: 1}}}, woman, "names-in-order-same-language"},
		{"one telephone, and her names by their parts", search.Resemblance{Phone: true, Name: 0.75, Names: []search.Aligned{{Parts: 3}}}, About{}, "same-phone-names-near"},
	} {
		if got, signs := r.Judge(k, c.tokens, r.Bearers([]search.Resemblance{c.tokens}), woman, c.other); got != c.want || (got != "") != (len(signs) > 0) {
			t.Errorf("%s: %q with %v, want %q", c.name, got, signs, c.want)
		}
	}
}

// The same names in another order, or with another age or language, are a sign
// where one alone bears them; where several do, they are namesakes.
func TestWhatSeveralBearSaysLittle(t *testing.T) {
	r, k := own(t)
	woman := About{Sex: "female", AgeBand: "18-24", Language: "so"}
	older, stranger := woman, woman
	older.AgeBand, stranger.Language = "25-34", "am"
	man := laid(0.9, 0.9, 0.9) // whoever has the names counts, whatever else is known
	for _, c := range []struct {
		name   string
		tokens search.Resemblance
		other  About
		alone  string
		shared string
	}{
		{"another order", laid(0.1, 0.9, 0), woman, "names-in-any-order", ""},
		{"next age band", laid(0.9, 0.9, 0), older, "names-in-order-next-age", ""},
		{"another language", laid(0.9, 0.9, 0), stranger, "names-in-order-any-language", ""},
		{"all alike", laid(0.9, 0.9, 0), woman, "names-in-order-same-language", "names-in-order-same-language"},
	} {
		for want, near := range map[string][]search.Resemblance{c.alone: {c.tokens}, c.shared: {c.tokens, man}} {
			if got, _ := r.Judge(k, c.tokens, r.Bearers(near), woman, c.other); got != want && c.alone != c.shared || got != c.alone && c.alone == c.shared {
				t.Errorf("%s, borne by %d: %q, want %q", c.name, len(near), got, want)
			}
		}
	}
}

// laid are names of three parts, and whole names so near that they alone would
// have been enough.
func laid(ordered, free, leading float64) search.Resemblance {
	return search.Resemblance{Name: 0.99, Names: []search.Aligned{{Parts: 3, Ordered: ordered, Free: free, Leading: leading}}}
}

func TestABrokenRuleFileNamesWhatIsWrong(t *testing.T) {
	good, err := datafiles.Files.ReadFile(File)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, old, new, want string }{
		{"a rule that likens everybody", "{id: same-identity-number, number: identity-number}", "{id: everybody, sex: same}", "liken everybody"},
		{"an unknown number", "number: phone, name: 0.70", "number: shoe, name: 0.70", "number is identity-number or phone"},
		{"a name below what is looked at", "number: phone, name: 0.70", "number: phone, name: 0.30", "between nearness.name and 1"},
		{"how near without parts", "parts: leading, part: 0.70", "part: 0.70", "goes with parts"},
		{"parts laid otherwise", "parts: leading", "parts: backwards", "goes with parts"},
		{"a misspelt key", "lapses:", "laspes:", "laspes"},
		{"bearers of a number", "number: phone, name: 0.70", "number: phone, name: 0.70, bearers: 1", "goes with parts"},
		{"no limit", "comparisons: 20", "comparisons: 0", "above nothing"},
		{"a list that takes it all", "listed: 10", "listed: 21", "not above comparisons"},
		{"another word for age", "age: near", "age: about", "age is same, as-known, near or open"},
	} {
		text := strings.Replace(string(good), c.old, c.new, 1)
		_, err := LoadRules(fstest.MapFS{File: {Data: []byte(text)}})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	if _, err := LoadRules(fstest.MapFS{}); err == nil {
		t.Error("no file, no error")
	}
}

// One pair, one id, in whichever order; other pairs have others.
func TestAPairStandsOnce(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := rapid.String().Draw(t, "a"), rapid.String().Draw(t, "b"), rapid.String().Draw(t, "c")
		if idOf(a, b) != idOf(b, a) {
			t.Fatal("the order makes another pair")
		}
		if b != c && idOf(a, b) == idOf(a, c) && !strings.ContainsRune(a+b+c, 0) {
			t.Fatal("two pairs share an id")
		}
	})
}

// pair plays steps of both sides in any order against the pure rules.
type pair struct {
	s   *State
	seq int64
}

func (p *pair) happens(t *rapid.T, kind string, payload any) {
	raw, err := json.Marshal(payload)
	if err != nil {
		t.Fatal(err)
	}
	p.seq++
	if err := p.s.Fold(ledger.Event{Seq: p.seq, Version: p.seq, Stream: Stream("x"), Kind: kind, Payload: raw, At: time.Unix(p.seq, 0)}); err != nil {
		t.Fatal(err)
	}
}

func (p *pair) of(agency string) *part {
	out := &part{State: p.s, cs: &casefile.State{}}
	out.own, out.other = p.s.of(agency)
	return out
}

// Whatever both sides do, in whichever order: linked only when both agreed and
// both said the same; nothing is told of the other side before both agreed;
// what one side does changes nothing for the other until it concerns both.
func TestWhateverTheOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := &pair{s: new(State)}
		offer := ProposedEvent{Rule: "names-alike", Signs: []Sign{NamesAlike, SameSex},
			Parties: [2]Party{{"case-a", "person-a", "a"}, {"case-b", "person-b", "b"}}}
		p.happens(t, Proposed, offer)
		for range rapid.IntRange(1, 30).Draw(t, "steps") {
			mine := rapid.SampledFrom([]string{"a", "b"}).Draw(t, "side")
			other := map[string]string{"a": "b", "b": "a"}[mine]
			status, before := p.s.Status, p.of(other).phase()
			side := p.of(mine)
			var x step
			switch rapid.SampledFrom([]string{"agree", "refuse", "same", "different", "unlink", "lapse", "again"}).Draw(t, "step") {
			case "agree":
				if p.s.Status == StatusProposed && side.own.Agreed == nil {
					p.happens(t, Agreed, AgreedEvent{Case: side.own.Case, Fields: []string{"name"}, Ground: "consent"})
				}
			case "refuse":
				x = &Refuse{Reason: "unsafe"}
			case "same":
				x = &Judge{Verdict: "same"}
			case "different":
				x = &Judge{Verdict: "different"}
			case "unlink":
				x = &Unlink{Reason: "unsafe"}
			case "lapse":
				if p.s.Status != StatusEnded {
					p.happens(t, Lapsed, Nothing{})
				}
			case "again":
				if p.s.Status == StatusEnded && p.s.news([]Sign{SamePhone}) {
					p.happens(t, Proposed, ProposedEvent{Parties: offer.Parties, Rule: "same-phone", Signs: []Sign{SamePhone}})
				}
			}
			if x != nil {
				drafts, err := x.decide(context.Background(), nil, side)
				if err == nil {
					for _, d := range drafts {
						p.happens(t, d.Kind, d.Payload)
					}
				}
			}
			p.holds(t)
			if p.s.Status == status && p.of(other).phase() != before {
				t.Fatalf("a step of %s alone changes %q to %q for %s", mine, before, p.of(other).phase(), other)
			}
		}
	})
}

func (p *pair) holds(t *rapid.T) {
	both := p.s.Sides[0].Agreed != nil && p.s.Sides[1].Agreed != nil
	switch {
	case p.s.Status == StatusLinked && !(both && p.s.Sides[0].Verdict == "same" && p.s.Sides[1].Verdict == "same"):
		t.Fatal("linked without two agreements and two words")
	case p.s.Status == StatusComparing && !both:
		t.Fatal("compared on one agreement")
	case !both && p.s.fields() != nil:
		t.Fatal("fields are open before both agreed")
	case p.s.Status == StatusEnded && p.s.Ended == nil:
		t.Fatal("ended without a word of why")
	}
	if signs := p.of("a").signs(); !both && (len(signs) != 1 || signs[0] != "number" && signs[0] != "name") {
		t.Fatalf("before both agreed one side is told %v", signs)
	}
	if own, _ := p.s.of("c"); own != nil {
		t.Fatal("a third agency has a side")
	}
}
