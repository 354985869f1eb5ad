package web

import (
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strconv"

	"github.com/a-h/templ"

	"rufaa/internal/exhibit"
	"rufaa/internal/policy"
	"rufaa/internal/web/ui"
)

// exhibitAct is one form about an exhibit: which questions it asks, when it is
// offered, and what it means.
type exhibitAct struct {
	slug  string // of its path and its texts
	show  func(v *exhibit.View, me string) bool
	ask   func(f fields, v *exhibit.View) []templ.Component
	read  func(url.Values) exhibit.Act
	heavy bool // it ends the chain
}

func (x *exhibitAct) action() policy.Action { return x.read(nil).Action() }

// timed tells whether the act says when something was.
func (x *exhibitAct) timed() bool {
	_, ok := x.read(nil).(exhibit.Timed)
	return ok
}

// act reads a form into an act, each question named as its JSON field.
func act[T any, P interface {
	*T
	exhibit.Act
}](v url.Values) exhibit.Act {
	c := P(new(T))
	readForm(c, v)
	return c
}

func readForm(c any, v url.Values) { readFields(reflect.ValueOf(c).Elem(), v, "") }

func isKeeper(v *exhibit.View, me string) bool {
	return !v.Ended() && v.Keeper.Staff == me && v.Pending() == nil
}
func isAwaited(v *exhibit.View, me string) bool {
	return v.Pending() != nil && v.Pending().To.Staff == me
}
func isOpen(v *exhibit.View, _ string) bool { return !v.Ended() }

// exhibitActs are the forms in the order of a journey.
func exhibitActs() []exhibitAct {
	return []exhibitAct{
		{slug: "receive", show: isAwaited, read: act[exhibit.Receive], ask: func(f fields, v *exhibit.View) []templ.Component {
			return append([]templ.Component{para(f.rq.t("exhibit.receive.text")), f.rq.offerFacts(v)}, f.look(v.Place)...)
		}},
		{slug: "decline", show: isAwaited, read: act[exhibit.Decline], ask: func(f fields, v *exhibit.View) []templ.Component {
			return []templ.Component{f.choose("reason", "custody-declines"), f.area("note")}
		}},
		{slug: "offer", show: isKeeper, read: act[exhibit.Offer], ask: askOffer},
		{slug: "withdraw", show: func(v *exhibit.View, me string) bool { return v.Pending() != nil && v.Pending().By.Staff == me },
			read: act[exhibit.Withdraw], ask: func(f fields, v *exhibit.View) []templ.Component { return []templ.Component{f.area("note")} }},
		{slug: "attest", show: func(v *exhibit.View, me string) bool {
			return v.Pending() != nil && v.Pending().To.Outside != "" && v.Pending().By.Staff != me
		}, read: act[exhibit.Attest], ask: func(f fields, v *exhibit.View) []templ.Component {
			return slices.Concat([]templ.Component{para(f.rq.t("exhibit.attest.text"))}, f.scan(v), f.look(v.Place))
		}},
		{slug: "take-back", show: func(v *exhibit.View, _ string) bool { return !v.Ended() && v.Keeper.Outside != "" }, read: act[exhibit.TakeBack],
			ask: func(f fields, v *exhibit.View) []templ.Component {
				return slices.Concat([]templ.Component{f.choose("reason", "custody-reasons")}, f.scan(v), []templ.Component{whenField(f, "given_at"), f.line("given_seal")}, f.look(v.Place), []templ.Component{f.number("travel"), f.area("note")})
			}},
		{slug: "move", show: isKeeper, read: act[exhibit.Move], ask: func(f fields, v *exhibit.View) []templ.Component {
			return append([]templ.Component{f.choose("reason", "custody-reasons")}, append(f.look(v.Place), f.number("travel"), f.area("note"))...)
		}},
		{slug: "open-seal", show: func(v *exhibit.View, me string) bool { return isKeeper(v, me) && v.Seal != "" }, read: act[exhibit.OpenSeal],
			ask: func(f fields, v *exhibit.View) []templ.Component {
				return append([]templ.Component{f.choose("reason", "seal-reasons"), f.area("note")}, f.look(v.Place)...)
			}},
		{slug: "reseal", show: func(v *exhibit.View, me string) bool { return isKeeper(v, me) && v.Seal == "" && !v.Plain.Unsealable },
			read: act[exhibit.Reseal], ask: func(f fields, v *exhibit.View) []templ.Component {
				return []templ.Component{f.line("new_seal"), f.choose("reason", "seal-reasons"), f.rq.placeField(f, v.Place), whenField(f, "at"), f.area("note")}
			}},
		{slug: "laboratory", show: isOpen, read: act[exhibit.Ask], ask: askLaboratory},
		{slug: "result", show: func(v *exhibit.View, _ string) bool {
			return slices.ContainsFunc(v.Requests, func(q exhibit.Request) bool { return q.Answer == nil })
		}, read: act[exhibit.Reply], ask: askResult},
		{slug: "correct", show: isOpen, read: act[exhibit.Correct], ask: askCorrect},
		{slug: "return", show: func(v *exhibit.View, me string) bool { return isKeeper(v, me) && v.Plain.Kind != exhibit.KindCSAM }, heavy: true,
			read: act[exhibit.Return], ask: func(f fields, v *exhibit.View) []templ.Component {
				return slices.Concat([]templ.Component{f.choose("to", "return-to"), f.line("name")}, f.scan(v), f.look(v.Place), []templ.Component{f.area("note")})
			}},
		{slug: "destroy", show: isKeeper, heavy: true, read: act[exhibit.Destroy], ask: func(f fields, v *exhibit.View) []templ.Component {
			one, two := f.base("witnesses"), f.base("witnesses")
			one.Value, one.Values, two.ID, two.Label, two.Error = at2(f.v["witnesses"], 0), nil, "witnesses-2", f.rq.t("exhibit.second_witness"), ""
			two.Value, two.Values = at2(f.v["witnesses"], 1), nil
			return append([]templ.Component{f.line("order"), f.date("ordered_on"), f.choose("method", "destruction-methods"), ui.TextInput(one), ui.TextInput(two)},
				append(f.look(v.Place), f.area("note"))...)
		}},
	}
}

