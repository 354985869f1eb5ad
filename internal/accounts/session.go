package accounts

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"rufaa/internal/store"
)

// Principal is who acts, and in which duty: empty when somebody with several
// has not chosen yet, and then the policies permit next to nothing.
type Principal struct {
	ID         string
	Name       string
	Username   string
	Agency     string // id
	AgencyName string
	Duties     []Duty
	Duty       Duty
	Session    string // id of the session, not the token
	Device     string // label of the device
	Language   string
	Demo       bool
}

// Kind is where a session is used.
type Kind string

// The kinds.
const (
	Web Kind = "web"
	API Kind = "api"
)

// Client is the device a sign-in comes from.
type Client struct {
	Address string // the remote address without port; "" is not limited by rate
	Device  string // a label for the list of sessions, e.g. "Firefox on Windows"
	Kind    Kind   // Web when empty
	Shared  bool   // others use this computer too: shorter limits
}

// Stage is how far a sign-in has come.
type Stage string

// The stages.
const (
	Full         Stage = "full"
	NeedsFactor  Stage = "second-factor"
	NeedsToEnrol Stage = "enrol"
	NeedsConduct Stage = "conduct"
)

// fresh is a session to be: random parts drawn outside the write lane.
type fresh struct {
	token, id string
	hash      []byte
	client    Client
}

func (a *Accounts) freshSession(c Client) (fresh, error) {
	if c.Kind != API {
		c.Kind = Web
	}
	c.Device = deviceLabel(c.Device)
	token, hash, err := a.newToken()
	return fresh{token: token, hash: hash, id: a.o.NewID(), client: c}, err
}

// openSession writes a session row and gives what the holder learns.
func (a *Accounts) openSession(tx *store.Tx, c *account, f fresh, stage Stage) (SignedIn, error) {
	now := a.now()
	l := a.set.limits(f.client.Kind, f.client.Shared)
	switch stage {
	case NeedsFactor:
		l = Limits{Idle: a.set.HalfSession, Absolute: a.set.HalfSession}
	case NeedsToEnrol, NeedsConduct:
		l = Limits{Idle: a.set.EnrolSession, Absolute: a.set.EnrolSession}
	}
	expires := now.Add(l.Absolute)
	if _, err := tx.Exec(`INSERT INTO sessions (token_hash, id, staff, stage, kind, shared, device, duty, tries, created_at, seen_at,
		idle_ms, expires_at, revoked_at) VALUES ($1,$2,$3,$4,$5,$6,$7,'',0,$8,$8,$9,$10,0)`,
		f.hash, f.id, c.ID, string(stage), string(f.client.Kind), flag(f.client.Shared), f.client.Device, millis(now),
		l.Idle.Milliseconds(), millis(expires)); err != nil {
		return SignedIn{}, fmt.Errorf("accounts: open session: %w", err)
	}
	return SignedIn{
		Token: f.token, Session: f.id, Staff: c.ID, Stage: stage, Expires: expires, Language: c.Language,
		NeedsDuty: stage == Full && oneDuty(c.Duties, "") == "",
	}, nil
}

func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// live is one session with its person, as one query reads it.
type live struct {
	Principal
	client     Client
	stage      Stage
	staffState State
	agency     string
	factor     Factor
	seen       time.Time
	idle       time.Duration
	expires    time.Time
	revoked    bool
	marked     atomic.Bool // its use was handed to seenMarks
}

const selectLive = `SELECT e.id, e.stage, e.kind, e.shared, e.duty, e.device, e.seen_at, e.idle_ms, e.expires_at, e.revoked_at,
	s.id, s.name, s.username, s.agency, s.duties, s.language, s.state, s.second_factor, a.name, a.state
	FROM sessions e JOIN staff s ON s.id = e.staff JOIN agencies a ON a.id = s.agency WHERE e.token_hash = $1`

func scanLive(row scanner) (*live, error) {
	var l live
	var duties string
	var chosen Duty
	var seen, idle, expires, revoked, shared int64
	err := row.Scan(&l.Session, &l.stage, &l.client.Kind, &shared, &chosen, &l.Device, &seen, &idle, &expires, &revoked,
		&l.ID, &l.Name, &l.Username, &l.Agency, &duties, &l.Language, &l.staffState, &l.factor, &l.AgencyName, &l.agency)
	if errors.Is(err, store.ErrNoRow) {
		return nil, ErrNoSession
	}
	if err != nil {
		return nil, fmt.Errorf("accounts: session: %w", err)
	}
	if l.Duties, err = decodeDuties(duties); err != nil {
		return nil, err
	}
	l.Duty = oneDuty(l.Duties, chosen)
	l.Demo = l.factor == FactorWaived
	l.client.Device, l.client.Shared = l.Device, shared != 0
	l.seen, l.expires = fromMillis(seen), fromMillis(expires)
	l.idle, l.revoked = time.Duration(idle)*time.Millisecond, revoked != 0
	return &l, nil
}

// state says whether the session is good now, whatever its stage.
func (l *live) state(now time.Time, demoRealm bool) error {
	switch {
	case l.revoked, l.staffState != Active, l.agency != agencyActive:
		return ErrRevoked
	case l.Demo && !demoRealm:
		return ErrNoSession
	case !now.Before(l.expires), now.Sub(l.seen) >= l.idle:
		return ErrExpired
	}
	return nil
}

func (l *live) stageError() error {
	switch l.stage {
	case Full:
		return nil
	case NeedsToEnrol:
		return ErrEnrolmentNeeded
	case NeedsConduct:
		return ErrConductNeeded
	}
	return ErrSecondFactorNeeded
}

// Authenticate gives the person behind a token: ErrNoSession, ErrRevoked or
// ErrExpired when it is not good, ErrSecondFactorNeeded, ErrEnrolmentNeeded or
// ErrConductNeeded when the sign-in is not finished. It reads one row at most, or, on SQLite, none within
// Settings.CacheFor of the last time, and never waits for a write: the mark of
// last use is set in the background, at most once a minute.
func (a *Accounts) Authenticate(ctx context.Context, token string) (Principal, error) {
	hash, ok := parseToken(token)
	if !ok {
		return Principal{}, ErrNoSession
	}
	now := a.now()
	l, err := a.liveSession(ctx, hash, now)
	if err != nil {
		return Principal{}, err
	}
	if err := l.state(now, a.o.Demo); err != nil {
		return Principal{}, err
	}
	if err := l.stageError(); err != nil {
		return Principal{}, err
	}
	if now.Sub(l.seen) >= seenEvery && l.marked.CompareAndSwap(false, true) {
		a.seen.mark(hash, now)
	}
	p := l.Principal
	p.Duties = slices.Clone(p.Duties)
	return p, nil
}

func (a *Accounts) liveSession(ctx context.Context, hash [sha256.Size]byte, now time.Time) (*live, error) {
	if l := a.cache.get(hash, now); l != nil {
		return l, nil
	}
	age := a.cache.age()
	l, err := scanLive(a.db.QueryRow(ctx, selectLive, hash[:]))
	if err != nil {
		return nil, err
	}
	a.cache.put(hash, l, now, age)
	return l, nil
}

// half reads a session that waits for its second step. A good token at another
// stage is no such session.
func (a *Accounts) half(row scanner, want Stage) (*live, error) {
	l, err := scanLive(row)
	if err != nil {
		return nil, err
	}
	if err := l.state(a.now(), a.o.Demo); err != nil {
		return nil, err
	}
	if l.stage != want {
		if err := l.stageError(); err != nil {
			return nil, err
		}
		return nil, ErrWrongState
	}
	return l, nil
}
