package api

import (
	"context"
	"strings"

	"rufaa/internal/exercise"
	"rufaa/internal/policy"
	"rufaa/internal/realm"
)

// MailRows is a team's mailbox.
type MailRows struct {
	Mails []exercise.Mail `json:"mails"`
}

// Words is a short text of the exercise.
type Words struct {
	Text string `json:"text,omitempty" maxLength:"4000"`
	To   string `json:"to,omitempty" doc:"Of a call by control: a character or actors" maxLength:"40"`
}

// Feeling answers the wellbeing check.
type Feeling struct {
	How  string `json:"how" doc:"feelings of content/exercise.yaml" maxLength:"40"`
	Note string `json:"note,omitempty" maxLength:"1000"`
}

// CardLink says what of the scenario a case, exhibit or scene is about.
type CardLink struct {
	Stream string `json:"stream" doc:"case/<id>, exhibit/<id> or scene/<id>" maxLength:"120"`
	About  string `json:"about" doc:"By control: character, exhibit or place; by a player: the code of the card" maxLength:"40"`
}

func (a *api) exerciseRoutes() {
	read := func(path, id, summary string) route {
		return route{method: "GET", path: "/exercise" + path, id: id, summary: summary, tag: "exercise", door: roomDoor}
	}
	write := func(path, id, summary string, optional ...string) route {
		return route{method: "POST", path: "/exercise" + path, id: id, summary: summary, tag: "exercise", door: roomDoor, ordered: true, optional: optional}
	}
	add(a, policy.ExerciseView, read("", "exercise", "Where the exercise stands, its three clocks, and what was committed to"), func(c *call, _ *none) (*exercise.Face, error) {
		return c.office().Exercises.Face(c.r.Context(), c.actor)
	})
	add(a, policy.ExerciseWatch, read("/board", "exercise-board", "The board: injects, expected actions, deeds from the ledger"), func(c *call, _ *none) (*exercise.Board, error) {
		return c.office().Exercises.Board(c.r.Context(), c.actor)
	})
	add(a, policy.ExerciseAnswer, read("/mailbox", "exercise-mailbox", "What reached the own team"), func(c *call, _ *none) (*MailRows, error) {
		list, err := c.office().Exercises.Mailbox(c.r.Context(), c.actor)
		return &MailRows{all(list)}, err
	})
	add(a, policy.ExerciseAct, read("/card", "exercise-card", "An actor's own card"), func(c *call, _ *none) (*exercise.Role, error) {
		return c.office().Exercises.Role(c.r.Context(), c.actor)
	})
	add(a, policy.ExerciseView, read("/opening", "exercise-opening", "What was committed to, once it is revealed"), func(c *call, _ *none) (*exercise.RevealedEvent, error) {
		return c.office().Exercises.Opening(c.r.Context(), c.actor)
	})
	play(a, policy.ExerciseControl, write("/clock", "turn-exercise-clock", "Start, pause, speed up, jump or step the clock", "rate", "to", "by", "reason"), (*exercise.Exercises).TurnClock)
	play(a, policy.ExerciseControl, write("/free-injects", "send-free-inject", "Send an inject that the scenario does not have", "from"), (*exercise.Exercises).Inject)
	play(a, policy.ExerciseNotice, write("/deeds", "notice-deed", "Note a deed that the ledger cannot show", "inject"), (*exercise.Exercises).Notice)
	play(a, policy.ExerciseAct, write("/told", "log-told", "An actor's log: this was told", "reveal", "staff", "asked", "note", "tapped"), (*exercise.Exercises).Tell)
	play(a, policy.ExerciseAct, write("/treated", "log-treated", "An actor's log: so I was treated", "team", "note", "tapped"), (*exercise.Exercises).Treat)
	add(a, policy.ExerciseControl, write("/injects/{id}", "handle-inject", "Send, hold, release or skip an inject", "reason"), func(c *call, in *exercise.Hand) (*realm.Receipt, error) {
		rc, err := c.office().Exercises.Handle(c.r.Context(), c.actor, c.order.Key, c.id("id"), *in)
		return c.receipt(rc, err)
	})
	add(a, policy.ExerciseAnswer, write("/injects/{id}/answers", "answer-inject", "A team's answer to an inject"), func(c *call, in *exercise.Answer) (*realm.Receipt, error) {
		rc, err := c.office().Exercises.Answer(c.r.Context(), c.actor, c.order.Key, c.id("id"), *in)
		return c.receipt(rc, err)
	})
	play(a, policy.ExerciseControl, write("/freeze", "freeze-exercise", "Freeze and teach", "to"), func(x *exercise.Exercises, ctx context.Context, who realm.Actor, key string, in Words) (realm.Receipt, error) {
		return x.Freeze(ctx, who, key, in.Text)
	})
	play(a, policy.ExerciseControl, write("/thaw", "thaw-exercise", "Go on after teaching", "*"), func(x *exercise.Exercises, ctx context.Context, who realm.Actor, key string, _ none) (realm.Receipt, error) {
		return x.Thaw(ctx, who, key)
	})
	play(a, policy.ExerciseView, write("/calls", "call-exercise", "A short message between control and actors", "to"), func(x *exercise.Exercises, ctx context.Context, who realm.Actor, key string, in Words) (realm.Receipt, error) {
		return x.Call(ctx, who, key, in.To, in.Text)
	})
	play(a, policy.ExerciseAct, write("/felt", "log-felt", "An actor's answer to the wellbeing check", "note"), func(x *exercise.Exercises, ctx context.Context, who realm.Actor, key string, in Feeling) (realm.Receipt, error) {
		return x.Feel(ctx, who, key, in.How, in.Note)
	})
	play(a, policy.ExerciseStop, write("/stops", "stop-scene", "The safe word: the scene stops at once", "*"), func(x *exercise.Exercises, ctx context.Context, who realm.Actor, key string, in Words) (realm.Receipt, error) {
		return x.Stop(ctx, who, key, in.Text)
	})
	add(a, policy.ExerciseControl, write("/stops/{id}/continuation", "continue-scene", "Let a stopped scene go on", "to"), func(c *call, in *Words) (*realm.Receipt, error) {
		rc, err := c.office().Exercises.Continue(c.r.Context(), c.actor, c.order.Key, c.id("id"), in.Text)
		return c.receipt(rc, err)
	})
	play(a, policy.ExerciseControl, write("/links", "link-exercise", "Say what of the scenario a case, exhibit or scene is about"), func(x *exercise.Exercises, ctx context.Context, who realm.Actor, key string, in CardLink) (realm.Receipt, error) {
		return x.Link(ctx, who, key, in.Stream, in.About)
	})
	add(a, policy.ExerciseAnswer, write("/cards", "type-card", "A player types the code of the card that a case, an exhibit or a scene of the own is about"), func(c *call, in *CardLink) (*realm.Receipt, error) {
		stream := in.Stream
		if !strings.Contains(stream, "/") {
			stream = "case/" + stream
		}
		rc, err := c.office().TypeCard(c.r.Context(), c.actor, c.order.Key, stream, in.About)
		return c.receipt(rc, err)
	})
	play(a, policy.ExerciseControl, write("/end", "end-exercise", "End play", "*"), func(x *exercise.Exercises, ctx context.Context, who realm.Actor, key string, in Words) (realm.Receipt, error) {
		return x.End(ctx, who, key, in.Text)
	})
	play(a, policy.ExerciseControl, write("/reveal", "reveal-exercise", "Open what was committed to", "*"), func(x *exercise.Exercises, ctx context.Context, who realm.Actor, key string, _ none) (realm.Receipt, error) {
		return x.Reveal(ctx, who, key)
	})
}

// play wires an act in the realm's exercise.
func play[T any](a *api, action policy.Action, rt route, do func(*exercise.Exercises, context.Context, realm.Actor, string, T) (realm.Receipt, error)) {
	add(a, action, rt, func(c *call, in *T) (*realm.Receipt, error) {
		rc, err := do(c.office().Exercises, c.r.Context(), c.actor, c.order.Key, *in)
		return c.receipt(rc, err)
	})
}
