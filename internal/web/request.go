package web

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/a-h/templ"

	"rufaa/internal/accounts"
	"rufaa/internal/api"
	"rufaa/internal/casefile"
	"rufaa/internal/office"
	"rufaa/internal/policy"
	"rufaa/internal/realm"
	"rufaa/internal/text"
	"rufaa/internal/web/ui"
)

const (
	sessionCookie  = "rufaa"
	languageCookie = "rufaa_lang"
)

// request is one page being asked for, by whom and in which language.
type request struct {
	*http.Request
	*site
	w      http.ResponseWriter
	who    realm.Actor
	person accounts.Principal
	lang   *text.Lang
	naming bool // a person's name was asked for; it can change while the case does not
}

func (s *site) request(w http.ResponseWriter, r *http.Request) *request {
	chosen := ""
	if c, err := r.Cookie(languageCookie); err == nil {
		chosen = c.Value
	}
	return &request{Request: r, site: s, w: api.Mark(s.of, w), lang: s.of.Texts.Match(chosen, r.Header.Get("Accept-Language"))}
}

func (rq *request) token() string {
	c, err := rq.Cookie(sessionCookie)
	if err != nil {
		return ""
	}
	return c.Value
}

func (rq *request) setToken(token string) {
	c := &http.Cookie{Name: sessionCookie, Value: token, Path: rq.o.Base + "/", HttpOnly: true, Secure: rq.o.Secure, SameSite: http.SameSiteLaxMode}
	if token == "" {
		c.MaxAge = -1
	}
	http.SetCookie(rq.w, c)
}

// authenticate finds the person, or sends whoever it is to sign in. What was
// typed into a form whose session ended is kept on the sign-in page.
func (rq *request) authenticate() bool {
	p, err := rq.of.Accounts.Authenticate(rq.Context(), rq.token())
	switch {
	case errors.Is(err, accounts.ErrSecondFactorNeeded):
		rq.redirect("/second-factor")
		return false
	case errors.Is(err, accounts.ErrEnrolmentNeeded):
		rq.redirect("/enrolment")
		return false
	case errors.Is(err, accounts.ErrConductNeeded):
		rq.redirect("/conduct")
		return false
	case err != nil:
		if rq.Method == http.MethodPost {
			rq.keepTyped()
			return false
		}
		rq.redirect("/sign-in?next=" + url.QueryEscape(rq.URL.RequestURI()))
		return false
	case p.Duty == "":
		if rq.URL.Path != "/duty" {
			rq.redirect("/duty")
			return false
		}
	}
	rq.person, rq.who = p, office.ActorOf(p)
	if c, err := rq.Cookie(languageCookie); (err != nil || c.Value == "") && !p.Demo {
		rq.lang = rq.of.Texts.In(p.Language)
	}
	return true
}

// readable reads the form that was sent, before anybody asks whose it is. What
// is too long or no form at all is said so and ends here.
func (rq *request) readable() bool {
	if rq.Method == http.MethodGet || rq.Method == http.MethodHead {
		return true // nothing was sent; a form that is asked for has its own first answers
	}
	if !aForm(rq.Request) {
		rq.tell(http.StatusUnsupportedMediaType, rq.t("common.error.unreadable"))
		return false
	}
	err := rq.ParseForm()
	if err == nil {
		rq.readDeviceClock()
		return true
	}
	if errors.As(err, new(*http.MaxBytesError)) {
		rq.tell(http.StatusRequestEntityTooLarge, rq.t("common.error.too_large"))
	} else {
		rq.tell(http.StatusBadRequest, rq.t("common.error.unreadable"))
	}
	return false
}

