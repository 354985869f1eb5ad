package exhibit

import (
	"slices"
	"strings"

	"rufaa/internal/content"
	"rufaa/internal/problem"
	"rufaa/internal/valid"
)

// Kinds of exhibits that have particulars of their own. The vocabulary
// exhibit-kinds may hold more.
const (
	KindDevice    = "device"
	KindDocument  = "document"
	KindCash      = "cash"
	KindStatement = "statement"
	KindMedical   = "medical-form"
	KindSample    = "biological-sample"
	KindVehicle   = "vehicle"
	KindCSAM      = "csam"
)

// OwnerVictim is the owner whose things go back promptly (Victim Protection
// Act 2014 s.16).
const OwnerVictim = "victim"

// Plain is what is told of an exhibit without words: terms of vocabularies,
// numbers, ids.
type Plain struct {
	Kind       string   `json:"kind"`
	Mark       string   `json:"mark,omitempty"` // on the sketch of the scene
	Packaging  string   `json:"packaging,omitempty"`
	Unsealable bool     `json:"unsealable,omitempty"`
	Hazards    []string `json:"hazards,omitempty"`
	Biological bool     `json:"biological,omitempty"`
	Container  string   `json:"container,omitempty"`
	Vehicle    string   `json:"vehicle,omitempty"`
	Side       string   `json:"side,omitempty"` // whose things: victim, suspect, neither
	Override   string   `json:"override,omitempty"`
	Owner      string   `json:"owner,omitempty"`
	OwnerCase  string   `json:"owner_case,omitempty"`
	Photos     []string `json:"photos,omitempty"`

	Power       string   `json:"power,omitempty"`
	Isolation   string   `json:"isolation,omitempty"`
	PasscodeHow string   `json:"passcode_how,omitempty"`
	PasscodeBy  string   `json:"passcode_by,omitempty"`
	Document    string   `json:"document,omitempty"`
	Amount      int      `json:"amount,omitempty"` // whole units of the currency
	Currency    string   `json:"currency,omitempty"`
	CountedBy   []string `json:"counted_by,omitempty"` // staff
	Language    string   `json:"language,omitempty"`
	Form        string   `json:"form,omitempty"`
	Sample      string   `json:"sample,omitempty"`
	Keeping     string   `json:"keeping,omitempty"`
	Count       int      `json:"count,omitempty"`
	OnExhibit   string   `json:"on_exhibit,omitempty"` // number of the device
}

