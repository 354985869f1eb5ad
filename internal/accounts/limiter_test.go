package accounts

import (
	"fmt"
	"testing"
	"time"
)

func TestTheLimiterRemembersOnlySoManyAddresses(t *testing.T) {
	s := Defaults
	s.AddressBurst, s.Addresses = 2, 100
	l := newLimiter(s)
	now := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	refused := 0
	for i := range 5000 {
		if _, ok := l.take(fmt.Sprintf("198.51.%d.%d", i/256, i%256), now); !ok {
			refused++
		}
	}
	if len(l.by) > s.Addresses+1 {
		t.Errorf("%d addresses in memory, at most %d wanted", len(l.by), s.Addresses+1)
	}
	if refused == 0 {
		t.Error("a crowd of new addresses was not held up")
	}
	// Once their buckets are full again, they are forgotten and there is room.
	now = now.Add(time.Hour)
	if _, ok := l.take("203.0.113.1", now); !ok {
		t.Error("an hour later still held up")
	}
	if len(l.by) > 2 {
		t.Errorf("%d addresses remembered for nothing", len(l.by))
	}
}

func TestOneCustomerIsOneAddress(t *testing.T) {
	for a, b := range map[string]string{
		"2001:db8:1:2::1":  "2001:db8:1:2:ffff::9",
		"::ffff:192.0.2.1": "192.0.2.1",
		"fe80::1%eth0":     "fe80::2",
		"not an address":   "nor this",
	} {
		if network(a) != network(b) {
			t.Errorf("%s and %s count apart: %s, %s", a, b, network(a), network(b))
		}
	}
	if network("2001:db8:1:2::1") == network("2001:db8:1:3::1") || network("192.0.2.1") == network("192.0.2.2") {
		t.Error("neighbours count together")
	}
}

func TestAClockSetBackGivesNoTries(t *testing.T) {
	s := Defaults
	s.AddressBurst = 1
	l := newLimiter(s)
	now := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	l.take("192.0.2.1", now)
	if _, ok := l.take("192.0.2.1", now.Add(-time.Hour)); ok {
		t.Error("an earlier clock gave a try")
	}
}
