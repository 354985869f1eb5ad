package accounts

import (
	"os"
	"regexp"
	"slices"
	"testing"

	"go.yaml.in/yaml/v3"
)

// Every refusal has its words in both languages, with the same places to fill.
func TestEveryRefusalHasWords(t *testing.T) {
	refusals := []Coded{ErrBadCredentials, ErrBadCode, ErrWrongPassword, ErrSecondFactorNeeded, ErrEnrolmentNeeded, ErrNoSession,
		ErrExpired, ErrRevoked, ErrInvitation, ErrInvitationUsed, ErrInvitationExpired, ErrUsernameTaken, ErrAgencyTaken,
		ErrAgencyClosed, ErrNotYourDuty, ErrOnSelf, ErrWrongState, ErrBusy, ErrNotDemo, &TooManyTries{}}
	for _, reason := range []string{TooShort, TooLong, Characters, Common, Pattern, AboutYou, SameAsOld} {
		refusals = append(refusals, &WeakPassword{reason})
	}
	en, sw := catalog(t, "en"), catalog(t, "sw")
	for _, r := range refusals {
		if en[Key(r)] == "" || sw[Key(r)] == "" {
			t.Errorf("no words for %s", Key(r))
		}
	}
	for _, s := range []State{Invited, Active, Suspended, Left} {
		if en["accounts.staff.state."+string(s)] == "" {
			t.Errorf("no word for the state %s", s)
		}
	}
	for _, f := range []Factor{FactorNone, FactorEnrolling, FactorConfirmed, FactorWaived} {
		if en["accounts.staff.factor."+string(f)] == "" {
			t.Errorf("no word for the second factor %s", f)
		}
	}
	place := regexp.MustCompile(`\{\w+\}`)
	for key, text := range en {
		a, b := place.FindAllString(text, -1), place.FindAllString(sw[key], -1)
		slices.Sort(a)
		slices.Sort(b)
		if sw[key] == "" || !slices.Equal(slices.Compact(a), slices.Compact(b)) {
			t.Errorf("%s: %q and %q do not match", key, text, sw[key])
		}
	}
	if len(en) != len(sw) {
		t.Errorf("%d texts in English, %d in Kiswahili", len(en), len(sw))
	}
}

func catalog(t *testing.T, language string) map[string]string {
	t.Helper()
	raw, err := os.ReadFile("../../content/text/accounts." + language + ".yaml")
	if err != nil {
		t.Fatal(err)
	}
	var m map[string]string
	if err := yaml.Unmarshal(raw, &m); err != nil {
		t.Fatalf("%s: %v", language, err)
	}
	return m
}
