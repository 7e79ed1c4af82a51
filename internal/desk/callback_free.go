package desk

import (
	"context"
	"slices"
	"time"

	"github.com/connectnow/backend/internal/keys"
	"github.com/connectnow/backend/internal/roster"
	"github.com/connectnow/backend/internal/table"
)

// What is told of callbacks can wait: it goes only to members who are there and on no call,
// and is kept for them until they are, or forgotten after a week. No member gets more than
// a dozen in an hour; the lists have all of it.
const (
	mostKept    = 5
	mostPerHour = 12
)

// told is what a member was told of callbacks, as stored:
// {"h":1795428000000,"n":3,"k":[{"k":"callbackDue","c":"cb_q4mxl5orusgm"}]} has had three
// pushes since 10:00, and one is kept.
type told struct {
	Hour    int64        `json:"h,omitempty"` // since when they are counted
	Count   int          `json:"n,omitempty"`
	Waiting int64        `json:"w,omitempty"` // when they heard last how many wait, on becoming free
	Kept    []keptNotice `json:"k,omitempty"` // the oldest first
}

// keptNotice is a notice that waits for its member.
type keptNotice struct {
	Kind     NoticeKind `json:"k"`
	Callback string     `json:"c"`
}

// spend counts one more push, and reports whether there may be one.
func (t *told) spend(now time.Time) bool {
	if now.Sub(instant(t.Hour)) >= time.Hour {
		t.Hour, t.Count = millis(now), 0
	}
	t.Count++
	return t.Count <= mostPerHour
}

// keep keeps a notice, of many the newest; it reports whether it was not kept before.
func (t *told) keep(n keptNotice) bool {
	if slices.Contains(t.Kept, n) {
		return false
	}
	t.Kept = append(t.Kept, n)
	t.Kept = t.Kept[max(0, len(t.Kept)-mostKept):]
	return true
}

// changeTold changes what a member was told; change may be called six times.
func (d *Desk) changeTold(ctx context.Context, member string, change func(t *told) bool) error {
	k := keys.Told(member)
	return d.write(ctx, keys.Named(k), func(error) ([]table.Op, error) {
		s, err := load[told](ctx, d.Table, k)
		if err != nil || !change(&s.value) {
			return nil, err
		}
		return []table.Op{d.expiring(put(k, s.value, table.AtVersion(s.version)))}, nil
	})
}

// tellFree tells a member who is there and on no call, if they have not heard too much.
func (d *Desk) tellFree(ctx context.Context, acc, member string, n Notice) {
	may := false
	err := d.changeTold(ctx, member, func(t *told) bool {
		may = t.spend(d.Now())
		return may
	})
	switch {
	case err != nil:
		d.Log.WarnContext(ctx, "push not sent: it cannot be counted", append(n.args(member), "error", err)...)
	case may:
		d.push(ctx, acc, member, n, nil)
	default:
		d.Log.InfoContext(ctx, "push not sent: there were many in this hour", n.args(member)...)
	}
}

// keepFor keeps a notice of a callback until the member is free. Should they have become so
// meanwhile they are told.
func (d *Desk) keepFor(ctx context.Context, acc, member string, n Notice) {
	err := d.changeTold(ctx, member, func(t *told) bool { return t.keep(keptNotice{n.Kind, n.CallbackID}) })
	if err == nil {
		err = d.becomesFree(ctx, acc, member, d.Now())
	}
	if err != nil {
		d.Log.WarnContext(ctx, "push not kept: the member does not hear of it", append(n.args(member), "error", err)...)
	}
}

// tellHolder tells who has claimed a callback that something has become of it.
func (d *Desk) tellHolder(ctx context.Context, acc, holder, id string) {
	free, err := d.free(ctx, acc, holder)
	switch {
	case err != nil:
		d.Log.WarnContext(ctx, "push not sent: it is not known who is there", append(holdersNews(id).args(holder), "error", err)...)
	case free != nil:
		d.tellFree(ctx, acc, holder, holdersNews(id))
	default:
		d.keepFor(ctx, acc, holder, holdersNews(id))
	}
}

// free reads whether a member is there and on no call, and gives the settings then.
func (d *Desk) free(ctx context.Context, acc, member string) (*roster.Account, error) {
	r, a, err := d.readStanding(ctx, acc, member)
	if err != nil || r == nil || !r.Free(a, d.Now()) {
		return nil, err
	}
	return a, nil
}

// there reads whether a member is there; one of whom that cannot be read is.
func (d *Desk) there(ctx context.Context, acc, member string) bool {
	r, a, err := d.readStanding(ctx, acc, member)
	return err != nil || r != nil && r.There(a, d.Now())
}

// readStanding reads a member's desk row and the settings, side by side; the row is nil
// when there is none.
func (d *Desk) readStanding(ctx context.Context, acc, member string) (r *roster.Row, a *roster.Account, err error) {
	var read stored[roster.Account]
	err = together(
		func() (err error) { r, err = d.readRow(ctx, acc, member); return err },
		func() (err error) { read, err = d.readAccount(ctx, acc); return err },
	)
	return r, &read.value, err
}

// noteFree is becomesFree for callers whose own work is done: what fails here is logged.
func (d *Desk) noteFree(ctx context.Context, acc, member string, busy time.Time) {
	if err := d.becomesFree(ctx, acc, member, busy); err != nil {
		d.Log.WarnContext(ctx, "member not told: what waits is told later", "member", member, "error", err)
	}
}

// becomesFree tells a member who may be free again, having been on a call since a time; zero
// is that they come online.
func (d *Desk) becomesFree(ctx context.Context, acc, member string, busy time.Time) error {
	a, err := d.free(ctx, acc, member)
	if err != nil || a == nil {
		return err
	}
	return d.hear(ctx, acc, member, a, missed{busy: busy, comes: busy.IsZero()})
}

