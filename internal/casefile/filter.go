package casefile

import (
	"strconv"
	"strings"
	"time"

	"rufaa/internal/content"
	"rufaa/internal/valid"
)

// Filter narrows a list by what its rows show anyway: terms and states, never
// a name or a word that somebody typed. Empty lets everything through.
type Filter struct {
	County   string `json:"county,omitempty" maxLength:"40"`
	Stage    string `json:"stage,omitempty" maxLength:"40"`
	Track    string `json:"track,omitempty" maxLength:"40"`
	Risk     string `json:"risk,omitempty" maxLength:"40"`
	Sex      string `json:"sex,omitempty" maxLength:"40"`
	AgeBand  string `json:"age_band,omitempty" maxLength:"40"`
	Child    bool   `json:"child,omitempty" doc:"Treated as a child"`
	Danger   bool   `json:"danger,omitempty" doc:"An immediate danger that nobody answered"`
	Detained bool   `json:"detained,omitempty" doc:"Behind a lock"`
	Overdue  bool   `json:"overdue,omitempty" doc:"A clock has run out"`
}

// Stages are the stages that a filter can ask for.
var Stages = []Stage{StageAlerted, StageTaken, StageScreened, StageCare, StageReferred, StageFollowUp, StageClosed}

// terms are the columns that are compared with a term, with its vocabulary.
func (f *Filter) terms() []struct{ column, list, value, name string } {
	return []struct{ column, list, value, name string }{
		{"c.county", "counties", f.County, "county"}, {"c.stage", "", f.Stage, "stage"}, {"c.track", "tracks", f.Track, "track"},
		{"c.risk", "risk-levels", f.Risk, "risk"}, {"c.sex", "sexes", f.Sex, "sex"}, {"c.age_band", "age-bands", f.AgeBand, "age_band"},
	}
}

func (f *Filter) check(k *content.Content) error {
	if *f == (Filter{}) {
		return nil
	}
	c := valid.New(time.Time{})
	for _, t := range f.terms() {
		known := func(id string) bool { _, ok := k.Term(t.list, id); return ok }
		if t.list == "" {
			known = func(id string) bool {
				for _, s := range Stages {
					if string(s) == id {
						return true
					}
				}
				return false
			}
		}
		c.Term(t.name, t.value, known, false)
	}
	return c.Err()
}

// narrow gives the conditions and their arguments, numbered from first on. The
// texts are few and fixed, so that each is prepared once.
func (f *Filter) narrow(now time.Time, first int) (string, []any) {
	if *f == (Filter{}) {
		return "", nil
	}
	var b strings.Builder
	var args []any
	add := func(cond string, arg any) {
		b.WriteString(" AND " + cond + "$" + strconv.Itoa(first+len(args)))
		args = append(args, arg)
	}
	for _, t := range f.terms() {
		if t.value != "" {
			add(t.column+" = ", t.value)
		}
	}
	for _, x := range []struct {
		column string
		on     bool
	}{{"c.child", f.Child}, {"c.danger", f.Danger}, {"c.detained", f.Detained}} {
		if x.on {
			add(x.column+" = ", 1)
		}
	}
	if f.Overdue {
		add("c.due_at < ", now.UnixMilli())
	}
	return b.String(), args
}

// Check tells what is wrong with a filter, for rooms that keep one.
func (f *Filter) Check(k *content.Content) error { return f.check(k) }
