package api

import (
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/connectnow/backend/internal/desk"
)

// maxBody is how large a request's body may be.
const maxBody = 1 << 20

// read decodes the body of a call.
func read[T any](q *call, reader func(*object) T) (T, error) {
	body, err := readBody(q.request)
	if err != nil {
		var none T
		return none, err
	}
	return decode(body, reader)
}

// readMaybe is read for calls all of whose fields are optional: no body is as good as
// an empty object.
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

// readBody reads the whole body, or nothing of one whose length is known to be too
// much.
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

// tooLarge says how much came and how much is taken.
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
