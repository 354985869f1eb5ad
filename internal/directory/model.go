package directory

import (
	"slices"
	"time"

	"rufaa/internal/vault"
)

// Provider is an organisation as its events tell it.
type Provider struct {
	ID      string `json:"id"`
	Version int64  `json:"version"`
	Profile
	Locations []Location `json:"locations,omitempty"`
	Services  []Service  `json:"services,omitempty"`
	Holds     []Hold     `json:"holds,omitempty"`
	Vetting   Vetting    `json:"vetting"`
	Verified  *Verified  `json:"verified,omitempty"` // nil: nobody has checked yet
	Apart     []string   `json:"apart,omitempty"`    // providers that look alike and are not the same
	MergedIn  string     `json:"merged_into,omitempty"`
	Closed    *Closing   `json:"closed,omitempty"`
	Kept      bool       `json:"kept,omitempty"` // a person entered, mended, checked or vetted it
	// Told is what imports brought, by source; Line the keyed digest of the code
	// that opens its message line. Both stay in the room.
	Told    map[string]Told `json:"told,omitempty"`
	Line    string          `json:"line,omitempty"`
	AddedAt time.Time       `json:"added_at"`
	Changed time.Time       `json:"changed_at"`
}

// Words is one text by language code.
type Words map[string]string

// In gives the text in a language, or in English, or in whatever stands.
func (w Words) In(lang string) string {
	for _, l := range []string{lang, "en", "sw"} {
		if s := w[l]; s != "" {
			return s
		}
	}
	return ""
}

// Profile describes an organisation. What stands here is public within the
// mechanism and is published, except for contacts.
type Profile struct {
	Name          string            `json:"name" doc:"Name of the organisation" maxLength:"200"`
	AlsoNamed     []string          `json:"also_named,omitempty" doc:"Other names and short forms" maxItems:"10"`
	Kind          string            `json:"kind" doc:"Vocabulary agency-kinds" maxLength:"40"`
	Agency        string            `json:"agency,omitempty" doc:"Agency of the mechanism whose staff speak for it" maxLength:"60"`
	County        string            `json:"county,omitempty" doc:"County of its front door (vocabulary counties)" maxLength:"40"`
	About         Words             `json:"about,omitempty" doc:"What it does, by language"`
	Website       string            `json:"website,omitempty" maxLength:"300"`
	Email         string            `json:"email,omitempty" maxLength:"200"`
	Phones        []Phone           `json:"phones,omitempty" maxItems:"20"`
	Contacts      []Contact         `json:"contacts,omitempty" doc:"Whom staff may ask for; never published" maxItems:"20"`
	Languages     []string          `json:"languages,omitempty" doc:"Vocabulary languages; empty is not known" maxItems:"30"`
	Accreditation Accreditation     `json:"accreditation"`
	Memorandum    Memorandum        `json:"memorandum"`
	Sources       []string          `json:"sources,omitempty" doc:"Where these facts stand" maxItems:"20"`
	External      map[string]string `json:"external,omitempty" doc:"Its id in other directories, by source"`
	Fictional     bool              `json:"fictional,omitempty" doc:"Invented for demonstration and exercise"`
}

// Phone is a number as E.164, or a short code such as 116.
type Phone struct {
	Number    string   `json:"number" maxLength:"40"`
	Label     string   `json:"label,omitempty" maxLength:"100"`
	Way       string   `json:"way,omitempty" doc:"Directory list phone-ways: voice, sms, ussd, whatsapp" maxLength:"20"`
	Languages []string `json:"languages,omitempty" maxItems:"30"`
	Always    Fact     `json:"always,omitempty" doc:"Answered day and night: yes, no, or empty for not known" enum:"yes,no,"`
}

// Contact is a member of the provider's staff to ask for.
type Contact struct {
	Name  string `json:"name" maxLength:"200"`
	Role  string `json:"role,omitempty" maxLength:"100"`
	Phone string `json:"phone,omitempty" maxLength:"40"`
	Email string `json:"email,omitempty" maxLength:"200"`
}

// Accreditation is what a public body has said of it.
type Accreditation struct {
	State Fact   `json:"state,omitempty" doc:"Accredited: yes, no, or empty for not known" enum:"yes,no,"`
	Body  string `json:"body,omitempty" maxLength:"200"`
	Until string `json:"until,omitempty" doc:"YYYY-MM-DD" maxLength:"10"`
}

