package api

import (
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"rufaa/internal/exhibit"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
	"rufaa/internal/vault"
)

// ExhibitRow is one exhibit in a list.
type ExhibitRow struct {
	ID       string     `json:"id"`
	Scene    string     `json:"scene"`
	Number   string     `json:"number"`
	Code     string     `json:"code" doc:"What the QR code on the label holds"`
	Kind     string     `json:"kind"`
	Status   string     `json:"status" enum:"kept,offered,returned,destroyed"`
	Keeper   KeeperView `json:"keeper"`
	Place    string     `json:"place"`
	Shelf    string     `json:"shelf,omitempty" doc:"Of a store, as marked there"`
	Seal     string     `json:"seal,omitempty"`
	ReturnBy *time.Time `json:"return_by,omitempty" doc:"A victim's own property is to be back by then"`
	Unbroken bool       `json:"unbroken"`
	Findings int        `json:"findings"`
}

// ExhibitRows is a list of exhibits.
type ExhibitRows struct {
	Exhibits []ExhibitRow `json:"exhibits"`
}

// KeeperView is who has it: staff with the agency, or the role of somebody
// without an account.
type KeeperView struct {
	Staff  string `json:"staff,omitempty"`
	Agency string `json:"agency,omitempty"`
	Role   string `json:"role,omitempty"`
}

// ExhibitView is an exhibit as the caller may see it. Sealed names what is
// kept sealed.
type ExhibitView struct {
	ExhibitRow
	Version  int64         `json:"version"`
	FoundAt  time.Time     `json:"found_at"`
	Plain    exhibit.Plain `json:"particulars"`
	Sealed   []string      `json:"sealed"`
	Steps    []StepView    `json:"steps"`
	Wrong    []FindingView `json:"found_wrong"`
	Requests []RequestView `json:"laboratory"`
	Past     int           `json:"corrections"`
}

// StepView is one thing that happened to it.
type StepView struct {
	ID        string     `json:"id"`
	Kind      string     `json:"kind"`
	By        string     `json:"by" doc:"Id of the member of staff"`
	Keeper    KeeperView `json:"keeper"`
	To        KeeperView `json:"to"`
	Reason    string     `json:"reason,omitempty"`
	Seen      SeenView   `json:"seen"`
	Received  *SeenView  `json:"received,omitempty"`
	Paper     string     `json:"paper,omitempty" doc:"SHA-256 of the signed paper"`
	Declined  string     `json:"declined,omitempty"`
	Withdrawn bool       `json:"withdrawn,omitempty"`
	NewSeal   string     `json:"new_seal,omitempty"`
}

// SeenView is one side of it.
type SeenView struct {
	At       time.Time `json:"at"`
	Device   time.Time `json:"device_at,omitzero"`
	Recorded time.Time `json:"recorded_at"`
	Place    string    `json:"place"`
	Seal     string    `json:"seal,omitempty"`
	Broken   bool      `json:"broken,omitempty"`
}

// FindingView is one thing wrong with the chain.
type FindingView struct {
	Flaw   string  `json:"flaw"`
	Breaks bool    `json:"breaks" doc:"It breaks the chain; otherwise it is only told"`
	First  string  `json:"first" doc:"Id of the step"`
	Second string  `json:"second" doc:"Id of the step that does not fit with it"`
	Text   string  `json:"text" doc:"In the caller's language"`
	Span   float64 `json:"seconds,omitempty"`
}

// RequestView is what a laboratory was asked.
type RequestView struct {
	ID         string     `json:"id"`
	Laboratory string     `json:"laboratory"`
	Asks       []string   `json:"asks"`
	Urgency    string     `json:"urgency"`
	At         time.Time  `json:"at"`
	Answered   *time.Time `json:"answered_at,omitempty"`
	Reference  string     `json:"reference,omitempty"`
	Files      []string   `json:"files,omitempty"`
}

// StoreInventory is what an evidence store holds.
type StoreInventory struct {
	Held    []ExhibitRow `json:"held" doc:"Here now, by shelf and seal"`
	Overdue []ExhibitRow `json:"overdue" doc:"Of those, victims' own property that should be back already"`
	Away    []ExhibitRow `json:"away" doc:"Left from here, at a laboratory or in court now"`
}

// CustodyPlaces is the register of places.
type CustodyPlaces struct {
	Places []CustodyPlace `json:"places"`
}

// CustodyPlace is one of them.
type CustodyPlace struct {
	ID    string `json:"id"`
	Kind  string `json:"kind" enum:"store,laboratory,court"`
	Label string `json:"label" doc:"In the caller's language"`
}

// ExhibitFound is where a label's code leads.
type ExhibitFound struct {
	ID string `json:"id"`
}

