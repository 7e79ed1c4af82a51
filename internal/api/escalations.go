package api

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"strconv"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/logs"
	"github.com/connectnow/backend/internal/roster"
)

// listMyEscalations is what the app polls: what rings for the caller, and what the caller
// is at. An offer in it counts as seen, which tells the desk that the phone works even if
// the push was lost.
func listMyEscalations(ctx context.Context, q *call) (answer, error) {
	return items(q.desk.MyEscalations(ctx, q.caller))
}

// getLive is what the page polls that shows who can take work and what rings. It is the same,
// and so 304, until somebody does something or a time in it has come.
func getLive(ctx context.Context, q *call) (answer, error) {
	return ok(q.desk.Live(ctx, q.caller))
}

// postEscalation is the function escalate over HTTP. It answers 200 also when an
// escalation comes to be: the same request again finds it, and the answer is its state
// then.
func postEscalation(ctx context.Context, q *call) (answer, error) {
	body, err := q.readBody()
	if err != nil {
		return answer{}, err
	}
	return ok(q.server.Invoke(ctx, body))
}

// listEscalations gives the account's to admins and their own to staff, without
// conversations.
func listEscalations(ctx context.Context, q *call) (answer, error) {
	p := q.params()
	country, err := q.countryOf(ctx, p)
	if err != nil {
		return answer{}, err
	}
	list, err := readEscalationFilter(p, country)
	if err != nil {
		return answer{}, err
	}
	return page(q.desk.Escalations(ctx, q.caller, list.filter, list.part))
}

// escalationList is which escalations are asked for, and which page of them.
type escalationList struct {
	filter desk.EscalationFilter
	part   desk.Page
}

// readEscalationFilter reads the query, such as ?state=active&from=2026-11-22T00:00:00Z.
// The time from is included, the time to is not, so that days put side by side neither
// overlap nor leave a gap.
func readEscalationFilter(p *params, country string) (escalationList, error) {
	f := desk.EscalationFilter{
		MemberID:     p.id("memberId", "mem"),
		DepartmentID: p.id("departmentId", "dep"),
		Channel:      roster.Channel(p.text("channel", checkOneOf(roster.Call, roster.Chat))),
		Outcome:      p.text("outcome", checkOneOf("resolved", "hand_back", "no_customer", "customer_left", "timed_out")),
		Verdict:      p.text("verdict", checkOneOf("right", "assistant_should_know")),
		Drill:        p.maybe("drill"),
		Customer:     p.contact("customer", country),
		From:         p.time("from"),
		To:           p.time("to"),
	}
	for _, state := range p.words("state", "ringing", "active", "completed", "callback", "cancelled") {
		f.States = append(f.States, desk.State(state))
	}
	list := escalationList{filter: f, part: p.page()}
	return list, p.err()
}

// getEscalation gives one with its conversation. For a member whom it does not concern it
// is not there.
func getEscalation(ctx context.Context, q *call) (answer, error) {
	return ok(q.desk.Escalation(ctx, q.caller, q.id()))
}

// patchEscalation files it under another department, and rings nobody. What rings is 409
// use-transfer: there the customer waits for somebody, and a new department means new phones.
func patchEscalation(ctx context.Context, q *call) (answer, error) {
	department, err := read(q, readFiling)
	if err != nil {
		return answer{}, err
	}
	return ok(q.desk.File(ctx, q.caller, q.id(), department, unlessEdited[desk.Escalation](q)...))
}

// readFiling reads the department.
func readFiling(o *object) string { return o.id("departmentId", "dep", required) }

// reply is what an agent says to an offer.
type reply struct {
	offer  int // 0 when not given
	device string
	reason string
}

// by is the caller, on the device that was told: the desk has the agent's other devices
// stop ringing.
func (r reply) by(q *call) desk.Caller {
	c := q.caller
	c.DeviceID = r.device
	return c
}

// readOffer reads which offer is meant, such as {"offer": 2, "deviceId": "phone-1"}. An
// app that was offline answers the offer that it shows. When that is over, the number
// keeps the answer from counting for a later offer of the same escalation.
func readOffer(o *object) reply {
	if s, is := o.fields["offer"].(string); is {
		if _, err := strconv.Atoi(s); err == nil {
			o.fields["offer"] = json.Number(s) // all values in a push are texts
		}
	}
	return reply{offer: o.integer("offer", 1, 1<<30, optional), device: o.reference("deviceId", optional)}
}

// readDecline also reads why, in the agent's words. Admins find the reason in the history.
func readDecline(o *object) reply {
	r := readOffer(o)
	r.reason = o.note("reason", optional)
	return r
}

// seeEscalation notes that a push arrived. Offers that end unanswered and unseen, two in a
// row, set the agent offline as unreachable: a phone that is off must not hold up
// customers.
func seeEscalation(ctx context.Context, q *call) (answer, error) {
	r, err := readMaybe(q, readOffer)
	if err != nil {
		return answer{}, err
	}
	return done(q.desk.Seen(ctx, q.caller, q.id(), r.offer))
}

