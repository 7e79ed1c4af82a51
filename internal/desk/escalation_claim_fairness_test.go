package desk_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"github.com/connectnow/backend/internal/cloud/cloudtest"
)

// checks makes rapid try so many histories, a quarter as many with the race detector, unless
// the command line says how many.
func checks(t *testing.T, n int) {
	if raced {
		n = max(1, n/4)
	}
	f := flag.Lookup("rapid.checks")
	if f.Value.String() != f.DefValue {
		return
	}
	must(t, f.Value.Set(fmt.Sprint(n)))
	t.Cleanup(func() { _ = f.Value.Set(f.DefValue) })
}

// TestFair plays random histories and has them judged: nobody is passed over, nobody is
// disturbed who may not be, nobody is above capacity at any commit, and in the end
// nobody has open work. Time is virtual, so that a history takes as long as its
// computing. More of them: go test ./internal/desk -run TestFair$ -rapid.checks=2000
func TestFair(t *testing.T) {
	checks(t, 8)
	var all judge
	rapid.Check(t, func(rt *rapid.T) {
		h := drawHistory(rt)
		var v *judge
		var errs []error
		synctest.Test(t, func(t *testing.T) { v, errs = play(t, h, false) })
		v.report(rt, errs)
		all.offers, all.rotated, all.judged = all.offers+v.offers, all.rotated+v.rotated, all.judged+v.judged
	})
	t.Logf("%d offers, %d by the rotation, %d pairs judged", all.offers, all.rotated, all.judged)
	if all.judged == 0 && !testing.Short() && !raced { // these play one or two histories
		t.Error("nothing was judged")
	}
}

// TestFairOnDynamoDB plays shorter ones on the real engine, in real time: few agents
// with much room, so that they have many turns, 48 escalations at once, and then, by the
// other order, 24 for two departments.
func TestFairOnDynamoDB(t *testing.T) {
	cloudtest.Start(t)
	checks(t, 1)
	var all judge
	rapid.Check(t, func(rt *rapid.T) {
		// Waiting until all offers are missed would take longer than all the rest.
		h := history{seed: rapid.Uint64().Draw(rt, "seed"), departments: 2, team: rapid.Bool().Draw(rt, "team"), leaveFirst: true}
		for i := range 5 {
			h.agents = append(h.agents, newAgent{departments: 1 + i%3, calls: 1, chats: 40})
		}
		r := rand.New(rand.NewPCG(h.seed, 2))
		h.rounds = []round{
			newRound(r, moods["leaving"], 10, 48).between(), changesOrder(!h.team),
			newRound(r, moods["leaving"], 10, 24).between(), newRound(r, moods["restless"], 25, 8).chats(),
		}
		v, errs := play(t, h, true)
		v.report(rt, errs)
		all.offers, all.judged = all.offers+v.offers, all.judged+v.judged
	})
	t.Logf("%d offers, %d pairs judged", all.offers, all.judged)
	if all.judged == 0 {
		t.Error("nothing was judged")
	}
}

// TestFairWhilePagesClose: agents whose one way to be reached is a page that polls, closes
// or is closed for long, while 64 escalations come at once, by either order.
func TestFairWhilePagesClose(t *testing.T) {
	for _, team := range []bool{false, true} {
		t.Run(map[bool]string{false: "by departments", true: "by the team's order"}[team], func(t *testing.T) {
			checks(t, 1)
			var all judge
			rapid.Check(t, func(rt *rapid.T) {
				h := history{seed: rapid.Uint64().Draw(rt, "seed"), departments: 2, team: team, leaveFirst: true}
				for i := range 8 {
					h.agents = append(h.agents, newAgent{departments: 1 + i%3, calls: 1, chats: 60})
				}
				r := rand.New(rand.NewPCG(h.seed, 2))
				for _, burst := range []int{64, 16, 16} {
					h.rounds = append(h.rounds, newRound(r, moods["pages"], 30, burst).between())
				}
				h.rounds[2].skip += 8 * time.Minute
				var v *judge
				var errs []error
				synctest.Test(t, func(t *testing.T) { v, errs = play(t, h, false) })
				v.report(rt, errs)
				all.offers, all.judged, all.closed = all.offers+v.offers, all.judged+v.judged, all.closed+v.closed
			})
			t.Logf("%d offers, %d pairs judged, %d pages closed on able agents", all.offers, all.judged, all.closed)
			if all.judged == 0 && !testing.Short() {
				t.Error("nothing was judged")
			}
		})
	}
}

