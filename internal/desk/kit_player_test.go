package desk_test

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/keys"
	"github.com/connectnow/backend/internal/local"
	"github.com/connectnow/backend/internal/table/fault"
)

// player plays histories.
type player struct {
	*floor
	mu   sync.Mutex
	deps []string // of the account
	work []string // escalations begun
	errs []error  // what no caller should ever see
}

// play plays the history and returns what the judge says, and what was wrong beside.
func play(t *testing.T, h history, dynamo bool) (*judge, []error) {
	o := fault.Options{Conflicts: true, Torn: true, Latency: tailed(h.seed, cloudLatency)}
	if dynamo { // has latencies of its own
		o.Latency = nil
	}
	if h.lost > 0 {
		o = fault.Random(o, h.seed, h.lost, h.lost/2, h.lost/2)
	}
	p := &player{floor: newFloor(t, dynamo, h.seed, o)}
	p.deps = []string{p.world.dep}
	for i := 1; i < h.departments; i++ {
		dep, err := p.bare.AddDepartment(p.world.ctx, p.world.acc, fmt.Sprint("Team ", i))
		must(t, err)
		p.deps = append(p.deps, dep.ID)
	}
	if h.team {
		_, err := p.bare.PatchAccount(p.world.ctx, p.world.admin, desk.AccountPatch{Balance: ptr("team")})
		must(t, err)
	}
	var rows []desk.NewRow
	for i, a := range h.agents {
		r := desk.NewRow{FirstName: fmt.Sprint("Agent", i), Calls: a.calls, Schedule: a.hours, Departments: p.some(a.departments)}
		if a.chats >= 0 {
			r.Chats = &a.chats
		}
		rows = append(rows, r)
	}
	ids, err := p.bare.Crowd(p.world.ctx, p.world.acc, rows)
	must(t, err)
	p.world.agents = ids
	for _, r := range h.rounds {
		p.round(r)
	}
	p.finish(h.leaveFirst)
	return judged(p.journal), p.errs
}

// some are the departments of the bits.
func (p *player) some(bits int) []string {
	var some []string
	for i, dep := range p.deps {
		if bits&(1<<i) != 0 {
			some = append(some, dep)
		}
	}
	return some
}

// round lets all timers that are due and all acts go at once.
func (p *player) round(r round) {
	p.skip(r.skip)
	var wg sync.WaitGroup
	for _, d := range p.world.timers.Pending() {
		if !d.At.After(p.Now()) {
			wg.Go(func() { p.told(p.world.timers.Deliver(p.world.ctx, d.ID, p.world.Wake)) })
		}
	}
	for _, a := range r.acts {
		wg.Go(func() {
			_ = pause(p.world.ctx, a.after)
			p.told(p.do(a))
		})
	}
	wg.Wait()
}

