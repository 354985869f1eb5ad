package accounts

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"rufaa/internal/problem"
	"rufaa/internal/store"
	"rufaa/internal/valid"
)

// Invitation names a new colleague.
type Invitation struct {
	Name     string
	Username string
	Agency   string // id
	Duties   []Duty // at least one
	Email    string
	Phone    string
	Number   string // the agency's own number of the person, where it has one
	Language string // "en" when empty
}

// Link is what reaches the colleague: Token belongs in the address of the page
// and is shown to nobody else. It works once, until Expires.
type Link struct {
	Staff   string // id of the account
	Token   string
	Expires time.Time
}

// Why a link was made.
const (
	linkJoin   = "join"
	linkReset  = "reset"
	linkSignOn = "sign-on" // to link an open account with the agency's sign-on
)

func (a *Accounts) checkInvitation(in *Invitation) error {
	c := valid.New(a.now())
	c.Line("name", &in.Name, valid.MaxName, true)
	if strings.ContainsAny(in.Name, "\n\t") {
		c.Add("name", "common.error.characters")
	}
	if name, ok := ParseUsername(in.Username); ok {
		in.Username = name
	} else {
		c.Add("username", "accounts.error.username")
	}
	c.Text("email", &in.Email, 254, false)
	if at := strings.Count(in.Email, "@"); in.Email != "" && (at != 1 || strings.ContainsAny(in.Email, " \t\n<>,;\"") ||
		strings.HasPrefix(in.Email, "@") || strings.HasSuffix(in.Email, "@")) {
		c.Add("email", "accounts.error.email")
	}
	c.Phone("phone", &in.Phone)
	c.Text("number", &in.Number, maxNumber, false)
	a.checkDuties(c, in.Duties)
	if in.Language == "" {
		in.Language = "en"
	}
	if !validLanguage(in.Language) {
		c.Add("language", "common.error.unknown_term")
	}
	return c.Err()
}

// checkDuties wants at least one duty; that of an exercise is none in a realm
// for real use.
func (a *Accounts) checkDuties(c *valid.Check, duties []Duty) {
	switch {
	case !a.o.Demo && slices.Contains(duties, Exercise):
		c.Add("duties", "common.error.unknown_term")
	case len(duties) == 0:
		c.Add("duties", "common.error.choose")
	case len(duties) > len(Duties) || slices.ContainsFunc(duties, func(d Duty) bool { return !d.Valid() }):
		c.Add("duties", "common.error.unknown_term")
	}
}

// validLanguage tells the form of a BCP 47 tag; which languages there are is
// the catalogs' affair.
func validLanguage(s string) bool {
	if len(s) < 2 || len(s) > 20 {
		return false
	}
	return !strings.ContainsFunc(s, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-')
	})
}

// Invite opens an account and gives its link. Input errors come as
// *problem.Invalid; a taken name as ErrUsernameTaken.
func (a *Accounts) Invite(ctx context.Context, by Principal, in Invitation) (Link, error) {
	if err := a.checkInvitation(&in); err != nil {
		return Link{}, err
	}
	id := a.o.NewID()
	return a.link(ctx, by, id, linkJoin, func(tx *store.Tx) error {
		if err := mayGive(tx, by, in.Agency, nil, in.Duties); err != nil {
			return err
		}
		err := a.insertStaff(tx, Staff{
			ID: id, Agency: in.Agency, Name: in.Name, Username: in.Username, Email: in.Email, Phone: in.Phone, Number: in.Number,
			Duties: in.Duties, Language: in.Language, State: Invited, SecondFactor: FactorNone,
		}, "")
		if err != nil {
			return err
		}
		return a.audit(tx, "account.invited", by, id, "agency", in.Agency, "duties", joinDuties(in.Duties))
	})
}

func joinDuties(duties []Duty) string {
	var out []string
	for _, d := range tidyDuties(duties) {
		out = append(out, string(d))
	}
	return strings.Join(out, " ")
}

// InviteAgain gives somebody who has not joined yet a new link; the old one
// ends.
func (a *Accounts) InviteAgain(ctx context.Context, by Principal, staff string) (Link, error) {
	return a.link(ctx, by, staff, linkJoin, func(tx *store.Tx) error {
		c, err := accountIn(tx, staff)
		if err != nil {
			return err
		}
		if c.State != Invited {
			return ErrWrongState
		}
		return a.audit(tx, "account.invited_again", by, staff)
	})
}

