package casefile

import (
	"maps"
	"slices"
	"strconv"

	"rufaa/internal/content"
	"rufaa/internal/ledger"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/valid"
	"rufaa/internal/vault"
)

// Extra is the value of one agency's own field (content/extra-fields.yaml). It
// stands in the clear or sealed, never both.
type Extra struct {
	ID          string       `json:"id"`
	Agency      string       `json:"agency"`
	Field       string       `json:"field"`
	Value       string       `json:"value,omitempty"`
	Compartment string       `json:"compartment,omitempty"`
	Sealed      vault.Sealed `json:"sealed,omitempty"`
	By          By           `json:"by"`
}

// ExtraEvent sets some of an agency's own fields; an empty value clears one.
type ExtraEvent struct {
	Values []Extra `json:"values"`
}

// RecordExtra notes what the own agency notes besides what all do.
type RecordExtra struct {
	Values map[string]string `json:"values" doc:"Id of the agency's own field -> value; empty clears it. Dates are YYYY-MM-DD"`

	agency string // of whoever records it
}

// Action is extra.record.
func (*RecordExtra) Action() policy.Action { return policy.ExtraRecord }

// Check requires known fields of the own agency and values of their kind.
func (x *RecordExtra) Check(c *valid.Check, k *content.Content) {
	if len(x.Values) == 0 {
		c.Add("values", "common.error.required")
	}
	c.Count("values", len(x.Values), 100)
	for _, id := range slices.Sorted(maps.Keys(x.Values)) {
		name, value := "values."+id, x.Values[id]
		f, ok := k.ExtraField(x.agency, id)
		if !ok || f.Retired {
			c.Add(name, "common.error.unknown_term")
			continue
		}
		if value == "" {
			continue
		}
		switch f.Kind {
		case "text":
			c.Text(name, &value, valid.MaxText, false)
			x.Values[id] = value
		case "number":
			if _, err := strconv.ParseFloat(value, 64); err != nil || len(value) > 20 {
				c.Add(name, "rulebook.error.number")
			}
		case "date":
			c.Date(name, value)
		case "choice":
			c.Term(name, value, func(id string) bool { o, ok := f.Option(id); return ok && !o.Retired }, true)
		}
	}
}

func (x *RecordExtra) decide(s *State, e *env) ([]ledger.Draft, error) {
	if err := s.open(); err != nil {
		return nil, err
	}
	var out ExtraEvent
	for _, id := range slices.Sorted(maps.Keys(x.Values)) {
		f, ok := e.content.ExtraField(x.agency, id)
		if !ok {
			return nil, &problem.Invalid{Fields: []problem.Field{{Name: "values." + id, Key: "common.error.unknown_term"}}}
		}
		v := Extra{ID: e.newID(), Agency: x.agency, Field: id, Compartment: f.Compartment}
		if f.Compartment == "" {
			v.Value = x.Values[id]
		} else {
			v.Sealed = e.sealed(s.Subject().ID, v.ID, "extra", vault.Compartment(f.Compartment), x.Values[id])
		}
		was := s.extra(x.agency, id)
		if was == nil && x.Values[id] == "" || was != nil && f.Compartment == "" && was.Value == v.Value {
			continue
		}
		out.Values = append(out.Values, v)
	}
	if len(out.Values) == 0 {
		return nil, &problem.Invalid{Fields: []problem.Field{{Name: "values", Key: "common.error.required"}}}
	}
	return happened(ExtraRecorded, out)
}

func foldExtra(s *State, p ExtraEvent, by By) {
	for _, v := range p.Values {
		v.By = by
		s.Extras = slices.DeleteFunc(slices.Clone(s.Extras), func(x Extra) bool { return x.Agency == v.Agency && x.Field == v.Field })
		if v.Value != "" || !v.Sealed.IsZero() {
			s.Extras = append(s.Extras, v)
		}
	}
}

func (s *State) extra(agency, field string) *Extra {
	for i := range s.Extras {
		if s.Extras[i].Agency == agency && s.Extras[i].Field == field {
			return &s.Extras[i]
		}
	}
	return nil
}

// ownItems are an agency's own sealed fields in one compartment. Items leaves
// them out, so that no referral and no other agency meets them.
func (s *State) ownItems(agency string, c vault.Compartment) []Item {
	var out []Item
	for i := range s.Extras {
		x := &s.Extras[i]
		if x.Agency != agency || x.Compartment != string(c) || x.Sealed.IsZero() {
			continue
		}
		it := item("extra", x.ID, "extra", c, x.Sealed)
		it.By, it.Extra = &x.By, x.Field
		out = append(out, it)
	}
	return out
}
