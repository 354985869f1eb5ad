package api

import (
	"slices"
	"time"

	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/text"
)

// SessionRow is one place where somebody is signed in.
type SessionRow struct {
	ID      string    `json:"id"`
	Device  string    `json:"device"`
	Kind    string    `json:"kind"`
	Shared  bool      `json:"shared"`
	Duty    string    `json:"duty,omitempty"`
	Created time.Time `json:"created"`
	Seen    time.Time `json:"seen"`
	Expires time.Time `json:"expires"`
	This    bool      `json:"this" doc:"The session that asks"`
}

// SessionList is the list of one's own sessions.
type SessionList struct {
	Sessions []SessionRow `json:"sessions"`
}

// PasswordChange sets a new password against the old one.
type PasswordChange struct {
	Old string `json:"old" maxLength:"600"`
	New string `json:"password" maxLength:"600"`
}

// LanguageChoice is the language somebody is spoken to in.
type LanguageChoice struct {
	Language string `json:"language" maxLength:"20"`
}

// RecoveryCodes are shown this once.
type RecoveryCodes struct {
	Codes []string `json:"recovery_codes"`
}

func (a *api) selfRoutes() {
	at := func(method, path, id, summary string, status int) route {
		return route{method: method, path: path, id: id, summary: summary, tag: "self", status: status, noDuty: true}
	}
	add(a, policy.SelfManage, at("GET", "/sessions", "sessions", "One's own sessions", 0), ownSessions)
	add(a, policy.SelfManage, at("DELETE", "/sessions/{id}", "end-session", "End one of one's own sessions", 0), func(c *call, _ *none) (none, error) {
		return none{}, c.office().Accounts.Revoke(c.r.Context(), c.who, c.who.ID, c.id("id"))
	})
	add(a, policy.SelfManage, at("POST", "/password", "change-password", "Change one's password", 0), func(c *call, in *PasswordChange) (none, error) {
		return none{}, c.office().Accounts.ChangePassword(c.r.Context(), c.who, in.Old, in.New)
	})
	add(a, policy.SelfManage, at("POST", "/recovery-codes", "new-recovery-codes", "Replace one's recovery codes", 201), func(c *call, in *Code) (*RecoveryCodes, error) {
		codes, err := c.office().Accounts.NewRecoveryCodes(c.r.Context(), c.who, in.Code)
		return &RecoveryCodes{codes}, err
	})
	add(a, policy.SelfManage, at("PUT", "/language", "choose-language", "Choose one's language", 0), func(c *call, in *LanguageChoice) (none, error) {
		if !slices.Contains(text.Codes, in.Language) {
			return none{}, &problem.Invalid{Fields: []problem.Field{{Name: "language", Key: "common.error.choose"}}}
		}
		c.actor.Language = in.Language
		return none{}, c.office().Accounts.SetLanguage(c.r.Context(), c.who, in.Language)
	})
}

func ownSessions(c *call, _ *none) (*SessionList, error) {
	list, err := c.office().Accounts.Sessions(c.r.Context(), c.who.ID)
	if err != nil {
		return nil, err
	}
	out := &SessionList{Sessions: []SessionRow{}}
	for _, s := range list {
		out.Sessions = append(out.Sessions, SessionRow{
			ID: s.ID, Device: s.Device, Kind: string(s.Kind), Shared: s.Shared, Duty: string(s.Duty),
			Created: s.Created, Seen: s.Seen, Expires: s.Expires, This: s.ID == c.who.Session,
		})
	}
	return out, nil
}
