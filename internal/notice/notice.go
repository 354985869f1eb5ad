package notice

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"

	"rufaa/internal/casefile"
	"rufaa/internal/courier"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
	"rufaa/internal/store"
	"rufaa/internal/text"
)

// Person is what the room must know of a member of staff.
type Person struct {
	ID, Agency, Language string
	Duties               []string
	Active               bool // the account is open at this moment
}

// People are the realm's staff, as accounts knows them.
type People interface {
	// Person gives somebody by id; Active is false for nobody.
	Person(ctx context.Context, id string) (Person, error)
	// With lists the active people with a duty, in an agency or ("") in all.
	With(ctx context.Context, agency, duty string) ([]Person, error)
}

// Outlets are the ways out of the building; nil is one that is not set up.
type Outlets struct {
	Mail  func(context.Context, courier.Mail) error
	SMS   func(context.Context, courier.SMS) error
	Hooks *courier.Hooks
	// Statement hands one statement to the learning record store.
	Statement func(ctx context.Context, id string, statement []byte) error
}

// Box is where a realm that plays keeps what it would have sent. Keep says
// whether it did; a message keeps its id at every try, and is kept once.
type Box struct {
	Keep func(context.Context, Captured) (bool, error)
	List func(ctx context.Context, staff string) ([]Captured, error) // the newest first; "" is everybody's
}

// Options are what the room stands on besides the realm.
type Options struct {
	Rules   *Rules
	People  People
	Texts   *text.Catalogs
	Outlets Outlets
	Capture bool          // keep what would be sent, and send nothing
	Box     *Box          // where an exercise keeps it; nil: in this room
	Page    func() string // where the list of notices is reached; "" is not known
	// Seal and Unseal keep an agency's webhook key.
	Seal   func(ctx context.Context, subject, plain string) (string, error)
	Unseal func(ctx context.Context, subject, sealed string) (string, error)
	Log    *slog.Logger
	Wall   func() time.Time // the wall's clock, where the realm's is a scenario's; nil: the realm's
}

// Notices runs the room's commands and reads in one realm.
type Notices struct {
	Rules *Rules

	o      Options
	realm  *realm.Realm
	cases  *casefile.Cases
	unread *unread
	keys   *lru.Cache[string, string] // of webhooks, by their sealed form
}

// keysKept is of how many agencies the keys stay in memory.
const keysKept = 500

// New opens the room, registers its projection and lets the case room call it.
func New(r *realm.Realm, cases *casefile.Cases, o Options) *Notices {
	if o.Wall == nil {
		o.Wall = r.Now
	}
	keys, err := lru.New[string, string](keysKept)
	if err != nil {
		panic(err) // the size is not positive
	}
	n := &Notices{Rules: o.Rules, o: o, realm: r, cases: cases, unread: newUnread(), keys: keys}
	r.Register(projection{n})
	cases.OnEvent(n.Case)
	cases.OnRecord(n.Record)
	cases.CarriedBy(o.Rules.Limit)
	return n
}

// Notice is one line that somebody must see; it names a kind and a case.
type Notice struct {
	ID    string    `json:"id"`
	Kind  string    `json:"kind"`
	Case  string    `json:"case,omitempty"`
	Ref   string    `json:"reference,omitempty"`
	About string    `json:"about"`
	At    time.Time `json:"at"`
}

var unseenQuery = `SELECT n.id, n.kind, n.case_id, COALESCE(c.ref, ''), n.about, n.at FROM (
		SELECT * FROM notices WHERE staff = $1 AND at > $4
		UNION ALL SELECT * FROM notices WHERE agency = $3 AND duty = $2 AND staff = '' AND at > $4
		UNION ALL SELECT * FROM notices WHERE agency = '' AND duty = $2 AND staff = '' AND at > $4) n LEFT JOIN cases c ON c.id = n.case_id
	WHERE n.actor <> $1 AND NOT EXISTS (SELECT 1 FROM notices_seen s WHERE s.notice = n.id AND s.staff = $1)` + casefile.Near("n.case_id", 6) + `
	ORDER BY n.at DESC, n.seq DESC LIMIT $5`

