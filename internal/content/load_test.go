package content_test

import (
	"testing"

	datafiles "rufaa/content"
	"rufaa/internal/content"
)

func TestTheProgramsOwnContentLoads(t *testing.T) {
	if _, err := content.Load(datafiles.Files); err != nil {
		t.Fatal(err)
	}
}
