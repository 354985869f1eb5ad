package api

import (
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"rufaa/internal/policy"
)

// describe begins the OpenAPI 3.1 description.
func describe(base string) *huma.OpenAPI {
	server := base
	if server == "" {
		server = "/"
	}
	return &huma.OpenAPI{
		OpenAPI: "3.1.0",
		Info: &huma.Info{
			Title: "Rufaa", Version: "1",
			Description: "Referral of trafficked persons between agencies. Every operation names the policy action " +
				"that the door is asked for (x-policy-action). A thing that is not there and a thing that is not yours are the same 404.",
		},
		Servers: []*huma.Server{{URL: server}},
		Components: &huma.Components{
			Schemas: huma.NewMapRegistry("#/components/schemas/", schemaName),
			SecuritySchemes: map[string]*huma.SecurityScheme{
				"bearer": {Type: "http", Scheme: "bearer", Description: "The token that POST /api/v1/session answers"},
				"cookie": {Type: "apiKey", In: "cookie", Name: cookie, Description: "The pages' session, from the same origin only"},
			},
		},
	}
}

// schemaName tells apart types of the same name by their room.
func schemaName(t reflect.Type, hint string) string {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	name := huma.DefaultSchemaNamer(t, hint)
	if room := t.PkgPath()[strings.LastIndexByte(t.PkgPath(), '/')+1:]; room != "" && room != "api" && t.Kind() == reflect.Struct {
		name = strings.ToUpper(room[:1]) + room[1:] + name
	}
	return name
}

// requireOnce names a required field once: one that hides a field of an
// embedded type is named for both, and JSON Schema does not take that.
func requireOnce(schemas map[string]*huma.Schema) {
	for _, s := range schemas {
		named := map[string]bool{}
		s.Required = slices.DeleteFunc(s.Required, func(name string) bool {
			again := named[name]
			named[name] = true
			return again
		})
	}
}

func (a *api) operation(action policy.Action, rt route, in reflect.Type, body *huma.Schema, out reflect.Type) *huma.Operation {
	op := &huma.Operation{
		Method: rt.method, Path: rt.path, OperationID: rt.id, Summary: rt.summary, Tags: []string{rt.tag},
		Extensions: map[string]any{"x-policy-action": string(action)},
		Responses:  map[string]*huma.Response{},
		Security:   []map[string][]string{{"bearer": {}}, {"cookie": {}}},
	}
	if rt.door == openDoor {
		op.Security = []map[string][]string{}
	}
	if body != nil {
		op.RequestBody = &huma.RequestBody{Required: len(rt.optional) == 0 || rt.optional[0] != "*", Content: map[string]*huma.MediaType{"application/json": {Schema: body}}}
	}
	a.describeParams(op, rt)
	done := &huma.Response{Description: "Done"}
	if out != reflect.TypeFor[none]() {
		done.Content = map[string]*huma.MediaType{"application/json": {Schema: a.typeOf(out, rt.id+"-answer")}}
	}
	if rt.ordered {
		done.Headers = map[string]*huma.Param{"ETag": {Description: "Version of the thing", Schema: &huma.Schema{Type: huma.TypeString}}}
	}
	op.Responses[strconv.Itoa(rt.status)] = done
	if listed(rt.id) {
		done.Headers = map[string]*huma.Param{
			"ETag":          {Description: "Of this list as this person in this duty is told it, in this language", Schema: &huma.Schema{Type: huma.TypeString}},
			"Cache-Control": {Description: "private, no-cache: kept by who asked, asked for anew each time", Schema: &huma.Schema{Type: huma.TypeString}},
		}
		op.Responses["304"] = &huma.Response{Description: "The list in If-None-Match still stands"}
	}
	if rt.versioned {
		done.Headers = map[string]*huma.Param{"ETag": {Description: "Version of the thing, and a digest of what this person in this duty is told of it, in this language", Schema: &huma.Schema{Type: huma.TypeString}}}
		op.Responses["304"] = &huma.Response{Description: "What the tag in If-None-Match was given for still stands, for this person in this duty"}
	}
	op.Responses["default"] = &huma.Response{
		Description: "A problem (RFC 9457), in the caller's language",
		Content:     map[string]*huma.MediaType{problemType: {Schema: a.typeOf(reflect.TypeFor[Problem](), "Problem")}},
	}
	return op
}

func (a *api) describeParams(op *huma.Operation, rt route) {
	text := &huma.Schema{Type: huma.TypeString}
	for _, name := range pathParams(rt.path) {
		op.Parameters = append(op.Parameters, &huma.Param{Name: name, In: "path", Required: true, Schema: text})
	}
	for _, q := range rt.query {
		s := &huma.Schema{Type: huma.TypeString}
		if q.number {
			low, high := float64(q.min), float64(q.max)
			s = &huma.Schema{Type: huma.TypeInteger, Minimum: &low, Maximum: &high, Default: q.preset}
		}
		for _, t := range q.terms {
			s.Enum = append(s.Enum, t)
		}
		op.Parameters = append(op.Parameters, &huma.Param{Name: q.name, In: "query", Description: q.doc, Schema: s})
	}
	header := func(name, doc string) {
		op.Parameters = append(op.Parameters, &huma.Param{Name: name, In: "header", Description: doc, Schema: text})
	}
	if way := rt.once(); way == OnceRoom || way == OnceKept {
		header("Idempotency-Key", "1 to 200 visible ASCII characters: the same key with the same body is done once")
	}
	if rt.ordered {
		header("If-Match", "The ETag of the read, or of the last command's answer, that the command was made on; another version is refused with 412")
	}
	if listed(rt.id) {
		header("If-None-Match", "The ETag of the list that is known already; the answer is then 304")
	}
	if rt.versioned {
		header("If-None-Match", "The ETag that is known already; the answer is then 304")
	}
}
