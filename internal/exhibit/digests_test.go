package exhibit_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"testing"

	"rufaa/internal/casefile"
	"rufaa/internal/exhibit"
	"rufaa/internal/hashlist"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
)

// of is the digest of a number: of nothing.
func of(n int) string {
	sum := sha256.Sum256([]byte("fictional item " + strconv.Itoa(n)))
	return hex.EncodeToString(sum[:])
}

func (s *tale) csam(typed ...string) string {
	s.t.Helper()
	device := s.view(lead, s.record(lead, phone("")))
	return s.record(lead, &exhibit.Record{Facts: exhibit.Facts{Kind: "csam", Count: 4, OnExhibit: device.Number, Custodian: "Digital examiner, by order",
		Digests: strings.Join(typed, " ")}, Look: exhibit.Look{Place: "scene"}})
}

func (s *tale) list(body string) *hashlist.List {
	s.t.Helper()
	l, err := s.HashLists.Import(s.ctx, who(lead), &hashlist.Import{Name: "List (fictional)", Source: "Invented", Body: strings.NewReader(body)})
	s.must(err)
	return l
}

func (s *tale) report(user, id, key, body string) (realm.Receipt, error) {
	return s.Exhibits.TakeReport(s.ctx, who(user), id, casefile.Order{Key: key}, &exhibit.Report{Tool: "Kipimochombo", Version: "4.1", Reference: "R7"}, strings.NewReader(body))
}

func counted(list []hashlist.Match) string {
	raw, _ := json.Marshal(list)
	return string(raw)
}

// A tool's report is held against the lists by category and count, also against
// lists that come later and without those that are withdrawn.
func TestAReportIsHeldAgainstTheLists(t *testing.T) {
	onEach(t, func(t *testing.T, s *tale) {
		first := s.list(`{"value":[{"SHA256":"` + of(1) + `","Category":1},{"SHA256":"` + of(2) + `","Category":2},{"SHA256":"` + of(9) + `","Category":1}]}`)
		id := s.csam(of(2))
		before := s.view(lead, id).Version
		rc, err := s.report(lead, id, "once", of(1)+"\n"+of(2)+"\n"+of(3)+"\n"+of(4)+"\n")
		s.must(err)
		again, err := s.report(lead, id, "once", of(1)+"\n"+of(2)+"\n"+of(3)+"\n"+of(4)+"\n")
		if err != nil || again.ID != rc.ID || !again.Replayed {
			t.Errorf("sent twice: %+v, %v", again, err)
		}
		if _, err := s.report(lead, id, "once", of(1)); !errors.Is(err, problem.ErrKeyReused) {
			t.Errorf("another report under the same key: %v", err)
		}
		v := s.view(lead, id)
		if v.Version != before+1 || len(v.Reports) != 1 || v.Reports[0].Reading.Items != 4 || v.Reports[0].Reading.Digests["sha256"] != 4 {
			t.Fatalf("kept: %+v", v.Reports)
		}
		s.list("# plain, without categories\n" + of(1) + "\n" + of(3) + "\n")
		d, err := s.Exhibits.Digests(s.ctx, who(lead), id)
		s.must(err)
		if got := counted(d.Reports[0].Then); got != `[{"category":1,"items":1},{"category":2,"items":1}]` {
			t.Errorf("then: %s", got)
		}
		if got := counted(d.Reports[0].Now); got != `[{"category":1,"items":1},{"category":2,"items":1},{"category":0,"items":1}]` {
			t.Errorf("now: %s", got)
		}
		if got := counted(d.Row.Now); got != `[{"category":2,"items":1}]` {
			t.Errorf("of the row: %s", got)
		}
		s.must(s.HashLists.Withdraw(s.ctx, who(lead), first.ID))
		d, err = s.Exhibits.Digests(s.ctx, who(lead), id)
		s.must(err)
		if got := counted(d.Reports[0].Now); got != `[{"category":0,"items":2}]` {
			t.Errorf("after a list was withdrawn: %s", got)
		}
		o, err := s.Exhibits.Open(s.ctx, who(lead), id)
		s.must(err)
		if o.Texts[rc.ID+".tool"] != "Kipimochombo" || o.Texts[rc.ID+".tool_version"] != "4.1" || o.Texts[rc.ID+".reference"] != "R7" {
			t.Errorf("opened: %v", o.Texts)
		}
		s.nothingInTheClear("Kipimochombo", of(1), of(4))
		_, err = s.Rebuild(s.ctx)
		s.must(err)
		if d, err = s.Exhibits.Digests(s.ctx, who(lead), id); err != nil || counted(d.Reports[0].Now) != `[{"category":0,"items":2}]` {
			t.Errorf("after a rebuild: %+v, %v", d, err)
		}
	})
}