func at2(list []string, i int) string {
	if i < len(list) {
		return list[i]
	}
	return ""
}

// look asks what was seen. The number of the seal is never filled in: whoever
// confirms it has to read it.
func (f fields) look(place string) []templ.Component {
	return []templ.Component{f.line("seal"), f.yesNo("broken"), f.rq.placeField(f, place), f.line("shelf"), f.line("place_text"), whenField(f, "at"), f.area("condition")}
}

func (rq *request) offerFacts(v *exhibit.View) templ.Component {
	x := v.Pending()
	if x == nil {
		return templ.NopComponent
	}
	name := rq.keepers(v)
	return ui.SummaryList([]ui.Fact{{Key: rq.t("exhibit.given_by"), Value: name(x.By.Staff)}, {Key: rq.t("web.f.reason"), Value: rq.label("custody-reasons", x.Reason)},
		{Key: rq.t("exhibit.given_at"), Value: rq.lang.DateTime(x.Seen.At)}, {Key: rq.t("exhibit.col.place"), Value: rq.placeName(x.Seen.Place)}})
}

func askOffer(f fields, v *exhibit.View) []templ.Component {
	rq := f.rq
	ids := []string{}
	if sc, err := rq.of.Exhibits.AdmittedScene(rq.Context(), rq.who, v.Scene, policy.ExhibitList); err == nil {
		ids = append(ids, sc.Team...)
	}
	if own, err := rq.of.Accounts.StaffOf(rq.Context(), rq.who.Agency); err == nil {
		for _, s := range own {
			ids = append(ids, s.ID)
		}
	}
	for _, k := range v.People() {
		ids = append(ids, k.Staff)
	}
	slices.Sort(ids)
	ids = slices.DeleteFunc(slices.Compact(ids), func(id string) bool { return id == rq.who.Staff })
	return append([]templ.Component{ui.Select(rq.peopleField(f, "to", ids)), f.line("user"),
		with(ui.Details(rq.t("exhibit.offer.outside"), f.v.Get("role") != ""), f.choose("role", "custody-outsiders"), f.line("name"), para2link(rq.t("exhibit.print.form"), rq.o.Base+"/exhibits/"+v.ID+"/form")),
		f.choose("reason", "custody-reasons")}, append(f.look(v.Place), f.number("travel"), f.area("note"))...)
}

