package web

import (
	"rufaa/internal/exhibit"
	"rufaa/internal/paper"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
)

// labelOf is what stands on a label: number, seal and day, and the code that
// says nothing. What it is, whose, and of whom is not for who passes by.
func (rq *request) labelOf(v *exhibit.View) paper.Label {
	l := paper.Label{Code: v.Code, Title: v.Number, Lines: []string{rq.lang.DateTime(v.Steps[0].Seen.At)}}
	if seal := v.Steps[0].Seen.Seal; seal != "" {
		l.Lines = append(l.Lines, rq.t("exhibit.seal_is", "seal", seal))
	}
	return l
}

func labelSize(name string) paper.Size {
	switch name {
	case "58":
		return paper.Roll58
	case "80":
		return paper.Roll80
	}
	return paper.A4
}

func (rq *request) sendLabels(name string, size paper.Size, list []paper.Label) error {
	raw, err := paper.Labels(size, rq.t("exhibit.print.title"), rq.lang.Code(), rq.banner(), rq.of.Now(), list)
	if err != nil {
		return err
	}
	rq.file("application/pdf", name, raw)
	return nil
}

func sceneLabels(rq *request) error {
	sc, list, err := rq.of.Exhibits.OfScene(rq.Context(), rq.who, rq.PathValue("id"))
	if err != nil {
		return err
	}
	if !rq.of.Exhibits.May(rq.who, sc, policy.ExhibitLabel) {
		return &problem.Denied{Action: string(policy.ExhibitLabel), Rule: "access.duty"}
	}
	labels := make([]paper.Label, len(list))
	for i, v := range list {
		labels[i] = rq.labelOf(v)
	}
	return rq.sendLabels("labels.pdf", labelSize(rq.URL.Query().Get("size")), labels)
}

func oneLabel(rq *request) error {
	v, err := rq.of.Exhibits.View(rq.Context(), rq.who, rq.PathValue("id"))
	if err != nil {
		return err
	}
	if !v.Can(policy.ExhibitLabel) {
		return &problem.Denied{Action: string(policy.ExhibitLabel), Rule: "access.duty"}
	}
	size := rq.URL.Query().Get("size")
	if size == "" {
		size = "58"
	}
	return rq.sendLabels("label.pdf", labelSize(size), []paper.Label{rq.labelOf(v)})
}

// exhibitList is the list of a scene's exhibits, on A4 or on a strip of the
// thermal printer.
func exhibitList(rq *request) error {
	raw, err := rq.of.ExhibitList(rq.Context(), rq.who, rq.PathValue("id"), rq.lang, rq.banner(), rq.URL.Query().Get("size") == "80")
	if err != nil {
		return err
	}
	rq.file("application/pdf", "exhibits.pdf", raw)
	return nil
}

// custodyForm is the paper on which somebody without an account signs.
func custodyForm(rq *request) error {
	v, err := rq.of.Exhibits.View(rq.Context(), rq.who, rq.PathValue("id"))
	if err != nil {
		return err
	}
	if !v.Can(policy.ExhibitKeep) {
		return &problem.Denied{Action: string(policy.ExhibitKeep), Rule: "access.duty"}
	}
	now, title := rq.of.Now(), rq.t("exhibit.form.title")
	p := paper.Begin(paper.A4, title, rq.lang.Code(), rq.banner(), rq.t("exhibit.printed", "when", rq.lang.DateTime(now)), now)
	p.QR(v.Code, 32)
	p.Heading(1, title)
	p.Strong(v.Number)
	p.Text(rq.label("exhibit-kinds", v.Plain.Kind))
	p.Text(rq.t("exhibit.form.seal", "seal", orDash(v.Seal)))
	p.Small(v.Code)
	p.Space(1)
	p.Text(rq.t("exhibit.form.text"))
	for _, side := range []string{"giver", "receiver"} {
		p.Space(1)
		p.Heading(2, rq.t("exhibit.form."+side))
		p.Blanks(rq.t("exhibit.form.name"), rq.t("exhibit.form.agency"), rq.t("exhibit.form.at"), rq.t("exhibit.form.place"),
			rq.t("exhibit.form.seal_seen"), rq.t("exhibit.form.condition"), rq.t("exhibit.form.sign"), rq.t("exhibit.form.id"))
	}
	p.Space(1)
	p.Blanks(rq.t("exhibit.form.reason"), rq.t("exhibit.form.witness"))
	raw, err := p.Bytes()
	if err != nil {
		return err
	}
	rq.file("application/pdf", "custody-form.pdf", raw)
	return nil
}
