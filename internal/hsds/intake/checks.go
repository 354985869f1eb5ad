package intake

import (
	"math"
	"regexp"
	"strconv"
	"strings"

	"github.com/nyaruka/phonenumbers"

	"rufaa/internal/hsds"
)

// finding is a problem before it has a row.
type finding struct {
	column  string
	key     string
	args    []any
	outcome Outcome
}

func found(column, key string, args ...any) finding {
	return finding{column: column, key: "hsds.import." + key, args: args, outcome: Refused}
}

// shared is a finding about a cell or row as such; see package sheets.
func shared(column, name string, args ...any) finding {
	return finding{column: column, key: "sheet." + name, args: args, outcome: Refused}
}

func (f finding) as(o Outcome) finding { f.outcome = o; return f }

// shortCode is a number like 116, 999 or 1195, which no numbering plan lists
// completely.
var shortCode = regexp.MustCompile(`^[1-9]\d{2,4}$`)

// phoneNumber normalises to E.164; short codes stay.
func phoneNumber(raw, country string) (string, bool) {
	raw = strings.Trim(strings.TrimSpace(raw), `"'`)
	if len(raw) > 40 {
		return "", false
	}
	if short := strings.ReplaceAll(raw, " ", ""); shortCode.MatchString(short) {
		return short, true
	}
	n, err := phonenumbers.Parse(raw, country)
	if err != nil || !phonenumbers.IsValidNumber(n) {
		return "", false
	}
	return phonenumbers.Format(n, phonenumbers.E164), true
}

// phones checks and normalises in place. path names them for the problem.
func (o *Options) phones(path string, list []hsds.Phone) (out []finding) {
	for i := range list {
		number, ok := phoneNumber(list[i].Number, o.Country)
		if !ok {
			out = append(out, found(at(path, i, "number"), "phone"))
			continue
		}
		list[i].Number = number
	}
	return out
}

func at(path string, i int, field string) string { return path + "." + strconv.Itoa(i) + "." + field }

// coordinates tells what is wrong with a point; "" when nothing is.
func (o *Options) coordinates(lat, lon float64) string {
	switch {
	case math.IsNaN(lat) || math.IsInf(lat, 0) || math.IsNaN(lon) || math.IsInf(lon, 0):
		return "coordinates_number"
	case o.Region.Holds(lat, lon):
		return ""
	case o.Region.Holds(lon, lat):
		return "coordinates_swapped"
	}
	return "coordinates_outside"
}

func (o *Options) location(path string, l *hsds.Location) (out []finding) {
	if (l.Latitude == nil) != (l.Longitude == nil) {
		out = append(out, found(path+"latitude", "coordinates_half"))
	} else if l.Latitude != nil {
		if key := o.coordinates(*l.Latitude, *l.Longitude); key != "" {
			out = append(out, found(path+"latitude", key))
		}
	}
	out = append(out, o.phones(path+"phones", l.Phones)...)
	return append(out, overlapping(path+"schedules", l.Schedules)...)
}

// attributes finds the terms and puts the known ones in place of those that
// the file describes.
func (o *Options) attributes(path string, list []hsds.Attribute) (out []finding) {
	if o.Terms == nil {
		return nil
	}
	for i := range list {
		if list[i].Term == nil && list[i].TaxonomyTermID == "" {
			continue // a label without a term is free text
		}
		t := o.Terms.of(&list[i])
		if t == nil {
			out = append(out, found(at(path, i, "taxonomy_term"), "term"))
			continue
		}
		list[i].Term, list[i].TaxonomyTermID = nil, t.ID
	}
	return out
}

// of finds the term of an attribute: by id, then by code, then by name.
func (t *Terms) of(a *hsds.Attribute) *hsds.Term {
	names := []string{a.TaxonomyTermID}
	if a.Term != nil {
		names = append(names, a.Term.ID, a.Term.Code, a.Term.Name)
	}
	for _, n := range names {
		if n == "" {
			continue
		}
		if known := t.Find(n); known != nil {
			return known
		}
	}
	return nil
}

// marksPlace tells whether attributes say that the place is confidential.
func marksPlace(list []hsds.Attribute) bool {
	hidden := hsds.ProfileTermID(hsds.PlaceHidden)
	for i := range list {
		if list[i].TermID() == hidden || list[i].Term != nil && list[i].Term.Code == hsds.PlaceHidden {
			return true
		}
	}
	return false
}
