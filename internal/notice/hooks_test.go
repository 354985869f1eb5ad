package notice_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	standard "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"rufaa/internal/office/officetest"
	"rufaa/internal/problem"
)

// endpoint is an agency's own system.
type endpoint struct {
	*httptest.Server
	mu     sync.Mutex
	bodies []string
	heads  []http.Header
	status int
}

func openEndpoint(t *testing.T) *endpoint {
	e := &endpoint{status: http.StatusOK}
	e.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		raw, _ := io.ReadAll(r.Body)
		e.mu.Lock()
		defer e.mu.Unlock()
		e.bodies, e.heads = append(e.bodies, string(raw)), append(e.heads, r.Header.Clone())
		w.WriteHeader(e.status)
	}))
	t.Cleanup(e.Close)
	return e
}

func (e *endpoint) answers(status int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.status = status
}

func (e *endpoint) got() ([]string, []http.Header) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.Clone(e.bodies), slices.Clone(e.heads)
}

// An agency's own system is told a kind and a duty, signed; nothing of the case
// is in it, and the key is shown once.
func TestAnAgencysSystemIsTold(t *testing.T) {
	eachTale(t, func(s *tale) {
		e, admin := openEndpoint(s.t), officetest.Who("wairimu.admin")
		key, err := s.Notices.SetHook(s.ctx, admin, agency, e.URL)
		s.must(err)
		if !strings.HasPrefix(key, "whsec_") {
			s.t.Fatalf("key %q", key)
		}
		if again, err := s.Notices.SetHook(s.ctx, admin, agency, e.URL); err != nil || again != "" {
			s.t.Fatalf("the key is shown twice: %q %v", again, err)
		}
		id := s.joined()
		s.task(id, colleague)
		s.must(s.Notices.Work(s.ctx))
		bodies, heads := e.got()
		if len(bodies) == 0 {
			s.t.Fatal("nothing arrived")
		}
		for i := range bodies {
			for _, secret := range []string{"Zawadikanari", canaryPlace, canaryTold, s.ref(id), id, officetest.Who(colleague).Staff} {
				if strings.Contains(bodies[i], secret) {
					s.t.Errorf("the webhook holds %q: %s", secret, bodies[i])
				}
			}
			s.verified(key, bodies[i], heads[i])
		}
		if !slices.ContainsFunc(bodies, func(b string) bool { return strings.Contains(b, `"type":"notice.case.task_added"`) }) {
			s.t.Errorf("told %v", bodies)
		}
		fresh, err := s.Notices.RotateKey(s.ctx, admin, agency)
		s.must(err)
		s.must(s.Notices.TryHook(s.ctx, admin, agency))
		s.must(s.Notices.Work(s.ctx))
		bodies, heads = e.got()
		last := len(bodies) - 1
		s.verified(key, bodies[last], heads[last])
		s.verified(fresh, bodies[last], heads[last])
		s.Clock.Pass(25 * time.Hour)
		s.must(s.Notices.TryHook(s.ctx, admin, agency))
		s.must(s.Notices.Work(s.ctx))
		bodies, heads = e.got()
		last = len(bodies) - 1
		s.verified(fresh, bodies[last], heads[last])
		if wh, _ := standard.NewWebhook(key); wh.VerifyIgnoringTimestamp([]byte(bodies[last]), heads[last]) == nil {
			s.t.Error("the key before still signs after a day")
		}
	})
}

func (s *tale) verified(key, body string, head http.Header) {
	s.t.Helper()
	wh, err := standard.NewWebhook(key)
	s.must(err)
	if err := wh.VerifyIgnoringTimestamp([]byte(body), head); err != nil { // the realm's clock is not the wall's
		s.t.Errorf("the signature is not good: %v", err)
	}
}

// An endpoint that takes nothing for long is put out of use, and the agency's
// administrator is told; another agency's is none of theirs.
func TestAnEndpointThatIsDown(t *testing.T) {
	eachTale(t, func(s *tale) {
		s.Notices.Rules.Delivery.WebhookFailures = 4
		e, admin := openEndpoint(s.t), officetest.Who("wairimu.admin")
		e.answers(http.StatusInternalServerError)
		_, err := s.Notices.SetHook(s.ctx, admin, agency, e.URL)
		s.must(err)
		s.must(s.Notices.TryHook(s.ctx, admin, agency))
		for range 5 {
			s.must(s.Notices.Work(s.ctx))
			s.Clock.Pass(6 * time.Hour)
		}
		h, err := s.Notices.Hook(s.ctx, admin, agency)
		s.must(err)
		if h.State != "failed" {
			s.t.Fatalf("still %+v", h)
		}
		if !slices.Contains(s.kinds("wairimu.admin"), "webhook.stopped") {
			s.t.Errorf("the administrator is told %v", s.kinds("wairimu.admin"))
		}
		if _, err := s.Notices.Hook(s.ctx, admin, "x-pwani-haven"); !errors.Is(err, problem.ErrNotFound) {
			s.t.Errorf("another agency's: %v", err)
		}
		if _, err := s.Notices.Hook(s.ctx, officetest.Who(manager), agency); err == nil {
			s.t.Error("a case manager reads the webhook")
		}
		if _, err := s.Notices.SetHook(s.ctx, admin, agency, "https://user:pw@example.org"); err == nil {
			s.t.Error("an address with a password is taken")
		}
		e.answers(http.StatusGone)
		s.must(s.Notices.StartHook(s.ctx, admin, agency))
		s.must(s.Notices.TryHook(s.ctx, admin, agency))
		s.must(s.Notices.Work(s.ctx))
		if h, err := s.Notices.Hook(s.ctx, admin, agency); err != nil || h.State != "failed" {
			s.t.Errorf("gone for good it stays %+v %v", h, err)
		}
	})
}
