package custody

// seals holds the seal as it was seen against the last that was told.
func (w *walk) seals(at Ref) {
	e := &w.Events[at.Event]
	if w.unsealable {
		return
	}
	switch e.Kind {
	case Opened:
		w.seen(at, e.By.Seal)
		w.reason(at)
		w.Open, w.opened, w.Seal, w.sealed = true, at.Event, "", at
	case Resealed:
		w.reseal(at)
	default:
		if w.Open && e.By.Seal == "" {
			if e.Kind == Handed {
				w.find(Finding{Flaw: SealOpen, First: Ref{Event: w.opened}, Second: at})
			}
			return
		}
		if w.never(at) {
			return
		}
		w.seen(at, e.By.Seal)
	}
}

// never tells, once, that what is handed on was never sealed.
func (w *walk) never(at Ref) bool {
	e := &w.Events[at.Event]
	if w.Seal != "" || w.Open || e.By.Seal != "" {
		return false
	}
	if e.Kind == Handed && !w.told {
		w.told = true
		w.find(Finding{Flaw: NoSeal, First: Ref{}, Second: at})
	}
	return true
}

// seen compares the number, and goes on from the one that was seen. Another seal
// that is damaged too is both.
func (w *walk) seen(at Ref, seal string) {
	if seal != w.Seal {
		w.find(Finding{Flaw: SealDiffers, First: w.sealed, Second: at, Was: w.Seal, Is: seal})
	}
	if w.side(at).Broken {
		w.find(Finding{Flaw: SealBroken, First: w.sealed, Second: at, Was: w.Seal, Is: seal})
	}
	w.Seal, w.sealed = seal, at
	w.Open = w.Open && seal == ""
}

func (w *walk) reseal(at Ref) {
	e := &w.Events[at.Event]
	if !w.Open && w.Seal != "" {
		w.find(Finding{Flaw: SealUnknown, First: w.sealed, Second: at, Was: w.Seal, Is: e.NewSeal})
	}
	w.reason(at)
	w.Open, w.Seal, w.sealed = false, e.NewSeal, at
}

func (w *walk) reason(at Ref) {
	if !w.Events[at.Event].Reason {
		w.find(Finding{Flaw: SealReason, First: at, Second: at})
	}
}

// received compares what the receiver saw with what the giver saw.
func (w *walk) received(given, taken Ref) {
	if w.unsealable {
		return
	}
	was, is := w.side(given), w.side(taken)
	if is.Seal != was.Seal {
		w.find(Finding{Flaw: SealDiffers, First: given, Second: taken, Was: was.Seal, Is: is.Seal})
	}
	if is.Broken && (!was.Broken || is.Seal != was.Seal) {
		w.find(Finding{Flaw: SealBroken, First: given, Second: taken, Was: was.Seal, Is: is.Seal})
	}
	w.Seal, w.sealed = is.Seal, taken
	w.Open = w.Open && is.Seal == ""
}
