package evidencefile

import (
	"context"
	"encoding/hex"
	"errors"
	"slices"
	"strings"
	"time"

	"rufaa/internal/inquiry"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
	"rufaa/internal/valid"
	"rufaa/internal/vault"
)

// Announced is what is said of a file before its content comes. Pages and API fill
// the same struct.
type Announced struct {
	Place
	Compartment string     `json:"compartment" doc:"Of a case: the compartment whose readers may open it. Of an inquiry it is inquiry"`
	Kind        string     `json:"kind" doc:"kinds or derivatives of content/files.yaml"`
	Name        string     `json:"name" doc:"File name; cleaned and sealed"`
	Note        string     `json:"note,omitempty" doc:"What it shows; sealed"`
	Size        int64      `json:"size" doc:"Bytes"`
	SHA256      string     `json:"sha256,omitempty" doc:"Digest of the whole, hexadecimal; a content with another one is refused"`
	DeviceAt    *time.Time `json:"device_at,omitempty" doc:"The device's clock now"`
	Parent      string     `json:"parent,omitempty" doc:"Of a derivative: the file it was made from"`
	Tool        string     `json:"tool,omitempty" doc:"Of a derivative: what made it, with version"`
	Print       string     `json:"print,omitempty" doc:"Fingerprint of the sender's file, to find an unfinished upload again"`
	Key         string     `json:"-"` // idempotency key of a file that comes in one go, see Take
}

func (f *Files) check(n *Announced) error {
	c := valid.New(f.realm.Now())
	derived := has(f.Rules.Derivatives, n.Kind)
	c.Term("kind", n.Kind, func(id string) bool { return derived || has(f.Rules.Kinds, id) }, true)
	if !slices.Contains(vault.Compartments(), vault.Compartment(n.Compartment)) || n.Compartment == string(vault.Witness) {
		c.Add("compartment", "common.error.choose")
	}
	if n.Inquiry != "" && n.Compartment != string(vault.Inquiry) {
		c.Add("compartment", "common.error.choose")
	}
	c.Text("note", &n.Note, valid.MaxText, false)
	c.Text("tool", &n.Tool, valid.MaxLine, derived)
	if derived && n.Parent == "" {
		c.Add("parent", "common.error.required")
	}
	if !derived && n.Parent != "" {
		c.Add("kind", "file.error.derivative")
	}
	if len(n.Name) > 4000 {
		c.Add("name", "common.error.too_long", "max", maxName)
	}
	n.Name = CleanName(n.Name)
	switch {
	case n.Size == 0:
		c.Add("file", "file.error.empty")
	case n.Size > f.Rules.Limits.File:
		c.Add("file", "file.error.too_large", "max", int(f.Rules.Limits.File>>20))
	case n.Size < -1:
		c.Add("file", "common.error.required")
	}
	n.SHA256 = strings.ToLower(strings.TrimSpace(n.SHA256))
	if raw, err := hex.DecodeString(n.SHA256); n.SHA256 != "" && (err != nil || len(raw) != 32) {
		c.Add("sha256", "file.error.sha256")
	}
	if len(n.Print) > 100 {
		c.Add("print", "common.error.too_long", "max", 100)
	}
	return c.Err()
}

// admitNew asks the door whether somebody may add this file, and checks what it
// is said to belong to. Scene and exhibit that are not of the inquiry are as if
// they were not there.
func (f *Files) admitNew(ctx context.Context, who realm.Actor, n *Announced) (noPreview bool, err error) {
	if n.Inquiry != "" && n.Compartment == "" {
		n.Compartment = string(vault.Inquiry)
	}
	if n.Parent != "" {
		p, err := f.admitted(ctx, who, policy.FileAdd, n.Parent)
		if err != nil {
			return false, err
		}
		if p.End != nil {
			return false, problem.Refuse("file.destroyed")
		}
		// What is made from a file stands where the file stands.
		n.Place, n.Compartment, noPreview = p.File.Place, p.File.Compartment, p.File.NoPreview
	}
	if !vault.Compartment(n.Compartment).Valid() {
		// Which compartment it shall be decides who may; asked with none, the
		// door tells only whether the place may be known of.
		if _, err := f.MayAdd(ctx, who, n.Place); err != nil {
			return false, err
		}
	}
	if err := f.admitPlace(ctx, who, n); err != nil {
		return false, err
	}
	if err := f.admitExhibit(ctx, n.Place); err != nil {
		return false, err
	}
	if n.Case != "" {
		s, err := f.cases.Load(ctx, n.Case)
		return noPreview || err != nil || s.Subject().Child, err
	}
	if n.Scene != "" {
		s, err := f.scenes.Load(ctx, n.Scene)
		return noPreview || err != nil || s.CSE, err
	}
	q, err := f.inquiries.Load(ctx, n.Inquiry)
	if err != nil {
		return true, err
	}
	// A file that names no scene may be of the one of child sexual exploitation.
	return noPreview || f.scenes.Rules.IsCSE(q.Kind) || slices.ContainsFunc(q.Scenes, func(s inquiry.SceneRef) bool { return s.CSE }), nil
}

// admitExhibit refuses a file that is said to belong to an exhibit of another
// scene, and any file of an exhibit that is material of child sexual abuse:
// before its first byte is taken. What began before is held against it again
// when it is all there (finish).
func (f *Files) admitExhibit(ctx context.Context, p Place) error {
	if p.Exhibit == "" {
		return nil
	}
	x, err := f.exhibit(ctx, p.Exhibit)
	switch {
	case err != nil:
		return err
	case x.Scene == "" || x.Scene != p.Scene:
		return problem.ErrNotFound
	case x.Abuse:
		return problem.Refuse("file.abuse-exhibit")
	}
	return nil
}

func (f *Files) admitPlace(ctx context.Context, who realm.Actor, n *Announced) error {
	if (n.Case == "") == (n.Inquiry == "") || n.Case != "" && n.Scene+n.Exhibit != "" { // scenes are of inquiries
		return problem.ErrNotFound
	}
	err := f.admit(ctx, who, policy.FileAdd, n.Place, n.Compartment)
	if !errors.Is(err, problem.ErrNotFound) || n.Case == "" {
		return err
	}
	// The case may be the reader's and only the compartment not.
	if _, caseErr := f.cases.Admitted(ctx, who, n.Case, policy.CaseView); caseErr == nil {
		if vault.Compartment(n.Compartment).Valid() {
			return &problem.Denied{Action: string(policy.FileAdd), Rule: "disclosure.compartment-not-for-duty"}
		}
		return &problem.Invalid{Fields: []problem.Field{{Name: "compartment", Key: "common.error.choose"}}}
	}
	return err
}
