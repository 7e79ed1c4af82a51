package desk

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/connectnow/backend/internal/keys"
	"github.com/connectnow/backend/internal/roster"
	"github.com/connectnow/backend/internal/table"
)

// roundEvery is how far apart the rounds of a department are in which those who are there
// hear how many callbacks wait: whatever comes meanwhile is told at its end.
const roundEvery = 5 * time.Minute

// mostRound is how many members one round tells, the least busy. With more there the
// customers are called soon enough.
const mostRound = 100

// round is the mark of an account's department, or with an empty one of those of none, as
// stored: {"l":1795428000000,"n":1795428300000,"w":true} has told of callbacks at 10:00 and
// will again at 10:05. It says, too, whether there is anything to tell who becomes free.
type round struct {
	Last  int64  `json:"l,omitempty"` // when the last round was
	Next  int64  `json:"n,omitempty"` // when the next is; 0 while nothing new has come
	Waits bool   `json:"w,omitempty"` // callbacks may wait there
	Mark  string `json:"m,omitempty"` // of the message that did the last one
}

// awaitRound has those of a department told that a callback waits for them: at once, or at
// the end of the five minutes after the last round. The message is sent before the mark, so
// that there is no mark without one. A round that is to come tells of this one, too, and
// one that should have come long ago is taken for lost. Should the message be refused, the
// mark says that callbacks wait: who becomes free hears of them.
func (d *Desk) awaitRound(ctx context.Context, acc, dep string) error {
	var unsent error
	_, err := update(ctx, d, keys.Round(acc, dep), func(s *stored[round]) (bool, []table.Op, error) {
		r, now := &s.value, d.Now()
		before := *r
		unsent = nil
		if r.Next != 0 && now.Before(instant(r.Next).Add(lookPatience)) {
			return false, nil, nil
		}
		at := now.Truncate(time.Millisecond)
		if end := instant(r.Last).Add(roundEvery); end.After(at) {
			at = end
		}
		r.Next, r.Waits = millis(at), true
		if unsent = d.send(ctx, at, Message{Kind: WakeRound, AccountID: acc, DepartmentID: dep, Due: at}); unsent != nil {
			r.Next, r.Mark = 0, "" // a round that has just counted none knows nothing of it
		}
		return *r != before, nil, nil
	})
	return cmp.Or(err, unsent)
}

// tellNew is awaitRound for callers whose own work is done, for all departments of a
// callback. What fails is logged: the callback is looked at when it is due.
func (d *Desk) tellNew(ctx context.Context, acc string, departments []string) {
	for _, dep := range departments {
		if err := d.awaitRound(ctx, acc, dep); err != nil {
			d.Log.WarnContext(ctx, "round not begun: nobody hears of the callback before it is due", "account", acc, "department", dep, "error", err)
		}
	}
}

// wakeRound tells those of a department who are there, and not on a call, how many callbacks
// wait. Of several messages, late and early ones, there is one round in five minutes.
func (d *Desk) wakeRound(ctx context.Context, m Message) error {
	if d.Now().Before(m.Due) {
		return d.send(ctx, m.Due, m)
	}
	mark, err := d.newID("")
	if err != nil {
		return err
	}
	k := keys.Round(m.AccountID, m.DepartmentID)
	mine := false
	_, err = update(ctx, d, k, func(s *stored[round]) (bool, []table.Op, error) {
		r, now := &s.value, d.Now()
		if mine = r.Mark == mark; mine { // found after an outcome that was unknown
			return false, nil, nil
		}
		if last := instant(r.Last); !m.Due.After(last) || now.Before(last.Add(roundEvery)) {
			return false, nil, nil
		}
		*r, mine = round{Last: millis(now), Waits: true, Mark: mark}, true
		return true, nil, nil
	})
	if err != nil || !mine {
		return err
	}
	return d.tellRound(ctx, m.AccountID, m.DepartmentID, mark)
}

