package witness

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	cosig "github.com/transparency-dev/formats/note"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"rufaa/internal/ledger"
	"rufaa/internal/store"
)

// Prefix is where a server speaks with witnesses, below the realm's base.
const Prefix = "/witness/v1"

// maxNote bounds a note on its way, in bytes.
const maxNote = 16 << 10

// Seen is how far one witness has followed.
type Seen struct {
	Name string    `json:"name"`
	Size int64     `json:"size"` // events covered by the newest checkpoint it signed
	At   time.Time `json:"at"`   // when it signed, UTC, to the second
}

// Cosignature is one kept line.
type Cosignature struct {
	Verifier string // the witness's public key
	Line     string
}

// Collector is the server's side.
type Collector struct {
	Ledger *ledger.Ledger
	Store  *store.DB
	keys   map[string]string // the operator's witnesses: verifier text by name
	known  []note.Verifier
}

// NewCollector takes the public keys of the witnesses that the operator trusts
// to be others.
func NewCollector(l *ledger.Ledger, db *store.DB, keys ...string) (*Collector, error) {
	c := &Collector{Ledger: l, Store: db, keys: map[string]string{}}
	for _, key := range keys {
		v, err := cosig.NewVerifierForCosignatureV1(key)
		if err != nil {
			return nil, fmt.Errorf("witness: the key %q: %w", key, err)
		}
		if c.keys[v.Name()] != "" {
			return nil, fmt.Errorf("witness: two witnesses are called %s", v.Name())
		}
		c.keys[v.Name()] = key
		c.known = append(c.known, v)
	}
	return c, nil
}

// growth is a consistency proof on its way.
type growth struct {
	Path []tlog.Hash `json:"path"`
}

// Handler answers witnesses under Prefix.
func (c *Collector) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+Prefix+"/checkpoint", c.checkpoint)
	mux.HandleFunc("GET "+Prefix+"/growth", c.growth)
	mux.HandleFunc("GET "+Prefix+"/witnesses", c.witnesses)
	mux.HandleFunc("POST "+Prefix+"/cosignature", c.accept)
	return mux
}

func (c *Collector) checkpoint(w http.ResponseWriter, r *http.Request) {
	cp, err := c.Ledger.Newest(r.Context())
	if err != nil {
		fail(w, err)
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.Write(cp.Note)
}

func (c *Collector) growth(w http.ResponseWriter, r *http.Request) {
	from, err1 := strconv.ParseInt(r.FormValue("from"), 10, 64)
	to, err2 := strconv.ParseInt(r.FormValue("to"), 10, 64)
	if err := errors.Join(err1, err2); err != nil {
		http.Error(w, "from and to are sizes", http.StatusBadRequest)
		return
	}
	path, err := c.Ledger.ProveGrowth(r.Context(), from, to)
	if err != nil {
		fail(w, err)
		return
	}
	tell(w, growth{path})
}

func (c *Collector) witnesses(w http.ResponseWriter, r *http.Request) {
	seen, err := Newest(r.Context(), c.Store)
	if err != nil {
		fail(w, err)
		return
	}
	tell(w, seen)
}

// accept keeps a co-signature of a checkpoint of this ledger.
func (c *Collector) accept(w http.ResponseWriter, r *http.Request) {
	raw, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxNote))
	if err != nil {
		http.Error(w, "no note", http.StatusRequestEntityTooLarge)
		return
	}
	switch err := c.keep(r.Context(), raw); {
	case errors.Is(err, errRefused):
		http.Error(w, "not a co-signature of a witness known here, of a checkpoint made here", http.StatusForbidden)
	case err != nil:
		fail(w, err)
	default:
		w.WriteHeader(http.StatusNoContent)
	}
}

var errRefused = errors.New("witness: refused")

func (c *Collector) keep(ctx context.Context, raw []byte) error {
	n, err := note.Open(raw, note.VerifierList(c.known...))
	if err != nil {
		return errRefused
	}
	lines := strings.Split(n.Text, "\n")
	if len(lines) < 3 {
		return errRefused
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return errRefused
	}
	own, err := c.Ledger.CheckpointAt(ctx, size)
	if errors.Is(err, ledger.ErrNoCheckpoint) || err == nil && !bytes.HasPrefix(own.Note, []byte(n.Text+"\n")) {
		return errRefused
	}
	if err != nil {
		return err
	}
	s := n.Sigs[0]
	at, err := cosig.CoSigV1Timestamp(s)
	if err != nil {
		return errRefused
	}
	return c.Store.Write(ctx, func(tx *store.Tx) error {
		_, err := tx.Exec(`INSERT INTO cosignatures (witness, size, at, verifier, line) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (witness, size) DO NOTHING`, s.Name, size, at.UnixMilli(), c.keys[s.Name], "— "+s.Name+" "+s.Base64)
		return err
	})
}

