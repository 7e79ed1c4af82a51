package api

import (
	"context"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/logs"
)

// methods are those that a line names. What else stands there may be anything, and is
// told as OTHER.
var methods = []string{
	http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions,
}

// idKeys are the keys in the log of ids in paths, by the path segment before them. The ids
// of devices are the apps' own and may say anything.
var idKeys = map[string]string{"members": "member", "departments": "department", "escalations": "escalation", "callbacks": "callback"}

// Logged writes one line for each request, with its pattern rather than its path: a path
// that is none of ours may say anything.
func (s *Server) Logged(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		ctx := logs.With(withRequestID(r.Context()))
		r = r.WithContext(ctx)
		seen := &statusWriter{ResponseWriter: w, status: http.StatusOK}
		next.ServeHTTP(seen, r)
		method := r.Method
		if !slices.Contains(methods, method) {
			method = "OTHER"
		}
		_, route, _ := strings.Cut(" "+r.Pattern, " /")
		s.log.InfoContext(ctx, "request answered", "method", method, "route", "/"+route, "status", seen.status, "ms", time.Since(began).Milliseconds())
	})
}

// statusWriter notes the status that is written.
type statusWriter struct {
	http.ResponseWriter
	status int
}

// WriteHeader implements http.ResponseWriter.
func (w *statusWriter) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

// Unwrap gives the writer below.
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// unwrapped is the server's own writer, which closes the connection of a body that is too
// large when it is given to http.MaxBytesReader.
func unwrapped(w http.ResponseWriter) http.ResponseWriter {
	for {
		above, is := w.(interface{ Unwrap() http.ResponseWriter })
		if !is {
			return w
		}
		w = above.Unwrap()
	}
}

// Direct answers an invocation of a function without HTTP, escalate or provision, and writes
// its line. Without a problem the answer is JSON; else it is the problem as JSON, of this
// name.
func (s *Server) Direct(ctx context.Context, function string, payload []byte) (answer []byte, problem string) {
	began := time.Now()
	ctx = logs.With(withRequestID(ctx))
	answer, err := s.direct(ctx, function, payload)
	if err != nil {
		problem, answer = s.Problem(ctx, err)
	} else {
		logs.Add(ctx, slog.Int("status", http.StatusOK))
	}
	s.log.InfoContext(ctx, "request answered", "function", function, "ms", time.Since(began).Milliseconds())
	return answer, problem
}

func (s *Server) direct(ctx context.Context, function string, payload []byte) ([]byte, error) {
	perform := s.Invoke
	if function == "provision" {
		perform = s.Provision
	}
	out, err := perform(ctx, payload)
	if err != nil {
		return nil, err
	}
	return encode(out)
}

// idsOf are the attributes of what a request was answered with.
func idsOf(v any) []slog.Attr {
	switch v := v.(type) {
	case desk.Answer:
		list := []slog.Attr{slog.String("escalation", v.EscalationID), slog.String("outcome", string(v.Outcome))}
		if v.Callback != nil {
			list = append(list, slog.String("callback", v.Callback.ID))
		}
		return list
	case desk.Provisioned:
		return []slog.Attr{slog.String("account", v.AccountID), slog.String("member", v.MemberID)}
	}
	return nil
}
