package desk

import (
	"context"
	"time"

	"github.com/connectnow/backend/internal/roster"
)

// Drill is a test escalation that an admin asks for: at a member, a department or, with
// neither, everyone.
type Drill struct {
	DepartmentID string         `json:"departmentId"`
	MemberID     string         `json:"memberId"`
	Channel      roster.Channel `json:"channel"`
}

// Drill sends a test escalation through the real path. It is marked, is in no report and
// never becomes a callback. Callers who may ask twice and want one drill give an id; empty
// makes a new one. Problem nobody-available, with {"because":"at_capacity"} or the like,
// when nobody's phone could ring, and invalid for a goal that is not there.
func (d *Desk) Drill(ctx context.Context, by Caller, id string, dr Drill) (Escalation, error) {
	snap, err := d.readDesk(ctx, by.AccountID)
	if err != nil {
		return Escalation{}, err
	}
	if err := canDrill(snap, dr, d.Now()); err != nil {
		if id == "" {
			return Escalation{}, err
		}
		// Asked before, it may be the drill itself that rings where nobody else can.
		e, none := d.readEscalation(ctx, by.AccountID, id)
		switch {
		case IsProblem(none, "not-found"):
			return Escalation{}, err
		case none != nil:
			return Escalation{}, none
		}
		return d.escalationView(ctx, id, e, false)
	}
	if id, err = d.idOr(id, "esc_"); err != nil {
		return Escalation{}, err
	}
	r := Request{
		AccountID: by.AccountID, RequestID: "drill-" + id, Channel: dr.Channel, Reason: CustomerRequest,
		DepartmentID: dr.DepartmentID, Customer: Customer{Name: "Drill"}, Drill: true, Member: dr.MemberID,
		Conversation: Conversation{Summary: "This is a drill.", Trigger: "Drill", Messages: []ChatMessage{}},
	}
	if _, err := d.escalate(ctx, &change{d: d, acc: by.AccountID, id: id}, r.Asked()); err != nil {
		return Escalation{}, err
	}
	e, err := d.readEscalation(ctx, by.AccountID, id)
	if err != nil {
		return Escalation{}, err
	}
	return d.escalationView(ctx, id, e, false)
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
