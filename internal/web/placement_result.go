package web

import (
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"rufaa/internal/casefile"
	"rufaa/internal/directory"
	"rufaa/internal/placement"
	"rufaa/internal/policy"
	"rufaa/internal/vault"
	"rufaa/internal/web/ui"
)

// proposal tells the answer: the sum, each line with its reasons, what is kept
// and what is left unmet.
func (rq *request) proposal(p *placement.Placed) []templ.Component {
	sum := rq.lang.N("placement.placed", p.Placed)
	if p.Left > 0 {
		sum += " " + rq.lang.N("placement.left", p.Left)
	}
	quality := []templ.Component{para(rq.t("placement.proven"))}
	if !p.Proven {
		quality = []templ.Component{para(rq.t("placement.best_found", "percent", p.Better))}
		if p.LeftOut > 0 {
			quality = append(quality, para(rq.lang.N("placement.more_perhaps", p.LeftOut)))
		}
	}
	out := []templ.Component{with(ui.Banner(ui.Done, sum, "proposal"), append(quality, para(rq.t("placement.you_choose")))...)}
	if len(p.Lines) == 0 {
		out = nil
	}
	for _, h := range p.Held {
		out = append(out, with(ui.Card(rq.refsOf(h.Cases, p)), para(rq.t("web.places.held", "name", h.Hold.Name, "when", rq.when(h.Hold.Until, rq.of.Now())))))
	}
	names := map[string]string{}
	for i := range p.Lines {
		names[p.Lines[i].Unit.ID] = rq.refsOf(casesOf(&p.Lines[i].Unit), p)
	}
	for i := range p.Lines {
		out = append(out, rq.placementLine(&p.Lines[i], p, names))
	}
	return append(out, rq.keptBeds(p))
}

func casesOf(u *placement.Unit) []string {
	out := make([]string, len(u.Members))
	for i := range u.Members {
		out[i] = u.Members[i].Case
	}
	return out
}

// refsOf names cases by their references.
func (rq *request) refsOf(cases []string, p *placement.Placed) string {
	out := make([]string, len(cases))
	for i, id := range cases {
		out[i] = p.About[id].Frame.Row.Ref
	}
	return strings.Join(out, " + ")
}

func (rq *request) placementLine(l *placement.Line, p *placement.Placed, names map[string]string) templ.Component {
	why := para(rq.t("placement.why." + string(l.Reason)))
	if l.Place == nil {
		body := []templ.Component{element3children("p", ui.TagOf(ui.Tag{Text: rq.t("placement.unmet"), Tone: ui.Red})), why}
		body = append(body, rq.shut(l)...)
		return with(ui.Card(names[l.Unit.ID]), append(body, rq.passedOver(l, names)...)...)
	}
	tag := ui.Tag{Text: rq.t("web.places.sure"), Tone: ui.Green}
	if !l.Place.Sure {
		tag = ui.Tag{Text: rq.t("web.places.ask"), Tone: ui.Amber}
	}
	body := []templ.Component{element("p", ` class="govuk-body"`, l.Place.Name+", "+rq.label("counties", l.Place.County)), element3children("p", ui.TagOf(tag)), why}
	for i := range l.Seats {
		body = append(body, rq.seat(&l.Seats[i], p, len(l.Seats) > 1))
	}
	if line := phones(l.Place.Phones); line != "" {
		body = append(body, para(rq.t("web.agency.phone")+": "+line))
	}
	body = append(body, rq.passedOver(l, names)...)
	for i := range l.Unit.Members {
		body = append(body, rq.referMember(l, p.About[l.Unit.Members[i].Case]))
	}
	body = append(body, ui.Button(ui.Press{Text: rq.t("placement.hold", "ref", names[l.Unit.ID]), Look: ui.Secondary, Small: true, Name: "hold",
		Value: seatsText(l.Place.Provider, l.Seats), Attrs: templ.Attributes{"form": "choice", "formaction": rq.o.Base + "/placement/hold"}}),
		para2link(rq.t("web.places.open"), rq.o.Base+"/providers/"+l.Place.Provider))
	return with(ui.Card(names[l.Unit.ID]), body...)
}

