package exhibit_test

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"rufaa/internal/casefile"
	"rufaa/internal/exhibit"
	"rufaa/internal/problem"
)

// Two telephones at once get two numbers; none is left out, none comes twice,
// and none can be chosen.
func TestNumbersHaveNoGapAndComeOnce(t *testing.T) {
	onEach(t, func(t *testing.T, s *tale) {
		var wg sync.WaitGroup
		var mu sync.Mutex
		seen := map[string]int{}
		for i := range 8 {
			wg.Add(1)
			go func() {
				defer wg.Done()
				user := []string{lead, officer}[i%2]
				rc, err := s.Exhibits.Record(s.ctx, who(user), s.scene, casefile.Order{}, phone(""))
				if err != nil {
					t.Error(err)
				}
				mu.Lock()
				seen[rc.Ref]++
				mu.Unlock()
			}()
		}
		wg.Wait()
		_, list, err := s.Exhibits.OfScene(s.ctx, who(lead), s.scene)
		s.must(err)
		if len(seen) != 8 || len(list) != 8 || list[0].N != 1 || list[7].N != 8 {
			t.Fatalf("%d numbers in %d rows: %v", len(seen), len(list), seen)
		}
		prefix := strings.TrimSuffix(list[0].Number, "001")
		for number, rule := range map[string]string{"003": "exhibit.number-used", "011": "exhibit.number-not-next", "9": "exhibit.number-not-next"} {
			r := phone("")
			r.Number = prefix + number
			_, err := s.Exhibits.Record(s.ctx, who(lead), s.scene, casefile.Order{}, r)
			wantRule(t, err, rule)
		}
		r := phone("")
		r.Number = prefix + "009" // from the roll of labels
		rc, err := s.Exhibits.Record(s.ctx, who(lead), s.scene, casefile.Order{Key: "once"}, r)
		s.must(err)
		again, err := s.Exhibits.Record(s.ctx, who(lead), s.scene, casefile.Order{Key: "once"}, r)
		if err != nil || again.ID != rc.ID || !again.Replayed {
			t.Errorf("sent twice: %+v, %v", again, err)
		}
	})
}

// Wrong numbers, wrong clocks, what is missing: told at its field, all at once.
func TestBadInputIsToldAtItsField(t *testing.T) {
	onEach(t, func(t *testing.T, s *tale) {
		r := phone("KE 00/1")
		r.IMEI, r.At, r.DeviceAt, r.Place, r.Currency, r.Description = "490154203237519", "2026-03-09T10:00", "yesterday", "the moon", "shilling", ""
		_, err := s.Exhibits.Record(s.ctx, who(officer), s.scene, casefile.Order{}, r)
		for _, field := range []string{"imei", "at", "device_at", "place", "currency", "description"} {
			wantField(t, err, field)
		}
		r = phone("<script>")
		_, err = s.Exhibits.Record(s.ctx, who(officer), s.scene, casefile.Order{}, r)
		wantField(t, err, "seal")
		// A telephone five hours fast is taken, kept beside the server's time, and named.
		r = phone("KE-5")
		r.DeviceAt = s.Now().Add(5 * time.Hour).Format(time.RFC3339)
		id := s.record(officer, r)
		if v := s.view(lead, id); flaws(v.Chain) != "device-clock" || !v.Chain.Unbroken() {
			t.Errorf("findings: %s", flaws(v.Chain))
		}
		_, err = s.Exhibits.Record(s.ctx, who(officer), s.scene, casefile.Order{}, phone("KE-5"))
		wantRule(t, err, "custody.seal-used")
		if _, list, err := s.Exhibits.OfScene(s.ctx, who(lead), s.scene); err != nil || len(list) != 1 {
			t.Errorf("%d recorded, %v: something was half done", len(list), err)
		}
	})
}

// A correction adds: what stood there stays, and can still be opened.
func TestACorrectionAdds(t *testing.T) {
	onEach(t, func(t *testing.T, s *tale) {
		id := s.record(lead, phone("KE-30"))
		_, err := s.Exhibits.Do(s.ctx, who(lead), id, casefile.Order{}, &exhibit.Correct{Facts: exhibit.Facts{Description: "Blue telephone (fictional)", Power: "off"}, Why: "Looked again by daylight."})
		s.must(err)
		v := s.view(lead, id)
		o, err := s.Exhibits.Open(s.ctx, who(lead), id)
		s.must(err)
		past := v.Past[0]
		if v.Plain.Power != "off" || past.Plain.Power != "on-locked" || o.Texts["description"] != "Blue telephone (fictional)" ||
			!strings.HasPrefix(o.Texts[past.ID+".description"], "Black telephone") || o.Texts[past.ID+".why"] == "" || o.Texts["imei"] == "" {
			t.Errorf("%+v; %v", v.Plain, o.Texts)
		}
		_, err = s.Exhibits.Do(s.ctx, who(officer), id, casefile.Order{Expect: 1}, &exhibit.Correct{Facts: exhibit.Facts{Power: "off"}, Why: "x"})
		if !errors.As(err, new(*problem.Changed)) {
			t.Errorf("made on an older version: %v", err)
		}
	})
}
