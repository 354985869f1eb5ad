package caselist

// Field is what a column means. The texts stand in lists that are read again
// and never change.
type Field string

// The fields, in the order in which a page asks for them.
const (
	Key        Field = "key" // the row's own number; needed
	Name       Field = "name"
	GivenName  Field = "given_name"
	MiddleName Field = "middle_name"
	FamilyName Field = "family_name"
	OtherNames Field = "other_names"
	Phone      Field = "phone"
	IDNumber   Field = "id_number"
	BirthDate  Field = "birth_date"
	Age        Field = "age" // in years, when the list opened the case
	Sex        Field = "sex"
	Minor      Field = "minor"
	Language   Field = "language"
	Nation     Field = "nationality"
	County     Field = "county"
	PlaceKind  Field = "place_kind"
	Place      Field = "place"
	Account    Field = "account" // several columns may be one
	OpenedOn   Field = "opened_on"
	Status     Field = "status"
	Closure    Field = "closure_reason"
	ClosedOn   Field = "closed_on"
	Manager    Field = "manager" // user name of a case manager of the agency
)

// Fields lists them all.
var Fields = []Field{Key, Name, GivenName, MiddleName, FamilyName, OtherNames, Phone, IDNumber, BirthDate, Age, Sex, Minor, Language,
	Nation, County, PlaceKind, Place, Account, OpenedOn, Status, Closure, ClosedOn, Manager}

// vocabularies of the fields whose cells are terms.
var vocabularies = map[Field]string{Sex: "sexes", Language: "languages", Nation: "countries", County: "counties", PlaceKind: "places-of-stay", Closure: "closure-reasons"}

// choices are the fields whose cells are one of a few words that are in no
// vocabulary.
var choices = map[Field][]string{Minor: {"yes", "no", "unsure"}, Status: {"open", "closed"}}

// IsTerm tells fields whose cells must be turned into terms.
func IsTerm(f Field) bool { return vocabularies[f] != "" || choices[f] != nil }

// several may stand in more than one column.
var several = map[Field]bool{Account: true, OtherNames: true, Place: true}

// DateOrders are the ways in which a list may write dates; the person chooses,
// because 3/4/2021 is two days.
var DateOrders = []string{"dmy", "mdy", "ymd"}

// Column is one column of a list with its meaning; empty leaves it out.
type Column struct {
	Heading string `json:"heading" maxLength:"1000"`
	Field   Field  `json:"field,omitempty" maxLength:"40"`
}

// Order is a list with what a person says of it.
type Order struct {
	List    string   // the agency's name for it
	Sheet   string   // of a workbook; the first when empty
	Columns []Column // empty: guessed
	Dates   string   // one of DateOrders
	// Words turn words of the list into terms, by field and word; the term ""
	// leaves the word out.
	Words   map[Field]map[string]string
	Lenient bool // a value that cannot be read is left out instead of refusing its row
	Alike   bool // rows that look like a case which is here already are taken too
	DryRun  bool

	kept map[Field]map[string]string // words of the last time, as digests
}

// What is to be told about a row.
const (
	Refused = "refused"  // row not taken
	Held    = "held"     // row not taken: looks like a case that is here
	LeftOut = "left_out" // row taken, value left out
	Warning = "warning"  // row taken
	OfFile  = "file"     // about all rows; the row is that of the headings
)

// Problem is one thing to be told about a row.
type Problem struct {
	Row     int
	Column  string
	Key     string
	Args    []any
	Outcome string
	Case    string // reference of the case that is meant
}

// BadRow is a row that was not taken, as it stands in the file.
type BadRow struct {
	Row   int
	Cells []string
	Why   []Problem
}

// Outcome is what an import did, or would do.
type Outcome struct {
	Rows    int `json:"rows"`
	New     int `json:"new"`
	Changed int `json:"changed"`
	Same    int `json:"same"`
	Held    int `json:"held"`
	Refused int `json:"refused"`

	Columns  []string           `json:"-"` // headings of the file
	Problems []Problem          `json:"-"`
	More     int                `json:"more,omitempty"` // problems beyond those that are kept
	Unknown  map[Field][]string `json:"-"`              // words that are no term yet
	Bad      []BadRow           `json:"-"`
}
