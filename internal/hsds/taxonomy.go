package hsds

// Taxonomy is a set of terms with one maker and purpose.
type Taxonomy struct {
	ID          string     `json:"id"`
	Name        string     `json:"name"`
	Description string     `json:"description"`
	URI         string     `json:"uri,omitempty"`
	Version     string     `json:"version,omitempty"`
	Metadata    []Metadata `json:"metadata,omitempty"`
}

// Term is one word of a taxonomy.
type Term struct {
	ID             string     `json:"id"`
	Code           string     `json:"code,omitempty"`
	Name           string     `json:"name"`
	Description    string     `json:"description"`
	ParentID       string     `json:"parent_id,omitempty"`
	Taxonomy       string     `json:"taxonomy,omitempty"`
	TaxonomyDetail *Taxonomy  `json:"taxonomy_detail,omitempty"`
	Language       string     `json:"language,omitempty"`
	TaxonomyID     string     `json:"taxonomy_id,omitempty"`
	TermURI        string     `json:"term_uri,omitempty"`
	Metadata       []Metadata `json:"metadata,omitempty"`
}

// Attribute links a term, with a value where the term asks for one, to the
// thing that holds the attribute.
type Attribute struct {
	ID             string     `json:"id"`
	LinkID         string     `json:"link_id,omitempty"`
	TaxonomyTermID string     `json:"taxonomy_term_id,omitempty"`
	LinkType       string     `json:"link_type,omitempty"`
	LinkEntity     string     `json:"link_entity,omitempty"`
	Value          string     `json:"value,omitempty"`
	Term           *Term      `json:"taxonomy_term,omitempty"`
	Metadata       []Metadata `json:"metadata,omitempty"`
	Label          string     `json:"label,omitempty"`
}

// TermID is the id of the attribute's term, wherever it stands.
func (a *Attribute) TermID() string {
	if a.Term != nil {
		return a.Term.ID
	}
	return a.TaxonomyTermID
}

// Metadata records one change of one field.
type Metadata struct {
	ID               string `json:"id"`
	ResourceID       string `json:"resource_id,omitempty"`
	ResourceType     string `json:"resource_type,omitempty"`
	LastActionDate   string `json:"last_action_date"`
	LastActionType   string `json:"last_action_type"`
	FieldName        string `json:"field_name"`
	PreviousValue    string `json:"previous_value"`
	ReplacementValue string `json:"replacement_value"`
	UpdatedBy        string `json:"updated_by"`
}

// Page is the answer to a list. Page numbers start at 1; Size is the number of
// items on this page.
type Page[T any] struct {
	TotalItems int  `json:"total_items"`
	TotalPages int  `json:"total_pages"`
	PageNumber int  `json:"page_number"`
	Size       int  `json:"size"`
	FirstPage  bool `json:"first_page"`
	LastPage   bool `json:"last_page"`
	Empty      bool `json:"empty"`
	Contents   []T  `json:"contents"`
}

// About is the answer to "/": the version, the profile and the description.
type About struct {
	Version    string `json:"version"`
	Profile    string `json:"profile"`
	OpenAPIURL string `json:"openapi_url"`
}
