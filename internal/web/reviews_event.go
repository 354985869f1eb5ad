package web

import (
	"errors"
	"net/http"
	"slices"
	"strconv"

	"github.com/a-h/templ"

	"rufaa/internal/ledger"
	"rufaa/internal/problem"
	"rufaa/internal/review"
	"rufaa/internal/web/ui"
)

// eventsShown is how many events stand open behind a figure; the rest is folded.
const eventsShown = 6

// events links the events behind a figure, each to its own page.
func (v *reading) events(list []int64) ui.Cell {
	if len(list) == 0 {
		return ui.Cell{Text: "–"}
	}
	var open, folded []templ.Component
	for i, e := range list {
		n := strconv.FormatInt(e, 10)
		a := templ.Join(element("a", ` class="r-event" href="`+templ.EscapeString(v.o.Base+"/exercise/review/events/"+n+v.which())+`"`, "#"+n), templ.Raw(" "))
		if i < eventsShown {
			open = append(open, a)
		} else {
			folded = append(folded, a)
		}
	}
	if len(folded) > 0 {
		open = append(open, with(ui.Details("+"+strconv.Itoa(len(folded)), false), folded...))
	}
	return ui.Cell{Body: templ.Join(open...)}
}

// which keeps an earlier exercise of the realm in an address.
func (v *reading) which() string {
	if id := v.URL.Query().Get("exercise"); id != "" {
		return "?exercise=" + v.r.Exercise
	}
	return ""
}

// eventPage is one event behind a figure: when it was, what it shows in the
// play, where it stands in the ledger, and every figure that rests on it. No
// member of staff and nothing of a case's content stands on it.
func eventPage(rq *request) error {
	v, err := rq.reviewed()
	if err != nil {
		if status, told, ok := rq.notices(err); ok {
			return rq.render(status, rq.page(rq.t("review.title")), append([]templ.Component{ui.Heading("", rq.t("review.title"))}, told...)...)
		}
		return err
	}
	seq, err := strconv.ParseInt(rq.PathValue("seq"), 10, 64)
	rests := v.restsOn(seq)
	moments := v.shows(seq)
	if err != nil || len(rests)+len(moments) == 0 { // an event that nothing here rests on is none of the review's
		return problem.ErrNotFound
	}
	var e ledger.Event
	found := errors.New("found")
	if err := rq.of.Ledger.Each(rq.Context(), seq, func(x ledger.Event) error { e = x; return found }); !errors.Is(err, found) || e.Seq != seq {
		if err == nil || errors.Is(err, found) {
			err = problem.ErrNotFound
		}
		return err
	}
	title := rq.t("review.event", "n", seq)
	p := rq.page(title)
	p.Back = &ui.Link{Text: rq.t("review.title"), Href: "/exercise/review" + v.which()}
	facts := []ui.Fact{{Key: rq.t("review.event.kind"), Value: e.Kind}, {Key: rq.t("review.event.at"), Value: rq.lang.DateTime(e.At)}}
	var said []templ.Component
	for _, m := range moments {
		facts = append(facts, ui.Fact{Key: rq.t("review.col.moment"), Value: m.At.String()})
		said = append(said, plain(v.tells(m)))
	}
	body := []templ.Component{ui.Heading("", title), ui.SummaryList(facts), list(said...)}
	if len(moments) > 0 {
		body = append(body, para2link(rq.t("review.event.replay"), rq.o.Base+"/exercise/review/replay?step="+strconv.Itoa(v.stepOf(moments[0]))))
	}
	body = append(body, with(ui.Section("rests", rq.t("review.event.rests")), list(rests...)), small(rq.t("review.event.verify", "n", seq)))
	return rq.render(http.StatusOK, p, body...)
}

// shows are the moments of the timeline that an event is behind.
func (v *reading) shows(seq int64) []review.Moment {
	var out []review.Moment
	for _, m := range v.r.Timeline {
		if m.Event == seq {
			out = append(out, m)
		}
	}
	return out
}

// stepOf is the step of the replay, from 0, in which a moment stands.
func (v *reading) stepOf(m review.Moment) int {
	return slices.IndexFunc(v.moments(), func(step []review.Moment) bool { return step[0].At == m.At })
}

// restsOn links the figures that rest on an event.
func (v *reading) restsOn(seq int64) []templ.Component {
	var out []templ.Component
	add := func(section, what string, events ...int64) {
		if slices.Contains(events, seq) {
			out = append(out, link(v.t("review."+section)+": "+what, v.o.Base+"/exercise/review"+v.which()+"#"+section))
		}
	}
	for i := range v.r.Criteria {
		add("criteria", v.r.Criteria[i].ID+" · "+v.in(v.r.Criteria[i].Text), v.r.Criteria[i].Events...)
	}
	for i := range v.r.People {
		add("people", v.r.People[i].Character+" · "+v.in(v.r.People[i].Name), v.r.People[i].Events...)
	}
	for i := range v.r.Truths {
		add("truths", v.r.Truths[i].Reveal, v.r.Truths[i].Events...)
	}
	for i := range v.r.Elements {
		add("elements", v.r.Elements[i].Victim, v.r.Elements[i].Events...)
	}
	for i := range v.r.Exhibits {
		add("exhibits", v.r.Exhibits[i].ID+" · "+v.in(v.r.Exhibits[i].Name), v.r.Exhibits[i].Events...)
	}
	for i := range v.r.Injects {
		in := &v.r.Injects[i]
		if in.Sent {
			add("injects", in.ID+" · "+v.in(in.Title), in.Event)
		}
		for _, x := range in.Expects {
			if x.Done() {
				add("injects", in.ID+" "+x.Team+" "+x.Do+" "+x.About, x.Event)
			}
		}
	}
	for _, x := range v.r.Attendance.Changes {
		add("attendance", x.Team+" "+v.t("review.col."+x.What), x.Events...)
	}
	for _, d := range v.r.Disclosures {
		add("disclosures", d.Do+" "+d.About, d.Event)
	}
	for _, t := range v.r.Treatments {
		add("treatments", t.Character+" "+t.How, t.Events...)
	}
	for _, b := range v.r.Breaks {
		add("breaks", b.Rule, b.Event)
	}
	for _, h := range v.r.Hands {
		add("control", v.t("review.hand."+h.What), h.Event)
	}
	return out
}
