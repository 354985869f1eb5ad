package office_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"

	"rufaa/internal/casefile"
	"rufaa/internal/demo"
	"rufaa/internal/ledger"
	"rufaa/internal/office"
	"rufaa/internal/office/officetest"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
	"rufaa/internal/vault"
)

// dump reads every read model, row by row, for comparison.
func dump(t *testing.T, of *office.Office) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, table := range []string{"case_snapshots", "cases", "team", "notices", "glass", "openings", "referrals"} {
		rows, err := of.Store.Query(context.Background(), `SELECT * FROM `+table+` ORDER BY 1, 2`)
		if err != nil {
			t.Fatal(err)
		}
		cols, _ := rows.Columns()
		var b strings.Builder
		for rows.Next() {
			vals := make([]any, len(cols))
			into := make([]any, len(cols))
			for i := range vals {
				into[i] = &vals[i]
			}
			if err := rows.Scan(into...); err != nil {
				t.Fatal(err)
			}
			for _, v := range vals {
				if raw, ok := v.([]byte); ok {
					v = string(raw)
				}
				j, _ := json.Marshal(v)
				b.Write(j)
				b.WriteByte(' ')
			}
			b.WriteByte('\n')
		}
		rows.Close()
		out[table] = b.String()
	}
	return out
}

func seeded(t *testing.T, w *officetest.World, n int) {
	t.Helper()
	if err := demo.Seed(context.Background(), w.Office, w.Clock, n); err != nil {
		t.Fatal(err)
	}
}

// The read models are nothing but the ledger read again.
func TestRebuildGivesTheSameReadModels(t *testing.T) {
	officetest.Each(t, func(t *testing.T, w *officetest.World) {
		seeded(t, w, 24)
		page, err := w.Cases.Worklist(context.Background(), officetest.Who("fatuma.case"), casefile.Mine, "", 1)
		if err != nil || len(page.Rows) == 0 {
			t.Fatal("no case to break the glass on", err)
		}
		if _, err := w.Cases.BreakGlass(context.Background(), officetest.Who("chebet.clinic"), casefile.Order{},
			&casefile.Break{Ref: page.Rows[0].Ref, Compartments: []string{"care"}, Reason: "Unconscious; allergies must be known."}); err != nil {
			t.Fatal(err)
		}
		before := dump(t, w.Office)
		if _, err := w.Rebuild(context.Background()); err != nil {
			t.Fatal(err)
		}
		for table, was := range before {
			if now := dump(t, w.Office)[table]; now != was {
				t.Errorf("%s differs after rebuild:\n%.400s\nwas\n%.400s", table, now, was)
			}
			if was == "" {
				t.Errorf("%s is empty: nothing was compared", table)
			}
		}
	})
}

