package api

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/connectnow/backend/internal/assistant"
	"github.com/connectnow/backend/internal/desk"
)

// Enquire is Invoke for whoever never asks twice, such as a model, a flow or a bot. What could
// not be done just now is done again. Where people cannot be asked for even so, a callback is
// registered: an enquiry that came this far is not lost for want of a repeat. The problem busy
// of escalate says that nothing could be kept.
func (s *Server) Enquire(ctx context.Context, payload []byte) (out any, err error) {
	r, err := s.asked(ctx, payload)
	if err != nil {
		return nil, err
	}
	r.MakeRepeatable()
	out, err = insist(ctx, s.desk, func() (any, error) { return s.do(ctx, r) })
	if err == nil || r.Action != assistant.Escalate || !ours(err) {
		return out, err
	}
	s.log.ErrorContext(ctx, "request failed: a callback is registered in its place", "error", err)
	if !later(err) { // the desk has counted that one itself
		s.desk.PlatformFailed()
	}
	out, failed := s.callBack(ctx, r)
	switch {
	case failed == nil:
		return out, nil
	case later(err):
		s.log.ErrorContext(ctx, "callback not registered: the assistant is told to ask again", "error", failed)
		return nil, errUnkept
	}
	return nil, err
}

// errUnkept tells a model what to do for a customer of whom nothing is kept here.
var errUnkept = &desk.Problem{
	Class: desk.Unavailable, Name: "busy", Title: "Nobody could be asked just now",
	Detail: "Nothing could be kept. Tell the customer that it did not work, and ask again in 10 seconds with all of it.",
}

// callBack registers a callback in place of asking for people.
func (s *Server) callBack(ctx context.Context, r *assistant.Reading) (a desk.Answer, err error) {
	defer caught(&err)
	return escalate(ctx, s.desk, r, true)
}

// pauses are how long what could not be done just now is let be before it is done again.
var pauses = [...]time.Duration{200 * time.Millisecond, 500 * time.Millisecond, time.Second}

// patience is after how long nothing is done again. A table that is away takes two seconds to
// say so, and a flow of Amazon Connect has eight for all.
const patience = 3 * time.Second

// insist does something until it is done, or will not be.
func insist[T any](ctx context.Context, d *desk.Desk, do func() (T, error)) (out T, err error) {
	began := d.Now()
	for i := 0; ; i++ {
		out, err = do()
		if err == nil || !later(err) || i == len(pauses) || d.Now().Sub(began) >= patience {
			return out, err
		}
		if d.Sleep(ctx, pauses[i]) != nil { // its caller's time is over
			return out, err
		}
	}
}

// later reports whether the same call may succeed in a moment.
func later(err error) bool {
	p := (*desk.Problem)(nil)
	return desk.Transient(err) || errors.As(err, &p) && p.Class == desk.Unavailable
}

// ours reports whether an error is no fault of the caller's.
func ours(err error) bool {
	p := (*desk.Problem)(nil)
	return !errors.As(err, &p) || statuses[p.Class] == 0 || statuses[p.Class] >= http.StatusInternalServerError
}
