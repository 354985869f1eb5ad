package evidencefile

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"rufaa/internal/blob"
	"rufaa/internal/casefile"
	"rufaa/internal/ledger"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
	"rufaa/internal/scene"
	"rufaa/internal/valid"
	"rufaa/internal/vault"
)

// Kinds of events of a preview where none is drawn by default.
const (
	PreviewAsked   = "file.preview_asked"
	PreviewDecided = "file.preview_decided"
	PreviewSettled = "file.preview_settled" // by the platform: drawn, found impossible, or taken away
)

// Withdrawn is why a preview was destroyed: it was allowed, and then no more.
const Withdrawn = "preview-withdrawn"

// PreviewAskedEvent says why somebody needs to see a photo of which no preview
// is drawn.
type PreviewAskedEvent struct {
	ID     string       `json:"id"`
	Reason vault.Sealed `json:"reason"`
	Asked  []string     `json:"asked,omitempty"` // staff ids of who may answer: they are told
}

// PreviewDecidedEvent is the word of the second person.
type PreviewDecidedEvent struct {
	ID      string       `json:"id"`
	Asker   string       `json:"asker,omitempty"` // staff id of who asked: told of the answer
	Allowed bool         `json:"allowed"`
	Reason  vault.Sealed `json:"reason"`
}

// PreviewSettledEvent is what came of it.
type PreviewSettledEvent struct {
	By    string `json:"by"` // what draws, with version
	Drawn bool   `json:"drawn"`
}

// Sight is what was asked and decided of a photo that has no preview by default,
// the last time that it was asked.
type Sight struct {
	PreviewAskedEvent
	By      By                   `json:"by"`
	Word    *PreviewDecidedEvent `json:"word,omitempty"`
	WordBy  *By                  `json:"word_by,omitempty"`
	Pending bool                 `json:"pending,omitempty"` // the platform has yet to draw it, or to take it away
}

// Hides tells whether the file may have no preview: that is the default at
// scenes of child sexual exploitation, and holds until a second person has
// allowed one.
func (s *State) Hides() bool {
	return s.File.NoPreview && (s.Sight == nil || s.Sight.Word == nil || !s.Sight.Word.Allowed)
}

func (s *State) decided(p PreviewDecidedEvent, by By) {
	if s.Sight == nil {
		return
	}
	was := !s.Hides()
	s.Sight.Word, s.Sight.WordBy = &p, &by
	s.Sight.Pending = p.Allowed != was
}

// AskPreview asks for a preview of a photo that has none by default.
type AskPreview struct {
	Reason string `json:"reason" doc:"Why somebody must see it; sealed"`
}

// DecidePreview answers it.
type DecidePreview struct {
	Allow  string `json:"allow" doc:"yes or no; no also takes back what was allowed" enum:"yes,no,"`
	Reason string `json:"reason" doc:"Sealed"`
}

// AskPreview takes the question. The exhibits officer of the scene, or who leads
// the inquiry, answers: another than who asks and than who sent the photo.
func (f *Files) AskPreview(ctx context.Context, who realm.Actor, id string, o casefile.Order, in *AskPreview) (realm.Receipt, error) {
	s, err := f.admitted(ctx, who, policy.FileAskPreview, id)
	if err != nil {
		return realm.Receipt{}, err
	}
	c := valid.New(f.realm.Now())
	c.Text("reason", &in.Reason, valid.MaxText, true)
	if err := c.Err(); err != nil {
		return realm.Receipt{}, err
	}
	digest, rc, found, err := f.replayed(ctx, who, PreviewAsked, id, o, in)
	if err != nil || found {
		return rc, err
	}
	guards, err := f.mayBeSeen(ctx, s)
	if err != nil {
		return realm.Receipt{}, err
	}
	if !s.Hides() || s.Sight != nil && s.Sight.Word == nil {
		return realm.Receipt{}, problem.Refuse("file.preview-asked")
	}
	asked, err := f.answerers(ctx, s, who.Staff)
	if err != nil {
		return realm.Receipt{}, err
	}
	ask := f.realm.NewID()
	sealed, err := f.sealReason(ctx, s, ask, in.Reason)
	if err != nil {
		return realm.Receipt{}, err
	}
	return f.say(ctx, s, realm.Command{Actor: who, Key: o.Key, Digest: digest, Guards: guards}, draft(PreviewAsked, PreviewAskedEvent{ID: ask, Reason: sealed, Asked: asked}))
}

