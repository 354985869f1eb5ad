package intake

import (
	"context"

	"rufaa/internal/hsds"
)

// Record is one organisation with some of its services, flat: services refer
// to it by OrganizationID, AtLocations link services and locations. A sheet
// gives one record per row, so an organisation comes as often as it has rows.
//
// Every id is stable: the same file read again gives the same ids. An
// Organization without a name is only referred to; it comes elsewhere or is
// known already.
type Record struct {
	Key string // source and the organisation's id there
	Row int    // where it stands; see RowProblem

	Organization hsds.Organization
	Services     []hsds.Service
	Locations    []hsds.Location
	AtLocations  []hsds.ServiceAtLocation

	concealed []string // ids of locations that were taken away
}

// Outcome is what happened to a row with a problem.
type Outcome string

const (
	Refused Outcome = "refused"  // the row is not given on
	LeftOut Outcome = "left_out" // the row is given on without the value
	Warning Outcome = "warning"  // the row is given on as it is
)

// RowProblem is one thing wrong. It never holds a value of the file.
type RowProblem struct {
	Table   string // file of a data package or sheet of a workbook, else ""
	Row     int    // as a spreadsheet counts: the header is 1; of JSON the item, from 1; 0 the whole file
	Column  string // heading, or path in a JSON item
	Key     string // text key of what is wrong
	Args    []any  // name, value, … for the texts
	Remedy  string // text key of what to do
	Outcome Outcome
}

// Report is what Read found.
type Report struct {
	Rows     int // read, without headers and empty rows
	Records  int // given on
	Refused  int // rows with at least one problem that refuses
	Problems []RowProblem
	More     int // problems that did not fit into Problems (Limits.Problems)

	// Concealed are the ids of locations that some row, good or bad, calls
	// confidential. Another row may tell where they are without knowing it.
	Concealed []string
}

// Batch is everything at once, for files that are known to be small.
type Batch struct {
	Records  []Record
	Problems []RowProblem
	Report   Report
}

// ReadAll is Read into memory.
func ReadAll(ctx context.Context, src Source, m Mapping, o Options) (*Batch, error) {
	b := &Batch{}
	report, err := Read(ctx, src, m, o, func(r Record) error {
		b.Records = append(b.Records, r)
		return nil
	})
	if err != nil {
		return nil, err
	}
	b.Problems, b.Report = report.Problems, *report
	return b, nil
}
