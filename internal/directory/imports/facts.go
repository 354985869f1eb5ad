package imports

import (
	"math"
	"slices"
	"strings"
	"time"

	"rufaa/internal/directory"
	"rufaa/internal/hsds"
)

func (x *translation) reports(t *directory.Telling, service *directory.Service, s *hsds.Service) {
	for i := range s.Capacities {
		c := &s.Capacities[i]
		at, err := time.Parse(time.RFC3339, c.Updated)
		unit := ""
		if c.Unit != nil {
			unit = x.units[folded(c.Unit.Name)]
		}
		free, sound := whole(c.Available)
		if err != nil || unit == "" || !sound {
			x.leave("capacity", "capacity_unclear")
			continue
		}
		group, ok := x.groups[folded(c.Description)]
		if !ok {
			group = groupOf(&service.Eligibility)
		}
		r := directory.ToldCapacity{Service: service.ID, Unit: unit, Group: group, Available: free, AsOf: at.UTC()}
		if most, ok := whole(c.Maximum); ok {
			r.Maximum = &most
		}
		t.Reports = append(t.Reports, r)
	}
}

// groupOf is whom a service's places are for, where the source does not say.
func groupOf(e *directory.Eligibility) string {
	switch {
	case e.Female == directory.Yes && e.Male == directory.No:
		return "women"
	case e.Male == directory.Yes && e.Female == directory.No:
		return "men"
	}
	return "anyone"
}

// whole is a count of places, or none.
func whole(n *float64) (int, bool) {
	if n == nil || *n != math.Trunc(*n) || *n < 0 || *n > 5000 {
		return 0, false
	}
	return int(*n), true
}

func (x *translation) eligibility(s *hsds.Service) directory.Eligibility {
	e := directory.Eligibility{Note: english(s.EligibilityDescription)}
	for from, into := range map[*float64]**int{s.MinimumAge: &e.MinAge, s.MaximumAge: &e.MaxAge} {
		if from != nil && *from >= 0 && *from <= 120 {
			n := int(*from)
			*into = &n
		}
	}
	yes, no := directory.Yes, directory.No
	set := map[string]func(){
		"sex-any":              func() { e.Female, e.Male = yes, yes },
		"sex-female":           func() { e.Female, e.Male = yes, no },
		"sex-male":             func() { e.Female, e.Male = no, yes },
		"children-with-mother": func() { e.WithMother = yes },
		"pregnancy":            func() { e.Pregnancy = yes },
		"court-order-needed":   func() { e.CourtOrder = yes }, "court-order-not-needed": func() { e.CourtOrder = no },
		"exploitation-any": func() { e.AnyExploitation = yes }, "origin-any": func() { e.AnyNationality = yes },
	}
	for i := range s.Attributes {
		for code, say := range set {
			if s.Attributes[i].TermID() == hsds.ProfileTermID(code) {
				say()
			}
		}
	}
	return e
}

var days = []string{"mo", "tu", "we", "th", "fr", "sa", "su"}

// hours takes what recurs weekly and has times. A rule that it does not
// understand makes all of it not known: half of the hours would be wrong hours.
func (x *translation) hours(list []hsds.Schedule) (out directory.Hours) {
	for i := range list {
		s := &list[i]
		if s.OpensAt == "" || s.ClosesAt == "" || s.Freq != "" && s.Freq != "WEEKLY" || s.Interval != nil && *s.Interval > 1 || s.ByMonthDay != "" || s.ByWeekNo != "" {
			x.leave("hours", "hours_unclear")
			return directory.Hours{}
		}
		p := directory.Piece{Opens: minute(s.OpensAt), Closes: minute(s.ClosesAt), From: s.ValidFrom, Until: s.ValidTo}
		if p.Closes == "23:59" {
			p.Closes = "24:00"
		}
		for d := range strings.SplitSeq(strings.ToLower(s.ByDay), ",") {
			if d = strings.TrimSpace(d); slices.Contains(days, d) && !slices.Contains(p.Days, d) {
				p.Days = append(p.Days, d)
			}
		}
		if len(p.Days) == 7 {
			p.Days = nil
		}
		kind := ""
		for k := range s.Attributes {
			for _, code := range []string{hsds.HoursIntake, hsds.HoursPhone} {
				if s.Attributes[k].TermID() == hsds.ProfileTermID(code) {
					kind = code
				}
			}
		}
		switch kind {
		case hsds.HoursIntake:
			out.Intake = append(out.Intake, p)
		case hsds.HoursPhone: // when somebody answers, not when the door is open
		default:
			out.Open = append(out.Open, p)
		}
	}
	return out
}

// minute cuts seconds from a time of day.
func minute(s string) string {
	if len(s) > 5 {
		return s[:5]
	}
	return s
}
