package web_test

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"

	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"rufaa/internal/directory"
	"rufaa/internal/store"
)

// All agencies, numbers and places here are invented.

const listHead = "organization id,organization,service id,service,needs,phone,county,town,address,latitude,longitude,confidential,description\n"

const (
	openRow   = "K1,Kanga Legal (fictional),1,Advice,Legal aid,0700 000 301,Kisumu,Kisumu,Mto Road,-0.0917,34.7680,no,Free advice\n"
	secretRow = "K2,Kanga House (fictional),2,Refuge,shelter,0700 000 302,Nairobi,Nairobi,Mtaakanari 9,-1.246802,36.975319,yes,\n"
	badRow    = "K3,Kanga Clinic (fictional),3,Care,health,call me,Kisumu,,,,,no,\n"
	evilRow   = "K4,Kanga Evil (fictional),4,Care,health,0700 000 304,Kisumu,,,,,no,\"=HYPERLINK(\"\"http://evil.example\"\",\"\"x\"\")\"\n"
)

// upload sends a file as the browser's form does.
func (w *world) upload(token, path string, raw []byte) answer {
	w.t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	f, err := m.CreateFormFile("file", "list.csv")
	w.must(err)
	_, err = f.Write(raw)
	w.must(err)
	w.must(m.Close())
	req, err := http.NewRequest("POST", w.url+path, &b)
	w.must(err)
	req.Header.Set("Content-Type", m.FormDataContentType())
	req.Header.Set("Cookie", "rufaa="+token+"; rufaa_lang=en")
	return w.send(req)
}

func (w *world) get(token, path string) answer {
	w.t.Helper()
	return ask(w.t, w.url, token, "GET", path, nil)
}

// formOf is what the form with this action sends when nothing is changed:
// hidden fields, texts, and what is chosen.
func formOf(t *testing.T, body, action string) url.Values {
	t.Helper()
	at := strings.Index(body, `action="`+action+`"`)
	if at < 0 {
		t.Fatalf("no form to %s in %.2000s", action, body)
	}
	form := body[at:]
	form = form[:strings.Index(form, "</form>")]
	v := hiddenOf(form)
	for _, m := range regexp.MustCompile(`<input[^>]*class="govuk-input[^>]*>`).FindAllString(form, -1) {
		v.Set(attribute(m, "name"), attribute(m, "value"))
	}
	for _, m := range regexp.MustCompile(`(?s)<textarea[^>]*>(.*?)</textarea>`).FindAllStringSubmatch(form, -1) {
		v.Set(attribute(m[0], "name"), strings.TrimPrefix(unescape(m[1]), "\n"))
	}
	for _, m := range regexp.MustCompile(`(?s)<select[^>]*>.*?</select>`).FindAllString(form, -1) {
		v.Set(attribute(m, "name"), "")
		if o := regexp.MustCompile(`<option[^>]*selected[^>]*>`).FindString(m); o != "" {
			v.Set(attribute(m, "name"), attribute(o, "value"))
		}
	}
	for _, m := range regexp.MustCompile(`<input[^>]*type="(radio|checkbox)"[^>]*checked[^>]*>`).FindAllString(form, -1) {
		v.Add(attribute(m, "name"), attribute(m, "value"))
	}
	return v
}

func attribute(tag, name string) string {
	m := regexp.MustCompile(`\b` + name + `="([^"]*)"`).FindStringSubmatch(tag)
	if m == nil {
		return ""
	}
	return unescape(m[1])
}

func unescape(s string) string {
	return strings.NewReplacer("&#34;", `"`, "&quot;", `"`, "&#39;", "'", "&lt;", "<", "&gt;", ">", "&amp;", "&").Replace(s)
}

func (w *world) providerNamed(name string) *directory.Provider {
	w.t.Helper()
	var found *directory.Provider
	w.must(w.Directory.Each(w.t.Context(), func(p *directory.Provider) bool {
		if p.Name == name {
			found = p
		}
		return found == nil
	}))
	if found == nil {
		w.t.Fatalf("no provider %q", name)
	}
	return found
}

