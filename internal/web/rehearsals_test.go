package web_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"rufaa/internal/store"
)

// The coordinator asks what ten more beds would do, and sees the change, the
// drawing and the table. What cannot be is refused with what was typed kept.
func TestTheCoordinatorAsksWhatIf(t *testing.T) {
	w := newWorld(t, store.SQLite)
	got := ask(t, w.url, w.token["secretariat"], "GET", "/rehearsal?ask=1&scenario=kaskazi&runs=20&beds.women=%2B10&interpreters.am=2", nil)
	if got.status != http.StatusOK {
		t.Fatalf("%d: %.300s", got.status, got.body)
	}
	for _, want := range []string{"the mean time to a safe place differs by -", `class="r-chart__line r-chart__line--2"`, "For boys", "K17", "20 plays each"} {
		if !strings.Contains(got.body, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if strings.Contains(got.body, "style=") {
		t.Error("a style stands in the page, which its policy forbids")
	}
	for _, wrong := range []string{"runs=501", "runs=-1", "beds.women=many", "beds.dogs=1", "interpreters.fr=1", "consent_percent=101", "scenario=none", "teams=best"} {
		query := "/rehearsal?ask=1&" + wrong
		if !strings.HasPrefix(wrong, "scenario") {
			query += "&scenario=kaskazi"
		}
		got := ask(t, w.url, w.token["secretariat"], "GET", query, nil)
		if got.status != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d", wrong, got.status)
		}
	}
	if got := ask(t, w.url, w.token["counsellor"], "GET", "/rehearsal?ask=1&scenario=kaskazi", nil); got.status != http.StatusForbidden {
		t.Errorf("a counsellor plays the server's core: %d", got.status)
	}
}

// The same question is answered from memory.
func TestTheSameWhatIfIsPlayedOnce(t *testing.T) {
	w := newWorld(t, store.SQLite)
	const path = "/rehearsal?ask=1&scenario=kaskazi&runs=200&beds.girls=3"
	first := time.Now()
	one := ask(t, w.url, w.token["supervisor"], "GET", path, nil)
	played := time.Since(first)
	second := time.Now()
	two := ask(t, w.url, w.token["secretariat"], "GET", path, nil)
	if took := time.Since(second); one.status != http.StatusOK || two.status != http.StatusOK || took > played/2 {
		t.Errorf("first %v (%d), second %v (%d)", played, one.status, took, two.status)
	}
}
