package desk

import (
	"context"
	"time"

	"github.com/connectnow/backend/internal/roster"
)

// Announcement tells other systems that something has changed, and what it is now. It holds
// ids and no personal data. An event is a hint: it may come late, twice, in any order or,
// when a process died between the change and the event, not at all. Whoever must know asks.
// An accept is
//
//	{"type":"escalation.accepted","at":"2026-11-23T10:00:09Z","accountId":"acc_f7lmw5qcqyje","escalationId":"esc_2qnfeay2umpk","memberId":"mem_q4mxl5orusgm","departmentId":"dep_zqexjwiisgya","channel":"chat","state":"active"}
type Announcement struct {
	// Type is what changed and how: "escalation." and what a history tells, like
	// escalation.accepted; "callback." and what became of it, like callback.claimed; and
	// presence.online and presence.offline.
	Type         string         `json:"type"`
	At           time.Time      `json:"at"`
	AccountID    string         `json:"accountId"`
	EscalationID string         `json:"escalationId,omitempty"`
	CallbackID   string         `json:"callbackId,omitempty"`
	MemberID     string         `json:"memberId,omitempty"`
	DepartmentID string         `json:"departmentId,omitempty"`
	Channel      roster.Channel `json:"channel,omitempty"`
	// State is the state after the change; of a presence online or offline.
	State string `json:"state,omitempty"`
	Drill bool   `json:"drill,omitempty"`
}

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

// events are what a step has changed: one for each entry of the history that is new, and
// what became of callbacks.
func (c *change) events(s *step) []Announcement {
	e := s.next
	var list []Announcement
	add := func(what string, at int64, member string) *Announcement {
		list = append(list, Announcement{
			Type: what, At: instant(at), AccountID: c.acc, EscalationID: c.id, MemberID: member, DepartmentID: e.Department,
			Channel: e.Channel, State: string(e.State), Drill: e.Drill, CallbackID: e.Callback,
		})
		return &list[len(list)-1]
	}
	before := 0
	if s.before != nil {
		before = len(s.before.History)
	}
	for _, h := range e.History[before:] {
		add("escalation."+h.What, h.At, h.Member)
	}
	if s.callback {
		what := callbackJoined
		if s.registered {
			what = callbackRegistered
		}
		add("callback."+what, millis(c.now), "").State = callbackOpen
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
