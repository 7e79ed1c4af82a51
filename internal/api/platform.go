package api

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/connectnow/backend/internal/assistant"
	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/logs"
)

// Platform answers the event of a platform in the form that it wants, whatever happens: an
// error of the function would be asked for again and again while the customer waits, or end
// the session. failed tells that something failed here, which Lambda does not count. The error
// is of an answer that has no form, which no event should bring about.
func (s *Server) Platform(ctx context.Context, f assistant.Form) (answer []byte, failed bool, err error) {
	began := time.Now()
	ctx, done := context.WithTimeout(logs.With(withRequestID(ctx)), platformTime)
	defer done()
	out, account, err := s.perform(ctx, f)
	var problem *desk.Problem
	if err != nil {
		var status int
		problem, status = s.problem(ctx, "invoke", err)
		failed = status >= http.StatusInternalServerError && problem.Name != "not-yet"
		out = nil
	} else {
		logs.Add(ctx, slog.Int("status", http.StatusOK))
	}
	if answer, err = s.told(ctx, f, account, out, problem); err != nil {
		_, _ = s.problem(ctx, "invoke", err)
	}
	kind, _ := f.Connection()
	s.log.InfoContext(ctx, "request answered", "function", "escalate", "platform", kind, "ms", time.Since(began).Milliseconds())
	return answer, failed, err
}

// platformTime is how long an event is worked at before its platform is told that it came to
// nothing: a flow of Amazon Connect waits for eight seconds at most
// (https://docs.aws.amazon.com/connect/latest/adminguide/connect-lambda-functions.html).
const platformTime = 7 * time.Second

// perform does what an event asks for, by the one door that plain JSON takes, in the name of
// the account that it is connected to.
func (s *Server) perform(ctx context.Context, f assistant.Form) (out any, account string, err error) {
	defer caught(&err)
	kind, id := f.Connection()
	account, err = insist(ctx, s.desk, func() (string, error) { return s.desk.AccountOf(ctx, kind, id) })
	if err != nil {
		s.unknown(ctx, kind, id, err)
		return nil, "", err
	}
	action, err := f.Action(account)
	if err != nil {
		return nil, account, err
	}
	out, err = s.Enquire(ctx, action)
	if next, failed := then(f, account, out, err); next != nil || failed != nil {
		if err = failed; err == nil {
			out, err = s.Enquire(ctx, next)
		}
	}
	if err != nil {
		return nil, account, err
	}
	if cb, is := out.(desk.Callback); is {
		say := s.desk.CallbackSay(ctx, account, f.Language(), cb)
		return saidCallback{WholeSeconds(cb).(desk.Callback), say}, account, nil
	}
	return WholeSeconds(out), account, nil
}

// then is what an event wants next, if it wants anything.
func then(f assistant.Form, account string, out any, err error) ([]byte, error) {
	s, more := f.(assistant.Sequel)
	p := (*desk.Problem)(nil)
	if !more || err != nil && !errors.As(err, &p) {
		return nil, nil
	}
	if p != nil {
		out = nil
	}
	return s.Then(account, out, p)
}

// saidCallback is a callback with what its customer is told, for platforms that speak to them.
type saidCallback struct {
	desk.Callback
	Say string `json:"say"`
}

// unknown writes down who is connected to no account, so that whoever runs the deployment
// finds what to connect. What is no id may say anything.
func (s *Server) unknown(ctx context.Context, kind, id string, err error) {
	if !desk.IsProblem(err, "unknown-connection") {
		return
	}
	if desk.PlatformIDFault(id) != "" {
		id = "none"
	}
	s.log.WarnContext(ctx, "platform refused: it is connected to no account", "kind", kind, "id", id)
}

// told is the answer in the platform's form.
func (s *Server) told(ctx context.Context, f assistant.Form, account string, out any, problem *desk.Problem) (answer []byte, err error) {
	defer caught(&err)
	say := ""
	if problem != nil {
		say = s.desk.ProblemSay(ctx, account, f.Language(), problem)
	}
	return f.Answer(out, problem, say)
}
