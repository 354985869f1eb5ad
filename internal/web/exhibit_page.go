package web

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"rufaa/internal/custody"
	"rufaa/internal/exhibit"
	"rufaa/internal/policy"
	"rufaa/internal/scene"
	"rufaa/internal/web/ui"
)

// openExhibit shows the page with what is sealed opened; it changes nothing
// and is recorded first.
func openExhibit(rq *request) error {
	o, err := rq.of.Exhibits.Open(rq.Context(), rq.who, rq.PathValue("id"))
	if err != nil {
		return err
	}
	return rq.exhibitPage(o)
}

// exhibitPage is one exhibit: what it is, what to do now, its chain drawn and
// told, the laboratory. opened is nil while what is sealed stays so.
func (rq *request) exhibitPage(opened *exhibit.Opened) error {
	v, err := rq.of.Exhibits.View(rq.Context(), rq.who, rq.PathValue("id"))
	if err != nil {
		return err
	}
	p := rq.page(v.Number)
	p.Back = &ui.Link{Text: rq.t("exhibit.work.title"), Href: "/exhibits"}
	if v.Can(policy.ExhibitList) {
		p.Back = &ui.Link{Text: rq.t("exhibit.scene.title"), Href: "/scenes/" + v.Scene + "/exhibits"}
	}
	name := rq.keepers(v)
	body := []templ.Component{ui.Heading(rq.label("exhibit-kinds", v.Plain.Kind), v.Number, *rq.exhibitTag(v), *rq.chainTag(v))}
	if v.Plain.Kind == exhibit.KindCSAM {
		body = append(body, ui.WarningText(rq.t("exhibit.csam.text")))
	}
	digests, err := rq.digestsPart(v, opened)
	if err != nil {
		return err
	}
	photos, err := rq.photosPart(v, opened)
	if err != nil {
		return err
	}
	body = append(body, rq.doNow(v), ui.SummaryList(rq.exhibitFacts(v, name)), digests, rq.sealedPart(v, opened), photos, rq.chainPart(v, name, opened), rq.laboratoryPart(v, opened), rq.pastPart(v, opened))
	body = append(body, rq.cardOf("exhibit/"+v.ID)...)
	return rq.render(http.StatusOK, p, body...)
}

// doNow is what the reader may do at this moment.
func (rq *request) doNow(v *exhibit.View) templ.Component {
	var links []templ.Component
	acts := exhibitActs()
	look := ui.Primary
	for i := range acts {
		if x := &acts[i]; v.Can(x.action()) && x.show(v, rq.who.Staff) {
			links = append(links, ui.ButtonLink(ui.Link{Text: rq.t("exhibit.do." + x.slug), Href: "/exhibits/" + v.ID + "/do/" + x.slug}, look))
			look = ui.Secondary
		}
	}
	if v.Can(policy.ExhibitLabel) {
		links = append(links, ui.ButtonLink(ui.Link{Text: rq.t("exhibit.print.one"), Href: "/exhibits/" + v.ID + "/label"}, ui.Secondary))
	}
	if len(links) == 0 {
		return templ.NopComponent
	}
	return with(ui.Buttons(), links...)
}

