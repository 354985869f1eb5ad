package office

import (
	"runtime"
	"runtime/debug"
	"testing"
)

// A limit below what is in use, or cannot be given back, would keep the collector
// running without an end.
func TestTheMemoryLimitStaysAboveWhatIsInUse(t *testing.T) {
	for _, live := range []int64{0, 1, 10 << 20, 96 << 20, 300 << 20, 4 << 30} {
		for _, bound := range []int64{0, 20 << 20, 60 << 20, 500 << 20} {
			u := use{live: live, bound: bound, held: live + bound}
			calm, busy := u.limit(true), u.limit(false)
			if calm < calmMemory || calm < live+bound+roomWhenCalm {
				t.Errorf("%d bytes in use, %d bound, with little to do: a limit of %d", live, bound, calm)
			}
			if busy < leastMemory || busy < live*2 || busy < calm {
				t.Errorf("%d bytes in use, %d bound: a limit of %d", live, bound, busy)
			}
		}
	}
}

// A process that fills its pages by half, as a long start leaves them, and then
// does next to nothing, does next to no collecting under the limit of a calm one.
func TestACalmProcessDoesNotCollectWithoutAnEnd(t *testing.T) {
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(-1))
	kept := make([][]byte, 1<<18)
	for i := range kept {
		kept[i] = make([]byte, 512)
	}
	for i := range kept { // a sixteenth of 128 MB stays, some of it on nearly every page
		if i%16 > 0 {
			kept[i] = nil
		}
	}
	debug.FreeOSMemory()
	for range 3 { // as a program that serves looks each second
		debug.SetMemoryLimit(memoryUse().limit(true))
		runtime.GC()
	}
	before := collections()
	for range 1 << 14 {
		kept[0] = make([]byte, 4096)
	}
	if n := collections() - before; n > 12 {
		t.Errorf("%d collections for 64 MB under a limit of %d, %+v", n, debug.SetMemoryLimit(-1), memoryUse())
	}
	runtime.KeepAlive(kept)
}

func collections() uint32 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.NumGC
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
