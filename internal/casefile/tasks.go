package casefile

import (
	"slices"
	"time"

	"rufaa/internal/content"
	"rufaa/internal/ledger"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/valid"
	"rufaa/internal/vault"
)

// Kinds of events of joint work on tasks.
const (
	TaskAdded   = "case.task_added"
	TaskSettled = "case.task_settled"
	TaskGiven   = "case.task_given"
)

// Task is one thing that somebody of the team does by a day. Its kind may
// stand in a list; what exactly is to be done is sealed.
type Task struct {
	Record
	Kind       string       `json:"kind"`  // vocabulary task-kinds
	Staff      string       `json:"staff"` // who does it
	Agency     string       `json:"agency"`
	DueOn      string       `json:"due_on"`
	After      []string     `json:"after,omitempty"` // tasks that come first
	Conference string       `json:"conference,omitempty"`
	State      string       `json:"state"` // open, done, dropped
	Settled    *By          `json:"settled,omitempty"`
	Note       vault.Sealed `json:"note,omitempty"`
}

func (t *Task) texts() []text { return []text{{"task_note", "note", vault.Care, t.Note}} }

// due is the end of the day in East Africa (UTC+3) on which the task is due.
func (t *Task) due() (time.Time, bool) { return endOfDay(t.DueOn) }

// endOfDay is the last moment of a day in East Africa.
func endOfDay(on string) (time.Time, bool) {
	day, err := time.Parse(time.DateOnly, on)
	if err != nil {
		return time.Time{}, false
	}
	return day.Add(21 * time.Hour), true
}

// WaitsFor are the tasks that must be settled before this one.
func (s *State) WaitsFor(t *Task) []string {
	var out []string
	for _, id := range t.After {
		if first := find(s.Tasks, id); first != nil && first.State == "open" {
			out = append(out, id)
		}
	}
	return out
}

// TaskFact is what a task is, in a command of its own or as the decision of a
// case conference.
type TaskFact struct {
	Kind  string   `json:"kind" doc:"Vocabulary task-kinds" maxLength:"40"`
	Staff string   `json:"staff" doc:"Who does it: somebody of the team" maxLength:"60"`
	DueOn string   `json:"due_on" doc:"YYYY-MM-DD" maxLength:"10"`
	After []string `json:"after,omitempty" doc:"Ids of tasks that come first" maxItems:"20"`
	Note  string   `json:"note,omitempty" doc:"What exactly; sealed as care"`
}

func (f *TaskFact) check(c *valid.Check, k *content.Content, at string) {
	c.Term(at+"kind", f.Kind, inList(k, "task-kinds"), true)
	c.Text(at+"staff", &f.Staff, 60, true)
	c.Ahead(at+"due_on", f.DueOn)
	c.Count(at+"after", len(f.After), 20)
	c.Text(at+"note", &f.Note, valid.MaxText, false)
}

func (f *TaskFact) task(s *State, e *env, conference string) (Task, error) {
	m := s.Member(f.Staff)
	if m == nil {
		return Task{}, problem.Refuse("task.on-the-team")
	}
	var after []string
	for _, id := range f.After {
		first := find(s.Tasks, id)
		switch {
		case first == nil:
			return Task{}, problem.ErrNotFound
		case first.State == "open" && f.DueOn < first.DueOn:
			return Task{}, problem.Refuse("task.due-in-order")
		case !slices.Contains(after, id):
			after = append(after, id)
		}
	}
	r := e.record()
	return Task{Record: r, Kind: f.Kind, Staff: f.Staff, Agency: m.Agency, DueOn: f.DueOn, After: after, Conference: conference, State: "open",
		Note: e.text(s, r, "note", vault.Care, f.Note)}, nil
}

// AddTask gives a task to somebody of the team.
type AddTask struct{ TaskFact }

// Action is task.change.
func (*AddTask) Action() policy.Action { return policy.TaskChange }

// Check requires kind, person and day.
func (a *AddTask) Check(c *valid.Check, k *content.Content) { a.check(c, k, "") }

func (a *AddTask) decide(s *State, e *env) ([]ledger.Draft, error) {
	if err := s.open(); err != nil {
		return nil, err
	}
	t, err := a.task(s, e, "")
	if err != nil {
		return nil, err
	}
	return happened(TaskAdded, t)
}

// SettleTask says that a task is done, or no longer wanted.
type SettleTask struct {
	Task  string `json:"task" doc:"Id of the task" maxLength:"60"`
	State string `json:"state" doc:"done or dropped" enum:"done,dropped,"`
}

// taskSettled is the payload of case.task_settled.
type taskSettled struct {
	Task  string `json:"task"`
	State string `json:"state"`
}

// Action is task.change.
func (*SettleTask) Action() policy.Action { return policy.TaskChange }

// Check requires both.
func (x *SettleTask) Check(c *valid.Check, _ *content.Content) {
	c.Text("task", &x.Task, 60, true)
	c.Term("state", x.State, func(s string) bool { return slices.Contains([]string{"done", "dropped"}, s) }, true)
}

func (x *SettleTask) decide(s *State, _ *env) ([]ledger.Draft, error) {
	if err := s.open(); err != nil {
		return nil, err
	}
	t := find(s.Tasks, x.Task)
	switch {
	case t == nil:
		return nil, problem.ErrNotFound
	case t.State != "open":
		return nil, problem.Refuse("case.step-order", "step", "task")
	case x.State == "done" && len(s.WaitsFor(t)) > 0:
		return nil, problem.Refuse("task.first-things-first")
	}
	return happened(TaskSettled, taskSettled{x.Task, x.State})
}

// GiveTask gives an open task to somebody else of the team: whoever had it is on
// leave, or gone.
type GiveTask struct {
	Task  string `json:"task" doc:"Id of the task" maxLength:"60"`
	Staff string `json:"staff" doc:"Who does it from now on: somebody of the team" maxLength:"60"`
}

// taskGiven is the payload of case.task_given.
type taskGiven struct {
	Task   string `json:"task"`
	Staff  string `json:"staff"`
	Agency string `json:"agency"`
}

// Action is task.change.
func (*GiveTask) Action() policy.Action { return policy.TaskChange }

// Check requires both.
func (x *GiveTask) Check(c *valid.Check, _ *content.Content) {
	c.Text("task", &x.Task, 60, true)
	c.Text("staff", &x.Staff, 60, true)
}

func (x *GiveTask) decide(s *State, _ *env) ([]ledger.Draft, error) {
	if err := s.open(); err != nil {
		return nil, err
	}
	t, m := find(s.Tasks, x.Task), s.Member(x.Staff)
	switch {
	case t == nil:
		return nil, problem.ErrNotFound
	case t.State != "open":
		return nil, problem.Refuse("case.step-order", "step", "task")
	case m == nil:
		return nil, problem.Refuse("task.on-the-team")
	case t.Staff == m.Staff:
		return nil, problem.Refuse("case.step-order", "step", "give-task")
	}
	return happened(TaskGiven, taskGiven{t.ID, m.Staff, m.Agency})
}

var taskFolds = map[string]folder{
	TaskGiven: on(func(s *State, p taskGiven, _ By) {
		if t := find(s.Tasks, p.Task); t != nil {
			t.Staff, t.Agency = p.Staff, p.Agency
		}
	}),
	TaskAdded: adds(func(s *State) *[]Task { return &s.Tasks }),
	TaskSettled: on(func(s *State, p taskSettled, by By) {
		if t := find(s.Tasks, p.Task); t != nil {
			t.State, t.Settled = p.State, &by
		}
	}),
}
