package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"rufaa/internal/demo"
)

var wholeText = regexp.MustCompile(`(?s)<textarea[^>]*name="text"[^>]*>(.*?)</textarea>`)

// unescaped is what a browser would send of a text area.
func unescaped(s string) string {
	return strings.NewReplacer("&#34;", `"`, "&#39;", "'", "&lt;", "<", "&gt;", ">", "&amp;", "&").Replace(strings.TrimPrefix(s, "\n"))
}

// A clock is shortened on the pages: drafted, told, not approved alone, approved
// by a second person, in force.
func TestTheRulebookOnPages(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		author := signIn(t, w.url, "ruto.admin", demo.Password)
		second := signIn(t, w.url, "pendo.admin", demo.Password)

		list := ask(t, w.url, author, "GET", "/rulebook", nil)
		if list.status != 200 || !strings.Contains(list.body, `href="/rulebook/clocks"`) || !strings.Contains(list.body, "/rulebook/questionnaire-begging") {
			t.Fatalf("the list: %d", list.status)
		}
		page := ask(t, w.url, author, "GET", "/rulebook/clocks", nil)
		words := unescaped(wholeText.FindStringSubmatch(page.body)[1])

		// Without a reason nothing is kept, and what was typed comes back.
		broken := strings.Replace(words, "id: alert-taken, within: 24h", "id: alert-taken, within: 7h", 1)
		form := hiddenOf(page.body)
		form.Set("text", strings.ReplaceAll(broken, "\n", "\r\n"))
		back := w.post("sw", author, "/rulebook/clocks", form)
		if back.status != http.StatusUnprocessableEntity || !strings.Contains(unescaped(wholeText.FindStringSubmatch(back.body)[1]), "alert-taken, within: 7h") {
			t.Fatalf("what was typed: %d", back.status)
		}

		// A mistake is kept as a draft and told with its line.
		form.Set("text", strings.Replace(words, "within: 24h", "within: soon", 1))
		form.Set("note", "Because of a fictional decision.")
		kept := w.post("en", author, "/rulebook/clocks", form)
		if kept.status != http.StatusSeeOther || kept.header.Get("Location") != "/rulebook/clocks/versions/1" {
			t.Fatalf("kept: %d %s", kept.status, kept.header.Get("Location"))
		}
		seen := ask(t, w.url, author, "GET", "/rulebook/clocks/versions/1", nil)
		if !strings.Contains(seen.body, "This version cannot be approved yet.") || !strings.Contains(seen.body, "within: soon") {
			t.Error("the problem is not told")
		}

		page = ask(t, w.url, author, "GET", "/rulebook/clocks", nil)
		form = hiddenOf(page.body)
		form.Set("text", strings.Replace(words, "id: alert-taken, within: 24h", "id: alert-taken, within: 7h", 1))
		form.Set("note", "Because of a fictional decision.")
		if kept = w.post("en", author, "/rulebook/clocks", form); kept.header.Get("Location") != "/rulebook/clocks/versions/2" {
			t.Fatalf("kept: %d %s", kept.status, kept.header.Get("Location"))
		}
		seen = ask(t, w.url, author, "GET", "/rulebook/clocks/versions/2", nil)
		if strings.Contains(seen.body, `action="/rulebook/clocks/versions/2/approve"`) {
			t.Error("the author is offered to approve")
		}
		alone := w.post("en", author, "/rulebook/clocks/versions/2/approve", url.Values{"_key": {"k1"}})
		if alone.status != http.StatusConflict || !strings.Contains(alone.body, "A second person approves") {
			t.Errorf("alone: %d", alone.status)
		}
		seen = ask(t, w.url, second, "GET", "/rulebook/clocks/versions/2", nil)
		if !strings.Contains(seen.body, `action="/rulebook/clocks/versions/2/approve"`) || !strings.Contains(seen.body, "alert-taken:") {
			t.Error("the second person is not shown the effect and the way to approve")
		}
		form = hiddenOf(seen.body)
		form.Set("from", "")
		if done := w.post("en", second, "/rulebook/clocks/versions/2/approve", form); done.status != http.StatusSeeOther {
			t.Fatalf("approved: %d %.600s", done.status, done.body)
		}
		if w.Content.Clock("alert-taken") != 7*time.Hour {
			t.Error("it is not in force")
		}
		// Others learn nothing of it.
		for _, who := range []string{"case_manager", "administrator", "secretariat"} {
			if got := ask(t, w.url, w.token[who], "GET", "/rulebook/clocks", nil); got.status != http.StatusForbidden || strings.Contains(got.body, "within:") {
				t.Errorf("%s: %d", who, got.status)
			}
		}
	})
}

// typedForm gathers what a browser would send of a page: inputs, text areas and
// chosen options.
func typedForm(body string) url.Values {
	v := hiddenOf(body)
	for _, m := range regexp.MustCompile(`(?s)<input[^>]*>`).FindAllString(body, -1) {
		name, value := attrOf(m, "name"), attrOf(m, "value")
		if kind := attrOf(m, "type"); name != "" && (kind == "text" || kind == "") {
			v.Set(name, unescaped(value))
		}
	}
	for _, m := range regexp.MustCompile(`(?s)<textarea[^>]*name="([^"]*)"[^>]*>(.*?)</textarea>`).FindAllStringSubmatch(body, -1) {
		v.Set(m[1], unescaped(m[2]))
	}
	for _, m := range regexp.MustCompile(`(?s)<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>`).FindAllStringSubmatch(body, -1) {
		for _, o := range regexp.MustCompile(`<option[^>]*>`).FindAllString(m[2], -1) {
			if strings.Contains(o, "selected") {
				v.Set(m[1], unescaped(attrOf(o, "value")))
			}
		}
	}
	return v
}

