package desk_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/keys"
	"github.com/connectnow/backend/internal/roster"
	"github.com/connectnow/backend/internal/table"
	"github.com/connectnow/backend/internal/table/fault"
	"github.com/connectnow/backend/internal/table/meter"
)

func (w *world) goesOn() desk.Live {
	w.t.Helper()
	v, err := w.Live(w.ctx, w.admin)
	must(w.t, err)
	return v
}

// toldOf says of each escalation where it is, with whom, and at whom it rings.
func toldOf(list []desk.LiveWork) (lines []string) {
	for _, e := range list {
		line := string(e.Channel) + " for " + e.DepartmentID
		if e.DepartmentName != nil {
			line = string(e.Channel) + " for " + *e.DepartmentName
		}
		if e.AssignedTo != nil {
			line += ", with " + e.AssignedTo.FirstName
		}
		if e.Offer != nil {
			line += fmt.Sprintf(", rings at %s for %d s", e.Offer.FirstName, e.Offer.RingingSeconds)
		}
		if e.Drill {
			line += ", drill"
		}
		lines = append(lines, line)
	}
	return lines
}

// A page shows who can take work, what rings at whom, and what is open.
func TestLive(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 3})
	support := w.department("Support")
	hanna := w.agent("Hanna", support)
	active := w.take(w.call(1))
	w.clock.Advance(time.Minute)
	rings := w.ring(w.call(2))
	began := w.clock.Now()
	w.clock.Advance(5 * time.Second)
	_, err := w.Transfer(w.ctx, w.staff(active.Agent.ID), active.EscalationID, desk.Transfer{DepartmentID: support, Note: "Shoes."})
	must(t, err)
	v := w.goesOn()
	with := "with " + active.Agent.FirstName + ", rings at Hanna for 25 s"
	if diff := cmp.Diff([]string{"call for Support, " + with, "call for Sales, rings at " + rings.Agent.FirstName + " for 20 s"}, toldOf(v.Ringing)); diff != "" {
		t.Errorf("ringing (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"call for Sales, " + with}, toldOf(v.Active)); diff != "" {
		t.Errorf("active (-want +got):\n%s", diff)
	}
	want := []desk.LiveDepartment{
		{ID: w.dep, Name: "Sales", Counts: roster.Counts{Call: 1, Chat: 1}, LiveCounts: desk.LiveCounts{Ringing: 1, Active: 1}},
		{ID: support, Name: "Support", LiveCounts: desk.LiveCounts{Ringing: 1}},
	}
	if diff := cmp.Diff(want, v.Departments); diff != "" {
		t.Errorf("departments (-want +got):\n%s", diff)
	}
	if v.Now != (roster.Counts{Call: 1, Chat: 1}) || !v.InHours || v.NextAt != nil || v.More || !v.At.Equal(w.clock.Now()) {
		t.Errorf("got %+v", v)
	}
	var team []string
	for _, m := range v.Members {
		team = append(team, m.FirstName)
		if m.Work == nil {
			t.Errorf("%s: work is null", m.FirstName)
		}
	}
	if !slices.Equal(team, []string{"Agent0", "Agent1", "Agent2", "Hanna", "Olga"}) {
		t.Errorf("members %v", team)
	}
	wantWork(t, v, active.Agent.ID, desk.MembersWork{EscalationID: active.EscalationID, Channel: roster.Call, State: desk.Active, Since: began.Add(-time.Minute)})
	wantWork(t, v, rings.Agent.ID, desk.MembersWork{EscalationID: rings.EscalationID, Channel: roster.Call, State: desk.Ringing, Since: began})
	wantWork(t, v, hanna, desk.MembersWork{EscalationID: active.EscalationID, Channel: roster.Call, State: desk.Ringing, Since: began.Add(5 * time.Second)})
}

// wantWork wants one work of a member.
func wantWork(t *testing.T, v desk.Live, member string, want desk.MembersWork) {
	t.Helper()
	i := slices.IndexFunc(v.Members, func(m desk.LiveMember) bool { return m.ID == member })
	if diff := cmp.Diff([]desk.MembersWork{want}, v.Members[i].Work); diff != "" {
		t.Errorf("work of %s (-want +got):\n%s", v.Members[i].FirstName, diff)
	}
}

