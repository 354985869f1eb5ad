package stories_test

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"rufaa/internal/paper/papertest"
	"rufaa/internal/training"
)

// printed is one paper that the exercise realm gives: who asks for it, how, and
// the function of internal/web that prints it.
type printed struct{ by, user, method, path string }

// Every paper that can be printed out of an exercise carries the mark on every
// sheet, in both languages: nobody takes one out of its file's name for real.
func TestEveryPaperOfAnExerciseSaysSo(t *testing.T) {
	p := kaskaziTroupe(t)
	p.page("control.1", "/exercise/clock", url.Values{"act": {"pause"}})
	p.page("control.1", "/exercise/clock", url.Values{"act": {"jump"}, "to": {"D2 14:00"}})
	list := slices.Concat(p.propsAndScene(), p.decided(), p.attended(),
		[]printed{{"daySheet", "ngo.1", "GET", "/day.pdf"}, {"pocketFile", "ngo.1", "GET", "/providers/pocket/mombasa.pdf"},
			{"propLabels", "control.1", "GET", "/exercise/labels.pdf"}, {"attendancePaper", "control.1", "GET", "/exercise/attendance.pdf"}, {"newCard", "control.1", "POST", "/exercise/people/ex-ngo-2/card"}})
	p.sheets(list...)
	p.page("control.1", "/exercise/end", url.Values{"reason": {"Over"}})
	p.page("control.1", "/exercise/reveal", url.Values{})
	review := printed{"reviewPaper", "dci.1", "GET", "/exercise/review.pdf"}
	again := printed{"setUpExercise", "control.1", "POST", "/exercise/setup?shipped=scenario/kaskazi.yaml"}
	p.sheets(review, again)

	seen := map[string]bool{}
	for _, x := range append(list, review, again) {
		seen[x.by] = true
	}
	for _, by := range printers(t) {
		if !seen[by] {
			t.Errorf("%s prints a paper that is not looked at here", by)
		}
	}
}

// printers are the functions of the pages that print a paper.
func printers(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("../web/*.go")
	if err != nil || len(files) == 0 {
		t.Fatal("the pages are not where they were")
	}
	var out []string
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		in := ""
		for line := range strings.SplitSeq(string(raw), "\n") {
			if f, ok := strings.CutPrefix(line, "func "); ok {
				_, after, method := strings.Cut(f, ") ")
				if !strings.HasPrefix(f, "(") || !method {
					after = f
				}
				in, _, _ = strings.Cut(after, "(")
			}
			if strings.Contains(line, `rq.file("application/pdf"`) || strings.Contains(line, `rq.file(fileKinds["pdf"]`) || strings.Contains(line, "rq.sendLabels(") {
				out = append(out, in)
			}
		}
	}
	if len(out) < 14 {
		t.Fatalf("only %v print papers", out)
	}
	return slices.DeleteFunc(out, func(by string) bool { return by == "sendLabels" }) // whoever calls it is named
}

// sheets prints papers in both languages and wants the mark on every sheet.
func (p *troupe) sheets(list ...printed) {
	p.t.Helper()
	for _, x := range list {
		for code, mark := range map[string]string{"en": "EXERCISE.", "sw": "ZOEZI."} {
			path, query, _ := strings.Cut(x.path, "?")
			form, err := url.ParseQuery(query)
			if err != nil {
				p.t.Fatal(err)
			}
			form.Set("lang", code)
			var body io.Reader
			if x.method == http.MethodPost {
				body = strings.NewReader(form.Encode())
			} else {
				path += "?" + form.Encode()
			}
			rq, err := http.NewRequest(x.method, p.at+path, body)
			if err != nil {
				p.t.Fatal(err)
			}
			rq.Header.Set("Accept-Language", code)
			rq.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			r, err := p.people[x.user].Do(rq)
			if err != nil {
				p.t.Fatal(err)
			}
			raw, err := io.ReadAll(r.Body)
			r.Body.Close()
			if err != nil || r.StatusCode != http.StatusOK || r.Header.Get("Content-Type") != "application/pdf" {
				p.t.Errorf("%s: %s prints nothing at %s: %d %s, %v\n%.300s", x.by, x.user, path, r.StatusCode, r.Header.Get("Content-Type"), err, raw)
				continue
			}
			words, err := papertest.Sheets(raw)
			if err != nil {
				p.t.Errorf("%s: %v", x.by, err)
			}
			for i, sheet := range words {
				if !strings.Contains(strings.ReplaceAll(sheet, "\n", " "), mark) {
					p.t.Errorf("%s in %s: sheet %d of %d does not say %s:\n%.200s", x.by, code, i+1, len(words), mark, sheet)
				}
			}
			if name := r.Header.Get("Content-Disposition"); !strings.Contains(name, "EXERCISE-") && !strings.Contains(name, "ZOEZI-") {
				p.t.Errorf("%s: the file is called %s", x.by, name)
			}
		}
	}
}