// What is wrong with a report is told with its line, and nothing of it stays.
func TestAReportIsTakenWholeOrNotAtAll(t *testing.T) {
	onEach(t, func(t *testing.T, s *tale) {
		id := s.csam()
		marks := func() (n int) {
			s.must(s.Store.QueryRow(s.ctx, `SELECT count(*) FROM digest_marks`).Scan(&n))
			return n
		}
		for body, want := range map[string]string{
			"": "hashlist.error.empty", of(1) + "\n" + of(2) + "\nnothing\n": "hashlist.error.digest",
			"md5,preview\n" + of(1)[:32] + ",data:image/jpeg;base64,AAAA\n": "hashlist.error.shows", "# nobody\n": "hashlist.error.empty",
		} {
			_, err := s.report(lead, id, "", body)
			var in *problem.Invalid
			if !errors.As(err, &in) || in.Fields[0].Key != want {
				t.Errorf("%.20q: %v, want %s", body, err, want)
			}
		}
		_, err := s.Exhibits.TakeReport(s.ctx, who(lead), id, casefile.Order{}, &exhibit.Report{}, strings.NewReader(of(1)))
		wantField(t, err, "tool")
		wantField(t, err, "tool_version")
		_, err = s.report(lead, s.record(lead, phone("")), "", of(1))
		wantRule(t, err, "exhibit.digests-of-csam-only")
		if n := marks(); n != 0 || len(s.view(lead, id).Reports) != 0 {
			t.Errorf("%d digests stayed", n)
		}
	})
}

// Digests are handed in by the exhibits officer, the digital examiner or who has
// the row, and what matches is told to those who investigate and prosecute.
func TestWhoHandsInDigestsAndWhoSeesThem(t *testing.T) {
	onEach(t, func(t *testing.T, s *tale) {
		id := s.csam()
		_, err := s.report(officer, id, "", of(1)) // a searcher of the scene
		if !errors.As(err, new(*problem.Denied)) {
			t.Errorf("a searcher hands in: %v", err)
		}
		if _, err := s.Exhibits.Digests(s.ctx, who(officer), id); !errors.As(err, new(*problem.Denied)) {
			t.Errorf("a searcher sees: %v", err)
		}
		for _, user := range []string{stander, keeper, analyst, "njoki.data", "ruto.admin", "wanjiru.case"} {
			_, err := s.report(user, id, "", of(1))
			wantNothing(t, err)
			_, err = s.Exhibits.Digests(s.ctx, who(user), id)
			wantNothing(t, err)
		}
		s.must(s.offer(lead, id, analyst, "scene", ""))
		s.must(s.receive(analyst, id, "lab-dijitali", ""))
		_, err = s.report(analyst, id, "", of(1)) // has the carrier
		s.must(err)
		d, err := s.Exhibits.Digests(s.ctx, who(lead), id)
		if err != nil || len(d.Reports) != 1 || d.Reports[0].By != who(analyst).Staff {
			t.Errorf("%+v, %v", d, err)
		}
	})
}
