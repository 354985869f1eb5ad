package accounts

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"rufaa/internal/store"
)

// ceremonyTime is how long an authenticator or an agency's sign-on may take to
// answer: time enough to find the phone and its charger.
const ceremonyTime = 10 * time.Minute

// What a ceremony waits for.
const (
	newPasskey = "passkey-new"
	usePasskey = "passkey"
	viaSignOn  = "sign-on"
)

// begin keeps what a ceremony must remember; the token that takes it up again
// is for the same browser alone.
func (a *Accounts) begin(ctx context.Context, token []byte, kind, staff string, data any, also ...func(*store.Tx) error) error {
	raw, err := json.Marshal(data)
	if err != nil {
		return fmt.Errorf("accounts: begin %s: %w", kind, err)
	}
	return a.db.Write(ctx, func(tx *store.Tx) error {
		for _, do := range also {
			if err := do(tx); err != nil {
				return err
			}
		}
		_, err := tx.Exec(`INSERT INTO ceremonies (token_hash, kind, staff, data, expires_at) VALUES ($1,$2,$3,$4,$5)`,
			token, kind, staff, string(raw), millis(a.now().Add(ceremonyTime)))
		return err
	})
}

// ceremony reads one that is still open, without taking it.
func (a *Accounts) ceremony(row scanner, kind string, data any) (staff string, err error) {
	var is, raw string
	var expires int64
	err = row.Scan(&is, &staff, &raw, &expires)
	if errors.Is(err, store.ErrNoRow) || err == nil && (is != kind || a.now().UnixMilli() >= expires) {
		return "", ErrStepGone
	}
	if err != nil {
		return "", fmt.Errorf("accounts: ceremony: %w", err)
	}
	if err := json.Unmarshal([]byte(raw), data); err != nil {
		return "", fmt.Errorf("accounts: ceremony: %w", err)
	}
	return staff, nil
}

const selectCeremony = `SELECT kind, staff, data, expires_at FROM ceremonies WHERE token_hash = $1`

// takeCeremony removes a ceremony; ErrStepGone when somebody else took it.
func takeCeremony(tx *store.Tx, hash []byte) error {
	n, err := tx.Exec(`DELETE FROM ceremonies WHERE token_hash = $1`, hash)
	if err != nil {
		return fmt.Errorf("accounts: take ceremony: %w", err)
	}
	if n == 0 {
		return ErrStepGone
	}
	return nil
}
