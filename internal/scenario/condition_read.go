package scenario

import (
	"math"
	"slices"

	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/types"
)

// operators are those of CEL that a condition may use. None of them fails, as long
// as numbers stay small and no divisor is 0; indexing, conversions and texts do.
var operators = []string{"_&&_", "_||_", "!_", "_?_:_", "_==_", "_!=_", "_<_", "_<=_", "_>_", "_>=_", "_+_", "_-_", "-_", "_*_", "_/_", "_%_"}

// tooLarge is near where whole numbers of 64 bits overflow.
const tooLarge = 1 << 62

// read collects what the condition reads and refuses what could fail in play:
// whatever is neither a number nor true or false, divisors that may be zero,
// numbers that may overflow, and names that are not written out.
func (c *Condition) read(tree *ast.AST) []fault {
	var faults []fault
	refuse := func(e ast.Expr, text, remedy string) {
		faults = append(faults, fault{max(0, tree.SourceInfo().GetStartLocation(e.ID()).Column()), text, remedy})
	}
	var size func(e ast.Expr) float64 // the largest number that a part can be, either way
	size = func(e ast.Expr) float64 {
		if k := tree.GetType(e.ID()).Kind(); k != types.BoolKind && k != types.IntKind && k != types.DoubleKind {
			refuse(e, "the condition works with something other than numbers, true and false", "use only facts of the vocabulary")
			return 0
		}
		switch e.Kind() {
		case ast.LiteralKind:
			return literal(e)
		case ast.CallKind:
		default:
			refuse(e, "the condition uses something that is no fact", functions)
			return 0
		}
		name, args := e.AsCall().FunctionName(), e.AsCall().Args()
		if w, ok := wordOf(name); ok {
			reads, ok := readsOf(w.name, args[1:])
			if !ok {
				refuse(e, "a name in "+w.name+"() is not written out", "write every name as a text in quotes, so that it can be checked")
			}
			c.Reads = append(c.Reads, reads...)
			return Never
		}
		if !slices.Contains(operators, name) {
			refuse(e, "the condition uses "+name, functions)
			return 0
		}
		if (name == "_/_" || name == "_%_") && (args[1].Kind() != ast.LiteralKind || literal(args[1]) == 0) {
			refuse(e, "the condition divides by something that can be zero", "divide by a number that is written out and is not 0, or multiply the other side instead")
			return 0
		}
		most := 0.0
		for i, a := range args {
			switch n := size(a); {
			case i == 1 && name == "_*_":
				most *= n
			case i == 1 && (name == "_/_" || name == "_%_"):
			case name == "_+_" || name == "_-_":
				most += n
			default:
				most = max(most, n)
			}
		}
		if most >= tooLarge {
			refuse(e, "the numbers of the condition can grow too large", "multiply and add less: a fact that is missing counts 1073741824 minutes")
			return 0
		}
		return most
	}
	size(tree.Expr())
	return faults
}

// literal is how large a number is that is written out.
func literal(e ast.Expr) float64 {
	switch v := e.AsLiteral().(type) {
	case types.Int:
		return math.Abs(float64(v))
	case types.Double:
		return math.Abs(float64(v))
	}
	return 0
}

// wordOf finds the function of the vocabulary behind the name that its macro gives.
func wordOf(name string) (word, bool) {
	i := slices.IndexFunc(words, func(w word) bool { return w.name+"_" == name })
	if i < 0 {
		return word{}, false
	}
	return words[i], true
}

func readsOf(name string, args []ast.Expr) ([]Read, bool) {
	given, ok := texts(args)
	if !ok {
		return nil, false
	}
	if name == "fired" || name == "trust" {
		return []Read{{name, given[0][0]}}, true
	}
	var reads []Read
	for _, does := range given[:len(given)-1] {
		for _, about := range given[len(given)-1] {
			reads = append(reads, Read{does[0], about})
		}
	}
	return reads, true
}

// texts are arguments that are written out, each a list; a text is a list of one.
func texts(args []ast.Expr) (given [][]string, ok bool) {
	for _, a := range args {
		switch a.Kind() {
		case ast.LiteralKind:
			given = append(given, []string{str(a.AsLiteral())})
		case ast.ListKind:
			l := []string{}
			for _, e := range a.AsList().Elements() {
				if e.Kind() != ast.LiteralKind {
					return nil, false
				}
				l = append(l, str(e.AsLiteral()))
			}
			given = append(given, l)
		default:
			return nil, false
		}
	}
	return given, true
}
