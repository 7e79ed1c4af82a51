package main

import (
	"context"
	"encoding/json"
	"net"
	"net/http"
	"path"
	"runtime/debug"
	"strings"

	"github.com/connectnow/backend/internal/api"
	"github.com/connectnow/backend/internal/hours"
	"github.com/connectnow/backend/internal/pages"
)

// handler serves the API, the pages, the Lambda Invoke endpoint and what the sandbox tells of itself.
// Streams end with the context.
func (s *sandbox) handler(streams context.Context) http.Handler {
	mux, routes := http.NewServeMux(), s.authorize(api.New(s.Desk, s.options()).Handler(api.Routes()))
	web := pages.New(true)
	all := asGateway(withPane(web.Handler(routes)))
	mux.Handle("/", all)
	mux.Handle("/mcp", asGateway(s.models))
	if !web.Built() {
		mux.HandleFunc("GET /{$}", index)
	}
	mux.HandleFunc("GET /sandbox/{file}", s.paneFile(routes))
	mux.HandleFunc("GET /sandbox/chat/{id}", chat)
	mux.HandleFunc("POST /2015-03-31/functions/{name}/invocations", s.invoke)
	mux.HandleFunc("GET /sandbox", s.about)
	mux.HandleFunc("GET /sandbox/pushes", s.pushes)
	mux.HandleFunc("GET /sandbox/pushes/stream", func(w http.ResponseWriter, r *http.Request) { s.stream(streams, w, r) })
	mux.HandleFunc("GET /sandbox/mails", s.mails)
	mux.HandleFunc("GET /sandbox/events", s.events)
	mux.HandleFunc("GET /sandbox/metrics", s.metrics)
	clean := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != path.Clean(r.URL.Path) { // which a ServeMux would redirect
			all.ServeHTTP(w, r)
			return
		}
		mux.ServeHTTP(w, r)
	})
	return lineEnds(localOnly(s.fromElsewhere(clean)))
}

// options are those of both ways to the API: the call or chat may be on this machine, and the
// sandbox has no TLS.
func (s *sandbox) options() api.Options {
	return api.Options{Log: s.log, LoopbackLinks: true, PlainHTTP: true}
}

// localOnly refuses requests that came for another host name. A browser that was made
// to believe that such a name is this machine (DNS rebinding) would otherwise let its
// page read what is here.
func localOnly(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host, _, err := net.SplitHostPort(r.Host)
		if err != nil {
			host = r.Host // without a port
		}
		ip := net.ParseIP(strings.Trim(host, "[]"))
		if !strings.EqualFold(host, "localhost") && (ip == nil || !ip.IsLoopback()) {
			http.Error(w, "the sandbox answers to localhost only", http.StatusForbidden)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// asGateway hands a request on as API Gateway hands it to a function, so that what it holds
// is found here as there: the path is decoded before a route is looked for, and headers of
// one name are joined
// (https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html).
func asGateway(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r = r.Clone(r.Context())
		r.URL.RawPath = ""
		for name, values := range r.Header {
			if name != "Cookie" { // which comes apart
				r.Header[name] = []string{strings.Join(values, ",")}
			}
		}
		next.ServeHTTP(w, r)
	})
}

// authorize does what API Gateway's authorizer does: it checks the token and hands its
// claims on. Without a good token the handlers see no claims and refuse. AWS says that the
// token may stand alone or behind "Bearer ", and nothing of another case or more spaces
// (https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html).
// So these are refused here: what works here must work there.
func (s *sandbox) authorize(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		token := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
		if claims, err := s.Identity.Verify(token); err == nil {
			r = r.WithContext(api.WithClaims(r.Context(), claims))
		}
		next.ServeHTTP(w, r)
	})
}

// about answers GET /sandbox: all that a script needs to begin.
func (s *sandbox) about(w http.ResponseWriter, r *http.Request) {
	type department struct {
		ID   string `json:"id"`
		Name string `json:"name"`
	}
	found, err := s.departments(r.Context())
	if err != nil {
		s.fail(w, err)
		return
	}
	list := make([]department, len(found))
	for i, d := range found {
		list[i] = department{d.ID, d.Name}
	}
	s.write(w, map[string]any{
		"accountId": demoAccount, "departments": list,
		"machineToken": s.Identity.MachineToken(), "version": version(), "timeZoneData": hours.Release(), "people": demoPeople(),
	})
}

// version is that of the module, or "(devel)" for a build of a work tree.
func version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}

func (s *sandbox) write(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	if err := e.Encode(api.WholeSeconds(v)); err != nil {
		s.log.DebugContext(context.Background(), "answer not sent: the caller has gone", "error", err)
	}
}

func (s *sandbox) fail(w http.ResponseWriter, err error) {
	s.log.ErrorContext(context.Background(), "page failed: internal error", "error", err)
	http.Error(w, "internal error, see the log", http.StatusInternalServerError)
}
