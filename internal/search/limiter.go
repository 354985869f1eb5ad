package search

import (
	"sync"
	"time"
)

// The probes that work explains; more is somebody trying names.
const (
	DefaultProbes = 60
	DefaultWindow = 10 * time.Minute
)

// Limiter counts the probes of each person over a sliding window, in memory:
// a restart forgives, the record of searches does not.
type Limiter struct {
	mu     sync.Mutex
	most   int
	window time.Duration
	by     map[string][]time.Time // within the window, the oldest first
	swept  time.Time
}

// NewLimiter allows most probes within window; zero values take the defaults.
func NewLimiter(most int, window time.Duration) *Limiter {
	if most <= 0 {
		most = DefaultProbes
	}
	if window <= 0 {
		window = DefaultWindow
	}
	return &Limiter{most: most, window: window, by: make(map[string][]time.Time)}
}

// Allow counts a probe by the actor at the moment. When it is one too many it
// is not counted, and wait tells when the next is allowed.
func (l *Limiter) Allow(actor string, now time.Time) (wait time.Duration, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.sweep(now)
	recent := l.recent(l.by[actor], now)
	if len(recent) >= l.most {
		l.by[actor] = recent
		return recent[len(recent)-l.most].Add(l.window).Sub(now), false
	}
	l.by[actor] = append(recent, now)
	return 0, true
}

func (l *Limiter) recent(times []time.Time, now time.Time) []time.Time {
	for len(times) > 0 && !times[0].Add(l.window).After(now) {
		times = times[1:]
	}
	return times
}

// sweep forgets who has not searched for a window, once a window.
func (l *Limiter) sweep(now time.Time) {
	if now.Sub(l.swept) < l.window {
		return
	}
	l.swept = now
	for actor, times := range l.by {
		if len(l.recent(times, now)) == 0 {
			delete(l.by, actor)
		}
	}
}
