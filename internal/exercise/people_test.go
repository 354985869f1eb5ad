package exercise_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"rufaa/internal/accounts"
	"rufaa/internal/casefile"
	"rufaa/internal/exercise"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
)

// wrong names the fields that an answer says are wrong.
func wrong(err error) string {
	var in *problem.Invalid
	if !errors.As(err, &in) {
		return ""
	}
	var out []string
	for _, f := range in.Fields {
		out = append(out, f.Name+": "+f.Key)
	}
	return strings.Join(out, "; ")
}

// as is somebody by the account that they have now, whoever made it.
func (s *stage) as(staff string) realm.Actor {
	s.t.Helper()
	a, err := s.Accounts.Staff(s.ctx, staff)
	s.must(err)
	return realm.Actor{Principal: policy.Principal{Staff: a.ID, Agency: a.Agency, Duty: string(a.Duties[0])}, Language: "en"}
}

// kinds counts the events of one kind in the exercise's stream.
func (s *stage) kinds(kind string) int {
	s.t.Helper()
	events, err := s.Ledger.Stream(s.ctx, exercise.Stream(s.state().ID), 0)
	s.must(err)
	n := 0
	for _, e := range events {
		if e.Kind == kind {
			n++
		}
	}
	return n
}

func there(staff string, days ...int) exercise.Attendance {
	var a exercise.Attendance
	for _, d := range days {
		a.List = append(a.List, exercise.Presence{Staff: staff, Day: d, There: true})
	}
	return a
}

// Wambui comes late, when every card of DCI is given away: control adds her, an
// account is made, a card lets her in, and what she does counts for DCI. Sent
// twice by a tired network she is one person.
func TestALateComerJoins(t *testing.T) {
	s := setUp(t)
	control := s.who("control.1")
	j := exercise.Join{Part: exercise.Player, Team: "DCI", Particulars: exercise.Particulars{Agency: "  Mtoni   Police ", Sex: "female", County: "kilifi"}}
	rc, err := s.Exercises.Join(s.ctx, control, "late-1", j)
	s.must(err)
	again, err := s.Exercises.Join(s.ctx, control, "late-1", j)
	s.must(err)
	if again.ID != rc.ID || !again.Replayed || s.kinds(exercise.Joined) != len(s.cast)+1 {
		t.Errorf("sent again she is %s after %s, %d joined", again.ID, rc.ID, s.kinds(exercise.Joined))
	}
	account, err := s.Accounts.Staff(s.ctx, rc.ID)
	s.must(err)
	if account.Name != "DCI player 11" || account.Agency != "x-team-dci" || !account.Demo() {
		t.Errorf("her account: %+v", account)
	}
	if told := s.state().Told[rc.ID]; told.Agency != "Mtoni Police" || told.Sex != "female" || told.County != "kilifi" {
		t.Errorf("for the report she told %+v", told)
	}
	l, err := s.Accounts.Card(s.ctx, accounts.System, rc.ID)
	s.must(err)
	in, err := s.Accounts.UseCard(s.ctx, l.Token, accounts.Client{})
	s.must(err)
	if in.Staff != rc.ID {
		t.Errorf("her card signs %s in", in.Staff)
	}
	s.clockTo(exercise.TurnClock{Act: "run"})
	s.clockTo(exercise.TurnClock{Act: "jump", To: "D1 15:40"})
	mails, err := s.Exercises.Mailbox(s.ctx, s.as(rc.ID))
	s.must(err)
	if len(mails) == 0 {
		t.Error("nothing of what reached DCI reaches her")
	}
	second, err := s.Exercises.Join(s.ctx, control, "late-2", j)
	s.must(err)
	if second.ID == rc.ID {
		t.Error("the next late-comer is the same person")
	}
}

