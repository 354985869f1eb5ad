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
var ErrAlarm = errors.New("witness: ALARM: the ledger is not the one that was signed for")

// ErrMemory says that what the witness remembers is lost or damaged. A witness
// that started anew in its place would take any ledger for the first it sees.
var ErrMemory = errors.New("witness: what it remembers is lost or damaged; put the file back from a copy. Where there is none, tell the agency of the ledger and begin in another folder, with another key")

// Follower is one witness of one ledger.
type Follower struct {
	URL      string // of the realm, e.g. https://rufaa.example.go.ke
	Verifier note.Verifier
	Dir      string // holds state.json and witness.key
	Client   *http.Client
	Now      func() time.Time
	Peers    []string // status pages of other witnesses of the same ledger

	mu     sync.Mutex
	signer note.Signer
	public string
	state  State
	last   error // of the newest look that failed for another reason
	looked time.Time
}

// Open reads the witness's folder, or makes it with a key of its own. name is
// the name in a new key. ErrMemory when one of the two files is not there, or the
// state cannot be read or is of another realm.
func (f *Follower) Open(name string, rand io.Reader) error {
	if err := os.MkdirAll(f.Dir, 0o700); err != nil {
		return fmt.Errorf("witness: %w", err)
	}
	key := filepath.Join(f.Dir, "witness.key")
	known, err := f.remember()
	if err != nil {
		return err
	}
	raw, err := os.ReadFile(key)
	switch {
	case errors.Is(err, os.ErrNotExist) && f.state.Note != "":
		return fmt.Errorf("%w: %s is not there, but a state is", ErrMemory, key)
	case errors.Is(err, os.ErrNotExist):
		private, public, err := note.GenerateKey(rand, name)
		if err != nil {
			return fmt.Errorf("witness: %w", err)
		}
		raw = []byte(private + "\n" + public + "\n")
		// The state first: a key without a state has lost its memory.
		if err := errors.Join(f.keep(), durable(key, raw)); err != nil {
			return err
		}
	case err != nil:
		return fmt.Errorf("witness: %w", err)
	case !known:
		return fmt.Errorf("%w: %s is not there, but a key is", ErrMemory, f.file())
	}
	private, public, _ := strings.Cut(strings.TrimSpace(string(raw)), "\n")
	signer, err := cosig.NewSignerForCosignatureV1(private)
	if err != nil {
		return fmt.Errorf("%w: %s: %w", ErrMemory, key, err)
	}
	f.signer, f.public = signer, public
	return nil
}

// remember reads the state; false when there is none.
func (f *Follower) remember() (bool, error) {
	raw, err := os.ReadFile(f.file())
	if errors.Is(err, os.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("witness: %w", err)
	}
	var s *State
	if err := json.Unmarshal(raw, &s); err != nil {
		return false, fmt.Errorf("%w: %s: %w", ErrMemory, f.file(), err)
	}
	if s == nil || s.Note == "" && (!s.SignedAt.IsZero() || s.Sent || s.Alarm != nil) {
		return false, fmt.Errorf("%w: %s: no checkpoint stands in it", ErrMemory, f.file())
	}
	if s.Note != "" {
		if _, err := ledger.OpenCheckpoint([]byte(s.Note), f.Verifier); err != nil {
			return false, fmt.Errorf("%w: %s: its checkpoint is not signed by the key that is given for the realm (%s): %w", ErrMemory, f.file(), f.Verifier.Name(), err)
		}
	}
	f.state = *s
	return true, nil
}

// Public is the key that the server's operator must be given.
func (f *Follower) Public() string { return f.public }

// State is what the witness knows now, and why the newest look failed, if it did.
func (f *Follower) State() (State, time.Time, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.state, f.looked, f.last
}

// Size is how many events the newest checkpoint covers that it signed for.
func (f *Follower) Size() int64 {
	state, _, _ := f.State()
	c, err := ledger.OpenCheckpoint([]byte(state.Note), f.Verifier)
	if err != nil { // nothing yet
		return 0
	}
	return c.Size
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
		return fmt.Errorf("%w, found %s: %s; both signed notes are kept in %s", ErrAlarm, moment(f.state.Alarm.At), f.state.Alarm.Detail, f.file())
	}
	raw, err := f.ask(ctx, http.MethodGet, "/checkpoint", nil)
	if err != nil {
		return err
	}
	shown, err := ledger.OpenCheckpoint(raw, f.Verifier)
	if err != nil {
		return fmt.Errorf("witness: the server shows a note that is not signed by the realm: another key, another realm, or no note at all: %w", err)
	}
	if f.state.Note != "" {
		signed, err := ledger.OpenCheckpoint([]byte(f.state.Note), f.Verifier)
		if err != nil {
			return fmt.Errorf("%w: %w", ErrMemory, err)
		}
		if err := f.continues(ctx, signed, shown); err != nil {
			return f.alarmed(err, f.state.Note, string(raw))
		}
		if shown.Size == signed.Size {
			return errors.Join(f.compare(ctx, shown), f.send(ctx))
		}
	}
	told := f.compare(ctx, shown)
	if errors.Is(told, ErrAlarm) {
		return told
	}
	return errors.Join(told, f.sign(ctx, shown))
}

// alarmed keeps two notes that cannot both be true; another error passes.
func (f *Follower) alarmed(err error, signed, shown string) error {
	if !errors.Is(err, ledger.ErrNotGrown) {
		return err
	}
	f.state.Alarm = &Alarm{At: f.Now().UTC(), Detail: err.Error(), Signed: signed, Shown: shown}
	return errors.Join(fmt.Errorf("%w; both signed notes are kept in %s", ErrAlarm, f.file()), err, f.keep())
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
	return f.fetch(ctx, method, strings.TrimRight(f.URL, "/")+Prefix+path, body)
}

func (f *Follower) fetch(ctx context.Context, method, address string, body []byte) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, method, address, bytes.NewReader(body))
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
	switch {
	case answer.StatusCode == http.StatusForbidden && method == http.MethodPost:
		return nil, fmt.Errorf("witness: the server keeps no co-signature of this key: its operator must start it with --witness %s", f.public)
	case answer.StatusCode/100 != 2:
		return nil, fmt.Errorf("witness: the server answers %s to %s", answer.Status, r.URL.Path)
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
