package desk

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/connectnow/backend/internal/table"
)

// conversationsSize is how much of a callback's conversations one answer holds.
const conversationsSize = 4 << 20

// conversationsChunk is how many conversations are read side by side.
const conversationsChunk = 4

func (cb *callback) view(id string) Callback {
	v := Callback{
		ID: id, State: cb.State, EscalationIDs: cb.Escalations, DepartmentID: cb.Department, Customer: cb.Customer,
		Summary: cb.Summary, Because: cb.Because, NeedsContact: cb.NeedsContact, DueAt: instant(cb.Due),
		ClaimedBy: cb.Claimed, Attempts: make([]Attempt, len(cb.Attempts)), CreatedAt: instant(cb.Created),
		EndedAt: moment(cb.Ended), Note: optional(cb.Note),
	}
	for i, a := range cb.Attempts {
		v.Attempts[i] = a.Attempt
	}
	return v
}

func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// sight is which callbacks a caller may see: staff those of their departments and of
// none, admins all. Departments that were deleted count as none.
type sight struct {
	caller      Caller
	row         *row // the caller's
	departments map[string]department
}

func (d *Desk) sight(ctx context.Context, c Caller) (sight, error) {
	s := sight{caller: c}
	err := inParallel(2, func(i int) (err error) {
		if i == 0 {
			s.departments, err = d.readDepartments(ctx, c.AccountID)
			return err
		}
		s.row, err = d.readRow(ctx, c.AccountID, c.MemberID)
		return err
	})
	if err == nil && (s.row == nil || s.row.Removed) {
		err = notFound("member")
	}
	return s, err
}

func (s sight) department(id string) string {
	if _, ok := s.departments[id]; ok {
		return id
	}
	return ""
}

func (s sight) sees(cb *callback) bool {
	dep := s.department(cb.Department)
	return s.caller.Role.Manages() || s.row.in(dep) || cb.claimedBy(s.caller.MemberID)
}

// view is the callback as the caller sees it: of a department that was deleted it is no
// more.
func (s sight) view(id string, cb *callback) Callback {
	v := cb.view(id)
	v.DepartmentID = s.department(v.DepartmentID)
	return v
}

// Callbacks lists the callbacks of a state that the caller may see, oldest due first.
func (d *Desk) Callbacks(ctx context.Context, c Caller, state string, p Page) (List[Callback], error) {
	if state == "" {
		state = callbackOpen
	}
	see, err := d.sight(ctx, c)
	if err != nil {
		return List[Callback]{}, err
	}
	r := entries{Range: table.Range{Partition: callbacksPartition(c.AccountID, state)}}
	return walk(ctx, d, r, p, func(ctx context.Context, it table.Item) (*Callback, error) {
		id := afterSlash(it.Key.Sort)
		cb, err := load[callback](ctx, d.Table, callbackKey(id))
		if err != nil || !cb.found() || cb.value.State != state || !see.sees(&cb.value) {
			return nil, err
		}
		v := see.view(id, &cb.value)
		return &v, nil
	})
}

// readCallback reads a callback that the caller may see.
func (d *Desk) readCallback(ctx context.Context, c Caller, id string) (stored[callback], sight, error) {
	see, err := d.sight(ctx, c)
	if err != nil {
		return stored[callback]{}, see, err
	}
	cb, err := load[callback](ctx, d.Table, callbackKey(id))
	if err != nil {
		return cb, see, err
	}
	if !cb.found() || cb.value.Account != c.AccountID || !see.sees(&cb.value) {
		return cb, see, notFound("callback")
	}
	return cb, see, nil
}

// Callback gives one callback with its conversations, newest first, as many as fit
// into one answer; cursor goes on where the last answer ended.
func (d *Desk) Callback(ctx context.Context, c Caller, id, cursor string) (CallbackDetail, error) {
	return d.callbackWithin(ctx, c, id, cursor, conversationsSize)
}

func (d *Desk) callbackWithin(ctx context.Context, c Caller, id, cursor string, most int) (CallbackDetail, error) {
	cb, see, err := d.readCallback(ctx, c, id)
	if err != nil {
		return CallbackDetail{}, err
	}
	v := CallbackDetail{Callback: see.view(id, &cb.value)}
	left := len(cb.value.Escalations)
	if cursor != "" { // how many are left: stays right when further ones come
		n, err := strconv.Atoi(cursor)
		if err != nil || n < 1 || n > left {
			return v, Invalids([]FieldError{{"conversationsCursor", "is not one that was given out"}})
		}
		left = n
	}
	v.Conversations, left, err = d.conversations(ctx, cb.value.Escalations[:left], most)
	if left > 0 {
		v.ConversationsCursor = strconv.Itoa(left)
	}
	return v, err
}

