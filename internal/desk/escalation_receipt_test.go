package desk_test

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/connectnow/backend/internal/keys"
	"github.com/connectnow/backend/internal/table"
	"github.com/connectnow/backend/internal/table/fault"
)

// An offer's receipt is there wherever it lies: the last one in the escalation while that stays a
// write unit, those before in items of their own, and all of a large team there.
func TestReceiptsWhereverTheyLie(t *testing.T) {
	for _, test := range []struct{ agents, items int }{{5, 2}, {40, 3}} {
		t.Run(fmt.Sprint(test.agents, " agents"), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, worldOptions{})
			w.crowd(test.agents, 3, "")
			a := w.ring(w.request(1))
			var dealt []string
			for range 2 {
				dealt = append(dealt, w.peek(a.EscalationID).OfferTo)
				w.clock.Advance(time.Minute)
				w.decline(dealt[len(dealt)-1], a.EscalationID)
			}
			last := w.peek(a.EscalationID).OfferTo
			dealt = append(dealt, last)
			items, err := w.Table.Query(w.ctx, table.Range{Partition: a.EscalationID, Prefix: keys.PrefixReceipt})
			must(t, err)
			if len(items) != test.items {
				t.Errorf("%d receipts are items of their own, want %d", len(items), test.items)
			}
			w.accept(last, a.EscalationID)
			w.complete(last, a.EscalationID)
			if size := w.stateSize(a.EscalationID); size > 1024 {
				t.Errorf("the escalation takes %d bytes, want a write unit at most", size)
			}
			receipts, err := w.Receipts(w.ctx, w.admin, a.EscalationID)
			must(t, err)
			if len(receipts) != len(dealt) {
				t.Fatalf("%d receipts of %d offers", len(receipts), len(dealt))
			}
			for i, r := range receipts {
				if r.Offer != i+1 || r.Candidates[0].MemberID != dealt[i] || r.Ticket == 0 {
					t.Errorf("receipt %d is %+v, want the offer to %s", i+1, r, dealt[i])
				}
			}
		})
	}
}

// A conflict has a decline draw another ticket. What it has stored before the Write it stores once.
func TestEnteredOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var f *floor
		var quicker sync.Once
		var declines atomic.Bool
		var mu sync.Mutex
		entered := map[table.Key]int{}
		f = newFloor(t, false, 1, fault.Options{
			Before: func(c fault.Call) error {
				if c.Kind == fault.Write && len(c.Ops) == 1 && declines.Load() {
					mu.Lock()
					defer mu.Unlock()
					entered[c.Ops[0].Item.Key]++
				}
				return nil
			},
			After: func(c fault.Call, err error) error {
				if c.Kind == fault.Increment && declines.Load() {
					quicker.Do(func() {
						_, err := f.bare.Escalate(f.world.ctx, f.world.request(2).Asked())
						must(t, err)
					})
				}
				return err
			},
		})
		f.world.crowd(5, 3, "")
		f.skip(time.Minute)
		a := f.world.escalate(f.world.request(1))
		f.skip(time.Minute)
		declines.Store(true)
		f.world.decline(a.Agent.ID, a.EscalationID)
		if len(entered) != 2 {
			t.Errorf("entered %v, want the list of who declined, and the first receipt", entered)
		}
		for k, n := range entered {
			if n > 1 {
				t.Errorf("%v was stored %d times", k, n)
			}
		}
		if got, err := f.world.Receipts(f.world.ctx, f.world.admin, a.EscalationID); err != nil || len(got) != 2 {
			t.Errorf("%d receipts (%v), want 2", len(got), err)
		}
	})
}
