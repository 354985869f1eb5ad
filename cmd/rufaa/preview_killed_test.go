package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"image"
	"image/jpeg"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"rufaa/internal/casefile"
	"rufaa/internal/demo"
	"rufaa/internal/evidencefile"
	"rufaa/internal/office"
	"rufaa/internal/office/officetest"
	"rufaa/internal/store"
)

// Killed at a random moment after the second person's answer was sent, a preview
// that two people allow stands whole or not at all: either nobody has answered,
// or the answer stands and the preview is still to be drawn, or both stand. Then
// the clock draws it once, and no content is left that belongs to nothing.
func TestAKilledServerDrawsAnAllowedPreviewWholeOrNotAtAll(t *testing.T) {
	if testing.Short() {
		t.Skip("runs the program")
	}
	for _, engine := range []store.Engine{store.SQLite, store.Postgres} {
		t.Run(string(engine), func(t *testing.T) {
			p := onShow(t, engine)
			p.users = []string{"barasa.inquiry", "njeri.inquiry"}
			p.begin()
			at := p.childScene()
			const kills = 10
			var unanswered, undrawn, drawn int
			for life := range kills {
				p.begin()
				id := p.photograph(at, life)
				p.done("njeri.inquiry", "/files/"+id+"/preview/request", map[string]string{"reason": "The lock must be seen (fictional)"})
				gone := make(chan struct{})
				go func() {
					defer close(gone)
					p.call(&sent{by: "barasa.inquiry", path: "/files/" + id + "/preview/decision", body: map[string]string{"allow": "yes", "reason": "Of use (fictional)"}})
				}()
				time.Sleep(time.Duration(rand.IntN(400)) * time.Millisecond)
				p.kill()
				<-gone
				switch p.settledAfter(id) {
				case "":
					unanswered++
				case "draw":
					undrawn++
				default:
					drawn++
				}
			}
			t.Logf("%d kills: %d before the answer, %d between answer and preview, %d after it", kills, unanswered, undrawn, drawn)
		})
	}
}

func (p *demonstration) done(by, path string, body any) (answer struct{ ID string }) {
	p.t.Helper()
	status, raw, _, err := p.call(&sent{by: by, path: path, body: body})
	if err != nil || status >= 300 {
		p.t.Fatalf("%s: %d %s %v", path, status, raw, err)
	}
	if err := json.Unmarshal([]byte(raw), &answer); err != nil {
		p.t.Fatal(err)
	}
	return answer
}

func (p *demonstration) childScene() evidencefile.Place {
	p.t.Helper()
	in := p.done("barasa.inquiry", "/inquiries", map[string]string{"kind": "child-exploitation", "title": "A room (fictional)"}).ID
	p.done("barasa.inquiry", "/inquiries/"+in+"/team", map[string]string{"staff": demo.StaffID("njeri.inquiry"), "duty": "investigator"})
	return evidencefile.Place{Inquiry: in, Scene: p.done("barasa.inquiry", "/inquiries/"+in+"/scenes", map[string]any{"class": "premises"}).ID}
}

// photograph sends a picture that takes a moment to be drawn.
func (p *demonstration) photograph(at evidencefile.Place, n int) (id string) {
	p.t.Helper()
	img := image.NewGray(image.Rect(0, 0, 3000, 2000+n))
	for i := range img.Pix {
		img.Pix[i] = byte(i*7 + i>>9)
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		p.t.Fatal(err)
	}
	send := func(method, to string, body []byte, head map[string]string) *http.Response {
		rq, err := http.NewRequest(method, to, bytes.NewReader(body))
		if err != nil {
			p.t.Fatal(err)
		}
		rq.Header.Set("Authorization", "Bearer "+p.token["njeri.inquiry"])
		rq.Header.Set("Tus-Resumable", "1.0.0")
		for k, v := range head {
			rq.Header.Set(k, v)
		}
		r, err := http.DefaultClient.Do(rq)
		if err != nil {
			p.t.Fatal(err)
		}
		defer r.Body.Close()
		if said, _ := io.ReadAll(r.Body); r.StatusCode >= 300 {
			p.t.Fatalf("%s: %s %s", method, r.Status, said)
		}
		return r
	}
	var meta []string
	for k, v := range map[string]string{"inquiry": at.Inquiry, "scene": at.Scene, "kind": "photo", "filename": "room.jpg"} {
		meta = append(meta, k+" "+base64.StdEncoding.EncodeToString([]byte(v)))
	}
	to := send("POST", "http://"+p.addr+"/api/v1/uploads", nil, map[string]string{"Upload-Length": fmt.Sprint(b.Len()), "Upload-Metadata": strings.Join(meta, ",")}).Header.Get("Location")
	if strings.HasPrefix(to, "/") {
		to = "http://" + p.addr + to
	}
	send("PATCH", to, b.Bytes(), map[string]string{"Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"})
	return filepath.Base(to)
}

// settledAfter opens what the killed server left, holds it to what may stand, and
// lets the clock work. It gives what was owed to the photo: "" when nobody had
// answered, "draw" when the preview was to be drawn, else "drawn".
func (p *demonstration) settledAfter(id string) (owed string) {
	p.t.Helper()
	ctx := context.Background()
	late := func() time.Time { return time.Now().Add(2 * time.Hour) }
	of, err := office.Open(ctx, office.Options{Data: p.args[2], Realm: demoRealm, URL: p.url, Log: slog.New(slog.DiscardHandler), Accounts: officetest.Cheap, Now: late})
	if err != nil {
		p.t.Fatal(err)
	}
	defer of.Close()
	look := func() (previews, strays int, todo string) {
		for q, into := range map[string]any{
			`SELECT count(*) FROM files WHERE parent = $1 AND status = 'kept'`:                   &previews,
			`SELECT count(*) FROM blobs b WHERE $1 <> '' AND b.id NOT IN (SELECT id FROM files)`: &strays,
			`SELECT todo FROM files WHERE id = $1`:                                               &todo,
		} {
			if err := of.Store.QueryRow(ctx, q, id).Scan(into); err != nil {
				p.t.Fatal(err)
			}
		}
		return previews, strays, todo
	}
	previews, _, todo := look()
	switch pending := strings.Contains(todo, "draw"); {
	case strings.Contains(todo, "answer") && previews == 0:
		if _, err := of.Files.DecidePreview(ctx, demo.Actor("barasa.inquiry"), id, casefile.Order{}, &evidencefile.DecidePreview{Allow: "yes", Reason: "Again (fictional)"}); err != nil {
			p.t.Fatalf("answered again: %v", err)
		}
	case pending && previews == 0:
		owed = "draw"
	case !pending && previews == 1:
		owed = "drawn"
	default:
		p.t.Errorf("after the kill %d previews stand, and %q is owed", previews, todo)
	}
	if err := of.Files.Work(ctx); err != nil {
		p.t.Fatal(err)
	}
	if previews, strays, todo := look(); previews != 1 || strays != 0 || strings.Contains(todo, "draw") {
		p.t.Errorf("after the clock %d previews stand, %d contents belong to nothing, %q is owed", previews, strays, todo)
	}
	return owed
}