func askLaboratory(f fields, _ *exhibit.View) []templ.Component {
	b := f.base("laboratory")
	b.Options = []ui.Option{{Value: "", Label: f.rq.t("web.choose")}}
	for _, p := range f.rq.of.Exhibits.Register.Places {
		if p.Kind == exhibit.Laboratory {
			b.Options = append(b.Options, ui.Option{Value: p.ID, Label: p.Label[f.rq.lang.Code()]})
		}
	}
	return []templ.Component{ui.Select(b), f.checks("asks", "laboratory-asks"), f.choose("urgency", "urgencies"), f.area("question")}
}

func askResult(f fields, v *exhibit.View) []templ.Component {
	b := f.base("request")
	for i := range v.Requests {
		if q := &v.Requests[i]; q.Answer == nil {
			b.Options = append(b.Options, ui.Option{Value: q.ID, Label: f.rq.placeName(q.Laboratory) + ", " + f.rq.lang.DateTime(q.By.At)})
		}
	}
	out := []templ.Component{ui.Select(b), f.line("reference"), f.area("summary")}
	if files := f.rq.fileOptions(f.rq.filesOfScene(v.Inquiry, v.Scene)); len(files) > 0 && v.Plain.Kind != exhibit.KindCSAM {
		b := f.base("files")
		b.Value, b.Options = "", files
		out = append(out, ui.Checkboxes(b))
	}
	return out
}

// askCorrect shows what stands, without what is sealed: what is left empty
// stays as it is.
func askCorrect(f fields, v *exhibit.View) []templ.Component {
	rq := f.rq
	if rq.Method == http.MethodGet {
		p := &v.Plain
		f.v = url.Values{"kind": {p.Kind}, "packaging": {p.Packaging}, "mark": {p.Mark}, "container": {p.Container}, "vehicle": {p.Vehicle}, "photos": p.Photos, "side": {p.Side}, "owner": {p.Owner},
			"hazards": p.Hazards, "power": {p.Power}, "isolation": {p.Isolation}, "passcode_how": {p.PasscodeHow}, "passcode_by": {p.PasscodeBy},
			"document": {p.Document}, "currency": {p.Currency}, "counted_by": p.CountedBy, "language": {p.Language}, "form": {p.Form}, "sample": {p.Sample},
			"keeping": {p.Keeping}, "on_exhibit": {p.OnExhibit}}
		for name, n := range map[string]int{"amount": p.Amount, "count": p.Count} {
			if n > 0 {
				f.v.Set(name, strconv.Itoa(n))
			}
		}
	}
	sc, err := rq.of.Exhibits.AdmittedScene(rq.Context(), rq.who, v.Scene, policy.ExhibitList)
	if err != nil {
		sc = new(exhibit.Scene)
	}
	return append([]templ.Component{para(rq.t("exhibit.correct.text")), f.area("why")}, append(rq.askFacts(f, sc, false), whenField(f, "found_at"))...)
}

