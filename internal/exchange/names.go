package exchange

import "strings"

// names puts a name into the standard's three fields. Names of the region are
// not a given name and a surname: many are a given name followed by the names of
// father and grandfather, in one order or another. The standard wants parts all
// the same, so the first word is the first name, the last the second name with
// the particle that belongs to it ("binti Ali", "wa Kamau", "ole Sankan"), and
// what stands between is the middle name. A single word is a first name and
// nothing is made up for the rest; the whole is never lost, because the parts in
// order give it back.
func names(whole string) map[Field]string {
	words := strings.Fields(whole)
	if len(words) == 0 {
		return nil
	}
	out := map[Field]string{"prs_FirstName": words[0]}
	rest := words[1:]
	if len(rest) == 0 {
		return out
	}
	cut := len(rest) - 1
	for cut > 0 && particles[strings.ToLower(rest[cut-1])] {
		cut--
	}
	out["prs_SecondName"] = strings.Join(rest[cut:], " ")
	if cut > 0 {
		out["prs_MiddleName"] = strings.Join(rest[:cut], " ")
	}
	return out
}

// particles belong to the word after them.
var particles = map[string]bool{"bin": true, "binti": true, "bint": true, "ibn": true, "wa": true, "arap": true, "ole": true,
	"al": true, "el": true, "abu": true, "umm": true, "ab": true, "de": true, "van": true}