// What is for everyone, and for a department that was deleted, stands apart; so does who was
// removed, while their work goes on.
func TestLiveWithout(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	r := w.request(1)
	r.DepartmentID = ""
	w.take(r)
	support := w.department("Support")
	hanna := w.agent("Hanna", support)
	r = w.request(2)
	r.DepartmentID = support
	w.ring(r)
	must(t, w.DeleteDepartment(w.ctx, w.admin, support))
	v := w.goesOn()
	if want := (desk.LiveCounts{Ringing: 1, Active: 1}); v.NoDepartment != want || len(v.Departments) != 1 || v.Departments[0].LiveCounts != (desk.LiveCounts{}) {
		t.Errorf("without a department %+v, want %+v; departments %+v", v.NoDepartment, want, v.Departments)
	}
	if v.Ringing[0].DepartmentID != "" || v.Ringing[0].DepartmentName != nil {
		t.Errorf("of a deleted department: %+v", v.Ringing[0])
	}
	must(t, w.DeleteMember(w.ctx, w.admin, hanna))
	v = w.goesOn()
	if slices.ContainsFunc(v.Members, func(m desk.LiveMember) bool { return m.ID == hanna }) {
		t.Error("a removed member is shown")
	}
	if diff := cmp.Diff([]string{"chat for , rings at Agent0 for 25 s"}, toldOf(v.Ringing)); diff != "" {
		t.Errorf("ringing (-want +got):\n%s", diff)
	}
}

// Callbacks are counted in each of their departments. What is overdue counts whoever has it.
func TestLiveCallbacks(t *testing.T) {
	t.Parallel()
	w := quiet(t)
	support := w.department("Support")
	for n, dep := range []string{w.dep, w.dep, support, ""} {
		r := w.request(n + 1)
		r.DepartmentID = dep
		w.miss(r)
	}
	r := w.request(1) // the same conversation asks for another department
	r.RequestID, r.DepartmentID = "req-again", support
	claimed := w.miss(r).Callback.ID
	done := w.miss(w.request(6)).Callback.ID
	_, err := w.CompleteCallback(w.ctx, w.admin, done, desk.Ending{})
	must(t, err)
	counts := func() (list []desk.LiveCounts) {
		v := w.goesOn()
		for _, dep := range v.Departments {
			list = append(list, dep.LiveCounts)
		}
		return append(list, v.NoDepartment)
	}
	want := []desk.LiveCounts{{CallbacksOpen: 2}, {CallbacksOpen: 2}, {CallbacksOpen: 1}}
	if diff := cmp.Diff(want, counts()); diff != "" {
		t.Errorf("open (-want +got):\n%s", diff)
	}
	_, err = w.ClaimCallback(w.ctx, w.admin, claimed)
	must(t, err)
	w.clock.Advance(4*time.Hour + time.Minute)
	want = []desk.LiveCounts{{CallbacksOpen: 1, CallbacksOverdue: 2}, {CallbacksOpen: 1, CallbacksOverdue: 2}, {CallbacksOpen: 1, CallbacksOverdue: 1}}
	if diff := cmp.Diff(want, counts()); diff != "" {
		t.Errorf("one claimed, all overdue (-want +got):\n%s", diff)
	}
}

// Of very many callbacks a thousand are counted, those due first.
func TestLiveMore(t *testing.T) {
	t.Parallel()
	w := quiet(t)
	list := func(state string, n int, due time.Time) {
		must(t, w.Table.Write(w.ctx, table.Put(table.Item{
			Key: keys.ListedCallback(w.acc, state, due.UnixMilli(), fmt.Sprintf("cb_%012d", n)), Body: []byte(`{"d":"` + w.dep + `"}`),
		}, table.Absent)))
	}
	now := w.clock.Now()
	for n := range 1000 {
		list("open", n, now.Add(time.Duration(n-10)*time.Second)) // ten are overdue
	}
	for _, step := range []struct {
		name string
		do   func()
		want desk.LiveCounts
		more bool
	}{
		{"a thousand", func() {}, desk.LiveCounts{CallbacksOpen: 1000, CallbacksOverdue: 10}, false},
		{"one more, and a claimed one", func() { list("open", 1000, now.Add(time.Hour)); list("claimed", 0, now.Add(-time.Hour)) },
			desk.LiveCounts{CallbacksOpen: 1000, CallbacksOverdue: 11}, true},
	} {
		step.do()
		if v := w.goesOn(); v.Departments[0].LiveCounts != step.want || v.More != step.more {
			t.Errorf("%s: got %+v, more %v; want %+v, %v", step.name, v.Departments[0].LiveCounts, v.More, step.want, step.more)
		}
	}
}

