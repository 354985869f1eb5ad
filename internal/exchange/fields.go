package exchange

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"rufaa/internal/casefile"
	"rufaa/internal/text"
)

// Field is one field of the standard, by its name with prefix.
type Field string

// The fields that Rufaa can fill, in the standard's order.
var Fields = []Field{
	"prs_FirstName", "prs_MiddleName", "prs_SecondName", "prs_Birthdate", "prs_Gender", "prs_Deceased", "prs_PrimaryLanguage", "prs_Citizenship", "prs_IdentityNumber",
	"prs_MobilePhone", "prs_MailingCountry", "prs_MailingState",
	"vic_TraffickingStatus", "vic_TraffickingStatusDecisionMakingOrg", "vic_TypeOfExploitation",
	"cas_Status", "cas_ReasonForCaseClosure", "cas_CaseOwner", "cas_ReferringOrganisation", "cas_IncomingReferralDate",
	"cas_ReferredOrganisation", "cas_ReasonForOutgoingReferral", "cas_OutgoingReferralDate", "spl_PlannedEndDate", "con_Consent",
}

// reference is the column that Rufaa adds: the standard has no number of a case.
const reference = "rufaa_Reference"

var genders = map[string]string{"female": "Feminine", "male": "Masculine", "other": "NonConforming", "unknown": "NonSpecifiedUnknown"}

var exploitations = map[string]string{
	"sexual": "SexualExploitation", "forced-labour": "ForcedLabour", "domestic-servitude": "Servitude", "forced-marriage": "ForcedMarriage",
	"organ-removal": "OrganRemoval", "begging": "ForcedBegging", "csam-online": "SexualExploitation", "forced-criminality": "Other", "smuggling-abuse": "Other",
}

// status is what she is held to be in the standard's words: an actual victim
// only by a formal decision. The standard has no word for somebody smuggled: who
// is presumed on that track alone is told as neither a victim of trafficking nor
// none.
func status(s *casefile.State) string {
	switch s.Status() {
	case casefile.Confirmed:
		return "ActualVictimOfTrafficking"
	case "presumed", "cannot_tell":
		if s.Presumed.Track == "smuggling" {
			return ""
		}
		return "PossibleVictimOfTrafficking"
	case "not_presumed", casefile.NotConfirmed, casefile.Revoked:
		return "NotAVictimOfTrafficking"
	}
	return ""
}

// decidedBy is the kind of body that decided.
func decidedBy(s *casefile.State, kindOf func(string) string) string {
	agency := s.Presumed.By.Agency
	for i := range s.Panels {
		if p := &s.Panels[i]; p.Decided != nil && p.Review == "" {
			agency = p.By.Agency // it called the others together
		}
	}
	switch kindOf(agency) {
	case "":
		return ""
	case "police":
		return "Police"
	case "prosecution":
		return "CourtOrProsecution"
	case "ngo", "survivor-led", "faith", "shelter", "legal", "hotline", "hospital":
		return "NGO"
	case "un":
		return "Other"
	}
	return "NonPoliceGovernmentalOrganization"
}

// exploitation is what a person was presumed to have been used for, each kind of
// the standard once.
func exploitation(s *casefile.State) string {
	var kinds []string
	for _, e := range s.Presumed.Exploitation {
		if k := exploitations[e]; k != "" && !slices.Contains(kinds, k) {
			kinds = append(kinds, k)
		}
	}
	return strings.Join(kinds, ";")
}

// progress is how far the case is.
func progress(s *casefile.State) string {
	switch {
	case s.Closure != nil && s.Closure.Reason == "transferred":
		return "ClosedReferred"
	case s.Closure != nil:
		return "Closed"
	case s.Stage == casefile.StageFollowUp:
		return "FollowUp"
	}
	return "Active"
}

// plain fills what stands in the frame of a case, nothing of it sealed.
func plain(f *casefile.Frame, kindOf func(string) string, now time.Time) map[Field]string {
	s, out := f.State, map[Field]string{}
	put := func(name Field, value string) {
		if value != "" {
			out[name] = value
		}
	}
	who := s.Subject()
	put("prs_Gender", genders[who.Sex])
	put("prs_PrimaryLanguage", who.Language)
	put("prs_MailingCountry", "KE")
	put("prs_MailingState", s.County)
	put("cas_Status", progress(s))
	put("cas_CaseOwner", s.Holder)
	if f.May[casefile.PartScreening] {
		if held := status(s); held != "" {
			put("vic_TraffickingStatus", held)
			put("vic_TraffickingStatusDecisionMakingOrg", decidedBy(s, kindOf))
			put("vic_TypeOfExploitation", exploitation(s))
		}
	}
	if f.May[casefile.PartConsents] && len(s.Consents) > 0 { // not asked is not a no
		put("con_Consent", strconv.FormatBool(slices.ContainsFunc(s.Consents, func(k casefile.Consent) bool { return k.Stands(now) })))
	}
	if s.Closure != nil {
		put("cas_ReasonForCaseClosure", s.Closure.Reason)
		if s.Closure.Reason == "died" {
			put("prs_Deceased", "true")
		}
	}
	if s.AlertBy.Agency != s.Holder {
		put("cas_ReferringOrganisation", s.AlertBy.Agency)
		put("cas_IncomingReferralDate", day(s.OpenedAt))
	}
	referred(s, put)
	if n := len(s.CarePlans); n > 0 {
		put("spl_PlannedEndDate", s.CarePlans[n-1].ReviewOn)
	}
	return out
}

// day is the date in Kenya on which something was.
func day(t time.Time) string { return t.In(text.Nairobi).Format(time.DateOnly) }

// referred is the newest referral that somebody accepted.
func referred(s *casefile.State, put func(Field, string)) {
	for i := len(s.Referrals) - 1; i >= 0; i-- {
		r := &s.Referrals[i]
		if r.State == "accepted" || r.State == "started" || r.State == "finished" {
			put("cas_ReferredOrganisation", r.To)
			put("cas_ReasonForOutgoingReferral", "AdditionalServicesRequired")
			put("cas_OutgoingReferralDate", day(r.At))
			return
		}
	}
}

// sealed names the field that an opened text fills.
var sealed = map[string]Field{"name": "prs_FirstName", "birth_date": "prs_Birthdate", "id_number": "prs_IdentityNumber", "phone": "prs_MobilePhone", "nationality": "prs_Citizenship"}
