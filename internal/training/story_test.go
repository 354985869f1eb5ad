package training_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"rufaa/internal/office/officetest"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
	"rufaa/internal/store"
	"rufaa/internal/training"
)

func someone(staff, agency, duty string) realm.Actor {
	return realm.Actor{Principal: policy.Principal{Staff: staff, Agency: agency, Duty: duty}, Language: "en"}
}

var secretariat = someone("s-head", "ctip-secretariat", "secretariat")

// right answers a test, wrong in the first so many questions.
func right(t *testing.T, tr *training.Training, list []training.AskedQuestion, wrong int) map[string]string {
	t.Helper()
	out := map[string]string{}
	for i, q := range list {
		known := tr.Banks["trafficking"].Question(q.ID)
		for _, o := range known.Options {
			if o.Right == (i >= wrong) {
				out[q.ID] = o.ID
			}
		}
		for _, o := range q.Options {
			if o.Right {
				t.Fatal("the test tells what is right")
			}
		}
	}
	return out
}

func refused(err error) string {
	var r *problem.Refused
	if errors.As(err, &r) {
		return r.Rule
	}
	return fmt.Sprint(err)
}

// Twelve people of three agencies attend. They sit the test before and after;
// the group's gain is told, nobody's own result. Asha has her name on her
// certificate, anybody checks it, she takes the name off, and it is gone; then
// the certificate is taken back.
func TestACourseFromTheFirstSeatToTheLastCertificate(t *testing.T) {
	for _, engine := range []store.Engine{store.SQLite, store.Postgres} {
		t.Run(string(engine), func(t *testing.T) {
			w := officetest.Open(t, engine)
			ctx, tr := context.Background(), w.Training
			today := w.Now().Format("2006-01-02")
			rc, err := tr.Open(ctx, secretariat, "k1", &training.Open{Title: "Kaskazi", County: "mombasa", From: today, To: today})
			if err != nil {
				t.Fatal(err)
			}
			id := rc.ID
			if again, err := tr.Open(ctx, secretariat, "k1", &training.Open{Title: "Kaskazi", County: "mombasa", From: today, To: today}); err != nil || again.ID != id {
				t.Errorf("sent twice it is opened twice: %v %v", again, err)
			}
			if _, err := tr.Open(ctx, someone("x", "ngo", "counsellor"), "", &training.Open{Title: "Mine"}); !errors.As(err, new(*problem.Denied)) {
				t.Errorf("a counsellor opens a course: %v", err)
			}
			var people []realm.Actor
			for i := range 12 {
				people = append(people, someone(fmt.Sprintf("p-%02d", i), []string{"police", "ngo", "labour"}[i/6+i/11], "investigator"))
			}
			asha := people[0]
			if _, err := tr.Sit(ctx, asha, id, "", &training.Sit{Sitting: training.Before}); refused(err) != "training.seat-first" {
				t.Errorf("a test without a seat: %v", err)
			}
			for i, p := range people {
				if _, err := tr.TakeSeat(ctx, p, id, "", &training.TakeSeat{Sex: []string{"female", "male"}[i%2]}); err != nil {
					t.Fatal(err)
				}
				x, list, err := tr.Test(ctx, p, id)
				if err != nil || x != training.Before || len(list) != training.Asked {
					t.Fatalf("%s, %d questions, %v", x, len(list), err)
				}
				if _, err := tr.Sit(ctx, p, id, "before", &training.Sit{Sitting: x, Answers: right(t, tr, list, 7)}); err != nil {
					t.Fatal(err)
				}
				if _, list, err = tr.Test(ctx, p, id); err != nil {
					t.Fatal(err)
				}
				wrong := 0
				if i == 11 {
					wrong = 7 // one does not reach the floor
				}
				if _, err := tr.Sit(ctx, p, id, "after", &training.Sit{Sitting: training.After, Answers: right(t, tr, list, wrong)}); err != nil {
					t.Fatal(err)
				}
			}
			if _, err := tr.Sit(ctx, asha, id, "once more", &training.Sit{Sitting: training.After}); refused(err) != "training.sat-already" {
				t.Errorf("a test is sat twice: %v", err)
			}
			if _, err := tr.Sit(ctx, asha, id, "", &training.Sit{Sitting: training.Later}); refused(err) != "training.too-early" {
				t.Errorf("three months have not passed: %v", err)
			}
			if _, err := tr.Sit(ctx, asha, id, "", &training.Sit{Sitting: "never"}); !errors.As(err, new(*problem.Invalid)) {
				t.Errorf("a test that is none: %v", err)
			}

			r, err := tr.Report(ctx, secretariat, id)
			if err != nil {
				t.Fatal(err)
			}
			// Before 7 of 14. After: eleven 14 of 14, one 7 of 14: mean (11*100+50)/12.
			if r.Gain.Pre != 50 || r.Gain.Persons != 12 || r.Gain.Gain < 0.916 || r.Gain.Gain > 0.917 || r.Attended.N != 12 || !r.Kept.Withheld {
				t.Errorf("gain %+v, attended %+v", r.Gain, r.Attended)
			}
			for _, c := range r.ByAgency {
				if c.Group == "labour" && !c.Count.Hidden {
					t.Error("one labour inspector is told")
				}
			}
			if _, err := tr.Report(ctx, asha, id); !errors.As(err, new(*problem.Denied)) {
				t.Errorf("somebody who attends reads the report: %v", err)
			}

			v, err := tr.View(ctx, asha, id)
			if err != nil || v.Mine.Code == "" {
				t.Fatalf("%+v, %v", v, err)
			}
			if last, _ := tr.View(ctx, people[11], id); last.Mine.Code != "" {
				t.Error("who did not reach the floor has a certificate")
			}
			found, err := tr.Check(ctx, strings.ToLower(v.Mine.Code))
			if err != nil || !found.Genuine || found.Name != "" || !found.Simulated && w.Kind != realm.Live {
				t.Errorf("%+v, %v", found, err)
			}
			const name = "Ashakanari Mfano"
			if _, err := tr.Name(ctx, asha, id, "", &training.Name{Name: name}); err != nil {
				t.Fatal(err)
			}
			if found, _ = tr.Check(ctx, v.Mine.Code); found.Name != name {
				t.Errorf("the name is %q", found.Name)
			}
			jwt, _, err := tr.Credential(ctx, asha, id)
			if err != nil {
				t.Fatal(err)
			}
			if found, _ = tr.Check(ctx, jwt); !found.Genuine || found.Code != v.Mine.Code {
				t.Errorf("the credential itself: %+v", found)
			}
			for _, wrong := range []string{"", "7K3M-9QXD-2ABC", jwt + "x", "x.y.z", strings.Repeat("A", 1<<20)} {
				if found, err := tr.Check(ctx, wrong); err != nil || found != (training.Checked{}) {
					t.Errorf("%.20q: %+v, %v", wrong, found, err)
				}
			}
			noneInTheClear(t, w, name)
			if _, err := tr.Name(ctx, asha, id, "", &training.Name{}); err != nil {
				t.Fatal(err)
			}
			if found, _ = tr.Check(ctx, v.Mine.Code); !found.Genuine || found.Name != "" {
				t.Errorf("after she took it off: %+v", found)
			}
			if _, err := tr.Name(ctx, asha, id, "", &training.Name{Name: name}); err != nil {
				t.Errorf("she cannot change her mind: %v", err)
			}
			older, err := tr.Statements(ctx, secretariat, id)
			if err != nil || len(older) != 12+24+11 {
				t.Errorf("%d statements before, %v", len(older), err)
			}
			if _, err := tr.Revoke(ctx, secretariat, id, "", &training.Revoke{Code: v.Mine.Code, Reason: "Given by mistake."}); err != nil {
				t.Fatal(err)
			}
			if found, _ = tr.Check(ctx, jwt); found.Genuine || !found.Revoked || found.Name != "" {
				t.Errorf("after it was taken back: %+v", found)
			}

			list, err := tr.Statements(ctx, secretariat, id)
			if err != nil || len(list) != 12+24+10+1 {
				t.Errorf("%d statements, %v", len(list), err)
			}
			if got := voided(older, list); got != 1 {
				t.Errorf("whoever loads the older file and then this one has %d statements voided", got)
			}
			raw, _ := json.Marshal(list)
			if bytes.Contains(raw, []byte("p-00")) || bytes.Contains(raw, []byte(name)) {
				t.Error("a statement names somebody")
			}
			same(t, w, id)
		})
	}
}

