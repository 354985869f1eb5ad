package casefile

import (
	"reflect"
	"testing"
)

// Two folds may go on from one state at once, a reader's and the write lane's:
// no list of the copy may share memory with the first.
func TestACopiedStateSharesNoList(t *testing.T) {
	s := new(State)
	fields := reflect.ValueOf(s).Elem()
	for i := range fields.NumField() {
		if f := fields.Field(i); f.Kind() == reflect.Slice && f.CanSet() {
			f.Set(reflect.MakeSlice(f.Type(), 1, 4))
		}
	}
	copied := reflect.ValueOf(s.copied()).Elem()
	for i := range fields.NumField() {
		f, name := fields.Field(i), fields.Type().Field(i).Name
		switch f.Kind() {
		case reflect.Slice:
			if f.Len() > 0 && f.Pointer() == copied.Field(i).Pointer() {
				t.Errorf("%s is shared", name)
			}
		case reflect.Map:
			t.Errorf("%s is a map: copied does not know how to part it", name)
		}
	}
}
