package web

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"rufaa/internal/atlas"
	"rufaa/internal/directory"
	"rufaa/internal/policy"
	"rufaa/internal/web/ui"
)

func (s *site) providerRoutes() {
	s.handle("GET /providers", policy.DirectoryView, providersPage)
	s.handle("GET /providers/points", policy.DirectoryView, providerPoints)
	s.handle("GET /atlas/kenya.geojson", policy.DirectoryView, func(rq *request) error {
		if err := rq.of.Door.Realm(rq.who.Principal, policy.DirectoryView); err != nil {
			return err
		}
		rq.w.Header().Set("Cache-Control", "private, max-age=86400")
		rq.w.Header().Set("Content-Type", "application/geo+json")
		send(rq.w, rq.Request, http.StatusOK, rq.atlas.GeoJSON())
		return nil
	})
	s.handle("GET /providers/{id}", policy.DirectoryView, func(rq *request) error { return rq.providerPage(http.StatusOK, nil, nil) })
	s.handle("POST /providers/{id}/confirm", policy.DirectoryConfirm, confirmProvider)
	s.handle("POST /providers/{id}/capacity", policy.DirectoryReport, reportCapacity)
	s.handle("POST /providers/{id}/hold", policy.DirectoryHold, holdPlace)
	s.handle("POST /providers/{id}/release", policy.DirectoryRelease, releasePlace)
	s.handle("GET /cases/{id}/places", policy.ReferralSend, placesPage)
}

// filters are what the search form of the directory says.
type filters struct{ service, county, country, language, text, open, free string }

func (rq *request) filters() filters {
	q := rq.URL.Query()
	return filters{q.Get("service"), q.Get("county"), q.Get("country"), q.Get("language"), q.Get("text"), q.Get("open"), q.Get("free")}
}

// href is the list with these filters; an empty part is left out.
func (f filters) href(page int) string {
	v := url.Values{}
	for name, value := range map[string]string{"service": f.service, "county": f.county, "country": f.country, "language": f.language, "text": f.text, "open": f.open, "free": f.free} {
		if value != "" {
			v.Set(name, value)
		}
	}
	if page > 1 {
		v.Set("page", strconv.Itoa(page))
	}
	if len(v) == 0 {
		return "/providers"
	}
	return "/providers?" + v.Encode()
}

func (f filters) query() directory.Query {
	q := directory.Query{County: f.county, Country: f.country, Language: f.language, Text: f.text, Size: 25}
	if f.service != "" {
		q.Services = []string{f.service}
	}
	q.Open, q.Free = surely(f.open), surely(f.free)
	return q
}

func surely(s string) directory.Surely {
	switch s {
	case "maybe":
		return directory.Maybe
	case "surely":
		return directory.Surest
	}
	return directory.Any
}

func providersPage(rq *request) error {
	f := rq.filters()
	q := f.query()
	q.Page, _ = strconv.Atoi(rq.URL.Query().Get("page"))
	found, err := rq.of.Directory.Find(rq.Context(), rq.who, q)
	if err != nil {
		return err
	}
	drawn, err := rq.map47(f)
	if err != nil {
		return err
	}
	title := rq.t("web.providers.title")
	p := rq.page(title)
	p.Wide, p.Errors = true, rq.unknownFilters(f)
	body := []templ.Component{ui.Heading("", title), para(rq.t("web.providers.text")), rq.keepingLinks(), rq.providerFilters(f, p.Errors)}
	list := []templ.Component{small(rq.lang.N("web.providers.count", found.Total)), rq.providerTable(found.Rows), rq.providerPager(f, found)}
	if f.country != "" {
		without := f
		without.country = ""
		list = append([]templ.Component{para2link(rq.t("web.providers.everywhere", "county", rq.label("countries", f.country)), rq.o.Base+without.href(1))}, list...)
	}
	if f.county != "" {
		without := f
		without.county = ""
		list = append([]templ.Component{para2link(rq.t("web.providers.everywhere", "county", rq.label("counties", f.county)), rq.o.Base+without.href(1))}, list...)
	}
	body = append(body, with(ui.Columns(drawn), list...))
	return rq.render(http.StatusOK, p, body...)
}