func contains(t *testing.T, what, body string, words ...string) {
	t.Helper()
	for _, word := range words {
		if !strings.Contains(body, word) {
			t.Errorf("%s does not say %q: %.3000s", what, word, body)
		}
	}
}

func TestAListIsImportedOnPages(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		sec := w.token["secretariat"]
		if a := w.upload(w.token["case_manager"], "/providers/import", []byte(listHead+openRow)); a.status != http.StatusForbidden {
			t.Errorf("a case manager uploads: %d", a.status)
		}
		if a := w.upload(sec, "/providers/import", []byte(listHead+openRow+secretRow+badRow+evilRow)); a.status != http.StatusSeeOther {
			t.Fatalf("upload: %d %.600s", a.status, a.body)
		}
		page := w.get(sec, "/providers/import")
		contains(t, "the mapping", page.body, "Kanga Legal", "confidential", `value="location.latitude" selected`)
		if strings.Contains(page.body, "Mtaakanari") || strings.Contains(page.body, "1.246802") || strings.Contains(page.body, "36.975319") {
			t.Error("the mapping page tells where the shelter is")
		}
		form := formOf(t, page.body, "/providers/import/mapping")
		form.Set("source", "")
		if a := w.post("en", sec, "/providers/import/mapping", form); a.status != http.StatusUnprocessableEntity {
			t.Errorf("without a source: %d", a.status)
		}
		form.Set("source", "county list")
		if a := w.post("en", sec, "/providers/import/mapping", form); a.status != http.StatusSeeOther {
			t.Fatalf("dry run: %d %.900s", a.status, a.body)
		}
		tried := w.get(sec, "/providers/import")
		contains(t, "the dry run", tried.body, "This is not a telephone number", "A spreadsheet would run this cell", "Its coordinates were not taken")
		report := w.get(sec, "/providers/import/problems.csv")
		rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(report.body, "\ufeff"))).ReadAll()
		if err != nil || len(rows) != 5 {
			t.Errorf("the report: %v %v", rows, err)
		}
		for _, body := range []string{tried.body, report.body} {
			if strings.Contains(body, "Mtaakanari") || strings.Contains(body, "36.975319") {
				t.Errorf("it repeats what was refused: %.400s", body)
			}
		}
		if strings.Contains(report.body, "HYPERLINK") {
			t.Error("the report repeats a formula")
		}
		confirm := formOf(t, tried.body, "/providers/import/confirm")
		if a := w.post("en", w.token["case_manager"], "/providers/import/confirm", confirm); a.status != http.StatusForbidden {
			t.Errorf("a case manager confirms: %d", a.status)
		}
		for range 2 { // pressed twice
			if a := w.post("en", sec, "/providers/import/confirm", confirm); a.status != http.StatusSeeOther {
				t.Fatalf("confirm: %d %.600s", a.status, a.body)
			}
		}
		contains(t, "the end", w.get(sec, "/providers/import").body, "All good rows of county list are in the directory", "New providers")
		p := w.providerNamed("Kanga Legal (fictional)")
		entry := w.get(sec, "/providers/"+p.ID)
		contains(t, "the entry", entry.body, "Not verified yet", "county-list")
		w.providerNamed("Kanga House (fictional)")
		for _, path := range []string{"/providers/" + w.providerNamed("Kanga House (fictional)").ID, "/providers?text=kanga", "/api/v1/providers?text=kanga"} {
			for _, who := range []string{"secretariat", "case_manager", "shelter_manager"} {
				if a := w.get(w.token[who], path); strings.Contains(a.body, "Mtaakanari") || strings.Contains(a.body, "36.97") {
					t.Errorf("%s at %s sees where the shelter is", who, path)
				}
			}
		}
		nothingInTheClear(t, w)
	})
}