// Memorandum is its agreement with the mechanism.
type Memorandum struct {
	State Fact   `json:"state,omitempty" doc:"Signed: yes, no, or empty for not known" enum:"yes,no,"`
	Until string `json:"until,omitempty" doc:"In force until, YYYY-MM-DD" maxLength:"10"`
}

// InForce tells whether the memorandum binds on a day.
func (m Memorandum) InForce(at time.Time) Fact {
	if m.State == Yes && m.Until != "" && at.In(Nairobi).Format(time.DateOnly) > m.Until {
		return No
	}
	return m.State
}

// Location is a place where services are given. Of a confidential one only
// what stands here outside Sealed is kept in the clear.
type Location struct {
	ID           string            `json:"id,omitempty" maxLength:"60"`
	Kind         string            `json:"kind" doc:"physical, postal or virtual" enum:"physical,postal,virtual,"`
	Confidential bool              `json:"confidential,omitempty" doc:"Its place is sealed; only the county shows"`
	Country      string            `json:"country,omitempty" doc:"Vocabulary countries; empty is Kenya" maxLength:"40"`
	County       string            `json:"county,omitempty" doc:"Vocabulary counties" maxLength:"40"`
	Accessible   Fact              `json:"accessible,omitempty" doc:"With a wheelchair: yes, no, or empty for not known" enum:"yes,no,"`
	Hours        Hours             `json:"hours"`
	External     map[string]string `json:"external,omitempty"`
	Place        *Place            `json:"place,omitempty"`  // nil when confidential
	Sealed       vault.Sealed      `json:"sealed,omitempty"` // a Place, when confidential
}

// Place is where exactly a location is. Latitude and Longitude are degrees
// WGS 84; nil is not known.
type Place struct {
	Name       string   `json:"name,omitempty" maxLength:"200"`
	Address    string   `json:"address,omitempty" maxLength:"300"`
	Town       string   `json:"town,omitempty" maxLength:"100"`
	PostalCode string   `json:"postal_code,omitempty" maxLength:"20"`
	Directions string   `json:"directions,omitempty" maxLength:"1000"`
	Latitude   *float64 `json:"latitude,omitempty"`
	Longitude  *float64 `json:"longitude,omitempty"`
	// Middle says that the position is the middle of the town, not of a building.
	Middle bool `json:"middle,omitempty"`
}

// Service is what a provider does for people.
type Service struct {
	ID          string            `json:"id,omitempty" maxLength:"60"`
	Kind        string            `json:"kind" doc:"Service category (services.yaml)" maxLength:"60"`
	Name        string            `json:"name,omitempty" maxLength:"200"`
	About       Words             `json:"about,omitempty"`
	Status      string            `json:"status,omitempty" doc:"Directory list service-states; empty is active" maxLength:"20"`
	Eligibility Eligibility       `json:"eligibility"`
	Cost        Cost              `json:"cost"`
	Documents   []string          `json:"documents,omitempty" doc:"Directory list documents; what must be brought" maxItems:"20"`
	NoDocuments Fact              `json:"no_documents,omitempty" doc:"Nothing has to be brought" enum:"yes,no,"`
	Languages   []string          `json:"languages,omitempty" doc:"Instead of the provider's" maxItems:"30"`
	Areas       []Area            `json:"areas,omitempty" doc:"Whom it serves by where they are; empty is not known" maxItems:"60"`
	Phones      []Phone           `json:"phones,omitempty" maxItems:"20"`
	Hours       Hours             `json:"hours"`
	Residential Fact              `json:"residential,omitempty" doc:"People stay overnight" enum:"yes,no,"`
	At          []At              `json:"at,omitempty" doc:"Places where it is given; none for a telephone line" maxItems:"200"`
	External    map[string]string `json:"external,omitempty"`
}

// At is a service at one place: its own hours and its capacity. Location is
// empty for what is given by telephone or wherever the person is.
type At struct {
	Location   string     `json:"location,omitempty" maxLength:"60"`
	Hours      Hours      `json:"hours"`
	Capacities []Capacity `json:"capacities,omitempty" maxItems:"20"`
}

// Area is a county or a country that a service serves. All of Kenya is the
// country ke.
type Area struct {
	County  string `json:"county,omitempty" yaml:"county" maxLength:"40"`
	Country string `json:"country,omitempty" yaml:"country" maxLength:"40"`
}

