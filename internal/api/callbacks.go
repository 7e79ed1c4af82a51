package api

import (
	"cmp"
	"context"
	"strings"

	"github.com/connectnow/backend/internal/desk"
)

// listCallbacks gives those that are open unless other states are asked for, oldest due
// first, and on the first page how many there are. Admins see the account's, staff those of
// their departments and of none.
func listCallbacks(ctx context.Context, q *call) (answer, error) {
	p := q.params()
	country, err := q.countryOf(ctx, p)
	if err != nil {
		return answer{}, err
	}
	f := desk.CallbackFilter{
		States:       p.words("state", "open", "claimed", "done", "dismissed"),
		DepartmentID: p.id("departmentId", "dep"),
		Mine:         p.flag("mine"),
		Overdue:      p.flag("overdue"),
		Customer:     p.contact("customer", country),
	}
	part := p.page()
	if err := p.err(); err != nil {
		return answer{}, err
	}
	return ok(q.desk.CallbacksCounted(ctx, q.caller, f, part))
}

// getCallback gives a callback with its conversations, newest first, as many as fit into
// an answer. It takes the conversationsCursor of the answer before under its own name, or
// as the cursor that lists have.
func getCallback(ctx context.Context, q *call) (answer, error) {
	p := q.params()
	cursor := cmp.Or(p.cursor("conversationsCursor"), p.cursor("cursor"))
	if err := p.err(); err != nil {
		return answer{}, err
	}
	detail, err := q.desk.Callback(ctx, q.caller, q.id(), cursor)
	if detail.Conversations == nil {
		detail.Conversations = []desk.CallbackConversation{}
	}
	return ok(detail, err)
}

// readNothing reads an object without fields: any field is then unknown, and 400. A caller
// who sends {"memberId": …} to claim for somebody else learns that this cannot be.
func readNothing(*object) struct{} { return struct{}{} }

// claimCallback makes the caller the one who calls back. Somebody else who claims gets 409
// claimed with claimedBy; the holder gets the same success again, so that a lost answer
// does no harm.
func claimCallback(ctx context.Context, q *call) (answer, error) {
	if _, err := readMaybe(q, readNothing); err != nil {
		return answer{}, err
	}
	return ok(q.desk.ClaimCallback(ctx, q.caller, q.id()))
}

// releaseCallback gives it back to the team. One that nobody has claimed is released
// already, and its release is no error.
func releaseCallback(ctx context.Context, q *call) (answer, error) {
	if _, err := readMaybe(q, readNothing); err != nil {
		return answer{}, err
	}
	return ok(q.desk.ReleaseCallback(ctx, q.caller, q.id()))
}

// readAttempt reads one try to reach the customer, such as {"outcome": "no_answer"}. None
// of the outcomes ends the callback: the agent may try again, complete or dismiss it.
func readAttempt(o *object) desk.NewAttempt {
	return desk.NewAttempt{
		Outcome: enum(o, "outcome", required, "reached", "no_answer", "busy", "wrong_number"),
		Note:    o.note("note", optional),
	}
}

// postAttempt notes a try. Repeated with its Idempotency-Key it is noted once; without a
// key two tries of the same minute look like what they may be, two tries.
func postAttempt(ctx context.Context, q *call) (answer, error) {
	a, err := read(q, readAttempt)
	if err != nil {
		return answer{}, err
	}
	a.ID = q.newID("")
	return created(q.desk.AttemptCallback(ctx, q.caller, q.id(), a))
}

// mostEntries is above what a callback can have.
const mostEntries = 1000

// readEnding reads what the agent wants to keep beside the end, which may be nothing, and
// how many entries they saw. Apps that do not say end all of them.
func readEnding(o *object) desk.Ending {
	return desk.Ending{Note: o.note("note", optional), EntriesSeen: entriesSeen(o)}
}

// entriesSeen reads how many entries the caller saw; nil when they do not say.
func entriesSeen(o *object) *int {
	return given(o, "entriesSeen", func(name string, n need) int { return o.integer(name, 0, mostEntries, n) })
}

// completeCallback ends the promise: the customer was called. It must be claimed first, or
// is 409 not-claimed, so that two agents do not both believe that they have called. What
// joined since the caller looked keeps it open.
func completeCallback(ctx context.Context, q *call) (answer, error) {
	end, err := readMaybe(q, readEnding)
	if err != nil {
		return answer{}, err
	}
	if err := q.seen(&end); err != nil {
		return answer{}, err
	}
	return ok(q.desk.CompleteCallback(ctx, q.caller, q.id(), end))
}

// readDismissal asks why: nobody will call this customer back, and the note is all that is
// left to explain it. Space alone is no reason.
func readDismissal(o *object) desk.Ending {
	note := o.formed("note", longestNote, required, func(s string) string {
		if strings.TrimSpace(s) == "" {
			return "must not be blank"
		}
		return ""
	})
	return desk.Ending{Note: note, EntriesSeen: entriesSeen(o)}
}

// dismissCallback ends a callback that nobody needs, such as that of a prank call.
func dismissCallback(ctx context.Context, q *call) (answer, error) {
	end, err := read(q, readDismissal)
	if err != nil {
		return answer{}, err
	}
	if err := q.seen(&end); err != nil {
		return answer{}, err
	}
	return ok(q.desk.DismissCallback(ctx, q.caller, q.id(), end))
}
