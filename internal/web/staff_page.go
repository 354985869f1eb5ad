package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/a-h/templ"

	"rufaa/internal/accounts"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/web/ui"
)

func (s *site) staffRoutes() {
	s.handle("GET /staff/{id}", policy.StaffManage, func(rq *request) error {
		st, err := rq.managed()
		if err != nil {
			return err
		}
		return rq.colleague(http.StatusOK, st, nil, nil)
	})
	s.handle("POST /staff/{id}/details", policy.StaffManage, setDetails)
	s.handle("POST /staff/{id}/duties", policy.StaffManage, setDuties)
}

// managed is the account {id} for somebody who may manage it. Another agency's
// and none are the same answer.
func (rq *request) managed() (accounts.Staff, error) {
	if err := rq.of.Door.Realm(rq.who.Principal, policy.StaffManage); err != nil {
		return accounts.Staff{}, err
	}
	st, err := rq.of.Accounts.Staff(rq.Context(), rq.PathValue("id"))
	if err == nil && rq.mayStaff(policy.StaffManage, st.Agency) != nil {
		err = problem.ErrNotFound
	}
	return st, err
}

// conductWord marks whoever has not promised, or not for too long.
func (rq *request) conductWord(st accounts.Staff) string {
	if st.State != accounts.Active || rq.of.Accounts.ConductStands(st) {
		return ""
	}
	return rq.t("signin.conduct.owed")
}

// conductOwed counts them above the list.
func (rq *request) conductOwed(all []accounts.Staff) templ.Component {
	n := 0
	for _, st := range all {
		if rq.conductWord(st) != "" {
			n++
		}
	}
	if n == 0 {
		return templ.NopComponent
	}
	return para(rq.lang.N("signin.conduct.count", n))
}

// withoutManager tells how much of the work of those who went waits for
// somebody else: counts, no case.
func (rq *request) withoutManager(all []accounts.Staff) (templ.Component, error) {
	managed, err := rq.of.Cases.Managed(rq.Context(), rq.who, rq.who.Agency)
	if err != nil {
		return nil, err
	}
	var facts []ui.Fact
	for _, st := range all {
		if n := managed[st.ID]; n > 0 && st.State != accounts.Active {
			facts = append(facts, ui.Fact{Key: st.Name, Value: strconv.Itoa(n)})
		}
	}
	if n := managed[""]; n > 0 {
		facts = append(facts, ui.Fact{Key: rq.t("signin.handover.nobody"), Value: strconv.Itoa(n)})
	}
	if len(facts) == 0 {
		return templ.NopComponent, nil
	}
	return with(ui.Section("waiting", rq.t("signin.handover.title")), para(rq.t("signin.handover.text")), ui.SummaryList(facts)), nil
}

// colleague is one account with everything its administrator may do.
func (rq *request) colleague(status int, st accounts.Staff, errs []ui.FieldError, above []templ.Component) error {
	p := rq.page(st.Name)
	p.Errors = errs
	facts, err := rq.colleagueFacts(st)
	if err != nil {
		return err
	}
	body := append([]templ.Component{ui.Heading(st.AgencyName, st.Name)}, above...)
	body = append(body, ui.SummaryList(facts))
	if st.State != accounts.Left {
		duties, err := rq.dutiesForm(st, errs)
		if err != nil {
			return err
		}
		body = append(body, rq.detailsForm(st, errs), duties, rq.linkForms(st))
	}
	return rq.render(status, p, append(body, para2link(rq.t("accounts.staff.title"), rq.o.Base+"/staff"))...)
}

func (rq *request) colleagueFacts(st accounts.Staff) ([]ui.Fact, error) {
	ctx := rq.Context()
	keys, err := rq.of.Accounts.Passkeys(ctx, st.ID)
	if err != nil {
		return nil, err
	}
	linked, err := rq.of.Accounts.Linked(ctx, st.Agency)
	if err != nil {
		return nil, err
	}
	conduct, signedIn, link := rq.t("signin.conduct.owed"), rq.t("accounts.staff.signed_in.never"), rq.t("common.no")
	if rq.of.Accounts.ConductStands(st) {
		conduct = rq.t("signin.conduct.stands", "version", st.ConductVersion, "when", rq.lang.DateTime(st.ConductAt))
	}
	if !st.SignedIn.IsZero() {
		signedIn = rq.lang.DateTime(st.SignedIn)
	}
	if linked[st.ID] {
		link = rq.t("common.yes")
	}
	return []ui.Fact{{Key: rq.t("accounts.self.username"), Value: st.Username}, {Key: rq.t("web.col.state"), Value: rq.t("web.staff.state." + string(st.State))},
		{Key: rq.t("accounts.staff.signed_in"), Value: signedIn}, {Key: rq.t("accounts.staff.factor"), Value: rq.t("accounts.staff.factor." + string(st.SecondFactor))},
		{Key: rq.t("signin.passkey.title"), Value: strconv.Itoa(len(keys))}, {Key: rq.t("signin.staff.linked"), Value: link},
		{Key: rq.t("signin.staff.conduct"), Value: conduct}}, nil
}

// asTyped are the values of a form as they were sent, else as they stand.
func (rq *request) asTyped(errs []ui.FieldError, stands url.Values) url.Values {
	if len(errs) > 0 && rq.PostForm != nil {
		return rq.PostForm
	}
	return stands
}

