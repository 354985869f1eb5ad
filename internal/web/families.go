package web

import (
	"net/http"
	"net/url"

	"github.com/a-h/templ"

	"rufaa/internal/casefile"
	"rufaa/internal/family"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/web/ui"
)

func (s *site) familyRoutes() {
	s.handle("GET /cases/{id}/family", policy.FamilyChange, func(rq *request) error { return rq.familyPage(http.StatusOK, nil, nil) })
	s.handle("POST /cases/{id}/family", policy.FamilyChange, func(rq *request) error {
		v := rq.PostForm
		_, err := rq.of.Families.Join(rq.Context(), rq.who, rq.PathValue("id"), v.Get("_key"),
			&family.Join{Reference: v.Get("reference"), Relation: v.Get("relation"), OwnRelation: v.Get("own_relation")})
		return rq.familyChanged(err)
	})
	s.handle("POST /cases/{id}/family/leave", policy.FamilyChange, func(rq *request) error {
		_, err := rq.of.Families.Leave(rq.Context(), rq.who, rq.PathValue("id"), rq.PostFormValue("_key"))
		return rq.familyChanged(err)
	})
}

func (rq *request) familyChanged(err error) error {
	if err == nil {
		rq.redirect("/cases/" + rq.PathValue("id"))
		return nil
	}
	if status, above, ok := rq.notices(err); ok {
		return rq.familyPage(status, rq.fieldErrors(err), above)
	}
	return err
}

func (rq *request) familyPage(status int, errs []ui.FieldError, above []templ.Component) error {
	id := rq.PathValue("id")
	c, err := rq.of.Cases.View(rq.Context(), rq.who, id)
	if err != nil {
		return err
	}
	if !c.Can(policy.FamilyChange) {
		return &problem.Denied{Action: string(policy.FamilyChange), Rule: "access.duty"}
	}
	title := rq.t("family.title")
	p := rq.page(title)
	p.Errors, p.Back = errs, &ui.Link{Text: c.Row.Ref, Href: "/cases/" + id}
	f := fields{rq: rq, v: rq.PostForm, errors: errs}
	if f.v == nil {
		f.v = url.Values{}
	}
	relation := func(name string) templ.Component {
		b := f.base(name)
		b.Options = []ui.Option{{Value: "", Label: rq.t("web.choose")}}
		for _, r := range family.Relations {
			b.Options = append(b.Options, ui.Option{Value: r, Label: rq.t("family.relation." + r)})
		}
		return ui.Select(b)
	}
	body := append([]templ.Component{ui.Heading(c.Row.Ref, title), para(rq.t("family.text"))}, above...)
	body = append(body, rq.form("/cases/"+id+"/family", rq.t("family.join"), "", f.line("reference"), relation("relation"), relation("own_relation")))
	members, err := rq.of.Families.Members(rq.Context(), rq.who, id)
	if err != nil {
		return err
	}
	if len(members) > 0 {
		body = append(body, rq.familyList(members), rq.press("/cases/"+id+"/family/leave", "sure", "1", rq.t("family.leave")))
	}
	return rq.render(status, p, body...)
}

func (rq *request) familyList(members []family.Shown) templ.Component {
	var items []templ.Component
	for _, m := range members {
		text := rq.t("family.relation."+m.Relation) + " · " + rq.label("age-bands", m.AgeBand) + " · " + m.Ref
		if m.Own {
			items = append(items, plain(text))
			continue
		}
		items = append(items, anchor(text, rq.o.Base+"/cases/"+m.Case))
	}
	return list(items...)
}

// belonging is what a case's page says of the family and of linked cases at
// other agencies, as far as the reader may know.
func (rq *request) belonging(c *casefile.Frame) (templ.Component, error) {
	touching, err := rq.of.Touching(rq.Context(), c.Row.ID)
	if err != nil {
		return nil, err
	}
	family, err := rq.familyPart(c, touching.Family)
	if err != nil {
		return nil, err
	}
	out := []templ.Component{family}
	if touching.Linked {
		links, err := rq.linksPart(c)
		if err != nil {
			return nil, err
		}
		out = append(out, links)
	}
	if touching.Inquiries {
		out = append(out, rq.inquiriesAbout(c)...)
	}
	return templ.Join(out...), nil
}

func (rq *request) familyPart(c *casefile.Frame, has bool) (templ.Component, error) {
	var family []templ.Component
	if has {
		members, err := rq.of.Families.MembersIn(rq.Context(), rq.who, c)
		if err != nil {
			return nil, err
		}
		if len(members) > 0 {
			family = append(family, rq.familyList(members))
		}
	}
	if c.Can(policy.FamilyChange) {
		family = append(family, para2link(rq.t("family.change"), rq.o.Base+"/cases/"+c.Row.ID+"/family"))
	}
	if len(family) == 0 {
		return templ.NopComponent, nil
	}
	return with(ui.Section("family", rq.t("family.title")), family...), nil
}

func (rq *request) linksPart(c *casefile.Frame) (templ.Component, error) {
	links, err := rq.of.Likenesses.Links(rq.Context(), rq.who, c)
	if err != nil || len(links) == 0 {
		return templ.NopComponent, err
	}
	var items []templ.Component
	for _, l := range links {
		items = append(items, plain(l.Ref+" · "+rq.of.AgencyName(l.Agency)))
	}
	return with(ui.Section("links", rq.t("likeness.links.title")), para(rq.t("likeness.links.text")), list(items...)), nil
}

// inquiriesAbout tells those who answer for a person that an inquiry exists,
// and of which agency; which one it is only its team reads.
func (rq *request) inquiriesAbout(c *casefile.Frame) []templ.Component {
	if !c.Can(policy.InquiryKnow) {
		return nil
	}
	known, err := rq.of.Inquiries.OfCase(rq.Context(), rq.who, c.Row.ID)
	if err != nil || len(known) == 0 {
		return nil
	}
	var items []templ.Component
	for _, k := range known {
		if k.ID == "" {
			items = append(items, plain(rq.of.AgencyName(k.Agency)))
			continue
		}
		items = append(items, para2link(k.Ref+" · "+rq.of.AgencyName(k.Agency), rq.o.Base+"/inquiries/"+k.ID))
	}
	return []templ.Component{with(ui.Section("inquiries", rq.t("inquiry.about.title")), para(rq.t("inquiry.about.text")), list(items...))}
}
