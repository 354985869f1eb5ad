package search

import (
	"strings"
	"testing"

	"github.com/google/uuid"
)

func TestEveryIdComesBackAsItWas(t *testing.T) {
	var a asides
	for _, text := range []string{
		uuid.NewString(), "", "p", "case-1", strings.ToUpper(uuid.NewString()), uuid.Nil.String(),
		"{0190f3c2-1111-7222-8333-444444444444}", "0190f3c2111172228333444444444444",
		"0190f3c2-1111-7222-8333-44444444444g", "0190f3c2-1111-7222-8333-4444444444é", "0190f3c2_1111-7222-8333-444444444444",
		strings.Repeat("x", 36), "ffffffff-ffff-ffff-ffff-ffffffffffff",
	} {
		if got := a.text(a.pack(text)); got != text {
			t.Errorf("%q came back as %q", text, got)
		}
		if a.pack(text) != a.packBytes([]byte(text)) {
			t.Errorf("%q has two packed forms", text)
		}
	}
	for range 1000 {
		u := uuid.Must(uuid.NewV7()).String()
		if p, ok := packUUID(u); !ok || a.text(p) != u {
			t.Fatalf("%s is not packed", u)
		}
	}
}
