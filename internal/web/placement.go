package web

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"rufaa/internal/casefile"
	"rufaa/internal/directory"
	"rufaa/internal/placement"
	"rufaa/internal/placing"
	"rufaa/internal/policy"
	"rufaa/internal/web/ui"
)

func (s *site) placementRoutes() {
	s.handle("GET /placement", policy.PlacementPropose, placementPage)
}

// waitingCases is how many of the own cases the page offers to choose from.
const waitingCases = 100

// candidate is one of the own cases that needs a place.
type candidate struct {
	frame *casefile.Frame
	need  *casefile.Need
}

// placementPage asks who needs a place and who belongs together, and proposes
// places for all of them. Addresses hold ids alone.
func placementPage(rq *request) error {
	if err := rq.of.Door.Realm(rq.who.Principal, policy.PlacementPropose); err != nil {
		return err
	}
	q := rq.URL.Query()
	service := q.Get("service")
	if _, ok := rq.of.Content.Service(service); !ok {
		service = "shelter"
	}
	all, err := rq.candidates(service)
	if err != nil {
		return err
	}
	title := rq.t("placement.title")
	p := rq.page(title)
	p.Back = &ui.Link{Text: rq.t("web.to_list"), Href: "/"}
	body := []templ.Component{ui.Heading("", title), para(rq.t("placement.text"))}
	if chosen := q["case"]; len(chosen) > 0 {
		proposed, err := rq.propose(service, chosen, all)
		if err != nil {
			return err
		}
		body = append(body, proposed...)
	}
	return rq.render(http.StatusOK, p, append(body, rq.placementForm(service, all))...)
}

// candidates are the own cases with an open need of the service.
func (rq *request) candidates(service string) ([]candidate, error) {
	rows, err := rq.of.Cases.First(rq.Context(), rq.who, casefile.Mine, waitingCases)
	if err != nil {
		return nil, err
	}
	var out []candidate
	for i := range rows {
		f, err := rq.of.Cases.View(rq.Context(), rq.who, rows[i].ID)
		if err != nil || !f.Can(policy.ReferralSend) {
			continue // gone meanwhile, or not ours to refer
		}
		for k := range f.State.Needs {
			if n := &f.State.Needs[k]; n.State == "open" && n.Service == service {
				out = append(out, candidate{f, n})
				break
			}
		}
	}
	return out, nil
}

func (rq *request) placementForm(service string, all []candidate) templ.Component {
	q := rq.URL.Query()
	kinds := ui.Field{Name: "service", Label: rq.t("web.f.service"), Value: service}
	for _, s := range rq.of.Content.Services {
		kinds.Options = append(kinds.Options, ui.Option{Value: s.ID, Label: s.Label.In(rq.lang.Code())})
	}
	people := ui.Field{Name: "case", Label: rq.t("placement.who"), Values: q["case"]}
	var groups []templ.Component
	for _, c := range all {
		who := c.frame.Row.Ref + " · " + rq.label("sexes", c.frame.Row.Sex) + " " + rq.label("age-bands", c.frame.Row.AgeBand) + " · " + rq.label("counties", c.frame.Row.County)
		people.Options = append(people.Options, ui.Option{Value: c.frame.Row.ID, Label: who})
		name := "with." + c.frame.Row.ID
		groups = append(groups, ui.TextInput(ui.Field{Name: name, Label: rq.t("placement.group_of", "ref", c.frame.Row.Ref), Value: q.Get(name), Width: 3}))
	}
	avoid := ui.Field{Name: "avoid", Label: rq.t("web.places.avoid"), Value: q.Get("avoid"), Options: rq.options("counties", true)}
	avoid.Options[0].Label = rq.t("web.places.nowhere")
	questions := []templ.Component{ui.Select(kinds)}
	if len(all) == 0 {
		questions = append(questions, para(rq.t("placement.nobody")))
	} else {
		questions = append(questions, ui.Checkboxes(people), with(ui.Details(rq.t("placement.together"), false), append([]templ.Component{para(rq.t("placement.together_text"))}, groups...)...))
	}
	return with(ui.Section("ask", rq.t("placement.ask")), with(ui.Form(ui.Sending{Action: "/placement", Get: true}),
		append(questions, ui.Select(avoid), ui.Button(ui.Press{Text: rq.t("placement.propose")}))...))
}

// searchFor is how long a proposal may be looked for.
const searchFor = 1500 * time.Millisecond

func (rq *request) propose(service string, chosen []string, all []candidate) ([]templ.Component, error) {
	q := rq.URL.Query()
	by := map[string]candidate{}
	var members []placement.Member
	for _, c := range all {
		if contains(chosen, c.frame.Row.ID) {
			by[c.frame.Row.ID] = c
			members = append(members, placement.Member{Case: c.frame.Row.ID, County: c.frame.Row.County, Person: personOf(c.frame)})
		}
	}
	if len(members) == 0 {
		return nil, nil
	}
	ask := placement.Ask{Service: service, Units: placement.Group(members, func(m placement.Member) string {
		return strings.ToUpper(strings.TrimSpace(q.Get("with." + m.Case)))
	})}
	if county := q.Get("avoid"); county != "" {
		ask.Avoid.Counties = []string{county}
	}
	p, err := placement.Propose(rq.Context(), rq.of.Directory, rq.of.Realm, rq.who, ask, placing.Limits{Time: searchFor, Now: time.Now})
	if err != nil {
		return nil, err
	}
	return rq.proposal(p, by), nil
}

