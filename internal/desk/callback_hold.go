package desk

import (
	"context"
	"slices"
	"strings"

	"github.com/connectnow/backend/internal/keys"
	"github.com/connectnow/backend/internal/table"
)

// changeCallback applies one change to a callback within the caller's sight, and tells other
// systems. change returns false when there is nothing to do. Problem not-found out of sight.
func (d *Desk) changeCallback(ctx context.Context, c Caller, id string, change func(cb *callback, me Agent) (bool, []table.Op, error)) (Callback, error) {
	_, see, err := d.readCallback(ctx, c, id)
	if err != nil {
		return Callback{}, err
	}
	me := Agent{ID: c.MemberID, FirstName: see.row.FirstName}
	what := "" // became of it
	cb, err := update(ctx, d, keys.Callback(id), func(s *stored[callback]) (bool, []table.Op, error) {
		if !s.found() || !see.sees(&s.value) {
			return false, nil, notFound("callback")
		}
		was := s.value.State
		write, ops, err := change(&s.value, me)
		switch {
		case write && s.value.State == was:
			what = callbackAttempted
		case write:
			what = s.value.State
		}
		return write, ops, err
	})
	if err != nil {
		return Callback{}, err
	}
	if what != "" {
		d.Log.InfoContext(ctx, "callback changed", "callback", id, "member", c.MemberID, "became", what)
		d.announce(ctx, d.callbackEvent(c.AccountID, id, what, c.MemberID, &cb))
	}
	return see.view(id, &cb), nil
}

// ClaimCallback makes the caller the callback's one holder; again by the holder it changes
// nothing. Problems are claimed, with claimedBy, and callback-ended.
func (d *Desk) ClaimCallback(ctx context.Context, c Caller, id string) (Callback, error) {
	return d.changeCallback(ctx, c, id, func(cb *callback, me Agent) (bool, []table.Op, error) {
		switch {
		case !cb.pending():
			return false, nil, cb.hasEnded()
		case cb.claimedBy(c.MemberID):
			return false, nil, nil
		case cb.Claimed != nil:
			return false, nil, cb.isClaimed()
		}
		cb.Claimed = &me
		return true, cb.move(id, callbackClaimed, d.Now()), nil
	})
}

// ReleaseCallback gives a claimed callback back; one that is open is so already. Its due
// time stays.
func (d *Desk) ReleaseCallback(ctx context.Context, c Caller, id string) (Callback, error) {
	return d.changeCallback(ctx, c, id, func(cb *callback, _ Agent) (bool, []table.Op, error) {
		if cb.State == callbackOpen {
			return false, nil, nil
		}
		if err := cb.held(c); err != nil {
			return false, nil, err
		}
		cb.Claimed = nil
		return true, cb.move(id, callbackOpen, d.Now()), nil
	})
}

// NewAttempt is one try to reach a customer, as an agent tells it. Callers who may ask
// twice and want one attempt give an ID; empty makes a new one.
type NewAttempt struct {
	ID            string
	Outcome, Note string
}

// AttemptCallback notes one try to reach the customer. Problems are callback-ended, claimed
// and not-claimed.
func (d *Desk) AttemptCallback(ctx context.Context, c Caller, id string, n NewAttempt) (Callback, error) {
	var err error
	if n.ID, err = d.idOr(n.ID, ""); err != nil {
		return Callback{}, err
	}
	try := attempt{Attempt{At: instant(millis(d.Now())), MemberID: c.MemberID, Outcome: n.Outcome, Note: n.Note}, n.ID}
	return d.changeCallback(ctx, c, id, func(cb *callback, _ Agent) (bool, []table.Op, error) {
		if slices.ContainsFunc(cb.Attempts, func(a attempt) bool { return a.ID == n.ID }) {
			return false, nil, nil // asked before, or found after an outcome that was unknown
		}
		if err := cb.held(c); err != nil {
			return false, nil, err
		}
		cb.Attempts = append(cb.Attempts, try)
		return true, nil, nil
	})
}

// CompleteCallback ends a callback as done. The customer's next escalation begins a new one.
func (d *Desk) CompleteCallback(ctx context.Context, c Caller, id, note string) (Callback, error) {
	return d.endCallback(ctx, c, id, callbackDone, note)
}

// DismissCallback ends a callback that nobody needs; the note says why.
func (d *Desk) DismissCallback(ctx context.Context, c Caller, id, note string) (Callback, error) {
	if strings.TrimSpace(note) == "" {
		return Callback{}, Invalids([]FieldError{{"note", "is required: say why nobody needs to call"}})
	}
	return d.endCallback(ctx, c, id, callbackDismissed, note)
}

// endCallback ends a callback and counts it once: by its mark it knows its own Write again.
func (d *Desk) endCallback(ctx context.Context, c Caller, id, state, note string) (Callback, error) {
	mark, err := d.newID("")
	if err != nil {
		return Callback{}, err
	}
	ended := false
	v, err := d.changeCallback(ctx, c, id, func(cb *callback, _ Agent) (bool, []table.Op, error) {
		if cb.State == state && (c.Role.Manages() || cb.claimedBy(c.MemberID)) {
			ended = cb.EndedBy == mark // found after an outcome that was unknown
			return false, nil, nil
		}
		if err := cb.held(c); err != nil {
			return false, nil, err
		}
		more, err := d.leaveCustomer(ctx, id, cb)
		if err != nil {
			return false, nil, err
		}
		cb.Note, cb.EndedBy, ended = note, mark, true
		return true, append(more, cb.move(id, state, d.Now())...), nil
	})
	if err == nil && ended {
		d.count(metricClosed, "State", state, 1)
	}
	return v, err
}
