package desk

import (
	"context"
	"time"

	"github.com/connectnow/backend/internal/roster"
)

// Announcement tells other systems that something has changed, and what it is now. It holds
// ids and no personal data. An event is a hint: it may come late, twice, in any order or,
// when a process died between the change and the event, not at all. Whoever must know asks.
// An accept, the second thing that became of its escalation, is
//
//	{"type":"escalation.accepted","at":"2026-11-23T10:00:09Z","accountId":"acc_f7lmw5qcqyje","escalationId":"esc_2qnfeay2umpk","sequence":2,"memberId":"mem_q4mxl5orusgm","departmentId":"dep_zqexjwiisgya","channel":"chat","state":"active"}
type Announcement struct {
	// Type is what changed and how: "escalation." and what a history tells, like
	// escalation.accepted; "callback." and what became of it, like callback.claimed; and
	// presence.online and presence.offline.
	Type         string    `json:"type"`
	At           time.Time `json:"at"`
	AccountID    string    `json:"accountId"`
	EscalationID string    `json:"escalationId,omitempty"`
	// Sequence numbers the events of one escalation, from 1 and without a gap: who has all up
	// to one has missed nothing, and of two the higher is the later. It is written with the
	// change itself. 0 of an event that is of no escalation.
	Sequence     int            `json:"sequence,omitempty"`
	CallbackID   string         `json:"callbackId,omitempty"`
	MemberID     string         `json:"memberId,omitempty"`
	DepartmentID string         `json:"departmentId,omitempty"`
	Channel      roster.Channel `json:"channel,omitempty"`
	// State is the state after the change; of a presence online or offline.
	State string `json:"state,omitempty"`
	// Outcome and Verdict are what is known of a completed escalation, in words of ours;
	// HandedBack says that the assistant has the customer again. The agent's note is text, and
	// is asked for.
	Outcome    string `json:"outcome,omitempty"`
	Verdict    string `json:"verdict,omitempty"`
	HandedBack bool   `json:"handedBack,omitempty"`
	Drill      bool   `json:"drill,omitempty"`
}

// eventCorrected is of an escalation whose agent has given its account, or another one, after
// it ended. Its history does not tell of it.
const eventCorrected = "escalation.corrected"

// What becomes of callbacks, besides the states that they get into.
const (
	callbackRegistered = "registered"
	callbackJoined     = "joined" // by another escalation of the customer
	callbackAttempted  = "attempted"
	callbackOverdue    = "overdue"
)

// announceTime is how long an agent's call may wait for the event. SNS takes a tenth of it.
const announceTime = 500 * time.Millisecond

// announce publishes events, side by side. What cannot be published at once goes to the
// timer queue, which goes on trying. When that fails, too, the event is lost and a line
// says so.
func (d *Desk) announce(ctx context.Context, events ...Announcement) {
	if d.Announce == nil {
		return
	}
	ctx = context.WithoutCancel(ctx)
	_ = inParallel(len(events), func(i int) error {
		e := events[i]
		e.At = e.At.Truncate(time.Second) // as all times that are told
		err := d.publish(ctx, e)
		if err == nil {
			return nil
		}
		d.Log.WarnContext(ctx, "event not published: a timer tries again", "type", e.Type, "escalation", e.EscalationID, "callback", e.CallbackID, "member", e.MemberID, "error", err)
		at := d.Now().Add(pushAgain)
		err = d.send(ctx, at, Message{Kind: WakeEvent, AccountID: e.AccountID, Announcement: &e, Due: at})
		if err != nil {
			d.Log.WarnContext(ctx, "timer not sent: the event is lost", "type", e.Type, "escalation", e.EscalationID, "callback", e.CallbackID, "member", e.MemberID, "error", err)
		}
		return nil
	})
}

// publish publishes one event within announceTime.
func (d *Desk) publish(ctx context.Context, e Announcement) error {
	ctx, cancel := context.WithTimeout(ctx, announceTime)
	defer cancel()
	return d.Announce(ctx, e)
}

// wakeEvent publishes an event that could not be published before.
func (d *Desk) wakeEvent(ctx context.Context, m Message) error {
	if d.Announce == nil || m.Announcement == nil {
		return nil
	}
	return d.publish(ctx, *m.Announcement)
}

// numbered are the types of the events of the step's escalation, in the order in which they
// are numbered: one for each entry of the history that is new, one for an account of it that
// is new without, and what became of its callback.
func (s *step) numbered() (types []string) {
	before := escalation{}
	if s.before != nil {
		before = *s.before
	}
	for _, h := range s.next.History[len(before.History):] {
		types = append(types, "escalation."+h.What)
	}
	if len(types) == 0 && (s.next.Outcome != before.Outcome || s.next.Verdict != before.Verdict || s.next.Note != before.Note) {
		types = append(types, eventCorrected)
	}
	switch {
	case s.registered:
		types = append(types, "callback."+callbackRegistered)
	case s.callback:
		types = append(types, "callback."+callbackJoined)
	}
	return types
}

// number counts the step's events in the escalation that is to be written, so that no number
// is given twice and none is left out, whoever dies when. An escalation that an older version
// stored has counted none: its next event is the first.
func (s *step) number() {
	s.next.Events = len(s.numbered())
	if s.before != nil {
		s.next.Events += s.before.Events
	}
}

// events are what a step has changed: its escalation, other callbacks, and who is there.
func (c *change) events(s *step) []Announcement {
	e := s.next
	var list []Announcement
	types := s.numbered()
	known := 0
	if s.before != nil {
		known = len(s.before.History)
	}
	added := e.History[known:]
	for i, what := range types {
		a := Announcement{
			Type: what, At: instant(millis(c.now)), AccountID: c.acc, EscalationID: c.id, Sequence: e.Events - len(types) + i + 1,
			DepartmentID: e.Department, Channel: e.Channel, State: string(e.State), Drill: e.Drill, CallbackID: e.Callback,
			Outcome: e.Outcome, Verdict: e.Verdict, HandedBack: e.Outcome == outcomeHandBack,
		}
		switch {
		case i < len(added):
			a.At, a.MemberID = instant(added[i].At), added[i].Member
		case what == eventCorrected:
			a.MemberID = s.actor
		default:
			a.State = callbackOpen
		}
		list = append(list, a)
	}
	for _, closed := range s.closed {
		list = append(list, c.d.callbackEvent(c.acc, closed.id, callbackDone, "", closed.callback))
	}
	for _, opened := range s.reopened {
		list = append(list, c.d.callbackEvent(c.acc, opened.id, callbackOpen, s.actor, opened.callback))
	}
	for _, l := range s.notices {
		if l.notice.Kind == NoticeOffline {
			list = append(list, c.d.presenceEvent(c.acc, l.member, roster.StatusOffline))
		}
	}
	return list
}

// callbackEvent tells what became of a callback.
func (d *Desk) callbackEvent(acc, id, what, member string, cb *callback) Announcement {
	return Announcement{
		Type: "callback." + what, At: instant(millis(d.Now())), AccountID: acc, CallbackID: id, MemberID: member,
		DepartmentID: cb.Department, State: cb.State,
	}
}

// presenceEvent tells that a member came or went.
func (d *Desk) presenceEvent(acc, member, status string) Announcement {
	return Announcement{Type: "presence." + status, At: instant(millis(d.Now())), AccountID: acc, MemberID: member, State: status}
}
