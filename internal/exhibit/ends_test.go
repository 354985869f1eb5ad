package exhibit_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"rufaa/internal/casefile"
	"rufaa/internal/exhibit"
	"rufaa/internal/problem"
)

// Her things go back: a clock runs, the receipt ends it, and nothing follows.
func TestHerThingsGoBack(t *testing.T) {
	onEach(t, func(t *testing.T, s *tale) {
		r := &exhibit.Record{Facts: exhibit.Facts{Kind: "document", Document: "passport", Description: "Passport (fictional)", Owner: "victim", Side: "victim", Container: "Box 1"}, Look: exhibit.Look{Seal: "KE-20"}}
		id := s.record(lead, r)
		if v := s.view(lead, id); v.ReturnBy == nil || !v.ReturnBy.Equal(s.Now().Add(720*time.Hour)) {
			t.Fatalf("to be back by %v", v.ReturnBy)
		}
		s.Clock.Pass(721 * time.Hour)
		if w, err := s.Exhibits.Counts(s.ctx, who(lead)); err != nil || w.Overdue != 1 {
			t.Errorf("%+v, %v", w, err)
		}
		_, err := s.Exhibits.Do(s.ctx, who(lead), id, casefile.Order{}, &exhibit.Return{To: "owner", Name: "She (fictional)", Signed: exhibit.Signed{Digest: strings.Repeat("ab", 32)}, Look: exhibit.Look{Place: "other", Seal: "KE-20"}})
		s.must(err)
		v := s.view(lead, id)
		if v.ReturnBy != nil || !v.Chain.Unbroken() || v.Status != exhibit.GivenBack {
			t.Errorf("%+v, %s", v.Status, flaws(v.Chain))
		}
		for name, err := range map[string]error{
			"offer": s.offer(lead, id, keeper, "scene", "KE-20"),
			"move":  second(s.Exhibits.Do(s.ctx, who(lead), id, casefile.Order{}, &exhibit.Move{Reason: "safety", Look: exhibit.Look{Place: "scene"}})),
		} {
			var r *problem.Refused
			if !errors.As(err, &r) || r.Rule != "exhibit.ended" {
				t.Errorf("%s after the end: %v", name, err)
			}
		}
		old := s.record(lead, phone("KE-22"))
		destroy := &exhibit.Destroy{Order: "MCCR 12/2026 (fictional)", OrderedOn: "2026-03-20", Method: "crushed", Witnesses: []string{"A Witness", "A Witness"}, Look: exhibit.Look{Place: "store-nairobi", Seal: "KE-22"}}
		_, err = s.Exhibits.Do(s.ctx, who(lead), old, casefile.Order{}, destroy)
		wantRule(t, err, "exhibit.destroyed-before-two")
		destroy.Witnesses = []string{"A Witness", "Another Witness"}
		_, err = s.Exhibits.Do(s.ctx, who(lead), old, casefile.Order{}, destroy)
		s.must(err)
		o, err := s.Exhibits.Open(s.ctx, who(lead), old)
		s.must(err)
		if last := s.view(lead, old).Steps[1]; o.Texts[last.ID+".witness_2"] != "Another Witness" {
			t.Errorf("witnesses: %v", o.Texts)
		}
	})
}

func second[T any](_ T, err error) error { return err }
