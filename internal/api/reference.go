package api

import (
	"slices"
	"strings"

	"rufaa/internal/accounts"
	"rufaa/internal/content"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
)

// Texts is one text by language code.
type Texts map[string]string

// Form is one version of a screening form.
type Form struct {
	ID       string      `json:"id"`
	Version  int         `json:"version"`
	Audience string      `json:"audience" doc:"adult, child, or any for a module"`
	Kind     string      `json:"kind,omitempty" doc:"What a module is about (vocabulary exploitation)"`
	Title    Texts       `json:"title"`
	Intro    Texts       `json:"intro,omitempty"`
	Sources  []string    `json:"sources"`
	Leads    []string    `json:"leads_here,omitempty" doc:"Signs of the general forms on which a module is offered"`
	Groups   []FormGroup `json:"groups"`
}

// FormGroup is one dimension of a form.
type FormGroup struct {
	ID         string          `json:"id"`
	Title      Texts           `json:"title"`
	Indicators []FormIndicator `json:"indicators"`
}

// FormIndicator is one sign to look or ask for.
type FormIndicator struct {
	ID       string `json:"id"`
	Text     Texts  `json:"text"`
	Ask      Texts  `json:"ask,omitempty"`
	Strength string `json:"strength"`
	Element  string `json:"element"`
	Track    string `json:"track"`
	Only     string `json:"only,omitempty" doc:"adult or child: the sign of a module is for them alone"`
}

// FormName is a form in a list.
type FormName struct {
	ID       string `json:"id"`
	Version  int    `json:"version"`
	Audience string `json:"audience"`
	Kind     string `json:"kind,omitempty"`
	Title    Texts  `json:"title"`
}

// FormList lists the forms.
type FormList struct {
	Questionnaires []FormName `json:"questionnaires"`
}

// Vocabularies are the lists that fields choose from.
type Vocabularies struct {
	Vocabularies map[string][]TermRow `json:"vocabularies"`
}

// TermRow is one term.
type TermRow struct {
	ID        string `json:"id"`
	Label     Texts  `json:"label"`
	Detention bool   `json:"detention,omitempty"`
	Retired   bool   `json:"retired,omitempty" doc:"No longer chosen; old records name it"`
	Source    string `json:"source,omitempty"`
}

// ServiceList lists the categories of help.
type ServiceList struct {
	Services []ServiceRow `json:"services"`
}

// ServiceRow is one category.
type ServiceRow struct {
	ID      string `json:"id"`
	Parent  string `json:"parent,omitempty"`
	Label   Texts  `json:"label"`
	Retired bool   `json:"retired,omitempty" doc:"No longer chosen; old needs name it"`
	Source  string `json:"source,omitempty"`
}

// RuleList lists the rules of the domain.
type RuleList struct {
	Rules []RuleRow `json:"rules"`
}

// RuleRow is one rule.
type RuleRow struct {
	ID     string `json:"id"`
	Title  Texts  `json:"title"`
	Why    Texts  `json:"why"`
	Remedy Texts  `json:"remedy"`
	Source string `json:"source"`
}

// AgencyList lists who takes part.
type AgencyList struct {
	Agencies []AgencyRow `json:"agencies"`
}

// AgencyRow is one agency; County is left out where its place is not shown.
type AgencyRow struct {
	ID       string   `json:"id"`
	Name     string   `json:"name"`
	Kind     string   `json:"kind"`
	County   string   `json:"county,omitempty"`
	Closed   bool     `json:"closed,omitempty"`
	Services []string `json:"services,omitempty"`
}

// NewAgency adds an agency.
type NewAgency struct {
	ID     string `json:"id" maxLength:"60"`
	Name   string `json:"name" maxLength:"200"`
	Kind   string `json:"kind" maxLength:"40"`
	County string `json:"county,omitempty" maxLength:"60"`
}

// Colleagues are active members of staff of the own agency.
type Colleagues struct {
	Colleagues []Colleague `json:"colleagues"`
}

// Colleague is one of them.
type Colleague struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

