package api

import (
	"time"

	"rufaa/internal/content"
	"rufaa/internal/office"
	"rufaa/internal/policy"
	"rufaa/internal/realm"
	"rufaa/internal/scene"
)

// SceneRow is one scene in the list of one's own.
type SceneRow struct {
	ID       string    `json:"id"`
	Ref      string    `json:"reference"`
	Class    string    `json:"class"`
	CSE      bool      `json:"cse"`
	Released bool      `json:"released"`
	Changed  time.Time `json:"changed_at"`
}

// SceneRows are the scenes that the caller may see.
type SceneRows struct {
	Scenes []SceneRow `json:"scenes"`
}

// SceneView is a scene without anything sealed: its words are absent, not
// encrypted.
type SceneView struct {
	ID       string              `json:"id"`
	Ref      string              `json:"reference"`
	Version  int64               `json:"version"`
	Class    string              `json:"class"`
	CSE      bool                `json:"cse"`
	Cases    []string            `json:"cases"`
	Roles    []scene.Role        `json:"roles"`
	Units    []scene.Unit        `json:"units"`
	Persons  []ScenePerson       `json:"persons"`
	Log      []SceneLine         `json:"log"`
	Marks    []SceneMark         `json:"marks"`
	Runs     []SceneRun          `json:"guides"`
	Clocks   []scene.DeviceClock `json:"device_clocks" doc:"How far devices were from the server's time when they last told theirs"`
	Released string              `json:"released,omitempty" doc:"To whom (vocabulary scene-releases)"`
}

// ScenePerson is somebody at the scene.
type ScenePerson struct {
	ID       string       `json:"id"`
	Label    string       `json:"label"`
	Standing string       `json:"standing"`
	Child    bool         `json:"child"`
	Case     string       `json:"case,omitempty"`
	Uses     []scene.Use  `json:"uses"`
	Left     *scene.Left  `json:"left,omitempty"`
	Since    time.Time    `json:"since"`
	Device   scene.Moment `json:"device"`
}

// SceneLine is one line of the scene log.
type SceneLine struct {
	ID       string       `json:"id"`
	Staff    string       `json:"staff,omitempty"`
	Person   string       `json:"person,omitempty"`
	Visitor  bool         `json:"visitor" doc:"Somebody else, whose name is sealed"`
	Purpose  string       `json:"purpose"`
	Clothing string       `json:"clothing"`
	Escort   string       `json:"escort,omitempty"`
	In       time.Time    `json:"in" doc:"As told"`
	Taken    time.Time    `json:"taken" doc:"By the server"`
	Device   scene.Moment `json:"device"`
	Out      *time.Time   `json:"out,omitempty"`
}

// SceneMark is one mark of the sketch, or of a sketch on a photo.
type SceneMark struct {
	ID     string       `json:"id"`
	Kind   string       `json:"kind"`
	On     *SceneGround `json:"on,omitempty" doc:"The photo that it is drawn on; absent: the plain sketch"`
	Points []scene.XY   `json:"points" doc:"From the left and from the top: of the plain sketch from 0 to 100, of a photo in parts of its width and height"`
	Code   string       `json:"code,omitempty"`
}

// SceneGround is the photo that a mark was drawn on. Of one that the caller may
// not know of, nothing but that is told.
type SceneGround struct {
	State  string `json:"state" doc:"shown: its preview may be fetched; bare: no preview of it is drawn; gone: it was destroyed, the lines stay; hidden: not for the caller" enum:"shown,bare,gone,hidden"`
	File   string `json:"file,omitempty" doc:"Id of the evidence file"`
	SHA256 string `json:"sha256,omitempty" doc:"Of its content when the mark was drawn"`
	Width  int    `json:"width,omitempty" doc:"Pixels, the picture upright"`
	Height int    `json:"height,omitempty" doc:"Pixels, the picture upright"`
	Turn   int    `json:"turn,omitempty" doc:"How the camera was held (Exif orientation, 2 to 8): points count the picture so turned"`
	Parts  int    `json:"parts" doc:"Into how many each side is parted; points count these"`
}

// SceneRun is a guide as it is followed.
type SceneRun struct {
	Guide   string           `json:"guide"`
	Open    int              `json:"open"`
	Settled []SceneStep      `json:"settled"`
	Answers []ScenePromptSet `json:"answers"`
}