// acceptEscalation gives the escalation to the caller, with its whole conversation. Of
// several who accept one gets it; the others get 409 offer-gone with takenBy. The winner
// gets the same answer again on the same device, and 409 on another.
func acceptEscalation(ctx context.Context, q *call) (answer, error) {
	r, err := readMaybe(q, readOffer)
	if err != nil {
		return answer{}, err
	}
	return ok(q.desk.Accept(ctx, r.by(q), q.id(), r.offer))
}

// declineEscalation lets the next phone ring at once. To decline what was declined or
// missed before is no error: the agent wanted just that.
func declineEscalation(ctx context.Context, q *call) (answer, error) {
	r, err := readMaybe(q, readDecline)
	if err != nil {
		return answer{}, err
	}
	return done(q.desk.Decline(ctx, r.by(q), q.id(), r.offer, r.reason))
}

// transferEscalation asks others to take over. Until one accepts, the customer stays with
// the sender, so that nobody is left alone: 409 nobody-available means that all is as
// before.
func transferEscalation(ctx context.Context, q *call) (answer, error) {
	t, err := read(q, readTransfer)
	if err != nil {
		return answer{}, err
	}
	return ok(q.desk.Transfer(ctx, q.caller, q.id(), t))
}

// readTransfer reads to whom: a department or a member, never both and never neither. The
// note must be there, since whoever takes over reads it first, but may be empty.
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

// completeEscalation ends the caller's work, which makes room for the next. If the
// customer left meanwhile, note and verdict are still taken once, and the outcome stays
// what it was.
func completeEscalation(ctx context.Context, q *call) (answer, error) {
	c, err := read(q, readCompletion)
	if err != nil {
		return answer{}, err
	}
	return ok(q.desk.Complete(ctx, q.caller, q.id(), c))
}

// readCompletion reads how it ended. The outcome hand_back gives the customer back to the
// assistant, which learns of it by status; the verdict says whether the assistant was
// right to escalate.
func readCompletion(o *object) desk.Completion {
	return desk.Completion{
		Outcome: enum(o, "outcome", required, "resolved", "hand_back", "no_customer"),
		Note:    o.note("note", optional),
		Verdict: enum(o, "verdict", optional, "right", "assistant_should_know"),
		// Those that the desk shows as customerCallbacks, which alone knows them.
		CallbackIDs: o.texts("callbackIds", 10, optional, checkID("cb")),
	}
}

// listReceipts tells admins how each turn was dealt: who was asked, who was passed over,
// and why.
func listReceipts(ctx context.Context, q *call) (answer, error) {
	return items(q.desk.Receipts(ctx, q.caller, q.id()))
}

// postDrill rings real phones by the real rules, marked as a drill. 409 nobody-available
// says in because why nobody's phone could ring, which is what the admin wanted to know.
func postDrill(ctx context.Context, q *call) (answer, error) {
	drill, err := read(q, readDrill)
	if err != nil {
		return answer{}, err
	}
	e, err := q.desk.Drill(ctx, q.caller, q.newID("esc_"), drill)
	logs.Add(ctx, slog.String("escalation", e.ID))
	return created(e, err)
}

// readDrill reads for whom it rings: a department, a member or, with neither, everybody. With a
// conversation of one's own the agent sees what a customer's would look like.
func readDrill(o *object) desk.Drill {
	d := desk.Drill{
		DepartmentID: o.id("departmentId", "dep", optional),
		MemberID:     o.id("memberId", "mem", optional),
		Channel:      readChannel(o),
	}
	o.object("conversation", optional, func(o *object) { d.Conversation = readDrillConversation(o) })
	return d
}

// readDrillConversation reads what a person wrote into a form, where too much can be mended. What
// machines send is read by package assistant.
func readDrillConversation(o *object) *desk.Conversation {
	c := &desk.Conversation{Summary: o.note("summary", optional), Trigger: o.anyText("trigger", longestTrigger, optional), Messages: []desk.ChatMessage{}}
	if list, is := o.fields["messages"].([]any); is && len(list) > mostDrillMessages {
		o.bad("messages", fmt.Sprintf("must have at most %d entries, not %d", mostDrillMessages, len(list)))
		delete(o.fields, "messages")
	}
	o.each("messages", optional, func(o *object) {
		m := desk.ChatMessage{
			From: enum(o, "from", required, "customer", "assistant", "agent"),
			Text: o.text("text", longestMessage, required),
		}
		if at := o.formed("at", longestName, optional, checkInstant); at != "" {
			t, _ := instant(at)
			m.At = &t
		}
		c.Messages = append(c.Messages, m)
	})
	return c
}

// checkInstant looks whether a text is a time.
func checkInstant(s string) string {
	_, detail := instant(s)
	return detail
}
