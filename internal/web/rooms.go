package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"
	"golang.org/x/text/language"
	"golang.org/x/text/message"

	"rufaa/internal/casefile"
	"rufaa/internal/policy"
	"rufaa/internal/vault"
	"rufaa/internal/web/ui"
)

// room is one part of the joint case with a page of its own: what is there,
// and the forms that are offered on it.
type room struct {
	part     casefile.Part
	show     func(*request, *casefile.Frame) []templ.Component
	count    func(*casefile.State) int // how much is there, for the list of parts
	commands []command
}

type roomList []room

// path is the part's own, after the case's.
func (r *room) path() string { return "/" + string(r.part) }

// and gives the commands of the journey and those of every room.
func (l roomList) and(journey []command) []*command {
	var out []*command
	for i := range journey {
		out = append(out, &journey[i])
	}
	for i := range l {
		for j := range l[i].commands {
			out = append(out, &l[i].commands[j])
		}
	}
	return out
}

// pathOf is the page on which a command is offered to a reader, after the case's
// own: whoever does not read the part is offered it on the case.
func (l roomList) pathOf(slug string, c *casefile.Frame) string {
	for i := range l {
		for j := range l[i].commands {
			if l[i].commands[j].slug == slug && c.May[l[i].part] {
				return l[i].path()
			}
		}
	}
	return ""
}

func (s *site) roomRoutes() {
	for i := range rooms {
		r := &rooms[i]
		s.handle("GET /cases/{id}"+r.path(), policy.CaseView, func(rq *request) error { return rq.roomPage(r) })
	}
}

func (rq *request) roomPage(r *room) error {
	id := rq.PathValue("id")
	c, err := rq.of.Cases.View(rq.Context(), rq.who, id)
	if err != nil {
		return err
	}
	title := rq.t("web.part." + string(r.part))
	p := rq.page(title)
	p.Back = &ui.Link{Text: c.Row.Ref, Href: "/cases/" + id}
	body := []templ.Component{ui.Heading(c.Row.Ref, title)}
	if !c.May[r.part] {
		rule, _ := rq.of.Content.Rule("access.duty")
		return rq.render(http.StatusForbidden, p, append(body, rq.ruleNotice(rule))...)
	}
	if key := "web.part." + string(r.part) + ".text"; rq.lang.Has(key) {
		body = append(body, para(rq.t(key)))
	}
	shown := r.show(rq, c)
	if len(shown) == 0 {
		shown = []templ.Component{with(ui.InsetText(), para(rq.t("web.part.empty")))}
	}
	body = append(body, shown...)
	return rq.render(http.StatusOK, p, append(body, rq.offered(c, r))...)
}

// offered are the forms of a room that this person may send now.
func (rq *request) offered(c *casefile.Frame, r *room) templ.Component {
	var steps []ui.Step
	for i := range r.commands {
		cmd := &r.commands[i]
		if c.Can(cmd.action) && rq.fits(cmd.slug, c) {
			steps = append(steps, ui.Step{Name: rq.t("web.do." + cmd.slug), Href: "/cases/" + c.Row.ID + "/do/" + cmd.slug})
		}
	}
	if len(steps) == 0 {
		return templ.NopComponent
	}
	return with(ui.Section("do", rq.t("web.case.do")), ui.TaskList(steps))
}

// fits leaves out the forms that could only be refused as the case is now. It
// decides nothing: the rules of the case do.
func (rq *request) fits(slug string, c *casefile.Frame) bool {
	s, closed := c.State, c.Row.Stage == casefile.StageClosed
	switch slug {
	case "retrafficking", "correction", "complaint":
		return true
	case "answer-correction":
		return slices.ContainsFunc(s.Corrections, func(x casefile.Correction) bool { return x.Answered == nil })
	case "answer-complaint":
		return slices.ContainsFunc(s.Complaints, func(x casefile.Complaint) bool { return x.Answered == nil })
	case "fund-answer":
		return len(s.Funds) > 0
	case "approve":
		return slices.ContainsFunc(c.Awaits, func(w casefile.Awaiting) bool { return !w.Own(rq.who.Staff) })
	case "panel":
		p := s.OpenPanel()
		return !closed && (p == nil || p.Late(rq.of.Now()))
	case "panel-proposal":
		p := s.OpenPanel()
		return !closed && p != nil && !p.Late(rq.of.Now()) && !c.Heard
	case "status-review":
		return s.OpenReview() == nil && slices.Contains([]string{casefile.NotConfirmed, casefile.Revoked, "not_presumed"}, s.Status())
	case "status-review-answer": // what a panel decided, another panel looks at
		r := s.OpenReview()
		return r != nil && r.Panel == ""
	case "transfer":
		return !closed && s.OpenTransfer() == nil
	case "transfer-answer":
		return s.OpenTransfer() != nil
	case "reflection":
		return !closed && s.Reflecting(rq.of.Now()) == nil && s.HeldVictim()
	case "reflection-end":
		return !closed && s.Reflecting(rq.of.Now()) != nil
	case "conference-held":
		return !closed && s.OpenConference() != nil
	case "goal":
		return !closed && len(s.Goals) > 0
	case "give-task":
		return !closed && slices.ContainsFunc(s.Tasks, func(x casefile.Task) bool { return x.State == "open" })
	case "hearing-done":
		return slices.ContainsFunc(s.Hearings, func(x casefile.Hearing) bool { return x.State == "set" })
	}
	return !closed
}

