package api

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/connectnow/backend/internal/desk"
)

// answer is what a handler gives back: a status and, unless nil, a body.
type answer struct {
	status int
	body   any
	// shared is for how long everybody may keep what was fetched; 0 has the caller alone
	// keep it, and ask each time.
	shared time.Duration
	// cookies are those that the browser is to keep or to forget.
	cookies []*http.Cookie
	// leaves has the browser drop what else pages have stored there: the next person gets nothing
	// of the one before (https://www.w3.org/TR/clear-site-data/).
	leaves bool
}

// ok, created, accepted and done take what a desk method returned, so that most handlers
// are one line. Where there is an error, the body beside it is never looked at.
func ok[T any](body T, err error) (answer, error) {
	return answer{status: http.StatusOK, body: body}, err
}

// created is 201: the thing is new. There is no Location header, since the body has the
// id.
func created[T any](body T, err error) (answer, error) {
	return answer{status: http.StatusCreated, body: body}, err
}

// accepted is 202: it is done later, or by somebody else, and may still come to nothing. A
// mail with a code and a test push are of this kind.
func accepted(err error) (answer, error) { return answer{status: http.StatusAccepted}, err }

// done is 204: the caller knows already what the thing looks like now.
func done(err error) (answer, error) { return answer{status: http.StatusNoContent}, err }

// items answers with a list that has no pages: a person's devices, a business's
// departments. It has the form of a page, so that apps read all lists alike.
func items[T any](list []T, err error) (answer, error) {
	return page(desk.List[T]{Items: list}, err)
}

// page answers with a page of a list. An empty one is [], not null.
func page[T any](list desk.List[T], err error) (answer, error) {
	if list.Items == nil {
		list.Items = []T{}
	}
	return answer{status: http.StatusOK, body: list}, err
}

// rendered is an answer as it is sent: its body encoded, with its ETag. Its JSON is kept
// for 24 hours when the request had an Idempotency-Key, so its names must stay as they
// are.
type rendered struct {
	Status int             `json:"status"`
	Tag    string          `json:"tag"`
	Body   json.RawMessage `json:"body"`

	mediaType string
}

// render encodes the body. An answer that was kept is rendered already, and is sent with
// the bytes and the tag of then.
func (a answer) render() (rendered, error) {
	if sent, is := a.body.(rendered); is {
		return sent, nil
	}
	body, mediaType, err := encoded(a.body)
	if err != nil {
		return rendered{}, fmt.Errorf("encoding the answer: %w", err)
	}
	sent := rendered{Status: a.status, Body: body, mediaType: mediaType}
	if edited(a.body) != nil {
		sent.Tag = entityTag(a.body, body)
	}
	return sent, nil
}

// write sends the answer. What is fetched carries an ETag, and a caller who holds the same
// is sent 304 without a body. What was changed or made carries the tag of its new state.
//
// Only what was fetched may be stored by the client, which asks each time whether it is
// still so; what is everybody's may be stored by all for a while. All else is no-store: it
// holds tokens, names and what customers wrote.
func (a answer) write(w http.ResponseWriter, r *http.Request) error {
	h := w.Header()
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-store")
	a.setCookies(w)
	if a.leaves {
		h.Set("Clear-Site-Data", `"storage"`)
	}
	if a.body == nil {
		w.WriteHeader(a.status)
		return nil
	}
	sent, err := a.render()
	if err != nil {
		return err
	}
	tag := sent.Tag
	if r.Method == http.MethodGet {
		tag = cmp.Or(tag, entityTag(nil, sent.Body))
		h.Set("Cache-Control", a.caching())
	}
	if tag != "" {
		h.Set("ETag", tagOf(r, tag, sent.Body))
	}
	if r.Method == http.MethodGet && holds(r.Header, tag) {
		vary(h, sent.Body)
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	h.Set("Content-Type", sent.mediaType)
	send(w, r, a.status, sent.Body)
	return nil
}

// setCookies tells the browser what to keep and what to forget; the answer may be a problem.
func (a answer) setCookies(w http.ResponseWriter) {
	for _, c := range a.cookies {
		http.SetCookie(w, c)
	}
}

// caching is who may keep what was fetched, and for how long.
func (a answer) caching() string {
	if a.shared == 0 {
		return "private, no-cache"
	}
	return fmt.Sprintf("public, max-age=%d", int(a.shared.Seconds()))
}
