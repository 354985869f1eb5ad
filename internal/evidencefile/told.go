package evidencefile

import (
	"context"
	"slices"
	"time"

	"rufaa/internal/policy"
	"rufaa/internal/realm"
	"rufaa/internal/scene"
)

// Told is a file that was destroyed because it stood on a list of known abuse
// material, or was on its way to an exhibit that became such material, as it is
// told to those who must act. It says nothing of the file.
type Told struct {
	ID string `json:"id"`
	Place
	At       time.Time `json:"at"`
	Uploader string    `json:"uploader" doc:"Staff id of whoever sent it"`
	Agency   string    `json:"agency"`
	Reason   string    `json:"reason" doc:"hash-list: its digest stood on a list; abuse-exhibit: its exhibit became abuse material while it was on its way"`
	List     string    `json:"list,omitempty" doc:"Id of the list"`
}

// tellFor is how long such a line stands.
const tellFor = 90 * 24 * time.Hour

// Told lists what was destroyed, the newest first: to the supervisors of the
// sender's agency, to the exhibits officer of the scene it was sent to, and to
// whoever leads the inquiry.
func (f *Files) Told(ctx context.Context, who realm.Actor) ([]Told, error) {
	if err := f.realm.Door.Realm(who.Principal, policy.FileDestroyed); err != nil {
		return nil, err
	}
	all, err := f.readAll(ctx, `SELECT state FROM files WHERE status = 'destroyed' AND at > $1 ORDER BY at DESC, id DESC LIMIT 500`,
		f.realm.Now().Add(-tellFor).UnixMilli())
	if err != nil {
		return nil, err
	}
	out := []Told{}
	for _, s := range all {
		if s.End.Reason != OnList && s.End.Reason != AbuseExhibit {
			continue
		}
		mine := who.Duty == "supervisor" && s.End.Agency == who.Agency
		if !mine && s.File.Evidence() {
			res, err := f.resource(ctx, who, s.File.Place)
			if err != nil {
				return nil, err
			}
			mine = slices.Contains(res.Roles, scene.ExhibitsOfficer) || slices.Contains(res.Roles, "lead")
		}
		if mine {
			out = append(out, Told{ID: s.ID, Place: s.File.Place, At: s.End.By.At, Uploader: s.End.Uploader, Agency: s.End.Agency, Reason: s.End.Reason, List: s.End.List})
		}
	}
	return out, nil
}
