package main

import (
	"net/http"
	"time"

	"rufaa/internal/text"
	"rufaa/internal/web/ui"

	"github.com/a-h/templ"
)

// now is fixed, so that pictures of the gallery compare.
var now = time.Date(2026, 11, 24, 9, 30, 0, 0, time.UTC)

// pages by pattern; each may change the frame before it is drawn.
var pages = map[string]func(*ui.Page) templ.Component{
	"/{$}":      worklist,
	"/case":     casePage,
	"/form":     form,
	"/mended":   mended,
	"/sign-in":  signIn,
	"/survivor": survivor,
	"/done":     done,
	"/parts":    partsPage,
}

func frame(texts *text.Catalogs, r *http.Request) ui.Page {
	chosen := ""
	if c, err := r.Cookie("lang"); err == nil {
		chosen = c.Value
	}
	return ui.Page{
		Texts:     texts.Match(chosen, ""),
		Languages: []ui.Language{{Code: "en", Name: "English"}, {Code: "sw", Name: "Kiswahili"}},
		Path:      r.URL.RequestURI(),
		Realm:     ui.RealmDemo,
		User:      &ui.User{Name: "Achieng Odhiambo", Duty: "Case manager", Agency: "Tumaini House (fictional)"},
		Nav: []ui.NavItem{
			{Label: "Worklist", Href: "/", Count: 7},
			{Label: "New alert", Href: "/form"},
			{Label: "Referrals", Href: "/case", Count: 12},
			{Label: "Search", Href: "/parts"},
			{Label: "Directory", Href: "/done"},
			{Label: "Oversight", Href: "/survivor"},
		},
		Version: "0.1",
		Now:     now,
	}
}

func current(p *ui.Page, href string) {
	for i := range p.Nav {
		p.Nav[i].Current = p.Nav[i].Href == href
	}
}

func worklist(p *ui.Page) templ.Component {
	p.Title = "Worklist"
	current(p, "/")
	return worklistBody()
}

func casePage(p *ui.Page) templ.Component {
	p.Title = "Case TK-2026-0418"
	p.Crumbs = []ui.Link{{Text: "Worklist", Href: "/"}, {Text: "Nakuru", Href: "/?county=32"}}
	p.Seen = &ui.Seen{Text: "Six people have opened this case. Yours is the latest opening.", Href: "/parts"}
	current(p, "/case")
	return caseBody()
}

func form(p *ui.Page) templ.Component {
	p.Title = "New alert"
	p.Back = &ui.Link{Href: "/"}
	current(p, "/form")
	return formBody(fields{})
}

func mended(p *ui.Page) templ.Component {
	p.Title = "New alert"
	p.Back = &ui.Link{Href: "/"}
	p.Errors = []ui.FieldError{
		{Field: "where", Message: "Say where the person is now, or that you do not know"},
		{Field: "born", Message: "The date of birth is in the future"},
		{Field: "sex", Message: "Choose one answer"},
		{Message: "Someone changed this case meanwhile. Your words are kept below."},
	}
	current(p, "/form")
	return formBody(fields{
		where: "Say where the person is now, or that you do not know",
		born:  "The date of birth is in the future",
		sex:   "Choose one answer",
	})
}

func signIn(p *ui.Page) templ.Component {
	p.Title = "Sign in"
	p.User, p.Nav = nil, nil
	return signInBody()
}

func survivor(p *ui.Page) templ.Component {
	p.Title = "Your choices"
	p.User, p.Nav, p.Neutral = nil, nil, true
	p.Realm = ui.RealmLive
	return survivorBody()
}

func done(p *ui.Page) templ.Component {
	p.Title = "Referral sent"
	p.Realm = ui.RealmExercise
	p.Flash = &ui.Flash{Kind: ui.Done, Text: "The referral is on its way to Amani Centre (fictional)."}
	return doneBody()
}

func partsPage(p *ui.Page) templ.Component {
	p.Title = "Small parts"
	p.Flash = &ui.Flash{Kind: ui.Stop, Text: "An interview cannot be recorded before safety, needs and consent are. Rule: care before questions."}
	return partsBody()
}
