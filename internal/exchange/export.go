package exchange

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"rufaa/internal/casefile"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
	"rufaa/internal/vault"
)

// Formats in which cases leave.
var Formats = []string{"xlsx", "json"}

// Most is how many cases one export may hold.
const Most = 5000

// Record is one case in the fields of the standard.
type Record struct {
	Reference string           `json:"reference"`
	Fields    map[Field]string `json:"fields"`
	// LeftOut tells which compartments stayed shut and by which rule.
	LeftOut map[string]string `json:"left_out,omitempty"`
}

// File is a whole export.
type File struct {
	Standard string    `json:"standard"`
	At       time.Time `json:"at"`
	Named    bool      `json:"named"` // names and numbers were asked for
	Cases    []Record  `json:"cases"`
}

// Exporter reads cases for one realm.
type Exporter struct {
	Cases *casefile.Cases
	Now   func() time.Time
	// KindOf gives the kind of an agency (vocabulary agency-kinds).
	KindOf func(agency string) string
}

// Case exports one case. It is noted in the ledger before anything is read.
func (x *Exporter) Case(ctx context.Context, who realm.Actor, id string, named bool) (*Record, error) {
	if _, err := x.Cases.Do(ctx, who, id, casefile.Order{}, &casefile.Export{Named: named}); err != nil {
		return nil, err
	}
	f, err := x.Cases.View(ctx, who, id)
	if err != nil {
		return nil, err
	}
	r := &Record{Reference: f.Row.Ref, Fields: plain(f, x.KindOf, x.Now()), LeftOut: map[string]string{}}
	if !named {
		return r, nil
	}
	for _, comp := range []vault.Compartment{vault.Identity, vault.Immigration} {
		if err := x.open(ctx, who, id, comp, r, f.State.Subject().ID); err != nil {
			return nil, err
		}
	}
	return r, nil
}

func (x *Exporter) open(ctx context.Context, who realm.Actor, id string, comp vault.Compartment, r *Record, subject string) error {
	o, err := x.Cases.Open(ctx, who, id, comp, "assistance")
	var denied *problem.Denied
	switch {
	case errors.As(err, &denied):
		r.LeftOut[string(comp)] = denied.Rule
		return nil
	case err != nil:
		return err
	}
	for i, it := range o.Items {
		name, ok := sealed[it.Label]
		if !ok || it.Person != subject || vault.IsErased(o.Texts[i]) || strings.HasPrefix(o.Texts[i], "~") {
			continue
		}
		text := o.Texts[i]
		if name == "prs_FirstName" {
			maps.Copy(r.Fields, names(text))
			continue
		}
		if name == "prs_Citizenship" {
			text = strings.ToUpper(text)
		}
		r.Fields[name] = text
	}
	return nil
}

// Mine exports every open case that the person manages, up to Most.
func (x *Exporter) Mine(ctx context.Context, who realm.Actor, named bool) (*File, error) {
	out := &File{Standard: "HTCDS 2.0", At: x.Now().UTC(), Named: named, Cases: []Record{}}
	after := ""
	for {
		page, err := x.Cases.Worklist(ctx, who, casefile.Mine, after, 100)
		if err != nil {
			return nil, err
		}
		for i := range page.Rows {
			f, err := x.Cases.View(ctx, who, page.Rows[i].ID)
			if err != nil || !f.Can(policy.CaseExport) {
				continue // on the team, but not the one who answers for it
			}
			r, err := x.Case(ctx, who, page.Rows[i].ID, named)
			if err != nil {
				return nil, err
			}
			out.Cases = append(out.Cases, *r)
			if len(out.Cases) == Most {
				return out, nil
			}
		}
		if after = page.Next; after == "" {
			return out, nil
		}
	}
}

// Several exports the cases that were chosen; one that is not the person's to
// hand out refuses all of them, before any is noted.
func (x *Exporter) Several(ctx context.Context, who realm.Actor, ids []string, named bool) (*File, error) {
	if len(ids) > Most {
		return nil, &problem.Invalid{Fields: []problem.Field{{Name: "cases", Key: "common.error.too_many", Args: []any{"max", Most}}}}
	}
	ids = slices.Compact(slices.Sorted(slices.Values(ids)))
	for _, id := range ids {
		if _, err := x.Cases.Admitted(ctx, who, id, policy.CaseExport); err != nil {
			return nil, err
		}
	}
	out := &File{Standard: "HTCDS 2.0", At: x.Now().UTC(), Named: named, Cases: []Record{}}
	for _, id := range ids {
		r, err := x.Case(ctx, who, id, named)
		if err != nil {
			return nil, err
		}
		out.Cases = append(out.Cases, *r)
	}
	return out, nil
}

// Write writes an export in one of Formats.
func (f *File) Write(w io.Writer, format string) error {
	if format == "json" {
		e := json.NewEncoder(w)
		e.SetIndent("", "  ")
		return e.Encode(f)
	}
	return f.sheet(w)
}

// sheet writes a workbook: the cases, and what was left out. Every cell is a
// text, so that nothing in it is ever a formula.
func (f *File) sheet(w io.Writer) (err error) {
	book := excelize.NewFile()
	defer func() { err = errors.Join(err, book.Close()) }()
	const cases, left = "HTCDS", "Left out"
	if err := book.SetSheetName("Sheet1", cases); err != nil {
		return fmt.Errorf("exchange: %w", err)
	}
	if _, err := book.NewSheet(left); err != nil {
		return fmt.Errorf("exchange: %w", err)
	}
	head := []string{reference}
	for _, name := range Fields {
		head = append(head, string(name))
	}
	rows, notes := [][]string{head}, [][]string{{reference, "compartment", "rule"}}
	for i := range f.Cases {
		c := &f.Cases[i]
		row := []string{c.Reference}
		for _, name := range Fields {
			row = append(row, c.Fields[name])
		}
		rows = append(rows, row)
		for _, comp := range []string{"identity", "immigration"} {
			if rule := c.LeftOut[comp]; rule != "" {
				notes = append(notes, []string{c.Reference, comp, rule})
			}
		}
	}
	if err := errors.Join(fill(book, cases, rows), fill(book, left, notes)); err != nil {
		return fmt.Errorf("exchange: %w", err)
	}
	return book.Write(w)
}

func fill(book *excelize.File, sheet string, rows [][]string) error {
	for r, row := range rows {
		for c, text := range row {
			at, err := excelize.CoordinatesToCellName(c+1, r+1)
			if err != nil {
				return err
			}
			if err := book.SetCellStr(sheet, at, text); err != nil {
				return err
			}
		}
	}
	return nil
}
