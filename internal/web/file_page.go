package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"rufaa/internal/api"
	"rufaa/internal/evidencefile"
	"rufaa/internal/hashlist"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/scene"
	"rufaa/internal/vault"
	"rufaa/internal/web/ui"
)

// filePage is one file: what it is, what does not fit, who opened it. Words are
// shown when they were opened just now.
func (rq *request) filePage(status int, words *evidencefile.Words, x *shownFiles) error {
	id := rq.PathValue("id")
	v, err := rq.of.Files.View(rq.Context(), rq.who, id)
	if err != nil {
		return err
	}
	if x == nil {
		x = &shownFiles{}
	}
	title := rq.kindOf(v.Kind)
	p := rq.page(title)
	p.Errors = x.errs
	p.Back = &ui.Link{Text: rq.t("files.title"), Href: placePath(v.Place)}
	p.Seen = &ui.Seen{Text: rq.t("files.seen")}
	body := append([]templ.Component{ui.Heading(rq.t("files.one"), title, *rq.fileTag(v))}, x.above...)
	if rq.URL.Query().Get("again") != "" {
		body = append(body, with(ui.Banner(ui.Done, rq.t("files.again"), "again"), para(rq.t("files.again.text"))))
	}
	if v.Destroyed != "" {
		body = append(body, with(ui.Banner(ui.Stop, rq.t("files.destroyed."+v.Destroyed), "destroyed"), para(rq.t("files.destroyed.text"))))
		return rq.render(status, p, append(body, rq.fileFacts(v))...)
	}
	if rule, ok := rq.of.Content.Rule("file.being-compared"); ok && v.Comparing && len(x.above) == 0 {
		body = append(body, rq.ruleNotice(rule))
	}
	if words != nil {
		body = append(body, rq.fileWords(v, words))
	}
	body = append(body, rq.fileFacts(v), rq.fileOdd(v), rq.fileStamps(v), rq.fileOpenForms(v, words), rq.fileSight(v, x))
	derived, err := rq.fileDerived(v, x)
	if err != nil {
		return err
	}
	body = append(body, derived...)
	opened, err := rq.fileOpenings(v)
	if err != nil {
		return err
	}
	return rq.render(status, p, append(body, opened...)...)
}

func (rq *request) fileFacts(v *evidencefile.View) templ.Component {
	names, _ := rq.of.StaffNames(rq.Context(), v.By.Staff) // a page without names is still of use
	facts := []ui.Fact{
		{Key: rq.t("files.by"), Value: strings.Trim(names[v.By.Staff]+", "+rq.of.AgencyName(v.By.Agency), ", ")},
		{Key: rq.t("files.at"), Value: rq.lang.DateTime(v.By.At)},
	}
	if v.Size > 0 {
		facts = append(facts, ui.Fact{Key: rq.t("files.size"), Value: rq.bytes(v.Size) + " (" + strconv.FormatInt(v.Size, 10) + " B)"})
	}
	switch {
	case v.Evidence():
		facts = append(facts, ui.Fact{Key: rq.t("files.readers"), Value: rq.t("files.readers.inquiry")})
	case v.Compartment != "":
		facts = append(facts, ui.Fact{Key: rq.t("files.readers"), Value: rq.t("files.readers.part", "part", rq.label("compartments", v.Compartment))})
	}
	if v.Type != "" {
		facts = append(facts, ui.Fact{Key: rq.t("files.type"), Value: v.Type})
	}
	if v.Digest != "" {
		note := rq.t("files.digest.computed")
		if v.Declared {
			note = rq.t("files.digest.declared")
		}
		facts = append(facts, ui.Fact{Key: "SHA-256", Body: templ.Join(element("code", ` class="r-digest"`, v.Digest), small(note))})
	}
	if v.DeviceAt != "" {
		if t, err := time.Parse(time.RFC3339, v.DeviceAt); err == nil {
			facts = append(facts, ui.Fact{Key: rq.t("files.device"), Value: rq.lang.DateTime(t)})
		}
	}
	if v.Parent != "" {
		facts = append(facts, ui.Fact{Key: rq.t("files.parent"), Value: rq.t("files.made_with", "tool", v.Tool),
			Actions: []ui.Action{{Text: rq.t("common.button.open"), Href: "/files/" + v.Parent, Hidden: rq.t("files.parent")}}})
	}
	return ui.SummaryList(append(facts, rq.originFacts(v.Scene, scene.MadeFile, v.ID)...))
}

