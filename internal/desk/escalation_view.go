package desk

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/connectnow/backend/internal/keys"
	"github.com/connectnow/backend/internal/roster"
	"github.com/connectnow/backend/internal/table"
)

// Offer is one agent's turn at an escalation. RingingSeconds counts down also on a phone
// whose clock is wrong.
type Offer struct {
	Number         int        `json:"number"`
	CallID         string     `json:"callId"` // see CallID
	MemberID       string     `json:"memberId"`
	FirstName      string     `json:"firstName"`
	RingingUntil   time.Time  `json:"ringingUntil"`
	RingingSeconds int        `json:"ringingSeconds"` // what is left now
	SeenAt         *time.Time `json:"seenAt"`
}

// Event is one entry of an escalation's history. Its What is one of the words in
// escalation.go, such as offered.
type Event struct {
	At        time.Time `json:"at"`
	What      string    `json:"what"`
	MemberID  string    `json:"memberId,omitempty"`
	FirstName *string   `json:"firstName"`
	Note      string    `json:"note,omitempty"`
}

// Escalation is one call or chat handed to people, as members see it.
type Escalation struct {
	ID             string          `json:"id"`
	InteractionID  string          `json:"interactionId"`
	State          State           `json:"state"`
	Channel        roster.Channel  `json:"channel"`
	Reason         Reason          `json:"reason"`
	ConditionID    string          `json:"conditionId"`
	DepartmentID   string          `json:"departmentId"`
	DepartmentName *string         `json:"departmentName"`
	Customer       Customer        `json:"customer"`
	Summary        string          `json:"summary"`
	Intent         string          `json:"intent"`
	Offer          *Offer          `json:"offer"`
	AssignedTo     *Agent          `json:"assignedTo"`
	Because        *roster.Because `json:"because"`
	CallbackID     *string         `json:"callbackId"`
	Connect        *Connect        `json:"connect"`
	Drill          bool            `json:"drill"`
	Outcome        *string         `json:"outcome"`
	Note           *string         `json:"note"`
	Verdict        *string         `json:"verdict"`
	CreatedAt      time.Time       `json:"createdAt"`
	AcceptedAt     *time.Time      `json:"acceptedAt"`
	EndedAt        *time.Time      `json:"endedAt"`
	History        []Event         `json:"history"`
	Conversation   *Conversation   `json:"conversation,omitempty"`
	// CustomerCallbacks are the customer's callbacks in the caller's sight, the 20 newest. It is
	// nil in lists, and empty when there are none.
	CustomerCallbacks []CustomerCallback `json:"customerCallbacks,omitzero"`
}

// Escalation gives one escalation with its conversation. Problem not-found also for staff
// whom it does not concern, and who may not see its callback either.
func (d *Desk) Escalation(ctx context.Context, by Caller, id string) (Escalation, error) {
	e, err := d.readEscalation(ctx, by.AccountID, id)
	if err != nil {
		return Escalation{}, err
	}
	sees, err := d.sees(ctx, by, id, e)
	if err != nil {
		return Escalation{}, err
	}
	if !sees {
		return Escalation{}, notFound("escalation")
	}
	d.wakeOverdue(ctx, id, e)
	d.noteSign(ctx, by.MemberID, id, e)
	return d.viewWithCallbacks(ctx, by, id, e, true, nil)
}

// Receipt is a receipt with the names of whom it tells.
type Receipt struct {
	roster.Receipt
	DepartmentName *string     `json:"departmentName"` // of the rotation; null for everyone's
	Candidates     []Candidate `json:"candidates"`
}

// Candidate is one member in a receipt, with the name.
type Candidate struct {
	roster.Candidate
	FirstName *string `json:"firstName"`
}

// Receipts tells how each turn of an escalation was dealt, the first one first. They stay
// as they were written: a member who has been removed since is still in them.
func (d *Desk) Receipts(ctx context.Context, by Caller, id string) ([]Receipt, error) {
	e, err := d.readEscalation(ctx, by.AccountID, id)
	if err != nil {
		return nil, err
	}
	items, err := d.receipts(ctx, id, e)
	if err != nil {
		return nil, err
	}
	receipts := make([]Receipt, len(items))
	var blanks []blank
	for i, it := range items {
		r := &receipts[i]
		if r.Receipt, err = roster.DecodeReceipt(it); err != nil {
			return nil, err
		}
		if strings.HasPrefix(r.Asked, "dep_") {
			blanks = append(blanks, blank{r.Asked, &r.DepartmentName})
		}
		r.Candidates = make([]Candidate, len(r.Receipt.Candidates))
		for j, c := range r.Receipt.Candidates {
			r.Candidates[j].Candidate = c
			blanks = append(blanks, blank{c.MemberID, &r.Candidates[j].FirstName})
		}
	}
	return receipts, d.directory(ctx, by.AccountID).fill(blanks...)
}

