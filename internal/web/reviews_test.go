package web_test

import (
	"net/http"
	"testing"

	"rufaa/internal/store"
)

// Where there is no exercise, there is neither sheet nor review: as if the
// addresses were none.
func TestWithoutAnExerciseThereIsNoReview(t *testing.T) {
	w := newWorld(t, store.SQLite)
	for _, duty := range []string{"counsellor", "secretariat", "administrator"} {
		for _, path := range []string{"/exercise/review", "/exercise/review.pdf", "/exercise/review.json", "/exercise/review/replay", "/exercise/review/runs", "/exercise/mentor"} {
			if got := ask(t, w.url, w.token[duty], "GET", path, nil); got.status != http.StatusNotFound {
				t.Errorf("%s, %s: %d", duty, path, got.status)
			}
		}
	}
}
