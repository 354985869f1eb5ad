package office

import "testing"

// A limit below what is in use would keep the collector running without an end.
func TestTheMemoryLimitStaysAboveWhatIsInUse(t *testing.T) {
	for _, live := range []int64{0, 1, 10 << 20, 96 << 20, 300 << 20, 4 << 30} {
		if got := memoryLimit(live); got < leastMemory || got < live*2 {
			t.Errorf("%d bytes in use: a limit of %d", live, got)
		}
	}
}