// escalationView is an escalation as members see it.
func (d *Desk) escalationView(ctx context.Context, id string, e *escalation, whole bool) (Escalation, error) {
	return d.namedView(ctx, d.directory(ctx, e.Account), id, e, whole, nil)
}

// namedView is escalationView with the names of an answer that shows others, too. Known is what was
// asked, without the conversation, where that was read.
func (d *Desk) namedView(ctx context.Context, names *directory, id string, e *escalation, whole bool, known *envelope) (Escalation, error) {
	var env envelope
	var v Escalation
	var added []table.Item
	notes := notesInList
	if whole {
		notes = notesInView
	}
	// None of these needs another.
	err := together(
		func() (err error) {
			var found bool
			switch {
			case whole:
				env, found, err = d.loadRequest(ctx, id)
			case known != nil:
				env, found = *known, true
			default:
				env, _, found, err = d.loadHead(ctx, id)
			}
			if err == nil && !found {
				err = errors.New("its request is missing")
			}
			return err
		},
		func() error { return d.tellHistory(ctx, names, id, e, notes, &v) },
		func() (err error) {
			if o := e.Offer; o != nil && e.State.Open() {
				v.Offer, err = d.offerView(ctx, id, o)
			}
			return err
		},
		func() (err error) {
			if whole {
				added, err = d.additions(ctx, id)
			}
			return err
		},
	)
	if err != nil {
		return Escalation{}, fmt.Errorf("reading escalation %s: %w", id, err)
	}
	v.tell(id, e, &env.Request)
	if whole {
		v.Conversation, err = conversation(id, env, added)
	}
	return v, err
}

// tellHistory fills in the history and the names.
func (d *Desk) tellHistory(ctx context.Context, names *directory, id string, e *escalation, notes int, v *Escalation) (err error) {
	if v.History, err = d.history(ctx, id, e, notes); err != nil {
		return err
	}
	blanks := []blank{{e.Department, &v.DepartmentName}}
	for i := range v.History {
		blanks = append(blanks, blank{v.History[i].MemberID, &v.History[i].FirstName})
	}
	return names.fill(blanks...)
}

// tell fills in what the escalation and its request say by themselves.
func (v *Escalation) tell(id string, e *escalation, r *Request) {
	v.ID, v.InteractionID, v.State, v.Channel, v.Reason, v.ConditionID, v.DepartmentID = id, e.Interaction, e.State, e.Channel, e.Reason, r.ConditionID, e.Department
	v.Customer, v.Summary, v.Intent, v.AssignedTo = r.Customer, r.Conversation.Summary, r.Conversation.Intent, e.Assigned
	v.CallbackID, v.Connect, v.Drill = optional(e.Callback), r.Connect, e.Drill
	v.Outcome, v.Note, v.Verdict = optional(e.Outcome), optional(e.Note), optional(e.Verdict)
	v.CreatedAt, v.AcceptedAt, v.EndedAt = instant(e.Created), moment(e.Accepted), moment(e.Ended)
	if e.Because != "" {
		v.Because = &e.Because
	}
}

func (d *Desk) offerView(ctx context.Context, id string, o *offer) (*Offer, error) {
	s, err := load[seen](ctx, d.Table, keys.Seen(id, o.Number))
	return o.view(id, s.value.At, d.Now()), err
}

// view is an offer as it is shown; seen is when it was seen, or 0.
func (o *offer) view(id string, seen int64, now time.Time) *Offer {
	until := instant(o.Until)
	return &Offer{
		Number: o.Number, CallID: CallID(id, o.Number), MemberID: o.Member, FirstName: o.Name, RingingUntil: until,
		RingingSeconds: ceilSeconds(until.Sub(now)), SeenAt: moment(seen),
	}
}
