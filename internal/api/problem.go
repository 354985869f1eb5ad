package api

import (
	"encoding/json"
	"errors"
	"math"
	"net/http"
	"runtime"
	"strconv"
	"strings"
	"time"

	"rufaa/internal/accounts"
	"rufaa/internal/casefile"
	"rufaa/internal/notice"
	"rufaa/internal/problem"
	"rufaa/internal/store"
	"rufaa/internal/text"
)

const problemType = "application/problem+json"

// Problem is the answer to everything that did not go well (RFC 9457), in the
// caller's language. It never holds what was sent.
type Problem struct {
	Type       string       `json:"type" doc:"urn:rufaa:problem:<kind>; stable"`
	Title      string       `json:"title"`
	Status     int          `json:"status"`
	Detail     string       `json:"detail"`
	Rule       *RuleText    `json:"rule,omitempty" doc:"The rule that stands in the way"`
	Errors     []FieldError `json:"errors,omitempty" doc:"What is wrong with the input, field by field"`
	Expected   int64        `json:"expected,omitempty" doc:"Version the command was made on"`
	Have       int64        `json:"have,omitempty" doc:"Version that stands now"`
	RetryAfter int          `json:"retry_after,omitempty" doc:"Seconds to wait"`
}

// RuleText is a rule of the domain as it is told to whom it stops.
type RuleText struct {
	ID     string `json:"id"`
	Title  string `json:"title"`
	Why    string `json:"why"`
	Remedy string `json:"remedy"`
	Source string `json:"source"`
}

// FieldError is one thing wrong with one field.
type FieldError struct {
	Field   string `json:"field"`
	Message string `json:"message"`
	Remedy  string `json:"remedy,omitempty" doc:"What to do, where that is not the message itself"`
}

// fault is a problem that this package finds itself.
type fault struct {
	kind   string
	status int
}

func (f *fault) Error() string { return "api: " + f.kind }

// The faults.
var (
	errNoRoute      = &fault{"not-found", http.StatusNotFound}
	errMethod       = &fault{"method", http.StatusMethodNotAllowed}
	errUnauthorised = &fault{"unauthorised", http.StatusUnauthorized}
	errCrossOrigin  = &fault{"cross-origin", http.StatusForbidden}
	errNoDuty       = &fault{"duty-needed", http.StatusForbidden}
	errMalformed    = &fault{"malformed", http.StatusBadRequest}
	errTooLarge     = &fault{"too-large", http.StatusRequestEntityTooLarge}
	errMediaType    = &fault{"media-type", http.StatusUnsupportedMediaType}
	errFault        = &fault{"internal", http.StatusInternalServerError}
)

// fail answers a request with its problem.
func (a *api) fail(w http.ResponseWriter, r *http.Request, err error) {
	c, _ := r.Context().Value(callKey{}).(*call)
	lang := a.of.Texts.In(a.language(c, r))
	h := w.Header()
	p := a.problemOf(c, lang, err)
	if p.Status == http.StatusInternalServerError {
		a.logFault(c, err)
	}
	if p.Status == http.StatusUnauthorized {
		h.Set("WWW-Authenticate", `Bearer realm="rufaa"`)
	}
	if p.RetryAfter > 0 {
		h.Set("Retry-After", strconv.Itoa(p.RetryAfter))
	}
	h.Set("Content-Type", problemType)
	h.Set("Content-Language", lang.Code())
	raw, err := json.Marshal(p)
	if err != nil {
		raw = []byte(`{"type":"urn:rufaa:problem:internal","status":500}`)
	}
	w.WriteHeader(p.Status)
	w.Write(append(raw, '\n'))
}

func (a *api) logFault(c *call, err error) {
	operation := ""
	if c != nil {
		operation = c.route.id
	}
	a.of.Log.Error("api", "realm", a.of.Name, "operation", operation, "error", err.Error())
}

func newProblem(lang *text.Lang, kind string, status int) *Problem {
	return &Problem{
		Type: "urn:rufaa:problem:" + kind, Status: status,
		Title: lang.T("api.problem." + kind + ".title"), Detail: lang.T("api.problem." + kind + ".detail"),
	}
}

