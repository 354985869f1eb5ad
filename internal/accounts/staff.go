package accounts

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"rufaa/internal/problem"
	"rufaa/internal/store"
)

// State is where an account stands in its life.
type State string

// The states. Left is final: whoever returns gets a new account, so that the
// record never says that somebody acted while away.
const (
	Invited   State = "invited"
	Active    State = "active"
	Suspended State = "suspended"
	Left      State = "left"
)

// Factor is how far the second factor is set up.
type Factor string

// The second factors.
const (
	FactorNone      Factor = "none"        // to be enrolled at the next sign-in
	FactorEnrolling Factor = "enrolling"   // a secret was shown, no code came back yet
	FactorConfirmed Factor = "confirmed"   // a code is asked at every sign-in
	FactorWaived    Factor = "waived-demo" // demonstration staff
)

// Staff is one person's account as an administrator may see it.
type Staff struct {
	ID           string
	Agency       string
	AgencyName   string
	Name         string
	Username     string
	Email, Phone string
	Number       string // the agency's own number of the person; "" when it has none
	Duties       []Duty
	Language     string // BCP 47
	State        State
	SecondFactor Factor
	LockedUntil  time.Time // zero: not locked
	Created      time.Time
	SignedIn     time.Time // last full sign-in; zero: never

	ConductVersion string    // of the code of conduct accepted last
	ConductAt      time.Time // when; zero: never
}

// Demo tells a demonstration account.
func (s Staff) Demo() bool { return s.SecondFactor == FactorWaived }

// account is the whole row, with what only this package sees.
type account struct {
	Staff
	agencyClosed bool
	passwordHash string
	totpSealed   string
	totpStep     int64
	failed       int
	missed       int
	missedAt     time.Time
}

// maySignIn says whether the account is one that can be signed in to at all.
func (c *account) maySignIn(demoRealm bool) bool {
	return c.State == Active && !c.agencyClosed && (demoRealm || !c.Demo())
}

func (c *account) locked(now time.Time) bool { return now.Before(c.LockedUntil) }

const selectStaff = `SELECT s.id, s.agency, a.name, s.name, s.username, s.email, s.phone, s.duties, s.language,
	s.state, s.second_factor, s.locked_until, s.created_at, s.signed_in_at,
	s.number, s.conduct_version, s.conduct_at,
	a.state, s.password_hash, s.totp_sealed, s.totp_step, s.failed, s.missed, s.missed_at
	FROM staff s JOIN agencies a ON a.id = s.agency`

func scanAccount(row scanner) (*account, error) {
	var c account
	var duties, agencyState string
	var locked, created, signedIn, missedAt, conduct int64
	err := row.Scan(&c.ID, &c.Agency, &c.AgencyName, &c.Name, &c.Username, &c.Email, &c.Phone, &duties, &c.Language,
		&c.State, &c.SecondFactor, &locked, &created, &signedIn, &c.Number, &c.ConductVersion, &conduct,
		&agencyState, &c.passwordHash, &c.totpSealed, &c.totpStep, &c.failed, &c.missed, &missedAt)
	if errors.Is(err, store.ErrNoRow) {
		return nil, problem.ErrNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("accounts: staff: %w", err)
	}
	c.LockedUntil, c.Created, c.SignedIn, c.missedAt = fromMillis(locked), fromMillis(created), fromMillis(signedIn), fromMillis(missedAt)
	c.ConductAt = fromMillis(conduct)
	c.agencyClosed = agencyState != agencyActive
	c.Duties, err = decodeDuties(duties)
	return &c, err
}

func accountIn(tx *store.Tx, id string) (*account, error) {
	return scanAccount(tx.QueryRow(selectStaff+` WHERE s.id = $1`, id))
}

// Staff gives one person's account; problem.ErrNotFound when there is none.
func (a *Accounts) Staff(ctx context.Context, id string) (Staff, error) {
	return plainStaff(scanAccount(a.db.QueryRow(ctx, selectStaff+` WHERE s.id = $1`, id)))
}

