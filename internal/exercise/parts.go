package exercise

// Part is what somebody is in an exercise.
type Part string

// The parts.
const (
	Control  Part = "control"
	Actor    Part = "actor"
	Mentor   Part = "mentor"
	Observer Part = "observer"
	Player   Part = "player"
)

// Parts lists them all.
var Parts = []Part{Control, Actor, Mentor, Observer, Player}

// Member is somebody with a part.
type Member struct {
	Staff     string `json:"staff"`
	Part      Part   `json:"part"`
	Team      string `json:"team,omitempty"`
	Character string `json:"character,omitempty"`
}