// roomLinks lead from the case to the parts that the duty reads, with how much
// is there.
func (rq *request) roomLinks(c *casefile.Frame) templ.Component {
	files := rq.of.Files.MayAddAny(rq.who, c.State) // consent can end this by the hour
	return rq.drawn(c, "rooms", strconv.FormatBool(files), func() templ.Component { return rq.roomList(c, files) })
}

func (rq *request) roomList(c *casefile.Frame, files bool) templ.Component {
	var steps []ui.Step
	for i := range rooms {
		r := &rooms[i]
		if !c.May[r.part] || r.part == casefile.PartChild && !c.Row.Child {
			continue
		}
		st := ui.Step{Name: rq.t("web.part." + string(r.part)), Href: "/cases/" + c.Row.ID + r.path()}
		if n := r.count(c.State); n > 0 {
			st.Status = ui.Tag{Text: strconv.Itoa(n), Tone: ui.Teal}
		}
		steps = append(steps, st)
	}
	if files {
		steps = append(steps, ui.Step{Name: rq.t("files.title"), Href: "/cases/" + c.Row.ID + "/files"})
	}
	if len(steps) == 0 {
		return templ.NopComponent
	}
	return with(ui.Section("parts", rq.t("web.case.parts")), ui.TaskList(steps))
}

// table is a list of records: heads are text keys.
func (rq *request) table(title string, heads []string, rows [][]ui.Cell) []templ.Component {
	if len(rows) == 0 {
		return nil
	}
	l := ui.Listing{Caption: rq.t(title), Hide: true, Rows: rows}
	for _, h := range heads {
		l.Columns = append(l.Columns, ui.Column{Label: rq.t(h)})
	}
	id := title[strings.LastIndexByte(title, '.')+1:]
	return []templ.Component{with(ui.Section("list-"+id, rq.t(title)), ui.Table(l))}
}

// unseal stands where sealed words would: one press opens them, and is
// written down. Where the press would be refused, the reason stands there.
func (rq *request) unseal(c *casefile.Frame, compartment, purpose string) templ.Component {
	if err := c.Opens(vault.Compartment(compartment), purpose); err != nil {
		if rule, ok := rq.refusal(err); ok {
			return rq.ruleReason(rule)
		}
		return templ.NopComponent
	}
	word := rq.label("compartments", compartment)
	return with(ui.Form(ui.Sending{Action: "/cases/" + c.Row.ID + "/open"}), ui.Hidden("compartment", compartment), ui.Hidden("purpose", purpose),
		ui.Button(ui.Press{Text: rq.t("web.case.open") + ": " + word, Look: ui.Secondary, Small: true}))
}

func (rq *request) agencies(ids []string) string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = rq.of.AgencyName(id)
	}
	return strings.Join(out, ", ")
}

func (rq *request) day(on string) string {
	t, err := time.Parse(time.DateOnly, on)
	if err != nil {
		return "–"
	}
	return rq.lang.Date(t)
}

func (rq *request) yes(b bool) string {
	if b {
		return rq.t("common.yes")
	}
	return rq.t("common.no")
}

// thousands writes thousands apart; English and Kiswahili do it alike.
var thousands = message.NewPrinter(language.English)

// shillings writes whole Kenya shillings.
func (rq *request) shillings(n int) string {
	if n == 0 {
		return "–"
	}
	return thousands.Sprintf("KSh %d", n)
}

// hours counts whole hours, however many: behind a lock each one counts. The
// first one is counted in minutes.
func (rq *request) hours(d time.Duration) string {
	n := int(d.Hours())
	switch {
	case n < 1:
		return rq.lang.Span(d)
	case n < 72:
		return rq.lang.N("common.span.hours", n)
	}
	return rq.lang.N("common.span.hours", n) + " (" + rq.lang.N("common.span.days", n/24) + ")"
}
