package api

import (
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/connectnow/backend/internal/desk"
)

// maxBody is how many bytes a request may have: 1 MiB, room for a conversation of some
// 10,000 short messages. Lambda itself takes 6 MB.
const maxBody = 1 << 20

// read decodes the body of a call. An empty body is no JSON and so 400.
func read[T any](q *call, reader func(*object) T) (T, error) {
	body, err := readBody(q.request)
	if err != nil {
		var none T
		return none, err
	}
	return decode(body, reader)
}

// readMaybe is read for calls all of whose fields are optional, such as accept: no body is
// as good as an empty object.
func readMaybe[T any](q *call, reader func(*object) T) (T, error) {
	body, err := readBody(q.request)
	if err != nil {
		var none T
		return none, err
	}
	if len(body) == 0 {
		body = []byte("{}")
	}
	return decode(body, reader)
}

// readBody reads the whole body. If Content-Length says that it is too long, nothing is
// read. A body without a length is read as far as the limit, and then refused.
func readBody(r *http.Request) ([]byte, error) {
	if r.ContentLength > maxBody {
		return nil, tooLarge(fmt.Sprintf("The body has %d bytes", r.ContentLength), map[string]any{"size": r.ContentLength})
	}
	body, err := io.ReadAll(r.Body)
	var over *http.MaxBytesError
	if errors.As(err, &over) {
		return nil, tooLarge(fmt.Sprintf("The body has more than %d bytes", maxBody), nil)
	}
	if err != nil {
		return nil, notJSON("The body ended early.")
	}
	return body, nil
}

// tooLarge says how much came and how much is taken, in words and, for programs, as the
// members limit and size of the problem. The size is left out where nobody knows it.
func tooLarge(came string, extra map[string]any) error {
	all := map[string]any{"limit": maxBody}
	for k, v := range extra {
		all[k] = v
	}
	return &desk.Problem{
		Class: desk.TooLarge, Name: "too-large", Title: "Too large",
		Detail: fmt.Sprintf("%s; at most %d are taken.", came, maxBody), Extra: all,
	}
}