// fileOdd names what does not fit: of the form, and between the clocks.
func (rq *request) fileOdd(v *evidencefile.View) templ.Component {
	var out []templ.Component
	for _, o := range v.Odd {
		out = append(out, ui.WarningText(rq.t("files.odd."+o)))
	}
	for _, d := range v.Differences {
		key := "files.difference." + d.What
		text := rq.t(key, "span", rq.lang.Exactly(d.By.Abs().Round(time.Minute)))
		if d.Assumed {
			text += " " + rq.t("files.difference.assumed")
		}
		out = append(out, ui.WarningText(text))
	}
	if v.NoPreview && v.Kind == "photo" && v.Scene == "" {
		out = append(out, small(rq.t("files.no_preview")))
	}
	if len(out) == 0 {
		return templ.NopComponent
	}
	return with(ui.Section("odd", rq.t("files.odd.title")), out...)
}

func (rq *request) fileStamps(v *evidencefile.View) templ.Component {
	if v.Digest == "" {
		return templ.NopComponent
	}
	if len(v.Stamps) == 0 {
		return with(ui.Section("stamps", rq.t("files.stamps")), para(rq.t("files.stamps.none")))
	}
	var facts []ui.Fact
	for _, s := range v.Stamps {
		facts = append(facts, ui.Fact{Key: rq.lang.DateTime(s.At), Value: rq.t("files.stamps.by", "authority", s.Authority, "serial", s.Serial)})
	}
	return with(ui.Section("stamps", rq.t("files.stamps")), ui.SummaryList(facts))
}

func (rq *request) fileWords(v *evidencefile.View, w *evidencefile.Words) templ.Component {
	facts := []ui.Fact{{Key: rq.t("files.name"), Value: w.Name}}
	add := func(key, value string) {
		if value != "" {
			facts = append(facts, ui.Fact{Key: rq.t(key), Body: quote(value)})
		}
	}
	add("files.note", w.Note)
	add("files.position", w.Position)
	add("files.camera", w.Camera)
	add("files.sight.reason", w.Asked)
	add("files.sight.answer", w.Answered)
	if w.SHA256 != "" {
		facts = append(facts, ui.Fact{Key: "SHA-256", Body: element("code", ` class="r-digest"`, w.SHA256)})
	}
	body := []templ.Component{ui.SummaryList(facts)}
	if w.Metres > 0 {
		body = append(body, ui.WarningText(rq.t("files.difference.place", "km", strconv.FormatFloat(float64(w.Metres)/1000, 'f', 1, 64))))
	}
	if w.Ticket != "" {
		body = append(body, templ.Raw(`<img class="r-preview" alt="`+templ.EscapeString(rq.t("files.preview.alt"))+`" src="`+
			templ.EscapeString(rq.o.Base+"/files/"+v.ID+"/preview?ticket="+url.QueryEscape(w.Ticket))+`">`), small(rq.t("files.preview.text")))
	}
	return with(ui.Banner(ui.Done, rq.t("files.opened"), "opened"), body...)
}

func (rq *request) filePurpose(id string) ui.Field {
	f := ui.Field{Name: "purpose", ID: id, Label: rq.t("web.f.purpose"), Options: rq.options("purposes", false)}
	switch rq.who.Duty {
	case "investigator", "first_responder":
		f.Value = "investigation"
	case "prosecutor":
		f.Value = "prosecution"
	case "immigration_officer":
		f.Value = "immigration"
	}
	return f
}

