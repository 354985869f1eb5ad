package hashlist

import (
	"errors"
	"io"
	"strings"
)

// longest is how long a text of a list or a report may be, in bytes: a path
// fits, a picture does not.
const longest = 2048

// errShows says that a field may carry a picture. The reading ends there.
var errShows = errors.New("hashlist: a field may carry a picture")

// pictures are how the formats of pictures and films begin when they are
// written as base64 or hexadecimal.
var pictures = []string{"/9j/", "iVBORw0KGgo", "R0lGODdh", "R0lGODlh", "UklGR", "AAAAIGZ0eX", "AAAAHGZ0eX", "AAAAGGZ0eX", "SUkqA", "TU0AK", "GkXfo",
	"ffd8ff", "FFD8FF", "89504e47", "89504E47", "47494638"}

// mayShow tells whether a text is long enough, or looks, to carry a picture.
func mayShow(s string) bool {
	if len(s) > longest || strings.HasPrefix(strings.ToLower(s[:min(len(s), 5)]), "data:") {
		return true
	}
	if len(s) < 72 { // a digest, a name: no picture is so small
		return false
	}
	for _, p := range pictures {
		if strings.HasPrefix(s, p) {
			return true
		}
	}
	return false
}

// shortStrings reads JSON and stops before a string grows longer than a picture
// could hide in: the decoder would gather it in memory first.
type shortStrings struct {
	r       io.Reader
	inside  bool
	escaped bool
	length  int
}

func (s *shortStrings) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	for _, b := range p[:n] {
		switch {
		case !s.inside:
			s.inside, s.length = b == '"', 0
		case s.escaped:
			s.escaped = false
		case b == '\\':
			s.escaped = true
		case b == '"':
			s.inside = false
		}
		if s.length++; s.inside && s.length > 6*longest { // six bytes for a letter that is escaped
			return 0, errShows
		}
	}
	return n, err
}
