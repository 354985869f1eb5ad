package web

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/a-h/templ"

	"rufaa/internal/directory"

	"rufaa/internal/web/ui"
)

// sourcesShown bounds the lists of a page; what is settled makes room.
const sourcesShown = 50

// sourcesPage lists where two sources disagree: what a list says beside an
// entry that people keep, and entries that may be one provider.
func sourcesPage(rq *request) error {
	told, err := rq.of.Directory.Sources(rq.Context(), rq.who, "", sourcesShown)
	if err != nil {
		return err
	}
	twins, err := rq.of.Directory.Lookalikes(rq.Context(), rq.who, sourcesShown)
	if err != nil {
		return err
	}
	title := rq.t("keeping.sources.title")
	p := rq.page(title)
	p.Back = &ui.Link{Text: rq.t("web.providers.title"), Href: "/providers"}
	lists := ui.Listing{Caption: rq.t("keeping.sources.told"), Empty: rq.t("keeping.sources.none"), Columns: []ui.Column{{Label: rq.t("keeping.sources.entry")}, {Label: rq.t("web.agency.source")}, {Label: rq.t("web.col.when")}}}
	for i := range told {
		c := &told[i]
		lists.Rows = append(lists.Rows, []ui.Cell{{Text: c.Provider.Name, Href: "/providers/" + c.Provider.ID + "/beside/" + c.Source}, {Text: c.Source}, {Text: rq.lang.Ago(c.At, rq.of.Now())}})
	}
	pairs := ui.Listing{Caption: rq.t("keeping.sources.twins"), Empty: rq.t("keeping.sources.none"), Columns: []ui.Column{{Label: rq.t("keeping.sources.entry")}, {Label: rq.t("keeping.sources.other")}, {Label: rq.t("keeping.sources.alike")}}}
	for i := range twins {
		x := &twins[i]
		why := make([]string, len(x.Why))
		for k, w := range x.Why {
			why[k] = rq.t("keeping.alike." + w)
		}
		pairs.Rows = append(pairs.Rows, []ui.Cell{{Text: x.Keep.Name, Href: "/providers/" + x.Keep.ID + "/beside/" + x.Drop.ID}, {Text: x.Drop.Name, Sub: rq.label("counties", x.Drop.County)}, {Text: strings.Join(why, ", ")}})
	}
	return rq.render(http.StatusOK, p, ui.Heading("", title), para(rq.t("keeping.sources.text")), ui.Table(lists), ui.Table(pairs))
}

// besidePage shows an entry and another one, or what a source says of it, side
// by side.
func (rq *request) besidePage(status int, errs []ui.FieldError, above []templ.Component) error {
	ctx, id, other := rq.Context(), rq.PathValue("id"), rq.PathValue("other")
	list, err := rq.of.Directory.Sources(ctx, rq.who, id, sourcesShown)
	if err != nil {
		return err
	}
	for i := range list {
		if list[i].Source == other {
			return rq.toldPage(status, errs, above, &list[i])
		}
	}
	keep, err := rq.of.Directory.View(ctx, rq.who, id)
	if err != nil {
		return err
	}
	drop, err := rq.of.Directory.View(ctx, rq.who, other)
	if err != nil {
		return err
	}
	return rq.twinsPage(status, errs, above, keep.Provider, drop.Provider)
}

func (rq *request) beside(name string, errs []ui.FieldError) (ui.Page, templ.Component) {
	title := rq.t("keeping.beside.title")
	p := rq.page(title)
	p.Errors, p.Back = errs, &ui.Link{Text: rq.t("keeping.sources.title"), Href: "/providers/sources"}
	return p, ui.Heading(name, title)
}

// choice asks which of two is right about one thing.
func (rq *request) choice(name, label, have, told, otherLabel string) templ.Component {
	show := func(s string) string {
		if s == "" {
			return rq.t("keeping.beside.nothing")
		}
		return s
	}
	return ui.Radios(ui.Field{Name: "take." + name, Label: label, Value: rq.chosen(name), Options: []ui.Option{
		{Value: "keep", Label: show(have), Hint: rq.t("keeping.beside.entry")}, {Value: "take", Label: show(told), Hint: otherLabel}}})
}

func (rq *request) chosen(name string) string {
	if v := rq.typed().Get("take." + name); v != "" {
		return v
	}
	return "keep"
}

