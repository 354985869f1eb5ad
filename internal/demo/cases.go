package demo

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync/atomic"
	"time"

	"rufaa/internal/accounts"
	"rufaa/internal/casefile"
	"rufaa/internal/office"
	"rufaa/internal/policy"
	"rufaa/internal/realm"
	"rufaa/internal/referral"
	"rufaa/internal/vault"
)

// Clock is a clock that seeding can set back, so that the demonstration has a
// past. At zero it is the wall clock.
type Clock struct{ at atomic.Int64 }

// Now is the demonstration's time.
func (c *Clock) Now() time.Time {
	if ms := c.at.Load(); ms != 0 {
		return time.UnixMilli(ms)
	}
	return time.Now()
}

// Set puts the clock to a moment.
func (c *Clock) Set(t time.Time) { c.at.Store(t.UnixMilli()) }

// Run lets it be the wall clock again.
func (c *Clock) Run() { c.at.Store(0) }

// Cases is how many cases Seed tells.
const Cases = 72

// Setter is a clock that can be put to a moment of the past.
type Setter interface{ Set(time.Time) }

// teller tells one case after the other.
type teller struct {
	of    *office.Office
	clock Setter
	rnd   *rand.Rand
	now   time.Time
}

// Seed tells n fictional cases over the last half year, each as far as its
// number says.
func Seed(ctx context.Context, of *office.Office, clock Setter, n int) error {
	t := &teller{of: of, clock: clock, rnd: rand.New(rand.NewPCG(2026, 7))}
	end := time.Now().Add(-20 * time.Minute)
	for _, i := range oldestFirst(n) {
		t.now = end.Add(-ageOf(i, n))
		t.clock.Set(t.now)
		if err := t.tell(ctx, i); err != nil {
			return fmt.Errorf("demo: case %d: %w", i, err)
		}
	}
	if n >= Cases {
		if err := t.raid(ctx); err != nil {
			return fmt.Errorf("demo: raid: %w", err)
		}
		if err := t.list(ctx); err != nil {
			return fmt.Errorf("demo: list: %w", err)
		}
		if err := t.villa(ctx); err != nil {
			return fmt.Errorf("demo: villa: %w", err)
		}
		if err := t.exhibits(ctx); err != nil {
			return fmt.Errorf("demo: exhibits: %w", err)
		}
	}
	clock.Set(time.Now())
	if err := t.told(ctx); err != nil {
		return fmt.Errorf("demo: notices: %w", err)
	}
	if _, err := of.Directory.SeedDemo(ctx, keeper); err != nil {
		return fmt.Errorf("demo: providers: %w", err)
	}
	return nil
}

// later moves the clock of the story on, but never past the present.
func (t *teller) later(d time.Duration) {
	t.now = t.now.Add(d)
	if limit := time.Now().Add(-time.Minute); t.now.After(limit) {
		t.now = limit
	}
	t.clock.Set(t.now)
}

// Actor is one of the demonstration's people at work.
func Actor(user string) realm.Actor {
	i := slices.IndexFunc(staff, func(p person) bool { return p.user == user })
	p := staff[i]
	return realm.Actor{Principal: policy.Principal{Staff: StaffID(p.user), Agency: p.agency, Duty: p.duty}, Device: "demonstration", Language: "en"}
}

func (t *teller) tell(ctx context.Context, i int) error {
	s := stories[i%len(stories)]
	who := Actor(alerters[i%len(alerters)])
	manager := managers[i%len(managers)]
	a := s.alert
	a.Holder = Actor(manager).Agency
	a.County = counties[i%len(counties)]
	a.Person.Name = nameOf(i)
	a.Person.Phone = fmt.Sprintf("+2547%08d", 10000000+i*13577)
	a.Anonymous = i%3 == 0
	a.Reporter = "A neighbour (fictional)"
	rc, err := t.of.Cases.Raise(ctx, who, casefile.Order{}, &a)
	if err != nil {
		return err
	}
	return t.goOn(ctx, i, rc.ID, manager, s)
}

