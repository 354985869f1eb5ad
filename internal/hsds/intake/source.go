package intake

import (
	"archive/zip"
	"strings"

	"rufaa/internal/problem"
	"rufaa/internal/sheets"
)

// Source is a file to be read.
type Source = sheets.Source

// Bytes is a Source in memory.
func Bytes(name string, b []byte) Source { return sheets.Bytes(name, b) }

// Format is what a file turned out to be. Its name does not matter.
type Format = sheets.Format

const (
	JSON    = sheets.JSON // page, array, single or one item per line
	CSV     = sheets.CSV
	XLSX    = sheets.XLSX
	Package = Format("datapackage") // zipped tables of HSDS
)

// refuse is the error of a file that is not read at all.
func refuse(key string, args ...any) error {
	return &problem.Invalid{Fields: []problem.Field{{Name: "file", Key: key, Args: args}}}
}

// detect tells what a file is, an archive after it was weighed.
func detect(src Source, l Limits) (Format, *zip.Reader, error) {
	f, z, err := sheets.Detect(src, l.sheets())
	switch {
	case err != nil:
		return "", nil, err
	case f == sheets.Archive && isPackage(z):
		return Package, z, nil
	case f == sheets.Archive || f == sheets.Unknown:
		return "", nil, refuse("hsds.import.file_kind")
	}
	return f, z, nil
}

func isPackage(z *zip.Reader) bool {
	for _, f := range z.File {
		name := strings.ToLower(f.Name)
		if strings.HasSuffix(name, "datapackage.json") || strings.HasSuffix(name, "services.csv") || strings.HasSuffix(name, "organizations.csv") {
			return true
		}
	}
	return false
}

func openSheet(src Source, f Format, o Options) (*sheets.Sheet, error) {
	return sheets.Open(src, f, o.Sheet, o.Limits.sheets())
}

// sheets are the limits as far as reading a table of cells goes.
func (l Limits) sheets() sheets.Limits {
	return sheets.Limits{Bytes: l.Bytes, Unpacked: l.Unpacked, Ratio: l.Ratio, Files: l.Files, Columns: l.Columns, Cell: l.Cell, Row: l.Item}
}
