package rulebook

import (
	"context"
	"fmt"
	"io/fs"
	"log/slog"
	"slices"
	"sync"
	"time"

	"rufaa/internal/content"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
	"rufaa/internal/valid"
)

// Options are what the room asks of others.
type Options struct {
	Files fs.FS // the program's own data files
	// Fits tells whether other content could be in force with the rooms that
	// keep data of their own beside it; nil: it does.
	Fits func(*content.Content) error
	Log  *slog.Logger
}

// Rulebook runs the room's commands and reads in one realm.
type Rulebook struct {
	// World is what the effect of a version is told over.
	World World
	// Changed is told after other content or policies came into force.
	Changed func()

	realm *realm.Realm
	o     Options
	own0  *content.Content // of the program's own files

	mu      sync.Mutex        // one application at a time; what follows
	seq     int64             // newest event that was applied
	next    time.Time         // when a scheduled version comes into force; zero: none
	over    map[string]string // what lies over the program's own files now
	trouble map[string]string // document -> why its version is not in force
}

// New opens the room, registers its projection and puts in force what the
// ledger says.
func New(ctx context.Context, r *realm.Realm, o Options) (*Rulebook, error) {
	if o.Fits == nil {
		o.Fits = func(*content.Content) error { return nil }
	}
	b := &Rulebook{realm: r, o: o, own0: r.Content.Pinned(), seq: -1, Changed: func() {}}
	r.Register(projection{})
	return b, b.Refresh(ctx)
}

// Documents lists what is kept in versions.
func (b *Rulebook) Documents() []Document { return documentsOf(b.o.Files, b.own0) }

func (b *Rulebook) document(id string) (Document, error) {
	all := b.Documents()
	if i := slices.IndexFunc(all, func(d Document) bool { return d.ID == id }); i >= 0 {
		return all[i], nil
	}
	return Document{}, problem.ErrNotFound
}

// own is the text that the program brings along.
func (b *Rulebook) own(d Document) (string, error) {
	file := d.file("")
	if d.Kind == Questionnaire {
		q, ok := b.own0.Newest(d.Name)
		if !ok {
			return "", problem.ErrNotFound
		}
		file = "questionnaires/" + q.ID + ".yaml"
	}
	raw, err := fs.ReadFile(b.o.Files, file)
	if err != nil {
		return "", fmt.Errorf("rulebook: %w", err)
	}
	return string(raw), nil
}

// inForce is the text of a document that holds now.
func (b *Rulebook) inForce(ctx context.Context, d Document, s *State) (string, error) {
	number := 0
	if v := s.InForce(b.realm.Now()); v != nil {
		number = v.Number
	}
	return b.text(ctx, d, number)
}

// Order is what comes with every command besides its content.
type Order struct {
	Key    string // idempotency key; "" for none
	Expect int64  // version of the document's stream the person looked at; 0 is any
}

// Do runs one command on one document: the door first, then the input, then
// the rules. What was approved for now is in force when it returns.
func (b *Rulebook) Do(ctx context.Context, who realm.Actor, id string, o Order, cmd Command) (realm.Receipt, error) {
	if err := b.admit(who, policy.RulebookView, policy.Resource{Kind: "realm"}); err != nil {
		return realm.Receipt{}, err
	}
	d, err := b.document(id)
	if err != nil {
		return realm.Receipt{}, err
	}
	s, err := b.state(ctx, d.ID)
	if err != nil {
		return realm.Receipt{}, err
	}
	if err := b.admitCommand(who, d, s, cmd); err != nil {
		return realm.Receipt{}, err
	}
	digest, err := b.realm.Digest(string(cmd.Action()), d.Stream(), cmd)
	if err != nil {
		return realm.Receipt{}, err
	}
	v := valid.New(b.realm.Now())
	cmd.Check(v)
	if err := v.Err(); err != nil {
		return realm.Receipt{}, err
	}
	if rc, found, err := b.realm.Replayed(ctx, who, o.Key, digest); err != nil || found {
		return rc, err
	}
	if o.Expect > 0 && o.Expect != s.Version {
		return realm.Receipt{}, &problem.Changed{Expected: o.Expect, Have: s.Version}
	}
	draft, err := cmd.decide(ctx, b, d, s)
	if err != nil {
		return realm.Receipt{}, err
	}
	rc, err := b.realm.Commit(ctx, realm.Command{
		Actor: who, Key: o.Key, Digest: digest, Answer: realm.Receipt{ID: d.ID},
		Appends: []realm.Append{{Stream: d.Stream(), Expected: s.Version, Drafts: draft}},
	})
	if err != nil {
		return rc, err
	}
	// It is durable. Should putting it in force fail now, the clockwork tries again.
	if err := b.Refresh(ctx); err != nil {
		b.o.Log.Error("rulebook", "realm", b.realm.Name, "document", d.ID, "error", err.Error())
	}
	return rc, nil
}

func (b *Rulebook) admit(who realm.Actor, do policy.Action, res policy.Resource) error {
	if b.realm.Door.Decide(who.Principal, do, res, policy.Context{}).Allowed {
		return nil
	}
	return &problem.Denied{Action: string(do), Rule: "access.duty"}
}

// admitCommand asks the door about the document and the author of the version
// that the command is about. Who may approve in general but not the own draft
// is told that a second person is needed.
func (b *Rulebook) admitCommand(who realm.Actor, d Document, s *State, cmd Command) error {
	res := policy.Resource{Kind: d.resource()}
	if a, ok := cmd.(*Approve); ok {
		if v := s.version(a.Number); v != nil {
			res.Staff = v.By.Staff
		}
	}
	err := b.admit(who, cmd.Action(), res)
	if err != nil && res.Staff == who.Staff {
		res.Staff = "somebody else"
		if b.admit(who, cmd.Action(), res) == nil {
			return problem.Refuse("rulebook.second-person")
		}
	}
	return err
}

// May tells whether somebody may do something with a document, for pages.
func (b *Rulebook) May(who realm.Actor, d Document, do policy.Action, author string) bool {
	return b.admit(who, do, policy.Resource{Kind: d.resource(), Staff: author}) == nil
}
