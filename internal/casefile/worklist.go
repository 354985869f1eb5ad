package casefile

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"rufaa/internal/policy"
	"rufaa/internal/realm"
)

// List names one of the lists of a person's worklist.
type List string

// The lists. Each is an index walk that is narrowed to what the person may
// see before a row is read; each row then passes the door.
const (
	Mine       List = "mine"    // cases whose team I am on
	Waiting    List = "waiting" // alerts my agency was asked to take
	RaisedByMe List = "alerted" // alerts I raised, wherever they went
	ClosedMine List = "closed"  // closed cases whose team I am on
	Every      List = "every"   // the Secretariat's frames
	Offered    List = "offered" // whole cases that my agency is asked to take over
	Awaited    List = "awaited" // of my agency: work that waits for a supervisor
	Detained   List = "detained"
)

// Row is a case in a list: nothing in it identifies.
type Row struct {
	ID       string     `json:"id"`
	Ref      string     `json:"reference"`
	Stage    Stage      `json:"stage"`
	Presumed string     `json:"presumed,omitempty"`
	Track    string     `json:"track,omitempty"`
	Holder   string     `json:"holder"`
	County   string     `json:"county,omitempty"`
	Sex      string     `json:"sex,omitempty"`
	AgeBand  string     `json:"age_band,omitempty"`
	Child    bool       `json:"child"`
	Risk     string     `json:"risk,omitempty"`
	Danger   bool       `json:"danger"`
	Detained bool       `json:"detained"`
	Since    *time.Time `json:"detained_since,omitempty"` // behind a lock since
	Waiting  bool       `json:"waiting"`
	OpenedAt time.Time  `json:"opened_at"`
	Changed  time.Time  `json:"changed_at"`
	Due      *time.Time `json:"due_at,omitempty"`
	Clock    string     `json:"clock,omitempty"`
	Version  int64      `json:"version"`
	Covers   []Covering `json:"covering,omitempty" doc:"In a list of one's own: the colleagues on leave in whose place one stands"`

	alertStaff, offeredTo string
	awaits, ended         bool // ended: there for a leave alone, and it is over
}

// Page is one page of a list with the number of rows in the whole list.
type Page struct {
	Rows  []Row
	Total int
	Next  string // cursor; "" at the end
}

const rowColumns = `c.id, c.ref, c.stage, c.presumed, c.track, c.holder, c.county, c.sex, c.age_band, c.child, c.risk,
	c.danger, c.detained, c.waiting, c.opened_at, c.changed_at, c.due_at, c.due, c.version, c.alert_staff,
	c.detained_since, c.offered_to, c.awaits`

// What the team's row adds in a list of one's own.
const (
	teamColumns = `, t.own, t.ends_at, t.covers`
	noTeam      = `, 1, 0, ''`
)

// walk is how a list is read: an index walk narrowed to its subject, in the
// order of a due time and an id.
type walk struct {
	from, of string // $1 is the person or agency
	due, id  string
}

// counted is the text that counts the whole list for the asker $2; more narrows
// it, with arguments from $3 on. Without a filter the team alone knows how many.
func (w walk) counted(more string) string {
	from := w.from
	if from == onTeam && more == "" {
		from = `team t`
	}
	return `SELECT count(*) FROM ` + from + ` WHERE ` + w.of + Near(w.id, 2) + more
}

// lists are the walks of the lists.
var lists = map[List]walk{
	Mine:       {onTeam, `t.staff = $1 AND t.closed = 0`, `t.due_at`, `t.case_id`},
	ClosedMine: {onTeam, `t.staff = $1 AND t.closed = 1`, `t.due_at`, `t.case_id`},
	Waiting:    ofCases(`c.holder = $1 AND c.waiting = 1 AND c.closed_at = 0`),
	RaisedByMe: ofCases(`c.alert_staff = $1 AND c.closed_at = 0`),
	Every:      ofCases(`c.waiting = $1 AND c.closed_at = 0`),
	Offered:    ofCases(`c.offered_to = $1 AND c.offered_to <> ''`),
	Awaited:    ofCases(`c.holder = $1 AND c.awaits = 1`),
	Detained:   {`cases c`, `c.detained = $1 AND c.closed_at = 0`, `c.detained_since`, `c.id`}, // the longest first
}

