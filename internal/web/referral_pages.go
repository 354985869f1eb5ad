package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/a-h/templ"

	"rufaa/internal/casefile"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/referral"
	"rufaa/internal/web/ui"
)

func (s *site) referralRoutes() {
	s.handle("GET /cases/{id}/referrals/new", policy.ReferralSend, func(rq *request) error { return rq.offerPage(http.StatusOK, nil, nil) })
	s.handle("POST /cases/{id}/referrals/preview", policy.ReferralSend, previewReferral)
	s.handle("POST /cases/{id}/referrals", policy.ReferralSend, sendReferral)
	s.handle("GET /referrals/{id}", policy.ReferralView, func(rq *request) error { return rq.referralPage(http.StatusOK, nil, nil, nil) })
	s.handle("POST /referrals/{id}/read", policy.ReferralView, readReferral)
	s.handle("POST /referrals/{id}/answer", policy.ReferralAnswer, func(rq *request) error {
		_, err := rq.of.Referrals.Answer(rq.Context(), rq.who, rq.PathValue("id"), rq.order(),
			&referral.Answer{Accept: rq.PostFormValue("accept") == "yes", Reason: rq.PostFormValue("reason"), Note: rq.PostFormValue("note")})
		return rq.stepped(err)
	})
	s.handle("POST /referrals/{id}/progress", policy.ReferralProgress, func(rq *request) error {
		_, err := rq.of.Referrals.Progress(rq.Context(), rq.who, rq.PathValue("id"), rq.order(), &referral.Progress{Step: rq.PostFormValue("step"), Note: rq.PostFormValue("note")})
		return rq.stepped(err)
	})
	s.handle("POST /referrals/{id}/feedback", policy.ReferralFeedback, func(rq *request) error {
		_, err := rq.of.Referrals.Feedback(rq.Context(), rq.who, rq.PathValue("id"), rq.order(),
			&referral.Feedback{From: rq.PostFormValue("from"), Value: rq.PostFormValue("value"), Note: rq.PostFormValue("note")})
		return rq.stepped(err)
	})
	s.handle("POST /referrals/{id}/withdrawal", policy.ReferralWithdraw, func(rq *request) error {
		_, err := rq.of.Referrals.Withdraw(rq.Context(), rq.who, rq.PathValue("id"), rq.order(), &referral.Recall{Note: rq.PostFormValue("note")})
		return rq.stepped(err)
	})
}

func (rq *request) stepped(err error) error {
	if err == nil {
		rq.redirect("/referrals/" + rq.PathValue("id"))
		return nil
	}
	if status, above, ok := rq.notices(err); ok {
		return rq.referralPage(status, rq.fieldErrors(err), above, nil)
	}
	return err
}

func offerOf(v url.Values) *referral.Offer {
	return &referral.Offer{To: v.Get("to"), Purpose: v.Get("purpose"), Urgency: v.Get("urgency"), Needs: v["needs"], Service: v.Get("service"),
		Compartments: v["compartments"], Message: v.Get("message"), Preview: v.Get("preview"), Rank: int(number(v.Get("rank"))), Departure: v.Get("departure"), Family: v.Get("family")}
}

