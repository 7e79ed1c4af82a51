package desk

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/connectnow/backend/internal/keys"
	"github.com/connectnow/backend/internal/roster"
	"github.com/connectnow/backend/internal/table"
)

// A customer who writes to the agent that accepted, and gets no word, may be left alone: a lid
// was closed, a battery is empty. The first message that waits leaves a mark beside the
// escalation; a word of the agent, or any sign of them, takes it away. While it is there the
// agent is told after two minutes, who manages after ten, and work that times out with it
// becomes a callback.
const (
	agentTold    = 2 * time.Minute
	managersTold = 10 * time.Minute
)

// silence is the mark as stored: {"t":1795428060000,"m":"ov56pijncvo4"}.
type silence struct {
	At   int64  `json:"t"`           // of the first message that waits
	Mark string `json:"m"`           // tells it from one that was answered
	Told int    `json:"n,omitempty"` // looks at which somebody could be told
}

// lastWord is who of customer and agent spoke last in what is added; empty where neither did.
func lastWord(messages []ChatMessage) string {
	for _, m := range slices.Backward(messages) {
		if m.From == fromCustomer || m.From == fromAgent {
			return m.From
		}
	}
	return ""
}

// Who speaks in a conversation, but for the assistant.
const (
	fromCustomer = "customer"
	fromAgent    = "agent"
)

// unanswered is what an addition does to the mark, decided anew at each try of its Write.
type unanswered struct {
	d        *Desk
	acc, id  string
	word     string // whose the last word is; empty where the mark stays as it is
	mark     string // of the one to be put
	at       time.Time
	timed    bool // its look was sent for
	existing stored[silence]
}

// unansweredBy is what messages mean for the mark of an escalation. Only active work has an agent
// who could answer.
func (d *Desk) unansweredBy(id string, e *escalation, messages []ChatMessage) (*unanswered, error) {
	w := &unanswered{d: d, acc: e.Account, id: id, at: d.Now()}
	if e.State != Active || e.Drill {
		return w, nil
	}
	w.word = lastWord(messages)
	var err error
	w.mark, err = d.newID("")
	return w, err
}

// read reads the mark.
func (w *unanswered) read(ctx context.Context) (err error) {
	if w.word != "" {
		w.existing, err = load[silence](ctx, w.d.Table, keys.Waits(w.id))
	}
	return err
}

// ops belong into the Write of the addition. The look is sent for before it; should that fail,
// the customer's next message sends for it, and they are still called back when the work times
// out.
func (w *unanswered) ops(ctx context.Context) []table.Op {
	k := keys.Waits(w.id)
	switch {
	case w.word == fromAgent && w.existing.found():
		return []table.Op{table.Delete(k, table.AtVersion(w.existing.version))}
	case w.word == fromCustomer && w.existing.found():
		w.mend(ctx)
		return nil
	case w.word != fromCustomer:
		return nil
	}
	if !w.timed {
		w.timed = true
		if err := w.d.sendSilent(ctx, w.acc, w.id, w.mark, w.at.Add(agentTold)); err != nil {
			w.d.Log.WarnContext(ctx, "timer not sent: nobody is told that a customer waits", "escalation", w.id, "error", err)
		}
	}
	return []table.Op{put(k, silence{At: millis(w.at), Mark: w.mark}, table.Absent)}
}

// mend sends for the look again that should have come long ago.
func (w *unanswered) mend(ctx context.Context) {
	s := &w.existing.value
	at := instant(s.At).Add(agentTold)
	if s.Told == 1 {
		at = instant(s.At).Add(managersTold)
	}
	if w.timed || s.Told > 1 || w.at.Before(at.Add(overdue)) {
		return
	}
	w.timed = true
	if err := w.d.sendSilent(ctx, w.acc, w.id, s.Mark, at); err != nil {
		w.d.Log.WarnContext(ctx, "timer not sent: nobody is told that a customer waits", "escalation", w.id, "error", err)
	}
}

// sendSilent sends for a look at whether a customer still waits.
func (d *Desk) sendSilent(ctx context.Context, acc, id, mark string, at time.Time) error {
	return d.send(ctx, at, Message{Kind: WakeSilent, AccountID: acc, EscalationID: id, Mark: mark, Due: at})
}

// noteSign takes the mark away: the agent has given a sign. Only active work of theirs has one.
// One that cannot be taken away costs them a push too many.
func (d *Desk) noteSign(ctx context.Context, member, id string, e *escalation) {
	if e.State != Active || !e.assignedTo(member) {
		return
	}
	w, err := load[silence](ctx, d.Table, keys.Waits(id))
	if err == nil && w.found() {
		err = d.unmark(ctx, id, w.version)
	}
	d.markStays(ctx, member, id, err)
}

