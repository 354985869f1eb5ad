package web

import (
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"rufaa/internal/accounts"
	"rufaa/internal/casefile"
	"rufaa/internal/content"
	"rufaa/internal/problem"
	"rufaa/internal/store"
	"rufaa/internal/web/ui"
)

// refusal finds the rule that an error names.
func (rq *request) refusal(err error) (content.Rule, bool) {
	var r *problem.Refused
	var d *problem.Denied
	id := ""
	if errors.As(err, &r) {
		rule, ok := rq.of.Content.Rule(r.Rule)
		return rule.Filled(r.Args...), ok
	} else if errors.As(err, &d) {
		id = d.Rule
	}
	return rq.of.Content.Rule(id)
}

// refusalOf is the rule of a refusal that was asked for beforehand; nil: none.
func (rq *request) refusalOf(refused *problem.Refused) (content.Rule, bool) {
	if refused == nil {
		return content.Rule{}, false
	}
	return rq.refusal(refused)
}

// ruleNotice tells a refusal: what, why, what to do, and where it comes from.
func (rq *request) ruleNotice(rule content.Rule) templ.Component {
	l := rq.lang.Code()
	return with(ui.Banner(ui.Stop, rule.Title.In(l), "rule"),
		para(rule.Why.In(l)), para(rule.Remedy.In(l)), small(rq.t("web.rule.source", "source", rule.Source)))
}

// ruleReason stands in the place of a button that a rule would refuse: what
// stands in the way, and what to do.
func (rq *request) ruleReason(rule content.Rule) templ.Component {
	l := rq.lang.Code()
	return with(ui.InsetText(), para(rule.Title.In(l)+". "+rule.Why.In(l)), para(rule.Remedy.In(l)), small(rq.t("web.rule.source", "source", rule.Source)))
}

// fieldErrors turns input problems into the summary above a form.
func (rq *request) fieldErrors(err error) []ui.FieldError {
	var in *problem.Invalid
	if !errors.As(err, &in) {
		return nil
	}
	out := make([]ui.FieldError, len(in.Fields))
	for i, f := range in.Fields {
		out[i] = ui.FieldError{Field: f.Name, Message: rq.t(f.Key, f.Args...)}
	}
	return out
}

// notices are what a form shows above itself after it was not accepted; ok is
// false when the error is not one that a form can show.
func (rq *request) notices(err error) (status int, above []templ.Component, ok bool) {
	var changed *problem.Changed
	switch {
	case errors.As(err, new(*problem.Invalid)):
		return http.StatusUnprocessableEntity, nil, true
	case errors.As(err, &changed):
		return http.StatusConflict, []templ.Component{with(ui.Banner(ui.Important, rq.t("common.error.changed"), "changed"),
			para(rq.t("web.changed", "was", strconv.FormatInt(changed.Expected, 10), "is", strconv.FormatInt(changed.Have, 10))))}, true
	case errors.Is(err, store.ErrFull):
		return http.StatusInsufficientStorage, []templ.Component{with(ui.Banner(ui.Stop, rq.t("common.error.full"), "full"))}, true
	case errors.Is(err, store.ErrUnavailable):
		return http.StatusServiceUnavailable, []templ.Component{with(ui.Banner(ui.Stop, rq.t("common.error.unavailable"), "unavailable"))}, true
	case errors.Is(err, problem.ErrKeyReused):
		return http.StatusUnprocessableEntity, []templ.Component{with(ui.Banner(ui.Stop, rq.t("common.error.key_reused"), "key"))}, true
	}
	if rule, found := rq.refusal(err); found {
		status = http.StatusConflict
		if errors.As(err, new(*problem.Denied)) {
			status = http.StatusForbidden
		}
		return status, []templ.Component{rq.ruleNotice(rule)}, true
	}
	return 0, nil, false
}

// fail shows a page for what no form can show.
func (rq *request) fail(err error) {
	var probes *casefile.ErrTooManyProbes
	var tries *accounts.TooManyTries
	switch {
	case errors.Is(err, problem.ErrNotFound):
		rq.tell(http.StatusNotFound, rq.t("common.error.not_found"), para(rq.t("common.error.not_found_help")))
		return
	case errors.As(err, &probes):
		rq.wait(probes.RetryAfter)
		return
	case errors.As(err, &tries):
		rq.wait(tries.RetryAfter)
		return
	}
	if status, above, ok := rq.notices(err); ok {
		if status == http.StatusUnprocessableEntity && len(above) == 0 {
			for _, f := range rq.fieldErrors(err) {
				above = append(above, para(f.Message))
			}
		}
		rq.tell(status, rq.t("web.not_possible"), above...)
		return
	}
	if key := accounts.Key(err); key != "" {
		rq.tell(http.StatusConflict, rq.t(key))
		return
	}
	rq.of.Log.Error("page", "pattern", rq.Pattern, "error", err.Error())
	rq.tell(http.StatusInternalServerError, rq.t("common.error.internal"))
}

func (rq *request) wait(d time.Duration) {
	rq.w.Header().Set("Retry-After", strconv.Itoa(int(d.Seconds())+1))
	rq.tell(http.StatusTooManyRequests, rq.t("common.error.too_many_tries", "span", rq.lang.Span(d)))
}

func (rq *request) tell(status int, title string, body ...templ.Component) {
	rq.render(status, rq.page(title), append([]templ.Component{ui.Heading("", title)}, append(body, para2link(rq.t("web.to_home"), rq.o.Base+"/"))...)...)
}
