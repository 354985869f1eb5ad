package sheets

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// How a CSV was read that is in no Unicode; names of content/text/sheet.*.
const (
	readWindows   = "read_windows"
	readMacintosh = "read_macintosh"
)

// letters gives a CSV in UTF-8, and how it was read where that is a guess: the
// name of content/text/sheet.read_*. Spreadsheet programs save CSV in the
// letters of the computer they stand on and write nowhere which these are.
// Head is how the file begins.
func letters(src Source, head []byte) (text io.Reader, readAs string, err error) {
	whole := func() io.Reader { return io.NewSectionReader(src.Data, 0, src.Size) }
	if order, ok := unmarked(head); ok {
		return unicode.UTF16(order, unicode.IgnoreBOM).NewDecoder().Reader(whole()), "", nil
	}
	marked := transform.NewReader(whole(), unicode.BOMOverride(transform.Nop))
	if isUTF16(head) || bytes.HasPrefix(head, []byte("\xef\xbb\xbf")) {
		return marked, "", nil
	}
	utf8, err := isUTF8(whole())
	if err != nil || utf8 {
		return marked, "", err
	}
	from, readAs := encoding.Encoding(charmap.Windows1252), readWindows
	if oldLines(head) {
		from, readAs = charmap.Macintosh, readMacintosh
	}
	return from.NewDecoder().Reader(whole()), readAs, nil
}

// isUTF8 tells whether no fewer letters beyond ASCII are right in UTF-8 than wrong:
// a list with a damaged row stays what it is. In other letters hardly two of
// them stand beside each other as UTF-8 would have them.
func isUTF8(r io.Reader) (bool, error) {
	in, right, wrong := bufio.NewReaderSize(r, 64<<10), 0, 0
	for {
		switch c, n, err := in.ReadRune(); {
		case errors.Is(err, io.EOF):
			return right >= wrong, nil
		case err != nil:
			return false, err
		case n > 1:
			right++
		case c == utf8.RuneError:
			wrong++
		}
	}
}

// unmarked tells UTF-16 without its mark: every second byte of Latin text is
// nought, and none of the others is.
func unmarked(head []byte) (unicode.Endianness, bool) {
	var noughts [2]int
	for i, c := range head {
		if c == 0 {
			noughts[i%2]++
		}
	}
	switch n := len(head) / 2; {
	case len(head) < 8 || isUTF16(head):
	case noughts[0] == 0 && noughts[1] > n/2:
		return unicode.LittleEndian, true
	case noughts[1] == 0 && noughts[0] > n/2:
		return unicode.BigEndian, true
	}
	return unicode.LittleEndian, false
}

// oldLines tells lines that end in a carriage return alone.
func oldLines(head []byte) bool {
	return bytes.IndexByte(head, '\n') < 0 && bytes.IndexByte(head, '\r') >= 0
}
