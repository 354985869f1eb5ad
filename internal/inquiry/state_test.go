package inquiry

import (
	"testing"
	"time"
)

// Somebody lent to a team is on it to the end of the last day in Nairobi.
func TestAMemberIsOnTheTeamToTheEndOfTheLastDay(t *testing.T) {
	m := Member{Staff: "lent", Ends: "2026-04-01"}
	midnight := time.Date(2026, 4, 1, 21, 0, 0, 0, time.UTC)
	if !m.On(midnight.Add(-time.Second)) || m.On(midnight) {
		t.Error("the membership ends with its last day, and not before")
	}
}