// Newest tells how far each witness has followed, by name.
func Newest(ctx context.Context, db *store.DB) ([]Seen, error) {
	rows, err := db.Query(ctx, `SELECT witness, max(size), max(at) FROM cosignatures GROUP BY witness ORDER BY witness`)
	if err != nil {
		return nil, fmt.Errorf("witness: %w", err)
	}
	defer rows.Close()
	out := []Seen{}
	for rows.Next() {
		var s Seen
		var at int64
		if err := rows.Scan(&s.Name, &s.Size, &at); err != nil {
			return nil, fmt.Errorf("witness: %w", err)
		}
		s.At = time.UnixMilli(at).UTC()
		out = append(out, s)
	}
	return out, rows.Err()
}

// Of gives the co-signatures of the checkpoint of this size, by witness.
func Of(ctx context.Context, db *store.DB, size int64) ([]Cosignature, error) {
	rows, err := db.Query(ctx, `SELECT verifier, line FROM cosignatures WHERE size = $1 ORDER BY witness`, size)
	if err != nil {
		return nil, fmt.Errorf("witness: %w", err)
	}
	defer rows.Close()
	var out []Cosignature
	for rows.Next() {
		var c Cosignature
		if err := rows.Scan(&c.Verifier, &c.Line); err != nil {
			return nil, fmt.Errorf("witness: %w", err)
		}
		out = append(out, c)
	}
	return out, rows.Err()
}

// Check holds every kept co-signature to its key and to this ledger's
// checkpoint, and tells how far each witness followed. The error names the
// first that does not hold.
func Check(ctx context.Context, db *store.DB, checkpoint func(size int64) ([]byte, error)) ([]Seen, error) {
	rows, err := db.Query(ctx, `SELECT witness, size, at, verifier, line FROM cosignatures ORDER BY witness, size`)
	if err != nil {
		return nil, fmt.Errorf("witness: %w", err)
	}
	type kept struct {
		Seen
		Cosignature
	}
	var all []kept
	for rows.Next() {
		var k kept
		var at int64
		if err := rows.Scan(&k.Name, &k.Size, &at, &k.Verifier, &k.Line); err != nil {
			return nil, errors.Join(err, rows.Close())
		}
		k.At = time.UnixMilli(at).UTC()
		all = append(all, k)
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return nil, fmt.Errorf("witness: %w", err)
	}
	var out []Seen
	for _, k := range all {
		raw, err := checkpoint(k.Size)
		if err != nil {
			return nil, fmt.Errorf("witness %s signed a checkpoint of %d events that is not there: %w", k.Name, k.Size, err)
		}
		at, err := open(raw, k.Cosignature)
		if err != nil || !at.Equal(k.At) {
			return nil, fmt.Errorf("witness %s signed another checkpoint of %d events than the one that is there, or the line was changed", k.Name, k.Size)
		}
		if len(out) > 0 && out[len(out)-1].Name == k.Name {
			out = out[:len(out)-1]
		}
		out = append(out, k.Seen)
	}
	return out, nil
}

// open checks one co-signature under a checkpoint's note.
func open(raw []byte, c Cosignature) (time.Time, error) {
	v, err := cosig.NewVerifierForCosignatureV1(c.Verifier)
	if err != nil {
		return time.Time{}, err
	}
	text, _, _ := bytes.Cut(raw, []byte("\n\n"))
	n, err := note.Open([]byte(string(text)+"\n\n"+c.Line+"\n"), note.VerifierList(v))
	if err != nil {
		return time.Time{}, err
	}
	at, err := cosig.CoSigV1Timestamp(n.Sigs[0])
	return at.UTC(), err
}

func tell(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	json.NewEncoder(w).Encode(v)
}

func fail(w http.ResponseWriter, err error) {
	if errors.Is(err, ledger.ErrNoCheckpoint) {
		http.Error(w, "no such checkpoint", http.StatusNotFound)
		return
	}
	http.Error(w, "the ledger could not be read", http.StatusInternalServerError)
}
