package api

import (
	"context"

	"rufaa/internal/casefile"
	"rufaa/internal/family"
	"rufaa/internal/likeness"
	"rufaa/internal/policy"
	"rufaa/internal/realm"
)

// LikenessRows are pairs that may be one person, for one side of each.
type LikenessRows struct {
	Likenesses []likeness.View `json:"likenesses"`
}

// LinkRows are the linked cases of a case.
type LinkRows struct {
	Links []likeness.Link `json:"links"`
}

// KnownRows are cases that may be about the person of an alert.
type KnownRows struct {
	Cases []casefile.Hit `json:"cases"`
}

// FamilyRows is the family of a case, as far as the caller may see it.
type FamilyRows struct {
	Members []family.Shown `json:"members"`
}

func (a *api) likenessRoutes() {
	known := route{method: "POST", path: "/alerts/known", id: "known-persons", tag: "cases", optional: []string{"*"},
		summary: "Before an alert: cases within reach that may be about the same person; never refuses"}
	add(a, policy.AlertCreate, known, func(c *call, in *casefile.PersonFacts) (*KnownRows, error) {
		hits, err := c.office().Cases.Known(c.r.Context(), c.actor, *in)
		return &KnownRows{all(hits)}, err
	})
	add(a, policy.LikenessList, route{method: "GET", path: "/likenesses", id: "likenesses", tag: "likenesses",
		summary: "Own cases whose person another agency may know"}, func(c *call, _ *none) (*LikenessRows, error) {
		list, err := c.office().Likenesses.List(c.r.Context(), c.actor)
		return &LikenessRows{all(list)}, err
	})
	one := route{method: "GET", path: "/likenesses/{id}", id: "likeness", summary: "One of them, as the own side may see it", tag: "likenesses", door: likenessDoor}
	add(a, policy.LikenessView, one, func(c *call, _ *none) (*likeness.View, error) {
		return c.office().Likenesses.View(c.r.Context(), c.actor, c.id("id"))
	})
	compare := route{method: "POST", path: "/likenesses/{id}/comparison", id: "compare-likeness", tag: "likenesses", door: likenessDoor,
		summary: "Open the agreed fields of both; recorded in both cases"}
	add(a, policy.LikenessCompare, compare, func(c *call, _ *none) (*likeness.Comparison, error) {
		return c.office().Likenesses.Compare(c.r.Context(), c.actor, c.id("id"))
	})
	alike(a, policy.LikenessAnswer, "/agreement", "agree-likeness", "Agree to compare, on a ground", (*likeness.Likenesses).Agree,
		"given_by", "how", "language", "interpreting", "interpreter", "reason")
	alike(a, policy.LikenessAnswer, "/refusal", "refuse-likeness", "Do not compare, or no longer", (*likeness.Likenesses).Refuse)
	alike(a, policy.LikenessJudge, "/verdict", "judge-likeness", "The same person, or not", (*likeness.Likenesses).Judge)
	alike(a, policy.LikenessUnlink, "/unlinking", "unlink-likeness", "Undo the link", (*likeness.Likenesses).Unlink)
	alike(a, policy.LikenessUnlink, "/asking", "ask-likeness-again", "Take back that the own side undid the link; both are asked anew", (*likeness.Likenesses).AskAgain, "*")
	links := route{method: "GET", path: "/cases/{id}/links", id: "case-links", summary: "Linked cases of other agencies", tag: "likenesses", door: caseDoor}
	add(a, policy.LinkView, links, func(c *call, _ *none) (*LinkRows, error) {
		list, err := c.office().Likenesses.LinksOf(c.r.Context(), c.actor, c.id("id"))
		return &LinkRows{all(list)}, err
	})
}

// alike wires one step of the likeness of the path. Its answer carries no
// version: how many steps there were would tell of the other side.
func alike[T any](a *api, action policy.Action, path, id, summary string, do func(*likeness.Likenesses, context.Context, realm.Actor, string, string, *T) (realm.Receipt, error), optional ...string) {
	rt := route{method: "POST", path: "/likenesses/{id}" + path, id: id, summary: summary, tag: "likenesses", door: likenessDoor, ordered: true, optional: optional}
	add(a, action, rt, func(c *call, in *T) (*realm.Receipt, error) {
		rc, err := do(c.office().Likenesses, c.r.Context(), c.actor, c.id("id"), c.order.Key, in)
		return c.receipt(rc, err)
	})
}

func (a *api) familyRoutes() {
	read := route{method: "GET", path: "/cases/{id}/family", id: "family", summary: "Who belongs together with the person, as far as the caller may see", tag: "cases", door: caseDoor}
	add(a, policy.FamilyView, read, func(c *call, _ *none) (*FamilyRows, error) {
		members, err := c.office().Families.Members(c.r.Context(), c.actor, c.id("id"))
		return &FamilyRows{all(members)}, err
	})
	add(a, policy.FamilyChange, on("/family", "join-family", "Join two cases of one agency whose persons belong together"), func(c *call, in *family.Join) (*realm.Receipt, error) {
		rc, err := c.office().Families.Join(c.r.Context(), c.actor, c.id("id"), c.order.Key, in)
		return c.receipt(rc, err)
	})
	add(a, policy.FamilyChange, on("/family/leave", "leave-family", "Take the case out of its family", "*"), func(c *call, _ *none) (*realm.Receipt, error) {
		rc, err := c.office().Families.Leave(c.r.Context(), c.actor, c.id("id"), c.order.Key)
		return c.receipt(rc, err)
	})
}
