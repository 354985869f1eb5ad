package casefile

import (
	"errors"
	"testing"

	"rufaa/internal/policy"
	"rufaa/internal/problem"
)

// The fund grants before it pays, never more than was asked for, and that it
// paid does not forget what was granted.
func TestTheFundGrantsBeforeItPays(t *testing.T) {
	h := taken(t)
	if ok, err := h.play(wanjiru, &ApplyFund{Heads: []string{"medical"}, Amount: 5000}); !ok || err != nil {
		t.Fatal(ok, err)
	}
	id := h.s.Funds[0].ID
	if rule := h.refusal(wanjiru, &AnswerFund{Claim: id, State: "paid"}); rule != "fund.granted-first" {
		t.Errorf("paid before it was granted: %q", rule)
	}
	for _, a := range []*AnswerFund{{State: "granted", Granted: 5001}, {State: "part"}, {State: "asked"}} {
		a.Claim = id
		if _, err := a.decide(h.s, h.env(wanjiru)); !errors.As(err, new(*problem.Invalid)) {
			t.Errorf("%+v: %v", a, err)
		}
	}
	for _, x := range []struct {
		state         string
		granted, want int
	}{{"refused", 100, 0}, {"part", 3000, 3000}, {"granted", 0, 5000}, {"part", 2000, 2000}, {"paid", 0, 2000}} {
		if ok, err := h.play(wanjiru, &AnswerFund{Claim: id, State: x.state, Granted: x.granted}); !ok || err != nil {
			t.Fatalf("%+v: %v %v", x, ok, err)
		}
		if f := h.s.Funds[0]; f.State != x.state || f.Granted != x.want {
			t.Errorf("after %+v: %s %d", x, f.State, f.Granted)
		}
	}
	if ok, _ := h.play(wanjiru, &AnswerFund{Claim: id, State: "refused"}); ok {
		t.Error("refused after it was paid")
	}
}

// A wrong cost is struck out: it stays to be read, and restitution is not asked
// for it. Only who recorded it can say that it was a mistake.
func TestAWrongCostIsStruckOut(t *testing.T) {
	h := taken(t)
	for _, cost := range []int{15000, 1500} {
		if ok, err := h.play(wanjiru, &Deliver{Service: "medical", On: "2026-03-04", Cost: cost, CostKind: "medical"}); !ok || err != nil {
			t.Fatal(ok, err)
		}
	}
	wrong := h.s.Deliveries[0].ID
	other := policy.Principal{Staff: "salome", Agency: "nyumba", Duty: "shelter_manager"}
	if rule := h.refusal(other, &StrikeService{Delivery: wrong}); rule != "service.own-record" {
		t.Errorf("another agency strikes it: %q", rule)
	}
	if ok, err := h.play(wanjiru, &StrikeService{Delivery: wrong}); !ok || err != nil {
		t.Fatal(ok, err)
	}
	if by, total := h.s.Costs(); total != 1500 || by["medical"] != 1500 || len(h.s.Deliveries) != 2 || h.s.Deliveries[0].Struck == nil {
		t.Errorf("%v %d %+v", by, total, h.s.Deliveries)
	}
	if rule := h.refusal(wanjiru, &StrikeService{Delivery: wrong}); rule != "case.step-order" {
		t.Errorf("struck twice: %q", rule)
	}
}
