package exhibit

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"rufaa/internal/custody"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
	"rufaa/internal/store"
	"rufaa/internal/vault"
)

// View is an exhibit as somebody may see it: everything that is not sealed,
// and the chain.
type View struct {
	*State
	Chain    *custody.Chain
	ReturnBy *time.Time // a victim's own property; nil when nothing is owed
	Inquiry  string     // of its scene
	may      map[policy.Action]bool
}

// Can tells whether the reader may do something with it.
func (v *View) Can(a policy.Action) bool { return v.may[a] }

// actions are those that a view is asked about.
var actions = []policy.Action{policy.ExhibitOpen, policy.ExhibitCorrect, policy.ExhibitKeep, policy.ExhibitReceive, policy.ExhibitAttest,
	policy.ExhibitLaboratory, policy.ExhibitEnd, policy.ExhibitLabel, policy.ExhibitList, policy.ExhibitReport, policy.ExhibitDigests}

// View gives one exhibit to who may see it.
func (x *Exhibits) View(ctx context.Context, who realm.Actor, id string) (*View, error) {
	s, sc, err := x.admitted(ctx, who, id, policy.ExhibitView)
	if err != nil {
		return nil, err
	}
	return x.view(who, s, sc), nil
}

func (x *Exhibits) view(who realm.Actor, s *State, sc *Scene) *View {
	v := &View{State: s, Chain: s.Chain(x.realm.Content, x.Register, x.realm.Now()), ReturnBy: s.ReturnBy(x.realm.Content), Inquiry: sc.Inquiry, may: map[policy.Action]bool{}}
	ask := x.realm.Door.Between(who.Principal, s.resource(sc, who.Staff))
	for _, a := range actions {
		v.may[a] = ask.Decide(a, policy.Context{}).Allowed
	}
	v.may[policy.ExhibitList] = x.realm.Door.Decide(who.Principal, policy.ExhibitList, sc.resource(), policy.Context{}).Allowed
	return v
}

// Find gives the exhibit of a label's code to who may see it.
func (x *Exhibits) Find(ctx context.Context, who realm.Actor, code string) (string, error) {
	s, err := x.read(ctx, `SELECT state FROM exhibits WHERE code = $1`, strings.ToUpper(code))
	if err != nil {
		return "", err
	}
	sc, err := x.scene(ctx, who, s.Scene)
	if err != nil {
		return "", err
	}
	if x.admit(who, policy.ExhibitView, s, sc) != nil {
		return "", problem.ErrNotFound
	}
	return s.ID, nil
}

func (x *Exhibits) all(ctx context.Context, text string, args ...any) ([]*State, error) {
	rows, err := x.realm.Store.Query(ctx, text, args...)
	if err != nil {
		return nil, fmt.Errorf("exhibit: list: %w", err)
	}
	return states(rows)
}

func states(rows *store.Rows) ([]*State, error) {
	defer rows.Close()
	var out []*State
	for rows.Next() {
		var raw []byte
		if err := rows.Scan(&raw); err != nil {
			return nil, fmt.Errorf("exhibit: list: %w", err)
		}
		s := new(State)
		if err := json.Unmarshal(raw, s); err != nil {
			return nil, fmt.Errorf("exhibit: list: %w", err)
		}
		out = append(out, s)
	}
	return out, rows.Err()
}

func (x *Exhibits) ofScene(ctx context.Context, scene string) ([]*State, error) {
	return x.all(ctx, `SELECT state FROM exhibits WHERE scene = $1 ORDER BY n`, scene)
}

// OfScene lists a scene's exhibits by number for who works at it.
func (x *Exhibits) OfScene(ctx context.Context, who realm.Actor, scene string) (*Scene, []*View, error) {
	sc, err := x.AdmittedScene(ctx, who, scene, policy.ExhibitList)
	if err != nil {
		return nil, nil, err
	}
	found, err := x.ofScene(ctx, scene)
	if err != nil {
		return nil, nil, err
	}
	out := make([]*View, len(found))
	for i, s := range found {
		out[i] = x.view(who, s, sc)
	}
	return sc, out, nil
}