// seat says which beds, for whom, and why there.
func (rq *request) seat(s *placement.Seat, p *placement.Placed, named bool) templ.Component {
	t, code := rq.of.Directory.Taxonomy, rq.lang.Code()
	text := strconv.Itoa(s.Count) + " × " + t.Label("units", s.Unit, code) + ", " + t.Label("groups", s.Group, code)
	if named {
		text = rq.refsOf(s.Cases, p) + ": " + text
	}
	var reasons []templ.Component
	for _, r := range s.Reasons {
		reasons = append(reasons, plain(t.Say(r, rq.lang, rq.of.Now())))
	}
	return templ.Join(element("p", ` class="govuk-body"`, text), list(reasons...))
}

// referMember leads to the usual referral, which asks for consent. Where it is
// known already that there is none yet, that is said.
func (rq *request) referMember(l *placement.Line, c placement.Candidate) templ.Component {
	to := l.Place.Agency
	if c.Need == nil || to == "" || to == rq.who.Agency || !rq.of.AgencyExists(to) || !c.Frame.Can(policy.ReferralSend) {
		return templ.NopComponent
	}
	var out []templ.Component
	if c.Frame.May[casefile.PartConsents] {
		if basis, _ := c.Frame.State.Ground(to, "assistance", vault.Care, rq.of.Now()); basis == "" {
			out = append(out, small(rq.t("placement.no_consent", "ref", c.Frame.Row.Ref, "agency", rq.of.AgencyName(to))))
		}
	}
	return templ.Join(append(out, with(ui.Form(ui.Sending{Action: "/cases/" + c.Frame.Row.ID + "/referrals/preview"}),
		ui.Hidden("to", to), ui.Hidden("purpose", "assistance"), ui.Hidden("urgency", c.Need.Urgency), ui.Hidden("needs", c.Need.ID),
		ui.Hidden("compartments", "identity"), ui.Hidden("compartments", "care"),
		ui.Button(ui.Press{Text: rq.t("placement.refer", "ref", c.Frame.Row.Ref), Small: true})))...)
}

// shut says of somebody without a place which rules left services out, and
// whom to ring.
func (rq *request) shut(l *placement.Line) []templ.Component {
	var out []templ.Component
	var rules []templ.Component
	for _, s := range l.Shut {
		rules = append(rules, plain(rq.lang.N("placement.shut", s.Count, "rule", rq.t("placement.rule."+s.Rule))))
	}
	if len(rules) > 0 {
		out = append(out, with(ui.Details(rq.t("placement.left_out"), false), list(rules...)))
	}
	var ring []templ.Component
	for _, u := range l.Ring {
		ring = append(ring, plain(u.Name+", "+rq.label("counties", u.County)+": "+ringNumbers(u)))
	}
	if len(ring) > 0 {
		out = append(out, para(rq.t("placement.ring")), list(ring...))
	}
	return out
}

func ringNumbers(u directory.Unheard) string {
	if s := phones(u.Phones); s != "" {
		return s
	}
	return "–"
}

// passedOver says where they would rather have gone, and who is there.
func (rq *request) passedOver(l *placement.Line, names map[string]string) []templ.Component {
	var items []templ.Component
	for _, n := range l.Nearer {
		text := n.Name + ", " + rq.label("counties", n.County) + ": " + rq.t("placement.why."+string(n.Reason))
		var others []string
		for _, id := range n.By {
			others = append(others, names[id])
		}
		if len(others) > 0 {
			text += " (" + strings.Join(others, ", ") + ")"
		}
		items = append(items, plain(text))
	}
	if len(items) == 0 {
		return nil
	}
	return []templ.Component{with(ui.Details(rq.t("placement.nearer"), false), list(items...))}
}

// keptBeds is the table of the scarce beds, before and after.
func (rq *request) keptBeds(p *placement.Placed) templ.Component {
	if len(p.Kept) == 0 {
		return templ.NopComponent
	}
	t := rq.of.Directory.Taxonomy
	l := ui.Listing{Caption: rq.t("placement.kept"), Hide: true, Keep: true, Columns: []ui.Column{{Label: rq.t("placement.kept.who")}, {Label: rq.t("web.col.county")},
		{Label: rq.t("placement.kept.before"), Number: true}, {Label: rq.t("placement.kept.after"), Number: true}}}
	for _, k := range p.Kept {
		l.Rows = append(l.Rows, []ui.Cell{{Text: t.Label("groups", k.Group, rq.lang.Code())}, {Text: rq.groupName(k.County, false)}, {Text: strconv.Itoa(k.Before)}, {Text: strconv.Itoa(k.After)}})
	}
	return with(ui.Section("kept", rq.t("placement.kept")), small(rq.t("placement.kept.text", "km", int(t.Placement.Reach))), ui.Table(l))
}