func (rq *request) toldPage(status int, errs []ui.FieldError, above []templ.Component, c *directory.Source) error {
	p, head := rq.beside(c.Provider.Name, errs)
	by := rq.t("keeping.beside.source", "source", c.Source)
	ask := []templ.Component{ui.Hidden("source", c.Source), ui.Hidden("digest", c.Digest)}
	for _, d := range c.Profile {
		ask = append(ask, rq.choice(d.Field, rq.fieldName(d.Field), rq.shown(d.Field, d.Keep), rq.shown(d.Field, d.Drop), by))
	}
	for _, x := range c.Locations {
		have := ""
		if x.Have != nil {
			have = rq.locationText(x.Have)
		}
		ask = append(ask, rq.choice("location/"+x.Told.ID, rq.t("keeping.do.place"), have, rq.locationText(&x.Told), by))
	}
	for _, x := range c.Services {
		have := ""
		if x.Have != nil {
			have = rq.serviceText(x.Have)
		}
		ask = append(ask, rq.choice("service/"+x.Told.ID, rq.t("keeping.do.service"), have, rq.serviceText(&x.Told), by))
	}
	body := append([]templ.Component{head, para(rq.t("keeping.beside.told"))}, above...)
	return rq.render(status, p, append(body, rq.form("/providers/"+c.Provider.ID+"/settle", rq.t("keeping.beside.settle"), "", ask...))...)
}

func (rq *request) twinsPage(status int, errs []ui.FieldError, above []templ.Component, keep, drop *directory.Provider) error {
	p, head := rq.beside(keep.Name, errs)
	p.Wide = true
	by := drop.Name
	facts := func(x *directory.Provider) templ.Component {
		return with(ui.Card(x.Name), ui.SummaryList([]ui.Fact{{Key: rq.t("web.col.county"), Value: rq.label("counties", x.County)},
			{Key: rq.t("web.agency.phone"), Value: phones(x.Phones)}, {Key: rq.t("keeping.f.services"), Value: rq.servicesText(x)}, {Key: rq.t("web.agency.source"), Value: strings.Join(x.Sources, ", ")},
			{Key: rq.t("web.providers.vetting"), Value: rq.of.Directory.Taxonomy.Label("vetting", x.Vetting.State, rq.lang.Code())},
			{Key: rq.t("web.providers.true"), Value: rq.verifiedWord(x.Verified, "")}}), para2link(rq.t("keeping.beside.open"), rq.o.Base+"/providers/"+x.ID))
	}
	ask := []templ.Component{ui.Hidden("drop", drop.ID)}
	for _, d := range directory.Compare(&keep.Profile, &drop.Profile) {
		ask = append(ask, rq.choice(d.Field, rq.fieldName(d.Field), rq.shown(d.Field, d.Keep), rq.shown(d.Field, d.Drop), by))
	}
	body := append([]templ.Component{head, para(rq.t("keeping.beside.twins"))}, above...)
	body = append(body, with(element3("div", ` class="r-row"`), facts(keep), facts(drop)),
		rq.form("/providers/"+keep.ID+"/merge", rq.t("keeping.beside.merge", "name", keep.Name), fmt.Sprint(keep.Version), ask...),
		rq.press("/providers/"+keep.ID+"/apart", "other", drop.ID, rq.t("keeping.beside.apart")),
		para2link(rq.t("keeping.beside.turn"), rq.o.Base+"/providers/"+drop.ID+"/beside/"+keep.ID))
	return rq.render(status, p, body...)
}

// taken are the choices of a form that go to the other side.
func (rq *request) taken() (out []string) {
	for name := range rq.PostForm {
		if field, ok := strings.CutPrefix(name, "take."); ok && rq.PostForm.Get(name) == "take" {
			out = append(out, field)
		}
	}
	return out
}

func mergeProviders(rq *request) error {
	id, drop := rq.PathValue("id"), rq.PostForm.Get("drop")
	o := rq.order()
	_, err := rq.of.Directory.Merge(rq.Context(), rq.who, id, drop, directory.Order{Key: o.Key, Expect: o.Expect}, rq.taken())
	if err != nil {
		return rq.besideAgain(err, drop)
	}
	rq.redirect("/providers/" + id)
	return nil
}

// besideAgain shows the page with what was chosen and why it cannot be.
func (rq *request) besideAgain(err error, other string) error {
	status, above, ok := rq.notices(err)
	if !ok || other == "" {
		return err
	}
	rq.SetPathValue("other", other)
	return rq.besidePage(status, rq.fieldErrors(err), above)
}

func keepApart(rq *request) error {
	if _, err := rq.of.Directory.KeepBoth(rq.Context(), rq.who, rq.PathValue("id"), rq.PostForm.Get("other")); err != nil {
		return err
	}
	rq.redirect("/providers/sources")
	return nil
}

func settleSource(rq *request) error {
	v := rq.PostForm
	cmd := &directory.Settle{Source: v.Get("source"), Digest: v.Get("digest"), Take: rq.taken()}
	if _, err := rq.of.Directory.Do(rq.Context(), rq.who, rq.PathValue("id"), directory.Order{Key: rq.FormValue("_key")}, cmd); err != nil {
		return rq.besideAgain(err, v.Get("source"))
	}
	rq.redirect("/providers/sources")
	return nil
}

