package policy

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/cedar-policy/cedar-go"

	"rufaa/internal/problem"
)

// Principal is who asks, in the duty they act in.
type Principal struct {
	Staff  string
	Agency string
	Duty   string
}

// Resource is what is asked about. A room fills what applies to its thing;
// the rest stays empty and matches nothing.
type Resource struct {
	Kind      string   // "case", "referral", "realm", "staff"
	Holder    string   // agency that answers for the case
	Team      []string // staff on the case's team now
	AlertedBy string   // staff who raised the alert
	Waiting   bool     // no case manager has the case yet
	From, To  string   // agencies of a referral
	Agency    string   // agency of a member of staff
	Staff     string   // the member of staff, for accounts; who broke the glass, for reviews
	OfferedTo string   // agency that is asked to take the whole case over
	Awaits    bool     // work that no second pair of eyes has seen
	KeptAway  []string // staff who must not come near the case
	Panel     []string // members of the case's panel, until it is over or they were recused
	Overseers []string // staff who gave a supervisor's word on the open case, or raised a flag
	Roles     []string // what the asker is in it: duties in an inquiry, roles at a scene
}

// Context is on what ground, for opening a compartment.
type Context struct {
	Compartment string
	Purpose     string
	Basis       string // casefile.Basis…; "" is none
	Glass       bool   // a break-glass of this person runs on the case
}

// Decision is the door's answer; By names the policies that decided.
type Decision struct {
	Allowed bool
	By      []string
}

// Door evaluates the policies in force. It is safe for concurrent use; other
// policies come into force at once and whole, by Replace.
type Door struct {
	now   atomic.Pointer[edition]
	heard atomic.Pointer[func(Principal, Action)]
}

// Listen has fn told of every question that is put to this door from now on,
// before it is answered; nil ends it. Tests hold by it what a page says that it
// asks against what it asks. Fn may be called from several goroutines at once.
func (d *Door) Listen(fn func(Principal, Action)) {
	if fn == nil {
		d.heard.Store(nil)
		return
	}
	d.heard.Store(&fn)
}

// Replace puts the policies of another door in force.
func (d *Door) Replace(with *Door) { d.now.Store(with.now.Load()) }

// Pinned is a door of its own with the policies in force now: what is put in
// force at either later is not at the other.
func (d *Door) Pinned() *Door {
	out := new(Door)
	out.now.Store(d.now.Load())
	return out
}

// edition is a set of policies. It never changes after Load.
type edition struct {
	by   map[Action]cedar.PolicyMap
	text map[Action]string // the policies of an action, to see whether two doors differ
	n    int

	mu      sync.RWMutex
	answers map[answered]Decision
}

// Problem is one thing wrong in one policy file.
type Problem struct {
	File   string
	Line   int // 0 when the whole is meant
	What   string
	Remedy string
}

func (p Problem) Error() string {
	return fmt.Sprintf("%s:%d: %s; %s", p.File, p.Line, p.What, p.Remedy)
}

// Problems lists everything wrong, so that it can be mended in one go.
type Problems []Problem

func (p Problems) Error() string {
	lines := make([]string, len(p))
	for i := range p {
		lines[i] = p[i].Error()
	}
	return "policy: " + strings.Join(lines, "\n")
}

// Load reads every *.cedar file of the folder. Each policy carries an @id of
// its own; what is wrong comes as Problems with file, line and remedy.
func Load(fsys fs.FS, dir string) (*Door, error) {
	files, err := fs.Glob(fsys, dir+"/*.cedar")
	if err != nil {
		return nil, fmt.Errorf("policy: %w", err)
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("policy: no *.cedar file in %s; put the policy files there", dir)
	}
	d := &edition{by: make(map[Action]cedar.PolicyMap), text: map[Action]string{}, answers: make(map[answered]Decision)}
	for _, a := range Actions {
		d.by[a] = cedar.PolicyMap{}
	}
	seen := map[cedar.PolicyID]bool{}
	var problems Problems
	for _, file := range files {
		text, err := fs.ReadFile(fsys, file)
		if err != nil {
			return nil, fmt.Errorf("policy: %w", err)
		}
		list, err := cedar.NewPolicyListFromBytes(file, text)
		if err != nil {
			problems = append(problems, Problem{file, lineOf(err), err.Error(), "correct the Cedar syntax"})
			continue
		}
		for _, p := range list {
			if what, remedy := d.add(p, seen); what != "" {
				problems = append(problems, Problem{file, p.Position().Line, what, remedy})
			}
		}
	}
	for _, a := range Actions {
		if len(d.by[a]) == 0 {
			problems = append(problems, Problem{dir, 0, fmt.Sprintf("no policy speaks of action %q", a), "permit it to somebody or remove it"})
		}
	}
	if len(problems) > 0 {
		return nil, problems
	}
	door := new(Door)
	door.now.Store(d)
	return door, nil
}