func (rq *request) providerFilters(f filters, errs []ui.FieldError) templ.Component {
	choose := func(name, key, value string, options []ui.Option) templ.Component {
		field := ui.Field{Name: name, Label: rq.t(key), Value: value, Options: options}
		for _, e := range errs {
			if e.Field == name {
				field.Error = e.Message
			}
		}
		return ui.Select(field)
	}
	services := []ui.Option{{Value: "", Label: rq.t("web.any")}}
	for _, s := range rq.of.Content.Services() {
		services = append(services, ui.Option{Value: s.ID, Label: s.Label.In(rq.lang.Code())})
	}
	ways := func(key string) []ui.Option {
		return []ui.Option{{Value: "", Label: rq.t("web.any")}, {Value: "maybe", Label: rq.t(key + ".maybe")}, {Value: "surely", Label: rq.t(key + ".surely")}}
	}
	any := func(list string) []ui.Option {
		out := rq.options(list, true)
		out[0].Label = rq.t("web.any")
		return out
	}
	return with(ui.Details(rq.t("web.providers.narrow"), true), with(ui.Form(ui.Sending{Action: "/providers", Get: true}),
		with(element3("div", ` class="r-filters"`), choose("service", "web.f.service", f.service, services), choose("county", "web.col.county", f.county, any("counties")),
			choose("language", "web.f.language", f.language, any("languages")), choose("open", "web.providers.open", f.open, ways("web.providers.open")),
			choose("free", "web.providers.free", f.free, ways("web.providers.free")), ui.TextInput(ui.Field{Name: "text", Label: rq.t("web.providers.words"), Value: f.text})),
		ui.Button(ui.Press{Text: rq.t("common.search")})))
}

// element3 is a tag around children; attrs are constants of the program.
func element3(tag, attrs string) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		children := templ.GetChildren(ctx)
		if _, err := io.WriteString(w, "<"+tag+attrs+">"); err != nil {
			return err
		}
		if err := children.Render(templ.ClearChildren(ctx), w); err != nil {
			return err
		}
		_, err := io.WriteString(w, "</"+tag+">")
		return err
	})
}

// map47 draws Kenya's counties with how many services match in each, whatever
// county is chosen. It is a list of links for who cannot see it.
func (rq *request) map47(f filters) (templ.Component, error) {
	all := f.query()
	all.County, all.Country, all.Size = "", "", 1
	found, err := rq.of.Directory.Find(rq.Context(), rq.who, all)
	if err != nil {
		return nil, err
	}
	shades := atlas.Shade(found.Counties)
	o := atlas.Options{ID: "kenya", Title: rq.t("web.map.title"), Desc: rq.t("web.map.text"), Counties: map[string]atlas.Mark{}}
	for _, t := range rq.of.Content.List("counties") {
		if _, known := rq.atlas.County(t.ID); !known {
			continue
		}
		n := found.Counties[t.ID]
		there := f
		there.county, there.country = t.ID, ""
		m := atlas.Mark{Href: rq.o.Base + there.href(1), Shade: shades[t.ID], Here: f.county == t.ID,
			Label: t.In(rq.lang.Code()) + ": " + rq.lang.N("web.providers.count", n)}
		if n > 0 {
			m.Count = strconv.Itoa(n)
		}
		o.Counties[t.ID] = m
	}
	o.Countries = rq.neighbours(f, found.Abroad)
	var b bytes.Buffer
	if err := rq.atlas.SVG(&b, o); err != nil {
		return nil, err
	}
	return templ.Join(templ.Raw(b.String()), small(atlas.Attribution), rq.movable(f)), nil
}

