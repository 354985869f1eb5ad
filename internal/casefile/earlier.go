package casefile

import (
	"slices"
	"strings"

	"rufaa/internal/vault"
)

// Earlier is what was known of a person until somebody put it right: a
// correction keeps its history (Data Protection Act 2019 s.40). It is read where
// the whole compartment is opened, and goes nowhere else: no referral, bundle,
// comparison or export carries what was wrong.
type Earlier struct {
	Person Person `json:"person"`
	By     By     `json:"by"` // who put it right, and when
}

// before ends the labels of what stood there before.
const before = "_before"

// earlierItems are the sealed texts of what stood there before, the newest last.
func (s *State) earlierItems(c vault.Compartment) []Item {
	var out []Item
	for i := range s.Earlier {
		x := &s.Earlier[i]
		var of []Item
		switch c {
		case vault.Identity:
			of = x.Person.identity()
		case vault.Immigration:
			if !x.Person.Nationality.IsZero() {
				it := item("nationality", x.Person.ID, "nationality", c, x.Person.Nationality)
				it.Person = x.Person.ID
				of = []Item{it}
			}
		}
		for _, it := range of {
			it.Label, it.By = it.Label+before, &x.By
			out = append(out, it)
		}
	}
	return out
}

// withoutSame drops what stood there before and stands there still, or again:
// describing somebody writes every field anew.
func withoutSame(items []Item, texts []string) ([]Item, []string) {
	now := map[string]bool{}
	key := func(it *Item, text string) string {
		return it.Person + "\x00" + strings.TrimSuffix(it.Label, before) + "\x00" + text
	}
	for i := range texts {
		if !strings.HasSuffix(items[i].Label, before) {
			now[key(&items[i], texts[i])] = true
		}
	}
	var keptItems []Item
	var keptTexts []string
	for i := range texts {
		if strings.HasSuffix(items[i].Label, before) {
			k := key(&items[i], texts[i])
			if now[k] {
				continue
			}
			now[k] = true
		}
		keptItems, keptTexts = append(keptItems, items[i]), append(keptTexts, texts[i])
	}
	return slices.Clip(keptItems), keptTexts
}
