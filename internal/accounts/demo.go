package accounts

import (
	"context"
	"fmt"

	"rufaa/internal/store"
)

// DemoStaff is a fictional person of a demonstration. Everybody knows the
// password and there is no second factor.
type DemoStaff struct {
	ID       string // NewID when empty
	Username string
	Name     string
	Agency   string
	Duties   []Duty
	Language string
}

// HashPassword gives the stored form of a password, for AddDemoStaff: computed
// once for all. It applies no rule of strength.
func (a *Accounts) HashPassword(ctx context.Context, password string) (string, error) {
	pw, ok := normalPassword(password)
	if !ok {
		return "", &WeakPassword{TooLong}
	}
	return a.hasher.hash(ctx, pw)
}

// AddDemoStaff adds demonstration staff who share one password, all or none;
// ids are given back in order. ErrNotDemo in any other realm.
func (a *Accounts) AddDemoStaff(ctx context.Context, list []DemoStaff, sharedHash string) (ids []string, err error) {
	err = a.db.Write(ctx, func(tx *store.Tx) error {
		ids, err = a.AddDemoStaffIn(tx, System, list, sharedHash)
		return err
	})
	return ids, err
}

// AddDemoStaffIn does it in the transaction of the act that it follows from.
func (a *Accounts) AddDemoStaffIn(tx *store.Tx, by Principal, list []DemoStaff, sharedHash string) (ids []string, err error) {
	if !a.o.Demo {
		return nil, ErrNotDemo
	}
	if _, _, _, err := parsePHC(sharedHash); err != nil {
		return nil, err
	}
	staff := make([]Staff, len(list))
	for i, d := range list {
		in := Invitation{Name: d.Name, Username: d.Username, Agency: d.Agency, Duties: d.Duties, Language: d.Language}
		if err := a.checkInvitation(&in); err != nil {
			return nil, fmt.Errorf("accounts: demonstration staff %d: %w", i+1, err)
		}
		if d.ID == "" {
			d.ID = a.o.NewID()
		}
		ids = append(ids, d.ID)
		staff[i] = Staff{ID: d.ID, Agency: in.Agency, Name: in.Name, Username: in.Username, Duties: in.Duties,
			Language: in.Language, State: Active, SecondFactor: FactorWaived}
	}
	for _, s := range staff {
		if err := a.insertStaff(tx, s, sharedHash); err != nil {
			return nil, fmt.Errorf("accounts: demonstration staff %s: %w", s.Username, err)
		}
		if _, err := tx.Exec(`UPDATE staff SET conduct_version = $1, conduct_at = $2 WHERE id = $3`,
			a.o.Conduct.Version, a.now().UnixMilli(), s.ID); err != nil {
			return nil, fmt.Errorf("accounts: demonstration staff %s: %w", s.Username, err)
		}
		if err := a.audit(tx, "account.demo_added", by, s.ID, "agency", s.Agency, "duties", joinDuties(s.Duties)); err != nil {
			return nil, err
		}
	}
	return ids, nil
}

// HasDemoStaff tells whether demonstration accounts stand in the store. A realm
// for real use refuses to start with them.
func (a *Accounts) HasDemoStaff(ctx context.Context) (bool, error) {
	var n int
	err := a.db.QueryRow(ctx, `SELECT COUNT(*) FROM staff WHERE second_factor = 'waived-demo'`).Scan(&n)
	if err != nil {
		return false, fmt.Errorf("accounts: look for demonstration staff: %w", err)
	}
	return n > 0, nil
}
