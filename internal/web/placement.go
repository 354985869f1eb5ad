package web

import (
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"rufaa/internal/directory"
	"rufaa/internal/placement"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/web/ui"
)

func (s *site) placementRoutes() {
	s.handle("GET /placement", policy.PlacementPropose, func(rq *request) error { return rq.placementPage(http.StatusOK, nil, nil, nil) })
	s.handle("POST /placement", policy.PlacementPropose, func(rq *request) error { return rq.proposePlaces(nil) })
	s.handle("POST /placement/hold", policy.PlacementPropose, holdProposed)
}

// marks tell who belongs together. They are letters, so that no name can be
// one.
var marks = strings.Split("ABCDEFGHIJKLMNOP", "")

// placementPage asks who needs a place and who belongs together. What was
// chosen is sent as a form and stands in no address.
func (rq *request) placementPage(status int, errs []ui.FieldError, above []templ.Component, all []placement.Candidate) error {
	if all == nil {
		var err error
		if all, err = rq.of.Placement.Candidates(rq.Context(), rq.who, shelter, rq.placedCounty()); err != nil {
			return err
		}
	}
	title := rq.t("placement.title")
	p := rq.page(title)
	p.Wide, p.Errors, p.Back = true, errs, &ui.Link{Text: rq.t("web.to_list"), Href: "/"}
	body := []templ.Component{ui.Heading("", title), para(rq.t("placement.text"))}
	body = append(body, above...)
	if rq.Method == http.MethodGet {
		body = append(body, rq.placementCounty())
	}
	if len(all) == 0 {
		return rq.render(status, p, append(body, para(rq.t("placement.nobody")))...)
	}
	return rq.render(status, p, append(body, with(ui.Section("ask", rq.t("placement.who")), rq.placementForm(all)))...)
}

// placedCounty narrows the cases to choose from; the form carries it along.
func (rq *request) placedCounty() string {
	if rq.Method == http.MethodGet {
		return rq.URL.Query().Get("county")
	}
	return rq.PostForm.Get("county")
}

func (rq *request) placementCounty() templ.Component {
	county := ui.Field{Name: "county", Label: rq.t("web.col.county"), Value: rq.placedCounty(), Options: rq.options("counties", true)}
	county.Options[0].Label = rq.t("web.any")
	return with(ui.Form(ui.Sending{Action: "/placement", Get: true, Class: "r-row"}), ui.Select(county), ui.Button(ui.Press{Text: rq.t("common.search"), Look: ui.Secondary}))
}

// shelter is the need that many are placed for at once.
const shelter = "shelter"

// placementForm is the list of the cases. It has an id, so that a button beside
// a line of the proposal sends the whole choice along.
func (rq *request) placementForm(all []placement.Candidate) templ.Component {
	l := ui.Listing{Caption: rq.t("placement.who"), Hide: true, Columns: []ui.Column{{Label: rq.t("web.col.case")}, {Label: rq.t("web.col.who")}, {Label: rq.t("placement.together")}, {Label: rq.t("placement.also")}}}
	for i := range all {
		l.Rows = append(l.Rows, rq.candidateRow(&all[i]))
	}
	avoid := ui.Field{Name: "avoid", Label: rq.t("web.places.avoid"), Hint: rq.t("web.places.avoid_hint"), Value: rq.PostForm.Get("avoid"), Options: rq.options("counties", true)}
	avoid.Options[0].Label = rq.t("web.places.nowhere")
	open := `<form method="post" id="choice" action="` + templ.EscapeString(rq.o.Base+"/placement") + `"><input type="hidden" name="_key" value="` + newKey() + `"/>`
	return templ.Join(templ.Raw(open), ui.Hidden("county", rq.placedCounty()), para(rq.t("placement.together_text")), ui.Table(l), ui.Select(avoid),
		rq.tick("later", "later", rq.t("web.places.later")), ui.Button(ui.Press{Text: rq.t("placement.propose")}), templ.Raw(`</form>`))
}

func (rq *request) candidateRow(c *placement.Candidate) []ui.Cell {
	row := &c.Frame.Row
	who := rq.label("sexes", row.Sex) + " " + rq.label("age-bands", row.AgeBand)
	if n := placement.PersonOf(c.Frame); n.Along() > 0 {
		who += " · " + rq.lang.N("placement.children", n.Along())
	}
	with := ui.Field{Name: "with." + row.ID, Label: rq.t("placement.group_of", "ref", row.Ref), Value: rq.PostForm.Get("with." + row.ID), Options: []ui.Option{{Value: "", Label: rq.t("placement.alone")}}}
	for _, m := range marks {
		with.Options = append(with.Options, ui.Option{Value: m, Label: rq.t("placement.mark", "mark", m)})
	}
	return []ui.Cell{{Body: rq.tick("pick."+row.ID, "pick."+row.ID, row.Ref)}, {Text: who, Sub: rq.label("counties", row.County)}, {Body: ui.Select(with)},
		{Body: templ.Join(rq.tick("pregnant."+row.ID, "pregnant."+row.ID, rq.t("placement.pregnant")), rq.tick("disability."+row.ID, "disability."+row.ID, rq.t("placement.disability")))}}
}

