package api

import (
	"encoding/base64"
	"testing"
)

// A client that calls the file by name, as some do, keeps what it is called.
func TestAnUploadIsCalledByEitherWord(t *testing.T) {
	say := func(key, value string) string { return key + " " + base64.StdEncoding.EncodeToString([]byte(value)) }
	for sent, want := range map[string]string{
		say("filename", "a.jpg"):                              "a.jpg",
		say("name", "b.jpg"):                                  "b.jpg",
		say("name", "b.jpg") + "," + say("filename", "a.jpg"): "a.jpg",
		say("filename", "a.jpg") + "," + say("name", "b.jpg"): "a.jpg",
	} {
		n, err := announced(sent)
		if err != nil || n.Name != want {
			t.Errorf("%s: %+v %v", sent, n, err)
		}
	}
}
