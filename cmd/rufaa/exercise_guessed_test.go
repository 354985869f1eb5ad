package main

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"rufaa/internal/api"
	"rufaa/internal/exercise"
)

// Two controllers press the same button at the same moment: the inject is sent
// once, and whoever came second is told that it is, by which rule, and what to do.
func TestTwoControllersSendOneInject(t *testing.T) {
	if testing.Short() {
		t.Skip("runs the program")
	}
	p, cards, _, _ := play(t)
	both := []*player{p.enter(cards["control.1"]), p.enter(cards["control.2"])}
	both[0].must("POST", "/exercise/clock", "", exercise.TurnClock{Act: "pause"}, nil)
	for _, id := range []string{"05", "07", "12", "21", "33"} {
		type answer struct {
			status int
			said   api.Problem
			err    error
		}
		answers, start := make(chan answer, 2), make(chan struct{})
		for i, x := range both {
			go func() {
				var a answer
				<-start
				a.status, a.err = x.call("POST", "/exercise/injects/"+id, fmt.Sprintf("send-%s-%d", id, i), exercise.Hand{Do: "send", Reason: "They wait."}, &a.said)
				answers <- a
			}()
		}
		close(start)
		first, second := <-answers, <-answers
		if first.status >= 300 {
			first, second = second, first
		}
		if first.err != nil || first.status != http.StatusOK || second.err != nil || second.status != http.StatusConflict {
			t.Errorf("inject %s: one is answered %d %v, the other %d %v", id, first.status, first.err, second.status, second.err)
			continue
		}
		if r := second.said.Rule; r == nil || r.ID != "exercise.inject-sent" || r.Title == "" || r.Remedy == "" {
			t.Errorf("inject %s: who came second is told %+v", id, second.said)
		}
	}
	var board exercise.Board
	both[1].must("GET", "/exercise/board", "", nil, &board)
	for _, id := range []string{"05", "07", "12", "21", "33"} {
		if !sentBy(&board, id) {
			t.Errorf("inject %s is not on the board as sent", id)
		}
	}
	p.stop()
	p.once(nil)
}

// A player guesses addresses of the live realm that the same server serves, with
// the own session as it is sent there, and by hand as cookie and as token: of a
// case that is there nothing is told, not even that it is.
func TestAPlayerGuessesALiveAddress(t *testing.T) {
	if testing.Short() {
		t.Skip("runs the program")
	}
	p, cards, caseID, reference := play(t)
	player := p.enter(cards["dci.1"])
	home, err := url.Parse(p.at + "/")
	if err != nil {
		t.Fatal(err)
	}
	token := ""
	for _, c := range player.Jar.Cookies(home) {
		if c.Name == "rufaa" {
			token = c.Value
		}
	}
	if token == "" {
		t.Fatal("the player has no session")
	}
	player.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	ask := func(path string, with func(*http.Request)) (int, string, string) {
		t.Helper()
		rq, err := http.NewRequest("GET", "http://"+p.addr+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		if with != nil {
			with(rq)
		}
		r, err := player.Do(rq)
		if err != nil {
			t.Fatal(err)
		}
		defer r.Body.Close()
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Fatal(err)
		}
		return r.StatusCode, r.Header.Get("Location"), string(body)
	}
	if status, _, body := ask("/realm/exercise/exercise", nil); status != http.StatusOK || !strings.Contains(body, "EXERCISE.") {
		t.Fatalf("the own realm answers %d", status)
	}
	const nobody = "00000000-0000-7000-8000-000000000000"
	ways := map[string]func(*http.Request){"as it is sent": nil,
		"as cookie": func(rq *http.Request) { rq.AddCookie(&http.Cookie{Name: "rufaa", Value: token}) },
		"as token":  func(rq *http.Request) { rq.Header.Set("Authorization", "Bearer "+token) }}
	for way, with := range ways {
		for _, path := range []string{"/cases/%s", "/cases/%s/record", "/realm/live/cases/%s", "/api/v1/cases/%s", "/realm/exercise/cases/%s", "/realm/exercise/api/v1/cases/%s", "/realm/exercise/../../cases/%s"} {
			status, to, body := ask(fmt.Sprintf(path, caseID), with)
			none, elsewhere, _ := ask(fmt.Sprintf(path, nobody), with)
			if status == http.StatusOK || status != none || strings.ReplaceAll(to, caseID, nobody) != elsewhere {
				t.Errorf("%s, the session %s: %d %s, of a case that is not there %d %s", path, way, status, to, none, elsewhere)
			}
			if strings.Contains(body, reference) {
				t.Errorf("%s, the session %s, tells the reference", path, way)
			}
		}
		for _, path := range []string{"/", "/api/v1/session", "/api/v1/worklist?list=mine", "/exercise/board"} {
			if status, _, body := ask(path, with); strings.Contains(body, reference) || status == http.StatusOK && strings.HasPrefix(path, "/api/") {
				t.Errorf("%s, the session %s: %d", path, way, status)
			}
		}
	}
}