// exhibitFacts is what is told of it without words.
func (rq *request) exhibitFacts(v *exhibit.View, name exhibit.Names) []ui.Fact {
	p := &v.Plain
	facts := []ui.Fact{{Key: rq.t("exhibit.col.keeper"), Value: orDash(name(v.Keeper.ID()))}, {Key: rq.t("exhibit.col.place"), Value: strings.TrimSpace(rq.placeName(v.Place) + " " + v.Shelf)},
		{Key: rq.t("exhibit.col.seal"), Value: v.Seal}, {Key: rq.t("exhibit.found"), Value: rq.lang.DateTime(v.Steps[0].Seen.At) + ", " + name(v.Steps[0].To.ID())}}
	add := func(key, value string) {
		if value != "" && value != "0" {
			facts = append(facts, ui.Fact{Key: rq.t("web.f.exhibit." + key), Value: value})
		}
	}
	add("packaging", rq.label("exhibit-packaging", p.Packaging))
	add("container", p.Container)
	add("vehicle", p.Vehicle)
	add("side", rq.label("exhibit-sides", p.Side))
	add("owner", rq.label("exhibit-owners", p.Owner))
	facts = append(facts, rq.placeFacts(v)...)
	add("hazards", rq.labels("exhibit-hazards", p.Hazards))
	add("power", rq.label("power-states", p.Power))
	add("isolation", rq.label("network-isolation", p.Isolation))
	if p.PasscodeHow != "" {
		add("passcode_how", rq.label("passcode-grounds", p.PasscodeHow)+", "+name(p.PasscodeBy))
	}
	add("document", rq.label("paper-kinds", p.Document))
	if p.Amount > 0 {
		add("amount", strconv.Itoa(p.Amount)+" "+p.Currency)
		var who []string
		for _, id := range p.CountedBy {
			who = append(who, name(id))
		}
		add("counted_by", strings.Join(who, ", "))
	}
	add("language", rq.label("languages", p.Language))
	add("form", rq.label("medical-forms", p.Form))
	add("sample", rq.label("sample-kinds", p.Sample))
	add("keeping", rq.label("sample-keeping", p.Keeping))
	add("count", strconv.Itoa(p.Count))
	add("on_exhibit", p.OnExhibit)
	facts = append(facts, rq.originFacts(v.Scene, scene.MadeExhibit, v.ID)...)
	if v.ReturnBy != nil {
		facts = append(facts, ui.Fact{Key: rq.t("exhibit.return_by"), Value: rq.lang.Date(*v.ReturnBy) + " (" + rq.when(*v.ReturnBy, rq.of.Now()) + ")"})
	}
	if p.Override != "" {
		if rule, ok := rq.of.Content.Rule(p.Override); ok {
			facts = append(facts, ui.Fact{Key: rq.t("exhibit.set_aside"), Value: rule.Title.In(rq.lang.Code())})
		}
	}
	return facts
}

// sealedPart is what is kept sealed: a button, or the words after it was
// pressed.
func (rq *request) sealedPart(v *exhibit.View, opened *exhibit.Opened) templ.Component {
	var body []templ.Component
	switch {
	case opened != nil:
		var facts []ui.Fact
		for _, name := range exhibit.SealedFields {
			if text := opened.Texts[name]; text != "" {
				facts = append(facts, ui.Fact{Key: rq.t("web.f.exhibit." + name), Body: quote(text)})
			}
		}
		body = append(body, ui.SummaryList(facts), small(rq.t("exhibit.opened")))
	case v.Can(policy.ExhibitOpen):
		body = append(body, para(rq.t("exhibit.sealed.text")), with(ui.Form(ui.Sending{Action: "/exhibits/" + v.ID + "/open"}), ui.Button(ui.Press{Text: rq.t("exhibit.sealed.open"), Look: ui.Secondary})))
	default:
		body = append(body, para(rq.t("exhibit.sealed.shut")))
	}
	return with(ui.Section("sealed", rq.t("exhibit.sealed.title")), body...)
}

// chainPart is the chain: whether it holds, what is wrong in words, the
// drawing, and every event in a table.
func (rq *request) chainPart(v *exhibit.View, name exhibit.Names, opened *exhibit.Opened) templ.Component {
	c := v.Chain
	body := []templ.Component{}
	if len(c.Findings) == 0 {
		body = append(body, para(rq.lang.N("exhibit.chain.whole", len(c.Stays))))
	} else {
		kind, title := ui.Important, rq.t("exhibit.chain.remarks_title")
		if !c.Unbroken() {
			kind, title = ui.Stop, rq.t("exhibit.chain.broken_title")
		}
		var items []templ.Component
		for i := range c.Findings {
			items = append(items, plain(exhibit.SayFinding(rq.lang, c, &c.Findings[i], name)))
		}
		body = append(body, with(ui.Banner(kind, title, "findings"), numbered(items...)))
	}
	body = append(body, templ.Raw(`<div class="r-chain-box" role="group" tabindex="0" aria-label="`+templ.EscapeString(rq.t("exhibit.chain.title"))+`">`+v.Drawn(rq.lang, c, name)+`</div>`), rq.laneTable(c, name), rq.stepTable(v, name, opened))
	return with(ui.Section("chain", rq.t("exhibit.chain.title")), body...)
}

