package intake

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"rufaa/internal/problem"
)

// Source is a file to be read: an *os.File, a multipart.File, a bytes.Reader.
type Source struct {
	Name string // what the person calls it, for the log of imports
	Data io.ReaderAt
	Size int64 // bytes
}

// Bytes is a Source in memory.
func Bytes(name string, b []byte) Source {
	return Source{Name: name, Data: bytes.NewReader(b), Size: int64(len(b))}
}

// Format is what a file turned out to be. Its name does not matter.
type Format string

const (
	JSON    Format = "json" // page, array, single or one item per line
	CSV     Format = "csv"
	XLSX    Format = "xlsx"
	Package Format = "datapackage" // zipped tables of HSDS
)

// refuse is the error of a file that is not read at all.
func refuse(key string, args ...any) error {
	return &problem.Invalid{Fields: []problem.Field{{Name: "file", Key: key, Args: args}}}
}

// detect looks at the first bytes. An archive is weighed before anything in it
// is unpacked.
func detect(src Source, l Limits) (Format, *zip.Reader, error) {
	if src.Size <= 0 {
		return "", nil, refuse("hsds.import.file_empty")
	}
	if src.Size > l.Bytes {
		return "", nil, refuse("hsds.import.file_large", "max", int(l.Bytes>>20))
	}
	head := make([]byte, min(src.Size, 4096))
	if _, err := src.Data.ReadAt(head, 0); err != nil && !errors.Is(err, io.EOF) {
		return "", nil, fmt.Errorf("read %d bytes: %w", len(head), err)
	}
	switch {
	case bytes.HasPrefix(head, []byte("PK")):
		return detectArchive(src, l)
	case bytes.HasPrefix(head, []byte("\xd0\xcf\x11\xe0")): // the old binary workbook, or one with a password
		return "", nil, refuse("hsds.import.file_old_workbook")
	}
	text := bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n")
	if len(text) == 0 {
		return "", nil, refuse("hsds.import.file_empty")
	}
	if text[0] == '{' || text[0] == '[' {
		return JSON, nil, nil
	}
	if bytes.IndexByte(head, 0) >= 0 && !isUTF16(head) {
		return "", nil, refuse("hsds.import.file_kind")
	}
	return CSV, nil, nil
}

func isUTF16(head []byte) bool {
	return bytes.HasPrefix(head, []byte("\xff\xfe")) || bytes.HasPrefix(head, []byte("\xfe\xff"))
}

func detectArchive(src Source, l Limits) (Format, *zip.Reader, error) {
	z, err := zip.NewReader(src.Data, src.Size)
	if err != nil {
		return "", nil, refuse("hsds.import.file_broken")
	}
	if err := weigh(z, l); err != nil {
		return "", nil, err
	}
	for _, f := range z.File {
		switch name := strings.ToLower(f.Name); {
		case name == "xl/workbook.xml":
			return XLSX, z, nil
		case strings.HasSuffix(name, "datapackage.json"), strings.HasSuffix(name, "services.csv"), strings.HasSuffix(name, "organizations.csv"):
			return Package, z, nil
		}
	}
	return "", nil, refuse("hsds.import.file_kind")
}

// smallEntry is what may have any ratio: nothing of this size hurts. Bytes.
const smallEntry = 1 << 20

// weigh refuses an archive that would unpack to too much. It first believes
// what the directory says, then counts what really comes out, keeping nothing.
func weigh(z *zip.Reader, l Limits) error {
	if len(z.File) > l.Files {
		return refuse("hsds.import.archive_files", "max", l.Files)
	}
	var sum uint64
	for _, f := range z.File {
		sum += f.UncompressedSize64
		if sum > uint64(l.Unpacked) || f.UncompressedSize64 > uint64(l.Unpacked) || heavy(f.UncompressedSize64, f.CompressedSize64, l) {
			return refuse("hsds.import.archive_bomb")
		}
	}
	left := l.Unpacked
	for _, f := range z.File {
		n, err := comesOut(f, left)
		if err != nil {
			return err
		}
		if left -= n; left < 0 || heavy(uint64(n), f.CompressedSize64, l) {
			return refuse("hsds.import.archive_bomb")
		}
	}
	return nil
}

func heavy(unpacked, packed uint64, l Limits) bool {
	return unpacked > smallEntry && unpacked/max(packed, 1) > uint64(l.Ratio)
}

// comesOut counts what one file unpacks to, and stops at one byte too many.
func comesOut(f *zip.File, left int64) (int64, error) {
	if f.Flags&1 != 0 {
		return 0, refuse("hsds.import.archive_locked")
	}
	r, err := f.Open()
	if err != nil {
		return 0, refuse("hsds.import.file_broken")
	}
	defer r.Close()
	// A directory that lies makes Read fail after the size it told.
	most := min(left, int64(f.UncompressedSize64)) + 1
	n, err := io.Copy(io.Discard, io.LimitReader(r, most))
	if err != nil && !errors.Is(err, zip.ErrChecksum) {
		return n, refuse("hsds.import.file_broken")
	}
	if n == most {
		return n, refuse("hsds.import.archive_bomb")
	}
	return n, nil
}
