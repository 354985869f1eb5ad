package publish

import (
	"log/slog"
	"net/http"
	"strings"
	"time"

	"rufaa/internal/hsds"
)

// Words are a language's texts, e.g. *text.Lang; keys start with "hsds.".
type Words interface {
	T(key string, args ...any) string
	Code() string
}

// Options say where and how the directory is published.
type Options struct {
	Prefix string // path before all others, e.g. "/hsds/v3"

	// BaseURL is the public address of Prefix, e.g.
	// "https://rufaa.example.org/hsds/v3". Without it the address is the one
	// that the reader asked.
	BaseURL string

	Title   string // of the directory, for openapi.json and the data package
	Contact Contact
	License License

	// Words gives the language of a request. Needed.
	Words func(*http.Request) Words

	// MaxAge is how long a reader may keep an answer without asking again;
	// 60 s when zero.
	MaxAge time.Duration

	// MaxBulk is how many exports may run at once; 2 when zero. More are told
	// to come back.
	MaxBulk int

	Log *slog.Logger
}

// Contact is whom to ask about the data.
type Contact struct{ Name, URL, Email string }

// License is under what the data may be used.
type License struct{ Name, URL string }

// site is the handler with what it needs.
type site struct {
	Options
	catalog Catalog
	bulk    chan struct{}
	openapi []byte // with basePlaceholder for the address
	cache   string
	packed  pages
}

// kind is one kind of list: its name in the path, its schema, its parameters.
type kind struct {
	name  string
	known []string
	list  func(*Snapshot) *listing
	form  func(*Snapshot, *query) form
	item  func(*Snapshot, *query) form
}

var always = []string{"search", "page", "per_page", "format"}

func with(more ...string) []string { return append(append([]string{}, always...), more...) }

// kinds are the lists of the API description.
var kinds = []kind{
	{"services", with("taxonomy_term_id", "taxonomy_id", "organization_id", "modified_after", "minimal", "full"),
		func(s *Snapshot) *listing { return s.serviceList },
		func(s *Snapshot, q *query) form {
			return choose(q, s.serviceItem, s.serviceFull, s.serviceMinimal)
		},
		func(s *Snapshot, _ *query) form { return s.serviceFull }},
	{"organizations", with("taxonomy_term_id", "taxonomy_id", "full", "full_service"),
		func(s *Snapshot) *listing { return s.orgList },
		func(s *Snapshot, q *query) form {
			if q.fullOfOrg {
				return s.orgWithServices
			}
			return choose(q, s.orgItem, s.orgFull, nil)
		},
		func(s *Snapshot, q *query) form {
			if q.fullOfOrg {
				return s.orgWithServices
			}
			return s.orgFull
		}},
	{"service_at_locations", with("taxonomy_term_id", "taxonomy_id", "organization_id", "modified_after", "full", "postcode", "proximity"),
		func(s *Snapshot) *listing { return s.atLocationList },
		func(s *Snapshot, q *query) form { return choose(q, s.atLocationItem, s.atLocationFull, nil) },
		func(s *Snapshot, _ *query) form { return s.atLocationFull }},
	{"taxonomies", always,
		func(s *Snapshot) *listing { return s.taxonomyList },
		func(s *Snapshot, _ *query) form { return s.taxonomy },
		func(s *Snapshot, _ *query) form { return s.taxonomy }},
	{"taxonomy_terms", with("taxonomy_id", "top_only", "parent_id"),
		func(s *Snapshot) *listing { return s.termList },
		func(s *Snapshot, _ *query) form { return s.term },
		func(s *Snapshot, _ *query) form { return s.term }},
}

func choose(q *query, item, full, minimal form) form {
	switch {
	case q.full:
		return full
	case q.minimal:
		return minimal
	}
	return item
}

// NewHandler serves the catalog at and below o.Prefix. It panics when the
// embedded description is broken, which the tests of this package would show.
func NewHandler(c Catalog, o Options) http.Handler {
	if o.MaxAge == 0 {
		o.MaxAge = time.Minute
	}
	if o.MaxBulk == 0 {
		o.MaxBulk = 2
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	o.Prefix, o.BaseURL = strings.TrimSuffix(o.Prefix, "/"), strings.TrimSuffix(o.BaseURL, "/")
	s := &site{Options: o, catalog: c, bulk: make(chan struct{}, o.MaxBulk), cache: cacheControl(o.MaxAge)}
	var err error
	if s.openapi, err = describe(o); err != nil {
		panic(err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc(o.Prefix+"/{$}", s.get(s.about))
	if o.Prefix != "" {
		mux.HandleFunc(o.Prefix, s.get(s.about))
	}
	for _, k := range kinds {
		mux.HandleFunc(o.Prefix+"/"+k.name, s.listOf(k))
		mux.HandleFunc(o.Prefix+"/"+k.name+"/{id}", s.get(s.itemOf(k)))
	}
	mux.HandleFunc(o.Prefix+"/bulk", s.get(s.export))
	mux.HandleFunc(o.Prefix+"/openapi.json", s.get(s.description))
	mux.HandleFunc(o.Prefix+"/profile/", s.get(s.files(hsds.ProfileFiles, "profile")))
	mux.HandleFunc(o.Prefix+"/schema/", s.get(s.files(hsds.SchemaFiles, "schema")))
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { s.fail(w, r, errNotFound) })
	return mux
}
