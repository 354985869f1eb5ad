package web

import (
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"rufaa/internal/casefile"
	"rufaa/internal/exhibit"
	"rufaa/internal/hashlist"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/web/ui"
)

func (s *site) digestRoutes() {
	s.handle("GET /exhibits/{id}/digests", policy.ExhibitReport, func(rq *request) error {
		return rq.digestsPage(http.StatusOK, shownFiles{typed: url.Values{}})
	})
	s.handle("POST /exhibits/{id}/digests", policy.ExhibitReport, takeDigests)
}

// digestsPart is what of the exhibit stands on lists, by category and count.
// Which items they are is shown to nobody.
func (rq *request) digestsPart(v *exhibit.View, opened *exhibit.Opened) (templ.Component, error) {
	if v.Plain.Kind != exhibit.KindCSAM || !v.Can(policy.ExhibitDigests) {
		return templ.NopComponent, nil
	}
	d, err := rq.of.Exhibits.Digests(rq.Context(), rq.who, v.ID)
	if err != nil {
		return nil, err
	}
	body := []templ.Component{para(rq.t("exhibit.digests.text"))}
	if d.Row.Matched() > 0 {
		body = append(body, para(rq.t("exhibit.digests.row", "matches", rq.matches(d.Row.Now))))
	}
	l := ui.Listing{Caption: rq.t("exhibit.digests.title"), Hide: true, Empty: rq.t("exhibit.digests.none"), Columns: []ui.Column{{Label: rq.t("exhibit.digests.report")},
		{Label: rq.t("exhibit.digests.items")}, {Label: rq.t("exhibit.digests.now")}}}
	name := rq.keepers(v)
	for i := range d.Reports {
		r := &d.Reports[i]
		said := rq.lang.DateTime(r.At) + ", " + name(r.By) + " · " + rq.t("exhibit.digests.form."+r.Reading.Form)
		if opened != nil {
			said += " · " + strings.TrimSpace(opened.Texts[r.ID+".tool"]+" "+opened.Texts[r.ID+".tool_version"]+" "+opened.Texts[r.ID+".reference"])
		}
		items := ui.Cell{Text: strconv.Itoa(r.Reading.Items), Sub: rq.digestCounts(r.Reading.Digests)}
		if r.Reading.Items != v.Plain.Count {
			items.Sub += " · " + rq.t("exhibit.digests.differ", "count", strconv.Itoa(v.Plain.Count))
		}
		now := ui.Cell{Text: rq.matches(r.Now)}
		if then := rq.matches(r.Then); then != now.Text {
			now.Sub = rq.t("exhibit.digests.then", "matches", then)
		}
		l.Rows = append(l.Rows, []ui.Cell{{Text: said, Sub: "SHA-256 " + r.Reading.SHA256}, items, now})
	}
	body = append(body, ui.Table(l))
	if v.Can(policy.ExhibitReport) && !v.Ended() {
		body = append(body, ui.ButtonLink(ui.Link{Text: rq.t("exhibit.digests.take"), Href: "/exhibits/" + v.ID + "/digests"}, ui.Secondary))
	}
	return with(ui.Section("digests", rq.t("exhibit.digests.title")), body...), nil
}

// matches says how many items stand on lists, by category.
func (rq *request) matches(list []hashlist.Match) string {
	var out []string
	for _, m := range list {
		key := "exhibit.digests.category"
		if m.Category == 0 {
			key = "exhibit.digests.uncategorised"
		}
		out = append(out, rq.t(key, "n", strconv.Itoa(m.Items), "category", strconv.Itoa(m.Category)))
	}
	if len(out) == 0 {
		return rq.t("exhibit.digests.no_match")
	}
	return strings.Join(out, ", ")
}

func (rq *request) digestCounts(counts map[string]int) string {
	var out []string
	for _, algo := range []string{"md5", "sha1", "sha256"} {
		if n := counts[algo]; n > 0 {
			out = append(out, strconv.Itoa(n)+" "+rq.t("hashlist.algo."+algo))
		}
	}
	return strings.Join(out, ", ")
}

