package web

import (
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"rufaa/internal/directory"
	"rufaa/internal/policy"
	"rufaa/internal/web/ui"
)

// providerPage shows one provider: what is known, what is not, and the two
// taps by which its own staff keep it true.
func (rq *request) providerPage(status int, errs []ui.FieldError, above []templ.Component) error {
	v, err := rq.of.Directory.View(rq.Context(), rq.who, rq.PathValue("id"))
	if err != nil {
		return err
	}
	pr, l := v.Provider, rq.lang.Code()
	p := rq.page(pr.Name)
	p.Errors = errs
	p.Back = &ui.Link{Text: rq.t("web.providers.title"), Href: "/providers"}
	var tags []ui.Tag
	if pr.Fictional {
		tags = append(tags, ui.Tag{Text: rq.t("directory.fictional"), Tone: ui.Violet})
	}
	if pr.Closed != nil {
		tags = append(tags, ui.Tag{Text: rq.t("accounts.agency.closed"), Tone: ui.Red})
	}
	body := append([]templ.Component{ui.Heading(rq.label("agency-kinds", pr.Kind), pr.Name, tags...)}, above...)
	facts := []ui.Fact{{Key: rq.t("web.col.county"), Value: rq.label("counties", pr.County)}, {Key: rq.t("web.providers.about"), Value: pr.About.In(l)},
		{Key: rq.t("web.agency.phone"), Value: phones(pr.Phones)}, {Key: rq.t("web.f.language"), Value: rq.labels("languages", pr.Languages)},
		{Key: rq.t("web.providers.accredited"), Value: rq.fact(pr.Accreditation.State)}, {Key: rq.t("web.providers.memorandum"), Value: rq.fact(pr.Memorandum.InForce(rq.of.Now()))},
		{Key: rq.t("web.providers.vetting"), Value: rq.of.Directory.Taxonomy.Label("vetting", pr.Vetting.State, l)},
		{Key: rq.t("web.providers.true"), Value: rq.verifiedWord(pr.Verified, v.Verified)}}
	if pr.Website != "" {
		facts = append(facts, ui.Fact{Key: rq.t("web.agency.website"), Value: pr.Website})
	}
	for _, src := range pr.Sources {
		facts = append(facts, ui.Fact{Key: rq.t("web.agency.source"), Value: src})
	}
	if until := pr.Memorandum.Until; until != "" {
		facts = append(facts, ui.Fact{Key: rq.t("keeping.f.memorandum_until"), Value: until})
	}
	body = append(body, ui.SummaryList(facts), rq.keepLinks(v))
	if v.May[policy.DirectoryConfirm] && pr.Closed == nil {
		body = append(body, rq.confirmForm(pr))
	}
	if v.May[policy.DirectoryMessage] && pr.Live() {
		body = append(body, rq.messageForm(pr))
	}
	for i := range v.Offers {
		body = append(body, rq.offer(v, i))
	}
	if v.May[policy.DirectoryLine] && pr.Live() {
		body = append(body, rq.lineForms(pr))
	}
	if len(pr.Holds) > 0 {
		body = append(body, rq.holds(v))
	}
	return rq.render(status, p, body...)
}

func phones(list []directory.Phone) string {
	out := make([]string, len(list))
	for i, p := range list {
		out[i] = p.Number
		if p.Label != "" {
			out[i] += " (" + p.Label + ")"
		}
	}
	return strings.Join(out, ", ")
}

func (rq *request) fact(f directory.Fact) string {
	if f == directory.NotKnown {
		return rq.t("directory.fact.unknown")
	}
	return rq.t("directory.fact." + string(f))
}

// confirmForm is the one tap: still true. Others than the provider's own staff
// say how they know.
func (rq *request) confirmForm(p *directory.Provider) templ.Component {
	at := "/providers/" + p.ID + "/confirm"
	if p.Agency != "" && p.Agency == rq.who.Agency {
		return rq.press(at, "how", "", rq.t("web.providers.still_true"))
	}
	how := ui.Field{Name: "how", Label: rq.t("web.providers.how"), Options: []ui.Option{{Value: "", Label: rq.t("web.choose")}}}
	for _, t := range rq.of.Directory.Taxonomy.List("verified-how") {
		if t.ID != "own-staff" && t.ID != "fictional" {
			how.Options = append(how.Options, ui.Option{Value: t.ID, Label: t.Label.In(rq.lang.Code())})
		}
	}
	return rq.form(at, rq.t("web.providers.still_true"), "", ui.Select(how))
}