// SceneStep is a step done or skipped.
type SceneStep struct {
	Step    string       `json:"step"`
	Skipped bool         `json:"skipped"`
	Reason  string       `json:"reason,omitempty"`
	Made    []scene.Made `json:"made" doc:"What it led to, as far as the caller may know of it"`
	Unknown int          `json:"unknown,omitempty" doc:"How many more things it led to: not for the caller, or no more"`
	Record  string       `json:"record,omitempty"`
	Nothing string       `json:"nothing,omitempty" doc:"Why nothing is linked (vocabulary step-nothing-reasons)"`
	Linked  []SceneLink  `json:"linked,omitempty" doc:"When something was added to made after it was done, and numbers that were"`
	Staff   string       `json:"staff"`
	At      time.Time    `json:"at"`
}

// SceneLink is an addition to a step that was done.
type SceneLink struct {
	Record string    `json:"record,omitempty"`
	Staff  string    `json:"staff"`
	At     time.Time `json:"at"`
}

// ScenePromptSet is the answer to one prompt.
type ScenePromptSet struct {
	Step   string    `json:"step"`
	Prompt string    `json:"prompt"`
	Answer string    `json:"answer"`
	Reason string    `json:"reason,omitempty"`
	Staff  string    `json:"staff"`
	At     time.Time `json:"at"`
}

// SceneTexts is what is sealed at a scene, opened.
type SceneTexts struct {
	Texts []scene.Text `json:"texts"`
}

// SeparationRows are overrides of the rule that keeps victims and suspects
// apart.
type SeparationRows struct {
	Overrides []scene.Aloof `json:"overrides"`
}

// ReasonText is why a rule was set aside.
type ReasonText struct {
	Reason string `json:"reason"`
}

// SceneFinding is the review of one override.
type SceneFinding struct {
	Justified bool   `json:"justified"`
	Note      string `json:"note" doc:"What the review found; sealed as inquiry"`
}

// sceneView shows a scene; marks and guides, which name what other rooms keep,
// are filled in by shownScene.
func sceneView(s *scene.State) *SceneView {
	v := &SceneView{ID: s.ID, Ref: s.Ref, Version: s.Version, Class: s.Class, CSE: s.CSE, Cases: all(s.Cases), Roles: all(s.Roles), Units: all(s.Units),
		Persons: []ScenePerson{}, Log: []SceneLine{}, Marks: []SceneMark{}, Runs: []SceneRun{}, Clocks: all(s.Clocks)}
	for i := range s.Persons {
		p := &s.Persons[i]
		v.Persons = append(v.Persons, ScenePerson{ID: p.ID, Label: p.Label, Standing: p.Standing, Child: p.Child, Case: p.Case, Uses: all(p.Uses), Left: p.Left, Since: p.By.At, Device: p.Moment})
	}
	for i := range s.Log {
		l := &s.Log[i]
		line := SceneLine{ID: l.ID, Staff: l.Staff, Person: l.Person, Visitor: !l.Name.IsZero(), Purpose: l.Purpose, Clothing: l.Clothing, Escort: l.Escort, In: l.Time, Taken: l.By.At, Device: l.Moment}
		if l.Out != nil {
			line.Out = &l.Out.Time
		}
		v.Log = append(v.Log, line)
	}
	if s.Released != nil {
		v.Released = s.Released.To
	}
	return v
}

// shownScene is a scene as the caller may know of it.
func (c *call) shownScene(s *scene.State) (*SceneView, error) {
	v := sceneView(s)
	grounds := map[string]*SceneGround{}
	for _, g := range s.Grounds() {
		how, _, err := c.office().Ground(c.r.Context(), c.actor, s.ID, g.File)
		if err != nil {
			return nil, err
		}
		grounds[g.File] = &SceneGround{State: how, Parts: g.Parts}
		if how != office.GroundHidden {
			*grounds[g.File] = SceneGround{State: how, File: g.File, SHA256: g.SHA256, Width: g.Width, Height: g.Height, Turn: g.Turn, Parts: g.Parts}
		}
	}
	for i := range s.Marks {
		m := &s.Marks[i]
		if m.Gone != nil {
			continue
		}
		shown := SceneMark{ID: m.ID, Kind: m.Kind, Points: m.Points, Code: m.Code}
		if m.On != nil {
			shown.On = grounds[m.On.File]
		}
		v.Marks = append(v.Marks, shown)
	}
	for i := range s.Runs {
		run := sceneRun(&s.Runs[i], c.office().Content)
		for n := range run.Settled {
			if err := c.led(s, &run.Settled[n], s.Runs[i].Settled[n].Led()); err != nil {
				return nil, err
			}
		}
		v.Runs = append(v.Runs, run)
	}
	return v, nil
}

