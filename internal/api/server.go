// Package api is the desk over HTTP: the table of routes, who may call them, what
// bodies they take and how problems are told.
//
// All of it is in one table (see Routes), so that the functions in the cloud, the
// sandbox and the infrastructure cannot disagree about a path or about who may call
// it. A handler gets a call that has passed its route's Who and returns an answer or
// an error; the server turns both into HTTP. The platform's assistant, which invokes a
// function without HTTP, enters by Server.Invoke and meets the same decoders.
//
// Who calls comes from outside: whoever checked the token's signature (API Gateway's
// authorizer, or the sandbox) puts its claims into the context with WithClaims. They
// only say who it is; what that member may do is read from the table at every request.
package api

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"path"
	"runtime/debug"
	"slices"
	"strings"
	"sync"

	"github.com/connectnow/backend/internal/assistant"
	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/logs"
)

// Options are what a Server may be told beyond its desk.
type Options struct {
	// Log gets a line for each request, and one for everything that callers are only told
	// "internal error" about. The desk's own log when nil.
	Log *slog.Logger
	// PlainHTTP says that the server is asked without TLS, as in the sandbox. Its cookies then
	// have names of their own, and go without TLS as well.
	PlainHTTP bool
	// LoopbackLinks lets a connect.url lead to this very machine without TLS, as in the
	// sandbox.
	LoopbackLinks bool
}

// Server answers calls with what a desk says. It keeps nothing between calls, so that any
// number of functions can serve the same account.
type Server struct {
	desk     *desk.Desk
	log      *slog.Logger
	machines assistant.Options
	plain    bool // see Options.PlainHTTP
}

// New makes a Server of a desk.
func New(d *desk.Desk, o Options) *Server {
	s := &Server{desk: d, log: o.Log, machines: assistant.Options{Loopback: o.LoopbackLinks}, plain: o.PlainHTTP}
	if s.log == nil {
		s.log = d.Log
	}
	if s.log == nil {
		s.log = slog.Default()
	}
	s.log = slog.New(logs.Handler(s.log.Handler()))
	return s
}

// NoRoute is API Gateway's name for what is none of its routes.
const NoRoute = "$default"

// Handler serves routes, those of one function or all. Every other path is a 404 problem, and
// so is HEAD; a known path with another method is a 405 problem whichever function serves it, so
// that any of them can be API Gateway's $default.
func (s *Server) Handler(routes []Route) http.Handler {
	mux := http.NewServeMux()
	for _, rt := range routes {
		mux.Handle(rt.Method+" "+rt.Pattern, s.serve(rt))
	}
	others := sync.OnceValue(s.others) // a cold start does without
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { others().ServeHTTP(w, r) })
	return s.Logged(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch p := r.URL.Path; {
		case preflight(r):
			w.WriteHeader(http.StatusNoContent)
		// ServeMux would answer a path such as //v1/me or /v1/me/../x with a redirect, and
		// HEAD wherever there is a GET. API Gateway has no route for either.
		case r.Method == http.MethodHead || p == "" || p != path.Clean(p):
			s.nowhere(w, r)
		default:
			mux.ServeHTTP(w, r)
		}
	}))
}

// preflight reports whether a browser asks if a page of another origin may send something.
// API Gateway answers that by itself where it has no route for it. It has $default, which
// takes OPTIONS as well, and browsers insist on a success: so it is 204, and what is allowed
// is in the headers that API Gateway adds, or not there
// (https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html).
func preflight(r *http.Request) bool {
	return r.Method == http.MethodOptions && r.Header.Get("Origin") != "" && r.Header.Get("Access-Control-Request-Method") != ""
}

// others answers what is no route of a function: known paths with another method, paths of
// another function, and all that is nowhere. It is built at the first such request.
func (s *Server) others() http.Handler {
	mux := http.NewServeMux()
	for _, p := range paths {
		mux.Handle(p.pattern, s.otherMethod(p.methods))
	}
	mux.HandleFunc("/", s.nowhere)
	return mux
}

// serve makes the handler of a route. The limit of the body stands before all else, so
// that no handler can forget it.
func (s *Server) serve(rt Route) http.Handler {
	params := pathParams(rt.Pattern)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(unwrapped(w), r.Body, int64(rt.maxBody()))
		a, err := s.answer(rt, params, r)
		if err == nil {
			err = a.write(w, r)
		} else {
			a.setCookies(w)
		}
		if err != nil {
			s.fail(w, r, rt.Pattern, err)
		}
	})
}

// answer checks who calls and what is in the path and the query, and runs the handler. Who comes before
// what: to a caller without a token every id is 401, whether or not it could be one.
func (s *Server) answer(rt Route, params []pathParam, r *http.Request) (a answer, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = panicError(p)
		}
	}()
	ctx := desk.WithDoor(r.Context(), desk.Door{Network: desk.Network(r.RemoteAddr), Route: rt.Method + " " + rt.Pattern})
	caller, err := authorise(ctx, rt.Who, s.desk.Clients, func(ctx context.Context, b desk.Bearer) (desk.Caller, error) {
		b.Ahead = rt.ahead(r.PathValue("id"))
		return s.desk.Caller(ctx, b)
	})
	if err == nil && caller.MustChangePassword && !rt.beforeChange() {
		err = errChangePassword
	}
	if err != nil {
		return answer{}, err
	}
	if err := factorDue(ctx, rt.Who, s.desk, caller); err != nil {
		return answer{}, err
	}
	logs.Add(ctx, slog.String("account", caller.AccountID), slog.String("caller", caller.MemberID))
	for _, p := range params {
		value := r.PathValue(p.name)
		if !p.shape.matches(value) {
			return answer{}, errNowhere
		}
		if p.logKey != "" {
			logs.Add(ctx, slog.String(p.logKey, value))
		}
	}
	if err := rt.checkQuery(r.URL); err != nil {
		return answer{}, err
	}
	page := rt.Who != Machine && s.fromPage(r) // an enquiry is not refused for its form
	a, err = rt.handle(ctx, &call{server: s, desk: s.desk, request: r, caller: caller, limit: rt.maxBody(), codings: rt.codings(), fromPage: page})
	s.notice(ctx, caller, r, params, err)
	return a, err
}

