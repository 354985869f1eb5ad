package web_test

import (
	"net/http"
	"net/url"
	"testing"

	"rufaa/internal/accounts"
	"rufaa/internal/store"
)

// Closing an agency throws everybody of it out. Only who keeps the list of
// agencies does it, or opens one again; whoever else sends the form by hand,
// from another agency or from the same, is refused and changes nothing.
func TestWhoClosesAnAgency(t *testing.T) {
	w := newWorld(t, store.SQLite)
	const id = "closed-by-hand"
	if err := w.Accounts.AddAgency(t.Context(), accounts.System, accounts.Agency{ID: id, Name: "Mtoni Helpline (fictional)", Kind: "ngo", County: "mombasa"}); err != nil {
		t.Fatal(err)
	}
	closed := func() bool {
		t.Helper()
		g, err := w.Accounts.Agency(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		return g.Closed
	}
	at := func(token, what string) int {
		return ask(t, w.url, token, "POST", "/agencies/"+id+"/"+what, url.Values{}).status
	}
	if len(w.token) < 5 {
		t.Fatal("nobody asks")
	}
	for duty, token := range w.token {
		if got := at(token, "close"); got != http.StatusForbidden || closed() {
			t.Errorf("%s closes an agency: %d, closed %t", duty, got, closed())
			_ = w.Accounts.ReopenAgency(t.Context(), accounts.System, id)
		}
	}
	keeper := w.keeperOfAgencies()
	if got := at(keeper, "close"); got != http.StatusSeeOther || !closed() {
		t.Errorf("the keeper of the list closes it: %d, closed %t", got, closed())
	}
	for duty, token := range w.token {
		if got := at(token, "reopen"); got != http.StatusForbidden || !closed() {
			t.Errorf("%s opens an agency again: %d, closed %t", duty, got, closed())
		}
	}
	if got := at(keeper, "reopen"); got != http.StatusSeeOther || closed() {
		t.Errorf("the keeper of the list opens it again: %d, closed %t", got, closed())
	}
}

// keeperOfAgencies signs the Secretariat's administrator in.
func (w *world) keeperOfAgencies() (token string) {
	w.t.Helper()
	const secretariat = "ctip-secretariat"
	_, err := w.Accounts.EnsureAgencies(w.t.Context(), accounts.System, []accounts.Agency{{ID: secretariat, Name: "Secretariat (fictional)", Kind: "secretariat", County: "nairobi-city"}})
	if err != nil {
		w.t.Fatal(err)
	}
	hash, err := w.Accounts.HashPassword(w.t.Context(), password)
	if err != nil {
		w.t.Fatal(err)
	}
	if _, err := w.Accounts.AddDemoStaff(w.t.Context(), []accounts.DemoStaff{{Username: "proof-keeper", Name: "Proof keeper (fictional)", Agency: secretariat,
		Duties: []accounts.Duty{accounts.Administrator}, Language: "en"}}, hash); err != nil {
		w.t.Fatal(err)
	}
	return signIn(w.t, w.url, "proof-keeper", password)
}
