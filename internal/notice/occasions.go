package notice

import (
	"strings"

	"rufaa/internal/casefile"
	"rufaa/internal/evidencefile"
	"rufaa/internal/exhibit"
	"rufaa/internal/ledger"
	"rufaa/internal/likeness"
	"rufaa/internal/referral"
	"rufaa/internal/scene"
)

// occasions are what the program knows how to cause; the data file says for
// each who is told, how urgently and in which words.
var occasions = []string{
	"case.danger", "case.alerted", "case.detained", "case.unmanaged", "case.consent_withdrawn", "case.glass_broken",
	"case.glass_seconded", "case.glass_reviewed", "case.complaint_made", "case.transfer_offered", "case.transfer_answered",
	"case.task_added", "case.flag_raised", "case.work_approved", "case.awaits", "case.team_joined", "case.message", "case.conference_called", "case.conference_called_off",
	"case.panel_called", "case.panel_proposed", "case.panel_over",
	"referral.sent", "referral.urgent", "referral.accepted", "referral.declined", "referral.escalated", "referral.withdrawn",
	"likeness.proposed", "likeness.linked", "likeness.unlinked", "file.preview_asked", "file.preview_answered", "clock.near", "clock.danger", "clock.out", "clock.task", "wellbeing.self", "wellbeing.team", "webhook.stopped",
	"erasure.asked", "erasure.answered",
	"exhibit.offered", "exhibit.return_near", "exhibit.return_out", "exhibit.return_late", "scene.overridden",
}

// occasion is something to tell, with who stands in which role towards it.
type occasion struct {
	kind   string
	caseID string
	about  string // what it opens, where that is not the case

	owner   []string          // staff
	team    []string          // of an exhibit: who leads its inquiry
	manager string            // staff; "" while there is none
	agency  map[string]string // by place of the data file
}

// ofCase tells what one event of a case is to whom. It is pure: the state is
// as it is after the event.
func ofCase(s *casefile.State, e ledger.Event) *occasion {
	o := &occasion{kind: e.Kind, caseID: s.ID, about: s.ID, agency: map[string]string{"holder": s.Holder}}
	if m := s.Manager(); m != nil {
		o.manager = m.Staff
	}
	for i := range s.Team {
		if m := &s.Team[i]; m.Until == nil && m.Staff != e.Actor {
			o.team = append(o.team, m.Staff)
		}
	}
	other := func(staff string) *occasion {
		if staff == "" || staff == e.Actor {
			return nil
		}
		o.owner = []string{staff}
		if cover := s.CoveredBy(staff, e.At); cover != "" && cover != e.Actor {
			o.owner = append(o.owner, cover)
		}
		return o
	}
	switch e.Kind {
	case casefile.Alerted:
		switch {
		case s.Danger.Immediate:
			o.kind = "case.danger"
		default:
			o.kind = "case.alerted"
		}
		return o
	case casefile.ConsentWithdrawn, casefile.ComplaintMade, casefile.ConferenceCalled, casefile.ConferenceCalledOff:
		return o
	case casefile.PanelConvened, casefile.PanelProposed, casefile.PanelDecided, casefile.PanelEnded:
		return o.ofPanel(s, e)
	case casefile.MessageWritten:
		o.kind = "case.message"
		return o
	case casefile.TransferOffered:
		if t := s.OpenTransfer(); t != nil {
			o.agency["offered"] = t.To
			return o
		}
	case casefile.TransferAnswered:
		if n := len(s.Transfers); n > 0 {
			o.owner = []string{s.Transfers[n-1].By.Staff}
			return o
		}
	case casefile.TaskAdded:
		t := s.Tasks[len(s.Tasks)-1]
		o.about = t.ID
		return other(t.Staff)
	case casefile.FlagRaised:
		f := s.Flags[len(s.Flags)-1]
		o.about = f.ID
		return other(f.Owner)
	case casefile.WorkApproved:
		if a := s.Approvals[len(s.Approvals)-1]; !a.Approved && o.manager != "" {
			return o
		}
	case casefile.SafetyAssessed, casefile.CarePlanned, casefile.Closed:
		o.kind = "case.awaits"
		return o
	case casefile.TeamJoined:
		p, err := read[casefile.TeamJoinedEvent](e)
		if err != nil {
			return nil
		}
		return other(p.Staff)
	case casefile.TeamLeft:
		if o.manager == "" && s.Closure == nil {
			o.kind = "case.unmanaged"
			return o
		}
	case casefile.GlassBroken, casefile.GlassSeconded, casefile.GlassReviewed:
		p, err := read[casefile.GlassSecondedEvent](e) // all three name the opening
		if err != nil {
			return nil
		}
		o.about = p.ID
		for i := range s.BreakGlass {
			if g := &s.BreakGlass[i]; g.ID == p.ID {
				o.owner = []string{g.By.Staff}
			}
		}
		return o
	}
	return nil
}

