package api

import (
	"cmp"
	"encoding/json"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"rufaa/internal/accounts"
	"rufaa/internal/casefile"
	"rufaa/internal/office"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
)

// call is one request on its way.
type call struct {
	api    *api
	w      http.ResponseWriter
	r      *http.Request
	route  *route
	action policy.Action

	who     accounts.Principal
	actor   realm.Actor
	token   string // as sent in the Authorization header
	order   casefile.Order
	matched bool // If-Match was sent
	text    map[string]string
	number  map[string]int
	fields  []problem.Field // what is wrong with the input
	bodyErr error           // the body as a whole cannot be read

	version  int64
	location string
	sent     bool // the answer went out already, as a file
	spoken   bool // tus: a refusal is final, and 409 would make clients try again
}

func (c *call) office() *office.Office { return c.api.of }

// id is the {id} of the path, or another named part of it.
func (c *call) id(name string) string { return c.r.PathValue(name) }

// enter finds out who asks, and asks the door where the route does so itself.
func (c *call) enter() error {
	if c.route.door == openDoor {
		c.token = bearer(c.r)
		return nil
	}
	if err := c.authenticate(); err != nil {
		return err
	}
	if c.who.Duty == "" && !c.route.noDuty {
		return errNoDuty
	}
	if c.route.door == realmDoor {
		if err := c.office().Door.Realm(c.actor.Principal, c.action); err != nil {
			return err
		}
	}
	for _, name := range pathParams(c.route.path) {
		if !plausible(c.id(name)) {
			return problem.ErrNotFound
		}
	}
	return nil
}

// cookie is the pages' session.
const cookie = "rufaa"

func (c *call) authenticate() error {
	c.token = bearer(c.r)
	token := c.token
	if token == "" {
		if c.r.Header.Get("Authorization") != "" {
			return errUnauthorised
		}
		k, err := c.r.Cookie(cookie)
		if err != nil {
			return errUnauthorised
		}
		if err := c.sameOrigin(); err != nil {
			return err
		}
		token = k.Value
	}
	who, err := c.office().Accounts.Authenticate(c.r.Context(), token)
	if err != nil {
		return err
	}
	c.who, c.actor = who, office.ActorOf(who)
	return nil
}

// sameOrigin guards requests that carry the pages' cookie: a browser sends it
// along whoever wrote the page.
func (c *call) sameOrigin() error {
	switch c.r.Header.Get("Sec-Fetch-Site") {
	case "", "same-origin", "none":
	default:
		return errCrossOrigin
	}
	if c.api.crossOrigin.Check(c.r) != nil {
		return errCrossOrigin
	}
	return nil
}

func bearer(r *http.Request) string {
	scheme, token, ok := strings.Cut(r.Header.Get("Authorization"), " ")
	if !ok || !strings.EqualFold(scheme, "bearer") {
		return ""
	}
	return strings.TrimSpace(token)
}

// admit asks the door about what the route is about. It is for wrong input
// only: with good input the room asks, once.
func (c *call) admit() error {
	ctx, of := c.r.Context(), c.office()
	switch c.route.door {
	case caseDoor:
		_, err := of.Cases.Admitted(ctx, c.actor, c.id("id"), c.action)
		return err
	case referralDoor:
		may, err := of.Referrals.May(ctx, c.actor, c.id("id"), c.action)
		if err != nil || may[c.action] {
			return err
		}
		if _, err := of.Referrals.View(ctx, c.actor, c.id("id")); err != nil {
			return err
		}
		return &problem.Denied{Action: string(c.action), Rule: "access.duty"}
	case likenessDoor:
		_, err := of.Likenesses.View(ctx, c.actor, c.id("id"))
		return err
	case inquiryDoor:
		_, err := of.Inquiries.Admitted(ctx, c.actor, c.id("id"), c.action)
		return err
	case sceneDoor:
		_, err := of.Scenes.Admitted(ctx, c.actor, c.id("id"), c.action)
		return err
	case exhibitDoor, sceneExhibitsDoor:
		return c.admitExhibit()
	case staffDoor:
		_, err := c.managed()
		return err
	}
	return nil
}

// wrong gathers what is wrong with the input, or nil.
func (c *call) wrong() error {
	if c.bodyErr != nil {
		return c.bodyErr
	}
	if len(c.fields) > 0 {
		return &problem.Invalid{Fields: c.fields}
	}
	return nil
}

