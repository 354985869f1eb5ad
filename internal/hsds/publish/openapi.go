package publish

import (
	"encoding/json"
	"fmt"
	"strings"

	"rufaa/internal/hsds"
)

// basePlaceholder stands for the public address until it is known.
const basePlaceholder = "https://base.invalid"

type node = map[string]any

// answerOf names the schema of what each path answers. The published
// description refers to pre-expanded copies on the internet, and for
// /service_at_locations/{id} to the wrong one.
var answerOf = map[string]hsds.Kind{
	"/services":                  hsds.ServiceItem,
	"/services/{id}":             hsds.ServiceKind,
	"/organizations":             hsds.OrganizationItem,
	"/organizations/{id}":        "organization_with_services",
	"/service_at_locations":      hsds.AtLocationItem,
	"/service_at_locations/{id}": "service_at_location_with_service",
	"/taxonomies":                hsds.TaxonomyKind,
	"/taxonomies/{id}":           hsds.TaxonomyKind,
	"/taxonomy_terms":            hsds.TermKind,
	"/taxonomy_terms/{id}":       hsds.TermKind,
}

// operations of GET, unique and with the two swapped ones put right (3.1.3).
var operations = map[string]string{
	"/": "getAPIMetaInformation", "/services": "getPaginatedListOfServices", "/services/{id}": "getFullyNestedServiceById",
	"/organizations": "getPaginatedListOfOrganizations", "/organizations/{id}": "getOrganizationById",
	"/service_at_locations":      "getPaginatedListOfServiceAtLocation",
	"/service_at_locations/{id}": "getServiceAtLocationWithNestedDataById",
	"/taxonomies":                "getPaginatedListOfTaxonomies", "/taxonomies/{id}": "getTaxonomyById",
	"/taxonomy_terms": "getPaginatedListOfTaxonomyTerms", "/taxonomy_terms/{id}": "getTaxonomyTermById",
}

// describe derives openapi.json from the published one: local references, this
// server's words, the answers that the published one leaves out.
func describe(o Options) ([]byte, error) {
	raw, err := hsds.SchemaFiles.ReadFile("schema/openapi.json")
	if err != nil {
		return nil, fmt.Errorf("openapi: %w", err)
	}
	var doc node
	if err := json.Unmarshal(raw, &doc); err != nil {
		return nil, fmt.Errorf("openapi: %w", err)
	}
	doc["info"] = info(o)
	doc["servers"] = []any{node{"url": basePlaceholder}}
	parts := doc["components"].(node)
	schemas, err := components()
	if err != nil {
		return nil, err
	}
	page := parts["schemas"].(node)["Page"].(node)
	page["required"] = []any{"total_items", "total_pages", "page_number", "size", "first_page", "last_page", "empty"}
	schemas["Page"], schemas["Problem"] = page, problemSchema()
	parts["schemas"] = schemas
	parts["responses"] = node{"Problem": node{"description": "What went wrong, and what to do (RFC 9457).",
		"content": node{"application/problem+json": node{"schema": ref("Problem")}}}}
	mendParameters(parts["parameters"].(node))
	paths := doc["paths"].(node)
	for path, p := range paths {
		mendPath(path, p.(node))
	}
	paths["/bulk"] = bulkPath()
	return json.Marshal(doc)
}

func info(o Options) node {
	i := node{"title": orElse(o.Title, "Human services"), "version": hsds.Version,
		"summary":     "Human Services Data Specification " + hsds.Version + " with the Kenya protection profile",
		"description": "Public part of the directory. Confidential places are published by their front door only. Parameters that are not described are refused."}
	if o.Contact != (Contact{}) {
		i["contact"] = drop(node{"name": o.Contact.Name, "url": o.Contact.URL, "email": o.Contact.Email})
	}
	if o.License.Name != "" {
		i["license"] = drop(node{"name": o.License.Name, "url": o.License.URL})
	}
	return i
}

