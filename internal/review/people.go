package review

import (
	"slices"

	"rufaa/internal/scenario"
)

// people sets what each person is beside how the teams recorded her, and how
// long she waited.
func (c *computing) people() {
	found, of := 0, 0
	for i := range c.s.Characters {
		ch := &c.s.Characters[i]
		p := Person{Character: ch.ID, Name: ch.Name, Role: ch.Role, As: []string{}}
		first := func(do string) bool {
			d, ok := c.done(do, ch.ID)
			if ok {
				p.Events = append(p.Events, d.Event)
			}
			return ok
		}
		victim := ch.Role == "victim"
		identified, wrong := first("identified"), first("labelled_wrong")
		switch {
		case victim && identified:
			p.As = append(p.As, Identified)
			found++
		case victim:
			p.As = append(p.As, Missed)
		case identified || wrong:
			p.As = append(p.As, FalseVictim)
		default:
			p.As = append(p.As, Rightly)
		}
		if victim {
			of++
			offended := false
			for _, do := range []string{"handcuffed", "celled", "arrested", "charged", "removed"} {
				offended = c.did(do, ch.ID, &p) || offended // every one is named
			}
			if offended {
				p.As = append(p.As, AsOffender)
			}
		}
		p.Safe, p.Care, p.Interview = c.wait(ch.ID, "safe", &p), c.wait(ch.ID, "cared", &p), c.wait(ch.ID, "interviewed", &p)
		p.Asked = c.asked(ch, &p)
		p.Events = unique(p.Events)
		c.r.People = append(c.r.People, p)
	}
	c.r.Found = tally(found, of)
}

// did tells whether somebody in play did it to her, not the story.
func (c *computing) did(do, about string, p *Person) bool {
	d, ok := c.played[scenario.Deed{Do: do, About: about}]
	if ok {
		p.Events = append(p.Events, d.Event)
	}
	return ok
}

// wait is how many minutes from when she was found to something; -1 when it did
// not happen, -2 when she was not found.
func (c *computing) wait(id, do string, p *Person) int {
	from, ok := c.done("found", id)
	if !ok {
		return -2
	}
	to, ok := c.done(do, id)
	if !ok {
		return -1
	}
	p.Events = append(p.Events, from.Event, to.Event)
	return max(0, int(to.At-from.At))
}

// asked counts how often she had to tell the same thing, to how many people.
func (c *computing) asked(ch *scenario.Character, p *Person) Asked {
	var out Asked
	for i := range ch.Reveals {
		told, listeners, teams := 0, map[string]bool{}, map[string]bool{}
		for _, t := range c.p.Tellings {
			if t.Reveal != ch.Reveals[i].ID {
				continue
			}
			told++
			who := t.Listener
			if who == "" {
				who = "team " + t.Team // the actor did not know which of them
			}
			listeners[who], teams[t.Team] = true, true
			p.Events = append(p.Events, t.Event)
		}
		if told > out.Most || told == out.Most && len(listeners) > out.People {
			out.Most, out.People, out.Teams = told, len(listeners), len(teams)
		}
	}
	for _, do := range []string{"interviewed", "examined"} {
		out.Uneased += len(c.all[scenario.Deed{Do: do, About: ch.ID}])
	}
	out.Twice = len(c.all[scenario.Deed{Do: "asked_twice", About: ch.ID}])
	return out
}

// truths says of each thing a character knows what became of it. Without the
// actors' log silence and negligence would look alike.
func (c *computing) truths() {
	told := map[string][]int64{}
	for _, t := range c.p.Tellings {
		told[t.Reveal] = append(told[t.Reveal], t.Event)
	}
	for i := range c.s.Characters {
		ch := &c.s.Characters[i]
		for j := range ch.Reveals {
			r := &ch.Reveals[j]
			t := Truth{Reveal: r.ID, Character: ch.ID, Text: r.Truth, Told: len(told[r.ID]), Events: slices.Clone(told[r.ID])}
			kept, wrong := c.any(r.Recorded, &t), c.any(r.Wrong, &t)
			switch {
			case wrong && !kept:
				t.State = RecordedWrong
			case kept && t.Told == 0:
				t.State = Invented
			case kept:
				t.State = Recorded
			case t.Told > 0:
				t.State = ToldNotKept
			default:
				t.State = NotAsked
			}
			t.Events = unique(t.Events)
			c.r.Truths = append(c.r.Truths, t)
		}
	}
}

func (c *computing) any(list []scenario.Deed, t *Truth) bool {
	ok := false
	for _, d := range list {
		if x, done := c.done(d.Do, d.About); done {
			ok = true
			t.Events = append(t.Events, x.Event)
		}
	}
	return ok
}

func (c *computing) exhibits() {
	for i := range c.s.Exhibits {
		e := &c.s.Exhibits[i]
		x := Exhibit{ID: e.ID, Name: e.Name, State: NotFound}
		for _, step := range []struct{ do, state string }{
			{"exhibit_found", Found}, {"exhibit_sealed", Sealed}, {"custody_gap", Broken}, {"exhibit_mishandled", Spoiled},
		} {
			for _, d := range c.all[scenario.Deed{Do: step.do, About: e.ID}] {
				x.State = step.state
				x.Events = append(x.Events, d.Event)
			}
		}
		x.Flaws = c.flaws(e.ID, &x.Events)
		x.Events = unique(x.Events)
		c.r.Exhibits = append(c.r.Exhibits, x)
	}
}

