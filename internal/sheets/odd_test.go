package sheets

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// table reads a whole CSV: its headings, then each row with its line.
func table(t *testing.T, text string) []string {
	t.Helper()
	s, err := Open(Bytes("list", []byte(text)), CSV, "", limits)
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	defer s.Close()
	out := []string{strings.Join(s.Columns, "+")}
	for {
		row, err := s.Next()
		var spoiled *RowError
		switch {
		case errors.As(err, &spoiled):
			out = append(out, fmt.Sprint(s.Line, " ", spoiled.Key))
		case err != nil:
			t.Fatal(err)
		case row == nil:
			return out
		default:
			out = append(out, fmt.Sprint(s.Line, " ", strings.Join(row, "+")))
		}
	}
}

// A printed list has its title above the headings; Excel names the separator.
func TestHeadingsAreFoundBelowATitle(t *testing.T) {
	for text, want := range map[string][]string{
		"Clients of 2024\nno;name;county\n1;Amina;Voi\n":                    {"no+name+county", "3 1+Amina+Voi"},
		"Clients of 2024,,,\n,,,\nAll counties,,,\nno,name,county\n1,A,V\n": {"no+name+county", "5 1+A+V"},
		"sep=;\nno;name;county\n1;A, B;V\n":                                 {"no+name+county", "3 1+A, B+V"},
		"no|name|county\n1|A|V\n":                                           {"no+name+county", "2 1+A+V"},
		"name\nAmina\nFatuma\n":                                             {"name", "2 Amina", "3 Fatuma"},
		"name\nAmina;\n":                                                    {"name", "2 Amina"},
		"no,name\n1,A\n2,B,C,D\n":                                           {"no+name", "2 1+A", "3 sheet.row_long"},
	} {
		if got := table(t, text); !slices.Equal(got, want) {
			t.Errorf("%q gave %q", text, got)
		}
	}
}

func TestAPageOrAPrintedListIsNoSpreadsheet(t *testing.T) {
	for _, text := range []string{"%PDF-1.7 x", "<html><table>", " \n<?xml version='1.0'?><x/>"} {
		if f, _, err := Detect(Bytes("list", []byte(text)), limits); f != Unknown || err != nil {
			t.Errorf("%q: %q %v", text, f, err)
		}
	}
}

// workbook packs sheets as they stand, the first hidden where asked.
func workbook(t *testing.T, hide bool, sheets ...string) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	put := func(name, text string) {
		f, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprint(f, `<?xml version="1.0" encoding="UTF-8"?>`+text)
	}
	var names, rels, types strings.Builder
	for i, s := range sheets {
		state := ""
		if hide && i == 0 {
			state = ` state="hidden"`
		}
		fmt.Fprintf(&names, `<sheet name="S%d" sheetId="%d" r:id="rId%d"%s/>`, i+1, i+1, i+1, state)
		fmt.Fprintf(&rels, `<Relationship Id="rId%d" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet%d.xml"/>`, i+1, i+1)
		fmt.Fprintf(&types, `<Override PartName="/xl/worksheets/sheet%d.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>`, i+1)
		put(fmt.Sprintf("xl/worksheets/sheet%d.xml", i+1), `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">`+s+`</worksheet>`)
	}
	put("[Content_Types].xml", `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>`+types.String()+`</Types>`)
	put("_rels/.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>`)
	put("xl/workbook.xml", `<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>`+names.String()+`</sheets></workbook>`)
	put("xl/_rels/workbook.xml.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">`+rels.String()+`</Relationships>`)
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

const odd = `<sheetData>
<row r="1"><c r="A1" t="inlineStr"><is><t>no</t></is></c><c r="B1" t="inlineStr"><is><t>name</t></is></c><c r="C1" t="inlineStr"><is><t>county</t></is></c></row>
<row r="2"><c r="A2"><v>1</v></c><c r="B2"><f>A2&amp;"x"</f></c><c r="C2" t="inlineStr"><is><t>Voi</t></is></c></row>
<row r="3"><c r="A3"><v>2</v></c><c r="B3" t="e"><f>X1</f><v>#REF!</v></c></row>
<row r="5"><c r="A5"><v>3</v></c><c r="B5" t="str"><f>A5&amp;"x"</f><v>3x</v></c><c r="C5" t="str"><f>A9</f><v></v></c></row>
</sheetData><mergeCells count="1"><mergeCell ref="C2:C3"/></mergeCells>`

// What a formula has not worked out, an error, and the lower part of merged
// cells are told as what they are, not read as nothing or as a name.
func TestCellsWithoutAValueAreNamed(t *testing.T) {
	empty := `<sheetData></sheetData>`
	cover := `<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>Read me</t></is></c></row></sheetData>`
	for name, raw := range map[string][]byte{"alone": workbook(t, false, odd), "behind an empty one": workbook(t, false, empty, odd), "behind a cover": workbook(t, false, cover, odd), "behind a hidden one": workbook(t, true, odd, odd)} {
		src := Bytes("book", raw)
		if f, _, err := Detect(src, limits); f != XLSX || err != nil {
			t.Fatal(f, err)
		}
		s, err := Open(src, XLSX, "", limits)
		if err != nil {
			t.Fatal(name, err)
		}
		var got []string
		for {
			row, err := s.Next()
			if err != nil {
				t.Fatal(err)
			}
			if row == nil {
				break
			}
			line := fmt.Sprint(s.Line)
			for i := range row {
				line += fmt.Sprintf(" %q:%s", row[i], s.Wrong(i))
			}
			got = append(got, line)
		}
		s.Close()
		want := []string{`2 "1": "":formula_value "Voi":`, `3 "2": "#REF!":cell_error "":merged`, `5 "3": "3x": "":`}
		if !slices.Equal(got, want) || name == "behind a hidden one" && s.Name != "S2" {
			t.Errorf("%s: %s %q", name, s.Name, got)
		}
	}
}
