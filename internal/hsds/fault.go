package hsds

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
)

// Fault is one place where a document departs from the standard.
type Fault struct {
	Path []string // from the top of the document, e.g. ["contents", "3", "email"]
	Rule string   // required, format, type, enum, unknown, other
	Want string   // what the standard asks for: names, a format, a type, values
}

// Nonconforming lists every fault of a document. It never holds a value of the
// document.
type Nonconforming struct {
	Kind   Kind
	Faults []Fault
}

func (n *Nonconforming) Error() string {
	parts := make([]string, 0, len(n.Faults))
	for _, f := range n.Faults {
		parts = append(parts, fmt.Sprintf("/%s: %s %s", strings.Join(f.Path, "/"), f.Rule, f.Want))
	}
	return fmt.Sprintf("not a conforming %s: %s", n.Kind, strings.Join(parts, "; "))
}

// Items counts the elements of the list at path that have a fault.
func (n *Nonconforming) Items(list string) int {
	seen := map[int]bool{}
	for _, f := range n.Faults {
		if len(f.Path) < 2 || f.Path[0] != list {
			continue
		}
		if i, err := strconv.Atoi(f.Path[1]); err == nil {
			seen[i] = true
		}
	}
	return len(seen)
}

func nonconforming(k Kind, err error) error {
	var invalid *jsonschema.ValidationError
	if !errors.As(err, &invalid) {
		return fmt.Errorf("check %s: %w", k, err)
	}
	n := &Nonconforming{Kind: k}
	n.gather(invalid)
	slices.SortStableFunc(n.Faults, func(a, b Fault) int { return slices.Compare(a.Path, b.Path) })
	return n
}

// gather keeps the leaves: what stands above them only says that something
// below is wrong.
func (n *Nonconforming) gather(e *jsonschema.ValidationError) {
	if len(e.Causes) > 0 {
		for _, c := range e.Causes {
			n.gather(c)
		}
		return
	}
	f := Fault{Path: slices.Clone(e.InstanceLocation), Rule: "other"}
	switch k := e.ErrorKind.(type) {
	case *kind.Required:
		f.Rule, f.Want = "required", strings.Join(k.Missing, ", ")
	case *kind.Format:
		f.Rule, f.Want = "format", k.Want
	case *kind.Type:
		f.Rule, f.Want = "type", strings.Join(k.Want, ", ")
	case *kind.Enum:
		f.Rule, f.Want = "enum", joined(k.Want)
	case *kind.AdditionalProperties:
		f.Rule, f.Want = "unknown", strings.Join(k.Properties, ", ")
	}
	n.Faults = append(n.Faults, f)
}

func joined(values []any) string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = fmt.Sprint(v)
	}
	return strings.Join(out, ", ")
}