// Nobody joins who has no account of this realm, twice, for a team or a role
// that the scenario does not have, or with words that fit no list; and nobody
// but control lets anybody in.
func TestWhoCannotJoin(t *testing.T) {
	s := setUp(t)
	control := s.who("control.1")
	spare, err := s.Accounts.AddDemoStaff(s.ctx, []accounts.DemoStaff{{Username: "guest", Name: "Guest (fictional)", Agency: "x-exercise", Duties: []accounts.Duty{accounts.Exercise}, Language: "en"}}, hashOf(s))
	s.must(err)
	s.must(s.Accounts.AddAgency(s.ctx, accounts.System, accounts.Agency{ID: "x-visitors", Name: "Visitors (fictional)", Kind: "ngo", County: "mombasa"}))
	visitor, err := s.Accounts.AddDemoStaff(s.ctx, []accounts.DemoStaff{{Username: "visitor", Name: "Visitor (fictional)", Agency: "x-visitors", Duties: []accounts.Duty{accounts.CaseManager}, Language: "en"}}, hashOf(s))
	s.must(err)
	before := s.state().Version
	for name, x := range map[string]struct {
		join exercise.Join
		want string
	}{
		"a person of another realm":    {exercise.Join{Staff: "demo-wanjiru", Part: exercise.Observer}, "staff: exercise.error.no_account"},
		"a player without a team":      {exercise.Join{Staff: spare[0], Part: exercise.Player}, "team: common.error.choose"},
		"a team that is none":          {exercise.Join{Staff: spare[0], Part: exercise.Player, Team: "FBI"}, "team: common.error.unknown_term"},
		"control with a team":          {exercise.Join{Staff: spare[0], Part: exercise.Control, Team: "DCI"}, "team: exercise.error.no_team"},
		"a part that is none":          {exercise.Join{Staff: spare[0], Part: "director"}, "part: common.error.unknown_term"},
		"an actor without a role":      {exercise.Join{Staff: spare[0], Part: exercise.Actor}, "character: common.error.choose"},
		"a role that is none":          {exercise.Join{Staff: spare[0], Part: exercise.Actor, Character: "C99"}, "character: common.error.unknown_term"},
		"a player with a role":         {exercise.Join{Staff: spare[0], Part: exercise.Player, Team: "DCI", Character: "C1"}, "character: exercise.error.no_character"},
		"a county that is none":        {exercise.Join{Staff: spare[0], Part: exercise.Observer, Particulars: exercise.Particulars{County: "atlantis"}}, "county: common.error.unknown_term"},
		"a sex that is none":           {exercise.Join{Staff: spare[0], Part: exercise.Observer, Particulars: exercise.Particulars{Sex: "x"}}, "sex: common.error.unknown_term"},
		"another agency's as player":   {exercise.Join{Staff: visitor[0], Part: exercise.Player, Team: "DCI"}, "staff: exercise.error.other_agency"},
		"an agency longer than a line": {exercise.Join{Staff: spare[0], Part: exercise.Observer, Particulars: exercise.Particulars{Agency: strings.Repeat("a", 101)}}, "agency: common.error.too_long"},
	} {
		if _, err := s.Exercises.Join(s.ctx, control, "", x.join); wrong(err) != x.want {
			t.Errorf("%s: %v, want %s", name, err, x.want)
		}
	}
	_, err = s.Exercises.Join(s.ctx, control, "", exercise.Join{Staff: s.who("dci.1").Staff, Part: exercise.Player, Team: "NGO"})
	wantRule(t, err, "exercise.joined")
	_, err = s.Exercises.Join(s.ctx, control, "", exercise.Join{Staff: spare[0], Part: exercise.Actor, Character: "C1"})
	wantRule(t, err, "exercise.role-taken")
	for _, user := range []string{"dci.1", "actor.c1", "mentor.1", "observer.1"} {
		who := s.who(user)
		_, join := s.Exercises.Join(s.ctx, who, "", exercise.Join{Staff: spare[0], Part: exercise.Observer})
		_, move := s.Exercises.Move(s.ctx, who, "", s.who("dci.2").Staff, exercise.Move{Team: "NGO", Reason: "x"})
		_, leave := s.Exercises.Leave(s.ctx, who, "", s.who("dci.2").Staff, "")
		_, told := s.Exercises.Describe(s.ctx, who, "", s.who("dci.2").Staff, exercise.Particulars{Sex: "male"})
		_, attend := s.Exercises.Attend(s.ctx, who, "", there(who.Staff, 1))
		_, roll := s.Exercises.Roll(s.ctx, who)
		_, numbers := s.Exercises.OwnTurnout(s.ctx, who)
		for what, err := range map[string]error{"joins": join, "moves": move, "takes out": leave, "describes": told, "attends": attend, "reads the roll": roll, "reads the turnout": numbers} {
			if !errors.As(err, new(*problem.Denied)) {
				t.Errorf("%s %s: %v", user, what, err)
			}
		}
	}
	if s.state().Version != before {
		t.Error("a refusal wrote something")
	}
	s.clockTo(exercise.TurnClock{Act: "run"})
	_, err = s.Exercises.End(s.ctx, control, "", "")
	s.must(err)
	_, err = s.Exercises.Join(s.ctx, control, "", exercise.Join{Staff: spare[0], Part: exercise.Observer})
	wantRule(t, err, "exercise.over")
}

func hashOf(s *stage) string {
	s.t.Helper()
	hash, err := s.Accounts.HashPassword(s.ctx, "karibu sana wote")
	s.must(err)
	return hash
}

