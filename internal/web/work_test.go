package web_test

import (
	"strings"
	"testing"
	"time"

	"rufaa/internal/casefile"
)

// A task is dropped where it stands, one that waits is not offered as done, and
// what was written opens from the page that lists it.
func TestWorkIsSettledAndReadWhereItStands(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		id := w.cared(mine, "case_manager")
		me, staff := w.token["case_manager"], w.staff["case_manager"].Staff
		in := w.Clock.Now().AddDate(0, 0, 3).Format("2006-01-02")
		w.must(w.do("case_manager", id, &casefile.AddTask{TaskFact: casefile.TaskFact{Kind: "visit", Staff: staff, DueOn: in, Note: "Kazinote"}}))
		at := "/cases/" + id
		before := w.get(me, at+"/work").body
		if n := strings.Count(before, `value="dropped"`); n != 1 || strings.Count(before, `value="done"`) != 1 {
			t.Errorf("%d ways to drop one task", n)
		}
		if !strings.Contains(before, `value="care"`) || !strings.Contains(before, at+"/open") {
			t.Error("what the task asks for does not open from its page")
		}
		f, err := w.Cases.View(t.Context(), w.staff["case_manager"], id)
		w.must(err)
		w.must(w.do("case_manager", id, &casefile.AddTask{TaskFact: casefile.TaskFact{Kind: "court", Staff: staff, DueOn: in, After: []string{f.State.Tasks[0].ID}}}))
		both := w.get(me, at+"/work").body
		if strings.Count(both, `value="dropped"`) != 2 || strings.Count(both, `value="done"`) != 1 {
			t.Error("a task that waits is offered as done")
		}
	})
}

// The Secretariat sees first who has been behind a lock for the longest, whatever
// clock of the case runs out next; page by page.
func TestTheLongestBehindALockStandsFirst(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		var ids []string
		for range 3 {
			id := w.cared(mine, "case_manager")
			w.must(w.do("case_manager", id, &casefile.Move{Kind: "prison", Place: "gaol", County: "mombasa"}))
			ids = append(ids, id)
			w.Clock.Pass(2 * time.Hour)
		}
		w.must(w.do("case_manager", ids[2], &casefile.ReportIncident{Kind: "threat", On: w.Clock.Now().Format(time.DateOnly), Serious: true, Text: "told"})) // its clock runs out first
		after := ""
		for i := range ids {
			p, err := w.Cases.Worklist(t.Context(), w.staff["secretariat"], casefile.Detained, after, 1)
			w.must(err)
			if len(p.Rows) != 1 || p.Rows[0].ID != ids[i] {
				t.Fatalf("page %d: %+v", i, p.Rows)
			}
			after = p.Next
		}
		if after != "" {
			t.Error("a page comes after the last")
		}
	})
}

// What somebody may do stands somewhere on the pages that they reach, also where
// they do not read what others did.
func TestWhatOneMayDoIsOfferedSomewhere(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		id := w.cared(mine, "case_manager")
		for duty, forms := range map[string][]string{"counsellor": {"retrafficking", "complaint", "message"}, "investigator": {"complaint", "correction"}, "interpreter": {"complaint"}} {
			w.join("case_manager", id, duty)
			at := "/cases/" + id
			pages := w.get(w.token[duty], at).body + w.get(w.token[duty], at+"/rights").body + w.get(w.token[duty], at+"/work").body
			for _, form := range forms {
				if !strings.Contains(pages, at+"/do/"+form) {
					t.Errorf("%s is not offered to a %s", form, duty)
				}
			}
		}
	})
}