func attrOf(tag, name string) string {
	if m := regexp.MustCompile(` ` + name + `="([^"]*)"`).FindStringSubmatch(tag); m != nil {
		return m[1]
	}
	return ""
}

// A questionnaire is changed as a form: a sign is reworded, one is added, one
// left out, one moved; both languages stand; and it is shown as it will be asked.
func TestAQuestionnaireIsChangedAsAForm(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		author := signIn(t, w.url, "ruto.admin", demo.Password)
		at := "/rulebook/questionnaire-begging/form"
		page := ask(t, w.url, author, "GET", at, nil)
		if page.status != 200 {
			t.Fatal(page.status)
		}
		form := typedForm(page.body)
		if form.Get("s0.0.id") != "hands-over-the-money" {
			t.Fatalf("the first sign: %q", form.Get("s0.0.id"))
		}
		form.Set("s0.0.text.en", `Gives "all" money & more away`)
		form.Set("s0.1.gone", "1")
		form.Set("s0.2.place", "9")
		for name, value := range map[string]string{"id": "new-sign", "text.en": "A new sign", "text.sw": "Kiashiria kipya", "strength": "medium",
			"element": "purpose", "track": "trafficking", "dimension": "exploitation", "place": "1"} {
			form.Set("s0.6."+name, value)
		}
		back := w.post("en", author, at, form) // no reason was given
		if back.status != http.StatusUnprocessableEntity || typedForm(back.body).Get("s0.0.text.en") != `Gives "all" money & more away` {
			t.Fatalf("what was typed: %d %q", back.status, typedForm(back.body).Get("s0.0.text.en"))
		}
		form.Set("note", "Clearer words.")
		if got := w.post("en", author, at, form); got.status != http.StatusSeeOther {
			t.Fatalf("%d %.300s", got.status, got.body)
		}
		seen := ask(t, w.url, author, "GET", "/rulebook/questionnaire-begging/versions/1", nil)
		if strings.Contains(seen.body, "cannot be approved") || !strings.Contains(seen.body, "Sign new-sign is new.") ||
			!strings.Contains(seen.body, "Sign sum-every-day is no longer asked.") || !strings.Contains(seen.body, `name="adult.a.new-sign"`) {
			t.Errorf("the preview: %s", seen.body)
		}
		second := signIn(t, w.url, "pendo.admin", demo.Password)
		if done := w.post("en", second, "/rulebook/questionnaire-begging/versions/1/approve", url.Values{"_key": {"k"}}); done.status != http.StatusSeeOther {
			t.Fatalf("approved: %d", done.status)
		}
		q, ok := w.Content.Questionnaire("begging-2")
		if !ok {
			t.Fatal("no new version")
		}
		signs := q.Groups[0].Indicators
		if signs[0].ID != "hands-over-the-money" || signs[1].ID != "new-sign" || signs[len(signs)-1].ID != "brought-and-fetched" {
			t.Errorf("the order: %+v", signs)
		}
	})
}

// An agency's own fields on pages: asked, kept, refused with what was typed, and
// shown to nobody of another agency.
func TestOwnFieldsOnPages(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		manager := signIn(t, w.url, "wanjiru.case", demo.Password)
		id := w.raise("x-tumaini")
		w.post("en", manager, "/cases/"+id+"/do/take", url.Values{"_key": {"t"}})
		at := "/cases/" + id + "/do/extra"
		page := ask(t, w.url, manager, "GET", at, nil)
		if page.status != 200 || !strings.Contains(page.body, `name="values.programme"`) {
			t.Fatalf("the form: %d", page.status)
		}
		form := hiddenOf(page.body)
		form.Set("values.programme", "no-such")
		form.Set("values.paper-file", long)
		back := w.post("en", manager, at, form)
		if back.status != http.StatusUnprocessableEntity || !strings.Contains(unescaped(back.body), "He took her passport") {
			t.Fatalf("what was typed: %d", back.status)
		}
		form.Set("values.programme", "residential")
		if got := w.post("en", manager, at, form); got.status != http.StatusSeeOther {
			t.Fatalf("kept: %d", got.status)
		}
		seen := ask(t, w.url, manager, "GET", "/cases/"+id, nil)
		if !strings.Contains(seen.body, "Residential") || strings.Contains(seen.body, "her passport") {
			t.Error("the page shows not what it may, or what is sealed")
		}
		opened := w.post("en", manager, "/cases/"+id+"/open", url.Values{"compartment": {"care"}, "purpose": {"assistance"}})
		if !strings.Contains(opened.body, "her passport") || !strings.Contains(opened.body, "What the paper file says") {
			t.Error("the sealed field does not open for its own agency")
		}
		// A form that leaves the sealed field empty leaves it as it is.
		form.Set("values.programme", "day")
		form.Del("values.paper-file")
		form.Set("_key", "another")
		form.Del("_version")
		if got := w.post("en", manager, at, form); got.status != http.StatusSeeOther {
			t.Fatalf("changed: %d", got.status)
		}
		if again := w.post("en", manager, "/cases/"+id+"/open", url.Values{"compartment": {"care"}, "purpose": {"assistance"}}); !strings.Contains(again.body, "her passport") {
			t.Error("the sealed field was cleared")
		}
	})
}
