package mcp

import (
	"bytes"
	"fmt"
	"net/http"

	"github.com/connectnow/backend/internal/assistant"
	"github.com/connectnow/backend/internal/desk"
)

// mostMessages is how many messages one request has. Only the revision 2025-03-26 knows of
// more than one, and clients send none such; each would be a call of its own, which nobody
// slows down.
const mostMessages = 20

// mostBeside is how many bytes a request has beside the arguments of tools: the protocol's
// library reads each several times.
const mostBeside = 64 << 10

// messages are those of a body. What is no JSON has none: the protocol's library says so.
func messages(body []byte) ([]assistant.Message, error) {
	all := assistant.Messages(body, mostMessages+1)
	if len(all) > mostMessages {
		return nil, tooMuch("Too many messages", fmt.Sprintf("The request has more than %d messages.", mostMessages))
	}
	return all, nil
}

// short is a request without the arguments of its tools. It is an error where it is long even so.
func short(body []byte, all []assistant.Message) ([]byte, error) {
	if all == nil {
		return body, nil
	}
	parts := make([][]byte, len(all))
	for i := range all {
		parts[i] = all[i].Short(i)
	}
	out := bytes.Join(parts, []byte(","))
	if len(out) > mostBeside {
		return nil, tooMuch("Too large", fmt.Sprintf("The request has %d bytes beside the arguments of tools; at most %d are taken.", len(out), mostBeside))
	}
	if bytes.HasPrefix(bytes.TrimSpace(body), []byte("[")) {
		out = append(append([]byte("["), out...), ']')
	}
	return out, nil
}

func tooMuch(title, detail string) error {
	return &desk.Problem{Class: desk.TooLarge, Name: "too-large", Title: title, Detail: detail}
}

// listens reports whether a message asks for a stream of what happens. The protocol's library
// would keep it open until its caller goes, and a function works at one request at a time:
// nothing is told so, and escalation_status is asked again.
func listens(m assistant.Message) bool { return m.Method == "subscriptions/listen" }

// refuseListening answers as if there were no such method, in the protocol's form.
func refuseListening(w http.ResponseWriter, m assistant.Message) {
	id := m.ID
	if len(id) == 0 {
		id = []byte("null")
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusNotFound)
	fmt.Fprintf(w, `{"jsonrpc":"2.0","id":%s,"error":{"code":-32601,"message":"method not found: nothing is streamed here"}}`, id)
}
