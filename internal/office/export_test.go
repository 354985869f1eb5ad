package office

import "rufaa/internal/exercise"

// ExercisePeople is what exercises know of the accounts, for a test that stands
// between a move and what follows from it.
func (of *Office) ExercisePeople() exercise.People { return exercisePeople{of} }
