package web_test

import (
	"context"
	"encoding/csv"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"rufaa/internal/casefile"
	"rufaa/internal/referral"
)

// asked refers new cases of the county to the other agency and gives the
// referrals.
func (w *world) asked(n int) []string {
	w.t.Helper()
	var out []string
	for range n {
		out = append(out, w.refer("case_manager", w.cared(mine, "case_manager"), theirs))
	}
	return out
}

func (w *world) declined(ref, reason string) {
	w.t.Helper()
	_, err := w.Referrals.Answer(context.Background(), w.staff["other"], ref, casefile.Order{}, &referral.Answer{Reason: reason})
	w.must(err)
}

// value finds one number of the table.
func value(rows [][]string, measure, county, service, reason string) string {
	for _, r := range rows {
		if r[0] == measure && r[1] == county && r[2] == service && r[3] == reason {
			return r[4]
		}
	}
	return "absent"
}

func (w *world) gapsTable(token string) [][]string {
	w.t.Helper()
	got := ask(w.t, w.url, token, "GET", "/providers/gaps.csv", nil)
	if got.status != http.StatusOK || !strings.HasPrefix(got.header.Get("Content-Type"), "text/csv") {
		w.t.Fatalf("table: %d %.300s", got.status, got.body)
	}
	rows, err := csv.NewReader(strings.NewReader(got.body)).ReadAll()
	w.must(err)
	return rows
}

// Seventeen people are referred in one county: seven turned away because the
// house is full, five because it is not safe; five wait, and are too many to be
// known by subtraction. It shows the next morning, with no small cell, on the
// page, in the table and by the API.
func TestWhereHelpIsLacking(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		refs := w.asked(17)
		w.Clock.Pass(2 * time.Hour)
		for i, ref := range refs[:12] {
			reason := "full"
			if i >= 7 {
				reason = "not-safe"
			}
			w.declined(ref, reason)
		}
		token := signIn(t, w.url, "proof-secretariat", password)
		if rows := w.gapsTable(token); value(rows, "requests", "mombasa", "shelter", "") != "absent" {
			t.Error("a request of today is counted today")
		}
		w.Clock.Pass(48 * time.Hour)
		token = signIn(t, w.url, "proof-secretariat", password)
		rows := w.gapsTable(token)
		for _, c := range []struct{ measure, reason, want string }{
			{"requests", "", "17"}, {"declined", "", "12"}, {"declined_for", "full", "7"}, {"declined_for", "not-safe", "5"},
			{"answer_median_minutes", "", "120"}, {"oldest_unanswered_days", "", "1"}, {"open_needs", "", "12"},
		} {
			if got := value(rows, c.measure, "mombasa", "shelter", c.reason); got != c.want {
				t.Errorf("%s %s: %q, want %q", c.measure, c.reason, got, c.want)
			}
		}
		page := ask(t, w.url, token, "GET", "/providers/gaps", nil)
		for _, word := range []string{"Where nobody helps", "No place free", "Not safe here for this person", `class="atlas"`, "needs without a provider", "Turkana"} {
			if !strings.Contains(page.body, word) {
				t.Errorf("the page lacks %q", word)
			}
		}
		if one := ask(t, w.url, token, "GET", "/providers/gaps?service=legal", nil); strings.Contains(one.body, "No place free") {
			t.Error("narrowed to legal help it still tells of shelters")
		}
		calls := ask(t, w.url, token, "GET", "/api/v1/providers/gaps?service=shelter", nil)
		if calls.status != http.StatusOK || !strings.Contains(calls.body, `"declined":{"n":12}`) || !strings.Contains(calls.body, `"reason":"full","count":{"n":7}`) {
			t.Errorf("API: %d %.900s", calls.status, calls.body)
		}
		if bad := ask(t, w.url, token, "GET", "/api/v1/providers/gaps?months=3", nil); bad.status != http.StatusUnprocessableEntity {
			t.Errorf("a span of one's own choice can be subtracted from another: %d", bad.status)
		}
		for _, duty := range []string{"investigator", "immigration_officer", "first_responder", "interpreter"} {
			if got := ask(t, w.url, signIn(t, w.url, "proof-"+strings.ReplaceAll(duty, "_", "-"), password), "GET", "/providers/gaps", nil); got.status != http.StatusForbidden {
				t.Errorf("%s: %d", duty, got.status)
			}
		}
	})
}

// Few people are told as few, and a number from which they could be worked out
// is not told at all.
func TestFewPeopleStayFew(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		refs := w.asked(9)
		for i, ref := range refs {
			reason := "full"
			if i >= 7 {
				reason = "too-far"
			}
			w.declined(ref, reason)
		}
		w.Clock.Pass(24 * time.Hour)
		token := signIn(t, w.url, "proof-secretariat", password)
		rows := w.gapsTable(token)
		if got := value(rows, "declined", "mombasa", "shelter", ""); got != "9" {
			t.Errorf("declined: %q", got)
		}
		few, whole := value(rows, "declined_for", "mombasa", "shelter", "too-far"), value(rows, "declined_for", "mombasa", "shelter", "full")
		if few != "<5" || whole != "" {
			t.Errorf("two of nine are told as %q beside %q", few, whole)
		}
		page := ask(t, w.url, token, "GET", "/providers/gaps", nil)
		if !strings.Contains(page.body, "&lt;5") || !strings.Contains(page.body, "not told") {
			t.Error("the page does not say that it hides something")
		}
		for _, row := range rows[1:] {
			if n, err := strconv.Atoi(row[4]); err == nil && n > 0 && n < 5 && (row[0] == "requests" || strings.HasPrefix(row[0], "declined") || row[0] == "open_needs") {
				t.Errorf("a small cell: %v", row)
			}
		}
	})
}
