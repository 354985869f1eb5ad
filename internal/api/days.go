package api

import (
	"time"

	"rufaa/internal/casefile"
	"rufaa/internal/diary"
	"rufaa/internal/kept"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/text"
)

// DayEntries are somebody's own days.
type DayEntries struct {
	Entries []diary.Entry `json:"entries"`
}

// FeedSecret is the address of one's calendar, told once.
type FeedSecret struct {
	Path string `json:"path" doc:"Path of the feed on this server; whoever has it can read it"`
}

// KeptLists are filters and searches.
type KeptLists struct {
	Lists []kept.List `json:"lists"`
}

// KeptID names what was kept.
type KeptID struct {
	ID string `json:"id"`
}

// daysMost is how many days one call may ask for.
const daysMost = 366

func (a *api) dayRoutes() {
	own := func(method, path, id, summary string) route {
		return route{method: method, path: path, id: id, summary: summary, tag: "days"}
	}
	days := own("GET", "/calendar", "calendar", "One's own days: tasks, clocks, conferences, bookings of cases whose team one is on; by reference")
	days.query = []query{{name: "from", doc: "YYYY-MM-DD in East Africa; today when empty"}, {name: "days", doc: "How many days", number: true, min: 1, max: daysMost, preset: 7},
		{name: "overdue", doc: "Also what ran out before", terms: []string{"no", "yes"}}}
	add(a, policy.CalendarView, days, listDays)
	add(a, policy.CalendarView, own("GET", "/calendar/feed", "calendar-feed", "Whether one has a secret calendar address, and since when"), func(c *call, _ *none) (*diary.Feed, error) {
		return c.office().Diary.Feed(c.r.Context(), c.actor)
	})
	add(a, policy.CalendarView, own("POST", "/calendar/feed", "new-calendar-feed", "Make a secret calendar address (iCalendar); one that was there ends"), func(c *call, _ *none) (*FeedSecret, error) {
		secret, err := c.office().Diary.NewFeed(c.r.Context(), c.actor)
		return &FeedSecret{c.api.base + "/calendar/feeds/" + secret + ".ics"}, err
	})
	add(a, policy.CalendarView, own("DELETE", "/calendar/feed", "end-calendar-feed", "Revoke the secret calendar address"), func(c *call, _ *none) (none, error) {
		return none{}, c.office().Diary.EndFeed(c.r.Context(), c.actor)
	})
	a.keptRoutes()
}

func listDays(c *call, _ *none) (*DayEntries, error) {
	n := c.office().Now().In(text.Nairobi)
	from := time.Date(n.Year(), n.Month(), n.Day(), 0, 0, 0, 0, text.Nairobi)
	if s := c.text["from"]; s != "" {
		day, err := time.ParseInLocation(time.DateOnly, s, text.Nairobi)
		if err != nil {
			return nil, &problem.Invalid{Fields: []problem.Field{{Name: "from", Key: "common.error.date"}}}
		}
		from = day
	}
	list, err := c.office().Diary.Entries(c.r.Context(), c.actor, from, from.AddDate(0, 0, c.number["days"]), c.text["overdue"] == "yes")
	return &DayEntries{all(list)}, err
}

func (a *api) keptRoutes() {
	at := func(method, path, id, summary string, status int) route {
		return route{method: method, path: "/lists" + path, id: id, summary: summary, tag: "days", status: status}
	}
	add(a, policy.ListKeep, at("GET", "", "kept-lists", "Filters and searches that one keeps, and filters that colleagues share", 0), func(c *call, _ *none) (*KeptLists, error) {
		list, err := c.office().Kept.Lists(c.r.Context(), c.actor)
		return &KeptLists{all(list)}, err
	})
	add(a, policy.ListKeep, at("POST", "/filters", "keep-filter", "Keep a filter over a worklist", 201), func(c *call, in *kept.NewFilter) (*KeptID, error) {
		id, err := c.office().Kept.Keep(c.r.Context(), c.actor, in)
		return &KeptID{id}, err
	})
	add(a, policy.ListKeep, at("POST", "/searches", "keep-search", "Keep a search; its words are sealed", 201), func(c *call, in *casefile.Query) (*KeptID, error) {
		id, err := c.office().Kept.KeepSearch(c.r.Context(), c.actor, in)
		return &KeptID{id}, err
	})
	add(a, policy.ListKeep, at("POST", "/{id}/search", "run-kept-search", "Run a search that one keeps", 0), func(c *call, _ *none) (*Hits, error) {
		hits, err := c.office().Kept.Search(c.r.Context(), c.actor, c.id("id"))
		return &Hits{all(hits)}, err
	})
	add(a, policy.ListKeep, at("GET", "/{id}/cases", "kept-filter-cases", "The cases that a kept filter lets through, the most urgent first", 0), func(c *call, _ *none) (*CaseList, error) {
		k, err := c.office().Kept.Get(c.r.Context(), c.actor, c.id("id"))
		if err == nil && k.Kind != kept.KindFilter {
			err = problem.ErrNotFound
		}
		if err != nil {
			return nil, err
		}
		p, err := c.office().Cases.Filtered(c.r.Context(), c.actor, casefile.List(k.List), k.Filter, "", 100)
		if err != nil {
			return nil, err
		}
		return &CaseList{Cases: all(p.Rows), Total: p.Total, Next: p.Next}, nil
	})
	add(a, policy.ListKeep, at("DELETE", "/{id}", "drop-kept-list", "Forget one of one's own", 0), func(c *call, _ *none) (none, error) {
		return none{}, c.office().Kept.Drop(c.r.Context(), c.actor, c.id("id"))
	})
}
