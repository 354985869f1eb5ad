package accounts

import (
	"os"
	"testing"

	"rufaa/internal/text"
)

// Every refusal has its words in both languages.
func TestEveryRefusalHasWords(t *testing.T) {
	refusals := []Coded{ErrBadCredentials, ErrBadCode, ErrWrongPassword, ErrSecondFactorNeeded, ErrEnrolmentNeeded, ErrNoSession,
		ErrExpired, ErrRevoked, ErrInvitation, ErrInvitationUsed, ErrInvitationExpired, ErrUsernameTaken, ErrAgencyTaken,
		ErrAgencyClosed, ErrNotYourDuty, ErrOnSelf, ErrWrongState, ErrBusy, ErrNotDemo, &TooManyTries{},
		ErrConductNeeded, ErrConductChanged, ErrNoOrigin, ErrStepGone, ErrBadPasskey, ErrTooManyPasskeys, ErrNoSignOn,
		ErrSignOnUnreachable, ErrSignOnRefused, ErrNotLinked, ErrLinkMismatch, ErrLinkSignIn, ErrLastAdministrator}
	for _, reason := range []string{TooShort, TooLong, Characters, Common, Pattern, AboutYou, SameAsOld} {
		refusals = append(refusals, &WeakPassword{reason})
	}
	all, err := text.Load(os.DirFS("../../content"), "text")
	if err != nil {
		t.Fatal(err)
	}
	var keys []string
	for _, r := range refusals {
		keys = append(keys, Key(r))
	}
	for _, s := range []State{Invited, Active, Suspended, Left} {
		keys = append(keys, "accounts.staff.state."+string(s))
	}
	for _, f := range []Factor{FactorNone, FactorEnrolling, FactorConfirmed, FactorWaived} {
		keys = append(keys, "accounts.staff.factor."+string(f))
	}
	for _, key := range append(keys, "accounts.error.username", "accounts.error.email", "accounts.error.agency_id") {
		for _, language := range text.Codes {
			if key == "" || !all.In(language).Has(key) {
				t.Errorf("no words in %q for %q", language, key)
			}
		}
	}
	for _, key := range []string{"accounts.missed.text", "accounts.factor.recovery.left", "accounts.sessions.count", "accounts.staff.count"} {
		one, many := all.In("sw").N(key, 1), all.In("sw").N(key, 7)
		if one == many {
			t.Errorf("%s says the same of 1 and 7: %q", key, one)
		}
	}
}
