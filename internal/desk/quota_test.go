package desk_test

import (
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/hours"
	"github.com/connectnow/backend/internal/keys"
	"github.com/connectnow/backend/internal/table"
	"github.com/connectnow/backend/internal/table/fault"
)

// process is another one of the same stage: it shares the table, and counts for itself.
func (w *world) process() *desk.Desk {
	d := desk.New(w.Desk.Table, w.Timers, w.Phones, w.Identity, w.Shifts)
	d.Secrets = w.Secrets
	d.Now, d.Sleep, d.Log = w.clock.Now, w.clock.Sleep, slog.New(slog.DiscardHandler)
	return d
}

// nth are working hours that differ from those with another number.
func nth(n int) *hours.WorkingHours {
	return &hours.WorkingHours{TimeZone: "UTC", Entries: []hours.Entry{{Days: []string{"mon"}, Start: fmt.Sprintf("%02d:%02d", n/60%24, n%60), End: "24:00"}}}
}

// A hundred changes of one member's hours in a minute, by whomever and through whichever process,
// begin ten executions. What is refused sends no message, and another one goes a minute later.
func TestChangesOfHoursAreFew(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 2})
	agent := w.agents[0]
	processes := []*desk.Desk{w.Desk, w.process(), w.process()}
	changed, messages := 0, 0
	for n := range 100 {
		by := w.staff(agent)
		if n%2 == 1 {
			by = w.admin
		}
		_, err := processes[n%3].SetWorkingHours(w.ctx, by, agent, nth(n))
		if err == nil {
			changed++
		} else if p := wantProblem(t, err, "too-often"); p.Class != desk.TooMany || p.After <= 0 || p.After > time.Minute {
			t.Fatalf("refused with %+v", p)
		}
		if n == 50 {
			messages = len(w.timers.Pending())
		}
		w.clock.Advance(590 * time.Millisecond)
	}
	if begun := len(w.shifts.Waiting()); changed != 10 || begun != 10 {
		t.Errorf("%d changes and %d executions, want 10", changed, begun)
	}
	if more := len(w.timers.Pending()) - messages; more != 0 {
		t.Errorf("what is known to be too often sent %d messages", more)
	}
	_, err := w.SetWorkingHours(w.ctx, w.admin, w.agents[1], nth(0)) // another's
	must(t, err)
	w.clock.Advance(time.Second)
	_, err = w.SetWorkingHours(w.ctx, w.admin, agent, nth(0))
	must(t, err)
	_, err = w.SetWorkingHours(w.ctx, w.admin, agent, nth(1))
	wantProblem(t, err, "too-often")
	w.clock.Advance(10 * time.Minute)
	for n := range 10 {
		_, err := w.SetWorkingHours(w.ctx, w.admin, agent, nth(n+2))
		must(t, err)
	}
}

