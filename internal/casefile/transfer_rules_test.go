package casefile

import (
	"testing"

	"rufaa/internal/policy"
)

// Her no, said while the case was offered, holds: the agency that was asked does
// not take it over any more, and can still decline.
func TestWithdrawnConsentStopsAnOfferedCase(t *testing.T) {
	fatuma := policy.Principal{Staff: "fatuma", Agency: "pwani", Duty: "case_manager"}
	offered := func() *history {
		h := taken(t)
		ask := &Ask{Given: true, Purposes: []string{"assistance"}, Agency: "pwani", Compartments: []string{"identity", "care"}, How: "spoken", GivenBy: "person",
			Spoken: Spoken{Language: "sw", Interpreting: "not-needed"}}
		for _, cmd := range []Command{ask, &OfferTransfer{To: "pwani", Reason: "moved", Note: "still open"}} {
			if ok, err := h.play(wanjiru, cmd); !ok || err != nil {
				t.Fatalf("%T: %v %v", cmd, ok, err)
			}
		}
		return h
	}
	h := offered()
	if ok, err := h.play(wanjiru, &Withdraw{Consent: h.s.Consents[0].ID}); !ok || err != nil {
		t.Fatal(ok, err)
	}
	if rule := h.refusal(fatuma, &AnswerTransfer{Accept: true}); rule == "" {
		t.Error("the case is taken over although she took her yes back")
	}
	if ok, err := h.play(fatuma, &AnswerTransfer{Reason: "full"}); !ok || err != nil {
		t.Errorf("it cannot be declined: %v %v", ok, err)
	}
	h = offered()
	if ok, err := h.play(fatuma, &AnswerTransfer{Accept: true}); !ok || err != nil || h.s.Holder != "pwani" {
		t.Errorf("with her yes it is not taken over: %v %v", ok, err)
	}
}