// told keeps errors that are no answer to give: all but Problems and what the table
// refused to do.
func (p *player) told(err error) {
	var problem *desk.Problem
	if err == nil || errors.As(err, &problem) || desk.Transient(err) {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.errs = append(p.errs, err)
}

// do does one thing. Who is meant is looked up beside the faults.
func (p *player) do(a act) error {
	p.mu.Lock()
	agent := p.world.agents[a.a%len(p.world.agents)]
	dep := p.deps[0]
	if a.b%3 == 0 {
		dep = append(p.deps, "", "dep_unknown")[a.b/3%(len(p.deps)+2)]
	}
	p.mu.Unlock()
	switch a.kind {
	case "escalate":
		return p.begin(a, dep)
	case "drill":
		_, err := p.world.Drill(p.world.ctx, p.world.admin, "", desk.Drill{MemberID: agent, Channel: a.channel()})
		return err
	case "online", "offline":
		_, err := p.world.SetPresence(p.world.ctx, p.world.admin, agent, a.kind)
		return err
	case "capacity":
		_, err := p.world.PatchMember(p.world.ctx, p.world.admin, agent, desk.MemberPatch{Capacity: &desk.Capacity{Calls: min(1, a.b%4), Chats: a.c % 6}})
		return err
	case "move":
		deps := p.some(a.b % (1 << len(p.deps)))
		_, err := p.world.PatchMember(p.world.ctx, p.world.admin, agent, desk.MemberPatch{DepartmentIDs: &deps})
		return err
	case "hours":
		return p.world.SetSchedule(p.world.ctx, p.world.acc, agent, []string{"", "UTC 1234567/0900-1003", "UTC 1234567/1002-1700"}[a.b%3])
	case "page":
		_, err := p.world.SetPresence(p.world.ctx, p.world.staff(agent), agent, "online")
		return err
	case "poll":
		_, err := p.world.MyEscalations(p.world.ctx, p.world.staff(agent))
		return err
	case "closing": // within the round
		return p.world.SetReach(p.world.ctx, p.world.acc, agent, ptr(0), p.Now().Add(time.Duration(a.c)*time.Millisecond))
	case "device":
		return p.world.SetReach(p.world.ctx, p.world.acc, agent, ptr(1), time.Time{})
	case "balance":
		_, err := p.world.PatchAccount(p.world.ctx, p.world.admin, desk.AccountPatch{Balance: ptr([]string{"department", "team"}[a.b%2])})
		return err
	case "join":
		return p.join(a)
	}
	return p.handle(a, agent)
}

func (p *player) begin(a act, dep string) error {
	p.mu.Lock()
	r := p.world.request(len(p.work))
	r.DepartmentID, r.Channel = dep, a.channel()
	p.work = append(p.work, keys.EscalationID(r.AccountID, r.RequestID, r.InteractionID))
	p.mu.Unlock()
	of := p.world.Desk
	if a.c%2 == 0 { // in a process of its own, as all are in the cloud
		of = p.world.Apart()
	}
	_, err := of.Escalate(p.world.ctx, r.Asked())
	return err
}

func (p *player) join(a act) error {
	id, err := p.world.AddMember(p.world.ctx, p.world.acc, desk.NewMember{
		FirstName: "New", Email: fmt.Sprintf("new%d-%d-%d@example.com", a.a, a.b, a.c), Role: desk.RoleStaff, DepartmentIDs: p.some(a.b),
	})
	if err != nil {
		return err
	}
	p.mu.Lock()
	p.world.agents = append(p.world.agents, id)
	p.mu.Unlock()
	_, err = p.world.SetPresence(p.world.ctx, p.world.admin, id, "online")
	return err
}

// handle does something with a work of the agent's.
func (p *player) handle(a act, agent string) error {
	rows, err := p.bare.Rows(p.world.ctx, p.world.acc)
	if err != nil {
		return err
	}
	var mine []string
	var other string
	for _, r := range rows {
		if r.ID == agent {
			mine = r.Work
		}
	}
	if other = rows[a.c%len(rows)].ID; len(mine) == 0 {
		return nil
	}
	id, by := mine[a.b%len(mine)], p.world.staff(agent)
	switch a.kind {
	case "accept":
		_, err = p.world.Accept(p.world.ctx, by, id, 0)
	case "decline":
		err = p.world.Decline(p.world.ctx, by, id, 0, "not now")
	case "complete":
		_, err = p.world.Complete(p.world.ctx, by, id, desk.Completion{Outcome: "resolved"})
	case "end":
		_, err = p.world.End(p.world.ctx, p.world.acc, id, a.c%2 == 0)
	case "transfer":
		_, err = p.world.Transfer(p.world.ctx, by, id, desk.Transfer{DepartmentID: p.deps[a.c%len(p.deps)]})
	case "hand":
		_, err = p.world.Transfer(p.world.ctx, by, id, desk.Transfer{MemberID: other})
	}
	return err
}

// finish ends all work the way it ends when nobody does anything more: offers run out,
// and the customers leave; or those leave first. Looks at callbacks would go on for ever: of
// each three are delivered.
func (p *player) finish(leaveFirst bool) {
	p.world.Desk.Table = p.journal
	if leaveFirst {
		p.leave()
	}
	looks := map[string]int{}
	for range 100 {
		pending := slices.DeleteFunc(p.world.timers.Pending(), func(d local.Delivery) bool {
			if d.Message.Kind == desk.WakeDue {
				looks[d.Message.CallbackID]++
			}
			return looks[d.Message.CallbackID] > 3
		})
		if len(pending) == 0 {
			break
		}
		p.skip(max(0, pending[len(pending)-1].At.Sub(p.Now())))
		p.sideBySide(len(pending), func(i int) error { return p.world.timers.Deliver(p.world.ctx, pending[i].ID, p.world.Wake) })
	}
	p.leave()
}

// leave has all customers leave.
func (p *player) leave() {
	p.sideBySide(len(p.work), func(i int) error {
		_, err := p.world.End(p.world.ctx, p.world.acc, p.work[i], false)
		return err
	})
}

// sideBySide does n things, some at once.
func (p *player) sideBySide(n int, do func(i int) error) {
	var wg sync.WaitGroup
	for w := range 4 {
		wg.Go(func() {
			for i := w; i < n; i += 4 {
				p.told(do(i))
			}
		})
	}
	wg.Wait()
}
