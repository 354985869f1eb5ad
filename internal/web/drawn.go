package web

import (
	"bytes"
	"context"
	"io"

	"github.com/a-h/templ"
	lru "github.com/hashicorp/golang-lru/v2"

	"rufaa/internal/casefile"
	"rufaa/internal/content"
	"rufaa/internal/text"
)

// drawn keeps pieces of a case's page as one person saw them. A page that is
// looked at again, as on the way back from each of its steps, is then drawn
// anew only where the hour or another room can have changed it. What may be
// seen is decided afresh for every request, before anything kept is looked for.
type drawn struct{ kept *lru.Cache[piece, []byte] }

// drawnAtMost is how many pieces are kept: three to five kilobytes each.
const drawnAtMost = 3000

// piece is everything that a kept piece depends on. Two requests that agree in
// all of it are shown the same bytes.
type piece struct {
	name, more string // more is what else was asked of another room
	sight      casefile.Sight
	content    content.Edition
	agencies   uint64 // the edition of their names
	lang       *text.Lang
}

func newDrawn() drawn {
	kept, err := lru.New[piece, []byte](drawnAtMost)
	if err != nil {
		panic(err) // the size above is not positive
	}
	return drawn{kept}
}

// drawn is a piece of a case's page that depends on nothing but the frame, the
// words in force and more. What asks for the hour or for a person's name does
// not belong into draw; a name that is asked for all the same keeps the piece
// from being kept.
func (rq *request) drawn(c *casefile.Frame, name, more string, draw func() templ.Component) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		sight, lasting := c.Sight()
		key := piece{name: name, more: more, sight: sight, content: rq.of.Content.Edition(), agencies: rq.of.AgenciesEdition(), lang: rq.lang}
		if lasting {
			if kept, ok := rq.drawings.kept.Get(key); ok {
				_, err := w.Write(kept)
				return err
			}
		}
		b := pages.Get().(*bytes.Buffer)
		b.Reset()
		defer pages.Put(b)
		rq.naming = false
		if err := draw().Render(ctx, b); err != nil {
			return err
		}
		if lasting && !rq.naming {
			rq.drawings.kept.Add(key, bytes.Clone(b.Bytes()))
		}
		_, err := w.Write(b.Bytes())
		return err
	})
}
