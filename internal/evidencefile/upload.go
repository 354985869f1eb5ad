package evidencefile

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"rufaa/internal/blob"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
	"rufaa/internal/store"
	"rufaa/internal/vault"
)

// upload is a file on its way, as its row keeps it. Words are sealed already.
type upload struct {
	ID     string    `json:"id"`
	Kept   KeptEvent `json:"kept"`
	SHA256 string    `json:"sha256,omitempty"`
	Print  string    `json:"print,omitempty"`
	Staff  string    `json:"-"`
	Agency string    `json:"-"`
	EndsAt time.Time `json:"-"`
	Key    string    `json:"-"` // of a file that comes in one go
	Said   any       `json:"-"` // what was said of it, beside its content; with a key
}

// Upload is a file on its way, as its sender sees it.
type Upload struct {
	ID     string    `json:"id"`
	Offset int64     `json:"offset" doc:"Bytes that are kept"`
	Size   int64     `json:"size" doc:"Bytes in all; -1 while not known"`
	EndsAt time.Time `json:"ends_at" doc:"When what is kept of it is thrown away"`
	Print  string    `json:"print,omitempty"`
	Kind   string    `json:"kind"`
	Done   bool      `json:"done" doc:"It is a file now"`
	Again  bool      `json:"-"` // the same was sent before under this key; ID is that file
}

// Begin makes room for a file: the door first, then the input. Size -1 is for a
// sender that does not know; AppendAll then tells where it ends.
func (f *Files) Begin(ctx context.Context, who realm.Actor, n *Announced) (*Upload, error) {
	noPreview, err := f.admitNew(ctx, who, n)
	if err != nil {
		return nil, err
	}
	if err := f.check(n); err != nil {
		return nil, err
	}
	var open int
	if err := f.realm.Store.QueryRow(ctx, `SELECT count(*) FROM uploads WHERE staff = $1`, who.Staff).Scan(&open); err != nil {
		return nil, fmt.Errorf("evidencefile: begin: %w", err)
	}
	if open >= f.Rules.Limits.Open {
		return nil, problem.Refuse("file.too-many-open")
	}
	hashes, err := f.lists.Needs(ctx)
	if err != nil {
		return nil, err
	}
	now := f.realm.Now()
	u := &upload{ID: f.realm.NewID(), SHA256: n.SHA256, Print: n.Print, Staff: who.Staff, Agency: who.Agency, EndsAt: now.Add(f.Rules.Limits.Unfinished),
		Kept: KeptEvent{Place: n.Place, Compartment: n.Compartment, Kind: n.Kind, BegunAt: now, DeviceAt: utc(n.DeviceAt), Parent: n.Parent, Tool: n.Tool, NoPreview: noPreview}}
	if err := f.seal(ctx, u.ID, &u.Kept, n.Name, n.Note); err != nil {
		return nil, err
	}
	raw, err := json.Marshal(u)
	if err != nil {
		return nil, err
	}
	spec := blob.Spec{ID: u.ID, Part: vault.Compartment(n.Compartment), Size: n.Size, Hashes: hashes}
	err = f.blobs.Begin(ctx, spec, func(tx *store.Tx) error {
		_, err := tx.Exec(`INSERT INTO uploads (id, staff, agency, place, at, ends_at, state) VALUES ($1,$2,$3,$4,$5,$6,$7)`,
			u.ID, who.Staff, who.Agency, n.Place.Key(), now.UnixMilli(), u.EndsAt.UnixMilli(), raw)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("evidencefile: begin: %w", err)
	}
	return &Upload{ID: u.ID, Size: n.Size, EndsAt: u.EndsAt, Print: u.Print, Kind: n.Kind}, nil
}

func utc(t *time.Time) *time.Time {
	if t == nil {
		return nil
	}
	u := t.UTC().Truncate(time.Millisecond)
	return &u
}

// seal seals the words of a file under its own key.
func (f *Files) seal(ctx context.Context, id string, k *KeptEvent, name, note string) error {
	s, err := f.realm.Vault.Sealer(ctx, blob.Subject(id))
	if err == nil {
		k.Name, err = s.Seal(place(id, "name", k.Compartment), name)
	}
	if err == nil {
		k.Note, err = s.Seal(place(id, "note", k.Compartment), note)
	}
	if err != nil {
		return fmt.Errorf("evidencefile: seal: %w", err)
	}
	return nil
}

func place(id, field, compartment string) vault.Place {
	return vault.Place{Record: id, Field: field, Compartment: vault.Compartment(compartment), Schema: 1}
}

func (f *Files) uploadOf(ctx context.Context, id string) (*upload, error) {
	u := new(upload)
	var raw []byte
	var ends int64
	err := f.realm.Store.QueryRow(ctx, `SELECT staff, agency, ends_at, state FROM uploads WHERE id = $1`, id).Scan(&u.Staff, &u.Agency, &ends, &raw)
	if errors.Is(err, store.ErrNoRow) {
		return nil, nil
	}
	if err == nil {
		err = json.Unmarshal(raw, u)
	}
	if err != nil {
		return nil, fmt.Errorf("evidencefile: upload: %w", err)
	}
	u.ID, u.EndsAt = id, timeOf(ends)
	return u, nil
}

// mine loads an upload for its sender, and asks the door again: whoever left
// the team meanwhile sends nothing more. An upload that became a file is told
// as done.
func (f *Files) mine(ctx context.Context, who realm.Actor, id string) (*upload, *Upload, error) {
	u, err := f.uploadOf(ctx, id)
	if err != nil {
		return nil, nil, err
	}
	if u == nil {
		s, err := f.read(ctx, id)
		if err != nil {
			return nil, nil, err
		}
		if !s.Exists() || s.By.Staff != who.Staff || s.End != nil {
			return nil, nil, problem.ErrNotFound
		}
		if err := f.admit(ctx, who, policy.FileAdd, s.File.Place, s.File.Compartment); err != nil {
			return nil, nil, err
		}
		return nil, &Upload{ID: id, Offset: s.File.Size, Size: s.File.Size, EndsAt: s.By.At, Kind: s.File.Kind, Done: true}, nil
	}
	if u.Staff != who.Staff || u.Agency != who.Agency {
		return nil, nil, problem.ErrNotFound
	}
	if err := f.admit(ctx, who, policy.FileAdd, u.Kept.Place, u.Kept.Compartment); err != nil {
		return nil, nil, err
	}
	st, err := f.blobs.State(ctx, id)
	if errors.Is(err, blob.ErrNone) {
		return nil, nil, problem.ErrNotFound
	}
	if err != nil {
		return nil, nil, err
	}
	return u, &Upload{ID: id, Offset: st.Got, Size: st.Size, EndsAt: u.EndsAt, Print: u.Print, Kind: u.Kept.Kind}, nil
}

// Upload tells its sender how far an upload has come.
func (f *Files) Upload(ctx context.Context, who realm.Actor, id string) (*Upload, error) {
	_, v, err := f.mine(ctx, who, id)
	return v, err
}

// Unfinished lists the sender's uploads to a place that can go on.
func (f *Files) Unfinished(ctx context.Context, who realm.Actor, p Place) ([]Upload, error) {
	if err := f.AdmitAdd(ctx, who, p); err != nil {
		return nil, err
	}
	rows, err := f.realm.Store.Query(ctx, `SELECT id FROM uploads WHERE staff = $1 AND place = $2 ORDER BY at`, who.Staff, p.Key())
	if err != nil {
		return nil, fmt.Errorf("evidencefile: uploads: %w", err)
	}
	var ids []string
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			rows.Close()
			return nil, err
		}
		ids = append(ids, id)
	}
	rows.Close()
	out := []Upload{}
	for _, id := range ids {
		_, v, err := f.mine(ctx, who, id)
		switch {
		case errors.Is(err, problem.ErrNotFound), errors.As(err, new(*problem.Denied)):
		case err != nil:
			return nil, err
		default:
			out = append(out, *v)
		}
	}
	return out, rows.Err()
}

