package desk_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/keys"
	"github.com/connectnow/backend/internal/roster"
	"github.com/connectnow/backend/internal/table"
)

// keyed is around the table of every world and wants each key that is written, deleted or
// found to be of one family, and what is written to expire if the family says so.
type keyed struct {
	table.Table
	t     testing.TB
	wrote *sync.Map // by family
}

func (k keyed) family(key table.Key) (expires bool) {
	found := familiesOf(key)
	if len(found) != 1 {
		k.t.Errorf("key %q is of %d families: %v", key, len(found), found)
		return false
	}
	return found[0].Kept.After > 0
}

// familiesBySort are the families by the first byte of their sort keys, since every read of
// every test asks for that of each item. Where that came from outside they are under each.
var familiesBySort = func() (by [256][]keys.Family) {
	for _, f := range keys.Families() {
		for c := range by {
			if strings.ContainsAny(f.Sort[:1], "{<") || int(f.Sort[0]) == c {
				by[c] = append(by[c], f)
			}
		}
	}
	return by
}()

// familiesOf are all families that a key fits.
func familiesOf(key table.Key) (found []*keys.Family) {
	if key.Sort == "" {
		return nil
	}
	some := familiesBySort[key.Sort[0]]
	for i := range some {
		if some[i].Has(key) {
			found = append(found, &some[i])
		}
	}
	return found
}

// Get implements table.Table.
func (k keyed) Get(ctx context.Context, key table.Key) (table.Item, bool, error) {
	it, found, err := k.Table.Get(ctx, key)
	if found { // callers may ask for whatever they like
		k.family(key)
	}
	return it, found, err
}

// Query implements table.Table.
func (k keyed) Query(ctx context.Context, r table.Range) ([]table.Item, error) {
	items, err := k.Table.Query(ctx, r)
	for _, it := range items {
		k.family(it.Key)
	}
	return items, err
}

// Write implements table.Table.
func (k keyed) Write(ctx context.Context, ops ...table.Op) error {
	for _, op := range ops {
		expires := k.family(op.Item.Key)
		if op.Kind != table.OpPut {
			continue
		}
		k.note(op.Item.Key)
		if expires == op.Item.Expires.IsZero() {
			k.t.Errorf("%q is written to expire at %v; by its family it does: %t", op.Item.Key, op.Item.Expires, expires)
		}
	}
	return k.Table.Write(ctx, ops...)
}

// Increment implements table.Table.
func (k keyed) Increment(ctx context.Context, key table.Key, now time.Time) (int64, time.Time, error) {
	k.family(key)
	k.note(key)
	return k.Table.Increment(ctx, key, now)
}

func (k keyed) note(key table.Key) {
	if k.wrote != nil {
		for _, f := range familiesOf(key) {
			k.wrote.Store(f.Name, true)
		}
	}
}

