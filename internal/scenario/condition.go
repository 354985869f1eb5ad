package scenario

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common"
	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"
)

// costLimit bounds one evaluation, in CEL's own units; a condition of a
// scenario costs a few dozen. What read lets through of the longest condition
// that a file may hold stays below it.
const costLimit = 2000

// Condition is a compiled condition: typed, without loops, bounded in cost.
type Condition struct {
	Source  string
	Reads   []Read
	program cel.Program
	expr    ast.Expr // for the checks, which ask what could be
}

// Read is one thing a condition reads. Do is a word of the vocabulary, or
// "fired" (About is an inject) or "trust" (About is a character).
type Read struct{ Do, About string }

var factsType = cel.OpaqueType("rufaa.facts")

// factsValue hands the fold to the functions of the vocabulary.
type factsValue struct{ *Facts }

func (v factsValue) ConvertToNative(reflectType) (any, error) { return nil, errOpaque }
func (v factsValue) ConvertToType(ref.Type) ref.Val           { return types.NewErr("facts cannot be converted") }
func (v factsValue) Equal(o ref.Val) ref.Val                  { return types.Bool(o == ref.Val(v)) }
func (v factsValue) Type() ref.Type                           { return factsType }
func (v factsValue) Value() any                               { return v.Facts }

// words are the functions of conditions; each takes the facts first, which the
// macro of the same name puts in.
var words = []word{
	{"done", strings2(2), cel.BoolType, func(f *Facts, a []ref.Val) ref.Val { _, ok := f.Done(str(a[0]), str(a[1])); return types.Bool(ok) }},
	{"count", strings2(2), cel.IntType, func(f *Facts, a []ref.Val) ref.Val { return types.Int(f.Count(str(a[0]), str(a[1]))) }},
	{"how_many", []*cel.Type{cel.StringType, cel.ListType(cel.StringType)}, cel.IntType, func(f *Facts, a []ref.Val) ref.Val {
		return types.Int(f.HowMany(str(a[0]), list(a[1])))
	}},
	{"minutes", strings2(3), cel.IntType, func(f *Facts, a []ref.Val) ref.Val {
		return types.Int(f.Minutes(str(a[0]), str(a[1]), str(a[2])))
	}},
	{"longest", []*cel.Type{cel.StringType, cel.StringType, cel.ListType(cel.StringType)}, cel.IntType, func(f *Facts, a []ref.Val) ref.Val {
		worst := 0
		for _, s := range list(a[2]) {
			if _, began := f.Done(str(a[0]), s); began {
				worst = max(worst, f.Minutes(str(a[0]), str(a[1]), s))
			}
		}
		return types.Int(worst)
	}},
	{"before", strings2(3), cel.BoolType, func(f *Facts, a []ref.Val) ref.Val {
		return types.Bool(f.Before(str(a[0]), str(a[1]), str(a[2])))
	}},
	{"fired", strings2(1), cel.BoolType, func(f *Facts, a []ref.Val) ref.Val { return types.Bool(f.Fired(str(a[0]))) }},
	{"trust", strings2(1), cel.IntType, func(f *Facts, a []ref.Val) ref.Val { return types.Int(f.Trust(str(a[0]))) }},
}

func strings2(n int) []*cel.Type { return slices.Repeat([]*cel.Type{cel.StringType}, n) }
func str(v ref.Val) string       { return string(v.(types.String)) }
func list(v ref.Val) []string {
	native, err := v.ConvertToNative(stringsType)
	if err != nil {
		return nil
	}
	return native.([]string)
}

// conditionLanguage is the environment every condition is compiled in: no loops (all
// of CEL's own macros are off), one variable, the functions above.
func conditionLanguage() (*cel.Env, error) {
	options := []cel.EnvOption{cel.ClearMacros(), cel.Variable("facts_", factsType)}
	for _, w := range words {
		options = append(options,
			cel.Macros(cel.GlobalMacro(w.name, len(w.args), func(f cel.MacroExprFactory, _ ast.Expr, args []ast.Expr) (ast.Expr, *common.Error) {
				return f.NewCall(w.name+"_", append([]ast.Expr{f.NewIdent("facts_")}, args...)...), nil
			})),
			cel.Function(w.name+"_", cel.Overload(w.name+"_facts", append([]*cel.Type{factsType}, w.args...), w.result,
				cel.FunctionBinding(func(a ...ref.Val) ref.Val { return w.do(a[0].(factsValue).Facts, a[1:]) }))))
	}
	return cel.NewEnv(options...)
}