func (rq *request) offerPage(status int, errs []ui.FieldError, above []templ.Component) error {
	id := rq.PathValue("id")
	c, err := rq.of.Cases.View(rq.Context(), rq.who, id)
	if err != nil {
		return err
	}
	if !c.Can(policy.ReferralSend) {
		return &problem.Denied{Action: string(policy.ReferralSend), Rule: "access.duty"}
	}
	title := rq.t("web.do.referral")
	p := rq.page(title)
	p.Errors, p.Back = errs, &ui.Link{Text: c.Row.Ref, Href: "/cases/" + id}
	f := fields{rq: rq, v: rq.PostForm, errors: errs}
	if f.v == nil {
		f.v = url.Values{"purpose": {"assistance"}, "urgency": {"urgent"}}
	}
	needs := f.base("needs")
	needs.Value = ""
	for i := range c.State.Needs {
		if n := &c.State.Needs[i]; n.State == "open" {
			needs.Options = append(needs.Options, ui.Option{Value: n.ID, Label: rq.service(n.Service) + " · " + rq.label("urgencies", n.Urgency)})
		}
	}
	service := f.base("service")
	service.Options = []ui.Option{{Value: "", Label: rq.t("web.referral.service_of_need")}}
	for _, s := range rq.of.Content.Services() {
		service.Options = append(service.Options, ui.Option{Value: s.ID, Label: s.Label.In(rq.lang.Code())})
	}
	to := f.base("to")
	to.Options = slices.DeleteFunc(rq.agencyOptions(), func(o ui.Option) bool { return o.Value == rq.who.Agency }) // nobody refers to the own agency
	ask := []templ.Component{ui.Select(to)}
	if len(needs.Options) > 0 {
		ask = append(ask, ui.Checkboxes(needs))
	} else if rule, ok := rq.of.Content.Rule("referral.needs-need"); ok {
		ask = append(ask, rq.ruleReason(rule))
	}
	if family, err := rq.of.Referrals.Parts(rq.Context(), id); err != nil {
		return err
	} else if family {
		ask = append(ask, f.choose("family", "family-together"))
	}
	ask = append(ask, ui.Select(service), f.choose("purpose", "purposes"), f.radios("urgency", "urgencies"),
		f.checks("compartments", "compartments", "identity", "whereabouts", "account", "care", "immigration", "inquiry"), f.area("message"))
	if rank := f.v.Get("rank"); number(rank) > 1 {
		ask = append(ask, ui.Hidden("rank", rank), f.choose("departure", "departure-reasons"))
	}
	body := append([]templ.Component{ui.Heading(c.Row.Ref, title), para(rq.t("web.referral.text"))}, above...)
	return rq.render(status, p, append(body, rq.form("/cases/"+id+"/referrals/preview", rq.t("web.referral.preview"), "", ask...))...)
}

// previewReferral shows exactly what will be told, to whom and on which
// ground, before anything is sent.
func previewReferral(rq *request) error {
	id, o := rq.PathValue("id"), offerOf(rq.PostForm)
	shown, err := rq.of.Referrals.Preview(rq.Context(), rq.who, id, o)
	if err != nil {
		if status, above, ok := rq.notices(err); ok {
			return rq.offerPage(status, rq.fieldErrors(err), above)
		}
		return err
	}
	title := rq.t("web.preview.title")
	p := rq.page(title)
	facts := rq.referralFacts(shown.Facts)
	for _, it := range shown.Items {
		facts = append(facts, ui.Fact{Key: rq.t("web.item."+it.Label) + " · " + rq.basis(it.Basis), Body: quote(it.Text)})
	}
	if o.Message != "" {
		facts = append(facts, ui.Fact{Key: rq.t("web.f.message"), Body: quote(o.Message)})
	}
	var hidden []templ.Component
	for name, values := range rq.PostForm {
		if name != "_key" && name != "preview" {
			for _, v := range values {
				hidden = append(hidden, ui.Hidden(name, v))
			}
		}
	}
	hidden = append(hidden, ui.Hidden("preview", shown.Code))
	return rq.render(http.StatusOK, p, ui.Heading("", title), para(rq.t("web.preview.text", "agency", rq.of.AgencyName(o.To))),
		ui.SummaryList(append([]ui.Fact{{Key: rq.t("web.f.to"), Value: rq.of.AgencyName(o.To)}, {Key: rq.t("web.f.service"), Value: rq.service(shown.Service)}, {Key: rq.t("web.f.purpose"), Value: rq.label("purposes", o.Purpose)},
			{Key: rq.t("web.f.urgency"), Value: rq.label("urgencies", o.Urgency)}}, facts...)),
		rq.form("/cases/"+id+"/referrals", rq.t("web.referral.send"), "", hidden...), para2link(rq.t("web.referral.back"), rq.o.Base+"/cases/"+id+"/referrals/new"))
}

