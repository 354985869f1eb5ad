package notice

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"rufaa/internal/courier"
	"rufaa/internal/ledger"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
	"rufaa/internal/store"
	"rufaa/internal/valid"
)

// Hook is an agency's endpoint as its administrator sees it.
type Hook struct {
	URL          string    `json:"url"`
	State        string    `json:"state" enum:"none,active,stopped,failed"`
	Failures     int       `json:"failures" doc:"Tries in a row that failed"`
	Failure      string    `json:"failure,omitempty"`
	EarlierUntil time.Time `json:"earlier_key_until,omitzero" doc:"Until when messages are signed with the key before too"`
}

// overlap is how long the key before signs beside a new one.
const overlap = 24 * time.Hour

// hookRow is the table's row.
type hookRow struct {
	Hook
	secret, earlier string // sealed
}

func (n *Notices) hookAdmit(who realm.Actor, agency string) error {
	if err := n.realm.Door.Realm(who.Principal, policy.WebhookManage); err != nil {
		return err
	}
	res := policy.Resource{Kind: "agency", Agency: agency}
	if n.realm.Door.Decide(who.Principal, policy.WebhookManage, res, policy.Context{}).Allowed {
		return nil
	}
	return problem.ErrNotFound
}

func (n *Notices) hook(ctx context.Context, agency string) (*hookRow, error) {
	return scanHook(n.realm.Store.QueryRow(ctx, hookQuery, agency))
}

const hookQuery = `SELECT url, secret, earlier, earlier_until, state, failures, failure FROM webhooks WHERE agency = $1`

func scanHook(row interface{ Scan(...any) error }) (*hookRow, error) {
	h := &hookRow{Hook: Hook{State: "none"}}
	var until int64
	err := row.Scan(&h.URL, &h.secret, &h.earlier, &until, &h.State, &h.Failures, &h.Failure)
	if errors.Is(err, store.ErrNoRow) {
		return h, nil
	}
	if err != nil {
		return nil, fmt.Errorf("notice: webhook: %w", err)
	}
	if until > 0 {
		h.EarlierUntil = time.UnixMilli(until).UTC()
	}
	return h, nil
}

func (n *Notices) hookActive(ctx context.Context, agency string) (bool, error) {
	h, err := n.hook(ctx, agency)
	return err == nil && h.State == "active", err
}

// Hook gives an agency's endpoint to its administrator, without its key.
func (n *Notices) Hook(ctx context.Context, who realm.Actor, agency string) (*Hook, error) {
	if err := n.hookAdmit(who, agency); err != nil {
		return nil, err
	}
	h, err := n.hook(ctx, agency)
	if err != nil {
		return nil, err
	}
	if h.EarlierUntil.Before(n.realm.Now()) {
		h.EarlierUntil = time.Time{}
	}
	return &h.Hook, nil
}

// SetHook enters the address of an agency's endpoint and puts it into use. The
// key comes back once, when the endpoint is new; who changes the address keeps
// the key.
func (n *Notices) SetHook(ctx context.Context, who realm.Actor, agency, address string) (key string, err error) {
	if err := n.hookAdmit(who, agency); err != nil {
		return "", err
	}
	address = strings.TrimSpace(address)
	c := valid.New(n.realm.Now())
	if n.o.Outlets.Hooks == nil || len(address) > 500 || n.o.Outlets.Hooks.Check(address) != nil {
		c.Add("url", "notices.error.url")
	}
	if err := c.Err(); err != nil {
		return "", err
	}
	h, err := n.hook(ctx, agency)
	if err != nil {
		return "", err
	}
	sealed := h.secret
	if sealed == "" {
		if key, sealed, err = n.newKey(ctx, agency); err != nil {
			return "", err
		}
	}
	return key, n.changeHook(ctx, who, agency, WebhookSet, func(tx *store.Tx) error {
		_, err := tx.Exec(`INSERT INTO webhooks (agency, url, secret, earlier, earlier_until, state, failures, failure, changed_at)
			VALUES ($1,$2,$3,'',0,'active',0,'',$4) ON CONFLICT (agency) DO UPDATE SET url = excluded.url, state = 'active', failures = 0, failure = '', changed_at = excluded.changed_at`,
			agency, address, sealed, n.realm.Now().UnixMilli())
		return err
	})
}

// RotateKey makes a new key. For a day messages carry both signatures.
func (n *Notices) RotateKey(ctx context.Context, who realm.Actor, agency string) (key string, err error) {
	if err := n.hookAdmit(who, agency); err != nil {
		return "", err
	}
	h, err := n.hook(ctx, agency)
	if err != nil {
		return "", err
	}
	if h.State == "none" {
		return "", problem.ErrNotFound
	}
	key, sealed, err := n.newKey(ctx, agency)
	if err != nil {
		return "", err
	}
	return key, n.changeHook(ctx, who, agency, WebhookRotated, func(tx *store.Tx) error {
		_, err := tx.Exec(`UPDATE webhooks SET earlier = secret, earlier_until = $3, secret = $2, changed_at = $4 WHERE agency = $1`,
			agency, sealed, n.realm.Now().Add(overlap).UnixMilli(), n.realm.Now().UnixMilli())
		return err
	})
}

func (n *Notices) newKey(ctx context.Context, agency string) (key, sealed string, err error) {
	key = courier.SecretText(n.realm.Random(courier.SecretBytes))
	sealed, err = n.o.Seal(ctx, hookSubject(agency), key)
	return key, sealed, err
}

func hookSubject(agency string) string { return "webhook-" + agency }

