package accounts

import "time"

// Limits say how long a session lives.
type Limits struct {
	Idle     time.Duration // without a request; counted from a mark at most a minute old
	Absolute time.Duration // in any case
}

// Settings are what an operator may tune. Zero values take the defaults.
type Settings struct {
	Hash         HashParams
	HashesAtOnce int // password hashes side by side; each takes Hash.MemoryKiB

	InvitationTTL time.Duration
	HalfSession   time.Duration // between password and second factor
	EnrolSession  time.Duration // to install an app and scan its code
	Web           Limits        // a browser of one's own
	Shared        Limits        // a browser that others use too
	API           Limits
	CacheFor      time.Duration // how long a session is remembered on SQLite, where one process serves; on PostgreSQL each request reads it

	LockAfter    int           // failures before the first lock-out
	LockFirst    time.Duration // doubles with each further failure
	LockMost     time.Duration
	AddressBurst int           // failed attempts an address has in hand
	AddressEvery time.Duration // after which it gets one back
	Addresses    int           // addresses remembered at most
}

// Defaults. The times for shared computers are those of the field: a station
// desk is used by the next officer ten minutes later. Twelve hours cover the
// longest shift. The others are the project's own choice.
var Defaults = Settings{
	Hash:          HashParams{MemoryKiB: 32 * 1024, Passes: 3, Lanes: 1},
	HashesAtOnce:  2,
	InvitationTTL: 72 * time.Hour,
	HalfSession:   10 * time.Minute,
	EnrolSession:  30 * time.Minute,
	Web:           Limits{Idle: 30 * time.Minute, Absolute: 12 * time.Hour},
	Shared:        Limits{Idle: 10 * time.Minute, Absolute: time.Hour},
	API:           Limits{Idle: 2 * time.Hour, Absolute: 12 * time.Hour},
	CacheFor:      2 * time.Second,
	LockAfter:     5,
	LockFirst:     time.Minute,
	LockMost:      time.Hour,
	AddressBurst:  30,
	AddressEvery:  10 * time.Second,
	Addresses:     10_000,
}

func (s Settings) withDefaults() Settings {
	d := Defaults
	if s.Hash == (HashParams{}) {
		s.Hash = d.Hash
	}
	orInt := func(v *int, def int) {
		if *v <= 0 {
			*v = def
		}
	}
	orTime := func(v *time.Duration, def time.Duration) {
		if *v <= 0 {
			*v = def
		}
	}
	orInt(&s.HashesAtOnce, d.HashesAtOnce)
	orInt(&s.LockAfter, d.LockAfter)
	orInt(&s.AddressBurst, d.AddressBurst)
	orInt(&s.Addresses, d.Addresses)
	orTime(&s.InvitationTTL, d.InvitationTTL)
	orTime(&s.HalfSession, d.HalfSession)
	orTime(&s.EnrolSession, d.EnrolSession)
	orTime(&s.CacheFor, d.CacheFor)
	orTime(&s.LockFirst, d.LockFirst)
	orTime(&s.LockMost, d.LockMost)
	orTime(&s.AddressEvery, d.AddressEvery)
	for _, l := range []struct{ have, def *Limits }{{&s.Web, &d.Web}, {&s.Shared, &d.Shared}, {&s.API, &d.API}} {
		orTime(&l.have.Idle, l.def.Idle)
		orTime(&l.have.Absolute, l.def.Absolute)
	}
	return s
}

func (s Settings) limits(k Kind, shared bool) Limits {
	switch {
	case k == API:
		return s.API
	case shared:
		return s.Shared
	}
	return s.Web
}
