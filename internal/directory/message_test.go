package directory

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"rufaa/internal/problem"
)

// readAs writes what a message was understood as.
func readAs(s *Said) string {
	var out []string
	for _, c := range s.Counts {
		line := fmt.Sprintf("%s %s %d", c.Unit, c.Group, c.Free)
		if c.Maximum != nil {
			line += fmt.Sprintf("/%d", *c.Maximum)
		}
		out = append(out, line)
	}
	if s.Full {
		out = append(out, "full")
	}
	if s.StillTrue {
		out = append(out, "true")
	}
	return strings.Join(out, ", ")
}

func TestShortMessages(t *testing.T) {
	tax := taxonomy(t)
	for text, want := range map[string]string{
		"BEDS women 3 men 0":             "bed women 3, bed men 0",
		"VITANDA wanawake 3":             "bed women 3",
		"vitanda wanawake 3, wanaume 0.": "bed women 3, bed men 0",
		"beds women:3/10 girls=2 of 4":   "bed women 3/10, bed girls 2/4",
		"Wanawake3 watoto 1 kati ya 2":   "bed women 3, bed children 1/2",
		"rooms families 1 beds women 2":  "family-room families 1, bed women 2",
		"BEDS 4":                         "bed anyone 4",
		"full":                           "full",
		"Imejaa":                         "full",
		"women full men 2":               "bed women 0, bed men 2",
		"TRUE":                           "true",
		"kweli vitanda wanawake 2":       "bed women 2, true",
	} {
		got, err := tax.ReadMessage(text)
		if err != nil || readAs(got) != want {
			t.Errorf("%q: %v %v, want %s", text, got, err, want)
		}
	}
	for text, want := range map[string]string{
		"":                            "empty",
		"beds":                        "empty",
		"beds women":                  "number_missing",
		"beds women men 3":            "number_missing",
		"beds women 3 4":              "group_missing",
		"beds women 3 women 2":        "twice",
		"beds women 5/3":              "more_than_all",
		"beds women 3 of":             "number_missing",
		"beds women 99999":            "number",
		"please ring Kanari at 5":     "word",
		"full women 2":                "full_and_counts",
		strings.Repeat("women ", 200): "long",
	} {
		_, err := tax.ReadMessage(text)
		var in *problem.Invalid
		if !errors.As(err, &in) || in.Fields[0].Key != "keeping.message."+want {
			t.Errorf("%q: %v, want %s", text, err, want)
			continue
		}
		if strings.Contains(fmt.Sprint(in.Fields[0].Args), "kanari") {
			t.Errorf("the answer repeats the message: %v", in.Fields[0].Args)
		}
	}
}

// Whatever a message is made of, it is understood whole or refused, and what
// is understood reads the same when it is written again.
func FuzzReadMessage(f *testing.F) {
	for _, s := range []string{"BEDS women 3 men 0", "VITANDA wanawake 3/10", "full", "kweli", "beds ///", "women 9999999999999999999"} {
		f.Add(s)
	}
	tax := taxonomy(f)
	f.Fuzz(func(t *testing.T, text string) {
		got, err := tax.ReadMessage(text)
		if err != nil {
			if !errors.As(err, new(*problem.Invalid)) {
				t.Fatalf("%q: %v", text, err)
			}
			return
		}
		if len(got.Counts) == 0 && !got.Full && !got.StillTrue {
			t.Fatalf("%q says nothing and is not refused", text)
		}
		var again strings.Builder
		for _, c := range got.Counts {
			if c.Free < 0 || c.Free > mostPlaces || c.Maximum != nil && *c.Maximum < c.Free {
				t.Fatalf("%q: %+v", text, c)
			}
			fmt.Fprintf(&again, "%s %s %d ", c.Unit, c.Group, c.Free)
			if c.Maximum != nil {
				fmt.Fprintf(&again, "/ %d ", *c.Maximum)
			}
		}
		if got.Full {
			again.WriteString("full ")
		}
		if got.StillTrue {
			again.WriteString("true")
		}
		second, err := tax.ReadMessage(again.String())
		if err != nil || !reflect.DeepEqual(got, second) {
			t.Fatalf("%q reads as %+v, written again %q as %+v (%v)", text, got, again.String(), second, err)
		}
	})
}

