package accounts

import (
	"errors"
	"time"
)

// Refusal is one reason why an account does not do what was asked. Compare
// with errors.Is; the text for a person stands under Key in the catalogs.
type Refusal string

// The refusals.
const (
	// ErrBadCredentials stands for an unknown name, a wrong password and every
	// account that may not sign in now; callers cannot tell them apart.
	ErrBadCredentials Refusal = "bad_credentials"
	// ErrBadCode says that a code is wrong, was used already, or came too late.
	ErrBadCode Refusal = "bad_code"
	// ErrWrongPassword is for somebody signed in who gives the old password.
	ErrWrongPassword Refusal = "wrong_password"
	// ErrSecondFactorNeeded says that the password was right and a code is due.
	ErrSecondFactorNeeded Refusal = "second_factor_needed"
	// ErrEnrolmentNeeded says that a second factor must be set up first.
	ErrEnrolmentNeeded Refusal = "enrolment_needed"
	// ErrNoSession says that there never was such a session.
	ErrNoSession Refusal = "no_session"
	// ErrExpired says that a session lay idle or lasted too long.
	ErrExpired Refusal = "expired"
	// ErrRevoked says that a session was ended from elsewhere.
	ErrRevoked Refusal = "revoked"
	// ErrInvitation says that a link is not one of ours or was replaced.
	ErrInvitation Refusal = "invitation_unknown"
	// ErrInvitationUsed says that the link was used already.
	ErrInvitationUsed Refusal = "invitation_used"
	// ErrInvitationExpired says that the link came too late.
	ErrInvitationExpired Refusal = "invitation_expired"
	// ErrUsernameTaken says that somebody else has that user name.
	ErrUsernameTaken Refusal = "username_taken"
	// ErrAgencyTaken says that an agency with that id stands already.
	ErrAgencyTaken Refusal = "agency_taken"
	// ErrAgencyClosed says that the agency does not take part any more.
	ErrAgencyClosed Refusal = "agency_closed"
	// ErrNotYourDuty says that the person does not have the duty chosen.
	ErrNotYourDuty Refusal = "not_your_duty"
	// ErrOnSelf says that this must be done to one's account by somebody else.
	ErrOnSelf Refusal = "on_self"
	// ErrWrongState says that the account is not in a state that allows it.
	ErrWrongState Refusal = "wrong_state"
	// ErrBusy says that too many people sign in at this moment.
	ErrBusy Refusal = "busy"
	// ErrConductNeeded says that the code of conduct must be accepted first.
	ErrConductNeeded Refusal = "conduct_needed"
	// ErrConductChanged says that another version of the code stands by now.
	ErrConductChanged Refusal = "conduct_changed"
	// ErrNoOrigin says that this server does not know its public address, on
	// which passkeys and sign-ons depend.
	ErrNoOrigin Refusal = "no_origin"
	// ErrStepGone says that a step took too long, was done already, or was
	// begun in another browser.
	ErrStepGone Refusal = "step_gone"
	// ErrBadPasskey stands for an unknown or shut passkey, a wrong answer and
	// every account that may not sign in now.
	ErrBadPasskey Refusal = "bad_passkey"
	// ErrTooManyPasskeys says that one must be removed first.
	ErrTooManyPasskeys Refusal = "too_many_passkeys"
	// ErrNoSignOn says that no agency with a sign-on has this address.
	ErrNoSignOn Refusal = "no_sign_on"
	// ErrSignOnUnreachable says that the agency's sign-on does not answer.
	ErrSignOnUnreachable Refusal = "sign_on_unreachable"
	// ErrSignOnRefused says that the agency's sign-on did not vouch for them.
	ErrSignOnRefused Refusal = "sign_on_refused"
	// ErrNotLinked says that nobody here is linked to the person vouched for,
	// or that the account may not sign in now.
	ErrNotLinked Refusal = "not_linked"
	// ErrLinkMismatch says that the person vouched for is not the one invited.
	ErrLinkMismatch Refusal = "link_mismatch"
	// ErrLinkSignIn says that one signs in to the account that is to be linked.
	ErrLinkSignIn Refusal = "link_sign_in"
	// ErrLastAdministrator says that a successor must be named first.
	ErrLastAdministrator Refusal = "last_administrator"
	// ErrNotDemo says that demonstration staff belong in a demonstration realm.
	ErrNotDemo Refusal = "not_demo"
)

func (r Refusal) Error() string { return "accounts: " + string(r) }

// Code is stable: API clients may rely on it.
func (r Refusal) Code() string { return string(r) }

// TooManyTries says that too many attempts came from one address.
type TooManyTries struct{ RetryAfter time.Duration }

func (e *TooManyTries) Error() string { return "accounts: too many tries from this address" }

// Code is stable.
func (e *TooManyTries) Code() string { return "too_many_tries" }

// WeakPassword says why a new password was refused.
type WeakPassword struct{ Reason string }

// The reasons of WeakPassword.
const (
	TooShort   = "too_short"  // under MinPassword characters
	TooLong    = "too_long"   // over MaxPassword characters
	Characters = "characters" // a control character or broken UTF-8
	Common     = "common"     // among the first that anybody would try
	Pattern    = "pattern"    // a repetition or a row of the keyboard
	AboutYou   = "about_you"  // holds the user name, own name or agency
	SameAsOld  = "same"       // the password that is in use now
)

func (e *WeakPassword) Error() string { return "accounts: weak password: " + e.Reason }

// Code is stable.
func (e *WeakPassword) Code() string { return "weak_password." + e.Reason }

// Coded is what every refusal of this package is.
type Coded interface {
	error
	Code() string
}

// Code gives the stable code of a refusal anywhere in err, or "".
func Code(err error) string {
	var c Coded
	if errors.As(err, &c) {
		return c.Code()
	}
	return ""
}

// Key gives the text key of a refusal anywhere in err, or "".
func Key(err error) string {
	if code := Code(err); code != "" {
		return "accounts.error." + code
	}
	return ""
}
