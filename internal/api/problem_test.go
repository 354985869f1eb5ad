package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"rufaa/internal/accounts"
	"rufaa/internal/problem"
	"rufaa/internal/store"
)

func TestFaultsOfTheServer(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		a := build(w.of, "")
		lang := w.of.Texts.In("sw")
		for _, x := range []struct {
			err    error
			status int
			kind   string
		}{
			{fmt.Errorf("write: %w", store.ErrFull), 507, "full"},
			{fmt.Errorf("read: %w", store.ErrUnavailable), 503, "unavailable"},
			{accounts.ErrBusy, 503, "busy"},
			{accounts.ErrNotYourDuty, 403, "not-your-duty"},
			{&problem.Changed{Expected: 1, Have: 2}, 409, "changed"},
			{problem.Refuse("no.such-rule"), 409, "refused"},
			{errors.New("names Zxqvbn and all"), 500, "internal"},
		} {
			p := a.problemOf(nil, lang, x.err)
			if p.Status != x.status || p.Type != "urn:rufaa:problem:"+x.kind {
				t.Errorf("%v: %+v", x.err, p)
			}
			if x.status == 503 && p.RetryAfter == 0 {
				t.Errorf("%v: nothing says when", x.err)
			}
			if all := p.Title + p.Detail; all == "" || strings.Contains(all, "Zxqvbn") || strings.ContainsAny(all, "⟦{") {
				t.Errorf("%v is told as %q", x.err, all)
			}
		}
	})
}

// What is wrong with a file comes with what to do about it.
func TestAFieldComesWithItsRemedy(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		err := &problem.Invalid{Fields: []problem.Field{{Name: "columns", Key: "caselist.error.key"}, {Name: "age", Key: "common.error.age"}}}
		p := build(w.of, "").problemOf(nil, w.of.Texts.In("sw"), err)
		if len(p.Errors) != 2 || p.Errors[0].Remedy == "" || p.Errors[1].Remedy != "" {
			t.Errorf("%+v", p.Errors)
		}
	})
}

func TestAFaultOfTheProgramIsAProblem(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		a := build(w.of, "")
		a.mux.HandleFunc("GET /api/v1/breaks", func(http.ResponseWriter, *http.Request) { panic("Zxqvbn") })
		rec := httptest.NewRecorder()
		a.ServeHTTP(rec, httptest.NewRequestWithContext(context.Background(), "GET", "/api/v1/breaks", nil))
		if rec.Code != 500 || rec.Header().Get("Content-Type") != problemType || strings.Contains(rec.Body.String()+w.log.String(), "Zxqvbn") {
			t.Errorf("%d %s; %s", rec.Code, rec.Body, w.log)
		}
		if !strings.Contains(w.log.String(), "TestAFaultOfTheProgramIsAProblem") {
			t.Errorf("the log does not say where: %s", w.log)
		}
	})
}