func keeperView(k exhibit.Keeper) KeeperView {
	return KeeperView{Staff: k.Staff, Agency: k.Agency, Role: k.Role}
}

func exhibitRow(v *exhibit.View) ExhibitRow {
	return ExhibitRow{ID: v.ID, Scene: v.Scene, Number: v.Number, Code: v.Code, Kind: v.Plain.Kind, Status: string(v.Status), Keeper: keeperView(v.Keeper),
		Place: v.Place, Shelf: v.Shelf, Seal: v.Seal, ReturnBy: v.ReturnBy, Unbroken: v.Chain.Unbroken(), Findings: len(v.Chain.Findings)}
}

func exhibitRows(list []*exhibit.View) *ExhibitRows {
	out := make([]ExhibitRow, len(list))
	for i, v := range list {
		out[i] = exhibitRow(v)
	}
	return &ExhibitRows{out}
}

func (c *call) exhibitView(v *exhibit.View) (*ExhibitView, error) {
	out := &ExhibitView{ExhibitRow: exhibitRow(v), Version: v.Version, FoundAt: v.Steps[0].Seen.At, Plain: v.Plain, Past: len(v.Past)}
	out.Wrong, out.Requests, out.Sealed = []FindingView{}, []RequestView{}, []string{}
	for _, name := range exhibit.SealedFields {
		if v.Texts[name].Sealed != vault.Sealed("") {
			out.Sealed = append(out.Sealed, name)
		}
	}
	for i := range v.Steps {
		out.Steps = append(out.Steps, stepView(&v.Steps[i]))
	}
	name, err := c.keeperNames(v)
	if err != nil {
		return nil, err
	}
	l := c.office().Texts.In(c.api.language(c, c.r))
	for i := range v.Chain.Findings {
		f := &v.Chain.Findings[i]
		out.Wrong = append(out.Wrong, FindingView{Flaw: string(f.Flaw), Breaks: f.Flaw.Breaks(), First: v.Chain.Events[f.First.Event].ID,
			Second: v.Chain.Events[f.Second.Event].ID, Text: exhibit.SayFinding(l, v.Chain, f, name), Span: f.Span.Seconds()})
	}
	for i := range v.Requests {
		q := &v.Requests[i]
		r := RequestView{ID: q.ID, Laboratory: q.Laboratory, Asks: q.Asks, Urgency: q.Urgency, At: q.By.At}
		if q.Answer != nil {
			r.Answered, r.Reference, r.Files = &q.Answer.By.At, q.Answer.Reference, q.Answer.Files
		}
		out.Requests = append(out.Requests, r)
	}
	return out, nil
}

func stepView(x *exhibit.Step) StepView {
	out := StepView{ID: x.ID, Kind: x.Kind, By: x.By.Staff, Keeper: keeperView(x.Keeper), To: keeperView(x.To), Reason: x.Reason, Declined: x.Declined,
		Withdrawn: x.Withdrawn, NewSeal: x.NewSeal, Seen: seenView(&x.Seen, x.By.At)}
	if x.Paper != nil {
		out.Paper = x.Paper.Digest
	}
	if o := x.Other; o != nil {
		seen := seenView(&o.Seen, o.By.At)
		out.Received = &seen
		if o.Paper != nil {
			out.Paper = o.Paper.Digest
		}
	}
	return out
}

func seenView(s *exhibit.Seen, recorded time.Time) SeenView {
	return SeenView{At: s.At, Device: s.Device, Recorded: recorded, Place: s.Place, Seal: s.Seal, Broken: s.Broken}
}

// keeperNames names the keepers of a chain.
func (c *call) keeperNames(v *exhibit.View) (exhibit.Names, error) {
	of := c.office()
	names, err := of.StaffNames(c.r.Context(), v.Chain.Lanes()...)
	if err != nil {
		return nil, err
	}
	lang := c.api.language(c, c.r)
	for i := range v.Steps {
		for _, k := range []exhibit.Keeper{v.Steps[i].Keeper, v.Steps[i].To} {
			if k.Outside != "" {
				names[k.ID()] = of.Content.Label("custody-outsiders", k.Role, lang)
			}
		}
	}
	return func(id string) string { return names[id] }, nil
}

