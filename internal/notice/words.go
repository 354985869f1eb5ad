package notice

import (
	"cmp"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"
)

// message is one message as it leaves, or would.
type message struct {
	ID, Staff, Agency, Channel string
	Subject, Text              string
}

// counted is how many notices of one kind a message tells of.
type counted struct {
	Kind  string `json:"kind"`
	Count int    `json:"n"`
}

// body is what the outbox keeps of a message: kinds and counts, so that its
// words are made when it is sent, in the language of that moment.
type body struct {
	Kinds []counted `json:"kinds,omitempty"`
	At    time.Time `json:"at"`             // of a webhook: when it happened
	Duty  string    `json:"duty,omitempty"` // of a webhook: whom the notice is for, if a duty
}

// write makes the words of a message. Kinds that the data file no longer has
// are left out.
func (n *Notices) write(m message, language string, b body) message {
	lang := n.o.Texts.In(language)
	var lines []string
	kinds := slices.Clone(b.Kinds)
	slices.SortStableFunc(kinds, func(x, y counted) int { return cmp.Compare(n.rank(x.Kind), n.rank(y.Kind)) })
	for _, c := range kinds {
		k := n.Rules.Kind(c.Kind)
		if k == nil {
			continue
		}
		line := k.Label[lang.Code()]
		if c.Count > 1 {
			line += " (" + strconv.Itoa(c.Count) + ")"
		}
		lines = append(lines, line)
	}
	page := ""
	if n.o.Page != nil {
		page = n.o.Page()
	}
	if m.Channel == SMS {
		text := lang.T("notices.message.subject")
		if len(lines) > 0 {
			text = "Rufaa: " + lines[0] + "."
		}
		if len(lines) > 1 {
			text += " " + lang.T("notices.message.more", "n", len(lines)-1)
		}
		m.Text = strings.TrimSpace(text + " " + page)
		return m
	}
	m.Subject = lang.T("notices.message.subject")
	var t strings.Builder
	t.WriteString(lang.T("notices.message.text") + "\n\n")
	for _, l := range lines {
		t.WriteString("- " + l + "\n")
	}
	if page != "" {
		t.WriteString("\n" + lang.T("notices.message.link") + "\n" + page + "\n")
	}
	t.WriteString("\n" + lang.T("notices.message.foot") + "\n")
	m.Text = t.String()
	return m
}

// rank puts what cannot wait first.
func (n *Notices) rank(kind string) int {
	k := n.Rules.Kind(kind)
	if k == nil {
		return len(urgencies)
	}
	return slices.Index(urgencies, k.Urgency)
}

var urgencies = []Urgency{Now, Soon, Calm}

// hookBody is what an agency's system is told: a kind, its urgency, and for
// which duty of the agency. The form is that of Standard Webhooks.
func (n *Notices) hookBody(agency string, b body) ([]byte, error) {
	type data struct {
		Agency  string  `json:"agency"`
		Urgency Urgency `json:"urgency,omitempty"`
		Duty    string  `json:"duty,omitempty"`
	}
	out := struct {
		Type string    `json:"type"`
		At   time.Time `json:"timestamp"`
		Data data      `json:"data"`
	}{Type: "rufaa.test", At: b.At, Data: data{Agency: agency, Duty: b.Duty}}
	if len(b.Kinds) > 0 {
		out.Type = "notice." + b.Kinds[0].Kind
		if k := n.Rules.Kind(b.Kinds[0].Kind); k != nil {
			out.Data.Urgency = k.Urgency
		}
	}
	return json.Marshal(out)
}