// Cost is what the person pays.
type Cost struct {
	Free Fact   `json:"free,omitempty" enum:"yes,no,"`
	Note string `json:"note,omitempty" maxLength:"300"`
}

// Eligibility is whom a service takes. Every fact may be not known.
type Eligibility struct {
	Female Fact `json:"female,omitempty" enum:"yes,no,"`
	Male   Fact `json:"male,omitempty" enum:"yes,no,"`
	Other  Fact `json:"other,omitempty" enum:"yes,no,"` // another sex
	// MinAge and MaxAge in completed years, both included; nil is not known,
	// 0 and 120 say that there is no limit.
	MinAge *int `json:"min_age,omitempty"`
	MaxAge *int `json:"max_age,omitempty"`
	// WithMother: children stay with their mother, up to MaxChildAge when that
	// is known.
	WithMother  Fact `json:"with_mother,omitempty" enum:"yes,no,"`
	MaxChildAge *int `json:"max_child_age,omitempty"`
	// AnyNationality yes: all; no: only Nationalities; not known: these for sure.
	AnyNationality  Fact     `json:"any_nationality,omitempty" enum:"yes,no,"`
	Nationalities   []string `json:"nationalities,omitempty" maxItems:"60"`
	Disability      Fact     `json:"disability,omitempty" doc:"Can take people with a disability" enum:"yes,no,"`
	Pregnancy       Fact     `json:"pregnancy,omitempty" enum:"yes,no,"`
	AnyExploitation Fact     `json:"any_exploitation,omitempty" enum:"yes,no,"`
	Exploitation    []string `json:"exploitation,omitempty" maxItems:"20"`
	CourtOrder      Fact     `json:"court_order,omitempty" doc:"Takes people only with a court order" enum:"yes,no,"`
	Note            Words    `json:"note,omitempty"`
}

// Vetting is the Secretariat's judgement. State is a term of the directory
// list vetting; empty is not vetted.
type Vetting struct {
	State string `json:"state,omitempty"`
	Until string `json:"until,omitempty"` // YYYY-MM-DD; empty: no end
	By    *By    `json:"by,omitempty"`
}

// Verified is the last time that somebody checked the entry: when, who, how.
type Verified struct {
	By
	How string `json:"how"` // directory list verified-how
}

// By is who did something. At is UTC.
type By struct {
	Staff  string    `json:"staff"`
	Agency string    `json:"agency"`
	Duty   string    `json:"duty"`
	At     time.Time `json:"at"`
}

// Closing says that a provider is no more.
type Closing struct {
	Reason string `json:"reason"` // directory list closing-reasons
	By
}

// Exists tells a folded provider from an empty one.
func (p *Provider) Exists() bool { return p.Version > 0 }

// Live tells whether it can be found: neither closed nor merged away.
func (p *Provider) Live() bool { return p.Exists() && p.Closed == nil && p.MergedIn == "" }

// Location finds one of its places.
func (p *Provider) Location(id string) *Location {
	if i := slices.IndexFunc(p.Locations, func(l Location) bool { return l.ID == id }); i >= 0 {
		return &p.Locations[i]
	}
	return nil
}

// Service finds one of its services.
func (p *Provider) Service(id string) *Service {
	if i := slices.IndexFunc(p.Services, func(s Service) bool { return s.ID == id }); i >= 0 {
		return &p.Services[i]
	}
	return nil
}

// AtLocation finds a service's own facts of one place.
func (s *Service) AtLocation(id string) *At {
	if i := slices.IndexFunc(s.At, func(a At) bool { return a.Location == id }); i >= 0 {
		return &s.At[i]
	}
	return nil
}

// Spoken are the languages of a service: its own, or else the provider's.
// None is not known.
func (p *Provider) Spoken(s *Service) []string {
	if len(s.Languages) > 0 {
		return s.Languages
	}
	return p.Languages
}

// HoursOf are the hours that count for a service at a place: the most precise
// that were told.
func (p *Provider) HoursOf(s *Service, at *At) Hours {
	if at != nil {
		if at.Hours.Told() {
			return at.Hours
		}
		if l := p.Location(at.Location); l != nil && !s.Hours.Told() {
			return l.Hours
		}
	}
	return s.Hours
}

// Home is the country of the mechanism.
const Home = "ke"

// In gives the country, Kenya where none is told.
func (l *Location) In() string {
	if l.Country == "" {
		return Home
	}
	return l.Country
}
