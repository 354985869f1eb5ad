package api

import (
	"strconv"
	"testing"

	"rufaa/internal/bundle"
)

// A bundle comes inside JSON, or as the file itself to those who accept a zip;
// who may not make one gets neither.
func TestABundleAsTheFileItself(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		id, _, _ := w.cared()
		at, in := "/cases/"+id+"/bundle", m{"recipient": "court", "purpose": "prosecution"}
		w.post("manager", at, in).is(201)
		got := w.post("manager", at, in, "Accept", "application/zip").is(200)
		if kind := got.header.Get("Content-Type"); kind != "application/zip" || got.header.Get("Content-Length") != strconv.Itoa(len(got.raw)) {
			t.Errorf("%d bytes of %s, %v", len(got.raw), kind, got.header)
		}
		if r, err := bundle.Verify(got.raw); err != nil || r.Recipient != bundle.Court {
			t.Errorf("%+v, %v", r, err)
		}
		w.post("manager2", at, in, "Accept", "application/zip").is(404)
		w.post("manager", at, m{"recipient": "newspaper", "purpose": "prosecution"}, "Accept", "application/zip").is(422)
	})
}
