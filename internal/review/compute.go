package review

import (
	"slices"
	"sort"

	"rufaa/internal/scenario"
)

// Compute is the review of a play of a scenario. It is pure: the same play in
// whatever order gives the same report.
func Compute(s *scenario.Script, p Play) *Report {
	c := &computing{s: s, p: p.ordered(), first: map[scenario.Deed]Deed{}, all: map[scenario.Deed][]Deed{}, sent: map[string]Sent{},
		played: map[scenario.Deed]Deed{}, byTeam: map[request][]Deed{}}
	if c.p.End == 0 {
		c.p.End = s.Ends()
	}
	c.fold()
	c.r = Report{Scenario: s.ID, Version: s.Version, Exercise: p.Exercise, Digest: p.Digest, ScenarioDigest: p.Scenario, CriteriaDigest: p.Criteria,
		Attendance: p.Attendance, Breaks: c.p.Breaks, Stops: p.Stops}
	c.injects()
	c.hands()
	c.criteria()
	c.people()
	c.truths()
	c.exhibits()
	c.elements()
	c.disclosures()
	c.treatments()
	c.timeline()
	c.findings()
	return &c.r
}

type computing struct {
	s     *scenario.Script
	p     Play
	facts *scenario.Facts
	first map[scenario.Deed]Deed   // the earliest of each
	all   map[scenario.Deed][]Deed // the story's first, each in order of time
	// played is the first of each that the story did not set.
	played map[scenario.Deed]Deed
	byTeam map[request][]Deed // in order of time
	sent   map[string]Sent
	byOf   map[scenario.Read][]string // criteria that read it
	r      Report
}

// fold makes the facts by which the criteria are graded: what the teams did,
// what the story set, what was told.
func (c *computing) fold() {
	c.facts = scenario.NewFacts(c.s.Scenario)
	add := func(d Deed) {
		key := scenario.Deed{Do: d.Do, About: d.About}
		if had, ok := c.first[key]; !ok || d.At < had.At {
			c.first[key] = d
		}
		c.all[key] = append(c.all[key], d)
		c.facts.Add(d.Fact)
	}
	for _, x := range c.p.Sent {
		if _, twice := c.sent[x.Inject]; twice {
			continue
		}
		c.sent[x.Inject] = x
		c.facts.Fire(x.Inject, x.At)
	}
	for i := range c.s.Injects {
		in := &c.s.Injects[i]
		x, ok := c.sent[in.ID]
		if !ok {
			continue
		}
		for _, d := range in.Sets {
			add(Deed{Fact: scenario.Fact{At: x.At, Do: d.Do, About: d.About}, Event: x.Event})
		}
	}
	for _, t := range c.p.Tellings {
		if t.Reveal != "" {
			add(Deed{Fact: scenario.Fact{At: t.At, Do: "told", About: t.Reveal}, Event: t.Event})
		}
	}
	for _, d := range c.p.Deeds {
		add(d)
		key := scenario.Deed{Do: d.Do, About: d.About}
		if _, had := c.played[key]; !had {
			c.played[key] = d
		}
		by := request{d.Team, d.Do, d.About}
		c.byTeam[by] = append(c.byTeam[by], d)
	}
	c.byOf = map[scenario.Read][]string{}
	for i := range c.s.Criteria {
		for _, read := range c.s.ReadByCriterion(i) {
			c.byOf[read] = append(c.byOf[read], c.s.Criteria[i].ID)
		}
	}
}

func (c *computing) done(do, about string) (Deed, bool) {
	d, ok := c.first[scenario.Deed{Do: do, About: about}]
	return d, ok
}

// doneBy is the first deed of a team not before a moment. A deed of another
// team is not this team's, and what the story sets is nobody's.
func (c *computing) doneBy(team, do, about string, from scenario.Minute) (Deed, bool) {
	for _, d := range c.byTeam[request{team, do, about}] {
		if d.At >= from {
			return d, true
		}
	}
	return Deed{}, false
}

// request is what a team is expected to do.
type request struct{ team, do, about string }

