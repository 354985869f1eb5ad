package api

import (
	"encoding/json"
	"time"

	"rufaa/internal/accounts"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
)

// PasskeyAsked is what an authenticator is asked.
type PasskeyAsked struct {
	Token   string         `json:"token" doc:"Brings the answer back, once, within ten minutes"`
	Options map[string]any `json:"options" doc:"The argument of navigator.credentials.create or get, as JSON (Web Authentication, 5.1)"`
}

// PasskeyAnswer is what the authenticator answered.
type PasskeyAnswer struct {
	Token    string `json:"token" maxLength:"100"`
	Response string `json:"response" maxLength:"65536" doc:"The PublicKeyCredential as JSON text (Web Authentication, 5.1, toJSON)"`
	Device   string `json:"device,omitempty" maxLength:"60" doc:"Label for the list of sessions, at sign-in"`
	Shared   bool   `json:"shared,omitempty" doc:"Others use this computer too, at sign-in"`
}

// NewPasskey names a passkey to be.
type NewPasskey struct {
	Name string `json:"name" maxLength:"200"`
	Code string `json:"code,omitempty" maxLength:"60" doc:"A fresh code of the authenticator app"`
}

// PasskeyName is another name.
type PasskeyName struct {
	Name string `json:"name" maxLength:"200"`
}

// PasskeyRow is one of one's own passkeys.
type PasskeyRow struct {
	ID     string     `json:"id"`
	Name   string     `json:"name"`
	Made   time.Time  `json:"made"`
	Used   *time.Time `json:"used,omitempty"`
	Cloned *time.Time `json:"cloned,omitempty" doc:"When a copy was noticed; it opens nothing since"`
}

// PasskeyList lists one's own passkeys.
type PasskeyList struct {
	Passkeys []PasskeyRow `json:"passkeys"`
}

// ConductText is the code of conduct as it is read before it is accepted.
type ConductText struct {
	Version  string   `json:"version"`
	Title    string   `json:"title"`
	Intro    string   `json:"intro"`
	Promises []string `json:"promises"`
}

// ConductPromise accepts the version that was read.
type ConductPromise struct {
	Version string `json:"version" maxLength:"60"`
}

func (a *api) signInRoutes() {
	open := func(method, path, id, summary string, status int) route {
		return route{method: method, path: path, id: id, summary: summary, tag: "session", door: openDoor, status: status, noDuty: true}
	}
	self := func(method, path, id, summary string, status int) route {
		return route{method: method, path: path, id: id, summary: summary, tag: "self", status: status, noDuty: true}
	}
	add(a, policy.SelfManage, open("POST", "/session/passkey/options", "passkey-options", "What an authenticator is asked at sign-in", 201), func(c *call, _ *none) (*PasskeyAsked, error) {
		on, err := c.client("", false)
		if err != nil {
			return nil, err
		}
		return asked(c.office().Accounts.BeginPasskeySignIn(c.r.Context(), on))
	})
	add(a, policy.SelfManage, open("POST", "/session/passkey", "passkey-sign-in", "Sign in with a passkey, which is both factors", 201), func(c *call, in *PasskeyAnswer) (*SessionBegun, error) {
		on, err := c.client(in.Device, in.Shared)
		if err != nil {
			return nil, err
		}
		s, err := c.office().Accounts.PasskeySignIn(c.r.Context(), in.Token, []byte(in.Response), on)
		return c.begun(s, nil, err)
	})
	add(a, policy.SelfManage, open("POST", "/session/conduct", "accept-conduct", "Accept the code of conduct and finish the sign-in", 201), func(c *call, in *ConductPromise) (*SessionBegun, error) {
		if c.token == "" {
			return nil, errUnauthorised
		}
		s, err := c.office().Accounts.AcceptConduct(c.r.Context(), c.token, in.Version)
		return c.begun(s, nil, err)
	})
	add(a, policy.SelfManage, open("GET", "/session/conduct", "conduct", "The code of conduct, for a sign-in that waits for it", 0), conduct)
	add(a, policy.SelfManage, self("GET", "/passkeys", "passkeys", "One's own passkeys", 0), ownPasskeys)
	add(a, policy.SelfManage, self("POST", "/passkeys/options", "new-passkey-options", "What an authenticator is asked for a new passkey, against a fresh code", 201), func(c *call, in *NewPasskey) (*PasskeyAsked, error) {
		return asked(c.office().Accounts.BeginPasskey(c.r.Context(), c.who, in.Name, in.Code))
	})
	add(a, policy.SelfManage, self("POST", "/passkeys", "new-passkey", "Keep a new passkey", 201), func(c *call, in *PasskeyAnswer) (*PasskeyRow, error) {
		k, err := c.office().Accounts.FinishPasskey(c.r.Context(), c.who, in.Token, []byte(in.Response))
		row := passkeyRow(k)
		return &row, err
	})
	add(a, policy.SelfManage, self("PUT", "/passkeys/{id}", "rename-passkey", "Give one's own passkey another name", 0), func(c *call, in *PasskeyName) (none, error) {
		return none{}, c.office().Accounts.RenamePasskey(c.r.Context(), c.who, c.id("id"), in.Name)
	})
	add(a, policy.SelfManage, self("DELETE", "/passkeys/{id}", "remove-passkey", "Take one's own passkey away", 0), func(c *call, _ *none) (none, error) {
		return none{}, c.office().Accounts.RemovePasskey(c.r.Context(), c.who, c.id("id"))
	})
}

