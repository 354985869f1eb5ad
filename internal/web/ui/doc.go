// Package ui holds the parts that every Rufaa page is made of: the frame
// (Layout) and forms, lists, states and notices. It only shows what it is
// given. It imports no room of the domain; texts come through the interface
// Texts, which text.Lang satisfies, from content/text/ui.*.yaml.
//
// It keeps true: no inline style or script (the content security policy allows
// none), everything works without JavaScript, every error stands at its field
// and in the summary, a state is always a word and never a colour alone, a
// control is at least 44 pixels high, a page that a survivor may open shows
// neither the product's name nor its subject in title and band.
//
// A page in full; hrefs are paths without the realm's prefix, which the
// components add:
//
//	templ AlertPage(p ui.Page, key string, e Errors) {
//		@ui.Layout(p) {
//			@ui.Heading("", ui.T(ctx, "alert.title"))
//			@ui.Form(ui.Sending{Action: "/alerts", Key: key, Guard: true}) {
//				@ui.Textarea(ui.Field{Name: "what", Label: ui.T(ctx, "alert.what"), Error: e["what"]})
//				@ui.Button(ui.Press{Text: ui.T(ctx, "alert.send")})
//			}
//		}
//	}
//
// Inside Layout, ctx knows language, prefix and zone: ui.T(ctx, key, "name",
// value), ui.N(ctx, key, n), ui.URL(ctx, "/cases"), ui.Date(ctx, t),
// ui.Clock(ctx, t). Plain h1 to h3, p, ul, ol and a need no class inside main;
// useful classes: r-lead, r-small, r-ref (references), r-tags, r-plain-list.
//
// Frame (all but Layout are drawn by it from Page):
//
//	@ui.Layout(p) { … }                          Title, Nav, User, Realm, Flash, Errors, Back or Crumbs, Seen, Neutral
//	@ui.LanguageSwitch(p)                        posts lang and return to /language; sign-out posts to /sign-out, account is /account
//	@ui.BackLink(ui.Link{Href: "/cases"})        @ui.Breadcrumbs(links)   @ui.SkipLink()   @ui.QuickExit(p)
//
// Words and frames:
//
//	@ui.Heading("Girl, 14 to 17", "Case K-17", ui.Tag{Text: "Child", Tone: ui.Violet})
//	@ui.Section("consent", "Consent") { … }      @ui.Anchors([]ui.Link{{Text: "Consent", Href: "consent"}})
//	@ui.Columns(side) { … }                      @ui.Card("Referral") { … }
//	@ui.Banner(ui.Stop, "Not possible", "why") { <p>…</p> }     kinds: Important, Done, Stop
//	@ui.WarningText("Call 999 first.")           @ui.InsetText() { … }
//	@ui.Panel("Referral sent", "Reference R-2")  @ui.Details("What this means", false) { … }
//
// Forms; every field takes ui.Field{Name, Label, Hint, Value, Error, Required, Optional, …}:
//
//	@ui.Form(ui.Sending{Action: "/alerts", Key: key}) { … }     Get: true, Class: "r-filter" for filters
//	@ui.TextInput(ui.Field{Name: "phone", Label: "Telephone", Type: "tel", Width: 20})
//	@ui.Textarea(ui.Field{Name: "what", Label: "What happened?", Max: 4000})
//	@ui.DateInput(ui.Field{Name: "born", Label: "Date of birth", Value: "2009-03"})   read with ui.DateFrom(r.Form, "born")
//	@ui.Select(ui.Field{Name: "county", Label: "County", Value: "32", Options: options})
//	@ui.Radios(ui.Field{Name: "danger", Label: "Danger?", Options: []ui.Option{{Value: "yes", Label: "Yes", Reveal: more}}})
//	@ui.Checkboxes(ui.Field{Name: "signs", Label: "Signs", Values: chosen, Options: options})
//	@ui.Checkbox(ui.Field{Name: "agreed", Value: "1", Label: "She agrees", Values: chosen})
//	@ui.Fieldset("Contact") { … }                @ui.Hidden("step", "2")
//	@ui.Button(ui.Press{Text: "Send", Look: ui.Primary})        looks: Primary, Secondary, Warning
//	@ui.ButtonLink(ui.Link{Text: "New alert", Href: "/alerts/new"}, ui.Secondary)
//	@ui.Buttons() { … }                          @ui.ErrorSummary(errors) is drawn by Layout for Page.Errors
//
// Lists and states:
//
//	@ui.SummaryList([]ui.Fact{{Key: "Age", Value: "15"}, {Key: "Name", Sealed: &ui.Sealed{Action: "/cases/1/open", Button: "Show", Hidden: "name"}}})
//	@ui.SealedFact(ui.Sealed{…})                 @ui.CursorPager(ui.Cursor{Older: "/cases?before=…"})
//	@ui.Table(ui.Listing{Caption: "Cases", Columns: columns, Rows: [][]ui.Cell{{{Text: "K-17", Href: "/cases/1"}, {Tag: &tag}}}, Empty: "No case waits."})
//	@ui.TagOf(ui.Tag{Text: "Waiting", Tone: ui.Amber})          tones: Grey, Teal, Green, Amber, Red, Violet
//	@ui.Countdown(due, now)                      @ui.Time(t)
//	@ui.TaskList([]ui.Step{{Name: "Consent", Href: "/…", Status: tag}})
//	@ui.Timeline([]ui.Moment{{At: t, What: "Alert received", Who: "P. Kiptoo"}})
//
// The files *_templ.go are made from *.templ by
// `go tool templ generate ./internal/web/ui`. The command in gallery/ shows
// every part; e2e/gallery.test.mjs looks at it in a real browser.
package ui
