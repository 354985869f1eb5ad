package ledger

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"
	"unicode/utf8"
)

// Limits of what one event may hold.
const (
	// MaxBody bounds an event's canonical bytes. Files belong elsewhere; an
	// event names them by digest.
	MaxBody = 1 << 20
	// MaxName bounds a stream's name, a kind, and each field of Meta, in bytes.
	MaxName = 256
)

// Meta says who did something and why. It is the same for all events of one
// append. It names staff by id, never a victim.
type Meta struct {
	Actor   string // staff id, or "system"
	Agency  string
	Duty    string
	Purpose string
	Device  string
	Cause   string // id of what led to this: a command, an event, a clock
	Key     string // idempotency key of the command
}

// Draft is an event about to happen.
type Draft struct {
	Kind    string // e.g. "case.opened"
	Schema  int    // version of the payload's form, from 1
	Payload any    // marshalled with encoding/json
}

// Event is something that happened. Payload is canonical JSON.
type Event struct {
	Seq     int64 // place in the realm's order and in the tree, from 0
	Realm   string
	Stream  string
	Version int64 // place in the stream, from 1
	Kind    string
	Schema  int
	At      time.Time // UTC, to the millisecond
	Meta
	Payload json.RawMessage
}

// timeForm is RFC 3339 in UTC with exactly three digits after the second, so
// that one time has one text.
const timeForm = "2006-01-02T15:04:05.000Z"

// appendBody appends the event's canonical bytes to b. The members stand in
// the order of their names, as RFC 8785 wants it.
func (e *Event) appendBody(b []byte) []byte {
	text := func(member, s string) {
		b = append(b, member...)
		b = appendString(b, s)
	}
	number := func(member string, n int64) {
		b = append(b, member...)
		b = strconv.AppendInt(b, n, 10)
	}
	text(`{"actor":`, e.Actor)
	text(`,"agency":`, e.Agency)
	text(`,"at":`, e.At.Format(timeForm))
	text(`,"cause":`, e.Cause)
	text(`,"device":`, e.Device)
	text(`,"duty":`, e.Duty)
	text(`,"key":`, e.Key)
	text(`,"kind":`, e.Kind)
	b = append(append(b, `,"payload":`...), e.Payload...)
	text(`,"purpose":`, e.Purpose)
	text(`,"realm":`, e.Realm)
	number(`,"schema":`, int64(e.Schema))
	number(`,"seq":`, e.Seq)
	text(`,"stream":`, e.Stream)
	number(`,"version":`, e.Version)
	return append(b, '}')
}

// envelope is an event's canonical bytes taken apart. Its texts are as they
// stand between their quotes, in the memory of the body.
type envelope struct {
	actor, agency, cause, device, duty, key, kind []byte
	payload                                       []byte
	purpose, realm, stream                        []byte
	schema, seq, version                          int64
	at                                            time.Time
}

// readEnvelope accepts exactly what appendBody writes.
func readEnvelope(body []byte) (v envelope, err error) {
	p := parser{in: body}
	v.actor = p.member(`{"actor":`)
	v.agency = p.member(`,"agency":`)
	at := p.member(`,"at":`)
	v.cause = p.member(`,"cause":`)
	v.device = p.member(`,"device":`)
	v.duty = p.member(`,"duty":`)
	v.key = p.member(`,"key":`)
	v.kind = p.member(`,"kind":`)
	p.literal(`,"payload":`)
	start := p.at
	p.value(0)
	v.payload = body[start:p.at:p.at]
	v.purpose = p.member(`,"purpose":`)
	v.realm = p.member(`,"realm":`)
	v.schema = p.number(`,"schema":`)
	v.seq = p.number(`,"seq":`)
	v.stream = p.member(`,"stream":`)
	v.version = p.number(`,"version":`)
	p.literal(`}`)
	if p.err == nil && p.at != len(body) {
		p.fail("something follows the end")
	}
	if p.err != nil {
		return envelope{}, p.err
	}
	v.at, err = parseTime(at)
	return v, err
}

// parseTime accepts what Format writes with timeForm, in years 0 to 9999. By
// hand: the one form has fixed places, and a check of the whole ledger reads
// one time an event.
func parseTime(text []byte) (time.Time, error) {
	const form = "dddd-dd-ddTdd:dd:dd.dddZ"
	var n [7]int // year, month, day, hour, minute, second, millisecond
	field := 0
	ok := len(text) == len(form)
	for i := 0; ok && i < len(form); i++ {
		switch c := text[i]; {
		case form[i] != 'd':
			ok = c == form[i]
			field++
		case c < '0' || c > '9':
			ok = false
		default:
			n[field] = n[field]*10 + int(c-'0')
		}
	}
	if ok && n[3] < 24 && n[4] < 60 && n[5] < 60 {
		at := time.Date(n[0], time.Month(n[1]), n[2], n[3], n[4], n[5], n[6]*int(time.Millisecond), time.UTC)
		if y, m, d := at.Date(); y == n[0] && int(m) == n[1] && d == n[2] { // there is such a day
			return at, nil
		}
	}
	return time.Time{}, errors.New("the time is not in its one form")
}

// parseBody is the strict inverse of appendBody. The event's Payload shares
// memory with body.
func parseBody(body []byte) (Event, error) {
	v, err := readEnvelope(body)
	if err != nil {
		return Event{}, err
	}
	return Event{
		Seq: v.seq, Realm: unescape(v.realm), Stream: unescape(v.stream), Version: v.version,
		Kind: unescape(v.kind), Schema: int(v.schema), At: v.at,
		Meta: Meta{Actor: unescape(v.actor), Agency: unescape(v.agency), Duty: unescape(v.duty), Purpose: unescape(v.purpose),
			Device: unescape(v.device), Cause: unescape(v.cause), Key: unescape(v.key)},
		Payload: v.payload,
	}, nil
}

func checkName(what, s string, empty bool) error {
	switch {
	case s == "" && !empty:
		return fmt.Errorf("ledger: an event needs a %s", what)
	case len(s) > MaxName:
		return fmt.Errorf("ledger: the %s is longer than %d bytes", what, MaxName)
	case !utf8.ValidString(s):
		return fmt.Errorf("ledger: the %s is not valid UTF-8", what)
	}
	return nil
}

func (m Meta) check() error {
	for _, f := range []struct{ what, s string }{{"actor", m.Actor}, {"agency", m.Agency}, {"duty", m.Duty},
		{"purpose", m.Purpose}, {"device", m.Device}, {"cause", m.Cause}, {"key", m.Key}} {
		if err := checkName(f.what, f.s, true); err != nil {
			return err
		}
	}
	return nil
}