// DecidePreview answers it, or takes back what was allowed. To allow takes a
// second person; to refuse or take back takes none.
func (f *Files) DecidePreview(ctx context.Context, who realm.Actor, id string, o casefile.Order, in *DecidePreview) (realm.Receipt, error) {
	s, err := f.admitted(ctx, who, policy.FileAllowPreview, id)
	if err != nil {
		return realm.Receipt{}, err
	}
	c := valid.New(f.realm.Now())
	c.Term("allow", in.Allow, func(v string) bool { return v == "yes" || v == "no" }, true)
	c.Text("reason", &in.Reason, valid.MaxText, true)
	if err := c.Err(); err != nil {
		return realm.Receipt{}, err
	}
	digest, rc, found, err := f.replayed(ctx, who, PreviewDecided, id, o, in)
	if err != nil || found {
		return rc, err
	}
	guards, err := f.decidable(ctx, who, s, in.Allow == "yes")
	if err != nil {
		return realm.Receipt{}, err
	}
	word := f.realm.NewID()
	sealed, err := f.sealReason(ctx, s, word, in.Reason)
	if err != nil {
		return realm.Receipt{}, err
	}
	rc, err = f.say(ctx, s, realm.Command{Actor: who, Key: o.Key, Digest: digest, Guards: guards},
		draft(PreviewDecided, PreviewDecidedEvent{ID: word, Asker: s.Sight.By.Staff, Allowed: in.Allow == "yes", Reason: sealed}))
	if err != nil {
		return rc, err
	}
	// What comes of it can be made good later too, by the clock.
	if err := f.settleSight(ctx, id); err != nil {
		f.log.Error("settle a preview", "realm", f.realm.Name, "file", id, "error", err.Error())
	}
	return rc, nil
}

// AwaitingAnswer lists photos of which somebody asked for a preview, for those who
// may allow it, the oldest first.
func (f *Files) AwaitingAnswer(ctx context.Context, who realm.Actor) ([]View, error) {
	all, err := f.readAll(ctx, `SELECT state FROM files WHERE todo >= 'answer' AND todo < 'answes' ORDER BY at, id LIMIT 200`)
	if err != nil {
		return nil, err
	}
	return f.visible(ctx, who, policy.FileAllowPreview, slices.DeleteFunc(all, func(s *State) bool {
		return who.Staff == s.By.Staff || s.Sight != nil && who.Staff == s.Sight.By.Staff
	}))
}

// answerers are the ids of who could allow a preview when it is asked for: the
// exhibits officers of the scene and who leads the inquiry, but for who asks and
// for who sent the photo.
func (f *Files) answerers(ctx context.Context, s *State, asker string) ([]string, error) {
	at, err := f.scenes.Load(ctx, s.File.Scene)
	if err != nil {
		return nil, err
	}
	all := at.Holding(scene.ExhibitsOfficer)
	if q := at.Of(); q != nil {
		all = append(all, q.Leads(f.realm.Now())...)
	}
	slices.Sort(all)
	return slices.DeleteFunc(slices.Compact(all), func(staff string) bool { return staff == asker || staff == s.By.Staff }), nil
}

// decidable holds an answer to the rules.
func (f *Files) decidable(ctx context.Context, who realm.Actor, s *State, allow bool) ([]realm.Guard, error) {
	x := s.Sight
	switch {
	case x == nil || x.Word != nil && (allow || !x.Word.Allowed):
		return nil, problem.Refuse("file.preview-not-asked")
	case !allow:
		return nil, nil
	case who.Staff == x.By.Staff || who.Staff == s.By.Staff:
		return nil, problem.Refuse("file.preview-second-person")
	}
	return f.mayBeSeen(ctx, s)
}

// replayed finds the answer that was given to this key already.
func (f *Files) replayed(ctx context.Context, who realm.Actor, kind, id string, o casefile.Order, in any) (digest []byte, rc realm.Receipt, found bool, err error) {
	if o.Key == "" {
		return nil, rc, false, nil
	}
	if digest, err = f.realm.Digest(kind, id, in); err == nil {
		rc, found, err = f.realm.Replayed(ctx, who, o.Key, digest)
	}
	return digest, rc, found, err
}

