package scene

import (
	"context"

	"rufaa/internal/realm"
)

// Rooms answer what is asked at a scene of the rooms of exhibits and files.
type Rooms struct {
	// Photo gives the photo of a scene that a sketch may stand on, as far as the
	// one who asks may see it; nil is none. One of which no preview is drawn is
	// refused.
	Photo func(ctx context.Context, who realm.Actor, scene, id string) (*Ground, error)
	// Has tells whether an exhibit or a file (MadeExhibit, MadeFile) is of a scene
	// and known to the one who asks.
	Has func(ctx context.Context, who realm.Actor, scene string, m Made) (bool, error)
}

// Beside sets the rooms that stand beside this one. Without them there is no
// photo to draw on, and no exhibit or file that a step led to.
func (c *Scenes) Beside(r Rooms) { c.rooms = r }

// ask puts the questions of one decision to the rooms beside, for who decides.
func (c *Scenes) ask(ctx context.Context, who realm.Actor, scene string) (photo func(string) (*Ground, error), has func(Made) (bool, error)) {
	photo = func(id string) (*Ground, error) {
		if c.rooms.Photo == nil {
			return nil, nil
		}
		return c.rooms.Photo(ctx, who, scene, id)
	}
	has = func(m Made) (bool, error) {
		if c.rooms.Has == nil {
			return false, nil
		}
		return c.rooms.Has(ctx, who, scene, m)
	}
	return photo, has
}
