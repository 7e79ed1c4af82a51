package desk

import (
	"context"
	"crypto/subtle"
	"fmt"
	"io"
	"reflect"
	"strings"

	"github.com/connectnow/backend/internal/keys"
)

// A handle says whose enquiry is meant, such as hdl_2qnfeay2umpk_ and 26 characters more. It is made with
// the request, and whoever asked for people is the only one who is told it. A model
// that reads customers' words may be talked into naming another customer's interaction
// or callback; a handle nobody can talk it into. The secret lies in the escalation. Those
// stored before have none, and are reached by their ids alone.
const handlePrefix = "hdl_"

// newSecret makes the part of a handle that nobody can guess: 128 bits.
func (d *Desk) newSecret() (string, error) {
	var b [16]byte
	if _, err := io.ReadFull(d.Random, b[:]); err != nil {
		return "", fmt.Errorf("making a handle: %w", err)
	}
	return keys.Secret(b[:]), nil
}

// handle is the handle of an escalation; empty for one that was stored before.
func (e *escalation) handle(id string) string {
	if e.Secret == "" {
		return ""
	}
	return handlePrefix + strings.TrimPrefix(id, "esc_") + "_" + e.Secret
}

// EscalationOfHandle finds the escalation of a handle. Problem not-found in the words for an
// id that is not there: whoever tries handles out learns nothing from them.
func (d *Desk) EscalationOfHandle(ctx context.Context, accountID, handle string) (id string, err error) {
	rest, ours := strings.CutPrefix(handle, handlePrefix)
	code, secret, whole := strings.Cut(rest, "_")
	if !ours || !whole || len(code) != keys.IDLength || secret == "" || !keys.Plain(code) {
		return "", notFound("escalation")
	}
	id = "esc_" + code
	e, err := d.readEscalation(ctx, accountID, id)
	if err != nil {
		return "", err
	}
	if subtle.ConstantTimeCompare([]byte(e.Secret), []byte(secret)) != 1 {
		return "", notFound("escalation")
	}
	return id, nil
}

// Knows tells whether the handle is that of the answer.
func (a Answer) Knows(handle string) bool {
	return handle != "" && subtle.ConstantTimeCompare([]byte(a.Handle), []byte(handle)) == 1
}

// begun tells whether two requests are one, sent twice: kept is the one that is stored.
// What says nothing of a customer could be anybody's, and is no proof; nor is a language.
func (d *Desk) begun(kept, asked *envelope) bool {
	if kept.Secret == asked.Secret {
		return true // this very one
	}
	front := func(e *envelope) Request {
		r := e.Request
		r.Conversation.Messages, r.Conversation.AsSent = nil, nil
		return r
	}
	c, who := asked.Request.Conversation, asked.Request.Customer
	who.Locale, who.TimeZone = "", ""
	if who == (Customer{}) && c.Summary == "" && len(c.Messages) == 0 {
		return false
	}
	return kept.Size == asked.Size && reflect.DeepEqual(front(kept), front(asked)) && kept.hash == d.packRequest(*asked).hash
}
