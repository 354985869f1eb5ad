package courier_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"rufaa/internal/courier"
	"rufaa/internal/outward"
)

const (
	statementID = "6690e6c9-3ef0-4ed3-8b37-7f3964730bee"
	lrsSecret   = "a secret of nobody"
)

// Every answer that the specification gives a store (xAPI 1.0.3, part three, 3.2)
// and some that it does not: what is done is done, what may pass is tried again,
// what will not pass is told, and no address or secret stands in what is told.
func TestEveryAnswerOfALearningRecordStore(t *testing.T) {
	for _, x := range []struct {
		what   string
		status int
		answer string
		done   bool
		last   bool
	}{
		{"it is taken", 200, `["` + statementID + `"]`, true, false},
		{"it is taken, in large letters", 200, `["` + strings.ToUpper(statementID) + `"]`, true, false},
		{"another is taken", 200, `["00000000-0000-0000-0000-000000000000"]`, false, false},
		{"a page of somebody else", 200, `<html>`, false, false},
		{"nothing is said", 200, ``, false, false},
		{"it is there already", 204, ``, true, false},
		{"the id is there already", 409, `Conflict`, true, false},
		{"the statement is none", 400, `Bad Request`, false, true},
		{"the credentials are wrong", 401, ``, false, false},
		{"they may not write", 403, ``, false, false},
		{"nothing is there", 404, ``, false, false},
		{"it is too long", 413, ``, false, true},
		{"too often", 429, ``, false, false},
		{"accepted for later", 202, ``, false, false},
		{"moved", 302, ``, false, false},
		{"broken", 500, ``, false, false},
		{"away", 503, ``, false, false},
		{"an answer without end", 200, strings.Repeat(" ", 1<<20), false, false},
	} {
		t.Run(x.what, func(t *testing.T) {
			var got *http.Request
			var body []byte
			s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				got = r
				body, _ = io.ReadAll(r.Body)
				w.Header().Set("X-Experience-API-Version", "1.0.3")
				w.Header().Set("Location", "/elsewhere")
				w.WriteHeader(x.status)
				io.WriteString(w, x.answer)
			}))
			defer s.Close()
			l, err := courier.NewLRS(s.URL+"/xapi/", "rufaa", lrsSecret, outward.Guard{Loopback: true})
			if err != nil {
				t.Fatal(err)
			}
			err = l.Put(t.Context(), statementID, []byte(`{"id":"`+statementID+`"}`))
			if (err == nil) != x.done || courier.Lasting(err) != x.last {
				t.Errorf("%v, lasting %t", err, courier.Lasting(err))
			}
			if err != nil && (strings.Contains(err.Error(), lrsSecret) || strings.Contains(err.Error(), "127.0.0.1")) {
				t.Errorf("what is told holds the secret or the address: %v", err)
			}
			user, secret, ok := got.BasicAuth()
			if got.Method != "POST" || got.URL.Path != "/xapi/statements" || got.URL.RawQuery != "" || got.Header.Get("X-Experience-API-Version") != "1.0.3" ||
				got.Header.Get("Content-Type") != "application/json" || !ok || user != "rufaa" || secret != lrsSecret || !json.Valid(body) {
				t.Errorf("asked by %s %s, %v, %s", got.Method, got.URL, got.Header, body)
			}
		})
	}
}

// A store that hangs is given up after a while, and one that is not there at once.
func TestALearningRecordStoreThatDoesNotAnswer(t *testing.T) {
	over := make(chan struct{})
	s := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-over }))
	defer s.Close()
	defer close(over)
	l, err := courier.NewLRS(s.URL, "rufaa", lrsSecret, outward.Guard{Loopback: true})
	if err != nil {
		t.Fatal(err)
	}
	if !testing.Short() {
		began := time.Now()
		if err := l.Put(t.Context(), statementID, []byte("{}")); err == nil || courier.Lasting(err) || time.Since(began) > outward.RequestTime+5*time.Second {
			t.Errorf("after %s: %v", time.Since(began), err)
		}
	}
	ctx, stop := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer stop()
	if err := l.Put(ctx, statementID, []byte("{}")); err == nil || courier.Lasting(err) {
		t.Errorf("stopped: %v", err)
	}
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	if l, err = courier.NewLRS(gone.URL, "rufaa", lrsSecret, outward.Guard{Loopback: true}); err != nil {
		t.Fatal(err)
	}
	if err := l.Put(t.Context(), statementID, []byte("{}")); err == nil || courier.Lasting(err) {
		t.Errorf("nobody is there: %v", err)
	}
}

// Where it may be: an https address without credentials in it; an address that
// is not public only where the operator names its network.
func TestWhereALearningRecordStoreMayBe(t *testing.T) {
	for endpoint, fine := range map[string]bool{"https://lrs.example/xapi": true, "http://lrs.example/xapi": false, "http://127.0.0.1:1/xapi": false,
		"https://rufaa:key@lrs.example/xapi": false, "https://lrs.example/xapi?key=1": false, "lrs.example": false, "": false} {
		if _, err := courier.NewLRS(endpoint, "rufaa", lrsSecret, outward.Guard{}); (err == nil) != fine {
			t.Errorf("%s: %v", endpoint, err)
		} else if err != nil && strings.Contains(err.Error(), "rufaa:key") {
			t.Errorf("the error tells the credentials: %v", err)
		}
	}
	for _, x := range [][2]string{{"", lrsSecret}, {"rufaa", ""}, {"ru:faa", lrsSecret}} {
		if _, err := courier.NewLRS("https://lrs.example/xapi", x[0], x[1], outward.Guard{}); err == nil || strings.Contains(err.Error(), lrsSecret) {
			t.Errorf("%q: %v", x, err)
		}
	}
}
