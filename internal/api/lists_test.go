package api

import (
	"bufio"
	"bytes"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// Who keeps a list is told by its tag whether it still stands: this person, in
// this duty, this language, at this address.
func TestAListIsToldAgainOnlyWhenItChanged(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		w.raised()
		first := w.get("manager", "/worklist?list=waiting").is(200)
		tag := first.header.Get("ETag")
		if len(tag) < 20 || first.header.Get("Cache-Control") != "private, no-cache" {
			t.Fatalf("ETag %q, Cache-Control %q", tag, first.header.Get("Cache-Control"))
		}
		if vary := first.header.Get("Vary"); !strings.Contains(vary, "Authorization") || !strings.Contains(vary, "Cookie") || !strings.Contains(vary, "Accept-Language") {
			t.Fatalf("Vary %q", vary)
		}
		for _, have := range []string{tag, "W/" + tag, `"other", ` + tag, "*"} {
			r := w.get("manager", "/worklist?list=waiting", "If-None-Match", have).is(304)
			if len(r.raw) != 0 || r.header.Get("ETag") != tag || r.header.Get("Cache-Control") != "private, no-cache" {
				t.Errorf("%s: %q, ETag %q", have, r.raw, r.header.Get("ETag"))
			}
		}
		for _, have := range []string{"", `"other"`, strings.Trim(tag, `"`), tag[:len(tag)-2] + `"`} {
			w.get("manager", "/worklist?list=waiting", "If-None-Match", have).is(200)
		}
		w.get("manager", "/worklist?list=waiting&limit=24", "If-None-Match", tag).is(200) // another address
		w.raised()
		if now := w.get("manager", "/worklist?list=waiting", "If-None-Match", tag).is(200).header.Get("ETag"); now == tag {
			t.Error("a longer list has the same tag")
		}
	})
}

// A tag of somebody else is worth nothing, and one's own neither in another
// duty: what both may read alike is told to each, and what one may not read is
// refused whatever was sent along.
func TestATagIsBoundToWhoAsks(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		mine := w.get("manager", "/services").is(200)
		theirs := w.get("manager2", "/services", "If-None-Match", mine.header.Get("ETag")).is(200)
		if string(mine.raw) != string(theirs.raw) || mine.header.Get("ETag") == theirs.header.Get("ETag") {
			t.Error("two people share the tag of a list that reads the same for both")
		}
		w.send("two", "PUT", "/session/duty", m{"duty": "case_manager"}).is(200)
		before := w.get("two", "/services").is(200).header.Get("ETag")
		w.send("two", "PUT", "/session/duty", m{"duty": "counsellor"}).is(200)
		w.get("two", "/services", "If-None-Match", before).is(200)

		id, _ := w.raised()
		for _, any := range []string{"*", mine.header.Get("ETag")} {
			w.get("investigator", "/cases/"+id+"/history", "If-None-Match", any).is(404)
			w.get("manager", "/break-glass", "If-None-Match", any).is(403)
			w.get("", "/services", "If-None-Match", any).is(401)
		}
		if h := w.get("investigator", "/cases/"+id+"/history").is(404).header; h.Get("ETag") != "" || h.Get("Cache-Control") != "no-store" {
			t.Errorf("a refusal may be kept: %v", h)
		}
	})
}

// The version of a case alone does not say what is told of it: another person,
// another duty, a hold on it is another view, and whoever has the one is told
// the other.
func TestACaseReadInAnotherDutyIsToldAnew(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		id, _ := w.raised()
		at := "/cases/" + id
		w.send("two", "PUT", "/session/duty", m{"duty": "case_manager"}).is(200)
		w.post("two", at+"/take", nil).is(200)
		mine := w.get("two", at).is(200).header.Get("ETag")
		w.get("two", at, "If-None-Match", mine).is(304)
		w.get("two", at+"/joint", "If-None-Match", mine).is(200)
		w.get("dpo", at, "If-None-Match", mine).is(200)
		w.get("two", at, "If-None-Match", `"2"`).is(200) // what a command answered is no view

		w.send("two", "PUT", "/session/duty", m{"duty": "counsellor"}).is(200)
		if r := w.get("two", at, "If-None-Match", mine); r.status == 304 {
			t.Errorf("the counsellor is told that the case manager's view still stands")
		}
		w.send("two", "PUT", "/session/duty", m{"duty": "case_manager"}).is(200)
		w.get("two", at, "If-None-Match", mine).is(304)

		theirs := w.get("dpo", at).is(200)
		w.post("dpo", at+"/hold", nil).is(200)
		held := w.get("dpo", at, "If-None-Match", theirs.header.Get("ETag"))
		if changed := held.status == 200; changed != (string(theirs.raw) != string(w.get("dpo", at).raw)) {
			t.Errorf("a hold: %d", held.status)
		}
		// A tag of any view is good to make a command on; one that was cut is not.
		w.post("two", at+"/account", m{"text": "More."}, "If-Match", mine[:len(mine)-2]+`"`).wrong("If-Match")
		w.post("two", at+"/account", m{"text": "More."}, "If-Match", mine).is(201)
		w.post("two", at+"/account", m{"text": "More."}, "If-Match", mine).is(412)
	})
}

// Every read is one of three: a thing with a version, a list with a tag, or one
// of those named here that nobody is to keep.
func TestEveryReadSaysWhetherItMayBeKept(t *testing.T) {
	never := strings.Fields(`session conduct enrolment own-workload
		sign-on webhook calendar-feed notice-settings notice-mailbox kept-lists
		open-compartment read-disclosed letter review-letter panel panel-papers erasure
		preview-bundle preview-inquiry-bundle certificate file open-file-content exhibit-digests find-label print-exhibits
		course course-report course-test course-xapi own-credential likeness provider questionnaire rulebook-document rulebook-version
		exercise exercise-attendance exercise-board exercise-card exercise-mailbox exercise-opening exercise-people
		exercise-plan exercise-review exercise-runs mentor-sheet`)
	for path, item := range build(nil, "").huma.OpenAPI().Paths {
		op := item.Get
		if op == nil {
			continue
		}
		_, kept := op.Responses["304"]
		if kept == slices.Contains(never, op.OperationID) {
			t.Errorf("GET %s (%s): may it be kept? Its description says %v", path, op.OperationID, kept)
		}
		if listed(op.OperationID) && op.Responses["200"].Headers["ETag"] == nil {
			t.Errorf("GET %s gives a tag that it does not describe", path)
		}
	}
}

// Who sends ten megabytes without looking up is told why they were refused: the
// connection is not shut while they write.
func TestATooLongBodyIsAnsweredToWhoWritesItToTheEnd(t *testing.T) {
	w := newWorld(t)
	to, err := net.Dial("tcp", strings.TrimPrefix(w.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer to.Close()
	const size = 10_000_000
	fmt.Fprintf(to, "POST %s/alerts HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\nAuthorization: Bearer %s\r\n\r\n", root, size, w.token("officer"))
	for sent := 0; sent < size; {
		n, err := to.Write(bytes.Repeat([]byte("N"), 100_000))
		if sent += n; err != nil {
			t.Fatalf("shut after %d bytes: %v", sent, err)
		}
	}
	r, err := http.ReadResponse(bufio.NewReader(to), nil)
	if err != nil || r.StatusCode != http.StatusRequestEntityTooLarge {
		t.Fatalf("answered %v, %v", r, err)
	}
}
