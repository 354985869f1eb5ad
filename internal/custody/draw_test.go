package custody_test

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"

	"rufaa/internal/custody"
)

func drawn(t *testing.T, c *custody.Chain) string {
	t.Helper()
	svg := c.Draw(custody.Words{Title: `Chain of "KV1/003" <b>`, Told: "Told & drawn", Event: func(i int) string { return string(c.Events[i].Kind) + " <i>" },
		Flaw: func(i int) string { return string(c.Findings[i].Flaw) }})
	dec := xml.NewDecoder(strings.NewReader(svg))
	for {
		_, err := dec.Token()
		if errors.Is(err, io.EOF) {
			return svg
		}
		if err != nil {
			if strings.Contains(err.Error(), "illegal character") || strings.Contains(err.Error(), "UTF-8") {
				return svg // fuzzed words; pages give clean ones
			}
			t.Fatalf("not well-formed: %v\n%s", err, svg)
		}
	}
}

// Whatever is found stands in the picture with its number, in words for those
// who hear it, and without a style that the content policy forbids.
func TestTheDrawingTellsEveryFinding(t *testing.T) {
	s := villaToCourt()
	s.events[3].Received = nil
	s.events[5].Reason = false
	c := s.compute()
	svg := drawn(t, c)
	for _, f := range c.Findings {
		if !strings.Contains(svg, "<title>"+string(f.Flaw)+"</title>") {
			t.Errorf("%s is not drawn", f.Flaw)
		}
	}
	if len(c.Findings) != 2 || strings.Contains(svg, "style=") || !strings.Contains(svg, `role="img"`) {
		t.Errorf("%d findings; %s", len(c.Findings), svg[:200])
	}
}

func TestLanesAreCalledByLetters(t *testing.T) {
	for i, want := range map[int]string{0: "A", 25: "Z", 26: "AA", 51: "AZ", 52: "BA"} {
		if got := custody.LaneName(i); got != want {
			t.Errorf("lane %d is %s, want %s", i, got, want)
		}
	}
}