func (a *api) contentRoutes() {
	at := func(method, path, id, summary string) route {
		return route{method: method, path: path, id: id, summary: summary, tag: "reference", noDuty: true}
	}
	add(a, policy.DirectoryView, at("GET", "/questionnaires", "questionnaires", "The screening forms"), forms)
	add(a, policy.DirectoryView, at("GET", "/questionnaires/{id}", "questionnaire", "One version of a screening form"), form)
	add(a, policy.DirectoryView, at("GET", "/vocabularies", "vocabularies", "The lists that fields choose from"), vocabularies)
	add(a, policy.DirectoryView, at("GET", "/services", "services", "The categories of help"), func(c *call, _ *none) (*ServiceList, error) {
		return &ServiceList{each(c.office().Content.AllServices(), func(s *content.Service) ServiceRow {
			return ServiceRow{s.ID, s.Parent, Texts(s.Label), s.Retired, s.Source}
		})}, nil
	})
	add(a, policy.DirectoryView, at("GET", "/rules", "rules", "The rules of the domain and their sources"), func(c *call, _ *none) (*RuleList, error) {
		return &RuleList{each(c.office().Content.Rules(), func(r *content.Rule) RuleRow {
			return RuleRow{r.ID, Texts(r.Title), Texts(r.Why), Texts(r.Remedy), r.Source}
		})}, nil
	})
	add(a, policy.DirectoryView, at("GET", "/agencies", "agencies", "Who takes part"), agencies)
	add(a, policy.AgencyManage, route{method: "POST", path: "/agencies", id: "add-agency", summary: "Add an agency", tag: "staff", status: 201}, addAgency)
	for _, x := range []struct{ path, id, summary string }{
		{"close", "close-agency", "End an agency's part"}, {"reopen", "reopen-agency", "Let an agency take part again"},
	} {
		add(a, policy.AgencyManage, route{method: "POST", path: "/agencies/{id}/" + x.path, id: x.id, summary: x.summary, tag: "staff"}, func(c *call, _ *none) (none, error) {
			do := c.office().CloseAgency
			if x.path == "reopen" {
				do = c.office().ReopenAgency
			}
			return none{}, do(c.r.Context(), c.who, c.id("id"))
		})
	}
	mates := at("GET", "/colleagues", "colleagues", "Colleagues of the own agency who have a duty")
	mates.query = []query{{name: "duty", doc: "Vocabulary duties", known: termOf("duties")}}
	add(a, policy.DirectoryView, mates, colleagues)
}

func forms(c *call, _ *none) (*FormList, error) {
	return &FormList{each(c.office().Content.Questionnaires(), func(q **content.Questionnaire) FormName {
		return FormName{(*q).ID, (*q).Version, (*q).Audience, (*q).Kind, Texts((*q).Title)}
	})}, nil
}

func form(c *call, _ *none) (*Form, error) {
	q, ok := c.office().Content.Questionnaire(c.id("id"))
	if !ok {
		return nil, problem.ErrNotFound
	}
	return &Form{
		ID: q.ID, Version: q.Version, Audience: q.Audience, Kind: q.Kind, Leads: q.LeadsHere, Title: Texts(q.Title), Intro: Texts(q.Intro), Sources: all(q.Sources),
		Groups: each(q.Groups, func(g *content.Group) FormGroup {
			return FormGroup{g.ID, Texts(g.Title), each(g.Indicators, func(i *content.Indicator) FormIndicator {
				return FormIndicator{i.ID, Texts(i.Text), Texts(i.Ask), i.Strength, i.Element, i.Track, i.Only}
			})}
		}),
	}, nil
}

func vocabularies(c *call, _ *none) (*Vocabularies, error) {
	out := &Vocabularies{map[string][]TermRow{}}
	for name, terms := range c.office().Content.Lists() {
		out.Vocabularies[name] = each(terms, func(t *content.Term) TermRow {
			return TermRow{t.ID, Texts(t.Label), t.Detention, t.Retired, t.Source}
		})
	}
	return out, nil
}

func agencies(c *call, _ *none) (*AgencyList, error) {
	list, err := c.office().Accounts.Agencies(c.r.Context())
	if err != nil {
		return nil, err
	}
	return &AgencyList{each(list, func(g *accounts.Agency) AgencyRow {
		row := AgencyRow{ID: g.ID, Name: g.Name, Kind: g.Kind, County: g.County, Closed: g.Closed}
		if known, ok := c.office().Content.Agency(g.ID); ok {
			row.Services = known.Services
			if known.Confidential {
				row.County = ""
			}
		}
		return row
	})}, nil
}

func addAgency(c *call, in *NewAgency) (*AgencyRow, error) {
	var wrong []problem.Field
	if _, ok := c.office().Content.Term("counties", in.County); in.County != "" && !ok {
		wrong = append(wrong, problem.Field{Name: "county", Key: "common.error.unknown_term"})
	}
	if len(wrong) > 0 {
		return nil, &problem.Invalid{Fields: wrong}
	}
	g := accounts.Agency{ID: in.ID, Name: in.Name, Kind: in.Kind, County: in.County}
	if err := c.office().Accounts.AddAgency(c.r.Context(), c.who, g); err != nil {
		return nil, err
	}
	return &AgencyRow{ID: g.ID, Name: g.Name, Kind: g.Kind, County: g.County}, c.office().ReloadAgencies(c.r.Context())
}

func colleagues(c *call, _ *none) (*Colleagues, error) {
	duty := accounts.Duty(c.text["duty"])
	if !duty.Valid() {
		return nil, &problem.Invalid{Fields: []problem.Field{{Name: "duty", Key: "common.error.choose"}}}
	}
	list, err := c.office().Accounts.Colleagues(c.r.Context(), c.who.Agency, duty)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(list, func(x, y accounts.Staff) int { return strings.Compare(x.Name, y.Name) })
	return &Colleagues{each(list, func(s *accounts.Staff) Colleague { return Colleague{s.ID, s.Name} })}, nil
}