// An officer of DCI is lent to NGO. What she did for DCI stays DCI's, what she
// does now is NGO's; cases do not go along.
func TestAMoveLeavesThePastWithTheTeam(t *testing.T) {
	s := setUp(t)
	control, officer := s.who("control.1"), s.who("dci.2")
	s.clockTo(exercise.TurnClock{Act: "run"})
	s.clockTo(exercise.TurnClock{Act: "jump", To: "D2 08:35"})
	raise := func(who realm.Actor, about string) {
		t.Helper()
		rc, err := s.Cases.Raise(s.ctx, who, casefile.Order{}, &casefile.Alert{Holder: "x-team-ngo", Person: casefile.PersonFacts{Name: about, Sex: "female", Minor: "unsure"}})
		s.must(err)
		_, err = s.Exercises.Link(s.ctx, control, "", casefile.Stream(rc.ID), about)
		s.must(err)
	}
	raise(officer, "C1")
	_, err := s.Exercises.Move(s.ctx, control, "", officer.Staff, exercise.Move{Team: "NGO"})
	if wrong(err) != "reason: common.error.required" {
		t.Errorf("a move without a reason: %v", err)
	}
	_, err = s.Exercises.Move(s.ctx, control, "", officer.Staff, exercise.Move{Team: "FBI", Reason: "x"})
	if wrong(err) != "team: common.error.unknown_term" {
		t.Errorf("a move to a team that is none: %v", err)
	}
	_, err = s.Exercises.Move(s.ctx, control, "", s.who("actor.c1").Staff, exercise.Move{Team: "NGO", Reason: "x"})
	wantRule(t, err, "exercise.no-team")
	_, err = s.Exercises.Move(s.ctx, control, "", "nobody", exercise.Move{Team: "NGO", Reason: "x"})
	if !errors.Is(err, problem.ErrNotFound) {
		t.Errorf("nobody is moved: %v", err)
	}
	for range 2 { // sent twice
		_, err = s.Exercises.Move(s.ctx, control, "lent", officer.Staff, exercise.Move{Team: "NGO", Reason: "NGO has too few"})
		s.must(err)
	}
	_, err = s.Exercises.Move(s.ctx, s.who("control.2"), "", officer.Staff, exercise.Move{Team: "NGO", Reason: "NGO has too few"})
	wantRule(t, err, "exercise.in-team")
	if s.kinds(exercise.Moved) != 1 {
		t.Errorf("%d moves", s.kinds(exercise.Moved))
	}
	now := s.as(officer.Staff)
	if m, _ := s.state().Member(officer.Staff); m.Team != "NGO" || now.Agency != "x-team-ngo" {
		t.Errorf("she plays %+v from %s", m, now.Agency)
	}
	now.Duty = "first_responder"
	raise(now, "C2")
	deeds, err := s.Exercises.Deeds(s.ctx, s.state().ID)
	s.must(err)
	for about, team := range map[string]string{"C1": "DCI", "C2": "NGO"} {
		i := slices.IndexFunc(deeds, func(d exercise.Deed) bool { return d.Do == "recorded" && d.About == about })
		if i < 0 || deeds[i].Team != team {
			t.Errorf("the record of %s is not %s's: %v", about, team, deeds)
		}
	}
	// The manager of a case who goes to another team does not take it along.
	manager := s.who("ngo.1")
	rc, err := s.Cases.Raise(s.ctx, now, casefile.Order{}, &casefile.Alert{Holder: "x-team-ngo", Person: casefile.PersonFacts{Name: "C3", Sex: "female", Minor: "yes"}})
	s.must(err)
	_, err = s.Cases.Do(s.ctx, manager, rc.ID, casefile.Order{}, &casefile.Take{})
	s.must(err)
	onTeam := func() bool {
		c, err := s.Cases.Load(s.ctx, rc.ID)
		s.must(err)
		return c.Member(manager.Staff) != nil
	}
	if !onTeam() {
		t.Fatal("who took the case is not on it")
	}
	_, err = s.Exercises.Move(s.ctx, control, "", manager.Staff, exercise.Move{Team: "DCS", Reason: "DCS has too few"})
	s.must(err)
	if onTeam() {
		t.Error("NGO's case went to DCS with her")
	}
	n, err := s.Rebuild(s.ctx)
	s.must(err)
	if m, _ := s.state().Member(officer.Staff); n == 0 || m.Team != "NGO" {
		t.Errorf("rebuilt she plays %+v", m)
	}
}

