package vault_test

import (
	"errors"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"rufaa/internal/store"
	"rufaa/internal/vault"
)

func TestWhatIsSealedOpensInItsPlace(t *testing.T) {
	each(t, func(t *testing.T, keys *store.DB) {
		r := newRoom(t, keys)
		rapid.Check(t, func(rt *rapid.T) {
			subject := rapid.StringMatching(`[a-zA-Z0-9][a-zA-Z0-9/_:-]{0,20}`).Draw(rt, "subject")
			text := rapid.String().Draw(rt, "text")
			p := vault.Place{
				Record:      rapid.StringN(1, 20, -1).Draw(rt, "record"),
				Field:       rapid.StringN(1, 20, -1).Draw(rt, "field"),
				Compartment: rapid.SampledFrom(vault.Compartments()).Draw(rt, "compartment"),
				Schema:      rapid.IntRange(1, 1000).Draw(rt, "schema"),
			}
			if text == vault.Erased {
				rt.Skip("the vault's own mark")
			}
			s := r.seal(t, subject, p, text)
			if err := s.Check(); err != nil {
				rt.Fatal(err)
			}
			if text == "" {
				if !s.IsZero() {
					rt.Fatal("the empty text was sealed")
				}
				return
			}
			if s.Subject() != subject || s.Compartment() != p.Compartment {
				rt.Fatalf("sealed for %q in %q", s.Subject(), s.Compartment())
			}
			if got := r.open(t, p, s); got != text {
				rt.Fatalf("opened %q, sealed %q", got, text)
			}
		})
	})
}

func TestACiphertextOpensNowhereElse(t *testing.T) {
	each(t, func(t *testing.T, keys *store.DB) {
		r := newRoom(t, keys)
		home := shelter("person-1")
		sealed := r.seal(t, "person-1", home, "Nyumba ya Tumaini, fictional")
		r.seal(t, "person-2", home, "somebody else")
		retarget := func(old, with string) vault.Sealed {
			return vault.Sealed(strings.Replace(string(sealed), old, with, 1))
		}
		for what, it := range map[string]vault.Item{
			"another record":      {Place: shelter("person-2"), Sealed: sealed},
			"another field":       {Place: vault.Place{Record: "person-1", Field: "contact", Compartment: vault.Whereabouts, Schema: 1}, Sealed: sealed},
			"another schema":      {Place: vault.Place{Record: "person-1", Field: "place", Compartment: vault.Whereabouts, Schema: 2}, Sealed: sealed},
			"another compartment": {Place: vault.Place{Record: "person-1", Field: "place", Compartment: vault.Identity, Schema: 1}, Sealed: sealed},
			"a relabelled one": {Place: vault.Place{Record: "person-1", Field: "place", Compartment: vault.Identity, Schema: 1},
				Sealed: retarget(".whereabouts.", ".identity.")},
			"another subject": {Place: home, Sealed: retarget("person-1", "person-2")},
		} {
			if out, err := r.Open(t.Context(), counsellor, []vault.Item{it}); !errors.Is(err, vault.ErrDoesNotOpen) || out != nil {
				t.Errorf("%s: %q, %v", what, out, err)
			}
		}
		// Parts must not slide into each other.
		slid := vault.Place{Record: "person-1p", Field: "lace", Compartment: vault.Whereabouts, Schema: 1}
		if _, err := r.Open(t.Context(), counsellor, []vault.Item{{Place: slid, Sealed: sealed}}); err == nil {
			t.Error("record and field ran together")
		}
		if got := r.open(t, home, sealed); got != "Nyumba ya Tumaini, fictional" {
			t.Errorf("at home it is %q", got)
		}
	})
}

func TestAnAlteredCiphertextDoesNotOpen(t *testing.T) {
	r := newRoom(t, sqlite(t, t.TempDir()+"/keys.db"))
	sealed := r.seal(t, "person-1", name("person-1"), "Amani Fulani")
	head := strings.LastIndexByte(string(sealed), '.') + 1
	for i := head; i < len(sealed); i++ {
		bad := []byte(sealed)
		if bad[i] == 'A' {
			bad[i] = 'B'
		} else {
			bad[i] = 'A'
		}
		if _, err := r.Open(t.Context(), counsellor, []vault.Item{{Place: name("person-1"), Sealed: vault.Sealed(bad)}}); err == nil {
			t.Fatalf("opened with character %d changed", i)
		}
	}
}

