package intake

import (
	"slices"
	"strings"
	"unicode"
)

// Field is what a column of a sheet can mean. Its name for people is the text
// "hsds.field.<field>".
type Field string

// Fields of a sheet.
const (
	OrgID          Field = "organization.id"
	OrgName        Field = "organization.name"
	OrgDescription Field = "organization.description"
	OrgEmail       Field = "organization.email"
	OrgWebsite     Field = "organization.website"

	ServiceID          Field = "service.id"
	ServiceName        Field = "service.name"
	ServiceDescription Field = "service.description"
	ServiceStatus      Field = "service.status"
	ServiceURL         Field = "service.url"
	ServiceEmail       Field = "service.email"
	ServiceTerms       Field = "service.terms"
	Eligibility        Field = "service.eligibility"
	MinimumAge         Field = "service.minimum_age"
	MaximumAge         Field = "service.maximum_age"
	Fees               Field = "service.fees"
	Application        Field = "service.application"
	Documents          Field = "service.documents"
	Languages          Field = "service.languages"
	Areas              Field = "service.areas"
	Hours              Field = "service.hours"
	Phones             Field = "service.phones"
	Alert              Field = "service.alert"
	Assured            Field = "service.assured"
	Available          Field = "capacity.available"
	Maximum            Field = "capacity.maximum"
	UnitName           Field = "capacity.unit"
	CapacityAt         Field = "capacity.updated"
	Confidential       Field = "confidential"

	LocationID   Field = "location.id"
	LocationName Field = "location.name"
	Address      Field = "location.address"
	Town         Field = "location.town"
	County       Field = "location.county"
	PostalCode   Field = "location.postal_code"
	CountryCode  Field = "location.country"
	Latitude     Field = "location.latitude"
	Longitude    Field = "location.longitude"
)

// several are the fields that more than one column may have.
var several = []Field{Phones, ServiceTerms, Languages, Areas, ServiceDescription, Documents}

// headings are what people write above a column, English and Kiswahili, in the
// form of plainHeading. The first of each is what the export writes.
var headings = []struct {
	field Field
	names []string
}{
	{OrgID, []string{"organization id", "organisation id", "org id", "agency id", "provider id", "kitambulisho cha shirika"}},
	{OrgName, []string{"organization", "organisation", "organization name", "organisation name", "org name", "agency", "agency name", "provider", "provider name", "name", "ngo", "shirika", "jina la shirika", "jina"}},
	{OrgDescription, []string{"organization description", "organisation description", "about the organization", "maelezo ya shirika"}},
	{OrgEmail, []string{"organization email", "organisation email", "org email", "barua pepe ya shirika"}},
	{OrgWebsite, []string{"website", "web site", "web", "homepage", "organization website", "organisation website", "tovuti"}},
	{ServiceID, []string{"service id", "id", "source id", "external id", "kitambulisho cha huduma"}},
	{ServiceName, []string{"service", "service name", "program", "programme", "huduma", "jina la huduma"}},
	{ServiceDescription, []string{"description", "service description", "details", "notes", "maelezo", "maelezo ya huduma"}},
	{ServiceStatus, []string{"status", "service status", "hali"}},
	{ServiceURL, []string{"service url", "url", "link"}},
	{ServiceEmail, []string{"email", "e mail", "service email", "barua pepe"}},
	{ServiceTerms, []string{"needs", "category", "categories", "service type", "type of service", "taxonomy", "taxonomy terms", "terms", "services offered", "aina ya huduma", "mahitaji"}},
	{Eligibility, []string{"eligibility", "serves", "who", "target group", "eligibility description", "walengwa", "nani"}},
	{MinimumAge, []string{"minimum age", "min age", "age from", "umri wa chini"}},
	{MaximumAge, []string{"maximum age", "max age", "age to", "umri wa juu"}},
	{Fees, []string{"fees", "cost", "price", "fees description", "gharama", "ada"}},
	{Application, []string{"application process", "how to apply", "referral process", "jinsi ya kupata"}},
	{Documents, []string{"required documents", "documents", "nyaraka"}},
	{Languages, []string{"languages", "language", "lugha"}},
	{Areas, []string{"service area", "service areas", "area served", "counties served", "coverage", "eneo la huduma"}},
	{Hours, []string{"hours", "opening hours", "open", "schedule", "saa za kazi", "saa"}},
	{Phones, []string{"phone", "phones", "telephone", "tel", "mobile", "hotline", "contact number", "phone number", "phone 2", "phone 3", "simu", "namba ya simu"}},
	{Alert, []string{"alert", "notice", "tahadhari"}},
	{Assured, []string{"assured date", "verified on", "last verified", "date verified", "imethibitishwa"}},
	{Available, []string{"beds available", "available", "free beds", "capacity available", "vacancies", "vitanda vilivyo wazi"}},
	{Maximum, []string{"capacity", "beds", "total beds", "maximum", "vitanda"}},
	{UnitName, []string{"capacity unit", "unit", "kipimo"}},
	{CapacityAt, []string{"capacity updated", "capacity as of", "capacity date"}},
	{Confidential, []string{"confidential", "confidential location", "secret", "hidden", "siri"}},
	{LocationID, []string{"location id", "site id", "kitambulisho cha mahali"}},
	{LocationName, []string{"location", "location name", "site", "site name", "mahali"}},
	{Address, []string{"address", "street", "street address", "address 1", "physical address", "anwani"}},
	{Town, []string{"town", "city", "municipality", "mji"}},
	{County, []string{"county", "state province", "state", "province", "kaunti"}},
	{PostalCode, []string{"postal code", "postcode", "zip", "zip code", "msimbo wa posta"}},
	{CountryCode, []string{"country", "country code", "nchi"}},
	{Latitude, []string{"latitude", "lat", "y", "latitudo"}},
	{Longitude, []string{"longitude", "lon", "lng", "long", "x", "longitudo"}},
}

// AllFields are the fields in the order of the export.
func AllFields() []Field {
	out := make([]Field, len(headings))
	for i := range headings {
		out[i] = headings[i].field
	}
	return out
}

// plainHeading makes headings comparable: "Phone-No._2" and "phone no 2".
func plainHeading(h string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(h), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }), " ")
}

func guessField(heading string) Field {
	plain := plainHeading(heading)
	for _, h := range headings {
		if string(h.field) == heading || slices.Contains(h.names, plain) {
			return h.field
		}
	}
	return ""
}
