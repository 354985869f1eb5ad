package office

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"

	"rufaa/internal/bundle"
	"rufaa/internal/caseuco"
	"rufaa/internal/exhibit"
	"rufaa/internal/ledger"
)

// What is typed in a hurry into a field for a number could be somebody's name, and
// stands in the record in the clear. Where nobody opens who she is, so that nothing
// can be masked, only what is plainly a number goes.

// numbered is a number as printers of seals and laboratories make it: figures, with
// letters that no name is made of (none is a vowel), or two letters and three figures.
var numbered = regexp.MustCompile(`^(?:[B-DF-HJ-NP-TV-XZ]{0,4}[-/ ]?[0-9][0-9/-]*|[A-Z]{1,2}-?[0-9]{3}[0-9-]*)$`)

// callSign is what vehicles, rooms, boxes and marks are called: one of a few words, or
// a plate's letters, and figures.
var callSign = regexp.MustCompile(`^(?i:(?:[b-df-hj-np-tv-xz]{0,4}|[a-z]|room|van|car|bus|cell|hall|unit|box|bag|shelf|gari|basi|chumba) ?[0-9]+ ?[a-z]?|k[a-z]{2} ?[0-9]{3}[a-z]|[a-z])$`)

// versioned is a tool with its version, "Exiv 0.28", and no sentence about it.
var versioned = regexp.MustCompile(`^[\p{L}\p{N}.+_-]+(?: [\p{L}\p{N}.+_-]+){0,3}[ /]v?[0-9]{1,4}(?:\.[0-9]{1,4}){0,3}$`)

// isPlain tells whether a code says nothing of anybody. A number as long as that of a
// telephone could be one.
func isPlain(code string) bool {
	figures := len(strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, code))
	return figures < 9 && (numbered.MatchString(code) || callSign.MatchString(code))
}

// codes are the fields of events that hold such words in the clear.
var codes = map[string][]string{
	"exhibit.": {"seal", "new_seal", "shelf", "container", "vehicle", "reference", "order"},
	"scene.":   {"name", "code", "record"},
	"file.":    {"tool"},
}

// oddCodes are those in a dossier's histories that are not plain.
func oddCodes(d *bundle.Dossier) (out []string) {
	for _, s := range d.Streams {
		for _, p := range s.Proofs {
			e, err := ledger.ReadBody(p.Body)
			if err != nil {
				continue // Prepare tells of it
			}
			for prefix, fields := range codes {
				if strings.HasPrefix(e.Kind, prefix) {
					out = oddIn(out, e.Payload, fields)
				}
			}
		}
	}
	return out
}

func oddIn(out []string, payload []byte, fields []string) []string {
	var v any
	_ = json.Unmarshal(payload, &v) // what is no JSON goes to nobody
	var walk func(any)
	walk = func(v any) {
		switch v := v.(type) {
		case []any:
			for _, x := range v {
				walk(x)
			}
		case map[string]any:
			for name, x := range v {
				if said, ok := x.(string); ok && said != "" && slices.Contains(fields, name) && !isPlain(said) && !versioned.MatchString(said) && !strings.HasPrefix(said, "rv1.") {
					out = append(out, said)
				}
				walk(x)
			}
		}
	}
	walk(v)
	return out
}

// oddSeals are the seals of an exhibit that are no plain numbers.
func oddSeals(f *exhibit.Full) (out []string) {
	add := func(seal string) {
		if seal != "" && !isPlain(seal) {
			out = append(out, seal)
		}
	}
	for i := range f.Chain.Events {
		e := &f.Chain.Events[i]
		add(e.By.Seal)
		add(e.NewSeal)
		if e.Received != nil {
			add(e.Received.Seal)
		}
	}
	return out
}

// exportedTool names a tool in the export, where it is plainly one.
func exportedTool(said string) caseuco.Tool {
	if !versioned.MatchString(said) {
		return caseuco.Tool{}
	}
	return caseuco.Tool{Name: said}
}
