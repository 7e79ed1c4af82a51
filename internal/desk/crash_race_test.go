package desk_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/connectnow/backend/internal/desk"
)

// rival is what one of several may do with an escalation at the same moment.
type rival struct {
	name string
	act  action
}

// contest is where rivals meet.
type contest struct {
	name   string
	agents int
	before func(st *stage)
	rivals func(st *stage) []rival
}

func contests() []contest {
	return []contest{
		{"what rings", 3, func(st *stage) {
			st.rings()
			st.over(desk.WakeRing)
		}, takers},
		{"what is transferred", 3, func(st *stage) {
			st.active()
			st.transferred(desk.Transfer{DepartmentID: st.world.dep})
			st.over(desk.WakeRing)
		}, takers},
		{"what rings at one who loses the phone", 2, func(st *stage) {
			st.ringsAtFirst()
			st.over(desk.WakeRing)
		}, losers},
		{"what is asked for", 3, nil, askers},
		{"what nobody can take", 0, nil, askers},
		{"a callback", 1, func(st *stage) {
			st.callsAgain()
			st.world.accept(st.world.agents[0], st.esc)
			st.world.offline(st.world.agents[0])
		}, callers},
	}
}

// takers are all that can happen to what rings or is being transferred when its ring
// time is just over.
func takers(st *stage) []rival {
	ring := st.timer(desk.WakeRing).message
	transfers := func(to desk.Transfer) action {
		return does(func(st *stage, d *desk.Desk) (desk.Escalation, error) {
			return d.Transfer(st.world.ctx, st.world.admin, st.esc, to)
		})
	}
	return append(askers(st),
		rival{"accept", accepts},
		rival{"decline", declines},
		rival{"ring timer", func(st *stage, d *desk.Desk) error { return d.Wake(st.world.ctx, ring) }},
		rival{"offline", goesOffline},
		rival{"transfer to a department", transfers(desk.Transfer{DepartmentID: st.world.dep})},
		rival{"transfer to a member", transfers(desk.Transfer{MemberID: st.world.agents[2]})},
		rival{"complete", completes("resolved")},
		rival{"end", leaves},
	)
}

// losers are all that can happen to a phone that rings, and to what rings there.
func losers(st *stage) []rival {
	ring := st.timer(desk.WakeRing).message
	again := func(st *stage, d *desk.Desk) error { // the app starts once more
		_, err := d.PutDevice(st.world.ctx, st.world.staff(st.cut), desk.Device{ID: "phone-" + st.cut, Platform: desk.FCM, Token: "token-" + st.cut})
		return err
	}
	return []rival{
		{"escalate", askers(st)[2].act},
		{"accept", accepts},
		{"decline", declines},
		{"ring timer", func(st *stage, d *desk.Desk) error { return d.Wake(st.world.ctx, ring) }},
		{"end", leaves},
		{"sign out", signsOut},
		{"delete the phone", deletesPhone},
		{"register the phone", again},
		{"sign in on the phone", takesPhone},
		{"another password", setsPassword},
	}
}

// leaves is the customer who wants to be called back.
func leaves(st *stage, d *desk.Desk) error {
	_, err := d.End(st.world.ctx, st.world.acc, st.esc, true)
	return err
}

// askers ask for a person: once more, for the same interaction, for the same customer.
func askers(st *stage) []rival {
	asks := func(change func(r *desk.Request)) action {
		r := st.world.request(st.next)
		change(&r)
		return does(func(st *stage, d *desk.Desk) (desk.Answer, error) { return d.Escalate(st.world.ctx, r.Asked()) })
	}
	return []rival{
		{"escalate", asks(func(*desk.Request) {})},
		{"escalate the interaction", asks(func(r *desk.Request) { r.RequestID = "other" })},
		{"escalate the customer", asks(func(r *desk.Request) { r.RequestID, r.InteractionID = "other", "other" })},
	}
}

// callers go for a callback whose customer has an agent again.
func callers(st *stage) []rival {
	return append(askers(st)[1:],
		rival{"claim", does(func(st *stage, d *desk.Desk) (desk.Callback, error) {
			return d.ClaimCallback(st.world.ctx, st.world.staff(st.world.agents[0]), st.cb)
		})},
		rival{"claim by another", does(func(st *stage, d *desk.Desk) (desk.Callback, error) {
			return d.ClaimCallback(st.world.ctx, st.world.admin, st.cb)
		})},
		rival{"dismiss", does(func(st *stage, d *desk.Desk) (desk.Callback, error) {
			return d.DismissCallback(st.world.ctx, st.world.admin, st.cb, desk.Ending{Note: "no need"})
		})},
		rival{"contact", does(func(st *stage, d *desk.Desk) (desk.Callback, error) {
			return d.Contact(st.world.ctx, st.world.acc, desk.About{CallbackID: st.cb}, desk.Customer{Phone: "+49301"})
		})},
		rival{"withdraw", does(func(st *stage, d *desk.Desk) (desk.Callback, error) {
			return d.Withdraw(st.world.ctx, st.world.acc, desk.About{CallbackID: st.cb, InteractionID: "conv-1"})
		})},
		rival{"resolve", completes("resolved")},
		rival{"close", does(func(st *stage, d *desk.Desk) (desk.Escalation, error) {
			return d.Complete(st.world.ctx, st.holder(), st.esc, desk.Completion{Outcome: "hand_back", CallbackIDs: []string{st.cb}})
		})},
		rival{"end", leaves},
	)
}

// TestRaces lets every two of the rivals of a contest meet, their calls mixed by chance;
// every second time a call fails too, or the process of one dies. The promises are the
// same as those of a crash.
func TestRaces(t *testing.T) {
	for _, c := range contests() {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) { race(t, c) })
		})
	}
}

func race(t *testing.T, c contest) {
	st := newStage(t, c.agents)
	if c.before != nil {
		c.before(st)
	}
	st.left = true // or may have
	all := c.rivals(st)
	runs := 0
	for i, a := range all {
		for _, b := range all[i:] {
			for range (1 + 20**hunt) * max(1, 100/len(all)/len(all)) {
				if runs++; testing.Short() && runs%8 != 0 {
					continue
				}
				meet(st, a, b, rand.New(rand.NewPCG(uint64(runs), uint64(len(all)))))
				if t.Failed() {
					return
				}
			}
		}
	}
	t.Logf("%d runs", runs)
}

// meet lets a and b happen at once, and then all that follows.
func meet(from *stage, a, b rival, r *rand.Rand) {
	st := from.clone(from.world.t)
	s := &schedule{chance: r}
	if r.IntN(2) == 0 {
		s.at, s.then = 1+r.IntN(20), r.IntN(10)
	}
	var errs [2]error
	_ = s.run(func() error {
		var both sync.WaitGroup
		both.Go(func() { errs[0] = a.act(st, st.process(s.process())) })
		both.Go(func() { errs[1] = b.act(st, st.process(s.process())) })
		both.Wait()
		return nil
	})
	how := recovery(r.IntN(int(recoveries)))
	bad := st.follow(s, how, r.Uint64(), s.timerFailed("work"))
	for _, err := range errs {
		var p *desk.Problem
		if err != nil && !errors.As(err, &p) && !mayRepeat(err) && !errors.Is(err, errFailed) {
			bad = append(bad, fmt.Sprintf("failed: %v", err))
		}
	}
	if len(bad) > 0 {
		st.world.t.Errorf("%s and %s: %s, delivery %v, told %v:\n%s\n%s", a.name, b.name, s.story(), how, errs, strings.Join(bad, "\n"), st.tell())
	}
}
