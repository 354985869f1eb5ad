package rehearsal

import (
	"reflect"
	"testing"

	"rufaa/content"
	"rufaa/internal/scenario"
)

func kaskazi(t testing.TB) *scenario.Script {
	t.Helper()
	data, err := content.Files.ReadFile("scenario/kaskazi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	s, err := scenario.Load("kaskazi.yaml", data)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSameSeedSameRehearsal(t *testing.T) {
	s := kaskazi(t)
	one, two := Many(s, Skilled(), Weak(), 40, 7), Many(s, Skilled(), Weak(), 40, 7)
	if !reflect.DeepEqual(one, two) {
		t.Fatal("two rehearsals from one seed differ")
	}
	if reflect.DeepEqual(one, Many(s, Skilled(), Weak(), 40, 8)) {
		t.Fatal("the seed changes nothing")
	}
}

func TestKaskaziTellsSkilledFromWeak(t *testing.T) {
	r := Many(kaskazi(t), Skilled(), Weak(), 200, 1)
	if len(r.Never) > 0 {
		t.Errorf("injects that never fire: %v", r.Never)
	}
	for k, auc := range r.Separation {
		if auc < 0.6 {
			t.Errorf("%s tells nothing apart: %.2f", k, auc)
		}
	}
}

func TestMoreBedsShortenTheWayToSafety(t *testing.T) {
	s := kaskazi(t)
	more := Skilled()
	more.Beds = 10
	few, many := Many(s, Skilled(), Weak(), 100, 1), Many(s, more, Weak(), 100, 1)
	if few.NoBed == 0 || many.NoBed != 0 || many.ToSafety[2] >= few.ToSafety[2] {
		t.Fatalf("few beds: %.2f without, %v; ten more: %.2f without, %v", few.NoBed, few.ToSafety, many.NoBed, many.ToSafety)
	}
}

func BenchmarkFiveDays(b *testing.B) {
	s := kaskazi(b)
	for i := range b.N {
		Once(s, Skilled(), uint64(i))
	}
}
