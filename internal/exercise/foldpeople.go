package exercise

import (
	"slices"

	"rufaa/internal/ledger"
)

// applyPerson folds who takes part, in which team, and who was there.
func (s *State) applyPerson(e ledger.Event) error {
	switch e.Kind {
	case Joined:
		return read(e, s.join)
	case Moved:
		return read(e, func(p MovedEvent) {
			if i := s.at(p.Staff); i >= 0 {
				s.Members[i].Team = p.To
			}
		})
	case Left:
		return read(e, func(p LeftEvent) {
			if i := s.at(p.Staff); i >= 0 {
				s.Gone = append(s.Gone, s.Members[i])
				s.Members = slices.Delete(s.Members, i, i+1)
			}
		})
	case Described:
		return read(e, func(p DescribedEvent) {
			if s.Told == nil {
				s.Told = map[string]Particulars{}
			}
			s.Told[p.Staff] = p.Particulars
		})
	}
	return read(e, s.attend)
}

// at is where somebody stands among the members; -1 when nowhere.
func (s *State) at(staff string) int {
	return slices.IndexFunc(s.Members, func(m Member) bool { return m.Staff == staff })
}

func (s *State) join(p JoinedEvent) {
	s.Gone = slices.DeleteFunc(s.Gone, func(m Member) bool { return m.Staff == p.Staff })
	if i := s.at(p.Staff); i >= 0 {
		s.Members[i] = Member(p)
		return
	}
	s.Members = append(s.Members, Member(p))
}

func (s *State) attend(p AttendedEvent) {
	days := slices.DeleteFunc(s.There[p.Staff], func(d int) bool { return d == p.Day })
	if p.There {
		days = append(days, p.Day)
		slices.Sort(days)
	}
	if s.There == nil {
		s.There = map[string][]int{}
	}
	s.There[p.Staff] = days
}

// everJoined finds somebody who takes part or did.
func (s *State) everJoined(staff string) (Member, bool) {
	if m, ok := s.Member(staff); ok {
		return m, true
	}
	for _, m := range s.Gone {
		if m.Staff == staff {
			return m, true
		}
	}
	return Member{}, false
}
