package ui

import (
	"context"
	"strings"
	"time"

	"github.com/a-h/templ"
)

// Texts is one language's catalog. Arguments of T and N after the number are
// name, value, name, value, … for the text's {name} places.
type Texts interface {
	T(key string, args ...any) string
	N(key string, n int, args ...any) string
	Code() string // BCP 47, e.g. "sw"
}

// frame is what Layout hands down to every component inside it.
type frame struct {
	texts Texts
	base  string
	zone  *time.Location
}

type frameKey struct{}

// Within gives the components rendered with the context their language, path
// prefix and time zone. Layout does this itself; only a component rendered
// alone needs it.
func Within(ctx context.Context, p Page) context.Context {
	f := frame{texts: p.Texts, base: strings.TrimSuffix(p.Base, "/"), zone: p.Zone}
	if f.zone == nil {
		f.zone = EastAfrica
	}
	return context.WithValue(ctx, frameKey{}, f)
}

// EastAfrica is the zone in which times are written unless the page says
// otherwise: UTC+3 all year, so no zone database is needed.
var EastAfrica = time.FixedZone("EAT", 3*60*60)

func frameOf(ctx context.Context) frame {
	f, _ := ctx.Value(frameKey{}).(frame)
	if f.zone == nil {
		f.zone = EastAfrica
	}
	return f
}

// T gives the text of the key in the page's language; outside a page, the key.
func T(ctx context.Context, key string, args ...any) string {
	if f := frameOf(ctx); f.texts != nil {
		return f.texts.T(key, args...)
	}
	return key
}

// N gives the text of the key in the page's language for the number n.
func N(ctx context.Context, key string, n int, args ...any) string {
	if f := frameOf(ctx); f.texts != nil {
		return f.texts.N(key, n, args...)
	}
	return key
}

// URL puts the realm's prefix before a path of this server: "/cases" becomes
// "/realm/training/cases". Anything that is not such a path stays as it is;
// templ still refuses schemes such as javascript:.
func URL(ctx context.Context, path string) templ.SafeURL {
	if strings.HasPrefix(path, "/") && !strings.HasPrefix(path, "//") {
		return templ.SafeURL(frameOf(ctx).base + path)
	}
	return templ.URL(path)
}
