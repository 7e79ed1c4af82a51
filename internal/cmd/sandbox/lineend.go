package main

import (
	"net/http"
	"strings"
)

// lineEnds has texts end with a line end, for people who ask with curl: their prompt would
// stand behind the answer. JSON means the same with it, and ETags are made before.
func lineEnds(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		e := &lineEnder{ResponseWriter: w}
		next.ServeHTTP(e, r)
		e.end()
	})
}

// lineEnder notes with what an answer ends.
type lineEnder struct {
	http.ResponseWriter
	last byte // 0 while nothing was written, as with 204 and 304
}

// Unwrap is for http.ResponseController.
func (e *lineEnder) Unwrap() http.ResponseWriter { return e.ResponseWriter }

// Write implements http.ResponseWriter.
func (e *lineEnder) Write(b []byte) (int, error) {
	if len(b) > 0 {
		e.last = b[len(b)-1]
	}
	return e.ResponseWriter.Write(b)
}

// end writes the line end where one is missing. An answer whose length was told already, or
// that is packed, stays as it is.
func (e *lineEnder) end() {
	h := e.Header()
	if e.last == 0 || e.last == '\n' || !isText(h.Get("Content-Type")) || h.Get("Content-Length")+h.Get("Content-Encoding") != "" {
		return
	}
	_, _ = e.ResponseWriter.Write([]byte{'\n'}) // the caller may be gone
}

func isText(mediaType string) bool {
	return strings.HasPrefix(mediaType, "text/") || strings.Contains(mediaType, "json") || strings.Contains(mediaType, "yaml")
}
