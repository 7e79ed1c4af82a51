package api

import (
	"cmp"
	"context"
	"strings"

	"github.com/connectnow/backend/internal/desk"
)

func listCallbacks(ctx context.Context, q *call) (answer, error) {
	p := q.params()
	state := cmp.Or(p.text("state", checkOneOf("open", "claimed", "done", "dismissed")), "open")
	part := p.page()
	if err := p.err(); err != nil {
		return answer{}, err
	}
	return page(q.desk.Callbacks(ctx, q.caller, state, part))
}

// getCallback takes the conversationsCursor of the answer before under its own name,
// or as the cursor that lists have.
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

func readNothing(*object) struct{} { return struct{}{} }

func claimCallback(ctx context.Context, q *call) (answer, error) {
	if _, err := readMaybe(q, readNothing); err != nil {
		return answer{}, err
	}
	return ok(q.desk.ClaimCallback(ctx, q.caller, q.id()))
}

func releaseCallback(ctx context.Context, q *call) (answer, error) {
	if _, err := readMaybe(q, readNothing); err != nil {
		return answer{}, err
	}
	return ok(q.desk.ReleaseCallback(ctx, q.caller, q.id()))
}

func readAttempt(o *object) desk.NewAttempt {
	return desk.NewAttempt{
		Outcome: enum(o, "outcome", required, "reached", "no_answer", "busy", "wrong_number"),
		Note:    o.note("note", optional),
	}
}

func postAttempt(ctx context.Context, q *call) (answer, error) {
	a, err := read(q, readAttempt)
	if err != nil {
		return answer{}, err
	}
	a.ID = q.newID("")
	return created(q.desk.AttemptCallback(ctx, q.caller, q.id(), a))
}

func readNote(o *object) string { return o.note("note", optional) }

func completeCallback(ctx context.Context, q *call) (answer, error) {
	note, err := readMaybe(q, readNote)
	if err != nil {
		return answer{}, err
	}
	return ok(q.desk.CompleteCallback(ctx, q.caller, q.id(), note))
}

// readDismissal asks why: nobody will call this customer back.
func readDismissal(o *object) string {
	return o.formed("note", longestNote, required, func(s string) string {
		if strings.TrimSpace(s) == "" {
			return "must not be blank"
		}
		return ""
	})
}

func dismissCallback(ctx context.Context, q *call) (answer, error) {
	note, err := read(q, readDismissal)
	if err != nil {
		return answer{}, err
	}
	return ok(q.desk.DismissCallback(ctx, q.caller, q.id(), note))
}
