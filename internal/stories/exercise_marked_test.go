package stories_test

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"rufaa/internal/api"
	"rufaa/internal/web"
)

// Every page and call of an exercise realm that can be read is walked by every
// part, before and after the reveal: each page says EXERCISE, each file has it in
// its name and stands in the mailbox, each answer of the API in its head.
func TestEveryRouteOfAnExerciseIsMarked(t *testing.T) {
	if testing.Short() {
		t.Skip("walks every route")
	}
	p := kaskaziTroupe(t)
	p.page("control.1", "/exercise/clock", url.Values{"act": {"pause"}})
	p.page("control.1", "/exercise/clock", url.Values{"act": {"jump"}, "to": {"D2 09:00"}})
	p.alert("DCI", p.character("C1"))
	walk := &walk{troupe: p, pages: map[string]bool{}, files: map[string]string{}, calls: map[string]bool{}}
	walk.all("control.1", "mentor.1", "actor.c1", "dci.1", "ngo.1", "cts.1")
	p.call("ngo.1", "POST", "/cases/"+p.cases["C1"]+"/take", map[string]any{}, nil)
	walk.bundle("ngo.1", p.cases["C1"])
	p.page("control.1", "/exercise/end", url.Values{"reason": {"Over"}})
	p.page("control.1", "/exercise/reveal", url.Values{})
	walk.all("control.1", "dci.1")
	for _, path := range []string{"/sign-in", "/enter"} {
		walk.look("dci.1", path)
	}
	if len(walk.pages) < 60 || len(walk.calls) < 60 || len(walk.files) < 5 {
		t.Errorf("only %d pages, %d calls and %d files were seen", len(walk.pages), len(walk.calls), len(walk.files))
	}
	var box struct {
		Mails []struct{ Title, Channel string }
	}
	caught := ""
	for _, user := range []string{"dci.1", "ngo.1", "cts.1"} {
		p.call(user, "GET", "/exercise/mailbox", nil, &box)
		for _, m := range box.Mails {
			if m.Channel == "file" {
				caught += m.Title + "\n"
			}
		}
	}
	for name, user := range walk.files {
		if user != "control.1" && user != "mentor.1" && user != "actor.c1" && !strings.Contains(caught, name) { // who has a mailbox
			t.Errorf("%s was taken out by %s and stands in no mailbox:\n%s", name, user, caught)
		}
	}
}

type walk struct {
	*troupe
	pages, calls map[string]bool
	files        map[string]string // name -> by whom
}

// all walks everything that can be read. What is asked for by an id is that of
// the one case there is, or nothing.
func (w *walk) all(users ...string) {
	w.t.Helper()
	var patterns []string
	for _, r := range web.Routes(w.of) {
		patterns = append(patterns, r.Pattern)
	}
	for _, o := range api.Operations() {
		patterns = append(patterns, o.Method+" "+o.Path)
	}
	for _, pattern := range patterns {
		method, path, _ := strings.Cut(pattern, " ")
		if method != http.MethodGet || strings.HasSuffix(path, "/live") || strings.Contains(path, "/events/stream") { // a stream has no end
			continue
		}
		id := w.cases["C1"]
		if strings.Contains(path, "/exercise/") {
			id = "01"
		}
		path = strings.ReplaceAll(strings.ReplaceAll(path, "{$}", ""), "{id}", id)
		for strings.Contains(path, "{") {
			i, j := strings.Index(path, "{"), strings.Index(path, "}")
			path = path[:i] + "1" + path[j+1:]
		}
		for _, user := range users {
			w.look(user, path)
		}
	}
}

// bundle takes one out of a case as a file, over the API.
func (w *walk) bundle(user, id string) {
	w.t.Helper()
	rq, err := http.NewRequest(http.MethodPost, w.at+"/api/v1/cases/"+id+"/bundle", strings.NewReader(`{"recipient":"court","purpose":"assistance"}`))
	if err != nil {
		w.t.Fatal(err)
	}
	rq.Header.Set("Content-Type", "application/json")
	rq.Header.Set("Accept", "application/zip")
	r, err := w.people[user].Do(rq)
	if err != nil {
		w.t.Fatal(err)
	}
	defer r.Body.Close()
	raw, err := io.ReadAll(r.Body)
	name, marked := strings.CutPrefix(r.Header.Get("Content-Disposition"), `attachment; filename="EXERCISE-`)
	if err != nil || r.StatusCode != http.StatusOK || !marked {
		w.t.Fatalf("a bundle: %d, %v: %.300s, %v", r.StatusCode, r.Header, raw, err)
	}
	name, _, _ = strings.Cut(name, `"`)
	w.files["EXERCISE-"+name] = user
}

func (w *walk) look(user, path string) {
	w.t.Helper()
	for _, code := range []string{"en", "sw"} {
		rq, err := http.NewRequest(http.MethodGet, w.at+path, nil)
		if err != nil {
			w.t.Fatal(err)
		}
		rq.Header.Set("Accept-Language", code)
		r, err := w.people[user].Do(rq)
		if err != nil {
			w.t.Fatalf("%s: %v", path, err)
		}
		body, _ := io.ReadAll(io.LimitReader(r.Body, 4<<20))
		r.Body.Close()
		name := r.Header.Get("Content-Disposition")
		switch kind := r.Header.Get("Content-Type"); {
		case r.StatusCode >= 500:
			w.t.Errorf("%s for %s: %d", path, user, r.StatusCode)
		case strings.HasPrefix(name, "attachment"):
			if !strings.Contains(name, `filename="EXERCISE-`) && !strings.Contains(name, `filename="ZOEZI-`) {
				w.t.Errorf("%s for %s: the file is called %s", path, user, name)
			}
			name, _, _ = strings.Cut(strings.TrimPrefix(name, `attachment; filename="`), `"`)
			w.files[name] = user
		case strings.HasPrefix(path, "/api/"):
			if w.calls[path] = true; r.Header.Get(api.RealmHeader) != "exercise" {
				w.t.Errorf("%s for %s (%d) does not say of which realm it is", path, user, r.StatusCode)
			}
		case strings.HasPrefix(kind, "text/html"):
			if word := map[string]string{"en": "EXERCISE.", "sw": "ZOEZI."}[code]; !strings.Contains(string(body), word) {
				w.t.Errorf("%s for %s in %s (%d) does not say %s", path, user, code, r.StatusCode, word)
			}
			if r.StatusCode == http.StatusOK {
				w.pages[path] = true
			}
		}
	}
}
