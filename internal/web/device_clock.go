package web

import (
	"time"

	"github.com/a-h/templ"

	"rufaa/internal/text"
	"rufaa/internal/web/ui"
)

// deviceClock asks what the writer's own clock shows, where it is wrong or the
// form is filled in later: it is kept beside the server's time. A script tells
// it by itself; who tells it here, is believed.
func (f fields) deviceClock() templ.Component {
	b := f.base("device_clock")
	b.Label, b.Hint = f.rq.t("web.device_clock"), f.rq.t("web.device_clock.hint")
	b.Type, b.Width, b.Optional = "datetime-local", 20, true
	for _, e := range f.errors {
		if e.Field == "device_at" {
			b.Error = e.Message
		}
	}
	return templ.Join(with(ui.Details(f.rq.t("web.device_clock.title"), b.Value != "" || b.Error != ""), ui.TextInput(b)), ui.Hidden("device_at", ""))
}

// wallClock is how a form tells a day and a time on the wall.
const wallClock = "2006-01-02T15:04"

// readDeviceClock takes the time of the own clock as somebody told it for the
// device's time. What is no time goes on as it is, and is told at its field.
func (rq *request) readDeviceClock() {
	told := rq.PostForm.Get("device_clock")
	if told == "" {
		return
	}
	if t, err := time.ParseInLocation(wallClock, told[:min(len(told), len(wallClock))], text.Nairobi); err == nil {
		told = t.Format(time.RFC3339)
	}
	rq.PostForm.Set("device_at", told)
	rq.Form.Set("device_at", told)
}