// goOn takes the case through as many steps as its number asks for, so that
// every stage is met.
func (t *teller) goOn(ctx context.Context, i int, id, manager string, s story) error {
	depth := depthOf(i)
	m := Actor(manager)
	var err error
	do := func(who realm.Actor, cmd casefile.Command) {
		if err == nil {
			t.later(time.Duration(20+t.rnd.IntN(200)) * time.Minute)
			_, err = t.of.Cases.Do(ctx, who, id, casefile.Order{}, cmd)
		}
	}
	if depth == 0 {
		return nil
	}
	do(m, &casefile.Take{})
	if s.alert.Immediate {
		do(m, &casefile.AnswerDanger{Done: "moved-to-safety", Note: "Brought to a safe place for the night."})
	}
	if depth == 1 {
		return err
	}
	if t.locked(s) && depth > 2 && i%24 != 5 { // one stays behind a lock, for the Secretariat to see
		do(m, &casefile.Move{Kind: "shelter", Place: "A house for men on the hill (fictional)", County: counties[i%len(counties)]})
	}
	do(m, t.screen(s))
	if depth == 2 {
		return err
	}
	do(m, t.decision(i, s))
	if depth == 3 || i%11 == 5 && depth < 9 {
		return err
	}
	do(m, &casefile.Assess{Level: []string{"low", "medium", "high", "extreme"}[i%4], Reasons: "He has her telephone number and knows her family.", HerView: "She is afraid that he will look for her at home.", Plan: "New number; no visitors without a call."})
	do(m, &casefile.AssessNeeds{Wishes: s.wish, Needs: s.needs})
	if depth == 4 || err != nil {
		return err
	}
	return t.refer(ctx, i, id, m, s, depth)
}

func (t *teller) screen(s story) *casefile.Screen {
	q := t.of.Content.QuestionnaireFor(s.audience)
	answers := map[string]string{}
	for _, g := range q.Groups {
		for n, in := range g.Indicators {
			switch {
			case t.rnd.IntN(100) < 35:
				answers[in.ID] = "yes"
			case n%4 == 3:
				answers[in.ID] = "unknown"
			default:
				answers[in.ID] = "no"
			}
		}
	}
	sc := &casefile.Screen{Questionnaire: q.ID, Answers: answers, Note: "Spoke slowly, with breaks. " + s.alert.Account}
	sc.Language, sc.Interpreting = "sw", "not-needed"
	return sc
}

func (t *teller) decision(i int, s story) *casefile.Presume {
	switch {
	case i%17 == 3:
		return &casefile.Presume{Decision: "not_presumed", Reason: "labour-dispute", Note: "Unpaid wages without threats; told where to complain.", WayBack: "May ring the hotline at any time; the labour office was named."}
	case i%17 == 9:
		return &casefile.Presume{Decision: "cannot_tell", ReviewOn: time.Now().AddDate(0, 0, 1+i%6).Format(time.DateOnly), Track: "smuggling"}
	}
	return &casefile.Presume{Decision: "presumed", Track: s.track, Exploitation: s.exploitation, Note: "Reasonable grounds on what was seen and said."}
}

func (t *teller) refer(ctx context.Context, i int, id string, m realm.Actor, s story, depth int) error {
	fits := receivers[i%len(receivers)]
	to := Actor(fits[i/12%len(fits)])
	by := "person"
	if s.audience == "child" {
		by = "guardian"
	}
	cs, err := t.of.Cases.Load(ctx, id)
	if err != nil {
		return err
	}
	rc, err := t.offer(ctx, id, by, m, &referral.Offer{To: to.Agency, Purpose: "assistance", Urgency: "urgent", Needs: []string{cs.Needs[0].ID},
		Compartments: []string{"identity", "care"}, Message: "She can come today, with an escort."})
	if err != nil || depth == 5 {
		return err
	}
	t.later(90 * time.Minute)
	if depth == 6 {
		_, err = t.of.Referrals.Answer(ctx, to, rc.ID, casefile.Order{}, &referral.Answer{Reason: "full", Note: "A place may be free on Friday."})
		return err
	}
	if _, err = t.of.Referrals.Answer(ctx, to, rc.ID, casefile.Order{}, &referral.Answer{Accept: true}); err != nil || depth == 7 {
		return err
	}
	if err := t.work(ctx, id, rc.ID, m, to, depth); err != nil || depth == 11 {
		return err
	}
	return t.lookedAtAgain(ctx, i, id, m)
}