// unmark takes the mark of that version away.
func (d *Desk) unmark(ctx context.Context, id string, version int64) error {
	return d.Table.Write(ctx, table.Delete(keys.Waits(id), table.AtVersion(version)))
}

// markStays logs why the mark could not be taken away.
func (d *Desk) markStays(ctx context.Context, member, id string, err error) {
	if err != nil && !again(err) {
		d.Log.WarnContext(ctx, "customer still marked as waiting: the agent's next call does it", "escalation", id, "member", member, "error", err)
	}
}

// wakeSilent looks whether the customer still waits, and tells the agent where they are not
// there, or ten minutes after the first message who manages. That somebody was told is written
// first: a crash loses a push, and a message that comes twice sends none.
func (d *Desk) wakeSilent(ctx context.Context, m Message) error {
	if d.Now().Before(m.Due) {
		return d.send(ctx, m.Due, m)
	}
	e, err := d.readEscalation(ctx, m.AccountID, m.EscalationID)
	if IsProblem(err, "not-found") {
		return nil
	}
	if err != nil || e.State != Active || e.Assigned == nil {
		return err
	}
	look, err := d.noteLook(ctx, m)
	if err != nil || look == 0 {
		return err
	}
	d.tellThatCustomerWaits(ctx, m, e, look)
	return nil
}

// noteLook notes in the mark that somebody is told by this look, the first or the second, and
// sends for the second. It is 0 when there is nobody to tell: the mark is another one, or an
// earlier message did it.
func (d *Desk) noteLook(ctx context.Context, m Message) (look int, err error) {
	k, unsure := keys.Waits(m.EscalationID), false
	err = d.write(ctx, keys.Named(k), func(failed error) ([]table.Op, error) {
		unsure = unsure || errors.Is(failed, table.ErrOutcomeUnknown)
		look = 0
		s, err := load[silence](ctx, d.Table, k)
		if err != nil || s.value.Mark != m.Mark {
			return nil, err
		}
		this := 2
		if last := instant(s.value.At).Add(managersTold); m.Due.Before(last) {
			this = 1
			if err := d.sendSilent(ctx, m.AccountID, m.EscalationID, m.Mark, last); err != nil {
				return nil, err
			}
		}
		if s.value.Told >= this {
			if unsure && s.value.Told == this { // by a try before
				look = this
			}
			return nil, nil
		}
		look, s.value.Told = this, this
		return []table.Op{put(k, s.value, table.AtVersion(s.version))}, nil
	})
	return look, err
}

// tellThatCustomerWaits tells whom the look is for. What cannot be told is in the log.
func (d *Desk) tellThatCustomerWaits(ctx context.Context, m Message, e *escalation, look int) {
	s, err := d.readDesk(ctx, m.AccountID)
	var to []*roster.Row
	if err == nil {
		to, err = d.whoMinds(ctx, s, e.Assigned.ID, look)
	}
	if err != nil {
		d.Log.WarnContext(ctx, "push not sent: it cannot be read whom a waiting customer concerns", "escalation", m.EscalationID, "error", err)
	}
	n := Notice{Kind: NoticeWaits, EscalationID: m.EscalationID, Channel: e.Channel}
	_ = inParallel(len(to), func(i int) error {
		d.push(ctx, m.AccountID, to[i].ID, n, nil)
		return nil
	})
}

// whoMinds is whom a customer concerns who waits for the agent: at the first look the agent,
// unless they are there and will see it; at the second those who manage and are there.
func (d *Desk) whoMinds(ctx context.Context, s *roster.Roster, agent string, look int) ([]*roster.Row, error) {
	now := d.Now()
	if look == 1 {
		if r := s.Row(agent); r != nil && !r.There(&s.Account, now) {
			return []*roster.Row{r}, nil
		}
		return nil, nil
	}
	there := slices.DeleteFunc(slices.Clone(s.Rows), func(r *roster.Row) bool { return r.ID == agent || !r.There(&s.Account, now) })
	return d.managers(ctx, &s.Account, there)
}

// timeOut ends work that has been open for too long. With a customer who waits for a word a
// callback is registered; the mark is held in the same Write, so that neither a message nor an
// answer that comes meanwhile is lost.
func (c *change) timeOut(ctx context.Context) (*step, error) {
	k := keys.Waits(c.id)
	w, err := load[silence](ctx, c.d.Table, k)
	if err != nil {
		return nil, err
	}
	s := c.cur.complete(Completion{Outcome: outcomeTimedOut}, "", c.now)
	if !w.found() {
		s.beside = append(s.beside, table.Check(k, table.Absent))
		return s, nil
	}
	s.beside = append(s.beside, table.Delete(k, table.AtVersion(w.version)))
	if c.cur.Callback == "" {
		s.callback, s.because = true, roster.TimedOut
	}
	return s, nil
}
