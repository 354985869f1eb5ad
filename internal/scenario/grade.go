package scenario

// Grade is how well something was performed, after the exercise doctrine of
// HSEEP: without, with some, with major challenges, or unable.
type Grade string

const (
	Performed Grade = "P"
	Some      Grade = "S"
	Major     Grade = "M"
	Unable    Grade = "U"
	NoChance  Grade = "-" // the team had no fair chance; it does not count
)

// Points is the grade's worth, 0 to 3.
func (g Grade) Points() int {
	switch g {
	case Performed:
		return 3
	case Some:
		return 2
	case Major:
		return 1
	}
	return 0
}

// Graded is one criterion with its grade.
type Graded struct {
	Criterion *Criterion
	Grade     Grade
	Breached  bool
}

// Grade grades every criterion from the facts, in the order of the file.
func (s *Script) Grade(f *Facts) []Graded {
	out := make([]Graded, len(s.Criteria))
	for i := range s.Criteria {
		c, g := &s.Criteria[i], s.grades[i]
		got := Graded{Criterion: c, Grade: Unable}
		switch {
		case !g.chance.Holds(f):
			got.Grade = NoChance
		case g.performed.Holds(f):
			got.Grade = Performed
		case g.some != nil && g.some.Holds(f):
			got.Grade = Some
		case g.major != nil && g.major.Holds(f):
			got.Grade = Major
		}
		if g.breach != nil && got.Grade != NoChance && g.breach.Holds(f) {
			got.Breached = true
			if got.Grade.Points() > Major.Points() {
				got.Grade = Major
			}
		}
		out[i] = got
	}
	return out
}

// Score is the weighted share of points, 0 to 1, of what there was a chance
// for; false when there was none for anything.
func Score(graded []Graded) (float64, bool) {
	got, most := 0, 0
	for _, g := range graded {
		if g.Grade != NoChance {
			got += g.Grade.Points() * g.Criterion.Weight
			most += Performed.Points() * g.Criterion.Weight
		}
	}
	if most == 0 {
		return 0, false
	}
	return float64(got) / float64(most), true
}

// ReadByCriterion are the facts that a criterion's conditions read: what its
// grade rests on.
func (s *Script) ReadByCriterion(i int) []Read {
	var out []Read
	seen := map[Read]bool{}
	g := s.grades[i]
	for _, c := range []*Condition{g.chance, g.breach, g.performed, g.some, g.major} {
		if c == nil {
			continue
		}
		for _, r := range c.Reads {
			if !seen[r] {
				seen[r] = true
				out = append(out, r)
			}
		}
	}
	return out
}
