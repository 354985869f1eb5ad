package api

import (
	"errors"

	"rufaa/internal/directory"
	"rufaa/internal/directory/imports"
	"rufaa/internal/hsds/intake"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
	"rufaa/internal/text"
)

// maxList bounds the body of an import, in bytes: a file of 16 MB in base64.
// Longer lists go in by the page or the command line.
const maxList = 24 << 20

// ListOrder is a list of others with what is to be made of it.
type ListOrder struct {
	Source   string           `json:"source" doc:"Name of the source, the same from one import to the next" maxLength:"60"`
	File     []byte           `json:"file" doc:"HSDS 3.0 or 3.1 (JSON, zipped data package), CSV or XLSX, base64"`
	Sheet    string           `json:"sheet,omitempty" doc:"Of a workbook; empty is the first" maxLength:"100"`
	Mapping  []ListColumn     `json:"mapping,omitempty" doc:"What the columns of a sheet mean, in their order; empty guesses" maxItems:"200"`
	Defaults imports.Defaults `json:"defaults,omitzero"`
	DryRun   bool             `json:"dry_run,omitempty" doc:"Tell what would be done; store nothing"`
}

// ListColumn is one column.
type ListColumn struct {
	Column string `json:"column" maxLength:"1000"`
	Field  string `json:"field,omitempty" doc:"Empty leaves it out" maxLength:"60"`
}

// ListOutcome is what an import did, or would do.
type ListOutcome struct {
	imports.Outcome
	Problems []ListProblem `json:"problems" doc:"Of rows; no value of the file is repeated"`
}

// ListProblem is one thing wrong with a row.
type ListProblem struct {
	Table   string `json:"table,omitempty"`
	Row     int    `json:"row" doc:"As a spreadsheet counts: the header is 1; of JSON the item, from 1"`
	Column  string `json:"column,omitempty"`
	Outcome string `json:"outcome" doc:"refused, left_out or warning"`
	Problem string `json:"problem"`
	Remedy  string `json:"remedy,omitempty"`
}

// SourceView is what a source says beside an entry that people keep.
type SourceView struct {
	Provider  string                 `json:"provider"`
	Name      string                 `json:"name"`
	Source    string                 `json:"source"`
	Digest    string                 `json:"digest" doc:"Send it with the settlement"`
	Profile   []directory.Difference `json:"profile"`
	Locations []string               `json:"locations" doc:"What may be taken: location/ID"`
	Services  []string               `json:"services" doc:"What may be taken: service/ID"`
}

// Sources are the entries with something to settle, and those that look alike.
type Sources struct {
	Told  []SourceView `json:"told"`
	Twins []TwinsView  `json:"twins"`
}

// TwinsView are two entries that may be one provider.
type TwinsView struct {
	Keep        string                 `json:"keep"`
	Drop        string                 `json:"drop"`
	Why         []string               `json:"why" doc:"name, phone or website"`
	Differences []directory.Difference `json:"differences"`
}

// MergeOrder makes the entry of the path and another one.
type MergeOrder struct {
	Drop string   `json:"drop" doc:"The entry that goes" maxLength:"60"`
	Take []string `json:"take,omitempty" doc:"Fields of the profile in which it is right" maxItems:"50"`
}

// ApartOrder says that two entries are two providers.
type ApartOrder struct {
	Other string `json:"other" maxLength:"60"`
}

// LineCode opens a message line; it is told once.
type LineCode struct {
	Code string `json:"code"`
}

// MessageAnswer is the answer to a short message, to be sent back.
type MessageAnswer struct {
	Answer string `json:"answer" doc:"In the language of the message's words, as far as they tell one"`
}

