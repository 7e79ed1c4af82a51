// Package desk_test holds the desk to its promises, from outside. A file is named for the
// room that it tests, as the file beside it; kit files hold what the tests are made of.
//
// # The cast
//
// A world is one account, Shop, in the zone of Berlin, on the local twins. Its clock says
// Monday, 23 November 2026, 10:00 UTC, which is 11:00 in Berlin and within all hours of
// work, and it moves only when a test says so: with pass, which delivers what becomes due
// on the way, or with at, which does not.
//
//	Olga              the owner, w.admin: in no department, offline, without a phone
//	Agent0, Agent1 …  staff of Sales, w.agents: as many as asked for, online, always on shift, one call or three chats
//	Meera             the customer of every request; each request number has a phone number of its own
//
// Sales, w.dep, is the one department. A test that needs more makes them and keeps to
// these names:
//
//	Support           another department, and Susi in it, whom requests for Sales do not concern
//	Hanna, Hugo       of Support, who take what is transferred to them
//	Nora              works at night, Otto is away, Nina is new, and Ada is whom one is renamed to
//	Ria               the owner of another account, Rival: w.outsider
//
// # The kit
//
//	world             the account, its clock, and what becomes due
//	acts              what members do, said shortly
//	faults            phones, timers and tables that fail
//	gauges            metrics, remembered
//	floor             a world whose clock runs, for many things at once on a slow table
//	history, player   chance draws what happens on a floor, and who plays it
//	journal, judge    what a table committed in order, and who holds it against the promises
//	judge_order       what it knows of the two orders; judge_eyes how it reads rows
//	judge_self        the judge, judged on journals written by hand
//	memory            a table that can be copied
//	witness           sees every Write, and tells which one breaks an escalation's life
//	burst, speed      what the figures of make bench are taken of
//	sessions          members who sign in, and an identity that counts how often it is asked
//	crash_stage       a world that can be copied, with timers and phones of its own
//	crash_twins       its sign-ins and shifts
//	crash_told        what other systems heard of it
//	crash_operations  what is tried there, and the steps that lead to it
//	crash_process     one that dies at a call of one's choice
//	crash_check       what must hold when all is delivered
//	wire              what goes wrong by chance between a desk and all that it calls
//	linear            what callers were told, and whether one order of it fits
//	linear_models     the states of an escalation; _room of a member's desk, _callbacks of a callback
//	linear_play       who tells it; _acts what they do
//	soak              a shop for which very many customers come while one call in twenty fails
//	soak_people       who comes, and who works there
//	soak_books        what is kept of it, apart from the product; _reckon whether it adds up
//	day               a shop of five people, of whom it knows what the desk cannot
//	day_acts, _look   what they do, and what comes of it, written down
//	day_chance        days by chance
//	day_judge         whether customers waited for those who could not answer
//
// What tests need to see of the desk's inside is in export_*_test.go.
package desk_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/keys"
	"github.com/connectnow/backend/internal/local"
	"github.com/connectnow/backend/internal/roster"
	"github.com/connectnow/backend/internal/table"
)

// clock is a time that tests own. Sleeping moves it on.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *clock { return &clock{now: time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)} }

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

func (c *clock) Sleep(ctx context.Context, d time.Duration) error {
	c.Advance(d)
	return ctx.Err()
}

// world is an account with members on the local twins, its clock in the test's hands. Whoever plays in
// one has it as a field and does not embed it: for each struct that did, the compiler wrote twelve
// hundred methods of its own, and most of what it did for these tests was that.
type world struct {
	t *testing.T
	*desk.Desk
	ctx    context.Context
	clock  *clock
	twins  *local.Twins
	timers *local.Timers
	phones *local.Phones
	shifts *local.Shifts
	acc    string
	dep    string   // Sales
	agents []string // in Sales, online
	admin  desk.Caller
}

// worldOptions are what a test changes of its world.
type worldOptions struct {
	agents int
	wrap   func(table.Table) table.Table                        // puts faults or meters around the table
	record func(table.Table) table.Table                        // is around the table from the start
	table  func(t *testing.T, now func() time.Time) table.Table // another engine
}

