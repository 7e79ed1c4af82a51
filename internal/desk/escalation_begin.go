package desk

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/connectnow/backend/internal/keys"
	"github.com/connectnow/backend/internal/roster"
	"github.com/connectnow/backend/internal/table"
)

// Customer is who contacted the business. Phone is E.164, Email in lower case. What was
// sent for them and is neither lies beside, to be read and never to be joined by.
type Customer struct {
	Name         string `json:"name"`
	Phone        string `json:"phone"`
	PhoneAsGiven string `json:"phoneAsGiven,omitempty"`
	Email        string `json:"email"`
	EmailAsGiven string `json:"emailAsGiven,omitempty"`
	Locale       string `json:"locale"`
	TimeZone     string `json:"timeZone"`
}

// ChatMessage is one utterance of a conversation.
type ChatMessage struct {
	At       *time.Time `json:"at,omitempty"`
	AtAsSent string     `json:"atAsSent,omitempty"` // where it was no time with a zone
	From     string     `json:"from"`               // customer, assistant or agent
	Text     string     `json:"text"`
}

// Conversation is what was said before a person came in, as the assistant sent it.
type Conversation struct {
	Summary    string            `json:"summary"`
	Intent     string            `json:"intent"`
	Trigger    string            `json:"trigger"`
	Messages   []ChatMessage     `json:"messages"`
	Attributes map[string]string `json:"attributes,omitempty"`
	// AsSent is what was cut or has no place above, by its path in the request.
	AsSent map[string]any `json:"asSent,omitempty"`
}

// Adjusted says what was changed of a request so that it could be taken. Field is its path
// as sent, such as customer.phone; Detail is a sentence that quotes no value.
type Adjusted struct {
	Field  string `json:"field"`
	Detail string `json:"detail"`
}

// Connect is the bridge to the customer: media and messages stay outside of the desk.
type Connect struct {
	URL string `json:"url"`
}

// Request is an escalation as the assistant asks for it. It is stored whole and never changes.
type Request struct {
	AccountID     string         `json:"accountId"`
	RequestID     string         `json:"requestId"`
	InteractionID string         `json:"interactionId"`
	Channel       roster.Channel `json:"channel"`
	Reason        Reason         `json:"reason"`
	ConditionID   string         `json:"conditionId"`
	DepartmentID  string         `json:"departmentId"`
	Department    string         `json:"department"` // a name, any case; used without DepartmentID
	Customer      Customer       `json:"customer"`
	Conversation  Conversation   `json:"conversation"`
	Connect       *Connect       `json:"connect"`

	// Presumed tells that no reason was given, or none that is known: CustomerRequest then
	// stands in Reason, and an account that takes direct escalations alone takes this one.
	Presumed bool `json:"presumed,omitempty"`

	// Drill marks a test escalation; Member, only for drills, the one who is to get it.
	Drill  bool   `json:"drill,omitempty"`
	Member string `json:"member,omitempty"`
}

// Outcome tells the assistant how an escalation stands.
type Outcome string

// The outcomes of an Answer.
const (
	OutcomeRinging  Outcome = "ringing"
	OutcomeAccepted Outcome = "accepted"
	OutcomeCallback Outcome = "callback"
	OutcomeEnded    Outcome = "ended"
)

// Answer is what the assistant is told about an escalation: its state now.
type Answer struct {
	EscalationID   string          `json:"escalationId"`
	State          State           `json:"state"`
	Outcome        Outcome         `json:"outcome"`
	Agent          *Agent          `json:"agent"`
	RingingUntil   *time.Time      `json:"ringingUntil"`
	RingingSeconds *int            `json:"ringingSeconds"`
	Callback       *AnswerRecall   `json:"callback"`
	Because        *roster.Because `json:"because"`
	NextAgentAt    *time.Time      `json:"nextAgentAt"`
	Say            string          `json:"say"`
	Adjusted       []Adjusted      `json:"adjusted,omitempty"` // of the request that it answers
}

// AnswerRecall is the callback of an Answer.
type AnswerRecall struct {
	ID           string `json:"id"`
	NeedsContact bool   `json:"needsContact"`
}

// Escalate hands a call or chat to people: it stores the request, sends the timer, claims
// the agent whose turn it is and lets the phone ring; or it registers a callback when
// nobody can take it. The same RequestID again changes nothing and gets the state as it is
// now, and so does a new one for an interaction with an open escalation.
//
// Once the timer is sent the escalation ends well without any further call: see Wake. Until
// then the caller repeats the same request. Problems are not-found without the account,
// assistant-off, and busy.
func (d *Desk) Escalate(ctx context.Context, r Request) (Answer, error) {
	r.Customer.Email = lowerEmail(r.Customer.Email)
	if r.Conversation.Messages == nil {
		r.Conversation.Messages = []ChatMessage{}
	}
	return d.escalate(ctx, keys.EscalationID(r.AccountID, r.RequestID), envelope{At: millis(d.Now()), Request: r})
}

