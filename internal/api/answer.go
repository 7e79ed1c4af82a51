package api

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"

	"github.com/connectnow/backend/internal/desk"
)

// answer is what a handler gives back: a status and, unless nil, a body.
type answer struct {
	status int
	body   any
}

// ok, created, accepted and done take what a desk method returned, so that most
// handlers are one line.
func ok[T any](body T, err error) (answer, error) { return answer{http.StatusOK, body}, err }

func created[T any](body T, err error) (answer, error) { return answer{http.StatusCreated, body}, err }

func accepted(err error) (answer, error) { return answer{status: http.StatusAccepted}, err }

func done(err error) (answer, error) { return answer{status: http.StatusNoContent}, err }

// items answers with a list that has no pages.
func items[T any](list []T, err error) (answer, error) {
	return page(desk.List[T]{Items: list}, err)
}

// page answers with a page of a list. An empty one is [], not null.
func page[T any](list desk.List[T], err error) (answer, error) {
	if list.Items == nil {
		list.Items = []T{}
	}
	return answer{http.StatusOK, list}, err
}

// write sends the answer. What is fetched carries an ETag, and is not sent again to
// one who has it.
func (a answer) write(w http.ResponseWriter, r *http.Request) error {
	h := w.Header()
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-store")
	if a.body == nil {
		w.WriteHeader(a.status)
		return nil
	}
	body, err := encode(a.body)
	if err != nil {
		return fmt.Errorf("encoding the answer: %w", err)
	}
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		tag := entityTag(body)
		h.Set("ETag", tag)
		h.Set("Cache-Control", "private, no-cache")
		if holds(r.Header.Values("If-None-Match"), tag) {
			w.WriteHeader(http.StatusNotModified)
			return nil
		}
	}
	h.Set("Content-Type", "application/json")
	w.WriteHeader(a.status)
	// An error of Write means that the caller has gone.
	_, _ = w.Write(body)
	return nil
}

// entityTag is a strong one: equal tags are equal bytes.
func entityTag(body []byte) string {
	sum := sha256.Sum256(body)
	return `"` + base64.RawURLEncoding.EncodeToString(sum[:16]) + `"`
}

// holds reports whether If-None-Match names the tag. A weak one counts, because proxies
// that compress weaken tags.
func holds(headers []string, tag string) bool {
	for _, header := range headers {
		for named := range strings.SplitSeq(header, ",") {
			named = strings.TrimSpace(named)
			if named == "*" || strings.TrimPrefix(named, "W/") == tag {
				return true
			}
		}
	}
	return false
}
