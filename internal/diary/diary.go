package diary

import (
	"cmp"
	"context"
	"slices"
	"time"

	"rufaa/internal/casefile"
	"rufaa/internal/policy"
	"rufaa/internal/realm"
)

// Entry is one thing with a day.
type Entry struct {
	Day    string    `json:"day"` // YYYY-MM-DD in East Africa
	At     time.Time `json:"at"`
	AllDay bool      `json:"all_day"`
	What   string    `json:"what" doc:"A clock of the case: task, flag, safety, conference, booking, hearing …"`
	Kind   string    `json:"kind,omitempty" doc:"Of a task or booking: a term of its vocabulary"`
	Case   string    `json:"case"`
	Ref    string    `json:"reference"`
	County string    `json:"county,omitempty"`
	Item   string    `json:"item,omitempty"`
	Mine   bool      `json:"mine" doc:"The person's own to do, not the team's"`
	For    string    `json:"in_place_of,omitempty" doc:"The colleague on leave whose task it is"`
}

// Source gives what another room knows of somebody's days, narrowed to what
// the person may see.
type Source func(ctx context.Context, who realm.Actor, from, until time.Time) ([]Entry, error)

// Person is what the room must know of the owner of a feed.
type Person struct {
	Language string
	Active   bool // the account is open, with the duty and agency of the feed
}

// Diary runs the room's reads and its feeds in one realm.
type Diary struct {
	realm   *realm.Realm
	cases   *casefile.Cases
	sources []Source
	person  func(ctx context.Context, staff, agency, duty string) (Person, error)
}

// New opens the room. person tells whether somebody still has a duty.
func New(r *realm.Realm, cases *casefile.Cases, person func(ctx context.Context, staff, agency, duty string) (Person, error)) *Diary {
	return &Diary{realm: r, cases: cases, person: person}
}

// Also adds what another room knows.
func (d *Diary) Also(s Source) { d.sources = append(d.sources, s) }

// teams are what concerns everybody on the team, not the case manager alone.
var teams = map[string]bool{"conference": true, "booking": true, "hearing": true}

// Entries lists somebody's days from one moment until another, in order. What
// ran out before stands in it when overdue is wanted.
func (d *Diary) Entries(ctx context.Context, who realm.Actor, from, until time.Time, overdue bool) ([]Entry, error) {
	if err := d.realm.Door.Realm(who.Principal, policy.CalendarView); err != nil {
		return nil, err
	}
	frames, err := d.cases.OfTeam(ctx, who)
	if err != nil {
		return nil, err
	}
	var out []Entry
	for _, f := range frames {
		leads := who.Duty == "case_manager" && f.State.Holder == who.Agency
		covers := f.State.Covering(who.Staff, d.realm.Now())
		for _, r := range append(f.State.Clocks(), f.State.Days()...) {
			mine, inPlace := r.Staff == who.Staff, ""
			if r.Staff != "" && slices.ContainsFunc(covers, func(c casefile.Covering) bool { return c.For == r.Staff }) {
				mine, inPlace = true, r.Staff
			}
			if r.Staff != "" && !mine || r.Staff == "" && !leads && !teams[r.Clock] {
				continue
			}
			last := r.At.Add(-time.Second) // what is due by the end of a day belongs to it
			if !last.Before(until) || last.Before(from) && !overdue {
				continue
			}
			out = append(out, Entry{Day: r.Day(), At: r.At, AllDay: r.AllDay, What: r.Clock, Kind: r.Kind, Case: f.State.ID,
				Ref: f.State.Ref, County: f.State.County, Item: r.Item, Mine: mine, For: inPlace})
		}
	}
	for _, s := range d.sources {
		more, err := s(ctx, who, from, until)
		if err != nil {
			return nil, err
		}
		out = append(out, more...)
	}
	slices.SortStableFunc(out, func(a, b Entry) int {
		return cmp.Or(cmp.Compare(a.Day, b.Day), a.At.Compare(b.At), cmp.Compare(a.Ref, b.Ref), cmp.Compare(a.What, b.What))
	})
	return out, nil
}
