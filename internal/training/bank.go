package training

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Text is one text by language code.
type Text map[string]string

// In is the text in the language, or in English.
func (t Text) In(lang string) string {
	if s := t[lang]; s != "" {
		return s
	}
	return t["en"]
}

// Bank is the questions of one subject. It never changes after Load.
type Bank struct {
	ID        string     `json:"id"`
	Version   string     `json:"version"`
	Digest    string     `json:"digest"` // SHA-256 of the file, hex
	Topics    []Topic    `json:"topics"`
	Questions []Question `json:"questions"`
}

// Topic groups questions.
type Topic struct {
	ID    string `json:"id"`
	Label Text   `json:"label"`
}

// Question is one question with its right answer and why it is right.
type Question struct {
	ID      string   `json:"id"`
	Topic   string   `json:"topic"`
	Source  string   `json:"source"`
	Text    Text     `json:"text"`
	Options []Option `json:"options"`
	Why     Text     `json:"why"`
}

// Option is one answer.
type Option struct {
	ID    string `json:"id"`
	Right bool   `json:"right,omitempty"`
	Text  Text   `json:"text"`
}

// Right is the id of the right option.
func (q *Question) Right() string {
	for _, o := range q.Options {
		if o.Right {
			return o.ID
		}
	}
	return ""
}

// Problem is one thing wrong in a file of questions.
type Problem struct {
	File   string
	Line   int
	What   string
	Remedy string
}

func (p Problem) Error() string {
	return fmt.Sprintf("%s:%d: %s; %s", p.File, p.Line, p.What, p.Remedy)
}

// Problems are all of them.
type Problems []Problem

func (p Problems) Error() string {
	lines := make([]string, len(p))
	for i := range p {
		lines[i] = p[i].Error()
	}
	return "training: " + strings.Join(lines, "\n")
}

// LoadBanks reads every file of questions under training/, by id; what is wrong
// comes as Problems.
func LoadBanks(fsys fs.FS) (map[string]*Bank, error) {
	files, err := fs.Glob(fsys, "training/*.yaml")
	if err != nil {
		return nil, fmt.Errorf("training: %w", err)
	}
	out := map[string]*Bank{}
	for _, file := range files {
		raw, err := fs.ReadFile(fsys, file)
		if err != nil {
			return nil, fmt.Errorf("training: %w", err)
		}
		b, err := ParseBank(path.Base(file), raw)
		if err != nil {
			return nil, err
		}
		out[b.ID] = b
	}
	return out, nil
}

// maxBank bounds a file of questions, in bytes.
const maxBank = 1 << 20

type bankFile struct {
	Format    int        `yaml:"rufaa_training"`
	ID        string     `yaml:"id"`
	Version   string     `yaml:"version"`
	Topics    []Topic    `yaml:"topics"`
	Questions []question `yaml:"questions"`
}

type question struct {
	Question
	line int
}

func (q *question) UnmarshalYAML(n *yaml.Node) error {
	q.line = n.Line
	var known struct {
		ID      string   `yaml:"id"`
		Topic   string   `yaml:"topic"`
		Source  string   `yaml:"source"`
		Text    Text     `yaml:"text"`
		Options []Option `yaml:"options"`
		Why     Text     `yaml:"why"`
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if !slices.Contains([]string{"id", "topic", "source", "text", "options", "why"}, n.Content[i].Value) {
			return fmt.Errorf("line %d: %q is not a field of a question", n.Content[i].Line, n.Content[i].Value)
		}
	}
	if err := n.Decode(&known); err != nil {
		return err
	}
	q.Question = Question(known)
	return nil
}

