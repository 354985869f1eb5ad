package witness

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	cosig "github.com/transparency-dev/formats/note"
	"golang.org/x/mod/sumdb/note"

	"rufaa/internal/ledger"
)

// Alarm is what a witness found. Both notes are signed by the same realm and
// cannot both be true: that is the evidence.
type Alarm struct {
	At     time.Time `json:"at"`
	Detail string    `json:"detail"`
	Signed string    `json:"signed"` // the note that the witness signed for
	Shown  string    `json:"shown"`  // the note it was shown later
}

// State is what a witness knows. It outlives the process.
type State struct {
	Note     string    `json:"note"`      // newest checkpoint signed for; "" for none
	SignedAt time.Time `json:"signed_at"` // UTC, to the second
	Sent     bool      `json:"sent"`      // the server has the co-signature
	Alarm    *Alarm    `json:"alarm,omitempty"`
}

// ErrAlarm says that the ledger was forked, rewritten or rolled back. It stands
// until a person has looked at the state file.
var ErrAlarm = errors.New("witness: the ledger is not the one that was signed for")

// Follower is one witness of one ledger.
type Follower struct {
	URL      string // of the realm, e.g. https://rufaa.example.go.ke
	Verifier note.Verifier
	Dir      string // holds state.json and witness.key
	Client   *http.Client
	Now      func() time.Time

	mu     sync.Mutex
	signer note.Signer
	public string
	state  State
	last   error // of the newest look that failed for another reason
	looked time.Time
}

// Open reads the witness's folder, or makes it with a key of its own. name is
// the name in a new key.
func (f *Follower) Open(name string, rand io.Reader) error {
	if err := os.MkdirAll(f.Dir, 0o700); err != nil {
		return fmt.Errorf("witness: %w", err)
	}
	key := filepath.Join(f.Dir, "witness.key")
	raw, err := os.ReadFile(key)
	if errors.Is(err, os.ErrNotExist) {
		private, public, err := note.GenerateKey(rand, name)
		if err != nil {
			return fmt.Errorf("witness: %w", err)
		}
		raw = []byte(private + "\n" + public + "\n")
		if err := durable(key, raw); err != nil {
			return err
		}
	} else if err != nil {
		return fmt.Errorf("witness: %w", err)
	}
	private, public, _ := strings.Cut(strings.TrimSpace(string(raw)), "\n")
	signer, err := cosig.NewSignerForCosignatureV1(private)
	if err != nil {
		return fmt.Errorf("witness: %s: %w", key, err)
	}
	f.signer, f.public = signer, public
	raw, err = os.ReadFile(f.file())
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("witness: %w", err)
	}
	if err := json.Unmarshal(raw, &f.state); err != nil {
		return fmt.Errorf("witness: %s: %w; restore it, never delete it: it is what the witness remembers", f.file(), err)
	}
	return nil
}

// Public is the key that the server's operator must be given.
func (f *Follower) Public() string { return f.public }

// State is what the witness knows now, and why the newest look failed, if it did.
func (f *Follower) State() (State, time.Time, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.state, f.looked, f.last
}

func (f *Follower) file() string { return filepath.Join(f.Dir, "state.json") }

// Look asks for the newest checkpoint, checks it and co-signs it.
func (f *Follower) Look(ctx context.Context) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.last = f.look(ctx)
	f.looked = f.Now().UTC()
	return f.last
}

func (f *Follower) look(ctx context.Context) error {
	if f.state.Alarm != nil {
		return ErrAlarm
	}
	raw, err := f.ask(ctx, http.MethodGet, "/checkpoint", nil)
	if err != nil {
		return err
	}
	shown, err := ledger.OpenCheckpoint(raw, f.Verifier)
	if err != nil {
		return fmt.Errorf("witness: the server shows a note that is not signed by the realm: %w", err)
	}
	if f.state.Note == "" {
		return f.sign(ctx, shown)
	}
	signed, err := ledger.OpenCheckpoint([]byte(f.state.Note), f.Verifier)
	if err != nil {
		return fmt.Errorf("witness: its own state: %w", err)
	}
	if err := f.continues(ctx, signed, shown); err != nil {
		if !errors.Is(err, ledger.ErrNotGrown) {
			return err
		}
		f.state.Alarm = &Alarm{At: f.Now().UTC(), Detail: err.Error(), Signed: f.state.Note, Shown: string(raw)}
		return errors.Join(ErrAlarm, err, f.keep())
	}
	if shown.Size == signed.Size {
		return f.send(ctx)
	}
	return f.sign(ctx, shown)
}

// continues checks that shown begins with what was signed. An empty proof is as
// wrong as a false one. A server that answers with an error raises no alarm; the
// status page shows that nothing was witnessed since.
func (f *Follower) continues(ctx context.Context, signed, shown ledger.Checkpoint) error {
	if shown.Size <= signed.Size || signed.Size == 0 {
		return ledger.CheckGrowth(nil, signed, shown)
	}
	raw, err := f.ask(ctx, http.MethodGet, fmt.Sprintf("/growth?from=%d&to=%d", signed.Size, shown.Size), nil)
	if err != nil {
		return err
	}
	var g growth
	if err := json.Unmarshal(raw, &g); err != nil {
		return fmt.Errorf("witness: the proof: %w", err)
	}
	return ledger.CheckGrowth(g.Path, signed, shown)
}

// sign remembers first and signs then.
func (f *Follower) sign(ctx context.Context, c ledger.Checkpoint) error {
	old := f.state
	f.state = State{Note: string(c.Note), SignedAt: f.Now().UTC().Truncate(time.Second)}
	if err := f.keep(); err != nil {
		f.state = old
		return err
	}
	return f.send(ctx)
}

// send gives the server the co-signature, until it has it once.
func (f *Follower) send(ctx context.Context) error {
	if f.state.Sent {
		return nil
	}
	text, _, _ := strings.Cut(f.state.Note, "\n\n")
	signed, err := note.Sign(&note.Note{Text: text + "\n"}, f.signer)
	if err != nil {
		return fmt.Errorf("witness: sign: %w", err)
	}
	if _, err := f.ask(ctx, http.MethodPost, "/cosignature", signed); err != nil {
		return err
	}
	f.state.Sent = true
	return f.keep()
}

func (f *Follower) keep() error {
	raw, err := json.MarshalIndent(f.state, "", " ")
	if err != nil {
		return err
	}
	return durable(f.file(), append(raw, '\n'))
}

func (f *Follower) ask(ctx context.Context, method, path string, body []byte) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, method, strings.TrimRight(f.URL, "/")+Prefix+path, bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("witness: %w", err)
	}
	answer, err := f.Client.Do(r)
	if err != nil {
		return nil, fmt.Errorf("witness: the server does not answer: %w", err)
	}
	defer answer.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(answer.Body, maxNote))
	if err != nil {
		return nil, fmt.Errorf("witness: %w", err)
	}
	if answer.StatusCode/100 != 2 {
		return nil, fmt.Errorf("witness: the server answers %s to %s", answer.Status, strings.SplitN(path, "?", 2)[0])
	}
	return raw, nil
}

// durable writes a file so that it is the old one or the new one after any
// loss of power.
func durable(path string, raw []byte) (err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("witness: %w", err)
		}
	}()
	tmp, err := os.CreateTemp(filepath.Dir(path), ".witness-")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name())
	_, err = tmp.Write(raw)
	if err = errors.Join(err, tmp.Sync(), tmp.Close()); err != nil {
		return err
	}
	if err := os.Rename(tmp.Name(), path); err != nil {
		return err
	}
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}
