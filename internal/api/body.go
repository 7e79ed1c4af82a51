package api

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"

	"github.com/connectnow/backend/internal/desk"
)

// maxBody is how many bytes a request may have, where its route says nothing else. The longest
// of those texts, a note of a thousand characters, has 12,000 where each is written as two
// escapes.
const maxBody = 16 << 10

// maxBodies are the limits of other routes, by method and pattern. A conversation may be
// long, and is cut rather than refused.
var maxBodies = map[string]int{
	"POST /v1/escalations":               4 << 20,
	"PUT /v1/assistant":                  512 << 10,
	"PUT /v1/me/working-hours":           128 << 10,
	"PUT /v1/members/{id}/working-hours": 128 << 10,
	"POST /v1/drills":                    64 << 10,
}

// maxBody is how many bytes a route takes.
func (rt Route) maxBody() int { return cmp.Or(maxBodies[rt.Method+" "+rt.Pattern], maxBody) }

// read decodes the body of a call. An empty body is no JSON and so 400.
func read[T any](q *call, reader func(*object) T) (T, error) {
	if err := q.parse(); err != nil {
		var none T
		return none, err
	}
	return decodeFields(q.fields, reader)
}

// parse reads the body as a JSON object, unless somebody has done so.
func (q *call) parse() error {
	if q.fields != nil {
		return nil
	}
	body, err := q.readBody()
	if err != nil {
		return err
	}
	q.fields, err = parse(body)
	return err
}

// readMaybe is read for calls all of whose fields are optional, such as accept: no body is
// as good as an empty object.
func readMaybe[T any](q *call, reader func(*object) T) (T, error) {
	body, err := q.readBody()
	if err != nil {
		var none T
		return none, err
	}
	if len(body) == 0 {
		body = []byte("{}")
	}
	return decode(body, reader)
}

// readBody reads the whole body, and unpacks it where the route takes compressed ones. If
// Content-Length says that it is too long, nothing is read. A body without a length is read
// as far as the limit, and then refused. It may turn out to be empty, and then it is
// compressed in no way, whatever its headers say: API Gateway hands it on as empty.
func (q *call) readBody() ([]byte, error) {
	r, limit := q.request, cmp.Or(q.limit, maxBody)
	coding, refused := q.coding()
	if refused != nil && r.ContentLength >= 0 {
		return nil, refused
	}
	if r.ContentLength > int64(limit) {
		return nil, tooLarge(fmt.Sprintf("The body has %d bytes", r.ContentLength), limit, map[string]any{"size": r.ContentLength})
	}
	body, err := io.ReadAll(r.Body)
	var over *http.MaxBytesError
	switch {
	case errors.As(err, &over):
		return nil, tooLarge(fmt.Sprintf("The body has more than %d bytes", limit), limit, nil)
	case errors.Is(err, os.ErrDeadlineExceeded):
		return nil, errSlow
	case err != nil:
		return nil, notJSON("The body ended early.")
	case len(body) == 0:
		return body, nil
	case refused != nil:
		return nil, refused
	case q.fromPage && !q.saysJSON():
		return nil, errNotJSONType
	case coding == gzipCoding:
		return unpack(body, limit)
	}
	return body, nil
}

// Body reads the body of a request that is no route's, up to a limit, as those of routes are read.
func (s *Server) Body(w http.ResponseWriter, r *http.Request, limit int) ([]byte, error) {
	r.Body = http.MaxBytesReader(unwrapped(w), r.Body, int64(limit))
	return (&call{request: r, limit: limit}).readBody()
}

// errSlow is the answer to a body that does not come in time. The connection is of no more
// use: the rest of the body would be taken for the next request.
var errSlow = &refusal{&desk.Problem{
	Name: "too-slow", Title: "Too slow", Detail: "The body did not come in time. Send the request again.",
}, http.StatusRequestTimeout, [2]string{"Connection", "close"}}

// tooLarge says how much came and how much is taken, in words and, for programs, as the
// members limit and size of the problem. The size is left out where nobody knows it.
func tooLarge(came string, limit int, extra map[string]any) error {
	all := map[string]any{"limit": limit}
	for k, v := range extra {
		all[k] = v
	}
	return &desk.Problem{
		Class: desk.TooLarge, Name: "too-large", Title: "Too large",
		Detail: fmt.Sprintf("%s; at most %d are taken.", came, limit), Extra: all,
	}
}