// escalate is Escalate under a given id, which drills choose themselves.
func (d *Desk) escalate(ctx context.Context, id string, env envelope) (Answer, error) {
	c := &change{d: d, acc: env.Request.AccountID, id: id, desk: true, fresh: true}
	own, err := c.open(ctx, env)
	if err == nil && c.snap.Version == 0 {
		err = notFound("account")
		if own {
			err = errors.Join(err, d.Table.Write(ctx, table.Delete(keys.Request(id), table.Condition{})))
		}
	}
	if err != nil {
		return Answer{}, fmt.Errorf("escalating: %w", err)
	}
	other := &elsewhere{}
	c.decide = func(c *change) (*step, error) {
		if c.cur != nil {
			return nil, nil // asked before
		}
		var err error
		if other, err = c.elsewhere(ctx); err != nil || other.open != nil {
			return nil, err
		}
		if r := &c.request.Request; c.account.AssistantOff && r.Reason != Direct && !r.Presumed && !r.Drill {
			return nil, conflict("assistant-off", "The assistant is switched off", "The account takes direct escalations only.")
		}
		return c.begin(), nil
	}
	e, err := c.run(ctx)
	if err == nil && e == nil {
		err = d.follow(ctx, id, other)
		id, e = other.id, other.open
	}
	if err != nil {
		return Answer{}, err
	}
	d.wakeOverdue(ctx, id, e)
	return d.answer(ctx, id, e, c.snap)
}

// open stores the request and, beside that, reads all that the first decision needs. Only a
// request from before can have an escalation, so a new one saves that read.
func (c *change) open(ctx context.Context, env envelope) (own bool, err error) {
	var kept envelope
	var beside *elsewhere
	c.forget()
	err = together(
		func() (err error) { kept, own, err = c.d.storeRequest(ctx, c.id, env); return err },
		func() error { return c.readDesk(ctx) },
		func() (err error) {
			beside, err = c.d.readElsewhere(ctx, c.acc, c.id, env.Request.InteractionID)
			return err
		},
	)
	c.request = &kept
	if kept.Request.InteractionID == env.Request.InteractionID {
		c.beside = beside
	}
	if err == nil && !own {
		err = c.readAgain(ctx)
	}
	c.now = c.d.Now()
	return own, err
}

// readAgain reads what has become of a request from before.
func (c *change) readAgain(ctx context.Context) error {
	if err := c.readState(ctx); err != nil || c.cur != nil {
		return err
	}
	p, err := load[pointer](ctx, c.d.Table, keys.Follows(c.id))
	if err != nil || !p.found() {
		return err
	}
	e, err := c.d.readEscalation(ctx, c.acc, p.value.ID)
	c.beside = &elsewhere{id: p.value.ID, open: e, kept: true}
	return err
}

// follow keeps for good that the interaction had an open escalation when the request came.
// The same request later gets what it got first. Its timer, should it have been sent, has
// nothing to do: without the item it would register a callback for a customer who was served.
func (d *Desk) follow(ctx context.Context, id string, other *elsewhere) error {
	if other.kept {
		return nil
	}
	_, err := update(ctx, d, keys.Follows(id), func(p *stored[pointer]) (bool, []table.Op, error) {
		if p.found() {
			return false, nil, nil
		}
		p.value.ID = other.id
		return true, nil, nil
	})
	if err == nil {
		d.Log.InfoContext(ctx, "request followed: people are at its interaction already", "escalation", other.id, "request", id)
	}
	return err
}

// elsewhere is what else the interaction of a request has.
type elsewhere struct {
	version int64       // of the pointer from the interaction to its escalation
	id      string      // of that escalation, when it is another one that is open
	open    *escalation // nil when there is none
	kept    bool        // it was open when the request came, and the request follows it
}

// elsewhere gives what was read beside for the first try, and reads it for later ones.
func (c *change) elsewhere(ctx context.Context) (*elsewhere, error) {
	e := c.beside
	c.beside = nil
	if e == nil {
		var err error
		if e, err = c.d.readElsewhere(ctx, c.acc, c.id, c.request.Request.InteractionID); err != nil {
			return &elsewhere{}, err
		}
	}
	c.interaction = e.version
	return e, nil
}

// readElsewhere finds an interaction's open escalation other than id.
func (d *Desk) readElsewhere(ctx context.Context, acc, id, interaction string) (*elsewhere, error) {
	if interaction == "" {
		return &elsewhere{}, nil
	}
	p, err := load[pointer](ctx, d.Table, keys.InteractionEscalation(acc, interaction))
	if err != nil || !p.found() || p.value.ID == id {
		return &elsewhere{version: p.version}, err
	}
	e, err := load[escalation](ctx, d.Table, keys.Escalation(p.value.ID))
	if err != nil || !e.found() || !e.value.State.Open() {
		return &elsewhere{version: p.version}, err
	}
	return &elsewhere{version: p.version, id: p.value.ID, open: &e.value}, nil
}