func newWorld(t *testing.T, o worldOptions) *world {
	t.Helper()
	w := &world{t: t, ctx: context.Background(), clock: newClock()}
	twins, err := local.Open(t.TempDir(), local.Options{Now: w.clock.Now, NoSync: true, PasswordMemory: 64, Log: slog.New(slog.DiscardHandler)})
	must(t, err)
	t.Cleanup(func() { _ = twins.Close() })
	w.twins, w.timers, w.phones, w.shifts = twins, twins.Timers, twins.Phones, twins.Shifts
	var engine table.Table = twins.Table
	if o.table != nil {
		engine = o.table(t, w.clock.Now)
	}
	engine = keyed{Table: engine, t: t}
	if o.record != nil {
		engine = o.record(engine)
	}
	w.Desk = twins.Desk
	w.Desk.Table, w.Desk.Sleep = engine, w.clock.Sleep
	a, err := w.AddAccount(w.ctx, desk.NewAccount{Name: "Shop", TimeZone: "Europe/Berlin"})
	must(t, err)
	w.acc = a.ID
	dep, err := w.AddDepartment(w.ctx, w.acc, "Sales")
	must(t, err)
	w.dep = dep.ID
	w.admin = w.caller(w.member("Olga", desk.RoleOwner), desk.RoleOwner)
	must(t, w.SetOwner(w.ctx, w.acc, w.admin.MemberID))
	for i := range o.agents {
		id := w.member(fmt.Sprintf("Agent%d", i), desk.RoleStaff, w.dep)
		w.online(id)
		w.agents = append(w.agents, id)
	}
	if o.wrap != nil {
		w.Desk.Table = o.wrap(engine)
	}
	return w
}

