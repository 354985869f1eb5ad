package accounts

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"rufaa/internal/problem"
	"rufaa/internal/store"
)

// Details are what may change about a colleague. User name, agency and duties
// have their own ways or none.
type Details struct {
	Name, Email, Phone, Number, Language string
}

// SetDetails corrects a colleague's details. The record says which, not what.
func (a *Accounts) SetDetails(ctx context.Context, by Principal, staff string, d Details) error {
	in := Invitation{Name: d.Name, Username: "anybody", Duties: []Duty{CaseManager}, // held against the rules of an invitation
		Email: d.Email, Phone: d.Phone, Number: d.Number, Language: d.Language}
	if err := a.checkInvitation(&in); err != nil {
		return err
	}
	return a.change(ctx, by, staff, func(tx *store.Tx, c *account) error {
		if c.State == Left {
			return ErrWrongState
		}
		var changed []string
		for _, f := range []struct{ name, was, is string }{{"name", c.Name, in.Name}, {"email", c.Email, in.Email}, {"phone", c.Phone, in.Phone},
			{"number", c.Number, in.Number}, {"language", c.Language, in.Language}} {
			if f.was != f.is {
				changed = append(changed, f.name)
			}
		}
		if len(changed) == 0 {
			return nil
		}
		if _, err := tx.Exec(`UPDATE staff SET name = $1, email = $2, phone = $3, number = $4, language = $5, changed_at = $6 WHERE id = $7`,
			in.Name, in.Email, in.Phone, in.Number, in.Language, a.now().UnixMilli(), staff); err != nil {
			return fmt.Errorf("accounts: details: %w", err)
		}
		return a.audit(tx, "account.details_changed", by, staff, "fields", strings.Join(changed, " "))
	})
}

// HandOver makes a colleague of the own agency its administrator and takes the
// duty from whoever hands it over, unless it is the only one they have: then
// the successor decides what becomes of that account.
func (a *Accounts) HandOver(ctx context.Context, by Principal, successor string) error {
	return a.change(ctx, by, successor, func(tx *store.Tx, c *account) error {
		if c.Agency != by.Agency {
			return problem.ErrNotFound
		}
		giver, err := accountIn(tx, by.ID)
		if err != nil {
			return err
		}
		if c.State != Active || !slices.Contains(giver.Duties, Administrator) {
			return ErrWrongState
		}
		if err := a.writeDuties(tx, c, append(slices.Clone(c.Duties), Administrator)); err != nil {
			return err
		}
		if len(giver.Duties) > 1 {
			rest := slices.DeleteFunc(slices.Clone(giver.Duties), func(d Duty) bool { return d == Administrator })
			if err := a.writeDuties(tx, giver, rest); err != nil {
				return err
			}
		}
		return a.audit(tx, "account.administration_handed_over", by, successor, "agency", c.Agency)
	})
}

func (a *Accounts) writeDuties(tx *store.Tx, c *account, duties []Duty) error {
	if _, err := tx.Exec(`UPDATE staff SET duties = $1, changed_at = $2 WHERE id = $3`,
		encodeDuties(duties), a.now().UnixMilli(), c.ID); err != nil {
		return fmt.Errorf("accounts: set duties: %w", err)
	}
	return nil
}

// keepAnAdministrator refuses what would leave an agency without one. It is
// asked in the transaction of the change, so that two who leave at once do not
// both get away. Suspending is not refused: a stolen account must be shut now.
func (a *Accounts) keepAnAdministrator(tx *store.Tx, c *account) error {
	if c.State != Active || !slices.Contains(c.Duties, Administrator) {
		return nil
	}
	var others int
	if err := tx.QueryRow(`SELECT COUNT(*) FROM staff WHERE agency = $1 AND id <> $2 AND state = 'active' AND duties LIKE '%"administrator"%'`,
		c.Agency, c.ID).Scan(&others); err != nil {
		return fmt.Errorf("accounts: count administrators: %w", err)
	}
	if others == 0 {
		return ErrLastAdministrator
	}
	return nil
}
