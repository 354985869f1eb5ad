package imports

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"rufaa/internal/directory"
	"rufaa/internal/hsds/intake"
	"rufaa/internal/problem"
)

const (
	amani = "A,Amani Aid (fictional),1,Counselling,Counselling;Legal aid,0700 000 101,Kisumu,Kisumu,Mto Road 1,-0.0917,34.7680,no,Mo-Fr 08:00-17:00,Women"
	wema  = "B,Wema House (fictional),2,Shelter,safe house,0700 000 102,Nairobi,,,,,yes,,Women with children"
)

func TestAListBecomesEntriesThatNobodyChecked(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		before := len(w.all())
		dry := w.take(list(amani, wema), Order{DryRun: true})
		if dry.Entries.New != 2 || dry.Refused != 0 || len(w.all()) != before {
			t.Fatalf("dry run: %+v, %d entries", dry, len(w.all()))
		}
		out := w.take(list(amani, wema), Order{})
		if out.Entries != dry.Entries {
			t.Errorf("the import did %+v, the dry run told %+v", out.Entries, dry.Entries)
		}
		p := w.named("Amani Aid (fictional)")
		if p.Verified != nil || p.Vetting.State != "" || p.Kept || p.External["county-list"] == "" || len(p.Sources) != 1 || p.Sources[0] != "county-list" {
			t.Errorf("source and state: %+v", p)
		}
		if len(p.Services) != 2 || p.Services[0].Kind != "psychosocial" || p.Services[1].Kind != "legal" || p.County != "kisumu" || p.Phones[0].Number != "+254700000101" {
			t.Errorf("translated: %+v", p)
		}
		s := &p.Services[0]
		if len(s.Hours.Open) != 1 || s.Hours.Open[0].Opens != "08:00" || len(s.At) != 1 || *p.Location(s.At[0].Location).Place.Latitude != -0.0917 || s.Eligibility.Note.In("en") != "Women" {
			t.Errorf("service: %+v", s)
		}
		h := w.named("Wema House (fictional)")
		if l := h.Location(h.Services[0].At[0].Location); !l.Confidential || l.County != "nairobi-city" || l.Place != nil {
			t.Errorf("the shelter: %+v", l)
		}
	})
}

func TestASecondImportChangesAndNeverDoubles(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.take(list(amani, wema), Order{})
		n := len(w.all())
		again := w.take(list(amani, wema), Order{})
		if again.Entries.Same != 2 || again.Entries.New+again.Entries.Changed != 0 {
			t.Errorf("the same file again: %+v", again.Entries)
		}
		changed := w.take(list(strings.Replace(amani, "0700 000 101", "0700 000 199", 1), wema), Order{})
		if changed.Entries.Changed != 1 || changed.Entries.Same != 1 || len(w.all()) != n {
			t.Errorf("another number: %+v, %d entries", changed.Entries, len(w.all()))
		}
		p := w.named("Amani Aid (fictional)")
		if len(p.Services) != 2 || len(p.Locations) != 1 || p.Services[0].Phones[0].Number != "+254700000199" {
			t.Errorf("changed: %+v", p)
		}
		// The same organisation in another list is another source: side by side.
		w.take(list(amani), Order{Source: "other list"})
		if twins, err := w.d.Lookalikes(ctx, secretariat, 10); err != nil || len(twins) != 1 {
			t.Errorf("%d lookalikes, %v", len(twins), err)
		}
	})
}

