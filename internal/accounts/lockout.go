package accounts

import (
	"fmt"
	"strconv"
	"time"

	"rufaa/internal/store"
)

// What a failed attempt got wrong.
const (
	byPassword = "password"
	byCode     = "code"
)

// lockFor gives how long an account stays locked after so many failures in a
// row: nothing, then LockFirst, doubling up to LockMost. Passwords and codes
// count together, and only a finished sign-in or an administrator ends the
// row, so that knowing the password does not buy more guesses of the code.
//
// Sessions that are open go on: somebody who guesses at a name must not take
// its holder from a case.
func (s Settings) lockFor(failed int) time.Duration {
	if failed < s.LockAfter {
		return 0
	}
	d := s.LockFirst
	for range failed - s.LockAfter {
		if d *= 2; d >= s.LockMost {
			return s.LockMost
		}
	}
	return min(d, s.LockMost)
}

// fail counts a failed attempt. Attempts on an account that cannot be entered
// now do not prolong its lock: then anybody could keep it shut.
func (a *Accounts) fail(tx *store.Tx, c *account, factor string) error {
	now := a.now()
	if c.locked(now) || !c.maySignIn(a.o.Demo) {
		return a.countMiss(tx, "closed")
	}
	failed := c.failed + 1
	var until int64
	locked := a.set.lockFor(failed)
	if locked > 0 {
		until = millis(now.Add(locked))
	}
	if _, err := tx.Exec(`UPDATE staff SET failed = $1, locked_until = $2, missed = missed + 1, missed_at = $3 WHERE id = $4`,
		failed, until, millis(now), c.ID); err != nil {
		return fmt.Errorf("accounts: count a failed sign-in: %w", err)
	}
	// The actor is nobody: whoever typed was not shown to be the holder.
	if err := a.audit(tx, "account.sign_in_failed", Principal{}, c.ID, "factor", factor); err != nil || locked == 0 {
		return err
	}
	return a.audit(tx, "account.locked", Principal{}, c.ID, "seconds", strconv.FormatInt(int64(locked/time.Second), 10))
}

// countMiss counts, by day, attempts that no open account stands behind. It is
// also what makes them cost a durable write like all others.
func (a *Accounts) countMiss(tx *store.Tx, reason string) error {
	_, err := tx.Exec(`INSERT INTO sign_in_misses (day, reason, n) VALUES ($1,$2,1)
		ON CONFLICT (day, reason) DO UPDATE SET n = sign_in_misses.n + 1`, a.now().Format(time.DateOnly), reason)
	if err != nil {
		return fmt.Errorf("accounts: count a failed sign-in: %w", err)
	}
	return nil
}
