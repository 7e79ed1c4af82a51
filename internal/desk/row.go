package desk

import (
	"slices"
	"strings"
	"time"

	"github.com/connectnow/backend/internal/hours"
)

// row is a member's desk row: all that routing reads and writes of them, kept small
// because a claim reads the rows of the whole account.
type row struct {
	FirstName   string           `json:"f"`
	Online      bool             `json:"on,omitempty"`
	OfflineFor  string           `json:"off,omitempty"` // missed_offers or unreachable: set offline by the desk
	Departments []string         `json:"d,omitempty"`
	Calls       int              `json:"cc"`
	Chats       *int             `json:"ch,omitempty"` // nil: what the account says
	Work        []work           `json:"w,omitempty"`
	Places      map[string]int64 `json:"p,omitempty"` // by rotation; one not there is 0
	Schedule    string           `json:"h,omitempty"` // hours.Compact; empty: no hours configured
	Missed      int              `json:"m,omitempty"` // offers missed in a row
	Unreached   int              `json:"u,omitempty"` // offers in a row that arrived nowhere
	Removed     bool             `json:"x,omitempty"`

	id      string
	version int64
	hours   *hours.Schedule
}

// work is one escalation that a member has, from the offer on.
type work struct {
	Escalation string  `json:"e"`
	Channel    Channel `json:"c"`
}

// clone copies the row so that a change of the copy leaves the snapshot as it was read.
func (r *row) clone() *row {
	c := *r
	c.Work = slices.Clone(r.Work)
	c.Departments = slices.Clone(r.Departments)
	c.Places = make(map[string]int64, len(r.Places)+1)
	for k, v := range r.Places {
		c.Places[k] = v
	}
	return &c
}

// unreachedUntilOffline is how many offers in a row may arrive nowhere.
const unreachedUntilOffline = 2

// countMissed counts how an offer ended, and takes one offline who missed too many in a
// row or cannot be reached. It reports whether it did.
func (r *row) countMissed(how string, a *account) bool {
	switch how {
	case didMiss:
		r.Missed++
		r.Unreached = 0
	case didUnreach:
		r.Unreached++
	case didDecline:
		r.Unreached = 0
	}
	most := a.MissedOffersUntilOffline
	switch {
	case !r.Online:
		return false
	case how == didMiss && most > 0 && r.Missed >= most:
		r.Online, r.OfflineFor = false, becauseMissed
	case how == didUnreach && r.Unreached >= unreachedUntilOffline:
		r.Online, r.OfflineFor = false, becauseUnreachable
	}
	return !r.Online
}

func (r *row) chatCapacity(a *account) int {
	if r.Chats != nil {
		return *r.Chats
	}
	return a.ChatCapacity
}

func (r *row) open(ch Channel) int {
	n := 0
	for _, w := range r.Work {
		if w.Channel == ch {
			n++
		}
	}
	return n
}

func (r *row) onShift(a *account, now time.Time) bool {
	return hours.OnShift(r.hours, a.holidays, now)
}

// there reports whether the member is online and on shift, busy or not.
func (r *row) there(a *account, now time.Time) bool {
	return !r.Removed && r.Online && r.onShift(a, now)
}

// noRoom says why one more of the channel does not fit; empty when it does. A call,
// ringing or active, blocks everything; open chats do not block a call.
func (r *row) noRoom(a *account, ch Channel) string {
	switch {
	case r.open(Call) > 0:
		return reasonOnCall
	case ch == Call && r.Calls < 1:
		return reasonAtCapacity
	case ch == Chat && r.open(Chat) >= r.chatCapacity(a):
		return reasonAtCapacity
	}
	return ""
}

// unable says why the member cannot take one of the channel now; empty when they can.
func (r *row) unable(a *account, ch Channel, now time.Time) string {
	switch {
	case r.Removed || !r.Online:
		return reasonOffline
	case !r.onShift(a, now):
		return reasonOffShift
	}
	return r.noRoom(a, ch)
}

func (r *row) has(esc string) bool {
	return slices.ContainsFunc(r.Work, func(w work) bool { return w.Escalation == esc })
}

func (r *row) add(esc string, ch Channel) {
	if !r.has(esc) {
		r.Work = append(r.Work, work{Escalation: esc, Channel: ch})
	}
}

func (r *row) drop(esc string) {
	r.Work = slices.DeleteFunc(r.Work, func(w work) bool { return w.Escalation == esc })
}

// in reports whether the member belongs to the department; everyone is in "".
func (r *row) in(dep string) bool { return dep == "" || slices.Contains(r.Departments, dep) }

// rotation names an order of places: a department's, or with an empty department that
// of everyone. Each channel has its own.
type rotation struct {
	department string
	channel    Channel
}

// key is the rotation's name in rows and counters, short because rows are many.
func (r rotation) key() string {
	if r.department == "" {
		return "*/" + string(r.channel)
	}
	return strings.TrimPrefix(r.department, "dep_") + "/" + string(r.channel)
}

// freshPlaces moves the member to the tail of the channel's rotations, whose counters
// stand at these values. It is for one who was full and has room again: who could not
// be served has no claim on the head.
func (r *row) freshPlaces(ch Channel, counters map[string]int64) {
	if r.Places == nil {
		r.Places = map[string]int64{}
	}
	for _, dep := range append([]string{""}, r.Departments...) {
		k := rotation{dep, ch}.key()
		if n := counters[k]; n > r.Places[k] {
			r.Places[k] = n
		}
	}
}

// roomGained lists the channels that had no room before and have it after.
func roomGained(before, after *row, a *account) []Channel {
	var gained []Channel
	for _, ch := range []Channel{Call, Chat} {
		if before.noRoom(a, ch) != "" && after.noRoom(a, ch) == "" {
			gained = append(gained, ch)
		}
	}
	return gained
}
