package hsds

// Organization offers services. Required: id, name, description.
type Organization struct {
	ID                   string       `json:"id"`
	Name                 string       `json:"name"`
	AlternateName        string       `json:"alternate_name,omitempty"`
	Description          string       `json:"description"`
	Email                string       `json:"email,omitempty"`
	Website              string       `json:"website,omitempty"`
	AdditionalWebsites   []URL        `json:"additional_websites,omitempty"`
	TaxStatus            string       `json:"tax_status,omitempty"`
	TaxID                string       `json:"tax_id,omitempty"`
	YearIncorporated     *float64     `json:"year_incorporated,omitempty"`
	LegalStatus          string       `json:"legal_status,omitempty"`
	Logo                 string       `json:"logo,omitempty"`
	URI                  string       `json:"uri,omitempty"`
	ParentOrganizationID string       `json:"parent_organization_id,omitempty"`
	Funding              []Funding    `json:"funding,omitempty"`
	Contacts             []Contact    `json:"contacts,omitempty"`
	Phones               []Phone      `json:"phones,omitempty"`
	Locations            []Location   `json:"locations,omitempty"`
	Programs             []Program    `json:"programs,omitempty"`
	Identifiers          []Identifier `json:"organization_identifiers,omitempty"`
	Attributes           []Attribute  `json:"attributes,omitempty"`
	Metadata             []Metadata   `json:"metadata,omitempty"`

	// Services stand here in answers about one organisation only.
	Services []Service `json:"services,omitempty"`
}

// Program groups services of an organisation.
type Program struct {
	ID             string      `json:"id"`
	OrganizationID string      `json:"organization_id,omitempty"`
	Name           string      `json:"name"`
	AlternateName  string      `json:"alternate_name,omitempty"`
	Description    string      `json:"description"`
	Attributes     []Attribute `json:"attributes,omitempty"`
	Metadata       []Metadata  `json:"metadata,omitempty"`
}

// Funding says who pays.
type Funding struct {
	ID             string      `json:"id"`
	OrganizationID string      `json:"organization_id,omitempty"`
	ServiceID      string      `json:"service_id,omitempty"`
	Source         string      `json:"source,omitempty"`
	Attributes     []Attribute `json:"attributes,omitempty"`
	Metadata       []Metadata  `json:"metadata,omitempty"`
}

// Identifier is a number under which a register knows the organisation.
type Identifier struct {
	ID             string      `json:"id"`
	OrganizationID string      `json:"organization_id,omitempty"`
	Scheme         string      `json:"identifier_scheme,omitempty"`
	Type           string      `json:"identifier_type"`
	Identifier     string      `json:"identifier"`
	Attributes     []Attribute `json:"attributes,omitempty"`
	Metadata       []Metadata  `json:"metadata,omitempty"`
}

// URL is one more page on the web.
type URL struct {
	ID             string      `json:"id"`
	Label          string      `json:"label,omitempty"`
	URL            string      `json:"url"`
	OrganizationID string      `json:"organization_id,omitempty"`
	ServiceID      string      `json:"service_id,omitempty"`
	Attributes     []Attribute `json:"attributes,omitempty"`
	Metadata       []Metadata  `json:"metadata,omitempty"`
}

// Contact is a named person or desk.
type Contact struct {
	ID                  string      `json:"id"`
	OrganizationID      string      `json:"organization_id,omitempty"`
	ServiceID           string      `json:"service_id,omitempty"`
	ServiceAtLocationID string      `json:"service_at_location_id,omitempty"`
	LocationID          string      `json:"location_id,omitempty"`
	Name                string      `json:"name,omitempty"`
	Title               string      `json:"title,omitempty"`
	Department          string      `json:"department,omitempty"`
	Email               string      `json:"email,omitempty"`
	Phones              []Phone     `json:"phones,omitempty"`
	Attributes          []Attribute `json:"attributes,omitempty"`
	Metadata            []Metadata  `json:"metadata,omitempty"`
}

// Phone is a telephone number, E.164 where it is not a short code.
type Phone struct {
	ID                  string      `json:"id"`
	LocationID          string      `json:"location_id,omitempty"`
	ServiceID           string      `json:"service_id,omitempty"`
	OrganizationID      string      `json:"organization_id,omitempty"`
	ContactID           string      `json:"contact_id,omitempty"`
	ServiceAtLocationID string      `json:"service_at_location_id,omitempty"`
	Number              string      `json:"number"`
	Extension           *float64    `json:"extension,omitempty"`
	Type                string      `json:"type,omitempty"`
	Description         string      `json:"description,omitempty"`
	Languages           []Language  `json:"languages,omitempty"`
	Attributes          []Attribute `json:"attributes,omitempty"`
	Metadata            []Metadata  `json:"metadata,omitempty"`
}

// Language is spoken there without an interpreter. Code is ISO 639.
type Language struct {
	ID         string      `json:"id"`
	ServiceID  string      `json:"service_id,omitempty"`
	LocationID string      `json:"location_id,omitempty"`
	PhoneID    string      `json:"phone_id,omitempty"`
	Name       string      `json:"name,omitempty"`
	Code       string      `json:"code,omitempty"`
	Note       string      `json:"note,omitempty"`
	Attributes []Attribute `json:"attributes,omitempty"`
	Metadata   []Metadata  `json:"metadata,omitempty"`
}
