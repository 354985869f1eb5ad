package office

import (
	"context"
	"fmt"
	"strings"

	"rufaa/internal/accounts"
	"rufaa/internal/directory"
	"rufaa/internal/exercise"
	"rufaa/internal/realm"
	"rufaa/internal/scenario"
)

// Cast is somebody of an exercise as the card is printed: who, of which team,
// and the link that signs in once.
type Cast struct {
	exercise.Member
	Name     string
	Username string
	Agency   string
	Link     string // token of accounts.UseCard; "" when the account has a password
}

// Cards that control hands out without naming anybody yet.
const (
	controllers = 3
	mentors     = 4
	observers   = 2
)

// exerciseAgency is who runs an exercise.
const exerciseAgency = "x-exercise"

// SetUpExercise takes a realm of kind exercise from a scenario to ready: an
// agency for every team, an account for every part, providers for the
// scenario's places, the scenario sealed and committed to. With a password
// (demonstrations alone) everybody has that one; without, each has a card that
// signs in once.
func (of *Office) SetUpExercise(ctx context.Context, who realm.Actor, script *scenario.Script, password string) (*exercise.State, []Cast, error) {
	if of.Kind != realm.Exercise {
		return nil, nil, exercise.ErrNotAnExercise
	}
	if err := of.Exercises.MaySetUp(ctx, who); err != nil {
		return nil, nil, err
	}
	teams, agencies := of.exerciseTeams(script)
	if err := of.teamsTakePart(ctx, agencies); err != nil {
		return nil, nil, err
	}
	cast, err := of.exercisePeople(ctx, script, password)
	if err != nil {
		return nil, nil, err
	}
	if _, err := of.Directory.Enter(ctx, keeper, of.exercisePlaces(script)); err != nil {
		return nil, nil, err
	}
	if err := of.startAgencies(ctx); err != nil {
		return nil, nil, err
	}
	members := make([]exercise.Member, len(cast))
	for i := range cast {
		members[i] = cast[i].Member
	}
	s, err := of.Exercises.SetUp(ctx, who, exercise.Setup{Script: script, Teams: teams, Members: members})
	if err != nil || password != "" {
		return s, cast, err
	}
	for i := range cast {
		l, err := of.Accounts.Card(ctx, accounts.System, cast[i].Staff)
		if err != nil {
			return nil, nil, err
		}
		cast[i].Link = l.Token
	}
	return s, cast, nil
}

// teamsTakePart makes the agencies of the teams. One that was closed after an
// exercise before is open again: it is there for exercises alone.
func (of *Office) teamsTakePart(ctx context.Context, agencies []accounts.Agency) error {
	if _, err := of.Accounts.EnsureAgencies(ctx, accounts.System, agencies); err != nil {
		return err
	}
	for _, a := range agencies {
		g, err := of.Accounts.Agency(ctx, a.ID)
		if err == nil && g.Closed {
			err = of.Accounts.ReopenAgency(ctx, accounts.System, a.ID)
		}
		if err != nil {
			return fmt.Errorf("agency of a team: %w", err)
		}
	}
	return nil
}

func teamAgency(id string) string { return "x-team-" + strings.ToLower(id) }

func (of *Office) exerciseTeams(script *scenario.Script) ([]exercise.Team, []accounts.Agency) {
	agencies := []accounts.Agency{{ID: exerciseAgency, Name: "Exercise team (EXERCISE)", Kind: "state", County: "mombasa"}}
	var teams []exercise.Team
	for _, t := range script.Teams {
		teams = append(teams, exercise.Team{ID: t.ID, Agency: teamAgency(t.ID), Name: t.Name})
		agencies = append(agencies, accounts.Agency{ID: teamAgency(t.ID), Name: t.ID + ": " + t.Name.In("en") + " (EXERCISE)",
			Kind: of.Exercises.Words.Agency(t.ID).Kind, County: "mombasa"})
	}
	return teams, agencies
}