// numbered is an ordered list: the numbers are those of the drawing.
func numbered(items ...templ.Component) templ.Component {
	parts := []templ.Component{templ.Raw("<ol>")}
	for _, it := range items {
		parts = append(parts, templ.Raw("<li>"), it, templ.Raw("</li>"))
	}
	return templ.Join(append(parts, templ.Raw("</ol>"))...)
}

// laneTable says whose the letters of the drawing are.
func (rq *request) laneTable(c *custody.Chain, name exhibit.Names) templ.Component {
	l := ui.Listing{Caption: rq.t("exhibit.lanes"), Hide: true, Keep: true, Columns: []ui.Column{{Label: rq.t("exhibit.lane")}, {Label: rq.t("exhibit.col.keeper")}}}
	for i, id := range c.Lanes() {
		l.Rows = append(l.Rows, []ui.Cell{{Text: custody.LaneName(i)}, {Text: orDash(name(id))}})
	}
	return ui.Table(l)
}

// stepTable tells every step, those that changed nothing too.
func (rq *request) stepTable(v *exhibit.View, name exhibit.Names, opened *exhibit.Opened) templ.Component {
	l := ui.Listing{Caption: rq.t("exhibit.steps"), Columns: []ui.Column{{Label: rq.t("exhibit.col.no")}, {Label: rq.t("web.col.what")}, {Label: rq.t("exhibit.side.first")}, {Label: rq.t("exhibit.side.second")}}}
	n := 0
	for i := range v.Steps {
		x := &v.Steps[i]
		no := "–"
		if x.Counts() {
			n++
			no = strconv.Itoa(n)
		}
		what := ui.Cell{Text: rq.t("exhibit.step." + strings.TrimPrefix(x.Kind, "exhibit.")), Sub: rq.stepReason(x)}
		second := ui.Cell{Text: "–"}
		switch {
		case x.Declined != "":
			second = ui.Cell{Tag: &ui.Tag{Text: rq.t("exhibit.declined")}, Sub: rq.label("custody-declines", x.Declined)}
		case x.Withdrawn:
			second = ui.Cell{Tag: &ui.Tag{Text: rq.t("exhibit.withdrawn")}}
		case x.Other != nil:
			second = rq.sideCell(name(x.To.ID()), &x.Other.Seen, x.Other.By.At, x.ID, "received_", opened)
			if x.Other.Paper != nil {
				second.Sub += " · " + rq.t("exhibit.on_paper", "name", name(x.Other.By.Staff))
			}
		case x.Kind == exhibit.Offered:
			second = ui.Cell{Tag: &ui.Tag{Text: rq.t("exhibit.waits"), Tone: ui.Amber}, Sub: name(x.To.ID())}
		case x.Kind == exhibit.Returned:
			second = ui.Cell{Text: name(x.To.ID())}
		}
		who := x.Keeper
		if x.Kind == exhibit.Recorded {
			who = x.To
		}
		l.Rows = append(l.Rows, []ui.Cell{{Text: no}, what, rq.sideCell(name(who.ID()), &x.Seen, x.By.At, x.ID, "", opened), second})
	}
	return ui.Table(l)
}

// stepReason is why a step was done.
func (rq *request) stepReason(x *exhibit.Step) string {
	list := "custody-reasons"
	if x.Kind == exhibit.SealOpened || x.Kind == exhibit.Resealed {
		list = "seal-reasons"
	}
	out := rq.label(list, x.Reason)
	if x.NewSeal != "" {
		out += " · " + rq.t("exhibit.new_seal", "seal", x.NewSeal)
	}
	if x.Order != "" {
		out = rq.t("exhibit.ordered", "order", x.Order, "method", rq.label("destruction-methods", x.Method))
	}
	return out
}

