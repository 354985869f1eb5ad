package intake

import (
	"slices"

	"rufaa/internal/problem"
)

// Assignment says what one column means; no Field leaves it out.
type Assignment struct {
	Column string `json:"column"` // heading, as it stands in the file
	Field  Field  `json:"field"`
}

// Mapping says what the columns of a sheet mean, in their order.
type Mapping []Assignment

// Guess reads the headings. What nobody recognises, and a second column for a
// field that holds one value, is left out.
func Guess(columns []string) Mapping {
	m := make(Mapping, len(columns))
	for i, c := range columns {
		f := guessField(c)
		taken := slices.ContainsFunc(m[:i], func(a Assignment) bool { return a.Field == f })
		if taken && !slices.Contains(several, f) {
			f = ""
		}
		m[i] = Assignment{c, f}
	}
	return m
}

// check refuses a mapping that cannot be meant for these columns.
func (m Mapping) check(columns []string) error {
	var wrong []problem.Field
	refuse := func(key string, args ...any) {
		wrong = append(wrong, problem.Field{Name: "mapping", Key: key, Args: args})
	}
	known, used := AllFields(), map[Field]bool{}
	for i, a := range m {
		switch {
		case i >= len(columns) || a.Column != columns[i]:
			refuse("hsds.import.mapping_column", "n", i+1)
		case a.Field == "":
		case !slices.Contains(known, a.Field):
			refuse("hsds.import.mapping_field", "n", i+1)
		case used[a.Field] && !slices.Contains(several, a.Field):
			refuse("hsds.import.mapping_twice", "n", i+1)
		}
		used[a.Field] = true
	}
	if !used[OrgName] && !used[ServiceName] {
		refuse("hsds.import.mapping_name")
	}
	if used[Latitude] != used[Longitude] {
		refuse("hsds.import.mapping_coordinates")
	}
	if len(wrong) > 0 {
		return &problem.Invalid{Fields: wrong}
	}
	return nil
}

func (m Mapping) has(f Field) bool {
	return slices.ContainsFunc(m, func(a Assignment) bool { return a.Field == f })
}