const onTeam = `team t JOIN cases c ON c.id = t.case_id`

func ofCases(of string) walk {
	return walk{`cases c`, of, `c.due_at`, `c.id`}
}

// rows is the text that gives a page after the cursor $2, $3 of at most $4
// rows for the asker $5; more narrows it, with arguments from $6 on.
func (w walk) rows(more string) string {
	more = Near(w.id, 5) + more
	team := noTeam
	if w.from == onTeam {
		team = teamColumns
	}
	return `SELECT ` + rowColumns + team + ` FROM ` + w.from + ` WHERE ` + w.of +
		` AND (` + w.due + ` > $2 OR (` + w.due + ` = $2 AND ` + w.id + ` > $3))` + more + ` ORDER BY ` + w.due + `, ` + w.id + ` LIMIT $4`
}

// rowTexts are the texts without a filter, made once.
var rowTexts = func() map[List]string {
	out := map[List]string{}
	for l, w := range lists {
		out[l] = w.rows("")
	}
	return out
}()

// Worklist gives one page of a list and how long the list is. after is the
// cursor of the page before.
func (c *Cases) Worklist(ctx context.Context, who realm.Actor, list List, after string, limit int) (*Page, error) {
	return c.Filtered(ctx, who, list, Filter{}, after, limit)
}

// Filtered is Worklist of the rows that a filter lets through.
func (c *Cases) Filtered(ctx context.Context, who realm.Actor, list List, f Filter, after string, limit int) (*Page, error) {
	if err := f.check(c.realm.Content); err != nil {
		return nil, err
	}
	subject, ok := c.subject(who, list)
	if !ok {
		return &Page{}, nil
	}
	p, err := c.listPage(ctx, who, list, subject, f, after, limit)
	if err != nil {
		return nil, err
	}
	if after == "" && p.Next == "" { // the whole list is here
		p.Total = len(p.Rows)
		return p, nil
	}
	more, args := f.narrow(c.now(), 3)
	return p, c.realm.Store.QueryRow(ctx, lists[list].counted(more), append([]any{subject, NearTo(who)}, args...)...).Scan(&p.Total)
}

// First gives the most urgent rows of a list without counting it.
func (c *Cases) First(ctx context.Context, who realm.Actor, list List, limit int) ([]Row, error) {
	subject, ok := c.subject(who, list)
	if !ok {
		return nil, nil
	}
	p, err := c.listPage(ctx, who, list, subject, Filter{}, "", limit)
	if err != nil {
		return nil, err
	}
	return p.Rows, nil
}

// subject is whose list it is: a person's, an agency's or everybody's. It asks
// the door before any row is read; of the person's own list too.
func (c *Cases) subject(who realm.Actor, list List) (any, bool) {
	switch list {
	case Waiting:
		return who.Agency, c.mayList(who, policy.Resource{Kind: "case", Holder: who.Agency, Waiting: true})
	case Offered:
		return who.Agency, c.mayList(who, policy.Resource{Kind: "case", OfferedTo: who.Agency})
	case Awaited:
		return who.Agency, c.mayList(who, policy.Resource{Kind: "case", Holder: who.Agency, Awaits: true})
	case Detained:
		return 1, c.mayList(who, policy.Resource{Kind: "case"})
	case Every:
		return 0, c.mayList(who, policy.Resource{Kind: "case"})
	}
	// The person's own: those she is on the team of, and those she raised.
	own := policy.Resource{Kind: "case", Team: []string{who.Staff}, AlertedBy: who.Staff}
	return who.Staff, c.mayList(who, own)
}

