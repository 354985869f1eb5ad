package web

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/a-h/templ"

	"rufaa/internal/content"
	"rufaa/internal/web/ui"
)

// ready keeps parts of pages that are the same but for one address, rendered
// once for each language and duty. Nothing of a case or a person may stand in
// them. When other content comes into force they are made anew.
type ready struct{ kept atomic.Pointer[parts] }

// parts were made with one edition of the content.
type parts struct {
	from *content.Content
	by   sync.Map
}

// now gives the parts of the content in force.
func (r *ready) now(c *content.Content) *parts {
	if p := r.kept.Load(); p != nil && p.from.Same(c) {
		return p
	}
	p := &parts{from: c.Pinned()}
	r.kept.Store(p)
	return p
}

// hole stands for the address while a part is rendered. It needs no escaping
// and is no path of this server.
const hole = "/rufaa-address-goes-here"

// with gives the part of that name with the address, which is of this server
// and made of ids, put in.
func (r *ready) with(c *content.Content, name, address string, make func(action string) templ.Component) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		kept := r.now(c)
		pieces, ok := kept.by.Load(name)
		if !ok {
			var b bytes.Buffer
			if err := make(hole).Render(ctx, &b); err != nil {
				return err
			}
			before, after, found := strings.Cut(b.String(), string(ui.URL(ctx, hole)))
			if !found {
				return fmt.Errorf("web: the part %q has no address in it", name)
			}
			pieces, _ = kept.by.LoadOrStore(name, [2]string{before, after})
		}
		p := pieces.([2]string)
		for _, s := range [...]string{p[0], templ.EscapeString(address), p[1]} {
			if _, err := io.WriteString(w, s); err != nil {
				return err
			}
		}
		return nil
	})
}
