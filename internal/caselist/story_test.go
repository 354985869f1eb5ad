package caselist_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/charmap"

	"rufaa/internal/casefile"
	"rufaa/internal/caselist"
	"rufaa/internal/demo"
	"rufaa/internal/office/officetest"
	"rufaa/internal/problem"
	"rufaa/internal/sheets"
	"rufaa/internal/vault"
)

var ctx = context.Background()

const heading = "Case No,Full name,Phone,DOB,Age,Gender,Nationality,County,Notes,Date opened,Status\n"

func order() caselist.Order { return caselist.Order{List: "Clients", Dates: "dmy"} }

func file(rows ...string) sheets.Source {
	return sheets.Bytes("clients.csv", []byte(heading+strings.Join(rows, "\n")+"\n"))
}

// The whole of it: a spreadsheet is tried, mended, taken, and taken again a
// month later when some of it has changed.
func TestASpreadsheetIsTakenAndTakenAgain(t *testing.T) {
	officetest.Each(t, func(t *testing.T, w *officetest.World) {
		manager := demo.Actor("wanjiru.case")
		first := []string{
			"T-001,Zawadi Fikirini,0712 345 678,3/4/2001,,Mke,Kenyan,Kwale,Came alone,15/01/2024,Active",
			"T-002,Almaz Bekele,+251911234567,,17,F,Ethiopian,nairobi,,2/2/2015,Closed",
			"T-003,Juma Pembe,not a number,,30,M,ke,Mombasa,,1/1/2025,active",
			"T-004,Halima Noor,,31/31/1999,,Female,Somali,Garissa,,1/1/2025,active",
			"T-001,Somebody Else,,,20,F,ke,Lamu,,1/1/2025,active",
			",Nobody Numbered,,,20,F,ke,Lamu,,1/1/2025,active",
			"T-005,=HYPERLINK(1),,,20,F,ke,Lamu,,1/1/2025,active",
			"T-006,Rehema Salim,,,20,Banana,ke,Lamu,,1/1/2025,active",
		}
		o := order()
		o.DryRun = true
		out, err := w.CaseLists.Import(ctx, manager, file(first...), o)
		if err != nil {
			t.Fatal(err)
		}
		if out.New != 2 || out.Refused != 6 || out.Rows != 8 {
			t.Fatalf("%+v", out)
		}
		if fmt.Sprint(out.Unknown) != "map[sex:[banana]]" {
			t.Errorf("words asked about: %v", out.Unknown)
		}
		cases(t, w, 0)

		o.DryRun, o.Words = false, map[caselist.Field]map[string]string{caselist.Sex: {"Banana": "female"}}
		if out, err = w.CaseLists.Import(ctx, manager, file(first...), o); err != nil || out.New != 3 || out.Refused != 5 {
			t.Fatalf("%+v %v", out, err)
		}
		cases(t, w, 3)
		zawadi := find(t, w, "Zawadi Fikirini")
		if zawadi.Origin == nil || zawadi.Channel != casefile.FromList || zawadi.County != "kwale" || zawadi.Manager().Staff != manager.Staff || zawadi.Stage != casefile.StageTaken {
			t.Errorf("%+v", zawadi.Stage)
		}
		if texts := open(t, w, zawadi.ID, vault.Account); !strings.Contains(texts, "Came alone") {
			t.Error(texts)
		}
		almaz := find(t, w, "Almaz Bekele")
		if almaz.Stage != casefile.StageClosed || len(almaz.Awaits()) != 0 || almaz.Subject().AgeBand != "25-34" || almaz.Subject().Child {
			t.Errorf("a child of 2015 is grown up now, and a closure of the list waits for nobody: %+v", almaz.Subject())
		}

		// Sent again as it is, nothing happens; changed, the case changes.
		if out, err = w.CaseLists.Import(ctx, manager, file(first...), order()); err != nil || out.New != 0 || out.Same != 3 {
			t.Fatalf("the word is remembered, nobody comes twice: %+v %v", out, err)
		}
		moved := strings.Replace(first[0], "0712 345 678", "0722 000 111", 1)
		if out, err = w.CaseLists.Import(ctx, manager, file(moved, first[1]), order()); err != nil || out.Changed != 1 || out.Same != 1 {
			t.Fatalf("%+v %v", out, err)
		}
		cases(t, w, 3)
		if hits, err := w.Cases.Find(ctx, manager, &casefile.Query{By: "phone", Value: "0722000111"}); err != nil || len(hits) != 1 {
			t.Errorf("found by the new number: %v %v", hits, err)
		}

		// What people wrote by hand stands.
		if _, err := w.Cases.Do(ctx, manager, zawadi.ID, casefile.Order{}, &casefile.Describe{Person: zawadi.Subject().ID, Facts: casefile.PersonFacts{Name: "Zawadi Fikirini Mwero", Sex: "female", Minor: "no"}}); err != nil {
			t.Fatal(err)
		}
		if out, err = w.CaseLists.Import(ctx, manager, file(first[0]), order()); err != nil || out.Changed != 1 || out.Problems[0].Key != "caselist.row.by_hand" {
			t.Fatalf("%+v %v", out, err)
		}
		if texts := open(t, w, zawadi.ID, vault.Identity); !strings.Contains(texts, "Mwero") || !strings.Contains(texts, "T-001") {
			t.Error(texts)
		}
		rebuilt(t, w, zawadi.ID)
	})
}