// ParseBank reads one file of questions; the error is Problems.
func ParseBank(file string, raw []byte) (*Bank, error) {
	if len(raw) > maxBank {
		return nil, Problems{{file, 1, "the file is larger than 1 MiB", "split it"}}
	}
	var f bankFile
	d := yaml.NewDecoder(bytes.NewReader(raw))
	d.KnownFields(true)
	if err := d.Decode(&f); err != nil {
		line := 1
		var n int
		if i := strings.Index(err.Error(), "line "); i >= 0 {
			if _, serr := fmt.Sscanf(err.Error()[i:], "line %d", &n); serr == nil {
				line = n
			}
		}
		return nil, Problems{{file, line, err.Error(), "correct this line; content/training/trafficking.yaml shows the form"}}
	}
	sum := sha256.Sum256(raw)
	b := &Bank{ID: f.ID, Version: f.Version, Digest: hex.EncodeToString(sum[:]), Topics: f.Topics}
	var out Problems
	add := func(line int, what, remedy string) { out = append(out, Problem{file, line, what, remedy}) }
	if f.Format != 1 {
		add(1, "rufaa_training is not 1", "write rufaa_training: 1")
	}
	if f.ID == "" || f.Version == "" || len(f.Topics) == 0 || len(f.Questions) == 0 {
		add(1, "id, version, topics and questions are needed", "add what is missing")
	}
	seen := map[string]bool{}
	for _, q := range f.Questions {
		for _, p := range q.wrong(f.Topics, seen) {
			add(q.line, fmt.Sprintf("question %q: %s", q.ID, p[0]), p[1])
		}
		seen[q.ID] = true
		b.Questions = append(b.Questions, q.Question)
	}
	if len(out) > 0 {
		return nil, out
	}
	return b, nil
}

func complete(t Text) bool { return t["en"] != "" && t["sw"] != "" }

// wrong lists what is wrong with a question, each with its remedy.
func (q *question) wrong(topics []Topic, seen map[string]bool) (out [][2]string) {
	add := func(what, remedy string) { out = append(out, [2]string{what, remedy}) }
	if q.ID == "" || seen[q.ID] {
		add("its id is empty or stands twice", "give it an id of its own")
	}
	if !slices.ContainsFunc(topics, func(t Topic) bool { return t.ID == q.Topic }) {
		add("its topic is not one of the file", "use an id of topics")
	}
	if q.Source == "" {
		add("it has no source", `say where the answer comes from, or "not confirmed"`)
	}
	if !complete(q.Text) || !complete(q.Why) {
		add("text or why lack a language", "write both in en and sw")
	}
	right, ids := 0, map[string]bool{}
	for _, o := range q.Options {
		if o.Right {
			right++
		}
		if o.ID == "" || ids[o.ID] || !complete(o.Text) {
			add(fmt.Sprintf("option %q lacks an id of its own or a language", o.ID), "give each option an id, en and sw")
		}
		ids[o.ID] = true
	}
	if len(q.Options) < 2 || len(q.Options) > 6 || right != 1 {
		add(fmt.Sprintf("it has %d options, %d of them right", len(q.Options), right), "write 2 to 6 options, exactly one with right: true")
	}
	return out
}

// ErrNoBank says that there are no questions of that id.
var ErrNoBank = errors.New("training: no such questions")

// Choose picks n questions for a course, spread over the topics. The same
// course asks the same questions at each sitting, so that sittings compare.
func (b *Bank) Choose(course string, n int) []string {
	byTopic := map[string][]string{}
	for _, q := range b.Questions {
		byTopic[q.Topic] = append(byTopic[q.Topic], q.ID)
	}
	for _, list := range byTopic {
		slices.SortFunc(list, func(x, y string) int { return strings.Compare(mixed(course, x), mixed(course, y)) })
	}
	var out []string
	for row := 0; len(out) < min(n, len(b.Questions)); row++ {
		for _, t := range b.Topics {
			if list := byTopic[t.ID]; row < len(list) && len(out) < n {
				out = append(out, list[row])
			}
		}
	}
	return out
}

// mixed orders things by chance, the same chance each time.
func mixed(a, b string) string {
	sum := sha256.Sum256([]byte(a + "\x00" + b))
	return string(sum[:])
}

// Question finds one by id; nil when there is none.
func (b *Bank) Question(id string) *Question {
	for i := range b.Questions {
		if b.Questions[i].ID == id {
			return &b.Questions[i]
		}
	}
	return nil
}

// Shuffled are a question's options in an order of the reader's own, so that
// the right one is not always the second.
func (q *Question) Shuffled(seat, sitting string) []Option {
	out := slices.Clone(q.Options)
	slices.SortFunc(out, func(a, b Option) int {
		return strings.Compare(mixed(seat+sitting+q.ID, a.ID), mixed(seat+sitting+q.ID, b.ID))
	})
	return out
}
