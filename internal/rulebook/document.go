package rulebook

import (
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"rufaa/internal/content"
)

// Kind is what sort of document it is.
type Kind string

// The kinds, in the order of the list.
const (
	Questionnaire Kind = "questionnaire"
	Clocks        Kind = "clocks"
	Vocabularies  Kind = "vocabularies"
	Services      Kind = "services"
	Rules         Kind = "rules"
	Scoring       Kind = "scoring"
	ExtraFields   Kind = "extra-fields"
	Letters       Kind = "letters"
	Policy        Kind = "policy"
)

// Document is one file, or one family of questionnaires, that has versions.
type Document struct {
	ID   string // e.g. "clocks", "policy-20-case", "questionnaire-adult"
	Kind Kind
	Name string // of the policy file or the questionnaire's family; empty for the others
}

// Stream is where its events stand.
func (d Document) Stream() string { return "rulebook/" + d.ID }

// resource is what the policies call it.
func (d Document) resource() string {
	if d.Kind == Policy {
		return "rulebook-policy"
	}
	return "rulebook"
}

// file is where a text of it stands among the data files. A questionnaire has
// a file for each of its numbers, which stand in the text.
func (d Document) file(text string) string {
	switch d.Kind {
	case Policy:
		return "policy/" + d.Name + ".cedar"
	case Questionnaire:
		return fmt.Sprintf("questionnaires/%s-%d.yaml", d.Name, formNumber(text))
	}
	return string(d.Kind) + ".yaml"
}

// formNumber reads the number of a questionnaire's version out of its text; 0
// when it says none.
func formNumber(text string) int {
	n, _ := strconv.Atoi(strings.TrimSpace(strings.TrimPrefix(versionLine.FindString(text), "version:")))
	return n
}

// documentsOf lists what can be kept in versions: what the program brings.
func documentsOf(files fs.FS, c *content.Content) []Document {
	var out []Document
	for _, q := range c.Questionnaires() {
		d := Document{"questionnaire-" + q.Family(), Questionnaire, q.Family()}
		if !slices.Contains(out, d) {
			out = append(out, d)
		}
	}
	for _, k := range []Kind{Clocks, Vocabularies, Services, Rules, Scoring, Letters, ExtraFields} {
		out = append(out, Document{ID: string(k), Kind: k})
	}
	list, _ := fs.Glob(files, "policy/*.cedar")
	for _, file := range list {
		name := strings.TrimSuffix(path.Base(file), ".cedar")
		out = append(out, Document{"policy-" + name, Policy, name})
	}
	return out
}

var (
	idLine      = regexp.MustCompile(`(?m)^id:.*$`)
	versionLine = regexp.MustCompile(`(?m)^version:.*$`)
)

// numbered writes the number of a questionnaire's version into its text: the
// author need not count.
func (d Document) numbered(text string, number int) string {
	if d.Kind != Questionnaire {
		return text
	}
	text = replaceFirst(idLine, text, "id: "+d.Name+"-"+strconv.Itoa(number))
	return replaceFirst(versionLine, text, "version: "+strconv.Itoa(number))
}

func replaceFirst(r *regexp.Regexp, text, with string) string {
	at := r.FindStringIndex(text)
	if at == nil {
		return with + "\n" + text
	}
	return text[:at[0]] + with + text[at[1]:]
}
