package desk

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"

	"github.com/connectnow/backend/internal/keys"
	"github.com/connectnow/backend/internal/roster"
	"github.com/connectnow/backend/internal/table"
)

// conversationsSize is how much of a callback's conversations one answer holds: 4 MiB,
// since Lambda answers with 6 MB at most.
const conversationsSize = 4 << 20

// conversationsChunk is how many conversations are read side by side. Those beyond the size
// of the answer are read in vain, so they are few.
const conversationsChunk = 4

// sight is the callbacks that a caller may see: staff those of their departments and of
// none, admins all. Departments that were deleted count as none.
type sight struct {
	caller      Caller
	row         *roster.Row // the caller's
	departments map[string]roster.Department
}

// sight reads what it takes to judge; problem not-found for a caller who was removed
// meanwhile.
func (d *Desk) sight(ctx context.Context, c Caller) (sight, error) {
	s := sight{caller: c}
	err := together(
		func() (err error) { s.departments, err = d.readDepartments(ctx, c.AccountID); return err },
		func() (err error) { s.row, err = d.memberRow(ctx, c.AccountID, c.MemberID); return err },
	)
	return s, err
}

// department is the id, or empty once it was deleted.
func (s sight) department(id string) string {
	if _, ok := s.departments[id]; ok {
		return id
	}
	return ""
}

func (s sight) sees(cb *callback) bool {
	in := func(dep string) bool { return s.row.In(s.department(dep)) }
	return s.caller.Role.Manages() || slices.ContainsFunc(cb.departments(), in) || cb.claimedBy(s.caller.MemberID)
}

// name is the department's name, or null once it was deleted.
func (s sight) name(id string) *string { return optional(s.departments[id].Name) }

// hide is the callback as the caller sees it, of no department when its own was deleted.
func (s sight) hide(v Callback) Callback {
	v.DepartmentID, v.DepartmentName = s.department(v.DepartmentID), s.name(v.DepartmentID)
	return v
}

// readCallback reads a callback within the caller's sight; problem not-found otherwise.
func (d *Desk) readCallback(ctx context.Context, c Caller, id string) (stored[callback], sight, error) {
	see, err := d.sight(ctx, c)
	if err != nil {
		return stored[callback]{}, see, err
	}
	cb, err := load[callback](ctx, d.Table, keys.Callback(id))
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
	if d.lookLost(&cb.value) {
		d.mendLook(ctx, id, &cb.value)
	}
	d.noteRead(ctx, id, c.MemberID, &cb.value)
	whole, err := d.wholeCallback(ctx, id, &cb.value)
	if err != nil {
		return CallbackDetail{}, err
	}
	v := CallbackDetail{Callback: see.hide(whole)}
	ids, err := d.arrived(ctx, &cb.value, whole.EscalationIDs)
	if err != nil {
		return v, err
	}
	left := len(ids)
	if cursor != "" { // how many are left: stays right when further ones come
		after, err := readCursor(conversationsOf(id), cursor)
		n, notNumber := strconv.Atoi(after)
		if err != nil || notNumber != nil || n < 1 || n > left {
			return v, badCursor("conversationsCursor")
		}
		left = n
	}
	v.Conversations, left, err = d.conversations(ctx, ids[:left], most)
	if left > 0 {
		v.ConversationsCursor = makeCursor(conversationsOf(id), strconv.Itoa(left))
	}
	return v, err
}

// conversationsOf is the name of the list of a callback's conversations, for its cursors.
func conversationsOf(id string) string { return "conversations\x00" + id }

// arrived puts the escalations of joined callbacks among its own, in the order in which they
// came to it.
func (d *Desk) arrived(ctx context.Context, cb *callback, own []string) ([]string, error) {
	var list []string
	for _, j := range cb.Joined {
		younger, err := load[callback](ctx, d.Table, keys.Callback(j.ID))
		if err != nil {
			return nil, err
		}
		theirs, err := d.escalationsOf(ctx, j.ID, &younger.value)
		if err != nil {
			return nil, err
		}
		n := max(0, min(j.After-(len(cb.Marks)-len(own)), len(own)))
		list = append(append(list, own[:n]...), theirs...)
		own = own[n:]
	}
	return append(list, own...), nil
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
	var env envelope
	var found bool
	var added []table.Item
	err := together(
		func() (err error) { env, found, err = d.loadRequest(ctx, id); return err },
		func() (err error) { added, err = d.additions(ctx, id); return err },
	)
	if err != nil || !found {
		return nil, 0, err
	}
	conv, err := conversation(id, env, added)
	if err != nil {
		return nil, 0, err
	}
	body, err := json.Marshal(conv)
	return &CallbackConversation{
		EscalationID: id, CreatedAt: instant(env.At), Channel: env.Request.Channel, Conversation: *conv,
	}, len(body), err
}
