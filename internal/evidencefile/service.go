package evidencefile

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"

	"rufaa/internal/blob"
	"rufaa/internal/casefile"
	"rufaa/internal/inquiry"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
	"rufaa/internal/scene"
	"rufaa/internal/store"
	"rufaa/internal/vault"
)

// Lists holds digests against lists of known abuse material (internal/hashlist).
type Lists interface {
	// Needs names the hashes beside SHA-256 that some list is written in.
	Needs(ctx context.Context) ([]string, error)
	// Match gives the id of a list on which one of the digests stands; "" for
	// none. Digests are hexadecimal, by the hash's name.
	Match(ctx context.Context, digests map[string]string) (list string, err error)
	// Mark keeps the digests of a thing, keyed, for lists to come; Unmark
	// forgets them. A file is "file/<id>".
	Mark(tx *store.Tx, thing string, digests map[string]string) error
	Unmark(tx *store.Tx, thing string) error
	// Hits gives the things of a kind that stand on a list now, with the list.
	Hits(ctx context.Context, kind string) (map[string]string, error)
	// Hit gives a list on which one thing stands now; "" for none.
	Hit(ctx context.Context, thing string) (list string, err error)
	// Lacks tells whether one of these hashes of a thing is not known.
	Lacks(ctx context.Context, thing string, algos []string) (bool, error)
	// Lacking gives some things of a kind of which a hash is not known.
	Lacking(ctx context.Context, kind, algo string, most int) ([]string, error)
}

// Options carry what the room is given from outside.
type Options struct {
	Realm     *realm.Realm
	Cases     *casefile.Cases
	Inquiries *inquiry.Inquiries
	Scenes    *scene.Scenes
	Blobs     *blob.Keeper
	Lists     Lists
	Rules     *Rules
	Stamper   Stamper // nil: no timestamp authority
	Exhibit   Exhibits
	Log       *slog.Logger
}

// Exhibit is what this room must know of an exhibit; one that is not there has
// no scene.
type Exhibit struct {
	Scene string
	Abuse bool        // it is material of child sexual abuse
	Guard realm.Guard // it is still so
}

// Exhibits finds an exhibit by its id.
type Exhibits func(ctx context.Context, id string) (Exhibit, error)

// Files runs the room's commands and reads in one realm. It is safe for
// concurrent use.
type Files struct {
	Rules *Rules

	realm     *realm.Realm
	cases     *casefile.Cases
	inquiries *inquiry.Inquiries
	scenes    *scene.Scenes
	exhibit   Exhibits
	blobs     *blob.Keeper
	lists     Lists
	stamper   Stamper
	log       *slog.Logger
	drawing   chan struct{} // one picture is drawn at a time: memory is bounded
}

// New opens the room and registers its projection.
func New(o Options) *Files {
	o.Realm.Register(projection{})
	return &Files{Rules: o.Rules, realm: o.Realm, cases: o.Cases, inquiries: o.Inquiries, scenes: o.Scenes, exhibit: o.Exhibit, blobs: o.Blobs, lists: o.Lists,
		stamper: o.Stamper, log: o.Log, drawing: make(chan struct{}, 1)}
}

func (f *Files) read(ctx context.Context, id string) (*State, error) {
	s := new(State)
	var raw []byte
	err := f.realm.Store.QueryRow(ctx, `SELECT state FROM files WHERE id = $1`, id).Scan(&raw)
	if errors.Is(err, store.ErrNoRow) {
		return s, nil
	}
	if err == nil {
		err = json.Unmarshal(raw, s)
	}
	if err != nil {
		return nil, fmt.Errorf("evidencefile: read: %w", err)
	}
	return s, nil
}

func (f *Files) readAll(ctx context.Context, query string, args ...any) ([]*State, error) {
	rows, err := f.realm.Store.Query(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("evidencefile: list: %w", err)
	}
	defer rows.Close()
	var out []*State
	for rows.Next() {
		var raw []byte
		if err := rows.Scan(&raw); err != nil {
			return nil, fmt.Errorf("evidencefile: list: %w", err)
		}
		s := new(State)
		if err := json.Unmarshal(raw, s); err != nil {
			return nil, fmt.Errorf("evidencefile: list: %w", err)
		}
		out = append(out, s)
	}
	return out, rows.Err()
}