func TestFilesThatAreNoListsAreToldSo(t *testing.T) {
	w := newWorld(t, store.SQLite)
	sec := w.token["secretariat"]
	var bomb bytes.Buffer
	z := zip.NewWriter(&bomb)
	f, err := z.Create("xl/workbook.xml")
	w.must(err)
	for range 100 {
		_, err = f.Write(make([]byte, 1<<20))
		w.must(err)
	}
	w.must(z.Close())
	for want, raw := range map[string][]byte{"would unpack to far more": bomb.Bytes(), "Choose a file": nil} {
		a := w.upload(sec, "/providers/import", raw)
		if a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, want) {
			t.Errorf("%s: %d %.1500s", want, a.status, a.body)
		}
	}
	if a := w.upload(sec, "/providers/import", make([]byte, 50<<20)); a.status != http.StatusUnprocessableEntity && a.status != http.StatusRequestEntityTooLarge {
		t.Errorf("50 MB: %d", a.status)
	}
	if a := w.post("en", sec, "/providers/import/confirm", url.Values{"draft": {"x"}}); a.status != http.StatusConflict || !strings.Contains(a.body, "has ended") {
		t.Errorf("no draft: %d %.300s", a.status, a.body)
	}
}

func TestAnEntryIsMadeAndMendedOnPages(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		sec := w.token["secretariat"]
		form := formOf(t, w.get(sec, "/providers/new").body, "/providers/new")
		form.Set("name", "Nyota Desk (fictional)")
		form.Set("phones", "0700 000 311; front desk; ; 24h\nnonsense")
		refused := w.post("en", sec, "/providers/new", form)
		if refused.status != http.StatusUnprocessableEntity {
			t.Fatalf("%d %.400s", refused.status, refused.body)
		}
		contains(t, "the refusal", refused.body, "Nyota Desk (fictional)", "front desk", "nonsense", "Line 2:")
		form.Set("phones", "0700 000 311; front desk; ; 24h")
		form.Set("kind", "ngo")
		form.Set("county", "kisumu")
		form.Set("memorandum", "yes")
		for part, v := range map[string]string{"year": "2031", "month": "6", "day": "30"} {
			form.Set("memorandum.until-"+part, v)
		}
		form.Set("contacts", "Desk Officer (fictional); intake; 0700000312; desk@nyota.example")
		made := w.post("en", sec, "/providers/new", form)
		if made.status != http.StatusSeeOther {
			t.Fatalf("%d %.1500s", made.status, made.body)
		}
		at := made.header.Get("Location")
		p := w.providerNamed("Nyota Desk (fictional)")
		if p.Memorandum.Until != "2031-06-30" || p.Phones[0].Always != directory.Yes || at != "/providers/"+p.ID {
			t.Errorf("%+v at %s", p.Profile, at)
		}

		// The form of what stands sends the same again: nothing is lost by saving.
		same := formOf(t, w.get(sec, at+"/do/edit").body, at+"/do/edit")
		if a := w.post("en", sec, at+"/do/edit", same); a.status != http.StatusSeeOther {
			t.Fatalf("saved unchanged: %d %.900s", a.status, a.body)
		}
		v, err := w.Directory.View(t.Context(), w.staff["secretariat"], p.ID)
		w.must(err)
		if now := v.Provider.Profile; fmt.Sprintf("%+v", now.Phones) != fmt.Sprintf("%+v", p.Phones) || now.Memorandum != p.Memorandum || len(now.Contacts) != 1 || now.Contacts[0].Email != "desk@nyota.example" {
			t.Errorf("saving changed it: %+v", now)
		}
		if a := w.post("en", sec, at+"/do/edit", same); a.status != http.StatusConflict { // an old version
			same.Del("_key")
			if a = w.post("en", sec, at+"/do/edit", same); a.status != http.StatusConflict {
				t.Errorf("an old version is saved: %d", a.status)
			}
		}

		place := formOf(t, w.get(sec, at+"/do/place").body, at+"/do/place")
		for name, value := range map[string]string{"county": "kisumu", "town": "Kisumu", "address": "Mtaakanari 4", "latitude": "-0.09", "longitude": "34.76", "confidential": "yes", "open": "whenever"} {
			place.Set(name, value)
		}
		if a := w.post("en", sec, at+"/do/place", place); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "Line 1 is not understood") {
			t.Errorf("no hours: %d", a.status)
		}
		place.Set("open", "mo-fr 08:00-17:00\nfr 16:00-18:00")
		if a := w.post("en", sec, at+"/do/place", place); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "overlap") {
			t.Errorf("overlap: %d %.300s", a.status, a.body)
		}
		place.Set("open", "mo-fr 08:00-17:00")
		if a := w.post("en", sec, at+"/do/place", place); a.status != http.StatusSeeOther {
			t.Fatalf("place: %d %.900s", a.status, a.body)
		}
		l := w.providerNamed(p.Name).Locations[0]
		edit := w.get(sec, at+"/do/place?place="+l.ID)
		if strings.Contains(edit.body, "Mtaakanari") {
			t.Error("the form shows what is sealed")
		}
		if a := w.post("en", sec, at+"/do/place", formOf(t, edit.body, at+"/do/place")); a.status != http.StatusSeeOther {
			t.Errorf("saved unchanged: %d %.500s", a.status, a.body)
		}

		service := formOf(t, w.get(sec, at+"/do/service").body, at+"/do/service")
		for name, value := range map[string]string{"kind": "shelter", "residential": "yes", "at": l.ID, "female": "yes", "male": "no", "min_age": "eighteen"} {
			service.Set(name, value)
		}
		if a := w.post("en", sec, at+"/do/service", service); a.status != http.StatusUnprocessableEntity {
			t.Errorf("no age: %d", a.status)
		}
		service.Set("min_age", "18")
		if a := w.post("en", sec, at+"/do/service", service); a.status != http.StatusSeeOther {
			t.Fatalf("service: %d %.900s", a.status, a.body)
		}
		s := w.providerNamed(p.Name).Services[0]
		if s.Eligibility.Male != directory.No || *s.Eligibility.MinAge != 18 || s.AtLocation(l.ID) == nil {
			t.Errorf("%+v", s)
		}

		message := formOf(t, w.get(sec, at).body, at+"/message")
		message.Set("text", "beds ladies three")
		if a := w.post("en", sec, at+"/message", message); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "beds ladies three") || !strings.Contains(a.body, "Word 2") {
			t.Errorf("not understood: %d", a.status)
		}
		message.Set("text", "VITANDA wanawake 3/8")
		if a := w.post("sw", sec, at+"/message", message); a.status != http.StatusSeeOther {
			t.Fatalf("message: %d %.500s", a.status, a.body)
		}
		if c := w.providerNamed(p.Name).Services[0].At[0].Capacities; len(c) != 1 || *c[0].Available != 3 || *c[0].Maximum != 8 {
			t.Errorf("%+v", c)
		}

		line := w.post("en", sec, at+"/line", url.Values{"x": {"1"}})
		code := regexp.MustCompile(p.ID + `\.[a-z2-7]{24}`).FindString(line.body)
		if code == "" {
			t.Fatalf("no code: %.1500s", line.body)
		}
		sms := func(code, text string) answer {
			req, err := http.NewRequest("POST", w.url+"/api/v1/messages", strings.NewReader(fmt.Sprintf(`{"text":%q}`, text)))
			w.must(err)
			req.Header.Set("Content-Type", "application/json")
			req.Header.Set("Authorization", "Bearer "+code)
			return w.send(req)
		}
		if a := sms(code, "vitanda wanawake 2"); a.status != 200 || !strings.Contains(a.body, "Asante. Imeandikwa: wanawake: 2 wazi") {
			t.Errorf("by SMS: %d %s", a.status, a.body)
		}
		if a := sms(code, "BEDS ladies"); a.status != 422 || strings.Contains(a.body, "ladies") {
			t.Errorf("by SMS, not understood: %d %s", a.status, a.body)
		}
		last := "a"
		if strings.HasSuffix(code, last) {
			last = "b"
		}
		wrong, none := sms(code[:len(code)-1]+last, "BEDS women 2"), sms("x.y", "BEDS women 2")
		if wrong.status != 401 || wrong.body != none.body {
			t.Errorf("wrong codes: %d %s, %s", wrong.status, wrong.body, none.body)
		}

		for what, value := range map[string]url.Values{"vetting": {"state": {"vetted"}}, "close": {"reason": {"no-longer-exists"}}} {
			f := formOf(t, w.get(sec, at+"/do/"+what).body, at+"/do/"+what)
			for k := range value {
				f.Set(k, value.Get(k))
			}
			f.Del("_version")
			if a := w.post("en", sec, at+"/do/"+what, f); a.status != http.StatusSeeOther {
				t.Fatalf("%s: %d %.600s", what, a.status, a.body)
			}
			if what == "close" {
				f := formOf(t, w.get(sec, at+"/do/reopen").body, at+"/do/reopen")
				if a := w.post("en", sec, at+"/do/reopen", f); a.status != http.StatusSeeOther {
					t.Errorf("reopen: %d %.600s", a.status, a.body)
				}
			}
		}
		if q := w.providerNamed(p.Name); q.Vetting.State != "vetted" || q.Closed != nil {
			t.Errorf("%+v", q)
		}
		for _, what := range []string{"edit", "service", "place", "vetting", "close"} {
			if a := w.get(w.token["case_manager"], at+"/do/"+what); a.status != http.StatusForbidden {
				t.Errorf("a case manager opens %s: %d", what, a.status)
			}
			if a := w.post("en", w.token["case_manager"], at+"/do/"+what, url.Values{"name": {"x"}}); a.status != http.StatusForbidden {
				t.Errorf("a case manager sends %s: %d", what, a.status)
			}
		}
		contains(t, "whom to ask", w.get(sec, "/providers/questions").body, "Nyota Desk (fictional)", "+254700000311")
	})
}

