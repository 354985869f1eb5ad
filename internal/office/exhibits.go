package office

import (
	"context"
	"fmt"
	"io/fs"

	"rufaa/internal/accounts"
	"rufaa/internal/exhibit"
	"rufaa/internal/text"
)

// openExhibits opens the room of exhibits and tells it what it must know of
// scenes.
func (of *Office) openExhibits(files fs.FS) error {
	register, err := exhibit.LoadRegister(files)
	if err != nil {
		return err
	}
	of.Exhibits = exhibit.New(of.Realm, exhibit.Options{Register: register, Zone: text.Nairobi, Scene: of.sceneOf, Scenes: of.scenesOf, AgencyOf: of.agencyOf, StaffCalled: of.staffCalled})
	return nil
}

// sceneOf is a scene as the room of exhibits knows it.
func (of *Office) sceneOf(ctx context.Context, id, staff string) (*exhibit.Scene, error) {
	s, err := of.Scenes.Load(ctx, id)
	if err != nil || !s.Exists() {
		return nil, err
	}
	out := &exhibit.Scene{ID: s.ID, Prefix: s.Prefix(), Team: s.Present(of.Now()), Roles: s.RolesOf(staff), Cases: s.Cases, Inquiry: s.Inquiry, CSE: s.CSE}
	if in := s.Of(); in != nil {
		out.Agency = in.Agency
	}
	return out, nil
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