// led fills in what a step led to.
func (c *call) led(s *scene.State, step *SceneStep, made []scene.Made) error {
	for _, m := range made {
		knows, err := c.office().KnowsAt(c.r.Context(), c.actor, s.ID, m)
		switch {
		case err != nil:
			return err
		case knows:
			step.Made = append(step.Made, m)
		default:
			step.Unknown++
		}
	}
	return nil
}

func sceneRun(r *scene.Run, k *content.Content) SceneRun {
	run := SceneRun{Guide: r.Guide, Settled: []SceneStep{}, Answers: []ScenePromptSet{}}
	if g := k.Guide(r.Guide); g != nil {
		run.Open = r.Open(g)
	}
	for n := range r.Settled {
		x := &r.Settled[n]
		step := SceneStep{Step: x.Step, Skipped: x.Skipped, Reason: x.Reason, Made: []scene.Made{}, Record: x.Record, Nothing: x.Nothing, Staff: x.By.Staff, At: x.By.At}
		for i := range x.Linked {
			step.Linked = append(step.Linked, SceneLink{x.Linked[i].Record, x.Linked[i].By.Staff, x.Linked[i].By.At})
		}
		run.Settled = append(run.Settled, step)
	}
	for n := range r.Answers {
		x := &r.Answers[n]
		run.Answers = append(run.Answers, ScenePromptSet{Step: x.Step, Prompt: x.Prompt, Answer: x.Answer, Reason: x.Reason, Staff: x.By.Staff, At: x.By.At})
	}
	return run
}

func (a *api) sceneRoutes() {
	add(a, policy.InquiryList, route{method: "GET", path: "/scenes", id: "scenes", tag: "scenes",
		summary: "Scenes of one's inquiries, and those at which one has a role"}, func(c *call, _ *none) (*SceneRows, error) {
		list, err := c.office().Scenes.Mine(c.r.Context(), c.actor)
		out := &SceneRows{Scenes: []SceneRow{}}
		for _, s := range list {
			out.Scenes = append(out.Scenes, SceneRow{ID: s.ID, Ref: s.Ref, Class: s.Class, CSE: s.CSE, Released: s.Released != nil, Changed: s.Changed})
		}
		return out, err
	})
	add(a, policy.SceneCreate, route{method: "POST", path: "/inquiries/{id}/scenes", id: "open-scene", tag: "scenes", door: inquiryDoor, status: 201, ordered: true,
		summary: "Open a scene of an inquiry", optional: []string{"cse", "cases", "address", "point", "role", "guide", "operation", "device_at"}},
		func(c *call, in *scene.Open) (*realm.Receipt, error) {
			rc, err := c.office().Scenes.Open(c.r.Context(), c.actor, c.id("id"), c.order, in)
			if err == nil {
				c.location = "/scenes/" + rc.ID
			}
			return c.receipt(rc, err)
		})
	add(a, policy.SceneView, route{method: "GET", path: "/scenes/{id}", id: "scene", tag: "scenes", door: sceneDoor, versioned: true,
		summary: "One scene without anything sealed"}, func(c *call, _ *none) (*SceneView, error) {
		v, err := c.office().Scenes.View(c.r.Context(), c.actor, c.id("id"))
		if err != nil {
			return nil, err
		}
		c.version = v.Version
		return c.shownScene(v.State)
	})
	add(a, policy.SceneRead, route{method: "POST", path: "/scenes/{id}/texts", id: "read-scene", tag: "scenes", door: sceneDoor,
		summary: "Open what is sealed at it; recorded first"}, func(c *call, _ *none) (*SceneTexts, error) {
		list, err := c.office().Scenes.Read(c.r.Context(), c.actor, c.id("id"))
		return &SceneTexts{all(list)}, err
	})
	at[scene.Give](a, "/roles", "give-role", "Give somebody a role at the scene")
	at[scene.End](a, "/roles/end", "end-role", "End somebody's role")
	at[scene.Locate](a, "/place", "locate-scene", "Say where it is", "*")
	at[scene.Observe](a, "/conditions", "observe-scene", "Note weather and hazards", "*")
	at[scene.Enter](a, "/log", "enter-scene", "Write who goes in into the scene log", "staff", "person", "name", "escort", "time", "device_at")
	at[scene.Leave](a, "/log/leave", "leave-scene", "Write who comes out", "time", "device_at")
	at[scene.Draw](a, "/marks", "draw-mark", "Put a mark on the sketch, or on a photo of the scene", "on", "code", "note", "device_at")
	at[scene.Unmark](a, "/marks/remove", "remove-mark", "Take a mark off the sketch; it stays in the record")
	at[scene.AddUnit](a, "/units", "add-unit", "Name a vehicle or a room", "shared")
	at[scene.Arrive](a, "/persons", "note-person", "Note somebody at the scene", "child", "case", "description", "device_at")
	at[scene.Restate](a, "/persons/restate", "restate-person", "Change a standing; what was shared is looked at again", "override_reason", "override_told", "device_at")
	at[scene.Handle](a, "/persons/handle", "handle-person", "Who handles a person, in which vehicle and room", "handler", "vehicle", "room", "override_reason", "override_told", "device_at")
	at[scene.Depart](a, "/persons/depart", "depart-person", "A person leaves the scene with the present handler", "device_at")
	at[scene.See](a, "/overrides/seen", "see-override", "The second person's word: I know of it")
	at[scene.Begin](a, "/guides", "begin-guide", "Follow a guide")
	at[scene.DoStep](a, "/steps/done", "do-step", "A step is done, and what it led to", "made", "record", "nothing", "note", "device_at")
	at[scene.LinkStep](a, "/steps/links", "link-step", "Add what a step that is done led to; what was told of it stays, and the scene may be released already", "made", "record", "device_at")
	at[scene.SkipStep](a, "/steps/skipped", "skip-step", "A step is not done, and why", "note", "device_at")
	at[scene.AnswerPrompt](a, "/steps/answers", "answer-prompt", "Found, looked for and not found, or not looked for and why", "reason", "note", "device_at")
	at[scene.GiveUp](a, "/release", "release-scene", "Release the scene", "name", "note", "device_at")
	a.separationRoutes()
}

