package desk

import "context"

// toldAs is how the log tells what a history tells. Notes are left out: they are people's
// words.
var toldAs = map[string]string{
	didOffer:        "offer made",
	didDecline:      "offer declined",
	didMiss:         "offer missed",
	didUnreach:      "offer unreachable: no device showed it",
	didWithdraw:     "offer withdrawn",
	didAccept:       "escalation accepted",
	didAbandon:      "escalation left: its member was removed",
	didTransfer:     "transfer asked",
	didTransferFail: "transfer failed: nobody took it",
	didFile:         "escalation filed under another department",
	didComplete:     "escalation completed",
	didCancel:       "escalation cancelled",
	didCallback:     "callback registered",
}

// logStep writes a line for each thing that a step which was written has made of its
// escalation, so that what became of it can be read by its id.
func (c *change) logStep(ctx context.Context, s *step) {
	e, known := s.next, 0
	offers := e.PastOffers
	if s.before != nil {
		known = len(s.before.History)
	}
	for i, h := range e.History {
		if h.What == didOffer {
			offers++
		}
		if i >= known {
			c.d.Log.InfoContext(ctx, toldAs[h.What], append(e.lineOf(h, offers, s), "escalation", c.id)...)
		}
	}
	for _, closed := range s.closed {
		c.d.Log.InfoContext(ctx, "callback closed: the matter was resolved", "escalation", c.id, "callback", closed.id)
	}
	for _, l := range s.notices {
		if l.notice.Kind == NoticeOffline {
			c.d.Log.InfoContext(ctx, "member set offline: offers were not answered", "escalation", c.id, "member", l.member)
		}
	}
}

// lineOf is what the line of an entry says beside the escalation. offers is the number of
// the offer that is present or was the last one.
func (e *escalation) lineOf(h event, offers int, s *step) []any {
	args := []any{"member", h.Member}
	switch h.What {
	case didOffer:
		args = append(args, "offer", offers, "rotation", s.rotation)
		if o := e.Offer; o != nil && o.Number == offers {
			args = append(args, "ticket", o.Ticket)
		}
	case didDecline, didMiss, didUnreach, didWithdraw, didAccept:
		args = append(args, "offer", offers)
	case didComplete:
		args = append(args, "outcome", e.Outcome)
	case didCallback:
		args = append(args, "callback", e.Callback, "because", string(e.Because), "joined", !s.registered)
	}
	return args
}