func TestTheLengthOfAShortTextDoesNotShow(t *testing.T) {
	r := newRoom(t, sqlite(t, t.TempDir()+"/keys.db"))
	want := len(r.seal(t, "person-1", name("person-1"), "A"))
	for _, text := range []string{"Amani", "Amani Fulani wa Kwetu", strings.Repeat("x", 31)} {
		if got := len(r.seal(t, "person-1", name("person-1"), text)); got != want {
			t.Errorf("%d bytes give %d, one gives %d", len(text), got, want)
		}
	}
	a := r.seal(t, "person-1", name("person-1"), "A")
	b := r.seal(t, "person-1", name("person-1"), "A")
	if a == b {
		t.Error("the same text twice gives the same ciphertext")
	}
}

func TestManyServersMakeOneKeyForANewPerson(t *testing.T) {
	each(t, func(t *testing.T, keys *store.DB) {
		r := newRoom(t, keys)
		const servers = 16
		sealed := make([]vault.Sealed, servers)
		var wg sync.WaitGroup
		for i := range servers {
			v := r.another(t, r.records.record)
			wg.Go(func() {
				s, err := v.Sealer(t.Context(), "person-1")
				if err != nil {
					t.Error(err)
					return
				}
				if sealed[i], err = s.Seal(name("person-1"), "Amani"); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		for _, s := range sealed {
			if got := r.open(t, name("person-1"), s); got != "Amani" {
				t.Errorf("opened %q", got)
			}
		}
	})
}

func TestSealingRefusesWhatCouldNotBeFoundAgain(t *testing.T) {
	r := newRoom(t, sqlite(t, t.TempDir()+"/keys.db"))
	for _, subject := range []string{"", "a.b", "a b", "ä", strings.Repeat("x", 101), "a\nb"} {
		if _, err := r.Sealer(t.Context(), subject); !errors.Is(err, vault.ErrSubject) {
			t.Errorf("subject %q: %v", subject, err)
		}
	}
	s, err := r.Sealer(t.Context(), "staff/7")
	if err != nil {
		t.Fatal(err)
	}
	for what, p := range map[string]vault.Place{
		"no record":           {Field: "f", Compartment: vault.Care, Schema: 1},
		"no field":            {Record: "r", Compartment: vault.Care, Schema: 1},
		"no compartment":      {Record: "r", Field: "f", Schema: 1},
		"unknown compartment": {Record: "r", Field: "f", Compartment: "gossip", Schema: 1},
		"no schema":           {Record: "r", Field: "f", Compartment: vault.Care},
	} {
		if _, err := s.Seal(p, "x"); !errors.Is(err, vault.ErrPlace) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if _, err := s.Seal(name("r"), vault.Erased); !errors.Is(err, vault.ErrReserved) {
		t.Errorf("the mark of erasure was sealed: %v", err)
	}
}

func FuzzSealed(f *testing.F) {
	f.Add("rv1.person-1.identity.AAAA")
	f.Add("")
	f.Add("rv1...")
	f.Add("rv1.a.care." + strings.Repeat("A", 80))
	f.Add("rv1.a.care." + strings.Repeat("A", 79) + "\n")
	f.Fuzz(func(t *testing.T, text string) {
		s := vault.Sealed(text)
		if s.Check() != nil || s.IsZero() {
			return
		}
		if s.Subject() == "" || !s.Compartment().Valid() {
			t.Errorf("%q passes, but says neither whose nor what it is", text)
		}
		if !strings.HasPrefix(text, "rv1."+s.Subject()+"."+string(s.Compartment())+".") || strings.ContainsAny(text, "\r\n ") {
			t.Errorf("%q has another form than what is made", text)
		}
	})
}
