package desk_test

import (
	"fmt"
	"slices"
	"sync"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/roster"
	"github.com/connectnow/backend/internal/table"
)

// escalate is a new customer, whose request comes twice at times; some come again with one of before.
func (p *linear) escalate(d *desk.Desk) func() {
	p.mu.Lock()
	var r desk.Request
	if n := len(p.work); n > 0 && p.chance.IntN(6) == 0 {
		r = p.work[p.chance.IntN(n)]
	} else {
		r = p.world.request(n)
		if p.chance.IntN(4) == 0 {
			r.Channel = roster.Call
		}
		p.work = append(p.work, r)
		p.calls[p.world.idOf(r)] = r.Channel == roster.Call
	}
	twice := p.chance.IntN(6) == 0
	p.mu.Unlock()
	once := func() {
		d, lost := heeding(d)
		began := p.told.began()
		a, err := d.Escalate(p.world.ctx, r.Asked())
		p.told.heard(p.world.idOf(r), began, p.answered("escalate", a, err), lost.Load())
	}
	if !twice {
		return once
	}
	return func() {
		var wg sync.WaitGroup
		wg.Go(once)
		once()
		wg.Wait()
	}
}

// answered is what the assistant was told.
func (p *linear) answered(do string, a desk.Answer, err error) spoken {
	c := spoken{do: do, who: nobody, to: nobody, by: nobody, state: string(a.State)}
	if a.Agent != nil && a.State == desk.Ringing {
		c.to = number(p.names, a.Agent.ID)
	} else if a.Agent != nil {
		c.by = number(p.names, a.Agent.ID)
	}
	if c = c.of(err, p.names); c.refused == "not-found" { // it has not begun
		c.state = ""
	}
	return c
}

// do does one thing with an escalation.
func (p *linear) do(d *desk.Desk, kind, agent, id string) {
	if kind == "transfer" && !p.moves {
		kind = "complete"
	}
	d, lost := heeding(d)
	by, c := p.world.staff(agent), spoken{do: kind, who: p.names[agent], to: nobody, by: nobody}
	began := p.told.began()
	var a desk.Answer
	var err error
	switch kind {
	case "ask":
		a, err = d.Status(p.world.ctx, p.world.acc, id)
		c = p.answered(kind, a, err)
	case "leave":
		a, err = d.End(p.world.ctx, p.world.acc, id, false)
		c = p.answered(kind, a, err)
	case "accept":
		p.mu.Lock()
		call := p.calls[id]
		p.mu.Unlock()
		accept := func() error {
			e, err := d.Accept(p.world.ctx, by, id, 0)
			c.state = string(e.State)
			return err
		}
		if call {
			err = p.goesOn(d, agent, accept)
		} else {
			err = accept()
		}
	case "decline":
		err = d.Decline(p.world.ctx, by, id, 0, "not now")
	case "complete":
		_, err = d.Complete(p.world.ctx, by, id, desk.Completion{Outcome: "hand_back"})
	case "transfer":
		var e desk.Escalation
		if e, err = d.Transfer(p.world.ctx, by, id, desk.Transfer{DepartmentID: p.world.dep}); err == nil && e.Offer != nil {
			c.to, c.number = number(p.names, e.Offer.MemberID), e.Offer.Number
		}
	}
	p.told.heard(id, began, c.of(err, p.names), lost.Load())
}

// look is an agent's at what is theirs: of all that had begun before it was there, or was not.
func (p *linear) look(d *desk.Desk, agent string) {
	began, ids := p.told.began(), p.ids()
	list, err := d.MyEscalations(p.world.ctx, p.world.staff(agent))
	if err != nil {
		return
	}
	for _, id := range ids {
		c := spoken{do: "look", who: p.names[agent], to: nobody, by: nobody}
		if i := slices.IndexFunc(list, func(e desk.Escalation) bool { return e.ID == id }); i >= 0 {
			c.state = string(list[i].State)
			if o := list[i].Offer; o != nil {
				c.to, c.number = number(p.names, o.MemberID), o.Number
			}
			if a := list[i].AssignedTo; a != nil {
				c.by = number(p.names, a.ID)
			}
		}
		p.told.heard(id, began, c, false)
	}
}

// load reads a member's row, as it lies in the table.
func (p *linear) load(agent string) {
	began := p.rows.began()
	it, _, err := p.journal.Get(p.world.ctx, table.Key{Partition: p.world.acc + "/desk", Sort: "mem/" + agent})
	must(p.world.t, err)
	c := spoken{do: "load", who: p.names[agent], work: []string{}}
	for _, w := range read[agentRow](it.Body).Work {
		c.work = append(c.work, w.Escalation)
	}
	slices.Sort(c.work)
	p.rows.heard(fmt.Sprint("agent ", c.who), began, c, false)
}

// present has an agent go online, or offline, where what rings for them goes on.
func (p *linear) present(d *desk.Desk, agent, status string) {
	do := func() error { _, err := d.SetPresence(p.world.ctx, p.world.admin, agent, status); return err }
	if status == roster.StatusOffline {
		_ = p.goesOn(d, agent, do) // whatever is answered
		return
	}
	_ = do()
}