// One world in which items of all families are written: none of them is there in vain.
func TestEveryFamilyIsWritten(t *testing.T) {
	t.Parallel()
	var wrote sync.Map
	w := newWorld(t, worldOptions{agents: 2, record: func(inner table.Table) table.Table {
		return keyed{inner, t, &wrote}
	}})
	w.SetPieceSize(50)
	agent := w.agents[0]
	w.phone(agent)
	for range 2 {
		must(t, w.TestDevice(w.ctx, w.staff(agent), w.deviceIDs(agent)[0]))
	}

	// An escalation that is seen, taken, added to and completed.
	long := w.request(1)
	for i := range 20 {
		long.Conversation.Messages = append(long.Conversation.Messages, desk.ChatMessage{From: "customer", Text: fmt.Sprint("No. ", i*i*i)})
	}
	a := w.ring(long)
	w.seen(a.EscalationID)
	again := w.request(2)
	again.InteractionID = long.InteractionID
	w.escalate(again) // follows the first
	w.accept(a.Agent.ID, a.EscalationID)
	_, err := w.Append(w.ctx, w.acc, a.EscalationID, "req-2", []desk.ChatMessage{{From: "customer", Text: "Thank you"}})
	must(t, err)
	must(t, w.FillHistory(w.ctx, a.EscalationID, 40, func(n int) string { return fmt.Sprint(n) }))
	_, err = w.Transfer(w.ctx, w.staff(a.Agent.ID), a.EscalationID, desk.Transfer{DepartmentID: w.dep, Note: longestText(1)})
	must(t, err)
	w.complete(a.Agent.ID, a.EscalationID)

	_, err = w.Drill(w.ctx, w.admin, "", desk.Drill{Channel: roster.Chat})
	must(t, err)
	w.pass(time.Hour)

	// One that becomes a callback.
	w.end(w.ring(w.call(3)).EscalationID)
	for _, id := range w.agents {
		w.offline(id)
	}
	id := w.miss(w.request(4)).Callback.ID
	w.StoreOldCallback(id, 1, 1)
	_, err = w.AttemptCallback(w.ctx, w.admin, id, desk.NewAttempt{Outcome: "busy"})
	must(t, err)

	// A shift that ends, one that begins without its agent, a password, and an answer that is kept.
	w.online(agent)
	w.schedule(agent, workdays)
	w.schedule(w.agents[1], "Europe/Berlin 12345/1700-2000")
	w.until(berlin(23, 17, 1))
	m, err := w.CreateMember(w.ctx, w.admin, desk.NewMember{
		FirstName: "Dora", LastName: "Test", Email: "dora@example.com", Role: desk.RoleStaff, DepartmentIDs: []string{w.dep}, Password: "Correct-horse-1",
	})
	must(t, err)
	must(t, w.SetPassword(w.ctx, w.admin, m.ID, "Correct-horse-2"))
	dora := desk.Credentials{Email: "dora@example.com", Password: "Correct-horse-2", Visitor: desk.Visitor{Network: "192.0.2.0/24"}}
	in, _, err := w.SignIn(w.ctx, dora)
	must(t, err)
	dora.Visitor.DeviceSecret = in.DeviceSecret
	_, _, err = w.SignIn(w.ctx, dora)
	must(t, err)
	dora.Password, dora.Visitor.DeviceSecret = "wrong", ""
	_, _, err = w.SignIn(w.ctx, dora)
	wantProblem(t, err, "wrong-credentials")
	dora.Email = "nobody@example.com"
	_, _, err = w.SignIn(w.ctx, dora)
	wantProblem(t, err, "wrong-credentials")
	must(t, w.ForgotPassword(w.ctx, "agent0@example.com"))
	w.pass(0)
	_, err = w.PatchMember(w.ctx, w.admin, m.ID, desk.MemberPatch{Email: ptr("dora2@example.com")})
	must(t, err)
	must(t, w.DeleteMember(w.ctx, w.admin, m.ID)) // leaves the name behind
	for range 6 {                                 // more than a quarter of what there may be in an hour
		k, err := w.CreateAssistantKey(w.ctx, w.admin, "", "Shop", nil)
		must(t, err)
		must(t, w.DeleteAssistantKey(w.ctx, w.admin, k.ID))
	}
	_, err = w.CreateAssistantKey(w.ctx, w.admin, "", "Shop", nil)
	must(t, err)
	_, err = w.Connect(w.ctx, w.acc, desk.ConnectionConnect, "c8c0e68d-2200-4265-82c0-1234567890ab")
	must(t, err)
	_, err = w.PutAssistant(w.ctx, w.admin, desk.Assistant{Enabled: true, Duties: []desk.Duty{{Title: "Refunds"}}})
	must(t, err)
	must(t, w.KeepAnswer(w.ctx, w.admin, "key", []byte("print"), []byte("answer")))

	for _, f := range keys.Families() {
		if _, ok := wrote.Load(f.Name); !ok {
			t.Errorf("nothing of the family %q is written", f.Name)
		}
	}
}