func (c *Cases) listPage(ctx context.Context, who realm.Actor, list List, subject any, f Filter, after string, limit int) (*Page, error) {
	text, ok := rowTexts[list]
	if !ok {
		return nil, fmt.Errorf("casefile: no list %q", list)
	}
	due, id := cursor(after)
	p := &Page{}
	more, args := f.narrow(c.now(), 6)
	if more != "" {
		text = lists[list].rows(more)
	}
	rows, err := c.realm.Store.Query(ctx, text, append([]any{subject, due, id, limit + 1, NearTo(who)}, args...)...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	decide := c.rowDoor(who, list)
	for rows.Next() {
		var r Row
		var opened, changed, dueAt, since, endsAt int64
		var own bool
		var covers string
		if err := rows.Scan(&r.ID, &r.Ref, &r.Stage, &r.Presumed, &r.Track, &r.Holder, &r.County, &r.Sex, &r.AgeBand, &r.Child,
			&r.Risk, &r.Danger, &r.Detained, &r.Waiting, &opened, &changed, &dueAt, &r.Clock, &r.Version, &r.alertStaff,
			&since, &r.offeredTo, &r.awaits, &own, &endsAt, &covers); err != nil {
			return nil, err
		}
		if err := r.covering(own, endsAt, covers, c.now()); err != nil {
			return nil, err
		}
		if len(p.Rows) == limit {
			last := p.Rows[limit-1]
			if p.Next = cursorOf(last); list == Detained && last.Since != nil {
				p.Next = cursorAt(last.Since.UnixMilli(), last.ID)
			}
			break
		}
		if since > 0 {
			at := time.UnixMilli(since).UTC()
			r.Since = &at
		}
		r.OpenedAt, r.Changed = time.UnixMilli(opened).UTC(), time.UnixMilli(changed).UTC()
		if t, ok := dueTime(dueAt); ok {
			r.Due = &t
		}
		if decide(&r) {
			p.Rows = append(p.Rows, r)
		}
	}
	return p, rows.Err()
}

// covering reads in whose place somebody is on the team now.
func (r *Row) covering(own bool, endsAt int64, covers string, now time.Time) error {
	if covers != "" {
		if err := json.Unmarshal([]byte(covers), &r.Covers); err != nil {
			return fmt.Errorf("casefile: covers of %s: %w", r.ID, err)
		}
		r.Covers = slices.DeleteFunc(r.Covers, func(c Covering) bool { return !now.Before(c.Ends) })
	}
	r.ended = !own && len(r.Covers) == 0 && (covers != "" || endsAt <= now.UnixMilli())
	return nil
}

func (c *Cases) mayList(who realm.Actor, res policy.Resource) bool {
	return c.realm.Door.Decide(who.Principal, policy.CaseList, res, policy.Context{}).Allowed
}

// rowDoor asks the door about every row. Rows that stand in the same relation
// to the person are the same question; the answer is kept for the length of
// one page.
func (c *Cases) rowDoor(who realm.Actor, list List) func(*Row) bool {
	type relation struct {
		holder, offeredTo               string
		waiting, alerted, awaits, ended bool
	}
	known := map[relation]bool{}
	onTeam := list == Mine || list == ClosedMine
	return func(r *Row) bool {
		rel := relation{r.Holder, r.offeredTo, r.Waiting, r.alertStaff == who.Staff, r.awaits, r.ended}
		ok, asked := known[rel]
		if !asked {
			res := policy.Resource{Kind: "case", Holder: r.Holder, Waiting: r.Waiting, AlertedBy: r.alertStaff, OfferedTo: r.offeredTo, Awaits: r.awaits}
			if onTeam && !r.ended {
				res.Team = []string{who.Staff}
			}
			ok = c.mayList(who, res)
			known[rel] = ok
		}
		return ok
	}
}

func cursorOf(r Row) string {
	due := Never
	if r.Due != nil {
		due = r.Due.UnixMilli()
	}
	return cursorAt(due, r.ID)
}

func cursorAt(at int64, id string) string { return fmt.Sprintf("%d.%s", at, id) }

// cursor reads a cursor; one that makes no sense starts from the beginning.
func cursor(s string) (due int64, id string) {
	if _, err := fmt.Sscanf(s, "%d.%s", &due, &id); err != nil {
		return -1 << 62, ""
	}
	return due, id
}

// IsCursor tells whether a text is what a page gave for the next one.
func IsCursor(s string) bool {
	due, id, ok := strings.Cut(s, ".")
	_, err := strconv.ParseInt(due, 10, 64)
	_, err2 := uuid.Parse(id)
	return ok && err == nil && err2 == nil
}

// IsList tells whether there is a list of this name.
func IsList(id string) bool { _, ok := lists[List(id)]; return ok }
