package web_test

import (
	"context"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"rufaa/internal/casefile"
	"rufaa/internal/demo"
)

var alike = casefile.PersonFacts{Name: "Hodan Maxamed Warsame", Phone: "0712 555 001", Sex: "female", Minor: "no", Language: "so"}

// known lets both agencies write the same fictional person down.
func (w *world) known() (a, b string) {
	w.t.Helper()
	for i, x := range []struct{ holder, manager string }{{mine, "case_manager"}, {theirs, "other"}} {
		rc, err := w.Cases.Raise(context.Background(), w.staff[x.manager], casefile.Order{}, &casefile.Alert{Holder: x.holder, Person: alike})
		w.must(err)
		w.must(w.do(x.manager, rc.ID, &casefile.Take{}))
		if i == 0 {
			a = rc.ID
		} else {
			b = rc.ID
		}
	}
	_, err := w.Likenesses.FindAll(context.Background())
	w.must(err)
	return a, b
}

var likenessLink = regexp.MustCompile(`/likenesses/[0-9a-f-]{36}`)

// The whole way on pages: told, asked, compared, judged, linked, undone.
func TestTwoCaseManagersWalkALikenessThroughThePages(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		a, b := w.known()
		home := ask(t, w.url, w.token["case_manager"], "GET", "/", nil)
		if !strings.Contains(home.body, "1 question whether another agency knows the same person") {
			t.Fatal("the worklist does not tell of it")
		}
		at := likenessLink.FindString(ask(t, w.url, w.token["case_manager"], "GET", "/likenesses", nil).body)
		page := func(who string) string {
			t.Helper()
			got := ask(t, w.url, w.token[who], "GET", at, nil)
			if got.status != http.StatusOK || strings.Contains(got.body, "⟦") {
				t.Fatalf("%s: %d %.300s", who, got.status, got.body)
			}
			return got.body
		}
		if body := page("case_manager"); strings.Contains(body, theirs) || strings.Contains(body, "Hodan") || strings.Contains(body, "telephone number") {
			t.Fatal("before anybody agreed the page tells who, or what exactly")
		}
		got := w.post("en", w.token["case_manager"], at+"/agree", url.Values{"ground": {"consent"}})
		if got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, `href="#fields"`) {
			t.Fatalf("an agreement to nothing: %d", got.status)
		}
		agree := url.Values{"ground": {"consent"}, "fields": {"name", "phone"}, "given_by": {"guardian"}, "how": {"spoken"}, "language": {"so"}, "interpreting": {"not-needed"}}
		for _, who := range []string{"case_manager", "other"} {
			if got := w.post("sw", w.token[who], at+"/agree", agree); got.status != http.StatusSeeOther {
				t.Fatalf("%s agrees: %d %.400s", who, got.status, got.body)
			}
		}
		got = w.post("sw", w.token["other"], at+"/compare", nil)
		if got.status != http.StatusOK || strings.Count(got.body, "Hodan Maxamed Warsame") != 2 || strings.Contains(got.body, "⟦") {
			t.Fatalf("side by side: %d %.500s", got.status, got.body)
		}
		saw := ask(t, w.url, w.token["case_manager"], "GET", "/cases/"+a+"/access", nil)
		if !strings.Contains(saw.body, theirs) {
			t.Error("the record of openings does not tell of the other agency")
		}
		if got := w.post("en", w.token["other"], at+"/judge", nil); got.status != http.StatusUnprocessableEntity {
			t.Errorf("an empty answer: %d", got.status)
		}
		for _, who := range []string{"case_manager", "other"} {
			if got := w.post("en", w.token[who], at+"/judge", url.Values{"verdict": {"same"}}); got.status != http.StatusSeeOther {
				t.Fatalf("%s: %d", who, got.status)
			}
		}
		other, err := w.Cases.Load(t.Context(), b)
		w.must(err)
		if body := ask(t, w.url, w.token["case_manager"], "GET", "/cases/"+a, nil).body; !strings.Contains(body, other.Ref) {
			t.Error("the case does not tell of the linked one")
		}
		if got := w.post("en", w.token["case_manager"], at+"/unlink", url.Values{"reason": {"not-the-same"}}); got.status != http.StatusSeeOther {
			t.Fatalf("unlink: %d", got.status)
		}
		if body := ask(t, w.url, w.token["case_manager"], "GET", "/cases/"+a, nil).body; strings.Contains(body, other.Ref) {
			t.Error("an undone link still shows")
		}
		page("other")
	})
}

// A third agency's pages are the same bytes whether others know somebody or
// not, and an address it guesses is one that never was.
func TestAThirdAgencyCannotTellThatALikenessIsThere(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		third := signIn(t, w.url, "achieng.case", demo.Password)
		look := func() map[string]string {
			out := map[string]string{}
			for _, path := range []string{"/", "/likenesses", "/api/v1/likenesses"} {
				out[path] = strip(ask(t, w.url, third, "GET", path, nil).body)
			}
			return out
		}
		before := look()
		w.known()
		for path, body := range look() {
			if body != before[path] {
				t.Errorf("%s changed for a third agency", path)
			}
		}
		at := likenessLink.FindString(ask(t, w.url, w.token["case_manager"], "GET", "/likenesses", nil).body)
		id, never := strings.TrimPrefix(at, "/likenesses/"), w.NewID()
		for _, token := range []string{third, w.token["counsellor"], w.token["secretariat"], w.token["data_protection_officer"], w.token["administrator"]} {
			for _, pattern := range []string{"GET /likenesses/", "GET /api/v1/likenesses/"} {
				method, path, _ := strings.Cut(pattern, " ")
				there, absent := ask(t, w.url, token, method, path+id, nil), ask(t, w.url, token, method, path+never, nil)
				if there.status != http.StatusNotFound || strip(there.body, id, never) != strip(absent.body, id, never) {
					t.Errorf("%s tells a likeness of others from none: %d, %d", pattern, there.status, absent.status)
				}
			}
			for _, step := range []string{"agree", "refuse", "judge", "unlink", "compare"} {
				form := url.Values{"reason": {"unsafe"}, "verdict": {"same"}, "ground": {"danger-to-life"}, "fields": {"name"}}
				there, absent := w.post("en", token, "/likenesses/"+id+"/"+step, form), w.post("en", token, "/likenesses/"+never+"/"+step, form)
				if there.status != http.StatusNotFound || strip(there.body, id, never) != strip(absent.body, id, never) {
					t.Errorf("%s tells a likeness of others from none: %d, %d", step, there.status, absent.status)
				}
			}
		}
	})
}