func (rq *request) referralFacts(f referral.Facts) []ui.Fact {
	out := []ui.Fact{{Key: rq.t("web.f.person.sex"), Value: rq.label("sexes", f.Sex)}, {Key: rq.t("web.col.age"), Value: rq.label("age-bands", f.AgeBand)},
		{Key: rq.t("web.f.person.language"), Value: rq.label("languages", f.Language)}, {Key: rq.t("web.col.county"), Value: rq.label("counties", f.County)},
		{Key: rq.t("web.f.level"), Value: rq.label("risk-levels", f.Risk)}}
	if f.Child {
		out = append(out, ui.Fact{Key: rq.t("web.tag.child"), Value: rq.t("common.yes")})
	}
	if f.Family > 0 {
		out = append(out, ui.Fact{Key: rq.t("web.referral.family"), Value: strconv.Itoa(f.Family)})
	}
	if f.Others > 0 {
		out = append(out, ui.Fact{Key: rq.t("web.referral.others"), Value: strconv.Itoa(f.Others)})
	}
	return out
}

func sendReferral(rq *request) error {
	rc, err := rq.of.Referrals.Send(rq.Context(), rq.who, rq.PathValue("id"), casefile.Order{Key: rq.FormValue("_key")}, offerOf(rq.PostForm))
	if err != nil {
		if status, above, ok := rq.notices(err); ok {
			return rq.offerPage(status, rq.fieldErrors(err), above)
		}
		return err
	}
	rq.redirect("/referrals/" + rc.ID)
	return nil
}

func readReferral(rq *request) error {
	_, told, err := rq.of.Referrals.Read(rq.Context(), rq.who, rq.PathValue("id"))
	if err != nil {
		return rq.stepped(err)
	}
	if told == nil {
		told = []referral.Telling{}
	}
	return rq.referralPage(http.StatusOK, nil, nil, told)
}

func (rq *request) referralPage(status int, errs []ui.FieldError, above []templ.Component, told []referral.Telling) error {
	id := rq.PathValue("id")
	s, err := rq.of.Referrals.View(rq.Context(), rq.who, id)
	if err != nil {
		return err
	}
	may, err := rq.of.Referrals.May(rq.Context(), rq.who, id, policy.ReferralAnswer, policy.ReferralProgress, policy.ReferralFeedback, policy.ReferralWithdraw)
	if err != nil {
		return err
	}
	bars, err := rq.of.Referrals.Bars(rq.Context(), rq.who, id)
	if err != nil {
		return err
	}
	title := rq.t("web.referral.title", "service", rq.service(s.Service))
	p := rq.page(title)
	p.Errors, p.Back = errs, &ui.Link{Text: rq.t("web.to_list"), Href: "/"}
	body := append([]templ.Component{ui.Heading(s.Ref, title, ui.Tag{Text: rq.t("web.referral." + s.Status), Tone: ui.Teal})}, above...)
	if s.Status == "sent" {
		body = append(body, para(rq.t("web.clock.referral")+": "+rq.when(s.Due, rq.of.Now())))
	}
	facts := append([]ui.Fact{{Key: rq.t("web.col.from"), Value: rq.of.AgencyName(s.From)}, {Key: rq.t("web.f.to"), Value: rq.of.AgencyName(s.To)},
		{Key: rq.t("web.f.purpose"), Value: rq.label("purposes", s.Purpose)}, {Key: rq.t("web.f.urgency"), Value: rq.label("urgencies", s.Urgency)}}, rq.referralFacts(s.Facts)...)
	if s.Rank > 0 && rq.who.Agency == s.From {
		facts = append(facts, ui.Fact{Key: rq.t("web.referral.rank"), Value: strconv.Itoa(s.Rank)})
		if s.Departure != "" {
			facts = append(facts, ui.Fact{Key: rq.t("web.f.departure"), Value: rq.label("departure-reasons", s.Departure)})
		}
	}
	if s.Family != "" && rq.who.Agency == s.From {
		facts = append(facts, ui.Fact{Key: rq.t("web.f.family"), Value: rq.label("family-together", s.Family)})
	}
	body = append(body, ui.SummaryList(facts))
	kin, err := rq.kinOf(s)
	if err != nil {
		return err
	}
	body = append(body, kin...)
	if told != nil {
		var items []ui.Fact
		for _, x := range told {
			items = append(items, ui.Fact{Key: rq.t("web.item." + x.Label), Body: quote(x.Text)})
		}
		body = append(body, with(ui.Banner(ui.Done, rq.t("web.referral.disclosed"), "told"), ui.SummaryList(items)))
	} else if rule, barred := rq.refusalOf(bars.Read); barred && len(above) == 0 { // after a refusal it stands above
		body = append(body, rq.ruleReason(rule))
	} else if !barred && (len(s.Disclosed) > 0 || !s.Message.IsZero()) {
		body = append(body, with(ui.Form(ui.Sending{Action: "/referrals/" + id + "/read"}), ui.Button(ui.Press{Text: rq.t("web.referral.read"), Look: ui.Secondary})))
	}
	body = append(body, rq.steps(s, may, bars, errs)...)
	for _, st := range s.Steps {
		body = append(body, small(rq.t("web.event."+st.Kind)+" · "+rq.of.AgencyName(st.By.Agency)+" · "+rq.lang.DateTime(st.By.At)))
	}
	if s.Status == "accepted" || s.Status == "started" || rq.who.Agency == s.From {
		body = append(body, para2link(rq.t("web.to_case"), rq.o.Base+"/cases/"+s.Case))
	}
	return rq.render(status, p, body...)
}

