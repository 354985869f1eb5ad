package publish

import (
	"fmt"
	"reflect"

	"rufaa/internal/hsds"
)

var attributes = reflect.TypeFor[[]hsds.Attribute]()

// nestTerms puts the term beside every attribute of a wire value (a pointer to
// a copy). Slices are copied first: the content stays as it was given.
func (b *builder) nestTerms(v any) error { return b.nest(reflect.ValueOf(v).Elem()) }

func (b *builder) nest(v reflect.Value) error {
	for i := range v.NumField() {
		f := v.Field(i)
		if f.Kind() != reflect.Slice || f.Len() == 0 || f.Type().Elem().Kind() != reflect.Struct {
			continue
		}
		fresh := reflect.MakeSlice(f.Type(), f.Len(), f.Len())
		reflect.Copy(fresh, f)
		f.Set(fresh)
		if f.Type() == attributes {
			if err := b.nestOne(f.Interface().([]hsds.Attribute)); err != nil {
				return err
			}
			continue
		}
		for j := range f.Len() {
			if err := b.nest(f.Index(j)); err != nil {
				return err
			}
		}
	}
	return nil
}

func (b *builder) nestOne(list []hsds.Attribute) error {
	for i := range list {
		a := &list[i]
		n, ok := b.term[a.TermID()]
		if !ok {
			return fmt.Errorf("attribute %s refers to an unknown taxonomy_term", a.ID)
		}
		a.Term, a.TaxonomyTermID = &b.s.content.Terms[n], ""
	}
	return nil
}
