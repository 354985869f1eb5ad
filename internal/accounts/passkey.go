package accounts

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"rufaa/internal/problem"
	"rufaa/internal/store"
)

// Passkey is one entry of the list of somebody's passkeys.
type Passkey struct {
	ID     string
	Name   string
	Made   time.Time
	Used   time.Time // zero: never
	Cloned time.Time // zero: no; otherwise it was shut when a copy was noticed
}

// PasskeyStep is what the browser's authenticator is asked, and the token with
// which its answer is brought back.
type PasskeyStep struct {
	Token   string
	Options json.RawMessage // the argument of navigator.credentials.create or get, as JSON
}

// Bounds of passkeys.
const (
	MaxPasskeys    = 10
	MaxPasskeyName = 60
	maxResponse    = 64 << 10 // bytes; an authenticator's answer has one or two thousand
)

// holder is somebody as the library knows them. The handle is not the id of
// the account, which the record speaks of; it tells nothing outside the realm
// and differs between realms, so that one authenticator keeps both.
type holder struct {
	handle      []byte
	name, title string
	credentials []webauthn.Credential
}

func (h holder) WebAuthnID() []byte                         { return h.handle }
func (h holder) WebAuthnName() string                       { return h.name }
func (h holder) WebAuthnDisplayName() string                { return h.title }
func (h holder) WebAuthnCredentials() []webauthn.Credential { return h.credentials }

func (a *Accounts) holder(c *account, keys []keptPasskey) holder {
	handle := a.o.MAC("accounts/passkey-handle", []byte(c.ID))
	h := holder{handle: handle[:], name: c.Username, title: c.Name}
	if a.o.Realm != "" {
		h.name += " (" + a.o.Realm + ")" // realms of one host stand side by side in the browser's list
	}
	for _, k := range keys {
		h.credentials = append(h.credentials, k.record)
	}
	return h
}

// relyingParty is this realm towards authenticators. User verification (a PIN,
// a finger, a face) is required: that is what makes a passkey both factors.
func (a *Accounts) relyingParty() (*webauthn.WebAuthn, error) {
	site, ok := a.Site()
	if !ok {
		return nil, ErrNoOrigin
	}
	name := "Rufaa"
	if a.o.Realm != "" {
		name += " " + a.o.Realm
	}
	yes := true
	return webauthn.New(&webauthn.Config{
		RPID: site.name(), RPDisplayName: name, RPOrigins: []string{site.Origin},
		AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			RequireResidentKey: &yes, ResidentKey: protocol.ResidentKeyRequirementRequired, UserVerification: protocol.VerificationRequired,
		},
	})
}

type keptPasskey struct {
	Passkey
	staff   string
	counter uint32
	record  webauthn.Credential
}

const selectPasskeys = `SELECT id, staff, name, record, counter, cloned_at, made_at, used_at FROM passkeys`

func scanPasskey(row scanner) (k keptPasskey, err error) {
	var record string
	var counter, cloned, made, used int64
	if err = row.Scan(&k.ID, &k.staff, &k.Name, &record, &counter, &cloned, &made, &used); err != nil {
		return k, err
	}
	k.Cloned, k.Made, k.Used = fromMillis(cloned), fromMillis(made), fromMillis(used)
	k.counter = uint32(counter)
	if err := json.Unmarshal([]byte(record), &k.record); err != nil {
		return k, fmt.Errorf("accounts: passkey: a stored key is damaged: %w", err)
	}
	k.record.Authenticator.SignCount = k.counter
	return k, nil
}

func (a *Accounts) keptPasskeys(ctx context.Context, staff string) ([]keptPasskey, error) {
	rows, err := a.db.Query(ctx, selectPasskeys+` WHERE staff = $1 ORDER BY made_at, id`, staff)
	if err != nil {
		return nil, fmt.Errorf("accounts: passkeys: %w", err)
	}
	defer rows.Close()
	var out []keptPasskey
	for rows.Next() {
		k, err := scanPasskey(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, k)
	}
	return out, rows.Err()
}

// Passkeys lists somebody's passkeys, the oldest first.
func (a *Accounts) Passkeys(ctx context.Context, staff string) ([]Passkey, error) {
	kept, err := a.keptPasskeys(ctx, staff)
	out := make([]Passkey, len(kept))
	for i, k := range kept {
		out[i] = k.Passkey
	}
	return out, err
}

