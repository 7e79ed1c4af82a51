package desk

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/connectnow/backend/internal/keys"
	"github.com/connectnow/backend/internal/packed"
	"github.com/connectnow/backend/internal/table"
)

// updateCallback changes one callback as update does, and keeps its item small.
func (d *Desk) updateCallback(ctx context.Context, id string, change func(s *stored[callback]) (write bool, more []table.Op, err error)) (callback, error) {
	var s stored[callback]
	err := d.write(ctx, keys.Named(keys.Callback(id)), func(error) ([]table.Op, error) {
		var err error
		if s, err = load[callback](ctx, d.Table, keys.Callback(id)); err != nil {
			return nil, err
		}
		write, more, err := change(&s)
		if err != nil || !write {
			return nil, err
		}
		return append(s.value.put(id, s.version, millis(d.Now())), more...), nil
	})
	return s.value, err
}

// became says what a change makes of a callback; empty when there is nothing to do.
type became string

// partly is what becomes of a callback of which some entries are settled and others joined
// since: it stays as it is.
const partly became = "partly done"

// changeCallback applies one change to a callback within the caller's sight, and tells other
// systems and its holder. Problem not-found out of sight.
func (d *Desk) changeCallback(ctx context.Context, c Caller, id string, change func(cb *callback, me Agent) (became, []table.Op, error)) (Callback, error) {
	cb, see, err := d.alterCallback(ctx, c, id, change)
	if err != nil {
		return Callback{}, err
	}
	v, err := d.wholeCallback(ctx, id, &cb)
	return see.hide(v), err
}

// alterCallback is changeCallback without a view.
func (d *Desk) alterCallback(ctx context.Context, c Caller, id string, change func(cb *callback, me Agent) (became, []table.Op, error)) (callback, sight, error) {
	_, see, err := d.readCallback(ctx, c, id)
	if err != nil {
		return callback{}, see, err
	}
	me := Agent{ID: c.MemberID, FirstName: see.row.FirstName}
	var what became
	holder := ""
	cb, err := d.updateCallback(ctx, id, func(s *stored[callback]) (write bool, more []table.Op, err error) {
		what = ""
		if !s.found() || !see.sees(&s.value) {
			return false, nil, notFound("callback")
		}
		was := s.value.Claimed
		now, more, err := change(&s.value, me)
		if err != nil || now == "" {
			return false, nil, err
		}
		s.value.stir(c.MemberID)
		if what = now; was != nil && was.ID != c.MemberID {
			holder = was.ID
		}
		return true, more, nil
	})
	if err == nil && what != "" {
		d.Log.InfoContext(ctx, "callback changed", "callback", id, "member", c.MemberID, "became", string(what))
		if what != partly {
			d.announce(ctx, d.callbackEvent(c.AccountID, id, string(what), c.MemberID, &cb))
		}
		if what == callbackOpen { // released
			d.tellNew(ctx, c.AccountID, cb.departments())
		}
		if holder != "" {
			d.tellHolder(ctx, c.AccountID, holder, id)
		}
	}
	return cb, see, err
}

// ClaimCallback makes the caller the callback's one holder; again by the holder it changes
// nothing. Problems are claimed, with claimedBy, and callback-ended.
func (d *Desk) ClaimCallback(ctx context.Context, c Caller, id string) (Callback, error) {
	return d.changeCallback(ctx, c, id, func(cb *callback, me Agent) (became, []table.Op, error) {
		switch {
		case !cb.pending():
			return "", nil, cb.hasEnded()
		case cb.claimedBy(c.MemberID):
			return "", nil, nil
		case cb.Claimed != nil:
			return "", nil, cb.isClaimed()
		}
		cb.Claimed = &me
		return callbackClaimed, cb.move(id, callbackClaimed, d.Now()), nil
	})
}

// ReleaseCallback gives a claimed callback back; one that is open is so already. Its due
// time stays.
func (d *Desk) ReleaseCallback(ctx context.Context, c Caller, id string) (Callback, error) {
	return d.changeCallback(ctx, c, id, func(cb *callback, _ Agent) (became, []table.Op, error) {
		if cb.State == callbackOpen {
			return "", nil, nil
		}
		if err := cb.held(c); err != nil {
			return "", nil, err
		}
		cb.Claimed = nil
		d.lookAgain(ctx, id, cb)
		return callbackOpen, cb.move(id, callbackOpen, d.Now()), nil
	})
}

// NewAttempt is one try to reach a customer, as an agent tells it. Callers who may ask
// twice and want one attempt give an ID; empty makes a new one.
type NewAttempt struct {
	ID            string
	Outcome, Note string
}