// MostUnread is how many notices a list holds; more are told as "more".
const MostUnread = 100

// forgotten is how old a notice may be before it is news to nobody.
const forgotten = 60 * 24 * time.Hour

// Unseen lists what is new for the person, in the duty acted in, the newest
// first. It is kept in memory for moments: every page shows how many there are.
func (n *Notices) Unseen(ctx context.Context, who realm.Actor) ([]Notice, error) {
	if err := n.realm.Door.Realm(who.Principal, policy.NoticesView); err != nil {
		return nil, err
	}
	return n.unread.get(who, func() ([]Notice, error) {
		rows, err := n.realm.Store.Query(ctx, unseenQuery, who.Staff, who.Duty, who.Agency, n.realm.Now().Add(-forgotten).UnixMilli(), MostUnread, casefile.NearTo(who))
		if err != nil {
			return nil, fmt.Errorf("notice: list: %w", err)
		}
		defer rows.Close()
		var out []Notice
		for rows.Next() {
			var x Notice
			var at int64
			if err := rows.Scan(&x.ID, &x.Kind, &x.Case, &x.Ref, &x.About, &at); err != nil {
				return nil, err
			}
			x.At = time.UnixMilli(at).UTC()
			if n.Rules.Kind(x.Kind) != nil {
				out = append(out, x)
			}
		}
		return out, rows.Err()
	})
}

const mine = `(n.staff = $1 OR (n.staff = '' AND n.duty = $2 AND (n.agency = $3 OR n.agency = '')))`

// PutAside marks a notice as seen by the person it was for.
func (n *Notices) PutAside(ctx context.Context, who realm.Actor, notice string) error {
	if err := n.realm.Door.Realm(who.Principal, policy.NoticesView); err != nil {
		return err
	}
	defer n.unread.changed(addressee{staff: who.Staff})
	return n.realm.Store.Write(ctx, func(tx *store.Tx) error {
		done, err := tx.Exec(`INSERT INTO notices_seen (notice, staff, at)
			SELECT n.id, $1, $4 FROM notices n WHERE n.id = $5 AND `+mine+`
			ON CONFLICT (notice, staff) DO NOTHING`, who.Staff, who.Duty, who.Agency, n.realm.Now().UnixMilli(), notice)
		if err != nil || done > 0 {
			return err
		}
		var seen int
		if err := tx.QueryRow(`SELECT count(*) FROM notices_seen WHERE notice = $1 AND staff = $2`, notice, who.Staff).Scan(&seen); err != nil {
			return err
		}
		if seen == 0 {
			return problem.ErrNotFound
		}
		return nil
	})
}

// PutAllAside marks everything as seen that the person was told up to now.
func (n *Notices) PutAllAside(ctx context.Context, who realm.Actor) error {
	return n.putAside(ctx, who, "", "")
}

// PutKindAside is PutAllAside for the notices of one kind.
func (n *Notices) PutKindAside(ctx context.Context, who realm.Actor, kind string) error {
	return n.putAside(ctx, who, " AND n.kind = $6", kind)
}

func (n *Notices) putAside(ctx context.Context, who realm.Actor, more, kind string) error {
	if err := n.realm.Door.Realm(who.Principal, policy.NoticesView); err != nil {
		return err
	}
	args := []any{who.Staff, who.Duty, who.Agency, n.realm.Now().UnixMilli(), n.realm.Now().Add(-forgotten).UnixMilli()}
	if more != "" {
		args = append(args, kind)
	}
	defer n.unread.changed(addressee{staff: who.Staff})
	return n.realm.Store.Write(ctx, func(tx *store.Tx) error {
		_, err := tx.Exec(`INSERT INTO notices_seen (notice, staff, at)
			SELECT n.id, $1, $4 FROM notices n WHERE n.at > $5 AND `+mine+more+`
			ON CONFLICT (notice, staff) DO NOTHING`, args...)
		return err
	})
}
