package office

import "runtime/debug"

// Memory tells the runtime how a server of this program uses memory: most of
// what a request takes is thrown away at once, so that collecting less often
// costs little room; from the soft limit on it collects as often as needed.
// Called once by a program that serves, before it opens a realm.
func Memory() {
	debug.SetGCPercent(400)
	debug.SetMemoryLimit(240 << 20)
}
