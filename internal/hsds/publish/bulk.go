package publish

import (
	"archive/zip"
	"bufio"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"time"

	"rufaa/internal/hsds"
)

// export answers /bulk: everything at once, as a zipped tabular data package,
// or with format=ndjson as one full service in a line. It is written while it
// is made and never stands in memory as a whole.
func (s *site) export(w http.ResponseWriter, r *http.Request) {
	values, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		s.fail(w, r, errMalformed)
		return
	}
	switch format := values.Get("format"); {
	case len(values) > 1 || len(values) == 1 && format == "":
		s.fail(w, r, wrong("query", "hsds.parameter.unknown", "known", "format"))
		return
	case format != "" && format != "datapackage" && format != "ndjson":
		s.fail(w, r, wrong("format", "hsds.parameter.bulk_format"))
		return
	}
	select {
	case s.bulk <- struct{}{}:
		defer func() { <-s.bulk }()
	default:
		s.fail(w, r, errBusy)
		return
	}
	snap, err := s.catalog.Snapshot(r.Context())
	if err != nil {
		s.fail(w, r, &unavailable{err})
		return
	}
	if values.Get("format") == "ndjson" {
		s.stream(w, r, snap, snap.serviceList, snap.serviceFull, &query{})
		return
	}
	if s.describeAs(w, r, "application/zip", snap.tag, snap.content.Modified) {
		return
	}
	w.Header().Set("Content-Disposition", `attachment; filename="hsds-`+hsds.Version+`.zip"`)
	if r.Method == http.MethodHead {
		return
	}
	if err := snap.WritePackage(r.Context(), w, s.Options); err != nil && r.Context().Err() == nil {
		s.Log.Error("hsds: export", "error", err.Error())
		panic(http.ErrAbortHandler) // the reader must not take half a file for a whole one
	}
}

// WritePackage writes the tabular form: a zip with one CSV per table that has
// rows, and datapackage.json that describes them. Cells are inert.
func (s *Snapshot) WritePackage(ctx context.Context, to io.Writer, o Options) error {
	tables, err := hsds.Tables()
	if err != nil {
		return err
	}
	z := zip.NewWriter(to)
	var written []hsds.Table
	for _, t := range tables {
		n, err := s.writeTable(ctx, z, t)
		if err != nil {
			return fmt.Errorf("package: %s: %w", t.Path, err)
		}
		if n > 0 {
			written = append(written, t)
		}
	}
	f, err := z.CreateHeader(entry("datapackage.json", s.content.Modified))
	if err != nil {
		return fmt.Errorf("package: %w", err)
	}
	enc := json.NewEncoder(f)
	enc.SetIndent("", "  ")
	if err := enc.Encode(packageOf(written, o, s.content.Modified)); err != nil {
		return fmt.Errorf("package: %w", err)
	}
	if err := z.Close(); err != nil {
		return fmt.Errorf("package: %w", err)
	}
	return nil
}

func entry(name string, at time.Time) *zip.FileHeader {
	return &zip.FileHeader{Name: name, Method: zip.Deflate, Modified: at}
}

// writeTable opens the file at its first row, so that empty tables leave none.
func (s *Snapshot) writeTable(ctx context.Context, z *zip.Writer, t hsds.Table) (n int, err error) {
	var buffered *bufio.Writer
	var out *csv.Writer
	var cells []string
	x := rows{content: &s.content, want: t.Kind, once: map[string]bool{}}
	x.emit = func(row any) error {
		if out == nil {
			f, err := z.CreateHeader(entry(t.Path, s.content.Modified))
			if err != nil {
				return err
			}
			buffered = bufio.NewWriterSize(f, 64<<10)
			out = csv.NewWriter(buffered)
			out.UseCRLF = true // RFC 4180
			for _, c := range t.Fields {
				cells = append(cells, c.Name)
			}
			if err := out.Write(cells); err != nil {
				return err
			}
		}
		if n++; n&1023 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		cells = hsds.AppendCells(cells[:0], row)
		return out.Write(cells)
	}
	if err := x.all(); err != nil || out == nil {
		return n, err
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return n, err
	}
	return n, buffered.Flush()
}
