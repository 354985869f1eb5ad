package accounts

import (
	"errors"
	"fmt"
	"slices"

	"rufaa/internal/problem"
	"rufaa/internal/store"
)

// Seat is where somebody sits in an exercise: the agency of the team, and the
// duties that the team is played in.
type Seat struct {
	Staff  string
	Agency string
	Duties []Duty
}

// Sit gives an account of an exercise the agency and duties of its seat, and
// opens it again when it was suspended. It is written in the transaction of the
// act that it follows from. ErrNotDemo in a realm for real use: there nobody
// changes the agency, and whoever does gets a new account.
func (a *Accounts) Sit(tx *store.Tx, by Principal, s Seat) error {
	if !a.o.Demo {
		return ErrNotDemo
	}
	c, err := accountIn(tx, s.Staff)
	if err != nil {
		return err
	}
	if c.State != Active && c.State != Suspended {
		return ErrWrongState
	}
	s.Duties = tidyDuties(s.Duties)
	if c.State == Active && c.Agency == s.Agency && slices.Equal(tidyDuties(c.Duties), s.Duties) {
		return nil
	}
	if err := takesPart(tx, s.Agency); err != nil {
		return err
	}
	if !slices.Contains(s.Duties, Administrator) || c.Agency != s.Agency {
		if err := a.keepAnAdministrator(tx, c); err != nil {
			return err
		}
	}
	a.forget(tx)
	if _, err := tx.Exec(`UPDATE staff SET agency = $1, duties = $2, state = 'active', changed_at = $3 WHERE id = $4`,
		s.Agency, encodeDuties(s.Duties), a.now().UnixMilli(), s.Staff); err != nil {
		return fmt.Errorf("accounts: sit: %w", err)
	}
	return a.audit(tx, "account.seated", by, s.Staff, "before", c.Agency, "agency", s.Agency, "duties", joinDuties(s.Duties))
}

// ShutOf suspends an account, as Suspend does, in the transaction of the act that
// it follows from: sessions and cards end. One of another agency than those of
// stays as it is, and so does one that is shut already.
func (a *Accounts) ShutOf(tx *store.Tx, by Principal, staff string, those func(agency string) bool) error {
	c, err := accountIn(tx, staff)
	if err != nil {
		return err
	}
	if c.State != Active || !those(c.Agency) {
		return nil
	}
	a.forget(tx)
	return a.suspend(tx, by, c)
}

// takesPart refuses an agency that is not there or closed.
func takesPart(tx *store.Tx, agency string) error {
	var state string
	err := tx.QueryRow(`SELECT state FROM agencies WHERE id = $1`, agency).Scan(&state)
	switch {
	case errors.Is(err, store.ErrNoRow):
		return problem.ErrNotFound
	case err != nil:
		return fmt.Errorf("accounts: agency: %w", err)
	case state != agencyActive:
		return ErrAgencyClosed
	}
	return nil
}
