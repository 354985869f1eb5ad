package evidencefile

import (
	"context"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"io"
	"strings"
	"time"

	"rufaa/internal/blob"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
	"rufaa/internal/vault"
)

// Words are what is sealed of a file besides its content.
type Words struct {
	Name     string `json:"name"`
	Note     string `json:"note,omitempty"`
	SHA256   string `json:"sha256,omitempty" doc:"Of an attachment, whose digest is sealed"`
	Position string `json:"position,omitempty" doc:"Latitude and longitude that the camera wrote"`
	Camera   string `json:"camera,omitempty"`
	Metres   int    `json:"metres,omitempty" doc:"How far from the scene the camera says it was, when that is farther than it should be"`
	Asked    string `json:"preview_asked,omitempty" doc:"Why a preview was asked for, where none is drawn by default"`
	Answered string `json:"preview_answered,omitempty" doc:"And why it was allowed or refused"`
	Ticket   string `json:"ticket,omitempty" doc:"Lets the same reader fetch the preview for two minutes"`
}

// Words opens what is sealed of a file for a purpose, and its preview with it.
func (f *Files) Words(ctx context.Context, who realm.Actor, id, purpose string) (*Words, error) {
	s, o, err := f.opening(ctx, who, id, purpose)
	if err != nil {
		return nil, err
	}
	part := s.File.Compartment
	items := []vault.Item{{Place: place(id, "name", part), Sealed: s.File.Name}, {Place: place(id, "note", part), Sealed: s.File.Note},
		{Place: place(id, "sha256", part), Sealed: s.File.SealedDigest}, {}, {}, {}, {}}
	if e := s.Examined; e != nil {
		items[3] = vault.Item{Place: place(id, "position", part), Sealed: e.Position}
		items[4] = vault.Item{Place: place(id, "camera", part), Sealed: e.Camera}
	}
	if x := s.Sight; x != nil {
		items[5] = vault.Item{Place: place(x.ID, "reason", part), Sealed: x.Reason}
		if x.Word != nil {
			items[6] = vault.Item{Place: place(x.Word.ID, "reason", part), Sealed: x.Word.Reason}
		}
	}
	texts, err := f.realm.Vault.Open(ctx, o, items)
	if err != nil {
		return nil, err
	}
	for i := range texts {
		if vault.IsErased(texts[i]) {
			return nil, problem.Refuse("file.destroyed")
		}
	}
	w := &Words{Name: texts[0], Note: texts[1], SHA256: texts[2], Position: texts[3], Camera: texts[4], Asked: texts[5], Answered: texts[6]}
	if w.Metres, err = f.elsewhere(ctx, who, s, w.Position); err != nil {
		return nil, err
	}
	w.Ticket, err = f.mayShow(ctx, who, s, purpose)
	return w, err
}

// elsewhere tells how many metres from its scene a photo was taken, when that is
// farther than the tolerance; 0 when it fits or is not known. The scene's point
// is opened for it, which is recorded like every opening.
func (f *Files) elsewhere(ctx context.Context, who realm.Actor, s *State, position string) (int, error) {
	lat, long, ok := point(position)
	if !ok || s.File.Scene == "" {
		return 0, nil
	}
	sc, err := f.scenes.Load(ctx, s.File.Scene)
	if err != nil || sc.Place.Point.IsZero() {
		return 0, err
	}
	texts, err := f.scenes.OpenItems(ctx, who, sc, []vault.Item{{Sealed: sc.Place.Point,
		Place: vault.Place{Record: sc.Place.ID, Field: "point", Compartment: vault.Inquiry, Schema: 1}}})
	if err != nil {
		return 0, err
	}
	if slat, slong, ok := point(texts[0]); ok {
		if far := metres(lat, long, slat, slong); far > f.Rules.Tolerance.Metres {
			return int(far), nil
		}
	}
	return 0, nil
}

// opening admits an opening: the door, the ground, and that the file is there.
func (f *Files) opening(ctx context.Context, who realm.Actor, id, purpose string) (*State, vault.Opening, error) {
	s, err := f.admitted(ctx, who, policy.FileView, id)
	if err != nil {
		return nil, vault.Opening{}, err
	}
	o, err := f.ground(ctx, who, s, purpose)
	if err != nil {
		return nil, o, err
	}
	if s.End != nil {
		return nil, o, problem.Refuse("file.destroyed")
	}
	return s, o, nil
}