// What costs money or rings others may be done so often at once, whichever process is asked, and
// another time when there is room.
func TestQuotas(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		most  int
		after time.Duration
		begin func(w *world) (do func(d *desk.Desk) error)
	}{
		{"test pushes", 5, 2 * time.Minute, func(w *world) func(d *desk.Desk) error {
			w.phone(w.agents[0])
			return func(d *desk.Desk) error { return d.TestDevice(w.ctx, w.staff(w.agents[0]), "phone-"+w.agents[0]) }
		}},
		{"transfers", 30, 20 * time.Second, func(w *world) func(d *desk.Desk) error {
			other, n := w.agent("Hanna", w.department("Support")), 0
			w.online(other)
			return func(d *desk.Desk) error {
				n++
				id := w.take(w.request(n)).EscalationID
				defer w.end(id)
				_, err := d.Transfer(w.ctx, w.staff(w.agents[0]), id, desk.Transfer{MemberID: other})
				return err
			}
		}},
		{"offers passed on", 20, 30 * time.Second, func(w *world) func(d *desk.Desk) error {
			me, n := w.staff(w.agents[0]), 0
			return func(d *desk.Desk) error {
				n++
				id := w.ring(w.request(n)).EscalationID
				defer w.end(id)
				_, err := d.SetPresence(w.ctx, me, me.MemberID, "offline")
				w.online(me.MemberID)
				return err
			}
		}},
		{"attempts", 200, 18 * time.Second, func(w *world) func(d *desk.Desk) error {
			me := w.staff(w.agents[0])
			w.offline(me.MemberID)
			id := w.escalate(w.request(1)).Callback.ID
			_, err := w.ClaimCallback(w.ctx, me, id)
			must(t, err)
			return func(d *desk.Desk) error {
				_, err := d.AttemptCallback(w.ctx, me, id, desk.NewAttempt{Outcome: "busy"})
				return err
			}
		}},
		{"departments", 199, 18 * time.Second, func(w *world) func(d *desk.Desk) error { // Sales is there
			return func(d *desk.Desk) error {
				made, err := d.CreateDepartment(w.ctx, w.admin, "", "Kids")
				if err == nil {
					err = d.DeleteDepartment(w.ctx, w.admin, made.ID)
				}
				return err
			}
		}},
		{"keys", 20, 3 * time.Minute, func(w *world) func(d *desk.Desk) error {
			return func(d *desk.Desk) error {
				k, err := d.CreateAssistantKey(w.ctx, w.admin, "", "Shop", nil)
				if err == nil {
					err = d.DeleteAssistantKey(w.ctx, w.admin, k.ID)
				}
				return err
			}
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, worldOptions{agents: 1})
			do := c.begin(w)
			for n := range c.most {
				if err := do(w.Desk); err != nil {
					t.Fatalf("the %dth: %v", n+1, err)
				}
			}
			wait := wantProblem(t, do(w.Desk), "too-often").After
			if wait > c.after || wait < c.after-time.Second { // retries take some milliseconds
				t.Errorf("it says to wait %v, want %v", wait, c.after)
			}
			other, err := w.process(), error(nil)
			for range c.most/4 + 2 { // a few before it looks into the table
				err = do(other)
			}
			wantProblem(t, err, "too-often")
			w.clock.Advance(wait)
			must(t, do(w.Desk))
			wantProblem(t, do(w.Desk), "too-often")
		})
	}
}

// Up to a quarter a process keeps the count to itself. Beyond it tells the table, once for each; what it
// refuses writes nothing. Many at once are no more than one after another.
func TestQuotaInTheTable(t *testing.T) {
	t.Parallel()
	var writes atomic.Int64
	var w *world
	w = newWorld(t, worldOptions{agents: 1, wrap: func(tb table.Table) table.Table {
		return fault.New(tb, fault.Options{After: func(c fault.Call, err error) error {
			for _, op := range c.Ops {
				if err == nil && op.Item.Key == keys.Spent(w.agents[0], "test-pushes") {
					writes.Add(1)
				}
			}
			return err
		}})
	}})
	w.phone(w.agents[0])
	test := func(d *desk.Desk) error { return d.TestDevice(w.ctx, w.staff(w.agents[0]), "phone-"+w.agents[0]) }
	must(t, test(w.Desk))
	if n := writes.Load(); n != 0 {
		t.Errorf("the first wrote %d times", n)
	}
	var passed atomic.Int64
	var all sync.WaitGroup
	for range 30 {
		all.Go(func() {
			if err := test(w.Desk); err == nil {
				passed.Add(1)
			}
		})
	}
	all.Wait()
	if passed.Load() != 4 || writes.Load() > 4 {
		t.Errorf("of thirty at once %d passed, by %d writes", passed.Load(), writes.Load())
	}
	before := writes.Load()
	for range 10 {
		wantProblem(t, test(w.Desk), "too-often")
	}
	other := w.process() // of which one passes before it looks
	must(t, test(other))
	for range 10 {
		wantProblem(t, test(other), "too-often")
	}
	if n := writes.Load() - before; n != 0 {
		t.Errorf("what was refused wrote %d times", n)
	}
}

