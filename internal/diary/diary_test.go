package diary_test

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-ical"

	"rufaa/internal/accounts"
	"rufaa/internal/casefile"
	"rufaa/internal/office/officetest"
	"rufaa/internal/problem"
)

func words(language, what string) string { return "Rufaa: " + language + " " + what }

// A task, a conference and a booking stand on their day: the task for whose it
// is, the others for the team; a stranger to the case sees none.
func TestWhoseDaysAreWhose(t *testing.T) {
	officetest.Each(t, func(t *testing.T, w *officetest.World) {
		ctx := context.Background()
		manager, colleague := officetest.Who("wanjiru.case"), officetest.Who("kamau.case")
		rc, err := w.Cases.Raise(ctx, colleague, casefile.Order{}, &casefile.Alert{Holder: "x-tumaini", County: "mombasa", Account: "Simulizikanari",
			Person: casefile.PersonFacts{Name: "Zawadikanari Fiktivo", Sex: "female", Minor: "no"}})
		if err != nil {
			t.Fatal(err)
		}
		day := func(n int) string { return w.Clock.Now().AddDate(0, 0, n).Format(time.DateOnly) }
		for _, c := range []casefile.Command{&casefile.Take{}, &casefile.Join{Staff: colleague.Staff, Duty: "case_manager"},
			&casefile.AddTask{TaskFact: casefile.TaskFact{Kind: "call", Staff: colleague.Staff, DueOn: day(2), Note: "Simulizikanari"}},
			&casefile.Book{Kind: "transport", On: day(3), Details: "Mtaakanari"}} {
			if _, err := w.Cases.Do(ctx, manager, rc.ID, casefile.Order{}, c); err != nil {
				t.Fatal(err)
			}
		}
		days := func(user string) (out []string) {
			t.Helper()
			list, err := w.Diary.Entries(ctx, officetest.Who(user), w.Clock.Now(), w.Clock.Now().AddDate(0, 0, 7), false)
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range list {
				out = append(out, e.Day+" "+e.What)
			}
			return out
		}
		if got := days("kamau.case"); !slices.Contains(got, day(2)+" task") || !slices.Contains(got, day(3)+" booking") {
			t.Errorf("whose task it is sees %v", got)
		}
		if got := days("wanjiru.case"); slices.Contains(got, day(2)+" task") || !slices.Contains(got, day(3)+" booking") {
			t.Errorf("the manager sees %v", got)
		}
		if got := days("fatuma.case"); len(got) != 0 {
			t.Errorf("another agency sees %v", got)
		}
		if _, err := w.Diary.Entries(ctx, officetest.Who("wairimu.admin"), w.Clock.Now(), w.Clock.Now(), false); !errors.As(err, new(*problem.Denied)) {
			t.Errorf("an administrator has a calendar: %v", err)
		}
		feedTellsNothing(t, w, rc.ID, rc.Ref)
	})
}

// The feed is a calendar that another program reads; it names nothing, and ends
// when it is revoked, replaced, or its owner's account is shut.
func feedTellsNothing(t *testing.T, w *officetest.World, id, ref string) {
	t.Helper()
	ctx, who := context.Background(), officetest.Who("kamau.case")
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	gone := func(secret, why string) {
		t.Helper()
		if _, err := w.Diary.Read(ctx, secret, words); !errors.Is(err, problem.ErrNotFound) {
			t.Errorf("%s: %v", why, err)
		}
	}
	first, err := w.Diary.NewFeed(ctx, who)
	must(err)
	raw, err := w.Diary.Read(ctx, first, words)
	must(err)
	cal, err := ical.NewDecoder(bytes.NewReader(raw)).Decode()
	must(err)
	if len(cal.Events()) < 2 || !strings.Contains(string(raw), "Rufaa: en task") {
		t.Fatalf("the feed:\n%s", raw)
	}
	for _, secret := range []string{"Zawadikanari", "Simulizikanari", "Mtaakanari", id, ref, "transport", "mombasa"} {
		if strings.Contains(string(raw), secret) {
			t.Errorf("the feed tells %q:\n%s", secret, raw)
		}
	}
	second, err := w.Diary.NewFeed(ctx, who)
	must(err)
	gone(first, "replaced")
	gone("", "no secret")
	must(w.Diary.EndFeed(ctx, who))
	gone(second, "revoked")
	if err := w.Diary.EndFeed(ctx, who); !errors.Is(err, problem.ErrNotFound) {
		t.Errorf("revoked twice: %v", err)
	}
	third, err := w.Diary.NewFeed(ctx, who)
	must(err)
	admin := officetest.Who("wairimu.admin")
	must(w.Accounts.Suspend(ctx, accounts.Principal{ID: admin.Staff, Agency: admin.Agency, Duty: accounts.Administrator}, who.Staff))
	gone(third, "the account is shut")
}

// An empty calendar is a calendar too.
func TestAnEmptyFeedCanBeRead(t *testing.T) {
	officetest.Each(t, func(t *testing.T, w *officetest.World) {
		secret, err := w.Diary.NewFeed(t.Context(), officetest.Who("fatuma.case"))
		if err != nil {
			t.Fatal(err)
		}
		raw, err := w.Diary.Read(t.Context(), secret, words)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := ical.NewDecoder(bytes.NewReader(raw)).Decode(); err != nil {
			t.Fatalf("%v:\n%s", err, raw)
		}
	})
}
