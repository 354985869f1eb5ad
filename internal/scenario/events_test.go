package scenario

import (
	"bytes"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

func TestMasterEventsListThereAndBack(t *testing.T) {
	for _, name := range []string{"kaskazi", "kaskazi-tabletop"} {
		s := load(t, name)
		var book bytes.Buffer
		if err := WriteEvents(&book, s.Injects); err != nil {
			t.Fatal(err)
		}
		back, err := ReadEvents("list.xlsx", &book)
		if err != nil {
			t.Fatal(err)
		}
		for i := range s.Injects {
			if !reflect.DeepEqual(back[i], s.Injects[i]) {
				t.Fatalf("inject %s came back as\n%+v\nnot\n%+v", s.Injects[i].ID, back[i], s.Injects[i])
			}
		}
	}
}

// book is a list as others make it: a title page first, columns by their names.
func book(t *testing.T, rows ...[]string) *bytes.Buffer {
	t.Helper()
	b := excelize.NewFile()
	defer b.Close()
	if _, err := b.NewSheet("Events"); err != nil {
		t.Fatal(err)
	}
	for i, r := range append([][]string{{"An exercise (fictional)"}}, rows...) {
		sheet, at := "Events", i
		if i == 0 {
			sheet, at = "Sheet1", 1
		}
		if err := b.SetSheetRow(sheet, fmt.Sprintf("A%d", at), &r); err != nil {
			t.Fatal(err)
		}
	}
	var out bytes.Buffer
	if err := b.Write(&out); err != nil {
		t.Fatal(err)
	}
	return &out
}

// A list that somebody else made is read: a title page before it, the usual names
// of columns, several teams in a cell as people separate them.
func TestAMasterEventsListOfOthers(t *testing.T) {
	got, err := ReadEvents("list.xlsx", book(t, []string{"Event #", "Event time", "Responsible controller", "Intended player", "Event synopsis", "Event description", "Expected", "Expected player action", "Expected action (sw)", "Weather"},
		[]string{" 1 ", "D1 09:00", "control", "NGO; DCI\nDCS", "A call", "Somebody cries.", "NGO answered L1 30m\nDCI planned L1 1h", "\nA plan", "Jibu", "rain"},
		[]string{}, []string{"", "", "", "", "", "", "", "", "", "sun"}))
	if err != nil {
		t.Fatal(err)
	}
	want := []Inject{{ID: "1", At: Moment{true, 540}, From: "control", To: []string{"NGO", "DCI", "DCS"}, Title: Text{"en": "A call"}, Content: Text{"en": "Somebody cries."}, Expect: []Expectation{
		{Deed: Deed{"answered", "L1"}, Team: "NGO", Within: 30, Action: Text{"sw": "Jibu"}}, {Deed: Deed{"planned", "L1"}, Team: "DCI", Within: 60, Action: Text{"en": "A plan"}}}}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v", got)
	}
}

// Nothing of a list is dropped in silence: an event without a number is told with
// its row, and so is a time that is none and a column that is not there.
func TestAMasterEventsListThatLacksSomething(t *testing.T) {
	head := []string{"Number", "Time", "From", "To", "Event (en)"}
	for want, rows := range map[string][][]string{
		"list.xlsx:3:1: this event has no number":  {head, {"1", "", "control", "NGO", "A"}, {"", "D1 09:00", "control", "NGO", "B"}},
		"list.xlsx:2:2: \"0.375\" is not a moment": {head, {"1", "0.375", "control", "NGO", "A"}},
		"there is no column To, Event (en)":        {{"Number", "From"}, {"1", "control"}},
		"no sheet has events":                      {head},
	} {
		if _, err := ReadEvents("list.xlsx", book(t, rows...)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

// Words of an expected action that run over several lines stay with their own.
func TestActionsOfSeveralLinesStayApart(t *testing.T) {
	x := []Inject{{ID: "1", From: "control", To: []string{"NGO"}, Title: Text{"en": "A"}, Content: Text{"en": "B\n"}, Expect: []Expectation{
		{Deed: Deed{"answered", "L1"}, Team: "NGO", Within: 30, Action: Text{"en": "Answer,\nthen write"}}, {Deed: Deed{"planned", "L1"}, Team: "DCI", Within: 60, Action: Text{"en": "Plan"}}}}}
	var out bytes.Buffer
	if err := WriteEvents(&out, x); err != nil {
		t.Fatal(err)
	}
	got, err := ReadEvents("list.xlsx", &out)
	x[0].Expect[0].Action["en"] = "Answer, then write"
	if err != nil || !reflect.DeepEqual(got, x) {
		t.Errorf("%+v, %v", got, err)
	}
}