// ofPanel tells the members that they sit and that they are asked, and the case
// manager that it is over.
func (o *occasion) ofPanel(s *casefile.State, e ledger.Event) *occasion {
	if e.Kind == casefile.PanelDecided || e.Kind == casefile.PanelEnded {
		o.kind = "case.panel_over"
		return o
	}
	if e.Kind == casefile.PanelConvened {
		o.kind = "case.panel_called"
	}
	o.owner = s.Sitters()
	return o
}

// detained tells whether the event put her behind a lock.
func detained(s *casefile.State, e ledger.Event) bool {
	return (e.Kind == casefile.PlaceChanged || e.Kind == casefile.Alerted) && s.Detained && s.DetainedSince != nil && s.DetainedSince.Equal(e.At)
}

// ofReferral tells what a step of a referral is to whom.
func ofReferral(sent *referral.SentEvent, sender string, e ledger.Event) *occasion {
	o := &occasion{kind: e.Kind, caseID: sent.Case, about: strings.TrimPrefix(e.Stream, "referral/"), owner: []string{sender},
		agency: map[string]string{"receiver": sent.To, "sender": sent.From}}
	switch e.Kind {
	case referral.Sent:
		if sent.Urgency == "emergency" {
			o.kind = "referral.urgent"
		}
		return o
	case referral.Accepted, referral.Declined, referral.Escalated, referral.Withdrawn:
		return o
	}
	return nil
}

// ofLikeness tells whose steps of a pair are told to both case managers, each of
// the own case alone: that it is proposed, linked, and no longer linked. What one
// side answered before both met is not.
func ofLikeness(e ledger.Event) bool {
	return e.Kind == likeness.Proposed || e.Kind == likeness.Linked || e.Kind == likeness.Unlinked
}

// ofFile tells of a photo that has no preview by default: that one is asked for,
// to who may answer, and that it was answered, to who asked. It is of no case.
func ofFile(e ledger.Event) (*occasion, error) {
	o := &occasion{about: strings.TrimPrefix(e.Stream, "file/")}
	switch e.Kind {
	case evidencefile.PreviewAsked:
		p, err := read[evidencefile.PreviewAskedEvent](e)
		o.kind, o.owner = "file.preview_asked", p.Asked
		return o, err
	case evidencefile.PreviewDecided:
		p, err := read[evidencefile.PreviewDecidedEvent](e)
		o.kind, o.owner = "file.preview_answered", []string{p.Asker}
		return o, err
	}
	return nil, nil
}

// ofExhibit tells of a hand-over, to whom it is offered. Who has no account is
// told on paper.
func ofExhibit(e ledger.Event) (*occasion, error) {
	if e.Kind != exhibit.Offered {
		return nil, nil
	}
	p, err := read[exhibit.OfferedEvent](e)
	if err != nil || p.To.Staff == "" {
		return nil, err
	}
	return &occasion{kind: "exhibit.offered", about: strings.TrimPrefix(e.Stream, "exhibit/"), owner: []string{p.To.Staff}}, nil
}

// ofScene tells the second person, at once, that victims and suspects were not kept
// apart. What it opens is the scene; the part after # tells it from another override
// there.
func ofScene(e ledger.Event) (*occasion, error) {
	if e.Kind != scene.Overridden {
		return nil, nil
	}
	p, err := read[scene.OverriddenEvent](e)
	return &occasion{kind: "scene.overridden", about: strings.TrimPrefix(e.Stream, "scene/") + "#" + p.ID, owner: []string{p.Told}}, err
}

// ofReturn tells of a victim's own property that is owed back: who can give it
// back, and above them who leads the inquiry.
func ofReturn(e ledger.Event) (*occasion, error) {
	p, err := read[ReturnEvent](e)
	return &occasion{kind: "exhibit." + strings.TrimPrefix(e.Kind, "notice."), about: p.Exhibit, owner: p.Staff, team: p.Leads}, err
}

// addressee is a person, or everybody with a duty in an agency ("" is all).
type addressee struct{ staff, agency, duty string }

// addressees are those whom the data file wants to be told, each once. Whoever
// caused it is not told of it.
func (o *occasion) addressees(k *Kind, actor string) []addressee {
	var out []addressee
	seen := map[addressee]bool{}
	add := func(a addressee) {
		if a.staff == actor && a.staff != "" || seen[a] || a == (addressee{}) {
			return
		}
		seen[a] = true
		out = append(out, a)
	}
	for _, to := range k.To {
		place, duty, isDuty := strings.Cut(to, "/")
		switch {
		case place == "everywhere":
			add(addressee{duty: duty})
		case isDuty:
			if agency := o.agency[place]; agency != "" {
				add(addressee{agency: agency, duty: duty})
			}
		case to == "manager" && o.manager == "":
			add(addressee{agency: o.agency["holder"], duty: "case_manager"})
		case to == "manager":
			add(addressee{staff: o.manager})
		case to == "team":
			for _, s := range o.team {
				add(addressee{staff: s})
			}
		case to == "owner":
			for _, s := range o.owner {
				add(addressee{staff: s})
			}
		}
	}
	return out
}
