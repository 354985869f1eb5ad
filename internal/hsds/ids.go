package hsds

import "github.com/google/uuid"

// namespace is the root of all UUIDs made here. It must never change: every
// published id and every import hangs on it.
var namespace = uuid.MustParse("5b1f7a52-6d0e-5c0b-9a53-3f6f0f8b7c21")

// IDs derives UUIDs (RFC 9562, version 5) from ids of one source: ourselves, or
// somebody whose file is read. The same source, kind and id always give the
// same UUID, so that a second import updates.
type IDs struct{ space uuid.UUID }

// NewIDs names the source, e.g. "rufaa/kenya" or "import/county-list".
func NewIDs(source string) IDs { return IDs{uuid.NewSHA1(namespace, []byte(source))} }

// Of derives the UUID of one thing; kind is a schema's name, e.g. "service".
func (i IDs) Of(kind, own string) string {
	return uuid.NewSHA1(i.space, []byte(kind+"\x00"+own)).String()
}

// Keep returns own when it is a UUID already, else what Of derives: who
// publishes the standard keeps the ids that the world knows.
func (i IDs) Keep(kind, own string) string {
	if u, err := uuid.Parse(own); err == nil && len(own) == 36 {
		return u.String()
	}
	return i.Of(kind, own)
}
