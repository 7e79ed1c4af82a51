package desk

import (
	"context"
	"fmt"
	"maps"
	"sync"
	"time"

	"github.com/connectnow/backend/internal/keys"
	"github.com/connectnow/backend/internal/table"
)

// Some of what members may do costs money or rings somebody's phone each time. It may be done so
// often by a member, or in an account, and is refused beyond that until there is room again.
//
// A process counts by itself first. Only who has come beyond a quarter of what there is, whom
// hardly anybody ever meets, is counted in the table as well, where all processes meet.

// quota is how often something may be done: so many times at once, and as often again in each
// such while, evenly. Of five in ten minutes there is room for another one every two minutes.
type quota struct {
	what   string // part of a key
	most   int
	within time.Duration
	title  string // of who has done it too often
}

// The quotas, of a member each or of an account.
var (
	// ofHours are changes of one member's working hours, each of which begins an execution.
	ofHours = quota{"hours", 10, 10 * time.Minute, "Too many changes of working hours"}
	// ofTeamHours are those in an account: two imports of a thousand members in an hour.
	ofTeamHours = quota{"hours", 2000, time.Hour, ofHours.title}
	// ofPassingOn is going offline, or taking somebody offline, whose offer rings on elsewhere.
	ofPassingOn = quota{"passed-on", 20, 10 * time.Minute, "Too many offers passed on"}
	ofTransfers = quota{"transfers", 30, 10 * time.Minute, "Too many transfers"}
	ofTests     = quota{"test-pushes", 5, 10 * time.Minute, "Too many test pushes"}
	// ofAttempts is a call every 18 seconds.
	ofAttempts = quota{"attempts", 200, time.Hour, "Too many attempts"}
	// ofMembers are those made in an account: an import of a thousand, and half of it again.
	ofMembers     = quota{"members", 1500, time.Hour, "Too many new members"}
	ofDepartments = quota{"departments", 200, time.Hour, "Too many new departments"}
	ofKeys        = quota{"keys", 20, time.Hour, "Too many new keys"}
)

// room gives until when what is spent counts after one more, in Unix milliseconds, or how long to
// wait until there is room for it.
func (q quota) room(until int64, now time.Time) (after int64, wait time.Duration) {
	after = max(until, millis(now)) + q.each()
	if over := instant(after).Sub(now.Add(q.within)); over > 0 {
		return until, over
	}
	return after, 0
}

// each is how long one counts, in milliseconds.
func (q quota) each() int64 { return q.within.Milliseconds() / int64(q.most) }

// few reports whether what is spent is so little that only the process need know.
func (q quota) few(until int64, now time.Time) bool {
	return until-millis(now) <= q.within.Milliseconds()/4
}

// tooOften is the answer to who has to wait.
func (q quota) tooOften(wait time.Duration) *Problem {
	return &Problem{
		Class: TooMany, Name: "too-often", Title: q.title, After: wait,
		Detail: fmt.Sprintf("There may be %d in %s. Try again in %s.", q.most, inWords(q.within), inWords(wait)),
	}
}

// tooManyOf is the answer to who has as many of something as there may be. Waiting makes no room,
// so it is for a day.
func tooManyOf(name, title, detail string) *Problem {
	return &Problem{Class: TooMany, Name: name, Title: title, Detail: detail, After: 24 * time.Hour}
}

// refused has it noticed if what the caller asked for was too much, and gives the error back.
func (d *Desk) refused(ctx context.Context, by Caller, err error) error {
	if classOf(err) == TooMany {
		d.notice(ctx, noticedQuota, by)
	}
	return err
}

// spend counts that somebody, a member or an account, does something, or says that it was too
// often. It comes before what is counted, so that many at once are no more than one after another.
func (d *Desk) spend(ctx context.Context, by Caller, who string, q quota) error {
	now, at := d.Now(), spender{who, q.what}
	var wait time.Duration
	few := true
	d.spent.count(at, now, func(c *counted) {
		if c.all, wait = q.room(c.all, now); wait == 0 {
			c.untold = max(c.untold, millis(now)) + q.each()
			few = q.few(c.all, now)
		}
	})
	if !few {
		wait = d.spendTogether(ctx, at, q, now)
	}
	if wait > 0 {
		return d.refused(ctx, by, q.tooOften(wait))
	}
	return nil
}

// waits is how long somebody has to wait for room as far as this process knows. It counts nothing.
func (d *Desk) waits(who string, q quota) (wait time.Duration) {
	now := d.Now()
	d.spent.count(spender{who, q.what}, now, func(c *counted) { _, wait = q.room(c.all, now) })
	return wait
}

// spentItem is what was spent as stored: {"u":1795428000000} counts until then.
type spentItem struct {
	Until int64 `json:"u"`
}

// spendTogether puts into the table what this process has counted and the table not, and tells
// how long to wait. Should the table fail, the count of this process is what holds.
func (d *Desk) spendTogether(ctx context.Context, at spender, q quota, now time.Time) (wait time.Duration) {
	var own int64 // in milliseconds, this one among them
	d.spent.count(at, now, func(c *counted) { own, c.untold = max(c.untold-millis(now), 0), 0 })
	if own == 0 { // somebody who came at once has told the table of it
		return 0
	}
	var others int64 // until when all counts but this one
	k := keys.Spent(at.who, at.what)
	err := d.write(ctx, keys.Named(k), func(error) ([]table.Op, error) {
		s, err := load[spentItem](ctx, d.Table, k)
		if err != nil {
			return nil, err
		}
		others = max(s.value.Until, millis(now)) + own - q.each()
		if s.value.Until, wait = q.room(others, now); wait > 0 {
			return nil, nil
		}
		return []table.Op{d.expiring(put(k, s.value, table.AtVersion(s.version)))}, nil
	})
	d.spent.count(at, now, func(c *counted) {
		switch {
		case err != nil:
			c.untold = max(c.untold, millis(now)) + own
		case wait > 0:
			c.all, c.untold = max(c.all-q.each(), others), max(c.untold, millis(now))+own-q.each()
		default:
			c.all = max(c.all, others+q.each())
		}
	})
	if err != nil {
		d.Log.WarnContext(ctx, "quota not written: other processes do not know of it", "error", err)
		return 0
	}
	return wait
}

// spending is what a process has counted. What it is too small for it forgets.
type spending struct {
	mu sync.Mutex
	of map[spender]counted
}

// spender is who does what.
type spender struct{ who, what string }

// counted is until when things count: all that is known of, and what the table is not told yet.
type counted struct{ all, untold int64 }

// mostSpenders is how many a process counts for.
const mostSpenders = 4096

// count has f change what is counted for somebody. Where there is no room for one more, what
// counts no longer goes, else all.
func (s *spending) count(at spender, now time.Time, f func(*counted)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, found := s.of[at]
	f(&c)
	if !found && len(s.of) >= mostSpenders {
		maps.DeleteFunc(s.of, func(_ spender, c counted) bool { return c.all <= millis(now) })
	}
	if s.of == nil || !found && len(s.of) >= mostSpenders {
		s.of = map[spender]counted{}
	}
	s.of[at] = c
}