func rebuilt(t *testing.T, w *officetest.World, id string) {
	t.Helper()
	before, _ := w.Cases.Load(ctx, id)
	if _, err := w.Rebuild(ctx); err != nil {
		t.Fatal(err)
	}
	after, err := w.Cases.Load(ctx, id)
	if err != nil || !reflect.DeepEqual(after, before) {
		t.Errorf("a rebuild gives another case: %v", err)
	}
}

func cases(t *testing.T, w *officetest.World, want int) {
	t.Helper()
	n := 0
	if err := w.Store.QueryRow(ctx, `SELECT count(*) FROM cases`).Scan(&n); err != nil || n != want {
		t.Fatalf("%d cases instead of %d (%v)", n, want, err)
	}
}

func find(t *testing.T, w *officetest.World, name string) *casefile.State {
	t.Helper()
	hits, err := w.Cases.Find(ctx, demo.Actor("wanjiru.case"), &casefile.Query{By: "name", Value: name})
	if err != nil || len(hits) == 0 {
		t.Fatalf("%s is not found: %v", name, err)
	}
	s, err := w.Cases.Load(ctx, hits[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func open(t *testing.T, w *officetest.World, id string, c vault.Compartment) string {
	t.Helper()
	o, err := w.Cases.Open(ctx, demo.Actor("wanjiru.case"), id, c, "assistance")
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(o.Texts, "\n")
}

func TestOnlyTheAgencysOwnCaseManagersTakeItsList(t *testing.T) {
	officetest.Each(t, func(t *testing.T, w *officetest.World) {
		row := "T-001,Zawadi Fikirini,0712345678,,22,F,ke,Kwale,,1/1/2025,active"
		for _, user := range []string{"amina.officer", "njoki.data", "wafula.secretariat", "salome.shelter"} {
			if _, err := w.CaseLists.Import(ctx, demo.Actor(user), file(row), order()); !errors.As(err, new(*problem.Denied)) && !errors.Is(err, problem.ErrNotFound) {
				t.Errorf("%s takes a list in: %v", user, err)
			}
		}
		if _, err := w.CaseLists.Import(ctx, demo.Actor("wanjiru.case"), file(row), order()); err != nil {
			t.Fatal(err)
		}
		// Another agency's list of the same name and number is another row, and
		// learns nothing of the first.
		out, err := w.CaseLists.Import(ctx, demo.Actor("fatuma.case"), file(row), order())
		if err != nil || out.New != 1 || len(out.Problems) != 0 {
			t.Errorf("%+v %v", out, err)
		}
		if lists, err := w.CaseLists.Lists(ctx, demo.Actor("fatuma.case")); err != nil || len(lists) != 1 {
			t.Errorf("%v %v", lists, err)
		}
	})
}

// Search before create: what looks like a case that is here is held back until
// somebody has looked.
func TestALikelyDoubleIsHeldBack(t *testing.T) {
	officetest.Each(t, func(t *testing.T, w *officetest.World) {
		manager := demo.Actor("wanjiru.case")
		rc, err := w.Cases.Raise(ctx, manager, casefile.Order{}, &casefile.Alert{Person: casefile.PersonFacts{Name: "Saida Kombo Ali", Phone: "0733111222"}})
		if err != nil {
			t.Fatal(err)
		}
		row := "T-9,Saida Kombo,0733 111 222,,22,F,ke,Kwale,,1/1/2025,active"
		out, err := w.CaseLists.Import(ctx, manager, file(row), order())
		if err != nil || out.Held != 1 || out.New != 0 || out.Problems[0].Case != rc.Ref {
			t.Fatalf("%+v %v", out, err)
		}
		o := order()
		o.Alike = true
		if out, err = w.CaseLists.Import(ctx, manager, file(row), o); err != nil || out.New != 1 {
			t.Fatalf("%+v %v", out, err)
		}
	})
}

// Somebody who was forgotten does not come back with the old spreadsheet.
func TestTheForgottenStayForgotten(t *testing.T) {
	officetest.Each(t, func(t *testing.T, w *officetest.World) {
		manager := demo.Actor("wanjiru.case")
		row := "T-001,Zawadi Fikirini,0712345678,,22,F,ke,Kwale,,1/1/2025,closed"
		if _, err := w.CaseLists.Import(ctx, manager, file(row), order()); err != nil {
			t.Fatal(err)
		}
		s := find(t, w, "Zawadi Fikirini")
		if err := officetest.Erase(ctx, w.Cases, s.ID); err != nil {
			t.Fatal(err)
		}
		out, err := w.CaseLists.Import(ctx, manager, file(row), order())
		if err != nil || out.Refused != 1 || out.Problems[0].Key != "caselist.row.forgotten" {
			t.Fatalf("%+v %v", out, err)
		}
	})
}

// All or nothing: a fault in the middle leaves no case, row or token.
func TestAFaultLeavesNothing(t *testing.T) {
	officetest.Each(t, func(t *testing.T, w *officetest.World) {
		boom := errors.New("boom")
		w.Cases.OnWritten(failsAfter(3, boom))
		var rows []string
		for i := range 6 {
			rows = append(rows, fmt.Sprintf("T-%d,Person Number %d,,,22,F,ke,Kwale,,1/1/2025,active", i, i))
		}
		o := order()
		o.Alike = true
		if _, err := w.CaseLists.Import(ctx, demo.Actor("wanjiru.case"), file(rows...), o); !errors.Is(err, boom) {
			t.Fatal(err)
		}
		cases(t, w, 0)
		n := 0
		if err := w.Store.QueryRow(ctx, `SELECT (SELECT count(*) FROM list_rows) + (SELECT count(*) FROM name_filters)`).Scan(&n); err != nil || n != 0 {
			t.Errorf("%d rows remain (%v)", n, err)
		}
	})
}

func TestWhatIsNoListIsRefusedClearly(t *testing.T) {
	w := officetest.Open(t, "sqlite")
	manager := demo.Actor("wanjiru.case")
	for name, x := range map[string]struct {
		data []byte
		key  string
	}{
		"nothing":           {nil, "sheet.file_empty"},
		"a picture":         {[]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"), "caselist.error.file_kind"},
		"JSON":              {[]byte(`[{"name":"x"}]`), "caselist.error.file_kind"},
		"an old workbook":   {[]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), "sheet.file_old_workbook"},
		"a bomb":            {bomb(t), "sheet.archive_bomb"},
		"no headings":       {[]byte("T-1,Zawadi Fikirini,0712345678,3/4/2001\nT-2,Almaz,0712345679,1/1/2001\n"), "caselist.error.no_headings"},
		"no number column":  {[]byte("Full name,Gender\nZawadi,F\n"), "caselist.error.key"},
		"headings alone":    {[]byte("Case No,Full name\n"), "sheet.no_rows"},
		"one heading twice": {[]byte("Case No,Gender,gender\nT-1,F,M\n"), "sheet.same_heading"},
		"an open quotation": {[]byte("Case No,Full name\n\"" + strings.Repeat("a,b\n", 3<<20)), "sheet.csv_quote"},
	} {
		_, err := w.CaseLists.Import(ctx, manager, sheets.Bytes(name, x.data), order())
		var in *problem.Invalid
		if !errors.As(err, &in) || !strings.Contains(err.Error(), x.key) {
			t.Errorf("%s: %v", name, err)
		}
	}
	big := heading + "T-1,Zawadi,,,22,F,ke,Kwale," + strings.Repeat("x", 40_000) + ",1/1/2025,active\nT-2,\xff\xfe,,,22,F,ke,Kwale,,1/1/2025,active\nT-3,Zoë Ngũgĩ,,,22,F,ke,Kwale,,1/1/2025,active\n"
	out, err := w.CaseLists.Import(ctx, manager, sheets.Bytes("big", []byte(big)), order())
	if err != nil || out.New != 1 || out.Refused != 2 {
		t.Errorf("%+v %v", out, err)
	}
	o := order()
	o.Dates = ""
	if _, err := w.CaseLists.Import(ctx, manager, file("T-1"), o); err == nil || !strings.Contains(err.Error(), "caselist.error.dates") {
		t.Error("dates in no order are read:", err)
	}
}

func bomb(t *testing.T) []byte {
	t.Helper()
	b := excelize.NewFile()
	defer b.Close()
	s, err := b.NewStreamWriter("Sheet1")
	if err != nil {
		t.Fatal(err)
	}
	for i := range 3000 {
		if err := s.SetRow(fmt.Sprintf("A%d", i+1), []any{strings.Repeat("a", 30_000)}); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Flush(); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := b.Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// A workbook keeps days as numbers, and telephone numbers lose their nought.
func TestAWorkbookIsReadAsItWasMeant(t *testing.T) {
	w := officetest.Open(t, "sqlite")
	b := excelize.NewFile()
	for i, row := range [][]any{{"ID", "Name", "Phone", "Date of birth", "Sex"}, {1, "Zawadi Fikirini", 712345678, 36984, "F"}} {
		if err := b.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &row); err != nil {
			t.Fatal(err)
		}
	}
	var raw bytes.Buffer
	if err := b.Write(&raw); err != nil {
		t.Fatal(err)
	}
	out, err := w.CaseLists.Import(ctx, demo.Actor("wanjiru.case"), sheets.Bytes("x.xlsx", raw.Bytes()), order())
	if err != nil || out.New != 1 {
		t.Fatalf("%+v %v", out, err)
	}
	s := find(t, w, "Zawadi Fikirini")
	if texts := open(t, w, s.ID, vault.Identity); !strings.Contains(texts, "+254712345678") || !strings.Contains(texts, "2001-04-03") {
		t.Error(texts)
	}
}

// As Excel saves a CSV in Kenya: in the letters of Windows, with semicolons, and
// with telephone numbers of which the last digits are gone.
func TestAListThatExcelSavedAsCSVIsRead(t *testing.T) {
	w := officetest.Open(t, "sqlite")
	raw, err := charmap.Windows1252.NewEncoder().String("Case No;Full name;Phone;DOB;Gender\r\n" +
		"1;Zoë N’gang’a;2.54712345678E+11;03/04/2001;F\r\n" +
		"2;Fatuma Pembe;2.54713E+11;03/04/2001;F\r\n")
	if err != nil {
		t.Fatal(err)
	}
	out, err := w.CaseLists.Import(ctx, demo.Actor("wanjiru.case"), sheets.Bytes("clients.csv", []byte(raw)), order())
	if err != nil || out.New != 1 || out.Refused != 1 || len(out.Problems) != 2 {
		t.Fatalf("%+v %v", out, err)
	}
	for i, want := range []caselist.Problem{{Row: 1, Key: "sheet.read_windows", Outcome: caselist.OfFile}, {Row: 3, Column: "Phone", Key: "sheet.digits_lost", Outcome: caselist.Refused}} {
		if p := out.Problems[i]; !reflect.DeepEqual(p, want) {
			t.Errorf("%+v, want %+v", p, want)
		}
	}
	s := find(t, w, "Zoë N’gang’a")
	if texts := open(t, w, s.ID, vault.Identity); !strings.Contains(texts, "+254712345678") {
		t.Error(texts)
	}
}

// A name that a formula was to make, and a county that stands in a merged cell
// above, are not taken for nothing.
func TestAWorkbooksEmptyCellsAreNotTakenForNothing(t *testing.T) {
	w := officetest.Open(t, "sqlite")
	b := excelize.NewFile()
	rows := [][]any{{"Clients of the house"}, {"ID", "Name", "Sex", "County"}, {1, "Zawadi Fikirini", "F", "Kwale"}, {2, "Fatuma Pembe", "F"}, {3, nil, "F", "Lamu"}, {nil, "Neema Bora", "F", "Lamu"}}
	for i, row := range rows {
		if err := b.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &row); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(b.SetCellFormula("Sheet1", "B5", `A5&" Hamisi"`), b.MergeCell("Sheet1", "D3", "D4"), b.MergeCell("Sheet1", "A5", "A6"), b.MergeCell("Sheet1", "A1", "D1")); err != nil {
		t.Fatal(err)
	}
	var raw bytes.Buffer
	if err := b.Write(&raw); err != nil {
		t.Fatal(err)
	}
	out, err := w.CaseLists.Import(ctx, demo.Actor("wanjiru.case"), sheets.Bytes("x.xlsx", raw.Bytes()), order())
	if err != nil || out.New != 1 || out.Refused != 3 || len(out.Problems) != 3 {
		t.Fatalf("%+v %v", out, err)
	}
	for i, want := range []caselist.Problem{{Row: 4, Column: "County", Key: "sheet.merged"}, {Row: 5, Column: "Name", Key: "sheet.formula_value"}, {Row: 6, Column: "ID", Key: "sheet.merged"}} {
		if p := out.Problems[i]; p.Row != want.Row || p.Column != want.Column || p.Key != want.Key || p.Outcome != caselist.Refused {
			t.Errorf("%+v", p)
		}
	}
}

// The rows that were not taken come back with the reason, and nothing in the
// file runs.
func TestBadRowsComeBackWithTheReason(t *testing.T) {
	w := officetest.Open(t, "sqlite")
	out, err := w.CaseLists.Import(ctx, demo.Actor("wanjiru.case"), file(`T-5,"=HYPERLINK(""http://x"")",,,20,F,ke,Lamu,,1/1/2025,active`), order())
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := caselist.WriteBad(&b, w.Texts.In("sw"), out); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(b.String(), "\ufeff"))).ReadAll()
	if err != nil || len(rows) != 2 || rows[1][1] != "2" || rows[1][2] != "T-5" || !strings.HasPrefix(rows[1][3], "'=") || rows[1][0] == "" {
		t.Errorf("%q %v", rows, err)
	}
}

// Nothing of a list is on the disk in the clear: not while it is a draft, not
// after it was taken, not what was refused, not its headings.
func TestNothingOfAListIsOnTheDisk(t *testing.T) {
	w := officetest.Open(t, "sqlite")
	manager := demo.Actor("wanjiru.case")
	canaries := []string{"Kanari", "Siri", "0799123456", "254799123456", "T-777", "T-778", "Mwembeni", "Geheim", "banana"}
	list := "Case No,Full name,Phone,Geheim,Gender\nT-777,Kanari Kubwa,0799123456,Mwembeni,Banana\nT-778,Siri Sana,bad,Mwembeni,F\n"
	d, err := w.CaseLists.Upload(ctx, manager, "clients.csv", []byte(list))
	if err != nil {
		t.Fatal(err)
	}
	o := d.Order
	o.List, o.Columns[3].Field = "clients", caselist.Place
	o.Words = map[caselist.Field]map[string]string{caselist.Sex: {"banana": "female"}}
	if d, err = w.CaseLists.Try(ctx, manager, d.ID, o); err != nil || d.Tried.New != 1 || d.Tried.Refused != 1 {
		t.Fatalf("%+v %v", d, err)
	}
	look(t, w, canaries)
	if d, err = w.CaseLists.Confirm(ctx, manager, d.ID); err != nil || d.Done.New != 1 {
		t.Fatalf("%+v %v", d, err)
	}
	if d, err = w.CaseLists.Confirm(ctx, manager, d.ID); err != nil || d.Done.New != 1 {
		t.Fatalf("pressed twice: %+v %v", d, err)
	}
	cases(t, w, 1)
	look(t, w, canaries)
	again, err := w.CaseLists.Upload(ctx, manager, "clients.csv", []byte(list))
	if err != nil || !again.Preview.Kept || again.Order.List != "clients" || again.Order.Columns[3].Field != caselist.Place {
		t.Errorf("the mapping is not remembered: %+v %v", again, err)
	}
	w.Clock.Pass(31 * 60e9)
	if _, err := w.CaseLists.Draft(manager); !errors.Is(err, problem.ErrNotFound) {
		t.Error("a draft does not end")
	}
}

func look(t *testing.T, w *officetest.World, canaries []string) {
	t.Helper()
	files := 0
	err := filepath.WalkDir(w.Dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := os.ReadFile(path)
		files++
		for _, c := range canaries {
			if bytes.Contains(raw, []byte(c)) {
				t.Errorf("%s stands in %s", c, filepath.Base(path))
			}
		}
		return err
	})
	if err != nil || files < 2 {
		t.Fatal(files, err)
	}
}

// A number is one number however its letters are written: in one list, and from
// one month to the next.
func TestANumberIsOneHoweverItIsWritten(t *testing.T) {
	officetest.Each(t, func(t *testing.T, w *officetest.World) {
		manager := demo.Actor("wanjiru.case")
		out, err := w.CaseLists.Import(ctx, manager, file("T-1,Zawadi Fikirini,,,20,F,ke,Lamu,,1/1/2025,active", "t-1,Zawadi Fikirini,,,20,F,ke,Lamu,,1/1/2025,active"), order())
		if err != nil || out.New != 1 || out.Refused != 1 || out.Problems[0].Key != "caselist.row.twice" {
			t.Fatalf("T-1 and t-1 are two: %+v %v", out, err)
		}
		out, err = w.CaseLists.Import(ctx, manager, file("t-1,Zawadi Fikirini,0722 000 111,,20,F,ke,Lamu,,1/1/2025,active"), order())
		if err != nil || out.Changed != 1 || out.New != 0 {
			t.Fatalf("t-1 is a new case: %+v %v", out, err)
		}
		cases(t, w, 1)
	})
}

// A day that a workbook shows in a column of notes is written down as a day; a
// number that is one stays one.
func TestADayAmongNotesIsADay(t *testing.T) {
	w := officetest.Open(t, "sqlite")
	b := excelize.NewFile()
	for i, row := range [][]any{{"ID", "Name", "Sex", "Notes", "Remarks"}, {1, "Zawadi Fikirini", "F", 45310, 45310}} {
		if err := b.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &row); err != nil {
			t.Fatal(err)
		}
	}
	code := `"on "d/m/yyyy`
	day, err := b.NewStyle(&excelize.Style{CustomNumFmt: &code})
	if err == nil {
		err = b.SetCellStyle("Sheet1", "D2", "D2", day)
	}
	if err != nil {
		t.Fatal(err)
	}
	var raw bytes.Buffer
	if err := b.Write(&raw); err != nil {
		t.Fatal(err)
	}
	out, err := w.CaseLists.Import(ctx, demo.Actor("wanjiru.case"), sheets.Bytes("x.xlsx", raw.Bytes()), order())
	if err != nil || out.New != 1 {
		t.Fatalf("%+v %v", out, err)
	}
	texts := open(t, w, find(t, w, "Zawadi Fikirini").ID, vault.Account)
	if !strings.Contains(texts, "Notes: 2024-01-19") || !strings.Contains(texts, "Remarks: 45310") {
		t.Error(texts)
	}
}