func drop(n node) node {
	for k, v := range n {
		if v == "" {
			delete(n, k)
		}
	}
	return n
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

func ref(name string) node { return node{"$ref": "#/components/schemas/" + name} }

// components are all schemas, with references among themselves.
func components() (node, error) {
	out := node{}
	tables, err := hsds.Tables()
	if err != nil {
		return nil, err
	}
	names := []string{string(hsds.ServiceItem), string(hsds.OrganizationItem), string(hsds.AtLocationItem)}
	for _, t := range tables {
		names = append(names, string(t.Kind))
	}
	for _, name := range names {
		file := "schema/" + name + ".json"
		if strings.HasSuffix(name, "_list") {
			file = "schema/compiled/" + name + ".json"
		}
		raw, err := hsds.SchemaFiles.ReadFile(file)
		if err != nil {
			return nil, fmt.Errorf("openapi: %w", err)
		}
		var schema node
		if err := json.Unmarshal(raw, &schema); err != nil {
			return nil, fmt.Errorf("openapi: %s: %w", file, err)
		}
		out[name] = localised(schema)
	}
	out["organization_with_services"] = node{"allOf": []any{ref("organization"),
		node{"type": "object", "properties": node{"services": node{"type": "array", "items": ref("service")}}}}}
	out["service_at_location_with_service"] = node{"allOf": []any{ref("service_at_location"),
		node{"type": "object", "properties": node{"service": ref("service")}}}}
	return out, nil
}

// localised turns references by file name into references into components.
func localised(v any) any {
	switch n := v.(type) {
	case node:
		for k, e := range n {
			if file, ok := e.(string); ok && k == "$ref" {
				n[k] = "#/components/schemas/" + strings.TrimSuffix(file, ".json")
				continue
			}
			n[k] = localised(e)
		}
	case []any:
		for i := range n {
			n[i] = localised(n[i])
		}
	}
	return v
}

func problemSchema() node {
	text := node{"type": "string"}
	return node{"type": "object", "required": []any{"type", "title", "status", "detail"}, "properties": node{
		"type": text, "title": text, "detail": text, "status": node{"type": "integer"},
		"errors": node{"type": "array", "items": node{"type": "object", "properties": node{"parameter": text, "detail": text}}},
	}}
}

// mendParameters adds the limits of this server.
func mendParameters(p node) {
	schema := func(name string) node { return p[name].(node)["schema"].(node) }
	schema("page")["minimum"] = 1
	per := schema("per_page")
	per["minimum"], per["maximum"], per["default"] = 1, MaxPerPage, DefaultPerPage
	schema("modified_after")["format"] = "date-time"
	schema("format")["enum"] = []any{"json", "ndjson"}
	schema("search")["maxLength"] = maxSearch
	for _, id := range []string{"taxonomy_term_id", "taxonomy_id", "organization_id"} {
		schema(id)["format"] = "uuid"
	}
	p["minimal"].(node)["description"] = "Return services with id, name, status and last_modified only, all on one page unless per_page is given."
}

func mendPath(path string, p node) {
	for method, op := range p {
		if method == "parameters" {
			continue
		}
		o := op.(node)
		o["operationId"] = operations[path]
		if method == "post" {
			o["operationId"] = strings.Replace(operations[path], "get", "post", 1)
		}
		responses := o["responses"].(node)
		responses["default"] = node{"$ref": "#/components/responses/Problem"}
		answer, ok := answerOf[path]
		if !ok {
			continue
		}
		content := responses["200"].(node)["content"].(node)
		if strings.HasSuffix(path, "{id}") {
			content[asJSON] = node{"schema": ref(string(answer))}
			continue
		}
		items := fullToo(answer)
		content[asJSON] = node{"schema": node{"allOf": []any{ref("Page"),
			node{"type": "object", "properties": node{"contents": node{"type": "array", "items": items}}}}}}
		content[asNDJSON] = node{"schema": items}
	}
}

// fullToo is the schema of items that full=true makes longer.
func fullToo(item hsds.Kind) node {
	whole := map[hsds.Kind]string{hsds.ServiceItem: "service", hsds.OrganizationItem: "organization_with_services",
		hsds.AtLocationItem: "service_at_location_with_service"}
	if full, ok := whole[item]; ok {
		return node{"anyOf": []any{ref(string(item)), ref(full)}}
	}
	return ref(string(item))
}

func bulkPath() node {
	return node{"get": node{
		"operationId": "getBulk", "summary": "Everything at once",
		"description": "A zipped tabular data package, or with format=ndjson one fully nested service in a line.",
		"parameters": []any{node{"name": "format", "in": "query", "required": false,
			"schema": node{"type": "string", "enum": []any{"datapackage", "ndjson"}, "default": "datapackage"}}},
		"responses": node{
			"200": node{"description": "The whole public directory.", "content": node{
				"application/zip": node{"schema": node{"type": "string", "format": "binary"}}, asNDJSON: node{"schema": ref("service")}}},
			"default": node{"$ref": "#/components/responses/Problem"},
		},
	}}
}
