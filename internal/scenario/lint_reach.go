package scenario

import (
	"fmt"
	"slices"
)

// reach finds what can never turn: injects whose condition waits for a fact that
// neither an inject sets nor a team is expected or tempted to bring about, nor
// time brings, or that contradicts itself; what people hide and can never tell;
// and criteria that tell no team from another. An inject that is never sent sets
// off nothing, so that one after another may fall.
func (l *lint) reach() {
	dead := map[int]bool{}
	for {
		can, before := l.can(dead), len(dead)
		for i, c := range l.script.when {
			if c == nil || dead[i] {
				continue
			}
			inTime := func(r Read) bool { return l.inTime(i, r, can) }
			if (outlook{s: l.s, can: inTime}).may(c) {
				continue
			}
			dead[i] = true
			l.add(fmt.Sprintf("injects/%d/when", i), fmt.Sprintf("inject %s is unreachable: %s", l.s.Injects[i].ID, why(c, inTime)),
				"let an inject set it in time, or expect a team to do it")
		}
		if len(dead) == before {
			l.secrets()
			l.measures()
			return
		}
	}
}

// why names what a condition waits for in vain.
func why(c *Condition, can func(Read) bool) string {
	for _, r := range c.Reads {
		switch {
		case r.Do == "trust" || can(r):
		case r.Do == "fired":
			return "inject " + r.About + " is not sent before it is decided"
		default:
			return "nothing brings about " + r.Do + " " + r.About
		}
	}
	return "its condition can never be true"
}

// can are the facts that something can bring about, with the first moment at
// which it can.
func (l *lint) can(dead map[int]bool) map[Read]Minute {
	can := map[Read]Minute{}
	add := func(r Read, at Minute) {
		if was, there := can[r]; !there || at < was {
			can[r] = at
		}
	}
	begin := l.s.Begins()
	for i, x := range l.s.Injects {
		if dead[i] {
			continue
		}
		at := begin
		if x.At.Set {
			at = x.At.Minute
		}
		add(Read{"fired", x.ID}, at)
		for _, d := range x.Sets {
			add(Read{d.Do, d.About}, at)
		}
		for _, d := range x.Expect { // a team may foresee it
			add(Read{d.Do, d.About}, begin)
		}
		for _, d := range x.Tempt {
			add(Read{d.Do, d.About}, begin)
		}
	}
	for _, c := range l.s.Characters {
		for _, r := range c.Reveals {
			add(Read{"told", r.ID}, begin)
		}
	}
	for _, e := range l.s.Exhibits { // time brings it where anybody hands it over
		add(Read{"confirm_overdue", e.ID}, begin)
	}
	return can
}

// inTime tells whether a fact can be there when an inject is decided. Two of one
// minute are decided in the order of the file.
func (l *lint) inTime(i int, r Read, can map[Read]Minute) bool {
	at, ok := can[r]
	if !ok {
		return false
	}
	x, last := &l.s.Injects[i], l.s.Ends()
	if x.At.Set {
		last = x.At.Minute
	}
	if x.Until.Set {
		last = x.Until.Minute
	}
	if x.At.Set && !x.Until.Set && at == last && r.Do == "fired" {
		return l.script.index[r.About] < i
	}
	return at <= last
}

// secrets finds what somebody hides and can never tell, however kind everybody is:
// actors log for themselves how they are treated, so that any fact may be there.
func (l *lint) secrets() {
	o := outlook{s: l.s, can: func(Read) bool { return true }}
	for i, c := range l.s.Characters {
		most := o.trust(c.ID).hi
		for j, r := range c.Reveals {
			path := fmt.Sprintf("characters/%d/reveals/%d/", i, j)
			if float64(r.Gate) > most {
				l.add(path+"gate", fmt.Sprintf("%s is never told: its gate is %d, and trust of %s reaches %.0f at most", r.ID, r.Gate, c.ID, most),
					"lower the gate, or let more words of trust be kind")
			} else if w := l.script.gates[r.ID]; !o.may(w) {
				l.add(path+"when", fmt.Sprintf("%s is never told: %s", r.ID, why(w, o.can)), "let an inject set it, or expect a team to do it")
			}
			for _, d := range r.Wrong {
				if slices.Contains(r.Recorded, d) {
					l.add(path+"wrong", fmt.Sprintf("contradiction: %s %s shows that %s was recorded, and that it was recorded wrong", d.Do, d.About, r.ID), "keep one of them")
				}
			}
		}
	}
}

// measures finds criteria that grade everybody the same, so that an objective has
// no measure in them. What they read need not be expected at an inject: teams do
// much on the ordinary pages that nobody asks for.
func (l *lint) measures() {
	o := outlook{s: l.s, can: func(Read) bool { return true }}
	for i := range l.s.Criteria {
		g, id := l.script.grades[i], l.s.Criteria[i].ID
		path := fmt.Sprintf("criteria/%d/", i)
		const remedy = "let it read what a team does"
		switch {
		case o.must(g.performed) && (g.breach == nil || !o.may(g.breach)):
			l.add(path+"p", fmt.Sprintf("criterion %s measures nothing: every team performs it, whatever it does", id), remedy)
		case !o.may(g.performed):
			l.add(path+"p", fmt.Sprintf("criterion %s measures nothing: no team can perform it", id), remedy)
		case !o.may(g.chance):
			l.add(path+"chance", fmt.Sprintf("criterion %s measures nothing: no team ever has a chance", id), remedy)
		}
	}
}
