package api

import (
	"net/http"
	"reflect"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"rufaa/internal/office"
	"rufaa/internal/policy"
)

// door says who asks the policy door, and about what.
type door int

const (
	realmDoor         door = iota // about the realm as a whole, before the handler
	roomDoor                      // the room asks, about lists that it narrows itself
	caseDoor                      // the room asks, about the case {id}
	referralDoor                  // the room asks, about the referral {id}
	likenessDoor                  // the room asks, about the likeness {id}
	inquiryDoor                   // the room asks, about the inquiry {id}
	sceneDoor                     // the room asks, about the scene {id}
	exhibitDoor                   // the room asks, about the exhibit {id}
	sceneExhibitsDoor             // the room asks, about the exhibits of the scene {id}
	staffDoor                     // the handler asks, about the account {id}
	openDoor                      // nobody: there is no session yet
)

// route is what the description and the wiring need to know.
type route struct {
	method, path string
	id           string // operation id, e.g. "take-case"
	summary      string
	tag          string
	door         door
	status       int                   // of success; 200 when zero, 204 without an answer
	also         func(*huma.Operation) // completes the description; nil: nothing to add
	ordered      bool                  // takes Idempotency-Key and If-Match, gives an ETag
	versioned    bool                  // a read whose ETag has its version (call.version)
	optional     []string              // body fields that may be left out; "*" is all
	query        []query
	bytes        int64 // longest body; maxBody when zero
	noDuty       bool  // may be called before a duty is chosen
}

// query is one parameter of the address.
type query struct {
	name, doc string
	number    bool
	min, max  int
	preset    int
	terms     []string
	known     func(of *office.Office, v string) bool // nil: any value
	wrong     string                                 // text where known says no; one of a list when empty
}

// termOf and isCategory hold a parameter against the vocabularies: a misspelt
// county would otherwise answer that nothing is there.
func termOf(list string) func(*office.Office, string) bool {
	return func(of *office.Office, v string) bool { _, ok := of.Content.Term(list, v); return ok }
}

func isCategory(of *office.Office, v string) bool { _, ok := of.Content.Service(v); return ok }

// none stands for no body, and for no answer.
type none struct{}

// add is the one way to a route. It takes the policy action first, so that a
// route without one cannot be written, and wires the fixed order: who asks,
// the door, then the input.
func add[In, Out any](a *api, action policy.Action, rt route, do func(*call, *In) (Out, error)) {
	if !slices.Contains(policy.Actions, action) {
		panic("api: route " + rt.id + " without a policy action")
	}
	rt.path = root + rt.path
	in, out := reflect.TypeFor[In](), reflect.TypeFor[Out]()
	if rt.status == 0 {
		rt.status = http.StatusOK
		if out == reflect.TypeFor[none]() {
			rt.status = http.StatusNoContent
		}
	}
	schema := a.bodySchema(in, rt)
	op := a.operation(action, rt, in, schema, out)
	if rt.also != nil {
		rt.also(op)
	}
	a.operations = append(a.operations, Operation{
		Method: rt.method, Path: rt.path, ID: rt.id, Action: action, Open: rt.door == openDoor, Once: rt.once(),
	})
	a.huma.OpenAPI().AddOperation(op)
	a.huma.Adapter().Handle(op, func(hc huma.Context) {
		r, w := humago.Unwrap(hc)
		c := &call{api: a, w: Mark(a.of, w), r: r, route: &rt, action: action}
		*r = *r.WithContext(withCall(r.Context(), c))
		var body In
		answer, err := serve(c, schema, &body, do)
		if err != nil {
			a.fail(w, r, err)
			return
		}
		if c.sent {
			Taken(r.Context(), c.w, c.actor.Agency)
			return
		}
		c.answer(rt.status, answer, out == reflect.TypeFor[none]())
	})
}

func serve[In, Out any](c *call, schema *huma.Schema, body *In, do func(*call, *In) (Out, error)) (Out, error) {
	var no Out
	if err := c.enter(); err != nil {
		return no, err
	}
	c.readQuery()
	c.readOrder()
	if schema != nil {
		c.readBody(schema, body)
	}
	if err := c.wrong(); err != nil {
		// The input is wrong. Whether the caller may know of the thing at all
		// is asked first all the same.
		if denied := c.admit(); denied != nil {
			return no, denied
		}
		return no, err
	}
	if c.order.Key != "" && c.route.once() == OnceKept {
		return doOnce(c, body, do)
	}
	return do(c, body)
}

// bodySchema describes the body; it is also what the body is held against.
func (a *api) bodySchema(in reflect.Type, rt route) *huma.Schema {
	if in == reflect.TypeFor[none]() {
		return nil
	}
	registry := a.huma.OpenAPI().Components.Schemas
	ref := registry.Schema(in, true, rt.id)
	s := registry.SchemaFromRef(ref.Ref)
	s.Required = slices.DeleteFunc(s.Required, func(name string) bool {
		return slices.Contains(rt.optional, "*") || slices.Contains(rt.optional, name)
	})
	s.PrecomputeMessages()
	return ref
}

// pathParams names what stands in braces in a path.
func pathParams(p string) []string {
	var out []string
	for part := range strings.SplitSeq(p, "/") {
		if strings.HasPrefix(part, "{") {
			out = append(out, strings.Trim(part, "{}"))
		}
	}
	return out
}
