package desk

import (
	"context"
	"sync"
	"time"

	"github.com/connectnow/backend/internal/roster"
)

// Ahead is what a call reads first, whoever calls. Where this process knows the caller's account
// from an earlier call it is read beside the look at who they are, which every call begins with:
// so somebody waits for one read less. Nothing is answered or written before that look has let
// the caller in. Of one who is refused it is thrown away unread, and the next call of theirs
// reads nothing ahead.
type Ahead struct {
	Row        bool   // the caller's desk row
	Escalation string // the id of an escalation, whose state is read with the account and that row
	Desk       bool   // with the whole desk in their place
	Request    bool   // and with what was asked, the conversation left out
}

// aheadFor is how long what was read ahead counts: a body may come slowly.
const aheadFor = time.Second

// ahead is what was read so. The first who needs it takes it: what is read again, after a
// conflict, is read from the table.
type ahead struct {
	what   Ahead
	change *change // that has read; of a row alone, too
	began  time.Time

	mu    sync.Mutex
	taken bool
	err   error
}

// readAhead prepares to read ahead for a bearer; nil where nothing is to be, or where the account
// is not known yet.
func (d *Desk) readAhead(b Bearer) *ahead {
	if !b.Ahead.Row && b.Ahead.Escalation == "" {
		return nil
	}
	acc, known := d.accounts.get(b.MemberID)
	if !known {
		return nil
	}
	c := &change{d: d, acc: acc, id: b.Ahead.Escalation, desk: b.Ahead.Desk, member: b.MemberID, asked: b.Ahead.Request}
	return &ahead{what: b.Ahead, change: c, began: d.Now()}
}

// read reads what was prepared, if anything was.
func (a *ahead) read(ctx context.Context) {
	switch {
	case a == nil:
	case a.what.Row:
		a.change.forget()
		_, a.err = a.change.row(ctx, a.change.member)
	default:
		a.err = a.change.read(ctx)
	}
}

// of gives what was read for a caller; nil where it was of another account than theirs.
func (a *ahead) of(c Caller) *ahead {
	if a == nil || a.change.acc != c.AccountID {
		return nil
	}
	return a
}

// take gives the change that has read all of that and no more, and the error of reading; nil
// where there is none, or somebody has taken it.
func (a *ahead) take(what Ahead, now time.Time) (*change, error) {
	if a == nil || a.what != what || now.Sub(a.began) > aheadFor {
		return nil, nil
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.taken {
		return nil, nil
	}
	a.taken = true
	return a.change, a.err
}

// readAhead has a change go on from what was read ahead for its caller.
func (c *change) readAhead(by Caller) error {
	read, err := by.ahead.take(Ahead{Escalation: c.id, Desk: c.desk, Request: c.asked}, c.d.Now())
	if read == nil || err != nil {
		return err
	}
	c.known, c.front, c.fresh = read.known, read.front, true
	c.now = c.d.Now()
	return nil
}

// ownRow is the caller's desk row, which may have been read ahead; nil when there is none.
func (d *Desk) ownRow(ctx context.Context, by Caller) (*roster.Row, error) {
	read, err := by.ahead.take(Ahead{Row: true}, d.Now())
	if err != nil {
		return nil, err
	}
	if read != nil {
		return read.rows[by.MemberID], nil
	}
	return d.readRow(ctx, by.AccountID, by.MemberID)
}

// memo is what a process remembers of what it has read, by ids: never an answer, but where to look
// before it is known where.
type memo[V any] struct {
	mu sync.Mutex
	of map[string]V
}

// mostInMemo is of how many ids a process remembers something.
const mostInMemo = 4096

func (m *memo[V]) get(id string) (v V, known bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	v, known = m.of[id]
	return v, known
}

// keep remembers something. Where there is no room for one more all is forgotten.
func (m *memo[V]) keep(id string, v V) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, known := m.of[id]; m.of == nil || !known && len(m.of) >= mostInMemo {
		m.of = map[string]V{}
	}
	m.of[id] = v
}

func (m *memo[V]) forget(id string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.of, id)
}