// StaffByUsername finds an account by its user name.
func (a *Accounts) StaffByUsername(ctx context.Context, username string) (Staff, error) {
	name, ok := ParseUsername(username)
	if !ok {
		return Staff{}, problem.ErrNotFound
	}
	return plainStaff(scanAccount(a.db.QueryRow(ctx, selectStaff+` WHERE s.username = $1`, name)))
}

func plainStaff(c *account, err error) (Staff, error) {
	if err != nil {
		return Staff{}, err
	}
	return c.Staff, nil
}

// StaffOf lists an agency's staff by name, those who left last.
func (a *Accounts) StaffOf(ctx context.Context, agency string) ([]Staff, error) {
	out, err := a.list(ctx, ` WHERE s.agency = $1 ORDER BY s.name, s.id`, agency)
	slices.SortStableFunc(out, func(x, y Staff) int { return leftLast(x) - leftLast(y) })
	return out, err
}

func leftLast(s Staff) int {
	if s.State == Left {
		return 1
	}
	return 0
}

// Colleagues lists the active staff of an agency who have the duty, by name:
// whom a case may be given to, whom to tell.
func (a *Accounts) Colleagues(ctx context.Context, agency string, duty Duty) ([]Staff, error) {
	out, err := a.list(ctx, ` WHERE s.agency = $1 AND s.state = 'active' ORDER BY s.name, s.id`, agency)
	return slices.DeleteFunc(out, func(s Staff) bool { return !slices.Contains(s.Duties, duty) }), err
}

// Lookup gives the accounts with these ids, for pages that show names. Ids
// that are nobody's are left out.
func (a *Accounts) Lookup(ctx context.Context, ids ...string) (map[string]Staff, error) {
	out := make(map[string]Staff, len(ids))
	// Few distinct statement texts: each is prepared once and kept.
	const batch = 16
	ids = slices.Compact(slices.Sorted(slices.Values(ids)))
	for part := range slices.Chunk(ids, batch) {
		places := make([]string, batch)
		args := make([]any, batch)
		for i := range batch {
			places[i] = "$" + strconv.Itoa(i+1)
			args[i] = part[min(i, len(part)-1)]
		}
		found, err := a.list(ctx, ` WHERE s.id IN (`+strings.Join(places, ",")+`)`, args...)
		if err != nil {
			return nil, err
		}
		for _, s := range found {
			out[s.ID] = s
		}
	}
	return out, nil
}

func (a *Accounts) list(ctx context.Context, where string, args ...any) ([]Staff, error) {
	rows, err := a.db.Query(ctx, selectStaff+where, args...)
	if err != nil {
		return nil, fmt.Errorf("accounts: list staff: %w", err)
	}
	defer rows.Close()
	var out []Staff
	for rows.Next() {
		c, err := scanAccount(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, c.Staff)
	}
	return out, rows.Err()
}

// insertStaff adds an account in its first state.
func (a *Accounts) insertStaff(tx *store.Tx, s Staff, hash string) error {
	now := a.now().UnixMilli()
	if err := takesPart(tx, s.Agency); err != nil {
		return err
	}
	n, err := tx.Exec(`INSERT INTO staff (id, agency, name, username, email, phone, duties, language, password_hash,
		second_factor, totp_sealed, totp_step, failed, locked_until, missed, missed_at, state, created_at, changed_at, signed_in_at, number)
		VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,'',0,0,0,0,0,$11,$12,$12,0,$13) ON CONFLICT (username) DO NOTHING`,
		s.ID, s.Agency, s.Name, s.Username, s.Email, s.Phone, encodeDuties(s.Duties), s.Language, hash,
		string(s.SecondFactor), string(s.State), now, s.Number)
	if err != nil {
		return fmt.Errorf("accounts: add staff: %w", err)
	}
	if n == 0 {
		return ErrUsernameTaken
	}
	return nil
}
