package casefile

import (
	"slices"
	"time"

	"rufaa/internal/vault"
)

// The grounds on which an agency may open a compartment. They are what the
// policy is asked with; "" means there is none.
const (
	BasisHolder  = "holder" // the agency that answers for the case
	BasisAuthor  = "author" // she told this to the very person, before a hand-over
	BasisConsent = "consent"
	BasisChild   = "child"
	BasisDanger  = "danger-to-life"
	BasisDuty    = "duty"
	BasisGlass   = "break-glass"

	BasisComplaint = "complaint" // she complained, and this is who answers her: the complaint alone
	BasisHandover  = "handover"  // the whole case is offered, and this is who answers: the hand-over note alone
)

// Ground finds on what basis the agency may know the compartment for the
// purpose at the moment, and the record it rests on. Consent comes first: a
// person's own yes is the better ground, and her no, or her taking it back,
// is only overridden by a basis recorded after it.
//
// Source: Data Protection (General) Regulations reg. 4 (consent states
// purposes, sharing, withdrawal); CTIPA s.11 (no disclosure of identity).
func (s *State) Ground(agency, purpose string, c vault.Compartment, now time.Time) (basis, record string) {
	if agency == s.Holder {
		return BasisHolder, s.ID
	}
	if consent := s.consentFor(agency, purpose, c, now); consent != nil && consent.Given {
		return BasisConsent, consent.ID
	}
	for i := len(s.Bases) - 1; i >= 0; i-- {
		b := &s.Bases[i]
		if b.Agency == agency && b.Purpose == purpose && b.Ended == nil && now.Before(b.Until) &&
			slices.Contains(b.Compartments, string(c)) {
			return b.Kind, b.ID
		}
	}
	return "", ""
}

// consentFor is her latest answer about agency, purpose and compartment that
// still stands; a withdrawn or lapsed answer counts as none.
func (s *State) consentFor(agency, purpose string, c vault.Compartment, now time.Time) *Consent {
	for i := len(s.Consents) - 1; i >= 0; i-- {
		k := &s.Consents[i]
		if k.Agency != agency || !slices.Contains(k.Purposes, purpose) || !slices.Contains(k.Compartments, string(c)) {
			continue
		}
		if k.Withdrawn != nil || k.lapsed(now) {
			return nil
		}
		return k
	}
	return nil
}

func (k *Consent) lapsed(now time.Time) bool {
	if k.Until == "" {
		return false
	}
	end, ok := endOfDay(k.Until)
	return !ok || !now.Before(end)
}

// Stands tells whether she has given it, and neither taken it back nor seen it
// end.
func (k *Consent) Stands(now time.Time) bool {
	return k.Given && k.Withdrawn == nil && !k.lapsed(now)
}

// WhyNoGround names the rule that explains why there is no ground: she
// declined, she took it back, or nobody has asked her.
func (s *State) WhyNoGround(agency, purpose string, c vault.Compartment) string {
	for i := len(s.Consents) - 1; i >= 0; i-- {
		k := &s.Consents[i]
		if k.Agency == agency && slices.Contains(k.Purposes, purpose) && slices.Contains(k.Compartments, string(c)) {
			switch {
			case k.Withdrawn != nil:
				return "consent.withdrawn"
			case !k.Given:
				return "consent.declined"
			}
		}
	}
	return "consent.needed-to-disclose"
}

// glassFor is the break-glass by which the member of staff may open the
// compartment now. Whereabouts need a second person.
func (s *State) glassFor(staff string, c vault.Compartment, now time.Time) *BreakGlass {
	for i := len(s.BreakGlass) - 1; i >= 0; i-- {
		g := &s.BreakGlass[i]
		if g.By.Staff != staff || !g.runs(now) || !slices.Contains(g.Compartments, string(c)) {
			continue
		}
		if c == vault.Whereabouts && g.Second == nil {
			continue
		}
		return g
	}
	return nil
}

// GlassOpens tells another room whether a break-glass of this member of staff
// opens the compartment now.
func (s *State) GlassOpens(staff string, c vault.Compartment, now time.Time) bool {
	return s.glassFor(staff, c, now) != nil
}

// runs tells whether the break-glass opens anything now: its time is not over,
// and no review found it unjustified.
func (g *BreakGlass) runs(now time.Time) bool {
	return now.Before(g.Until) && (g.Reviewed == nil || g.Reviewed.Justified)
}

// glassOpen tells whether any break-glass of this member of staff runs.
func (s *State) glassOpen(staff string, now time.Time) bool {
	for i := range s.BreakGlass {
		if s.BreakGlass[i].By.Staff == staff && s.BreakGlass[i].runs(now) {
			return true
		}
	}
	return false
}