// StopHook takes an agency's endpoint out of use; StartHook puts it back.
func (n *Notices) StopHook(ctx context.Context, who realm.Actor, agency string) error {
	return n.turnHook(ctx, who, agency, WebhookStopped, "stopped")
}

// StartHook puts an endpoint back into use.
func (n *Notices) StartHook(ctx context.Context, who realm.Actor, agency string) error {
	return n.turnHook(ctx, who, agency, WebhookStarted, "active")
}

func (n *Notices) turnHook(ctx context.Context, who realm.Actor, agency, kind, state string) error {
	if err := n.hookAdmit(who, agency); err != nil {
		return err
	}
	return n.changeHook(ctx, who, agency, kind, func(tx *store.Tx) error {
		done, err := tx.Exec(`UPDATE webhooks SET state = $2, failures = 0, failure = '', changed_at = $3 WHERE agency = $1`, agency, state, n.realm.Now().UnixMilli())
		if err == nil && done == 0 {
			return problem.ErrNotFound
		}
		return err
	})
}

// TryHook sends a message that says nothing, to see whether it arrives.
func (n *Notices) TryHook(ctx context.Context, who realm.Actor, agency string) error {
	if err := n.hookAdmit(who, agency); err != nil {
		return err
	}
	active, err := n.hookActive(ctx, agency)
	if err != nil {
		return err
	}
	if !active {
		return problem.ErrNotFound
	}
	return n.realm.Store.Write(ctx, func(tx *store.Tx) error {
		return n.putOut(tx, group{agency: agency, channel: Webhook}, body{At: n.realm.Now()})
	})
}

// changeHook makes a change with its event, in one transaction.
func (n *Notices) changeHook(ctx context.Context, who realm.Actor, agency, kind string, change func(*store.Tx) error) error {
	_, err := n.realm.Commit(ctx, realm.Command{
		Actor: who, Also: change,
		Appends: []realm.Append{{Stream: HookStream(agency), Expected: ledger.AnyVersion, Drafts: []ledger.Draft{draft(kind, HookEvent{Agency: agency})}}},
	})
	return err
}

// post sends one message to an agency's endpoint, and keeps count of failures.
func (n *Notices) post(ctx context.Context, x outgoing) error {
	h, err := n.hook(ctx, x.Agency)
	if err != nil {
		return errors.New("the webhook cannot be read")
	}
	if h.State != "active" {
		return errUnwanted
	}
	raw, err := n.hookBody(x.Agency, x.body)
	if err != nil {
		return &courier.Permanent{Why: "the webhook cannot be written"}
	}
	if n.o.Capture {
		m := x.message
		m.Subject, m.Text = h.URL, string(raw)
		return n.capture(ctx, m)
	}
	if n.o.Outlets.Hooks == nil {
		return errUnwanted
	}
	keys, err := n.keysOf(ctx, x.Agency, h)
	if err != nil {
		return errors.New("the key of the webhook cannot be opened")
	}
	failed := n.o.Outlets.Hooks.Post(ctx, courier.Hook{URL: h.URL, ID: x.ID, Secrets: keys, Body: raw, At: n.realm.Now()})
	if ctx.Err() != nil {
		return failed
	}
	if err := n.countHook(ctx, x.Agency, failed); err != nil {
		return err
	}
	if errors.Is(failed, courier.ErrGone) {
		return errUnwanted // the agency is told that its webhook was stopped
	}
	return failed
}

// countHook keeps how often in a row an endpoint failed, and puts it out of use
// when that is too often.
func (n *Notices) countHook(ctx context.Context, agency string, failed error) error {
	if failed == nil {
		return n.realm.Store.Write(ctx, func(tx *store.Tx) error {
			_, err := tx.Exec(`UPDATE webhooks SET failures = 0, failure = '' WHERE agency = $1 AND failures > 0`, agency)
			return err
		})
	}
	h, err := n.hook(ctx, agency)
	if err != nil {
		return err
	}
	if h.Failures+1 < n.Rules.Delivery.WebhookFailures && !errors.Is(failed, courier.ErrGone) {
		return n.realm.Store.Write(ctx, func(tx *store.Tx) error {
			_, err := tx.Exec(`UPDATE webhooks SET failures = failures + 1, failure = $2 WHERE agency = $1`, agency, failed.Error())
			return err
		})
	}
	_, err = n.realm.Commit(ctx, realm.Command{
		Actor: realm.System, Cause: "webhook:failed",
		Appends: []realm.Append{{Stream: HookStream(agency), Expected: ledger.AnyVersion, Drafts: []ledger.Draft{draft(WebhookStopped, HookEvent{Agency: agency, Failed: true})}}},
		Also: func(tx *store.Tx) error {
			_, err := tx.Exec(`UPDATE webhooks SET state = 'failed', failures = failures + 1, failure = $2 WHERE agency = $1`, agency, failed.Error())
			return err
		},
	})
	return err
}

// keysOf are the keys that sign now: the present one, and the one before while
// it still holds. Opened once they are kept while the program runs: opening is
// recorded, and a record for each message would bury the others.
func (n *Notices) keysOf(ctx context.Context, agency string, h *hookRow) ([]string, error) {
	sealed := []string{h.secret}
	if h.earlier != "" && n.realm.Now().Before(h.EarlierUntil) {
		sealed = append(sealed, h.earlier)
	}
	var out []string
	for _, s := range sealed {
		key, ok := n.keys.Get(s)
		if !ok {
			var err error
			if key, err = n.o.Unseal(ctx, hookSubject(agency), s); err != nil {
				return nil, err
			}
			n.keys.Add(s, key)
		}
		out = append(out, key)
	}
	return out, nil
}