func (c *call) bad(name, key string, args ...any) {
	c.fields = append(c.fields, problem.Field{Name: name, Key: key, Args: args})
}

const maxKey = 200

// readOrder reads what comes with a command besides its content.
func (c *call) readOrder() {
	if way := c.route.once(); way != OnceRoom && way != OnceKept {
		return
	}
	if keys, sent := c.r.Header["Idempotency-Key"]; sent {
		key := keys[0]
		visible := !slices.ContainsFunc([]byte(key), func(b byte) bool { return b < 0x21 || b > 0x7e })
		if len(keys) > 1 || key == "" || len(key) > maxKey || !visible {
			c.bad("Idempotency-Key", "api.error.key", "max", maxKey)
		}
		c.order.Key = key
	}
	if match := c.r.Header.Get("If-Match"); c.route.ordered && match != "" && match != "*" {
		n, ok := parseTag(match)
		if !ok {
			c.bad("If-Match", "api.error.version")
		}
		c.order.Expect, c.matched = n, true
	}
}

// parseTag reads the version out of an entity tag: "12" of a command's answer,
// or "12-..." of a read, whose end tells only which view was read.
func parseTag(s string) (int64, bool) {
	if len(s) < 3 || s[0] != '"' || s[len(s)-1] != '"' {
		return 0, false
	}
	version, view, read := strings.Cut(s[1:len(s)-1], "-")
	n, err := strconv.ParseInt(version, 10, 64)
	return n, err == nil && n > 0 && read == (len(view) == viewLen)
}

func tag(version int64) string { return `"` + strconv.FormatInt(version, 10) + `"` }

// readQuery reads the parameters of the address. Unknown ones are refused: a
// misspelt filter would otherwise answer another question.
func (c *call) readQuery() {
	c.text, c.number = map[string]string{}, map[string]int{}
	values, err := url.ParseQuery(c.r.URL.RawQuery)
	if err != nil {
		c.bad("query", "api.error.address")
	}
	for _, q := range c.route.query {
		v := values.Get(q.name)
		if len(values[q.name]) > 1 {
			c.bad(q.name, "api.error.query")
		}
		delete(values, q.name)
		if q.number {
			c.readNumber(q, v)
			continue
		}
		if len(q.terms) > 0 && v == "" {
			v = q.terms[0]
		}
		if len(q.terms) > 0 && !slices.Contains(q.terms, v) {
			c.bad(q.name, "common.error.choose")
		}
		if v != "" && !plausible(v) {
			c.bad(q.name, "common.error.unknown_term")
		} else if v != "" && q.known != nil && !q.known(c.office(), v) {
			c.bad(q.name, cmp.Or(q.wrong, "common.error.unknown_term"))
		}
		c.text[q.name] = v
	}
	if len(values) > 0 {
		c.bad("query", "common.error.unknown_field")
	}
}

func (c *call) readNumber(q query, v string) {
	c.number[q.name] = q.preset
	if v == "" {
		return
	}
	n, err := strconv.Atoi(v)
	if err != nil || n < q.min || n > q.max {
		c.bad(q.name, "common.error.number_range", "min", q.min, "max", q.max)
		return
	}
	c.number[q.name] = n
}

func (c *call) answer(status int, body any, empty bool) {
	h := c.w.Header()
	h.Set("Content-Language", c.api.language(c, c.r))
	if c.version > 0 {
		h.Set("ETag", tag(c.version))
	}
	if c.location != "" {
		h.Set("Location", c.api.base+root+c.location)
	}
	if empty {
		c.w.WriteHeader(status)
		return
	}
	raw, err := json.Marshal(body)
	if err != nil {
		c.api.fail(c.w, c.r, err)
		return
	}
	raw = append(raw, '\n')
	if listed(c.route.id) || c.route.versioned {
		c.answerTagged(raw)
		return
	}
	h.Set("Content-Type", "application/json")
	c.w.WriteHeader(status)
	c.w.Write(raw)
}

// address is the caller's, without the port.
func (c *call) address() string {
	host, _, err := net.SplitHostPort(c.r.RemoteAddr)
	if err != nil {
		return c.r.RemoteAddr
	}
	return host
}
