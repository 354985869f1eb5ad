package accounts

import (
	"context"
	"fmt"
	"strings"

	"rufaa/internal/store"
)

const (
	recoveryCodes = 10
	recoveryBytes = 10 // 80 bits: sixteen letters in base32
)

// newRecoveryCodes draws codes such as ABCD-EFGH-IJKL-MNOP and what is stored
// of each.
func (a *Accounts) newRecoveryCodes(staff string) (codes []string, hashes [][]byte, err error) {
	for range recoveryCodes {
		b, err := a.random(recoveryBytes)
		if err != nil {
			return nil, nil, err
		}
		plain := base32Text.EncodeToString(b)
		codes = append(codes, plain[:4]+"-"+plain[4:8]+"-"+plain[8:12]+"-"+plain[12:])
		hashes = append(hashes, a.recoveryHash(staff, plain))
	}
	return codes, hashes, nil
}

func (a *Accounts) recoveryHash(staff, plain string) []byte {
	sum := a.o.MAC("accounts/recovery", []byte(staff), []byte(plain))
	return sum[:]
}

// recoveryCode gives the sixteen letters of a code as somebody typed it from
// paper: any case and grouping, with 0, 1 and 8, which base32 does not use,
// read as the letters they look like.
func recoveryCode(s string) (string, bool) {
	if len(s) > 60 {
		return "", false
	}
	s = strings.Map(func(r rune) rune {
		switch {
		case r == ' ' || r == '-' || r == '\t':
			return -1
		case r == '0':
			return 'O'
		case r == '1':
			return 'I'
		case r == '8':
			return 'B'
		case r >= 'a' && r <= 'z':
			return r - 'a' + 'A'
		}
		return r
	}, s)
	// The length first: the decoder would skip line ends.
	if len(s) != base32Text.EncodedLen(recoveryBytes) {
		return "", false
	}
	if b, err := base32Text.DecodeString(s); err != nil || len(b) != recoveryBytes {
		return "", false
	}
	return s, true
}

func keepRecoveryCodes(tx *store.Tx, staff string, hashes [][]byte) error {
	if err := dropRecoveryCodes(tx, staff); err != nil {
		return err
	}
	for _, h := range hashes {
		if _, err := tx.Exec(`INSERT INTO recovery_codes (staff, hash, used_at) VALUES ($1,$2,0)`, staff, h); err != nil {
			return fmt.Errorf("accounts: keep recovery codes: %w", err)
		}
	}
	return nil
}

func dropRecoveryCodes(tx *store.Tx, staff string) error {
	_, err := tx.Exec(`DELETE FROM recovery_codes WHERE staff = $1`, staff)
	return err
}

// RecoveryCodesLeft tells how many codes somebody has not used yet.
func (a *Accounts) RecoveryCodesLeft(ctx context.Context, staff string) (int, error) {
	var n int
	err := a.db.QueryRow(ctx, `SELECT COUNT(*) FROM recovery_codes WHERE staff = $1 AND used_at = 0`, staff).Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("accounts: count recovery codes: %w", err)
	}
	return n, nil
}

// NewRecoveryCodes replaces somebody's recovery codes, against a code of the
// authenticator app. They are shown this once.
func (a *Accounts) NewRecoveryCodes(ctx context.Context, who Principal, code string) ([]string, error) {
	c, err := scanAccount(a.db.QueryRow(ctx, selectStaff+` WHERE s.id = $1`, who.ID))
	if err != nil {
		return nil, err
	}
	if c.SecondFactor != FactorConfirmed {
		return nil, ErrWrongState
	}
	p, err := a.readProof(ctx, c, code)
	if err != nil {
		return nil, err
	}
	p.recovery = nil // one code must not buy ten others
	codes, hashes, err := a.newRecoveryCodes(c.ID)
	if err != nil {
		return nil, err
	}
	wrong := false
	err = a.db.Write(ctx, func(tx *store.Tx) error {
		c, err := accountIn(tx, who.ID)
		if err != nil {
			return err
		}
		if ok, err := a.take(tx, c, p); err != nil || !ok {
			wrong = !ok
			if err == nil {
				err = a.fail(tx, c, byCode)
			}
			return err
		}
		if err := keepRecoveryCodes(tx, c.ID, hashes); err != nil {
			return err
		}
		return a.audit(tx, "account.recovery_codes_renewed", who, c.ID)
	})
	if err == nil && wrong {
		err = ErrBadCode
	}
	if err != nil {
		return nil, err
	}
	return codes, nil
}