func TestWhatPeopleKeepIsNotOverwritten(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.take(list(amani), Order{})
		p := w.named("Amani Aid (fictional)")
		profile := p.Profile
		profile.Email = "desk@amani.example"
		profile.Phones = []directory.Phone{{Number: "0700000177"}}
		if _, err := w.d.Do(ctx, secretariat, p.ID, directory.Order{}, &directory.Describe{Profile: profile}); err != nil {
			t.Fatal(err)
		}
		newer := strings.Replace(strings.Replace(amani, "0700 000 101", "0700 000 199", 1), "Mo-Fr", "Mo-Sa", 1)
		out := w.take(list(newer), Order{})
		if out.Entries.Aside != 1 || out.Entries.Changed != 0 {
			t.Fatalf("%+v", out.Entries)
		}
		p = w.named("Amani Aid (fictional)")
		if p.Phones[0].Number != "+254700000177" || len(p.Services[0].Hours.Open[0].Days) != 5 {
			t.Errorf("overwritten in silence: %+v", p)
		}
		if again := w.take(list(newer), Order{}); again.Entries.Same != 1 {
			t.Errorf("asked twice: %+v", again.Entries)
		}
		list1, err := w.d.Sources(ctx, secretariat, "", 10)
		if err != nil || len(list1) != 1 || len(list1[0].Profile) != 1 || list1[0].Profile[0].Field != "phones" || len(list1[0].Services) != 2 {
			t.Fatalf("side by side: %+v %v", list1, err)
		}
		if _, err := w.d.Sources(ctx, officer, "", 10); !errors.As(err, new(*problem.Denied)) {
			t.Errorf("an officer sees them: %v", err)
		}
		x := list1[0]
		take := &directory.Settle{Source: x.Source, Digest: x.Digest, Take: []string{"service/" + x.Services[0].Told.ID}}
		if _, err := w.d.Do(ctx, secretariat, p.ID, directory.Order{}, take); err != nil {
			t.Fatal(err)
		}
		p = w.named("Amani Aid (fictional)")
		if p.Phones[0].Number != "+254700000177" || p.Email != "desk@amani.example" || len(p.Services[0].Hours.Open[0].Days) != 6 || len(p.Services[1].Hours.Open[0].Days) != 5 {
			t.Errorf("settled: %+v", p)
		}
		if left, _ := w.d.Sources(ctx, secretariat, "", 10); len(left) != 0 {
			t.Errorf("asked again: %+v", left)
		}
		if again := w.take(list(newer), Order{}); again.Entries.Same != 1 {
			t.Errorf("what was decided is asked again: %+v", again.Entries)
		}
		if _, err := w.d.Do(ctx, secretariat, p.ID, directory.Order{}, take); !errors.As(err, new(*problem.Changed)) {
			t.Errorf("decided twice: %v", err)
		}
	})
}

func TestAClosedEntryStaysClosedAndAMergedOneIsFound(t *testing.T) {
	w := newWorld(t, "sqlite")
	w.take(list(amani, wema), Order{})
	a, b := w.named("Amani Aid (fictional)"), w.named("Wema House (fictional)")
	if _, err := w.d.Do(ctx, secretariat, b.ID, directory.Order{}, &directory.Close{Reason: "no-longer-exists"}); err != nil {
		t.Fatal(err)
	}
	n := len(w.all())
	if out := w.take(list(wema), Order{}); out.Entries.Closed != 1 || len(w.all()) != n {
		t.Errorf("closed: %+v", out.Entries)
	}
	if _, err := w.d.Do(ctx, secretariat, b.ID, directory.Order{}, &directory.Reopen{}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.d.Merge(ctx, secretariat, b.ID, a.ID, directory.Order{}, nil); err != nil {
		t.Fatal(err)
	}
	out := w.take(list(strings.Replace(amani, "0700 000 101", "0700 000 199", 1)), Order{})
	if out.Entries.New != 0 || out.Entries.Aside != 1 || len(w.all()) != n {
		t.Errorf("the merged entry: %+v, %d entries", out.Entries, len(w.all()))
	}
}

func TestEachBadRowIsToldAndGoodOnesAreNotLost(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		row := func(id, needs, phone, county, lat, lon, hours, text string) string {
			return fmt.Sprintf("%s,Org %s (fictional),%s,Help,%s,%s,%s,Town,Road,%s,%s,no,%s,%s", id, id, id, needs, phone, county, lat, lon, hours, text)
		}
		out := w.take(list(amani,
			row("2", "legal", "0700000103", "Kisumu", "34.7680", "-0.0917", "", ""),                 // 3: swapped
			row("3", "legal", "0700000103", "Kisumu", "-30.5", "22.9", "", ""),                      // 4: Paris
			row("4", "legal", "call me", "Kisumu", "", "", "", ""),                                  // 5: no number
			row("5", "legal", "0700000103", "Kisumu", "", "", "Mo 08:00-17:00; Mo 16:00-18:00", ""), // 6: overlap
			row("6", "levitation", "0700000103", "Kisumu", "", "", "", ""),                          // 7: no such service
			row("7", "legal", "0700000103", "Kisumu", "", "", "", "=HYPERLINK(1)"),                  // 8: formula
			row("8", "", "0700000103", "Kisumu", "", "", "", ""),                                    // 9: no category
			row("9", "legal", "0700000103", "Mombasa", "-0.0917", "34.7680", "", ""),                // 10: other county
			row("10", "legal", "0700000103", "Atlantis", "", "", "", ""),                            // 11: county left out
			wema), Order{})
		want := "3 coordinates_swapped refused; 4 coordinates_outside refused; 5 phone refused; 6 overlap refused; 7 term refused; 8 formula refused; " +
			"9 kind_missing refused; 10 other-county refused; 11 county_unknown left_out"
		if got := told(out); got != want {
			t.Errorf("problems:\n%s\nwant:\n%s", got, want)
		}
		if out.Refused != 8 || out.Entries.New != 3 {
			t.Errorf("%+v", out)
		}
		w.named("Org 10 (fictional)")
	})
}

