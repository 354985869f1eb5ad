package api

import (
	"time"

	"rufaa/internal/accounts"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/valid"
)

// SignIn is a user name with its password.
type SignIn struct {
	Username string `json:"username" maxLength:"60"`
	Password string `json:"password" maxLength:"600"`
	Device   string `json:"device,omitempty" maxLength:"60" doc:"Label for the list of sessions"`
	Shared   bool   `json:"shared,omitempty" doc:"Others use this computer too: the session is shorter"`
}

// SessionBegun is a step of a sign-in. The token is good for what stage says.
type SessionBegun struct {
	Token     string     `json:"token"`
	Session   string     `json:"session"`
	Stage     string     `json:"stage" doc:"full, second-factor, enrol or conduct"`
	Expires   time.Time  `json:"expires"`
	NeedsDuty bool       `json:"needs_duty" doc:"PUT /api/v1/session/duty comes next"`
	Staff     *Person    `json:"staff,omitempty" doc:"Who signed in; from stage full on"`
	Missed    int        `json:"missed,omitempty" doc:"Sign-ins that failed since the last good one"`
	MissedAt  *time.Time `json:"missed_at,omitempty"`
	Recovery  []string   `json:"recovery_codes,omitempty" doc:"Shown this once"`
}

// Person is who is signed in.
type Person struct {
	ID         string   `json:"id"`
	Name       string   `json:"name"`
	Username   string   `json:"username"`
	Agency     string   `json:"agency"`
	AgencyName string   `json:"agency_name"`
	Duties     []string `json:"duties"`
	Duty       string   `json:"duty"`
	Language   string   `json:"language"`
}

// Code is a code of the authenticator app, or a recovery code.
type Code struct {
	Code string `json:"code" maxLength:"60"`
}

// DutyChoice names a duty.
type DutyChoice struct {
	Duty string `json:"duty" maxLength:"40"`
}

// Acceptance uses an invitation.
type Acceptance struct {
	Token    string `json:"token" maxLength:"100"`
	Password string `json:"password" maxLength:"600"`
	Device   string `json:"device,omitempty" maxLength:"60"`
}

// Enrolment is what an authenticator app is set up with.
type Enrolment struct {
	Secret string `json:"secret"`
	URL    string `json:"url"`
}

func (a *api) sessionRoutes() {
	at := func(method, path, id, summary string, d door, status int) route {
		return route{method: method, path: path, id: id, summary: summary, tag: "session", door: d, status: status, noDuty: true}
	}
	add(a, policy.SelfManage, at("POST", "/session", "sign-in", "Sign in", openDoor, 201), signIn)
	add(a, policy.SelfManage, at("POST", "/session/second-factor", "second-factor", "Finish a sign-in with a code", openDoor, 201), secondFactor)
	add(a, policy.SelfManage, at("GET", "/session/enrolment", "enrolment", "What an authenticator app is set up with", openDoor, 0), enrolment)
	add(a, policy.SelfManage, at("POST", "/session/enrolment", "enrol", "Confirm the second factor; answers recovery codes", openDoor, 201), enrol)
	add(a, policy.SelfManage, at("POST", "/invitations/accept", "accept-invitation", "Set a password with an invitation", openDoor, 201), acceptInvitation)
	add(a, policy.SelfManage, at("GET", "/session", "session", "Who is signed in", realmDoor, 0), func(c *call, _ *none) (*Person, error) {
		return personOf(c.who), nil
	})
	add(a, policy.SelfManage, at("DELETE", "/session", "sign-out", "Sign out", openDoor, 0), signOut)
	add(a, policy.SelfManage, at("PUT", "/session/duty", "choose-duty", "Say in which duty the session acts", realmDoor, 0), chooseDuty)
}

func signIn(c *call, in *SignIn) (*SessionBegun, error) {
	on, err := c.client(in.Device, in.Shared)
	if err != nil {
		return nil, err
	}
	s, err := c.office().Accounts.SignIn(c.r.Context(), in.Username, in.Password, on)
	return c.begun(s, nil, err)
}

