package office_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"rufaa/internal/accounts"
	"rufaa/internal/office"
	"rufaa/internal/office/officetest"
	"rufaa/internal/realm"
)

// An agency's own sign-on is entered in an exercise as if it were real: the
// provider is not asked and hears nothing. In the demonstration it is.
func TestAnExerciseAsksNoSignOn(t *testing.T) {
	for kind, dialled := range map[realm.Kind]bool{realm.Demo: true, realm.Exercise: false} {
		var heard atomic.Int64
		provider := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			heard.Add(1)
			w.WriteHeader(http.StatusNotFound)
		}))
		defer provider.Close()
		w := officetest.OpenKind(t, kind, func(o *office.Options) { o.SignOn.Loopback = true })
		err := w.Accounts.SetSignOn(t.Context(), accounts.System, accounts.SignOn{Agency: officetest.Who("wairimu.admin").Agency, Issuer: provider.URL,
			ClientID: "rufaa", Secret: "s", Domains: []string{"agency.example"}})
		if !errors.Is(err, accounts.ErrSignOnUnreachable) || (heard.Load() > 0) != dialled {
			t.Errorf("in a realm of kind %s the provider heard %d requests: %v", kind, heard.Load(), err)
		}
	}
}
