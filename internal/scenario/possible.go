package scenario

import (
	"slices"

	"cel.dev/cel-go/common/ast"
	"cel.dev/cel-go/common/types"
)

// span is what a part of a condition can be: the smallest and the largest
// number; true is 1 and false is 0.
type span struct{ lo, hi float64 }

func (a span) or(b span) span { return span{min(a.lo, b.lo), max(a.hi, b.hi)} }

var (
	no     = span{0, 0}
	yes    = span{1, 1}
	either = span{0, 1}
)

// outlook asks what a condition could be, before anybody plays.
type outlook struct {
	s   *Scenario
	can func(Read) bool // whether anything brings a fact about
	is  map[Read]bool   // facts taken as there or not there, in this case
}

// mostCases bounds how many facts are tried there and not there: 256 cases. A
// condition that reads more is taken as one whose every fact may be either.
const mostCases = 8

// cases looks at a condition in every case of its facts being there or not, until
// stop says that it has seen enough.
func (o outlook) cases(c *Condition, stop func(span) bool) {
	var open []Read
	for _, r := range c.Reads {
		if r.Do != "trust" && o.can(r) && !slices.Contains(open, r) {
			open = append(open, r)
		}
	}
	if len(open) > mostCases {
		stop(o.of(c.expr))
		return
	}
	for n := range 1 << len(open) {
		o.is = map[Read]bool{}
		for i, r := range open {
			o.is[r] = n>>i&1 == 1
		}
		if stop(o.of(c.expr)) {
			return
		}
	}
}

// may tells whether a condition can ever be true; no condition always is.
func (o outlook) may(c *Condition) (may bool) {
	if c == nil {
		return true
	}
	o.cases(c, func(x span) bool { may = may || x.hi > 0; return may })
	return may
}

// must tells whether a condition is true whatever happens.
func (o outlook) must(c *Condition) bool {
	always := c != nil
	if always {
		o.cases(c, func(x span) bool { always = always && x.lo > 0; return !always })
	}
	return always
}

func (o outlook) there(do, about string) span {
	r := Read{do, about}
	if is, settled := o.is[r]; settled {
		return map[bool]span{true: yes, false: no}[is]
	}
	if o.can(r) {
		return either
	}
	return no
}

// trust is how far somebody's can go: kindness counts once, harm each time.
func (o outlook) trust(id string) span {
	var out span
	for _, c := range o.s.Characters {
		if c.ID == id {
			out = span{float64(c.Trust), float64(c.Trust)}
		}
	}
	for _, step := range o.s.Trust {
		if step > 0 {
			out.hi += float64(step)
		} else if step < 0 {
			out.lo = -Never
		}
	}
	return out
}

func (o outlook) of(e ast.Expr) span {
	if e.Kind() == ast.LiteralKind {
		switch v := e.AsLiteral().(type) {
		case types.Bool:
			return map[bool]span{true: yes, false: no}[bool(v)]
		case types.Int:
			return span{float64(v), float64(v)}
		case types.Double:
			return span{float64(v), float64(v)}
		}
	}
	call := e.AsCall()
	if w, ok := wordOf(call.FunctionName()); ok {
		given, _ := texts(call.Args()[1:])
		return o.word(w.name, given)
	}
	var a []span
	for _, x := range call.Args() {
		a = append(a, o.of(x))
	}
	return operate(call.FunctionName(), a)
}

func (o outlook) word(name string, a [][]string) span {
	switch name {
	case "fired":
		return o.there("fired", a[0][0])
	case "trust":
		return o.trust(a[0][0])
	case "done":
		return o.there(a[0][0], a[1][0])
	case "count":
		x := o.there(a[0][0], a[1][0])
		return span{x.lo, x.hi * Never}
	case "how_many":
		var sum span
		for _, about := range a[1] {
			x := o.there(a[0][0], about)
			sum = span{sum.lo + x.lo, sum.hi + x.hi}
		}
		return sum
	case "before":
		x, y := o.there(a[0][0], a[2][0]), o.there(a[1][0], a[2][0])
		return span{x.lo * (1 - y.hi), x.hi}
	case "minutes":
		return o.between(a[0][0], a[1][0], a[2][0])
	}
	var worst span // longest
	for _, about := range a[2] {
		x := o.there(a[0][0], about)
		y := o.between(a[0][0], a[1][0], about)
		if x.lo == 1 {
			worst.lo = max(worst.lo, y.lo)
		}
		if x.hi == 1 {
			worst.hi = max(worst.hi, y.hi)
		}
	}
	return worst
}

// between is how long from one fact to another: any time of play, or never.
func (o outlook) between(a, b, about string) span {
	x, y := o.there(a, about), o.there(b, about)
	length := float64(o.s.Ends() - o.s.Begins())
	out := span{-length, length}
	if a == b {
		out = no
	}
	switch {
	case x.hi == 0 || y.hi == 0:
		return span{Never, Never}
	case x.lo == 1 && y.lo == 1:
		return out
	}
	return out.or(span{Never, Never})
}

func operate(name string, a []span) span {
	test := func(never, always bool) span {
		switch {
		case never:
			return no
		case always:
			return yes
		}
		return either
	}
	switch name {
	case "!_":
		return span{1 - a[0].hi, 1 - a[0].lo}
	case "-_":
		return span{-a[0].hi, -a[0].lo}
	case "_?_:_":
		switch a[0] {
		case yes:
			return a[1]
		case no:
			return a[2]
		}
		return a[1].or(a[2])
	}
	x, y := a[0], a[1]
	switch name {
	case "_&&_":
		return span{x.lo * y.lo, x.hi * y.hi}
	case "_||_":
		return span{max(x.lo, y.lo), max(x.hi, y.hi)}
	case "_==_":
		return test(x.hi < y.lo || y.hi < x.lo, x.lo == x.hi && x == y)
	case "_!=_":
		return operate("!_", []span{operate("_==_", a)})
	case "_<_":
		return test(x.lo >= y.hi, x.hi < y.lo)
	case "_<=_":
		return test(x.lo > y.hi, x.hi <= y.lo)
	case "_>_":
		return operate("_<_", []span{y, x})
	case "_>=_":
		return operate("_<=_", []span{y, x})
	case "_+_":
		return span{x.lo + y.lo, x.hi + y.hi}
	case "_-_":
		return span{x.lo - y.hi, x.hi - y.lo}
	case "_*_":
		p := []float64{x.lo * y.lo, x.lo * y.hi, x.hi * y.lo, x.hi * y.hi}
		return span{slices.Min(p), slices.Max(p)}
	case "_/_": // whole numbers are cut towards 0
		p := []float64{x.lo / y.lo, x.hi / y.lo}
		return span{slices.Min(p) - 1, slices.Max(p) + 1}
	}
	return span{-max(y.hi, -y.lo), max(y.hi, -y.lo)} // _%_
}