func (c *call) client(device string, shared bool) (accounts.Client, error) {
	v := valid.New(c.office().Now())
	v.Text("device", &device, 60, false)
	if device == "" {
		device = "API"
	}
	return accounts.Client{Address: c.address(), Device: device, Kind: accounts.API, Shared: shared}, v.Err()
}

// begun answers a step of a sign-in. Who it is, is told to a full session.
func (c *call) begun(s accounts.SignedIn, codes []string, err error) (*SessionBegun, error) {
	if err != nil {
		return nil, err
	}
	out := &SessionBegun{
		Token: s.Token, Session: s.Session, Stage: string(s.Stage), Expires: s.Expires, NeedsDuty: s.NeedsDuty,
		Missed: s.Missed, Recovery: codes,
	}
	if !s.MissedAt.IsZero() {
		out.MissedAt = &s.MissedAt
	}
	c.actor.Language = s.Language
	if s.Stage != accounts.Full {
		return out, nil
	}
	who, err := c.office().Accounts.Authenticate(c.r.Context(), s.Token)
	if err != nil {
		return nil, err
	}
	out.Staff = personOf(who)
	return out, nil
}

func secondFactor(c *call, in *Code) (*SessionBegun, error) {
	if c.token == "" {
		return nil, errUnauthorised
	}
	s, err := c.office().Accounts.SecondFactor(c.r.Context(), c.token, in.Code)
	return c.begun(s, nil, err)
}

func enrolment(c *call, _ *none) (*Enrolment, error) {
	if c.token == "" {
		return nil, errUnauthorised
	}
	e, err := c.office().Accounts.Enrolment(c.r.Context(), c.token)
	return &Enrolment{Secret: e.Secret, URL: e.URL}, err
}

func enrol(c *call, in *Code) (*SessionBegun, error) {
	if c.token == "" {
		return nil, errUnauthorised
	}
	s, codes, err := c.office().Accounts.ConfirmSecondFactor(c.r.Context(), c.token, in.Code)
	return c.begun(s, codes, err)
}

func acceptInvitation(c *call, in *Acceptance) (*SessionBegun, error) {
	on, err := c.client(in.Device, false)
	if err != nil {
		return nil, err
	}
	s, err := c.office().Accounts.Accept(c.r.Context(), in.Token, in.Password, on)
	return c.begun(s, nil, err)
}

// signOut ends the session of the token, at whatever stage.
func signOut(c *call, _ *none) (none, error) {
	token := c.token
	if token == "" {
		k, err := c.r.Cookie(cookie)
		if err != nil {
			return none{}, errUnauthorised
		}
		if err := c.sameOrigin(); err != nil {
			return none{}, err
		}
		token = k.Value
	}
	return none{}, c.office().Accounts.SignOut(c.r.Context(), token)
}

func chooseDuty(c *call, in *DutyChoice) (*Person, error) {
	if !accounts.Duty(in.Duty).Valid() {
		return nil, &problem.Invalid{Fields: []problem.Field{{Name: "duty", Key: "common.error.choose"}}}
	}
	if c.token == "" { // the pages' own session; its cookie was checked on entry
		k, err := c.r.Cookie(cookie)
		if err != nil {
			return nil, errUnauthorised
		}
		c.token = k.Value
	}
	who, err := c.office().Accounts.ChooseDuty(c.r.Context(), c.token, accounts.Duty(in.Duty))
	return personOf(who), err
}

func personOf(p accounts.Principal) *Person {
	out := &Person{
		ID: p.ID, Name: p.Name, Username: p.Username, Agency: p.Agency, AgencyName: p.AgencyName,
		Duties: []string{}, Duty: string(p.Duty), Language: p.Language,
	}
	for _, d := range p.Duties {
		out.Duties = append(out.Duties, string(d))
	}
	return out
}