func (rq *request) fileOpenForms(v *evidencefile.View, words *evidencefile.Words) templ.Component {
	at := "/files/" + v.ID
	body := []templ.Component{para(rq.t("files.open.text"))}
	if words == nil {
		body = append(body, with(ui.Form(ui.Sending{Action: at + "/open"}), ui.Select(rq.filePurpose("purpose")), ui.Button(ui.Press{Text: rq.t("files.open.words"), Look: ui.Secondary})))
	}
	body = append(body, with(ui.Form(ui.Sending{Action: at + "/content"}), ui.Select(rq.filePurpose("purpose-save")), ui.Button(ui.Press{Text: rq.t("files.open.save"), Look: ui.Secondary})))
	return with(ui.Section("open", rq.t("files.open")), body...)
}

func (rq *request) fileDerived(v *evidencefile.View, x *shownFiles) ([]templ.Component, error) {
	list, err := rq.of.Files.Derived(rq.Context(), rq.who, v.ID)
	if err != nil {
		return nil, err
	}
	var out []templ.Component
	if len(list) > 0 {
		names, err := rq.fileStaff(list)
		if err != nil {
			return nil, err
		}
		out = append(out, with(ui.Section("derived", rq.t("files.derived")), rq.fileTable(list, names)))
	}
	parts, err := rq.of.Files.MayAdd(rq.Context(), rq.who, v.Place)
	if err != nil || v.Parent != "" {
		return out, err
	}
	if !slices.ContainsFunc(parts, func(c vault.Compartment) bool { return string(c) == v.Compartment }) {
		return out, nil
	}
	typed := x.typed
	if typed == nil {
		typed = url.Values{}
	}
	kind := ui.Field{Name: "kind", Label: rq.t("files.derived.kind"), Value: typed.Get("kind"), Error: errorOf(x.errs, "kind")}
	for _, t := range rq.of.Files.Rules.Derivatives {
		kind.Options = append(kind.Options, ui.Option{Value: t.ID, Label: t.Label[rq.lang.Code()]})
	}
	tool := ui.Field{Name: "tool", Label: rq.t("files.tool"), Hint: rq.t("files.tool.hint"), Value: typed.Get("tool"), Error: errorOf(x.errs, "tool")}
	body := append([]templ.Component{ui.Radios(kind), ui.TextInput(tool)}, rq.fileInputs(typed, x.errs)...)
	form := rq.fileForm("/files/"+v.ID+"/derived", rq.t("files.derived.button"), evidencefile.Place{}, nil, append([]templ.Component{ui.Hidden("parent", v.ID)}, body...))
	open := ""
	if len(x.errs) > 0 || len(x.above) > 0 {
		open = " open"
	}
	return append(out, templ.Raw(`<details class="govuk-details"`+open+`><summary class="govuk-details__summary"><span class="govuk-details__summary-text">`+
		templ.EscapeString(rq.t("files.derived.add"))+`</span></summary><div class="govuk-details__text">`), para(rq.t("files.derived.text")), form, templ.Raw(`</div></details>`)), nil
}