// An offer that goes on, and work that ends, while the desk is being read: the lists and the
// members' work tell the same.
func TestLiveMeanwhile(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 2})
	moved, ended := w.ring(w.request(1)), w.take(w.request(2))
	var done atomic.Bool
	w.Desk.Table = fault.New(w.Table, fault.Options{After: func(c fault.Call, err error) error {
		if c.Kind == fault.Query && c.Range.Partition == keys.Desk(w.acc) && !done.Swap(true) {
			w.decline(moved.Agent.ID, moved.EscalationID)
			w.complete(ended.Agent.ID, ended.EscalationID)
		}
		return err
	}})
	v := w.goesOn()
	if len(v.Active) != 0 || len(v.Ringing) != 1 {
		t.Fatalf("ringing %v, active %v", toldOf(v.Ringing), toldOf(v.Active))
	}
	to := v.Ringing[0].Offer.MemberID
	if to == moved.Agent.ID {
		t.Errorf("rings at who declined")
	}
	for _, m := range v.Members {
		if (len(m.Work) == 1) != (m.ID == to) {
			t.Errorf("%s has %+v, and it rings at %s", m.FirstName, m.Work, to)
		}
	}
}

// Whoever looks mends a lost timer, and a look fails when an escalation cannot be read: one
// that shows less would say that nothing rings.
func TestLiveMends(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 2})
	a := w.ring(w.request(1))
	for _, m := range w.timers.Pending() {
		must(t, w.timers.Deliver(w.ctx, m.ID, func(context.Context, desk.Message) error { return nil })) // lost
	}
	w.clock.Advance(time.Minute)
	w.goesOn()
	w.deliverDue()
	if s := w.peek(a.EscalationID); s.Offer != 2 {
		t.Errorf("after a look it rings with offer %d, want 2", s.Offer)
	}
	w.Desk.Table = fault.New(w.Table, fault.Options{Before: func(c fault.Call) error {
		if c.Kind == fault.Get {
			return table.ErrUnavailable
		}
		return nil
	}})
	if _, err := w.Live(w.ctx, w.admin); !errors.Is(err, table.ErrUnavailable) {
		t.Errorf("got %v, want %v", err, table.ErrUnavailable)
	}
}

// TestLiveReads: one Query of the desk, a Get for each open work, the lists of open and
// claimed callbacks, and nothing else, however much is past.
func TestLiveReads(t *testing.T) {
	t.Parallel()
	var m *meter.Table
	var mu sync.Mutex
	var read []string
	w := newWorld(t, worldOptions{agents: 3, record: func(engine table.Table) table.Table {
		m = meter.New(fault.New(engine, fault.Options{Before: func(c fault.Call) error {
			mu.Lock()
			defer mu.Unlock()
			read = append(read, c.Range.Partition+c.Key.Partition)
			return nil
		}}))
		return m
	}})
	for n := range 60 {
		a := w.take(w.request(n))
		w.complete(a.Agent.ID, a.EscalationID)
	}
	past := w.looked(m)
	if past.Gets != 0 || past.Queries != 3 || past.Writes+past.Increments != 0 {
		t.Errorf("with 60 in the past: %+v", past)
	}
	active := w.take(w.request(101))
	_, err := w.Transfer(w.ctx, w.admin, active.EscalationID, desk.Transfer{DepartmentID: w.dep, Note: "yours"}) // on two rows
	must(t, err)
	open := []string{active.EscalationID, w.ring(w.request(102)).EscalationID, w.ring(w.request(103)).EscalationID}
	read = nil
	if c := w.looked(m); c.Gets != 3 || c.Queries != 3 || c.Writes+c.Increments != 0 {
		t.Errorf("with three open: %+v", c)
	}
	want := append(open, keys.Desk(w.acc), keys.Callbacks(w.acc, "open"), keys.Callbacks(w.acc, "claimed"))
	slices.Sort(want)
	slices.Sort(read)
	if diff := cmp.Diff(want, read); diff != "" {
		t.Errorf("read (-want +got):\n%s", diff)
	}
}

// looked is what one look costs.
func (w *world) looked(m *meter.Table) meter.Counts {
	w.t.Helper()
	before := m.Counts()
	w.goesOn()
	return m.Counts().Sub(before)
}
