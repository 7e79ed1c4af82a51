package desk_test

import (
	"testing"
	"time"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/table/fault"
)

// Whose going wrote nothing is missed by the next claim, and the owner told a minute later.
func TestClaimFindsNobody(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		claim func(w *world, last string)
		want  int
	}{
		{"a chat", func(w *world, _ string) { w.miss(w.request(1)) }, 1},
		{"a call", func(w *world, _ string) { w.miss(w.call(1)) }, 1},
		{"the next turn", func(w *world, last string) {
			must(w.t, w.SetOnline(w.ctx, w.acc, last, true))
			id := w.ring(w.request(1)).EscalationID
			must(w.t, w.SetOnline(w.ctx, w.acc, last, false))
			w.decline(last, id)
		}, 1},
		{"after hours", func(w *world, last string) {
			w.schedule(last, workdays)
			w.until(berlin(23, 18, 0))
			w.miss(w.request(1))
		}, 0},
		{"all are busy", func(w *world, last string) {
			must(w.t, w.SetOnline(w.ctx, w.acc, last, true))
			w.take(w.call(1))
			w.miss(w.call(2))
		}, 0},
		{"another department is there", func(w *world, _ string) {
			w.settings(desk.AccountPatch{Overflow: ptr("none")})
			w.agent("Susi", w.department("Support"))
			w.miss(w.request(1))
		}, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w, last := lonely(t)
			must(t, w.SetOnline(w.ctx, w.acc, last, false))
			c.claim(w, last)
			w.pass(59 * time.Second)
			w.wantTold(0, "it may be a moment")
			w.pass(time.Second)
			w.wantTold(c.want, "a minute later")
			w.pass(time.Hour)
			w.wantTold(c.want, "an hour later")
		})
	}
}

// The claim that notices reads the desk again, and no other does.
func TestClaimNoticesOnce(t *testing.T) {
	t.Parallel()
	w, last := lonely(t)
	must(t, w.SetOnline(w.ctx, w.acc, last, false))
	looks := 0
	w.faulty(fault.Options{Before: func(call fault.Call) error {
		if call.Kind == fault.Query && call.Range.Partition == w.acc+"/desk" {
			looks++
		}
		return nil
	}})
	for n, want := range []int{3, 1, 1} { // its own, to note it, and whether it holds
		looks = 0
		w.miss(w.request(n))
		if looks != want {
			t.Errorf("claim %d read the desk %d times, want %d", n, looks, want)
		}
	}
}

// What a version noted that told at once goes on: what it had told is not told again, and
// what it had not is told when somebody looks.
func TestNotedBefore(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		told bool
		want int
	}{
		{`{"nobody":…,"nobodyTold":true}`, true, 0},
		{`{"nobody":…}`, false, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w, last := lonely(t)
			must(t, w.SetOnline(w.ctx, w.acc, last, false))
			must(t, w.NoteNobody(w.ctx, w.acc, w.clock.Now().Add(-time.Hour), c.told))
			w.miss(w.request(1))
			w.pass(time.Minute)
			w.wantTold(c.want, "somebody looked")
			w.online(last)
			w.offline(last)
			w.pass(15 * time.Minute)
			w.wantTold(c.want+1, "one came and went")
		})
	}
}

// One without a phone who reads their page no more is gone when its lease ends: no Write
// tells, and the next claim does.
func TestClaimAfterLease(t *testing.T) {
	t.Parallel()
	w, last := lonely(t)
	_, err := w.SetPresence(w.ctx, w.staff(last), last, "online")
	must(t, err)
	w.pass(7 * time.Minute)
	w.ring(w.request(1))
	w.end(w.idOf(w.request(1)))
	w.pass(3 * time.Minute)
	w.wantTold(0, "nobody has looked")
	w.miss(w.request(2))
	w.wantTold(0, "it may be a moment")
	w.pass(time.Minute)
	w.wantTold(1, "the lease is over")
	_, err = w.MyEscalations(w.ctx, w.staff(last)) // and the page is read again
	must(t, err)
	w.pass(10 * time.Minute)
	w.miss(w.request(3))
	w.pass(15 * time.Minute)
	w.wantTold(2, "that one, too")
}
