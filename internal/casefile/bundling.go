package casefile

import (
	"context"
	"errors"
	"slices"

	"rufaa/internal/content"
	"rufaa/internal/ledger"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
	"rufaa/internal/valid"
	"rufaa/internal/vault"
)

// BundleMade says that a bundle of the case was made for a court or a party.
const BundleMade = "case.bundle_made"

// BundleRecipients are who a bundle may be for.
var BundleRecipients = []string{"court", "prosecution", "defence"}

// MakeBundle notes that a bundle leaves, before it does.
type MakeBundle struct {
	Recipient string `json:"recipient" doc:"court, prosecution or defence" maxLength:"20"`
	Purpose   string `json:"purpose" doc:"What it is for (vocabulary purposes)" maxLength:"40"`
	// Files are the evidence files that go along, chosen one by one: nobody can
	// mask what a picture shows.
	Files []string `json:"files,omitempty" doc:"Ids of evidence files that go along; somebody has looked at each" maxItems:"500"`
}

// Action is bundle.make.
func (*MakeBundle) Action() policy.Action { return policy.BundleMake }

// Check requires both.
func (m *MakeBundle) Check(c *valid.Check, k *content.Content) {
	c.Term("recipient", m.Recipient, func(id string) bool { return slices.Contains(BundleRecipients, id) }, true)
	c.Term("purpose", m.Purpose, inList(k, "purposes"), true)
}

func (m *MakeBundle) decide(*State, *env) ([]ledger.Draft, error) { return happened(BundleMade, *m) }

var bundleFolds = map[string]folder{BundleMade: on(func(*State, MakeBundle, By) {})}

// MayOpen tells by which rule the compartment stays shut for this person and
// purpose; "" when it would open. Nothing is opened.
func (c *Cases) MayOpen(_ context.Context, who realm.Actor, s *State, comp vault.Compartment, purpose string) (rule string, err error) {
	_, _, err = c.groundFor(who, s, comp, purpose)
	var denied *problem.Denied
	if errors.As(err, &denied) {
		return denied.Rule, nil
	}
	return "", err
}
