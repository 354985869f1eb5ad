package pocket_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"rufaa/internal/directory"
	"rufaa/internal/directory/pocket"
	"rufaa/internal/office/officetest"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
)

var secretariat = realm.Actor{Principal: policy.Principal{Staff: "sec", Agency: "ctip-secretariat", Duty: "secretariat"}}

func entryOf(t *testing.T, list []pocket.Entry, name string) pocket.Entry {
	t.Helper()
	i := slices.IndexFunc(list, func(e pocket.Entry) bool { return e.Name == name })
	if i < 0 {
		t.Fatalf("%q is not printed", name)
	}
	return list[i]
}

func TestWhatIsPrinted(t *testing.T) {
	officetest.Each(t, func(t *testing.T, w *officetest.World) {
		ctx := context.Background()
		lat, lon := -1.246802, 36.975319
		_, err := w.Directory.Enter(ctx, secretariat, []*directory.Provider{
			{Profile: directory.Profile{Name: "Siri House (fictional)", Kind: "shelter", County: "nairobi-city", Phones: []directory.Phone{{Number: "+254700000332"}}, Fictional: true,
				Contacts: []directory.Contact{{Name: "Kontaktikanari"}}},
				Locations: []directory.Location{{ID: "1", Kind: "physical", Confidential: true, County: "nairobi-city", Place: &directory.Place{Name: "Jumbakanari", Address: "Mtaakanari 9", Latitude: &lat, Longitude: &lon}},
					{ID: "2", Kind: "physical", County: "nairobi-city", Place: &directory.Place{Address: "Frontikanari"}}},
				Services: []directory.Service{{Kind: "shelter", At: []directory.At{{Location: "1"}}, Eligibility: directory.Eligibility{Note: directory.Words{"en": "Opposite the Notekanari"}}}}},
			{Profile: directory.Profile{Name: "Wazi Desk ሰላም (fictional)", Kind: "ngo", County: "nairobi-city", Phones: []directory.Phone{{Number: "+254700000333", Label: "desk", Always: directory.Yes}}, Fictional: true},
				Locations: []directory.Location{{ID: "1", Kind: "physical", County: "nairobi-city", Place: &directory.Place{Address: "Mto Road 3", Town: "Nairobi"}}},
				Services:  []directory.Service{{Kind: "legal", Hours: directory.Hours{Open: []directory.Piece{{Days: []string{"mo", "fr"}, Opens: "08:00", Closes: "17:00"}}}, At: []directory.At{{Location: "1"}}}}},
			{Profile: directory.Profile{Name: "Refused Desk (fictional)", Kind: "ngo", County: "nairobi-city", Fictional: true}},
		})
		if err != nil {
			t.Fatal(err)
		}
		var refused, open string
		if err := w.Directory.Each(ctx, func(p *directory.Provider) bool {
			switch p.Name {
			case "Refused Desk (fictional)":
				refused = p.ID
			case "Wazi Desk ሰላም (fictional)":
				open = p.ID
			}
			return true
		}); err != nil {
			t.Fatal(err)
		}
		for id, cmd := range map[string]directory.Command{refused: &directory.Vet{State: "refused"}, open: &directory.Confirm{How: "telephone"}} {
			if _, err := w.Directory.Do(ctx, secretariat, id, directory.Order{}, cmd); err != nil {
				t.Fatal(err)
			}
		}
		for lang, want := range map[string]string{"en": "Mon Fri 08:00–17:00", "sw": "Jtt Iju 08:00–17:00"} {
			b, err := pocket.Choose(ctx, w.Directory, "nairobi-city", w.Texts.In(lang))
			if err != nil {
				t.Fatal(err)
			}
			e := entryOf(t, b.Here, "Wazi Desk ሰላም (fictional)")
			if e.Hours != want || !e.Verified || !e.Fictional || e.Where != "Mto Road 3, Nairobi" || e.Phones[0].Number != "+254700000333" {
				t.Errorf("%s: %+v", lang, e)
			}
			s := entryOf(t, b.Here, "Siri House (fictional)")
			if s.Verified || s.Where != w.Texts.In(lang).T("keeping.pocket.confidential") || s.Phones[0].Number != "+254700000332" {
				t.Errorf("%s: the shelter: %+v", lang, s)
			}
			if all := fmt.Sprintf("%+v", b); strings.Contains(all, "kanari") || strings.Contains(all, "36.97") || strings.Contains(all, "Refused Desk") {
				t.Errorf("%s: it tells what it must not: %s", lang, all)
			}
			if len(b.Anywhere) < 3 {
				t.Errorf("%s: only %d lines for the whole country", lang, len(b.Anywhere))
			}
			var one, two bytes.Buffer
			if err := errors.Join(b.Print(&one), b.Print(&two)); err != nil {
				t.Fatal(err)
			}
			if !bytes.HasPrefix(one.Bytes(), []byte("%PDF-")) || !bytes.HasSuffix(bytes.TrimSpace(one.Bytes()), []byte("%%EOF")) || one.Len() > 300<<10 {
				t.Errorf("%s: %d bytes of no PDF", lang, one.Len())
			}
			if !bytes.Contains(one.Bytes(), []byte("/MediaBox [0 0 297.64 419.53]")) {
				t.Errorf("%s: the page is not A6", lang)
			}
			if !bytes.Equal(one.Bytes(), two.Bytes()) {
				t.Errorf("%s: printed twice it differs", lang)
			}
		}
		if _, err := pocket.Choose(ctx, w.Directory, "atlantis", w.Texts.In("en")); !errors.Is(err, problem.ErrNotFound) {
			t.Errorf("no such county: %v", err)
		}
	})
}