// View is a file as a list or its page shows it: nothing sealed.
type View struct {
	ID string `json:"id"`
	Place
	Compartment string         `json:"compartment"`
	Kind        string         `json:"kind"`
	Size        int64          `json:"size" doc:"Bytes"`
	Digest      string         `json:"sha256,omitempty" doc:"SHA-256 of the content; of evidence only"`
	Declared    bool           `json:"declared" doc:"The sender named the digest beforehand"`
	By          By             `json:"by"`
	DeviceAt    string         `json:"device_at,omitempty" doc:"The sending device's clock at the same moment"`
	Type        string         `json:"type,omitempty" doc:"By content; empty until it was examined"`
	Width       int            `json:"width,omitempty" doc:"Of a picture: pixels, as it is stored"`
	Height      int            `json:"height,omitempty" doc:"Of a picture: pixels, as it is stored"`
	Turn        int            `json:"turn,omitempty" doc:"How the camera was held (Exif orientation, 2 to 8); the preview is upright, the content is as the camera stored it"`
	Odd         []string       `json:"odd,omitempty" doc:"What does not fit: extension, extra-zip, extra-pdf, script, pixels, broken, place, kind"`
	Located     bool           `json:"located,omitempty" doc:"The camera wrote into it where it was taken; the place goes wherever the file goes"`
	Parent      string         `json:"parent,omitempty"`
	Tool        string         `json:"tool,omitempty"`
	NoPreview   bool           `json:"no_preview" doc:"None is drawn: the default at a scene of child sexual exploitation, until a second person allows one"`
	Sight       *Asked         `json:"preview_asked,omitempty" doc:"Of a photo that has none by default: who asked for a preview, and what was answered"`
	Preview     bool           `json:"preview" doc:"A preview was drawn"`
	Comparing   bool           `json:"comparing,omitempty" doc:"Its content stays shut until it has been held against a list of known abuse material that came later; of one file, not in lists"`
	Stamps      []StampedEvent `json:"stamps,omitempty"`
	Differences []Difference   `json:"differences,omitempty"`
	Destroyed   string         `json:"destroyed,omitempty" doc:"Why it is no more"`

	state *State
}

// Asked is what was asked and decided of a preview, without the reasons.
type Asked struct {
	By      By   `json:"by"`
	Decided *By  `json:"decided,omitempty"`
	Allowed bool `json:"allowed"`
	Nobody  bool `json:"nobody,omitempty" doc:"It waits, and nobody could allow it now: who might asked for it or sent the photo; of one file, not in lists"`
}

func (f *Files) view(ctx context.Context, s *State) (*View, error) {
	v := &View{ID: s.ID, Place: s.File.Place, Compartment: s.File.Compartment, Kind: s.File.Kind, Size: s.File.Size, Digest: s.File.Digest,
		Declared: s.File.Declared, By: s.By, Parent: s.File.Parent, Tool: s.File.Tool, NoPreview: s.Hides(), Stamps: s.Stamps, state: s}
	if s.File.DeviceAt != nil {
		v.DeviceAt = s.File.DeviceAt.Format("2006-01-02T15:04:05Z07:00")
	}
	if s.Examined != nil {
		v.Type, v.Odd, v.Width, v.Height, v.Turn = s.Examined.Type, s.Examined.Odd, s.Examined.Width, s.Examined.Height, s.Examined.Turn
		v.Located = s.Examined.Position != ""
	}
	if s.End != nil {
		v.Destroyed = s.End.Reason
	}
	if x := s.Sight; x != nil {
		v.Sight = &Asked{By: x.By, Decided: x.WordBy, Allowed: !s.Hides()}
	}
	var of *scene.State
	if s.File.Scene != "" && s.File.Kind == "photo" {
		var err error
		if of, err = f.scenes.Load(ctx, s.File.Scene); err != nil {
			return nil, err
		}
	}
	v.Differences = f.differences(s, of)
	return v, nil
}

// of lists the files of a place that somebody may know of, the newest first.
// Previews stand with their parents and not by themselves.
func (f *Files) of(ctx context.Context, who realm.Actor, p Place) ([]View, error) {
	all, err := f.readAll(ctx, `SELECT state FROM files WHERE place = $1 AND status = 'kept' ORDER BY at DESC, id DESC LIMIT 500`, p.Key())
	if err != nil {
		return nil, err
	}
	drawn := map[string]bool{}
	for _, s := range all {
		if s.File.Kind == f.Rules.Thumbnail.ID {
			drawn[s.File.Parent] = true
		}
	}
	out, err := f.visible(ctx, who, policy.FileView, slices.DeleteFunc(all, func(s *State) bool {
		return p.Scene != "" && s.File.Scene != p.Scene || p.Exhibit != "" && s.File.Exhibit != p.Exhibit
	}))
	for i := range out {
		out[i].Preview = drawn[out[i].ID]
	}
	return out, err
}

// visible are those of some files with which somebody may do something, previews
// left out.
// How the reader stands to a place is asked once for all files of it.
func (f *Files) visible(ctx context.Context, who realm.Actor, do policy.Action, files []*State) ([]View, error) {
	out, at := []View{}, map[Place]*standing{}
	for _, s := range files {
		if s.File.Kind == f.Rules.Thumbnail.ID {
			continue
		}
		st := at[s.File.Place]
		if st == nil {
			var err error
			if st, err = f.standing(ctx, who, s.File.Place); err != nil {
				return nil, err
			}
			at[s.File.Place] = st
		}
		if !f.may(who, do, st, s.File.Compartment) {
			continue
		}
		v, err := f.view(ctx, s)
		if err != nil {
			return nil, err
		}
		out = append(out, *v)
	}
	return out, nil
}

// OfCase lists what is attached to a case, as far as the reader's duty opens
// the compartments.
func (f *Files) OfCase(ctx context.Context, who realm.Actor, id string) ([]View, error) {
	s, err := f.cases.Admitted(ctx, who, id, policy.CaseView)
	if err != nil {
		return nil, err
	}
	if !f.mayAny(who, policy.FileView, s) { // asked before any row is read, also where there is none
		return []View{}, nil
	}
	return f.of(ctx, who, Place{Case: id})
}

