package api

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"math"
	"net/http"
	"slices"
	"strconv"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/logs"
)

// statuses is the one table of what a class of problems is in HTTP. A class that is
// missing here is told as an internal error.
var statuses = map[desk.Class]int{
	desk.Invalid:      http.StatusUnprocessableEntity,
	desk.NotFound:     http.StatusNotFound,
	desk.Forbidden:    http.StatusForbidden,
	desk.Conflict:     http.StatusConflict,
	desk.TooLarge:     http.StatusRequestEntityTooLarge,
	desk.Unavailable:  http.StatusServiceUnavailable,
	desk.Unauthorized: http.StatusUnauthorized,
	desk.TooMany:      http.StatusTooManyRequests,
}

// refusal is a problem that only HTTP knows. It names its status itself, since the desk
// has no class for what it never sees:
//
//   - 400: the body is not JSON, or holds fields that nobody knows.
//   - 405: the path is there, but not for this method.
//   - 408: the body did not come in time.
//   - 412: If-Match names another state than the present.
//   - 415: the body is compressed in a way that is not taken here.
type refusal struct {
	*desk.Problem
	status int
	header [2]string // a name and value that the status asks for; empty: none
}

// refuse makes a refusal without a header.
func refuse(status int, p *desk.Problem) *refusal { return &refusal{Problem: p, status: status} }

// Unwrap lets errors.As find the problem, whose Class is zero.
func (r *refusal) Unwrap() error { return r.Problem }

// malformed refuses a body that is not JSON as agreed. It is 400 and not 422: what the
// fields mean is not known, so their values cannot be judged.
func malformed(p *desk.Problem) error { return refuse(http.StatusBadRequest, p) }

// errNowhere is the answer to a path that is no route, and to an id that cannot be one. It
// says less than the desk's not-found: there is no thing whose name it could tell.
var errNowhere = &desk.Problem{Class: desk.NotFound, Name: "not-found", Title: "Not found", Detail: "There is nothing here."}

// errBusy is what callers are told when the table could not be reached just now.
var errBusy = &desk.Problem{Class: desk.Unavailable, Name: "busy", Title: "Try again", Detail: "It could not be done just now. Try again in a moment."}

// errInternal is all that callers are told about what is not a problem.
var errInternal = &desk.Problem{Name: "internal", Title: "Internal error", Detail: "Something went wrong here. It is in the log under the request's id."}

// Problem tells a direct caller about an error: the name of the problem, such as
// offer-gone, and the problem as JSON. Lambda's errorType and errorMessage are made of the
// two. What is not a desk.Problem is logged and called an internal error.
func (s *Server) Problem(ctx context.Context, err error) (name string, document []byte) {
	ctx = withRequestID(ctx)
	p, status := s.problem(ctx, "invoke", err)
	return p.Name, problemDocument(ctx, p, status)
}

// problem finds the problem in err. The log line of an internal error holds what the
// error says and nothing of the request: errors do not quote input.
func (s *Server) problem(ctx context.Context, route string, err error) (p *desk.Problem, status int) {
	defer func() { logs.Add(ctx, slog.String("problem", p.Name), slog.Int("status", status)) }()
	if r := (*refusal)(nil); errors.As(err, &r) {
		return r.Problem, r.status
	}
	if p := (*desk.Problem)(nil); errors.As(err, &p) && statuses[p.Class] != 0 {
		return p, statuses[p.Class]
	}
	if desk.Transient(err) {
		s.log.WarnContext(ctx, "table or timers not reached: try again", "route", route, "error", err)
		return errBusy, statuses[errBusy.Class]
	}
	s.log.ErrorContext(ctx, "request failed: internal error", "route", route, "error", err)
	return errInternal, http.StatusInternalServerError
}

// fail answers with a problem. Retry-After is in seconds: a table that is busy is asked
// again soon, someone who guesses passwords when tries are let through again. Problems are never stored by clients.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, route string, err error) {
	p, status := s.problem(r.Context(), route, err)
	h := w.Header()
	h.Set("Content-Type", "application/problem+json")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	switch status {
	case http.StatusUnauthorized:
		h.Set("WWW-Authenticate", "Bearer")
	case http.StatusServiceUnavailable:
		h.Set("Retry-After", "1")
	case http.StatusTooManyRequests:
		h.Set("Retry-After", strconv.Itoa(max(5, int(math.Ceil(p.After.Seconds())))))
	}
	if r := (*refusal)(nil); errors.As(err, &r) && r.header[0] != "" {
		h.Set(r.header[0], r.header[1])
	}
	send(w, r, status, problemDocument(r.Context(), p, status))
}

// problemDocument is the problem in the form of RFC 9457. Its own members come first, the
// further ones of Extra behind them by name, such as takenBy:
//
//	{"type":"/problems/offer-gone","title":…,"status":409,"detail":…,"requestId":…,"takenBy":{…}}
func problemDocument(ctx context.Context, p *desk.Problem, status int) []byte {
	var b bytes.Buffer
	member := func(name string, value any) {
		if b.Len() > 0 {
			b.WriteByte(',')
		}
		text, err := encode(value)
		if err != nil { // only Extra can hold what JSON cannot say
			text = []byte("null")
		}
		fmt.Fprintf(&b, "%q:%s", name, text)
	}
	member("type", "/problems/"+p.Name)
	member("title", p.Title)
	member("status", status)
	member("detail", p.Detail)
	member("requestId", requestIDOf(ctx))
	if len(p.Fields) > 0 {
		member("errors", p.Fields)
	}
	for _, name := range slices.Sorted(maps.Keys(p.Extra)) {
		member(name, p.Extra[name])
	}
	return slices.Concat([]byte("{"), b.Bytes(), []byte("}"))
}

// encode is json.Marshal without the escapes that are meant for JSON inside HTML. What a
// customer wrote stays readable, and "<" takes one byte and not six. Times are whole seconds.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(WholeSeconds(v)); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// Refuse answers a request that is no route's with a problem: another door has the same words.
func (s *Server) Refuse(w http.ResponseWriter, r *http.Request, err error) {
	s.fail(w, r.WithContext(withRequestID(r.Context())), "", err)
}

// RefuseMethod answers a path that takes other methods, such as "GET, PUT".
func (s *Server) RefuseMethod(w http.ResponseWriter, r *http.Request, allowed string) {
	s.otherMethod(allowed)(w, r.WithContext(withRequestID(r.Context())))
}

// Panicked is the error of a panic, without what it was panicked with.
func Panicked(p any) error { return panicError(p) }