func TestTwoSourcesAreSettledOnPages(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		sec := w.token["secretariat"]
		add := func(name, phone string) string {
			rc, err := w.Directory.Add(t.Context(), w.staff["secretariat"], directory.Order{}, &directory.Add{Profile: directory.Profile{Name: name, Kind: "ngo", County: "kisumu", Phones: []directory.Phone{{Number: phone}}, Fictional: true}})
			w.must(err)
			return rc.ID
		}
		keep, drop := add("Twin One (fictional)", "0700000321"), add("Twin Two (fictional)", "0700000321")
		third := add("Twin Three (fictional)", "0700000321")
		contains(t, "the list", w.get(sec, "/providers/sources").body, "Twin One (fictional)", "Twin Two (fictional)", "telephone")
		at := "/providers/" + keep + "/beside/"
		f := formOf(t, w.get(sec, at+drop).body, "/providers/"+keep+"/merge")
		f.Set("take.name", "take")
		if a := w.post("en", w.token["case_manager"], "/providers/"+keep+"/merge", f); a.status != http.StatusForbidden {
			t.Errorf("a case manager merges: %d", a.status)
		}
		if a := w.post("en", sec, "/providers/"+keep+"/merge", f); a.status != http.StatusSeeOther {
			t.Fatalf("merge: %d %.900s", a.status, a.body)
		}
		if p := w.providerNamed("Twin Two (fictional)"); p.ID != keep {
			t.Errorf("%+v", p)
		}
		apart := formOf(t, w.get(sec, at+third).body, "/providers/"+keep+"/apart")
		apart.Set("other", third)
		if a := w.post("en", sec, "/providers/"+keep+"/apart", apart); a.status != http.StatusSeeOther {
			t.Errorf("apart: %d", a.status)
		}
		if page := w.get(sec, "/providers/sources"); strings.Contains(page.body, "Twin Three") {
			t.Error("asked again")
		}

		// What a list says of an entry that people keep.
		sheet := []byte("organization id,organization,website,service,needs,phone\n" + keep + ",Twin Second (fictional),twin.example,Advice,legal,0700 000 399\n")
		w.upload(sec, "/providers/import", sheet)
		m := formOf(t, w.get(sec, "/providers/import").body, "/providers/import/mapping")
		m.Set("source", "other-list")
		w.post("en", sec, "/providers/import/mapping", m)
		w.post("en", sec, "/providers/import/confirm", formOf(t, w.get(sec, "/providers/import").body, "/providers/import/confirm"))
		if p := w.providerNamed("Twin Two (fictional)"); p.Website != "" || len(p.Services) != 0 {
			t.Fatalf("overwritten in silence: %+v", p)
		}
		beside := w.get(sec, at+"other-list")
		contains(t, "side by side", beside.body, "Twin Two (fictional)", "Twin Second (fictional)", "https://twin.example", "+254700000399", "Legal help")
		s := formOf(t, beside.body, "/providers/"+keep+"/settle")
		s.Set("take.website", "take")
		if a := w.post("en", sec, "/providers/"+keep+"/settle", s); a.status != http.StatusSeeOther {
			t.Fatalf("settle: %d %.900s", a.status, a.body)
		}
		if p := w.providerNamed("Twin Two (fictional)"); p.Website != "https://twin.example" || len(p.Services) != 0 {
			t.Errorf("settled: %+v", p)
		}
	})
}

