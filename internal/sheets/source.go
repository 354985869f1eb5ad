package sheets

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

// The formats that are told apart here. Text that begins like JSON is JSON and
// left to whoever reads JSON; an archive that is no workbook likewise.
const (
	CSV     Format = "csv"
	XLSX    Format = "xlsx"
	JSON    Format = "json"
	Archive Format = "archive"
	Unknown Format = ""
)

// Limits bound what a file may cost.
type Limits struct {
	Bytes    int64 // of the file
	Unpacked int64 // of everything in an archive
	Ratio    int64 // unpacked to packed, of one file in an archive over 1 MiB
	Files    int   // in an archive
	Columns  int
	Cell     int   // bytes
	Row      int64 // bytes of one CSV row
}

// Refuse is the error of a file that is not read at all; name is a key of
// content/text/sheet.* without its prefix.
func Refuse(name string, args ...any) error {
	return &problem.Invalid{Fields: []problem.Field{{Name: "file", Key: "sheet." + name, Args: args}}}
}

// Detect looks at the first bytes. An archive is weighed before anything in it
// is unpacked, and given open. Unknown is a file of another kind.
func Detect(src Source, l Limits) (Format, *zip.Reader, error) {
	if src.Size <= 0 {
		return Unknown, nil, Refuse("file_empty")
	}
	if src.Size > l.Bytes {
		return Unknown, nil, Refuse("file_large", "max", int(l.Bytes>>20))
	}
	head := make([]byte, min(src.Size, 4096))
	if _, err := src.Data.ReadAt(head, 0); err != nil && !errors.Is(err, io.EOF) {
		return Unknown, nil, fmt.Errorf("read %d bytes: %w", len(head), err)
	}
	switch {
	case bytes.HasPrefix(head, []byte("PK")):
		return detectArchive(src, l)
	case bytes.HasPrefix(head, []byte("\xd0\xcf\x11\xe0")): // the old binary workbook, or one with a password
		return Unknown, nil, Refuse("file_old_workbook")
	}
	text := bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n")
	if len(text) == 0 {
		return Unknown, nil, Refuse("file_empty")
	}
	if text[0] == '{' || text[0] == '[' {
		return JSON, nil, nil
	}
	if text[0] == '<' || bytes.HasPrefix(text, []byte("%PDF-")) { // a page saved under a spreadsheet's name, a printed list
		return Unknown, nil, nil
	}
	if bytes.IndexByte(head, 0) >= 0 && !isUTF16(head) {
		if _, ok := unmarked(head); !ok {
			return Unknown, nil, nil
		}
	}
	return CSV, nil, nil
}

func isUTF16(head []byte) bool {
	return bytes.HasPrefix(head, []byte("\xff\xfe")) || bytes.HasPrefix(head, []byte("\xfe\xff"))
}

func detectArchive(src Source, l Limits) (Format, *zip.Reader, error) {
	z, err := zip.NewReader(src.Data, src.Size)
	if err != nil {
		return Unknown, nil, Refuse("file_broken")
	}
	if err := weigh(z, l); err != nil {
		return Unknown, nil, err
	}
	for _, f := range z.File {
		if strings.EqualFold(f.Name, "xl/workbook.xml") {
			return XLSX, z, nil
		}
	}
	return Archive, z, nil
}

// smallEntry is what may have any ratio: nothing of this size hurts. Bytes.
const smallEntry = 1 << 20

// weigh refuses an archive that would unpack to too much. It first believes
// what the directory says, then counts what really comes out, keeping nothing.
func weigh(z *zip.Reader, l Limits) error {
	if len(z.File) > l.Files {
		return Refuse("archive_files", "max", l.Files)
	}
	var sum uint64
	for _, f := range z.File {
		sum += f.UncompressedSize64
		if sum > uint64(l.Unpacked) || f.UncompressedSize64 > uint64(l.Unpacked) || heavy(f.UncompressedSize64, f.CompressedSize64, l) {
			return Refuse("archive_bomb")
		}
	}
	left := l.Unpacked
	for _, f := range z.File {
		n, err := comesOut(f, left)
		if err != nil {
			return err
		}
		if left -= n; left < 0 || heavy(uint64(n), f.CompressedSize64, l) {
			return Refuse("archive_bomb")
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
		return 0, Refuse("archive_locked")
	}
	r, err := f.Open()
	if err != nil {
		return 0, Refuse("file_broken")
	}
	defer r.Close()
	// A directory that lies makes Read fail after the size it told.
	most := min(left, int64(f.UncompressedSize64)) + 1
	n, err := io.Copy(io.Discard, io.LimitReader(r, most))
	if err != nil && !errors.Is(err, zip.ErrChecksum) {
		return n, Refuse("file_broken")
	}
	if n == most {
		return n, Refuse("archive_bomb")
	}
	return n, nil
}