// Count is how many exhibits a scene has, for who may list them.
func (x *Exhibits) Count(ctx context.Context, who realm.Actor, scene string) (n int, err error) {
	if _, err := x.AdmittedScene(ctx, who, scene, policy.ExhibitList); err != nil {
		return 0, err
	}
	if err := x.realm.Store.QueryRow(ctx, `SELECT count(*) FROM exhibits WHERE scene = $1`, scene).Scan(&n); err != nil {
		return 0, fmt.Errorf("exhibit: count: %w", err)
	}
	return n, nil
}

// ScenesOf are the scenes whose exhibits the one who asks may list.
func (x *Exhibits) ScenesOf(ctx context.Context, who realm.Actor) ([]*Scene, error) {
	if err := x.realm.Door.Realm(who.Principal, policy.ExhibitWork); err != nil {
		return nil, err
	}
	ids, err := x.o.Scenes(ctx, who.Staff)
	if err != nil {
		return nil, err
	}
	var out []*Scene
	for _, id := range ids {
		sc, err := x.scene(ctx, who, id)
		if err != nil {
			return nil, err
		}
		if x.May(who, sc, policy.ExhibitList) {
			out = append(out, sc)
		}
	}
	return out, nil
}

// May tells whether somebody may do something with the exhibits of a scene.
func (x *Exhibits) May(who realm.Actor, sc *Scene, do policy.Action) bool {
	return x.realm.Door.Decide(who.Principal, do, sc.resource(), policy.Context{}).Allowed
}

// List names which exhibits somebody wants to see.
type List string

// The lists.
const (
	Awaited List = "awaited" // wait for my confirmation
	Mine    List = "mine"    // that I have
	Sent    List = "sent"    // that I offered and nobody has confirmed
	Returns List = "returns" // of victims, that are to go back
	Past    List = "past"    // that I had
)

// Lists are all of them, in the order of a page.
var Lists = []List{Awaited, Mine, Sent, Returns, Past}

// most bounds a list: what one person has in hand is counted in hundreds.
const most = 500

// Worklist gives one list of the one who asks: what is overdue first.
func (x *Exhibits) Worklist(ctx context.Context, who realm.Actor, which List) ([]*View, error) {
	if err := x.realm.Door.Realm(who.Principal, policy.ExhibitWork); err != nil {
		return nil, err
	}
	found, err := x.listed(ctx, who, which)
	if err != nil {
		return nil, err
	}
	out, err := x.views(ctx, who, found)
	if err != nil {
		return nil, err
	}
	if which == Returns {
		out = slices.DeleteFunc(out, func(v *View) bool { return v.ReturnBy == nil })
		slices.SortStableFunc(out, func(a, b *View) int { return a.ReturnBy.Compare(*b.ReturnBy) })
	}
	return out, nil
}

// views are those of some exhibits that somebody may see.
func (x *Exhibits) views(ctx context.Context, who realm.Actor, found []*State) ([]*View, error) {
	var out []*View
	scenes := map[string]*Scene{}
	for _, s := range found {
		sc := scenes[s.Scene]
		if sc == nil {
			var err error
			if sc, err = x.scene(ctx, who, s.Scene); err != nil {
				return nil, err
			}
			scenes[s.Scene] = sc
		}
		if x.admit(who, policy.ExhibitView, s, sc) == nil {
			out = append(out, x.view(who, s, sc))
		}
	}
	return out, nil
}

