package gateway

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"github.com/connectnow/backend/internal/api"
)

// With CloudFront in front a function answers what came through it alone, under whichever route,
// and takes the caller's address from it. The key goes no further. Without it all are answered, and
// what a caller says of CloudFront is nothing.
func TestEdge(t *testing.T) {
	const key = "0123456789abcdefghij0123456789ABCDEFGHIJ"
	for _, c := range []struct {
		name, key, sent, viewer, from string
		status                        int
	}{
		{"through it", key, key, "198.51.100.10:46532", "198.51.100.10", http.StatusOK},
		{"by IPv6", key, key, "2001:db8:1:2::7:46532", "2001:db8:1:2::7", http.StatusOK},
		{"without an address", key, key, "", "192.0.2.1", http.StatusOK},
		{"past it", key, "", "198.51.100.10:46532", "", http.StatusForbidden},
		{"with another key", key, strings.ToLower(key), "198.51.100.10:46532", "", http.StatusForbidden},
		{"with more than the key", key, key + "," + key, "198.51.100.10:46532", "", http.StatusForbidden},
		{"where there is none", "", key, "198.51.100.10:46532", "192.0.2.1", http.StatusOK},
	} {
		for _, route := range []string{"GET /mine", api.NoRoute} {
			t.Run(c.name+" "+route, func(t *testing.T) {
				t.Setenv("EDGE_KEY", c.key)
				from, kept := "", ""
				p := Serve(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { from, kept = r.RemoteAddr, r.Header.Get(EdgeKeyHeader) }))
				payload, err := json.Marshal(event(func(e *events.APIGatewayV2HTTPRequest) {
					e.RouteKey, e.RawPath, e.RequestContext.HTTP.SourceIP = route, "/mine", "192.0.2.1"
					e.Headers = map[string]string{ViewerHeader: c.viewer}
					if c.sent != "" {
						e.Headers[EdgeKeyHeader] = c.sent
					}
				}))
				must(t, err)
				out, err := p.Invoke(t.Context(), payload)
				must(t, err)
				var got events.APIGatewayV2HTTPResponse
				must(t, json.Unmarshal(out, &got))
				if got.StatusCode != c.status || from != c.from || c.key != "" && kept != "" || strings.Contains(got.Body, key) {
					t.Errorf("%d %s, from %q, want %d from %q", got.StatusCode, got.Body, from, c.status, c.from)
				}
			})
		}
	}
}

// All functions behind the API ask for it, and those that are invoked without do not.
func TestEdgeIsAskedForByAllBehindTheAPI(t *testing.T) {
	t.Setenv("EDGE_KEY", "secret")
	w := newWorld(t)
	payload, err := json.Marshal(event(func(e *events.APIGatewayV2HTTPRequest) { e.RouteKey = "POST /v1/login" }))
	must(t, err)
	behind := map[string]bool{PagesFunction: true}
	for _, rt := range api.Routes() {
		behind[rt.Function] = true
	}
	for name, maker := range Functions() {
		out, _ := maker(w.desk).Invoke(t.Context(), payload)
		var got struct{ StatusCode int }
		_ = json.Unmarshal(out, &got) // of others it is none
		if refused := got.StatusCode == http.StatusForbidden; refused != behind[name] {
			t.Errorf("%s answers %s", name, out)
		}
	}
}