// OfInquiry lists an inquiry's files; scene and exhibit narrow it.
func (f *Files) OfInquiry(ctx context.Context, who realm.Actor, p Place) ([]View, error) {
	if err := f.admit(ctx, who, policy.FileView, p, string(vault.Inquiry)); err != nil {
		return nil, err
	}
	return f.of(ctx, who, p)
}

// Count is how many files of an inquiry or a scene there are, for who may list
// them: without what a list tells of each, which costs a scene and its log.
func (f *Files) Count(ctx context.Context, who realm.Actor, p Place) (int, error) {
	if err := f.admit(ctx, who, policy.FileView, p, string(vault.Inquiry)); err != nil {
		return 0, err
	}
	all, err := f.readAll(ctx, `SELECT state FROM files WHERE place = $1 AND status = 'kept'`, p.Key())
	n := 0
	for _, s := range all {
		if s.File.Kind != f.Rules.Thumbnail.ID && (p.Scene == "" || s.File.Scene == p.Scene) {
			n++
		}
	}
	return n, err
}

// View gives one file to somebody who may know of it.
func (f *Files) View(ctx context.Context, who realm.Actor, id string) (*View, error) {
	s, err := f.admitted(ctx, who, policy.FileView, id)
	if err != nil {
		return nil, err
	}
	v, err := f.view(ctx, s)
	if err != nil {
		return nil, err
	}
	t, err := f.thumbnail(ctx, id)
	v.Preview = t != nil
	if err == nil && s.End == nil {
		v.Comparing, err = f.waits(ctx, s)
	}
	if err == nil && v.Sight != nil && v.Sight.Decided == nil {
		able, err := f.answerers(ctx, s, s.Sight.By.Staff)
		if err != nil {
			return nil, err
		}
		v.Sight.Nobody = len(able) == 0
	}
	return v, err
}

// admitted loads a file after asking the door about it. One that was destroyed
// is told to those who might have seen it.
func (f *Files) admitted(ctx context.Context, who realm.Actor, do policy.Action, id string) (*State, error) {
	s, err := f.read(ctx, id)
	if err != nil {
		return nil, err
	}
	if err := f.admit(ctx, who, do, s.File.Place, s.File.Compartment); err != nil {
		return nil, err
	}
	if !s.Exists() || s.File.Kind == "" {
		return nil, problem.ErrNotFound
	}
	return s, nil
}

// Derived lists what was made from a file, without its preview.
func (f *Files) Derived(ctx context.Context, who realm.Actor, id string) ([]View, error) {
	all, err := f.readAll(ctx, `SELECT state FROM files WHERE parent = $1 AND status = 'kept' ORDER BY at, id`, id)
	if err != nil {
		return nil, err
	}
	return f.visible(ctx, who, policy.FileView, all)
}

func (f *Files) thumbnail(ctx context.Context, parent string) (*State, error) {
	all, err := f.readAll(ctx, `SELECT state FROM files WHERE parent = $1 AND status = 'kept'`, parent)
	if err != nil {
		return nil, err
	}
	for _, s := range all {
		if s.File.Kind == f.Rules.Thumbnail.ID {
			return s, nil
		}
	}
	return nil, nil
}

// Opening is one line of who opened a file.
type Opening struct {
	At      string `json:"at"`
	Staff   string `json:"staff"`
	Agency  string `json:"agency"`
	Purpose string `json:"purpose"`
	What    string `json:"what" doc:"content, words or preview"`
}

// WhoOpened lists who opened a file, the newest first, to those who may see
// that of its case, and to the team of its inquiry.
func (f *Files) WhoOpened(ctx context.Context, who realm.Actor, id string) ([]Opening, error) {
	s, err := f.admitted(ctx, who, policy.FileView, id)
	if err != nil {
		return nil, err
	}
	if err := f.admit(ctx, who, policy.FileHistory, s.File.Place, s.File.Compartment); err != nil {
		return nil, err
	}
	rows, err := f.realm.Store.Query(ctx, `SELECT at, staff, agency, purpose, fields FROM openings WHERE case_id = $1 AND fields LIKE $2
		ORDER BY seq DESC LIMIT 200`, recordOf(s.File.Place), `%"`+s.ID+`/%`)
	if err != nil {
		return nil, fmt.Errorf("evidencefile: openings: %w", err)
	}
	defer rows.Close()
	out := []Opening{}
	for rows.Next() {
		var o Opening
		var at int64
		var fields string
		if err := rows.Scan(&at, &o.Staff, &o.Agency, &o.Purpose, &fields); err != nil {
			return nil, err
		}
		o.At = timeOf(at).Format("2006-01-02T15:04:05Z07:00")
		switch {
		case strings.Contains(fields, s.ID+"/content"):
			o.What = "content"
		case strings.Contains(fields, s.ID+"/preview"):
			o.What = "preview"
		default:
			o.What = "words"
		}
		out = append(out, o)
	}
	return out, rows.Err()
}
