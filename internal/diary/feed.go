package diary

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"github.com/emersion/go-ical"

	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
	"rufaa/internal/store"
)

// secretBytes is how long the secret of a feed's address is.
const secretBytes = 32

func hash(secret string) []byte {
	sum := sha256.Sum256([]byte(secret))
	return sum[:]
}

// Feed says whether somebody has a feed, and since when.
type Feed struct {
	Made time.Time `json:"made_at,omitzero"`
}

// Feed tells of one's own feed; its address is told only when it is made.
func (d *Diary) Feed(ctx context.Context, who realm.Actor) (*Feed, error) {
	if err := d.realm.Door.Realm(who.Principal, policy.CalendarView); err != nil {
		return nil, err
	}
	var made int64
	err := d.realm.Store.QueryRow(ctx, `SELECT made_at FROM calendar_feeds WHERE staff = $1`, who.Staff).Scan(&made)
	if errors.Is(err, store.ErrNoRow) {
		return &Feed{}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("diary: feed: %w", err)
	}
	return &Feed{Made: time.UnixMilli(made).UTC()}, nil
}

// NewFeed makes a secret address for the own calendar in the duty acted in; one
// that was there no longer holds.
func (d *Diary) NewFeed(ctx context.Context, who realm.Actor) (secret string, err error) {
	if err := d.realm.Door.Realm(who.Principal, policy.CalendarView); err != nil {
		return "", err
	}
	secret = base64.RawURLEncoding.EncodeToString(d.realm.Random(secretBytes))
	return secret, d.realm.Store.Write(ctx, func(tx *store.Tx) error {
		_, err := tx.Exec(`INSERT INTO calendar_feeds (staff, agency, duty, token, made_at) VALUES ($1,$2,$3,$4,$5)
			ON CONFLICT (staff) DO UPDATE SET agency = excluded.agency, duty = excluded.duty, token = excluded.token, made_at = excluded.made_at`,
			who.Staff, who.Agency, who.Duty, hash(secret), d.realm.Now().UnixMilli())
		return err
	})
}

// EndFeed revokes the address; problem.ErrNotFound when there is none.
func (d *Diary) EndFeed(ctx context.Context, who realm.Actor) error {
	if err := d.realm.Door.Realm(who.Principal, policy.CalendarView); err != nil {
		return err
	}
	return d.realm.Store.Write(ctx, func(tx *store.Tx) error {
		n, err := tx.Exec(`DELETE FROM calendar_feeds WHERE staff = $1`, who.Staff)
		if err == nil && n == 0 {
			return problem.ErrNotFound
		}
		return err
	})
}

// How far a feed looks.
const (
	feedBack  = 7 * 24 * time.Hour
	feedAhead = 366 * 24 * time.Hour
)

// Words say an entry in few words that tell nothing of the case.
type Words func(language, what string) string

// Read gives the feed behind a secret address. A wrong secret, a revoked one
// and one whose owner may not any more are the same answer.
func (d *Diary) Read(ctx context.Context, secret string, words Words) ([]byte, error) {
	var staff, agency, duty string
	err := d.realm.Store.QueryRow(ctx, `SELECT staff, agency, duty FROM calendar_feeds WHERE token = $1`, hash(secret)).Scan(&staff, &agency, &duty)
	if errors.Is(err, store.ErrNoRow) {
		return nil, problem.ErrNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("diary: feed: %w", err)
	}
	p, err := d.person(ctx, staff, agency, duty)
	if err != nil {
		return nil, err
	}
	if !p.Active {
		return nil, problem.ErrNotFound
	}
	who := realm.Actor{Principal: policy.Principal{Staff: staff, Agency: agency, Duty: duty}, Device: "calendar", Language: p.Language}
	now := d.realm.Now()
	list, err := d.Entries(ctx, who, now.Add(-feedBack), now.Add(feedAhead), false)
	if errors.As(err, new(*problem.Denied)) {
		return nil, problem.ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	return d.encode(list, p.Language, now, words)
}

// encode writes the calendar. An entry's id is keyed, so that two feeds cannot
// be laid side by side to learn who works on one case.
func (d *Diary) encode(list []Entry, language string, now time.Time, words Words) ([]byte, error) {
	cal := ical.NewCalendar()
	cal.Props.SetText(ical.PropVersion, "2.0")
	cal.Props.SetText(ical.PropProductID, "-//Rufaa//Calendar//EN")
	cal.Props.SetText(ical.PropName, "Rufaa")
	for _, e := range list {
		id := d.realm.KeyFile.Pepper().MAC("calendar", []byte(e.Case), []byte(e.What), []byte(e.Item), []byte(e.Day))
		ev := ical.NewEvent()
		ev.Props.SetText(ical.PropUID, hex.EncodeToString(id[:16]))
		ev.Props.SetDateTime(ical.PropDateTimeStamp, now.UTC())
		ev.Props.SetText(ical.PropSummary, words(language, e.What))
		ev.Props.SetText(ical.PropClass, "PRIVATE")
		if e.AllDay {
			day, err := time.Parse(time.DateOnly, e.Day)
			if err != nil {
				return nil, fmt.Errorf("diary: feed: %w", err)
			}
			ev.Props.SetDate(ical.PropDateTimeStart, day)
		} else {
			ev.Props.SetDateTime(ical.PropDateTimeStart, e.At.UTC())
		}
		cal.Children = append(cal.Children, ev.Component)
	}
	if len(cal.Children) == 0 { // RFC 5545 wants a component in every calendar
		cal.Children = append(cal.Children, nothing(now))
	}
	var out bytes.Buffer
	if err := ical.NewEncoder(&out).Encode(cal); err != nil {
		return nil, fmt.Errorf("diary: feed: %w", err)
	}
	return out.Bytes(), nil
}

// nothing is a free line in the past that stands for an empty calendar.
func nothing(now time.Time) *ical.Component {
	ev := ical.NewEvent()
	ev.Props.SetText(ical.PropUID, "empty")
	ev.Props.SetDateTime(ical.PropDateTimeStamp, now.UTC())
	ev.Props.SetDate(ical.PropDateTimeStart, now.Add(-feedBack))
	ev.Props.SetText(ical.PropSummary, "Rufaa")
	ev.Props.SetText(ical.PropTransparency, "TRANSPARENT")
	return ev.Component
}