// run calls the page and turns what it could not do into one.
func (rq *request) run(fn func(*request) error) {
	defer func() {
		if p := recover(); p != nil {
			rq.of.Log.Error("page", "path", rq.Pattern, "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
			rq.fail(errors.New("panic"))
		}
	}()
	if err := fn(rq); err != nil {
		rq.fail(err)
	}
}

func (rq *request) redirect(path string) {
	http.Redirect(rq.w, rq.Request, rq.o.Base+path, http.StatusSeeOther)
}

// t is the text of a key in the reader's language.
func (rq *request) t(key string, args ...any) string { return rq.lang.T(key, args...) }

func (rq *request) label(list, id string) string {
	if id == "" {
		return ""
	}
	return rq.of.Content.Label(list, id, rq.lang.Code())
}

func (rq *request) service(id string) string {
	if s, ok := rq.of.Content.Service(id); ok {
		return s.Label.In(rq.lang.Code())
	}
	return id
}

// order reads what every form carries: its key and the version it was made on.
func (rq *request) order() casefile.Order {
	v, _ := strconv.ParseInt(rq.FormValue("_version"), 10, 64)
	return casefile.Order{Key: rq.FormValue("_key"), Expect: v}
}

func newKey() string { return rand.Text() }

func (rq *request) client() accounts.Client {
	host, _, err := net.SplitHostPort(rq.RemoteAddr)
	if err != nil {
		host = rq.RemoteAddr
	}
	return accounts.Client{Address: host, Device: device(rq.UserAgent()), Kind: accounts.Web, Shared: rq.FormValue("shared") != ""}
}

// device names a browser roughly, for the list of sessions.
func device(agent string) string {
	find := func(words ...string) string {
		for _, w := range words {
			if strings.Contains(agent, w) {
				return w
			}
		}
		return ""
	}
	name := strings.TrimSpace(find("Firefox", "Edg", "OPR", "Chrome", "Safari") + " " + find("Android", "iPhone", "Windows", "Mac OS", "Linux"))
	if name == "" {
		return "browser"
	}
	return name
}

func (rq *request) page(title string) ui.Page {
	p := ui.Page{
		Texts: rq.lang, Title: title, Base: rq.o.Base, Path: rq.URL.RequestURI(), Version: rq.o.Version, Now: time.Now(), Zone: text.Nairobi,
		Languages: []ui.Language{{Code: "en", Name: "English"}, {Code: "sw", Name: "Kiswahili"}}, Realm: ui.Realm(rq.of.Kind),
	}
	if rq.of.Kind == realm.Live {
		p.Realm = ui.RealmLive
	}
	if rq.Method == http.MethodPost {
		p.Path = "/"
	}
	if rq.person.ID != "" {
		p.User = &ui.User{Name: rq.person.Name, Duty: rq.label("duties", string(rq.person.Duty)), Agency: rq.person.AgencyName}
		p.Nav = rq.nav()
		rq.inExercise(&p)
	}
	return p
}

// nav shows what the duty may reach.
func (rq *request) nav() []ui.NavItem {
	var out []ui.NavItem
	add := func(key, href string, action policy.Action) {
		if rq.of.Door.Realm(rq.who.Principal, action) == nil {
			out = append(out, ui.NavItem{Label: rq.t(key), Href: href, Current: rq.URL.Path == href})
		}
	}
	add("web.nav.home", "/", policy.SelfManage)
	add("notices.nav", "/notices", policy.NoticesView)
	if list, err := rq.of.Notices.Unseen(rq.Context(), rq.who); err == nil && len(out) > 0 {
		out[len(out)-1].Count = len(list)
	}
	add("calendar.nav", "/calendar", policy.CalendarView)
	add("web.nav.alert", "/alerts/new", policy.AlertCreate)
	add("web.nav.search", "/search", policy.SearchExact)
	add("likeness.nav", "/likenesses", policy.LikenessList)
	add("inquiry.nav", "/inquiries", policy.InquiryList)
	add("web.nav.providers", "/providers", policy.DirectoryView)
	add("web.nav.agencies", "/agencies", policy.DirectoryView)
	add("web.nav.overview", "/overview", policy.OverviewView)
	add("web.nav.glass", "/break-glass", policy.GlassBreak)
	add("web.nav.queue", "/break-glass/queue", policy.GlassReview)
	add("web.retention.nav", "/retention", policy.RetentionView)
	add("web.erasures.nav", "/erasures", policy.ErasureConfirm)
	add("hashlist.nav", "/hash-lists", policy.HashListView)
	add("separation.nav", "/oversight/separation", policy.SeparationReview)
	add("web.nav.staff", "/staff", policy.StaffView)
	add("rulebook.title", "/rulebook", policy.RulebookView)
	return out
}

// pages are buffers for whole pages. A page is made before its head is sent:
// what goes wrong while making it becomes an honest answer and not half a
// page, and the page leaves in one piece.
var pages = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// render writes a whole page.
func (rq *request) render(status int, p ui.Page, body ...templ.Component) error {
	page := pages.Get().(*bytes.Buffer)
	page.Reset()
	defer pages.Put(page)
	if err := with(ui.Layout(p), templ.Join(body...)).Render(rq.Context(), page); err != nil {
		return fmt.Errorf("web: render %s: %w", rq.Pattern, err)
	}
	h := rq.w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Language", rq.lang.Code())
	send(rq.w, rq.Request, status, page.Bytes())
	return nil
}

// with puts one component into another.
func with(outer templ.Component, inner ...templ.Component) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w writer) error {
		return outer.Render(templ.WithChildren(ctx, templ.Join(inner...)), w)
	})
}