func (a *api) exhibitRoutes() {
	const tag = "exhibits"
	inScene := func(method, path, id, summary string) route {
		return route{method: method, path: "/scenes/{id}/exhibits" + path, id: id, summary: summary, tag: tag, door: sceneExhibitsDoor}
	}
	add(a, policy.ExhibitList, inScene("GET", "", "scene-exhibits", "The exhibits of a scene, by number"), func(c *call, _ *none) (*ExhibitRows, error) {
		_, list, err := c.office().Exhibits.OfScene(c.r.Context(), c.actor, c.id("id"))
		return exhibitRows(list), err
	})
	record := inScene("POST", "", "record-exhibit", "Take up an exhibit; the scene's next number is given to it")
	record.status, record.ordered, record.optional = 201, true, []string{"*"}
	add(a, policy.ExhibitRecord, record, func(c *call, in *exhibit.Record) (*realm.Receipt, error) {
		rc, err := c.office().Exhibits.Record(c.r.Context(), c.actor, c.id("id"), c.order, in)
		c.location = "/exhibits/" + rc.ID
		return c.receipt(rc, err)
	})
	raw(a, policy.ExhibitLabel, route{method: "GET", path: "/scenes/{id}/exhibits/list", id: "print-exhibits", tag: tag, door: sceneExhibitsDoor, status: http.StatusOK,
		summary: "The list of a scene's exhibits on paper (PDF), in the caller's language: number, kind, seal, keeper and how the chain stands; nothing sealed",
		query:   []query{{name: "size", doc: "a4, or 80 for a strip of the thermal printer (millimetres)", terms: []string{"a4", "80"}}}},
		func(op *huma.Operation) {
			op.Responses["200"] = &huma.Response{Description: "The list", Content: map[string]*huma.MediaType{"application/pdf": {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}}}
		}, sendExhibitList)
	lists := make([]string, len(exhibit.Lists))
	for i, l := range exhibit.Lists {
		lists[i] = string(l)
	}
	work := route{method: "GET", path: "/exhibits", id: "exhibits", tag: tag, door: roomDoor, query: []query{{name: "list", doc: "Which", terms: lists}},
		summary: "Exhibits that wait for the caller's confirmation, that the caller has, or that are to go back"}
	add(a, policy.ExhibitWork, work, func(c *call, _ *none) (*ExhibitRows, error) {
		list, err := c.office().Exhibits.Worklist(c.r.Context(), c.actor, exhibit.List(c.text["list"]))
		return exhibitRows(list), err
	})
	one := route{method: "GET", path: "/exhibits/{id}", id: "exhibit", summary: "One exhibit with its chain of custody and what is wrong with it", tag: tag, door: exhibitDoor, versioned: true}
	add(a, policy.ExhibitView, one, func(c *call, _ *none) (*ExhibitView, error) {
		v, err := c.office().Exhibits.View(c.r.Context(), c.actor, c.id("id"))
		if err != nil {
			return nil, err
		}
		c.version = v.Version
		return c.exhibitView(v)
	})
	open := route{method: "POST", path: "/exhibits/{id}/open", id: "open-exhibit", summary: "Open what is sealed of it; recorded first", tag: tag, door: exhibitDoor}
	add(a, policy.ExhibitOpen, open, func(c *call, _ *none) (*exhibit.Opened, error) {
		return c.office().Exhibits.Open(c.r.Context(), c.actor, c.id("id"))
	})
	label := route{method: "GET", path: "/labels/{code}", id: "find-label", summary: "The exhibit of a label's code, for who may see it", tag: tag, door: roomDoor}
	add(a, policy.ExhibitView, label, func(c *call, _ *none) (*ExhibitFound, error) {
		id, err := c.office().Exhibits.Find(c.r.Context(), c.actor, c.id("code"))
		return &ExhibitFound{ID: id}, err
	})
	places := route{method: "GET", path: "/custody/places", id: "custody-places", summary: "Stores, laboratories and courts of the register", tag: tag}
	add(a, policy.ExhibitWork, places, func(c *call, _ *none) (*CustodyPlaces, error) {
		out := &CustodyPlaces{}
		for _, p := range c.office().Exhibits.Register.Places {
			out.Places = append(out.Places, CustodyPlace{ID: p.ID, Kind: p.Kind, Label: p.Label[c.api.language(c, c.r)]})
		}
		return out, nil
	})
	held := route{method: "GET", path: "/custody/places/{id}/inventory", id: "store-inventory", tag: tag, door: roomDoor,
		summary: "What an evidence store holds, what of it should be back with victims, and what left for a laboratory or a court, as far as the caller has, had or sees it"}
	add(a, policy.ExhibitWork, held, func(c *call, _ *none) (*StoreInventory, error) {
		in, err := c.office().Exhibits.Inventory(c.r.Context(), c.actor, c.id("id"))
		if err != nil {
			return nil, err
		}
		return &StoreInventory{Held: exhibitRows(in.Held).Exhibits, Overdue: exhibitRows(in.Overdue).Exhibits, Away: exhibitRows(in.Away).Exhibits}, nil
	})
	a.exhibitActs()
	a.exhibitDigests()
}

