package custody

import "time"

// walk is a chain while it is followed.
type walk struct {
	*Chain
	limits     Limits
	unsealable bool // a vehicle has no bag
	last       Ref  // the last side that is known to have happened
	sealed     Ref  // where the seal was last told
	opened     int  // event that opened the seal; -1
	pending    int  // hand-over without its other side; -1
	told       bool // that it was never sealed
}

// Compute follows the events, in the order in which they were recorded, up to
// the moment now. What cannot be sealed (a vehicle) is not held to seals.
func Compute(events []Event, unsealable bool, limits Limits, now time.Time) *Chain {
	w := &walk{Chain: &Chain{Events: events, Waiting: -1, Ended: -1}, limits: limits, unsealable: unsealable, opened: -1, pending: -1}
	for i := range events {
		w.step(i)
	}
	if w.pending >= 0 && w.Ended < 0 {
		given := &events[w.pending].By
		if span := now.Sub(given.Recorded); span > limits.Confirm {
			w.find(Finding{Flaw: Unconfirmed, First: Ref{Event: w.pending}, Second: Ref{Event: w.pending}, Span: span, Is: events[w.pending].To})
		} else {
			w.Waiting = w.pending
		}
	}
	return w.Chain
}

func (w *walk) find(f Finding) { w.Findings = append(w.Findings, f) }

func (w *walk) step(i int) {
	e, at := &w.Events[i], Ref{Event: i}
	w.clock(at)
	if w.Ended >= 0 {
		w.find(Finding{Flaw: AfterEnd, First: Ref{Event: w.Ended}, Second: at})
		return
	}
	switch {
	case i == 0 && e.Kind != Found:
		w.find(Finding{Flaw: NoBeginning, First: at, Second: at})
		w.begin(i)
	case i == 0:
		w.begin(i)
		return
	case e.Kind == Found:
		w.find(Finding{Flaw: FoundTwice, First: Ref{Event: 0}, Second: at})
		w.settle(at)
	default:
		w.acted(at)
	}
	w.seals(at)
	if e.Kind == Handed {
		w.hand(i)
	}
	if e.Kind == Returned || e.Kind == Destroyed {
		w.Ended, w.Keeper = i, ""
		w.Stays[len(w.Stays)-1].To = i
	}
}

// begin starts the first stay, under the seal that was seen then.
func (w *walk) begin(i int) {
	by := &w.Events[i].By
	w.Keeper, w.Place, w.Seal, w.last, w.sealed = by.Who, by.Place, by.Seal, Ref{Event: i}, Ref{Event: i}
	w.Stays = append(w.Stays, Stay{Who: w.Keeper, From: i, To: -1})
}

// acted holds who acted, when and where against the last known side.
func (w *walk) acted(at Ref) {
	e, by := &w.Events[at.Event], &w.Events[at.Event].By
	if w.pending >= 0 {
		w.overtaken(at)
	}
	if by.Who != w.Keeper {
		w.find(Finding{Flaw: Stranger, First: w.last, Second: at, Was: w.Keeper, Is: by.Who})
		w.pass(at.Event, by.Who)
	}
	if span := w.side(w.last).At.Sub(by.At); span > 0 {
		w.find(Finding{Flaw: WrongOrder, First: w.last, Second: at, Span: span})
	} else {
		travel := time.Duration(0)
		if e.Kind == Moved {
			travel = e.Travel
		}
		w.travel(w.last, at, travel)
	}
	w.settle(at)
}

// overtaken tells of a hand-over that nobody confirmed although the story
// went on.
func (w *walk) overtaken(at Ref) {
	p := &w.Events[w.pending]
	w.find(Finding{Flaw: Unconfirmed, First: Ref{Event: w.pending}, Second: at,
		Span: w.Events[at.Event].By.Recorded.Sub(p.By.Recorded), Is: p.To})
	if w.Events[at.Event].By.Who == p.To { // has it, by what was done with it
		w.pass(at.Event, p.To)
	}
	w.pending = -1
}

// settle makes a side the last known one.
func (w *walk) settle(at Ref) { w.last, w.Place = at, w.side(at).Place }

// pass ends the running stay and begins another.
func (w *walk) pass(event int, to string) {
	w.Stays[len(w.Stays)-1].To = event
	w.Keeper = to
	w.Stays = append(w.Stays, Stay{Who: to, From: event, To: -1})
}

// hand follows a hand-over to its other side.
func (w *walk) hand(i int) {
	e, given, taken := &w.Events[i], Ref{Event: i}, Ref{Event: i, Received: true}
	if e.Received == nil {
		w.pending = i
		return
	}
	w.clock(taken)
	if e.Received.Who != e.To {
		w.find(Finding{Flaw: WrongHands, First: given, Second: taken, Was: e.To, Is: e.Received.Who})
	}
	span := e.Received.At.Sub(e.By.At)
	if span < 0 {
		w.find(Finding{Flaw: Overlap, First: given, Second: taken, Span: -span})
	} else {
		if span > w.limits.Gap+e.Travel {
			w.find(Finding{Flaw: Gap, First: given, Second: taken, Span: span})
		}
		w.travel(given, taken, e.Travel) // a gap may be too short for the way all the same
	}
	if span := e.Received.Recorded.Sub(e.By.Recorded); span > w.limits.Confirm {
		w.find(Finding{Flaw: LateConfirm, First: given, Second: taken, Span: span})
	}
	w.received(given, taken)
	w.pass(i, e.Received.Who)
	w.settle(taken)
}

// clock compares a device's clock with the server's.
func (w *walk) clock(at Ref) {
	m := w.side(at)
	if m.Device.IsZero() {
		return
	}
	span := m.Device.Sub(m.Recorded)
	if max(span, -span) > w.limits.Clock {
		w.find(Finding{Flaw: DeviceClock, First: at, Second: at, Span: span})
	}
}
