package roster

import (
	"slices"
	"strings"
	"time"

	"github.com/connectnow/backend/internal/hours"
)

// Row is a member's desk row: all that routing reads and writes of them, kept small because
// a claim reads the rows of the whole account. As stored, an agent with one chat open is
//
//	{"f":"Asha","on":true,"d":["dep_zqexjwiisgya"],"cc":1,"w":[{"e":"esc_2qnfeay2umpk","c":"chat"}],"p":{"zqexjwiisgya/chat":41},"v":1}
//
// readText knows the order of the fields. A new one goes there, too, or every claim of a
// large team takes five times as long to read its rows.
type Row struct {
	FirstName   string           `json:"f"`
	Online      bool             `json:"on,omitempty"`  // what the member chose
	OfflineFor  string           `json:"off,omitempty"` // missed_offers or unreachable: set offline by the desk
	Departments []string         `json:"d,omitempty"`   // may name deleted ones; see Roster.Known
	Calls       int              `json:"cc"`            // at a time, 0 or 1
	Chats       *int             `json:"ch,omitempty"`  // nil: what the account says
	Work        []work           `json:"w,omitempty"`   // offered or accepted, not yet ended
	Places      map[string]int64 `json:"p,omitempty"`   // by rotation; one not there is 0
	Schedule    string           `json:"h,omitempty"`   // hours.Compact; empty: no hours configured
	Missed      int              `json:"m,omitempty"`   // offers missed in a row
	Unreached   int              `json:"u,omitempty"`   // offers in a row that arrived nowhere
	// CountedUntil is until when the last offer rang that counted as missed or unreachable, in
	// Unix milliseconds.
	CountedUntil int64 `json:"mu,omitempty"`
	Devices      *int  `json:"v,omitempty"`  // how many work; nil of a row from before they were counted
	PageUntil    int64 `json:"pg,omitempty"` // until when a page counts as open, in Unix milliseconds
	Removed      bool  `json:"x,omitempty"`  // gets no work and counts nowhere

	ID      string          `json:"-"` // of the member, from the key
	Version int64           `json:"-"` // for the condition of the next Write
	Hours   *hours.Schedule `json:"-"` // Schedule, parsed; nil: always on shift
}

// work is one escalation that a member has, from the offer on. An offer takes room like
// accepted work does: a phone that rings with one call rings with no second.
type work struct {
	Escalation string  `json:"e"`
	Channel    Channel `json:"c"`
}

// Clone copies the row so that a change of the copy leaves the snapshot as it was read.
// Places of the copy is never nil.
func (r *Row) Clone() *Row {
	c := *r
	c.Work = slices.Clone(r.Work)
	c.Departments = slices.Clone(r.Departments)
	c.Places = make(map[string]int64, len(r.Places)+1)
	for k, v := range r.Places {
		c.Places[k] = v
	}
	return &c
}

// How an offer ended, as far as its agent's row counts it; the words are those of an
// escalation's history.
const (
	EndMissed    = "missed"      // it rang to its end, and was seen
	EndUnreached = "unreachable" // it arrived nowhere
	EndDeclined  = "declined"
)

// unreachedUntilOffline is how many offers in a row may arrive nowhere. It is no setting: each
// costs a customer a whole ring time, and a phone without a push tells its owner nothing.
const unreachedUntilOffline = 2

// Rang is when an offer was made and when it ended, in Unix milliseconds.
type Rang struct{ From, Until int64 }

// ForgetMissed begins the count of missed offers anew, and reports whether there was one.
func (r *Row) ForgetMissed() bool {
	had := r.Missed != 0 || r.Unreached != 0 || r.CountedUntil != 0
	r.Missed, r.Unreached, r.CountedUntil = 0, 0, 0
	return had
}

// CountMissed counts how an offer ended and reports whether it took the member offline:
// after the account's number of misses in a row, or two offers in a row that arrived
// nowhere. Declining counts as neither; it shows that the phone is reached.
//
// What rings beside an offer that counts is the same absence, and counts no more: one minute
// at the door, with two chats ringing, is one miss.
func (r *Row) CountMissed(how string, rang Rang, a *Account) bool {
	if how == EndMissed || how == EndDeclined {
		r.Unreached = 0
	}
	if how == EndUnreached && r.Devices != nil && *r.Devices == 0 {
		r.PageUntil = 0 // nobody looked at the page
	}
	if how != EndMissed && how != EndUnreached || rang.From < r.CountedUntil {
		return false
	}
	r.CountedUntil = rang.Until
	if how == EndMissed {
		r.Missed++
	} else {
		r.Unreached++
	}
	most := a.MissedOffersUntilOffline
	switch {
	case !r.Online:
		return false
	case how == EndMissed && most > 0 && r.Missed >= most:
		r.Online, r.OfflineFor = false, becauseMissed
	case r.Unreached >= unreachedUntilOffline: // a miss has set it to 0
		r.Online, r.OfflineFor = false, Unreachable
	}
	return !r.Online
}