// propsAndScene takes an exhibit up, puts it into a store, and drafts a
// certificate about it.
func (p *troupe) propsAndScene() []printed {
	p.t.Helper()
	var made struct{ ID string }
	scene := p.searched("dci.1")
	p.call("dci.1", "POST", "/scenes/"+scene+"/exhibits", map[string]any{"kind": "device", "description": "Telephone (fictional)", "packaging": "faraday-bag",
		"power": "on-locked", "isolation": "faraday", "side": "suspect", "owner": "suspect", "place": "scene", "seal": "KE-1"}, &made)
	at := "/exhibits/" + made.ID
	p.call("dci.1", "POST", at+"/moves", map[string]any{"reason": "to-store", "place": "store-mtoni", "seal": "KE-1"}, nil)
	var me struct{ ID string }
	p.call("dci.1", "GET", "/session", nil, &me)
	var certificate struct{ ID string }
	p.call("dci.1", "POST", "/inquiries/"+p.inquiry+"/certificates", map[string]any{"things": []string{"exhibit/" + made.ID}, "responsible": me.ID, "office": "Investigator",
		"how": "Written down at the scene.", "device": "None.", "use": "None."}, &certificate)
	return []printed{{"sceneLabels", "dci.1", "GET", "/scenes/" + scene + "/exhibits/labels?size=58"}, {"sceneLabels", "dci.1", "GET", "/scenes/" + scene + "/exhibits/labels"},
		{"oneLabel", "dci.1", "GET", at + "/label?size=80"}, {"exhibitList", "dci.1", "GET", "/scenes/" + scene + "/exhibits/list"}, {"custodyForm", "dci.1", "GET", at + "/form"},
		{"sceneReport", "dci.1", "POST", "/scenes/" + scene + "/report"}, {"storeList", "dci.1", "GET", "/stores/store-mtoni/list"},
		{"evidencePaper", "dci.1", "GET", "/certificates/" + certificate.ID + "/paper"}}
}

// decided lets a panel decide about somebody, who gets a letter.
func (p *troupe) decided() []printed {
	p.t.Helper()
	p.alert("DCI", p.character("C2"))
	id := p.cases["C2"]
	at := "/cases/" + id
	p.call("ngo.1", "POST", at+"/take", map[string]any{}, nil)
	var forms struct {
		Questionnaires []struct{ ID, Audience string }
	}
	p.call("ngo.1", "GET", "/questionnaires", nil, &forms)
	i := slices.IndexFunc(forms.Questionnaires, func(q struct{ ID, Audience string }) bool { return q.Audience == "adult" })
	var form struct {
		Groups []struct{ Indicators []struct{ ID string } }
	}
	p.call("ngo.1", "GET", "/questionnaires/"+forms.Questionnaires[i].ID, nil, &form)
	p.call("ngo.1", "POST", at+"/screenings", and(spoken, m{"questionnaire": forms.Questionnaires[i].ID, "answers": m{form.Groups[0].Indicators[0].ID: "yes"}}), nil)
	p.call("ngo.1", "POST", at+"/presumption", map[string]any{"decision": "presumed", "track": "trafficking", "exploitation": []string{"domestic-servitude"}}, nil)
	var joint struct {
		Panels []struct {
			ID       string
			Proposal struct{ ID string }
		}
	}
	sit := []string{"dci.1", "odpp.1"}
	var members []string
	for _, user := range sit {
		var me struct{ ID string }
		p.call(user, "GET", "/session", nil, &me)
		members = append(members, me.ID)
	}
	p.call("ngo.1", "POST", at+"/panels", map[string]any{"on": "2026-03-03", "members": members, "papers": "Two listened to her."}, nil)
	p.call("ngo.1", "POST", at+"/panels/proposal", map[string]any{"outcome": "confirmed", "reasons": "The debt was made to grow."}, nil)
	p.call("ngo.1", "GET", at+"/joint", nil, &joint)
	for _, user := range sit {
		p.call(user, "POST", at+"/panel/voice", map[string]any{"proposal": joint.Panels[0].Proposal.ID, "voice": "agree"}, nil)
	}
	p.call("ngo.1", "GET", at+"/joint", nil, &joint)
	return []printed{{"letter", "ngo.1", "GET", at + "/letter?panel=" + joint.Panels[0].ID}}
}

// attended lets somebody attend a course and reach its certificate.
func (p *troupe) attended() []printed {
	p.t.Helper()
	var course struct{ ID string }
	p.call("cts.1", "POST", "/courses", map[string]any{"title": "Kaskazi", "county": "mombasa", "from": "2026-03-02", "to": "2026-03-03"}, &course)
	p.call("ngo.1", "POST", "/courses/"+course.ID+"/seat", map[string]any{"sex": "female"}, nil)
	for range 2 { // before and after
		var sheet struct {
			Sitting   training.Sitting
			Questions []training.AskedQuestion
		}
		p.call("ngo.1", "GET", "/courses/"+course.ID+"/test", nil, &sheet)
		answers := map[string]string{}
		for _, q := range sheet.Questions {
			for _, o := range p.of.Training.Banks["trafficking"].Question(q.ID).Options {
				if o.Right {
					answers[q.ID] = o.ID
				}
			}
		}
		p.call("ngo.1", "POST", "/courses/"+course.ID+"/test", training.Sit{Sitting: sheet.Sitting, Answers: answers}, nil)
	}
	return []printed{{"certificatePaper", "ngo.1", "GET", fmt.Sprintf("/training/%s/certificate.pdf", course.ID)}}
}
