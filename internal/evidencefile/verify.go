package evidencefile

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"

	"rufaa/internal/blob"
	"rufaa/internal/ledger"
	"rufaa/internal/store"
)

// Verified is what the sealed pieces of a realm's files are found to be.
type Verified struct {
	Files     int64 // kept
	Pieces    int64 // of kept files and of uploads under way
	Bytes     int64 // of content in them
	Destroyed int64 // rightly absent
	Uploads   int64 // under way
	Damaged   []Damaged
}

// Damaged is a file whose sealed pieces are not what was kept.
type Damaged struct {
	ID     string
	Place  Place
	Upload bool // it is no file yet, its sender is not done
	Faults []blob.Fault
}

// Verify reads the sealed pieces of every kept file, and of uploads under way,
// and holds them against what the ledger says: no key is needed. A file that
// was destroyed is rightly absent. It may run beside a serving process.
func Verify(ctx context.Context, db *store.DB, shelf blob.Shelf) (*Verified, error) {
	v := &verifier{db: db, shelf: shelf, out: new(Verified)}
	kept, err := v.kept(ctx)
	if err == nil {
		kept, err = v.uploads(ctx, kept)
	}
	if err != nil {
		return nil, fmt.Errorf("evidencefile: verify: %w", err)
	}
	if err := v.all(ctx, kept); err != nil {
		return nil, fmt.Errorf("evidencefile: verify: %w", err)
	}
	slices.SortFunc(v.out.Damaged, func(a, b Damaged) int { return cmp.Compare(a.ID, b.ID) })
	return v.out, nil
}

type verifier struct {
	db    *store.DB
	shelf blob.Shelf
	mu    sync.Mutex
	out   *Verified
}

// claim is what is said of a content: by the ledger, or of an upload by nobody
// yet.
type claim struct {
	id     string
	event  KeptEvent
	upload bool
}

// kept reads which files there must be.
func (v *verifier) kept(ctx context.Context) ([]claim, error) {
	var out []claim
	err := ledger.EachOf(ctx, v.db, Stream(""), func(e ledger.Event) error {
		id := strings.TrimPrefix(e.Stream, Stream(""))
		switch e.Kind {
		case Kept:
			c := claim{id: id}
			if err := json.Unmarshal(e.Payload, &c.event); err != nil {
				return fmt.Errorf("event %d: %w", e.Seq, err)
			}
			c.event.Name, c.event.Note, c.event.SealedDigest = "", "", "" // not needed, and there may be many
			out = append(out, c)
		case Destroyed:
			v.out.Destroyed++
			if n := len(out); n > 0 && out[n-1].id == id {
				out = out[:n-1]
			}
		}
		return nil
	})
	v.out.Files = int64(len(out))
	return out, err
}

// uploads adds what is under way: a content that is no file yet.
func (v *verifier) uploads(ctx context.Context, list []claim) ([]claim, error) {
	rows, err := v.db.Query(ctx, `SELECT u.id, u.state FROM uploads u JOIN blobs b ON b.id = u.id ORDER BY u.id`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var u upload
		var raw []byte
		c := claim{upload: true}
		if err := rows.Scan(&c.id, &raw); err != nil {
			return nil, err
		}
		if err := json.Unmarshal(raw, &u); err != nil {
			return nil, fmt.Errorf("upload %s: %w", c.id, err)
		}
		c.event.Place = u.Kept.Place
		list, v.out.Uploads = append(list, c), v.out.Uploads+1
	}
	return list, rows.Err()
}

// all looks at the contents, one on each processor.
func (v *verifier) all(ctx context.Context, list []claim) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	todo := make(chan claim)
	var failed error
	var wg sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(list)) {
		wg.Go(func() {
			look := blob.NewInspector(v.db, v.shelf)
			for c := range todo {
				if err := v.one(ctx, look, c); err != nil && ctx.Err() == nil {
					v.mu.Lock()
					failed = err
					v.mu.Unlock()
					stop()
				}
			}
		})
	}
	for _, c := range list {
		todo <- c
	}
	close(todo)
	wg.Wait()
	if failed == nil {
		failed = ctx.Err()
	}
	return failed
}

func (v *verifier) one(ctx context.Context, look *blob.Inspector, c claim) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	found, err := look.Inspect(ctx, c.id)
	if errors.Is(err, blob.ErrNone) {
		found, err = &blob.Inspected{Faults: []blob.Fault{{Content: c.id, Piece: blob.Rows, Detail: "the rows of its pieces are missing"}}}, nil
	}
	if err != nil {
		return err
	}
	faults := found.Faults
	if k := c.event; !c.upload && faults == nil && (found.Sum != k.Sealed || found.Size != k.Size || found.Pieces != k.Pieces) {
		faults = []blob.Fault{{Content: c.id, Piece: blob.Rows, Detail: "the rows of its pieces are not those that the ledger tells of"}}
	}
	if faults != nil {
		if ended, err := v.ended(ctx, c); err != nil || ended {
			return err
		}
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.out.Pieces, v.out.Bytes = v.out.Pieces+found.Pieces, v.out.Bytes+found.Size
	if faults != nil {
		v.out.Damaged = append(v.out.Damaged, Damaged{ID: c.id, Place: c.event.Place, Upload: c.upload, Faults: faults})
	}
	return nil
}

// ended tells whether a content was destroyed, or an upload thrown away, since
// the list was made: then nothing is amiss.
func (v *verifier) ended(ctx context.Context, c claim) (bool, error) {
	text := `SELECT count(*) FROM events WHERE stream = $1 AND kind = '` + Destroyed + `'`
	if c.upload {
		text = `SELECT 1 - count(*) FROM uploads WHERE $1 = 'file/' || id`
	}
	var n int64
	err := v.db.QueryRow(ctx, text, Stream(c.id)).Scan(&n)
	return n > 0, err
}