// ahead is what the desk reads beside who calls: what people wait for reads that in any case. An id
// that cannot be there is looked for by nobody.
func (rt Route) ahead(id string) desk.Ahead {
	route := rt.Method + " " + rt.Pattern
	if route == "GET /v1/me/escalations" {
		return desk.Ahead{Row: true}
	}
	if !shapes["escalations"].matches(id) {
		return desk.Ahead{}
	}
	switch route {
	case "POST /v1/escalations/{id}/accept":
		return desk.Ahead{Escalation: id}
	case "POST /v1/escalations/{id}/complete":
		return desk.Ahead{Escalation: id, Request: true}
	case "POST /v1/escalations/{id}/decline":
		return desk.Ahead{Escalation: id, Desk: true}
	}
	return desk.Ahead{}
}

// notice has the desk know of what was refused to a caller and may be an attack: what is too
// large, and an id that the account does not have.
func (s *Server) notice(ctx context.Context, c desk.Caller, r *http.Request, params []pathParam, err error) {
	p := (*desk.Problem)(nil)
	switch {
	case !errors.As(err, &p):
	case p.Class == desk.TooLarge:
		s.desk.NoticeLarge(ctx, c)
	case p.Class == desk.NotFound && c.MemberID != "":
		for _, param := range params {
			s.desk.NoticeForeign(ctx, c, r.PathValue(param.name))
		}
	}
}

// panicError keeps the place of a panic for the log. What was panicked with may hold
// anything, personal data too; only the runtime's own errors are safe to write down.
func panicError(p any) error {
	said := fmt.Sprintf("%T", p)
	if err, ok := p.(interface{ RuntimeError() }); ok {
		said = fmt.Sprint(err)
	}
	return fmt.Errorf("panic: %s\n%s", said, debug.Stack())
}

// otherMethod answers a known path whose methods are others: 405 with Allow, such as "GET,
// PUT".
func (s *Server) otherMethod(allowed string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if slices.Contains(strings.Split(allowed, ", "), r.Method) { // another function's route
			s.nowhere(w, r)
			return
		}
		s.fail(w, r, "", &refusal{&desk.Problem{
			Name: "method-not-allowed", Title: "Not this way",
			Detail: "This path takes " + allowed + ".",
		}, http.StatusMethodNotAllowed, [2]string{"Allow", allowed}})
	}
}

// nowhere answers a path that is no route.
func (s *Server) nowhere(w http.ResponseWriter, r *http.Request) { s.fail(w, r, "", errNowhere) }

// pathParam is a parameter in a pattern and what its values look like. A value of
// another shape cannot be there, which saves asking the table.
type pathParam struct {
	name   string
	shape  *form
	logKey string // in the log; empty: it is not told there
}

// shapes are the forms of ids in paths, by the path segment before them.
var shapes = map[string]*form{
	"members":     {"mem_", 12, 12, base32},
	"departments": {"dep_", 12, 12, base32},
	"escalations": {"esc_", 12, 12, base32},
	"callbacks":   {"cb_", 12, 12, base32},
	"sessions":    {"ses_", 12, 12, base32},
	"connections": {"con_", 12, 12, base32},
	"keys":        {"cnk_", 12, 12, base32},
	"devices":     &tokenForm, // chosen by the app
}

// pathParams finds the {parameters} of a pattern. A test sees to it that each has a shape.
func pathParams(pattern string) []pathParam {
	var params []pathParam
	segments := strings.Split(pattern, "/")
	for i, segment := range segments {
		if name, ok := strings.CutPrefix(segment, "{"); ok {
			params = append(params, pathParam{strings.TrimSuffix(name, "}"), shapes[segments[i-1]], idKeys[segments[i-1]]})
		}
	}
	return params
}

// call is one request on its way through a handler.
type call struct {
	server   *Server
	desk     *desk.Desk
	request  *http.Request
	caller   desk.Caller    // zero on public and machine routes
	key      string         // of what it creates, see newID
	limit    int            // of the body in bytes; 0 is maxBody
	codings  []string       // in which the body may be compressed
	fromPage bool           // our cookies came with it
	fields   map[string]any // of the body, once it is parsed
}

// id is the {id} of the path, of the right shape.
func (q *call) id() string { return q.request.PathValue("id") }

// requestIDKey is the key of the request's id in a context.
type requestIDKey struct{}

// WithRequestID gives the request an id that problems and log lines carry. API Gateway
// and Lambda have one; without it the server makes one.
func WithRequestID(ctx context.Context, id string) context.Context {
	return logs.With(context.WithValue(ctx, requestIDKey{}, id), slog.String(logs.RequestID, id))
}
