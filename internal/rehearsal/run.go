package rehearsal

import (
	"math/rand/v2"
	"slices"

	"rufaa/internal/clockwork"
	"rufaa/internal/scenario"
)

// Run is one play.
type Run struct {
	Fired    map[string]bool
	ToSafety map[string]int // minutes from found to safe, by victim; absent when never safe
	Waiting  map[string]int // minutes from found to the end of play, by victim found and never safe
	NoBed    map[string]int // people for whom no bed of their kind was left, by kind
	Overrun  map[int]int    // player minutes of work left after the end of each day, all teams
	Graded   []scenario.Graded
	Score    float64
}

type task struct {
	team   string
	do     scenario.Deed
	effort int
}

type run struct {
	script *scenario.Script
	h      Habits
	dice   *rand.Rand
	play   *scenario.Play
	tasks  clockwork.Queue[task]
	free   map[string][]scenario.Minute // by team: when each player is free again
	beds   map[string]int
	voices map[string][]scenario.Minute // by language: when each interpreter is free
	cast   map[string]*scenario.Character
	talked map[string]bool // reveals told
	done   Run
}

// improvised is how much later something is done for which a bed or an interpreter
// is missing, in minutes.
const improvised = 240

// talks are the deeds that need her to understand: who speaks none of the teams'
// languages waits for an interpreter before them.
var talks = map[string]bool{"safe": true, "consented": true, "screened": true, "interviewed": true, "asked": true, "risk_assessed": true, "claim_registered": true}

// Once plays the scenario once; the seed decides everything the habits leave open.
func Once(s *scenario.Script, h Habits, seed uint64) Run {
	r := &run{script: s, h: h, dice: rand.New(rand.NewPCG(seed, 0x6b61736b617a69)), play: s.Play(),
		free: map[string][]scenario.Minute{}, beds: map[string]int{}, voices: map[string][]scenario.Minute{},
		cast: map[string]*scenario.Character{}, talked: map[string]bool{},
		done: Run{Fired: map[string]bool{}, ToSafety: map[string]int{}, Waiting: map[string]int{}, NoBed: map[string]int{}, Overrun: map[int]int{}}}
	for _, t := range s.Teams {
		r.free[t.ID] = make([]scenario.Minute, max(1, t.Players))
	}
	for _, kind := range BedKinds {
		r.beds[kind] = h.Beds[kind]
		for _, p := range s.Places {
			r.beds[kind] += p.Beds[kind]
		}
	}
	for lang, n := range added(s.Resources.Interpreters, h.Interpreters) {
		r.voices[lang] = make([]scenario.Minute, n)
	}
	for i := range s.Characters {
		r.cast[s.Characters[i].ID] = &s.Characters[i]
	}
	r.through()
	return r.result()
}

// through takes play and tasks in the order of scenario time.
func (r *run) through() {
	end := r.script.Ends()
	for {
		inject, more := r.play.Next()
		task, work := r.tasks.Next()
		switch {
		case work && (!more || task < inject) && task <= end:
			t, at, _ := r.tasks.Due(task)
			r.take(t, at)
		case more && inject <= end:
			r.react(r.play.Advance(inject))
		default:
			r.react(r.play.Advance(end))
			return
		}
	}
}

// react makes the teams decide about what fired.
func (r *run) react(fired []scenario.Firing) {
	for _, f := range fired {
		r.done.Fired[f.Inject.ID] = true
		for _, e := range f.Inject.Expect {
			chance := 1 - r.h.Miss
			if e.Do == "consented" {
				chance = r.h.Consent
			}
			roll, luck := r.dice.Float64(), 0.5+r.dice.Float64()
			if roll < chance {
				pace := r.h.Pace
				if answers[e.Do] {
					pace = r.h.Answer
				}
				wait := float64(e.Within) * pace * luck
				r.start(e.Team, e.Deed, f.At, int(wait))
			}
		}
		for _, t := range f.Inject.Tempt {
			if r.dice.Float64() < r.h.Stray {
				r.tasks.Add(f.At+5, task{team: t.Team, do: t.Deed})
			}
		}
	}
}

// start gives the work to the player free first; it is done after the wait,
// later when nobody is free.
func (r *run) start(team string, do scenario.Deed, at scenario.Minute, wait int) {
	players := r.free[team]
	if len(players) == 0 { // control plays no tasks
		return
	}
	first := soonest(players)
	begin := max(at, players[first])
	if do.Do == "interpreted" || talks[do.Do] && r.foreign(do.About) {
		switch when := r.interpreter(do.About, begin); {
		case when != scenario.Never:
			begin = when
		case do.Do == "interpreted":
			return
		default: // nobody speaks her language: somebody is found at last
			begin += improvised
		}
	}
	players[first] = begin + scenario.Minute(r.h.Effort)
	r.tasks.Add(max(at+scenario.Minute(wait), players[first]), task{team: team, do: do})
	for _, d := range r.script.Timetable {
		if begin.Day() == d.Day {
			if over := int(players[first] - d.To.Minute); over > 0 {
				r.done.Overrun[d.Day] += over
			}
		}
	}
}

// foreign tells whether a character speaks no language in which the teams work.
func (r *run) foreign(character string) bool {
	c := r.cast[character]
	return c != nil && !slices.ContainsFunc(c.Speaks, func(lang string) bool { return slices.Contains(r.script.Languages, lang) })
}

// interpreter books the first free one of a language the character speaks.
func (r *run) interpreter(character string, at scenario.Minute) scenario.Minute {
	best, when := "", scenario.Minute(scenario.Never)
	for _, lang := range r.cast[character].Speaks {
		if v := r.voices[lang]; len(v) > 0 && max(at, v[soonest(v)]) < when {
			best, when = lang, max(at, v[soonest(v)])
		}
	}
	if best != "" {
		v := r.voices[best]
		v[soonest(v)] = when + 60
	}
	return when
}

func soonest(at []scenario.Minute) int {
	best := 0
	for i := range at {
		if at[i] < at[best] {
			best = i
		}
	}
	return best
}

// take makes a finished task a fact. Safe needs a bed: without one of her kind
// the team improvises, four hours later.
func (r *run) take(t task, at scenario.Minute) {
	c := r.cast[t.do.About]
	r.react(r.play.Advance(at))
	if t.do.Do == "safe" && c != nil && c.Bed != "" && t.effort == 0 {
		if r.beds[c.Bed] == 0 {
			r.done.NoBed[c.Bed]++
			t.effort = 1
			r.tasks.Add(at+improvised, t)
			return
		}
		r.beds[c.Bed]--
	}
	r.react(r.play.Record(scenario.Fact{At: at, Do: t.do.Do, About: t.do.About, Team: t.team}))
	if c == nil {
		return
	}
	for _, told := range r.play.Told(c.ID) {
		if !r.talked[told.ID] {
			r.talked[told.ID] = true
			r.react(r.play.Record(scenario.Fact{At: at, Do: "told", About: told.ID}))
		}
	}
}

func (r *run) result() Run {
	f := r.play.Facts()
	for _, c := range r.script.Characters {
		found, ok := f.Done("found", c.ID)
		if c.Role != "victim" || !ok {
			continue
		}
		if m := f.Minutes("found", "safe", c.ID); m != scenario.Never {
			r.done.ToSafety[c.ID] = max(0, m)
		} else {
			r.done.Waiting[c.ID] = int(r.script.Ends() - found)
		}
	}
	r.done.Graded = r.script.Grade(f)
	r.done.Score, _ = scenario.Score(r.done.Graded)
	return r.done
}