// lookedAtAgain assesses the risk anew, lately: a case that is well under way is
// not one that nobody has looked at for months.
func (t *teller) lookedAtAgain(ctx context.Context, i int, id string, m realm.Actor) error {
	t.now = time.Now().Add(-time.Duration(3+t.rnd.IntN(40)) * time.Hour)
	t.clock.Set(t.now)
	_, err := t.of.Cases.Do(ctx, m, id, casefile.Order{}, &casefile.Assess{Level: []string{"low", "medium"}[i%2],
		Reasons: "Nobody has asked for her lately.", HerView: "She goes out by day again."})
	return err
}

// locked tells whether a story begins behind a lock.
func (t *teller) locked(s story) bool { return s.alert.PlaceKind == "police-cell" }

// offer asks her, looks at what would be told, and sends it.
func (t *teller) offer(ctx context.Context, id, by string, m realm.Actor, o *referral.Offer) (realm.Receipt, error) {
	ask := &casefile.Ask{Given: true, Purposes: []string{o.Purpose}, Agency: o.To, Compartments: o.Compartments, How: "spoken", GivenBy: by}
	ask.Language, ask.Interpreting = "sw", "not-needed"
	t.later(30 * time.Minute)
	if _, err := t.of.Cases.Do(ctx, m, id, casefile.Order{}, ask); err != nil {
		return realm.Receipt{}, err
	}
	shown, err := t.of.Referrals.Preview(ctx, m, id, o)
	if err != nil {
		return realm.Receipt{}, err
	}
	o.Preview = shown.Code
	return t.of.Referrals.Send(ctx, m, id, casefile.Order{}, o)
}

// investigated: she agreed to speak with the investigators, after care.
func (t *teller) investigated(ctx context.Context, id string, m realm.Actor) error {
	to := Actor("barasa.inquiry")
	rc, err := t.offer(ctx, id, "person", m, &referral.Offer{To: to.Agency, Purpose: "investigation", Urgency: "routine", Service: "investigation",
		Compartments: []string{"identity", "account"}, Message: "She wants to speak, with her counsellor beside her."})
	if err != nil {
		return err
	}
	t.later(3 * time.Hour)
	_, err = t.of.Referrals.Answer(ctx, to, rc.ID, casefile.Order{}, &referral.Answer{Accept: true})
	return err
}

func (t *teller) work(ctx context.Context, id, ref string, m, to realm.Actor, depth int) error {
	steps := []func() error{
		func() error {
			_, err := t.of.Referrals.Progress(ctx, to, ref, casefile.Order{}, &referral.Progress{Step: "started"})
			return err
		},
		func() error {
			_, err := t.of.Cases.Do(ctx, m, id, casefile.Order{}, &casefile.Follow{
				Kind: "phone", On: t.now.Format(time.DateOnly), Safe: "yes", Note: "Sleeps better.", NextOn: time.Now().AddDate(0, 0, 3+t.rnd.IntN(20)).Format(time.DateOnly)})
			return err
		},
		func() error {
			_, err := t.of.Referrals.Progress(ctx, to, ref, casefile.Order{}, &referral.Progress{Step: "finished"})
			return err
		},
		func() error {
			_, err := t.of.Cases.Do(ctx, m, id, casefile.Order{}, &casefile.Close{Reason: "solution-found", Note: "Lives with her aunt; the course is paid."})
			return err
		},
	}
	_, _ = t.of.Cases.Open(ctx, to, id, vault.Care, "assistance")
	for n, step := range steps {
		if n > depth-8 {
			break
		}
		if n == 2 {
			if err := t.joint(ctx, id, m); err != nil {
				return err
			}
			if err := t.panel(ctx, id, m, depth == 10); err != nil {
				return err
			}
			if depth == 10 { // the labour site: a grown man, whose case stays open
				if err := t.investigated(ctx, id, m); err != nil {
					return err
				}
			}
		}
		t.later(26 * time.Hour)
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// Manager is a case manager who is not one of the demonstration's people.
func Manager(staff, agency string) realm.Actor {
	return realm.Actor{Principal: policy.Principal{Staff: staff, Agency: agency, Duty: "case_manager"}, Language: "en"}
}

// keeper is the fictional Secretariat that enters the fictional providers.
var keeper = realm.Actor{Principal: policy.Principal{Staff: "system", Agency: "system", Duty: string(accounts.Secretariat)}}
