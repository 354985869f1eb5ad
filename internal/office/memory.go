package office

import (
	"runtime/debug"
	"runtime/metrics"
	"time"
)

const (
	// leastMemory is what a server may always use, in bytes: a small realm
	// needs a quarter of it. With half as much, sixteen readers at once keep
	// the collector busier than themselves.
	leastMemory = 96 << 20
	// startMemory holds until the first look: a start should not wait for the
	// collector while it reads a country's names.
	startMemory = 240 << 20
	// roomToCollect is how many times what is in use the process may hold, in
	// tenths, before it collects as often as needed.
	roomToCollect = 25
	// memoryLooks is how often what is in use is looked at.
	memoryLooks = 5 * time.Second
)

// Memory tells the runtime how a server of this program uses memory, for as
// long as the process lives: most of what a request takes is thrown away at
// once, so that collecting less often costs little room; from a soft limit on
// it collects as often as needed. The limit follows what is in use, because a
// fixed one below that would have the collector run without an end. Called once
// by a program that serves, before it opens a realm.
func Memory() {
	debug.SetGCPercent(400)
	debug.SetMemoryLimit(startMemory)
	go func() {
		time.Sleep(memoryLooks)
		debug.FreeOSMemory() // a start takes much, and a server that is idle after it would not collect
		leaveCode()
		for {
			live, held := memoryUse()
			limit := memoryLimit(live)
			debug.SetMemoryLimit(limit)
			if held > limit { // as many sign-ins at once leave it
				debug.FreeOSMemory()
			}
			time.Sleep(memoryLooks)
		}
	}()
}

// memoryUse tells what the last collection found in use and what the process
// holds, its own code left out; in bytes.
func memoryUse() (live, held int64) {
	samples := []metrics.Sample{{Name: "/gc/heap/live:bytes"}, {Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	metrics.Read(samples)
	return int64(samples[0].Value.Uint64()), int64(samples[1].Value.Uint64() - samples[2].Value.Uint64())
}

// memoryLimit is the soft limit, in bytes, for so many bytes in use.
func memoryLimit(live int64) int64 { return max(leastMemory, live*roomToCollect/10) }