// conversations gives the conversations of escalations from the last one backwards, as
// many as fit into one answer of most bytes, but at least one, and how many are left.
func (d *Desk) conversations(ctx context.Context, ids []string, most int) (list []CallbackConversation, left int, err error) {
	list = []CallbackConversation{}
	size := 0
	for left = len(ids); left > 0; {
		chunk := ids[max(0, left-conversationsChunk):left]
		found := make([]*CallbackConversation, len(chunk))
		sizes := make([]int, len(chunk))
		err := inParallel(len(chunk), func(i int) (err error) {
			found[i], sizes[i], err = d.callbackConversation(ctx, chunk[i])
			return err
		})
		if err != nil {
			return list, left, err
		}
		for i := len(chunk) - 1; i >= 0; i-- {
			if size += sizes[i]; size > most && len(list) > 0 {
				return list, left, nil
			}
			if found[i] != nil {
				list = append(list, *found[i])
			}
			left--
		}
	}
	return list, 0, nil
}

// callbackConversation gives one conversation and its size in an answer; nil when there
// is none (any more).
func (d *Desk) callbackConversation(ctx context.Context, id string) (*CallbackConversation, int, error) {
	env, found, err := d.loadRequest(ctx, id)
	if err != nil || !found {
		return nil, 0, err
	}
	conv, err := d.conversation(ctx, id, env)
	if err != nil {
		return nil, 0, err
	}
	body, err := json.Marshal(conv)
	return &CallbackConversation{
		EscalationID: id, CreatedAt: instant(env.At), Channel: env.Request.Channel, Conversation: *conv,
	}, len(body), err
}

// changeCallback applies one change to a callback that the caller may see. change
// returns false when there is nothing to do.
func (d *Desk) changeCallback(ctx context.Context, c Caller, id string, change func(cb *callback, me Agent) (bool, []table.Op, error)) (Callback, error) {
	_, see, err := d.readCallback(ctx, c, id)
	if err != nil {
		return Callback{}, err
	}
	me := Agent{ID: c.MemberID, FirstName: see.row.FirstName}
	what := "" // became of it
	cb, err := update(ctx, d, callbackKey(id), func(s *stored[callback]) (bool, []table.Op, error) {
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
		d.announce(ctx, d.callbackEvent(c.AccountID, id, what, c.MemberID, &cb))
	}
	return see.view(id, &cb), nil
}

// held says whether the caller may go on with the callback: as its holder, or as an
// admin.
func (cb *callback) held(c Caller) error {
	switch {
	case !cb.pending():
		return cb.hasEnded()
	case c.Role.Manages() || cb.claimedBy(c.MemberID):
		return nil
	case cb.Claimed == nil:
		return conflict("not-claimed", "The callback is not claimed", "Claim it first.")
	}
	return cb.isClaimed()
}

func (cb *callback) claimedBy(member string) bool {
	return cb.Claimed != nil && cb.Claimed.ID == member
}

func (cb *callback) hasEnded() error {
	return conflict("callback-ended", "The callback has ended", "It is "+cb.State+".")
}

func (cb *callback) isClaimed() error {
	p := conflict("claimed", "The callback is claimed", cb.Claimed.FirstName+" has it.")
	p.Extra = map[string]any{"claimedBy": *cb.Claimed}
	return p
}

// ClaimCallback makes the caller the callback's one holder.
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

// ReleaseCallback gives a claimed callback back; one that is open is so already.
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

// NewAttempt is one try to reach a customer, as an agent tells it. ID is given by callers
// who may ask twice and want one attempt; empty: a new one.
type NewAttempt struct {
	ID            string
	Outcome, Note string
}

// AttemptCallback notes one try to reach the customer.
func (d *Desk) AttemptCallback(ctx context.Context, c Caller, id string, n NewAttempt) (Callback, error) {
	if n.ID == "" {
		var err error
		if n.ID, err = d.newID(""); err != nil {
			return Callback{}, err
		}
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

// CompleteCallback ends a callback as done.
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