// askFacts asks what an exhibit is.
func (rq *request) askFacts(f fields, sc *exhibit.Scene, fresh bool) []templ.Component {
	kind := f.base("kind")
	kind.Values = nil
	people := func(name string) templ.Component { return ui.Select(rq.peopleField(f, name, sc.Team)) }
	counted := rq.peopleField(f, "counted_by", sc.Team)
	counted.Value, counted.Options = "", counted.Options[1:]
	more := map[string][]templ.Component{
		exhibit.KindDevice: {f.line("make"), f.line("model"), f.line("imei"), f.line("serial"), f.choose("power", "power-states"), f.choose("isolation", "network-isolation"),
			with(ui.Details(rq.t("exhibit.passcode"), f.v.Get("passcode_how") != ""), f.line("passcode"), f.choose("passcode_how", "passcode-grounds"), people("passcode_by"))},
		exhibit.KindDocument:  {f.choose("document", "paper-kinds"), f.line("document_number")},
		exhibit.KindCash:      {f.number("amount"), f.line("currency"), ui.Checkboxes(counted)},
		exhibit.KindStatement: {f.choose("language", "languages")},
		exhibit.KindMedical:   {f.choose("form", "medical-forms"), f.line("form_number")},
		exhibit.KindSample:    {f.choose("sample", "sample-kinds"), f.choose("keeping", "sample-keeping")},
		exhibit.KindCSAM: {ui.WarningText(rq.t("exhibit.csam.text")), f.number("count"), f.line("on_exhibit"), f.line("custodian"), f.line("tool"),
			f.area("digests")},
	}
	for _, o := range rq.options("exhibit-kinds", false) {
		if parts := more[o.Value]; parts != nil {
			o.Reveal = templ.Join(parts...)
		}
		kind.Options = append(kind.Options, o)
	}
	finder := templ.Component(templ.NopComponent)
	if fresh {
		finder = people("finder")
	}
	return []templ.Component{f.area("description"), ui.Radios(kind), finder, f.line("found_where"), f.choose("packaging", "exhibit-packaging"),
		f.radios("side", "exhibit-sides"), f.choose("owner", "exhibit-owners"),
		with(ui.Details(rq.t("exhibit.more"), f.v.Get("container") != "" || f.v.Get("vehicle") != "" || f.v.Get("mark") != "" || len(f.v["photos"]) > 0), f.line("owner_name"), f.line("container"), f.line("vehicle"), f.placeOnSketch(sc),
			f.checks("hazards", "exhibit-hazards"), f.yesNo("biological"), f.yesNo("unsealable"), f.photos(sc)), templ.Join(f.exhibitAside(sc)...)}
}

func (rq *request) actPage(x *exhibitAct, status int, errs []ui.FieldError, above []templ.Component) error {
	v, err := rq.of.Exhibits.View(rq.Context(), rq.who, rq.PathValue("id"))
	if err != nil {
		return err
	}
	title := rq.t("exhibit.do." + x.slug)
	p := rq.page(title)
	p.Errors = errs
	p.Back = &ui.Link{Text: v.Number, Href: "/exhibits/" + v.ID}
	body := append([]templ.Component{ui.Heading(v.Number, title)}, above...)
	if !v.Can(x.action()) {
		rule, _ := rq.of.Content.Rule("access.duty")
		return rq.render(http.StatusForbidden, p, append(body, rq.ruleNotice(rule))...)
	}
	if x.heavy {
		body = append(body, ui.WarningText(rq.t("exhibit.ends")))
	}
	f := fields{rq: rq, scope: "exhibit", v: rq.typed(), errors: errs}
	ask := x.ask(f, v)
	if x.timed() {
		ask = append(ask, f.deviceClock())
	}
	body = append(body, rq.form("/exhibits/"+v.ID+"/do/"+x.slug, rq.t("exhibit.button."+x.slug), strconv.FormatInt(v.Version, 10), ask...))
	return rq.render(status, p, body...)
}

func (rq *request) runAct(x *exhibitAct) error {
	id := rq.PathValue("id")
	_, err := rq.of.Exhibits.Do(rq.Context(), rq.who, id, rq.order(), x.read(rq.PostForm))
	if err == nil {
		rq.redirect("/exhibits/" + id)
		return nil
	}
	if status, above, ok := rq.notices(err); ok {
		return rq.actPage(x, status, rq.fieldErrors(err), above)
	}
	return err
}