func asked(step accounts.PasskeyStep, err error) (*PasskeyAsked, error) {
	if err != nil {
		return nil, err
	}
	out := &PasskeyAsked{Token: step.Token}
	return out, json.Unmarshal(step.Options, &out.Options)
}

func passkeyRow(k accounts.Passkey) PasskeyRow {
	return PasskeyRow{ID: k.ID, Name: k.Name, Made: k.Made, Used: moment(k.Used), Cloned: moment(k.Cloned)}
}

func ownPasskeys(c *call, _ *none) (*PasskeyList, error) {
	list, err := c.office().Accounts.Passkeys(c.r.Context(), c.who.ID)
	if err != nil {
		return nil, err
	}
	out := &PasskeyList{Passkeys: []PasskeyRow{}}
	for _, k := range list {
		out.Passkeys = append(out.Passkeys, passkeyRow(k))
	}
	return out, nil
}

func conduct(c *call, _ *none) (*ConductText, error) {
	if c.token == "" {
		return nil, errUnauthorised
	}
	language, err := c.office().Accounts.ReadConduct(c.r.Context(), c.token)
	if err != nil {
		return nil, err
	}
	code := c.office().Content.Conduct()
	out := &ConductText{Version: code.Version, Title: code.Title.In(language), Intro: code.Intro.In(language)}
	for _, p := range code.Promises {
		out.Promises = append(out.Promises, p.Text.In(language))
	}
	return out, nil
}

// SignOn is an agency's own sign-on (OpenID Connect).
type SignOn struct {
	Issuer      string   `json:"issuer" maxLength:"300" doc:"https address, as the provider spells it"`
	ClientID    string   `json:"client_id" maxLength:"120"`
	Secret      string   `json:"client_secret,omitempty" maxLength:"500" doc:"Only ever sent; empty keeps the one that stands"`
	Domains     []string `json:"domains" maxItems:"20" doc:"E-mail domains of the agency's people"`
	NumberClaim string   `json:"number_claim,omitempty" maxLength:"60" doc:"Claim that must be the staff's number; without it the verified e-mail address decides"`
	Factors     []string `json:"factors,omitempty" maxItems:"20" doc:"Values of acr or amr that mean a second factor"`
	Active      bool     `json:"active,omitempty" doc:"Told, not taken: a sign-on that is entered is in use"`
	Return      string   `json:"redirect_uri,omitempty" doc:"Told, not taken: to be entered at the provider"`
}

// StaffDetails are what may be corrected about a colleague.
type StaffDetails struct {
	Name     string `json:"name" maxLength:"200"`
	Email    string `json:"email,omitempty" maxLength:"254"`
	Phone    string `json:"phone,omitempty" maxLength:"40"`
	Number   string `json:"number,omitempty" maxLength:"60" doc:"The agency's own number of the person"`
	Language string `json:"language,omitempty" maxLength:"20"`
}

// WaitingCases tells how many open cases have no manager but these people.
type WaitingCases struct {
	Managed map[string]int `json:"managed" doc:"Count by id of the member of staff, under the empty id what nobody manages; no case is named"`
}