func (x *Exhibits) listed(ctx context.Context, who realm.Actor, which List) ([]*State, error) {
	const from = `SELECT e.state FROM exhibits e`
	switch which {
	case Awaited:
		return x.all(ctx, from+` WHERE e.awaited = $1 ORDER BY e.changed_at LIMIT $2`, who.Staff, most)
	case Mine:
		return x.all(ctx, from+` WHERE e.keeper = $1 ORDER BY e.scene, e.n LIMIT $2`, who.Staff, most)
	case Sent:
		return x.all(ctx, from+` WHERE e.keeper = $1 AND e.status = 'offered' ORDER BY e.changed_at LIMIT $2`, who.Staff, most)
	case Past:
		return x.all(ctx, from+` JOIN exhibit_people p ON p.exhibit = e.id WHERE p.staff = $1 AND e.keeper <> $1 AND e.awaited <> $1 ORDER BY e.changed_at DESC LIMIT $2`, who.Staff, most)
	}
	return x.around(ctx, who, ` AND e.owner = 'victim'`, most)
}

// around are the exhibits, narrowed by a condition, that have not ended and that
// somebody has, had, or sees by a scene: each once, in the order of their ids,
// and at most so many of each way.
func (x *Exhibits) around(ctx context.Context, who realm.Actor, narrow string, limit int) ([]*State, error) {
	const from, open = `SELECT e.state FROM exhibits e `, ` AND e.status IN ('kept','offered')`
	found, err := x.all(ctx, from+`JOIN exhibit_people p ON p.exhibit = e.id WHERE p.staff = $1`+open+narrow+` LIMIT $2`, who.Staff, limit)
	if err != nil {
		return nil, err
	}
	scenes, err := x.o.Scenes(ctx, who.Staff)
	if err != nil {
		return nil, err
	}
	for _, scene := range scenes {
		more, err := x.all(ctx, from+`WHERE e.scene = $1`+open+narrow+` LIMIT $2`, scene, limit)
		if err != nil {
			return nil, err
		}
		found = append(found, more...)
	}
	slices.SortFunc(found, func(a, b *State) int { return strings.Compare(a.ID, b.ID) })
	return slices.CompactFunc(found, func(a, b *State) bool { return a.ID == b.ID }), nil
}

// Owed are the exhibits of a victim's own that are not back yet, of everybody, for
// the realm's clock. It asks nobody.
func (x *Exhibits) Owed(ctx context.Context) ([]*State, error) {
	return x.all(ctx, `SELECT e.state FROM exhibits e WHERE e.owner = $1 AND e.status IN ('kept','offered') ORDER BY e.id LIMIT $2`, OwnerVictim, 100*most)
}

// ReturnBy is State.ReturnBy by the realm's clock.
func (x *Exhibits) ReturnBy(s *State) *time.Time { return s.ReturnBy(x.realm.Content) }

// Waiting counts what waits for somebody: to confirm, and to give back in time.
type Waiting struct {
	Confirm int `json:"confirm"`
	Overdue int `json:"overdue"`
}

// Counts tells what waits for the one who asks.
func (x *Exhibits) Counts(ctx context.Context, who realm.Actor) (Waiting, error) {
	confirm, err := x.Worklist(ctx, who, Awaited)
	if err != nil {
		return Waiting{}, err
	}
	back, err := x.Worklist(ctx, who, Returns)
	if err != nil {
		return Waiting{}, err
	}
	w := Waiting{Confirm: len(confirm)}
	for _, v := range back {
		if v.ReturnBy.Before(x.realm.Now()) {
			w.Overdue++
		}
	}
	return w, nil
}