func TestAProviderReportsByShortMessage(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		id := w.add(house("Tumaini House (fictional)", "meru", 0.05, 37.65))
		code, err := w.OpenLine(ctx, secretariat, id)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.OpenLine(ctx, matron, id); !errors.As(err, new(*problem.Denied)) {
			t.Errorf("a matron gives codes: %v", err)
		}
		_, got, err := w.ByLine(ctx, code, "sms-1", "VITANDA wanawake 3/10 wanaume 0 KWELI")
		if err != nil || len(got.Counts) != 2 {
			t.Fatalf("%+v %v", got, err)
		}
		p := w.provider(id)
		if c := p.Capacity(w.slot(id)); c == nil || *c.Available != 3 || *c.Maximum != 10 || c.Reported.Staff != "line/"+id {
			t.Errorf("%+v", c)
		}
		if p.Verified == nil || p.Verified.How != "message" {
			t.Errorf("still true: %+v", p.Verified)
		}
		version := p.Version
		if _, _, err := w.ByLine(ctx, code, "sms-1", "VITANDA wanawake 3/10 wanaume 0 KWELI"); err != nil || w.provider(id).Version != version {
			t.Errorf("sent twice: %v, version %d", err, w.provider(id).Version)
		}
		if _, _, err := w.ByLine(ctx, code, "", "imejaa"); err != nil || *w.provider(id).Capacity(w.slot(id)).Available != 0 {
			t.Errorf("full: %v", err)
		}
		if raw := plainJSON(w.provider(id)); strings.Contains(raw, strings.SplitN(code, ".", 2)[1]) {
			t.Error("the code itself is kept")
		}
		v, err := w.View(ctx, manager, id)
		if err != nil || v.Provider.Line != "" {
			t.Errorf("the view tells the line: %+v %v", v.Provider.Line, err)
		}
		other := w.add(house("Wema House (fictional)", "meru", 0.06, 37.66))
		for name, wrong := range map[string]string{"none": "", "another's": other + "." + strings.SplitN(code, ".", 2)[1], "no such": "x.y", "cut": code[:len(code)-1]} {
			if _, _, err := w.ByLine(ctx, wrong, "", "BEDS women 1"); !errors.Is(err, problem.ErrNotFound) {
				t.Errorf("%s: %v", name, err)
			}
		}
		fresh, err := w.OpenLine(ctx, secretariat, id)
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := w.ByLine(ctx, code, "", "BEDS women 1"); !errors.Is(err, problem.ErrNotFound) {
			t.Errorf("the old code still opens: %v", err)
		}
		if err := w.ShutLine(ctx, secretariat, id); err != nil {
			t.Fatal(err)
		}
		if _, _, err := w.ByLine(ctx, fresh, "", "BEDS women 1"); !errors.Is(err, problem.ErrNotFound) {
			t.Errorf("shut: %v", err)
		}
		if _, err := w.Do(ctx, matron, id, Order{}, &Message{Text: "BEDS women 2"}); err != nil {
			t.Errorf("own staff by the form: %v", err)
		}
		if _, err := w.Do(ctx, manager, id, Order{}, &Message{Text: "BEDS women 2"}); !errors.As(err, new(*problem.Denied)) {
			t.Errorf("another agency: %v", err)
		}
	})
}

// Two houses under one number: nothing is guessed.
func TestAMessageThatCouldMeanTwoIsAskedBack(t *testing.T) {
	w := newWorld(t, "sqlite")
	a := house("Tumaini House (fictional)", "meru", 0.05, 37.65)
	a.Services = append(a.Services, a.Services[0])
	id := w.add(a)
	_, err := w.Do(ctx, secretariat, id, Order{}, &Message{Text: "BEDS women 2"})
	invalid(t, err, "text", "keeping.message.several")
}

func TestHoursReadAsTheyAreWritten(t *testing.T) {
	for text, want := range map[string]string{
		"Mon-Fri 8:00-17:00\n\nsa 9.00-12.30": "mo-fr 08:00-17:00\nsa 09:00-12:30",
		"24/7":                                "24h",
		"jumatatu, ijumaa 08:00-17:00":        "mo,fr 08:00-17:00",
		"closed 2026-12-24..2026-12-31":       "closed 2026-12-24..2026-12-31",
		"sa-mo 20:00-06:00 2026-01-01..":      "mo,sa,su 20:00-06:00 2026-01-01..",
	} {
		list, bad := ReadHours(text)
		if bad != 0 || WriteHours(list) != want {
			t.Errorf("%q: %q (line %d), want %q", text, WriteHours(list), bad, want)
		}
	}
	for text, line := range map[string]int{"mo 08:00-17:00\nwhenever": 2, "mo": 1, "xx 08:00-17:00": 1} {
		if _, bad := ReadHours(text); bad != line {
			t.Errorf("%q: line %d, want %d", text, bad, line)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		p := Piece{Shut: rapid.Bool().Draw(t, "shut")}
		for i, d := range week {
			if rapid.Bool().Draw(t, d) && i < 6 { // all seven are written as none
				p.Days = append(p.Days, d)
			}
		}
		if !p.Shut {
			clock := rapid.Custom(func(t *rapid.T) string {
				return fmt.Sprintf("%02d:%02d", rapid.IntRange(0, 23).Draw(t, "h"), rapid.IntRange(0, 59).Draw(t, "m"))
			})
			p.Opens, p.Closes = clock.Draw(t, "opens"), clock.Draw(t, "closes")
		}
		if rapid.Bool().Draw(t, "from") {
			p.From = "2026-02-03"
		}
		if rapid.Bool().Draw(t, "until") {
			p.Until = "2026-11-30"
		}
		got, bad := ReadHours(WriteHours([]Piece{p}))
		if bad != 0 || len(got) != 1 || !reflect.DeepEqual(got[0], p) {
			t.Fatalf("%+v is written %q and read %+v (%d)", p, WriteHours([]Piece{p}), got, bad)
		}
	})
}
