package directory

import (
	"time"

	"rufaa/internal/text"
)

// Say tells a reason in a language: vocabulary ids by their labels, moments by
// how long ago they are.
func (t *Taxonomy) Say(r Reason, l *text.Lang, now time.Time) string {
	args := make([]any, len(r.Args))
	copy(args, r.Args)
	for i := 0; i+1 < len(args); i += 2 {
		switch v := args[i+1].(type) {
		case time.Time:
			args[i+1] = l.Ago(v, now)
		case string:
			args[i+1] = t.named(args[i], v, l.Code())
		}
	}
	return l.T(r.Key, args...)
}

func (t *Taxonomy) named(name any, id, lang string) string {
	switch name {
	case "unit", "group":
		return t.Label(name.(string)+"s", id, lang)
	case "county":
		return t.content.Label("counties", id, lang)
	case "language":
		return t.content.Label("languages", id, lang)
	}
	return id
}