// tick is one box, ticked again when it was.
func (rq *request) tick(name, id, label string) templ.Component {
	f := ui.Field{Name: name, ID: id, Label: label, Value: "yes"}
	if rq.PostForm.Get(name) != "" {
		f.Values = []string{"yes"}
	}
	return ui.Checkbox(f)
}

// picked reads the form: those of the candidates that were chosen. lost tells
// how many were chosen and are none any more.
func (rq *request) picked(all []placement.Candidate) (p placement.Pick, lost int) {
	v := rq.PostForm
	p.Later = v.Get("later") != ""
	if county := v.Get("avoid"); county != "" {
		p.Avoid = []string{county}
	}
	fact := func(name string) directory.Fact {
		if v.Get(name) != "" {
			return directory.Yes
		}
		return directory.NotKnown
	}
	for name := range v {
		if strings.HasPrefix(name, "pick.") {
			lost++
		}
	}
	for i := range all {
		id := all[i].Frame.Row.ID
		if v.Get("pick."+id) == "" {
			continue
		}
		lost--
		c := placement.Chosen{Case: id, Pregnant: fact("pregnant." + id), Disability: fact("disability." + id)}
		if m := v.Get("with." + id); contains(marks, m) {
			c.With = m
		}
		p.Cases = append(p.Cases, c)
	}
	return p, lost
}

// proposePlaces answers the form with the proposal, and the form below it as it
// was sent.
func (rq *request) proposePlaces(above []templ.Component) error {
	all, err := rq.of.Placement.Candidates(rq.Context(), rq.who, shelter, rq.placedCounty())
	if err != nil {
		return err
	}
	pick, lost := rq.picked(all)
	if lost > 0 {
		above = append(above, with(ui.Banner(ui.Important, rq.lang.N("placement.lost", lost), "lost")))
	}
	if len(pick.Cases) == 0 {
		first := "ask"
		if len(all) > 0 {
			first = "pick." + all[0].Frame.Row.ID
		}
		return rq.placementPage(http.StatusUnprocessableEntity, []ui.FieldError{{Field: first, Message: rq.t("placement.error.nobody")}}, above, all)
	}
	placed, err := rq.of.Placement.ProposeFor(rq.Context(), rq.who, pick)
	if err != nil {
		if errs := rq.fieldErrors(err); errs != nil {
			for i := range errs {
				errs[i].Field = "pick." + pick.Cases[0].Case
			}
			return rq.placementPage(http.StatusUnprocessableEntity, errs, above, all)
		}
		return err
	}
	return rq.placementPage(http.StatusOK, nil, append(above, rq.proposal(placed)...), all)
}

// holdProposed holds the beds of one line and proposes again: those who have a
// bed now stay where they are.
func holdProposed(rq *request) error {
	seats, ok := readSeats(rq.PostForm.Get("hold"))
	if !ok {
		return rq.proposePlaces(nil)
	}
	for i, s := range seats {
		err := rq.of.Placement.Keep(rq.Context(), rq.who, rq.FormValue("_key")+"."+strconv.Itoa(i), s.provider, s.caseID, s.at, s.count)
		if errors.Is(err, problem.ErrNotFound) {
			return err
		}
		if err != nil {
			if _, above, told := rq.notices(err); told {
				return rq.proposePlaces(above)
			}
			return err
		}
	}
	return rq.proposePlaces([]templ.Component{with(ui.Banner(ui.Done, rq.t("placement.held_now"), "held"))})
}

// wanted is one hold that a line of the proposal asks for.
type wanted struct {
	provider, caseID string
	at               directory.Slot
	count            int
}

// seatsText writes the holds of a line as the value of its button; readSeats
// reads them again. What they may ask for is decided where it is done.
func seatsText(provider string, seats []placement.Seat) string {
	out := make([]string, len(seats))
	for i, s := range seats {
		out[i] = strings.Join([]string{provider, s.Cases[0], s.Service, s.Location, s.Unit, s.Group, strconv.Itoa(s.Count)}, "|")
	}
	return strings.Join(out, ";")
}

func readSeats(text string) (out []wanted, ok bool) {
	for part := range strings.SplitSeq(text, ";") {
		f := strings.Split(part, "|")
		if len(f) != 7 {
			return nil, false
		}
		n, err := strconv.Atoi(f[6])
		if err != nil || n < 1 {
			return nil, false
		}
		out = append(out, wanted{f[0], f[1], directory.Slot{Service: f[2], Location: f[3], Unit: f[4], Group: f[5]}, n})
	}
	return out, len(out) > 0 && len(out) <= 20
}