func (rq *request) detailsForm(st accounts.Staff, errs []ui.FieldError) templ.Component {
	f := fields{rq: rq, errors: errs, v: rq.asTyped(errs, url.Values{"name": {st.Name}, "email": {st.Email}, "phone": {st.Phone},
		"number": {st.Number}, "language": {st.Language}})}
	language := rq.named(f, "language", "accounts.staff.language")
	language.Options = []ui.Option{{Value: "en", Label: "English"}, {Value: "sw", Label: "Kiswahili"}}
	return with(ui.Section("details", rq.t("signin.staff.details")), rq.form("/staff/"+st.ID+"/details", rq.t("signin.staff.save"), "",
		ui.TextInput(rq.named(f, "name", "accounts.staff.name")), ui.TextInput(rq.named(f, "email", "accounts.staff.email")),
		ui.TextInput(rq.named(f, "phone", "accounts.staff.phone")), ui.TextInput(rq.named(f, "number", "signin.staff.number")), ui.Select(language)))
}

func (rq *request) dutiesForm(st accounts.Staff, errs []ui.FieldError) (templ.Component, error) {
	offered, err := rq.dutiesToGive(st.Agency, st.Duties)
	if err != nil {
		return nil, err
	}
	stands := url.Values{}
	for _, d := range st.Duties {
		stands.Add("duties", string(d))
	}
	f := fields{rq: rq, errors: errs, v: rq.asTyped(errs, stands)}
	duties := rq.named(f, "duties", "accounts.staff.duties")
	duties.Value, duties.Options = "", offered
	return with(ui.Section("duties-section", rq.t("accounts.staff.duties.change")),
		rq.form("/staff/"+st.ID+"/duties", rq.t("accounts.staff.duties.change"), "", ui.Checkboxes(duties))), nil
}

// dutiesToGive are those that this administrator may give to a colleague who has
// some already: nothing is offered that would be refused.
func (rq *request) dutiesToGive(agency string, had []accounts.Duty) ([]ui.Option, error) {
	may, err := rq.of.Accounts.MayGive(rq.Context(), rq.person, agency, had)
	out := make([]ui.Option, len(may))
	for i, d := range may {
		out[i] = ui.Option{Value: string(d), Label: rq.label("duties", string(d))}
	}
	return out, err
}

// linkForms are what gives a link, and the handing over of administration.
func (rq *request) linkForms(st accounts.Staff) templ.Component {
	at := "/staff/" + st.ID + "/"
	var parts []templ.Component
	add := func(what, title, why string) {
		parts = append(parts, small(rq.t(why)), rq.press(at+what, "x", "1", rq.t(title)))
	}
	switch st.State {
	case accounts.Invited:
		add("invite-again", "accounts.staff.link.again", "accounts.staff.link.again.text")
	case accounts.Active:
		if !st.Demo() {
			add("reset-password", "accounts.staff.reset.password", "accounts.staff.reset.password.text")
		}
		if on, err := rq.of.Accounts.SignOn(rq.Context(), st.Agency); err == nil && on.Active {
			add("sign-on", "signin.staff.link", "signin.staff.link.text")
		}
		if st.ID != rq.person.ID {
			add(rq.delegating(st), "accounts.staff.delegate."+rq.delegating(st), "accounts.staff.delegate.text")
		}
		if st.Agency == rq.who.Agency && st.ID != rq.person.ID {
			add("hand-over", "signin.staff.hand_over", "signin.staff.hand_over.text")
		}
	}
	return with(ui.Section("links", rq.t("signin.staff.more")), parts...)
}

// delegating is what can be done about somebody's seat on panels: named, or ended.
func (rq *request) delegating(st accounts.Staff) string {
	named, err := rq.of.Accounts.Delegates(rq.Context(), st.Agency)
	if err == nil && slices.Contains(named[st.Agency], st.ID) {
		return "no-delegate"
	}
	return "delegate"
}

// newLink makes a link and shows it, this once.
func (rq *request) newLink(st accounts.Staff) error {
	make := map[string]func(context.Context, accounts.Principal, string) (accounts.Link, error){
		"invite-again": rq.of.Accounts.InviteAgain, "reset-password": rq.of.Accounts.ResetPassword, "sign-on": rq.of.Accounts.InviteToSignOn,
	}[rq.PathValue("what")]
	link, err := make(rq.Context(), rq.person, st.ID)
	if key := accounts.Key(err); key != "" {
		return rq.colleague(http.StatusConflict, st, []ui.FieldError{{Message: rq.t(key)}}, nil)
	}
	if err != nil {
		return err
	}
	return rq.colleague(http.StatusCreated, st, nil, []templ.Component{with(ui.Banner(ui.Done, rq.t("web.staff.invited"), "invited"),
		para(rq.t("web.staff.code")), quote(link.Token))})
}

func setDetails(rq *request) error {
	st, err := rq.managed()
	if err != nil {
		return err
	}
	v := rq.PostForm
	return rq.changed(st, rq.of.Accounts.SetDetails(rq.Context(), rq.person, st.ID, accounts.Details{
		Name: v.Get("name"), Email: v.Get("email"), Phone: v.Get("phone"), Number: v.Get("number"), Language: v.Get("language")}))
}

func setDuties(rq *request) error {
	st, err := rq.managed()
	if err != nil {
		return err
	}
	var duties []accounts.Duty
	for _, d := range rq.PostForm["duties"] {
		duties = append(duties, accounts.Duty(d))
	}
	return rq.changed(st, rq.of.Accounts.SetDuties(rq.Context(), rq.person, st.ID, duties))
}

func (rq *request) changed(st accounts.Staff, err error) error {
	if errs := rq.fieldErrors(err); errs != nil {
		return rq.colleague(http.StatusUnprocessableEntity, st, errs, nil)
	}
	if key := accounts.Key(err); key != "" {
		return rq.colleague(http.StatusConflict, st, []ui.FieldError{{Message: rq.t(key)}}, nil)
	}
	if err != nil {
		return err
	}
	rq.redirect("/staff/" + st.ID)
	return nil
}
