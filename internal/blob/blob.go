package blob

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"rufaa/internal/store"
	"rufaa/internal/vault"
)

// PieceSize is how much content one piece is cut to, in bytes. Smaller ones cost
// a file each, larger ones memory: half a dozen are on their way at once.
const PieceSize = 1 << 20

// LongestPiece is the most content a stored piece may hold: earlier versions cut
// so, and what they stored is read.
const LongestPiece = 4 << 20

// MaxPieces bounds into how many pieces a content may be cut by a line that
// breaks again and again; 20 GB in whole pieces are 20,000.
const MaxPieces = 60_000

// The errors that callers decide on.
var (
	ErrNone     = errors.New("blob: there is no such content")
	ErrBusy     = errors.New("blob: somebody else is writing this content")
	ErrWhole    = errors.New("blob: the content is complete")
	ErrTooLong  = errors.New("blob: more was sent than was declared")
	ErrShort    = errors.New("blob: the content is not complete")
	ErrShreds   = errors.New("blob: the content was sent in too many pieces")
	ErrDamaged  = errors.New("blob: a stored piece is missing or was altered")
	ErrChecksum = errors.New("blob: what arrived is not what was sent")
)

// ErrGone is an ErrDamaged: the piece is not on the shelf at all.
var ErrGone = fmt.Errorf("%w: it is not there", ErrDamaged)

// Offset says that a writer began at another place than where the content
// ends.
type Offset struct{ Have int64 }

func (o *Offset) Error() string { return fmt.Sprintf("blob: the content goes on at byte %d", o.Have) }

// Hashes that may run beside SHA-256. They cost time and run only when asked.
const (
	MD5  = "md5"
	SHA1 = "sha1"
)

// Spec describes a content about to be sent.
type Spec struct {
	ID     string
	Part   vault.Compartment
	Size   int64    // bytes; -1 when only its end tells
	Hashes []string // of MD5 and SHA1
}

// State is how far a content has come.
type State struct {
	ID      string
	Part    vault.Compartment
	Size    int64 // -1 while unknown
	Got     int64 // bytes acknowledged
	Pieces  int64
	Whole   bool
	Hashes  []string
	Begun   time.Time
	Touched time.Time

	running []byte
}

// Keeper keeps the contents of one realm. It is safe for concurrent use.
type Keeper struct {
	db    *store.DB
	vault *vault.Vault
	shelf Shelf
	now   func() time.Time
	mark  func() string // a fresh, random end of a name
	most  int           // content of a piece, bytes

	mu   sync.Mutex
	busy map[string]bool
	bufs chan []byte
}

// Options carry what a keeper is given from outside.
type Options struct {
	Store *store.DB
	Vault *vault.Vault
	Shelf Shelf
	Now   func() time.Time // UTC
	Mark  func() string    // random letters and digits, 8 or more
	Piece int              // most content of a piece, up to LongestPiece; PieceSize when zero
}

// spare is how many buffers are kept for the next writer; two uploads at once
// fill them all.
const spare = 8

// New opens the keeper.
func New(o Options) *Keeper {
	if o.Piece <= 0 || o.Piece > LongestPiece {
		o.Piece = PieceSize
	}
	return &Keeper{most: o.Piece, db: o.Store, vault: o.Vault, shelf: o.Shelf, now: o.Now, mark: o.Mark,
		busy: map[string]bool{}, bufs: make(chan []byte, spare)}
}

// Subject is the vault's name of a content.
func Subject(id string) string { return "file/" + id }

// Begin makes room for a content. Its key is durable before the row; also runs
// in the same write.
func (k *Keeper) Begin(ctx context.Context, s Spec, also func(*store.Tx) error) error {
	if _, err := k.vault.Sealer(ctx, Subject(s.ID)); err != nil {
		return fmt.Errorf("blob: begin: %w", err)
	}
	slices.Sort(s.Hashes)
	run, err := newRunning(s.Hashes).seal(ctx, k.vault, s.ID, s.Part)
	if err != nil {
		return fmt.Errorf("blob: begin: %w", err)
	}
	now := k.now().UnixMilli()
	return k.db.Write(ctx, func(tx *store.Tx) error {
		if _, err := tx.Exec(`INSERT INTO blobs (id, part, size, got, pieces, whole, hashes, running, begun_at, touched_at)
			VALUES ($1,$2,$3,0,0,0,$4,$5,$6,$6)`, s.ID, string(s.Part), s.Size, strings.Join(s.Hashes, " "), run, now); err != nil {
			return err
		}
		if also != nil {
			return also(tx)
		}
		return nil
	})
}

