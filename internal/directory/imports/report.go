package imports

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"

	"rufaa/internal/hsds"
	"rufaa/internal/hsds/intake"
	"rufaa/internal/text"
)

// WriteProblems writes the problems of an import as a sheet, for whoever mends
// the file. It holds no value of the file; cells are inert.
func WriteProblems(w io.Writer, l *text.Lang, o *Outcome) error {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return fmt.Errorf("imports: report: %w", err)
	}
	out := csv.NewWriter(w)
	out.UseCRLF = true
	rows := [][]string{{l.T("keeping.import.col.table"), l.T("keeping.import.col.row"), l.T("keeping.import.col.column"), l.T("keeping.import.col.outcome"),
		l.T("keeping.import.col.problem"), l.T("keeping.import.col.remedy")}}
	for i := range o.Problems {
		p := &o.Problems[i]
		rows = append(rows, []string{p.Table, strconv.Itoa(p.Row), p.Column, l.T("keeping.outcome." + string(p.Outcome)), l.T(p.Key, p.Args...), Remedy(l, p)})
	}
	for _, row := range rows {
		for i := range row {
			row[i] = hsds.Inert(row[i])
		}
		if err := out.Write(row); err != nil {
			return fmt.Errorf("imports: report: %w", err)
		}
	}
	out.Flush()
	return out.Error()
}

// Remedy is what to do about a problem; "" where its text says that itself.
func Remedy(l *text.Lang, p *intake.RowProblem) string {
	if p.Remedy == "" {
		return ""
	}
	return l.T(p.Remedy, p.Args...)
}
