package assistant

import (
	"bytes"
	"encoding/json"
	"strings"
	"unicode/utf8"

	"github.com/connectnow/backend/internal/desk"
)

// Form is an event of a platform that invokes the function in a form of its own, and what the
// platform wants to be answered.
//
// None of them names an account: a model may fill in what it likes, and whose customers they
// are is the operator's word (see desk.Connection). Nor may they name an escalation, a
// callback or the interaction of another: whose enquiry it is comes from the platform's own
// session, or from a handle.
type Form interface {
	// Connection is what the event comes from: the kind of desk.ConnectionKinds and the id on
	// its platform, which is empty where the event names none.
	Connection() (kind, id string)
	// Language is the tag of the customer's language as the platform has it; empty for none.
	Language() string
	// Action is the plain JSON of what is asked for, in the name of an account.
	Action(account string) ([]byte, error)
	// Answer is what the platform is answered. out is the JSON of the plain answer, or what
	// JSON is made of. With a problem there is none, and say is what the customer is told: the
	// platform goes on, and its customer waits for a word.
	Answer(out any, problem *desk.Problem, say string) ([]byte, error)
}

// Sequel is a Form that may want a second thing, by what came of the first.
type Sequel interface {
	// Then is the plain JSON of it, in the name of an account; nil for nothing more. out and
	// problem are as for Answer, which is then given what came of the second alone.
	Then(account string, out any, problem *desk.Problem) ([]byte, error)
}

// Recognise tells whose event a payload is by its shape; nil for plain JSON, and for what
// nobody knows. custom is what Lambda's client context has beside, by which AgentCore is known.
func Recognise(payload []byte, custom map[string]string) Form {
	if form := gatewayCall(payload, custom); form != nil {
		return form
	}
	root := event(payload)
	if root == nil || root.get("action") != nil {
		return nil
	}
	switch {
	case root.get("Details", "ContactData").is('{'):
		return &contactFlow{data: root.get("Details", "ContactData"), parameters: root.get("Details", "Parameters")}
	case root.get("bot").is('{'):
		return newCodeHook(root)
	case root.get("agent").is('{') && root.get("actionGroup") != nil:
		return &actionGroup{root}
	}
	return nil
}

// marks are what the events of platforms have, of which plain JSON most often has none: a
// long conversation need not be looked through twice.
var marks = [][]byte{[]byte(`"ContactData"`), []byte(`"bot"`), []byte(`"actionGroup"`)}

// event is a payload that may be one of a platform; nil for any other.
func event(payload []byte) raw {
	marked := false
	for _, mark := range marks {
		marked = marked || bytes.Contains(payload, mark)
	}
	if !marked || !json.Valid(payload) {
		return nil
	}
	root := raw(bytes.TrimSpace(payload))
	if !root.is('{') {
		return nil
	}
	return root
}

// is reports whether there is a value of a kind.
func (v raw) is(kind byte) bool { return len(v) > 0 && v.kind() == kind }

// get is what lies in a value under names, one within the other; nil when it is not there or
// null. Of a name that is there twice the last counts.
func (v raw) get(names ...string) (found raw) {
	for _, name := range names {
		found = nil
		if !v.is('{') {
			return nil
		}
		for quoted, value := range v.fields() {
			if _, is := quoted.says(0, name); is {
				found = value
			}
		}
		if found.is('n') {
			return nil
		}
		v = found
	}
	return found
}

// says reports whether the text that begins at i is s, and where it ends then.
func (v raw) says(i int, s string) (end int, is bool) {
	for i++; v[i] != '"'; {
		r, size, bad := rune(v[i]), 1, false
		if r == '\\' {
			r, size, bad = escape(v[i:])
		} else if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRune(v[i:])
			bad = r == utf8.RuneError && size == 1
		}
		next, width := utf8.DecodeRuneInString(s)
		if bad || r != next || width == 0 {
			return 0, false
		}
		i, s = i+size, s[width:]
	}
	return i + 1, s == ""
}

// str is a value as text without space around it; empty when there is none.
func (v raw) str() string {
	if v == nil {
		return ""
	}
	s, _ := v.text()
	return strings.TrimSpace(s)
}

// list are the elements of an array.
func (v raw) list() (all []raw) {
	if v.is('[') {
		for _, at := range v.places() {
			all = append(all, v.element(at))
		}
	}
	return all
}

// each goes through the texts of an object whose values are scalars; what else there is
// comes as JSON.
func (v raw) each(yield func(name, value string)) {
	if !v.is('{') {
		return
	}
	for quoted, value := range v.fields() {
		name, _ := unquote(quoted)
		yield(name, value.str())
	}
}

// members are plain JSON in the making. Values that are empty are left out.
type members map[string]any

// asking begins a request in the name of an account.
func asking(action, account string) members {
	return members{"action": action, "accountId": account}
}

// set puts a text where there is one.
func (r members) set(name, value string) {
	if value != "" {
		r[name] = value
	}
}

// object puts an object where there is anything in it.
func (r members) object(name string, value members) {
	if len(value) > 0 {
		r[name] = value
	}
}

// encoded is JSON without the escapes that are meant for JSON inside HTML.
func encoded(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// answerJSON is a plain answer as JSON that can be looked into; nil for none.
func answerJSON(out any) (raw, error) {
	if out == nil {
		return nil, nil
	}
	body, err := encoded(out)
	if err != nil || !raw(body).is('{') {
		return nil, err
	}
	return body, nil
}

// numeric is a text as the number that it is, or as itself.
func numeric(s string) any {
	if s != "" && json.Valid([]byte(s)) && (s[0] == '-' || s[0] >= '0' && s[0] <= '9') {
		return json.Number(s)
	}
	return s
}
