package desk

import (
	"context"
	"slices"

	"github.com/connectnow/backend/internal/keys"
)

// CallbackList is a page of callbacks, and on the first one what there is beyond it.
type CallbackList struct {
	List[Callback]
	Counts *CallbackCounts `json:"counts,omitempty"`
}

// CallbackCounts counts the callbacks in the caller's sight, whatever the list is narrowed to.
// Of each state the 1,000 that are due first are counted.
type CallbackCounts struct {
	Open    int  `json:"open"`    // that nobody has claimed
	Mine    int  `json:"mine"`    // that the caller has claimed
	Overdue int  `json:"overdue"` // due and not done, claimed or not
	More    bool `json:"more,omitempty"`
}

// CallbacksCounted is Callbacks with the counts on the first page: further pages need no
// other ones. They cost a Query of each of two lists, of small entries.
func (d *Desk) CallbacksCounted(ctx context.Context, c Caller, f CallbackFilter, p Page) (CallbackList, error) {
	var page CallbackList
	err := together(
		func() (err error) { page.List, err = d.Callbacks(ctx, c, f, p); return err },
		func() (err error) {
			if p.Cursor == "" {
				page.Counts, err = d.countCallbacks(ctx, c)
			}
			return err
		},
	)
	return page, err
}

// countCallbacks counts by the lists' entries, without reading the callbacks.
func (d *Desk) countCallbacks(ctx context.Context, c Caller) (*CallbackCounts, error) {
	var see sight
	var open, claimed waiting
	err := together(
		func() (err error) { see, err = d.sight(ctx, c); return err },
		func() (err error) { open, err = d.countWaiting(ctx, c.AccountID, callbackOpen); return err },
		func() (err error) {
			if claimed, err = d.countWaiting(ctx, c.AccountID, callbackClaimed); err == nil {
				err = d.claimers(ctx, claimed)
			}
			return err
		},
	)
	if err != nil {
		return nil, err
	}
	n, now := &CallbackCounts{More: !open.whole || !claimed.whole}, millis(d.Now())
	list := slices.Concat(open.list, claimed.list)
	for i := range list {
		cb := &list[i]
		if !see.sees(cb) {
			continue
		}
		if cb.State == callbackOpen {
			n.Open++
		}
		if cb.claimedBy(c.MemberID) {
			n.Mine++
		}
		if cb.Due < now {
			n.Overdue++
		}
	}
	return n, nil
}

// claimers finds who has claimed the callbacks of a list whose entries do not tell: those
// that an older version put there.
func (d *Desk) claimers(ctx context.Context, w waiting) error {
	var old []int
	for i := range w.list {
		if w.list[i].Claimed == nil {
			old = append(old, i)
		}
	}
	for some := range slices.Chunk(old, walkChunk) {
		err := inParallel(len(some), func(i int) error {
			cb, err := load[callback](ctx, d.Table, keys.Callback(w.ids[some[i]]))
			w.list[some[i]].Claimed = cb.value.Claimed
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}