// Facts is what somebody tells of an exhibit. In a correction what is left
// empty stays as it is.
type Facts struct {
	Kind           string   `json:"kind,omitempty" doc:"Vocabulary exhibit-kinds" maxLength:"40"`
	Description    string   `json:"description,omitempty" doc:"What it is, as it looks; sealed"`
	FoundWhere     string   `json:"found_where,omitempty" doc:"Where it lay; sealed" maxLength:"1000"`
	Mark           string   `json:"mark,omitempty" doc:"Id of the mark on the scene's sketch, plain or on a photo, at which it lay" maxLength:"60"`
	Packaging      string   `json:"packaging,omitempty" doc:"Vocabulary exhibit-packaging" maxLength:"40"`
	Unsealable     string   `json:"unsealable,omitempty" doc:"yes when it cannot be sealed, as a vehicle" enum:"yes,no,"`
	Hazards        []string `json:"hazards,omitempty" doc:"Vocabulary exhibit-hazards" maxItems:"20"`
	Biological     string   `json:"biological,omitempty" doc:"May carry traces of a body" enum:"yes,no,"`
	Container      string   `json:"container,omitempty" doc:"Box or bag that it travels in, as written on it" maxLength:"40"`
	Vehicle        string   `json:"vehicle,omitempty" doc:"Call sign of the vehicle that carries it, as at the scene" maxLength:"40"`
	Side           string   `json:"side,omitempty" doc:"Whose things: vocabulary exhibit-sides" maxLength:"40"`
	OverrideReason string   `json:"override_reason,omitempty" doc:"Why a container or vehicle is shared across sides all the same; sealed at the scene; read by the reviewer"`
	OverrideTold   string   `json:"override_told,omitempty" doc:"Then: staff id of the second person, who is told at once" maxLength:"100"`
	Owner          string   `json:"owner,omitempty" doc:"Vocabulary exhibit-owners" maxLength:"40"`
	OwnerName      string   `json:"owner_name,omitempty" doc:"Sealed" maxLength:"1000"`
	OwnerCase      string   `json:"owner_case,omitempty" doc:"Id of the owner's case, when there is one" maxLength:"60"`
	Photos         []string `json:"photos,omitempty" doc:"Ids of evidence files that show it" maxItems:"50"`

	Make        string `json:"make,omitempty" doc:"device: maker; sealed" maxLength:"300"`
	Model       string `json:"model,omitempty" doc:"device: sealed" maxLength:"300"`
	IMEI        string `json:"imei,omitempty" doc:"device: 15 digits, the last one checked; several parted by commas; sealed" maxLength:"100"`
	Serial      string `json:"serial,omitempty" doc:"device: sealed" maxLength:"300"`
	Power       string `json:"power,omitempty" doc:"device: vocabulary power-states" maxLength:"40"`
	Isolation   string `json:"isolation,omitempty" doc:"device: vocabulary network-isolation" maxLength:"40"`
	Passcode    string `json:"passcode,omitempty" doc:"device: sealed; only with how and by whom it was lawfully obtained" maxLength:"300"`
	PasscodeHow string `json:"passcode_how,omitempty" doc:"device: vocabulary passcode-grounds" maxLength:"40"`
	PasscodeBy  string `json:"passcode_by,omitempty" doc:"device: id of the member of staff who obtained it" maxLength:"100"`

	Document       string   `json:"document,omitempty" doc:"document: vocabulary paper-kinds" maxLength:"40"`
	DocumentNumber string   `json:"document_number,omitempty" doc:"document: sealed" maxLength:"300"`
	Amount         int      `json:"amount,omitempty" doc:"cash: in whole units"`
	Currency       string   `json:"currency,omitempty" doc:"cash: ISO 4217, three letters" maxLength:"3"`
	CountedBy      []string `json:"counted_by,omitempty" doc:"cash: ids of the two members of staff who counted it" maxItems:"4"`
	Language       string   `json:"language,omitempty" doc:"statement: vocabulary languages" maxLength:"40"`
	Form           string   `json:"form,omitempty" doc:"medical-form: vocabulary medical-forms" maxLength:"40"`
	FormNumber     string   `json:"form_number,omitempty" doc:"medical-form: sealed" maxLength:"300"`
	Sample         string   `json:"sample,omitempty" doc:"biological-sample: vocabulary sample-kinds" maxLength:"40"`
	Keeping        string   `json:"keeping,omitempty" doc:"biological-sample: vocabulary sample-keeping" maxLength:"40"`

	Count     int    `json:"count,omitempty" doc:"csam: how many items the forensic tool reports"`
	OnExhibit string `json:"on_exhibit,omitempty" doc:"csam: number of the device or carrier" maxLength:"60"`
	Custodian string `json:"custodian,omitempty" doc:"csam: who keeps the carrier by law; sealed" maxLength:"1000"`
	Tool      string `json:"tool,omitempty" doc:"csam: forensic tool, version and number of its report; sealed" maxLength:"1000"`
	Digests   string `json:"digests,omitempty" doc:"csam: digests from the tool's report, one a line (MD5, SHA-1 or SHA-256 in hexadecimal); sealed"`
}

// sealed gives the texts that are sealed, by the name of their field.
func (f *Facts) sealed() map[string]*string {
	return map[string]*string{
		"description": &f.Description, "found_where": &f.FoundWhere, "owner_name": &f.OwnerName,
		"make": &f.Make, "model": &f.Model, "imei": &f.IMEI, "serial": &f.Serial, "passcode": &f.Passcode,
		"document_number": &f.DocumentNumber, "form_number": &f.FormNumber,
		"custodian": &f.Custodian, "tool": &f.Tool, "digests": &f.Digests,
	}
}

// SealedFields are the names of the texts that are sealed, in the order of a page.
var SealedFields = []string{"description", "found_where", "owner_name", "make", "model", "imei", "serial", "passcode",
	"document_number", "form_number", "custodian", "tool", "digests"}

// maxDigests bounds the digests of one row: what a tool's report of one
// carrier may hold and an event can carry.
const maxDigests = 5000

