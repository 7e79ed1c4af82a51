package assistant

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/connectnow/backend/internal/desk"
)

// The actions.
const (
	Escalate     = "escalate"
	Status       = "status"
	End          = "end"
	Append       = "append"
	Availability = "availability"
	Contact      = "contact"
	Withdraw     = "withdraw"
	Decide       = "decide"
	Instructions = "instructions"
)

// actions are all of them, in the order in which a complaint names them.
var actions = []string{Append, Availability, Contact, Decide, End, Escalate, Instructions, Status, Withdraw}

// Options are how a door may differ.
type Options struct {
	// Loopback takes http links to this very machine as well: in the sandbox the call or
	// chat may be there.
	Loopback bool
}

// Reading is a request whose action and account are known.
type Reading struct {
	Action    string
	AccountID string

	root    raw
	fields  []pair // of the root
	options Options
	made    string // id of a request that has none, see MakeRepeatable
}

// pair is a field as it was sent, its name still quoted.
type pair struct{ name, value raw }

// NotJSON is the error of a body that is no JSON object. It says where it broke and quotes
// nothing.
type NotJSON struct{ Detail string }

func (e *NotJSON) Error() string { return e.Detail }

// Read looks at all for which a request can be refused. Its error is a NotJSON or a
// desk.Problem that names the fields.
func Read(body []byte, o Options) (*Reading, error) {
	r, err := readObject(body, o)
	if err != nil {
		return nil, err
	}
	top := r.build("").top(r)
	bad := slices.Concat(r.readAction(top), r.readAccount(top))
	if len(bad) == 0 {
		bad = r.readSubject(top)
	}
	if err := desk.Invalids(bad); err != nil {
		return nil, err
	}
	return r, nil
}

// readObject takes the outermost object apart.
func readObject(body []byte, o Options) (*Reading, error) {
	body = bytes.TrimSpace(bytes.TrimPrefix(body, []byte("\ufeff")))
	if len(body) == 0 {
		return nil, &NotJSON{"The body is empty; it must be a JSON object."}
	}
	if !json.Valid(body) {
		return nil, broken(body)
	}
	if body[0] != '{' {
		return nil, &NotJSON{"The body must be a JSON object."}
	}
	r := &Reading{root: body, options: o}
	for name, value := range r.root.fields() {
		r.fields = append(r.fields, pair{name, value})
	}
	return r, nil
}

// broken tells a caller where the JSON broke, never what is there.
func broken(body []byte) error {
	var syntax *json.SyntaxError
	var v raw
	if err := json.Unmarshal(body, (*json.RawMessage)(&v)); errors.As(err, &syntax) {
		return &NotJSON{fmt.Sprintf("The body is not JSON: it breaks off or is wrong at byte %d.", syntax.Offset)}
	}
	return &NotJSON{"The body is not JSON."}
}

func (r *Reading) readAction(top *object) []desk.FieldError {
	action, detail := top.certain("action")
	action = strings.ToLower(action)
	if detail == "" && !slices.Contains(actions, action) {
		detail = "must be one of " + strings.Join(actions, ", ")
	}
	r.Action = action
	return complaint("action", detail)
}

func (r *Reading) readAccount(top *object) []desk.FieldError {
	account, detail := top.certain("accountId")
	if detail == "" && !idForm("acc_", account) {
		detail = "must be an id that begins with acc_"
	}
	r.AccountID = account
	return complaint("accountId", detail)
}

func complaint(field, detail string) []desk.FieldError {
	if detail == "" {
		return nil
	}
	return []desk.FieldError{{Field: field, Detail: detail}}
}

// certain reads a field that decides what is done, and for whom. Twice and not the same it
// is refused: whoever checked the request before may have taken the other.
func (o *object) certain(name string) (s, detail string) {
	value, path := o.take(name)
	switch {
	case value == nil:
		return "", "is required"
	case slices.ContainsFunc(o.b.extras, func(k kept) bool { return k.path == path+" (earlier)" }):
		return "", "must not be there twice"
	}
	s, _ = value.text()
	return strings.TrimSpace(s), ""
}

// idForm tells whether an id is one of those that we make. It leaves room for others: one
// that nobody ever made is unknown, not ill formed.
func idForm(prefix, id string) bool {
	rest, found := strings.CutPrefix(id, prefix)
	return found && len(rest) >= 1 && len(rest) <= 64 && plainID(rest)
}

// plainID tells whether an id has only signs that need no escape anywhere.
func plainID(s string) bool {
	for _, c := range []byte(s) {
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
		if !letter && c != '_' && c != '-' {
			return false
		}
	}
	return true
}

// build is a request that is being made of what was sent.
type build struct {
	country string
	options Options

	notes   notes
	fronts  []*front
	extras  []kept // what has no place, in the order in which it was found
	late    []kept // the large ones of messages, which must not crowd these out
	attrs   []attribute
	request *desk.Request
}

// top opens the request. Its fields were looked for once: one may be of some megabytes.
func (b *build) top(r *Reading) *object {
	o := b.object("", nil)
	for _, f := range r.fields {
		o.add(f.name, f.value)
	}
	return o
}

// build begins with a country, in which national telephone numbers are read.
func (r *Reading) build(country string) *build {
	return &build{country: country, options: r.options, request: &desk.Request{AccountID: r.AccountID}}
}

// kept is something as it was sent.
type kept struct {
	path  string
	value raw
	text  string // where there is no value
}

// extra keeps a value that has no place of its own.
func (b *build) extra(path string, v raw) { b.extras = append(b.extras, kept{path: path, value: v}) }

// Details that several readers give.
const (
	noteMended  = "has characters that are none; � stands for them."
	noteUnknown = "is not known; it is kept as it was sent."
	noteJSON    = "is no text; it is kept as JSON."
)

// mostNotes are more than anybody reads. The rest is counted.
const mostNotes = 50

// notes are what was adjusted, in the order in which it was found.
type notes struct {
	list  []desk.Adjusted
	count int
	group map[string]*group
}

// group is one thing that was adjusted in many places.
type group struct{ index, more int }

func (b *build) note(path, detail string) {
	n := &b.notes
	if n.count++; n.count <= mostNotes {
		n.list = append(n.list, desk.Adjusted{Field: shortPath(path), Detail: detail})
	}
}

// noteEach notes what may be so in thousands of places: the first is named.
func (b *build) noteEach(path, detail string) {
	n := &b.notes
	if b.noted(detail) {
		return
	}
	if n.group == nil {
		n.group = map[string]*group{}
	}
	n.group[detail] = &group{index: len(n.list)}
	b.note(path, detail)
}

// noted counts one more place where a thing is so; false for the first.
func (b *build) noted(detail string) bool {
	g := b.notes.group[detail]
	if g != nil {
		g.more++
	}
	return g != nil
}

// told is the list, with what was counted.
func (n *notes) told() []desk.Adjusted {
	list := slices.Clone(n.list)
	for _, g := range n.group {
		if g.more > 0 && g.index < len(list) {
			list[g.index].Detail += fmt.Sprintf(" So in %d more.", g.more)
		}
	}
	if n.count > len(list) {
		list = append(list, desk.Adjusted{Detail: fmt.Sprintf("and %d more", n.count-len(list))})
	}
	return list
}

// longestPath is how much of a path is told and is a key; the caller made it up.
const longestPath = 200

func shortPath(path string) string { return cut(path, longestPath) }
