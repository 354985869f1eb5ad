package ui

import (
	"context"
	"io"
	"time"

	"github.com/a-h/templ"
)

// Page is what surrounds the content of every page.
type Page struct {
	Texts     Texts
	Languages []Language // all that can be chosen; none leaves the choice out
	Title     string     // without the product's name
	Base      string     // path prefix of the realm: "" or "/realm/training"
	Path      string     // path and query of this page without Base, for the way back after changing the language
	Realm     Realm
	User      *User // nil when nobody is signed in
	Nav       []NavItem
	Back      *Link  // shown above main
	Crumbs    []Link // shown above main instead of Back
	Neutral   bool   // a survivor may open it: neutral title, no mark, quick exit
	ExitURL   string // where quick exit goes; DefaultExit when empty
	Flash     *Flash
	Errors    []FieldError // Layout shows the summary and marks the title
	Seen      *Seen        // note on who has seen this case
	Version   string       // of the program, for the foot
	Now       time.Time    // when the page was made, for print; zero leaves it out
	Zone      *time.Location
	Wide      bool // boards and wide tables; otherwise 1020 px at most
}

// DefaultExit is an everyday page outside Rufaa that loads fast and tells
// nobody anything.
const DefaultExit = "https://www.google.com/"

// Realm says which world the page belongs to; every realm that is not the
// real one carries a banner on screen and on paper.
type Realm string

const (
	RealmLive     Realm = ""
	RealmDemo     Realm = "demo"
	RealmExercise Realm = "exercise"
)

// Language is one that pages can be read in.
type Language struct {
	Code string // BCP 47
	Name string // in itself: "Kiswahili"
	RTL  bool
}

// User is the person signed in, as the band shows them. The texts are ready
// to show in the page's language.
type User struct {
	Name, Duty, Agency string
}

// NavItem is one entry of the main navigation.
type NavItem struct {
	Label   string
	Href    string // without Base
	Current bool
	Count   int // how many wait there; 0 shows nothing
}

// Link is a text that leads somewhere; Href is without Base.
type Link struct {
	Text string
	Href string
}

// Flash is the message of what just happened.
type Flash struct {
	Kind  Kind
	Title string // empty: "Done", "Important" or "Not possible" by kind
	Text  string
}

// Kind is the weight of a notice.
type Kind string

const (
	Important Kind = ""
	Done      Kind = "done"
	Stop      Kind = "stop"
)

// FieldError says what is wrong with one field; Field is its Name.
type FieldError struct {
	Field   string // empty when no single field is to blame
	Message string
}

// Seen is the note in the foot that openings of this case are written down.
type Seen struct {
	Text string
	Href string // without Base
}

// Layout is the whole page around the children.
func Layout(p Page) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		return layout(p).Render(Within(ctx, p), w)
	})
}

// title is the document's title: errors first, so that a screen reader says
// so at once; a survivor's page never shows the product or its subject there.
func (p Page) title(ctx context.Context) string {
	if p.Neutral {
		return T(ctx, "ui.neutral.title")
	}
	t := p.Title + " · " + T(ctx, "ui.product")
	if len(p.Errors) > 0 {
		t = T(ctx, "ui.error.prefix") + " " + t
	}
	return t
}

func (p Page) language() Language {
	for _, l := range p.Languages {
		if p.Texts != nil && l.Code == p.Texts.Code() {
			return l
		}
	}
	if p.Texts != nil {
		return Language{Code: p.Texts.Code()}
	}
	return Language{Code: "en"}
}

func (p Page) dir() string {
	if p.language().RTL {
		return "rtl"
	}
	return "ltr"
}

func (p Page) exitURL() templ.SafeURL {
	if p.ExitURL == "" {
		return DefaultExit
	}
	return templ.URL(p.ExitURL)
}

// zoneMinutes is the page's offset from UTC, for the script's local time hint.
func (p Page) zoneMinutes() int {
	zone, at := p.Zone, p.Now
	if zone == nil {
		zone = EastAfrica
	}
	_, seconds := at.In(zone).Zone()
	return seconds / 60
}

func (u User) line() string {
	switch {
	case u.Duty == "":
		return u.Agency
	case u.Agency == "":
		return u.Duty
	}
	return u.Duty + ", " + u.Agency
}
