package caselist

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"

	"rufaa/internal/hsds"
	"rufaa/internal/text"
)

// WriteBad writes the rows that were not taken as they stand in the file, each
// with the reason before it, so that they can be mended and sent again. No
// cell is a formula. It holds what the list holds, and is for the person who
// brought it.
func WriteBad(w io.Writer, l *text.Lang, o *Outcome) error {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return fmt.Errorf("caselist: report: %w", err)
	}
	out := csv.NewWriter(w)
	out.UseCRLF = true
	write := func(row ...string) error {
		for i := range row {
			row[i] = hsds.Inert(row[i])
		}
		return out.Write(row)
	}
	if err := write(append([]string{l.T("caselist.col.why"), l.T("caselist.col.row")}, o.Columns...)...); err != nil {
		return err
	}
	for i := range o.Bad {
		b := &o.Bad[i]
		var why []string
		for k := range b.Why {
			why = append(why, Told(l, &b.Why[k]))
		}
		if err := write(append([]string{strings.Join(why, " "), strconv.Itoa(b.Row)}, b.Cells...)...); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// Told is a problem in words, with the column it is about and what to do.
func Told(l *text.Lang, p *Problem) string {
	parts := []string{l.T(p.Key, p.Args...)}
	if p.Column != "" {
		parts[0] = p.Column + ": " + parts[0]
	}
	if l.Has(p.Key + ".remedy") {
		parts = append(parts, l.T(p.Key+".remedy", p.Args...))
	}
	if p.Case != "" {
		parts = append(parts, p.Case)
	}
	return strings.Join(parts, " ")
}