func (a *api) keepingRoutes() {
	add(a, policy.DirectoryImport, route{method: "POST", path: "/providers/imports", id: "import-providers", tag: "directory", bytes: maxList, optional: []string{"sheet", "mapping", "defaults", "dry_run"},
		summary: "Take in a list of others, or try it"}, importList)
	add(a, policy.DirectoryMerge, route{method: "GET", path: "/providers/sources", id: "provider-sources", summary: "Where two sources disagree", tag: "directory", door: roomDoor, query: []query{limit(50)}}, sources)
	add(a, policy.DirectoryEdit, route{method: "POST", path: "/providers", id: "add-provider", summary: "Enter a provider with its places and services", tag: "directory", status: 201, door: roomDoor, ordered: true, optional: []string{"*"}},
		func(c *call, in *directory.Add) (*realm.Receipt, error) {
			rc, err := c.office().Directory.Add(c.r.Context(), c.actor, directory.Order{Key: c.order.Key}, in)
			return c.receipt(rc, err)
		})
	provided[directory.Describe](a, policy.DirectoryEdit, "/profile", "describe-provider", "Replace the profile", "*")
	provided[directory.SetLocation](a, policy.DirectoryEdit, "/locations", "set-provider-location", "Add or replace a place", "*")
	provided[directory.DropLocation](a, policy.DirectoryEdit, "/locations/removal", "drop-provider-location", "Take a place away")
	provided[directory.SetService](a, policy.DirectoryEdit, "/services", "set-provider-service", "Add or replace a service", "*")
	provided[directory.DropService](a, policy.DirectoryEdit, "/services/removal", "drop-provider-service", "Take a service away")
	provided[directory.SetSchedule](a, policy.DirectoryEdit, "/hours", "set-provider-hours", "Set the hours of a service at a place", "*")
	provided[directory.Vet](a, policy.DirectoryVet, "/vetting", "vet-provider", "Record the Secretariat's judgement", "until")
	provided[directory.Close](a, policy.DirectoryEdit, "/closure", "close-provider", "Say that a provider is no more")
	provided[directory.Reopen](a, policy.DirectoryEdit, "/reopening", "reopen-provider", "Say that it is there all the same", "*")
	provided[directory.Settle](a, policy.DirectoryMerge, "/settlement", "settle-provider-source", "Decide between the entry and what a source says", "take")
	provided[directory.Message](a, policy.DirectoryMessage, "/message", "message-provider", "Report by the short message form")
	about := func(path, id, summary string) route {
		return route{method: "POST", path: "/providers/{id}" + path, id: id, summary: summary, tag: "directory", door: roomDoor, ordered: true, optional: []string{"take"}}
	}
	add(a, policy.DirectoryMerge, about("/merging", "merge-providers", "Make two entries one"), func(c *call, in *MergeOrder) (*realm.Receipt, error) {
		rc, err := c.office().Directory.Merge(c.r.Context(), c.actor, c.id("id"), in.Drop, directory.Order{Key: c.order.Key, Expect: c.order.Expect}, in.Take)
		return c.receipt(rc, err)
	})
	apart := about("/apartness", "keep-providers-apart", "Say that two entries are two providers")
	apart.ordered = false // no event: its answer is kept here
	add(a, policy.DirectoryMerge, apart, func(c *call, in *ApartOrder) (*realm.Receipt, error) {
		rc, err := c.office().Directory.KeepBoth(c.r.Context(), c.actor, c.id("id"), in.Other)
		return c.receipt(rc, err)
	})
	add(a, policy.DirectoryLine, route{method: "POST", path: "/providers/{id}/message-line", id: "open-message-line", summary: "Give a provider a new code for its message line; the old one ends", tag: "directory", door: roomDoor, status: 201},
		func(c *call, _ *none) (*LineCode, error) {
			code, err := c.office().Directory.OpenLine(c.r.Context(), c.actor, c.id("id"))
			return &LineCode{code}, err
		})
	add(a, policy.DirectoryLine, route{method: "DELETE", path: "/providers/{id}/message-line", id: "shut-message-line", summary: "End a provider's code", tag: "directory", door: roomDoor},
		func(c *call, _ *none) (none, error) {
			return none{}, c.office().Directory.ShutLine(c.r.Context(), c.actor, c.id("id"))
		})
	add(a, policy.DirectoryMessage, route{method: "POST", path: "/messages", id: "message", tag: "directory", door: openDoor, ordered: true,
		summary: "A short message from a gateway; the bearer token is the provider's code"}, byLine)
}

func importList(c *call, in *ListOrder) (*ListOutcome, error) {
	o := imports.Order{Source: in.Source, Sheet: in.Sheet, Defaults: in.Defaults, DryRun: in.DryRun}
	for _, m := range in.Mapping {
		o.Mapping = append(o.Mapping, intake.Assignment{Column: m.Column, Field: intake.Field(m.Field)})
	}
	done, err := c.office().Lists.Import(c.r.Context(), c.actor, intake.Bytes("list", in.File), o)
	if err != nil {
		return nil, err
	}
	l := c.texts()
	out := &ListOutcome{Outcome: *done, Problems: []ListProblem{}}
	for i := range done.Problems {
		p := &done.Problems[i]
		out.Problems = append(out.Problems, ListProblem{p.Table, p.Row, p.Column, string(p.Outcome), l.T(p.Key, p.Args...), imports.Remedy(l, p)})
	}
	return out, nil
}

// texts are the words of the caller's language.
func (c *call) texts() *text.Lang { return c.office().Texts.In(c.api.language(c, c.r)) }

func sources(c *call, _ *none) (*Sources, error) {
	d := c.office().Directory
	told, err := d.Sources(c.r.Context(), c.actor, "", c.number["limit"])
	if err != nil {
		return nil, err
	}
	twins, err := d.Lookalikes(c.r.Context(), c.actor, c.number["limit"])
	if err != nil {
		return nil, err
	}
	out := &Sources{Told: []SourceView{}, Twins: []TwinsView{}}
	for i := range told {
		s := &told[i]
		v := SourceView{Provider: s.Provider.ID, Name: s.Provider.Name, Source: s.Source, Digest: s.Digest, Profile: all(s.Profile), Locations: []string{}, Services: []string{}}
		for _, x := range s.Locations {
			v.Locations = append(v.Locations, "location/"+x.Told.ID)
		}
		for _, x := range s.Services {
			v.Services = append(v.Services, "service/"+x.Told.ID)
		}
		out.Told = append(out.Told, v)
	}
	for i := range twins {
		x := &twins[i]
		out.Twins = append(out.Twins, TwinsView{x.Keep.ID, x.Drop.ID, all(x.Why), all(x.Differences)})
	}
	return out, nil
}

// byLine answers a gateway. What is wrong with a message is told in words that
// can be sent back; a code that is none says nothing at all.
func byLine(c *call, in *directory.Message) (*MessageAnswer, error) {
	d := c.office().Directory
	_, said, err := d.ByLine(c.r.Context(), c.token, c.order.Key, in.Text)
	if errors.Is(err, problem.ErrNotFound) {
		return nil, errUnauthorised
	}
	if err != nil {
		return nil, err
	}
	l := c.texts()
	if d.Taxonomy.Kiswahili(in.Text) {
		l = c.office().Texts.In("sw")
	}
	return &MessageAnswer{d.Taxonomy.AnswerTo(said, l)}, nil
}