// A text planted in every sealed field is found in no file the program wrote.
func TestNoSealedTextReachesTheDisk(t *testing.T) {
	w := officetest.Open(t, "sqlite")
	ctx := context.Background()
	who := officetest.Who("wanjiru.case")
	const canary = "Kanari7Q"
	years := 23
	rc, err := w.Cases.Raise(ctx, who, casefile.Order{Key: "c"}, &casefile.Alert{Place: canary, Account: canary, Reporter: canary, Phone: "0712345678",
		Person: casefile.PersonFacts{Name: canary, OtherNames: canary, IDNumber: canary, BirthDate: "1999-04-05", Age: &years, Minor: "no"}})
	if err != nil {
		t.Fatal(err)
	}
	screen := screening("adult-1")
	screen.Note, screen.Interpreting, screen.Interpreter = canary, "by-phone", canary
	ask := consent("x-dci-unit", true, "investigation", "inquiry")
	ask.Interpreter = canary
	for _, cmd := range []casefile.Command{&casefile.Take{}, &casefile.Tell{Text: canary}, &casefile.Move{Kind: "shelter", Place: canary},
		screen, &casefile.Presume{Decision: "not_presumed", Reason: "labour-dispute", Note: canary, WayBack: canary},
		&casefile.Presume{Decision: "presumed", Track: "trafficking", Note: canary}, ask,
		&casefile.Ground{Kind: "duty", Purpose: "investigation", Agency: "x-dci-unit", Compartments: []string{"account"}, Reason: canary},
		&casefile.Assess{Level: "high", Reasons: canary, HerView: canary, Plan: canary},
		&casefile.AssessNeeds{Wishes: canary, Needs: []casefile.NeedFact{{Service: "medical", Urgency: "urgent", Note: canary}}},
		&casefile.Follow{Kind: "phone", On: "2026-03-01", Safe: "yes", Note: canary}, &casefile.Close{Reason: "own-wish", Note: canary}} {
		if _, err := w.Cases.Do(ctx, who, rc.ID, casefile.Order{Key: "k"}, cmd); err == problem.ErrKeyReused {
			_, err = w.Cases.Do(ctx, who, rc.ID, casefile.Order{}, cmd)
			if err != nil {
				t.Fatalf("%T: %v", cmd, err)
			}
		} else if err != nil {
			t.Fatalf("%T: %v", cmd, err)
		}
	}
	for _, comp := range []vault.Compartment{vault.Identity, vault.Whereabouts, vault.Account, vault.Care} {
		o, err := w.Cases.Open(ctx, who, rc.ID, comp, "assistance")
		if err != nil || !strings.Contains(strings.Join(o.Texts, " "), canary) {
			t.Fatalf("%s holds no canary, so nothing would be found: %v", comp, err)
		}
	}
	if _, err := w.Cases.Find(ctx, who, &casefile.Query{By: "name", Value: canary}); err != nil {
		t.Fatal(err)
	}
	backup := filepath.Join(t.TempDir(), "b.zip")
	if _, err := realm.Backup(ctx, realm.Options{Dir: w.Dir, Name: w.Name}, backup); err != nil {
		t.Fatal(err)
	}
	searched := 0
	for _, root := range []string{w.Dir, filepath.Dir(backup)} {
		filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			raw, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			searched++
			for _, word := range []string{canary, strings.ToUpper(canary), strings.ToLower(canary), "712345678", "1999-04-05"} {
				if bytes.Contains(raw, []byte(word)) {
					t.Errorf("%s holds %q in the clear", filepath.Base(path), word)
				}
			}
			return nil
		})
	}
	if searched < 6 {
		t.Fatalf("only %d files were searched", searched)
	}
}

// Forgetting a person destroys the keys; what is left verifies.
func TestForgettingAPerson(t *testing.T) {
	officetest.Each(t, func(t *testing.T, w *officetest.World) {
		ctx := context.Background()
		who, dpo := officetest.Who("wanjiru.case"), officetest.Who("njoki.data")
		rc, err := w.Cases.Raise(ctx, who, casefile.Order{}, &casefile.Alert{Account: "to be forgotten", Person: casefile.PersonFacts{Name: "Imani Fiktivo", Minor: "no"}})
		if err != nil {
			t.Fatal(err)
		}
		for _, cmd := range []casefile.Command{&casefile.Take{}, &casefile.Close{Reason: "own-wish"}} {
			if _, err := w.Cases.Do(ctx, who, rc.ID, casefile.Order{}, cmd); err != nil {
				t.Fatal(err)
			}
		}
		if hits, err := w.Cases.Find(ctx, who, &casefile.Query{By: "name", Value: "Imani Fiktivo"}); err != nil || len(hits) != 1 {
			t.Fatalf("found %v %v before", hits, err)
		}
		if _, err := w.Cases.Hold(ctx, dpo, rc.ID, casefile.Order{}, true); err != nil {
			t.Fatal(err)
		}
		err = officetest.Erase(ctx, w.Cases, rc.ID)
		wantRule(t, err, "erasure.legal-hold")
		if _, err := w.Cases.Hold(ctx, dpo, rc.ID, casefile.Order{}, false); err != nil {
			t.Fatal(err)
		}
		if err := officetest.Erase(ctx, w.Cases, rc.ID); err != nil {
			t.Fatal(err)
		}
		o, err := w.Cases.Open(ctx, who, rc.ID, vault.Account, "assistance")
		if err != nil || len(o.Texts) != 1 || !vault.IsErased(o.Texts[0]) {
			t.Fatalf("after erasure: %v", err)
		}
		if hits, err := w.Cases.Find(ctx, who, &casefile.Query{By: "name", Value: "Imani Fiktivo"}); err != nil || len(hits) != 0 {
			t.Fatalf("still found: %v %v", hits, err)
		}
		verifier, err := note.NewVerifier(w.Verifier)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := ledger.Verify(ctx, w.Store, verifier); err != nil {
			t.Fatalf("the ledger no longer verifies: %v", err)
		}
	})
}

