package api

import (
	"context"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/connectnow/backend/internal/assistant"
	"github.com/connectnow/backend/internal/desk"
)

// Pages of lists.
const (
	defaultLimit = 50
	mostItems    = 100
	// longestCursor is far above what the desk makes; a longer one was not made by it.
	longestCursor = 2048
)

// queries are the query parameters of the routes that take some, by method and pattern. A
// route that is not here takes none, so that a new one which reads a parameter, and was
// forgotten here, refuses it in its first test.
var queries = map[string][]string{
	"GET /v1/members": {"departmentId", "status", "q", "limit", "cursor"},
	"GET /v1/members/{id}/working-hours/preview": {"from", "to"},
	"GET /v1/escalations":                        {"state", "memberId", "departmentId", "channel", "outcome", "verdict", "drill", "customer", "from", "to", "limit", "cursor"},
	"GET /v1/callbacks":                          {"state", "departmentId", "mine", "overdue", "customer", "limit", "cursor"},
	"GET /v1/callbacks/{id}":                     {"conversationsCursor", "cursor"},
	"GET /v1/audit":                              {"memberId", "what", "from", "to", "limit", "cursor"},
}

// Query lists the query parameters that the route takes.
func (rt Route) Query() []string { return slices.Clone(queries[rt.Method+" "+rt.Pattern]) }

// AnyQuery reports whether the route takes whatever stands in a query, and reads none of it.
// Machines are read kindly: an enquiry is never refused for its form.
func (rt Route) AnyQuery() bool { return rt.Who == Machine }

// checkQuery refuses parameters that the route does not take, as fields of a body are
// refused: a list whose filter has a slip of the pen would else be the whole list. So does a
// query of which a part cannot be read.
func (rt Route) checkQuery(u *url.URL) error {
	if u.RawQuery == "" || rt.AnyQuery() {
		return nil
	}
	values, err := url.ParseQuery(u.RawQuery)
	taken, unknown := rt.Query(), findings{}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if !slices.Contains(taken, name) {
			unknown.add(shown(name), "is not known")
		}
	}
	if unknown.count > 0 {
		return unknownField(fmt.Sprintf("Nobody knows the query parameter %s here.", shown(unknown.list[0].Field)), unknown)
	}
	if err != nil {
		return malformed(&desk.Problem{
			Name: "malformed", Title: "Not as agreed",
			Detail: "The query cannot be read: escape by % what is no letter or digit.",
		})
	}
	return nil
}

// params reads the query of a request and notes what is wrong with it, all of it, as
// object does for bodies. What the route does not take was refused before.
type params struct {
	values url.Values
	in     input
}

// params is made per request: it collects errors.
func (q *call) params() *params { return &params{values: q.request.URL.Query()} }

// err is nil or the 422 that names every bad parameter.
func (p *params) err() error { return p.in.err() }

// text reads a parameter that check looks at, unless it is absent or empty: ?state= is as
// good as no state, as forms send it. A parameter that is given twice is refused, since it
// is not clear which is meant.
func (p *params) text(name string, check func(string) string) string {
	all := p.values[name]
	if len(all) > 1 {
		p.in.bad.add(name, "must be given once")
		return ""
	}
	s := p.values.Get(name)
	if s == "" {
		return ""
	}
	if detail := check(s); detail != "" {
		p.in.bad.add(name, detail)
		return ""
	}
	return s
}

// words reads a parameter that may be given several times: ?state=open&state=claimed. It is
// nil when it is absent or empty.
func (p *params) words(name string, allowed ...string) []string {
	var list []string
	for _, s := range p.values[name] {
		if s == "" || slices.Contains(list, s) {
			continue
		}
		if detail := checkOneOf(allowed...)(s); detail != "" {
			p.in.bad.add(name, detail)
			return nil
		}
		list = append(list, s)
	}
	return list
}

// flag reads true or false; absent is false.
func (p *params) flag(name string) bool { return p.text(name, checkOneOf("true", "false")) == "true" }

// maybe reads true or false; absent is nil.
func (p *params) maybe(name string) *bool {
	if p.absent(name) {
		return nil
	}
	is := p.flag(name)
	return &is
}

// absent reports whether a parameter is not there, or empty.
func (p *params) absent(name string) bool { return p.values.Get(name) == "" }

// id reads an id of a kind, such as mem. One that nobody has is no error: the list is then
// empty.
func (p *params) id(name, prefix string) string { return p.text(name, checkID(prefix)) }

// time reads an instant; the zero time when it is absent. A + of an offset must be sent as
// %2B, or it is a space and no time.
func (p *params) time(name string) time.Time {
	var t time.Time
	p.text(name, func(s string) (detail string) {
		t, detail = instant(s)
		return detail
	})
	return t
}

// countryOf is the account's country, where a customer is asked for: a national number is one
// of there. It is read only then.
func (q *call) countryOf(ctx context.Context, p *params) (string, error) {
	if p.absent("customer") {
		return "", nil
	}
	return q.desk.Country(ctx, q.caller.AccountID)
}

// contact reads a phone number or an e-mail as kindly as the door does.
func (p *params) contact(name, country string) (contact string) {
	p.text(name, func(s string) string {
		if number, is := strings.CutPrefix(s, " "); is {
			s = "+" + number // a plus that was not written %2B
		}
		if contact = assistant.ReadContact(s, country); contact == "" {
			return "must be an e-mail or a phone number"
		}
		return ""
	})
	return contact
}

// page reads limit and cursor. Which cursors are good, only the desk knows.
func (p *params) page() desk.Page {
	page := desk.Page{Limit: defaultLimit, Cursor: p.cursor("cursor")}
	p.text("limit", func(s string) string {
		n, err := strconv.Atoi(s)
		if err != nil || n < 1 || n > mostItems {
			return "must be a whole number from 1 to " + strconv.Itoa(mostItems)
		}
		page.Limit = n
		return ""
	})
	return page
}

// cursor reads what an earlier answer gave; it is opaque, so only its length is looked at.
func (p *params) cursor(name string) string {
	return p.text(name, func(s string) string {
		if len(s) > longestCursor {
			return "is not a cursor"
		}
		return ""
	})
}
