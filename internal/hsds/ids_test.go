package hsds

import (
	"strings"
	"testing"

	"github.com/google/uuid"
	"pgregory.net/rapid"
)

// Published ids are a promise: whoever changes how they are derived breaks
// every reader and every re-import. These two are frozen.
func TestIDsNeverChange(t *testing.T) {
	if got := NewIDs("rufaa/kenya").Of("service", "S-1"); got != "67ed7371-86e7-577f-a4bf-8a11fdcf56bd" {
		t.Errorf("service S-1 of rufaa/kenya is now %s", got)
	}
	if got := ProfileTermID(PlaceHidden); got != "54686799-bd13-53cf-ba10-d9ccadb2d0ce" {
		t.Errorf("%s is now %s", PlaceHidden, got)
	}
}

func TestIDsTellThingsApart(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := NewIDs(rapid.String().Draw(t, "source")), NewIDs(rapid.String().Draw(t, "other source"))
		kind, own := rapid.StringMatching(`[a-z_]+`).Draw(t, "kind"), rapid.String().Draw(t, "own")
		id := a.Of(kind, own)
		if u, err := uuid.Parse(id); err != nil || u.Version() != 5 {
			t.Fatalf("%s is not a UUID of version 5", id)
		}
		if a != b && b.Of(kind, own) == id {
			t.Fatal("two sources give the same id")
		}
		if a.Of(kind+"x", own) == id || a.Of(kind, own+"x") == id {
			t.Fatal("two things have the same id")
		}
		if a.Keep(kind, own) != id {
			t.Fatal("an id that is no UUID must be derived")
		}
	})
}

func TestKeepLeavesUUIDs(t *testing.T) {
	const u = "AC148810-d857-441c-9679-408f346de14b"
	if got := NewIDs("x").Keep("service", u); got != strings.ToLower(u) {
		t.Errorf("got %s", got)
	}
}

func TestFormulasLeaveInert(t *testing.T) {
	for cell, formula := range map[string]bool{
		"": false, "Nairobi": false, "=1+1": true, "+1+cmd|' /C calc'!A0": true, "-2+3": true, "@SUM(A1)": true,
		"\t=1": true, "\r=1": true, "＝1": true, "+254 712 000 000": false, "+254-712-000000": false, "-1.2921": false,
		"+": true, "-": true, "- food": true, "'=1": false, "1=1": false, " =1": false,
	} {
		if got := IsFormula(cell); got != formula {
			t.Errorf("%q: formula %v, want %v", cell, got, formula)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		cell := rapid.OneOf(rapid.String(), rapid.StringMatching(`'{0,2}[=+@-][a-z0-9']*`)).Draw(t, "cell")
		if IsFormula(Inert(cell)) {
			t.Fatalf("%q leaves as a formula", cell)
		}
		if got := Restore(Inert(cell)); got != cell {
			t.Fatalf("%q came back as %q", cell, got)
		}
	})
}