// steps are the forms for what may come next. Where the ground is gone on which
// it was sent, accepting is not offered; why is said above.
func (rq *request) steps(s *referral.State, may map[policy.Action]bool, bars referral.Bars, errs []ui.FieldError) []templ.Component {
	f := fields{rq: rq, v: rq.PostForm, errors: errs}
	if f.v == nil {
		f.v = url.Values{}
	}
	at, version := "/referrals/"+s.ID, strconv.FormatInt(s.Version, 10)
	var out []templ.Component
	if may[policy.ReferralAnswer] && s.Status == "sent" {
		if bars.Accept == nil {
			out = append(out, with(ui.Section("accept", rq.t("web.referral.accept")), rq.form(at+"/answer", rq.t("web.referral.accept"), version, ui.Hidden("accept", "yes"))))
		}
		out = append(out, with(ui.Section("decline", rq.t("web.referral.decline")), rq.form(at+"/answer", rq.t("web.referral.decline"), version, ui.Hidden("accept", "no"), f.choose("reason", "referral-decline-reasons"), f.area("note"))))
	}
	if may[policy.ReferralProgress] && s.Status == "accepted" {
		out = append(out, rq.form(at+"/progress", rq.t("web.referral.start"), version, ui.Hidden("step", "started")))
	}
	if may[policy.ReferralProgress] && s.Status == "started" {
		out = append(out, rq.form(at+"/progress", rq.t("web.referral.finish"), version, ui.Hidden("step", "finished")))
	}
	if may[policy.ReferralFeedback] && (s.Status == "started" || s.Status == "finished") {
		from := f.base("from")
		from.Inline = true
		from.Options = []ui.Option{{Value: "person", Label: rq.t("web.by.person")}, {Value: "guardian", Label: rq.t("web.by.guardian")}, {Value: "provider", Label: rq.t("web.by.provider")}}
		out = append(out, with(ui.Section("feedback", rq.t("web.referral.feedback")), rq.form(at+"/feedback", rq.t("web.save"), version, ui.Radios(from), f.radios("value", "feedback"))))
	}
	if may[policy.ReferralWithdraw] && (s.Status == "sent" || s.Status == "accepted") {
		out = append(out, rq.form(at+"/withdrawal", rq.t("web.referral.withdraw"), version))
	}
	return out
}

// kinOf lists the referrals of the same family to the same place.
func (rq *request) kinOf(s *referral.State) ([]templ.Component, error) {
	kin, err := rq.of.Referrals.KinOf(rq.Context(), rq.who, s)
	if err != nil || len(kin) == 0 {
		return nil, err
	}
	links := make([]templ.Component, len(kin))
	for i, k := range kin {
		links[i] = anchor(k.Ref+" · "+rq.t("web.referral."+k.Status), rq.o.Base+"/referrals/"+k.ID)
	}
	return []templ.Component{with(ui.Section("kin", rq.t("web.referral.kin")), para(rq.t("web.referral.kin.text")), list(links...))}, nil
}
