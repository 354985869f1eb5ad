package hsds

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
)

// SchemaFiles are the publisher's schemas with licence and notice.
//
//go:embed schema
var SchemaFiles embed.FS

// Kind names a document that can be checked: a schema ("service", "phone", …),
// an item of a list ("service_list"), or a page of items ("page/service_list").
type Kind string

// Kinds of answers of the API. A list gives List items, or the Full ones when
// full=true.
const (
	ServiceKind      Kind = "service"
	OrganizationKind Kind = "organization"
	LocationKind     Kind = "location"
	AtLocationKind   Kind = "service_at_location"
	TaxonomyKind     Kind = "taxonomy"
	TermKind         Kind = "taxonomy_term"
	AboutKind        Kind = "about"

	ServiceItem      Kind = "service_list"
	OrganizationItem Kind = "organization_list"
	AtLocationItem   Kind = "service_at_location_list"
)

// PageOf is the page that holds items of a kind.
func PageOf(item Kind) Kind { return "page/" + item }

// document is a JSON Schema as read.
type document = map[string]any

// readSchemas gives every schema by kind, with references by file name, and
// the three kinds that the publisher only has pre-expanded: an organisation
// with its services, a service at location with its service, the items of
// lists.
func readSchemas() (map[string]document, error) {
	docs := map[string]document{}
	for _, dir := range []string{"schema", "schema/compiled"} {
		files, err := fs.Glob(SchemaFiles, dir+"/*.json")
		if err != nil {
			return nil, fmt.Errorf("schemas: %w", err)
		}
		for _, f := range files {
			doc, err := readDocument(SchemaFiles, f)
			if err != nil {
				return nil, err
			}
			docs[strings.TrimSuffix(path.Base(f), ".json")] = doc
		}
	}
	addWhole(docs)
	addPages(docs)
	return docs, nil
}

func readDocument(fsys fs.FS, name string) (document, error) {
	raw, err := fs.ReadFile(fsys, name)
	if err != nil {
		return nil, fmt.Errorf("schemas: %w", err)
	}
	var doc document
	if err := json.Unmarshal(raw, &doc); err != nil {
		return nil, fmt.Errorf("schemas: %s: %w", name, err)
	}
	return doc, nil
}

// addWhole makes "whole/organization" and "whole/service_at_location". In a
// schema file they lack the property that only stands at the top of an answer.
func addWhole(docs map[string]document) {
	whole := func(name, property string, schema document) {
		doc := maps.Clone(docs[name])
		props := maps.Clone(doc["properties"].(document))
		props[property] = schema
		doc["properties"] = props
		docs["whole/"+name] = doc
	}
	service := document{"$ref": "service.json"}
	whole("organization", "services", document{"type": "array", "items": service})
	whole("service_at_location", "service", service)
}

// addPages makes a page for every kind that is listed. The publisher's Page
// requires nothing in openapi.json; release 3.1.1 requires every member.
func addPages(docs map[string]document) {
	page := docs["openapi"]["components"].(document)["schemas"].(document)["Page"].(document)
	for _, item := range []Kind{ServiceKind, ServiceItem, OrganizationKind, OrganizationItem, AtLocationKind,
		AtLocationItem, TaxonomyKind, TermKind} {
		props := maps.Clone(page["properties"].(document))
		props["contents"] = document{"type": "array", "items": document{"$ref": file(item)}}
		docs[string(PageOf(item))] = document{
			"type": "object", "properties": props, "required": toAny(slices.Sorted(maps.Keys(props))),
		}
	}
	docs[string(AboutKind)] = document{
		"type": "object",
		"properties": document{
			"version":     document{"type": "string"},
			"profile":     document{"type": "string", "format": "uri"},
			"openapi_url": document{"type": "string", "format": "uri"},
		},
		"required": []any{"version", "profile", "openapi_url"},
	}
}

// file is the reference under which a kind is compiled; see addWhole.
func file(k Kind) string {
	if k == OrganizationKind || k == AtLocationKind {
		return "whole-" + string(k) + ".json"
	}
	return strings.ReplaceAll(string(k), "/", "-") + ".json"
}

func toAny(names []string) []any {
	out := make([]any, len(names))
	for i, n := range names {
		out[i] = n
	}
	return out
}
