package web

import (
	"testing"

	"rufaa/internal/casefile"
)

// The form of a second pair of eyes is offered for the work of others alone: of
// one's own it could only be refused, in whichever duty.
func TestNobodyIsAskedToApproveTheOwnWork(t *testing.T) {
	rq := &request{}
	rq.who.Staff, rq.who.Duty = "wanjiru", "supervisor"
	of := func(staff ...string) *casefile.Frame {
		c := &casefile.Frame{State: &casefile.State{}}
		for _, s := range staff {
			c.Awaits = append(c.Awaits, casefile.Awaiting{What: casefile.ApproveSafety, By: casefile.By{Staff: s}})
		}
		return c
	}
	for want, c := range map[bool]*casefile.Frame{false: of("wanjiru"), true: of("wanjiru", "kamau")} {
		if got := rq.fits("approve", c); got != want {
			t.Errorf("asked %v, want %v: %+v", got, want, c.Awaits)
		}
	}
}
