package scene

import (
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	datafiles "rufaa/content"
	"rufaa/internal/content"
	"rufaa/internal/inquiry"
	"rufaa/internal/ledger"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/valid"
	"rufaa/internal/vault"
)

// stage is two scenes of one inquiry, played without a store.
type stage struct {
	t      *rapid.T
	k      *content.Content
	rules  *Rules
	scenes []*State
	ids    int
	seq    int64
}

var staff = []string{"asha", "bakari", "chege", "dalmar"}

func newStage(t *rapid.T, k *content.Content, rules *Rules) *stage {
	in := &inquiry.State{ID: "inq", Version: 1}
	for _, id := range staff {
		in.Team = append(in.Team, inquiry.Member{Staff: id, Duty: "investigator"})
	}
	st := &stage{t: t, k: k, rules: rules}
	for n := range 2 {
		st.scenes = append(st.scenes, &State{ID: "scene-" + strconv.Itoa(n), Version: 1, inquiry: in})
	}
	return st
}

// do decides one command at a scene and folds what happened; a refusal leaves
// everything as it was.
func (st *stage) do(n int, cmd Command, mayOverride bool) error {
	now := time.Date(2026, 3, 4, 20, 0, 0, 0, time.UTC)
	v := valid.New(now)
	cmd.Check(v, st.k)
	if err := v.Err(); err != nil {
		return err
	}
	s := st.scenes[n]
	e := &env{id: s.ID, now: now, by: policy.Principal{Staff: staff[0]}, content: st.k, rules: st.rules, mayOverride: mayOverride,
		siblings: []*State{st.scenes[1-n]},
		newID:    func() string { st.ids++; return "id" + strconv.Itoa(st.ids) },
		seal:     func(_ string, _ vault.Place, _ string) vault.Sealed { return "sealed" }}
	drafts, err := cmd.decide(s, e)
	if err != nil {
		return err
	}
	for _, d := range drafts {
		raw, err := json.Marshal(d.Payload)
		if err != nil {
			st.t.Fatal(err)
		}
		st.seq++
		if err := s.Fold(ledger.Event{Kind: d.Kind, Payload: raw, Stream: Stream(s.ID), Seq: st.seq, Version: s.Version + 1, Meta: ledger.Meta{Actor: staff[0]}, At: now}); err != nil {
			st.t.Fatal(err)
		}
	}
	return nil
}

func (st *stage) person(n int) string {
	list := st.scenes[n].Persons
	if len(list) == 0 {
		return "nobody"
	}
	return rapid.SampledFrom(list).Draw(st.t, "person").ID
}

func (st *stage) unit(n int, kind string) string {
	options := []string{"", "-"}
	for _, u := range st.scenes[n].Units {
		if u.Kind == kind {
			options = append(options, u.ID)
		}
	}
	return rapid.SampledFrom(options).Draw(st.t, kind)
}

// insist sets the rule aside in a command that it stopped.
func insist(cmd Command, with Aside) {
	switch x := cmd.(type) {
	case *Handle:
		x.Aside = with
	case *Restate:
		x.Aside = with
	}
}

// Whatever officers record, at two scenes of one inquiry and in whatever
// order: no victim and suspect ever share a handler, a vehicle, a room or a
// container, at any time, unless exactly that was set aside with a reason and
// a second person.
func TestNoAcceptedSequenceBringsVictimAndSuspectTogether(t *testing.T) {
	k, err := content.Load(datafiles.Files)
	if err != nil {
		t.Fatal(err)
	}
	rules, err := LoadRules(datafiles.Files, k)
	if err != nil {
		t.Fatal(err)
	}
	refused, aside, accepted := 0, 0, 0
	rapid.Check(t, func(rt *rapid.T) {
		st := newStage(rt, k, rules)
		standings := rapid.SampledFrom([]string{Victim, Suspect, Undetermined, "witness"})
		for range rapid.IntRange(5, 40).Draw(rt, "steps") {
			n := rapid.IntRange(0, 1).Draw(rt, "scene")
			with := Aside{}
			if rapid.IntRange(0, 3).Draw(rt, "aside") == 0 {
				with = Aside{OverrideReason: "There is only one vehicle tonight.", OverrideTold: rapid.SampledFrom(staff).Draw(rt, "told")}
			}
			var cmd Command
			switch rapid.IntRange(0, 5).Draw(rt, "what") {
			case 0:
				cmd = &AddUnit{Kind: rapid.SampledFrom([]string{ByVehicle, ByRoom}).Draw(rt, "kind"),
					Name: rapid.SampledFrom([]string{"V1", "v-1", "V 2", "Room 1", "ROOM1"}).Draw(rt, "name"), Shared: rapid.Bool().Draw(rt, "shared")}
			case 1:
				cmd = &Arrive{Standing: standings.Draw(rt, "standing")}
			case 2:
				cmd = &Restate{Person: st.person(n), Standing: standings.Draw(rt, "standing"), Reason: "She told the liaison.", Aside: with}
			case 3:
				cmd = &Depart{Person: st.person(n)}
			default:
				cmd = &Handle{Person: st.person(n), Handler: rapid.SampledFrom(append([]string{""}, staff...)).Draw(rt, "handler"),
					Vehicle: st.unit(n, ByVehicle), Room: st.unit(n, ByRoom), Aside: with}
			}
			before := len(st.scenes[n].Overrides)
			may := rapid.IntRange(0, 2).Draw(rt, "may") > 0
			err := st.do(n, cmd, may)
			var stopped *problem.Refused
			if errors.As(err, &stopped) {
				refused++
				if strings.HasPrefix(stopped.Rule, "separation.") && rapid.Bool().Draw(rt, "insist") {
					insist(cmd, Aside{OverrideReason: "There is only one vehicle tonight.", OverrideTold: rapid.SampledFrom(staff).Draw(rt, "told")})
					err = st.do(n, cmd, may)
				}
			}
			if found := rules.Unexcused(st.scenes...); len(found) > 0 {
				rt.Fatalf("after %T %+v they share %+v", cmd, cmd, found)
			}
			if err == nil {
				accepted++
			}
			if len(st.scenes[n].Overrides) > before {
				aside++
				if o := st.scenes[n].Overrides[before]; o.Told == staff[0] || o.Told == "" || o.Reason == "" || len(o.Clashes) == 0 {
					rt.Fatalf("an override without reason, second person or object: %+v", o)
				}
			}
		}
	})
	if refused == 0 || aside == 0 || accepted == 0 {
		t.Errorf("nothing was tried: %d refused, %d set aside, %d accepted", refused, aside, accepted)
	}
}

