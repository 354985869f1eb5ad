package api

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/validation"
	strict "github.com/go-json-experiment/json"

	"rufaa/internal/problem"
)

// readBody reads and decodes the body. It keeps what is wrong for later: the
// door is asked before anything about the input is told.
func (c *call) readBody(schema *huma.Schema, into any) {
	most := int64(maxBody)
	if c.route.bytes > 0 {
		most = c.route.bytes
	}
	body := Bound(c.w, c.r.Body, most)
	defer body.Drain()
	raw, err := io.ReadAll(body)
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		c.bodyErr = errTooLarge
		return
	case err != nil:
		c.bodyErr = errMalformed
		return
	}
	if len(raw) == 0 {
		raw = []byte("{}")
	} else if !isJSON(c.r.Header.Get("Content-Type")) {
		c.bodyErr = errMediaType
		return
	}
	var loose any
	// Strict: one value, valid UTF-8, no name twice.
	if err := strict.Unmarshal(raw, &loose); err != nil {
		c.bodyErr = errMalformed
		return
	}
	c.fields = append(c.fields, c.api.check(schema, loose)...)
	if len(c.fields) > 0 {
		return
	}
	err = strict.Unmarshal(raw, into, strict.RejectUnknownMembers(true))
	var at *strict.SemanticError
	if errors.As(err, &at) {
		key := "api.error.type"
		if errors.Is(err, strict.ErrUnknownName) {
			key = "common.error.unknown_field"
		}
		c.bad(fieldName(strings.ReplaceAll(string(at.JSONPointer), "/", ".")), key)
	} else if err != nil {
		c.bodyErr = errMalformed
	}
}

func isJSON(contentType string) bool {
	kind, _, err := mime.ParseMediaType(contentType)
	return err == nil && (kind == "application/json" || strings.HasPrefix(kind, "application/") && strings.HasSuffix(kind, "+json"))
}

// check holds a decoded body against its description.
func (a *api) check(schema *huma.Schema, body any) []problem.Field {
	res := &huma.ValidateResult{}
	huma.Validate(a.huma.OpenAPI().Components.Schemas, schema, huma.NewPathBuffer(nil, 0), huma.ModeWriteToServer, body, res)
	var out []problem.Field
	for _, err := range res.Errors {
		var d *huma.ErrorDetail
		if !errors.As(err, &d) || len(out) == maxFields {
			continue
		}
		out = append(out, fieldOf(d))
	}
	slices.SortFunc(out, func(x, y problem.Field) int { return strings.Compare(x.Name+x.Key, y.Name+y.Key) })
	return slices.CompactFunc(out, func(x, y problem.Field) bool { return x.Name == y.Name && x.Key == y.Key })
}

// maxFields bounds how much one answer says about a hopeless body.
const maxFields = 50

// prefix is the fixed part of one of huma's messages.
func prefix(message string) string { return message[:strings.IndexByte(message, '%')] }

var (
	saysRequired = prefix(validation.MsgExpectedRequiredProperty)
	saysMaxLen   = prefix(validation.MsgExpectedMaxLength)
	saysMinLen   = prefix(validation.MsgExpectedMinLength)
	saysMaxItems = prefix(validation.MsgExpectedMaxItems)
	saysOneOf    = prefix(validation.MsgExpectedOneOf)
)

// fieldOf turns what huma says into a text of the catalog. Of the input only
// names are kept, where they look like names.
func fieldOf(d *huma.ErrorDetail) problem.Field {
	f := problem.Field{Name: fieldName(d.Location), Key: "api.error.type"}
	number := func(prefix string) int {
		n, _ := strconv.Atoi(strings.TrimPrefix(d.Message, prefix))
		return n
	}
	switch m := d.Message; {
	case m == validation.MsgUnexpectedProperty:
		f.Key = "common.error.unknown_field"
	case strings.HasPrefix(m, saysRequired):
		name, _, _ := strings.Cut(m[len(saysRequired):], " ")
		f.Name, f.Key = strings.TrimPrefix(f.Name+"."+name, "."), "common.error.required"
	case strings.HasPrefix(m, saysMaxLen):
		f.Key, f.Args = "common.error.too_long", []any{"max", number(saysMaxLen)}
	case strings.HasPrefix(m, saysMinLen):
		f.Key, f.Args = "common.error.too_short", []any{"min", number(saysMinLen)}
	case strings.HasPrefix(m, saysMaxItems):
		f.Key, f.Args = "common.error.too_many", []any{"max", number(saysMaxItems)}
	case strings.HasPrefix(m, saysOneOf):
		f.Key = "common.error.choose"
	case strings.HasPrefix(m, "expected number "):
		f.Key = "api.error.number"
	}
	return f
}

var aName = regexp.MustCompile(`^([a-z_]{1,40}|[0-9]{1,3})$`)

// fieldName writes "others[0].phone" as "others.0.phone", as the rooms do, and
// ends before anything that does not look like the name of a field.
func fieldName(location string) string {
	location = strings.NewReplacer("[", ".", "]", "").Replace(location)
	var out []string
	for part := range strings.SplitSeq(location, ".") {
		if part == "" {
			continue
		}
		if !aName.MatchString(part) {
			break
		}
		out = append(out, part)
	}
	return strings.Join(out, ".")
}

// typeOf is the schema of an answer.
func (a *api) typeOf(t reflect.Type, hint string) *huma.Schema {
	return a.huma.OpenAPI().Components.Schemas.Schema(t, true, hint)
}
