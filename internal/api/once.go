package api

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/connectnow/backend/internal/desk"
)

// longestOnce is how long an Idempotency-Key may be.
const longestOnce = 128

// once makes a handler that creates something answer a repeated request as it answered the
// first, when the caller says by an Idempotency-Key that it is one. A phone in a lift
// sends twice; without a key that rings two drills, or notes two tries.
//
// What failed is not kept: nothing was made, and trying again may succeed. The answer of
// then is given even if the thing was changed since: the caller asks what became of the
// request.
func once(create handler) handler {
	return func(ctx context.Context, q *call) (answer, error) {
		key, err := onceKey(q.request)
		if err != nil {
			return answer{}, err
		}
		if key == "" {
			return create(ctx, q)
		}
		body, err := q.readBody()
		if err != nil {
			return answer{}, err
		}
		q.request.Body = io.NopCloser(bytes.NewReader(body))
		print := fingerprint(q.request, body)
		before, err := q.desk.KeptAnswer(ctx, q.caller, key, print)
		if err != nil {
			return answer{}, err
		}
		if before != nil {
			return unkept(before)
		}
		q.key = key + "\x00" + string(print)
		a, err := create(ctx, q)
		if err != nil {
			return answer{}, err
		}
		return q.keep(ctx, key, print, a), nil
	}
}

// onceKey reads the Idempotency-Key, such as a UUID; empty when there is none. One that
// cannot be taken is 422 and not ignored: its sender relies on it.
func onceKey(r *http.Request) (string, error) {
	const name = "Idempotency-Key"
	values := r.Header.Values(name)
	if len(values) == 0 {
		return "", nil
	}
	odd := func(c rune) bool { return c < '!' || c > '~' }
	if key := values[0]; len(values) == 1 && key != "" && len(key) <= longestOnce && !strings.ContainsFunc(key, odd) {
		return key, nil
	}
	return "", desk.Invalids([]desk.FieldError{{
		Field: name, Detail: fmt.Sprintf("must be 1 to %d printable characters of ASCII, without spaces", longestOnce),
	}})
}

// fingerprint is the same for requests that ask for the same. Space and the order of
// fields do not matter, nor do passwords, of which not even a hash is to be kept here.
func fingerprint(r *http.Request, body []byte) []byte {
	if fields, err := parse(body); err == nil {
		delete(fields, "password")
		delete(fields, "confirmPassword")
		if plain, err := json.Marshal(fields); err == nil {
			body = plain
		}
	}
	sum := sha256.Sum256(slices.Concat([]byte(r.Method+" "+r.URL.Path+"\n"), body))
	return sum[:]
}

// newID is the id of what the call creates: made of its Idempotency-Key, so that the
// thing is made once even if no answer was kept. Empty without a key.
func (q *call) newID(prefix string) string { return desk.KeyedID(prefix, q.caller, q.key) }

// keep keeps the answer for repeated requests and returns the one that is kept: of two
// that came at once, the first. What was made is not undone when that fails.
func (q *call) keep(ctx context.Context, key string, print []byte, a answer) answer {
	sent, err := a.render()
	if err != nil {
		return a // which fails to be written for the same reason
	}
	text, err := encode(sent)
	if err == nil {
		err = q.desk.KeepAnswer(ctx, q.caller, key, print, text)
	}
	if err != nil {
		q.server.log.WarnContext(ctx, "answer not kept: the same request may be answered anew", "error", err)
		return a
	}
	if first, err := q.desk.KeptAnswer(ctx, q.caller, key, print); err == nil && first != nil {
		if b, err := unkept(first); err == nil {
			return b
		}
	}
	return a
}

// unkept gives the answer that was kept, as it was sent then.
func unkept(text []byte) (answer, error) {
	var sent rendered
	if err := json.Unmarshal(text, &sent); err != nil {
		return answer{}, fmt.Errorf("decoding a kept answer: %w", err)
	}
	sent.mediaType = "application/json" // nothing else is made
	return answer{status: sent.Status, body: sent}, nil
}