var cedarLine = regexp.MustCompile(`:(\d+):\d+`)

// lineOf finds the line in what the Cedar parser says; 0 where it names none.
func lineOf(err error) int {
	if m := cedarLine.FindStringSubmatch(err.Error()); m != nil {
		n, _ := strconv.Atoi(m[1])
		return n
	}
	return 0
}

func (d *edition) add(p *cedar.Policy, seen map[cedar.PolicyID]bool) (what, remedy string) {
	id := cedar.PolicyID(p.Annotations()["id"])
	if id == "" {
		return `a policy without @id("…")`, "give it a name a lawyer would use"
	}
	if seen[id] {
		return fmt.Sprintf("the @id %q stands twice", id), "rename one"
	}
	seen[id] = true
	actions, unknown, err := actionsOf(p)
	if err != nil {
		return err.Error(), "correct the Cedar syntax"
	}
	if unknown != "" {
		return "unknown action " + unknown, "the known ones are in internal/policy/actions.go"
	}
	for _, a := range actions {
		d.by[a][id] = p
		d.text[a] += string(p.MarshalCedar()) + "\n"
	}
	d.n++
	return "", ""
}

// Differ names the actions about which two doors hold different policies.
func (d *Door) Differ(from *Door) []Action {
	var out []Action
	a, b := d.now.Load(), from.now.Load()
	for _, x := range Actions {
		if a.text[x] != b.text[x] {
			out = append(out, x)
		}
	}
	return out
}

// actionsOf reads the scope of a policy, so that a decision evaluates only
// the few policies that could speak of its action.
func actionsOf(p *cedar.Policy) (actions []Action, unknown string, err error) {
	raw, err := p.MarshalJSON()
	if err != nil {
		return nil, "", err
	}
	type entity struct{ Type, ID string }
	var scope struct {
		Action struct {
			Op       string
			Entity   entity
			Entities []entity
		}
	}
	if err := json.Unmarshal(raw, &scope); err != nil {
		return nil, "", err
	}
	var named []entity
	switch scope.Action.Op {
	case "All":
		return Actions, "", nil
	case "==":
		named = []entity{scope.Action.Entity}
	case "in":
		named = scope.Action.Entities
		if len(named) == 0 {
			named = []entity{scope.Action.Entity}
		}
	}
	for _, e := range named {
		if e.Type != "Action" || !slices.Contains(Actions, Action(e.ID)) {
			return nil, fmt.Sprintf("%s::%q", e.Type, e.ID), nil
		}
		actions = append(actions, Action(e.ID))
	}
	return actions, "", nil
}

// Decide answers one request.
func (d *Door) Decide(who Principal, do Action, to Resource, ctx Context) Decision {
	return d.Between(who, to).Decide(do, ctx)
}

// Asker asks several things about one person and one thing; what describes
// them is made once.
type Asker struct {
	door  *edition
	heard *func(Principal, Action)
	in    *entities
	who   Principal
	to    answered // what of the thing a decision can depend on
}

// Between prepares questions about one person and one thing.
func (d *Door) Between(who Principal, to Resource) Asker {
	return Asker{door: d.now.Load(), heard: d.heard.Load(), in: new(entities), who: who, to: answered{
		who: who, kind: to.Kind, holder: to.Holder, alertedBy: to.AlertedBy, waiting: to.Waiting,
		onTeam: who.Staff != "" && slices.Contains(to.Team, who.Staff), from: to.From, to: to.To, agency: to.Agency, staff: to.Staff,
		offeredTo: to.OfferedTo, awaits: to.Awaits, roles: strings.Join(to.Roles, ","),
		keptAway: who.Staff != "" && slices.Contains(to.KeptAway, who.Staff),
		overseen: who.Staff != "" && slices.Contains(to.Overseers, who.Staff),
		onPanel:  who.Staff != "" && slices.Contains(to.Panel, who.Staff),
	}}
}

// Sight is everything about one person and one thing that an answer can depend
// on, the policies in force among it. Under two equal sights every question has
// the same answer.
type Sight struct {
	door *edition
	of   answered
}

// Sight gives what all answers of this asker depend on.
func (a Asker) Sight() Sight { return Sight{a.door, a.to} }

// answered is a whole question: everything that the policies are shown. Two
// equal questions have one answer, because an edition never changes.
type answered struct {
	who                                              Principal
	do                                               Action
	kind, holder, alertedBy, from, to, agency, staff string
	offeredTo, roles                                 string // roles in one string, so that questions compare
	onTeam, waiting, awaits, keptAway, overseen      bool
	onPanel                                          bool
	ctx                                              Context
}

// remembered bounds how many answers are kept; when it is reached all are
// forgotten and asked again.
const remembered = 16384

