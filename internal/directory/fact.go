package directory

// Fact is something that is so, is not so, or is not known. The zero value is
// not known.
type Fact string

// The three values.
const (
	NotKnown Fact = ""
	Yes      Fact = "yes"
	No       Fact = "no"
)

// Of turns a certain answer into a Fact.
func Of(b bool) Fact {
	if b {
		return Yes
	}
	return No
}

// Known tells whether somebody has said yes or no.
func (f Fact) Known() bool { return f != NotKnown }

// And is no as soon as one is no, yes when both are, else not known.
func (f Fact) And(g Fact) Fact {
	switch {
	case f == No || g == No:
		return No
	case f == Yes && g == Yes:
		return Yes
	}
	return NotKnown
}

// Or is yes as soon as one is yes, no when both are, else not known.
func (f Fact) Or(g Fact) Fact {
	switch {
	case f == Yes || g == Yes:
		return Yes
	case f == No && g == No:
		return No
	}
	return NotKnown
}

func validFact(s string) bool { return s == "yes" || s == "no" }
