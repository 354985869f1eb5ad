package web

import (
	"net/http"
	"net/url"
	"strconv"

	"github.com/a-h/templ"

	"rufaa/internal/casefile"
	"rufaa/internal/directory"
	"rufaa/internal/placement"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/vault"
	"rufaa/internal/web/ui"
)

// placesPage answers one need of a case: who can take her now, near here, and
// why. From here a referral is one press away.
func placesPage(rq *request) error {
	id := rq.PathValue("id")
	c, err := rq.of.Cases.View(rq.Context(), rq.who, id)
	if err != nil {
		return err
	}
	if !c.Can(policy.ReferralSend) {
		return &problem.Denied{Action: string(policy.ReferralSend), Rule: "access.duty"}
	}
	need := needOf(c, rq.URL.Query().Get("need"))
	if need == nil {
		return problem.ErrNotFound
	}
	asked := directory.Needs{Service: need.Service, Person: placement.PersonOf(c), County: c.Row.County, Limit: 12, Later: rq.URL.Query().Get("later") != ""}
	if avoid := rq.URL.Query().Get("avoid"); avoid != "" {
		asked.Avoid.Counties = []string{avoid}
	}
	asked.Avoid.Providers = rq.URL.Query()["not"]
	ranked, err := rq.of.Directory.Rank(rq.Context(), rq.who, asked)
	if err != nil {
		return err
	}
	title := rq.t("web.places.title", "service", rq.service(need.Service))
	p := rq.page(title)
	p.Back = &ui.Link{Text: c.Row.Ref, Href: "/cases/" + id}
	body := []templ.Component{ui.Heading(c.Row.Ref, title), para(rq.t("web.places.text")), rq.placesForm(need, asked)}
	if held, err := rq.of.Directory.HeldFor(rq.Context(), rq.who, id); err == nil {
		for _, h := range held {
			body = append(body, with(ui.InsetText(), para(rq.t("web.places.held", "name", h.Name, "when", rq.when(h.Until, rq.of.Now())))))
		}
	}
	for i := range ranked.Matches {
		body = append(body, rq.match(c, need, &ranked.Matches[i], i+1))
	}
	if len(ranked.Matches) == 0 {
		body = append(body, para(rq.t("web.places.none")))
	}
	return rq.render(http.StatusOK, p, append(body, rq.leftOut(ranked)...)...)
}

func needOf(c *casefile.Frame, id string) *casefile.Need {
	for i := range c.State.Needs {
		if c.State.Needs[i].ID == id {
			return &c.State.Needs[i]
		}
	}
	return nil
}

func (rq *request) placesForm(need *casefile.Need, asked directory.Needs) templ.Component {
	avoid := ui.Field{Name: "avoid", Label: rq.t("web.places.avoid"), Hint: rq.t("web.places.avoid_hint"), Options: rq.options("counties", true)}
	avoid.Options[0].Label = rq.t("web.places.nowhere")
	if len(asked.Avoid.Counties) > 0 {
		avoid.Value = asked.Avoid.Counties[0]
	}
	later := ui.Field{Name: "later", Label: rq.t("web.places.later"), Options: []ui.Option{{Value: "1", Label: rq.t("web.places.later")}}}
	if asked.Later {
		later.Values = []string{"1"}
	}
	return with(ui.Details(rq.t("web.places.more"), len(asked.Avoid.Counties) > 0 || asked.Later), with(ui.Form(ui.Sending{Action: "/cases/" + rq.PathValue("id") + "/places", Get: true}),
		ui.Hidden("need", need.ID), kept(asked.Avoid.Providers), ui.Select(avoid), ui.Checkboxes(later), ui.Button(ui.Press{Text: rq.t("common.search"), Look: ui.Secondary})))
}

