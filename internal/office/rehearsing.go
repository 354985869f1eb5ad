package office

import (
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"sync"

	lru "github.com/hashicorp/golang-lru/v2"

	"rufaa/internal/exercise"
	"rufaa/internal/policy"
	"rufaa/internal/realm"
	"rufaa/internal/rehearsal"
	"rufaa/internal/scenario"
	"rufaa/internal/valid"
)

// RehearsalAsk asks what would happen if.
type RehearsalAsk struct {
	Scenario     string         `json:"scenario" doc:"Id of a scenario of this server, e.g. kaskazi" maxLength:"60"`
	Runs         int            `json:"runs,omitempty" doc:"Plays by each kind of team, 200 when absent" minimum:"0" maximum:"500"`
	Seed         int            `json:"seed,omitempty" doc:"The same seed gives the same result; 1 when absent" minimum:"0"`
	Teams        string         `json:"teams,omitempty" doc:"Whose what-if: skilled or weak" enum:"skilled,weak,"`
	Beds         map[string]int `json:"beds,omitempty" doc:"More beds, by kind: girls, boys, women, men"`
	Interpreters map[string]int `json:"interpreters,omitempty" doc:"More interpreters, by language of the cast"`
	Answer       int            `json:"answer_percent,omitempty" doc:"Agencies answer each other in this share of the time allowed; 0 leaves it" minimum:"0" maximum:"1000"`
	Consent      *int           `json:"consent_percent,omitempty" doc:"Consent is asked for with this chance; absent leaves it" minimum:"0" maximum:"100"`
}

// Rehearsed is the answer.
type Rehearsed struct {
	Scenario *scenario.Script     `json:"-"`
	Report   rehearsal.Report     `json:"report"`
	WhatIf   rehearsal.Comparison `json:"what_if"`
}

// RehearsalRuns bounds the plays that one page may ask for; the command line
// has no such bound.
const RehearsalRuns = 500

// rehearsals plays scenarios one at a time: each takes a second of one core,
// and nobody's page waits for more than the one before.
type rehearsals struct {
	once    sync.Once
	scripts map[string]*scenario.Script
	ids     []string
	err     error
	turn    chan struct{}
	kept    *lru.Cache[string, *Rehearsed]
}

func (h *rehearsals) load(files fs.FS) error {
	h.once.Do(func() {
		h.turn = make(chan struct{}, 1)
		h.kept, h.err = lru.New[string, *Rehearsed](32)
		h.scripts = map[string]*scenario.Script{}
		names, err := fs.Glob(files, "scenario/*.yaml")
		if err != nil {
			h.err = err
			return
		}
		for _, name := range names {
			raw, err := fs.ReadFile(files, name)
			if err != nil {
				h.err = err
				return
			}
			s, err := scenario.Load(path.Base(name), raw)
			if err != nil {
				h.err = fmt.Errorf("office: %w", err)
				return
			}
			h.scripts[s.ID] = s
			h.ids = append(h.ids, s.ID)
		}
		slices.Sort(h.ids)
	})
	return h.err
}

// Scenarios are those of this server that somebody may rehearse, by id and in
// order; read at first use. What this realm plays and has not revealed is
// control's alone: a rehearsal tells of injects, branches and criteria.
func (of *Office) Scenarios(ctx context.Context, who realm.Actor) ([]string, map[string]*scenario.Script, error) {
	if err := of.rehearsals.load(of.files); err != nil {
		return nil, nil, err
	}
	ids, scripts := of.rehearsals.ids, of.rehearsals.scripts
	s, err := of.Exercises.Current(ctx)
	if err != nil {
		return nil, nil, err
	}
	if m, _ := s.Member(who.Staff); !s.Exists() || s.Phase == exercise.Opened || m.Part == exercise.Control {
		return ids, scripts, nil
	}
	scripts = maps.Clone(scripts)
	delete(scripts, s.Scenario)
	return slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return id == s.Scenario }), scripts, nil
}

// Rehearse plays a scenario without people: as it stands, and with the change.
// Nothing of it is kept but the last answers, in memory.
func (of *Office) Rehearse(ctx context.Context, who realm.Actor, ask RehearsalAsk) (*Rehearsed, error) {
	if err := of.Door.Realm(who.Principal, policy.RehearsalRun); err != nil {
		return nil, err
	}
	_, scripts, err := of.Scenarios(ctx, who)
	if err != nil {
		return nil, err
	}
	change, err := of.rehearsalChange(&ask, scripts[ask.Scenario])
	if err != nil {
		return nil, err
	}
	key, err := json.Marshal(ask)
	if err != nil {
		return nil, err
	}
	h := &of.rehearsals
	if r, ok := h.kept.Get(string(key)); ok {
		return r, nil
	}
	select {
	case h.turn <- struct{}{}:
		defer func() { <-h.turn }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if r, ok := h.kept.Get(string(key)); ok {
		return r, nil
	}
	base := rehearsal.Skilled()
	if ask.Teams == "weak" {
		base = rehearsal.Weak()
	}
	s := scripts[ask.Scenario]
	out := &Rehearsed{Scenario: s, Report: rehearsal.Many(s, rehearsal.Skilled(), rehearsal.Weak(), ask.Runs, uint64(ask.Seed)),
		WhatIf: rehearsal.WhatIf(s, base, change, ask.Runs, uint64(ask.Seed))}
	h.kept.Add(string(key), out)
	return out, nil
}

// rehearsalChange checks what was asked and fills in what was left out.
func (of *Office) rehearsalChange(ask *RehearsalAsk, s *scenario.Script) (rehearsal.Change, error) {
	c := valid.New(of.Now())
	var out rehearsal.Change
	if ask.Runs == 0 {
		ask.Runs = 200
	}
	if ask.Seed == 0 {
		ask.Seed = 1
	}
	within := func(name string, n, most int) {
		if n < 0 || n > most {
			c.Add(name, "rehearsal.error.range", "most", most)
		}
	}
	within("runs", ask.Runs, RehearsalRuns)
	within("seed", ask.Seed, 1<<31)
	within("answer_percent", ask.Answer, 1000)
	c.Term("scenario", ask.Scenario, func(string) bool { return s != nil }, true)
	c.Term("teams", ask.Teams, func(t string) bool { return t == "skilled" || t == "weak" }, false)
	for kind, n := range ask.Beds {
		within("beds."+kind, n, rehearsal.MoreMost)
		c.Term("beds."+kind, kind, func(k string) bool { return slices.Contains(rehearsal.BedKinds, k) }, true)
	}
	if s != nil {
		languages := rehearsal.Languages(s.Scenario)
		for lang, n := range ask.Interpreters {
			within("interpreters."+lang, n, rehearsal.MoreMost)
			c.Term("interpreters."+lang, lang, func(l string) bool { return slices.Contains(languages, l) }, true)
		}
	}
	if ask.Consent != nil {
		within("consent_percent", *ask.Consent, 100)
		share := float64(*ask.Consent) / 100
		out.Consent = &share
	}
	out.Beds, out.Interpreters, out.Answer = ask.Beds, ask.Interpreters, float64(ask.Answer)/100
	return out, c.Err()
}