// State tells how far a content has come; ErrNone when there is none.
func (k *Keeper) State(ctx context.Context, id string) (*State, error) {
	s := &State{ID: id}
	var part, hashes string
	var whole, begun, touched int64
	err := k.db.QueryRow(ctx, `SELECT part, size, got, pieces, whole, hashes, running, begun_at, touched_at FROM blobs WHERE id = $1`, id).
		Scan(&part, &s.Size, &s.Got, &s.Pieces, &whole, &hashes, &s.running, &begun, &touched)
	if errors.Is(err, store.ErrNoRow) {
		return nil, ErrNone
	}
	if err != nil {
		return nil, fmt.Errorf("blob: state: %w", err)
	}
	s.Part, s.Whole, s.Hashes = vault.Compartment(part), whole == 1, strings.Fields(hashes)
	s.Begun, s.Touched = time.UnixMilli(begun).UTC(), time.UnixMilli(touched).UTC()
	return s, nil
}

// piece is one row of blob_pieces with the offset that follows from the others.
type piece struct {
	n, size, offset int64
	mark            string
	sum             []byte
}

// name is where a piece lies: the content's id, its place, and the mark of
// whoever wrote it.
func name(id string, n int64, mark string) string { return fmt.Sprintf("%s/%08d-%s", id, n, mark) }

func (k *Keeper) pieces(ctx context.Context, id string) ([]piece, error) {
	return piecesIn(ctx, k.db, id)
}

func piecesIn(ctx context.Context, db *store.DB, id string) ([]piece, error) {
	rows, err := db.Query(ctx, `SELECT n, size, mark, sum FROM blob_pieces WHERE blob = $1 ORDER BY n`, id)
	if err != nil {
		return nil, fmt.Errorf("blob: pieces: %w", err)
	}
	defer rows.Close()
	var out []piece
	var offset int64
	for rows.Next() {
		p := piece{offset: offset}
		if err := rows.Scan(&p.n, &p.size, &p.mark, &p.sum); err != nil {
			return nil, fmt.Errorf("blob: pieces: %w", err)
		}
		if p.n != int64(len(out)) {
			return out, fmt.Errorf("%w: piece %d of %s has no row", ErrDamaged, len(out), id)
		}
		offset += p.size
		out = append(out, p)
	}
	return out, rows.Err()
}

// bind is a piece's associated data; see the package's comment.
func bind(id string, n, offset int64) []byte {
	ad := append(make([]byte, 0, 32+len(id)), "rufaa/blob/1"...)
	ad = binary.BigEndian.AppendUint64(ad, uint64(n))
	ad = binary.BigEndian.AppendUint64(ad, uint64(offset))
	return append(ad, id...)
}

// total is the sum of a content over its sealed pieces.
func total(list []piece) []byte {
	h := sha256.New()
	var b []byte
	for i := range list {
		b = binary.BigEndian.AppendUint64(b[:0], uint64(list[i].n))
		b = binary.BigEndian.AppendUint64(b, uint64(list[i].size))
		h.Write(append(b, list[i].sum...))
	}
	return h.Sum(nil)
}

// hold lets one writer in; the answer lets go.
func (k *Keeper) hold(id string) (release func(), err error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.busy[id] {
		return nil, ErrBusy
	}
	k.busy[id] = true
	return func() {
		k.mu.Lock()
		defer k.mu.Unlock()
		delete(k.busy, id)
	}, nil
}

// buffer has room for a piece with its nonce and tag.
func (k *Keeper) buffer() []byte {
	select {
	case b := <-k.bufs:
		return b
	default:
		return make([]byte, k.most+vault.Overhead)
	}
}

// give keeps a buffer for the next writer; one made for a longer piece goes.
func (k *Keeper) give(b []byte) {
	if cap(b) != k.most+vault.Overhead {
		return
	}
	select {
	case k.bufs <- b[:cap(b)]:
	default:
	}
}
