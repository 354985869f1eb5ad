package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// A course on the phone: the Secretariat opens it, a counsellor attends and
// sits the test, who runs the course sees the group and nobody's result, and
// anybody checks a certificate without an account.
func TestACourseOnPages(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		day := w.Now().Format("2006-01-02")
		date := func(name string) url.Values {
			return url.Values{name + "-year": {day[:4]}, name + "-month": {day[5:7]}, name + "-day": {day[8:]}, name + "_year": {day[:4]}, name + "_month": {day[5:7]}, name + "_day": {day[8:]}}
		}
		form := url.Values{"title": {"Kaskazi <week>"}, "county": {"mombasa"}, "from": {day}, "to": {day}}
		for _, name := range []string{"from", "to"} {
			for k, v := range date(name) {
				form[k] = v
			}
		}
		if got := ask(t, w.url, w.token["counsellor"], "POST", "/training", form); got.status != http.StatusForbidden {
			t.Errorf("a counsellor opens a course: %d", got.status)
		}
		if got := ask(t, w.url, w.token["secretariat"], "POST", "/training", url.Values{"title": {"Kept"}}); got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, `value="Kept"`) {
			t.Errorf("half a form: %d, and what was typed is lost: %v", got.status, !strings.Contains(got.body, `value="Kept"`))
		}
		got := ask(t, w.url, w.token["secretariat"], "POST", "/training", form)
		at := got.header.Get("Location")
		if got.status != http.StatusSeeOther || !strings.HasPrefix(at, "/training/") {
			t.Fatalf("%d %s %.400s", got.status, at, got.body)
		}
		if got := ask(t, w.url, w.token["counsellor"], "GET", at, nil); !strings.Contains(got.body, "Kaskazi &lt;week&gt;") {
			t.Errorf("%d %.300s", got.status, got.body)
		}
		if got := ask(t, w.url, w.token["counsellor"], "POST", at+"/seat", url.Values{"sex": {"female"}}); got.status != http.StatusSeeOther {
			t.Fatalf("a seat: %d %.300s", got.status, got.body)
		}
		page := ask(t, w.url, w.token["counsellor"], "GET", at+"/test", nil)
		answers := url.Values{"sitting": {"before"}}
		for _, m := range regexp.MustCompile(`name="(answers\.[a-z0-9-]+)"[^>]* value="([a-z])"`).FindAllStringSubmatch(page.body, -1) {
			answers.Set(m[1], m[2])
		}
		if len(answers) != 15 {
			t.Errorf("%d questions on the page", len(answers)-1)
		}
		if got := ask(t, w.url, w.token["counsellor"], "POST", at+"/test", answers); got.status != http.StatusSeeOther {
			t.Fatalf("handed in: %d %.300s", got.status, got.body)
		}
		again := ask(t, w.url, w.token["counsellor"], "POST", at+"/test", answers)
		if again.status != http.StatusConflict && again.status != http.StatusForbidden && again.status != http.StatusUnprocessableEntity || !strings.Contains(again.body, "You have sat this test") {
			t.Errorf("twice: %d %.300s", again.status, again.body)
		}
		for _, path := range []string{"/report", "/report.csv", "/xapi.json"} {
			if got := ask(t, w.url, w.token["counsellor"], "GET", at+path, nil); got.status != http.StatusForbidden {
				t.Errorf("a counsellor reads %s: %d", path, got.status)
			}
			if got := ask(t, w.url, w.token["secretariat"], "GET", at+path, nil); got.status != http.StatusOK {
				t.Errorf("the Secretariat cannot read %s: %d %.300s", path, got.status, got.body)
			}
		}
		if got := ask(t, w.url, w.token["counsellor"], "GET", at+"/certificate.pdf", nil); got.status != http.StatusNotFound {
			t.Errorf("a certificate that was not earned: %d", got.status)
		}
		if got := ask(t, w.url, "", "GET", "/certificate/7K3M-9QXD-2ABC", nil); got.status != http.StatusOK || !strings.Contains(got.body, "This certificate is not known") {
			t.Errorf("checked without an account: %d %.300s", got.status, got.body)
		}
		if got := ask(t, w.url, "", "POST", "/certificate", url.Values{"text": {`<script>`}}); got.status != http.StatusOK || strings.Contains(got.body, "<script>") && !strings.Contains(got.body, "&lt;script&gt;") {
			t.Errorf("%d", got.status)
		}
	})
}
