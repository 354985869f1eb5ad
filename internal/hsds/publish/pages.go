package publish

import (
	"net/http"
	"sync"
)

// Packing costs more than all the rest of a page. These bounds, in bytes, hold
// the pages that are asked again and again.
const (
	maxPages = 32 << 20
	maxPage  = 512 << 10
)

// pages keeps packed pages of one snapshot by their address. When it is full
// it starts anew: what is asked often is back at once.
type pages struct {
	mu   sync.RWMutex
	tag  string
	size int
	by   map[string][]byte
}

func (p *pages) find(tag string, r *http.Request) []byte {
	p.mu.RLock()
	defer p.mu.RUnlock()
	if p.tag != tag {
		return nil
	}
	return p.by[key(r)]
}

func (p *pages) keep(tag string, r *http.Request, body []byte) {
	k := key(r)
	n := len(body) + len(k)
	if r.Method != http.MethodGet || n > maxPage {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.tag != tag || p.size+n > maxPages {
		p.tag, p.size, p.by = tag, 0, map[string][]byte{}
	}
	if _, there := p.by[k]; !there {
		p.size += n
	}
	p.by[k] = body
}

func key(r *http.Request) string { return r.URL.Path + "?" + r.URL.RawQuery }
