package office

import (
	"context"
	"fmt"
	"io/fs"
	"slices"

	"rufaa/internal/accounts"
	"rufaa/internal/exhibit"
	"rufaa/internal/notice"
	"rufaa/internal/realm"
	"rufaa/internal/scene"
	"rufaa/internal/store"
	"rufaa/internal/text"
)

// openExhibits opens the room of exhibits and tells it what it must know of
// scenes.
func (of *Office) openExhibits(files fs.FS) error {
	register, err := exhibit.LoadRegister(files)
	if err != nil {
		return err
	}
	of.Exhibits = exhibit.New(of.Realm, exhibit.Options{Register: register, Zone: text.Nairobi, Scene: of.sceneOf, Scenes: of.scenesOf, AgencyOf: of.agencyOf, StaffCalled: of.staffCalled,
		Lists: of.HashLists, Pack: of.pack, File: of.fileOf})
	of.Scenes.KeepApartFrom(things)
	of.Scenes.Beside(scene.Rooms{Photo: of.PhotoOf, Has: of.ofScene})
	return nil
}

// things are the exhibits of some scenes as the rule of separation sees them.
func things(ctx context.Context, query store.Query, scenes []string) ([]scene.Thing, error) {
	found, err := exhibit.PackedAt(ctx, query, scenes, "")
	out := make([]scene.Thing, len(found))
	for i := range found {
		out[i] = scene.Thing(found[i])
	}
	return out, err
}

// sceneOf is a scene as the room of exhibits knows it.
func (of *Office) sceneOf(ctx context.Context, id, staff string) (*exhibit.Scene, error) {
	s, err := of.Scenes.Load(ctx, id)
	if err != nil || !s.Exists() {
		return nil, err
	}
	out := &exhibit.Scene{ID: s.ID, Prefix: s.Prefix(), Team: s.Present(of.Now()), Roles: s.RolesOf(staff), Cases: s.Cases, Inquiry: s.Inquiry, CSE: s.CSE}
	for i := range s.Marks {
		if s.Marks[i].Gone == nil {
			out.Marks = append(out.Marks, s.Marks[i].ID)
		}
	}
	if in := s.Of(); in != nil {
		out.Agency = in.Agency
		for _, x := range in.Scenes {
			out.Scenes = append(out.Scenes, x.ID)
		}
	}
	return out, nil
}

// pack asks the scene's rule of separation about an exhibit that is packed.
func (of *Office) pack(ctx context.Context, who realm.Actor, t exhibit.Packed, with []exhibit.Packed, f *exhibit.Facts) (*exhibit.Packing, error) {
	others := make([]scene.Thing, len(with))
	for i := range with {
		others[i] = scene.Thing(with[i])
	}
	p, err := of.Scenes.Pack(ctx, who, scene.Thing(t), others, scene.Aside{OverrideReason: f.OverrideReason, OverrideTold: f.OverrideTold})
	if err != nil {
		return nil, err
	}
	out := exhibit.Packing(*p)
	return &out, nil
}

// fileOf gives the digest of an evidence file that may stand with an exhibit of
// a scene: of the same inquiry, of this scene or of none, and seen by who asks.
func (of *Office) fileOf(ctx context.Context, who realm.Actor, sc *exhibit.Scene, id string) (digest string, ok bool, err error) {
	v, err := of.Files.View(ctx, who, id)
	switch {
	case lacking(err) != nil:
		return "", false, err
	case err != nil, v.Destroyed != "", v.Inquiry == "" || v.Inquiry != sc.Inquiry, v.Scene != "" && v.Scene != sc.ID:
		return "", false, nil
	}
	return v.Digest, true, nil
}

// scenesOf are the scenes that a member of staff has a role at.
func (of *Office) scenesOf(ctx context.Context, staff string) ([]string, error) {
	rows, err := of.Store.Query(ctx, `SELECT scene FROM scene_staff WHERE staff = $1 ORDER BY scene`, staff)
	if err != nil {
		return nil, fmt.Errorf("office: scenes: %w", err)
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, fmt.Errorf("office: scenes: %w", err)
		}
		out = append(out, id)
	}
	return out, rows.Err()
}

// staffCalled finds an active member of staff by the user name.
func (of *Office) staffCalled(ctx context.Context, user string) string {
	s, err := of.Accounts.StaffByUsername(ctx, user)
	if err != nil || s.State != accounts.Active {
		return ""
	}
	return s.ID
}

// TellOwed tells who has a victim's own property in hand, and who answers for it, that
// it is to go back.
func (of *Office) TellOwed(ctx context.Context) error {
	list, err := of.Exhibits.Owed(ctx)
	if err != nil {
		return err
	}
	for _, x := range list {
		due := of.Exhibits.ReturnBy(x)
		if due == nil {
			continue
		}
		at, err := of.Scenes.Load(ctx, x.Scene)
		if err != nil {
			return err
		}
		p := notice.ReturnEvent{Exhibit: x.ID, Due: *due, Staff: at.Holding(scene.ExhibitsOfficer), Leads: []string{}}
		if x.Keeper.Staff != "" {
			p.Staff = append(p.Staff, x.Keeper.Staff)
		}
		if q := at.Of(); q != nil {
			p.Leads = q.Leads(of.Now())
		}
		if len(p.Staff) == 0 { // it lies outside, and its scene is done
			p.Staff = p.Leads
		}
		slices.Sort(p.Staff)
		p.Staff = slices.Compact(p.Staff)
		if err := of.Notices.Owed(ctx, p); err != nil {
			return err
		}
	}
	return nil
}