// digestsPage asks for a forensic tool's report: pasted, or as the tool's file.
func (rq *request) digestsPage(status int, x shownFiles) error {
	v, err := rq.of.Exhibits.View(rq.Context(), rq.who, rq.PathValue("id"))
	if err != nil {
		return err
	}
	title := rq.t("exhibit.digests.take")
	p := rq.page(title)
	p.Errors = x.errs
	p.Back = &ui.Link{Text: v.Number, Href: "/exhibits/" + v.ID}
	body := append([]templ.Component{ui.Heading(v.Number, title)}, x.above...)
	if !v.Can(policy.ExhibitReport) {
		rule, _ := rq.of.Content.Rule("access.duty")
		return rq.render(http.StatusForbidden, p, append(body, rq.ruleNotice(rule))...)
	}
	f := fields{rq: rq, scope: "exhibit.digests", v: x.typed, errors: x.errs}
	file := f.base("file")
	file.Type, file.Hint = "file", rq.t("web.h.exhibit.digests.file", "max", strconv.Itoa(hashlist.MaxReport>>20))
	key := x.typed.Get("_key")
	if key == "" {
		key = newKey()
	}
	body = append(body, ui.WarningText(rq.t("exhibit.csam.text")), para(rq.t("exhibit.digests.how")),
		with(ui.SummaryList([]ui.Fact{{Key: rq.t("web.f.exhibit.on_exhibit"), Value: v.Plain.OnExhibit}, {Key: rq.t("web.f.exhibit.count"), Value: strconv.Itoa(v.Plain.Count)}})),
		with(ui.Form(ui.Sending{Action: "/exhibits/" + v.ID + "/digests", Key: key, File: true}), f.line("tool"), f.line("tool_version"), f.line("reference"),
			f.area("pasted"), ui.TextInput(file), ui.Button(ui.Press{Text: rq.t("exhibit.digests.button")})))
	return rq.render(status, p, body...)
}

// mostPasted bounds what is pasted into the page, in bytes; more is a file.
const mostPasted = 1 << 20

// takeDigests takes the report as it streams in; nothing of it is kept on the
// way.
func takeDigests(rq *request) error {
	id := rq.PathValue("id")
	if _, err := rq.of.Exhibits.View(rq.Context(), rq.who, id); err != nil {
		return err
	}
	parts, err := rq.MultipartReader()
	if err != nil {
		return &problem.Invalid{Fields: []problem.Field{{Name: "file", Key: "keeping.error.no_file"}}}
	}
	v, report, part, err := pastedOrFile(parts)
	if err == nil {
		_, err = rq.of.Exhibits.TakeReport(rq.Context(), rq.who, id, casefile.Order{Key: v.Get("_key")},
			&exhibit.Report{Tool: v.Get("tool"), Version: v.Get("tool_version"), Reference: v.Get("reference")}, rq.patient(report))
	}
	if err == nil {
		rq.redirect("/exhibits/" + id + "#digests")
		return nil
	}
	if part != nil {
		rq.drain(part)
	}
	if errors.As(err, new(*http.MaxBytesError)) {
		err = &problem.Invalid{Fields: []problem.Field{{Name: "file", Key: "hashlist.error.long", Args: []any{"max", hashlist.MaxReport >> 20}}}}
	}
	if status, above, ok := rq.notices(err); ok {
		return rq.digestsPage(status, shownFiles{errs: atPasted(rq.fieldErrors(err), v), above: above, typed: v})
	}
	return err
}

// atPasted tells what is wrong with a report where it was handed in.
func atPasted(errs []ui.FieldError, v url.Values) []ui.FieldError {
	for i := range errs {
		if errs[i].Field == "file" && v.Get("pasted") != "" {
			errs[i].Field = "pasted"
		}
	}
	return errs
}

// pastedOrFile reads a form up to its file, and gives what was pasted instead
// when no file was chosen.
func pastedOrFile(parts *multipart.Reader) (v url.Values, report io.Reader, file *multipart.Part, err error) {
	v = url.Values{}
	for range 20 {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return v, nil, nil, err
		}
		if part.FormName() == "file" {
			if part.FileName() == "" {
				continue
			}
			if strings.TrimSpace(v.Get("pasted")) != "" {
				return v, nil, part, invalidReport("exhibit.digests.error.both")
			}
			return v, part, part, nil
		}
		raw, err := io.ReadAll(io.LimitReader(part, mostPasted+1))
		if err != nil {
			return v, nil, nil, err
		}
		if len(raw) > mostPasted {
			return v, nil, part, invalidReport("exhibit.digests.error.pasted")
		}
		v.Set(part.FormName(), string(raw))
	}
	if strings.TrimSpace(v.Get("pasted")) == "" {
		return v, nil, nil, invalidReport("exhibit.digests.error.neither")
	}
	return v, strings.NewReader(v.Get("pasted")), nil, nil
}

func invalidReport(key string) error {
	return &problem.Invalid{Fields: []problem.Field{{Name: "file", Key: key}}}
}
