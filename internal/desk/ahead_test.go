package desk_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/keys"
	"github.com/connectnow/backend/internal/table"
)

// readsAhead is an agent's call that has read ahead: a call before has shown whose they are.
func (w *world) readsAhead(agent string, first desk.Ahead) desk.Caller {
	w.t.Helper()
	var by desk.Caller
	for _, ahead := range []desk.Ahead{{}, first} {
		var err error
		by, err = w.Caller(w.ctx, desk.Bearer{MemberID: agent, SignedInAt: w.clock.Now(), Ahead: ahead})
		must(w.t, err)
	}
	return by
}

// What was read ahead may be old when it is needed. A Write is of the version that was read, and so
// tried again; what came long ago does not count, and nothing counts twice.
func TestReadAheadIsOld(t *testing.T) {
	t.Parallel()
	accept := func(w *world, by desk.Caller, id string) error { _, err := w.Accept(w.ctx, by, id, 0); return err }
	decline := func(w *world, by desk.Caller, id string) error { return w.Decline(w.ctx, by, id, 0, "") }
	complete := func(w *world, by desk.Caller, id string) error {
		_, err := w.Complete(w.ctx, by, id, desk.Completion{Outcome: "resolved"})
		return err
	}
	for _, c := range []struct {
		name    string
		first   desk.Ahead
		taken   bool // before
		between func(w *world, agent, id string)
		do      func(w *world, by desk.Caller, id string) error
		problem string
	}{
		{"accepted as the customer leaves", desk.Ahead{}, false, func(w *world, _, id string) { w.end(id) }, accept, "offer-gone"},
		{"accepted when it was accepted", desk.Ahead{}, false, func(w *world, agent, id string) { w.accept(agent, id) }, accept, ""},
		{"declined as it is accepted", desk.Ahead{Desk: true}, false, func(w *world, agent, id string) { w.accept(agent, id) }, decline, "offer-gone"},
		{"declined as the next goes offline", desk.Ahead{Desk: true}, false, func(w *world, agent, _ string) {
			for _, a := range w.agents {
				if a != agent {
					w.offline(a)
				}
			}
		}, decline, ""},
		{"completed as an admin does", desk.Ahead{Request: true}, true, func(w *world, _, id string) {
			_, err := w.Complete(w.ctx, w.admin, id, desk.Completion{Outcome: "no_customer"})
			must(w.t, err)
		}, complete, "escalation-ended"},
	} {
		for _, late := range []time.Duration{0, 2 * time.Second} {
			t.Run(c.name+" "+late.String(), func(t *testing.T) {
				t.Parallel()
				w := newWorld(t, worldOptions{agents: 2})
				a := w.ring(w.request(1))
				if c.taken {
					w.accept(a.Agent.ID, a.EscalationID)
				}
				first := c.first
				first.Escalation = a.EscalationID
				by := w.readsAhead(a.Agent.ID, first)
				c.between(w, a.Agent.ID, a.EscalationID)
				w.clock.Advance(late)
				switch err := c.do(w, by, a.EscalationID); {
				case c.problem == "":
					must(t, err)
				case !desk.IsProblem(err, c.problem):
					t.Errorf("got %v, want %s", err, c.problem)
				}
				if v := w.view(a.EscalationID); v.State == desk.Ringing {
					t.Errorf("it rings at %+v", v.Offer)
				}
			})
		}
	}
}

// A row that was read ahead is that of one look, and of no late one.
func TestRowReadAheadOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	early, late := w.readsAhead(w.agents[0], desk.Ahead{Row: true}), w.readsAhead(w.agents[0], desk.Ahead{Row: true})
	w.ring(w.request(1))
	look := func(by desk.Caller, want int) {
		t.Helper()
		got, err := w.MyEscalations(w.ctx, by)
		must(t, err)
		if len(got) != want {
			t.Errorf("got %v, want %d", got, want)
		}
	}
	look(early, 0)
	look(early, 1)
	w.clock.Advance(2 * time.Second)
	look(late, 1)
}

// A look tells the names of today, also those that it read beside since a look before told them.
func TestLookTellsNewNames(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 2})
	a := w.ring(w.request(1))
	w.decline(a.Agent.ID, a.EscalationID)
	second := w.staff(w.view(a.EscalationID).Offer.MemberID)
	for _, name := range []string{"Asha", "Bela"} {
		_, err := w.PatchMember(w.ctx, w.admin, a.Agent.ID, desk.MemberPatch{FirstName: &name})
		must(t, err)
		got, err := w.MyEscalations(w.ctx, second)
		must(t, err)
		for _, e := range got[0].History {
			if e.MemberID == a.Agent.ID && (e.FirstName == nil || *e.FirstName != name) {
				t.Errorf("the history has %v, want %s", e.FirstName, name)
			}
		}
	}
}

// The account that a process remembers is where it reads, and no more: of whoever is in another one
// by their profile what was read ahead does not count.
func TestReadAheadOfAnotherAccount(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	id := w.ring(w.request(1)).EscalationID
	agent := w.agents[0]
	w.readsAhead(agent, desk.Ahead{})
	k := keys.Profile(agent)
	it, _, err := w.Table.Get(w.ctx, k)
	must(t, err)
	elsewhere := w.outsider()
	body := bytes.ReplaceAll(it.Body, []byte(w.acc), []byte(elsewhere.AccountID))
	must(t, w.Table.Write(w.ctx, table.Put(table.Item{Key: k, Body: body}, table.AtVersion(it.Version))))
	by, err := w.Caller(w.ctx, desk.Bearer{MemberID: agent, SignedInAt: w.clock.Now(), Ahead: desk.Ahead{Escalation: id}})
	must(t, err)
	if _, err := w.Accept(w.ctx, by, id, 0); by.AccountID != elsewhere.AccountID || !desk.IsProblem(err, "not-found") {
		t.Errorf("in account %s: got %v, want not-found", by.AccountID, err)
	}
}
