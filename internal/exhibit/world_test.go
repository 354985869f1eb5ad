package exhibit_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"rufaa/internal/casefile"
	"rufaa/internal/custody"
	"rufaa/internal/exhibit"
	"rufaa/internal/inquiry"
	"rufaa/internal/office/officetest"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
	"rufaa/internal/scene"
)

// tale plays one scene: an investigator who leads, an officer on the spot, the
// keeper of the store, an analyst of another agency, and those who must learn
// nothing.
type tale struct {
	*officetest.World
	t     *testing.T
	ctx   context.Context
	scene string
}

const (
	lead    = "barasa.inquiry" // leads the inquiry, exhibits officer
	officer = "amina.officer"  // first officer on the spot
	keeper  = "chege.store"    // of the store
	analyst = "wekesa.lab"     // of the laboratory, another agency
	stander = "njeri.inquiry"  // of the same unit, without a part in it
)

func onEach(t *testing.T, story func(t *testing.T, s *tale)) {
	officetest.Each(t, func(t *testing.T, w *officetest.World) {
		s := &tale{World: w, t: t, ctx: context.Background()}
		s.scene = s.newScene()
		story(t, s)
	})
}

func who(user string) realm.Actor { return officetest.Who(user) }

// newScene opens an inquiry with a scene where the officer works too.
func (s *tale) newScene() string {
	s.t.Helper()
	in, err := s.Inquiries.Open(s.ctx, who(lead), casefile.Order{}, &inquiry.Open{Kind: s.Content.List("inquiry-kinds")[0].ID, Title: "A villa (fictional)"})
	s.must(err)
	at := s.sceneIn(in.ID)
	_, err = s.Scenes.Do(s.ctx, who(lead), at, casefile.Order{}, &scene.Give{Staff: who(officer).Staff, Role: "searcher"})
	s.must(err)
	return at
}

// sceneIn opens a scene of an inquiry.
func (s *tale) sceneIn(inquiry string) string {
	s.t.Helper()
	sc, err := s.Scenes.Open(s.ctx, who(lead), inquiry, casefile.Order{}, &scene.Open{Class: s.Content.List("scene-classes")[0].ID})
	s.must(err)
	return sc.ID
}

func (s *tale) must(err error) {
	s.t.Helper()
	if err != nil {
		var in *problem.Invalid
		if errors.As(err, &in) {
			s.t.Fatalf("%+v", in.Fields)
		}
		s.t.Fatal(err)
	}
}

// phone is a telephone as it is taken up.
func phone(seal string) *exhibit.Record {
	return &exhibit.Record{Facts: exhibit.Facts{Kind: "device", Description: "Black telephone under the mattress (fictional)", Packaging: "faraday-bag",
		Make: "Simu", Model: "Mfano 3", IMEI: "490154203237518", Power: "on-locked", Isolation: "faraday", Side: "suspect", Owner: "suspect"},
		Look: exhibit.Look{Place: "scene", Seal: seal}}
}

func (s *tale) record(user string, r *exhibit.Record) string {
	s.t.Helper()
	rc, err := s.Exhibits.Record(s.ctx, who(user), s.scene, casefile.Order{}, r)
	s.must(err)
	return rc.ID
}

func (s *tale) view(user, id string) *exhibit.View {
	s.t.Helper()
	v, err := s.Exhibits.View(s.ctx, who(user), id)
	s.must(err)
	return v
}

func (s *tale) offer(from, id, to, place, seal string) error {
	_, err := s.Exhibits.Do(s.ctx, who(from), id, casefile.Order{}, &exhibit.Offer{To: who(to).Staff, Reason: "to-store", Look: exhibit.Look{Place: place, Seal: seal}})
	return err
}

func (s *tale) receive(user, id, place, seal string) error {
	_, err := s.Exhibits.Do(s.ctx, who(user), id, casefile.Order{}, &exhibit.Receive{Look: exhibit.Look{Place: place, Seal: seal}})
	return err
}

func (s *tale) hand(from, id, to, place, seal string) {
	s.t.Helper()
	s.must(s.offer(from, id, to, place, seal))
	s.Clock.Pass(4 * time.Minute)
	s.must(s.receive(to, id, place, seal))
}

// flaws are the kinds of findings of a chain, in order.
func flaws(c *custody.Chain) string {
	var out []string
	for _, f := range c.Findings {
		out = append(out, string(f.Flaw))
	}
	return strings.Join(out, " ")
}

func wantRule(t *testing.T, err error, rule string) {
	t.Helper()
	var r *problem.Refused
	if !errors.As(err, &r) || r.Rule != rule {
		t.Fatalf("got %v, want refusal by %s", err, rule)
	}
}

func wantField(t *testing.T, err error, field string) {
	t.Helper()
	var in *problem.Invalid
	if errors.As(err, &in) {
		for _, f := range in.Fields {
			if f.Name == field {
				return
			}
		}
	}
	t.Fatalf("got %v, want something wrong with %s", err, field)
}

func wantNothing(t *testing.T, err error) {
	t.Helper()
	if !errors.Is(err, problem.ErrNotFound) {
		t.Fatalf("got %v, want not found", err)
	}
}