// ChatCapacity is how many chats the member takes at a time: their own number, else the
// account's.
func (r *Row) ChatCapacity(a *Account) int {
	if r.Chats != nil {
		return *r.Chats
	}
	return a.ChatCapacity
}

// Open counts the open work of a channel, ringing or active. It is counted each time: a
// counter beside the list could come to differ from it.
func (r *Row) Open(ch Channel) int {
	n := 0
	for _, w := range r.Work {
		if w.Channel == ch {
			n++
		}
	}
	return n
}

// OnShift reports whether the schedule has the member at work now; one without hours always
// is, but on the account's holidays.
func (r *Row) OnShift(a *Account, now time.Time) bool {
	return hours.OnShift(r.Hours, a.holidays, now)
}

// Calendar is when the member is on shift: their hours without the account's holidays.
func (r *Row) Calendar(a *Account) hours.Calendar { return r.Hours.Without(a.holidays) }

// There reports whether the member is online, on shift and reachable, busy or not.
// Reminders go by it.
func (r *Row) There(a *Account, now time.Time) bool {
	return !r.Removed && r.Online && r.Reachable(now) && r.OnShift(a, now)
}

// Free reports whether the member is there and on no call, ringing or active: what can wait
// until a call is over is not pushed into it.
func (r *Row) Free(a *Account, now time.Time) bool {
	return r.There(a, now) && r.Open(Call) == 0
}

// NoRoom says why one more of the channel does not fit, on_call or at_capacity; empty when
// it does. A call, ringing or active, blocks everything; open chats do not block a call.
func (r *Row) NoRoom(a *Account, ch Channel) string {
	switch {
	case r.Open(Call) > 0:
		return reasonOnCall
	case ch == Call && r.Calls < 1:
		return reasonAtCapacity
	case ch == Chat && r.Open(Chat) >= r.ChatCapacity(a):
		return reasonAtCapacity
	}
	return ""
}

// Unable says why the member cannot take one of the channel now: offline, off_shift,
// no_device, on_call or at_capacity, the first that holds. It is empty when they can.
func (r *Row) Unable(a *Account, ch Channel, now time.Time) string {
	switch {
	case r.Removed || !r.Online:
		return reasonOffline
	case !r.OnShift(a, now):
		return reasonOffShift
	case !r.Reachable(now):
		return reasonNoDevice
	}
	return r.NoRoom(a, ch)
}

func (r *Row) has(esc string) bool {
	return slices.ContainsFunc(r.Work, func(w work) bool { return w.Escalation == esc })
}

// Add notes work that is offered to the member. Added twice it is there once.
func (r *Row) Add(esc string, ch Channel) {
	if !r.has(esc) {
		r.Work = append(r.Work, work{Escalation: esc, Channel: ch})
	}
}

// Drop forgets work that has ended or gone elsewhere; it is no error that it is not there.
// Work that is never dropped would keep its agent busy for ever, so every step that ends
// work releases the row in its own Write.
func (r *Row) Drop(esc string) {
	r.Work = slices.DeleteFunc(r.Work, func(w work) bool { return w.Escalation == esc })
}

// In reports whether the member belongs to the department; everyone is in "".
func (r *Row) In(dep string) bool { return dep == "" || slices.Contains(r.Departments, dep) }

// Rotation names an order of places: a department's, or with an empty department that of
// everyone. Each channel has its own, so a day of many chats makes nobody miss a call.
type Rotation struct {
	Department string
	Channel    Channel
}

// Key is the rotation's name in rows and counters, short because rows are many:
// "zqexjwiisgya/chat" for dep_zqexjwiisgya, "*/call" for everyone.
func (r Rotation) Key() string {
	if r.Department == "" {
		return "*/" + string(r.Channel)
	}
	return strings.TrimPrefix(r.Department, "dep_") + "/" + string(r.Channel)
}

// FreshPlaces moves the member to the tail of the channel's rotations, whose counters stand
// at these values. It is for a member who was full and has room again. With the old place
// they would be first at each completion, ahead of agents who were free all the while.
func (r *Row) FreshPlaces(ch Channel, counters map[string]int64) {
	if r.Places == nil {
		r.Places = map[string]int64{}
	}
	for _, dep := range append([]string{""}, r.Departments...) {
		k := Rotation{dep, ch}.Key()
		if n := counters[k]; n > r.Places[k] {
			r.Places[k] = n
		}
	}
}

// RoomGained lists the channels that had no room before and have it after. A call that ends
// gains both, since it blocked both.
func RoomGained(before, after *Row, a *Account) []Channel {
	var gained []Channel
	for _, ch := range []Channel{Call, Chat} {
		if before.NoRoom(a, ch) != "" && after.NoRoom(a, ch) == "" {
			gained = append(gained, ch)
		}
	}
	return gained
}