func (rq *request) providerTable(rows []directory.Row) templ.Component {
	l := ui.Listing{Caption: rq.t("web.providers.title"), Hide: true, Empty: rq.t("web.providers.none"), Columns: []ui.Column{
		{Label: rq.t("web.providers.who")}, {Label: rq.t("web.providers.open")}, {Label: rq.t("web.providers.free")}, {Label: rq.t("web.col.county")}, {Label: rq.t("web.agency.phone")}}}
	for i := range rows {
		r := &rows[i]
		name := r.Name
		where := rq.label("counties", r.County)
		if r.Confidential {
			where += " · " + rq.t("web.providers.confidential")
		} else if r.Town != "" {
			where += " · " + r.Town
		}
		phones := make([]string, 0, len(r.Phones))
		for _, p := range r.Phones {
			phones = append(phones, p.Number)
		}
		l.Rows = append(l.Rows, []ui.Cell{{Text: name, Href: "/providers/" + r.Provider, Sub: rq.service(r.Kind)}, {Tag: rq.openTag(r.Opening)},
			{Body: rq.freePlaces(r.Places)}, {Text: where}, {Text: strings.Join(phones, ", "), Sub: rq.verifiedWord(r.Verified, r.VerifiedAge)}})
	}
	return ui.Table(l)
}

func (rq *request) openTag(o directory.Opening) *ui.Tag {
	tones := map[directory.State]ui.Tone{directory.Open: ui.Green, directory.IntakeClosed: ui.Amber, directory.ShutNow: ui.Grey, directory.OpenNotKnown: ui.Grey}
	return &ui.Tag{Text: rq.t("directory.state." + string(o.State)), Tone: tones[o.State]}
}

// freePlaces tells each capacity with its age: an old number fades in words,
// not only in colour.
func (rq *request) freePlaces(slots []directory.FreeSlot) templ.Component {
	if len(slots) == 0 {
		return small(rq.t("web.providers.capacity_unknown"))
	}
	var out []templ.Component
	for i := range slots {
		out = append(out, element("span", ` class="r-free r-free--`+string(slots[i].Age)+`"`, rq.slotText(&slots[i])))
	}
	return templ.Join(out...)
}

func (rq *request) slotText(s *directory.FreeSlot) string {
	t, l := rq.of.Directory.Taxonomy, rq.lang.Code()
	what := t.Label("units", s.Unit, l) + ", " + t.Label("groups", s.Group, l)
	if s.Free == nil || s.Reported == nil {
		return what + ": " + rq.t("directory.age.none")
	}
	key := "web.providers.slot"
	if s.Age == directory.AgeStale {
		key = "web.providers.slot_stale"
	}
	return rq.t(key, "what", what, "free", *s.Free, "when", rq.lang.Ago(*s.Reported, rq.of.Now()))
}

func (rq *request) verifiedWord(v *directory.Verified, age directory.Age) string {
	if v == nil {
		return rq.t("directory.verified.never")
	}
	text := rq.t("web.providers.verified", "when", rq.lang.Ago(v.At, rq.of.Now()), "how", rq.of.Directory.Taxonomy.Label("verified-how", v.How, rq.lang.Code()))
	if age == directory.AgeStale {
		text += " · " + rq.t("directory.age.stale")
	}
	return text
}

func (rq *request) providerPager(f filters, r *directory.Result) templ.Component {
	var out []templ.Component
	if r.Page > 1 {
		out = append(out, para2link(rq.t("web.page.back"), rq.o.Base+f.href(r.Page-1)))
	}
	if r.Page < r.Pages {
		out = append(out, para2link(rq.t("web.page.next", "page", r.Page+1, "pages", r.Pages), rq.o.Base+f.href(r.Page+1)))
	}
	return templ.Join(out...)
}

// neighbours are links to what is known abroad: every country that the map
// shows, whether anybody is known there or not.
func (rq *request) neighbours(f filters, abroad map[string]int) map[string]atlas.Mark {
	out := map[string]atlas.Mark{}
	shades := atlas.Shade(abroad)
	for _, id := range rq.atlas.Neighbours() {
		name := rq.label("countries", id)
		if name == "" || name == id {
			continue // not a term of the vocabulary: nobody could be entered there
		}
		there, n := f, abroad[id]
		there.county, there.country = "", id
		m := atlas.Mark{Href: rq.o.Base + there.href(1), Shade: shades[id], Here: f.country == id, Label: name + ": " + rq.lang.N("web.providers.count", n), Count: name}
		if n > 0 {
			m.Count += " " + strconv.Itoa(n)
		}
		out[id] = m
	}
	return out
}
