package web

import (
	"errors"

	"github.com/a-h/templ"

	"rufaa/internal/directory"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/web/ui"
)

// keepingRoutes are the pages by which the directory is kept: lists in and
// out, entries mended, two sources settled, short messages.
func (s *site) keepingRoutes() {
	s.handle("GET "+uploadPath, policy.DirectoryImport, func(rq *request) error { return rq.importPage(200, nil, nil) })
	s.handle("POST "+uploadPath, policy.DirectoryImport, uploadList)
	s.handle("POST "+uploadPath+"/mapping", policy.DirectoryImport, mapList)
	s.handle("POST "+uploadPath+"/confirm", policy.DirectoryImport, confirmList)
	s.handle("POST "+uploadPath+"/drop", policy.DirectoryImport, dropList)
	s.handle("GET "+uploadPath+"/problems.csv", policy.DirectoryImport, listProblems)

	s.handle("GET /providers/new", policy.DirectoryEdit, func(rq *request) error { return rq.newProviderPage(200, nil, nil) })
	s.handle("POST /providers/new", policy.DirectoryEdit, addProvider)
	s.handle("GET /providers/{id}/do/{what}", policy.DirectoryView, func(rq *request) error { return rq.keepPage(200, nil, nil) })
	s.handle("POST /providers/{id}/do/{what}", policy.DirectoryEdit, keepProvider)
	s.handle("POST /providers/{id}/message", policy.DirectoryMessage, sendMessage)
	s.handle("POST /providers/{id}/line", policy.DirectoryLine, openLine)

	s.handle("GET /providers/questions", policy.DirectoryView, questionsPage)
	s.handle("GET /providers/sources", policy.DirectoryMerge, sourcesPage)
	s.handle("GET /providers/{id}/beside/{other}", policy.DirectoryMerge, func(rq *request) error { return rq.besidePage(200, nil, nil) })
	s.handle("POST /providers/{id}/merge", policy.DirectoryMerge, mergeProviders)
	s.handle("POST /providers/{id}/apart", policy.DirectoryMerge, keepApart)
	s.handle("POST /providers/{id}/settle", policy.DirectoryMerge, settleSource)

	s.handle("GET /providers/export", policy.DirectoryExport, exportPage)
	s.handle("GET /providers/export/{file}", policy.DirectoryExport, exportFile)
	s.handle("GET /providers/pocket", policy.DirectoryView, pocketPage)
	s.handle("GET /providers/pocket/{file}", policy.DirectoryView, pocketFile)
}

// keepingLinks lead from the list of providers to what keeps it.
func (rq *request) keepingLinks() templ.Component {
	var out []templ.Component
	add := func(key, href string, may bool) {
		if may {
			out = append(out, link(rq.t(key), rq.o.Base+href))
		}
	}
	realm := func(a policy.Action) bool { return rq.of.Door.Realm(rq.who.Principal, a) == nil }
	edit := rq.of.Directory.May(rq.who, &directory.Provider{}, policy.DirectoryEdit, policy.DirectoryMerge)
	add("keeping.new.title", "/providers/new", edit[policy.DirectoryEdit])
	add("keeping.import.title", uploadPath, realm(policy.DirectoryImport))
	add("keeping.sources.title", "/providers/sources", edit[policy.DirectoryMerge])
	add("keeping.questions.title", "/providers/questions", edit[policy.DirectoryEdit])
	add("keeping.export.title", "/providers/export", realm(policy.DirectoryExport))
	add("keeping.pocket.title", "/providers/pocket", true)
	return with(ui.Details(rq.t("keeping.title"), false), list(out...))
}

func link(text, href string) templ.Component {
	return templ.Raw(`<a href="` + templ.EscapeString(href) + `">` + templ.EscapeString(text) + `</a>`)
}

// remedied are input problems with what to do about them, where their texts
// stand apart.
func (rq *request) remedied(err error) []ui.FieldError {
	var in *problem.Invalid
	if !errors.As(err, &in) {
		return nil
	}
	out := rq.fieldErrors(err)
	for i, f := range in.Fields {
		if rq.lang.Has(f.Key + ".remedy") {
			out[i].Message += " " + rq.t(f.Key+".remedy", f.Args...)
		}
	}
	return out
}

// asked is a field of a form in this area's words, with what was typed.
func (f fields) asked(name, key string) ui.Field {
	b := f.base(name)
	b.Label, b.Hint = f.rq.t("keeping.f."+key), ""
	if f.rq.lang.Has("keeping.h." + key) {
		b.Hint = f.rq.t("keeping.h." + key)
	}
	return b
}
