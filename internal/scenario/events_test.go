package scenario

import (
	"bytes"
	"reflect"
	"testing"
)

func TestMasterEventsListThereAndBack(t *testing.T) {
	for _, name := range []string{"kaskazi", "kaskazi-tabletop"} {
		s := load(t, name)
		var book bytes.Buffer
		if err := WriteEvents(&book, s.Injects); err != nil {
			t.Fatal(err)
		}
		back, err := ReadEvents("list.xlsx", &book)
		if err != nil {
			t.Fatal(err)
		}
		for i := range s.Injects {
			if !reflect.DeepEqual(back[i], s.Injects[i]) {
				t.Fatalf("inject %s came back as\n%+v\nnot\n%+v", s.Injects[i].ID, back[i], s.Injects[i])
			}
		}
	}
}