func (rq *request) offer(v *directory.View, i int) templ.Component {
	o, l, t := &v.Offers[i], rq.lang.Code(), rq.of.Directory.Taxonomy
	facts := []ui.Fact{{Key: rq.t("web.providers.open"), Body: ui.TagOf(*rq.openTag(o.Opening))}}
	if o.Opening.State != directory.OpenNotKnown && !o.Opening.Next.IsZero() {
		facts[0].Body = templ.Join(facts[0].Body, small(rq.t("web.providers.until", "when", rq.lang.DateTime(o.Opening.Next), "then", rq.t("directory.state."+string(o.Opening.Then)))))
	}
	if loc := o.Location; loc != nil {
		where := rq.label("counties", loc.County)
		switch {
		case loc.Confidential:
			where += " · " + rq.t("directory.confidential")
		case loc.Place != nil:
			where = strings.Trim(strings.Join([]string{loc.Place.Address, loc.Place.Town, where}, ", "), ", ")
		}
		facts = append(facts, ui.Fact{Key: rq.t("web.providers.where"), Value: where}, ui.Fact{Key: rq.t("web.providers.wheelchair"), Value: rq.fact(loc.Accessible)})
	}
	facts = append(facts, rq.eligibility(&o.Service.Eligibility)...)
	docs := make([]string, len(o.Service.Documents))
	for k, d := range o.Service.Documents {
		docs[k] = t.Label("documents", d, l)
	}
	if len(docs) > 0 {
		facts = append(facts, ui.Fact{Key: rq.t("web.providers.documents"), Value: strings.Join(docs, ", ")})
	}
	body := []templ.Component{ui.SummaryList(facts)}
	for k := range o.Places {
		body = append(body, rq.place(v, o, &o.Places[k], i, k))
	}
	name := rq.service(o.Service.Kind)
	if o.Service.Name != "" {
		name = o.Service.Name + " · " + name
	}
	return with(ui.Section("service-"+strconv.Itoa(i+1), name), body...)
}

// eligibility tells whom the service takes, with what nobody has said yet.
func (rq *request) eligibility(e *directory.Eligibility) []ui.Fact {
	ages := func(n *int) string {
		if n == nil {
			return rq.t("directory.fact.unknown")
		}
		return strconv.Itoa(*n)
	}
	return []ui.Fact{
		{Key: rq.t("web.providers.women"), Value: rq.fact(e.Female)}, {Key: rq.t("web.providers.men"), Value: rq.fact(e.Male)},
		{Key: rq.t("web.providers.age_from"), Value: ages(e.MinAge)}, {Key: rq.t("web.providers.age_to"), Value: ages(e.MaxAge)},
		{Key: rq.t("web.providers.with_mother"), Value: rq.fact(e.WithMother)}, {Key: rq.t("web.providers.pregnant"), Value: rq.fact(e.Pregnancy)},
		{Key: rq.t("web.providers.disability"), Value: rq.fact(e.Disability)}, {Key: rq.t("web.providers.court_order"), Value: rq.fact(e.CourtOrder)},
	}
}

// place is one capacity: what is free, and for the provider's own staff two
// numbers to report, for those who place people a hold.
func (rq *request) place(v *directory.View, o *directory.Offer, s *directory.FreeSlot, i, k int) templ.Component {
	at := "/providers/" + v.Provider.ID
	hidden := templ.Join(ui.Hidden("service", s.Service), ui.Hidden("location", s.Location), ui.Hidden("unit", s.Unit), ui.Hidden("group", s.Group))
	body := []templ.Component{element("p", ` class="r-free r-free--`+string(s.Age)+`"`, rq.slotText(s))}
	if s.Held > 0 {
		body = append(body, small(rq.lang.N("web.providers.held", s.Held)))
	}
	if v.May[policy.DirectoryReport] {
		id := "-" + strconv.Itoa(i+1) + "-" + strconv.Itoa(k+1)
		number := func(name, key string, value *int) templ.Component {
			f := ui.Field{Name: name, Label: rq.t(key), Width: 3, InputMode: "numeric", ID: name + id}
			if value != nil {
				f.Value = strconv.Itoa(*value)
			}
			return ui.TextInput(f)
		}
		body = append(body, with(ui.Form(ui.Sending{Action: at + "/capacity", Key: newKey(), Class: "r-row"}), hidden,
			number("available", "web.providers.available", s.Free), number("maximum", "web.providers.maximum", s.Maximum), ui.Button(ui.Press{Text: rq.t("web.providers.report"), Look: ui.Secondary})))
	}
	if v.May[policy.DirectoryHold] && s.Free != nil && *s.Free > 0 {
		body = append(body, with(ui.Form(ui.Sending{Action: at + "/hold", Key: newKey()}), hidden, ui.Button(ui.Press{Text: rq.t("web.providers.hold"), Look: ui.Secondary, Small: true})))
	}
	return with(ui.Card(""), body...)
}