// A container that holds a suspect's thing takes no victim's, nor does a vehicle
// that carried a suspect.
func TestThingsAreKeptApart(t *testing.T) {
	rules := &Rules{apart: [][2]string{{Victim, Suspect}}}
	s := &State{ID: "s", Version: 1, Persons: []Person{{ID: "x", Standing: Suspect, Uses: []Use{{Kind: ByVehicle, Key: "v1"}}}, {ID: "v", Standing: Victim, Uses: []Use{{Kind: ByVehicle, Key: "v2"}}}}}
	box := func(id, side string) Thing { return Thing{ID: id, Scene: "s", Side: side, Container: "Box 1"} }
	for name, tc := range map[string]struct {
		add    Thing
		with   []Thing
		shared int
	}{
		"alone":                         {box("a", Victim), nil, 0},
		"with its own side":             {box("a", Victim), []Thing{box("b", Victim)}, 0},
		"with the other side":           {box("a", Victim), []Thing{box("b", Suspect), box("c", Suspect), box("d", Victim)}, 2},
		"the other way round":           {box("a", Suspect), []Thing{box("b", Victim)}, 1},
		"written otherwise":             {Thing{ID: "a", Side: Victim, Container: "box-1"}, []Thing{box("b", Suspect)}, 1},
		"of the premises":               {box("a", "neither"), []Thing{box("b", Suspect)}, 0},
		"with itself":                   {box("a", Victim), []Thing{box("a", Suspect)}, 0},
		"at another scene":              {Thing{ID: "a", Scene: "s2", Side: Victim, Container: "Box 1"}, []Thing{box("b", Suspect)}, 1},
		"in the vehicle of a suspect":   {Thing{ID: "a", Side: Victim, Vehicle: "V 1"}, nil, 1},
		"in the vehicle of the victims": {Thing{ID: "a", Side: Victim, Vehicle: "V2"}, nil, 0},
		"a vehicle is no container":     {Thing{ID: "a", Side: Victim, Container: "V1"}, nil, 0},
	} {
		if got := rules.Packed(&tc.add, tc.with, s); len(got) != tc.shared {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func FuzzParsePoints(f *testing.F) {
	for _, s := range []string{"10,10 90,90", "0,0", "100,100;5,5", "-1,2", "1,2,3", "a,b", "", " , ", "1,1\n2,2", "12.34,56.7", "C4 j10", "K1", "A11", "99.999,1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, parts := range []int{Grid, PhotoParts} {
			points, ok := ParsePoints(s, parts)
			if ok && len(points) == 0 {
				t.Fatal("accepted nothing")
			}
			m := Mark{DrawnEvent: DrawnEvent{Points: points}}
			if parts != Grid {
				m.On = &Ground{Parts: parts}
			}
			for _, p := range points {
				if p.X < 0 || p.Y < 0 || p.X > parts || p.Y > parts {
					t.Fatalf("off the sketch: %+v", p)
				}
				said := m.Percent(p.X) + "," + m.Percent(p.Y)
				if again, ok := ParsePoints(said, parts); !ok || again[0] != p {
					t.Fatalf("%+v is written %s and read %+v", p, said, again)
				}
			}
		}
	})
}
