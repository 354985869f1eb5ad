package ui

import (
	"context"
	"strconv"
	"time"

	"github.com/a-h/templ"
)

// Tag is a state in a word; the tone only supports the word.
type Tag struct {
	Text string
	Tone Tone
}

// Tone is a tag's colour.
type Tone string

const (
	Grey   Tone = ""       // nothing to do, closed
	Teal   Tone = "teal"   // under way
	Green  Tone = "green"  // done, given, accepted
	Amber  Tone = "amber"  // waiting for someone
	Red    Tone = "red"    // danger, overdue, refused
	Violet Tone = "violet" // child, special protection
)

// Step is one task of a TaskList; without Href it cannot be started yet.
type Step struct {
	Name   string
	Hint   string
	Href   string // without Base
	Status Tag
}

func stepID(i int, part string) string { return "step-" + strconv.Itoa(i+1) + part }

// Moment is one entry of a Timeline.
type Moment struct {
	At   time.Time
	What string
	Who  string
	Note string
	Body templ.Component
}

// Date writes a day in the page's language and zone: "24 Nov 2026".
func Date(ctx context.Context, t time.Time) string {
	t = t.In(frameOf(ctx).zone)
	return T(ctx, "ui.time.date", "day", t.Day(), "month", T(ctx, monthKey(t)), "year", strconv.Itoa(t.Year()))
}

// Clock writes a day and time: "24 Nov 2026, 14:05".
func Clock(ctx context.Context, t time.Time) string {
	return Date(ctx, t) + ", " + t.In(frameOf(ctx).zone).Format("15:04")
}

func monthKey(t time.Time) string { return "ui.month." + strconv.Itoa(int(t.Month())) }

// dueSoon is how long before its end a clock is shown in bold.
const dueSoon = 24 * time.Hour

// DueText says how long until due, or since: "due in 3 h", "overdue by 2 days".
// Under two hours it counts minutes, under two days hours, then days, always
// rounded down: never more time than there is, never more delay than there was.
func DueText(ctx context.Context, due, now time.Time) string {
	left := due.Sub(now)
	way := "ui.due.in"
	if left < 0 {
		left, way = -left, "ui.due.over"
	}
	switch {
	case left < time.Minute:
		return T(ctx, way+".now")
	case left < 2*time.Hour:
		return N(ctx, way+".minutes", int(left/time.Minute))
	case left < 48*time.Hour:
		return N(ctx, way+".hours", int(left/time.Hour))
	}
	return N(ctx, way+".days", int(left/(24*time.Hour)))
}

func dueClass(due, now time.Time) string {
	switch left := due.Sub(now); {
	case left < 0:
		return "r-due--overdue"
	case left < dueSoon:
		return "r-due--soon"
	}
	return ""
}
