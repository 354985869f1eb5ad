package scenario

import (
	"fmt"

	"rufaa/internal/clockwork"
)

// Firing is an inject that fired, and when.
type Firing struct {
	Inject *Inject
	At     Minute
}

// Unfired is an inject that has not fired, and why.
type Unfired struct {
	Inject *Inject
	Reason string
}

// Play is a scenario being played: facts go in, injects come out. It is pure;
// its state follows from the calls alone. One goroutine at a time.
type Play struct {
	script  *Script
	facts   *Facts
	now     Minute
	queue   clockwork.Queue[turn]
	waiting map[int]bool
	held    map[int]string // why
	late    map[int]bool   // held when they were due
	reason  map[int]string
	dirty   []int
}

type turn struct {
	inject int
	ends   bool // the window of a waiting inject closes
}

// Play starts a play at the first moment of the timetable.
func (s *Script) Play() *Play {
	p := &Play{script: s, facts: NewFacts(s.Scenario), waiting: map[int]bool{}, held: map[int]string{}, late: map[int]bool{}, reason: map[int]string{}, now: s.Begins()}
	for i := range s.Injects {
		in := &s.Injects[i]
		at := p.now
		if in.At.Set {
			at = in.At.Minute
		}
		p.queue.Add(at, turn{inject: i})
	}
	return p
}

// Facts is the fold so far; read only.
func (p *Play) Facts() *Facts { return p.facts }

// Now is the scenario's moment.
func (p *Play) Now() Minute { return p.now }

// Next is the moment of the next thing the play itself has to do.
func (p *Play) Next() (Minute, bool) { return p.queue.Next() }

// Advance takes the play to a moment and gives every inject that fired on the
// way, in order. A moment before now changes nothing.
func (p *Play) Advance(to Minute) []Firing {
	var out []Firing
	for {
		t, at, ok := p.queue.Due(to)
		if !ok {
			p.now = max(p.now, to)
			return out
		}
		p.now = max(p.now, at)
		switch {
		case p.settled(t.inject):
		case t.ends:
			if p.waiting[t.inject] {
				delete(p.waiting, t.inject)
				p.reason[t.inject] = fmt.Sprintf("its condition did not come true by %s (%s)", at, p.script.when[t.inject].Why(p.facts))
			}
		case p.script.when[t.inject].Holds(p.facts):
			out = append(out, p.fire(t.inject)...)
		default:
			p.wait(t.inject, at)
		}
	}
}

// wait keeps an undecided inject until its window closes; one with a moment and
// no window is decided at the moment.
func (p *Play) wait(i int, at Minute) {
	in := &p.script.Injects[i]
	if in.At.Set && !in.Until.Set {
		p.reason[i] = fmt.Sprintf("its condition was not true at %s (%s)", at, p.script.when[i].Why(p.facts))
		return
	}
	p.waiting[i] = true
	end := p.script.Ends()
	if in.Until.Set {
		end = in.Until.Minute
	}
	p.queue.Add(max(end, at), turn{inject: i, ends: true})
}

// Record adds a fact that happened now or earlier, and gives what it set off.
func (p *Play) Record(x Fact) []Firing {
	p.facts.Add(x)
	p.touch(Read{x.Do, x.About})
	if p.facts.steps[x.Do] != 0 {
		p.touch(Read{"trust", x.About})
	}
	return p.settle()
}

// Fire lets control fire an inject by hand, whatever its condition says; false
// when it has fired.
func (p *Play) Fire(id string) ([]Firing, bool) {
	i, ok := p.script.index[id]
	if !ok || p.facts.Fired(id) {
		return nil, false
	}
	return p.fire(i), true
}

// Skip lets control drop an inject, with the reason given.
func (p *Play) Skip(id, reason string) bool {
	i, ok := p.script.index[id]
	if !ok || p.facts.Fired(id) {
		return false
	}
	delete(p.waiting, i)
	p.reason[i] = reason
	p.facts.skip(id)
	return true
}

// Hold keeps an inject back until Release: it does not fire, neither by its time
// nor by its condition.
func (p *Play) Hold(id, reason string) {
	if i, ok := p.script.index[id]; ok {
		p.held[i] = reason
	}
}

// Release lets a held inject go; what was due meanwhile fires now.
func (p *Play) Release(id string) []Firing {
	i, ok := p.script.index[id]
	if !ok || p.held[i] == "" {
		return nil
	}
	delete(p.held, i)
	if !p.late[i] {
		return nil
	}
	delete(p.late, i)
	return p.fire(i)
}

// Closed gives the injects whose moment or window is over without their
// condition: they will not fire any more by themselves.
func (p *Play) Closed() []Unfired {
	var out []Unfired
	for i := range p.script.Injects {
		if reason := p.reason[i]; reason != "" && !p.settled(i) && !p.waiting[i] {
			out = append(out, Unfired{&p.script.Injects[i], reason})
		}
	}
	return out
}

// settled tells whether control has fired or skipped the inject already.
func (p *Play) settled(i int) bool {
	id := p.script.Injects[i].ID
	return p.facts.Fired(id) || p.facts.skipped[id]
}

func (p *Play) fire(i int) []Firing {
	in := &p.script.Injects[i]
	if p.settled(i) {
		return nil
	}
	if p.held[i] != "" {
		p.late[i] = true
		return nil
	}
	delete(p.waiting, i)
	delete(p.reason, i)
	p.facts.Fire(in.ID, p.now)
	out := []Firing{{in, p.now}}
	p.touch(Read{"fired", in.ID})
	for _, d := range in.Sets {
		p.facts.Add(Fact{At: p.now, Do: d.Do, About: d.About})
		p.touch(Read{d.Do, d.About})
		if p.facts.steps[d.Do] != 0 {
			p.touch(Read{"trust", d.About})
		}
	}
	return append(out, p.settle()...)
}

func (p *Play) touch(r Read) {
	p.dirty = append(p.dirty, p.script.readers[r]...)
}

// settle looks again at the waiting injects that read what changed. It ends:
// every inject fires at most once.
func (p *Play) settle() []Firing {
	var out []Firing
	for len(p.dirty) > 0 {
		i := p.dirty[0]
		p.dirty = p.dirty[1:]
		if p.waiting[i] && p.script.when[i].Holds(p.facts) {
			out = append(out, p.fire(i)...)
		}
	}
	return out
}

// Unfired gives every inject that has not fired, in the order of the file.
func (p *Play) Unfired() []Unfired {
	var out []Unfired
	for i := range p.script.Injects {
		in := &p.script.Injects[i]
		if p.facts.Fired(in.ID) {
			continue
		}
		reason := p.reason[i]
		switch {
		case p.held[i] != "":
			reason = "it is held: " + p.held[i]
		case reason != "":
		case p.waiting[i]:
			reason = fmt.Sprintf("it still waits for its condition (%s)", p.script.when[i].Why(p.facts))
		default:
			reason = fmt.Sprintf("its time has not come by %s", p.now)
		}
		out = append(out, Unfired{in, reason})
	}
	return out
}

// Told gives what a character will tell now: trust has reached the gate and the
// condition holds.
func (p *Play) Told(character string) []*Reveal {
	var out []*Reveal
	for i := range p.script.Characters {
		c := &p.script.Characters[i]
		if c.ID != character {
			continue
		}
		for j := range c.Reveals {
			r := &c.Reveals[j]
			if p.facts.Trust(c.ID) >= r.Gate && p.script.gates[r.ID].Holds(p.facts) {
				out = append(out, r)
			}
		}
	}
	return out
}
