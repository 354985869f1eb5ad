package notice

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"net/mail"
	"slices"
	"strings"
	"time"

	"rufaa/internal/courier"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
	"rufaa/internal/store"
	"rufaa/internal/valid"
)

// The channels besides the page.
const (
	Email   = "email"
	SMS     = "sms"
	Webhook = "webhook"
)

// Settings are how somebody wants to be told. Nothing leaves the building for
// anybody who did not ask for it.
type Settings struct {
	Email  bool   `json:"email" doc:"Tell me by e-mail"`
	SMS    bool   `json:"sms" doc:"Tell me by SMS"`
	Digest string `json:"digest" enum:"at-once,daily" doc:"What is not urgent: at once, or once a day"`
	At     string `json:"digest_at" maxLength:"5" doc:"Time of the digest in East Africa, HH:MM"`
	Quiet  Hours  `json:"quiet" doc:"Hours in which nothing is sent, in East Africa; both alike is none"`
	Urgent bool   `json:"urgent_in_quiet_hours" doc:"What cannot wait, an immediate danger, may come in quiet hours"`
}

// Address is where somebody is reached.
type Address struct {
	Channel  string `json:"channel" enum:"email,sms"`
	Address  string `json:"address"`
	Verified bool   `json:"verified"`
}

// Reach is all of it, as its owner sees it.
type Reach struct {
	Settings  Settings  `json:"settings"`
	Addresses []Address `json:"addresses"`
	Offered   []string  `json:"offered" doc:"Channels that this server can send by"`
}

// standard are the settings of somebody who set none.
func (n *Notices) standard() Settings {
	return Settings{Digest: "at-once", At: n.Rules.Delivery.Digest, Quiet: n.Rules.Delivery.Quiet, Urgent: false}
}

// settingsOf reads the settings of one person.
func (n *Notices) settingsOf(ctx context.Context, staff string) (Settings, error) {
	s := n.standard()
	var raw []byte
	err := n.realm.Store.QueryRow(ctx, `SELECT settings FROM notice_settings WHERE staff = $1`, staff).Scan(&raw)
	if errors.Is(err, store.ErrNoRow) {
		return s, nil
	}
	if err == nil {
		err = json.Unmarshal(raw, &s)
	}
	if err != nil {
		return s, fmt.Errorf("notice: settings: %w", err)
	}
	return s, nil
}

