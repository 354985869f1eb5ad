package api

import (
	"strconv"
	"time"

	"rufaa/internal/content"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
	"rufaa/internal/rulebook"
)

// DocumentList lists the documents of the rulebook.
type DocumentList struct {
	Documents []DocumentRow `json:"documents"`
}

// DocumentRow is one document with what is in force and what waits.
type DocumentRow struct {
	ID      string       `json:"id"`
	Kind    string       `json:"kind" doc:"questionnaire, clocks, vocabularies, services, rules, scoring or policy"`
	InForce int          `json:"in_force" doc:"Number of the version in force; 0 is what the program brought along"`
	Waits   *VersionView `json:"waits,omitempty" doc:"A draft, or a version approved for later"`
	Trouble string       `json:"trouble,omitempty" doc:"Why the version does not take effect after all"`
}

// DocumentView is one document with its text in force and its history.
type DocumentView struct {
	DocumentRow
	Text     string        `json:"text"`
	Versions []VersionView `json:"versions" doc:"Newest first"`
}

// VersionView is one version.
type VersionView struct {
	Number     int               `json:"number"`
	Standing   string            `json:"standing,omitempty" doc:"draft, scheduled, in_force, replaced or withdrawn"`
	Note       string            `json:"note,omitempty"`
	DraftedBy  *rulebook.By      `json:"drafted_by,omitempty"`
	ApprovedBy *rulebook.By      `json:"approved_by,omitempty"`
	From       *time.Time        `json:"from,omitempty"`
	Summary    *rulebook.Summary `json:"summary,omitempty" doc:"The effect in figures, as it was told to the approver"`
}

// VersionPreview is one version before it holds.
type VersionPreview struct {
	VersionView
	Text     string           `json:"text"`
	Problems []ProblemLine    `json:"problems" doc:"Empty: it may be approved"`
	Diff     string           `json:"diff" doc:"Unified, against the text in force"`
	Effect   *rulebook.Effect `json:"effect,omitempty"`
}

// ProblemLine is one thing wrong with a version.
type ProblemLine struct {
	File   string `json:"file"`
	Line   int    `json:"line" doc:"0: the whole file"`
	What   string `json:"what"`
	Remedy string `json:"remedy"`
}

// ApproveVersion says from when a version holds.
type ApproveVersion struct {
	From time.Time `json:"from,omitzero" doc:"Left out: now"`
}

// RestoreVersion says why a version is to hold again.
type RestoreVersion struct {
	Note string `json:"note" maxLength:"2000"`
}

func (a *api) rulebookRoutes() {
	const at = "/rulebook/{document}"
	rt := func(method, path, id, summary string) route {
		r := route{method: method, path: path, id: id, summary: summary, tag: "rulebook"}
		r.ordered = method == "POST"
		return r
	}
	add(a, policy.RulebookView, rt("GET", "/rulebook", "rulebook", "The data files by which the realm works"), documents)
	add(a, policy.RulebookView, rt("GET", at, "rulebook-document", "One document: its text in force and its versions"), documentOf)
	add(a, policy.RulebookView, rt("GET", at+"/versions/{number}", "rulebook-version", "One version: problems, difference and effect"), versionOf)
	add(a, policy.RulebookDraft, rt("POST", at+"/versions", "draft-version", "Draft a new version; nothing changes until a second person approves it"),
		func(c *call, in *rulebook.Draft) (*realm.Receipt, error) { return c.keep(in) })
	approve := rt("POST", at+"/versions/{number}/approval", "approve-version", "Put a draft of somebody else in force")
	approve.door, approve.optional = roomDoor, []string{"*"} // whose draft it is decides
	add(a, policy.RulebookApprove, approve, func(c *call, in *ApproveVersion) (*realm.Receipt, error) {
		return c.keep(&rulebook.Approve{Number: c.versionNumber(), From: in.From})
	})
	add(a, policy.RulebookDraft, rt("POST", at+"/versions/{number}/withdrawal", "withdraw-version", "End a version that does not hold yet"),
		func(c *call, _ *none) (*realm.Receipt, error) {
			return c.keep(&rulebook.Withdraw{Number: c.versionNumber()})
		})
	add(a, policy.RulebookDraft, rt("POST", at+"/versions/{number}/restoration", "restore-version", "Draft an earlier version again: the way back"),
		func(c *call, in *RestoreVersion) (*realm.Receipt, error) {
			return c.keep(&rulebook.Restore{Number: c.versionNumber(), Note: in.Note})
		})
}

// versionNumber is the {number} of the path; what is none is found nowhere.
func (c *call) versionNumber() int {
	n, err := strconv.Atoi(c.id("number"))
	if err != nil || n < 0 {
		return -1
	}
	return n
}

func (c *call) keep(cmd rulebook.Command) (*realm.Receipt, error) {
	rc, err := c.office().Rulebook.Do(c.r.Context(), c.actor, c.id("document"), rulebook.Order{Key: c.order.Key, Expect: c.order.Expect}, cmd)
	return c.receipt(rc, err)
}

func documents(c *call, _ *none) (*DocumentList, error) {
	rows, err := c.office().Rulebook.List(c.r.Context(), c.actor)
	if err != nil {
		return nil, err
	}
	return &DocumentList{each(rows, documentRow)}, nil
}

func documentRow(r *rulebook.Row) DocumentRow {
	out := DocumentRow{ID: r.Document.ID, Kind: string(r.Document.Kind), Trouble: r.Trouble}
	if r.InForce != nil {
		out.InForce = r.InForce.Number
	}
	if r.Pending != nil {
		v := versionView(&rulebook.Listed{Version: *r.Pending, Standing: r.State})
		out.Waits = &v
	}
	return out
}

func versionView(v *rulebook.Listed) VersionView {
	out := VersionView{Number: v.Number, Standing: string(v.Standing), Note: v.Note, ApprovedBy: v.Approved}
	if v.Number > 0 {
		out.DraftedBy = &v.By
	}
	if v.Approved != nil {
		out.From, out.Summary = &v.From, &v.Summary
	}
	return out
}

func documentOf(c *call, _ *none) (*DocumentView, error) {
	v, err := c.office().Rulebook.View(c.r.Context(), c.actor, c.id("document"))
	if err != nil {
		return nil, err
	}
	c.version = v.Version
	return &DocumentView{DocumentRow: documentRow(&v.Row), Text: v.Text, Versions: each(v.History, versionView)}, nil
}

func versionOf(c *call, _ *none) (*VersionPreview, error) {
	n := c.versionNumber()
	if n < 0 {
		return nil, problem.ErrNotFound
	}
	p, err := c.office().Rulebook.Preview(c.r.Context(), c.actor, c.id("document"), n)
	if err != nil {
		return nil, err
	}
	c.version = p.Stream
	return &VersionPreview{VersionView: versionView(&p.Listed), Text: p.Text, Diff: p.Diff, Effect: p.Effect,
		Problems: each(p.Problems, func(x *content.Problem) ProblemLine { return ProblemLine{x.File, x.Line, x.What, x.Remedy} })}, nil
}
