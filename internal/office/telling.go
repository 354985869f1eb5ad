package office

import (
	"context"
	"errors"
	"io/fs"
	"time"

	"rufaa/internal/accounts"
	"rufaa/internal/courier"
	"rufaa/internal/exercise"
	"rufaa/internal/notice"
	"rufaa/internal/outward"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
	"rufaa/internal/vault"
)

// openNotices lets the realm tell people. What is not for real use tells nobody
// outside, unless a test hands in where to; an exercise never does, but for
// statements to the learning record store that the operator names.
func (of *Office) openNotices(files fs.FS, o Options, wall func() time.Time) error {
	rules, err := notice.LoadRules(files)
	if err != nil {
		return err
	}
	out := o.Outlets
	handed := out.Mail != nil || out.SMS != nil || out.Hooks != nil
	if out.Hooks == nil {
		out.Hooks = courier.NewHooks(outward.Guard{Networks: o.SignOn.Networks, Loopback: of.Kind != realm.Live, Shut: of.Kind == realm.Exercise})
	}
	of.Notices = notice.New(of.Realm, of.Cases, notice.Options{
		Rules: rules, People: staffBook{of}, Texts: of.Texts, Outlets: out, Log: of.Log,
		Box:     of.box(),
		Capture: of.Kind == realm.Exercise || of.Kind == realm.Demo && !handed,
		Page:    of.noticesPage, Seal: of.sealHook, Unseal: of.unsealHook, Wall: wall,
	})
	return nil
}

// tell hands statements of courses to the outbox, where a learning record store
// is set up, and sends what is due.
func (of *Office) tell(ctx context.Context) error {
	var handed error
	if of.Notices.Tells() {
		handed = of.Training.HandOver(ctx, of.Notices.Hand)
	}
	return errors.Join(handed, of.Notices.Work(ctx))
}

// box is the mailbox of an exercise, where its notices end.
func (of *Office) box() *notice.Box {
	if of.Kind != realm.Exercise {
		return nil
	}
	return &notice.Box{
		Keep: func(ctx context.Context, c notice.Captured) (bool, error) {
			return of.Exercises.Capture(ctx, exercise.Caught{ID: c.ID, Channel: c.Channel, Staff: c.Staff, Agency: c.Agency, Subject: c.Subject, Body: c.Text})
		},
		List: func(ctx context.Context, staff string) ([]notice.Captured, error) {
			list, err := of.Exercises.Post(ctx, staff)
			var out []notice.Captured
			for _, p := range list {
				out = append(out, notice.Captured{ID: p.ID, Staff: p.Staff, Agency: p.Agency, Channel: p.Channel, Subject: p.Subject, Text: p.Body, At: p.At})
			}
			return out, err
		},
	}
}

// noticesPage is where the list of notices is reached, for people outside.
func (of *Office) noticesPage() string {
	site, ok := of.Accounts.Site()
	if !ok {
		return ""
	}
	return site.Origin + site.Base + "/notices"
}

var hookPlace = vault.Place{Record: "webhook", Field: "key", Compartment: vault.Identity, Schema: 1}

func (of *Office) sealHook(ctx context.Context, subject, plain string) (string, error) {
	s, err := of.Vault.Sealer(ctx, subject)
	if err != nil {
		return "", err
	}
	sealed, err := s.Seal(hookPlace, plain)
	return string(sealed), err
}

func (of *Office) unsealHook(ctx context.Context, subject, sealed string) (string, error) {
	texts, err := of.Vault.Open(ctx, vault.Opening{Actor: "system", Agency: "system", Duty: "system", Purpose: "webhook", Case: subject},
		[]vault.Item{{Place: hookPlace, Sealed: vault.Sealed(sealed)}})
	if err != nil {
		return "", err
	}
	return texts[0], nil
}

// staffBook is the staff as the notice room sees them.
type staffBook struct{ of *Office }

func personOf(s accounts.Staff, open bool) notice.Person {
	return notice.Person{ID: s.ID, Agency: s.Agency, Language: s.Language, Duties: namesOf(s.Duties), Active: open && s.State == accounts.Active}
}

// Person gives somebody by id; nobody is not active.
func (b staffBook) Person(ctx context.Context, id string) (notice.Person, error) {
	s, err := b.of.Accounts.Staff(ctx, id)
	if errors.Is(err, problem.ErrNotFound) {
		return notice.Person{ID: id}, nil
	}
	return personOf(s, b.of.AgencyExists(s.Agency)), err
}

// With lists the active people with a duty.
func (b staffBook) With(ctx context.Context, agency, duty string) ([]notice.Person, error) {
	agencies := []string{agency}
	if agency == "" {
		agencies = nil
		all, err := b.of.Accounts.Agencies(ctx)
		if err != nil {
			return nil, err
		}
		for _, a := range all {
			if !a.Closed {
				agencies = append(agencies, a.ID)
			}
		}
	}
	var out []notice.Person
	for _, id := range agencies {
		if !b.of.AgencyExists(id) {
			continue
		}
		staff, err := b.of.Accounts.Colleagues(ctx, id, accounts.Duty(duty))
		if err != nil {
			return nil, err
		}
		for _, s := range staff {
			out = append(out, personOf(s, true))
		}
	}
	return out, nil
}