func (a *api) separationRoutes() {
	add(a, policy.InquiryList, route{method: "GET", path: "/separation/told", id: "separation-told", tag: "scenes",
		summary: "Overrides of which one was told"}, func(c *call, _ *none) (*SeparationRows, error) {
		list, err := c.office().Scenes.Told(c.r.Context(), c.actor)
		return &SeparationRows{all(list)}, err
	})
	add(a, policy.SeparationReview, route{method: "GET", path: "/separation", id: "separation", tag: "oversight",
		summary: "Overrides of the separation of victims and suspects that wait for review"}, func(c *call, _ *none) (*SeparationRows, error) {
		list, err := c.office().Scenes.Oversight(c.r.Context(), c.actor)
		return &SeparationRows{all(list)}, err
	})
	add(a, policy.SeparationReview, route{method: "POST", path: "/separation/{id}/reason", id: "separation-reason", tag: "oversight",
		summary: "Open why the rule was set aside; recorded first"}, func(c *call, _ *none) (*ReasonText, error) {
		text, err := c.office().Scenes.Reason(c.r.Context(), c.actor, c.id("id"))
		return &ReasonText{text}, err
	})
	add(a, policy.SeparationReview, route{method: "POST", path: "/separation/{id}/review", id: "review-separation", tag: "oversight", ordered: true,
		summary: "Justified or not"}, func(c *call, in *SceneFinding) (*realm.Receipt, error) {
		rc, err := c.office().Scenes.Review(c.r.Context(), c.actor, c.order, &scene.Judge{Override: c.id("id"), Justified: in.Justified, Note: in.Note})
		return c.receipt(rc, err)
	})
}

// at adds a route for one command at the scene of the path.
func at[T any, P interface {
	*T
	scene.Command
}](a *api, path, id, summary string, optional ...string) {
	rt := route{method: "POST", path: "/scenes/{id}" + path, id: id, summary: summary, tag: "scenes", door: sceneDoor, ordered: true, optional: optional}
	add(a, P(new(T)).Action(), rt, func(c *call, in *T) (*realm.Receipt, error) {
		rc, err := c.office().Scenes.Do(c.r.Context(), c.actor, c.id("id"), c.order, P(in))
		return c.receipt(rc, err)
	})
}