// begin is the first step of a new escalation.
func (c *change) begin() *step {
	r := &c.request.Request
	dep, unknown := c.snap.DepartmentOf(r.DepartmentID, r.Department)
	e := &escalation{
		Account: c.acc, State: Ringing, Channel: r.Channel, Reason: r.Reason, Department: dep, Unknown: unknown,
		Interaction: r.InteractionID, Drill: r.Drill, Directed: r.Member, Created: c.request.At,
	}
	return &step{next: e, first: true, seek: true, fallback: true}
}

// orphan is the step for a request without a claim: its caller died, and the timer found
// it. The customer is called back.
func (c *change) orphan() *step {
	s := c.begin()
	s.seek, s.callback = false, true
	return s
}

// Status tells how an escalation stands now. Asking also mends: an overdue timer is sent again.
func (d *Desk) Status(ctx context.Context, accountID, escalationID string) (Answer, error) {
	e, err := d.readEscalation(ctx, accountID, escalationID)
	if err != nil {
		return Answer{}, err
	}
	d.wakeOverdue(ctx, escalationID, e)
	return d.answer(ctx, escalationID, e, nil)
}

// readEscalation reads one of the account's escalations.
func (d *Desk) readEscalation(ctx context.Context, acc, id string) (*escalation, error) {
	e, err := load[escalation](ctx, d.Table, keys.Escalation(id))
	if err != nil {
		return nil, err
	}
	if !e.found() || e.value.Account != acc {
		return nil, notFound("escalation")
	}
	return &e.value, nil
}

// End is the customer leaving: what rings is cancelled, what is active completed as
// customer_left. With callback one is registered, also for what had ended before. Problem
// not-found.
func (d *Desk) End(ctx context.Context, accountID, escalationID string, callback bool) (Answer, error) {
	c := &change{d: d, acc: accountID, id: escalationID}
	c.decide = func(c *change) (*step, error) {
		if c.cur == nil {
			return nil, notFound("escalation")
		}
		return c.cur.end(callback && !c.cur.Drill, c.now), nil
	}
	e, err := c.run(ctx)
	if err != nil {
		return Answer{}, err
	}
	return d.answer(ctx, escalationID, e, c.snap)
}

// Append keeps what the customer wrote after the escalation. It is taken in every state:
// words are never refused, but those beyond what can be kept are too-large.
func (d *Desk) Append(ctx context.Context, accountID, escalationID string, messages []ChatMessage) (Answer, error) {
	e, err := d.readEscalation(ctx, accountID, escalationID)
	if err != nil {
		return Answer{}, err
	}
	if len(messages) > 0 {
		if err := d.appendMessages(ctx, escalationID, messages); err != nil {
			return Answer{}, err
		}
	}
	d.wakeOverdue(ctx, escalationID, e)
	return d.answer(ctx, escalationID, e, nil)
}

// answer tells the assistant how e stands. snap, when it is at hand, saves a read.
func (d *Desk) answer(ctx context.Context, id string, e *escalation, snap *roster.Roster) (Answer, error) {
	a := Answer{EscalationID: id, State: e.State}
	now := d.Now()
	switch e.State {
	case Ringing:
		a.Outcome = OutcomeRinging
		if o := e.Offer; o != nil {
			until, left := instant(o.Until), ceilSeconds(instant(o.Until).Sub(now))
			a.Agent, a.RingingUntil, a.RingingSeconds = &Agent{o.Member, o.Name}, &until, &left
		}
	case Active:
		a.Outcome, a.Agent = OutcomeAccepted, e.Assigned
	case CalledFor:
		a.Outcome = OutcomeCallback
	default:
		a.Outcome, a.Agent = OutcomeEnded, e.Assigned
	}
	if e.Because != "" {
		a.Because = &e.Because
	}
	if e.Callback != "" {
		cb, err := load[callback](ctx, d.Table, keys.Callback(e.Callback))
		if err != nil {
			return a, err
		}
		a.Callback = &AnswerRecall{ID: e.Callback, NeedsContact: cb.value.NeedsContact}
	}
	if e.State == CalledFor {
		if snap == nil {
			var err error
			if snap, err = d.readDesk(ctx, e.Account); err != nil {
				return a, err
			}
		}
		a.NextAgentAt = snap.NextAgent(e.want(&snap.Account), now)
	}
	a.Say = say(a)
	return a, nil
}

// say is one sentence for the assistant to use. It names nobody but the agent who accepted.
func say(a Answer) string {
	switch a.Outcome {
	case OutcomeRinging:
		return "I am connecting you with a colleague, one moment please."
	case OutcomeAccepted:
		if a.Agent != nil && a.Agent.FirstName != "" {
			return "You are now connected with " + a.Agent.FirstName + "."
		}
		return "You are now connected with a colleague."
	case OutcomeEnded:
		return "This conversation with our team has ended."
	}
	if a.Callback != nil && a.Callback.NeedsContact {
		return "Nobody from our team is free right now. How can we reach you, by phone or e-mail?"
	}
	return "Nobody from our team is free right now. A colleague will get back to you."
}