// problemOf maps what the rooms say to a problem.
func (a *api) problemOf(c *call, lang *text.Lang, err error) *Problem {
	var own *fault
	var refused *problem.Refused
	var denied *problem.Denied
	var invalid *problem.Invalid
	var changed *problem.Changed
	var probes *casefile.ErrTooManyProbes
	var often *notice.TooOften
	switch {
	case errors.As(err, &own):
		return newProblem(lang, own.kind, own.status)
	case errors.Is(err, problem.ErrNotFound):
		return newProblem(lang, "not-found", http.StatusNotFound)
	case errors.As(err, &refused) && c != nil && c.spoken:
		return a.withRule(newProblem(lang, "refused", http.StatusUnprocessableEntity), lang, refused.Rule, refused.Args)
	case errors.As(err, &refused):
		return a.withRule(newProblem(lang, "refused", http.StatusConflict), lang, refused.Rule, refused.Args)
	case errors.As(err, &denied):
		return a.withRule(newProblem(lang, "denied", http.StatusForbidden), lang, denied.Rule, nil)
	case errors.As(err, &invalid):
		p := newProblem(lang, "invalid", http.StatusUnprocessableEntity)
		for _, f := range invalid.Fields {
			told := FieldError{Field: f.Name, Message: fieldText(lang, f)}
			if key := f.Key + ".remedy"; lang.Has(key) {
				told.Remedy = lang.T(key, f.Args...)
			}
			p.Errors = append(p.Errors, told)
		}
		return p
	case errors.As(err, &changed):
		p := newProblem(lang, "changed", http.StatusConflict)
		if c != nil && c.matched {
			p.Status = http.StatusPreconditionFailed
		}
		p.Expected, p.Have = changed.Expected, changed.Have
		return p
	case errors.Is(err, problem.ErrKeyReused):
		return newProblem(lang, "key-reused", http.StatusUnprocessableEntity)
	case errors.As(err, &often):
		return later(newProblem(lang, "too-many", http.StatusTooManyRequests), often.RetryAfter)
	case errors.As(err, &probes):
		return later(newProblem(lang, "too-many", http.StatusTooManyRequests), probes.RetryAfter)
	case errors.Is(err, store.ErrFull):
		return newProblem(lang, "full", http.StatusInsufficientStorage)
	case errors.Is(err, store.ErrUnavailable), c != nil && c.r.Context().Err() != nil:
		return later(newProblem(lang, "unavailable", http.StatusServiceUnavailable), 2*time.Second)
	}
	if f := c.blobProblem(err); f != nil {
		return newProblem(lang, f.kind, f.status)
	}
	if p := accountProblem(lang, err); p != nil {
		return p
	}
	return newProblem(lang, "internal", http.StatusInternalServerError)
}

// fieldText is what is wrong with one field. A text nobody wrote yet is better
// plain than in brackets.
func fieldText(lang *text.Lang, f problem.Field) string {
	if !lang.Has(f.Key) {
		return lang.T("api.error.invalid")
	}
	return lang.T(f.Key, f.Args...)
}

func (a *api) withRule(p *Problem, lang *text.Lang, id string, args []any) *Problem {
	p.Rule = &RuleText{ID: id, Title: p.Title}
	rule, ok := a.of.Content.Rule(id)
	if !ok {
		return p
	}
	fill := func(s string) string {
		for i := 0; i+1 < len(args); i += 2 {
			name, _ := args[i].(string)
			value := ""
			switch v := args[i+1].(type) {
			case string:
				value = v
			case int:
				value = strconv.Itoa(v)
			}
			s = strings.ReplaceAll(s, "{"+name+"}", value)
		}
		return s
	}
	p.Rule = &RuleText{
		ID: id, Title: fill(rule.Title.In(lang.Code())), Why: fill(rule.Why.In(lang.Code())),
		Remedy: fill(rule.Remedy.In(lang.Code())), Source: rule.Source,
	}
	p.Detail = p.Rule.Title
	return p
}

func later(p *Problem, wait time.Duration) *Problem {
	p.RetryAfter = max(1, int(math.Ceil(wait.Seconds())))
	return p
}

