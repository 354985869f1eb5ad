package api

import (
	"net/http"
	"reflect"
	"slices"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"rufaa/internal/policy"
)

// raw adds a route whose body or answer is no JSON: uploads, downloads, lists.
// Who asks comes first, as everywhere; the room asks the door before it reads.
// Describe completes the description.
func raw(a *api, action policy.Action, rt route, describe func(*huma.Operation), do func(*call) error) {
	if !slices.Contains(policy.Actions, action) {
		panic("api: route " + rt.id + " without a policy action")
	}
	rt.path = root + rt.path
	if rt.status == 0 {
		rt.status = http.StatusNoContent
	}
	op := a.operation(action, rt, reflect.TypeFor[none](), nil, reflect.TypeFor[none]())
	describe(op)
	a.operations = append(a.operations, Operation{Method: rt.method, Path: rt.path, ID: rt.id, Action: action, Once: rt.once()})
	a.huma.OpenAPI().AddOperation(op)
	a.huma.Adapter().Handle(op, func(hc huma.Context) {
		r, w := humago.Unwrap(hc)
		c := &call{api: a, w: Mark(a.of, w), r: r, route: &rt, action: action}
		*r = *r.WithContext(withCall(r.Context(), c))
		err := c.enter()
		if err == nil {
			c.readQuery()
			err = c.wrong()
		}
		if err == nil {
			err = do(c)
		}
		if err != nil {
			a.fail(c.w, r, err)
		}
		Taken(r.Context(), c.w, c.actor.Agency)
	})
}
