package hsds

// Version is the release of the specification that is published here.
const Version = "3.1"

// States of a Service.
const (
	Active            = "active"
	Inactive          = "inactive"
	Defunct           = "defunct"
	TemporarilyClosed = "temporarily closed"
)

// Service is one offer of one organisation. Required: id, name, status; in
// tables organization_id too. Times are RFC 3339, dates YYYY-MM-DD, ages years.
type Service struct {
	ID                     string              `json:"id"`
	OrganizationID         string              `json:"organization_id,omitempty"`
	ProgramID              string              `json:"program_id,omitempty"`
	Name                   string              `json:"name"`
	AlternateName          string              `json:"alternate_name,omitempty"`
	Description            string              `json:"description,omitempty"`
	URL                    string              `json:"url,omitempty"`
	AdditionalURLs         []URL               `json:"additional_urls,omitempty"`
	Email                  string              `json:"email,omitempty"`
	Status                 string              `json:"status"`
	InterpretationServices string              `json:"interpretation_services,omitempty"`
	ApplicationProcess     string              `json:"application_process,omitempty"`
	FeesDescription        string              `json:"fees_description,omitempty"`
	WaitTime               string              `json:"wait_time,omitempty"` // deprecated by the standard
	Fees                   string              `json:"fees,omitempty"`      // deprecated by the standard
	Accreditations         string              `json:"accreditations,omitempty"`
	EligibilityDescription string              `json:"eligibility_description,omitempty"`
	MinimumAge             *float64            `json:"minimum_age,omitempty"`
	MaximumAge             *float64            `json:"maximum_age,omitempty"`
	AssuredDate            string              `json:"assured_date,omitempty"`
	AssurerEmail           string              `json:"assurer_email,omitempty"`
	Licenses               string              `json:"licenses,omitempty"` // deprecated by the standard
	Alert                  string              `json:"alert,omitempty"`
	LastModified           string              `json:"last_modified,omitempty"`
	Phones                 []Phone             `json:"phones,omitempty"`
	Schedules              []Schedule          `json:"schedules,omitempty"`
	ServiceAreas           []ServiceArea       `json:"service_areas,omitempty"`
	ServiceAtLocations     []ServiceAtLocation `json:"service_at_locations,omitempty"`
	Languages              []Language          `json:"languages,omitempty"`
	Organization           *Organization       `json:"organization,omitempty"`
	Funding                []Funding           `json:"funding,omitempty"`
	CostOptions            []CostOption        `json:"cost_options,omitempty"`
	Program                *Program            `json:"program,omitempty"`
	RequiredDocuments      []RequiredDocument  `json:"required_documents,omitempty"`
	Contacts               []Contact           `json:"contacts,omitempty"`
	Capacities             []Capacity          `json:"capacities,omitempty"`
	Attributes             []Attribute         `json:"attributes,omitempty"`
	Metadata               []Metadata          `json:"metadata,omitempty"`

	// Confidential says that where the service is must not be known. It is no
	// part of the standard and never written; the profile's term PlaceHidden
	// says it to readers. Only the front door (phone, county) is published.
	Confidential bool `json:"-"`
}

// Capacity tells how many of a unit are available as of Updated (RFC 3339).
// When it stops being reliable stands in an attribute (CapacityFreshUntil).
type Capacity struct {
	ID          string      `json:"id"`
	ServiceID   string      `json:"service_id,omitempty"`
	Unit        *Unit       `json:"unit,omitempty"`
	UnitID      string      `json:"unit_id,omitempty"`
	Available   *float64    `json:"available,omitempty"`
	Maximum     *float64    `json:"maximum,omitempty"`
	Description string      `json:"description,omitempty"`
	Updated     string      `json:"updated,omitempty"`
	Attributes  []Attribute `json:"attributes,omitempty"`
	Metadata    []Metadata  `json:"metadata,omitempty"`
}

// Unit is what a Capacity counts, e.g. beds.
type Unit struct {
	ID         string      `json:"id"`
	Name       string      `json:"name"`
	Scheme     string      `json:"scheme,omitempty"`
	Identifier string      `json:"identifier,omitempty"`
	URI        string      `json:"uri,omitempty"`
	Attributes []Attribute `json:"attributes,omitempty"`
	Metadata   []Metadata  `json:"metadata,omitempty"`
}

// CostOption is one price. Currency is ISO 4217.
type CostOption struct {
	ID                string      `json:"id"`
	ServiceID         string      `json:"service_id,omitempty"`
	ValidFrom         string      `json:"valid_from,omitempty"`
	ValidTo           string      `json:"valid_to,omitempty"`
	Option            string      `json:"option,omitempty"`
	Currency          string      `json:"currency,omitempty"`
	Amount            *float64    `json:"amount,omitempty"`
	AmountDescription string      `json:"amount_description,omitempty"`
	Attributes        []Attribute `json:"attributes,omitempty"`
	Metadata          []Metadata  `json:"metadata,omitempty"`
}

// RequiredDocument is a paper that somebody must bring.
type RequiredDocument struct {
	ID         string      `json:"id"`
	ServiceID  string      `json:"service_id,omitempty"`
	Document   string      `json:"document,omitempty"`
	URI        string      `json:"uri,omitempty"`
	Attributes []Attribute `json:"attributes,omitempty"`
	Metadata   []Metadata  `json:"metadata,omitempty"`
}

// Number gives the pointer that optional numbers are.
func Number(n float64) *float64 { return &n }
