package desk_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/table"
)

// sized watches the items of callbacks and escalations that are written.
type sized struct {
	table.Table
	largest map[string]int // of the sort key's first part
	limits  int
	written map[string]bool // callbacks of which something was, since the last check
}

func (s *sized) Write(ctx context.Context, ops ...table.Op) error {
	for _, op := range ops {
		old := bytes.Contains(op.Item.Body, []byte(`"at":[`)) // stored by StoreOldCallback
		if !strings.HasPrefix(op.Item.Key.Partition, "cb_") {
			continue
		}
		s.written[op.Item.Key.Partition] = true
		if !old {
			kind, _, _ := strings.Cut(op.Item.Key.Sort, "/")
			s.largest[kind] = max(s.largest[kind], len(op.Item.Body))
		}
	}
	err := s.Table.Write(ctx, ops...)
	if errors.Is(err, table.ErrLimit) {
		s.limits++
	}
	return err
}

// No sequence of calls about callbacks with the longest texts brings a size error out of a
// Write, and nobody's contact is on another's entry or callback.
func TestLedgerNeverFills(t *testing.T) {
	unraced(t)
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		tbl := &sized{largest: map[string]int{}, written: map[string]bool{}}
		w := newWorld(t, worldOptions{agents: 2, record: func(inner table.Table) table.Table { tbl.Table = inner; return tbl }})
		for _, id := range w.agents {
			w.offline(id)
		}
		l := ledger{world: w, dep2: w.department("Support"), given: map[string][]string{}}
		rt.Repeat(map[string]func(*rapid.T){
			"asks":     l.asks,
			"contact":  l.contact,
			"withdraw": l.withdraw,
			"holds":    l.holds,
			"attempts": l.attempts,
			"ends":     l.ends,
			"helps":    l.helps,
			"older":    l.older,
			"time":     func(*rapid.T) { w.clock.Advance(time.Minute) },
			"":         func(rt *rapid.T) { l.check(rt, tbl) },
		})
	})
}

// ledger does to callbacks whatever there is.
type ledger struct {
	world *world
	dep2  string
	n     int
	cbs   []string
	given map[string][]string // contacts by interaction
}

func (l *ledger) customer(rt *rapid.T, interaction string) desk.Customer {
	c := desk.Customer{
		Name:   rapid.SampledFrom([]string{"", "Meera", longest(64)}).Draw(rt, "name"),
		Phone:  rapid.SampledFrom([]string{"", "+4930100001", "+4930100002", "+5215512345678", "+525512345678"}).Draw(rt, "phone"),
		Email:  rapid.SampledFrom([]string{"", "a@example.com", strings.Repeat("b", 240) + "@example.com"}).Draw(rt, "email"),
		Locale: longest(64), TimeZone: longest(64),
	}
	l.given[interaction] = append(l.given[interaction], c.Phone, c.Email)
	return c
}

func (l *ledger) asks(rt *rapid.T) {
	l.n++
	r := l.world.request(l.n)
	r.InteractionID = fmt.Sprint("conv-", rapid.IntRange(0, 9).Draw(rt, "conversation"))
	r.DepartmentID = rapid.SampledFrom([]string{l.world.dep, l.dep2, ""}).Draw(rt, "department")
	r.Conversation.Summary = longest(1000)
	r.Customer = l.customer(rt, r.InteractionID)
	a, err := l.world.Escalate(l.world.ctx, r.Asked())
	l.fine(rt, err)
	if a.Callback != nil && !slices.Contains(l.cbs, a.Callback.ID) {
		l.cbs = append(l.cbs, a.Callback.ID)
	}
}

// fine fails unless err is a problem that a caller can do something about.
func (l *ledger) fine(rt *rapid.T, err error) {
	if p := (*desk.Problem)(nil); err != nil && !errors.As(err, &p) {
		rt.Fatalf("an internal error: %v", err)
	}
}

func (l *ledger) one(rt *rapid.T) string {
	if len(l.cbs) == 0 {
		rt.Skip("no callback yet")
	}
	return rapid.SampledFrom(l.cbs).Draw(rt, "callback")
}

func (l *ledger) contact(rt *rapid.T) {
	interaction := fmt.Sprint("conv-", rapid.IntRange(0, 9).Draw(rt, "conversation"))
	about := desk.About{InteractionID: interaction}
	if rapid.Bool().Draw(rt, "by callback") {
		about.CallbackID = l.one(rt)
	}
	_, err := l.world.Contact(l.world.ctx, l.world.acc, about, l.customer(rt, interaction))
	l.fine(rt, err)
}