// fault is what is wrong with a condition, and where in it (columns from 0).
type fault struct {
	column       int
	text, remedy string
}

// compile makes a condition, nil where that cannot be done at all; names that do
// not exist are found by the checks.
func compile(env *cel.Env, source string) (*Condition, []fault) {
	if i := strings.Index(source, "facts_"); i >= 0 {
		return nil, []fault{{i, "the condition reaches behind the vocabulary", functions}}
	}
	tree, issues := env.Compile(source)
	if issues.Err() != nil {
		return nil, unreadable(issues)
	}
	if tree.OutputType() != cel.BoolType {
		return nil, []fault{{0, fmt.Sprintf("the condition gives %s, not true or false", tree.OutputType()), "compare it with something, e.g. count(...) >= 1"}}
	}
	c := &Condition{Source: source, expr: tree.NativeRep().Expr()}
	faults := c.read(tree.NativeRep())
	program, err := env.Program(tree, cel.CostLimit(costLimit), cel.EvalOptions(cel.OptOptimize))
	if err != nil {
		return nil, append(faults, fault{0, "the condition cannot be used: " + err.Error(), "make it simpler"})
	}
	c.program = program
	if len(faults) == 0 {
		if _, err := c.eval(&Facts{}); err != nil {
			faults = append(faults, fault{0, "the condition fails at the start of play: " + err.Error(), "make it simpler, so that it holds for every state of play"})
		}
	}
	return c, faults
}

const functions = "use done, count, how_many, minutes, longest, before, fired and trust with the right number of texts in quotes"

var loops = regexp.MustCompile(`reference to '(all|exists|exists_one|map|filter)'`)

// unreadable is what is wrong with a condition that does not compile. A loop is
// one fault, not one for every name in it.
func unreadable(issues *cel.Issues) []fault {
	var faults []fault
	for _, e := range issues.Errors() {
		if m := loops.FindStringSubmatch(e.Message); m != nil {
			return []fault{{e.Location.Column(), "the condition loops (" + m[1] + ")", "write the names out: how_many(\"safe\", [\"C1\", \"C2\"]) counts over several"}}
		}
		faults = append(faults, fault{e.Location.Column(), "the condition does not read: " + plain(e.Message), functions})
	}
	return faults
}

// plain takes the inner names out of CEL's message.
func plain(message string) string {
	message = strings.ReplaceAll(message, "rufaa.facts, ", "")
	for _, w := range words {
		message = strings.ReplaceAll(message, w.name+"_", w.name)
	}
	return message
}

type word struct {
	name   string
	args   []*cel.Type
	result *cel.Type
	do     func(f *Facts, a []ref.Val) ref.Val
}

func (c *Condition) eval(f *Facts) (bool, error) {
	out, _, err := c.program.Eval(map[string]any{"facts_": factsValue{f}})
	if err != nil {
		return false, err
	}
	return out == types.True, nil
}

// Holds tells whether the condition is true now; no condition always is. What
// could fail in play is refused at load; in a scenario that a program of before
// took, it is false.
func (c *Condition) Holds(f *Facts) bool {
	if c == nil {
		return true
	}
	ok, err := c.eval(f)
	return err == nil && ok
}

// Why tells what the condition read, for the reason of an unfired branch.
func (c *Condition) Why(f *Facts) string {
	var parts []string
	for _, r := range c.Reads {
		switch r.Do {
		case "fired":
			parts = append(parts, fmt.Sprintf("inject %s fired: %t", r.About, f.Fired(r.About)))
		case "trust":
			parts = append(parts, fmt.Sprintf("trust of %s: %d", r.About, f.Trust(r.About)))
		default:
			said := "not done"
			if at, ok := f.Done(r.Do, r.About); ok {
				said = at.String()
			}
			parts = append(parts, fmt.Sprintf("%s %s: %s", r.Do, r.About, said))
		}
	}
	slices.Sort(parts)
	return strings.Join(slices.Compact(parts), "; ")
}
