package office

import "rufaa/internal/disclosure"

// Discloser makes bundles for a court, the prosecution or the defence.
func (of *Office) Discloser() *disclosure.Maker {
	return &disclosure.Maker{Realm: of.Realm, Cases: of.Cases, Texts: of.Texts}
}