// Append adds what src gives at offset. When the last byte is there the upload
// becomes a file, or is refused. Check is blob's: asked before anything of the
// call counts. The answer tells what is kept also beside an error of the line.
func (f *Files) Append(ctx context.Context, who realm.Actor, id string, offset int64, src io.Reader, check func() error) (*Upload, error) {
	u, v, err := f.mine(ctx, who, id)
	if err != nil {
		return nil, err
	}
	if u == nil {
		if offset == v.Size {
			return v, nil // the last answer was lost on the way
		}
		return v, &blob.Offset{Have: v.Size}
	}
	v.Offset, err = f.blobs.Append(ctx, id, offset, src, check)
	if err != nil && !errors.Is(err, blob.ErrWhole) {
		return v, err
	}
	ctx = context.WithoutCancel(ctx)
	if err := f.prolong(ctx, u); err != nil {
		return v, err
	}
	if v.Offset != v.Size {
		return v, nil
	}
	if _, err := f.finish(ctx, who, u); err != nil {
		return v, err
	}
	v.Done = true
	return v, nil
}

// prolong gives an upload that comes on more time.
func (f *Files) prolong(ctx context.Context, u *upload) error {
	ends := f.realm.Now().Add(f.Rules.Limits.Unfinished)
	if ends.Sub(u.EndsAt) < time.Hour {
		return nil
	}
	u.EndsAt = ends
	return f.realm.Store.Write(ctx, func(tx *store.Tx) error {
		_, err := tx.Exec(`UPDATE uploads SET ends_at = $1 WHERE id = $2`, ends.UnixMilli(), u.ID)
		return err
	})
}

