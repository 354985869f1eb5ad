package api

import (
	"rufaa/internal/exercise"
	"rufaa/internal/policy"
	"rufaa/internal/realm"
	"rufaa/internal/review"
)

func (a *api) reviewRoutes() {
	at := func(method, path, id, summary string, optional ...string) route {
		return route{method: method, path: path, id: id, summary: summary, tag: "exercise", door: roomDoor, ordered: method == "POST", optional: optional}
	}
	add(a, policy.ExerciseNote, at("GET", "/exercise/sheet", "mentor-sheet", "A mentor's or observer's own sheet"), func(c *call, _ *none) (*exercise.Sheet, error) {
		return c.office().Exercises.Sheet(c.r.Context(), c.actor)
	})
	add(a, policy.ExerciseScore, at("POST", "/exercise/marks", "mark-criterion", "Grade a criterion; the last of each mentor and team counts", "team", "note", "tapped"), func(c *call, in *exercise.Mark) (*realm.Receipt, error) {
		rc, err := c.office().Exercises.Mark(c.r.Context(), c.actor, c.order.Key, *in)
		return c.receipt(rc, err)
	})
	add(a, policy.ExerciseNote, at("POST", "/exercise/notes", "note-exercise", "Write a note tied to the moment", "criterion", "team", "tapped"), func(c *call, in *exercise.Note) (*realm.Receipt, error) {
		rc, err := c.office().Exercises.Note(c.r.Context(), c.actor, c.order.Key, *in)
		return c.receipt(rc, err)
	})
	add(a, policy.ExerciseView, at("GET", "/exercise/review", "exercise-review", "The after-action review, once the scenario is revealed"), func(c *call, _ *none) (*review.Report, error) {
		r, err := c.office().Reviews.Review(c.r.Context(), c.actor, "")
		if err != nil {
			return nil, err
		}
		return r.Report, nil
	})
	add(a, policy.ExerciseView, at("GET", "/exercise/review/runs", "exercise-runs", "Runs of one scenario with one set of criteria, side by side"), func(c *call, _ *none) (*review.Compared, error) {
		return c.office().Reviews.Compare(c.r.Context(), c.actor)
	})
	add(a, policy.ExerciseView, at("GET", "/exercise/review/plan", "exercise-plan", "What follows from the review"), func(c *call, _ *none) (*review.Plan, error) {
		return c.office().Reviews.Plan(c.r.Context(), c.actor, "")
	})
	add(a, policy.ExerciseControl, at("POST", "/exercise/review/plan", "plan-improvement", "Put something to improve into the plan, with a team and a day"), func(c *call, in *review.Improve) (*realm.Receipt, error) {
		rc, err := c.office().Reviews.Improve(c.r.Context(), c.actor, c.order.Key, in)
		return c.receipt(rc, err)
	})
	add(a, policy.ExerciseControl, at("POST", "/exercise/review/done", "finish-improvement", "Say that it is done, and how it shows"), func(c *call, in *review.Finish) (*realm.Receipt, error) {
		rc, err := c.office().Reviews.Finish(c.r.Context(), c.actor, c.order.Key, in)
		return c.receipt(rc, err)
	})
}