// Two realms in one server share nothing: neither cases, nor sign-ins, nor
// keys, nor searches.
func TestTwoRealmsCannotTouch(t *testing.T) {
	ctx := context.Background()
	a, b := officetest.Open(t, "sqlite"), officetest.Open(t, "sqlite")
	who := officetest.Who("wanjiru.case")
	rc, err := a.Cases.Raise(ctx, who, casefile.Order{Key: "same"}, &casefile.Alert{Account: "of realm a", Person: casefile.PersonFacts{Name: "Pendo Fiktivo", Phone: "0712345678"}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.Cases.View(ctx, who, rc.ID); err != problem.ErrNotFound {
		t.Errorf("realm b knows a case of realm a: %v", err)
	}
	for _, q := range []casefile.Query{{By: "reference", Value: rc.Ref}, {By: "phone", Value: "0712345678"}, {By: "name", Value: "Pendo Fiktivo"}} {
		if hits, err := b.Cases.Find(ctx, who, &q); err != nil || len(hits) != 0 {
			t.Errorf("realm b finds %v by %s (%v)", hits, q.By, err)
		}
	}
	cs, _ := a.Cases.Load(ctx, rc.ID)
	items := cs.Items(vault.Account)
	if _, err := b.Vault.Open(ctx, vault.Opening{Actor: "x", Case: rc.ID}, []vault.Item{items[0].Item}); err == nil {
		t.Error("realm b opened a text of realm a")
	}
	if rc2, err := b.Cases.Raise(ctx, who, casefile.Order{Key: "same"}, &casefile.Alert{}); err != nil || rc2.ID == rc.ID {
		t.Errorf("an idempotency key crossed realms: %v %v", rc2, err)
	}
	in, err := a.Accounts.SignIn(ctx, "wanjiru.case", demo.Password, accountsClient)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.Accounts.Authenticate(ctx, in.Token); err == nil {
		t.Error("a session of realm a is good in realm b")
	}
	va, _ := note.NewVerifier(a.Verifier)
	if _, err := b.Ledger.Checkpoint(ctx); err != nil {
		t.Fatal(err)
	}
	if _, err := ledger.Verify(ctx, b.Store, va); err == nil {
		t.Error("realm a's key verifies realm b's checkpoint")
	}
}

// A backup taken while others write restores elsewhere, verifies, and opens
// once the key file is back.
func TestBackupRestores(t *testing.T) {
	officetest.Each(t, func(t *testing.T, w *officetest.World) {
		ctx := context.Background()
		seeded(t, w, 6)
		stop := make(chan struct{})
		done := make(chan error, 1)
		go func() {
			for {
				select {
				case <-stop:
					done <- nil
					return
				default:
					if _, err := w.Cases.Raise(ctx, officetest.Who("wanjiru.case"), casefile.Order{}, &casefile.Alert{Account: "during the backup"}); err != nil {
						done <- err
						return
					}
				}
			}
		}()
		file := filepath.Join(t.TempDir(), "backup.zip")
		_, err := realm.Backup(ctx, realm.Options{Dir: w.Dir, Name: w.Name, URL: w.URL}, file)
		close(stop)
		if werr := <-done; err != nil || werr != nil {
			t.Fatal(err, werr)
		}
		dir := t.TempDir()
		facts, err := realm.Restore(ctx, dir, "", file)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := office.Open(ctx, office.Options{Data: dir, Realm: facts.Name}); err == nil {
			t.Fatal("a stolen backup opened without the key file")
		}
		key, err := os.ReadFile(filepath.Join(w.Dir, w.Name, "realm.key"))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, facts.Name, "realm.key"), key, 0o600); err != nil {
			t.Fatal(err)
		}
		of, err := office.Open(ctx, office.Options{Data: dir, Realm: facts.Name, Accounts: officetest.Cheap})
		if err != nil {
			t.Fatal(err)
		}
		defer of.Close()
		verifier, _ := note.NewVerifier(facts.Verifier)
		if _, err := ledger.Verify(ctx, of.Store, verifier); err != nil {
			t.Fatal(err)
		}
		page, err := of.Cases.Worklist(ctx, officetest.Who("fatuma.case"), casefile.Mine, "", 5)
		if err != nil || len(page.Rows) == 0 {
			t.Fatalf("no case after the restore: %v", err)
		}
		if o, err := of.Cases.Open(ctx, officetest.Who("fatuma.case"), page.Rows[0].ID, vault.Identity, "assistance"); err != nil || len(o.Texts) == 0 {
			t.Fatalf("does not open: %v", err)
		}
		if _, err := realm.Restore(ctx, dir, "", file); err == nil {
			t.Error("a restore wrote over a realm that exists")
		}
	})
}
