package assistant

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// Message is a message of MCP as it is looked at before the protocol's library sees it. That
// would read the arguments of a tool many times over, and they may be of some megabytes.
type Message struct {
	ID     []byte // as JSON; nil for none
	Method string
	// Arguments are those of the tool that is called, as JSON; nil for none.
	Arguments []byte

	rest []byte
}

// Messages takes the body of a request apart, up to so many messages. There are none in what is
// no JSON.
func Messages(body []byte, most int) (all []Message) {
	root := raw(bytes.TrimSpace(body))
	if !json.Valid(root) {
		return nil
	}
	if !root.is('[') {
		return []Message{messageOf(root)}
	}
	for i := space(root, 1); root[i] != ']' && len(all) < most; {
		end := skip(root, i)
		all = append(all, messageOf(root[i:end]))
		if i = space(root, end); root[i] == ',' {
			i = space(root, i+1)
		}
	}
	return all
}

func messageOf(v raw) Message {
	m := Message{ID: v.get("id"), Method: v.get("method").str(), rest: v}
	if given := v.get("params", "arguments"); given != nil {
		m.Arguments = given
	}
	return m
}

// Short is the message with a number in the place of its arguments, see Numbered.
func (m *Message) Short(n int) []byte {
	if m.Arguments == nil {
		return m.rest
	}
	begin := cap(m.rest) - cap(m.Arguments) // they are a part of it
	return fmt.Appendf(bytes.Clone(m.rest[:begin:begin]), `{"given":%d}%s`, n, m.rest[begin+len(m.Arguments):])
}

// Numbered is the number that Short has put in the place of arguments.
func Numbered(arguments []byte) (n int, is bool) {
	var in struct{ Given *int }
	if json.Unmarshal(arguments, &in) != nil || in.Given == nil {
		return 0, false
	}
	return *in.Given, true
}