// asks gives when each deed was first asked of a team.
func (c *computing) asks() map[request]scenario.Minute {
	out := map[request]scenario.Minute{}
	for i := range c.s.Injects {
		in := &c.s.Injects[i]
		sent, ok := c.sent[in.ID]
		if !ok {
			continue
		}
		for _, e := range in.Expect {
			key := request{e.Team, e.Do, e.About}
			if at, had := out[key]; !had || sent.At < at {
				out[key] = sent.At
			}
		}
	}
	return out
}

// injects judges every inject and every team. A deed done before its inject was
// sent is not late: it was foreseen, and counts as in time. What was asked for
// before is asked for again: only a deed since then answers.
func (c *computing) injects() {
	asks := c.asks()
	at := map[string]int{}
	for _, t := range c.s.Teams {
		at[t.ID] = len(c.r.Teams)
		c.r.Teams = append(c.r.Teams, Team{ID: t.ID, Name: t.Name})
	}
	for _, d := range c.p.Deeds {
		if i, ok := at[d.Team]; ok {
			c.r.Teams[i].Deeds++
		}
	}
	control := map[string]bool{}
	for _, t := range c.s.Teams {
		control[t.ID] = t.Control
	}
	var waits []int
	var asked, answered int
	for i := range c.s.Injects {
		in := &c.s.Injects[i]
		sent, ok := c.sent[in.ID]
		row := Inject{ID: in.ID, Title: in.Title, Sent: ok, At: sent.At, Hand: sent.Hand, Event: sent.Event, Expects: []Expected{}}
		if !ok {
			row.Reason = c.p.Unsent[in.ID]
		}
		for _, e := range in.Expect {
			from := scenario.Minute(0)
			if asks[request{e.Team, e.Do, e.About}] < sent.At {
				from = sent.At
			}
			x := c.expected(&e, sent, from, ok && !control[e.Team])
			row.Expects = append(row.Expects, x)
			t := &c.r.Teams[at[e.Team]]
			t.count(x.State)
			if answer := e.Do == "answered" || e.Do == "accepted"; answer && x.State != NoChance {
				asked++
				if x.Minutes >= 0 {
					answered++
					waits = append(waits, x.Minutes)
					c.r.Referrals.Events = append(c.r.Referrals.Events, x.Event)
				}
			}
		}
		for _, t := range in.Tempt {
			if _, did := c.doneBy(t.Team, t.Do, t.About, sent.At); ok && did {
				c.r.Teams[at[t.Team]].Strayed++
			}
		}
		c.r.Injects = append(c.r.Injects, row)
	}
	all, inTime := 0, 0
	for i := range c.r.Teams {
		t := &c.r.Teams[i]
		t.InTime = tally(t.InTime.N, t.InTime.N+t.Late+t.Missed)
		inTime, all = inTime+t.InTime.N, all+t.InTime.Of
	}
	c.r.InTime = tally(inTime, all)
	c.r.Referrals.Answered, c.r.Referrals.Median = tally(answered, asked), median(waits)
}

func (t *Team) count(state string) {
	switch state {
	case OnTime:
		t.InTime.N++
	case Late:
		t.Late++
	case Undone:
		t.Missed++
	case NoChance:
		t.NoChance++
	}
}

// expected judges one expected deed. There was a chance when the inject was
// sent to a team of players, somebody of which was there for all of the time
// allowed, and play lasted to its end; a deed that was done in time had its
// chance in any case.
func (c *computing) expected(e *scenario.Expectation, sent Sent, from scenario.Minute, chance bool) Expected {
	x := Expected{Team: e.Team, Do: e.Do, About: e.About, Criteria: e.Criteria, State: NoChance, Minutes: -1}
	if !chance {
		return x
	}
	x.Due = sent.At + scenario.Minute(e.Within)
	d, ok := c.doneBy(e.Team, e.Do, e.About, from)
	switch {
	case ok && d.At <= x.Due:
		x.State, x.Minutes, x.Event = OnTime, max(0, int(d.At-sent.At)), d.Event
	case c.unmanned(e.Team, sent.At, x.Due):
		x.Nobody = true
	case ok:
		x.State, x.Minutes, x.Event = Late, int(d.At-sent.At), d.Event
	case x.Due <= c.p.End:
		x.State = Undone
	}
	return x
}