// in is the same world in the hands of a subtest: what is wrong with it fails that one.
func (w *world) in(t *testing.T) *world {
	c := *w
	c.t = t
	return &c
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (w *world) member(name string, role desk.Role, deps ...string) string {
	w.t.Helper()
	id, err := w.AddMember(w.ctx, w.acc, desk.NewMember{FirstName: name, LastName: "Test", Email: name + "@example.com", Role: role, DepartmentIDs: deps})
	must(w.t, err)
	return id
}

// resetCode asks for a code for a new password and reads it from the mail.
func (w *world) resetCode(email string) string {
	w.t.Helper()
	must(w.t, w.ForgotPassword(w.ctx, email))
	w.pass(0)
	mails, err := w.twins.Mails.Feed("", 1)
	must(w.t, err)
	if len(mails) == 0 || mails[0].Kind != desk.LetterReset {
		w.t.Fatalf("no code was sent to %s: %+v", email, mails)
	}
	return mails[0].Code
}

// resetOf sets Password-3 by a code.
func resetOf(email, code string) desk.Reset {
	return desk.Reset{Email: email, Code: code, Password: "Password-3"}
}

func (w *world) caller(id string, role desk.Role) desk.Caller {
	return desk.Caller{MemberID: id, AccountID: w.acc, Role: role}
}

func (w *world) staff(id string) desk.Caller { return w.caller(id, desk.RoleStaff) }

func (w *world) online(id string) { w.presence(id, "online") }

func (w *world) offline(id string) { w.presence(id, "offline") }

func (w *world) presence(id, status string) {
	w.t.Helper()
	_, err := w.SetPresence(w.ctx, w.admin, id, status)
	must(w.t, err)
}

func (w *world) phone(id string) {
	w.t.Helper()
	_, err := w.PutDevice(w.ctx, w.staff(id), desk.Device{ID: "phone-" + id, Platform: desk.FCM, Token: "token-" + id})
	must(w.t, err)
}

// request is one for the Sales department that is valid.
func (w *world) request(n int) desk.Request {
	return desk.Request{
		AccountID: w.acc, RequestID: fmt.Sprintf("req-%d", n), InteractionID: fmt.Sprintf("conv-%d", n),
		Channel: roster.Chat, Reason: desk.CustomerRequest, DepartmentID: w.dep,
		Customer: desk.Customer{Name: "Meera", Phone: fmt.Sprintf("+4930%07d", n)},
		Conversation: desk.Conversation{
			Summary: "Wants to return shoes.", Intent: "return", Trigger: "Can I talk to a person?",
			Messages: []desk.ChatMessage{{From: "customer", Text: "Can I talk to a person?"}},
		},
	}
}

func (w *world) call(n int) desk.Request {
	r := w.request(n)
	r.Channel = roster.Call
	return r
}

func (w *world) escalate(r desk.Request) desk.Answer {
	w.t.Helper()
	a, err := w.Escalate(w.ctx, r.Asked())
	must(w.t, err)
	return a
}

// idOf is the id that a request's escalation has.
func (w *world) idOf(r desk.Request) string {
	return keys.EscalationID(w.acc, r.RequestID, r.InteractionID)
}

func (w *world) peek(id string) desk.EscalationState {
	w.t.Helper()
	s, err := w.Peek(w.ctx, w.acc, id)
	must(w.t, err)
	return s
}

func (w *world) row(id string) desk.RowState {
	w.t.Helper()
	rows, err := w.Rows(w.ctx, w.acc)
	must(w.t, err)
	i := slices.IndexFunc(rows, func(r desk.RowState) bool { return r.ID == id })
	if i < 0 {
		w.t.Fatalf("no row of %s", id)
	}
	return rows[i]
}

// deliverDue hands over every message, and every tick of a shift, that is due now, until
// none is.
func (w *world) deliverDue() {
	w.t.Helper()
	for {
		pending, waiting := w.timers.Pending(), w.shifts.Waiting()
		switch now := w.clock.Now(); {
		case len(pending) > 0 && !pending[0].At.After(now):
			must(w.t, w.timers.Deliver(w.ctx, pending[0].ID, w.Wake))
		case len(waiting) > 0 && !waiting[0].At.After(now):
			w.tick(waiting[0].Execution)
		default:
			return
		}
	}
}

// tick lets an execution tick now, whatever its time is.
func (w *world) tick(e desk.ShiftExecution) {
	w.t.Helper()
	if err := w.shifts.Tick(w.ctx, e, w.TickShift); err != nil && !desk.IsProblem(err, "shift-over") {
		w.t.Fatal(err)
	}
}

// due is when the next message or tick is; false when there is none.
func (w *world) due() (at time.Time, is bool) {
	pending, waiting := w.timers.Pending(), w.shifts.Waiting()
	if len(pending) > 0 {
		at, is = pending[0].At, true
	}
	if len(waiting) > 0 && (!is || waiting[0].At.Before(at)) {
		at, is = waiting[0].At, true
	}
	return at, is
}

// pass moves the clock on, delivering what becomes due at its time.
func (w *world) pass(d time.Duration) {
	w.t.Helper()
	end := w.clock.Now().Add(d)
	for {
		at, is := w.due()
		if !is || at.After(end) {
			break
		}
		if wait := at.Sub(w.clock.Now()); wait > 0 {
			w.clock.Advance(wait)
		}
		w.deliverDue()
	}
	if rest := end.Sub(w.clock.Now()); rest > 0 {
		w.clock.Advance(rest)
	}
}

func wantProblem(t testing.TB, err error, name string) *desk.Problem {
	t.Helper()
	var p *desk.Problem
	if !errors.As(err, &p) || p.Name != name {
		t.Fatalf("got error %v, want problem %s", err, name)
	}
	return p
}

// berlin is an instant by the clocks of Berlin on Monday, 2026-11-23, and further days
// of the same winter.
func berlin(day, hour, minute int) time.Time {
	return time.Date(2026, 11, day, hour-1, minute, 0, 0, time.UTC)
}

// stands is how long an offer waits for its agent: the 25 seconds that phones ring, and the
// time that a tap in the last of them may take.
const stands = 28 * time.Second

// workdays are hours from 9 to 5 in the account's zone.
const workdays = "Europe/Berlin 12345/0900-1700"

func (w *world) at(t time.Time) { w.clock.Advance(t.Sub(w.clock.Now())) }

// until lets time pass up to at.
func (w *world) until(at time.Time) {
	w.t.Helper()
	w.pass(at.Sub(w.clock.Now()))
}

// quiet is a world in which nobody takes anything.
func quiet(t *testing.T) *world {
	t.Helper()
	w := newWorld(t, worldOptions{agents: 1})
	w.offline(w.agents[0])
	return w
}

// unraced leaves a test of one goroutine and very many calls to the run without the race
// detector, which make test does as well.
func unraced(t *testing.T) {
	t.Helper()
	if raced {
		t.Skip("has nothing to race, and runs without the race detector")
	}
	if testing.Short() {
		t.Skip("is long, and left to make test")
	}
}
