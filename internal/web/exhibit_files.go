package web

import (
	"net/url"
	"slices"

	"github.com/a-h/templ"

	"rufaa/internal/evidencefile"
	"rufaa/internal/exhibit"
	"rufaa/internal/policy"
	"rufaa/internal/web/ui"
)

// filesOfScene are the evidence files that may stand with an exhibit of a
// scene, the newest first, as far as the reader may know of them.
func (rq *request) filesOfScene(inquiry, scene string, kinds ...string) []evidencefile.View {
	if inquiry == "" {
		return nil
	}
	list, err := rq.of.Files.OfInquiry(rq.Context(), rq.who, evidencefile.Place{Inquiry: inquiry})
	if err != nil { // who works at the scene alone knows the files of the scene
		list, err = rq.of.Files.OfInquiry(rq.Context(), rq.who, evidencefile.Place{Inquiry: inquiry, Scene: scene})
	}
	if err != nil {
		return nil // the file room's door is shut: the form is still of use
	}
	list = slices.DeleteFunc(list, func(v evidencefile.View) bool {
		return v.Destroyed != "" || v.Scene != "" && v.Scene != scene || len(kinds) > 0 && !slices.Contains(kinds, v.Kind)
	})
	slices.SortStableFunc(list, func(a, b evidencefile.View) int { return b.By.At.Compare(a.By.At) })
	return list
}

// mostOffered bounds how many files a form offers; the newest are wanted.
const mostOffered = 40

func (rq *request) fileOptions(list []evidencefile.View) []ui.Option {
	var out []ui.Option
	for i := range list {
		if i == mostOffered {
			break
		}
		v := &list[i]
		out = append(out, ui.Option{Value: v.ID, Label: rq.kindOf(v.Kind) + ", " + rq.lang.DateTime(v.By.At) + ", " + rq.bytes(v.Size)})
	}
	return out
}

// photos asks which photographs of the scene show the exhibit.
func (f fields) photos(sc *exhibit.Scene) templ.Component {
	b := f.base("photos")
	b.Value, b.Options = "", f.rq.fileOptions(f.rq.filesOfScene(sc.Inquiry, sc.ID, "photo"))
	if len(b.Options) == 0 {
		return templ.NopComponent
	}
	return ui.Checkboxes(b)
}

// scan asks for a signed paper: a file that was taken in, or the digest of one
// that is kept elsewhere.
func (f fields) scan(v *exhibit.View) []templ.Component {
	out := []templ.Component{}
	if options := f.rq.fileOptions(f.rq.filesOfScene(v.Inquiry, v.Scene, "document", "photo")); len(options) > 0 {
		out = append(out, f.choice("file", options))
	}
	return append(out, f.line("digest"))
}

// mostShown bounds the previews of one page: each is an opening of its own.
const mostShown = 12

// photosPart shows the photographs of an exhibit by the file room's rules: their
// names lead to the file, and once the exhibit was opened, previews are shown,
// each as a recorded opening.
func (rq *request) photosPart(v *exhibit.View, opened *exhibit.Opened) (templ.Component, error) {
	if v.Plain.Kind == exhibit.KindCSAM {
		return templ.NopComponent, nil
	}
	list := slices.DeleteFunc(rq.filesOfScene(v.Inquiry, v.Scene), func(x evidencefile.View) bool {
		return x.Exhibit != v.ID && !slices.Contains(v.Plain.Photos, x.ID)
	})
	var body []templ.Component
	if len(list) > 0 {
		names, err := rq.fileStaff(list)
		if err != nil {
			return nil, err
		}
		body = append(body, rq.fileTable(list, names))
	}
	if opened != nil {
		body = append(body, rq.previews(list)...)
	}
	if may, err := rq.of.Files.MayAdd(rq.Context(), rq.who, evidencefile.Place{Inquiry: v.Inquiry, Scene: v.Scene, Exhibit: v.ID}); err == nil && len(may) > 0 && !v.Ended() {
		q := url.Values{"scene": {v.Scene}, "exhibit": {v.ID}}
		body = append(body, para2link(rq.t("exhibit.files.add"), rq.o.Base+"/inquiries/"+url.PathEscape(v.Inquiry)+"/files?"+q.Encode()))
	}
	if len(body) == 0 {
		return templ.NopComponent, nil
	}
	return with(ui.Section("photos", rq.t("exhibit.files.title")), body...), nil
}

func (rq *request) previews(list []evidencefile.View) []templ.Component {
	var out []templ.Component
	for i := range list {
		v := &list[i]
		if v.Kind != "photo" || v.NoPreview || len(out) == mostShown {
			continue
		}
		w, err := rq.of.Files.Words(rq.Context(), rq.who, v.ID, rq.ownPurpose())
		if err != nil || w.Ticket == "" {
			continue // refused or not drawn yet: the link above says why
		}
		out = append(out, templ.Raw(`<a href="`+templ.EscapeString(rq.o.Base+"/files/"+v.ID)+`"><img class="r-preview" alt="`+templ.EscapeString(rq.t("files.preview.alt"))+`" src="`+
			templ.EscapeString(rq.o.Base+"/files/"+v.ID+"/preview?ticket="+url.QueryEscape(w.Ticket))+`"></a>`))
	}
	return out
}

// ownPurpose is what the reader opens evidence for, by the duty.
func (rq *request) ownPurpose() string {
	if rq.who.Duty == "prosecutor" {
		return "prosecution"
	}
	return exhibit.Purpose
}

// exhibitAside asks how the rule of separation is set aside, of those who may:
// it is the scene's rule, and the scene's way.
func (f fields) exhibitAside(sc *exhibit.Scene) []templ.Component {
	v, err := f.rq.of.Scenes.View(f.rq.Context(), f.rq.who, sc.ID)
	if err != nil || !v.Can(policy.SceneOverride) {
		return nil
	}
	return f.aside(v)
}
