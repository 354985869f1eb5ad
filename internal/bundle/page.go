package bundle

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"html/template"
)

//go:embed page/verify.html
var pageText string

// The script is built from web/src/verify.ts by web/build.mjs.
//
//go:embed page/verify.js
var pageScript string

var pageForm = template.Must(template.New("verify").Parse(pageText))

// PageWords are the texts that the page needs, by their keys after
// "bundle.page.".
var PageWords = []string{"title", "text", "choose", "noscript", "working", "good", "bad", "reference", "made", "publickey", "checkpoint",
	"whole", "leaves", "witnesses", "none", "parts", "cut", "changed", "list", "end", "key", "signature", "digest", "proof",
	"exhibits", "unbroken", "broken", "twice"}

// page is the page that verifies the bundle offline: one file, nothing fetched.
func page(lang string, words map[string]string) ([]byte, error) {
	for _, key := range PageWords {
		if words[key] == "" {
			return nil, fmt.Errorf("%w: the page has no text %q", ErrDossier, key)
		}
	}
	raw, err := json.Marshal(words)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = pageForm.Execute(&b, map[string]any{"Lang": lang, "Title": words["title"], "Text": words["text"], "Choose": words["choose"],
		"NoScript": words["noscript"], "Words": template.JS(raw), "Script": template.JS(pageScript)})
	return b.Bytes(), err
}