// tellRound counts, and tells. A crash before it loses a round, and one who becomes free, or
// the next look, tells.
func (d *Desk) tellRound(ctx context.Context, acc, dep, mark string) error {
	s, err := d.readDesk(ctx, acc)
	if err != nil {
		return err
	}
	waits, err := d.countWaiting(ctx, acc, callbackOpen)
	if err != nil {
		return err
	}
	n := waits.in(s.Departments, dep)
	if n == 0 && waits.whole {
		return d.nothingWaits(ctx, acc, dep, mark)
	}
	if n == 0 || s.Account.Muted(roster.NudgeCallbacksWaiting) {
		return nil
	}
	if !s.Has(dep) {
		dep = ""
	}
	now := d.Now()
	var free []*roster.Row
	for _, r := range s.Rows {
		if r.In(dep) && r.Free(&s.Account, now) {
			free = append(free, r)
		}
	}
	leastBusy(free)
	free = free[:min(len(free), mostRound)]
	return inParallel(len(free), func(i int) error {
		d.push(ctx, acc, free[i].ID, Notice{Kind: NoticeCallbacks, Count: n}, nil)
		return nil
	})
}

// nothingWaits notes that who becomes free need not be told, unless a round has come or is
// to come since the count.
func (d *Desk) nothingWaits(ctx context.Context, acc, dep, mark string) error {
	_, err := update(ctx, d, keys.Round(acc, dep), func(s *stored[round]) (bool, []table.Op, error) {
		r := &s.value
		if !r.Waits || r.Mark != mark || r.Next != 0 {
			return false, nil, nil
		}
		r.Waits = false
		return true, nil, nil
	})
	return err
}

// listedCallback is an entry of the lists of callbacks: {"d":"dep_zqexjwiisgya"} is enough
// to count those in sight without reading each. Departments are those of all its entries,
// where they differ. One that is claimed says by whom, but where an older version put it.
type listedCallback struct {
	Department  string   `json:"d,omitempty"`
	Departments []string `json:"ds,omitempty"`
	By          string   `json:"m,omitempty"`
}

// mostWaiting is up to where waiting callbacks are counted, so that telling stays cheap
// after a bad night.
const mostWaiting = 1000

// waiting are the callbacks of one state, those due first in front, as their list tells.
type waiting struct {
	list  []callback // with departments, due and perhaps the claimer alone
	ids   []string   // of list
	whole bool       // there are no more
}

func (d *Desk) countWaiting(ctx context.Context, acc, state string) (waiting, error) {
	items, err := d.Table.Query(ctx, table.Range{Partition: keys.Callbacks(acc, state), Limit: mostWaiting + 1})
	if err != nil {
		return waiting{}, fmt.Errorf("counting callbacks: %w", err)
	}
	w := waiting{whole: len(items) <= mostWaiting}
	for _, it := range items[:min(len(items), mostWaiting)] {
		l, err := decode[listedCallback](it)
		if err != nil {
			return w, err
		}
		cb := callback{State: state, Department: l.value.Department, Departments: l.value.Departments, Due: keys.DueOf(it.Key)}
		if l.value.By != "" {
			cb.Claimed = &Agent{ID: l.value.By}
		}
		w.list, w.ids = append(w.list, cb), append(w.ids, afterSlash(it.Key.Sort))
	}
	return w, nil
}

// in counts those of a department. Of none are also those of deleted ones.
func (w waiting) in(live map[string]roster.Department, dep string) (n int) {
	see := sight{departments: live}
	for i := range w.list {
		for _, of := range w.list[i].departments() {
			if see.department(of) == see.department(dep) {
				n++
				break
			}
		}
	}
	return n
}

// seen counts those that a member may claim.
func (w waiting) seen(see sight) (n int) {
	for i := range w.list {
		if see.sees(&w.list[i]) {
			n++
		}
	}
	return n
}
