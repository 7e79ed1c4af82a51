package gateway

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"

	"github.com/connectnow/backend/internal/api"
	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/logs"
)

// HTTP makes the handler of a function that serves routes behind API Gateway.
func HTTP(routes []api.Route) Maker {
	return func(d *desk.Desk) lambda.Handler {
		server := api.New(d, api.Options{})
		return proxy{routes: server.Handler(routes), noRoute: server.Handler(nil), edge: edgeKey()}
	}
}

// proxy is an http.Handler as a Lambda function behind an HTTP API.
//
// It is our own rather than aws-lambda-go-api-proxy, which joins rawPath to a URL and
// parses that again: HTTP APIs send the path decoded, so that a path with a lone % or
// a space became an error of the function, and one with a ? other parameters. It also
// logs the path in that case, and sends a body of quotes at twice its size.
type proxy struct {
	routes http.Handler
	// noRoute answers what API Gateway has found no route for. A route of the function might
	// be found there, such as that of GET for HEAD, but the token was not looked at.
	noRoute http.Handler
	edge    string // see edgeKey
}

// Invoke implements lambda.Handler.
func (p proxy) Invoke(ctx context.Context, payload []byte) ([]byte, error) {
	var event events.APIGatewayV2HTTPRequest
	if err := json.Unmarshal(payload, &event); err != nil {
		return nil, fmt.Errorf("decoding the event: %w", err)
	}
	if event.RequestContext.HTTP.Method == "" {
		return nil, fmt.Errorf("not an event of an HTTP API with payload version 2.0")
	}
	if !throughEdge(&event, p.edge) {
		return encode(refusedPastEdge())
	}
	r, err := request(ctx, &event)
	if err != nil {
		return nil, err
	}
	w := &recorder{header: http.Header{}}
	if event.RouteKey == api.NoRoute {
		p.noRoute.ServeHTTP(w, r)
	} else {
		p.routes.ServeHTTP(w, r)
	}
	return encode(w.response())
}

// request makes the HTTP request of an event. The claims in it are those of the
// authorizer, which has checked the token; the header itself is not looked at.
func request(ctx context.Context, event *events.APIGatewayV2HTTPRequest) (*http.Request, error) {
	body := []byte(event.Body)
	if event.IsBase64Encoded {
		var err error
		if body, err = base64.StdEncoding.DecodeString(event.Body); err != nil {
			return nil, fmt.Errorf("decoding the body: %w", err)
		}
	}
	ctx = withInvocation(ctx)
	if id := event.RequestContext.RequestID; id != "" { // which the caller is told
		ctx = logs.With(api.WithRequestID(ctx, id), slog.String("invocation", invocationOf(ctx)))
	}
	if a := event.RequestContext.Authorizer; a != nil && a.JWT != nil {
		ctx = api.WithClaims(ctx, a.JWT.Claims)
	}
	r, err := http.NewRequestWithContext(ctx, event.RequestContext.HTTP.Method, "/", bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("making the request: %w", err)
	}
	r.URL = &url.URL{Path: pathOf(event), RawQuery: event.RawQueryString}
	r.RequestURI = r.URL.RequestURI()
	r.Host = event.RequestContext.DomainName
	r.RemoteAddr = event.RequestContext.HTTP.SourceIP
	for name, value := range event.Headers { // several of a name are joined by commas
		r.Header.Set(name, value)
	}
	if len(event.Cookies) > 0 {
		r.Header.Set("Cookie", strings.Join(event.Cookies, "; "))
	}
	return r, nil
}

// pathOf is the path as the route table has it. What may stand before it is no part of a
// route: the name of a stage other than $default, the key of an API mapping, or what
// somebody's proxy adds. API Gateway has found the route already and names it, so the path
// is as much of the end as that route is long. Only what is no route, which the function of
// $default answers, goes by the stage's name.
//
// As documented rawPath has no mapping key in it
// (https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html).
func pathOf(event *events.APIGatewayV2HTTPRequest) string {
	path := event.RawPath
	if path == "" {
		path = event.RequestContext.HTTP.Path
	}
	if _, pattern, named := strings.Cut(event.RouteKey, " "); named {
		if end, found := endLike(path, pattern); found {
			return end
		}
	}
	rest, found := strings.CutPrefix(path, "/"+event.RequestContext.Stage)
	if found && event.RequestContext.Stage != "" && (rest == "" || rest[0] == '/') {
		path = rest
	}
	if path == "" {
		path = "/"
	}
	return path
}

// endLike is the end of a path that is a path of the pattern's.
func endLike(path, pattern string) (string, bool) {
	want, all := strings.Split(pattern, "/"), strings.Split(path, "/")
	if len(all) < len(want) {
		return "", false
	}
	got := all[len(all)-len(want)+1:]
	for i, segment := range want[1:] { // both begin with a slash
		if !strings.HasPrefix(segment, "{") && segment != got[i] {
			return "", false
		}
	}
	return "/" + strings.Join(got, "/"), true
}

// recorder keeps what a handler answers.
type recorder struct {
	header http.Header
	sent   http.Header // as it was when the status was written
	status int
	body   bytes.Buffer
}

// Header implements http.ResponseWriter.
func (w *recorder) Header() http.Header { return w.header }

// WriteHeader implements http.ResponseWriter.
func (w *recorder) WriteHeader(status int) {
	if w.status == 0 {
		w.status, w.sent = status, w.header.Clone()
	}
}

// Write implements http.ResponseWriter.
func (w *recorder) Write(b []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	return w.body.Write(b)
}

func (w *recorder) response() events.APIGatewayV2HTTPResponse {
	w.WriteHeader(http.StatusOK)
	response := events.APIGatewayV2HTTPResponse{StatusCode: w.status, Headers: map[string]string{}}
	for name, values := range w.sent {
		if name == "Set-Cookie" {
			response.Cookies = values
			continue
		}
		response.Headers[name] = strings.Join(values, ",")
	}
	if body := w.body.Bytes(); plain(body) {
		response.Body = string(body)
	} else {
		response.Body, response.IsBase64Encoded = base64.StdEncoding.EncodeToString(body), true
	}
	return response
}

// plain reports whether a body is best sent as it is. An answer of Lambda has at most 6
// MB, and a body is a string in it: JSON of many quotes grows up to twofold by the
// backslashes before them, in Base64 by a third only. So 4 MiB always fit.
func plain(body []byte) bool {
	if !utf8.Valid(body) {
		return false
	}
	extra := 0
	for _, c := range body {
		switch {
		case c == '"' || c == '\\':
			extra++
		case c < ' ':
			extra += 5
		}
	}
	extra += 3 * (bytes.Count(body, []byte("\u2028")) + bytes.Count(body, []byte("\u2029")))
	return extra <= len(body)/3
}
