package notice

import (
	"sync"
	"time"

	"github.com/hashicorp/golang-lru/v2/expirable"

	"rufaa/internal/realm"
)

// How long a list may be shown without asking the store again. A notice that
// this server wrote is shown at once; one that another wrote, after so long.
const (
	unreadStays = 3 * time.Second
	unreadKept  = 5_000
)

// unread keeps the lists of those who look at pages now.
type unread struct {
	mu    sync.Mutex
	round map[addressee]int // grows when something changed for somebody
	all   int               // grows when something changed for anybody
	lists *expirable.LRU[reader, kept]
}

type reader struct{ staff, agency, duty string }

type kept struct {
	list []Notice
	at   [4]int
}

func newUnread() *unread {
	return &unread{round: map[addressee]int{}, lists: expirable.NewLRU[reader, kept](unreadKept, nil, unreadStays)}
}

// rounds is what a list of a reader stands on.
func (u *unread) rounds(r reader) [4]int {
	u.mu.Lock()
	defer u.mu.Unlock()
	return [4]int{u.all, u.round[addressee{staff: r.staff}], u.round[addressee{agency: r.agency, duty: r.duty}], u.round[addressee{duty: r.duty}]}
}

// changed says that there is something new, or less, for somebody.
func (u *unread) changed(a addressee) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if len(u.round) > unreadKept { // start anew rather than grow without end
		u.round = map[addressee]int{}
		u.all++
	}
	u.round[a]++
}

// clear says so for everybody.
func (u *unread) clear() {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.all++
}

// get gives the list that is kept, or asks for it.
func (u *unread) get(who realm.Actor, ask func() ([]Notice, error)) ([]Notice, error) {
	r := reader{who.Staff, who.Agency, who.Duty}
	now := u.rounds(r)
	if k, ok := u.lists.Get(r); ok && k.at == now {
		return k.list, nil
	}
	list, err := ask()
	if err == nil {
		u.lists.Add(r, kept{list, now})
	}
	return list, err
}