// BeginPasskey begins to add a passkey, against a fresh code of the
// authenticator app: somebody at an unlocked screen must not be able to come
// back tomorrow. Demonstration staff, who have no app, need none.
func (a *Accounts) BeginPasskey(ctx context.Context, who Principal, name, code string) (PasskeyStep, error) {
	rp, err := a.relyingParty()
	if err != nil {
		return PasskeyStep{}, err
	}
	if name, err = a.passkeyName(name); err != nil {
		return PasskeyStep{}, err
	}
	c, err := scanAccount(a.db.QueryRow(ctx, selectStaff+` WHERE s.id = $1`, who.ID))
	if err != nil {
		return PasskeyStep{}, err
	}
	if c.SecondFactor != FactorConfirmed && !c.Demo() {
		return PasskeyStep{}, ErrEnrolmentNeeded
	}
	kept, err := a.keptPasskeys(ctx, c.ID)
	if err != nil {
		return PasskeyStep{}, err
	}
	if len(kept) >= MaxPasskeys {
		return PasskeyStep{}, ErrTooManyPasskeys
	}
	if err := a.freshFactor(ctx, c, code); err != nil {
		return PasskeyStep{}, err
	}
	challenge, err := a.random(32)
	if err != nil {
		return PasskeyStep{}, err
	}
	h := a.holder(c, kept)
	options, session, err := rp.BeginRegistration(h, webauthn.WithExclusions(webauthn.Credentials(h.credentials).CredentialDescriptors()),
		func(o *protocol.PublicKeyCredentialCreationOptions) error { o.Challenge = challenge; return nil })
	if err != nil {
		return PasskeyStep{}, fmt.Errorf("accounts: begin passkey: %w", err)
	}
	return a.askAuthenticator(ctx, newPasskey, c.ID, options, pendingPasskey{Name: name, Session: *session})
}

type pendingPasskey struct {
	Name    string               `json:"name,omitempty"`
	Session webauthn.SessionData `json:"session"`
}

func (a *Accounts) askAuthenticator(ctx context.Context, kind, staff string, options any, p pendingPasskey) (PasskeyStep, error) {
	raw, err := json.Marshal(options)
	if err != nil {
		return PasskeyStep{}, fmt.Errorf("accounts: passkey options: %w", err)
	}
	token, hash, err := a.newToken()
	if err != nil {
		return PasskeyStep{}, err
	}
	return PasskeyStep{Token: token, Options: raw}, a.begin(ctx, hash, kind, staff, p)
}

// freshFactor takes a code of the app, once, and counts a wrong one.
func (a *Accounts) freshFactor(ctx context.Context, c *account, code string) error {
	if c.Demo() && a.o.Demo {
		return nil
	}
	p, err := a.readProof(ctx, c, code)
	if err != nil {
		return err
	}
	p.recovery = nil // it is for the day the phone is gone, not for a new key
	wrong := false
	err = a.db.Write(ctx, func(tx *store.Tx) error {
		c, err := accountIn(tx, c.ID)
		if err != nil {
			return err
		}
		taken, err := a.take(tx, c, p)
		if err == nil && !taken {
			wrong = true
			err = a.fail(tx, c, byCode)
		}
		return err
	})
	if err == nil && wrong {
		err = ErrBadCode
	}
	return err
}

