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

	top     *object // as it was sent: nothing of it is taken
	options Options
	made    string // id of a request that has none, see MakeRepeatable
}

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
	top := r.open("")
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
	return &Reading{top: (&build{}).object("", body), options: o}, nil
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
	value, _ := o.take(name)
	switch {
	case value == nil:
		return "", "is required"
	}
	if i, _ := o.find(name); o.list[i].twice {
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
	extras  pile // what has no place, in the order in which it was found
	late    pile // the large ones of messages, which must not crowd these out
	attrs   []attribute
	request *desk.Request
}

// open begins a build with a country, in which national telephone numbers are read, and gives
// the request's fields. They were looked for once: there may be some hundred thousand.
func (r *Reading) open(country string) *object {
	was := r.top.b
	b := &build{country: country, options: r.options, request: &desk.Request{AccountID: r.AccountID}, extras: was.extras}
	b.notes = notes{list: slices.Clone(was.notes.list), count: was.notes.count}
	b.extras.list = slices.Clone(was.extras.list)
	return &object{b: b, list: r.top.list, at: r.top.at, taken: make([]bool, len(r.top.list)), raw: r.top.raw, behind: r.top.behind, first: r.top.first}
}

// kept is something as it was sent.
type kept struct {
	path  string
	value raw
	text  string // where there is no value
}

// pile is what is to be kept, as far as there can be a place for it. What comes behind is
// counted: most of 4 MiB is looked at by nobody.
type pile struct {
	list  []kept
	least int // bytes that the list takes at least
	more  int // that came behind
}

func (p *pile) add(k kept) {
	if p.full() {
		p.more++
		return
	}
	p.list = append(p.list, k)
	p.least += leastKept(len(k.path))
}

// leastKept is how many bytes an entry takes at least whose path has so many.
func leastKept(path int) int {
	if path > longestPath { // it is cut
		path = 0
	}
	return path + len(`"":1,`)
}

func (p *pile) full() bool { return p.least > mostConversation }

// full reports whether nothing more that has no place of its own can be kept.
func (b *build) full() bool { return b.extras.full() }

// extra keeps a value that has no place of its own.
func (b *build) extra(path string, v raw) { b.extras.add(kept{path: path, value: v}) }

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
