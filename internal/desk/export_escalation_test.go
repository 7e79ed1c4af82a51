package desk

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"slices"
	"time"

	"github.com/connectnow/backend/internal/keys"
	"github.com/connectnow/backend/internal/packed"
	"github.com/connectnow/backend/internal/table"
)

// TapTime is how long an offer stands beyond the end that phones are told.
const TapTime = tapTime

// Apart is this desk in a process of its own: what lands in one wakes nobody in another.
func (d *Desk) Apart() *Desk {
	other := *d
	other.landings = &landings{}
	return &other
}

// PassOffersOn has a member's offers go on, uncounted.
func (d *Desk) PassOffersOn(ctx context.Context, accountID, memberID string, before time.Time, note string) error {
	return d.passOffersOn(ctx, accountID, memberID, before, didWithdraw, note)
}

// EscalationState is what tests check of an escalation.
type EscalationState struct {
	Found    bool
	State    State
	OfferTo  string
	Offer    int
	Ticket   int64
	Assigned string
	Callback string
	Offers   []string // who was offered it, in order
	Events   []Event  // its history, without names
}

// Peek reads an escalation as it is stored.
func (d *Desk) Peek(ctx context.Context, accountID, id string) (EscalationState, error) {
	e, err := d.readEscalation(ctx, accountID, id)
	var p *Problem
	if errors.As(err, &p) && p.Class == NotFound {
		return EscalationState{}, nil
	}
	if err != nil {
		return EscalationState{}, err
	}
	s := EscalationState{Found: true, State: e.State, Callback: e.Callback}
	if e.Offer != nil {
		s.OfferTo, s.Offer, s.Ticket = e.Offer.Member, e.Offer.Number, e.Offer.Ticket
	}
	if e.Assigned != nil {
		s.Assigned = e.Assigned.ID
	}
	if err := d.readPast(ctx, id, e); err != nil {
		return s, err
	}
	for _, h := range slices.Concat(e.past, e.History) {
		s.Events = append(s.Events, Event{At: instant(h.At), What: h.What, MemberID: h.Member, Note: h.Note})
		if h.What == didOffer {
			s.Offers = append(s.Offers, h.Member)
		}
	}
	return s, nil
}

// Follows tells which escalation a request got that came while people were at its
// interaction; empty for others.
func (d *Desk) Follows(ctx context.Context, id string) (string, error) {
	p, err := load[pointer](ctx, d.Table, keys.Follows(id))
	return p.value.ID, err
}

// SetPieceSize has long conversations begin at n bytes.
func (d *Desk) SetPieceSize(n int) { d.piece = n }

// EscalateAs is Escalate under a given id, as by a rule of before.
func (d *Desk) EscalateAs(ctx context.Context, id string, r Request) error {
	_, err := d.escalate(ctx, &change{d: d, acc: r.AccountID, id: id}, r.Asked())
	return err
}

// EscalateAgain asks once more for what is stored under an id.
func (d *Desk) EscalateAgain(ctx context.Context, id string) error {
	kept, _, _, err := d.loadHead(ctx, id)
	if err != nil {
		return err
	}
	return d.EscalateAs(ctx, id, kept.Request)
}

// StoreAsBefore stores a request as versions did that knew no AsSent.
func (d *Desk) StoreAsBefore(ctx context.Context, id string, r Request) error {
	blob := packed.Encode(r.Conversation.Messages)
	sum := sha256.Sum256(blob)
	r.Conversation.Messages = nil
	front := packed.Encode(envelope{At: millis(d.Now()), Request: r})
	body := append(binary.AppendUvarint(nil, uint64(len(front))), front...)
	body = append(append(append(body, 0), keys.ID(sum[:])...), blob...)
	return d.Table.Write(ctx, table.Put(table.Item{Key: keys.Request(id), Body: body}, table.Condition{}))
}

// FillHistory gives an escalation a history as versions stored it that kept all in one item.
func (d *Desk) FillHistory(ctx context.Context, id string, events int, text func(n int) string) error {
	_, err := update(ctx, d, keys.Escalation(id), func(e *stored[escalation]) (bool, []table.Op, error) {
		for n := range events {
			e.value.log(d.Now(), didTransfer, "mem_gone", text(n))
		}
		return true, nil, nil
	})
	return err
}

// ForgetFrom has an escalation's offer as it was stored before it kept its department.
func (d *Desk) ForgetFrom(ctx context.Context, id string) error {
	_, err := update(ctx, d, keys.Escalation(id), func(s *stored[escalation]) (bool, []table.Op, error) {
		s.value.Offer.From = ""
		return true, nil, nil
	})
	return err
}

// Unlog has all events but the newest move out of the escalation's item.
func (d *Desk) Unlog(ctx context.Context, id string) error {
	return d.write(ctx, id, func(error) ([]table.Op, error) {
		e, err := load[escalation](ctx, d.Table, keys.Escalation(id))
		if err != nil {
			return nil, err
		}
		stored, ops := e.value.stowed(id, len(e.value.History))
		return append(ops, put(keys.Escalation(id), stored, table.AtVersion(e.version))), nil
	})
}

// Forget has the process know no account, as one that has just begun.
func (d *Desk) Forget() { d.rings = &memo[time.Duration]{} }

// Know has the process think that it rings so long in an account.
func (d *Desk) Know(acc string, rings time.Duration) { d.rings.keep(acc, rings) }