// Content is a file's content on its way to a reader.
type Content struct {
	*blob.Reader
	Name string // clean, for saving
}

// Content opens a file's content for a purpose. Nothing is read before the
// record is durable; the reader gets it as a file to save, never as a page.
func (f *Files) Content(ctx context.Context, who realm.Actor, id, purpose string) (*Content, error) {
	s, o, err := f.opening(ctx, who, id, purpose)
	if err != nil {
		return nil, err
	}
	if err := f.cleared(ctx, s); err != nil {
		return nil, err
	}
	in, err := f.blobs.Open(ctx, o, id, id+"/content")
	if errors.Is(err, vault.ErrPieceErased) || errors.Is(err, blob.ErrNone) {
		return nil, problem.Refuse("file.destroyed")
	}
	if err != nil {
		return nil, err
	}
	names, err := f.realm.Vault.Open(ctx, o, []vault.Item{{Place: place(id, "name", s.File.Compartment), Sealed: s.File.Name}})
	if err != nil {
		in.Close()
		return nil, err
	}
	return &Content{Reader: in, Name: CleanName(names[0])}, nil
}

// Shown lets whoever may open a file fetch its preview, as the words' ticket
// does; "" where none is drawn. Nothing is opened yet: the fetching is, and is
// recorded.
func (f *Files) Shown(ctx context.Context, who realm.Actor, id, purpose string) (ticket string, err error) {
	s, _, err := f.opening(ctx, who, id, purpose)
	if err != nil {
		return "", err
	}
	return f.mayShow(ctx, who, s, purpose)
}

// mayShow gives the ticket of a preview, once its file has been held against the
// lists: a preview shows what the file does.
func (f *Files) mayShow(ctx context.Context, who realm.Actor, s *State, purpose string) (ticket string, err error) {
	t, err := f.thumbnail(ctx, s.ID)
	if err != nil || t == nil || s.Hides() {
		return "", err
	}
	if err := f.cleared(ctx, t); errors.Is(err, errWaits) || errors.Is(err, blob.ErrDamaged) {
		return "", nil // what is beside the picture is told all the same
	} else if err != nil {
		return "", err
	}
	return f.ticket(who, s.ID, purpose, f.realm.Now().Add(ticketFor)), nil
}

// ticketFor is how long a preview may be fetched after the words were opened:
// as long as a page takes to load on a slow line.
const ticketFor = 2 * time.Minute

// ticket tells that somebody opened a file just now, or was let in to its
// preview, for a purpose.
func (f *Files) ticket(who realm.Actor, id, purpose string, until time.Time) string {
	end := binary.BigEndian.AppendUint64(nil, uint64(until.UnixMilli()))
	mac := f.realm.KeyFile.Pepper().MAC("file/preview", []byte(who.Staff), []byte(who.Agency), []byte(id), []byte(purpose), end)
	return purpose + "." + base64.RawURLEncoding.EncodeToString(append(end, mac[:16]...))
}

// Preview gives the small picture that the platform drew, to whoever got a
// ticket for it a moment ago. It is an opening of its own in the record.
func (f *Files) Preview(ctx context.Context, who realm.Actor, id, ticket string) ([]byte, error) {
	purpose, rest, _ := strings.Cut(ticket, ".")
	raw, err := base64.RawURLEncoding.DecodeString(rest)
	if err != nil || len(raw) != 24 {
		return nil, problem.ErrNotFound
	}
	until := timeOf(int64(binary.BigEndian.Uint64(raw)))
	if f.ticket(who, id, purpose, until) != ticket || f.realm.Now().After(until) {
		return nil, problem.ErrNotFound
	}
	s, o, err := f.opening(ctx, who, id, purpose)
	if err != nil {
		return nil, err
	}
	t, err := f.thumbnail(ctx, id)
	if err != nil {
		return nil, err
	}
	if t == nil || s.Hides() {
		return nil, problem.ErrNotFound
	}
	if err := f.cleared(ctx, t); err != nil {
		return nil, err
	}
	in, err := f.blobs.Open(ctx, o, t.ID, id+"/preview")
	if err != nil {
		return nil, err
	}
	defer in.Close()
	return io.ReadAll(in)
}
