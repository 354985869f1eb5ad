package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	datafiles "rufaa/content"
	"rufaa/internal/casefile"
	"rufaa/internal/exercise"
	"rufaa/internal/exhibit"
	"rufaa/internal/inquiry"
	"rufaa/internal/office"
	"rufaa/internal/office/officetest"
	"rufaa/internal/policy"
	"rufaa/internal/realm"
	"rufaa/internal/rulebook"
	"rufaa/internal/scenario"
	"rufaa/internal/scene"
)

// The realm's committee wants hand-overs confirmed within an hour, not within
// the program's day. A hand-over is confirmed after two: whoever computes the
// review again from the export finds it late, to the byte as the realm does.
func TestTheReviewIsComputedByTheRealmsOwnClocks(t *testing.T) {
	w, ctx := officetest.OpenKind(t, realm.Exercise, nil), t.Context()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	raw, err := datafiles.Files.ReadFile("scenario/kaskazi.yaml")
	must(err)
	script, err := scenario.Load("kaskazi.yaml", raw)
	must(err)
	_, cast, err := w.SetUpExercise(ctx, realm.System, script, "")
	must(err)
	who := func(user string) realm.Actor {
		t.Helper()
		i := slices.IndexFunc(cast, func(c office.Cast) bool { return c.Username == user })
		a, err := w.Accounts.Staff(ctx, cast[i].Staff)
		must(err)
		return realm.Actor{Principal: policy.Principal{Staff: a.ID, Agency: a.Agency, Duty: string(a.Duties[0])}, Language: "en"}
	}
	author, second := officetest.Who("ruto.admin"), officetest.Who("pendo.admin")
	v, err := w.Rulebook.View(ctx, author, "clocks")
	must(err)
	text := strings.Replace(v.Text, "{id: custody-confirm, within: 24h", "{id: custody-confirm, within: 1h", 1)
	if text == v.Text {
		t.Fatal("the clock of confirmations is not where it was")
	}
	_, err = w.Rulebook.Do(ctx, author, "clocks", rulebook.Order{}, &rulebook.Draft{Text: text, Note: "Because the committee decided so."})
	must(err)
	_, err = w.Rulebook.Do(ctx, second, "clocks", rulebook.Order{}, &rulebook.Approve{Number: 1})
	must(err)

	control, first, other := who("control.1"), who("dci.1"), who("dci.2")
	turn := func(a exercise.TurnClock) {
		t.Helper()
		_, err := w.Exercises.TurnClock(ctx, control, "", a)
		must(err)
	}
	turn(exercise.TurnClock{Act: "pause"})
	turn(exercise.TurnClock{Act: "jump", To: "D2 12:00"})
	in, err := w.Inquiries.Open(ctx, first, casefile.Order{}, &inquiry.Open{Kind: w.Content.List("inquiry-kinds")[0].ID, Title: "Kasa Villa (fictional)"})
	must(err)
	sc, err := w.Scenes.Open(ctx, first, in.ID, casefile.Order{}, &scene.Open{Class: w.Content.List("scene-classes")[0].ID})
	must(err)
	_, err = w.Scenes.Do(ctx, first, sc.ID, casefile.Order{}, &scene.Give{Staff: other.Staff, Role: "searcher"})
	must(err)
	book, err := w.Exhibits.Record(ctx, first, sc.ID, casefile.Order{}, &exhibit.Record{Facts: exhibit.Facts{Kind: "other", Description: "Prop (fictional)",
		Packaging: "paper-bag", Owner: "suspect"}, Look: exhibit.Look{Place: "scene", Seal: "B-7"}})
	must(err)
	state, err := w.Exercises.Current(ctx)
	must(err)
	_, err = w.TypeCard(ctx, first, "", "exhibit/"+book.ID, w.Exercises.Code(state, "E7"))
	must(err)
	_, err = w.Exhibits.Do(ctx, first, book.ID, casefile.Order{}, &exhibit.Offer{To: other.Staff, Reason: "to-store", Look: exhibit.Look{Place: "scene", Seal: "B-7"}})
	must(err)
	given := w.Now()
	turn(exercise.TurnClock{Act: "jump", To: "D2 14:00"})
	_, err = w.Exhibits.Do(ctx, other, book.ID, casefile.Order{}, &exhibit.Receive{Look: exhibit.Look{Place: "scene", Seal: "B-7", At: given.Add(5 * time.Minute).Format(time.RFC3339)}})
	must(err)
	_, err = w.Exercises.End(ctx, control, "", "Over")
	must(err)
	_, err = w.Exercises.Reveal(ctx, control, "")
	must(err)

	r, err := w.Reviews.Review(ctx, control, "")
	must(err)
	want, err := json.MarshalIndent(r.Report, "", "  ")
	must(err)
	if !bytes.Contains(want, []byte("late-confirm")) || !bytes.Contains(want, []byte("confirm_overdue")) {
		t.Fatal("the realm itself does not find the hand-over late")
	}
	file := filepath.Join(t.TempDir(), "ledger.jsonl")
	out, err := os.Create(file)
	must(err)
	_, err = w.Ledger.Checkpoint(ctx)
	must(err)
	must(export(ctx, w.Ledger, out))
	must(out.Close())
	var got bytes.Buffer
	must(exerciseReviewCmd{Ledger: file, JSON: true}.Run(&streams{out: &got}))
	if strings.TrimSpace(got.String()) != string(want) {
		t.Errorf("computed from the export: late %v, overdue %v", strings.Contains(got.String(), "late-confirm"), strings.Contains(got.String(), "confirm_overdue"))
	}
}
