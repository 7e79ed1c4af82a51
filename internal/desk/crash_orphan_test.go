package desk_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/connectnow/backend/internal/desk"
)

// TestDeadCallerRings stops an escalation at every call that it makes while somebody is
// free, and nobody asks again. What was stored rings within five seconds of the end of an offer;
// before that nobody has been told anything.
func TestDeadCallerRings(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		st := newStage(t, 2)
		r := st.world.request(1)
		asks := func(st *stage, d *desk.Desk) error { _, err := d.Escalate(st.world.ctx, r.Asked()); return err }
		rang, kinds := 0, map[how]bool{}
		for n := range 4 {
			reverse := n%2 == 1
			if n == 2 {
				asks = knowing(asks)
			}
			whole := &schedule{reverse: reverse}
			c := st.clone(t)
			p := whole.process()
			must(t, whole.run(func() error { return asks(c, c.process(p)) }))
			for i, a := range whole.made {
				for _, h := range hows[a.kind] {
					kinds[h] = true
					s := &schedule{reverse: reverse, at: i + 1, how: h}
					c := st.clone(t)
					p := s.process()
					begun := c.world.clock.Now()
					_ = s.run(func() error { return asks(c, c.process(p)) })
					if c.rangBy(begun.Add(stands+5*time.Second), c.world.idOf(r)) {
						rang++
					} else if sent := len(c.post.about(desk.WakeRing, c.world.idOf(r))) > 0; len(c.witness.Requests()) > 0 && (sent || !c.knows) && !s.timerFailed("ring") {
						t.Fatalf("it was stored, and rings for nobody:%s\n%s", s.story(), c.tell())
					}
				}
			}
		}
		if rang < 20 || len(kinds) < 3 {
			t.Errorf("it rang %d times, after %d kinds of faults: this test wants more", rang, len(kinds))
		}
	})
}

// rangBy delivers every message at its time until end and tells whether an escalation rang.
func (st *stage) rangBy(end time.Time, id string) bool {
	st.world.t.Helper()
	for {
		left := st.post.left(1)
		if len(left) == 0 || left[0].at.After(end) {
			return len(st.world.peek(id).Offers) > 0
		}
		st.to(left[0].at)
		st.post.take(left[0].id, 1)
		must(st.world.t, st.world.Wake(st.world.ctx, left[0].message))
	}
}
