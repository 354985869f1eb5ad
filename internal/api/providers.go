package api

import (
	"rufaa/internal/directory"
	"rufaa/internal/policy"
	"rufaa/internal/realm"
)

// ProviderView is one provider with what can be said of it now. Nothing of a
// confidential place but its county is in it.
type ProviderView struct {
	Provider *directory.Provider `json:"provider"`
	Offers   []OfferView         `json:"offers" doc:"Its services at its places, now"`
	Verified directory.Age       `json:"verified_age,omitempty"`
}

// OfferView is one service at one place, now.
type OfferView struct {
	Service  string               `json:"service"`
	Location string               `json:"location,omitempty"`
	Opening  directory.Opening    `json:"opening"`
	Places   []directory.FreeSlot `json:"places"`
}

// Questions are what to ask providers, because nobody knows or it is old.
type Questions struct {
	Questions []directory.Question `json:"questions"`
}

// surely are the ways of a filter to treat what is not known, as callers name
// them: left out, it lets everything through, as on the page.
var surely = []string{"any", "maybe", "surely"}

func surelyOf(way string) directory.Surely {
	if way == surely[0] {
		return directory.Any
	}
	return directory.Surely(way)
}

func (a *api) providerRoutes() {
	find := route{method: "GET", path: "/providers", id: "providers", summary: "Services at places that match", tag: "directory", query: []query{
		{name: "service", doc: "Service category", known: isCategory}, {name: "county", doc: "Vocabulary counties", known: termOf("counties")},
		{name: "language", doc: "Vocabulary languages", known: termOf("languages")},
		{name: "text", doc: "Words in the name or town"}, {name: "open", doc: "Open for newcomers now; maybe leaves out what is surely shut", terms: surely},
		{name: "free", doc: "A place free now; maybe leaves out what is surely full", terms: surely},
		{name: "page", doc: "From 1", number: true, min: 1, max: 1_000_000, preset: 1}, {name: "limit", doc: "Rows on a page", number: true, min: 1, max: 200, preset: 25}}}
	add(a, policy.DirectoryView, find, func(c *call, _ *none) (*directory.Result, error) {
		q := directory.Query{County: c.text["county"], Language: c.text["language"], Text: c.text["text"],
			Open: surelyOf(c.text["open"]), Free: surelyOf(c.text["free"]), Page: c.number["page"], Size: c.number["limit"]}
		if s := c.text["service"]; s != "" {
			q.Services = []string{s}
		}
		return c.office().Directory.Find(c.r.Context(), c.actor, q)
	})
	add(a, policy.DirectoryView, route{method: "GET", path: "/providers/{id}", id: "provider", summary: "One provider", tag: "directory"}, provider)
	add(a, policy.DirectoryView, route{method: "POST", path: "/providers/rank", id: "rank-providers", tag: "directory", optional: []string{"*"},
		summary: "Who can take a person now, by written rules, with the reasons"}, func(c *call, in *directory.Needs) (*directory.Ranking, error) {
		if err := c.office().Directory.Wrong(c.r.Context(), "", in); err != nil {
			return nil, err
		}
		return c.office().Directory.Rank(c.r.Context(), c.actor, *in)
	})
	add(a, policy.DirectoryView, route{method: "GET", path: "/providers/questions", id: "provider-questions", summary: "What to ask providers, the longest unheard first", tag: "directory", query: []query{limit(50)}},
		func(c *call, _ *none) (*Questions, error) {
			list, err := c.office().Directory.ToAsk(c.r.Context(), c.actor, c.number["limit"])
			return &Questions{all(list)}, err
		})
	provided[directory.Confirm](a, policy.DirectoryConfirm, "/confirmation", "confirm-provider", "Still true: one tap", "*")
	provided[directory.ReportCapacity](a, policy.DirectoryReport, "/capacity", "report-capacity", "Two numbers: free now, and in all", "location", "maximum", "blocked", "as_of")
	provided[directory.PlaceHold](a, policy.DirectoryHold, "/holds", "hold-place", "Keep places free for a while", "location", "count", "case", "minutes")
	provided[directory.ReleaseHold](a, policy.DirectoryRelease, "/holds/release", "release-hold", "End a hold")
}

// directoryCommand is a command of the directory as a pointer to its body.
type directoryCommand[T any] interface {
	*T
	directory.Command
}

// provided wires a command on the provider of the path.
func provided[T any, C directoryCommand[T]](a *api, action policy.Action, path, id, summary string, optional ...string) {
	add(a, action, route{method: "POST", path: "/providers/{id}" + path, id: id, summary: summary, tag: "directory", door: roomDoor, ordered: true, optional: optional},
		func(c *call, in *T) (*realm.Receipt, error) {
			rc, err := c.office().Directory.Do(c.r.Context(), c.actor, c.id("id"), directory.Order{Key: c.order.Key, Expect: c.order.Expect}, C(in))
			return c.receipt(rc, err)
		})
}

func provider(c *call, _ *none) (*ProviderView, error) {
	v, err := c.office().Directory.View(c.r.Context(), c.actor, c.id("id"))
	if err != nil {
		return nil, err
	}
	out := &ProviderView{Provider: v.Provider, Offers: []OfferView{}, Verified: v.Verified}
	for i := range v.Offers {
		o := OfferView{Service: v.Offers[i].Service.ID, Opening: v.Offers[i].Opening, Places: all(v.Offers[i].Places)}
		if l := v.Offers[i].Location; l != nil {
			o.Location = l.ID
		}
		out.Offers = append(out.Offers, o)
	}
	return out, nil
}