// fieldName is a field of a profile in the reader's words.
func (rq *request) fieldName(field string) string {
	if key := "keeping.f." + field; rq.lang.Has(key) {
		return rq.t(key)
	}
	return field
}

// shown writes a value of a profile for the eye.
func (rq *request) shown(field string, v any) string {
	switch x := v.(type) {
	case string:
		switch field {
		case "county":
			return rq.label("counties", x)
		case "kind":
			return rq.label("agency-kinds", x)
		case "agency":
			return rq.of.AgencyName(x)
		}
		return x
	case []string:
		if field == "languages" {
			return rq.labels("languages", x)
		}
		return strings.Join(x, ", ")
	case []directory.Phone:
		return phones(x)
	case []directory.Contact:
		return strings.ReplaceAll(contactsText(x), "\n", ", ")
	case directory.Words:
		return x.In(rq.lang.Code())
	case directory.Memorandum:
		return strings.TrimSpace(rq.fact(x.State) + " " + x.Until)
	case directory.Accreditation:
		return strings.TrimSpace(rq.fact(x.State) + " " + x.Body + " " + x.Until)
	case bool:
		return rq.fact(directory.Of(x))
	}
	return fmt.Sprint(v)
}

func (rq *request) locationText(l *directory.Location) string {
	parts := []string{rq.locationName(l)}
	if p := l.Place; p != nil {
		parts = append(parts, p.Address, p.PostalCode)
		if p.Latitude != nil && p.Longitude != nil {
			parts = append(parts, degrees(p.Latitude)+", "+degrees(p.Longitude))
		}
	}
	return joinTold(parts...)
}

func (rq *request) serviceText(s *directory.Service) string {
	l := rq.lang.Code()
	parts := []string{rq.service(s.Kind), s.Name, s.About.In(l), phones(s.Phones), strings.ReplaceAll(directory.WriteHours(s.Hours.Open), "\n", ", "), s.Eligibility.Note.In(l), s.Cost.Note}
	if s.Cost.Free.Known() {
		parts = append(parts, rq.t("keeping.f.free")+": "+rq.fact(s.Cost.Free))
	}
	if s.Status != "" {
		parts = append(parts, rq.of.Directory.Taxonomy.Label("service-states", s.Status, l))
	}
	return joinTold(parts...)
}

func (rq *request) servicesText(p *directory.Provider) string {
	var out []string
	for i := range p.Services {
		out = append(out, rq.service(p.Services[i].Kind))
	}
	return joinTold(out...)
}

// joinTold joins what is told and leaves out what is not.
func joinTold(parts ...string) string {
	var out []string
	for _, p := range parts {
		if p = strings.TrimSpace(p); p != "" {
			out = append(out, p)
		}
	}
	return strings.Join(out, " · ")
}

// questionsPage is whom to ring: capacity that nobody has reported for long,
// entries that nobody has checked.
func questionsPage(rq *request) error {
	asked, err := rq.of.Directory.ToAsk(rq.Context(), rq.who, 200)
	if err != nil {
		return err
	}
	title := rq.t("keeping.questions.title")
	p := rq.page(title)
	p.Back = &ui.Link{Text: rq.t("web.providers.title"), Href: "/providers"}
	l := ui.Listing{Caption: title, Hide: true, Empty: rq.t("keeping.questions.none"), Columns: []ui.Column{{Label: rq.t("web.providers.who")}, {Label: rq.t("keeping.questions.about")}, {Label: rq.t("keeping.questions.since")}, {Label: rq.t("web.agency.phone")}}}
	for i := range asked {
		q := &asked[i]
		about := rq.t("keeping.questions." + q.About)
		if s := q.Slot; s != nil {
			t := rq.of.Directory.Taxonomy
			about += ": " + t.Label("units", s.Unit, rq.lang.Code()) + ", " + t.Label("groups", s.Group, rq.lang.Code())
		}
		since := rq.t("keeping.questions.never")
		if !q.Since.IsZero() {
			since = rq.lang.Ago(q.Since, rq.of.Now())
		}
		number := ""
		if v, err := rq.of.Directory.View(rq.Context(), rq.who, q.Provider); err == nil {
			number = phones(v.Provider.Phones)
		}
		l.Rows = append(l.Rows, []ui.Cell{{Text: q.Name, Href: "/providers/" + q.Provider}, {Text: about}, {Text: since}, {Text: number}})
	}
	return rq.render(http.StatusOK, p, ui.Heading("", title), para(rq.t("keeping.questions.text")), ui.Table(l))
}