// Whoever leaves has no part, no session and no card; the days stay, and a
// return opens the account again. Control takes out others, never itself.
func TestWhoLeavesIsLetInNoMore(t *testing.T) {
	s := setUp(t)
	control, player := s.who("control.1"), s.who("dci.1")
	l, err := s.Accounts.Card(s.ctx, accounts.System, player.Staff)
	s.must(err)
	in, err := s.Accounts.UseCard(s.ctx, l.Token, accounts.Client{})
	s.must(err)
	if l, err = s.Accounts.Card(s.ctx, accounts.System, player.Staff); err != nil {
		t.Fatal(err)
	}
	_, err = s.Exercises.Attend(s.ctx, control, "", there(player.Staff, 1))
	s.must(err)
	_, err = s.Exercises.Leave(s.ctx, control, "", control.Staff, "")
	wantRule(t, err, "exercise.oneself")
	for range 2 {
		_, err = s.Exercises.Leave(s.ctx, control, "gone", player.Staff, "called to duty")
		s.must(err)
	}
	_, err = s.Exercises.Leave(s.ctx, s.who("control.2"), "", player.Staff, "called to duty")
	wantRule(t, err, "exercise.gone")
	if _, err := s.Accounts.Authenticate(s.ctx, in.Token); err == nil {
		t.Error("the session goes on")
	}
	if _, err := s.Accounts.UseCard(s.ctx, l.Token, accounts.Client{}); err == nil {
		t.Error("the card still lets in")
	}
	if _, err := s.Exercises.Face(s.ctx, player); !errors.Is(err, problem.ErrNotFound) {
		t.Errorf("whoever left is told %v", err)
	}
	roll, err := s.Exercises.Roll(s.ctx, control)
	s.must(err)
	i := slices.IndexFunc(roll.Persons, func(p exercise.Person) bool { return p.Staff == player.Staff })
	if i < 0 || !roll.Persons[i].Gone || !slices.Equal(roll.Persons[i].Days, []int{1}) {
		t.Errorf("the roll does not have the day: %+v", roll.Persons[max(i, 0)])
	}
	_, err = s.Exercises.Join(s.ctx, control, "", exercise.Join{Staff: player.Staff, Part: exercise.Player, Team: "DCI"})
	s.must(err)
	if l, err = s.Accounts.Card(s.ctx, accounts.System, player.Staff); err != nil {
		t.Fatal(err)
	}
	if _, err = s.Accounts.UseCard(s.ctx, l.Token, accounts.Client{}); err != nil {
		t.Errorf("come back, a new card does not let in: %v", err)
	}
	face, err := s.Exercises.Face(s.ctx, player)
	s.must(err)
	if !slices.Equal(face.Attended, []int{1}) {
		t.Errorf("the own days: %v", face.Attended)
	}
}

// Two controllers at two doors do the same at the same time: one does it, the
// other is told or finds it done.
func TestTwoControllersAtOnce(t *testing.T) {
	s := setUp(t)
	both := func(do func(realm.Actor) error) []error {
		errs := make(chan error, 2)
		for _, who := range []realm.Actor{s.who("control.1"), s.who("control.2")} {
			go func() { errs <- do(who) }()
		}
		out := []error{<-errs, <-errs}
		if out[0] != nil {
			slices.Reverse(out)
		}
		return out
	}
	a := s.who("dci.1").Staff
	for _, err := range both(func(who realm.Actor) error { _, err := s.Exercises.Attend(s.ctx, who, "", there(a, 1)); return err }) {
		s.must(err)
	}
	if n := s.kinds(exercise.Attended); n != 1 {
		t.Errorf("marked by two she is recorded %d times", n)
	}
	_, err := s.Exercises.Leave(s.ctx, s.who("control.1"), "", a, "")
	s.must(err)
	joined := s.kinds(exercise.Joined)
	got := both(func(who realm.Actor) error {
		_, err := s.Exercises.Join(s.ctx, who, "", exercise.Join{Staff: a, Part: exercise.Player, Team: "DCI"})
		return err
	})
	s.must(got[0])
	wantRule(t, got[1], "exercise.joined")
	if n := s.kinds(exercise.Joined) - joined; n != 1 {
		t.Errorf("joined %d times", n)
	}
	// Two late-comers at once are two people.
	for _, err := range both(func(who realm.Actor) error {
		_, err := s.Exercises.Join(s.ctx, who, "", exercise.Join{Part: exercise.Player, Team: "MED"})
		return err
	}) {
		s.must(err)
	}
	if n := s.kinds(exercise.Joined) - joined; n != 3 {
		t.Errorf("two late-comers joined as %d", n-1)
	}
	// Who is taken out at both doors leaves once; two controllers who take each
	// other out leave one.
	got = both(func(who realm.Actor) error { _, err := s.Exercises.Leave(s.ctx, who, "", a, ""); return err })
	s.must(got[0])
	wantRule(t, got[1], "exercise.gone")
	other := map[string]string{s.who("control.1").Staff: s.who("control.2").Staff, s.who("control.2").Staff: s.who("control.1").Staff}
	got = both(func(who realm.Actor) error {
		_, err := s.Exercises.Leave(s.ctx, who, "", other[who.Staff], "")
		return err
	})
	if got[0] != nil || !errors.Is(got[1], problem.ErrNotFound) {
		t.Errorf("each took the other out: %v", got)
	}
}