func TestTheDirectoryLeavesAsFiles(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		sec := w.token["secretariat"]
		_, err := w.Directory.SeedDemo(t.Context(), w.staff["secretariat"])
		w.must(err)
		lat, lon := -1.246802, 36.975319
		_, err = w.Directory.Enter(t.Context(), w.staff["secretariat"], []*directory.Provider{
			{Profile: directory.Profile{Name: "=1+1 (fictional)", Kind: "ngo", County: "kisumu", Phones: []directory.Phone{{Number: "+254700000331"}}, Fictional: true,
				Contacts: []directory.Contact{{Name: "Kontaktikanari"}}},
				Services: []directory.Service{{Kind: "legal", Name: "@SUM(1)", About: directory.Words{"en": "+cmd|' /C calc'!A0"}}}},
			{Profile: directory.Profile{Name: "Siri House (fictional)", Kind: "shelter", County: "nairobi-city", Phones: []directory.Phone{{Number: "+254700000332"}}, Fictional: true},
				Locations: []directory.Location{{ID: "1", Kind: "physical", Confidential: true, County: "nairobi-city", Place: &directory.Place{Name: "Mtaakanari house", Address: "Mtaakanari 9", Latitude: &lat, Longitude: &lon}}},
				Services:  []directory.Service{{Kind: "shelter", At: []directory.At{{Location: "1"}}}}},
		})
		w.must(err)
		if a := w.get(w.token["counsellor"], "/providers/export/providers.csv"); a.status != http.StatusForbidden {
			t.Errorf("a counsellor exports: %d", a.status)
		}
		files := map[string]string{}
		for _, format := range []string{"csv", "xlsx", "geojson"} {
			a := w.get(sec, "/providers/export/providers."+format)
			if a.status != 200 || !strings.Contains(a.header.Get("Content-Disposition"), "providers."+format) {
				t.Fatalf("%s: %d %.300s", format, a.status, a.body)
			}
			files[format] = a.body
		}
		if a := w.get(sec, "/providers/export/providers.exe"); a.status != http.StatusNotFound {
			t.Errorf("no such format: %d", a.status)
		}
		rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(files["csv"], "\ufeff"))).ReadAll()
		w.must(err)
		book, err := excelize.OpenReader(strings.NewReader(files["xlsx"]))
		w.must(err)
		sheet, err := book.GetRows(book.GetSheetName(0))
		w.must(err)
		found := false
		for _, table := range [][][]string{rows, sheet} {
			for _, row := range table {
				for _, cell := range row {
					found = found || cell == "'=1+1 (fictional)"
					if cell != "" && strings.ContainsRune("=@\t\r", rune(cell[0])) || strings.HasPrefix(cell, "+cmd") {
						t.Errorf("a spreadsheet would run %q", cell)
					}
				}
			}
		}
		if !found {
			t.Error("the entry with a formula for a name is not exported")
		}
		var geo struct {
			Features []struct {
				Geometry   *struct{ Coordinates []float64 }
				Properties map[string]any
			}
		}
		w.must(json.Unmarshal([]byte(files["geojson"]), &geo))
		hidden := false
		for _, f := range geo.Features {
			if f.Properties["name"] == "Siri House (fictional)" {
				hidden = f.Geometry == nil && f.Properties["county"] == "Nairobi City"
			}
		}
		if !hidden || len(geo.Features) < 30 {
			t.Errorf("the shelter on the map: %v of %d features", hidden, len(geo.Features))
		}
		var cells strings.Builder
		for _, row := range sheet {
			cells.WriteString(strings.Join(row, " "))
		}
		for format, text := range map[string]string{"csv": files["csv"], "xlsx": cells.String(), "geojson": files["geojson"]} {
			for _, canary := range []string{"kanari", "1.2468", "36.975"} {
				if strings.Contains(text, canary) {
					t.Errorf("%s tells %q", format, canary)
				}
			}
		}
		// A sheet that comes back as it went changes nothing and doubles nothing.
		w.upload(sec, "/providers/import", []byte(files["csv"]))
		m := formOf(t, w.get(sec, "/providers/import").body, "/providers/import/mapping")
		m.Set("source", "our-own")
		w.post("en", sec, "/providers/import/mapping", m)
		d, err := w.Lists.Draft(w.staff["secretariat"])
		w.must(err)
		if e := d.Tried.Entries; e.New+e.Changed+e.Aside+e.Reports > 0 || e.Same < 30 || d.Tried.Refused > 0 {
			t.Errorf("our own sheet changes what it came from: %+v, %+v", d.Tried, d.Tried.Problems)
		}
		log := 0
		w.must(w.Store.QueryRow(t.Context(), `SELECT count(*) FROM events WHERE kind = $1`, directory.ExportDone).Scan(&log))
		if log != 3 {
			t.Errorf("%d exports are on record", log)
		}
	})
}