// FinishPasskey keeps what the authenticator answered. ErrBadPasskey when it
// is not a good answer to this question.
func (a *Accounts) FinishPasskey(ctx context.Context, who Principal, token string, response []byte) (Passkey, error) {
	rp, err := a.relyingParty()
	if err != nil {
		return Passkey{}, err
	}
	hash, ok := parseToken(token)
	if !ok {
		return Passkey{}, ErrStepGone
	}
	var p pendingPasskey
	staff, err := a.ceremony(a.db.QueryRow(ctx, selectCeremony, hash[:]), newPasskey, &p)
	if err == nil && staff != who.ID {
		err = ErrStepGone
	}
	if err != nil {
		return Passkey{}, err
	}
	c, err := scanAccount(a.db.QueryRow(ctx, selectStaff+` WHERE s.id = $1`, who.ID))
	if err != nil {
		return Passkey{}, err
	}
	made, err := created(rp, a.holder(c, nil), p.Session, response)
	if err != nil {
		return Passkey{}, err
	}
	record, err := json.Marshal(made)
	if err != nil {
		return Passkey{}, fmt.Errorf("accounts: passkey: %w", err)
	}
	k := Passkey{ID: a.o.NewID(), Name: p.Name, Made: a.now()}
	err = a.db.Write(ctx, func(tx *store.Tx) error {
		if err := takeCeremony(tx, hash[:]); err != nil {
			return err
		}
		c, err := accountIn(tx, who.ID)
		if err != nil {
			return err
		}
		if !c.maySignIn(a.o.Demo) { // left meanwhile: nothing of theirs is kept
			return ErrWrongState
		}
		n, err := tx.Exec(`INSERT INTO passkeys (id, staff, credential, name, record, counter, cloned_at, made_at, used_at)
			VALUES ($1,$2,$3,$4,$5,$6,0,$7,0) ON CONFLICT (credential) DO NOTHING`,
			k.ID, c.ID, made.ID, k.Name, string(record), int64(made.Authenticator.SignCount), millis(k.Made))
		if err != nil {
			return fmt.Errorf("accounts: keep passkey: %w", err)
		}
		if n == 0 {
			return ErrBadPasskey
		}
		return a.audit(tx, "account.passkey_added", who, c.ID, "passkey", k.ID)
	})
	if err != nil {
		return Passkey{}, err
	}
	return k, nil
}

func created(rp *webauthn.WebAuthn, h holder, s webauthn.SessionData, response []byte) (*webauthn.Credential, error) {
	if len(response) > maxResponse {
		return nil, ErrBadPasskey
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes(response)
	if err != nil {
		return nil, ErrBadPasskey
	}
	made, err := rp.CreateCredential(h, s, parsed)
	if err != nil {
		return nil, ErrBadPasskey
	}
	return made, nil
}

func (a *Accounts) passkeyName(name string) (string, error) {
	name = deviceLabel(name)
	if name == "" || len([]rune(name)) > MaxPasskeyName {
		return "", &problem.Invalid{Fields: []problem.Field{{Name: "name", Key: "signin.error.passkey_name"}}}
	}
	return strings.TrimSpace(name), nil
}

// RenamePasskey gives one's own passkey another name.
func (a *Accounts) RenamePasskey(ctx context.Context, who Principal, id, name string) error {
	name, err := a.passkeyName(name)
	if err != nil {
		return err
	}
	return a.onPasskey(ctx, who, id, "account.passkey_renamed", `UPDATE passkeys SET name = $3 WHERE id = $1 AND staff = $2`, name)
}

// RemovePasskey takes one's own passkey away; it opens nothing from then on.
func (a *Accounts) RemovePasskey(ctx context.Context, who Principal, id string) error {
	return a.onPasskey(ctx, who, id, "account.passkey_removed", `DELETE FROM passkeys WHERE id = $1 AND staff = $2`)
}

func (a *Accounts) onPasskey(ctx context.Context, who Principal, id, kind, change string, args ...any) error {
	return a.db.Write(ctx, func(tx *store.Tx) error {
		n, err := tx.Exec(change, append([]any{id, who.ID}, args...)...)
		if err != nil {
			return fmt.Errorf("accounts: passkey: %w", err)
		}
		if n == 0 {
			return problem.ErrNotFound
		}
		return a.audit(tx, kind, who, who.ID, "passkey", id)
	})
}

// dropKeys ends everything besides password and sessions by which somebody
// could come in: passkeys, the link to the agency's sign-on, steps half done.
func dropKeys(tx *store.Tx, staff string) error {
	for _, table := range [...]string{`DELETE FROM passkeys WHERE staff = $1`, `DELETE FROM sign_on_links WHERE staff = $1`,
		`DELETE FROM ceremonies WHERE staff = $1`} {
		if _, err := tx.Exec(table, staff); err != nil {
			return fmt.Errorf("accounts: end passkeys and links: %w", err)
		}
	}
	return nil
}
