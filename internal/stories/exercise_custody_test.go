package stories_test

import (
	"context"
	"fmt"
	"io"
	"math"
	"net/url"
	"strings"
	"time"

	"golang.org/x/net/html"

	"rufaa/internal/custody"
	"rufaa/internal/exhibit"
	"rufaa/internal/review"
	"rufaa/internal/scenario"
)

// kept is one line of custody in testdata/kaskazi-played.yaml.
type kept struct {
	At, Was                           scenario.Moment
	Who, Do, Exhibit, Place, Seal, To string
}

// keep does one step with an exhibit over the API; recording begins it, at a
// scene that whoever records first opens.
func (p *troupe) keep(y *kept) {
	p.t.Helper()
	s, err := p.of.Exercises.Current(context.Background())
	if err != nil {
		p.t.Fatal(err)
	}
	look := map[string]any{"place": y.Place, "seal": y.Seal, "at": s.Midnight().Add(time.Duration(y.Was.Minute) * time.Minute).Format(time.RFC3339)}
	with := func(more map[string]any) map[string]any {
		for k, v := range look {
			more[k] = v
		}
		return more
	}
	at := "/exhibits/" + p.exhibits[y.Exhibit]
	switch y.Do {
	case "record":
		var made struct{ ID string }
		p.call(y.Who, "POST", "/scenes/"+p.searched(y.Who)+"/exhibits", with(map[string]any{"kind": "other", "description": "Prop (fictional)", "packaging": "paper-bag", "owner": "suspect"}), &made)
		p.exhibits[y.Exhibit] = made.ID
		p.page(y.Who, "/exercise/cards", url.Values{"stream": {"exhibit/" + made.ID}, "card": {p.of.Exercises.Code(s, y.Exhibit)}})
	case "move":
		p.call(y.Who, "POST", at+"/moves", with(map[string]any{"reason": "to-store"}), nil)
	case "offer":
		p.call(y.Who, "POST", at+"/offers", with(map[string]any{"reason": "to-store", "user": y.To}), nil)
	case "receive":
		p.call(y.Who, "POST", at+"/receipt", look, nil)
	default:
		p.t.Fatalf("nobody knows how to %s", y.Do)
	}
}

// searched is the scene of the play's exhibits.
func (p *troupe) searched(who string) string {
	p.t.Helper()
	if p.scene == "" {
		var made struct{ ID string }
		p.call(who, "POST", "/inquiries", map[string]any{"kind": "trafficking", "title": "Kasa Villa (fictional)"}, &made)
		p.inquiry = made.ID
		p.call(who, "POST", "/inquiries/"+made.ID+"/scenes", map[string]any{"class": "premises"}, &made)
		p.scene = made.ID
	}
	return p.scene
}

// flaws writes what is wrong with chains, by exhibit and by criterion.
func flaws(r *review.Report, put func(key, format string, a ...any)) {
	for i := range r.Exhibits {
		x := &r.Exhibits[i]
		put("exhibit "+x.ID, "%s", x.State)
		for _, f := range x.Flaws {
			put("flaw "+x.ID+" "+f.Flaw, "%s, %s, at %s, %s to %s, %d minutes, %.0f km", map[bool]string{true: "breaks", false: "told"}[f.Breaks], f.Team, f.At,
				f.First.At, f.Second.At, f.Seconds/60, math.Round(f.Km))
		}
	}
	for i := range r.Criteria {
		k := &r.Criteria[i]
		var named []string
		for _, c := range k.Custody {
			for _, f := range c.Flaws {
				named = append(named, c.Exhibit+" "+f.Flaw)
			}
		}
		if len(named) > 0 {
			put("custody "+k.ID, "%s", strings.Join(named, ", "))
		}
	}
}

// flawsOnThePage: in a language, the page names every flaw under its exhibit, and
// once more under each criterion that reads the gaps of the exhibit.
func (p *troupe) flawsOnThePage(r *review.Report, code string) {
	p.t.Helper()
	got, err := p.people["dci.1"].Get(p.at + "/exercise/review")
	if err != nil {
		p.t.Fatal(err)
	}
	defer got.Body.Close()
	tree, err := html.Parse(io.LimitReader(got.Body, 8<<20))
	if err != nil {
		p.t.Fatal(err)
	}
	page := words(tree)
	want := map[string]int{}
	say := func(f *review.Flaw) {
		want[exhibit.Sentence{Finding: custody.Finding{Flaw: custody.Flaw(f.Flaw), Span: time.Duration(f.Seconds) * time.Second, Km: f.Km},
			First: fmt.Sprintf("#%d", f.First.Event), Second: fmt.Sprintf("#%d", f.Second.Event), FirstAt: f.First.At.String(), SecondAt: f.Second.At.String(),
			Was: f.Was, Is: f.Is}.In(p.of.Texts.In(code))]++
	}
	for i := range r.Exhibits {
		for j := range r.Exhibits[i].Flaws {
			say(&r.Exhibits[i].Flaws[j])
		}
	}
	for i := range r.Criteria {
		for _, c := range r.Criteria[i].Custody {
			for j := range c.Flaws {
				say(&c.Flaws[j])
			}
		}
	}
	for sentence, n := range want {
		if got := strings.Count(page, sentence); got != n {
			p.t.Errorf("%s: the page says %d times, not %d: %s", code, got, n, sentence)
		}
	}
}