func median(list []int) int {
	if len(list) == 0 {
		return -1
	}
	sort.Ints(list)
	n := len(list)
	if n%2 == 1 {
		return list[n/2]
	}
	return (list[n/2-1] + list[n/2]) / 2
}

// hands lists what control did, each with the criteria it can have changed:
// those that its inject names, that read the inject or what it sets, or that
// read the deed it noted.
func (c *computing) hands() {
	index := map[string]*scenario.Inject{}
	for i := range c.s.Injects {
		index[c.s.Injects[i].ID] = &c.s.Injects[i]
	}
	for _, h := range c.p.Hands {
		h.Touched = []string{}
		touch := func(ids ...string) { h.Touched = append(h.Touched, ids...) }
		if in := index[h.Inject]; in != nil {
			touch(c.byOf[scenario.Read{Do: "fired", About: in.ID}]...)
			for _, e := range in.Expect {
				touch(e.Criteria...)
				touch(c.byOf[scenario.Read{Do: e.Do, About: e.About}]...)
			}
			for _, d := range in.Sets {
				touch(c.byOf[scenario.Read{Do: d.Do, About: d.About}]...)
			}
		}
		if h.Do != "" {
			touch(c.byOf[scenario.Read{Do: h.Do, About: h.About}]...)
		}
		slices.Sort(h.Touched)
		h.Touched = slices.Compact(h.Touched)
		c.r.Hands = append(c.r.Hands, h)
	}
}

// criteria grades, and sets the mentors' grades beside.
func (c *computing) criteria() {
	touched := map[string]bool{}
	for _, h := range c.r.Hands {
		for _, id := range h.Touched {
			touched[id] = true
		}
	}
	graded := c.s.Grade(c.facts)
	nobody, none := c.unheld()
	points, most := map[string]int{}, map[string]int{}
	for i, g := range graded {
		k := g.Criterion
		row := Criterion{ID: k.ID, Objective: k.Objective, Text: k.Text, Weight: k.Weight, Grade: g.Grade, Breached: g.Breached, Touched: touched[k.ID], Nobody: nobody[k.ID]}
		if none[k.ID] && !g.Breached && g.Grade != scenario.Performed {
			row.Grade = scenario.NoChance
		}
		for _, read := range c.s.ReadByCriterion(i) {
			if read.Do == "fired" {
				if x, ok := c.sent[read.About]; ok {
					row.Events = append(row.Events, x.Event)
				}
				continue
			}
			for _, d := range c.all[scenario.Deed{Do: read.Do, About: read.About}] {
				row.Events = append(row.Events, d.Event)
				row.ByHand = row.ByHand || d.Hand
			}
			c.custody(&row, read)
		}
		row.Events = unique(row.Events)
		row.Mentors = c.mentors(k.ID)
		row.Differs = differs(row.Mentors, row.Grade)
		if row.Grade != scenario.NoChance {
			points[k.Objective] += row.Grade.Points() * k.Weight
			most[k.Objective] += scenario.Performed.Points() * k.Weight
		}
		c.r.Criteria = append(c.r.Criteria, row)
	}
	all, of := 0, 0
	for _, o := range c.s.Objectives {
		c.r.Objectives = append(c.r.Objectives, Objective{ID: o.ID, Text: o.Text, Points: tally(points[o.ID], most[o.ID])})
		all, of = all+points[o.ID], of+most[o.ID]
	}
	c.r.Score = tally(all, of)
}

// mentors counts the grades of a criterion: the last of each mentor about each
// team, since a mentor may think again.
func (c *computing) mentors(id string) map[string]int {
	last := map[[2]string]scenario.Grade{}
	for _, m := range c.p.Marks { // in order of time
		if m.Criterion == id {
			last[[2]string{m.Mentor, m.Team}] = m.Grade
		}
	}
	out := map[string]int{}
	for _, g := range last {
		out[string(g)]++
	}
	return out
}

func differs(mentors map[string]int, grade scenario.Grade) bool {
	all := 0
	for _, n := range mentors {
		all += n
	}
	return all > 0 && 2*mentors[string(grade)] < all
}

func unique(events []int64) []int64 {
	slices.Sort(events)
	out := slices.Compact(events)
	if out == nil {
		return []int64{}
	}
	return out
}
