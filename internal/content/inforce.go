package content

import (
	"sync/atomic"
	"time"
)

// edition is everything loaded at once. It never changes.
type edition struct {
	conduct        Conduct
	letter         map[string]Letter
	scoring        Scoring
	services       []Service
	agencies       []Agency
	questionnaires []*Questionnaire
	clocks         []Clock
	rules          []Rule

	lists      map[string][]Term // every term, in the order of the file
	current    map[string][]Term // those that may still be chosen
	terms      map[string]map[string]Term
	service    map[string]Service
	serviceNow []Service
	rule       map[string]Rule
	clock      map[string]time.Duration
	quest      map[string]*Questionnaire
	agency     map[string]Agency
	extras     []ExtraField
	extra      map[string][]ExtraField // by agency
	guides     []*Guide                // in the order of their files
}

// Content is the content in force. Whoever holds it is answered from the
// edition that holds at that moment; reading takes no lock.
type Content struct{ now atomic.Pointer[edition] }

// Replace puts the edition of another content in force, at once and whole.
func (c *Content) Replace(with *Content) { c.now.Store(with.now.Load()) }

// Pinned is the edition in force now, kept: for one decision that asks several
// times and must not be answered from two editions.
func (c *Content) Pinned() *Content {
	out := new(Content)
	out.now.Store(c.now.Load())
	return out
}

// Edition stands for the content in force: under two equal editions everything
// is answered alike.
type Edition struct{ of *edition }

// Edition gives the one in force now.
func (c *Content) Edition() Edition { return Edition{c.now.Load()} }

// Same tells whether two contents answer from one edition.
func (c *Content) Same(as *Content) bool { return c.now.Load() == as.now.Load() }

// Conduct is the code of conduct that every user accepts.
func (c *Content) Conduct() Conduct { return c.now.Load().conduct }

// Letter finds one letter to the person herself. One that the program prints is
// always there: Load knows them.
func (c *Content) Letter(id string) Letter { return c.now.Load().letter[id] }

// Scoring is the rule by which signs add up.
func (c *Content) Scoring() Scoring { return c.now.Load().scoring }

// Services gives the categories of help that may be chosen, in their order.
func (c *Content) Services() []Service { return c.now.Load().serviceNow }

// AllServices gives every category, the retired ones too. A category keeps its
// place in this list for good.
func (c *Content) AllServices() []Service { return c.now.Load().services }

// Agencies gives the start agencies.
func (c *Content) Agencies() []Agency { return c.now.Load().agencies }

// Questionnaires gives every version of every form.
func (c *Content) Questionnaires() []*Questionnaire { return c.now.Load().questionnaires }

// Clocks gives every period in the order of the file.
func (c *Content) Clocks() []Clock { return c.now.Load().clocks }

// Rules gives the rules of the domain in the order of the file.
func (c *Content) Rules() []Rule { return c.now.Load().rules }

// Term finds one term of a vocabulary, retired or not: what was recorded with
// it must stay readable.
func (c *Content) Term(list, id string) (Term, bool) {
	t, ok := c.now.Load().terms[list][id]
	return t, ok
}

// Choosable tells whether a term may be chosen now: it is there and not retired.
func (c *Content) Choosable(list, id string) bool {
	t, ok := c.now.Load().terms[list][id]
	return ok && !t.Retired
}

// List gives what may be chosen of a vocabulary, in its order.
func (c *Content) List(list string) []Term { return c.now.Load().current[list] }

// All gives a vocabulary with its retired terms, in the order of the file.
func (c *Content) All(list string) []Term { return c.now.Load().lists[list] }

// Lists gives every vocabulary by its name, with retired terms.
func (c *Content) Lists() map[string][]Term { return c.now.Load().lists }

// Label is the label of a term, or the id where there is none.
func (c *Content) Label(list, id, lang string) string {
	if t, ok := c.now.Load().terms[list][id]; ok {
		return t.In(lang)
	}
	return id
}

// Service finds one category of help, retired or not.
func (c *Content) Service(id string) (Service, bool) {
	s, ok := c.now.Load().service[id]
	return s, ok
}

// Rule finds one rule.
func (c *Content) Rule(id string) (Rule, bool) {
	r, ok := c.now.Load().rule[id]
	return r, ok
}

// Clock gives a period. An unknown clock is a fault of the program, found at
// start by Load, which knows every clock the program asks for.
func (c *Content) Clock(id string) time.Duration {
	d, ok := c.now.Load().clock[id]
	if !ok {
		panic("content: no clock " + id)
	}
	return d
}

// Agency finds one of the start agencies.
func (c *Content) Agency(id string) (Agency, bool) {
	a, ok := c.now.Load().agency[id]
	return a, ok
}