func (rq *request) holds(v *directory.View) templ.Component {
	t, l := rq.of.Directory.Taxonomy, rq.lang.Code()
	list := ui.Listing{Caption: rq.t("web.providers.holds"), Hide: true, Columns: []ui.Column{{Label: rq.t("web.providers.free")}, {Label: rq.t("web.col.when")}, {Label: rq.t("web.col.who")}, {Label: rq.t("web.col.do")}}}
	for i := range v.Provider.Holds {
		h := &v.Provider.Holds[i]
		if !h.Runs(rq.of.Now()) {
			continue
		}
		var out []templ.Component
		for _, o := range t.List("hold-outcomes") {
			out = append(out, rq.press("/providers/"+v.Provider.ID+"/release", "outcome", o.ID, o.Label.In(l), ui.Hidden("hold", h.ID)))
		}
		list.Rows = append(list.Rows, []ui.Cell{{Text: strconv.Itoa(h.Count) + " × " + t.Label("units", h.Unit, l), Sub: t.Label("groups", h.Group, l)},
			{Text: rq.when(h.Until, rq.of.Now())}, {Text: rq.of.AgencyName(h.By.Agency)}, {Body: templ.Join(out...)}})
	}
	if len(list.Rows) == 0 {
		return templ.NopComponent
	}
	return with(ui.Section("holds", rq.t("web.providers.holds")), ui.Table(list))
}

// provided runs a command on the provider of the page and shows the page, or
// what was wrong with what was sent.
func (rq *request) provided(cmd directory.Command, back string) error {
	_, err := rq.of.Directory.Do(rq.Context(), rq.who, rq.PathValue("id"), directory.Order{Key: rq.FormValue("_key")}, cmd)
	if err != nil {
		if status, above, ok := rq.notices(err); ok {
			return rq.providerPage(status, rq.fieldErrors(err), above)
		}
		return err
	}
	rq.redirect(back)
	return nil
}

func (rq *request) slot() directory.Slot {
	v := rq.PostForm
	return directory.Slot{Service: v.Get("service"), Location: v.Get("location"), Unit: v.Get("unit"), Group: v.Get("group")}
}

func confirmProvider(rq *request) error {
	return rq.provided(&directory.Confirm{How: rq.PostFormValue("how")}, "/providers/"+rq.PathValue("id"))
}

func reportCapacity(rq *request) error {
	// What is no number is told as one that is out of bounds.
	number := func(name string) int {
		n, err := strconv.Atoi(strings.TrimSpace(rq.PostFormValue(name)))
		if err != nil {
			return -1
		}
		return n
	}
	cmd := &directory.ReportCapacity{Slot: rq.slot(), Available: number("available")}
	if strings.TrimSpace(rq.PostFormValue("maximum")) != "" {
		most := number("maximum")
		cmd.Maximum = &most
	}
	return rq.provided(cmd, "/providers/"+rq.PathValue("id"))
}

func holdPlace(rq *request) error {
	back := "/providers/" + rq.PathValue("id")
	id := rq.PostFormValue("case")
	if id != "" {
		back = "/cases/" + id + "/places?need=" + rq.PostFormValue("need")
		if _, err := rq.of.Cases.Admitted(rq.Context(), rq.who, id, policy.ReferralSend); err != nil {
			return err
		}
	}
	return rq.provided(&directory.PlaceHold{Slot: rq.slot(), Case: id}, local(back))
}

func releasePlace(rq *request) error {
	return rq.provided(&directory.ReleaseHold{Hold: rq.PostFormValue("hold"), Outcome: rq.PostFormValue("outcome")}, "/providers/"+rq.PathValue("id"))
}
