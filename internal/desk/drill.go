package desk

import (
	"context"
	"fmt"
	"time"

	"github.com/connectnow/backend/internal/keys"
	"github.com/connectnow/backend/internal/roster"
	"github.com/connectnow/backend/internal/table"
)

// Drill is a test escalation that an admin asks for: at a member, a department or, with
// neither, everyone.
type Drill struct {
	DepartmentID string         `json:"departmentId"`
	MemberID     string         `json:"memberId"`
	Channel      roster.Channel `json:"channel"`
	Conversation *Conversation  `json:"conversation"` // what the agent reads; nil for words of ours
}

// ofDrills is how many drills an account may ask for: each rings a real phone.
var ofDrills = budget{most: 20, within: time.Hour}

// Drill sends a test escalation through the real path. It is marked, is in no report and
// never becomes a callback. Callers who may ask twice and want one drill give an id; empty
// makes a new one. Problem nobody-available, with {"because":"at_capacity"} or the like,
// when nobody's phone could ring, too-many-drills after twenty within an hour, and invalid for
// a goal that is not there.
func (d *Desk) Drill(ctx context.Context, by Caller, id string, dr Drill) (Escalation, error) {
	snap, err := d.readDesk(ctx, by.AccountID)
	if err != nil {
		return Escalation{}, err
	}
	if err = canDrill(snap, dr, d.Now()); err == nil {
		err = d.countDrill(ctx, by.AccountID)
	}
	if err != nil {
		if classOf(err) == Invalid {
			d.NoticeForeign(ctx, by, dr.MemberID)
		}
		if id == "" || classOf(err) == 0 {
			return Escalation{}, d.refused(ctx, by, err)
		}
		// Asked before, it may be the drill itself that rings where nobody else can.
		e, none := d.readEscalation(ctx, by.AccountID, id)
		switch {
		case IsProblem(none, "not-found"):
			return Escalation{}, d.refused(ctx, by, err)
		case none != nil:
			return Escalation{}, none
		}
		return d.escalationView(ctx, id, e, false)
	}
	if id, err = d.idOr(id, "esc_"); err != nil {
		return Escalation{}, err
	}
	if _, err := d.escalate(ctx, &change{d: d, acc: by.AccountID, id: id}, dr.request(by.AccountID, id).Asked()); err != nil {
		return Escalation{}, err
	}
	e, err := d.readEscalation(ctx, by.AccountID, id)
	if err != nil {
		return Escalation{}, err
	}
	return d.escalationView(ctx, id, e, false)
}

// request is what a drill asks for.
func (dr Drill) request(acc, id string) Request {
	r := Request{
		AccountID: acc, RequestID: "drill-" + id, Channel: dr.Channel, Reason: CustomerRequest,
		DepartmentID: dr.DepartmentID, Customer: Customer{Name: "Test customer"}, Drill: true, Member: dr.MemberID,
		Conversation: Conversation{Summary: "This is a test: no customer waits.", Trigger: "Test escalation", Messages: []ChatMessage{}},
	}
	if dr.Conversation != nil {
		r.Conversation = *dr.Conversation
	}
	return r
}

// countDrill counts a drill, or says that there were too many. It counts before it rings, so
// that many at once are no more than one after another.
func (d *Desk) countDrill(ctx context.Context, acc string) error {
	k := keys.Drills(acc)
	return d.writeFor(ctx, keys.Named(k), true, func(error) ([]table.Op, error) {
		s, err := load[tries](ctx, d.Table, k)
		if err != nil {
			return nil, err
		}
		now := d.Now()
		n := s.value.left(ofDrills, now)
		if n.Count >= ofDrills.most {
			after := n.opens(ofDrills, now)
			return nil, &Problem{
				Class: TooMany, Name: "too-many-drills", Title: "Too many test escalations", After: after,
				Detail: fmt.Sprintf("Each rings a real phone, so there are %d an hour. Try again in %s.", ofDrills.most, inWords(after)),
			}
		}
		return []table.Op{d.expiring(put(k, n.more(now), table.AtVersion(s.version)))}, nil
	})
}

// canDrill checks that the drill's goals are there and that somebody is free for it.
func canDrill(s *roster.Roster, dr Drill, now time.Time) error {
	for _, goal := range []Transfer{{DepartmentID: dr.DepartmentID}, {MemberID: dr.MemberID}} {
		if goal == (Transfer{}) {
			continue
		}
		if err := knowsGoal(s, goal); err != nil {
			return err
		}
	}
	drill := &escalation{Channel: dr.Channel, Department: dr.DepartmentID, Directed: dr.MemberID}
	w := drill.want(&s.Account)
	if s.Turn(w, now).Next != nil {
		return nil
	}
	because := string(s.Because(w, now))
	if r := s.Row(dr.MemberID); r != nil {
		because = r.Unable(&s.Account, dr.Channel, now)
	}
	p := nobodyAvailable("Nobody can take the drill now.")
	p.Extra = map[string]any{"because": because}
	return p
}
