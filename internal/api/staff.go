package api

import (
	"context"
	"time"

	"rufaa/internal/accounts"
	"rufaa/internal/office"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
)

// StaffRow is one account as its administrator sees it.
type StaffRow struct {
	ID           string     `json:"id"`
	Agency       string     `json:"agency"`
	Name         string     `json:"name"`
	Username     string     `json:"username"`
	Email        string     `json:"email,omitempty"`
	Phone        string     `json:"phone,omitempty"`
	Duties       []string   `json:"duties"`
	Language     string     `json:"language"`
	State        string     `json:"state"`
	SecondFactor string     `json:"second_factor"`
	LockedUntil  *time.Time `json:"locked_until,omitempty"`
	SignedIn     *time.Time `json:"signed_in,omitempty"`
	Number       string     `json:"number,omitempty" doc:"The agency's own number of the person"`
	Conduct      string     `json:"conduct,omitempty" doc:"Version of the code of conduct accepted last"`
	ConductAt    *time.Time `json:"conduct_at,omitempty"`
	ConductOwed  bool       `json:"conduct_owed" doc:"Never accepted, another version, or due again"`
}

// StaffList lists an agency's staff.
type StaffList struct {
	Staff []StaffRow `json:"staff"`
}

// Invitation opens an account.
type Invitation struct {
	Name     string   `json:"name" maxLength:"200"`
	Username string   `json:"username" maxLength:"60"`
	Agency   string   `json:"agency,omitempty" maxLength:"60" doc:"The own agency when empty"`
	Duties   []string `json:"duties" maxItems:"12"`
	Email    string   `json:"email,omitempty" maxLength:"200"`
	Phone    string   `json:"phone,omitempty" maxLength:"40"`
	Number   string   `json:"number,omitempty" maxLength:"60" doc:"The agency's own number of the person"`
	Language string   `json:"language,omitempty" maxLength:"20"`
}

// InvitationLink reaches the colleague and nobody else; it works once.
type InvitationLink struct {
	Staff   string    `json:"staff"`
	Token   string    `json:"token"`
	Expires time.Time `json:"expires"`
}

// DutyList names duties.
type DutyList struct {
	Duties []string `json:"duties" maxItems:"12"`
}

func (a *api) staffRoutes() {
	at := func(method, path, id, summary string, d door, status int) route {
		return route{method: method, path: path, id: id, summary: summary, tag: "staff", door: d, status: status}
	}
	list := at("GET", "/staff", "staff", "The staff of an agency", roomDoor, 0)
	list.query = []query{{name: "agency", doc: "The own agency when empty"}}
	add(a, policy.StaffView, list, staffList)
	add(a, policy.StaffManage, at("POST", "/staff/invitations", "invite", "Open an account for a colleague", realmDoor, 201), invite)
	for path, do := range map[string]struct {
		id, summary string
		run         func(*office.Office, context.Context, accounts.Principal, string) error
	}{
		"suspend":             {"suspend-staff", "Shut an account until it is resumed", account((*accounts.Accounts).Suspend)},
		"resume":              {"resume-staff", "Open a suspended account again", account((*accounts.Accounts).Resume)},
		"leave":               {"staff-leaves", "Close an account for good", (*office.Office).Leave},
		"unlock":              {"unlock-staff", "End a lock-out before its time", account((*accounts.Accounts).Unlock)},
		"delegate":            {"name-delegate", "Let a colleague sit for the agency on identification panels", account((*accounts.Accounts).NameDelegate)},
		"no-delegate":         {"end-delegate", "A colleague sits for the agency on no further panel", account((*accounts.Accounts).EndDelegate)},
		"reset-second-factor": {"reset-second-factor", "Let a second factor be set up anew", account((*accounts.Accounts).ResetSecondFactor)},
	} {
		add(a, policy.StaffManage, at("POST", "/staff/{id}/"+path, do.id, do.summary, staffDoor, 0), func(c *call, _ *none) (none, error) {
			if _, err := c.managed(); err != nil {
				return none{}, err
			}
			return none{}, do.run(c.office(), c.r.Context(), c.who, c.id("id"))
		})
	}
	for path, do := range map[string]struct {
		id, summary string
		run         func(*accounts.Accounts, context.Context, accounts.Principal, string) (accounts.Link, error)
	}{
		"invitation":     {"invite-again", "A new link for somebody who has not joined yet", (*accounts.Accounts).InviteAgain},
		"reset-password": {"reset-password", "A link to set a new password", (*accounts.Accounts).ResetPassword},
	} {
		add(a, policy.StaffManage, at("POST", "/staff/{id}/"+path, do.id, do.summary, staffDoor, 201), func(c *call, _ *none) (*InvitationLink, error) {
			if _, err := c.managed(); err != nil {
				return nil, err
			}
			l, err := do.run(c.office().Accounts, c.r.Context(), c.who, c.id("id"))
			return &InvitationLink{Staff: l.Staff, Token: l.Token, Expires: l.Expires}, err
		})
	}
	add(a, policy.StaffManage, at("PUT", "/staff/{id}/duties", "set-duties", "Give somebody other duties", staffDoor, 0), func(c *call, in *DutyList) (none, error) {
		if _, err := c.managed(); err != nil {
			return none{}, err
		}
		return none{}, c.office().Accounts.SetDuties(c.r.Context(), c.who, c.id("id"), duties(in.Duties))
	})
}

