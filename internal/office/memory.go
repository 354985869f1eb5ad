package office

import (
	"runtime/debug"
	"runtime/metrics"
	"time"
)

const (
	// leastMemory is what a busy server may always use, in bytes: a small realm
	// needs a quarter of it. With half as much, sixteen readers at once keep
	// the collector busier than themselves.
	leastMemory = 96 << 20
	// calmMemory is the same for a server with little to do, where collecting
	// costs nothing that anybody feels.
	calmMemory = 40 << 20
	// startMemory holds until the first look: a start should not wait for the
	// collector while it reads a country's names.
	startMemory = 240 << 20
	// roomWhenBusy is how many times what is in use the process may hold, in
	// tenths, before it collects as often as needed.
	roomWhenBusy = 25
	// roomWhenCalm is how much a calm server may take at least between two
	// collections, in bytes.
	roomWhenCalm = 8 << 20
	// busyTaking is how much a busy server takes in a second, in bytes: some
	// hundred pages. One upload takes a tenth.
	busyTaking = 32 << 20
	// startTakes is when what a start took is given back.
	startTakes = 5 * time.Second
	// calmAfter is how many seconds with little to do make a server calm, and
	// how long one that is calm waits before it gives memory back again.
	calmAfter = 30
	// leavesCode is how many seconds a calm server keeps pages of its own code
	// that it may not need again. They come back in a millisecond; kept, they
	// are a quarter of what it holds.
	leavesCode = 5
)

// Memory tells the runtime how a server of this program uses memory, for as
// long as the process lives: most of what a request takes is thrown away at
// once, so that collecting less often costs little room; from a soft limit on
// it collects as often as needed. The limit follows what is in use, because a
// fixed one below that would have the collector run without an end, and how much
// there is to do. Called once by a program that serves, before it opens a realm.
func Memory() {
	debug.SetGCPercent(400)
	debug.SetMemoryLimit(startMemory)
	go func() {
		time.Sleep(startTakes)
		debug.FreeOSMemory() // a start takes much, and a server that is idle after it would not collect
		leaveCode()
		for p := (pace{quiet: calmAfter}); ; time.Sleep(time.Second) {
			u := memoryUse()
			p.look(u.taken)
			limit := u.limit(p.calm())
			debug.SetMemoryLimit(limit)
			if u.held > limit && p.givesBack() {
				debug.FreeOSMemory()
			}
			if p.calm() && p.quiet%leavesCode == 0 {
				leaveCode()
			}
		}
	}()
}

// pace is how much a server has had to do, from looks a second apart.
type pace struct {
	taken uint64 // bytes since the start of the process, at the last look
	quiet int    // seconds since there was much to do
}

func (p *pace) look(taken uint64) {
	if p.taken > 0 && taken-p.taken > busyTaking {
		p.quiet = 0
	} else {
		p.quiet++
	}
	p.taken = taken
}

func (p *pace) calm() bool { return p.quiet >= calmAfter }

// givesBack tells whether this is a second to give memory back in, as many
// sign-ins at once leave it; not every one is, because it costs a collection.
func (p *pace) givesBack() bool { return p.quiet%calmAfter == 0 && p.calm() }

// use is what a process does with memory, its own code left out; in bytes.
type use struct {
	live  int64  // found in use by the last collection
	bound int64  // held beside what is in use and cannot be given back: half-full pages, stacks, the runtime's own
	held  int64  // in all
	taken uint64 // since the process began
}

func memoryUse() use {
	samples := []metrics.Sample{{Name: "/gc/heap/live:bytes"}, {Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"},
		{Name: "/memory/classes/heap/objects:bytes"}, {Name: "/memory/classes/heap/free:bytes"}, {Name: "/gc/heap/allocs:bytes"}}
	metrics.Read(samples)
	n := func(i int) int64 { return int64(samples[i].Value.Uint64()) }
	held := n(1) - n(2)
	return use{live: n(0), bound: held - n(3) - n(4), held: held, taken: samples[5].Value.Uint64()}
}

// limit is the soft limit, in bytes. It always leaves room above what cannot be
// given back: below that the collector would run without an end.
func (u use) limit(calm bool) int64 {
	least := max(calmMemory, u.live+u.bound+max(roomWhenCalm, u.live/4))
	if calm {
		return least
	}
	return max(leastMemory, u.live*roomWhenBusy/10, least)
}
