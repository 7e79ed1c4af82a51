package desk

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/connectnow/backend/internal/keys"
	"github.com/connectnow/backend/internal/roster"
	"github.com/connectnow/backend/internal/table"
)

// A receipt belongs to its offer: it is written with it, or an offer might be without one. The last one
// lies in the escalation's own item as long as that stays a write unit, which then pays for both. With the next turn
// it moves out, to an item of its own.

// roomForReceipt is how large an escalation's item may be with a receipt: what an accept and a
// completion add to it stays within a kilobyte.
const roomForReceipt = 890

// keepReceipt numbers a receipt, and keeps it in the escalation or gives the put of its item. It gives
// that of the one before, too, where this one takes its place and it has no item yet.
func (c *change) keepReceipt(s *step, r roster.Receipt) (ops []table.Op) {
	e := s.next
	if op, held := e.heldReceipt(c.id); held && c.moved != e.Receipts {
		ops = append(ops, op)
	}
	e.Receipts++
	op := put(keys.Receipt(c.id, e.Receipts), r.Stored(), table.Condition{})
	e.Receipt = op.Item.Body
	if table.Size(table.Item{Key: keys.Escalation(c.id), Body: encodeEscalation(e)}) > roomForReceipt {
		e.Receipt = nil
		ops = append(ops, op)
	}
	return ops
}

// heldReceipt is the put of the receipt that lies in the escalation, if one does, as an item of its own. It
// says nothing new, so it may come before the Write that takes it out, and twice.
func (e *escalation) heldReceipt(id string) (op table.Op, held bool) {
	return table.Put(e.lastReceipt(id), table.Condition{}), len(e.Receipt) > 0
}

// lastReceipt is the receipt that lies in the escalation, as an item.
func (e *escalation) lastReceipt(id string) table.Item {
	return table.Item{Key: keys.Receipt(id, e.Receipts), Body: e.Receipt}
}

// receipts are the items of an escalation's receipts in their order, wherever they lie.
func (d *Desk) receipts(ctx context.Context, id string, e *escalation) ([]table.Item, error) {
	items, err := d.Table.Query(ctx, table.Range{Partition: id, Prefix: keys.PrefixReceipt})
	if err != nil {
		return nil, fmt.Errorf("reading receipts: %w", err)
	}
	last := e.lastReceipt(id)
	if len(e.Receipt) > 0 && !slices.ContainsFunc(items, func(it table.Item) bool { return it.Key == last.Key }) {
		items = append(items, last)
		slices.SortFunc(items, func(a, b table.Item) int { return strings.Compare(a.Key.Sort, b.Key.Sort) })
	}
	return items, nil
}