// Take keeps a whole content of unknown length in one go: begun, sent, and
// kept, or nothing of it. The same content sent twice under one key is one
// file, and the second answer says so; another content, or other words, under a
// key that was used is refused.
func (f *Files) Take(ctx context.Context, who realm.Actor, n *Announced, src io.Reader) (*Upload, error) {
	n.Size = -1
	v, err := f.Begin(ctx, who, n)
	if err != nil {
		return nil, err
	}
	u, err := f.uploadOf(ctx, v.ID)
	if err != nil {
		return nil, err
	}
	if n.Key != "" {
		u.Key, u.Said = n.Key, *n
	}
	drop := func(err error) (*Upload, error) {
		return nil, errors.Join(err, f.throwAway(context.WithoutCancel(ctx), v.ID))
	}
	if v.Offset, err = f.blobs.Append(ctx, v.ID, 0, src, nil); err != nil {
		return drop(err)
	}
	if v.Offset == 0 {
		return drop(&problem.Invalid{Fields: []problem.Field{{Name: "file", Key: "file.error.empty"}}})
	}
	rc, err := f.finish(context.WithoutCancel(ctx), who, u)
	if err != nil {
		return nil, err
	}
	v.ID, v.Again = rc.ID, rc.Replayed
	v.Size, v.Done = v.Offset, true
	return v, nil
}

// Drop ends an upload at its sender's wish; nothing of it stays.
func (f *Files) Drop(ctx context.Context, who realm.Actor, id string) error {
	u, _, err := f.mine(ctx, who, id)
	if err != nil {
		return err
	}
	if u == nil {
		return problem.Refuse("file.kept-already")
	}
	return f.throwAway(ctx, id)
}

// throwAway destroys what was kept of an upload.
func (f *Files) throwAway(ctx context.Context, id string) error {
	if err := f.blobs.Destroy(ctx, id); err != nil {
		return fmt.Errorf("evidencefile: throw away: %w", err)
	}
	return f.realm.Store.Write(ctx, func(tx *store.Tx) error {
		_, err := tx.Exec(`DELETE FROM uploads WHERE id = $1`, id)
		return err
	})
}

// Expire throws away uploads that nobody went on with in time, ends those that
// a killed server left complete, and finishes destroying what it left half
// destroyed, or half drawn. It runs by the clock.
func (f *Files) Expire(ctx context.Context) (n int, err error) {
	ids, err := f.ids(ctx, `SELECT u.id FROM uploads u JOIN blobs b ON b.id = u.id WHERE u.ends_at < $1 OR (b.got = b.size AND b.touched_at < $2)
		UNION SELECT u.id FROM uploads u WHERE NOT EXISTS (SELECT 1 FROM blobs b WHERE b.id = u.id)`,
		f.realm.Now().UnixMilli(), f.realm.Now().Add(-time.Minute).UnixMilli())
	if err != nil {
		return 0, err
	}
	for _, id := range ids {
		u, err := f.uploadOf(ctx, id)
		if err != nil || u == nil {
			return n, err
		}
		st, err := f.blobs.State(ctx, id)
		switch {
		case err == nil && st.Got == st.Size:
			who := realm.Actor{Principal: policy.Principal{Staff: u.Staff, Agency: u.Agency}}
			if _, err := f.finish(ctx, who, u); err != nil && !errors.As(err, new(*problem.Refused)) {
				return n, err
			}
		case err == nil || errors.Is(err, blob.ErrNone):
			if err := f.throwAway(ctx, id); err != nil {
				return n, err
			}
		default:
			return n, err
		}
		n++
	}
	half, err := f.ids(ctx, `SELECT f.id FROM files f JOIN blobs b ON b.id = f.id WHERE f.status = 'destroyed'`)
	if err != nil {
		return n, err
	}
	made, err := f.orphans(ctx)
	if err != nil {
		return n, err
	}
	stray, err := f.strays(ctx)
	if err != nil {
		return n, err
	}
	for _, id := range append(half, stray...) {
		if err := f.blobs.Destroy(ctx, id); err != nil {
			return n, err
		}
	}
	return n + made + len(half) + len(stray), nil
}

// strayAfter is how long a content may belong to no file and no upload: a
// preview does while it is drawn, and stays so when the server is killed then.
const strayAfter = time.Hour

// strays are contents that no event and no upload knows of. The ledger is asked,
// not the read model, which stands empty while it is folded anew.
func (f *Files) strays(ctx context.Context) ([]string, error) {
	ids, err := f.ids(ctx, `SELECT b.id FROM blobs b WHERE b.touched_at < $1 AND NOT EXISTS (SELECT 1 FROM uploads u WHERE u.id = b.id)
		AND NOT EXISTS (SELECT 1 FROM files f WHERE f.id = b.id) ORDER BY b.id LIMIT 100`, f.realm.Now().Add(-strayAfter).UnixMilli())
	if err != nil {
		return nil, err
	}
	var out []string
	for _, id := range ids {
		told, err := f.realm.Ledger.Stream(ctx, Stream(id), 0)
		if err != nil {
			return nil, err
		}
		if len(told) == 0 {
			out = append(out, id)
		}
	}
	return out, nil
}

func (f *Files) ids(ctx context.Context, query string, args ...any) ([]string, error) {
	rows, err := f.realm.Store.Query(ctx, query, args...)
	if err != nil {
		return nil, fmt.Errorf("evidencefile: %w", err)
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, fmt.Errorf("evidencefile: %w", err)
		}
		out = append(out, id)
	}
	return out, rows.Err()
}
