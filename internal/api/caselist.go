package api

import (
	"rufaa/internal/caselist"
	"rufaa/internal/policy"
	"rufaa/internal/sheets"
)

// CaseListOrder is an agency's own list with what is to be made of it.
type CaseListOrder struct {
	List    string                               `json:"list" doc:"Name of the list, the same each time; rows are known again by it and their number" maxLength:"60"`
	File    []byte                               `json:"file" doc:"CSV or XLSX, base64"`
	Sheet   string                               `json:"sheet,omitempty" doc:"Of a workbook; empty is the first" maxLength:"100"`
	Columns []caselist.Column                    `json:"columns,omitempty" doc:"What the columns mean, in their order; empty: as the last time, or guessed" maxItems:"200"`
	Dates   string                               `json:"dates" doc:"How dates are written" enum:"dmy,mdy,ymd"`
	Words   map[caselist.Field]map[string]string `json:"words,omitempty" doc:"Field -> word of the list -> term; the empty term leaves the word out"`
	Lenient bool                                 `json:"lenient,omitempty" doc:"Leave out a value that cannot be read, instead of refusing its row"`
	Alike   bool                                 `json:"alike,omitempty" doc:"Take rows as well that look like a case which is here"`
	DryRun  bool                                 `json:"dry_run,omitempty" doc:"Tell what would be done; store nothing"`
}

// CaseListOutcome is what an import did, or would do.
type CaseListOutcome struct {
	caselist.Outcome
	Problems []CaseListProblem           `json:"problems" doc:"Of rows; no value of the file is repeated"`
	Unknown  map[caselist.Field][]string `json:"unknown,omitempty" doc:"Words that are no term yet, for words"`
}

// CaseListProblem is one thing to be told about a row.
type CaseListProblem struct {
	Row     int    `json:"row" doc:"As a spreadsheet counts: its first row is 1"`
	Column  string `json:"column,omitempty"`
	Outcome string `json:"outcome" doc:"refused, held, left_out, warning (the row is taken) or file (it is about all rows)"`
	Problem string `json:"problem"`
	Remedy  string `json:"remedy,omitempty"`
	Case    string `json:"case,omitempty" doc:"Reference of the case that is meant"`
}

// CaseLists are the lists that the agency took in before.
type CaseLists struct {
	Lists []caselist.List `json:"lists"`
}

func (a *api) caseListRoutes() {
	add(a, policy.CaseImport, route{method: "POST", path: "/cases/lists", id: "import-cases", tag: "cases", bytes: maxList,
		optional: []string{"sheet", "columns", "words", "lenient", "alike", "dry_run"},
		summary:  "Take in the agency's own list of cases, or try it; sent twice, nobody comes twice"}, importCases)
	add(a, policy.CaseImport, route{method: "GET", path: "/cases/lists", id: "case-lists", tag: "cases", door: roomDoor,
		summary: "Lists that the agency took in before"}, func(c *call, _ *none) (*CaseLists, error) {
		lists, err := c.office().CaseLists.Lists(c.r.Context(), c.actor)
		return &CaseLists{all(lists)}, err
	})
}

func importCases(c *call, in *CaseListOrder) (*CaseListOutcome, error) {
	o := caselist.Order{List: in.List, Sheet: in.Sheet, Columns: in.Columns, Dates: in.Dates, Words: in.Words, Lenient: in.Lenient, Alike: in.Alike, DryRun: in.DryRun}
	done, err := c.office().CaseLists.Import(c.r.Context(), c.actor, sheets.Bytes("list", in.File), o)
	if err != nil {
		return nil, err
	}
	l := c.texts()
	out := &CaseListOutcome{Outcome: *done, Problems: []CaseListProblem{}, Unknown: done.Unknown}
	for i := range done.Problems {
		p := &done.Problems[i]
		told := CaseListProblem{Row: p.Row, Column: p.Column, Outcome: p.Outcome, Problem: l.T(p.Key, p.Args...), Case: p.Case}
		if l.Has(p.Key + ".remedy") {
			told.Remedy = l.T(p.Key+".remedy", p.Args...)
		}
		out.Problems = append(out.Problems, told)
	}
	return out, nil
}