// check cleans the texts and holds every term to its vocabulary.
func (f *Facts) check(c *valid.Check, k *content.Content) {
	in := func(list string) func(string) bool { return func(id string) bool { return k.Choosable(list, id) } }
	for name, text := range f.sealed() {
		most := valid.MaxText
		switch name {
		case "digests":
			most = maxDigests * 66
		case "make", "model", "serial", "passcode", "document_number", "form_number":
			most = valid.MaxLine
		}
		c.Text(name, text, most, false)
	}
	for name, text := range map[string]*string{"mark": &f.Mark, "container": &f.Container, "vehicle": &f.Vehicle, "override_told": &f.OverrideTold, "owner_case": &f.OwnerCase, "passcode_by": &f.PasscodeBy, "on_exhibit": &f.OnExhibit, "currency": &f.Currency} {
		c.Text(name, text, 100, false)
	}
	for _, t := range []struct{ name, value, list string }{
		{"kind", f.Kind, "exhibit-kinds"}, {"packaging", f.Packaging, "exhibit-packaging"}, {"side", f.Side, "exhibit-sides"}, {"owner", f.Owner, "exhibit-owners"},
		{"power", f.Power, "power-states"}, {"isolation", f.Isolation, "network-isolation"}, {"passcode_how", f.PasscodeHow, "passcode-grounds"},
		{"document", f.Document, "paper-kinds"}, {"language", f.Language, "languages"}, {"form", f.Form, "medical-forms"},
		{"sample", f.Sample, "sample-kinds"}, {"keeping", f.Keeping, "sample-keeping"},
	} {
		c.Term(t.name, t.value, in(t.list), false)
	}
	c.Text("override_reason", &f.OverrideReason, valid.MaxText, false)
	for _, h := range f.Hazards {
		c.Term("hazards", h, in("exhibit-hazards"), true)
	}
	c.Count("photos", len(f.Photos), 50)
	c.Between("amount", f.Amount, 0, 1_000_000_000)
	c.Between("count", f.Count, 0, 100_000_000)
	f.Currency = strings.ToUpper(f.Currency)
	if f.Currency != "" && (len(f.Currency) != 3 || strings.Trim(f.Currency, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "") {
		c.Add("currency", "exhibit.error.currency")
	}
	f.checkNumbers(c)
}

// checkNumbers holds IMEI and digests to their forms, and writes them in one way.
func (f *Facts) checkNumbers(c *valid.Check) {
	if f.IMEI != "" {
		clean, ok := CleanIMEI(f.IMEI)
		if !ok {
			c.Add("imei", "exhibit.error.imei")
		}
		f.IMEI = clean
	}
	if f.Digests != "" {
		list, ok := CleanDigests(f.Digests)
		switch {
		case !ok:
			c.Add("digests", "exhibit.error.digests")
		case len(list) > maxDigests:
			c.Add("digests", "common.error.too_many", "max", maxDigests)
		}
		f.Digests = strings.Join(list, "\n")
	}
}

// onto is the plain part after these facts were told; what is empty stays.
func (f *Facts) onto(p Plain) Plain {
	for _, t := range []struct{ to, from *string }{
		{&p.Kind, &f.Kind}, {&p.Mark, &f.Mark}, {&p.Packaging, &f.Packaging}, {&p.Container, &f.Container}, {&p.Vehicle, &f.Vehicle}, {&p.Side, &f.Side},
		{&p.Owner, &f.Owner}, {&p.OwnerCase, &f.OwnerCase}, {&p.Power, &f.Power}, {&p.Isolation, &f.Isolation},
		{&p.PasscodeHow, &f.PasscodeHow}, {&p.PasscodeBy, &f.PasscodeBy}, {&p.Document, &f.Document}, {&p.Currency, &f.Currency},
		{&p.Language, &f.Language}, {&p.Form, &f.Form}, {&p.Sample, &f.Sample}, {&p.Keeping, &f.Keeping}, {&p.OnExhibit, &f.OnExhibit},
	} {
		if *t.from != "" {
			*t.to = *t.from
		}
	}
	for _, t := range []struct {
		to   *bool
		from string
	}{{&p.Unsealable, f.Unsealable}, {&p.Biological, f.Biological}} {
		if t.from != "" {
			*t.to = t.from == "yes"
		}
	}
	for _, t := range []struct{ to, from *[]string }{{&p.Hazards, &f.Hazards}, {&p.Photos, &f.Photos}, {&p.CountedBy, &f.CountedBy}} {
		if len(*t.from) > 0 {
			*t.to = *t.from
		}
	}
	if f.Amount != 0 {
		p.Amount = f.Amount
	}
	if f.Count != 0 {
		p.Count = f.Count
	}
	return p
}

// rules holds a whole exhibit to the rules of its kind. has tells whether a
// sealed text stands.
//
// Source: Computer Misuse and Cybercrimes Act 2018 s.24 (possession of child
// sexual abuse material); counting by two and a passcode's lawful ground are
// standard practice (not confirmed by a Kenyan text).
func (p *Plain) rules(has func(string) bool) error {
	switch {
	case p.Kind == KindCSAM && len(p.Photos) > 0:
		return problem.Refuse("exhibit.csam-nothing-shown")
	case p.Kind == KindCSAM && (p.Count < 1 || p.OnExhibit == "" || !has("custodian")):
		return problem.Refuse("exhibit.csam-row")
	case p.Kind != KindCSAM && (has("digests") || has("tool") || p.Count > 0):
		return problem.Refuse("exhibit.digests-of-csam-only")
	case p.Kind == KindCash && (p.Amount < 1 || len(distinct(p.CountedBy)) < 2):
		return problem.Refuse("exhibit.cash-counted-by-two")
	case has("passcode") && (p.PasscodeHow == "" || p.PasscodeBy == ""):
		return problem.Refuse("exhibit.passcode-lawful")
	}
	return nil
}

func distinct(list []string) []string {
	out := slices.Clone(list)
	slices.Sort(out)
	return slices.Compact(out)
}
