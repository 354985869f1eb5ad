package api

import (
	"rufaa/internal/policy"
	"rufaa/internal/realm"
	"rufaa/internal/training"
)

// CourseRows are courses, each with the caller's own record.
type CourseRows struct {
	Courses []training.View `json:"courses"`
}

// TestSheet is the test that the caller can sit now.
type TestSheet struct {
	Sitting   training.Sitting         `json:"sitting" enum:"before,after,later"`
	Questions []training.AskedQuestion `json:"questions"`
}

// SignedCredential is a certificate as an Open Badges 3.0 credential.
type SignedCredential struct {
	JWT string `json:"jwt" doc:"Compact JWT, EdDSA (Open Badges 3.0, VC-JWT)"`
}

// StatementRows are xAPI statements.
type StatementRows struct {
	Statements []training.Statement `json:"statements"`
}

// CertificateText is a code, or the text of a credential.
type CertificateText struct {
	Text string `json:"text" maxLength:"16384"`
}

func (a *api) trainingRoutes() {
	at := func(method, path, id, summary string, optional ...string) route {
		return route{method: method, path: path, id: id, summary: summary, tag: "training", door: roomDoor, ordered: method == "POST", optional: optional}
	}
	add(a, policy.TrainingView, at("GET", "/courses", "courses", "Courses, with the own record"), func(c *call, _ *none) (*CourseRows, error) {
		list, err := c.office().Training.List(c.r.Context(), c.actor)
		return &CourseRows{all(list)}, err
	})
	add(a, policy.TrainingManage, at("POST", "/courses", "open-course", "Open a course", "bank", "exercise"), func(c *call, in *training.Open) (*realm.Receipt, error) {
		rc, err := c.office().Training.Open(c.r.Context(), c.actor, c.order.Key, in)
		return c.receipt(rc, err)
	})
	add(a, policy.TrainingView, at("GET", "/courses/{id}", "course", "One course, with the own record"), func(c *call, _ *none) (*training.View, error) {
		return c.office().Training.View(c.r.Context(), c.actor, c.id("id"))
	})
	add(a, policy.TrainingTake, at("POST", "/courses/{id}/seat", "take-seat", "Attend; sex and county are for the report alone", "*"), func(c *call, in *training.TakeSeat) (*realm.Receipt, error) {
		rc, err := c.office().Training.TakeSeat(c.r.Context(), c.actor, c.id("id"), c.order.Key, in)
		return c.receipt(rc, err)
	})
	add(a, policy.TrainingTake, at("GET", "/courses/{id}/test", "course-test", "The test that can be sat now"), func(c *call, _ *none) (*TestSheet, error) {
		x, list, err := c.office().Training.Test(c.r.Context(), c.actor, c.id("id"))
		return &TestSheet{x, all(list)}, err
	})
	add(a, policy.TrainingTake, at("POST", "/courses/{id}/test", "sit-test", "Hand a test in; a question left out counts as not known"), func(c *call, in *training.Sit) (*realm.Receipt, error) {
		rc, err := c.office().Training.Sit(c.r.Context(), c.actor, c.id("id"), c.order.Key, in)
		return c.receipt(rc, err)
	})
	add(a, policy.TrainingTake, at("POST", "/courses/{id}/name", "name-certificate", "The own name on the own certificate; empty takes it off", "*"), func(c *call, in *training.Name) (*realm.Receipt, error) {
		rc, err := c.office().Training.Name(c.r.Context(), c.actor, c.id("id"), c.order.Key, in)
		return c.receipt(rc, err)
	})
	add(a, policy.TrainingView, at("GET", "/courses/{id}/credential", "own-credential", "The own certificate, signed"), func(c *call, _ *none) (*SignedCredential, error) {
		jwt, _, err := c.office().Training.Credential(c.r.Context(), c.actor, c.id("id"))
		return &SignedCredential{jwt}, err
	})
	add(a, policy.TrainingManage, at("GET", "/courses/{id}/report", "course-report", "The group in numbers; small cells are withheld"), func(c *call, _ *none) (*training.Report, error) {
		return c.office().Training.Report(c.r.Context(), c.actor, c.id("id"))
	})
	add(a, policy.TrainingManage, at("GET", "/courses/{id}/xapi", "course-xapi", "The course as xAPI statements under opaque accounts; certificates taken back are voided"), func(c *call, _ *none) (*StatementRows, error) {
		list, err := c.office().Training.Statements(c.r.Context(), c.actor, c.id("id"))
		return &StatementRows{all(list)}, err
	})
	add(a, policy.TrainingManage, at("POST", "/courses/{id}/end", "end-course", "End a course; the later test stays", "*"), func(c *call, _ *none) (*realm.Receipt, error) {
		rc, err := c.office().Training.End(c.r.Context(), c.actor, c.id("id"), c.order.Key)
		return c.receipt(rc, err)
	})
	add(a, policy.TrainingManage, at("POST", "/courses/{id}/revocation", "revoke-course-certificate", "Take a certificate back"), func(c *call, in *training.Revoke) (*realm.Receipt, error) {
		rc, err := c.office().Training.Revoke(c.r.Context(), c.actor, c.id("id"), c.order.Key, in)
		return c.receipt(rc, err)
	})
	add(a, policy.TrainingView, route{method: "POST", path: "/certificate-checks", id: "check-certificate", tag: "training", door: openDoor,
		summary: "Whether a certificate is genuine: by its code, or by the text of the credential"}, func(c *call, in *CertificateText) (*training.Checked, error) {
		found, err := c.office().Training.Check(c.r.Context(), in.Text)
		return &found, err
	})
}