func (rq *request) proposal(p *placement.Proposal, by map[string]candidate) []templ.Component {
	sum := rq.lang.N("placement.placed", p.Placed)
	if p.Left > 0 {
		sum += " " + rq.lang.N("placement.left", p.Left)
	}
	quality := rq.t("placement.proven")
	if !p.Proven {
		quality = rq.t("placement.best_found", "percent", strconv.Itoa(p.Better))
	}
	out := []templ.Component{with(ui.Banner(ui.Done, sum, "proposal"), para(quality), para(rq.t("placement.you_choose")))}
	names := map[string]string{}
	for i := range p.Lines {
		names[p.Lines[i].Unit.ID] = rq.refs(p.Lines[i].Unit, by)
	}
	for i := range p.Lines {
		out = append(out, rq.placementLine(&p.Lines[i], by, names))
	}
	if len(p.Kept) > 0 {
		var items []templ.Component
		for _, k := range p.Kept {
			items = append(items, plain(k.Name+": "+strconv.Itoa(k.Count)+" · "+rq.of.Directory.Taxonomy.Label("groups", k.Group, rq.lang.Code())))
		}
		out = append(out, with(ui.Section("kept", rq.t("placement.kept")), list(items...)))
	}
	return out
}

// refs names a unit by the references of its cases.
func (rq *request) refs(u placement.Unit, by map[string]candidate) string {
	var out []string
	for _, m := range u.Members {
		out = append(out, by[m.Case].frame.Row.Ref)
	}
	return strings.Join(out, " + ")
}

func (rq *request) placementLine(l *placement.Line, by map[string]candidate, names map[string]string) templ.Component {
	why := rq.t("placement.why." + string(l.Reason))
	if l.Place == nil {
		body := []templ.Component{element3children("p", ui.TagOf(ui.Tag{Text: rq.t("placement.unmet"), Tone: ui.Red})), para(why)}
		return with(ui.Card(names[l.Unit.ID]), append(body, rq.passedOver(l, names)...)...)
	}
	var beds []string
	for _, b := range l.Beds {
		t, code := rq.of.Directory.Taxonomy, rq.lang.Code()
		beds = append(beds, strconv.Itoa(b.Count)+" "+t.Label("units", b.Unit, code)+", "+t.Label("groups", b.Group, code))
	}
	where := l.Place.Name + ", " + rq.label("counties", l.Place.County)
	body := []templ.Component{element("p", ` class="govuk-body"`, where+" ("+strings.Join(beds, "; ")+")"), para(why)}
	var reasons []templ.Component
	for _, r := range l.Place.Reasons {
		reasons = append(reasons, plain(rq.of.Directory.Taxonomy.Say(r, rq.lang, rq.of.Now())))
	}
	body = append(body, list(reasons...))
	body = append(body, rq.passedOver(l, names)...)
	for _, m := range l.Unit.Members {
		body = append(body, rq.placeMember(l, by[m.Case])...)
	}
	return with(ui.Card(names[l.Unit.ID]), body...)
}

// placeMember leads from the proposal to the usual referral or a hold.
func (rq *request) placeMember(l *placement.Line, c candidate) []templ.Component {
	var out []templ.Component
	if to := l.Place.Agency; to != "" && rq.of.AgencyExists(to) && to != rq.who.Agency {
		out = append(out, with(ui.Form(ui.Sending{Action: "/cases/" + c.frame.Row.ID + "/referrals/preview"}),
			ui.Hidden("to", to), ui.Hidden("purpose", "assistance"), ui.Hidden("urgency", c.need.Urgency), ui.Hidden("needs", c.need.ID),
			ui.Hidden("compartments", "identity"), ui.Hidden("compartments", "care"),
			ui.Button(ui.Press{Text: rq.t("web.places.refer") + " " + c.frame.Row.Ref, Small: true})))
	}
	if len(l.Beds) > 0 {
		b := l.Beds[0]
		slot := directory.Slot{Service: l.Place.Service, Location: l.Place.Location, Unit: b.Unit, Group: b.Group}
		out = append(out, with(ui.Form(ui.Sending{Action: "/providers/" + l.Place.Provider + "/hold", Key: newKey()}),
			ui.Hidden("service", slot.Service), ui.Hidden("location", slot.Location), ui.Hidden("unit", slot.Unit), ui.Hidden("group", slot.Group),
			ui.Hidden("case", c.frame.Row.ID), ui.Hidden("need", c.need.ID),
			ui.Button(ui.Press{Text: rq.t("placement.hold", "ref", c.frame.Row.Ref), Look: ui.Secondary, Small: true})))
	}
	return out
}

// passedOver says where they would rather have gone, and who is there.
func (rq *request) passedOver(l *placement.Line, names map[string]string) []templ.Component {
	var items []templ.Component
	for _, n := range l.Nearer {
		text := n.Name + ", " + rq.label("counties", n.County) + ": " + rq.t("placement.why."+string(n.Reason))
		var others []string
		for _, id := range n.By {
			others = append(others, names[id])
		}
		if len(others) > 0 {
			text += " (" + strings.Join(others, ", ") + ")"
		}
		items = append(items, plain(text))
	}
	if len(items) == 0 {
		return nil
	}
	return []templ.Component{with(ui.Details(rq.t("placement.nearer"), false), list(items...))}
}