func TestThePocketDirectory(t *testing.T) {
	w := newWorld(t, store.SQLite)
	lat, lon := -1.246802, 36.975319
	_, err := w.Directory.Enter(t.Context(), w.staff["secretariat"], []*directory.Provider{
		{Profile: directory.Profile{Name: "Siri House (fictional)", Kind: "shelter", County: "nairobi-city", Phones: []directory.Phone{{Number: "+254700000332"}}, Fictional: true},
			Locations: []directory.Location{{ID: "1", Kind: "physical", Confidential: true, County: "nairobi-city", Place: &directory.Place{Name: "Mtaakanari house", Latitude: &lat, Longitude: &lon}}},
			Services:  []directory.Service{{Kind: "shelter", At: []directory.At{{Location: "1"}}}}}})
	w.must(err)
	for _, lang := range []string{"en", "sw"} {
		a := w.get(w.token["first_responder"], "/providers/pocket/nairobi-city.pdf?lang="+lang)
		if a.status != 200 || a.header.Get("Content-Type") != "application/pdf" || !strings.HasPrefix(a.body, "%PDF-") || len(a.body) > 400<<10 {
			t.Fatalf("%s: %d, %d bytes", lang, a.status, len(a.body))
		}
	}
	if a := w.get(w.token["first_responder"], "/providers/pocket/atlantis.pdf"); a.status != http.StatusNotFound {
		t.Errorf("no such county: %d", a.status)
	}
	if a := w.get(w.token["first_responder"], "/providers/pocket?county=kisumu&lang=sw"); a.header.Get("Location") != "/providers/pocket/kisumu.pdf?lang=sw" {
		t.Errorf("chosen: %v", a.header)
	}
}
