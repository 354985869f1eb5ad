package accounts

import (
	"context"
	"fmt"

	"rufaa/internal/store"
)

// linkCard is a card of an exercise: it signs in, once, without a password.
const linkCard = "card"

// Card makes a one-time sign-in for somebody of an exercise: whoever holds the
// card is that person. It ends older cards. ErrNotDemo in a realm for real use.
func (a *Accounts) Card(ctx context.Context, by Principal, staff string) (Link, error) {
	if !a.o.Demo {
		return Link{}, ErrNotDemo
	}
	return a.link(ctx, by, staff, linkCard, func(tx *store.Tx) error {
		c, err := accountIn(tx, staff)
		if err != nil {
			return err
		}
		return a.audit(tx, "account.card_made", by, staff, "agency", c.Agency)
	})
}

// UseCard signs the holder of a card in. It works once.
func (a *Accounts) UseCard(ctx context.Context, token string, on Client) (SignedIn, error) {
	if !a.o.Demo {
		return SignedIn{}, ErrInvitation
	}
	f, err := a.freshSession(on)
	if err != nil {
		return SignedIn{}, err
	}
	var in SignedIn
	err = a.db.Write(ctx, func(tx *store.Tx) error {
		l, c, err := a.openLink(tx, token)
		if err != nil {
			return err
		}
		if l.reason != linkCard || c.State != Active {
			return ErrInvitation
		}
		if _, err := tx.Exec(`UPDATE invitations SET used_at = $1 WHERE token_hash = $2`, a.now().UnixMilli(), l.hash); err != nil {
			return fmt.Errorf("accounts: use card: %w", err)
		}
		if err := a.audit(tx, "account.card_used", c.self(), c.ID, "agency", c.Agency); err != nil {
			return err
		}
		in, err = a.openSession(tx, c, f, Full)
		return err
	})
	return in, err
}