// match is one that can take her, with its reasons as sentences.
func (rq *request) match(c *casefile.Frame, need *casefile.Need, m *directory.Match, rank int) templ.Component {
	var reasons []templ.Component
	for _, r := range m.Reasons {
		reasons = append(reasons, plain(rq.of.Directory.Taxonomy.Say(r, rq.lang, rq.of.Now())))
	}
	tag := ui.Tag{Text: rq.t("web.places.sure"), Tone: ui.Green}
	if !m.Sure {
		tag = ui.Tag{Text: rq.t("web.places.ask"), Tone: ui.Amber}
	}
	body := []templ.Component{element3children("p", ui.TagOf(tag)), list(reasons...)}
	if line := phones(m.Phones); line != "" {
		body = append(body, para(rq.t("web.agency.phone")+": "+line))
	}
	if m.Agency != "" && rq.of.AgencyExists(m.Agency) && m.Agency != rq.who.Agency {
		body = append(body, rq.referThere(c, need, m.Agency, rank))
	}
	for i := range m.Places {
		s := &m.Places[i]
		if s.Free == nil || *s.Free == 0 {
			continue
		}
		body = append(body, with(ui.Form(ui.Sending{Action: "/providers/" + m.Provider + "/hold", Key: newKey()}),
			ui.Hidden("service", s.Service), ui.Hidden("location", s.Location), ui.Hidden("unit", s.Unit), ui.Hidden("group", s.Group),
			ui.Hidden("case", c.Row.ID), ui.Hidden("need", need.ID),
			ui.Button(ui.Press{Text: rq.t("web.places.hold", "what", rq.slotText(s)), Look: ui.Secondary, Small: true})))
		break
	}
	body = append(body, para2link(rq.t("web.places.open"), rq.o.Base+"/providers/"+m.Provider), para2link(rq.t("web.places.not"), rq.without(m.Provider)))
	return with(ui.Card(m.Name), body...)
}

// referThere leads to the preview. Where she has not agreed that this agency is
// told, the way to ask her stands in its place.
func (rq *request) referThere(c *casefile.Frame, need *casefile.Need, agency string, rank int) templ.Component {
	if rule, ok := rq.refusalOf(c.NoGround(agency, "assistance", rq.of.Now(), vault.Identity, vault.Care)); ok {
		l := rq.lang.Code()
		reason := small(rq.t("web.not_yet", "why", rule.Title.In(l), "remedy", rule.Remedy.In(l)))
		if !c.Can(policy.ConsentRecord) {
			return reason
		}
		return templ.Join(reason, para2link(rq.t("web.do.consent"), rq.o.Base+"/cases/"+c.Row.ID+"/do/consent?agency="+url.QueryEscape(agency)))
	}
	var why templ.Component = templ.NopComponent
	if rank > 1 {
		b := ui.Field{Name: "departure", ID: "departure-" + strconv.Itoa(rank), Label: rq.t("web.f.departure"), Options: rq.options("departure-reasons", true)}
		why = ui.Select(b)
	}
	return with(ui.Form(ui.Sending{Action: "/cases/" + c.Row.ID + "/referrals/preview"}), why,
		ui.Hidden("rank", strconv.Itoa(rank)), ui.Hidden("to", agency), ui.Hidden("purpose", "assistance"), ui.Hidden("urgency", need.Urgency), ui.Hidden("needs", need.ID),
		ui.Hidden("compartments", "identity"), ui.Hidden("compartments", "care"), ui.Button(ui.Press{Text: rq.t("web.places.refer")}))
}

func element3children(tag string, inner templ.Component) templ.Component {
	return with(element3(tag, ""), inner)
}

// leftOut names who was left out and why, so that a person can judge the rules.
func (rq *request) leftOut(r *directory.Ranking) []templ.Component {
	if len(r.Excluded) == 0 {
		return nil
	}
	var items []templ.Component
	for _, x := range r.Excluded {
		items = append(items, plain(x.Name+" · "+rq.label("counties", x.County)+": "+rq.of.Directory.Taxonomy.Say(x.Why, rq.lang, rq.of.Now())))
	}
	return []templ.Component{with(ui.Details(rq.t("web.places.left_out"), false), list(items...))}
}

// without is this page without a provider: a suspect's relative works there, or
// it is not safe for her for another reason.
func (rq *request) without(provider string) string {
	q := rq.URL.Query()
	q.Add("not", provider)
	return rq.o.Base + rq.URL.Path + "?" + q.Encode()
}

// kept are the providers left out so far, so that the form does not forget them.
func kept(providers []string) templ.Component {
	var out []templ.Component
	for _, id := range providers {
		out = append(out, ui.Hidden("not", id))
	}
	return templ.Join(out...)
}