func (l *ledger) withdraw(rt *rapid.T) {
	_, err := l.world.Withdraw(l.world.ctx, l.world.acc, desk.About{InteractionID: fmt.Sprint("conv-", rapid.IntRange(0, 9).Draw(rt, "conversation"))})
	l.fine(rt, err)
}

func (l *ledger) member(rt *rapid.T) desk.Caller {
	return rapid.SampledFrom([]desk.Caller{l.world.admin, l.world.staff(l.world.agents[0]), l.world.staff(l.world.agents[1])}).Draw(rt, "by")
}

func (l *ledger) holds(rt *rapid.T) {
	id, by := l.one(rt), l.member(rt)
	var err error
	if rapid.Bool().Draw(rt, "claim") {
		_, err = l.world.ClaimCallback(l.world.ctx, by, id)
	} else {
		_, err = l.world.ReleaseCallback(l.world.ctx, by, id)
	}
	l.fine(rt, err)
}

func (l *ledger) attempts(rt *rapid.T) {
	_, err := l.world.AttemptCallback(l.world.ctx, l.member(rt), l.one(rt), desk.NewAttempt{Outcome: "wrong_number", Note: longest(1000)})
	l.fine(rt, err)
}

func (l *ledger) ends(rt *rapid.T) {
	end := desk.Ending{Note: longest(1000), EntriesSeen: ptr(rapid.IntRange(0, 90).Draw(rt, "seen"))}
	_, err := l.world.DismissCallback(l.world.ctx, l.member(rt), l.one(rt), end)
	l.fine(rt, err)
}

// helps has an agent take a conversation up again and resolve it, or not after all.
func (l *ledger) helps(rt *rapid.T) {
	agent := l.world.agents[0]
	l.world.online(agent)
	defer l.world.offline(agent)
	l.n++
	r := l.world.request(l.n)
	r.InteractionID = fmt.Sprint("conv-", rapid.IntRange(0, 9).Draw(rt, "conversation"))
	r.Customer = l.customer(rt, r.InteractionID)
	a, err := l.world.Escalate(l.world.ctx, r.Asked())
	l.fine(rt, err)
	if a.Outcome != desk.OutcomeRinging {
		return
	}
	e := l.world.accept(agent, a.EscalationID)
	done := desk.Completion{Outcome: "resolved", Note: longest(1000)}
	for _, cb := range e.CustomerCallbacks[:min(len(e.CustomerCallbacks), 10)] {
		done.CallbackIDs = append(done.CallbackIDs, cb.ID)
	}
	_, err = l.world.Complete(l.world.ctx, l.world.staff(agent), a.EscalationID, done)
	l.fine(rt, err)
	if rapid.Bool().Draw(rt, "corrected") {
		_, err = l.world.Complete(l.world.ctx, l.world.staff(agent), a.EscalationID, desk.Completion{Outcome: "hand_back", Note: longest(1000)})
		l.fine(rt, err)
	}
}

// older makes a callback of one conversation look as an older version stored it.
func (l *ledger) older(rt *rapid.T) {
	if id := l.one(rt); l.world.callback(id).EntriesCount == 1 {
		l.world.StoreOldCallback(id, rapid.SampledFrom([]int{1, 2, 79, 400}).Draw(rt, "escalations"), rapid.IntRange(0, 90).Draw(rt, "tries"))
	}
}

func (l *ledger) check(rt *rapid.T, tbl *sized) {
	if tbl.limits > 0 {
		rt.Fatalf("%d Writes were beyond the limits", tbl.limits)
	}
	for kind, size := range tbl.largest {
		if size > 8<<10 && kind != "before" {
			rt.Fatalf("a callback's %s has %d bytes", kind, size)
		}
	}
	for _, id := range l.cbs {
		if !tbl.written[id] {
			continue
		}
		if to := l.world.callback(id).JoinedTo; to != nil {
			tbl.written[*to] = true // which tells of it, too
		}
	}
	for _, id := range l.cbs {
		if !tbl.written[id] {
			continue
		}
		cb := l.world.callback(id)
		says := cb.Entries
		if first := cb.Entries[0]; first.EscalationID == cb.EscalationIDs[0] && first.InteractionID != "" {
			says = append(says, desk.Entry{InteractionID: first.InteractionID, Customer: cb.Customer})
		}
		for _, e := range says {
			for _, contact := range []string{e.Customer.Phone, e.Customer.Email} {
				if contact != "" && !slices.Contains(l.given[e.InteractionID], contact) {
					rt.Fatalf("%s has %s for %s, which never gave it", id, contact, e.InteractionID)
				}
			}
		}
	}
	clear(tbl.written)
}
