package ui

import "context"

func (f Flash) heading(ctx context.Context) string {
	if f.Title != "" {
		return f.Title
	}
	return T(ctx, f.Kind.textKey())
}

func (k Kind) textKey() string {
	switch k {
	case Done:
		return "ui.notice.done"
	case Stop:
		return "ui.notice.stop"
	}
	return "ui.notice.important"
}

func (k Kind) class() string {
	if k == Important {
		return ""
	}
	return "r-notice--" + string(k)
}

// role: what just went right or wrong is said at once; the rest can wait.
func (k Kind) role() string {
	if k == Important {
		return "region"
	}
	return "alert"
}