// Matching finds the exhibits of a scene's row that hold one of these digests,
// without opening anything: by keyed tokens. It tells ids; whoever asks has
// asked the door about each.
func (x *Exhibits) Matching(ctx context.Context, digests []string) ([]string, error) {
	var out []string
	for _, token := range x.tokens(digests) {
		rows, err := x.realm.Store.Query(ctx, `SELECT exhibit FROM exhibit_tokens WHERE token = $1`, token)
		if err != nil {
			return nil, fmt.Errorf("exhibit: tokens: %w", err)
		}
		for rows.Next() {
			var id string
			if err := rows.Scan(&id); err != nil {
				rows.Close()
				return nil, fmt.Errorf("exhibit: tokens: %w", err)
			}
			if !slices.Contains(out, id) {
				out = append(out, id)
			}
		}
		rows.Close()
		if err := rows.Err(); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// Opened is what was sealed of an exhibit, in the clear, by where it stands:
// the name of a field, or "<step>.<field>".
type Opened struct {
	Texts map[string]string `json:"texts"`
}

// item is one sealed text on its way.
type item struct {
	name string
	vault.Item
}

// items are all sealed texts of an exhibit.
func (s *State) items() []item {
	var out []item
	add := func(name, record, field string, sealed vault.Sealed) {
		if sealed != "" {
			out = append(out, item{name, vault.Item{Place: place(record, field), Sealed: sealed}})
		}
	}
	for _, name := range SealedFields {
		add(name, s.Texts[name].Record, name, s.Texts[name].Sealed)
	}
	for i := range s.Past {
		p := &s.Past[i]
		add(p.ID+".why", p.ID, "why", p.Reason)
		for _, name := range SealedFields {
			if t := p.Texts[name]; t != s.Texts[name] {
				add(p.ID+"."+name, t.Record, name, t.Sealed)
			}
		}
	}
	for i := range s.Steps {
		x := &s.Steps[i]
		side := ""
		if x.Kind == Recorded {
			side = "found_"
		}
		add(x.ID+".place_text", x.ID, side+"place_text", x.Seen.PlaceText)
		add(x.ID+".condition", x.ID, side+"condition", x.Seen.Condition)
		add(x.ID+".note", x.ID, "note", x.Note)
		add(x.ID+".end", x.ID, "end", x.End)
		add(x.ID+".name", x.ID, "name", x.To.Name)
		if x.Other != nil {
			add(x.ID+".received_place_text", x.ID, "received_place_text", x.Other.Seen.PlaceText)
			add(x.ID+".received_condition", x.ID, "received_condition", x.Other.Seen.Condition)
		}
		for n, w := range x.Witnesses {
			add(x.ID+"."+witnessField(n), x.ID, witnessField(n), w)
		}
	}
	for i := range s.Requests {
		q := &s.Requests[i]
		add(q.ID+".question", q.ID, "question", q.Question)
		if q.Answer != nil {
			add(q.ID+".summary", q.ID, "summary", q.Answer.Summary)
		}
	}
	for i := range s.Reports {
		r := &s.Reports[i]
		add(r.ID+".tool", r.ID, "tool", r.Tool)
		add(r.ID+".tool_version", r.ID, "tool_version", r.Version)
		add(r.ID+".reference", r.ID, "reference", r.Reference)
	}
	return out
}

// Open opens what is sealed of one exhibit; the record of it, in the stream
// "access/exhibit/<id>", is durable before anything is given.
func (x *Exhibits) Open(ctx context.Context, who realm.Actor, id string) (*Opened, error) {
	s, _, err := x.admitted(ctx, who, id, policy.ExhibitOpen)
	if err != nil {
		return nil, err
	}
	return x.open(ctx, who, s, purposeOf(who))
}

// purposeOf is what somebody opens an exhibit for, by the duty.
func purposeOf(who realm.Actor) string {
	if who.Duty == "prosecutor" {
		return "prosecution"
	}
	return Purpose
}

func (x *Exhibits) open(ctx context.Context, who realm.Actor, s *State, purpose string) (*Opened, error) {
	list := s.items()
	in := make([]vault.Item, len(list))
	for i := range list {
		in[i] = list[i].Item
	}
	texts, err := x.realm.Vault.Open(ctx, vault.Opening{Actor: who.Staff, Agency: who.Agency, Duty: who.Duty, Device: who.Device,
		Purpose: purpose, Basis: "custody", Case: Subject(s.ID)}, in)
	if err != nil {
		return nil, fmt.Errorf("exhibit: open: %w", err)
	}
	out := &Opened{Texts: make(map[string]string, len(list))}
	for i := range list {
		if !vault.IsErased(texts[i]) {
			out.Texts[list[i].name] = texts[i]
		}
	}
	return out, nil
}
