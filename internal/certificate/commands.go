package certificate

import (
	"slices"

	"rufaa/internal/content"
	"rufaa/internal/valid"
)

// Write is the content of a draft. Digests are not in it: they come from the
// record of the things it names.
type Write struct {
	Things      []string `json:"things" doc:"What it is about: exhibit/<id> or file/<id>" maxItems:"200"`
	Responsible string   `json:"responsible" doc:"Id of the member of staff who is responsible for the device or the work, and who signs" maxLength:"100"`
	Office      string   `json:"office" doc:"In what capacity they sign" maxLength:"300"`
	How         string   `json:"how" doc:"How the record was produced"`
	Device      string   `json:"device" doc:"Particulars of the device that produced it"`
	Use         string   `json:"use" doc:"That it was in regular use and worked properly, or how not"`
	Notes       string   `json:"notes,omitempty" doc:"What bears on its weight: how it was generated, kept and its originator identified (s.78A)"`
	From        string   `json:"from,omitempty" doc:"Regular use from, YYYY-MM-DD" maxLength:"10"`
	To          string   `json:"to,omitempty" doc:"Regular use until, YYYY-MM-DD" maxLength:"10"`
	Language    string   `json:"language,omitempty" doc:"en or sw; of the paper" enum:"en,sw,"`
	Replaces    string   `json:"replaces,omitempty" doc:"A signed certificate that this one replaces when it is signed" maxLength:"100"`
}

// Check requires what s.106B asks for.
func (w *Write) Check(c *valid.Check, _ *content.Content) {
	if len(w.Things) == 0 {
		c.Add("things", "common.error.choose")
	}
	c.Text("responsible", &w.Responsible, 100, true)
	c.Text("office", &w.Office, valid.MaxLine, true)
	c.Text("how", &w.How, valid.MaxText, true)
	c.Text("device", &w.Device, valid.MaxText, true)
	c.Text("use", &w.Use, valid.MaxText, true)
	c.Text("notes", &w.Notes, valid.MaxText, false)
	c.Text("replaces", &w.Replaces, 100, false)
	c.Date("from", w.From)
	c.Date("to", w.To)
	if w.From != "" && w.To != "" && w.To < w.From {
		c.Add("to", "certificate.error.period")
	}
	if !slices.Contains([]string{"en", "sw"}, w.Language) {
		w.Language = "en"
	}
}

// Revoke ends a signed certificate.
type Revoke struct {
	Reason string `json:"reason" doc:"Why it no longer stands" maxLength:"1000"`
}

// Check requires the reason.
func (r *Revoke) Check(c *valid.Check, _ *content.Content) {
	c.Text("reason", &r.Reason, 1000, true)
}

// Proof is how a signer shows anew who they are.
type Proof struct {
	Password string `json:"password,omitempty" doc:"Of the signer's own account"`
	Code     string `json:"code,omitempty" doc:"Of the signer's own second factor, where there is no password" maxLength:"20"`
}