func (rq *request) fileOpenings(v *evidencefile.View) ([]templ.Component, error) {
	list, err := rq.of.Files.WhoOpened(rq.Context(), rq.who, v.ID)
	if _, denied := rq.refusal(err); denied {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, o := range list {
		ids = append(ids, o.Staff)
	}
	names, err := rq.of.StaffNames(rq.Context(), ids...)
	if err != nil {
		return nil, err
	}
	var rows [][]ui.Cell
	for _, o := range list {
		at, err := time.Parse(time.RFC3339, o.At)
		if err != nil {
			return nil, err
		}
		who := names[o.Staff]
		if o.Staff == "system" {
			who = rq.t("files.platform")
		}
		rows = append(rows, []ui.Cell{{Text: rq.lang.DateTime(at)}, {Text: who, Sub: rq.agencyOrNone(o.Agency)}, {Text: rq.label("purposes", o.Purpose)}, {Text: rq.t("files.what." + o.What)}})
	}
	return rq.table("files.openings", []string{"files.at", "files.who", "web.f.purpose", "files.what"}, rows), nil
}

func (rq *request) agencyOrNone(id string) string {
	if id == "system" {
		return ""
	}
	return rq.of.AgencyName(id)
}

func openFile(rq *request) error {
	w, err := rq.of.Files.Words(rq.Context(), rq.who, rq.PathValue("id"), rq.PostFormValue("purpose"))
	if err != nil {
		return rq.fileRefused(err)
	}
	return rq.filePage(http.StatusOK, w, nil)
}

func (rq *request) fileRefused(err error) error {
	if status, above, ok := rq.notices(err); ok {
		return rq.filePage(status, nil, &shownFiles{errs: rq.fieldErrors(err), above: above})
	}
	return err
}

func saveFile(rq *request) error {
	in, err := rq.of.Files.Content(rq.Context(), rq.who, rq.PathValue("id"), rq.PostFormValue("purpose"))
	if err != nil {
		return rq.fileRefused(err)
	}
	defer in.Close()
	api.SendFile(rq.w, in)
	return nil
}

func previewFile(rq *request) error {
	raw, err := rq.of.Files.Preview(rq.Context(), rq.who, rq.PathValue("id"), rq.URL.Query().Get("ticket"))
	if err != nil {
		return err
	}
	h := rq.w.Header()
	h.Set("Content-Type", "image/jpeg")
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("Content-Length", strconv.Itoa(len(raw)))
	rq.w.WriteHeader(http.StatusOK)
	_, _ = rq.w.Write(raw) // of a line that broke nobody is there to be told
	return nil
}

func destroyedPage(rq *request) error {
	list, err := rq.of.Files.Told(rq.Context(), rq.who)
	if err != nil {
		return err
	}
	title := rq.t("files.told.title")
	p := rq.page(title)
	table, err := rq.toldTable(list)
	if err != nil {
		return err
	}
	return rq.render(http.StatusOK, p, ui.Heading("", title), para(rq.t("files.told.text")), table)
}

func (rq *request) toldTable(list []evidencefile.Told) (templ.Component, error) {
	var ids []string
	for _, t := range list {
		ids = append(ids, t.Uploader)
	}
	names, err := rq.of.StaffNames(rq.Context(), ids...)
	l := ui.Listing{Caption: rq.t("files.told.title"), Hide: true, Empty: rq.t("files.told.none"), Columns: []ui.Column{{Label: rq.t("files.at")}, {Label: rq.t("files.by")}, {Label: rq.t("files.told.where")}}}
	for _, t := range list {
		where := rq.t("files.told.case")
		if t.Evidence() {
			where = rq.t("files.told.inquiry")
		}
		l.Rows = append(l.Rows, []ui.Cell{{Text: rq.lang.DateTime(t.At)}, {Text: names[t.Uploader], Sub: rq.of.AgencyName(t.Agency)}, {Text: where, Sub: rq.t("files.told." + t.Reason)}})
	}
	return ui.Table(l), err
}

// destroyedAsking is what the worklist says of destroyed files; nothing when
// there is none, or it is not for this person.
func (rq *request) destroyedAsking() ([]templ.Component, error) {
	if rq.of.Door.Realm(rq.who.Principal, policy.FileDestroyed) != nil {
		return nil, nil
	}
	list, err := rq.of.Files.Told(rq.Context(), rq.who)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return []templ.Component{with(ui.Banner(ui.Stop, rq.t("files.told.title"), "destroyed"), para(rq.lang.N("files.told.count", len(list))), para2link(rq.t("files.told.link"), rq.o.Base+"/destroyed-files"))}, nil
}

func (s *site) hashListRoutes() {
	s.handle("GET /hash-lists", policy.HashListView, func(rq *request) error { return rq.hashLists(http.StatusOK, shownFiles{}) })
	s.handle("POST /hash-lists", policy.HashListImport, importHashList)
	s.handle("POST /hash-lists/{id}/withdraw", policy.HashListImport, func(rq *request) error {
		if err := rq.of.HashLists.Withdraw(rq.Context(), rq.who, rq.PathValue("id")); err != nil {
			return err
		}
		rq.redirect("/hash-lists")
		return nil
	})
}

func (rq *request) hashLists(status int, x shownFiles) error {
	list, err := rq.of.HashLists.All(rq.Context(), rq.who)
	if err != nil {
		return err
	}
	title := rq.t("hashlist.title")
	p := rq.page(title)
	p.Errors = x.errs
	may := rq.of.Door.Realm(rq.who.Principal, policy.HashListImport) == nil
	l := ui.Listing{Caption: title, Hide: true, Empty: rq.t("hashlist.none"), Columns: []ui.Column{{Label: rq.t("hashlist.name")}, {Label: rq.t("hashlist.counts")}, {Label: rq.t("files.at")}, {Label: rq.t("web.col.state")}}}
	var forms []templ.Component
	for i := range list {
		one := &list[i]
		var counts []string
		for _, algo := range []string{"md5", "sha1", "sha256"} {
			if n := one.Counts[algo]; n > 0 {
				counts = append(counts, strconv.Itoa(n)+" "+rq.t("hashlist.algo."+algo))
			}
		}
		tag := ui.Tag{Text: rq.t("hashlist.inforce"), Tone: ui.Green}
		if one.Withdrawn != nil {
			tag = ui.Tag{Text: rq.t("hashlist.withdrawn"), Tone: ui.Grey}
		} else if may {
			forms = append(forms, rq.press("/hash-lists/"+one.ID+"/withdraw", "list", one.ID, rq.t("hashlist.withdraw", "name", one.Name)))
		}
		l.Rows = append(l.Rows, []ui.Cell{{Text: one.Name, Sub: one.Source}, {Text: strings.Join(counts, ", ")}, {Text: rq.lang.DateTime(one.By.At)}, {Tag: &tag}})
	}
	body := append([]templ.Component{ui.Heading("", title), para(rq.t("hashlist.text"))}, x.above...)
	body = append(body, ui.Table(l))
	if may {
		body = append(body, append(forms, rq.hashListForm(x))...)
	}
	return rq.render(status, p, body...)
}

func (rq *request) hashListForm(x shownFiles) templ.Component {
	name := ui.Field{Name: "name", Label: rq.t("hashlist.name"), Value: x.typed.Get("name"), Error: errorOf(x.errs, "name")}
	source := ui.Field{Name: "source", Label: rq.t("hashlist.source"), Hint: rq.t("hashlist.source.hint"), Value: x.typed.Get("source"), Error: errorOf(x.errs, "source")}
	file := ui.Field{Name: "file", Label: rq.t("hashlist.file"), Hint: rq.t("hashlist.file.hint"), Error: errorOf(x.errs, "file")}
	file.Type = "file"
	return with(ui.Section("import", rq.t("hashlist.import")), with(ui.Form(ui.Sending{Action: "/hash-lists", File: true}),
		ui.TextInput(name), ui.TextInput(source), ui.TextInput(file), ui.Button(ui.Press{Text: rq.t("hashlist.import.button")})))
}

func importHashList(rq *request) error {
	if err := rq.of.Door.Realm(rq.who.Principal, policy.HashListImport); err != nil {
		return err
	}
	parts, err := rq.MultipartReader()
	if err != nil {
		return &problem.Invalid{Fields: []problem.Field{{Name: "file", Key: "keeping.error.no_file"}}}
	}
	v, part, err := api.FormThenFile(parts)
	if err == nil {
		_, err = rq.of.HashLists.Import(rq.Context(), rq.who, &hashlist.Import{Name: v.Get("name"), Source: v.Get("source"), Body: rq.patient(part)})
	}
	if err == nil {
		rq.redirect("/hash-lists")
		return nil
	}
	rq.drain(part)
	if status, above, ok := rq.notices(err); ok {
		return rq.hashLists(status, shownFiles{errs: rq.fieldErrors(err), above: above, typed: v})
	}
	return err
}