// hear tells a member who can hear of callbacks again what was kept for them, and how many
// wait. Where nothing waits it costs two small reads.
func (d *Desk) hear(ctx context.Context, acc, member string, a *roster.Account, m missed) error {
	var t stored[told]
	err := together(
		func() (err error) { t, err = load[told](ctx, d.Table, keys.Told(member)); return err },
		func() (err error) { m.marks, err = d.rounds(ctx, acc); return err },
	)
	if err != nil {
		return err
	}
	if len(t.value.Kept) > 0 {
		if err := d.tellKept(ctx, acc, member); err != nil {
			return err
		}
	}
	if a.Muted(roster.NudgeCallbacksWaiting) {
		return nil
	}
	m.heard = instant(t.value.Waiting)
	return d.tellWaiting(ctx, acc, member, m)
}

// tellKept tells what was kept, as far as it is still so. It is taken out before: two at
// once tell one each, and a crash in between loses a push.
func (d *Desk) tellKept(ctx context.Context, acc, member string) error {
	var kept []keptNotice
	err := d.changeTold(ctx, member, func(t *told) bool {
		if t.Kept != nil {
			kept = t.Kept
		}
		some := t.Kept != nil
		t.Kept = nil
		return some
	})
	if err != nil {
		return err
	}
	for _, n := range kept {
		cb, err := load[callback](ctx, d.Table, keys.Callback(n.Callback))
		if err != nil {
			return err
		}
		v := &cb.value
		overdue := v.pending() && v.Overdue != "" && (v.Claimed == nil || v.claimedBy(member))
		if cb.found() && (n.Kind != NoticeCallbackDue || overdue) {
			d.tellFree(ctx, acc, member, Notice{Kind: n.Kind, CallbackID: n.Callback})
		}
	}
	return nil
}

// missed is what a member who becomes free has not heard.
type missed struct {
	marks []deptRound
	busy  time.Time // since when they were on a call; zero: they were not there
	heard time.Time // when they heard last how many wait
	comes bool      // they come online
}

// deptRound is a round's mark with its department.
type deptRound struct {
	department string
	stored[round]
}

// rounds reads the marks of an account, of which there are as many as departments.
func (d *Desk) rounds(ctx context.Context, acc string) ([]deptRound, error) {
	items, err := d.Table.Query(ctx, table.Range{Partition: keys.Rounds(acc)})
	if err != nil {
		return nil, wrapRead(err, keys.Round(acc, ""))
	}
	list := make([]deptRound, len(items))
	for i, it := range items {
		if list[i].stored, err = decode[round](it); err != nil {
			return nil, err
		}
		list[i].department = it.Key.Sort[len(keys.PrefixDep):]
	}
	return list, nil
}

// some reports whether callbacks wait of which the member has not heard. An account without
// any mark may have some that an older version registered: the first to come online counts.
func (m missed) some() bool {
	news := func(r deptRound) bool {
		return r.value.Waits && (m.busy.IsZero() || instant(r.value.Last).After(m.busy))
	}
	return len(m.marks) == 0 && m.comes || slices.ContainsFunc(m.marks, news)
}

// tellWaiting tells a member how many callbacks they may claim. Who heard so within the last
// five minutes hears of what came since in a round, as all others do.
func (d *Desk) tellWaiting(ctx context.Context, acc, member string, m missed) error {
	if !m.some() {
		return nil
	}
	if d.Now().Before(m.heard.Add(roundEvery)) {
		for _, r := range m.marks {
			if r.value.Waits && instant(r.value.Last).After(m.heard) {
				d.tellNew(ctx, acc, []string{r.department})
			}
		}
		return nil
	}
	f, err := load[profile](ctx, d.Table, keys.Profile(member))
	if err != nil {
		return err
	}
	see, err := d.sight(ctx, Caller{MemberID: member, AccountID: acc, Role: f.value.Role})
	if err != nil {
		return err
	}
	w, err := d.countWaiting(ctx, acc, callbackOpen)
	if err != nil {
		return err
	}
	if n := w.seen(see); n > 0 {
		return d.tellCount(ctx, acc, member, n)
	}
	return d.noneWait(ctx, acc, m, w, see)
}

// tellCount tells how many wait, unless another call has done so just now.
func (d *Desk) tellCount(ctx context.Context, acc, member string, n int) error {
	may := false
	err := d.changeTold(ctx, member, func(t *told) bool {
		now := d.Now()
		if may = !now.Before(instant(t.Waiting).Add(roundEvery)) && t.spend(now); may {
			t.Waiting = millis(now)
		}
		return may
	})
	if err == nil && may {
		d.push(ctx, acc, member, Notice{Kind: NoticeCallbacks, Count: n}, nil)
	}
	return err
}

// noneWait notes of the departments that nothing waits there. In an account without marks
// one is made, so that the next to come need not count.
func (d *Desk) noneWait(ctx context.Context, acc string, m missed, w waiting, see sight) error {
	if !w.whole {
		return nil
	}
	if len(m.marks) == 0 && len(w.list) == 0 {
		err := d.Table.Write(ctx, put(keys.Round(acc, ""), round{}, table.Absent))
		if again(err) {
			return nil // there is one now
		}
		return err
	}
	for _, r := range m.marks {
		if r.value.Waits && w.in(see.departments, r.department) == 0 {
			if err := d.nothingWaits(ctx, acc, r.department, r.value.Mark); err != nil {
				return err
			}
		}
	}
	return nil
}
