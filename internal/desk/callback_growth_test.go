package desk_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/table"
	"github.com/connectnow/backend/internal/table/fault"
)

// longest is a text of so many characters that takes the most room.
func longest(characters int) string { return strings.Repeat("\U0001f600", characters) }

// What an older version filled to the limit takes further conversations and attempts.
func TestOldCallbacks(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name                  string
		escalations, attempts int
		joins                 bool
	}{
		{"as registered", 1, 0, true},
		{"two escalations", 2, 0, true},
		{"with an attempt", 1, 1, true},
		{"102 attempts with notes of 1,000 emoji", 1, 90, true}, // of 4,126 bytes each
		{"as many as there may be", 79, 90, true},
		{"more than there may be", 80, 90, false},
		{"500 escalations", 500, 2, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := quiet(t)
			agent := w.staff(w.agents[0])
			ask := func(n int) string {
				r := w.request(n)
				r.Customer = desk.Customer{Phone: "+49301"}
				return w.miss(r).Callback.ID
			}
			id := ask(1)
			before := w.callback(id)
			w.StoreOldCallback(id, c.escalations, c.attempts)
			old := w.callback(id)
			if old.AttemptsCount != c.attempts || old.EntriesCount != c.escalations || len(old.EscalationIDs) != c.escalations ||
				len(old.Attempts) != min(c.attempts, 50) || len(old.Entries) != min(c.escalations, 50) {
				t.Fatalf("read: %d attempts, %d entries", old.AttemptsCount, old.EntriesCount)
			}
			for _, try := range old.Attempts { // by somebody whose name nobody knows any more
				if body, err := json.Marshal(try); err != nil || !strings.Contains(string(body), `"firstName":null,`) {
					t.Fatalf("attempt: got %s, %v", body, err)
				}
			}
			if last := old.Entries[len(old.Entries)-1]; last != before.Entries[0] {
				t.Errorf("its own entry: %+v, want %+v", last, before.Entries[0])
			}
			if got := ask(2); (got == id) != c.joins {
				t.Errorf("the next one joins: %t, want %t", got == id, c.joins)
			}
			_, err := w.ClaimCallback(w.ctx, agent, id)
			must(t, err)
			cb, err := w.AttemptCallback(w.ctx, agent, id, desk.NewAttempt{Outcome: "busy", Note: longest(1000)})
			must(t, err)
			if cb.AttemptsCount != c.attempts+1 || len(cb.Attempts) != min(c.attempts+1, 50) || cb.Attempts[len(cb.Attempts)-1].Note != longest(1000) {
				t.Errorf("attempts: %d, shown %d", cb.AttemptsCount, len(cb.Attempts))
			}
			cb, err = w.CompleteCallback(w.ctx, agent, id, desk.Ending{Note: "done"})
			must(t, err)
			want := c.escalations
			if c.joins {
				want++
			}
			if cb.State != "done" || cb.EntriesCount != want || len(cb.EscalationIDs) != want {
				t.Errorf("done: %d entries of %d escalations, want %d", cb.EntriesCount, len(cb.EscalationIDs), want)
			}
		})
	}
}

// Attempts without end: the head stays small, and the customer can come again.
func TestManyAttempts(t *testing.T) {
	unraced(t)
	t.Parallel()
	w := quiet(t)
	agent := w.staff(w.agents[0])
	r := w.request(1)
	id := w.miss(r).Callback.ID
	_, err := w.ClaimCallback(w.ctx, agent, id)
	must(t, err)
	for n := range 102 {
		_, err := w.AttemptCallback(w.ctx, agent, id, desk.NewAttempt{ID: fmt.Sprint(n), Outcome: "no_answer", Note: longest(1000)})
		must(t, err)
	}
	cb, err := w.AttemptCallback(w.ctx, agent, id, desk.NewAttempt{ID: "101", Outcome: "no_answer"}) // again
	if err != nil || cb.AttemptsCount != 102 {
		t.Errorf("repeated: %d attempts, %v", cb.AttemptsCount, err)
	}
	r.RequestID, r.InteractionID = "again", "again"
	if got := w.miss(r).Callback.ID; got != id {
		t.Errorf("the customer again: %s, want %s", got, id)
	}
	_, err = w.AttemptCallback(w.ctx, agent, id, desk.NewAttempt{Outcome: "no_answer", Note: longest(3000)})
	if p := wantProblem(t, err, "too-large"); p.Class != desk.TooLarge {
		t.Errorf("a note beyond an item: %+v", p)
	}
	list, err := w.Callbacks(w.ctx, w.admin, desk.CallbackFilter{States: []string{"open", "claimed"}}, desk.Page{})
	must(t, err)
	if got := list.Items[0]; got.AttemptsCount != 102 || len(got.Attempts) != 1 || got.EntriesCount != 2 || len(got.Entries) != 1 {
		t.Errorf("listed: %+v", got)
	}
}

// A callback that others write all the time is not waited for: the customer gets one of
// their own.
func TestJoiningGivesUp(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name      string
		conflicts int
		joins     bool
	}{
		{"once", 1, true},
		{"twice", 2, true},
		{"three times", 3, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := quiet(t)
			ask := func(n int) string {
				r := w.request(n)
				r.Customer = desk.Customer{Phone: "+49301"}
				return w.miss(r).Callback.ID
			}
			first := ask(1)
			left := c.conflicts
			mend := w.faulty(fault.Options{Before: func(call fault.Call) error {
				if call.Kind != fault.Write || left == 0 || !slices.ContainsFunc(call.Ops, func(op table.Op) bool { return op.Item.Key.Partition == first }) {
					return nil
				}
				left--
				return table.ErrConflict
			}})
			got := ask(2)
			mend()
			if (got == first) != c.joins {
				t.Errorf("joined %t, want %t", got == first, c.joins)
			}
			if next := ask(3); next != first {
				t.Errorf("the one after joins %s, want the first, %s", next, first)
			}
		})
	}
}

// What is beyond an item is the caller's matter, and no error of ours.
func TestTooLargeForTheTable(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	a := w.take(w.request(1))
	_, err := w.Complete(w.ctx, w.staff(a.Agent.ID), a.EscalationID, desk.Completion{Outcome: "resolved", Note: strings.Repeat("x", 500<<10)})
	if p := wantProblem(t, err, "too-large"); p.Class != desk.TooLarge {
		t.Errorf("got %+v, want the class of what is too large", p)
	}
}

// A pointer of an older version lies under the number as it was sent.
func TestOldPointers(t *testing.T) {
	t.Parallel()
	w := quiet(t)
	r := w.request(1)
	r.Customer = desk.Customer{Phone: "+5215512345678"}
	id := w.miss(r).Callback.ID
	w.StoreOldCallback(id, 1, 0)
	key := func(phone, sort string) table.Key {
		return table.Key{Partition: w.acc + "/customer/" + phone, Sort: sort}
	}
	now, _, err := w.Table.Get(w.ctx, key("+525512345678", "open/"+w.dep))
	must(t, err)
	must(t, w.Table.Write(w.ctx,
		table.Delete(now.Key, table.Condition{}),
		table.Put(table.Item{Key: key(r.Customer.Phone, "open/"+w.dep), Body: now.Body}, table.Condition{})))
	r.RequestID, r.InteractionID = "again", "again"
	if got := w.miss(r).Callback.ID; got != id {
		t.Errorf("the same number: %s, want %s", got, id)
	}
	r.RequestID, r.InteractionID, r.Customer.Phone = "other", "other", "+525512345678"
	if got := w.miss(r).Callback.ID; got != id {
		t.Errorf("its other form: %s, want %s", got, id)
	}
}