// An account has so many departments and members; whoever wants more is told so, and to ask again gives what was made.
func TestTotals(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{})
	full := func(err error, name string) {
		t.Helper()
		if p := wantProblem(t, err, name); p.Class != desk.TooMany || p.After < time.Hour {
			t.Errorf("%+v", p)
		}
	}
	last := ""
	for n := range 199 {
		last = w.department(fmt.Sprint("Team ", n))
	}
	w.clock.Advance(time.Hour)
	_, err := w.CreateDepartment(w.ctx, w.admin, "", "One more")
	full(err, "too-many-departments")
	_, err = w.CreateDepartment(w.ctx, w.admin, last, "Team 198")
	must(t, err)
	must(t, w.DeleteDepartment(w.ctx, w.admin, last))
	last = w.department("One more")
	must(t, w.DeleteDepartment(w.ctx, w.admin, last))

	rows := make([]desk.NewRow, 998)
	for i := range rows {
		rows[i] = desk.NewRow{FirstName: "Asha", Departments: []string{w.dep}, Calls: 1}
	}
	_, err = w.Crowd(w.ctx, w.acc, rows)
	must(t, err)
	join := func(id, email string) error {
		_, err := w.CreateMember(w.ctx, w.admin, desk.NewMember{
			ID: id, FirstName: "Nina", LastName: "Roy", Email: email, Role: desk.RoleStaff, DepartmentIDs: []string{w.dep}, Password: "Correct-horse-7",
		})
		return err
	}
	must(t, join("mem_aaaaaaaaaaaa", "nina@example.com"))
	full(join("", "more@example.com"), "too-many-members")
	must(t, join("mem_aaaaaaaaaaaa", "nina@example.com"))
	must(t, w.DeleteMember(w.ctx, w.admin, "mem_aaaaaaaaaaaa"))
	must(t, join("", "more@example.com"))
}

// Departments that are made and deleted again and again leave tombstones, which each claim reads: there are
// so many at most, until they are swept away.
func TestTombstonesAreFew(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{})
	for n := range 8 {
		var ops []table.Op
		for i := range 100 {
			body := fmt.Sprintf(`{"name":"Kids","x":true,"xt":%d}`, w.clock.Now().UnixMilli())
			ops = append(ops, table.Put(table.Item{Key: keys.Department(w.acc, fmt.Sprintf("dep_%012d", 100*n+i)), Body: []byte(body)}, table.Absent))
		}
		must(t, w.Table.Write(w.ctx, ops...))
	}
	_, err := w.CreateDepartment(w.ctx, w.admin, "", "Kids")
	wantProblem(t, err, "too-many-departments")
	w.clock.Advance(31 * 24 * time.Hour)
	w.department("Kids")
}

// A team's hours are changed a thousand times, as an import of a thousand members does.
func TestTeamGetsHours(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{})
	team, err := w.Crowd(w.ctx, w.acc, make([]desk.NewRow, 100))
	must(t, err)
	for n := range 1000 {
		_, err = w.SetWorkingHours(w.ctx, w.admin, team[n%100], nth(n))
		must(t, err)
	}
}

// Whoever sends the hours that are there, or an old version's, again and again uses up nothing of the team's, and has no message sent.
func TestUnchangedHoursCountNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 2})
	agent, by, stale := w.agents[0], w.staff(w.agents[0]), errors.New("stale")
	_, err := w.SetWorkingHours(w.ctx, by, agent, nth(0))
	must(t, err)
	messages := len(w.timers.Pending())
	for range 1000 {
		_, err := w.SetWorkingHours(w.ctx, by, agent, nth(0))
		must(t, err)
		_, err = w.SetWorkingHours(w.ctx, by, agent, nth(1), func(hours.WorkingHours) error { return stale })
		if !errors.Is(err, stale) {
			t.Fatal(err)
		}
	}
	if more := len(w.timers.Pending()) - messages; more != 0 {
		t.Errorf("what changes nothing sent %d messages", more)
	}
	_, err = w.SetWorkingHours(w.ctx, w.admin, w.agents[1], nth(0))
	must(t, err)
}

// Whoever is at work may come and go, and be sent offline, as often as they like: it rings nobody.
func TestPresenceBesideActiveWorkCountsNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	agent := w.agents[0]
	w.take(w.request(1))
	for n := range 30 {
		by := w.staff(agent)
		if n%2 == 1 {
			by = w.admin
		}
		for _, status := range []string{"offline", "online"} {
			_, err := w.SetPresence(w.ctx, by, agent, status)
			must(t, err)
		}
	}
}