// flaws are what is wrong with an exhibit's chain, in order of time, with the
// events on both sides of each.
func (c *computing) flaws(id string, events *[]int64) []Flaw {
	var out []Flaw
	for _, d := range c.p.Deeds {
		if d.About == id && d.Flaw != nil {
			out = append(out, *d.Flaw)
			*events = append(*events, d.Flaw.First.Event, d.Flaw.Second.Event)
		}
	}
	return out
}

// custody names under a criterion that reads gaps in custody what is wrong with
// the chains it reads.
func (c *computing) custody(row *Criterion, read scenario.Read) {
	if read.Do != "custody_gap" {
		return
	}
	if list := c.flaws(read.About, &row.Events); len(list) > 0 {
		row.Custody = append(row.Custody, Custody{Exhibit: read.About, Flaws: list})
	}
}

// elements asks of each wrong whether it was proven: the victim identified (of
// smuggling, found) and at least one of its exhibits sealed without a gap.
func (c *computing) elements() {
	state := map[string]string{}
	for _, e := range c.r.Exhibits {
		state[e.ID] = e.State
	}
	for _, w := range c.s.Truth {
		e := Element{Victim: w.Victim, By: w.By, Kind: w.Kind, Text: w.Text}
		do := "identified"
		if w.Kind == "smuggling" {
			do = "screened"
		}
		if d, ok := c.done(do, w.Victim); ok {
			e.Known = true
			e.Events = append(e.Events, d.Event)
		}
		sealed := 0
		for _, id := range w.Exhibits {
			if state[id] != Sealed {
				continue
			}
			sealed++
			if d, ok := c.done("exhibit_sealed", id); ok {
				e.Events = append(e.Events, d.Event)
			}
		}
		e.Exhibits = tally(sealed, len(w.Exhibits))
		e.Proven = e.Known && sealed > 0
		e.Events = unique(e.Events)
		c.r.Elements = append(c.r.Elements, e)
	}
}

// disclosures are those that nobody needed: leaked, disclosed without a basis,
// named in public, or shared with somebody who wrongs the victims.
func (c *computing) disclosures() {
	offender := map[string]bool{}
	for _, ch := range c.s.Characters {
		offender[ch.ID] = ch.Role == "offender"
	}
	for _, d := range c.p.Deeds {
		if d.Do == "leaked" || d.Do == "disclosed" || d.Do == "named_in_public" || d.Do == "shared" && offender[d.About] {
			c.r.Disclosures = append(c.r.Disclosures, Disclosure{Do: d.Do, About: d.About, Team: d.Team, At: d.At, Event: d.Event})
		}
	}
}

func (c *computing) treatments() {
	for _, t := range c.p.Treated { // in order of character and way
		n := len(c.r.Treatments)
		i := slices.IndexFunc(c.r.Treatments, func(x Treatments) bool { return x.Character == t.Character && x.How == t.How && x.Team == t.Team })
		if i < 0 {
			c.r.Treatments = append(c.r.Treatments, Treatments{Character: t.Character, How: t.How, Team: t.Team})
			i = n
		}
		x := &c.r.Treatments[i]
		x.Times++
		x.Events = append(x.Events, t.Event)
	}
}

// timeline is what happened, in order, each with its place on the map.
func (c *computing) timeline() {
	home := map[string]string{}
	for _, p := range c.s.Places {
		home[p.ID] = p.ID
	}
	for _, ch := range c.s.Characters {
		home[ch.ID] = ch.Place
		for _, r := range ch.Reveals {
			home[r.ID] = ch.Place
		}
	}
	for _, e := range c.s.Exhibits {
		home[e.ID] = e.Place
	}
	for _, x := range c.p.Sent {
		c.r.Timeline = append(c.r.Timeline, Moment{At: x.At, What: "inject", About: x.Inject, Event: x.Event})
	}
	for _, t := range c.p.Tellings {
		c.r.Timeline = append(c.r.Timeline, Moment{At: t.At, What: "told", Team: t.Team, About: t.Reveal, Place: home[t.Character], Event: t.Event})
	}
	for _, h := range c.r.Hands {
		c.r.Timeline = append(c.r.Timeline, Moment{At: h.At, What: "control", Do: h.What, About: h.Inject, Event: h.Event})
	}
	for _, d := range c.p.Deeds {
		c.r.Timeline = append(c.r.Timeline, Moment{At: d.At, What: "deed", Team: d.Team, Do: d.Do, About: d.About, Place: home[d.About], Event: d.Event})
	}
	slices.SortStableFunc(c.r.Timeline, func(a, b Moment) int { return int(a.At - b.At) })
}

// findings are the strengths (performed without challenges) and what to
// improve (all else there was a chance for), the heaviest first.
func (c *computing) findings() {
	missing := map[string][]Expected{}
	for i := range c.r.Injects {
		for _, x := range c.r.Injects[i].Expects {
			if x.State != Late && x.State != Undone {
				continue
			}
			for _, k := range x.Criteria {
				missing[k] = append(missing[k], x)
			}
		}
	}
	weight := map[string]int{}
	for i := range c.r.Criteria {
		k := &c.r.Criteria[i]
		weight[k.ID] = k.Weight * (scenario.Performed.Points() - k.Grade.Points())
		f := Finding{Criterion: k.ID, Objective: k.Objective, Grade: k.Grade, Missing: missing[k.ID], Events: k.Events}
		switch k.Grade {
		case scenario.NoChance:
		case scenario.Performed:
			f.Missing = nil
			c.r.Strengths = append(c.r.Strengths, f)
		default:
			c.r.Improvements = append(c.r.Improvements, f)
		}
	}
	slices.SortStableFunc(c.r.Improvements, func(a, b Finding) int { return weight[b.Criterion] - weight[a.Criterion] })
}
