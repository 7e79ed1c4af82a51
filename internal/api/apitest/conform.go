// Package apitest holds what API handlers take and answer against the contract, which is
// the OpenAPI document that they serve. Only tests import it.
package apitest

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// Conform wraps a handler of the API and fails the test when what passes through is not
// as the document says: every answer, whatever its status, and every request that the
// handler accepted. What is neither below /v1/ nor in the document passes through unseen, so
// that the sandbox's handler can be wrapped whole.
//
// It is stricter than callers are asked to be: an answer must not have fields that the
// document does not name, nor an accepted request parameters that it does not name.
func Conform(t testing.TB, h http.Handler) http.Handler {
	t.Helper()
	c, err := served()
	if err != nil {
		t.Fatal(err)
	}
	return c.conform(t, h)
}

func (c *contract) conform(t testing.TB, h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, known := c.route(r); !known && !strings.HasPrefix(r.URL.Path, "/v1/") {
			h.ServeHTTP(w, r)
			return
		}
		e := exchange{contract: c, request: r, response: httptest.NewRecorder()}
		h.ServeHTTP(e.response, e.tapped())
		sent := e.response.Body.Bytes()
		wrong := e.unpack()
		if wrong = append(wrong, e.judge()...); len(wrong) > 0 {
			t.Errorf("%s %s, status %d, is not as the OpenAPI document says:\n\t%s",
				r.Method, r.URL, e.response.Code, strings.Join(wrong, "\n\t"))
		}
		for name, values := range e.response.Header() {
			w.Header()[name] = values
		}
		w.WriteHeader(e.response.Code)
		_, _ = w.Write(sent)
	})
}

// exchange is one request and its answer.
type exchange struct {
	*contract
	request  *http.Request
	taken    bytes.Buffer // as much of the request's body as the handler read
	response *httptest.ResponseRecorder
}

// tapped is the request with a body that is noted while the handler reads it.
func (e *exchange) tapped() *http.Request {
	r := e.request.WithContext(e.request.Context())
	if r.Body != nil {
		r.Body = struct {
			io.Reader
			io.Closer
		}{io.TeeReader(r.Body, &e.taken), r.Body}
	}
	return r
}

// unpack makes the body of the answer what it was before it was compressed.
func (e *exchange) unpack() []string {
	if e.response.Header().Get("Content-Encoding") != "gzip" {
		return nil
	}
	plain := new(bytes.Buffer)
	z, err := gzip.NewReader(e.response.Body)
	if err == nil {
		_, err = plain.ReadFrom(z)
	}
	if err != nil {
		return []string{"the answer is not the gzip that it is called: " + err.Error()}
	}
	e.response.Body = plain
	return nil
}

// judge says what is wrong with the exchange.
func (e *exchange) judge() []string {
	found, known := e.route(e.request)
	if !known {
		return e.refusal(http.StatusNotFound, "/problems/not-found")
	}
	item, _ := e.down(place{"", e.root}, "paths", found.path)
	if e.request.Method == http.MethodHead { // API Gateway has no route for it
		return e.refusal(http.StatusNotFound, "/problems/not-found")
	}
	operation, known := e.down(item, strings.ToLower(e.request.Method))
	if !known {
		return e.refusal(http.StatusMethodNotAllowed, "/problems/method-not-allowed")
	}
	wrong := e.judgeResponse(operation)
	if e.response.Code < 400 {
		wrong = append(wrong, e.judgeParameters(item, operation, found)...)
		wrong = append(wrong, e.judgeBody(operation)...)
	}
	return wrong
}

// refusal judges the answer to a request that no operation is for.
func (e *exchange) refusal(status int, problem string) []string {
	if e.response.Code != status {
		return []string{fmt.Sprintf("the document has no such operation; status %d is due", status)}
	}
	// Any response will do whose problem is not narrowed down.
	response, _ := e.down(place{"", e.root}, "components", "responses", "Busy")
	wrong := e.judgeContent("the answer", response, e.response.Header(), e.response.Body.Bytes())
	value, _ := decode(problemType, e.response.Body.Bytes())
	if got := asMap(value)["type"]; got != problem {
		wrong = append(wrong, fmt.Sprintf("the problem is %v; %s is due", got, problem))
	}
	return wrong
}