// AttemptCallback notes one try to reach the customer. Problems are callback-ended, claimed,
// not-claimed and too-often.
func (d *Desk) AttemptCallback(ctx context.Context, c Caller, id string, n NewAttempt) (Callback, error) {
	var err error
	if n.ID, err = d.idOr(n.ID, ""); err != nil {
		return Callback{}, err
	}
	now := instant(millis(d.Now()))
	spend := sync.OnceValue(func() error { return d.spend(ctx, c, c.MemberID, ofAttempts) })
	return d.changeCallback(ctx, c, id, func(cb *callback, me Agent) (became, []table.Op, error) {
		asked, err := d.tried(ctx, id, cb, n.ID)
		if err != nil || asked { // before, or found after an outcome that was unknown
			return "", nil, err
		}
		if err := cb.held(c); err != nil {
			return "", nil, err
		}
		try := attempt{Attempt{At: now, MemberID: me.ID, FirstName: optional(me.FirstName), Outcome: n.Outcome, Note: n.Note}, n.ID}
		if err := fitsItem(try); err != nil {
			return "", nil, err
		}
		if err := spend(); err != nil {
			return "", nil, err
		}
		cb.Tried++
		cb.LastTry = &try
		return callbackAttempted, []table.Op{put(keys.CallbackAttempt(id, cb.Tried), try, table.Absent)}, nil
	})
}

// recentTries is how many of the last attempts are compared with a repeated one.
const recentTries = 20

// tried reports whether the attempt is there already.
func (d *Desk) tried(ctx context.Context, id string, cb *callback, attemptID string) (bool, error) {
	recent, err := d.attempts(ctx, id, cb, recentTries)
	return slices.ContainsFunc(recent, func(a attempt) bool { return a.ID == attemptID }), err
}

// fitsItem is the problem too-large of what is more than an item of the ledger holds.
func fitsItem(v any) error {
	if n := packed.Size(v); n > maxHead {
		return &Problem{Class: TooLarge, Name: "too-large", Title: "Too large", Detail: fmt.Sprintf("It takes %d bytes; %d can be kept.", n, maxHead)}
	}
	return nil
}

// Ending is what an agent says of a callback that they end.
type Ending struct {
	Note string
	// EntriesSeen is how many entries they saw: one that joined since keeps it open. Nil is
	// all of them.
	EntriesSeen *int
}

// CompleteCallback ends a callback as done. The customer's next escalation begins a new one.
func (d *Desk) CompleteCallback(ctx context.Context, c Caller, id string, end Ending) (Callback, error) {
	return d.endCallback(ctx, c, id, callbackDone, end)
}

// DismissCallback ends a callback that nobody needs; the note says why.
func (d *Desk) DismissCallback(ctx context.Context, c Caller, id string, end Ending) (Callback, error) {
	if strings.TrimSpace(end.Note) == "" {
		return Callback{}, Invalids([]FieldError{{"note", "is required: say why nobody needs to call"}})
	}
	return d.endCallback(ctx, c, id, callbackDismissed, end)
}

// endCallback ends a callback and counts it once: by its mark it knows its own Write again.
func (d *Desk) endCallback(ctx context.Context, c Caller, id, state string, end Ending) (Callback, error) {
	if err := fitsItem(end.Note); err != nil {
		return Callback{}, err
	}
	mark, err := d.newID("")
	if err != nil {
		return Callback{}, err
	}
	ended := false
	cb, see, err := d.alterCallback(ctx, c, id, func(cb *callback, _ Agent) (became, []table.Op, error) {
		if cb.State == state && (c.Role.Manages() || cb.claimedBy(c.MemberID)) {
			ended = cb.EndedBy == mark // found after an outcome that was unknown
			return "", nil, nil
		}
		if err := cb.held(c); err != nil {
			return "", nil, err
		}
		ops, all, changed, err := d.settle(ctx, id, cb, end.EntriesSeen)
		switch {
		case err != nil:
			return "", nil, err
		case all:
			cb.Note, cb.EndedBy, ended = end.Note, mark, true
			return became(state), append(ops, cb.move(id, state, d.Now())...), nil
		case !changed:
			return "", nil, nil
		}
		cb.Note = end.Note
		return partly, ops, nil
	})
	if err != nil {
		return Callback{}, err
	}
	if ended {
		d.count(metricClosed, "State", state, 1)
	}
	v, err := d.wholeCallback(ctx, id, &cb)
	return see.hide(v), err
}

// settle marks as helped what was seen, in the order in which entries came. It says whether
// no other is open, and whether anything has changed.
func (d *Desk) settle(ctx context.Context, id string, cb *callback, seen *int) (ops []table.Op, all, changed bool, err error) {
	younger, err := d.openJoined(ctx, id, cb)
	if err != nil {
		return nil, false, false, err
	}
	left := cb.entriesCount()
	if seen != nil {
		left = min(left, *seen)
	}
	was, n := cb.Marks, 0
	own := func(until int) {
		for ; n < until && left > 0; n, left = n+1, left-1 {
			if cb.Marks[n] == markOpen {
				cb.mark(n+1, markHelped)
			}
		}
	}
	all = true
	for _, j := range cb.Joined {
		own(j.After)
		i := slices.IndexFunc(younger, func(y joinedCallback) bool { return y.ID == j.ID })
		if left -= j.N; i < 0 {
			continue
		}
		if left < 0 {
			all = false
			continue
		}
		ops = append(ops, helpJoined(younger[i:i+1], millis(d.Now()))...)
	}
	own(len(cb.Marks))
	return ops, all && !cb.open(), cb.Marks != was || ops != nil, nil
}