// voided tells how many statements of an older file a newer one voids, in a store
// that loads both; what is voided is told no more.
func voided(older, newer []training.Statement) (n int) {
	for _, v := range newer {
		if v.Object.ObjectType != "StatementRef" || v.Verb.ID != "http://adlnet.gov/expapi/verbs/voided" {
			continue
		}
		of := func(s training.Statement) bool { return s.ID == v.Object.ID }
		if slices.ContainsFunc(older, of) && !slices.ContainsFunc(newer, of) {
			n++
		}
	}
	return n
}

// same folds the read models again and wants the same course.
func same(t *testing.T, w *officetest.World, id string) {
	t.Helper()
	ctx := context.Background()
	before, err := w.Training.Report(ctx, secretariat, id)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Rebuild(ctx); err != nil {
		t.Fatal(err)
	}
	after, err := w.Training.Report(ctx, secretariat, id)
	if err != nil {
		t.Fatal(err)
	}
	a, _ := json.Marshal(before)
	b, _ := json.Marshal(after)
	if !bytes.Equal(a, b) {
		t.Errorf("rebuilt otherwise:\n%s\n%s", a, b)
	}
}

func noneInTheClear(t *testing.T, w *officetest.World, name string) {
	t.Helper()
	err := filepath.WalkDir(w.Dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := os.ReadFile(path)
		if bytes.Contains(raw, []byte(name)) {
			t.Errorf("%s holds the name in the clear", path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