// describe makes the two entities the first time a policy has to be evaluated.
func (a Asker) describe() {
	if a.in.made {
		return
	}
	*a.in = entities{
		made: true,
		principal: cedar.Entity{
			UID: cedar.NewEntityUID("Staff", cedar.String(a.who.Staff)),
			Attributes: cedar.NewRecord(cedar.RecordMap{
				"staff":  cedar.String(a.who.Staff),
				"agency": cedar.String(a.who.Agency),
				"duty":   cedar.String(a.who.Duty),
			}),
		},
		resource: cedar.Entity{
			UID: cedar.NewEntityUID("Thing", cedar.String(a.to.kind)),
			Attributes: cedar.NewRecord(cedar.RecordMap{
				"kind":       cedar.String(a.to.kind),
				"holder":     cedar.String(a.to.holder),
				"on_team":    cedar.Boolean(a.to.onTeam),
				"alerted_by": cedar.String(a.to.alertedBy),
				"waiting":    cedar.Boolean(a.to.waiting),
				"from":       cedar.String(a.to.from),
				"to":         cedar.String(a.to.to),
				"agency":     cedar.String(a.to.agency),
				"staff":      cedar.String(a.to.staff),
				"offered_to": cedar.String(a.to.offeredTo),
				"awaits":     cedar.Boolean(a.to.awaits),
				"kept_away":  cedar.Boolean(a.to.keptAway),
				"overseen":   cedar.Boolean(a.to.overseen),
				"on_panel":   cedar.Boolean(a.to.onPanel),
				"roles":      set(a.to.roles),
			}),
		},
	}
}

// set gives a list of ids in one string to the policies as a set.
func set(joined string) cedar.Set {
	var out []cedar.Value
	for id := range strings.SplitSeq(joined, ",") {
		if id != "" {
			out = append(out, cedar.String(id))
		}
	}
	return cedar.NewSet(out...)
}

// nothing is the context of most questions.
var nothing = contextRecord(Context{})

func contextRecord(ctx Context) cedar.Record {
	return cedar.NewRecord(cedar.RecordMap{
		"compartment": cedar.String(ctx.Compartment),
		"purpose":     cedar.String(ctx.Purpose),
		"basis":       cedar.String(ctx.Basis),
		"glass":       cedar.Boolean(ctx.Glass),
	})
}

// Decide answers one question.
func (a Asker) Decide(do Action, ctx Context) Decision {
	if a.heard != nil {
		(*a.heard)(a.who, do)
	}
	q := a.to
	q.do, q.ctx = do, ctx
	a.door.mu.RLock()
	dec, known := a.door.answers[q]
	a.door.mu.RUnlock()
	if known {
		return dec
	}
	dec = a.evaluate(do, ctx)
	a.door.mu.Lock()
	if len(a.door.answers) >= remembered {
		clear(a.door.answers)
	}
	a.door.answers[q] = dec
	a.door.mu.Unlock()
	return dec
}

func (a Asker) evaluate(do Action, ctx Context) Decision {
	a.describe()
	record := nothing
	if ctx != (Context{}) {
		record = contextRecord(ctx)
	}
	allowed, why := cedar.Authorize(a.door.by[do], a.in, cedar.Request{
		Principal: a.in.principal.UID,
		Action:    cedar.NewEntityUID("Action", cedar.String(do)),
		Resource:  a.in.resource.UID,
		Context:   record,
	})
	dec := Decision{Allowed: bool(allowed)}
	// A policy that cannot be evaluated must not open a door another one
	// would have shut.
	if len(why.Errors) > 0 {
		dec.Allowed = false
		for _, e := range why.Errors {
			dec.By = append(dec.By, "error in "+string(e.PolicyID)+": "+strings.TrimSpace(e.Message))
		}
		return dec
	}
	for _, r := range why.Reasons {
		dec.By = append(dec.By, string(r.PolicyID))
	}
	return dec
}

// entities serves the two things a request is about, without a map.
type entities struct {
	principal, resource cedar.Entity
	made                bool
}

func (e *entities) Get(uid cedar.EntityUID) (cedar.Entity, bool) {
	switch uid {
	case e.principal.UID:
		return e.principal, true
	case e.resource.UID:
		return e.resource, true
	}
	return cedar.Entity{}, false
}

// Case asks about a case or referral and gives nil, a *problem.Denied when the
// person may know that the thing exists (view), or problem.ErrNotFound.
func (d *Door) Case(who Principal, do, view Action, to Resource, ctx Context) error {
	if d.Decide(who, do, to, ctx).Allowed {
		return nil
	}
	if d.Decide(who, view, to, Context{Glass: ctx.Glass}).Allowed {
		return &problem.Denied{Action: string(do), Rule: "access.duty"}
	}
	return problem.ErrNotFound
}

// Realm asks about something that belongs to the realm as a whole.
func (d *Door) Realm(who Principal, do Action) error {
	if d.Decide(who, do, Resource{Kind: "realm"}, Context{}).Allowed {
		return nil
	}
	return &problem.Denied{Action: string(do), Rule: "access.duty"}
}
