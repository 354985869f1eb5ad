package office

import "testing"

// A limit below what is in use would keep the collector running without an end.
func TestTheMemoryLimitStaysAboveWhatIsInUse(t *testing.T) {
	for _, live := range []int64{0, 1, 10 << 20, 96 << 20, 300 << 20, 4 << 30} {
		if got := memoryLimit(live, false); got < leastMemory || got < live*2 {
			t.Errorf("%d bytes in use: a limit of %d", live, got)
		}
		if got := memoryLimit(live, true); got < calmMemory || got < live*14/10 || got > memoryLimit(live, false) {
			t.Errorf("%d bytes in use, with little to do: a limit of %d", live, got)
		}
	}
}

// A server is busy from the first second with much to do, calm when half a minute
// had little, and gives memory back once each half minute, only while it is calm.
func TestAServerIsBusyAtOnceAndCalmAfterAWhile(t *testing.T) {
	p := pace{quiet: calmAfter}
	var taken uint64 = 500 << 20 // of the start
	p.look(taken)
	if !p.calm() {
		t.Fatal("the start itself was taken for much to do")
	}
	taken += busyTaking + 1
	if p.look(taken); p.calm() || p.givesBack() {
		t.Fatal("a second with much to do is not seen")
	}
	gave := 0
	for second := 1; second <= 3*calmAfter; second++ {
		taken += busyTaking / 10
		p.look(taken)
		if p.calm() != (second >= calmAfter) {
			t.Fatalf("calm after %d seconds: %v", second, p.calm())
		}
		if p.givesBack() {
			gave++
		}
	}
	if gave != 3 {
		t.Errorf("memory was given back %d times in %d seconds", gave, 3*calmAfter)
	}
}
