package ledger

// What tests of the bytes themselves need.
var (
	Canonical      = canonical
	CheckCanonical = checkCanonical
	ParseBody      = parseBody
)

// AppendBody gives an event's canonical bytes.
func (e *Event) AppendBody(b []byte) []byte { return e.appendBody(b) }