func (f *Files) say(ctx context.Context, s *State, c realm.Command, d ledger.Draft) (realm.Receipt, error) {
	c.Answer = realm.Receipt{ID: s.ID}
	c.Appends = []realm.Append{{Stream: Stream(s.ID), Expected: s.Version, Drafts: []ledger.Draft{d}}}
	return f.realm.Commit(ctx, c)
}

func (f *Files) sealReason(ctx context.Context, s *State, record, reason string) (vault.Sealed, error) {
	seal, err := f.realm.Vault.Sealer(ctx, blob.Subject(s.ID))
	if err != nil {
		return vault.Sealed(""), fmt.Errorf("evidencefile: preview: %w", err)
	}
	return seal.Seal(place(record, "reason", s.File.Compartment), reason)
}

// mayBeSeen refuses what is never previewed: what is no photo of a scene, what
// stands on a hash list as the lists are now, and anything of an exhibit that is
// material of child sexual abuse.
func (f *Files) mayBeSeen(ctx context.Context, s *State) ([]realm.Guard, error) {
	switch {
	case s.End != nil:
		return nil, problem.Refuse("file.destroyed")
	case !s.File.NoPreview || s.File.Kind != "photo" || s.File.Scene == "":
		return nil, problem.Refuse("file.preview-not-here")
	}
	if err := f.cleared(ctx, s); err != nil {
		return nil, err
	}
	if s.File.Exhibit == "" {
		return nil, nil
	}
	x, err := f.exhibit(ctx, s.File.Exhibit)
	if err != nil {
		return nil, err
	}
	if x.Abuse {
		return nil, problem.Refuse("file.preview-never")
	}
	return []realm.Guard{x.Guard}, nil
}

// settleSight draws a preview that was allowed, or takes away one that is no
// more. A kill in between is made good by the clockwork. Two who settle at once,
// here or in another server, draw one preview: it is kept in the moment in which
// it is told as drawn, or not at all.
func (f *Files) settleSight(ctx context.Context, id string) error {
	for n := 0; ; n++ {
		s, err := f.read(ctx, id)
		if err != nil || s.End != nil || s.Sight == nil || !s.Sight.Pending || s.Examined == nil {
			return err
		}
		if !s.Hides() && errors.Is(f.cleared(ctx, s), errWaits) {
			return nil
		}
		if err = f.settleOnce(ctx, s); !errors.As(err, new(*problem.Changed)) || n == retries {
			return err
		}
	}
}

func (f *Files) settleOnce(ctx context.Context, s *State) error {
	t, err := f.thumbnail(ctx, s.ID)
	if err != nil {
		return err
	}
	if !s.Hides() && t == nil {
		drawn, err := f.drawAllowed(ctx, s)
		if err != nil || drawn {
			return err
		}
	}
	for s.Hides() && t != nil {
		if err := f.destroy(ctx, realm.System, t, Withdrawn, ""); err != nil {
			return err
		}
		if t, err = f.thumbnail(ctx, s.ID); err != nil {
			return err
		}
	}
	_, err = f.say(ctx, s, realm.Command{Actor: realm.System}, settled(t != nil))
	return err
}

func settled(drawn bool) ledger.Draft {
	return draft(PreviewSettled, PreviewSettledEvent{By: drawer, Drawn: drawn})
}

// drawAllowed draws it and tells so, both or neither; false when there is nothing
// that may or can be drawn.
func (f *Files) drawAllowed(ctx context.Context, s *State) (drawn bool, err error) {
	guards, err := f.mayBeSeen(ctx, s) // lists and exhibit may have changed since
	if errors.As(err, new(*problem.Refused)) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	in, err := f.blobs.Open(ctx, f.system(s), s.ID, s.ID+"/form")
	if errors.Is(err, vault.ErrPieceErased) || errors.Is(err, blob.ErrNone) {
		return false, nil // destroyed meanwhile
	}
	if err != nil {
		return false, err
	}
	defer in.Close()
	found, err := look(in, in.Size(), "", s.File.Kind, f.Rules.Preview.Memory)
	if err != nil || !found.draws {
		return false, err
	}
	err = f.draw(ctx, s, in, found.turn, realm.Command{Guards: guards,
		Appends: []realm.Append{{Stream: Stream(s.ID), Expected: s.Version, Drafts: []ledger.Draft{settled(true)}}}})
	if errors.Is(err, errNoPicture) {
		return false, nil
	}
	return err == nil, err
}
