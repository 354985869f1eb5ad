package ledger

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"rufaa/internal/store"
)

// Checkpoint is a signed statement of what the ledger held.
type Checkpoint struct {
	Origin string    // "rufaa/" and the realm
	Size   int64     // how many events it covers
	Hash   tlog.Hash // the root of their tree
	At     time.Time // when it was signed, UTC
	After  int64     // size of the checkpoint before it; -1 for the first
	Note   []byte    // the signed note itself, for anybody to verify
}

// ErrNoCheckpoint says that no checkpoint has this size, or none covers this
// event yet.
var ErrNoCheckpoint = errors.New("ledger: no such checkpoint")

// Checkpoint signs the present head and keeps it. When nothing was appended
// since the newest checkpoint, it returns that one.
func (l *Ledger) Checkpoint(ctx context.Context) (c Checkpoint, err error) {
	if l.signer == nil {
		return Checkpoint{}, errors.New("ledger: this process has no key to sign checkpoints with")
	}
	err = l.db.Write(ctx, func(tx *store.Tx) error {
		size, err := sizeIn(tx)
		if err == nil {
			c, err = l.checkpoint(tx, size)
		}
		return err
	})
	return c, err
}

// Newest is the newest checkpoint kept; ErrNoCheckpoint when there is none.
func (l *Ledger) Newest(ctx context.Context) (c Checkpoint, err error) {
	err = l.db.View(ctx, func(tx *store.Tx) error {
		c, err = newestCheckpoint(tx)
		return err
	})
	return c, err
}

// checkpoint signs the present head. Of the events the first stood before this
// append: that no checkpoint is missing among them is looked at first, because
// the new one would bury it.
func (l *Ledger) checkpoint(tx *store.Tx, stood int64) (Checkpoint, error) {
	if err := noneMissing(tx, stood); err != nil {
		return Checkpoint{}, err
	}
	t, _, _, err := l.head.at(tx, "")
	if err != nil {
		return Checkpoint{}, fmt.Errorf("ledger: checkpoint: %w", err)
	}
	c := Checkpoint{Origin: Origin(l.realm), Size: t.size, At: utc(l.now()), After: -1}
	old, err := newestCheckpoint(tx)
	switch {
	case err == nil && old.Size == t.size:
		return old, nil
	case err == nil && old.Size > t.size:
		return Checkpoint{}, &Damage{What: "checkpoint", Seq: old.Size, Detail: fmt.Sprintf("it covers %d events and there are %d", old.Size, t.size)}
	case err == nil:
		c.After = old.Size
	case !errors.Is(err, ErrNoCheckpoint):
		return Checkpoint{}, fmt.Errorf("ledger: checkpoint: %w", err)
	}
	if c.Hash, err = t.root(); err != nil {
		return Checkpoint{}, fmt.Errorf("ledger: checkpoint: %w", err)
	}
	if c.Note, err = note.Sign(&note.Note{Text: c.text()}, l.signer); err != nil {
		return Checkpoint{}, fmt.Errorf("ledger: sign: %w", err)
	}
	_, err = tx.Exec(`INSERT INTO checkpoints (size, at, note) VALUES ($1, $2, $3)`, c.Size, c.At.UnixMilli(), c.Note)
	if err != nil {
		return Checkpoint{}, fmt.Errorf("ledger: checkpoint: %w", err)
	}
	return c, nil
}

func newestCheckpoint(tx *store.Tx) (Checkpoint, error) {
	return scanCheckpoint(tx.QueryRow(`SELECT note FROM checkpoints ORDER BY size DESC LIMIT 1`))
}

func scanCheckpoint(row *store.Row) (Checkpoint, error) {
	var raw []byte
	err := row.Scan(&raw)
	if errors.Is(err, store.ErrNoRow) {
		return Checkpoint{}, ErrNoCheckpoint
	}
	if err != nil {
		return Checkpoint{}, err
	}
	return readCheckpoint(raw)
}

func (c *Checkpoint) text() string {
	after := "-"
	if c.After >= 0 {
		after = strconv.FormatInt(c.After, 10)
	}
	return fmt.Sprintf("%s\n%d\n%s\ntime %s\nafter %s\n", c.Origin, c.Size, c.Hash, c.At.Format(timeForm), after)
}

// readCheckpoint reads a note without asking who signed it.
func readCheckpoint(raw []byte) (Checkpoint, error) {
	text, _, found := bytes.Cut(raw, []byte("\n\n"))
	if !found {
		return Checkpoint{}, errors.New("ledger: that is no checkpoint")
	}
	return parseCheckpoint(string(text)+"\n", raw)
}

// OpenCheckpoint reads a note and checks that one of the verifiers' keys
// signed it, and that it is in its one form.
func OpenCheckpoint(raw []byte, verifiers ...note.Verifier) (Checkpoint, error) {
	n, err := note.Open(raw, note.VerifierList(verifiers...))
	if err != nil {
		return Checkpoint{}, fmt.Errorf("ledger: checkpoint: %w", err)
	}
	// Base64 has idle bits and a note may carry more signatures; neither may
	// differ unseen from what was signed and kept.
	s := n.Sigs[0]
	if sig, err := base64.StdEncoding.Strict().DecodeString(s.Base64); err != nil || len(n.Sigs)+len(n.UnverifiedSigs) != 1 ||
		string(raw) != n.Text+"\n— "+s.Name+" "+base64.StdEncoding.EncodeToString(sig)+"\n" {
		return Checkpoint{}, errors.New("ledger: checkpoint: the note is not in its one form")
	}
	return parseCheckpoint(n.Text, raw)
}

func parseCheckpoint(text string, raw []byte) (c Checkpoint, err error) {
	lines := strings.Split(text, "\n")
	if len(lines) != 6 {
		return Checkpoint{}, errors.New("ledger: checkpoint: not five lines")
	}
	size, err1 := strconv.ParseInt(lines[1], 10, 64)
	hash, err2 := tlog.ParseHash(lines[2])
	at, err3 := time.Parse("time "+timeForm, lines[3])
	after, err4 := int64(-1), error(nil)
	if rest, ok := strings.CutPrefix(lines[4], "after "); ok && rest != "-" {
		after, err4 = strconv.ParseInt(rest, 10, 64)
	}
	if err := errors.Join(err1, err2, err3, err4); err != nil {
		return Checkpoint{}, fmt.Errorf("ledger: checkpoint: %w", err)
	}
	c = Checkpoint{Origin: lines[0], Size: size, Hash: hash, At: at, After: after, Note: raw}
	if c.text() != text || c.Size <= c.After {
		return Checkpoint{}, errors.New("ledger: checkpoint: its text is not in its one form")
	}
	return c, nil
}