func TestCoordinatesOfAConfidentialPlaceGoNowhere(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		const lat, lon, street, name = "-1.123456", "36.987654", "Kanarimtaa 7", "Kanarijumba"
		secret := "S,Siri House (fictional),9,Shelter,shelter,0700 000 109,Nairobi,Nairobi," + street + "," + lat + "," + lon + ",yes,,"
		dry := w.take(list(secret), Order{DryRun: true})
		out := w.take(list(secret), Order{})
		for _, o := range []*Outcome{dry, out} {
			if told(o) != "2 confidential_coordinates left_out; 2 confidential_address left_out" {
				t.Errorf("%s", told(o))
			}
			if s := fmt.Sprintf("%+v", o); strings.Contains(s, lat) || strings.Contains(s, street) {
				t.Errorf("echoed: %s", s)
			}
		}
		p := w.named("Siri House (fictional)")
		// The directory knows it now: an unmarked row of the same source, one of
		// another source by name, and one by telephone tell nothing either.
		open := strings.Replace(secret, ",yes,", ",,", 1)
		w.take(list(open), Order{})
		w.take(list(open), Order{Source: "second-list"})
		w.take(list(strings.Replace(open, "Siri House (fictional)", name, 1)), Order{Source: "third-list"})
		// One row marks the place, another gives it away.
		other := "S2,Pili House (fictional),10,%s,shelter,0700 000 110,Nairobi,Nairobi," + street + "," + lat + "," + lon + ",%s,,"
		w.take(list(fmt.Sprintf(other, "Front", "no"), strings.Replace(fmt.Sprintf(other, "Back", "yes"), ",10,", ",11,", 1)), Order{Source: "fourth-list"})
		for _, q := range w.all() {
			for _, l := range q.Locations {
				if l.Place != nil && (l.Place.Latitude != nil && *l.Place.Latitude == -1.123456 || l.Place.Address == street) {
					t.Errorf("%s: %+v", q.Name, l)
				}
			}
		}
		if l := p.Location(p.Services[0].At[0].Location); !l.Confidential {
			t.Error("it was opened by an import")
		}
		w.nowhere("1.123456", "-11234560", "369876540", "36.987654", street)
		d, err := w.Upload(ctx, secretariat, "list.csv", []byte(heading+secret+"\n"))
		if err != nil {
			t.Fatal(err)
		}
		if s := fmt.Sprintf("%+v", d.Preview); strings.Contains(s, lat) || strings.Contains(s, street) {
			t.Errorf("the sample tells it: %s", s)
		}
	})
}

