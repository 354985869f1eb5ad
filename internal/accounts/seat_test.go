package accounts

import (
	"errors"
	"strings"
	"testing"

	"rufaa/internal/problem"
	"rufaa/internal/store"
	"rufaa/internal/store/storetest"
)

// In an exercise an account goes with its holder from team to team: a session
// goes on and acts for the new agency. Shut, it lets nobody in until it sits
// again. In a realm for real use nobody changes the agency.
func TestAnAccountOfAnExerciseChangesItsSeat(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		demo := open(t, db, func(op *Options) { op.Demo = true })
		hash, err := demo.HashPassword(demo.ctx, "demo")
		demo.ok(err)
		_, err = demo.AddDemoStaff(demo.ctx, []DemoStaff{{ID: "demo-1", Username: "wanjiku", Name: "Wanjiku (fictional)", Agency: "haven-house", Duties: []Duty{CaseManager}}}, hash)
		demo.ok(err)
		sit := func(o *office, s Seat) error {
			return db.Write(o.ctx, func(tx *store.Tx) error { return o.Sit(tx, admin, s) })
		}
		enter := func() string {
			in, err := demo.SignIn(demo.ctx, "wanjiku", "demo", Client{Kind: API})
			demo.ok(err)
			return in.Token
		}
		token := enter()
		demo.works(token)
		demo.ok(sit(demo, Seat{"demo-1", "lake-station", []Duty{FirstResponder}}))
		if who := demo.works(token); who.Agency != "lake-station" || who.Duty != FirstResponder {
			t.Errorf("after the move she acts as %+v", who)
		}
		for name, x := range map[string]struct {
			seat Seat
			want error
		}{"nobody": {Seat{"nobody", "lake-station", []Duty{FirstResponder}}, problem.ErrNotFound}, "no agency": {Seat{"demo-1", "nowhere", []Duty{FirstResponder}}, problem.ErrNotFound}} {
			if err := sit(demo, x.seat); !errors.Is(err, x.want) {
				t.Errorf("%s: %v", name, err)
			}
		}
		shut := func(prefix string) {
			demo.ok(db.Write(demo.ctx, func(tx *store.Tx) error {
				return demo.ShutOf(tx, admin, "demo-1", func(agency string) bool { return strings.HasPrefix(agency, prefix) })
			}))
		}
		shut("haven")
		demo.works(token) // of another agency than those
		shut("lake")
		shut("lake")
		demo.ended(token, ErrRevoked)
		_, err = demo.SignIn(demo.ctx, "wanjiku", "demo", Client{})
		demo.wants(err, ErrBadCredentials)
		demo.ok(sit(demo, Seat{"demo-1", "lake-station", []Duty{FirstResponder}}))
		demo.works(enter())

		real := open(t, db)
		real.wants(sit(real, Seat{"demo-1", "haven-house", []Duty{CaseManager}}), ErrNotDemo)
	})
}
