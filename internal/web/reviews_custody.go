package web

import (
	"strconv"
	"time"

	"github.com/a-h/templ"

	"rufaa/internal/custody"
	"rufaa/internal/exhibit"
	"rufaa/internal/review"
)

// flaws says each thing wrong with a chain of custody.
func (v *reading) flaws(before string, list []review.Flaw) []templ.Component {
	var out []templ.Component
	for i := range list {
		out = append(out, plain(before+v.flaw(&list[i])))
	}
	return out
}

// flaw says one in the words of the exhibits' own page, with the events' numbers
// in the ledger, moments of the scenario, and teams in place of people.
func (v *reading) flaw(f *review.Flaw) string {
	finding := custody.Finding{Flaw: custody.Flaw(f.Flaw), Span: time.Duration(f.Seconds) * time.Second, Km: f.Km}
	event := func(n int64) string { return "#" + strconv.FormatInt(n, 10) }
	return exhibit.Sentence{Finding: finding, First: event(f.First.Event), Second: event(f.Second.Event),
		FirstAt: f.First.At.String(), SecondAt: f.Second.At.String(), Was: f.Was, Is: f.Is}.In(v.lang)
}

// custody says what is wrong with the chains that a criterion reads.
func (v *reading) custody(k *review.Criterion) []templ.Component {
	var out []templ.Component
	for _, c := range k.Custody {
		out = append(out, v.flaws(c.Exhibit+": ", c.Flaws)...)
	}
	return out
}
