package accounts

import (
	"context"
	"fmt"
	"slices"
	"time"

	"rufaa/internal/problem"
	"rufaa/internal/store"
)

// Session is one entry of the list of places where somebody is signed in.
type Session struct {
	ID      string
	Device  string
	Kind    Kind
	Shared  bool
	Duty    Duty      // the chosen one; "" when there is only one or none yet
	Created time.Time // UTC
	Seen    time.Time // last use, to the minute
	Expires time.Time // latest end; idle sessions end before
}

// Sessions lists the live full sessions of a person, the last used first.
func (a *Accounts) Sessions(ctx context.Context, staff string) ([]Session, error) {
	now := a.now()
	rows, err := a.db.Query(ctx, `SELECT id, device, kind, shared, duty, created_at, seen_at, expires_at FROM sessions
		WHERE staff = $1 AND revoked_at = 0 AND expires_at > $2 AND seen_at + idle_ms > $2 AND stage = 'full'
		ORDER BY seen_at DESC, created_at DESC, id`, staff, millis(now))
	if err != nil {
		return nil, fmt.Errorf("accounts: sessions: %w", err)
	}
	defer rows.Close()
	var out []Session
	for rows.Next() {
		var s Session
		var shared, created, seen, expires int64
		if err := rows.Scan(&s.ID, &s.Device, &s.Kind, &shared, &s.Duty, &created, &seen, &expires); err != nil {
			return nil, fmt.Errorf("accounts: sessions: %w", err)
		}
		s.Shared, s.Created, s.Seen, s.Expires = shared != 0, fromMillis(created), fromMillis(seen), fromMillis(expires)
		out = append(out, s)
	}
	return out, rows.Err()
}

// endSessions ends all sessions of a person but one ("" for none), half-done
// sign-ins too, and tells how many.
func (a *Accounts) endSessions(tx *store.Tx, staff, but string) (int64, error) {
	n, err := tx.Exec(`UPDATE sessions SET revoked_at = $1 WHERE staff = $2 AND revoked_at = 0 AND id <> $3`,
		a.now().UnixMilli(), staff, but)
	if err != nil {
		return 0, fmt.Errorf("accounts: end sessions: %w", err)
	}
	a.forget(tx)
	return n, nil
}

// Revoke ends one session of the person named; it must be theirs, so that an
// id from elsewhere ends nothing. problem.ErrNotFound when it is not.
func (a *Accounts) Revoke(ctx context.Context, by Principal, staff, session string) error {
	return a.db.Write(ctx, func(tx *store.Tx) error {
		n, err := tx.Exec(`UPDATE sessions SET revoked_at = $1 WHERE id = $2 AND staff = $3 AND revoked_at = 0`,
			a.now().UnixMilli(), session, staff)
		if err != nil {
			return fmt.Errorf("accounts: revoke: %w", err)
		}
		if n == 0 {
			return problem.ErrNotFound
		}
		a.forget(tx)
		return a.audit(tx, "account.session_revoked", by, staff, "session", session)
	})
}

// RevokeAll ends all sessions of a person but one ("" for none): after a phone
// was lost, or from the page of one's own sessions.
func (a *Accounts) RevokeAll(ctx context.Context, by Principal, staff, but string) error {
	return a.db.Write(ctx, func(tx *store.Tx) error {
		n, err := a.endSessions(tx, staff, but)
		if err != nil || n == 0 {
			return err
		}
		return a.audit(tx, "account.sessions_revoked", by, staff)
	})
}

// SignOut ends the session of a token, at whatever stage. A token that is
// nobody's, or whose session ended, signs out as well: the wish is fulfilled.
func (a *Accounts) SignOut(ctx context.Context, token string) error {
	hash, ok := parseToken(token)
	if !ok {
		return nil
	}
	return a.db.Write(ctx, func(tx *store.Tx) error {
		n, err := tx.Exec(`UPDATE sessions SET revoked_at = $1 WHERE token_hash = $2 AND revoked_at = 0`, a.now().UnixMilli(), hash[:])
		if err != nil {
			return fmt.Errorf("accounts: sign out: %w", err)
		}
		if n == 0 {
			return nil
		}
		a.forget(tx)
		l, err := scanLive(tx.QueryRow(selectLive, hash[:]))
		if err != nil || l.stage != Full {
			return err
		}
		return a.audit(tx, "account.signed_out", l.Principal, l.ID, "session", l.Session)
	})
}

// ChooseDuty says in which duty a session acts from now on. ErrNotYourDuty
// when the person does not have it.
func (a *Accounts) ChooseDuty(ctx context.Context, token string, duty Duty) (Principal, error) {
	hash, ok := parseToken(token)
	if !ok {
		return Principal{}, ErrNoSession
	}
	var who Principal
	err := a.db.Write(ctx, func(tx *store.Tx) error {
		l, err := a.half(tx.QueryRow(selectLive, hash[:]), Full)
		if err != nil {
			return err
		}
		if !slices.Contains(l.Duties, duty) {
			return ErrNotYourDuty
		}
		who = l.Principal
		if l.Duty == duty {
			return nil
		}
		if _, err := tx.Exec(`UPDATE sessions SET duty = $1 WHERE token_hash = $2`, string(duty), hash[:]); err != nil {
			return fmt.Errorf("accounts: choose duty: %w", err)
		}
		a.forget(tx)
		who.Duty = duty
		return a.audit(tx, "account.duty_chosen", who, l.ID, "session", l.Session, "duty", string(duty))
	})
	if err != nil {
		return Principal{}, err
	}
	return who, nil
}

// keepEnded is how long ended sessions and links stay for questions about
// them; the record in the ledger stays anyway.
const keepEnded = 7 * 24 * time.Hour

// Sweep removes sessions and links that ended over a week ago, and steps that
// nobody finished. It is for the
// realm's background work, once a day or so.
func (a *Accounts) Sweep(ctx context.Context) error {
	before := millis(a.now().Add(-keepEnded))
	return a.db.Write(ctx, func(tx *store.Tx) error {
		if _, err := tx.Exec(`DELETE FROM sessions WHERE expires_at < $1 OR (revoked_at > 0 AND revoked_at < $1)`, before); err != nil {
			return fmt.Errorf("accounts: sweep sessions: %w", err)
		}
		if _, err := tx.Exec(`DELETE FROM invitations WHERE expires_at < $1`, before); err != nil {
			return fmt.Errorf("accounts: sweep links: %w", err)
		}
		if _, err := tx.Exec(`DELETE FROM ceremonies WHERE expires_at < $1`, millis(a.now())); err != nil {
			return fmt.Errorf("accounts: sweep ceremonies: %w", err)
		}
		return nil
	})
}