// exercisePeople makes the accounts. Somebody who is there from the exercise
// before keeps the account; one that was closed for good has a new one in its
// place.
func (of *Office) exercisePeople(ctx context.Context, script *scenario.Script, password string) ([]Cast, error) {
	var cast []Cast
	var staff []accounts.DemoStaff
	add := func(m exercise.Member, user, name, agency string, duty accounts.Duty) {
		m.Staff = exerciseStaff(user)
		cast = append(cast, Cast{Member: m, Name: name, Username: user, Agency: agency})
		staff = append(staff, accounts.DemoStaff{ID: m.Staff, Username: user, Name: name, Agency: agency, Duties: []accounts.Duty{duty}, Language: "en"})
	}
	some := func(part exercise.Part, n int, name string) {
		for i := 1; i <= n; i++ {
			add(exercise.Member{Part: part}, fmt.Sprintf("%s.%d", part, i), fmt.Sprintf("%s %d", name, i), exerciseAgency, accounts.Exercise)
		}
	}
	some(exercise.Control, controllers, "Control")
	some(exercise.Mentor, mentors, "Mentor")
	some(exercise.Observer, observers, "Observer")
	for _, c := range script.Characters {
		add(exercise.Member{Part: exercise.Actor, Character: c.ID}, "actor."+strings.ToLower(c.ID), "Actor of "+c.Name.In("en"), exerciseAgency, accounts.Exercise)
	}
	for _, t := range script.Teams {
		duties := of.Exercises.Words.Agency(t.ID).Duties
		for i := range t.Players {
			add(exercise.Member{Part: exercise.Player, Team: t.ID}, fmt.Sprintf("%s.%d", strings.ToLower(t.ID), i+1),
				fmt.Sprintf("%s player %d", t.ID, i+1), teamAgency(t.ID), accounts.Duty(duties[i%len(duties)]))
		}
	}
	if err := of.replaced(ctx, cast, staff); err != nil {
		return nil, err
	}
	fresh, err := of.resit(ctx, staff)
	if err != nil {
		return nil, err
	}
	if password == "" { // nobody knows it: the card is the only way in
		password = fmt.Sprintf("%x", of.Random(32))
	}
	hash, err := of.Accounts.HashPassword(ctx, password)
	if err != nil {
		return nil, err
	}
	_, err = of.Accounts.AddDemoStaff(ctx, fresh, hash)
	return cast, err
}

// exercisePlaces are providers for those of the scenario's places that take
// people in. Their numbers are of the range that is given to nobody.
func (of *Office) exercisePlaces(script *scenario.Script) []*directory.Provider {
	var out []*directory.Provider
	for i, p := range script.Places {
		kind := map[string]string{"hospital": "hospital", "shelter": "shelter"}[p.Kind]
		if kind == "" && len(p.Beds) == 0 {
			continue
		}
		x := &directory.Provider{Profile: directory.Profile{Name: p.Name.In("en") + " (EXERCISE)", Kind: kind, County: "mombasa", Fictional: true,
			Agency:   teamAgency(map[string]string{"hospital": "MED", "shelter": "NGO"}[p.Kind]),
			Phones:   []directory.Phone{{Number: fmt.Sprintf("+2547000000%02d", i+1), Way: "voice", Always: directory.Yes}},
			External: map[string]string{"exercise": script.ID + "/" + p.ID}, Languages: []string{"en", "sw"}},
			Locations: []directory.Location{{ID: "1", Kind: "physical", County: "mombasa", Confidential: p.Kind == "shelter",
				Place: &directory.Place{Town: script.Title.In("en"), Address: p.Name.In("en") + " (EXERCISE)"}}}}
		at := directory.At{Location: "1"}
		for _, g := range []string{"girls", "boys", "women", "men"} {
			if n, there := p.Beds[g]; there {
				at.Capacities = append(at.Capacities, directory.Capacity{Unit: "bed", Group: g, Maximum: &n, Available: &n,
					Reported: &directory.By{At: of.Now()}})
			}
		}
		service := map[string]string{"hospital": "medical", "shelter": "shelter"}[p.Kind]
		x.Services = []directory.Service{{Kind: service, Residential: directory.Yes, At: []directory.At{at}}}
		x.Verified = &directory.Verified{By: directory.By{At: of.Now()}, How: "fictional"}
		out = append(out, x)
	}
	return out
}
