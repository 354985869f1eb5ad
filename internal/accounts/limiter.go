package accounts

import (
	"net/netip"
	"sync"
	"time"
)

// limiter gives each address a bucket of attempts. A sign-in that succeeds
// gives its attempt back, so that a station behind one address is not held up
// by its size. Memory is bounded: full buckets are forgotten, and when there is
// still no room, newcomers share one bucket.
type limiter struct {
	burst float64
	every time.Duration
	most  int
	mu    sync.Mutex
	by    map[string]*bucket
}

type bucket struct {
	left float64
	at   time.Time
}

const crowd = "crowd" // the bucket of newcomers when there is no room

func newLimiter(s Settings) *limiter {
	return &limiter{burst: float64(s.AddressBurst), every: s.AddressEvery, most: s.Addresses, by: make(map[string]*bucket)}
}

// take spends one attempt; when there is none left, wait tells until when.
func (l *limiter) take(address string, now time.Time) (wait time.Duration, ok bool) {
	if address == "" {
		return 0, true
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	b := l.bucket(network(address), now)
	l.refill(b, now)
	if b.left < 1 {
		return max(time.Second, time.Duration((1-b.left)*float64(l.every))), false
	}
	b.left--
	return 0, true
}

func (l *limiter) giveBack(address string) {
	if address == "" {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	b := l.by[network(address)]
	if b == nil {
		b = l.by[crowd]
	}
	if b != nil {
		b.left = min(l.burst, b.left+1)
	}
}

func (l *limiter) refill(b *bucket, now time.Time) {
	if since := now.Sub(b.at); since > 0 { // a clock set back gives nothing
		b.left = min(l.burst, b.left+float64(since)/float64(l.every))
	}
	b.at = now
}

func (l *limiter) bucket(key string, now time.Time) *bucket {
	if b := l.by[key]; b != nil {
		return b
	}
	if len(l.by) >= l.most {
		for k, b := range l.by {
			if l.refill(b, now); b.left >= l.burst {
				delete(l.by, k)
			}
		}
		if len(l.by) >= l.most {
			key = crowd
		}
	}
	b := l.by[key]
	if b == nil {
		b = &bucket{left: l.burst, at: now}
		l.by[key] = b
	}
	return b
}

// network gives the part of an address that one customer holds: IPv4 whole,
// IPv6 by its /64.
func network(address string) string {
	ip, err := netip.ParseAddr(address)
	if err != nil {
		return "unreadable"
	}
	if ip = ip.Unmap().WithZone(""); ip.Is4() {
		return ip.String()
	}
	p, err := ip.Prefix(64)
	if err != nil {
		return "unreadable"
	}
	return p.String()
}
