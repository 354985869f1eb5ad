package directory

import (
	"math"
	"time"
)

// Kinds of events in a provider's stream.
const (
	Added            = "provider.added"
	Described        = "provider.described"
	LocationSet      = "provider.location_set"
	LocationDropped  = "provider.location_dropped"
	ServiceSet       = "provider.service_set"
	ServiceDropped   = "provider.service_dropped"
	HoursSet         = "provider.hours_set"
	Confirmed        = "provider.confirmed"
	CapacityReported = "provider.capacity_reported"
	Held             = "provider.held"
	HoldEnded        = "provider.hold_ended"
	Vetted           = "provider.vetted"
	Absorbed         = "provider.absorbed"
	MergedInto       = "provider.merged_into"
	KeptApart        = "provider.kept_apart"
	ClosedDown       = "provider.closed"
	Reopened         = "provider.reopened"
	Imported         = "provider.imported"
	SourceTold       = "provider.source_told"
	SourceSettled    = "provider.source_settled"
	LineSet          = "provider.line_set"
)

// Stream is the ledger's name of a provider's stream. It is the subject of its
// sealed places as well.
func Stream(id string) string { return "provider/" + id }

// ProfileEvent adds a provider or describes it anew.
type ProfileEvent struct {
	Profile Profile `json:"profile"`
}

// LocationEvent sets one location. Of a confidential one it holds the county
// and a sealed text.
type LocationEvent struct {
	Location Recorded `json:"location"`
}

// Recorded is a location as it stands in an event: the ledger takes whole
// numbers only, so its position is [latitude, longitude] in ten-millionths of a
// degree (a centimetre).
type Recorded struct {
	Location
	Position []int64 `json:"position_e7,omitempty"`
}

const perDegreeE7 = 1e7

func recorded(l Location) Recorded {
	r := Recorded{Location: l}
	if p := l.Place; p != nil && p.Latitude != nil && p.Longitude != nil {
		r.Position = []int64{int64(math.Round(*p.Latitude * perDegreeE7)), int64(math.Round(*p.Longitude * perDegreeE7))}
		bare := *p
		bare.Latitude, bare.Longitude = nil, nil
		r.Place = &bare
	}
	return r
}

func (r Recorded) location() Location {
	l := r.Location
	if len(r.Position) == 2 && l.Place != nil {
		place := *l.Place
		lat, lon := float64(r.Position[0])/perDegreeE7, float64(r.Position[1])/perDegreeE7
		place.Latitude, place.Longitude = &lat, &lon
		l.Place = &place
	}
	return l
}

// ServiceEvent sets one service. Capacities that were reported stay.
type ServiceEvent struct {
	Service Service `json:"service"`
}

// DropEvent takes a location or service away.
type DropEvent struct {
	ID string `json:"id"`
}

// HoursEvent sets the hours of a service at a place, of a service, or of a
// place.
type HoursEvent struct {
	Service  string `json:"service,omitempty"`
	Location string `json:"location,omitempty"`
	Hours    Hours  `json:"hours"`
}

// ConfirmedEvent says that somebody checked the entry.
type ConfirmedEvent struct {
	How  string    `json:"how"`
	AsOf time.Time `json:"as_of,omitzero"` // when, if not now
}

// CapacityEvent is a report of what is free.
type CapacityEvent struct {
	Slot
	Maximum   *int      `json:"maximum,omitempty"`
	Available *int      `json:"available,omitempty"`
	Blocked   []Blocked `json:"blocked,omitempty"`
	AsOf      time.Time `json:"as_of,omitzero"` // when it was so, if not now
}

// HeldEvent keeps places for somebody until a moment.
type HeldEvent struct {
	ID string `json:"id"`
	Slot
	Count int       `json:"count"`
	For   string    `json:"for,omitempty"`
	Until time.Time `json:"until"`
}

// HoldEndedEvent ends a hold before its time.
type HoldEndedEvent struct {
	ID      string `json:"id"`
	Outcome string `json:"outcome"`
}

// VettedEvent is the Secretariat's judgement.
type VettedEvent struct {
	State string `json:"state"`
	Until string `json:"until,omitempty"`
}

// AbsorbedEvent takes over what another entry of the same provider held.
type AbsorbedEvent struct {
	From      string     `json:"from"`
	Profile   Profile    `json:"profile"`
	Locations []Recorded `json:"locations,omitempty"`
	Services  []Service  `json:"services,omitempty"`
}

// OtherEvent names another provider: merged into it, or kept apart from it.
type OtherEvent struct {
	Other string `json:"other"`
}

// ClosedEvent says that the provider is no more.
type ClosedEvent struct {
	Reason string `json:"reason"`
}

// ImportedEvent is what an entry is after an import: its profile, where that
// changed, and the places and services that did. A large import of one entry
// stands in several events.
type ImportedEvent struct {
	Source    string     `json:"source"`
	Digest    string     `json:"digest"` // of what the source said
	Profile   *Profile   `json:"profile,omitempty"`
	Locations []Recorded `json:"locations,omitempty"`
	Services  []Service  `json:"services,omitempty"`
}

// SourceToldEvent keeps what a source says of an entry that people keep. It
// changes nothing until one of them decides. What it says stands beside the
// event in the same shape as an import.
type SourceToldEvent = ImportedEvent

// SettledEvent is a person's decision between the entry and what a source
// says: what changes by it, and nothing where the entry was right.
type SettledEvent = ImportedEvent

// LineEvent opens a provider's message line, or shuts it when Mark is empty.
type LineEvent struct {
	Mark string `json:"mark,omitempty"` // keyed digest of the code
}
