package desk_test

import (
	"flag"
	"fmt"
	"os"
	"testing"
	"testing/synctest"
	"time"

	"github.com/connectnow/backend/internal/table"
)

var (
	soakCustomers = flag.Int("soak.customers", 100_000, "customers of TestSoakDesk")
	soakSeed      = flag.Uint64("soak.seed", 1, "the first seed of TestSoakDesk")
)

// shopDay is a soak from its opening to the reckoning.
func shopDay(t *testing.T, o soakOptions) (r reckoning) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := newSoak(t, o)
		r = s.reckon(s.run())
	})
	return r
}

// TestShop: whatever fails, all who come are taken care of. Many more of them: make soak.
func TestShop(t *testing.T) {
	t.Parallel()
	n := 1000
	if raced || testing.Short() {
		n = 150
	}
	r := shopDay(t, soakOptions{seed: 1, customers: n, agents: 12, share: 0.05, timers: true, every: 6 * time.Second})
	t.Logf("\n%s", r.String())
	for _, wrong := range r.wrong {
		t.Error(wrong)
	}
	if r.callbacks == 0 || r.ended["resolved"] == 0 || r.ended["hand_back"] == 0 || r.broken == 0 || r.deaths == 0 {
		t.Error("not everything that may happen did")
	}
}

// TestBooksFindOut: books that always add up prove nothing.
func TestBooksFindOut(t *testing.T) {
	t.Parallel()
	unraced(t)
	for name, o := range map[string]soakOptions{
		"a store without conditions": {breaks: func(inner table.Table) table.Table { return lawless{inner} }, every: 100 * time.Millisecond},
		"a queue that loses":         {loses: 4, every: 6 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			o.customers, o.agents, o.share = 150, 6, 0.05
			for o.seed = 1; o.seed <= 10; o.seed++ { // one is enough as a rule
				if r := shopDay(t, o); len(r.wrong) > 0 {
					t.Logf("seed %d: %d things are wrong, such as: %s", o.seed, len(r.wrong), r.wrong[0])
					return
				}
			}
			t.Error("nothing was found out")
		})
	}
}

// TestSoakDesk has a hundred thousand customers come, in shops of some thousand each: some are
// well staffed, some are not.
func TestSoakDesk(t *testing.T) {
	if os.Getenv("SOAK") == "" {
		t.Skip("takes minutes: make soak")
	}
	const each = 5000
	began := time.Now()
	var all reckoning
	for left, seed := *soakCustomers, *soakSeed; left > 0; left, seed = left-each, seed+1 {
		o := soakOptions{seed: seed, customers: min(each, left), agents: []int{12, 15, 8, 20}[seed%4], share: 0.05, timers: true, every: 6 * time.Second}
		r := shopDay(t, o)
		all.add(r)
		fmt.Printf("seed %d, %d agents, %v: %d came, %d are wrong\n", seed, o.agents, time.Since(began).Round(time.Second), all.customers, len(all.wrong))
	}
	fmt.Print(all.String())
	if len(all.wrong) > 0 {
		t.Fail()
	}
}
