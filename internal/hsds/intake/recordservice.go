package intake

import (
	"strings"
	"time"

	"rufaa/internal/hsds"
)

// service makes the service of a row.
func (c *cells) service(k keys, name string) hsds.Service {
	s := hsds.Service{ID: c.ids.Keep("service", k.service), Name: name, Description: c.text(ServiceDescription),
		Status: c.status(), URL: c.web(ServiceURL), Email: c.email(ServiceEmail), EligibilityDescription: c.text(Eligibility),
		FeesDescription: c.text(Fees), ApplicationProcess: c.text(Application), Alert: c.text(Alert), AssuredDate: c.date(Assured),
		MinimumAge: c.number(MinimumAge, "number"), MaximumAge: c.number(MaximumAge, "number")}
	if !ages(s.MinimumAge, s.MaximumAge) {
		c.bad(MinimumAge, "age")
	}
	c.phonesOf(&s)
	c.termsOf(&s)
	c.hoursOf(&s)
	c.capacityOf(&s)
	for _, l := range c.by[Languages].list {
		s.Languages = append(s.Languages, hsds.Language{ID: c.ids.Of("language", s.ID+" "+folded(l)), Name: l})
	}
	for _, a := range c.by[Areas].list {
		s.ServiceAreas = append(s.ServiceAreas, c.area(s.ID, a))
	}
	for _, d := range c.by[Documents].list {
		s.RequiredDocuments = append(s.RequiredDocuments, hsds.RequiredDocument{ID: c.ids.Of("required_document", s.ID+" "+folded(d)), Document: d})
	}
	return s
}

// states are the words of the standard and what people write.
var states = map[string]string{
	"": hsds.Active, "active": hsds.Active, "open": hsds.Active, "inatumika": hsds.Active, "inactive": hsds.Inactive, "closed": hsds.Inactive,
	"imefungwa": hsds.Inactive, "defunct": hsds.Defunct, "temporarily closed": hsds.TemporarilyClosed, "imefungwa kwa muda": hsds.TemporarilyClosed,
}

func (c *cells) status() string {
	s, ok := states[folded(c.text(ServiceStatus))]
	if !ok {
		c.bad(ServiceStatus, "status")
	}
	return s
}

func (c *cells) phonesOf(s *hsds.Service) {
	for _, part := range c.by[Phones].list {
		for raw := range strings.FieldsFuncSeq(part, func(r rune) bool { return r == ',' || r == '/' }) {
			number, ok := phoneNumber(raw, c.Country)
			if !ok {
				c.bad(Phones, "phone")
				return
			}
			p := hsds.Phone{ID: c.ids.Of("phone", s.ID+" "+number), Number: number}
			if !containsPhone(s.Phones, number) {
				s.Phones = append(s.Phones, p)
			}
		}
	}
}

func containsPhone(list []hsds.Phone, number string) bool {
	for i := range list {
		if list[i].Number == number {
			return true
		}
	}
	return false
}

// termsOf links the terms by code or name. Without a known set the words stay
// as a label, for a person to sort.
func (c *cells) termsOf(s *hsds.Service) {
	for n, word := range c.by[ServiceTerms].list {
		a := hsds.Attribute{ID: c.ids.Of("attribute", s.ID+" "+folded(word)), Label: word}
		if c.Terms != nil {
			t := c.Terms.Find(word)
			if t == nil {
				c.bad(ServiceTerms, "term", "n", n+1)
				continue
			}
			a = hsds.Attribute{ID: c.ids.Of("attribute", s.ID+" "+t.ID), TaxonomyTermID: t.ID}
		}
		s.Attributes = append(s.Attributes, a)
	}
}

// hoursOf reads opening hours; what it cannot read stays as a text, which is
// "not known" to whoever asks whether it is open.
func (c *cells) hoursOf(s *hsds.Service) {
	text := c.text(Hours)
	if text == "" {
		return
	}
	list, ok := openings(text)
	if !ok {
		s.Schedules = []hsds.Schedule{{ID: c.ids.Of("schedule", s.ID), Description: text}}
		return
	}
	for _, o := range list {
		s.Schedules = append(s.Schedules, hsds.Schedule{ID: c.ids.Of("schedule", s.ID+" "+o.days+" "+o.from+" "+o.to),
			Freq: "WEEKLY", ByDay: o.days, OpensAt: o.from, ClosesAt: o.to, Timezone: hsds.Number(3)})
	}
	for _, f := range overlapping("", s.Schedules) {
		f.column = c.by[Hours].column
		c.findings = append(c.findings, f)
	}
}

// capacityOf makes a capacity only where somebody says how many are free and
// when that was: a number without its time is not known, see the profile.
func (c *cells) capacityOf(s *hsds.Service) {
	free, most := c.number(Available, "number"), c.number(Maximum, "number")
	if free == nil && most == nil {
		return
	}
	for f, n := range map[Field]*float64{Available: free, Maximum: most} {
		if n != nil && (*n < 0 || *n != float64(int64(*n))) {
			c.bad(f, "number")
			return
		}
	}
	updated, ok := someDate(c.text(CapacityAt))
	if free == nil || !ok {
		column := c.by[Available].column
		if column == "" {
			column = c.by[Maximum].column
		}
		c.findings = append(c.findings, found(column, "capacity_when").as(LeftOut))
		return
	}
	unit := c.text(UnitName)
	if unit == "" {
		unit = "bed"
	}
	s.Capacities = []hsds.Capacity{{ID: c.ids.Of("service_capacity", s.ID+" "+folded(unit)), Available: free, Maximum: most,
		Updated: updated.UTC().Format(time.RFC3339), Unit: &hsds.Unit{ID: c.ids.Of("unit", folded(unit)), Name: unit}}}
}