func TestFilesThatAreRefusedWhole(t *testing.T) {
	w := newWorld(t, "sqlite")
	bomb := func() []byte {
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		for _, name := range []string{"xl/workbook.xml", "xl/worksheets/sheet1.xml"} {
			f, err := z.Create(name)
			if err != nil {
				t.Fatal(err)
			}
			for range 64 {
				if _, err := f.Write(make([]byte, 1<<20)); err != nil {
					t.Fatal(err)
				}
			}
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}()
	_, err := w.Import(ctx, secretariat, intake.Bytes("bomb.xlsx", bomb), Order{Source: "x"})
	refusedBy(t, err, "sheet.archive_bomb")
	_, err = w.Upload(ctx, secretariat, "bomb.xlsx", bomb)
	refusedBy(t, err, "sheet.archive_bomb")
	_, err = w.Import(ctx, secretariat, list(amani), Order{Source: "  -- "})
	refusedBy(t, err, "keeping.error.source")
	_, err = w.Import(ctx, secretariat, list(amani), Order{Source: "x", Defaults: Defaults{Service: "levitation"}})
	refusedBy(t, err, "common.error.unknown_term")
	if _, err := w.Import(ctx, officer, list(amani), Order{Source: "x"}); !errors.As(err, new(*problem.Denied)) {
		t.Errorf("an officer imports: %v", err)
	}
}

func TestADraftIsOnePersonsAndEnds(t *testing.T) {
	w := newWorld(t, "sqlite")
	second := secretariat
	second.Staff = "sec-2"
	d, err := w.Upload(ctx, secretariat, "list.csv", []byte(heading+amani+"\n"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Draft(second); !errors.Is(err, problem.ErrNotFound) {
		t.Errorf("another person's: %v", err)
	}
	if _, err := w.Try(ctx, second, d.ID, Order{Source: "x"}); !errors.Is(err, problem.ErrNotFound) {
		t.Errorf("another person tries it: %v", err)
	}
	_, err = w.Confirm(ctx, secretariat, d.ID)
	refusedBy(t, err, "keeping.error.try_first")
	o := d.Order
	o.Source = "x"
	if d, err = w.Try(ctx, secretariat, d.ID, o); err != nil || d.Tried.Entries.New != 1 {
		t.Fatalf("%+v %v", d, err)
	}
	if d, err = w.Confirm(ctx, secretariat, d.ID); err != nil || d.Done.Entries.New != 1 || d.data != nil {
		t.Fatalf("%+v %v", d, err)
	}
	again, err := w.Confirm(ctx, secretariat, d.ID) // pressed twice
	if err != nil || again.Done.Entries.New != 1 {
		t.Errorf("%+v %v", again, err)
	}
	w.now = w.now.Add(time.Hour)
	if _, err := w.Draft(secretariat); !errors.Is(err, problem.ErrNotFound) {
		t.Errorf("an hour later: %v", err)
	}
}

// The read models are folded from the ledger: thrown away and folded again
// after imports, they are the same, what waits to be settled included.
func TestAfterImportsTheRebuildIsTheSame(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.take(list(amani, wema), Order{})
		if _, err := w.d.Do(ctx, secretariat, w.named("Amani Aid (fictional)").ID, directory.Order{}, &directory.Vet{State: "vetted"}); err != nil {
			t.Fatal(err)
		}
		w.take(list(strings.Replace(amani, "0700 000 101", "0700 000 199", 1), strings.Replace(wema, "0700 000 102", "0700 000 198", 1)), Order{})
		told := func() string {
			sources, err := w.d.Sources(ctx, secretariat, "", 10)
			if err != nil || len(sources) != 1 {
				t.Fatalf("%+v %v", sources, err)
			}
			raw, err := json.Marshal([]any{w.all(), sources[0].Profile, sources[0].Services, sources[0].Digest})
			if err != nil {
				t.Fatal(err)
			}
			return string(raw)
		}
		before := told()
		if _, err := w.realm.Rebuild(ctx); err != nil {
			t.Fatal(err)
		}
		if after := told(); after != before {
			t.Errorf("before %s\nafter  %s", before, after)
		}
	})
}

// Somebody mends an entry while a list is being decided: the import is decided
// again, and what was mended stands.
func TestAnImportMeetsSomebodyWhoMends(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.take(list(amani), Order{})
		p := w.named("Amani Aid (fictional)")
		profile := p.Profile
		profile.Email = "desk@amani.example"
		once := false
		g := func(yield func(*directory.Telling, error) bool) {
			tell := &directory.Telling{ID: p.External["county-list"], Kind: "ngo", Profile: directory.Profile{Name: "Amani Renamed (fictional)"}}
			if !yield(tell, nil) || once {
				return
			}
			once = true // the entry was decided; now it moves on before the transaction
			if _, err := w.d.Do(ctx, secretariat, p.ID, directory.Order{}, &directory.Describe{Profile: profile}); err != nil {
				t.Error(err)
			}
		}
		out, err := w.d.Import(ctx, secretariat, directory.ImportOrder{Source: "county-list"}, g)
		if err != nil || out.Aside != 1 || out.Changed != 0 {
			t.Fatalf("%+v %v", out, err)
		}
		if q := w.named("Amani Aid (fictional)"); q.Email != "desk@amani.example" {
			t.Errorf("%+v", q.Profile)
		}
	})
}
