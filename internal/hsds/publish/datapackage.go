package publish

import (
	"time"

	"rufaa/internal/hsds"
)

type dataPackage struct {
	Name      string         `json:"name"`
	Title     string         `json:"title"`
	Profile   string         `json:"profile"`
	Version   string         `json:"version"`
	Created   string         `json:"created,omitempty"`
	Licenses  []dataLicense  `json:"licenses,omitempty"`
	Resources []dataResource `json:"resources"`
}

type dataLicense struct {
	Title string `json:"title"`
	Path  string `json:"path,omitempty"`
}

type dataResource struct {
	Name      string     `json:"name"`
	Path      string     `json:"path"`
	Profile   string     `json:"profile"`
	Format    string     `json:"format"`
	MediaType string     `json:"mediatype"`
	Encoding  string     `json:"encoding"`
	Schema    dataSchema `json:"schema"`
}

type dataSchema struct {
	Fields      []dataField   `json:"fields"`
	PrimaryKey  string        `json:"primaryKey"`
	ForeignKeys []dataForeign `json:"foreignKeys,omitempty"`
}

type dataField struct {
	Name        string          `json:"name"`
	Type        string          `json:"type"`
	Format      string          `json:"format,omitempty"`
	Constraints *dataConstraint `json:"constraints,omitempty"`
}

type dataConstraint struct {
	Required bool     `json:"required,omitempty"`
	Unique   bool     `json:"unique,omitempty"`
	Enum     []string `json:"enum,omitempty"`
}

type dataForeign struct {
	Fields    string `json:"fields"`
	Reference struct {
		Resource string `json:"resource"`
		Fields   string `json:"fields"`
	} `json:"reference"`
}

// packageOf describes the tables after Frictionless Tabular Data Package 1.
func packageOf(tables []hsds.Table, o Options, at time.Time) dataPackage {
	p := dataPackage{Name: "human_services_data", Title: o.Title, Profile: "tabular-data-package", Version: hsds.Version}
	if !at.IsZero() {
		p.Created = at.Format(time.RFC3339)
	}
	if o.License.Name != "" {
		p.Licenses = []dataLicense{{Title: o.License.Name, Path: o.License.URL}}
	}
	there := map[hsds.Kind]bool{}
	for _, t := range tables {
		there[t.Kind] = true
	}
	for _, t := range tables {
		p.Resources = append(p.Resources, dataResource{Name: string(t.Kind), Path: t.Path, Profile: "tabular-data-resource",
			Format: "csv", MediaType: "text/csv", Encoding: "utf-8", Schema: schemaOf(t, there)})
	}
	return p
}

func schemaOf(t hsds.Table, there map[hsds.Kind]bool) dataSchema {
	s := dataSchema{PrimaryKey: "id"}
	for _, c := range t.Fields {
		f := dataField{Name: c.Name, Type: c.Type}
		if c.Key || c.Refers != "" {
			f.Format = "uuid"
		}
		if c.Type == "time" {
			f.Format = "any" // HH:MM and HH:MM:SS both occur
		}
		if c.Required || c.Key || len(c.Values) > 0 {
			f.Constraints = &dataConstraint{Required: c.Required, Unique: c.Key, Enum: c.Values}
		}
		s.Fields = append(s.Fields, f)
		// Programs of services and parents outside the directory are not
		// promised to be in the package.
		if c.Refers != "" && there[c.Refers] && c.Name != "parent_organization_id" {
			k := dataForeign{Fields: c.Name}
			k.Reference.Resource, k.Reference.Fields = string(c.Refers), "id"
			if c.Refers == t.Kind {
				k.Reference.Resource = "" // the table itself
			}
			s.ForeignKeys = append(s.ForeignKeys, k)
		}
	}
	return s
}