// Before an alert is stored its writer is told of the own case; of another
// agency's there is silence, and danger waits for nothing.
func TestAnAlertLooksFirstWhetherThePersonIsHere(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		a, _ := w.known()
		own, err := w.Cases.Load(t.Context(), a)
		w.must(err)
		form := func(more ...string) url.Values {
			v := url.Values{"person.name": {"Hodaan Mohamed Warsameh"}, "person.phone": {"0712555001"}, "account": {long}}
			for i := 0; i < len(more); i += 2 {
				v.Set(more[i], more[i+1])
			}
			return v
		}
		got := w.post("en", w.token["case_manager"], "/alerts", form())
		if got.status != http.StatusConflict || !strings.Contains(got.body, own.Ref) || strings.Count(got.body, "/cases/") != 1 {
			t.Fatalf("the writer is told: %d %.300s", got.status, got.body)
		}
		again := form("looked", hiddenOf(got.body).Get("looked"))
		if !strings.Contains(got.body, "She&gt; slept") && !strings.Contains(got.body, "slept on the floor") {
			t.Error("what was typed is lost")
		}
		if got := w.post("en", w.token["case_manager"], "/alerts", again); got.status != http.StatusSeeOther {
			t.Errorf("sent all the same: %d", got.status)
		}
		if got := w.post("en", w.token["case_manager"], "/alerts", form("immediate", "yes")); got.status != http.StatusSeeOther {
			t.Errorf("danger waited: %d", got.status)
		}
		for _, who := range []string{"counsellor", "first_responder", "interpreter", "secretariat"} {
			if got := w.post("en", w.token[who], "/alerts", form()); got.status != http.StatusSeeOther {
				t.Errorf("%s, who may not see it, is held up: %d", who, got.status)
			}
		}
		third := signIn(t, w.url, "achieng.case", demo.Password)
		if got := w.post("en", third, "/alerts", form()); got.status != http.StatusSeeOther {
			t.Errorf("a third agency is told: %d", got.status)
		}
	})
}

// A mother and her child at one agency are one family; whoever may see only
// one of them learns of no other.
func TestAMotherAndHerChildAreAFamily(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		mother, child := w.cared(mine, "case_manager"), w.cared(mine, "case_manager")
		elsewhere := w.cared(theirs, "other")
		ref := func(id string) string {
			s, err := w.Cases.Load(t.Context(), id)
			w.must(err)
			return s.Ref
		}
		token := w.token["case_manager"]
		join := func(reference string) answer {
			return w.post("en", token, "/cases/"+mother+"/family", url.Values{"reference": {reference}, "relation": {"child"}, "own_relation": {"mother"}})
		}
		foreign, absent := join(ref(elsewhere)), join("RF-0000-0000-0")
		if foreign.status != http.StatusUnprocessableEntity || keyless(foreign.body, ref(elsewhere)) != keyless(absent.body, "RF-0000-0000-0") {
			t.Errorf("another agency's reference is told from none: %d, %d", foreign.status, absent.status)
		}
		if got := join(ref(child)); got.status != http.StatusSeeOther {
			t.Fatalf("join: %d %.300s", got.status, got.body)
		}
		if body := ask(t, w.url, token, "GET", "/cases/"+mother, nil).body; !strings.Contains(body, ref(child)) || !strings.Contains(body, `id="family"`) {
			t.Error("the mother's page does not tell of the child")
		}
		together, err := w.Families.Family(t.Context(), child)
		if err != nil || len(together) != 1 || together[0] != mother {
			t.Errorf("for placing: %v, %v", together, err)
		}
		w.join("case_manager", mother, "counsellor")
		if body := ask(t, w.url, w.token["counsellor"], "GET", "/cases/"+mother, nil).body; strings.Contains(body, ref(child)) || strings.Contains(body, `id="family"`) {
			t.Error("a counsellor of the mother alone learns of the child's case")
		}
		if got := join(ref(mother)); got.status != http.StatusConflict {
			t.Errorf("a case with itself: %d", got.status)
		}
		if got := w.post("en", token, "/cases/"+child+"/family/leave", nil); got.status != http.StatusSeeOther {
			t.Fatalf("leave: %d", got.status)
		}
		if together, _ = w.Families.Family(t.Context(), mother); len(together) != 0 {
			t.Errorf("a family of one: %v", together)
		}
		if got := w.post("en", token, "/cases/"+child+"/family/leave", nil); got.status != http.StatusConflict {
			t.Errorf("leave twice: %d", got.status)
		}
	})
}

var formKey = regexp.MustCompile(`name="_key" value="[^"]*"`)

// keyless takes the form's own key and what was typed out of a page.
func keyless(body, typed string) string {
	return strings.ReplaceAll(formKey.ReplaceAllString(strip(body), "KEY"), typed, "X")
}