// staffOf asks the door about the staff of an agency.
func (c *call) staffOf(agency string, action policy.Action) error {
	res := policy.Resource{Kind: "staff", Agency: agency}
	if c.office().Door.Decide(c.actor.Principal, action, res, policy.Context{}).Allowed {
		return nil
	}
	return &problem.Denied{Action: string(action), Rule: "access.duty"}
}

// managed finds the account {id} for somebody who may manage it. Accounts of
// another agency and none are the same answer.
func (c *call) managed() (accounts.Staff, error) {
	if err := c.office().Door.Realm(c.actor.Principal, c.action); err != nil {
		return accounts.Staff{}, err
	}
	s, err := c.office().Accounts.Staff(c.r.Context(), c.id("id"))
	if err != nil {
		return s, err
	}
	if c.staffOf(s.Agency, c.action) != nil {
		return s, problem.ErrNotFound
	}
	return s, nil
}

func staffList(c *call, _ *none) (*StaffList, error) {
	agency := c.text["agency"]
	if agency == "" {
		agency = c.who.Agency
	}
	if err := c.staffOf(agency, policy.StaffView); err != nil {
		return nil, err
	}
	list, err := c.office().Accounts.StaffOf(c.r.Context(), agency)
	if err != nil {
		return nil, err
	}
	out := &StaffList{Staff: []StaffRow{}}
	for _, s := range list {
		row := staffRow(s)
		row.ConductOwed = s.State == accounts.Active && !c.office().Accounts.ConductStands(s)
		out.Staff = append(out.Staff, row)
	}
	return out, nil
}

func staffRow(s accounts.Staff) StaffRow {
	row := StaffRow{
		ID: s.ID, Agency: s.Agency, Name: s.Name, Username: s.Username, Email: s.Email, Phone: s.Phone, Duties: []string{},
		Language: s.Language, State: string(s.State), SecondFactor: string(s.SecondFactor),
		Number: s.Number, Conduct: s.ConductVersion, ConductAt: moment(s.ConductAt),
		LockedUntil: moment(s.LockedUntil), SignedIn: moment(s.SignedIn),
	}
	for _, d := range s.Duties {
		row.Duties = append(row.Duties, string(d))
	}
	return row
}

func moment(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

func duties(in []string) []accounts.Duty {
	out := make([]accounts.Duty, len(in))
	for i, d := range in {
		out[i] = accounts.Duty(d)
	}
	return out
}

func invite(c *call, in *Invitation) (*InvitationLink, error) {
	if in.Agency == "" {
		in.Agency = c.who.Agency
	}
	if err := c.staffOf(in.Agency, policy.StaffManage); err != nil {
		return nil, err
	}
	if !c.office().AgencyExists(in.Agency) {
		return nil, &problem.Invalid{Fields: []problem.Field{{Name: "agency", Key: "common.error.unknown_term"}}}
	}
	l, err := c.office().Accounts.Invite(c.r.Context(), c.who, accounts.Invitation{
		Name: in.Name, Username: in.Username, Agency: in.Agency, Duties: duties(in.Duties),
		Email: in.Email, Phone: in.Phone, Number: in.Number, Language: in.Language,
	})
	return &InvitationLink{Staff: l.Staff, Token: l.Token, Expires: l.Expires}, err
}

// account is an act on an account that touches nothing else.
func account(do func(*accounts.Accounts, context.Context, accounts.Principal, string) error) func(*office.Office, context.Context, accounts.Principal, string) error {
	return func(of *office.Office, ctx context.Context, by accounts.Principal, staff string) error {
		return do(of.Accounts, ctx, by, staff)
	}
}