// sideCell is one side of a step: who, when, where, the seal, and the words if
// they were opened.
func (rq *request) sideCell(who string, s *exhibit.Seen, told time.Time, step, side string, opened *exhibit.Opened) ui.Cell {
	parts := []string{rq.lang.DateTime(s.At), rq.placeName(s.Place)}
	if later := rq.toldLater(s.At, told); later != "" {
		parts = append(parts, later)
	}
	switch {
	case s.Seal != "" && s.Broken:
		parts = append(parts, rq.t("exhibit.seal_broken", "seal", s.Seal))
	case s.Seal != "":
		parts = append(parts, rq.t("exhibit.seal_is", "seal", s.Seal))
	}
	if !s.Device.IsZero() && s.Device.Sub(told).Abs() > rq.of.Content.Clock("device-time") { // a right clock says nothing new
		parts = append(parts, rq.t("exhibit.device_at", "at", rq.lang.DateTime(s.Device)))
	}
	if opened != nil {
		for _, field := range []string{"place_text", "condition", "note", "end", "name", "witness_1", "witness_2"} {
			if field != "place_text" && field != "condition" && side != "" {
				continue
			}
			if text := opened.Texts[step+"."+side+field]; text != "" {
				parts = append(parts, text)
			}
		}
	}
	return ui.Cell{Text: orDash(who), Sub: strings.Join(parts, " · ")}
}

func (rq *request) laboratoryPart(v *exhibit.View, opened *exhibit.Opened) templ.Component {
	if len(v.Requests) == 0 {
		return templ.NopComponent
	}
	l := ui.Listing{Caption: rq.t("exhibit.laboratory"), Hide: true, Columns: []ui.Column{{Label: rq.t("exhibit.laboratory")}, {Label: rq.t("exhibit.asked")}, {Label: rq.t("web.col.state")}}}
	for i := range v.Requests {
		q := &v.Requests[i]
		asked, answer := ui.Cell{Text: rq.labels("laboratory-asks", q.Asks), Sub: rq.label("urgencies", q.Urgency) + " · " + rq.lang.DateTime(q.By.At)}, ui.Cell{Tag: &ui.Tag{Text: rq.t("exhibit.not_answered"), Tone: ui.Amber}}
		if q.Answer != nil {
			answer = ui.Cell{Text: q.Answer.Reference, Sub: rq.lang.DateTime(q.Answer.By.At)}
		}
		if opened != nil {
			asked.Sub += " · " + opened.Texts[q.ID+".question"]
			answer.Sub += " · " + opened.Texts[q.ID+".summary"]
		}
		l.Rows = append(l.Rows, []ui.Cell{{Text: rq.placeName(q.Laboratory)}, asked, answer})
	}
	return with(ui.Section("laboratory", rq.t("exhibit.laboratory")), ui.Table(l))
}

// pastPart is what stood there before corrections.
func (rq *request) pastPart(v *exhibit.View, opened *exhibit.Opened) templ.Component {
	if len(v.Past) == 0 {
		return templ.NopComponent
	}
	var out []templ.Component
	for i := range v.Past {
		old := &v.Past[i]
		out = append(out, small(rq.t("exhibit.corrected", "at", rq.lang.DateTime(old.By.At))))
		if opened == nil {
			continue
		}
		facts := []ui.Fact{{Key: rq.t("web.f.exhibit.why"), Body: quote(opened.Texts[old.ID+".why"])}}
		for _, name := range exhibit.SealedFields {
			if text := opened.Texts[old.ID+"."+name]; text != "" {
				facts = append(facts, ui.Fact{Key: rq.t("web.f.exhibit." + name), Body: quote(text)})
			}
		}
		out = append(out, ui.SummaryList(facts))
	}
	return with(ui.Section("past", rq.t("exhibit.past")), out...)
}