// accountStatus maps the refusals of the accounts room.
var accountStatus = map[accounts.Refusal]int{
	accounts.ErrBadCredentials:     http.StatusUnauthorized,
	accounts.ErrNoSession:          http.StatusUnauthorized,
	accounts.ErrExpired:            http.StatusUnauthorized,
	accounts.ErrRevoked:            http.StatusUnauthorized,
	accounts.ErrSecondFactorNeeded: http.StatusUnauthorized,
	accounts.ErrEnrolmentNeeded:    http.StatusUnauthorized,
	accounts.ErrConductNeeded:      http.StatusUnauthorized,
	accounts.ErrBadPasskey:         http.StatusUnauthorized,
	accounts.ErrConductChanged:     http.StatusConflict,
	accounts.ErrStepGone:           http.StatusGone,
	accounts.ErrTooManyPasskeys:    http.StatusConflict,
	accounts.ErrNoOrigin:           http.StatusConflict,
	accounts.ErrNoSignOn:           http.StatusConflict,
	accounts.ErrLastAdministrator:  http.StatusConflict,
	accounts.ErrInvitation:         http.StatusNotFound,
	accounts.ErrInvitationUsed:     http.StatusGone,
	accounts.ErrInvitationExpired:  http.StatusGone,
	accounts.ErrUsernameTaken:      http.StatusConflict,
	accounts.ErrAgencyTaken:        http.StatusConflict,
	accounts.ErrAgencyClosed:       http.StatusConflict,
	accounts.ErrOnSelf:             http.StatusConflict,
	accounts.ErrWrongState:         http.StatusConflict,
	accounts.ErrNotYourDuty:        http.StatusForbidden,
	accounts.ErrNotDemo:            http.StatusForbidden,
	accounts.ErrBusy:               http.StatusServiceUnavailable,
}

// accountFields names the field that a refusal is about.
var accountFields = map[accounts.Refusal]string{
	accounts.ErrBadCode: "code", accounts.ErrWrongPassword: "old", accounts.ErrSignOnUnreachable: "issuer",
}

// accountProblem maps what accounts say; nil when it is not theirs.
func accountProblem(lang *text.Lang, err error) *Problem {
	key := accounts.Key(err)
	if key == "" {
		return nil
	}
	var refusal accounts.Refusal
	var tries *accounts.TooManyTries
	var weak *accounts.WeakPassword
	field := ""
	switch {
	case errors.As(err, &tries):
		return later(newProblem(lang, "too-many", http.StatusTooManyRequests), tries.RetryAfter)
	case errors.As(err, &weak):
		field = "password"
	case errors.As(err, &refusal):
		field = accountFields[refusal]
	}
	if field != "" {
		p := newProblem(lang, "invalid", http.StatusUnprocessableEntity)
		p.Errors = []FieldError{{Field: field, Message: fieldText(lang, problem.Field{Key: key})}}
		return p
	}
	status := accountStatus[refusal]
	if status == 0 {
		return nil
	}
	p := newProblem(lang, accountKind(status), status)
	p.Type = "urn:rufaa:problem:" + strings.ReplaceAll(string(refusal), "_", "-")
	if lang.Has(key) {
		p.Detail = lang.T(key)
	}
	if refusal == accounts.ErrBusy {
		return later(p, time.Second)
	}
	return p
}

// accountKind is the kind whose title fits a refusal.
func accountKind(status int) string {
	switch status {
	case http.StatusUnauthorized:
		return "unauthorised"
	case http.StatusNotFound, http.StatusGone:
		return "not-found"
	case http.StatusConflict:
		return "account"
	case http.StatusForbidden:
		return "denied"
	}
	return "unavailable"
}

// where names the place of a fault in the program.
func where() string {
	var pcs [8]uintptr
	n := runtime.Callers(4, pcs[:])
	frames := runtime.CallersFrames(pcs[:n])
	var out []string
	for {
		f, more := frames.Next()
		out = append(out, f.Function+":"+strconv.Itoa(f.Line))
		if !more {
			return strings.Join(out, " < ")
		}
	}
}
