package intake

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"rufaa/internal/hsds"
	"rufaa/internal/problem"
)

// All agencies, numbers and places here are invented.

func terms(t testing.TB) *Terms {
	t.Helper()
	known, err := KnownTerms([]hsds.Term{
		{ID: "11111111-1111-5111-8111-111111111111", Code: "shelter", Name: "Shelter"},
		{ID: "22222222-2222-5222-8222-222222222222", Code: "legal", Name: "Legal aid"},
	})
	if err != nil {
		t.Fatal(err)
	}
	return known
}

func sample(t testing.TB, name string) []byte {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("..", "testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// readIt reads with the guessed mapping, as a person who changes nothing.
func readIt(t testing.TB, raw []byte, o Options) *Batch {
	t.Helper()
	if o.Source == "" {
		o.Source = "test"
	}
	src := Bytes("file", raw)
	p, err := Inspect(context.Background(), src, o)
	if err != nil {
		t.Fatal(err)
	}
	b, err := ReadAll(context.Background(), src, p.Mapping, o)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// brief tells problems as "row column key outcome".
func brief(list []RowProblem) string {
	out := []string{}
	for _, p := range list {
		out = append(out, strings.TrimSpace(fmt.Sprintf("%s %d %s %s %s", p.Table, p.Row, p.Column, strings.TrimPrefix(strings.TrimPrefix(p.Key, "hsds.import."), "sheet."), p.Outcome)))
	}
	return strings.Join(out, "\n")
}

// refusal is the key of a file that is not read at all.
func refusal(err error) string {
	var invalid *problem.Invalid
	if !errors.As(err, &invalid) {
		return fmt.Sprint(err)
	}
	return strings.TrimPrefix(strings.TrimPrefix(invalid.Fields[0].Key, "hsds.import."), "sheet.")
}

func archive(t testing.TB, files map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, text := range files {
		f, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func workbook(t testing.TB, rows ...[]any) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	for i, row := range rows {
		if err := f.SetSheetRow("Sheet1", fmt.Sprint("A", i+1), &row); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if _, err := f.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// conforming fails when a record would not keep the standard in strict mode.
func conforming(t testing.TB, c *hsds.Checker, r Record) {
	t.Helper()
	check := func(k hsds.Kind, v any) {
		raw, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Check(k, raw); err != nil {
			t.Fatalf("%v\n%s", err, raw)
		}
	}
	if r.Organization.Name != "" {
		check(hsds.OrganizationKind, r.Organization)
	}
	for _, s := range r.Services {
		check(hsds.ServiceKind, s)
	}
	for _, l := range r.Locations {
		check(hsds.LocationKind, l)
	}
	for _, a := range r.AtLocations {
		check(hsds.AtLocationKind, a)
	}
}

func strict(t testing.TB) *hsds.Checker {
	t.Helper()
	c, err := hsds.NewChecker(hsds.Strict)
	if err != nil {
		t.Fatal(err)
	}
	return c
}