// TestEven: where nobody declines or misses, the numbers of offers to those who are
// available throughout differ by one at most, at every moment. An enquiry
// whose begin failed to the last is carried on by its timer when all have left: it is missed
// then, and goes to one who was not asked before. Each such offer may add one.
func TestEven(t *testing.T) {
	checks(t, 5)
	again, offers := 0, 0
	rapid.Check(t, func(rt *rapid.T) {
		h := history{
			seed: rapid.Uint64().Draw(rt, "seed"), departments: 1, team: rapid.Bool().Draw(rt, "team"), leaveFirst: true,
			lost: rapid.SampledFrom([]float64{0, 0.02}).Draw(rt, "lost"),
		}
		for range rapid.IntRange(2, 20).Draw(rt, "agents") {
			h.agents = append(h.agents, newAgent{departments: 1, calls: 1, chats: 20})
		}
		r := rand.New(rand.NewPCG(h.seed, 2))
		for range rapid.IntRange(1, 4).Draw(rt, "rounds") {
			n := newRound(r, moods["working"], rapid.IntRange(1, 20).Draw(rt, "acts"), rapid.SampledFrom([]int{1, 8, 64}).Draw(rt, "burst"))
			n.skip = rapid.SampledFrom([]time.Duration{0, 200 * time.Millisecond, time.Second}).Draw(rt, "skip")
			h.rounds = append(h.rounds, n.chats())
		}
		var v *judge
		var errs []error
		synctest.Test(t, func(t *testing.T) { v, errs = play(t, h, false) })
		v.report(rt, errs)
		if v.widest > 1+v.again {
			rt.Errorf("offers differ by %d, with %d to others after a miss", v.widest, v.again)
		}
		again, offers = again+v.again, offers+v.offers
	})
	t.Logf("%d offers, %d of them after a miss", offers, again)
}

// report fails the test with what the judge found.
func (v *judge) report(t rapid.TB, errs []error) {
	for _, err := range errs {
		t.Errorf("unexpected error: %v", err)
	}
	if left := v.unended(); len(left) > 0 {
		t.Errorf("not ended: %s", strings.Join(left, ", "))
	}
	for _, f := range v.faults[:min(3, len(v.faults))] {
		t.Errorf("%s", f)
	}
}

// TestBenchFairness counts who is passed over by the whole desk when claims come at once, on a slow
// table with conflicts and lost answers, while people come, go, decline and move. Here they are
// judged by the order itself: an offer of another department counts for nothing.
func TestBenchFairness(t *testing.T) {
	benchOnly(t, "Fairness of claims at once, ten agents in two departments; 1 % of calls are refused, as many answers are lost")
	head("`balance`", "at once", "offers", "by the rotation", "pairs judged", "passed over")
	mood := []string{"escalate", "online", "online", "offline", "move", "capacity", "hours", "accept", "accept", "decline", "complete", "complete"}
	for _, balance := range []string{"department", "team"} {
		for _, burst := range []int{1, 8, 64} {
			var all judge
			for seed := range uint64(4) {
				h := history{seed: seed, departments: 2, team: balance == "team", lost: 0.01, leaveFirst: true}
				for i := range 10 {
					h.agents = append(h.agents, newAgent{departments: 1 + i%3, calls: 1, chats: 8 + 4*(i%5)})
				}
				r := rand.New(rand.NewPCG(seed, 2))
				for range 10 + 80/burst {
					h.rounds = append(h.rounds, newRound(r, mood, 8, burst).between())
				}
				var v *judge
				var errs []error
				synctest.Test(t, func(t *testing.T) { v, errs = play(t, h, false) })
				for _, err := range errs {
					t.Errorf("unexpected error: %v", err)
				}
				for _, f := range v.faults {
					t.Error(f)
				}
				all.offers, all.rotated = all.offers+v.offers, all.rotated+v.rotated
				all.judged, all.passed = all.judged+v.judged, all.passed+v.passed
			}
			line("`"+balance+"`", burst, all.offers, all.rotated, all.judged, all.passed)
			if all.judged == 0 {
				t.Errorf("%s, %d at once: nothing was judged", balance, burst)
			}
		}
	}
}