func (a *api) delegationRoutes() {
	at := func(method, path, id, summary string, d door, status int) route {
		return route{method: method, path: path, id: id, summary: summary, tag: "staff", door: d, status: status}
	}
	add(a, policy.SignOnManage, at("GET", "/agencies/{id}/sign-on", "sign-on", "An agency's own sign-on, without its secret", realmDoor, 0), getSignOn)
	set := at("PUT", "/agencies/{id}/sign-on", "set-sign-on", "Enter an agency's own sign-on; its provider must answer", realmDoor, 0)
	add(a, policy.SignOnManage, set, setSignOn)
	add(a, policy.SignOnManage, at("DELETE", "/agencies/{id}/sign-on", "stop-sign-on", "Take an agency's own sign-on out of use", realmDoor, 0), func(c *call, _ *none) (none, error) {
		agency, err := c.signOnOf()
		if err != nil {
			return none{}, err
		}
		return none{}, c.office().Accounts.StopSignOn(c.r.Context(), c.who, agency)
	})
	add(a, policy.StaffManage, at("PUT", "/staff/{id}", "set-details", "Correct a colleague's details", staffDoor, 0), func(c *call, in *StaffDetails) (none, error) {
		if _, err := c.managed(); err != nil {
			return none{}, err
		}
		return none{}, c.office().Accounts.SetDetails(c.r.Context(), c.who, c.id("id"), accounts.Details{
			Name: in.Name, Email: in.Email, Phone: in.Phone, Number: in.Number, Language: in.Language})
	})
	add(a, policy.StaffManage, at("POST", "/staff/{id}/hand-over", "hand-over", "Make a colleague administrator in one's own place", staffDoor, 0), func(c *call, _ *none) (none, error) {
		if _, err := c.managed(); err != nil {
			return none{}, err
		}
		return none{}, c.office().Accounts.HandOver(c.r.Context(), c.who, c.id("id"))
	})
	add(a, policy.StaffManage, at("POST", "/staff/{id}/sign-on", "invite-to-sign-on", "A link to connect an account with the agency's sign-on", staffDoor, 201), func(c *call, _ *none) (*InvitationLink, error) {
		if _, err := c.managed(); err != nil {
			return nil, err
		}
		l, err := c.office().Accounts.InviteToSignOn(c.r.Context(), c.who, c.id("id"))
		return &InvitationLink{Staff: l.Staff, Token: l.Token, Expires: l.Expires}, err
	})
	add(a, policy.HandoverView, at("GET", "/handover", "handover", "How many open cases nobody but one person manages", roomDoor, 0), func(c *call, _ *none) (*WaitingCases, error) {
		managed, err := c.office().Cases.Managed(c.r.Context(), c.actor, c.who.Agency)
		return &WaitingCases{Managed: managed}, err
	})
}

// signOnOf gives the agency {id} for somebody who may manage its sign-on.
// Another agency and none are the same answer.
func (c *call) signOnOf() (string, error) {
	g, err := c.office().Accounts.Agency(c.r.Context(), c.id("id"))
	if err == nil && c.staffOf(g.ID, c.action) != nil {
		err = problem.ErrNotFound
	}
	return g.ID, err
}

func getSignOn(c *call, _ *none) (*SignOn, error) {
	agency, err := c.signOnOf()
	if err != nil {
		return nil, err
	}
	s, err := c.office().Accounts.SignOn(c.r.Context(), agency)
	if err != nil {
		return nil, err
	}
	out := &SignOn{Issuer: s.Issuer, ClientID: s.ClientID, Domains: s.Domains, NumberClaim: s.NumberClaim, Factors: s.Factors, Active: s.Active}
	if site, ok := c.office().Accounts.Site(); ok {
		out.Return = site.SignOnReturn()
	}
	return out, nil
}

func setSignOn(c *call, in *SignOn) (none, error) {
	agency, err := c.signOnOf()
	if err != nil {
		return none{}, err
	}
	return none{}, c.office().Accounts.SetSignOn(c.r.Context(), c.who, accounts.SignOn{Agency: agency, Issuer: in.Issuer, ClientID: in.ClientID,
		Secret: in.Secret, Domains: in.Domains, NumberClaim: in.NumberClaim, Factors: in.Factors})
}
