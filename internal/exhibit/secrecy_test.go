package exhibit_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"rufaa/internal/casefile"
	"rufaa/internal/exhibit"
	"rufaa/internal/ledger"
	"rufaa/internal/problem"
	"rufaa/internal/store"
)

// Nobody else learns that an exhibit exists: by its id, its label, its scene,
// or a list; whatever they do is answered as if there were none.
func TestNobodyElseLearnsThatItExists(t *testing.T) {
	onEach(t, func(t *testing.T, s *tale) {
		id := s.record(officer, phone("KE-50"))
		code := s.view(lead, id).Code
		for _, user := range []string{stander, keeper, analyst, "otieno.officer", "wanjiru.case", "odhiambo.court", "halima.migration", "wafula.secretariat", "njoki.data", "ruto.admin", "baraka.lead", "yusuf.language"} {
			for name, err := range map[string]error{
				"view":   second(s.Exhibits.View(s.ctx, who(user), id)),
				"find":   second(s.Exhibits.Find(s.ctx, who(user), code)),
				"open":   second(s.Exhibits.Open(s.ctx, who(user), id)),
				"offer":  s.offer(user, id, keeper, "scene", "KE-50"),
				"take":   s.receive(user, id, "scene", "KE-50"),
				"bad":    second(s.Exhibits.Do(s.ctx, who(user), id, casefile.Order{}, &exhibit.Offer{})),
				"record": second(s.Exhibits.Record(s.ctx, who(user), s.scene, casefile.Order{}, phone(""))),
				"file":   second(s.Exhibits.Dossier(s.ctx, who(user), s.scene, true)),
			} {
				if !errors.Is(err, problem.ErrNotFound) {
					t.Errorf("%s, %s: %v", user, name, err)
				}
			}
			for _, l := range exhibit.Lists {
				if list, _ := s.Exhibits.Worklist(s.ctx, who(user), l); len(list) > 0 {
					t.Errorf("%s is told %d in %s", user, len(list), l)
				}
			}
		}
		if got, err := s.Exhibits.Find(s.ctx, who(lead), strings.ToLower(code)); err != nil || got != id {
			t.Errorf("the label leads to %s, %v", got, err)
		}
	})
}

// What is written in words stands nowhere in the clear, and a rebuild gives the
// same read models.
func TestNothingIsInTheClearAndARebuildIsTheSame(t *testing.T) {
	onEach(t, func(t *testing.T, s *tale) {
		const canary = "Kanarizawadi"
		r := phone("KE-60")
		r.Description, r.FoundWhere, r.OwnerName, r.Serial, r.PlaceText, r.Condition = canary, canary, canary, canary, canary, canary
		id := s.record(officer, r)
		_, err := s.Exhibits.Do(s.ctx, who(officer), id, casefile.Order{}, &exhibit.Offer{Role: "courier", Name: canary, Note: canary, Reason: "safety", Look: exhibit.Look{Place: "other", PlaceText: canary, Seal: "KE-60"}})
		s.must(err)
		_, err = s.Exhibits.Open(s.ctx, who(lead), id)
		s.must(err)
		s.nothingInTheClear(canary, "490154203237518")
		before := s.dump()
		_, err = s.Rebuild(s.ctx)
		s.must(err)
		if after := s.dump(); after != before {
			t.Errorf("a rebuild differs:\n%s\n%s", before, after)
		}
	})
}

func (s *tale) nothingInTheClear(words ...string) {
	s.t.Helper()
	for _, word := range words {
		if strings.Contains(s.dump(), word) {
			s.t.Errorf("a read model holds %s", word)
		}
		s.must(s.Ledger.Each(s.ctx, 0, func(e ledger.Event) error {
			if bytes.Contains(e.Payload, []byte(word)) {
				s.t.Errorf("the ledger holds %s in %s", word, e.Kind)
			}
			return nil
		}))
		if s.Store.Engine() != store.SQLite {
			continue
		}
		s.must(filepath.WalkDir(s.Dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			raw, err := os.ReadFile(path)
			if bytes.Contains(raw, []byte(word)) {
				s.t.Errorf("%s holds %s", filepath.Base(path), word)
			}
			return err
		}))
	}
}

// dump is everything the room's read models hold, in order.
func (s *tale) dump() string {
	s.t.Helper()
	var b strings.Builder
	for _, q := range []string{
		`SELECT id || number || code || kind || owner || status || keeper || awaited || seal, state FROM exhibits ORDER BY id`,
		`SELECT exhibit, staff FROM exhibit_people ORDER BY exhibit, staff`, `SELECT token, exhibit FROM exhibit_tokens ORDER BY token`,
		`SELECT scene, CAST(last AS TEXT) FROM exhibit_series ORDER BY scene`, `SELECT seal || step, exhibit FROM exhibit_seals ORDER BY seal`,
	} {
		rows, err := s.Store.Query(s.ctx, q)
		s.must(err)
		for rows.Next() {
			var a, z []byte
			s.must(rows.Scan(&a, &z))
			if json.Valid(z) { // the order of an object's keys says nothing
				var v any
				s.must(json.Unmarshal(z, &v))
				z, _ = json.Marshal(v)
			}
			b.Write(append(append(a, z...), '\n'))
		}
		s.must(rows.Err())
		rows.Close()
	}
	return b.String()
}
