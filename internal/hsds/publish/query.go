package publish

import (
	"math"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"

	"rufaa/internal/problem"
)

// Pages: how many items without per_page, and at most.
const (
	DefaultPerPage = 50
	MaxPerPage     = 1000
)

// maxSearch bounds a search in bytes; twelve words are more than anybody types.
const (
	maxSearch = 300
	maxWords  = 12
)

// earth is half its girth in metres: nothing is farther away.
const earth = 20_037_508

// query is what a list was asked for, understood.
type query struct {
	page, perPage int
	paged         bool // somebody asked for a size
	ndjson        bool

	words                    []string
	term, taxonomy, org      string
	after                    time.Time
	minimal, full, fullOfOrg bool
	topOnly                  bool
	parent                   string
	postcode                 string
	proximity                float64 // metres, 0 for none
}

// filtered tells whether anything narrows the list.
func (q *query) filtered() bool {
	return len(q.words) > 0 || q.term != "" || q.taxonomy != "" || q.org != "" || !q.after.IsZero() || q.topOnly ||
		q.parent != "" || q.postcode != ""
}

// reader understands parameters and gathers what is wrong with them.
type reader struct {
	query
	wrong []problem.Field
}

func (r *reader) refuse(name, key string, args ...any) {
	r.wrong = append(r.wrong, problem.Field{Name: name, Key: key, Args: args})
}

// understand reads the parameters that a list knows.
func understand(values url.Values, known []string) (*query, error) {
	r := &reader{query: query{page: 1, perPage: DefaultPerPage}}
	for name, given := range values {
		switch {
		case !slices.Contains(known, name):
			// The name is not repeated: it may hold anything.
			r.refuse("query", "hsds.parameter.unknown", "known", strings.Join(known, ", "))
		case len(given) > 1:
			r.refuse(name, "hsds.parameter.once")
		case given[0] != "": // an empty parameter is one that a form left empty
			r.read(name, given[0])
		}
	}
	if r.proximity > 0 && r.query.postcode == "" {
		r.refuse("proximity", "hsds.parameter.proximity_alone")
	}
	if r.minimal && r.full {
		r.refuse("minimal", "hsds.parameter.minimal_full")
	}
	if len(r.wrong) > 0 {
		slices.SortFunc(r.wrong, func(a, b problem.Field) int { return strings.Compare(a.Name+a.Key, b.Name+b.Key) })
		return nil, &problem.Invalid{Fields: slices.CompactFunc(r.wrong, func(a, b problem.Field) bool {
			return a.Name == b.Name && a.Key == b.Key
		})}
	}
	return &r.query, nil
}

func (r *reader) read(name, value string) {
	switch name {
	case "search":
		r.search(value)
	case "page":
		r.page = r.count(name, value, 1, math.MaxInt32)
	case "per_page":
		r.perPage, r.paged = r.count(name, value, 1, MaxPerPage), true
	case "format":
		r.ndjson = value == "ndjson"
		if value != "json" && value != "ndjson" {
			r.refuse(name, "hsds.parameter.format")
		}
	case "taxonomy_term_id":
		r.term = r.id(name, value)
	case "taxonomy_id":
		r.taxonomy = r.id(name, value)
	case "organization_id":
		r.org = r.id(name, value)
	case "parent_id":
		r.parent = r.id(name, value)
	case "modified_after":
		r.after = r.time(name, value)
	case "minimal":
		r.minimal = r.truth(name, value)
	case "full":
		r.full = r.truth(name, value)
	case "full_service":
		r.fullOfOrg = r.truth(name, value)
	case "top_only":
		r.topOnly = r.truth(name, value)
	case "postcode":
		if r.query.postcode = postcode(value); len(value) > 20 || r.query.postcode == "" {
			r.refuse(name, "hsds.parameter.postcode")
		}
	case "proximity":
		r.metres(value)
	}
}

func (r *reader) search(value string) {
	if len(value) > maxSearch {
		r.refuse("search", "hsds.parameter.search", "max", maxWords)
		return
	}
	for w := range wordsOf(value) {
		if !slices.Contains(r.words, w) {
			r.words = append(r.words, w)
		}
	}
	if len(r.words) == 0 || len(r.words) > maxWords {
		r.refuse("search", "hsds.parameter.search", "max", maxWords)
	}
}

func (r *reader) count(name, value string, least, most int) int {
	n, err := strconv.Atoi(value)
	if err != nil || n < least || n > most {
		r.refuse(name, "hsds.parameter.count", "min", least, "max", most)
		return least
	}
	return n
}

func (r *reader) id(name, value string) string {
	u, err := uuid.Parse(value)
	if err != nil || len(value) != 36 {
		r.refuse(name, "hsds.parameter.uuid")
	}
	return u.String()
}

func (r *reader) truth(name, value string) bool {
	switch value {
	case "true", "1":
		return true
	case "false", "0":
	default:
		r.refuse(name, "hsds.parameter.truth")
	}
	return false
}

func (r *reader) time(name, value string) time.Time {
	// A plus that was not escaped arrives as a space: 2026-01-01T00:00:00 03:00.
	value = strings.Replace(value, " ", "+", 1)
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05", time.DateOnly} {
		if t, err := time.Parse(layout, value); err == nil {
			return t
		}
	}
	r.refuse(name, "hsds.parameter.time")
	return time.Time{}
}

func (r *reader) metres(value string) {
	m, err := strconv.ParseFloat(value, 64)
	if err != nil || !(m > 0 && m <= earth) {
		r.refuse("proximity", "hsds.parameter.metres", "max", earth)
		return
	}
	r.proximity = m
}