// ResetPassword gives somebody who forgot the password a link to set a new
// one, once it is certain who asks. Open sessions end; the old password works
// no more; the second factor stays as it is.
func (a *Accounts) ResetPassword(ctx context.Context, by Principal, staff string) (Link, error) {
	if by.ID == staff {
		return Link{}, ErrOnSelf
	}
	return a.link(ctx, by, staff, linkReset, func(tx *store.Tx) error {
		c, err := accountIn(tx, staff)
		if err != nil {
			return err
		}
		if c.State != Active || c.Demo() {
			return ErrWrongState
		}
		if _, err := tx.Exec(`UPDATE staff SET password_hash = '', changed_at = $1 WHERE id = $2`, a.now().UnixMilli(), staff); err != nil {
			return fmt.Errorf("accounts: reset password: %w", err)
		}
		if _, err := a.endSessions(tx, staff, ""); err != nil {
			return err
		}
		return a.audit(tx, "account.password_reset", by, staff)
	})
}

// link ends older links of the person and makes a new one beside change.
func (a *Accounts) link(ctx context.Context, by Principal, staff, reason string, change func(*store.Tx) error) (Link, error) {
	token, hash, err := a.newToken()
	if err != nil {
		return Link{}, err
	}
	now := a.now()
	expires := now.Add(a.set.InvitationTTL)
	err = a.db.Write(ctx, func(tx *store.Tx) error {
		if err := change(tx); err != nil {
			return err
		}
		if err := endLinks(tx, staff, now); err != nil {
			return err
		}
		_, err := tx.Exec(`INSERT INTO invitations (token_hash, staff, reason, made_at, expires_at, used_at, ended_at)
			VALUES ($1,$2,$3,$4,$5,0,0)`, hash, staff, reason, millis(now), millis(expires))
		return err
	})
	if err != nil {
		return Link{}, err
	}
	return Link{Staff: staff, Token: token, Expires: expires}, nil
}

func endLinks(tx *store.Tx, staff string, now time.Time) error {
	_, err := tx.Exec(`UPDATE invitations SET ended_at = $1 WHERE staff = $2 AND used_at = 0 AND ended_at = 0`, millis(now), staff)
	return err
}

// Welcome is what the page behind a link may show before a password is set.
type Welcome struct {
	Name, Username, AgencyName string
	Language                   string
	Reset                      bool // a new password, not a new account
	Link                       bool // only to link the account with the agency's sign-on
	SignOn                     bool // the agency's sign-on may be used in place of a password
	Expires                    time.Time
}

// Invitation looks behind a link without using it: ErrInvitation,
// ErrInvitationUsed or ErrInvitationExpired when it does not work.
func (a *Accounts) Invitation(ctx context.Context, token string) (Welcome, error) {
	var w Welcome
	err := a.db.View(ctx, func(tx *store.Tx) error {
		l, c, err := a.openLink(tx, token)
		if err != nil {
			return err
		}
		w = Welcome{Name: c.Name, Username: c.Username, AgencyName: c.AgencyName, Language: c.Language,
			Reset: l.reason == linkReset, Link: l.reason == linkSignOn, Expires: l.expires}
		if l.reason != linkReset {
			_, err = a.activeSignOn(tx, c.Agency)
			w.SignOn = err == nil
		}
		return nil
	})
	return w, err
}

type openLink struct {
	hash    []byte
	reason  string
	expires time.Time
}

// openLink finds a link that still works and whose it is.
func (a *Accounts) openLink(tx *store.Tx, token string) (l openLink, c *account, err error) {
	hash, ok := parseToken(token)
	if !ok {
		return l, nil, ErrInvitation
	}
	return a.openLinkOf(tx, hash[:])
}

func (a *Accounts) openLinkOf(tx *store.Tx, hash []byte) (l openLink, c *account, err error) {
	l.hash = hash
	var staff string
	var expires, used, ended int64
	err = tx.QueryRow(`SELECT staff, reason, expires_at, used_at, ended_at FROM invitations WHERE token_hash = $1`, l.hash).
		Scan(&staff, &l.reason, &expires, &used, &ended)
	switch {
	case errors.Is(err, store.ErrNoRow):
		return l, nil, ErrInvitation
	case err != nil:
		return l, nil, fmt.Errorf("accounts: invitation: %w", err)
	case used != 0:
		return l, nil, ErrInvitationUsed
	case ended != 0:
		return l, nil, ErrInvitation
	}
	l.expires = fromMillis(expires)
	if !a.now().Before(l.expires) {
		return l, nil, ErrInvitationExpired
	}
	if c, err = accountIn(tx, staff); err != nil {
		if errors.Is(err, problem.ErrNotFound) {
			err = ErrInvitation
		}
		return l, nil, err
	}
	want := Invited
	if l.reason != linkJoin {
		want = Active
	}
	if c.State != want || c.agencyClosed {
		return l, nil, ErrInvitation
	}
	return l, c, nil
}
