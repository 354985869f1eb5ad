package directory

import (
	"math"
	"slices"
)

// judge applies the hard rules of Rank to one candidate after the other.
type judge struct {
	d    *Directory
	n    *Needs
	f    filter
	shun map[string]bool // by county: something to avoid touches it
	past map[string]Past
}

// verdict is what the hard rules say. no is the rule that leaves a candidate
// out, "" when none does.
type verdict struct {
	no     string
	args   []any
	sure   bool
	speaks Fact
	free   int
	told   Fact // whether something is free
}

func (v verdict) reason() Reason { return because("no."+v.no, v.args...) }

func (j *judge) judge(h hit) verdict {
	v := verdict{sure: true}
	e, p := h.entry, h.shard.p
	if p.Vetting.State != "" && j.barred(p) {
		return verdict{no: "vetting"}
	}
	if slices.Contains(j.n.Avoid.Providers, p.ID) || p.Agency != "" && slices.Contains(j.n.Avoid.Providers, p.Agency) {
		return verdict{no: "avoid-provider"}
	}
	takes := j.f.takes(e)
	if takes >= refusedBy {
		return verdict{no: criteria[takes-refusedBy].name}
	}
	v.sure = takes == takesSurely
	if j.avoids(h) {
		return verdict{no: "avoid-area", args: []any{"county", e.county}}
	}
	if j.n.Within > 0 {
		if km := j.f.km(h.shard, e); km > j.n.Within && !math.IsInf(km, 1) {
			return verdict{no: "too-far"}
		}
	}
	if v.speaks = NotKnown; len(j.n.Person.Languages) > 0 {
		v.speaks = speaks(p.Spoken(e.service), j.n.Person.Languages)
		if j.n.Language && v.speaks == No {
			return verdict{no: "language"}
		}
		v.sure = v.sure && (v.speaks == Yes || !j.n.Language)
	}
	if !j.n.Later {
		state := j.f.state(e)
		open := openFact(state)
		if open == No {
			return verdict{no: string(state)}
		}
		v.sure = v.sure && open == Yes
	}
	return j.room(h, v)
}

func (j *judge) barred(p *Provider) bool {
	state, _ := j.d.Taxonomy.Term("vetting", p.vettingAt(j.f.now))
	return state.Barred
}

// room asks for a free place. What takes people by the door and has reported
// no places is asked for none.
func (j *judge) room(h hit, v verdict) verdict {
	if len(h.entry.slots) == 0 && !h.entry.housing {
		// A telephone line that finds shelter is rung; it is no bed.
		v.sure = v.sure && !j.asksForRoof()
		return v
	}
	v.free, v.told = j.f.free(h.shard, h.entry)
	switch {
	case v.told == No:
		return verdict{no: "full"}
	case v.told == Yes && v.free < max(1, j.n.Places):
		return verdict{no: "too-few", args: []any{"free", v.free}}
	case v.told == NotKnown && len(h.entry.slots) > 0 && !slices.ContainsFunc(h.entry.slots, func(k slotKept) bool { return j.f.fits(&k) }):
		return verdict{no: "group"}
	}
	v.sure = v.sure && v.told == Yes
	return v
}

// asksForRoof tells whether a place to sleep is asked for.
func (j *judge) asksForRoof() bool { return j.n.Service == "shelter" }

// avoids is the safety rule. An open place is judged by where it is; what is
// confidential, or told by county only, is shut out by its whole county as soon
// as an area to avoid touches that county. So the answer is always on the safe
// side, and asking with a thousand circles finds no place.
func (j *judge) avoids(h hit) bool {
	e := h.entry
	if e.county != "" && slices.Contains(j.n.Avoid.Counties, e.county) {
		return true
	}
	if len(j.n.Avoid.Places) == 0 {
		return false
	}
	if e.location != nil && !e.location.Confidential && h.shard.points[e.point].exact {
		at := h.shard.points[e.point].point
		return slices.ContainsFunc(j.n.Avoid.Places, func(c Circle) bool { return Kilometres(at, c.Point) <= c.Kilometres })
	}
	if e.location == nil || e.location.In() != Home { // a telephone line is nowhere
		return false
	}
	near, known := j.shun[e.county]
	if !known {
		near = slices.ContainsFunc(j.n.Avoid.Places, func(c Circle) bool {
			return j.d.Taxonomy.Map.kmFrom(e.county, c.Point) <= c.Kilometres
		})
		j.shun[e.county] = near
	}
	return near
}

// match explains a candidate: what speaks for it and what is not known, in
// the order in which a case manager asks.
func (j *judge) match(h hit, v verdict) Match {
	m := Match{Row: j.d.row(h, &j.f), Sure: v.sure}
	say := func(key string, args ...any) { m.Reasons = append(m.Reasons, because(key, args...)) }
	if v.told.Known() {
		free := v.free
		m.Free = &free
	}
	j.sayPlaces(&m, say)
	for i := range criteria {
		f, applies := criteria[i].ask(&h.entry.service.Eligibility, &j.n.Person)
		switch {
		case applies && f == Yes:
			say("takes." + criteria[i].name)
		case applies:
			say("unknown." + criteria[i].name)
		}
	}
	j.sayLanguage(h, v, say)
	switch m.Opening.State {
	case Open:
		say("open")
	case OpenNotKnown:
		say("unknown.open")
	default:
		say("shut." + string(m.Opening.State))
	}
	if m.Kilometres != nil {
		switch {
		case m.Confidential:
			say("km.county", "km", m.Kilometres.Km, "county", m.County)
		case m.Kilometres.About:
			say("km.about", "km", m.Kilometres.Km)
		default:
			say("km", "km", m.Kilometres.Km)
		}
	}
	switch m.VerifiedAge {
	case AgeNone:
		say("unverified")
	case AgeStale:
		say("verified.stale", "at", m.Verified.At)
	}
	return m
}

func (j *judge) sayPlaces(m *Match, say func(string, ...any)) {
	said := false
	for _, s := range m.Places {
		g, _ := j.d.Taxonomy.Term("groups", s.Group)
		if !g.suits(&j.n.Person) || s.Free == nil || s.Reported == nil {
			continue
		}
		said = true
		key := "places." + string(s.Age)
		args := []any{"unit", s.Unit, "group", s.Group, "free", *s.Free, "reported", *s.Reported}
		if s.Maximum != nil {
			say(key, append(args, "maximum", *s.Maximum)...)
		} else {
			say(key+".no-maximum", args...)
		}
	}
	if !said && (len(m.Places) > 0 || j.asksForRoof()) {
		say("unknown.places")
	}
}

func (j *judge) sayLanguage(h hit, v verdict, say func(string, ...any)) {
	switch v.speaks {
	case Yes:
		for _, l := range j.n.Person.Languages {
			if slices.Contains(h.shard.p.Spoken(h.entry.service), l) {
				say("speaks", "language", l)
			}
		}
	case No:
		say("interpreter")
	default:
		if len(j.n.Person.Languages) > 0 {
			say("unknown.language")
		}
	}
}
