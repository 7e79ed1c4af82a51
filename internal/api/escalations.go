package api

import (
	"context"

	"github.com/connectnow/backend/internal/desk"
)

func listMyEscalations(ctx context.Context, q *call) (answer, error) {
	return items(q.desk.MyEscalations(ctx, q.caller))
}

// postEscalation is the function escalate over HTTP.
func postEscalation(ctx context.Context, q *call) (answer, error) {
	body, err := readBody(q.request)
	if err != nil {
		return answer{}, err
	}
	return ok(q.server.Invoke(ctx, body))
}

func listEscalations(ctx context.Context, q *call) (answer, error) {
	list, err := readEscalationFilter(q.params())
	if err != nil {
		return answer{}, err
	}
	return page(q.desk.Escalations(ctx, q.caller, list.filter, list.part))
}

// escalationList is which escalations are asked for.
type escalationList struct {
	filter desk.EscalationFilter
	part   desk.Page
}

func readEscalationFilter(p *params) (escalationList, error) {
	list := escalationList{filter: desk.EscalationFilter{
		State: desk.State(p.text("state", checkOneOf(
			desk.Ringing, desk.Active, desk.Completed, desk.CalledFor, desk.Cancelled))),
		MemberID:     p.id("memberId", "mem"),
		DepartmentID: p.id("departmentId", "dep"),
		From:         p.time("from"),
		To:           p.time("to"),
	}, part: p.page()}
	return list, p.err()
}

func getEscalation(ctx context.Context, q *call) (answer, error) {
	return ok(q.desk.Escalation(ctx, q.caller, q.id()))
}

// reply is what an agent says to an offer.
type reply struct {
	offer  int // 0 when not given
	device string
	reason string
}

// by is the caller, on the device that was told.
func (r reply) by(q *call) desk.Caller {
	c := q.caller
	c.DeviceID = r.device
	return c
}

// readOffer reads which offer is meant. The app that was offline answers the one it
// shows, which may be over.
func readOffer(o *object) reply {
	return reply{offer: o.integer("offer", 1, 1<<30, optional), device: o.reference("deviceId", optional)}
}

func readDecline(o *object) reply {
	r := readOffer(o)
	r.reason = o.note("reason", optional)
	return r
}

func seeEscalation(ctx context.Context, q *call) (answer, error) {
	r, err := readMaybe(q, readOffer)
	if err != nil {
		return answer{}, err
	}
	return done(q.desk.Seen(ctx, q.caller, q.id(), r.offer))
}

func acceptEscalation(ctx context.Context, q *call) (answer, error) {
	r, err := readMaybe(q, readOffer)
	if err != nil {
		return answer{}, err
	}
	return ok(q.desk.Accept(ctx, r.by(q), q.id(), r.offer))
}

func declineEscalation(ctx context.Context, q *call) (answer, error) {
	r, err := readMaybe(q, readDecline)
	if err != nil {
		return answer{}, err
	}
	return done(q.desk.Decline(ctx, r.by(q), q.id(), r.offer, r.reason))
}

func transferEscalation(ctx context.Context, q *call) (answer, error) {
	t, err := read(q, readTransfer)
	if err != nil {
		return answer{}, err
	}
	return ok(q.desk.Transfer(ctx, q.caller, q.id(), t))
}

func readTransfer(o *object) desk.Transfer {
	nobody := !o.filled("departmentId") && !o.filled("memberId")
	t := desk.Transfer{
		DepartmentID: o.id("departmentId", "dep", optional),
		MemberID:     o.id("memberId", "mem", optional),
		Note:         o.note("note", required),
	}
	switch {
	case t.DepartmentID != "" && t.MemberID != "":
		o.bad("memberId", "must not be given together with departmentId")
	case nobody:
		o.bad("departmentId", "or memberId is required")
	}
	return t
}

func completeEscalation(ctx context.Context, q *call) (answer, error) {
	c, err := read(q, readCompletion)
	if err != nil {
		return answer{}, err
	}
	return ok(q.desk.Complete(ctx, q.caller, q.id(), c))
}

func readCompletion(o *object) desk.Completion {
	return desk.Completion{
		Outcome: enum(o, "outcome", required, "resolved", "hand_back", "no_customer"),
		Note:    o.note("note", optional),
		Verdict: enum(o, "verdict", optional, "right", "assistant_should_know"),
	}
}

func listReceipts(ctx context.Context, q *call) (answer, error) {
	return items(q.desk.Receipts(ctx, q.caller, q.id()))
}

func postDrill(ctx context.Context, q *call) (answer, error) {
	drill, err := read(q, readDrill)
	if err != nil {
		return answer{}, err
	}
	return created(q.desk.Drill(ctx, q.caller, q.newID("esc_"), drill))
}

func readDrill(o *object) desk.Drill {
	return desk.Drill{
		DepartmentID: o.id("departmentId", "dep", optional),
		MemberID:     o.id("memberId", "mem", optional),
		Channel:      readChannel(o),
	}
}