func sendExhibitList(c *call) error {
	of := c.office()
	in := of.Texts.In(c.api.language(c, c.r))
	banner := ""
	if of.Kind != realm.Live {
		banner = in.T("ui.realm."+string(of.Kind)+".word") + " " + in.T("ui.realm."+string(of.Kind)+".text")
	}
	pdf, err := of.ExhibitList(c.r.Context(), c.actor, c.id("id"), in, banner, c.text["size"] == "80")
	if err != nil {
		return err
	}
	c.w.Header().Set("Content-Type", "application/pdf")
	c.w.Header().Set("Content-Disposition", `attachment; filename="exhibits.pdf"`)
	_, err = c.w.Write(pdf)
	return err
}

func (a *api) exhibitDigests() {
	seen := route{method: "GET", path: "/exhibits/{id}/digests", id: "exhibit-digests", tag: "exhibits", door: exhibitDoor,
		summary: "How many of an exhibit's digests stand on lists of known abuse material, by category; never which"}
	add(a, policy.ExhibitDigests, seen, func(c *call, _ *none) (*exhibit.Digests, error) {
		return c.office().Exhibits.Digests(c.r.Context(), c.actor, c.id("id"))
	})
	raw(a, policy.ExhibitReport, route{method: "POST", path: "/exhibits/{id}/digests", id: "report-digests", tag: "exhibits", door: exhibitDoor, status: http.StatusCreated, ordered: true,
		summary: "Digests of a row of child sexual abuse material from a forensic tool's report: one a line, CSV or VICS JSON, at most 256 MiB; held against the lists. No file is sent or opened; a report with a field that could carry a picture is refused whole"},
		func(op *huma.Operation) { describeForm(op, []string{"tool", "tool_version"}, "reference") }, func(c *call) error {
			return c.form(func(v url.Values, body io.Reader) (any, error) {
				return c.office().Exhibits.TakeReport(c.r.Context(), c.actor, c.id("id"), c.order,
					&exhibit.Report{Tool: v.Get("tool"), Version: v.Get("tool_version"), Reference: v.Get("reference")}, body)
			})
		})
}

func (a *api) exhibitActs() {
	acted[exhibit.Correct](a, "corrections", "correct-exhibit", "Put right what was told; what stood there stays")
	acted[exhibit.Offer](a, "offers", "offer-exhibit", "The giver's side of a hand-over")
	acted[exhibit.Receive](a, "receipt", "receive-exhibit", "The receiver's side, by own sign-in; sent twice it is done once")
	acted[exhibit.Decline](a, "refusal", "decline-exhibit", "Do not take it")
	acted[exhibit.Withdraw](a, "withdrawal", "withdraw-exhibit", "Take the own offer back")
	acted[exhibit.Attest](a, "attestation", "attest-exhibit", "The receiver's side by a signed paper")
	acted[exhibit.TakeBack](a, "taking-back", "take-exhibit-back", "Receive it from somebody without an account")
	acted[exhibit.Move](a, "moves", "move-exhibit", "Another place, the same keeper")
	acted[exhibit.OpenSeal](a, "seal-opening", "open-exhibit-seal", "The seal was opened")
	acted[exhibit.Reseal](a, "resealing", "reseal-exhibit", "A new seal was put on")
	acted[exhibit.Ask](a, "laboratory", "ask-laboratory", "Ask a laboratory")
	acted[exhibit.Reply](a, "laboratory-results", "record-laboratory-result", "What the laboratory said")
	acted[exhibit.Return](a, "return", "return-exhibit", "Give it back to whom it belongs, against a receipt")
	acted[exhibit.Destroy](a, "destruction", "destroy-exhibit", "It was destroyed by order, before two witnesses")
}

// acted wires one act about the exhibit of the path. What is required is told
// by the room, in the caller's language.
func acted[T any, P interface {
	*T
	exhibit.Act
}](a *api, path, id, summary string) {
	rt := route{method: "POST", path: "/exhibits/{id}/" + path, id: id, summary: summary, tag: "exhibits", door: exhibitDoor, ordered: true, optional: []string{"*"}}
	add(a, P(new(T)).Action(), rt, func(c *call, in *T) (*realm.Receipt, error) {
		rc, err := c.office().Exhibits.Do(c.r.Context(), c.actor, c.id("id"), c.order, P(in))
		return c.receipt(rc, err)
	})
}

// admitExhibit asks the door about wrong input: may the caller know of it?
func (c *call) admitExhibit() error {
	if c.route.door == sceneExhibitsDoor {
		_, err := c.office().Exhibits.AdmittedScene(c.r.Context(), c.actor, c.id("id"), c.action)
		return err
	}
	v, err := c.office().Exhibits.View(c.r.Context(), c.actor, c.id("id"))
	if err == nil && !v.Can(c.action) && c.action != policy.ExhibitView {
		return &problem.Denied{Action: string(c.action), Rule: "access.duty"}
	}
	return err
}
