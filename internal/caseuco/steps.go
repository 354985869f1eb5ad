package caseuco

import "time"

// Deed is a guided step of a scene: done, or skipped with a reason.
type Deed struct {
	ID      string
	Guide   string // its id, which holds its version
	Step    string // id within the guide
	Title   string // what the guide calls it
	Skipped bool
	Reason  string    // of a skip, or why a step led to nothing: words of the vocabulary
	Began   time.Time // when the guide was begun at the scene; zero where it is not known
	Settled time.Time // when it was said to be done, or skipped
	By      Actor
	Place   Place
	Led
	Added []Addition // what it led to and was told later
}

// Led is what a step led to. Those exhibits and files that are in the dossier
// are named; of the rest nothing is.
type Led struct{ Exhibits, Files []string }

// Addition is what somebody added to a step after it was done.
type Addition struct {
	ID string
	At time.Time
	By Actor
	Led
}

// deed writes a step as an action. What it led to is grouped by a provenance
// record of its own, which has no exhibit number: the exhibits' have theirs. A
// step that was skipped has no end and no result, and is of no known status: the
// vocabulary has no word for what was left undone on purpose.
func (w *writer) deed(x *Deed) {
	if x.ID == "" || x.Step == "" || x.Settled.IsZero() {
		w.fail("step %q needs an id, its name and a time", x.Step)
		return
	}
	n := node{"@id": w.id("action", "step", x.ID), "@type": "case-investigation:InvestigativeAction", "uco-core:name": "guided-step-done",
		"uco-core:tag": []string{x.Guide, x.Step}, "uco-action:actionStatus": "Complete/Finish"}
	began := x.Began
	if began.IsZero() || began.After(x.Settled) {
		began = x.Settled
	}
	n.text("uco-core:description", x.Title).time("uco-action:startTime", began).time("uco-core:objectCreatedTime", x.Settled)
	n.refs("uco-action:performer", w.actor(x.By)).refs("uco-action:location", w.places(x.Place)...)
	if x.Skipped {
		n["uco-core:name"], n["uco-action:actionStatus"] = "guided-step-skipped", "Unknown"
	} else {
		n.time("uco-action:endTime", x.Settled).refs("uco-action:result", w.led(x.ID, x.Settled, &x.Led)...)
	}
	if x.Reason != "" {
		n["uco-core:description"] = x.Title + " (" + x.Reason + ")"
	}
	step := w.add(n)
	for i := range x.Added {
		w.addition(x, &x.Added[i], step)
	}
}

// addition is an action of its own, informed by the step: it stands beside.
func (w *writer) addition(x *Deed, a *Addition, step ref) {
	n := node{"@id": w.id("action", "step", x.ID, a.ID), "@type": "case-investigation:InvestigativeAction", "uco-core:name": "guided-step-added-to",
		"uco-core:tag": []string{x.Guide, x.Step}, "uco-action:actionStatus": "Complete/Finish"}
	n.time("uco-action:startTime", a.At).time("uco-action:endTime", a.At).refs("uco-action:performer", w.actor(a.By))
	n.refs("case-investigation:wasInformedBy", step).refs("uco-action:result", w.led(x.ID+"/"+a.ID, a.At, &a.Led)...)
	w.add(n)
}

// led is the provenance record of what a step led to; none where nothing of it
// is in the dossier.
func (w *writer) led(of string, at time.Time, l *Led) []ref {
	var about []ref
	for _, id := range l.Exhibits {
		if thing := (ref{w.id("exhibit", id)}); w.seen[thing.ID] {
			about = append(about, thing)
		}
	}
	for _, id := range l.Files {
		if w.has(id) {
			about = append(about, ref{w.id("file", id)})
		}
	}
	if len(about) == 0 {
		return nil
	}
	n := node{"@id": w.id("provenance", "step", of), "@type": "case-investigation:ProvenanceRecord"}
	return []ref{w.add(n.time("uco-core:objectCreatedTime", at).refs("uco-core:object", about...))}
}