// Reach gives one's own settings and addresses.
func (n *Notices) Reach(ctx context.Context, who realm.Actor) (*Reach, error) {
	if err := n.realm.Door.Realm(who.Principal, policy.SelfManage); err != nil {
		return nil, err
	}
	s, err := n.settingsOf(ctx, who.Staff)
	if err != nil {
		return nil, err
	}
	out := &Reach{Settings: s, Offered: n.offered(), Addresses: []Address{}}
	rows, err := n.realm.Store.Query(ctx, `SELECT channel, address, verified_at FROM notice_addresses WHERE staff = $1 ORDER BY channel`, who.Staff)
	if err != nil {
		return nil, fmt.Errorf("notice: addresses: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var a Address
		var at int64
		if err := rows.Scan(&a.Channel, &a.Address, &at); err != nil {
			return nil, err
		}
		a.Verified = at > 0
		out.Addresses = append(out.Addresses, a)
	}
	return out, rows.Err()
}

// offered are the channels that this server can send by.
func (n *Notices) offered() []string {
	var out []string
	if n.o.Capture || n.o.Outlets.Mail != nil {
		out = append(out, Email)
	}
	if n.o.Capture || n.o.Outlets.SMS != nil {
		out = append(out, SMS)
	}
	return out
}

// Set keeps one's own settings.
func (n *Notices) Set(ctx context.Context, who realm.Actor, s *Settings) error {
	if err := n.realm.Door.Realm(who.Principal, policy.SelfManage); err != nil {
		return err
	}
	c := valid.New(n.realm.Now())
	c.Term("digest", s.Digest, func(x string) bool { return x == "at-once" || x == "daily" }, true)
	for name, at := range map[string]string{"digest_at": s.At, "quiet.from": s.Quiet.From, "quiet.until": s.Quiet.Until} {
		if _, ok := ClockTime(at); !ok {
			c.Add(name, "notices.error.time")
		}
	}
	if err := c.Err(); err != nil {
		return err
	}
	raw, err := json.Marshal(s)
	if err != nil {
		return err
	}
	return n.realm.Store.Write(ctx, func(tx *store.Tx) error {
		_, err := tx.Exec(`INSERT INTO notice_settings (staff, settings) VALUES ($1, $2)
			ON CONFLICT (staff) DO UPDATE SET settings = excluded.settings`, who.Staff, raw)
		return err
	})
}

// TooOften says that somebody asked for more codes than anybody needs.
type TooOften struct{ RetryAfter time.Duration }

func (e *TooOften) Error() string { return "too many codes" }

// SetAddress enters an address, not verified, and sends a code to it.
func (n *Notices) SetAddress(ctx context.Context, who realm.Actor, channel, address string) error {
	if err := n.realm.Door.Realm(who.Principal, policy.SelfManage); err != nil {
		return err
	}
	if !slices.Contains(n.offered(), channel) {
		return problem.Refuse("notice.channel-not-set-up")
	}
	address, err := cleanAddress(n.realm.Now(), channel, address)
	if err != nil {
		return err
	}
	code := n.newCode()
	if err := n.keepAddress(ctx, who.Staff, channel, address, n.mac(who.Staff, channel, address, code)); err != nil {
		return err
	}
	if err := n.sendCode(ctx, who, channel, address, code); err != nil {
		n.o.Log.Warn("code to an address", "realm", n.realm.Name, "channel", channel, "error", err.Error())
		return problem.Refuse("notice.code-not-sent")
	}
	return nil
}

// cleanAddress is the one form in which an address is kept.
func cleanAddress(now time.Time, channel, address string) (string, error) {
	c := valid.New(now)
	address = strings.TrimSpace(address)
	if channel == SMS {
		if c.Phone("address", &address); address == "" {
			c.Add("address", "common.error.required")
		}
		return address, c.Err()
	}
	at, err := mail.ParseAddress(address)
	if err != nil || at.Address != address || len(address) > 254 || !strings.Contains(address[strings.LastIndexByte(address, '@')+1:], ".") {
		c.Add("address", "notices.error.email")
	}
	return address, c.Err()
}

// newCode gives six digits, each code as likely as another.
func (n *Notices) newCode() string {
	x := new(big.Int).SetBytes(n.realm.Random(16))
	return fmt.Sprintf("%06d", x.Mod(x, big.NewInt(1_000_000)))
}

func (n *Notices) mac(parts ...string) []byte {
	raw := make([][]byte, len(parts))
	for i, p := range parts {
		raw[i] = []byte(p)
	}
	m := n.realm.KeyFile.Pepper().MAC("notice-code", raw...)
	return m[:]
}

func (n *Notices) keepAddress(ctx context.Context, staff, channel, address string, code []byte) error {
	now, rule := n.realm.Now(), n.Rules.Delivery.Code
	return n.realm.Store.Write(ctx, func(tx *store.Tx) error {
		var asked int
		var since int64
		err := tx.QueryRow(`SELECT asked, asked_since FROM notice_addresses WHERE staff = $1 AND channel = $2`, staff, channel).Scan(&asked, &since)
		if err != nil && !errors.Is(err, store.ErrNoRow) {
			return err
		}
		if since < now.Add(-time.Hour).UnixMilli() {
			asked, since = 0, now.UnixMilli()
		}
		if asked >= rule.Hourly {
			return &TooOften{time.UnixMilli(since).Add(time.Hour).Sub(now)}
		}
		_, err = tx.Exec(`INSERT INTO notice_addresses (staff, channel, address, verified_at, code, code_until, tries, asked, asked_since)
			VALUES ($1,$2,$3,0,$4,$5,0,$6,$7) ON CONFLICT (staff, channel) DO UPDATE SET address = excluded.address, verified_at = 0,
			code = excluded.code, code_until = excluded.code_until, tries = 0, asked = excluded.asked, asked_since = excluded.asked_since`,
			staff, channel, address, code, now.Add(rule.Lives).UnixMilli(), asked+1, since)
		return err
	})
}

// sendCode sends the code itself, at once: whoever waits for it sits before
// the page. It stands in no table; only a realm that sends nothing keeps it with
// what would have been sent, or nobody could try it there.
func (n *Notices) sendCode(ctx context.Context, who realm.Actor, channel, address, code string) error {
	lang := n.o.Texts.In(who.Language)
	m := message{ID: n.realm.NewID(), Staff: who.Staff, Agency: who.Agency, Channel: channel,
		Subject: lang.T("notices.code.subject"), Text: lang.T("notices.code.text", "code", code)}
	if n.o.Capture {
		return n.capture(ctx, m)
	}
	return n.carry(ctx, m, address)
}

// Verify takes the code that came to the address.
func (n *Notices) Verify(ctx context.Context, who realm.Actor, channel, code string) error {
	if err := n.realm.Door.Realm(who.Principal, policy.SelfManage); err != nil {
		return err
	}
	code = strings.Join(strings.Fields(code), "")
	right := false
	err := n.realm.Store.Write(ctx, func(tx *store.Tx) error {
		var address string
		var have []byte
		var until int64
		var tries int
		err := tx.QueryRow(`SELECT address, code, code_until, tries FROM notice_addresses WHERE staff = $1 AND channel = $2 AND verified_at = 0`,
			who.Staff, channel).Scan(&address, &have, &until, &tries)
		if errors.Is(err, store.ErrNoRow) {
			return problem.ErrNotFound
		}
		if err != nil {
			return err
		}
		now := n.realm.Now().UnixMilli()
		right = now < until && tries < n.Rules.Delivery.Code.Tries && subtle.ConstantTimeCompare(have, n.mac(who.Staff, channel, address, code)) == 1
		verified := int64(0)
		if right {
			verified, have = now, []byte{}
		}
		_, err = tx.Exec(`UPDATE notice_addresses SET verified_at = $3, tries = tries + 1, code = $4 WHERE staff = $1 AND channel = $2`,
			who.Staff, channel, verified, have)
		return err
	})
	if err != nil || right {
		return err
	}
	c := valid.New(n.realm.Now())
	c.Add("code", "notices.error.code")
	return c.Err()
}

// DropAddress forgets an address; nothing goes to it any more.
func (n *Notices) DropAddress(ctx context.Context, who realm.Actor, channel string) error {
	if err := n.realm.Door.Realm(who.Principal, policy.SelfManage); err != nil {
		return err
	}
	return n.realm.Store.Write(ctx, func(tx *store.Tx) error {
		gone, err := tx.Exec(`UPDATE notice_addresses SET address = '', verified_at = 0, code = $3, code_until = 0
			WHERE staff = $1 AND channel = $2 AND address <> ''`, who.Staff, channel, []byte{})
		if err == nil && gone == 0 {
			return problem.ErrNotFound
		}
		return err
	})
}

// verified is where somebody may be reached by a channel; "" is nowhere.
func (n *Notices) verified(ctx context.Context, staff, channel string) (string, error) {
	var address string
	err := n.realm.Store.QueryRow(ctx, `SELECT address FROM notice_addresses WHERE staff = $1 AND channel = $2 AND verified_at > 0`, staff, channel).Scan(&address)
	if errors.Is(err, store.ErrNoRow) {
		return "", nil
	}
	return address, err
}

// carry hands one message to the outlet of its channel.
func (n *Notices) carry(ctx context.Context, m message, address string) error {
	switch {
	case m.Channel == Email && n.o.Outlets.Mail != nil:
		return n.o.Outlets.Mail(ctx, courier.Mail{ID: m.ID, To: address, Subject: m.Subject, Text: m.Text, At: n.realm.Now()})
	case m.Channel == SMS && n.o.Outlets.SMS != nil:
		return n.o.Outlets.SMS(ctx, courier.SMS{ID: m.ID, To: address, Text: m.Text})
	}
	return &courier.Permanent{Why: "this channel is not set up"}
}
