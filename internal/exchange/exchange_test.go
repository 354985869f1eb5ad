package exchange_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"rufaa/internal/casefile"
	"rufaa/internal/demo"
	"rufaa/internal/exchange"
	"rufaa/internal/office/officetest"
)

// published are the fields of the standard with their picklists, as IOM
// publishes them (fields list of HTCDS 2.0).
func published(t *testing.T) map[string][]string {
	t.Helper()
	raw, err := os.ReadFile("testdata/htcds-2.0-fields.tsv")
	if err != nil {
		t.Fatal(err)
	}
	r := csv.NewReader(bytes.NewReader(raw))
	r.Comma, r.FieldsPerRecord, r.LazyQuotes = '\t', -1, true
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	out := map[string][]string{}
	for _, row := range rows[1:] {
		if len(row) < 7 || row[6] == "" {
			continue
		}
		var words []string
		if len(row) > 9 && strings.Contains(row[9], " ; ") && !strings.Contains(row[9], "ISO") {
			for _, w := range strings.Split(row[9], ";") {
				words = append(words, strings.TrimSpace(w))
			}
		}
		out[row[6]] = words
	}
	return out
}

// Every field is one of the standard, and every word one of its picklist.
func TestFieldsAndWordsAreThoseOfTheStandard(t *testing.T) {
	std := published(t)
	for _, f := range exchange.Fields {
		if _, ok := std[string(f)]; !ok {
			t.Errorf("%s is no field of the standard", f)
		}
	}
	officetest.Each(t, func(t *testing.T, w *officetest.World) {
		if err := demo.Seed(context.Background(), w.Office, w.Clock, 24); err != nil {
			t.Fatal(err)
		}
		seen := 0
		for _, user := range []string{"wanjiru.case", "kamau.case", "fatuma.case", "achieng.case", "ekai.case", "naliaka.case"} {
			f, err := w.Exporter().Mine(context.Background(), demo.Actor(user), true)
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range f.Cases {
				seen++
				for name, value := range c.Fields {
					if words := std[string(name)]; len(words) > 0 {
						for _, v := range strings.Split(value, ";") {
							if !slices.Contains(words, v) {
								t.Errorf("%s: %q is none of %v", name, v, words)
							}
						}
					}
				}
			}
		}
		if seen < 10 {
			t.Errorf("only %d cases were exported", seen)
		}
	})
}

// Without names asked for, nothing sealed is opened; either way it is noted
// before a byte leaves.
func TestAnExportIsNotedAndNamesNobodyUnasked(t *testing.T) {
	officetest.Each(t, func(t *testing.T, w *officetest.World) {
		ctx := context.Background()
		manager := demo.Actor("wanjiru.case")
		age := 24
		rc, err := w.Cases.Raise(ctx, demo.Actor("amina.officer"), casefile.Order{}, &casefile.Alert{Holder: "x-tumaini", County: "mombasa",
			Person: casefile.PersonFacts{Name: "=HYPERLINK(\"http://x\")", Phone: "0712000111", Nationality: "ug", Age: &age, Minor: "no", Sex: "female"}})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Cases.Do(ctx, manager, rc.ID, casefile.Order{}, &casefile.Take{}); err != nil {
			t.Fatal(err)
		}
		plain, err := w.Exporter().Case(ctx, manager, rc.ID, false)
		if err != nil || plain.Fields["prs_FirstName"] != "" || plain.Fields["prs_MobilePhone"] != "" {
			t.Fatalf("%v %v", plain, err)
		}
		lines, err := w.Cases.WhoSaw(ctx, demo.Actor("njoki.data"), rc.ID, 0, 10)
		if err != nil || len(lines) != 0 {
			t.Fatalf("something was opened: %v %v", lines, err)
		}
		named, err := w.Exporter().Case(ctx, manager, rc.ID, true)
		if err != nil || named.Fields["prs_MobilePhone"] != "+254712000111" || named.Fields["prs_Citizenship"] != "UG" {
			t.Fatalf("%v %v", named, err)
		}
		if lines, _ = w.Cases.WhoSaw(ctx, demo.Actor("njoki.data"), rc.ID, 0, 10); len(lines) == 0 {
			t.Error("who saw what does not show it")
		}
		history, err := w.Cases.History(ctx, manager, rc.ID)
		if err != nil || history[len(history)-1].Kind != casefile.Exported {
			t.Errorf("the history does not tell of the export: %v", err)
		}
		formulaStaysText(t, w, named)
		for _, user := range []string{"kamau.case", "salome.shelter", "njoki.data", "wafula.secretariat"} {
			if _, err := w.Exporter().Case(ctx, demo.Actor(user), rc.ID, true); err == nil {
				t.Errorf("%s exports a case that is not theirs", user)
			}
		}
	})
}

