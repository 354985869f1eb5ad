package exercise

import (
	"encoding/json"
	"strings"

	"rufaa/internal/casefile"
	"rufaa/internal/exhibit"
	"rufaa/internal/ledger"
	"rufaa/internal/referral"
	"rufaa/internal/scene"
)

// sign is what an event means in the scenario, before it is known about whom.
type sign struct {
	word   string
	fault  *exhibit.Fault
	agency string // whose deed it is, where not its author's
}

// faulty names what is wrong with chains: a gap is what breaks one, a remark
// what does not.
func faulty(list []exhibit.Fault) []sign {
	var out []sign
	for i := range list {
		word := "custody_remark"
		if list[i].Flaw.Breaks() {
			word = "custody_gap"
		}
		out = append(out, sign{word: word, fault: &list[i]})
	}
	return out
}

// does names what an ordinary event means in the scenario, whomever it is
// about. "presumed", "minor" and "adult" are settled by deed.
func (r *Reader) does(e ledger.Event) []string {
	var p struct {
		PlaceKind     string `json:"place_kind"`
		Kind          string `json:"kind"`
		Detained      bool   `json:"detained"`
		Immediate     bool   `json:"immediate"`
		Given         bool   `json:"given"`
		Action        string `json:"action"`
		Decision      string `json:"decision"`
		Track         string `json:"track"`
		Outcome       string `json:"outcome"`
		Questionnaire string `json:"questionnaire"`
		Interpreting  string `json:"interpreting"`
		Service       string `json:"service"`
		Step          string `json:"step"`
		State         string `json:"state"`
		Booking       string `json:"booking"`
		ID            string `json:"id"`
		Code          string `json:"code"`
		Persons       []struct {
			Role, Minor string
			Child       bool
		} `json:"persons"`
		Person struct {
			Role, Minor string
			Child       bool
		} `json:"person"`
		Disclosed []json.RawMessage `json:"disclosed"`
	}
	if json.Unmarshal(e.Payload, &p) != nil {
		return nil
	}
	age := func(minor string) []string {
		switch minor {
		case "yes", "unsure":
			return []string{"minor"}
		case "no":
			return []string{"adult"}
		}
		return nil
	}
	switch e.Kind {
	case casefile.Alerted:
		out := []string{"recorded"}
		out = append(out, r.staying(p.PlaceKind, p.Detained)...)
		for _, x := range p.Persons {
			if x.Role == "subject" {
				out = append(out, age(x.Minor)...)
			}
		}
		return out
	case casefile.PersonDescribed:
		if p.Person.Role == "subject" {
			return age(p.Person.Minor)
		}
	case casefile.PlaceChanged:
		return r.staying(p.Kind, p.Detained)
	case casefile.DangerAnswered:
		if p.Action == "moved-to-safety" {
			return []string{"safe"}
		}
	case casefile.ScreeningDone:
		if strings.HasPrefix(p.Questionnaire, "child-") {
			return []string{"screened", "minor"}
		}
		return []string{"screened"}
	case casefile.Section14Found:
		return []string{"screened"}
	case casefile.PresumptionMade:
		if p.Decision == "presumed" && p.Track != "smuggling" {
			return []string{"presumed"}
		}
	case casefile.PanelDecided:
		if p.Outcome == "confirmed" {
			return []string{"presumed"}
		}
	case casefile.ConsentRecorded:
		if p.Given {
			return []string{"consented"}
		}
	case casefile.SafetyAssessed:
		return []string{"risk_assessed"}
	case casefile.SafetyPlanned, casefile.CarePlanned, casefile.SolutionChosen:
		return []string{"planned"}
	case casefile.InterviewHeld:
		if p.Interpreting != "" && p.Interpreting != "not-needed" && p.Interpreting != "none" {
			return []string{"interpreted", "interviewed"}
		}
		return []string{"interviewed"}
	case casefile.GuardianAppointed, casefile.InterestsWeighed:
		return []string{"minor"}
	case casefile.FamilyTraced:
		return []string{"traced"}
	case casefile.CareArranged:
		return []string{"placed"}
	case casefile.OffenderStepTaken:
		if w := map[string]string{"arrest": "arrested", "charge": "charged", "removal": "removed"}[p.Step]; w != "" {
			return []string{w}
		}
	case casefile.ServiceGiven:
		return serviceDeeds[p.Service]
	case casefile.Booked:
		r.booked[e.Stream+p.ID] = p.Kind
	case casefile.BookingSettled:
		if p.State == "done" {
			return map[string][]string{"interpreter": {"interpreted"}, "examination": {"examined"}, "accommodation": {"placed"}}[r.booked[e.Stream+p.Booking]]
		}
	case referral.Sent:
		if len(p.Disclosed) > 0 {
			return []string{"referred", "disclosed_with_basis"}
		}
		return []string{"referred"}
	case referral.Accepted:
		return []string{"accepted"}
	case referral.Declined:
		return []string{"refused"}
	case referral.Finished, referral.Started:
		return nil
	case exhibit.Recorded, exhibit.Received, exhibit.Attested, exhibit.SealOpened, exhibit.Resealed:
		return r.kept(e)
	case scene.Entered:
		return []string{"entered"}
	case scene.Released:
		return []string{"preserved"}
	}
	return nil
}

// kept reads what was done with an exhibit; what is wrong with its chain is
// computed by the room of exhibits.
func (r *Reader) kept(e ledger.Event) []string {
	var p struct {
		Seen    exhibit.Seen `json:"seen"`
		NewSeal string       `json:"new_seal"`
	}
	if json.Unmarshal(e.Payload, &p) != nil {
		return nil
	}
	switch {
	case e.Kind == exhibit.Recorded && p.Seen.Seal != "":
		return []string{"exhibit_found", "exhibit_sealed"}
	case e.Kind == exhibit.Recorded:
		return []string{"exhibit_found"}
	case e.Kind == exhibit.Received, e.Kind == exhibit.Attested:
		return []string{"handed_over"}
	case p.NewSeal != "":
		return []string{"exhibit_sealed"}
	}
	return nil
}

// serviceDeeds are services whose giving is a fact of the scenario (services of
// content/services.yaml).
var serviceDeeds = map[string][]string{
	"shelter": {"placed", "safe"}, "medical": {"cared"}, "psychosocial": {"cared"}, "forensic-medical": {"examined"},
	"food-clothing": {"fed"}, "interpreting": {"interpreted"}, "family-tracing": {"traced"},
	"witness-protection": {"protected"}, "protection": {"protected"}, "court-support": {"protected"}, "asylum": {"claim_registered"},
}

// staying says what the place means where she is now.
func (r *Reader) staying(kind string, detained bool) []string {
	t := r.places[kind]
	switch {
	case detained || t.Detention:
		return []string{"celled"}
	case t.Safe && kind == "shelter":
		return []string{"safe", "placed"}
	case t.Safe:
		return []string{"safe"}
	}
	return nil
}
