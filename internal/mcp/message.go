package mcp

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"

	"github.com/connectnow/backend/internal/desk"
)

// message is what the door itself looks at of a message of the protocol.
type message struct {
	ID     json.RawMessage `json:"id"`
	Method string          `json:"method"`
}

// mostMessages is how many messages one request has. Only the revision 2025-03-26 knows of
// more than one, and clients send none such; each would be a call of its own, which nobody
// slows down.
const mostMessages = 20

// messages are those of a body. What is no JSON has none: the protocol's library says so.
func messages(body []byte) (all []message, err error) {
	if trimmed := bytes.TrimSpace(body); len(trimmed) == 0 || trimmed[0] != '[' {
		var one message
		if json.Unmarshal(body, &one) != nil {
			return nil, nil
		}
		return []message{one}, nil
	}
	if json.Unmarshal(body, &all) != nil {
		return nil, nil
	}
	if len(all) > mostMessages {
		return nil, &desk.Problem{
			Class: desk.TooLarge, Name: "too-large", Title: "Too many messages",
			Detail: fmt.Sprintf("The request has %d messages; at most %d are taken.", len(all), mostMessages),
		}
	}
	return all, nil
}

// listens reports whether a message asks for a stream of what happens. The protocol's library
// would keep it open until its caller goes, and a function works at one request at a time:
// nothing is told so, and escalation_status is asked again.
func (m message) listens() bool { return m.Method == "subscriptions/listen" }

// refuseListening answers as if there were no such method, in the protocol's form.
func refuseListening(w http.ResponseWriter, m message) {
	id := m.ID
	if len(id) == 0 {
		id = json.RawMessage("null")
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusNotFound)
	fmt.Fprintf(w, `{"jsonrpc":"2.0","id":%s,"error":{"code":-32601,"message":"method not found: nothing is streamed here"}}`, id)
}
