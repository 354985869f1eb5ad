package ledger_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"rufaa/internal/ledger"
	"rufaa/internal/store"
)

// All names and events in these tests are invented.

// room is a ledger with its clock and keys.
type room struct {
	*ledger.Ledger
	db       *store.DB
	signer   note.Signer
	verifier note.Verifier
	now      time.Time
}

func keys(t testing.TB, realm string) (note.Signer, note.Verifier) {
	t.Helper()
	private, public, err := note.GenerateKey(rand.Reader, ledger.Origin(realm))
	if err != nil {
		t.Fatal(err)
	}
	signer, err := note.NewSigner(private)
	if err != nil {
		t.Fatal(err)
	}
	verifier, err := note.NewVerifier(public)
	if err != nil {
		t.Fatal(err)
	}
	return signer, verifier
}

func newRoom(t testing.TB, db *store.DB) *room {
	t.Helper()
	r := &room{db: db, now: time.Date(2026, 1, 31, 8, 15, 0, 0, time.UTC)}
	r.signer, r.verifier = keys(t, "training")
	r.Ledger = r.open(t, db)
	return r
}

// open opens one more ledger on a store, as another process would.
func (r *room) open(t testing.TB, db *store.DB) *ledger.Ledger {
	t.Helper()
	l, err := ledger.New(t.Context(), db, ledger.Options{Realm: "training", Signer: r.signer, Verifier: r.verifier, Now: r.clock})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func (r *room) clock() time.Time { return r.now }

var officer = ledger.Meta{Actor: "staff-7", Agency: "agency-2", Duty: "first-responder", Purpose: "care", Device: "office"}

func happened(n int) ledger.Draft {
	return ledger.Draft{Kind: "case.noted", Schema: 1, Payload: map[string]any{"number": n, "safe": true}}
}

func (r *room) append(stream string, expected int64, drafts ...ledger.Draft) (events []ledger.Event, err error) {
	return appendTo(r.Ledger, r.db, stream, expected, drafts...)
}

func appendTo(l *ledger.Ledger, db *store.DB, stream string, expected int64, drafts ...ledger.Draft) (events []ledger.Event, err error) {
	err = db.Write(context.Background(), func(tx *store.Tx) error {
		events, err = l.Append(tx, stream, expected, officer, drafts...)
		return err
	})
	return events, err
}

// fill appends n events to a handful of streams, in writes of up to three.
func (r *room) fill(t testing.TB, n int) {
	t.Helper()
	for i := 0; i < n; {
		var drafts []ledger.Draft
		for range min(1+i%3, n-i) {
			drafts = append(drafts, happened(i))
			i++
		}
		if _, err := r.append(fmt.Sprintf("case/%d", i%7), ledger.AnyVersion, drafts...); err != nil {
			t.Fatal(err)
		}
	}
}

func (r *room) checkpoint(t testing.TB) ledger.Checkpoint {
	t.Helper()
	c, err := r.Checkpoint(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func (r *room) verify(t testing.TB) ledger.Report {
	t.Helper()
	rep, err := ledger.Verify(t.Context(), r.db, r.verifier)
	if err != nil {
		t.Fatal(err)
	}
	return rep
}
