package stories_test

import (
	"context"
	"fmt"
	"io"
	"maps"
	"math"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"
	"golang.org/x/net/html"

	"rufaa/internal/exercise"
	"rufaa/internal/ledger"
	"rufaa/internal/review"
	"rufaa/internal/scenario"
)

// played is testdata/kaskazi-played.yaml.
type played struct {
	Play struct {
		NotDone []string                   `yaml:"not_done"`
		Late    map[string]scenario.Moment `yaml:"late"`
		Wrong   []string                   `yaml:"wrong"`
		Custody []kept                     `yaml:"custody"`
		Told    []struct {
			At                  scenario.Moment
			Reveal, Team, Asked string
		}
		Treated []struct {
			At             scenario.Moment
			Who, How, Team string
		}
		Marks []struct {
			At                       scenario.Moment
			Mentor, Criterion, Grade string
		}
		Control []struct {
			At              scenario.Moment
			Do, Inject, Who string
		}
		End scenario.Moment
	}
	Figures map[string]string
}

// Kaskazi played with mistakes, through the pages and the API; every figure of
// its review is the one worked out by hand, in the API, on the page and in the
// file, and every event behind a figure is in the ledger.
func TestEveryFigureOfKaskazisReview(t *testing.T) {
	if testing.Short() {
		t.Skip("plays five days")
	}
	raw, err := os.ReadFile("testdata/kaskazi-played.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var x played
	if err := yaml.Unmarshal(raw, &x); err != nil {
		t.Fatal(err)
	}
	p := kaskaziTroupe(t)
	p.perform(&x)
	var r review.Report
	p.call("dci.1", "GET", "/exercise/review", nil, &r)
	got := figures(&r)
	for _, k := range slices.Sorted(maps.Keys(x.Figures)) {
		if got[k] != x.Figures[k] {
			t.Errorf("%s:\n  worked out %s\n  computed   %s", k, x.Figures[k], got[k])
		}
	}
	for _, k := range slices.Sorted(maps.Keys(got)) {
		if _, ok := x.Figures[k]; !ok {
			t.Errorf("%s: %s was not worked out by hand", k, got[k])
		}
	}
	p.sharesAndDues(&r)
	p.eventsBehind(&r)
	p.reviewPage(&r)
}

// perform plays the script: at each moment control acts, what is late is done,
// then what the new injects ask for, then the actors and the mentors tap.
func (p *troupe) perform(x *played) {
	p.t.Helper()
	script := p.script
	at := map[scenario.Minute]bool{}
	for i := range script.Injects {
		at[script.Injects[i].At.Minute] = true
	}
	for _, m := range x.Play.Late {
		at[m.Minute] = true
	}
	expect := map[string]scenario.Expectation{}
	for i := range script.Injects {
		for _, e := range script.Injects[i].Expect {
			expect[fmt.Sprintf("%s %s %s %s", script.Injects[i].ID, e.Team, e.Do, e.About)] = e
		}
	}
	seen := map[string]bool{}
	for n, now := range slices.Sorted(maps.Keys(at)) {
		if n == 0 {
			p.page("control.1", "/exercise/clock", url.Values{"act": {"pause"}})
		} else {
			p.page("control.1", "/exercise/clock", url.Values{"act": {"jump"}, "to": {now.String()}})
		}
		p.control(x, now)
		for _, k := range slices.Sorted(maps.Keys(x.Play.Late)) {
			if x.Play.Late[k].Minute == now {
				p.act(strings.Fields(k)[0], expect[k])
			}
		}
		var board exercise.Board
		p.call("control.1", "GET", "/exercise/board", nil, &board)
		for _, l := range board.Lines {
			if l.Sent == "" || seen[l.ID] {
				continue
			}
			seen[l.ID] = true
			p.answer(x, l.ID)
		}
		for _, y := range x.Play.Custody {
			if y.At.Minute == now {
				p.keep(&y)
			}
		}
		for _, y := range x.Play.Told {
			if y.At.Minute == now {
				who, _, _ := strings.Cut(y.Reveal, ".")
				p.call("actor."+strings.ToLower(who), "POST", "/exercise/told", exercise.Tell{Reveal: y.Reveal, Team: y.Team, Asked: y.Asked}, nil)
			}
		}
		for _, y := range x.Play.Treated {
			if y.At.Minute == now {
				p.call("actor."+strings.ToLower(y.Who), "POST", "/exercise/treated", exercise.Treat{How: y.How, Team: y.Team}, nil)
			}
		}
		for _, y := range x.Play.Marks {
			if y.At.Minute == now {
				p.call(y.Mentor, "POST", "/exercise/marks", exercise.Mark{Criterion: y.Criterion, Grade: y.Grade}, nil)
			}
		}
	}
	p.page("control.1", "/exercise/clock", url.Values{"act": {"jump"}, "to": {x.Play.End.String()}})
	p.page("control.1", "/exercise/end", url.Values{"reason": {"Five days are over"}})
	p.page("control.1", "/exercise/reveal", url.Values{})
}

// answer is what the teams do about an inject that was just sent.
func (p *troupe) answer(x *played, inject string) {
	p.t.Helper()
	for i := range p.script.Injects {
		in := &p.script.Injects[i]
		if in.ID != inject {
			continue
		}
		for _, e := range in.Expect {
			k := fmt.Sprintf("%s %s %s %s", in.ID, e.Team, e.Do, e.About)
			if _, late := x.Play.Late[k]; !late && !slices.Contains(x.Play.NotDone, k) {
				p.act(in.ID, e)
			}
		}
		for _, e := range in.Tempt {
			if slices.Contains(x.Play.Wrong, fmt.Sprintf("%s %s %s %s", in.ID, e.Team, e.Do, e.About)) {
				p.call("mentor.1", "POST", "/exercise/deeds", exercise.Notice{Team: e.Team, Do: e.Do, About: e.About, Inject: in.ID, Reason: "Seen by the mentor."}, nil)
			}
		}
	}
}

func (p *troupe) control(x *played, now scenario.Minute) {
	p.t.Helper()
	for _, y := range x.Play.Control {
		if y.At.Minute != now {
			continue
		}
		switch y.Do {
		case "free":
			p.page("control.1", "/exercise/free", url.Values{"from": {"Control"}, "teams": {"DCI", "NGO"}, "channel": {"radio"}, "title": {"Rain"},
				"content": {"The road is flooded."}, "reason": {"To see who adapts"}})
		case "freeze":
			p.page("control.1", "/exercise/freeze", url.Values{"text": {"Who may be told what?"}})
			p.page("control.1", "/exercise/thaw", url.Values{})
		case "stop":
			p.page("actor."+strings.ToLower(y.Who), "/exercise/stop", url.Values{"note": {"A moment, please."}})
			s, err := p.of.Exercises.Current(context.Background())
			if err != nil || len(s.Stopped()) != 1 {
				p.t.Fatalf("the safe word stopped %v, %v", s.Stopped(), err)
			}
			p.page("control.1", "/exercise/stops/"+s.Stopped()[0].ID, url.Values{"note": {"She goes on."}})
		default:
			p.page("control.1", "/exercise/injects/"+y.Inject, url.Values{"do": {y.Do}, "reason": {"Control decides."}})
		}
	}
}

// figures writes a report as the table does: one line each, nothing left out.
func figures(r *review.Report) map[string]string {
	out := map[string]string{}
	put := func(key, format string, a ...any) {
		for out[key] != "" {
			key += " again"
		}
		out[key] = fmt.Sprintf(format, a...)
	}
	of := func(t review.Tally) string { return fmt.Sprintf("%d/%d", t.N, t.Of) }
	on := func(list *[]string, ok bool, word string) {
		if ok {
			*list = append(*list, word)
		}
	}
	for i := range r.Injects {
		in := &r.Injects[i]
		line := []string{"not sent"}
		if in.Sent {
			line[0] = in.At.String()
			if in.Hand {
				line[0] += " by hand"
			}
		}
		for _, e := range in.Expects {
			line = append(line, fmt.Sprintf("%s %s %s %s %d", e.Team, e.Do, e.About, e.State, e.Minutes))
		}
		put("inject "+in.ID, "%s", strings.Join(line, ", "))
	}
	for i := range r.Teams {
		t := &r.Teams[i]
		put("team "+t.ID, "%s, late %d, missed %d, no chance %d, strayed %d, deeds %d", of(t.InTime), t.Late, t.Missed, t.NoChance, t.Strayed, t.Deeds)
	}
	put("in time", "%s", of(r.InTime))
	put("referrals", "%s, median %d", of(r.Referrals.Answered), r.Referrals.Median)
	for i := range r.Criteria {
		k := &r.Criteria[i]
		line := []string{string(k.Grade)}
		on(&line, k.Breached, "breached")
		on(&line, k.Touched, "touched")
		on(&line, k.ByHand, "by hand")
		said := "mentors"
		for _, g := range []string{"P", "S", "M", "U", "-"} {
			if n := k.Mentors[g]; n > 0 {
				said += fmt.Sprintf(" %s%d", g, n)
			}
		}
		on(&line, len(k.Mentors) > 0, said)
		on(&line, k.Differs, "differs")
		put("criterion "+k.ID, "%s", strings.Join(line, ", "))
	}
	for _, o := range r.Objectives {
		put("objective "+o.ID, "%s", of(o.Points))
	}
	put("score", "%s", of(r.Score))
	for i := range r.People {
		x := &r.People[i]
		put("person "+x.Character, "%s, safe %d, care %d, interview %d, asked %d by %d of %d, again %d, sessions %d", strings.Join(x.As, " "), x.Safe, x.Care, x.Interview,
			x.Asked.Most, x.Asked.People, x.Asked.Teams, x.Asked.Twice, x.Asked.Uneased)
	}
	put("found", "%s", of(r.Found))
	for i := range r.Truths {
		put("truth "+r.Truths[i].Reveal, "%s, told %d", r.Truths[i].State, r.Truths[i].Told)
	}
	flaws(r, put)
	for i := range r.Elements {
		x := &r.Elements[i]
		put("element "+x.Victim, "%s, %s, %s", map[bool]string{true: "known", false: "unknown"}[x.Known], of(x.Exhibits), map[bool]string{true: "proven", false: "not proven"}[x.Proven])
	}
	for _, d := range r.Disclosures {
		put("disclosure "+d.Do+" "+d.About, "%s, %s", d.Team, d.At)
	}
	for _, x := range r.Treatments {
		put("treated "+x.Character+" "+x.How+" "+x.Team, "%d", x.Times)
	}
	put("rules overridden", "%d", len(r.Breaks))
	put("stops", "%d", r.Stops)
	many := map[string]int{}
	for _, h := range r.Hands {
		if h.What == "jumped" || h.What == "noticed" {
			many[h.What]++
			continue
		}
		touched := strings.Join(h.Touched, " ")
		if touched == "" {
			touched = "nothing"
		}
		put(strings.TrimSpace("control "+h.What+" "+h.Inject), "%s, touched %s", h.At, touched)
	}
	for what, n := range many {
		put("control "+what, "%d", n)
	}
	put("timeline", "%d", len(r.Timeline))
	var strong, weak []string
	for _, f := range r.Strengths {
		strong = append(strong, f.Criterion)
	}
	for i := range r.Improvements {
		f := &r.Improvements[i]
		weak = append(weak, f.Criterion)
		var missing []string
		for _, m := range f.Missing {
			missing = append(missing, injectOf(r, &m)+" "+m.Team+" "+m.Do+" "+m.About)
		}
		on(&missing, len(missing) == 0, "nothing")
		put("missing "+f.Criterion, "%s", strings.Join(missing, ", "))
	}
	put("strengths", "%s", strings.Join(strong, " "))
	put("improve", "%s", strings.Join(weak, " "))
	return out
}

// injectOf finds the inject that expected something.
func injectOf(r *review.Report, m *review.Expected) string {
	for i := range r.Injects {
		for _, e := range r.Injects[i].Expects {
			if e.Team == m.Team && e.Do == m.Do && e.About == m.About && e.Due == m.Due {
				return r.Injects[i].ID
			}
		}
	}
	return "?"
}

// sharesAndDues: a share is what its counts say, a due moment what the scenario says.
func (p *troupe) sharesAndDues(r *review.Report) {
	p.t.Helper()
	shares := []review.Tally{r.Score, r.Found, r.InTime, r.Referrals.Answered}
	for _, o := range r.Objectives {
		shares = append(shares, o.Points)
	}
	for i := range r.Teams {
		shares = append(shares, r.Teams[i].InTime)
	}
	for i := range r.Elements {
		shares = append(shares, r.Elements[i].Exhibits)
	}
	for _, t := range shares {
		if want := float64(t.N) / math.Max(1, float64(t.Of)); math.Abs(t.Share-want) > 1e-9 {
			p.t.Errorf("%d of %d is %f", t.N, t.Of, t.Share)
		}
	}
	for i := range r.Injects {
		for j, e := range r.Injects[i].Expects {
			if want := r.Injects[i].At + scenario.Minute(p.script.Injects[i].Expect[j].Within); e.State != review.NoChance && e.Due != want {
				p.t.Errorf("%s %s %s is due %s, not %s", r.Injects[i].ID, e.Team, e.Do, e.Due, want)
			}
		}
	}
}

// eventsBehind: every figure that counts something names events, and every
// event it names is in the ledger.
func (p *troupe) eventsBehind(r *review.Report) {
	p.t.Helper()
	known := map[int64]string{}
	if err := p.of.Ledger.Each(context.Background(), 0, func(e ledger.Event) error { known[e.Seq] = e.Kind; return nil }); err != nil {
		p.t.Fatal(err)
	}
	look := func(what string, need bool, events ...int64) {
		p.t.Helper()
		if need && len(events) == 0 {
			p.t.Errorf("%s names no event", what)
		}
		for _, e := range events {
			if known[e] == "" {
				p.t.Errorf("%s names event %d, which is not in the ledger", what, e)
			}
		}
	}
	for i := range r.Criteria {
		look(r.Criteria[i].ID, true, r.Criteria[i].Events...)
	}
	for i := range r.People {
		x := &r.People[i]
		look(x.Character, x.Safe != -2 || x.Asked.Most > 0, x.Events...)
	}
	for i := range r.Truths {
		look(r.Truths[i].Reveal, r.Truths[i].State != review.NotAsked, r.Truths[i].Events...)
	}
	for i := range r.Elements {
		look("element of "+r.Elements[i].Victim, r.Elements[i].Known, r.Elements[i].Events...)
	}
	for _, x := range r.Exhibits {
		look(x.ID, true, x.Events...)
		for _, f := range x.Flaws {
			look(x.ID+" "+f.Flaw, true, f.First.Event, f.Second.Event)
		}
	}
	look("referrals", true, r.Referrals.Events...)
	for i := range r.Injects {
		in := &r.Injects[i]
		if in.Sent && known[in.Event] != exercise.Fired {
			p.t.Errorf("inject %s names event %d (%s)", in.ID, in.Event, known[in.Event])
		}
		for _, e := range in.Expects {
			if done := e.State == review.OnTime || e.State == review.Late; done != (e.Event != 0) {
				p.t.Errorf("inject %s: %s %s %s names event %d", in.ID, e.Team, e.Do, e.State, e.Event)
			} else if done {
				look(in.ID, true, e.Event)
			}
		}
	}
	for _, x := range r.Treatments {
		look("treatment", true, x.Events...)
	}
	for _, h := range r.Hands {
		look("control's "+h.What, true, h.Event)
	}
	for _, d := range r.Disclosures {
		look("disclosure", true, d.Event)
	}
	for i, m := range r.Timeline {
		if look("timeline", true, m.Event); i > 0 && m.At < r.Timeline[i-1].At {
			p.t.Errorf("the timeline runs backwards at %s", m.At)
		}
	}
}

// reviewPage reads the tables of the review page, in both languages, and wants
// the report's figures in them.
func (p *troupe) reviewPage(r *review.Report) {
	p.t.Helper()
	for _, code := range []string{"en", "sw"} {
		in := p.of.Texts.In(code)
		said := func(t review.Tally) string {
			if t.Of == 0 {
				return in.T("review.no_chance")
			}
			return in.T("review.count", "n", t.N, "of", t.Of, "share", fmt.Sprintf("%.0f", 100*t.Share))
		}
		took := func(n int) string {
			switch n {
			case -1:
				return in.T("review.never")
			case -2:
				return "–"
			}
			return in.Span(time.Duration(n) * time.Minute)
		}
		at := p.tables(code)
		want := func(section, row string, cells ...string) {
			p.t.Helper()
			got, ok := at[section][row]
			for i, c := range cells {
				if c != "" && (i >= len(got) || !strings.HasPrefix(got[i], c)) {
					p.t.Errorf("%s, %s %s: %q, want %q", code, section, row, got, cells)
					return
				}
			}
			if !ok {
				p.t.Errorf("%s: the page has no %s %s", code, section, row)
			}
		}
		for _, o := range r.Objectives {
			want("objectives", o.ID, said(o.Points))
		}
		for i := range r.Criteria {
			k := &r.Criteria[i]
			want("criteria", k.ID, in.T("review.grade."+strings.ToLower(string(k.Grade))))
		}
		for i := range r.People {
			x := &r.People[i]
			want("people", x.Character, in.T("review.as."+x.As[0]), took(x.Safe), took(x.Care), took(x.Interview))
		}
		for i := range r.Truths {
			want("truths", r.Truths[i].Reveal, in.T("review.truth."+r.Truths[i].State), strconv.Itoa(r.Truths[i].Told))
		}
		for _, x := range r.Exhibits {
			want("exhibits", x.ID, in.T("review.exhibit."+x.State))
		}
		for i := range r.Elements {
			x := &r.Elements[i]
			want("elements", x.Victim, in.T("review."+map[bool]string{true: "proven", false: "unproven"}[x.Proven]), said(x.Exhibits))
		}
		for i := range r.Teams {
			t := &r.Teams[i]
			want("teams", t.ID, said(t.InTime), strconv.Itoa(t.Late), strconv.Itoa(t.Missed), strconv.Itoa(t.NoChance), strconv.Itoa(t.Strayed), strconv.Itoa(t.Deeds))
		}
		for i := range r.Injects {
			x := &r.Injects[i]
			when := x.At.String()
			if !x.Sent {
				when = in.T("review.not_sent")
			}
			want("injects", x.ID, when)
			for _, e := range x.Expects {
				if cell := at["injects"][x.ID]; len(cell) < 2 || !strings.Contains(cell[1], e.Team+" "+e.Do+" "+e.About+": "+in.T("review.state."+e.State)) {
					p.t.Errorf("%s: inject %s does not say %s of %s %s %s: %v", code, x.ID, e.State, e.Team, e.Do, e.About, cell)
				}
			}
		}
		p.flawsOnThePage(r, code)
		if n := len(at["control"]); n == 0 {
			p.t.Errorf("%s: control's hands are not listed", code)
		}
	}
}

// tables reads the review page: section -> first word of the first cell -> the
// other cells.
func (p *troupe) tables(code string) map[string]map[string][]string {
	p.t.Helper()
	p.page("dci.1", "/language", url.Values{"lang": {code}, "return": {"/exercise"}})
	r, err := p.people["dci.1"].Get(p.at + "/exercise/review")
	if err != nil {
		p.t.Fatal(err)
	}
	defer r.Body.Close()
	tree, err := html.Parse(io.LimitReader(r.Body, 8<<20))
	if err != nil {
		p.t.Fatal(err)
	}
	out := map[string]map[string][]string{}
	section := ""
	var walk func(n *html.Node)
	walk = func(n *html.Node) {
		for _, a := range n.Attr {
			if a.Key == "id" && (n.Data == "section" || n.Data == "h2") {
				section = strings.TrimSuffix(a.Val, "-title")
			}
		}
		if n.Data == "tr" {
			var cells []string
			for c := n.FirstChild; c != nil; c = c.NextSibling {
				if c.Type == html.ElementNode {
					cells = append(cells, words(c))
				}
			}
			if len(cells) > 0 {
				if out[section] == nil {
					out[section] = map[string][]string{}
				}
				first, _, _ := strings.Cut(cells[0]+" ", " ")
				out[section][first] = cells[1:]
			}
			return
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
	}
	walk(tree)
	return out
}

// words is the text of a node, with single spaces.
func words(n *html.Node) string {
	if n.Type == html.TextNode {
		return n.Data
	}
	var b strings.Builder
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		b.WriteString(words(c) + " ")
	}
	return strings.Join(strings.Fields(b.String()), " ")
}
