package content

import "fmt"

// ExtraField is something that one agency notes of a case besides what all do.
type ExtraField struct {
	ID      string `yaml:"id"`
	Agency  string `yaml:"agency"`
	Label   Words  `yaml:"label"`
	Kind    string `yaml:"kind"`    // text, number, date or choice
	Options []Term `yaml:"options"` // of a choice
	// Compartment is where the value is sealed; empty: it is not.
	Compartment string `yaml:"compartment"`
	Retired     bool   `yaml:"retired"` // no longer asked; old values stay readable
}

// Option finds one of the field's options.
func (f *ExtraField) Option(id string) (Term, bool) {
	for _, o := range f.Options {
		if o.ID == id {
			return o, true
		}
	}
	return Term{}, false
}

// ExtraFields gives an agency's own fields, retired ones too.
func (c *Content) ExtraFields(agency string) []ExtraField { return c.now.Load().extra[agency] }

// EveryExtraField gives those of all agencies, in the order of the file.
func (c *Content) EveryExtraField() []ExtraField { return c.now.Load().extras }

// ExtraField finds one field of an agency.
func (c *Content) ExtraField(agency, id string) (ExtraField, bool) {
	for _, f := range c.ExtraFields(agency) {
		if f.ID == id {
			return f, true
		}
	}
	return ExtraField{}, false
}

func (l *loader) extraFields() {
	const file = "extra-fields.yaml"
	var f struct{ Fields []ExtraField }
	root := l.read(file, &f)
	if root == nil {
		return
	}
	seen := map[[2]string]bool{}
	for i := range f.Fields {
		x, line := &f.Fields[i], lineOf(root, "fields", i)
		key := [2]string{x.Agency, x.ID}
		l.id(file, line, x.ID, seen[key])
		seen[key] = true
		l.id(file, line, x.Agency, false)
		l.words(file, line, "field "+x.ID, x.Label)
		l.extraKind(file, line, x)
		l.e.extra[x.Agency] = append(l.e.extra[x.Agency], *x)
	}
	l.e.extras = f.Fields
}

// extraKind checks kind, options and compartment of a field.
func (l *loader) extraKind(file string, line int, x *ExtraField) {
	switch x.Kind {
	case "text", "number", "date", "choice":
	default:
		l.add(file, line, fmt.Sprintf("field %q has the unknown kind %q", x.ID, x.Kind), "write text, number, date or choice")
	}
	if x.Kind == "text" && x.Compartment == "" {
		l.add(file, line, fmt.Sprintf("the text field %q names no compartment", x.ID), "people write names into free text: say where it is sealed")
	}
	if (x.Kind == "choice") != (len(x.Options) > 0) {
		l.add(file, line, fmt.Sprintf("field %q: options do not fit the kind %q", x.ID, x.Kind), "a choice has options, no other kind has")
	}
	taken := map[string]bool{}
	for _, o := range x.Options {
		l.id(file, line, o.ID, taken[o.ID])
		taken[o.ID] = true
		l.words(file, line, "option "+o.ID, o.Label)
	}
	if x.Compartment == "" || l.broken["vocabularies.yaml"] {
		return
	}
	if _, ok := l.e.terms["compartments"][x.Compartment]; !ok || x.Compartment == "witness" {
		l.add(file, line, fmt.Sprintf("field %q is sealed in %q, which it cannot be", x.ID, x.Compartment), "use a term of the vocabulary compartments other than witness")
	}
}
