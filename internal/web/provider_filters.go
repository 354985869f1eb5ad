package web

import "rufaa/internal/web/ui"

// unknownFilters tells of each filter in the address that asks for what no list
// holds: it finds nothing, or narrows nothing, and either would be taken for an
// answer. A country is chosen on the map and has no field to point to.
func (rq *request) unknownFilters(f filters) []ui.FieldError {
	service := func(id string) bool { _, ok := rq.of.Content.Service(id); return ok }
	term := func(list string) func(string) bool {
		return func(id string) bool { _, ok := rq.of.Content.Term(list, id); return ok }
	}
	way := func(id string) bool { return id == "maybe" || id == "surely" }
	var out []ui.FieldError
	for _, x := range []struct {
		field, label, value string
		known               func(string) bool
	}{
		{"service", "web.f.service", f.service, service}, {"county", "web.col.county", f.county, term("counties")},
		{"", "keeping.f.country", f.country, term("countries")}, {"language", "web.f.language", f.language, term("languages")},
		{"open", "web.providers.open", f.open, way}, {"free", "web.providers.free", f.free, way},
	} {
		if x.value != "" && !x.known(x.value) {
			out = append(out, ui.FieldError{Field: x.field, Message: rq.t("web.providers.unknown", "what", rq.t(x.label))})
		}
	}
	return out
}
