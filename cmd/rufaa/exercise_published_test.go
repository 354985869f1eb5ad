package main

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"rufaa/internal/office"
	"rufaa/internal/office/officetest"
	"rufaa/internal/realm"
)

// The server publishes the directory of the demonstration, and not that of the
// exercise beside it: nobody outside takes its invented providers for real ones.
func TestTheDirectoryOfAnExerciseIsNotPublished(t *testing.T) {
	shown, played := officetest.OpenKind(t, realm.Demo, nil), officetest.OpenKind(t, realm.Exercise, nil)
	h := handler([]*office.Office{shown.Office, played.Office}, false, true, "")
	for path, want := range map[string]int{standard + "/services": http.StatusOK, "/realm/" + played.Name + standard + "/services": http.StatusNotFound} {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
		if w.Code != want {
			t.Errorf("%s answers %d, want %d", path, w.Code, want)
		}
	}
}