// Somebody smuggled is no victim of trafficking in the eyes of whoever reads the
// file: the standard knows no other victims, so nothing is told of it. The day
// signs of trafficking are seen, it is.
func TestWhoWasSmuggledIsToldAsNoVictimOfTrafficking(t *testing.T) {
	officetest.Each(t, func(t *testing.T, w *officetest.World) {
		ctx, manager := context.Background(), demo.Actor("wanjiru.case")
		rc, err := w.Cases.Raise(ctx, manager, casefile.Order{}, &casefile.Alert{Holder: "x-tumaini", Person: casefile.PersonFacts{Minor: "no", Sex: "male"}})
		if err != nil {
			t.Fatal(err)
		}
		do := func(cmd casefile.Command) {
			t.Helper()
			if _, err := w.Cases.Do(ctx, manager, rc.ID, casefile.Order{}, cmd); err != nil {
				t.Fatalf("%T: %v", cmd, err)
			}
		}
		told := func() map[exchange.Field]string {
			t.Helper()
			r, err := w.Exporter().Case(ctx, manager, rc.ID, false)
			if err != nil {
				t.Fatal(err)
			}
			return r.Fields
		}
		do(&casefile.Take{})
		do(&casefile.Screen{Questionnaire: "adult-1", Answers: map[string]string{}, Note: "n", Spoken: casefile.Spoken{Language: "am", Interpreting: "not-needed"}})
		do(&casefile.Presume{Decision: "presumed", Track: "smuggling", Exploitation: []string{"smuggling-abuse"}})
		for name, value := range told() {
			if strings.HasPrefix(string(name), "vic_") {
				t.Errorf("%s tells %q of a smuggled man", name, value)
			}
		}
		do(&casefile.Presume{Decision: "presumed", Track: "both", Exploitation: []string{"forced-labour", "smuggling-abuse"}})
		if _, asked := told()["con_Consent"]; asked {
			t.Error("he was not asked, and a consent is told")
		}
		do(&casefile.Ask{Given: true, GivenBy: "person", How: "spoken", Spoken: casefile.Spoken{Language: "am", Interpreting: "not-needed"},
			Agency: "x-nyumba-salama", Purposes: []string{"assistance"}, Compartments: []string{"identity"}})
		if got := told()["con_Consent"]; got != "true" {
			t.Errorf("his consent is told as %q", got)
		}
		if f := told(); f["vic_TraffickingStatus"] != "PossibleVictimOfTrafficking" || f["vic_TypeOfExploitation"] != "ForcedLabour;Other" {
			t.Errorf("on both tracks he is told as %v", f)
		}
	})
}

// Several cases are chosen from a work list: each is noted, and one that is
// not the person's own refuses them all before any is.
func TestSeveralCasesGoTogetherOrNone(t *testing.T) {
	officetest.Each(t, func(t *testing.T, w *officetest.World) {
		ctx := context.Background()
		var ids []string
		for _, who := range []string{"wanjiru.case", "wanjiru.case", "fatuma.case"} {
			rc, err := w.Cases.Raise(ctx, demo.Actor(who), casefile.Order{}, &casefile.Alert{})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := w.Cases.Do(ctx, demo.Actor(who), rc.ID, casefile.Order{}, &casefile.Take{}); err != nil {
				t.Fatal(err)
			}
			ids = append(ids, rc.ID)
		}
		if _, err := w.Exporter().Several(ctx, demo.Actor("wanjiru.case"), ids, false); err == nil {
			t.Fatal("a case of another agency is handed out")
		}
		if h, err := w.Cases.History(ctx, demo.Actor("wanjiru.case"), ids[0]); err != nil || slices.ContainsFunc(h, func(l casefile.Happening) bool { return l.Kind == casefile.Exported }) {
			t.Fatalf("one was noted all the same: %v", err)
		}
		f, err := w.Exporter().Several(ctx, demo.Actor("wanjiru.case"), []string{ids[0], ids[1], ids[0]}, false)
		if err != nil || len(f.Cases) != 2 {
			t.Fatalf("%+v %v", f, err)
		}
	})
}

// A name that begins like a formula is a text in every kind of file.
func formulaStaysText(t *testing.T, w *officetest.World, r *exchange.Record) {
	t.Helper()
	f := exchange.File{Standard: "HTCDS 2.0", Named: true, Cases: []exchange.Record{*r}}
	var sheet, text bytes.Buffer
	if err := f.Write(&sheet, "xlsx"); err != nil {
		t.Fatal(err)
	}
	book, err := excelize.OpenReader(&sheet)
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	if formula, _ := book.GetCellFormula("HTCDS", "B2"); formula != "" {
		t.Errorf("a formula stands in the sheet: %s", formula)
	}
	if cell, _ := book.GetCellValue("HTCDS", "B2"); !strings.HasPrefix(cell, "=HYPERLINK") {
		t.Errorf("the name became %q", cell)
	}
	if err := f.Write(&text, "json"); err != nil || !json.Valid(text.Bytes()) {
		t.Error("no JSON", err)
	}
}
