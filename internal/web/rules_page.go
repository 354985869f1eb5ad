package web

import (
	"net/http"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"rufaa/internal/web/ui"
)

// rulesAbout parts the rules by what they are about, so that who reads one on a
// telephone does not load them all: by the room that a rule's id begins with.
// The first part has what no other one names.
var rulesAbout = []struct {
	name  string
	rooms []string
}{
	{name: "person"},
	{"evidence", []string{"scene", "separation", "exhibit", "file", "certificate", "inquiry"}},
	{"working", []string{"directory", "exercise", "training", "rulebook", "kept", "notice"}},
}

// ruleIsAbout names the part that a rule stands in.
func ruleIsAbout(id string) string {
	room, _, _ := strings.Cut(id, ".")
	for _, part := range rulesAbout {
		if slices.Contains(part.rooms, room) {
			return part.name
		}
	}
	return rulesAbout[0].name
}

func rulesPage(rq *request) error {
	title, l, about := rq.t("web.rules.title"), rq.lang.Code(), rulesAbout[0].name
	for _, part := range rulesAbout {
		if rq.URL.Query().Get("of") == part.name {
			about = part.name
		}
	}
	body := []templ.Component{ui.Heading(title, rq.t("web.rules."+about)), para(rq.t("web.rules.text"))}
	for _, part := range rulesAbout {
		if part.name != about {
			body = append(body, para2link(rq.t("web.rules."+part.name), rq.o.Base+"/rules?of="+part.name))
		}
	}
	for _, r := range rq.of.Content.Rules() {
		if ruleIsAbout(r.ID) == about {
			body = append(body, with(ui.Section(r.ID, r.Title.In(l)), para(r.Why.In(l)), para(r.Remedy.In(l)), small(rq.t("web.rule.source", "source", r.Source))))
		}
	}
	return rq.render(http.StatusOK, rq.page(title), body...)
}
