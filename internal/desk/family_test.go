package desk_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/connectnow/backend/internal/desk"
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
	found := desk.FamiliesOf(key)
	if len(found) != 1 {
		k.t.Errorf("key %q is of %d families: %v", key, len(found), found)
		return false
	}
	return found[0].Expires
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
		for _, f := range desk.FamiliesOf(key) {
			k.wrote.Store(f.Name, true)
		}
	}
}

// Whoever adds a kind of items says whose data is in it and how long it is kept.
func TestEveryFamilyHasItsAnswers(t *testing.T) {
	var names []string
	for _, f := range desk.Families() {
		if f.Name == "" || slices.Contains(names, f.Name) {
			t.Errorf("the name %q is missing or there twice", f.Name)
		}
		names = append(names, f.Name)
		if !slices.Contains([]string{"nobody", "customer", "member", "customer and member"}, f.Personal) {
			t.Errorf("%s: personal data of %q", f.Name, f.Personal)
		}
		if f.Kept == "" || f.Expires != (f.Kept == "expires") {
			t.Errorf("%s: kept %q, expires: %t", f.Name, f.Kept, f.Expires)
		}
		for _, pattern := range []string{f.Partition, f.Sort} {
			if _, behind, outside := strings.Cut(pattern, "<"); pattern == "" || outside && strings.Index(behind, ">") != len(behind)-1 {
				t.Errorf("%s: the pattern %q", f.Name, pattern)
			}
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
	_, err := w.Append(w.ctx, w.acc, a.EscalationID, []desk.ChatMessage{{From: "customer", Text: "Thank you"}})
	must(t, err)
	w.complete(a.Agent.ID, a.EscalationID)

	// One that becomes a callback.
	w.end(w.ring(w.call(3)).EscalationID)
	for _, id := range w.agents {
		w.offline(id)
	}
	w.escalate(w.request(4))

	// A shift that ends, a password, and an answer that is kept.
	w.online(agent)
	w.schedule(agent, workdays)
	w.until(berlin(23, 17, 1))
	m, err := w.CreateMember(w.ctx, w.admin, desk.NewMember{
		FirstName: "Dora", LastName: "Test", Email: "dora@example.com", Role: desk.RoleStaff, DepartmentIDs: []string{w.dep}, Password: "Correct-horse-1",
	})
	must(t, err)
	must(t, w.SetPassword(w.ctx, w.admin, m.ID, "Correct-horse-2"))
	must(t, w.KeepAnswer(w.ctx, w.admin, "key", []byte("print"), []byte("answer")))

	for _, f := range desk.Families() {
		if _, ok := wrote.Load(f.Name); !ok {
			t.Errorf("nothing of the family %q is written", f.Name)
		}
	}
}

// Errors end in logs, and name keys.
func TestNamedKeysHoldNothingPersonal(t *testing.T) {
	const acc, mem = "acc_aaaaaaaaaaaa", "mem_aaaaaaaaaaaa"
	for _, c := range []struct {
		name string
		key  table.Key
		want string
	}{
		{"an escalation", table.Key{Partition: "esc_aaaaaaaaaaaa", Sort: "state"}, "esc_aaaaaaaaaaaa state"},
		{"a desk row", table.Key{Partition: acc + "/desk", Sort: "mem/" + mem}, acc + "/desk mem/" + mem},
		{"an e-mail", table.Key{Partition: "email/secret@example.com", Sort: "member"}, "email/… member"},
		{"a phone number", table.Key{Partition: acc + "/customer/+49secret", Sort: "open/dep_aaaaaaaaaaaa"}, acc + "/customer/… open/dep_aaaaaaaaaaaa"},
		{"a contact with slashes", table.Key{Partition: acc + "/customer/secret/x@example.com", Sort: "open/"}, acc + "/customer/… open/"},
		{"an interaction", table.Key{Partition: acc + "/interaction/secret", Sort: "callback/cb_aaaaaaaaaaaa"}, acc + "/interaction/… callback/cb_aaaaaaaaaaaa"},
		{"a department's name", table.Key{Partition: acc + "/names", Sort: "secret/2"}, acc + "/names …"},
		{"a kept answer", table.Key{Partition: mem, Sort: "kept/secret"}, mem + " kept/…"},
		{"a phone's address", table.Key{Partition: "push/arn:aws:sns:secret/1", Sort: "holder"}, "push/… holder"},
		{"what nobody knows", table.Key{Partition: "secret", Sort: "secret"}, "a key of no family"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := desk.Named(c.key); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}
