package intake

import (
	"archive/zip"
	"context"
	"crypto/sha256"
	"fmt"

	"rufaa/internal/hsds"
	"rufaa/internal/sheets"
)

// Preview is what a file looks like before it is read.
type Preview struct {
	Format  Format
	Sheets  []string   // of a workbook
	Columns []string   // of a sheet; JSON and data packages need no mapping
	Mapping Mapping    // a guess, for a person to change
	Sample  [][]string // the first rows, for the person; shown, never kept
}

// sampleRows is how many rows a Preview shows.
const sampleRows = 5

// Inspect looks at a file. Its error is a *problem.Invalid when the file is not
// read at all, with what to do instead.
func Inspect(ctx context.Context, src Source, o Options) (*Preview, error) {
	o = o.complete()
	format, _, err := detect(src, o.Limits)
	if err != nil {
		return nil, err
	}
	p := &Preview{Format: format}
	if format == JSON || format == Package {
		return p, nil
	}
	s, err := openSheet(src, format, o)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	p.Sheets, p.Columns, p.Mapping = s.Sheets(), s.Columns, Guess(s.Columns)
	for len(p.Sample) < sampleRows && ctx.Err() == nil {
		row, err := s.Next()
		if row == nil && err == nil {
			break
		}
		if err != nil {
			continue // Read will name it
		}
		p.Sample = append(p.Sample, row)
	}
	return p, nil
}

// Read gives every good record to each, in the order of the file, and reports
// the rest. Without storing in each it is the dry run. A mapping is needed for
// sheets only. Its error is a *problem.Invalid for a file or mapping that
// cannot be read at all, or what each or ctx returned; then nothing should be
// stored.
func Read(ctx context.Context, src Source, m Mapping, o Options, each func(Record) error) (*Report, error) {
	o = o.complete()
	format, z, err := detect(src, o.Limits)
	if err != nil {
		return nil, err
	}
	in := &intake{Options: o, ctx: ctx, each: each, report: &Report{}, seen: map[[16]byte]int32{},
		ids: hsds.NewIDs("import/" + o.Source)}
	if err := in.read(format, z, src, m); err != nil {
		return nil, err
	}
	return in.report, nil
}

// intake is one run of Read.
type intake struct {
	Options
	ctx    context.Context
	each   func(Record) error
	report *Report
	ids    hsds.IDs
	seen   map[[16]byte]int32 // what came already, and in which row
}

func (in *intake) read(format Format, z *zip.Reader, src Source, m Mapping) error {
	switch format {
	case JSON:
		return in.readJSON(src)
	case Package:
		return in.readPackage(z)
	}
	return in.readSheet(src, format, m)
}

// row counts one row and stops a run that has become too long.
func (in *intake) row() error {
	in.report.Rows++
	if in.report.Rows > in.Limits.Rows {
		return sheets.Refuse("file_rows", "max", in.Limits.Rows)
	}
	if in.report.Rows&255 == 0 {
		return in.ctx.Err()
	}
	return nil
}

// note keeps the findings of a row and tells whether one of them refuses it.
func (in *intake) note(table string, row int, list []finding) (refused bool) {
	for _, f := range list {
		refused = refused || f.outcome == Refused
		if len(in.report.Problems) >= in.Limits.Problems {
			in.report.More++
			continue
		}
		in.report.Problems = append(in.report.Problems, RowProblem{Table: table, Row: row, Column: f.column,
			Key: f.key, Args: f.args, Remedy: f.key + ".remedy", Outcome: f.outcome})
	}
	if refused {
		in.report.Refused++
	}
	return refused
}

// conceal remembers places that a row calls confidential, also when the row is
// refused for something else.
func (in *intake) conceal(r *Record) {
	in.report.Concealed = append(in.report.Concealed, r.concealed...)
}

// give hands a record on.
func (in *intake) give(r Record) error {
	in.report.Records++
	if err := in.each(r); err != nil {
		return fmt.Errorf("row %d: %w", r.Row, err)
	}
	return nil
}

// first tells whether a thing comes for the first time; before is the row in
// which it came last. What comes again is given on again with a warning: it has
// the same ids, so that the later one stands. Hashes keep the memory of a long file small.
func (in *intake) first(row int, thing string) (before int, ok bool) {
	sum := sha256.Sum256([]byte(thing))
	k := [16]byte(sum[:16])
	was, there := in.seen[k]
	in.seen[k] = int32(row)
	return int(was), !there
}
