package restore

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/connectnow/backend/internal/cloud"
	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/hours"
	"github.com/connectnow/backend/internal/local"
	"github.com/connectnow/backend/internal/roster"
)

// business is a team at work on the desk's table of a twin. Olga is the owner, Asha and Bea
// are agents of Kids, and at Night there is nobody. Whatever is not in the table, such as the
// users, the timers and the executions of working hours, is there once, as in the cloud, and
// knows nothing of a restore.
type business struct {
	t                         testing.TB
	desk                      *desk.Desk
	now                       time.Time
	queue                     *queue
	executions                *executions
	olga, asha, bea           desk.Caller
	kids, rings, active, done string
}

// queue has the timers that were sent and not yet handled.
type queue struct {
	mu       sync.Mutex
	messages []desk.Message
}

// Send implements desk.Timers.
func (q *queue) Send(_ context.Context, _ time.Time, m desk.Message) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.messages = append(q.messages, m)
	return nil
}

// take takes out the messages of a kind.
func (q *queue) take(kind desk.MessageKind) (found []desk.Message) {
	q.mu.Lock()
	defer q.mu.Unlock()
	rest := q.messages
	q.messages = nil
	for _, m := range rest {
		if m.Kind == kind {
			found = append(found, m)
		} else {
			q.messages = append(q.messages, m)
		}
	}
	return found
}

// executions notes the executions of working hours that were begun.
type executions struct{ begun []desk.ShiftExecution }

// Start implements desk.Shifts.
func (x *executions) Start(_ context.Context, e desk.ShiftExecution) error {
	x.begun = append(x.begun, e)
	return nil
}

func newBusiness(t testing.TB, aws *twin) *business {
	t.Helper()
	b := &business{t: t, now: aws.now, queue: &queue{}, executions: &executions{}}
	clock := func() time.Time { return b.now }
	log := slog.New(slog.DiscardHandler)
	twins, err := local.Open(t.TempDir(), local.Options{PasswordMemory: 64, NoSync: true, Log: log, Now: clock})
	check(t, err)
	t.Cleanup(func() { _ = twins.Close() })
	b.desk = twins.Desk
	b.desk.Table, b.desk.Timers, b.desk.Shifts = cloud.NewTable(aws.local, aws.table(), clock), b.queue, b.executions

	made, err := b.desk.Provision(t.Context(), desk.NewAccount{FirstPassword: desk.FirstPasswordKeep, Name: "Shop", TimeZone: "UTC", Owner: desk.NewMember{
		FirstName: "Olga", LastName: "Owner", Email: "olga@example.com", Password: password,
	}})
	check(t, err)
	b.olga = desk.Caller{MemberID: made.MemberID, AccountID: made.AccountID, Role: desk.RoleOwner}
	b.kids = b.department("Kids")
	if answer := b.escalate(0, "Kids"); answer.Callback == nil {
		b.t.Fatalf("no callback: %+v", answer)
	}
	b.asha, b.bea = b.agent("Asha"), b.agent("Bea")
	return b
}

const password = "Six green shoe boxes, 6"

func (b *business) department(name string) string {
	b.t.Helper()
	made, err := b.desk.CreateDepartment(b.t.Context(), b.olga, "", name)
	check(b.t, err)
	return made.ID
}

// agent makes a member of Kids, online with a phone.
func (b *business) agent(name string) desk.Caller {
	b.t.Helper()
	made, err := b.desk.CreateMember(b.t.Context(), b.olga, desk.NewMember{
		FirstName: name, LastName: "Agent", Email: name + "@example.com", Password: password, Role: desk.RoleStaff, DepartmentIDs: []string{b.kids},
	})
	check(b.t, err)
	c := desk.Caller{MemberID: made.ID, AccountID: b.olga.AccountID, Role: desk.RoleStaff}
	_, err = b.desk.PutDevice(b.t.Context(), c, desk.Device{ID: "phone-of-" + name, Platform: desk.FCM, Token: name})
	check(b.t, err)
	_, err = b.desk.SetPresence(b.t.Context(), c, c.MemberID, roster.StatusOnline)
	check(b.t, err)
	return c
}

// escalate hands the n-th chat over.
func (b *business) escalate(n int, department string) desk.Answer {
	b.t.Helper()
	answer, err := b.desk.Escalate(b.t.Context(), desk.Request{
		AccountID: b.olga.AccountID, RequestID: fmt.Sprint("req-", n), InteractionID: fmt.Sprint("chat-", n), Department: department,
		Channel: roster.Chat, Reason: desk.CustomerRequest, Customer: desk.Customer{Name: "Ravi", Phone: fmt.Sprint("+91980000000", n)},
		Conversation: desk.Conversation{Messages: []desk.ChatMessage{{From: "customer", Text: "A person, please"}}},
	}.Asked())
	check(b.t, err)
	return answer
}

// accept has whoever it rings at take a chat.
func (b *business) accept(id string) desk.Caller {
	b.t.Helper()
	for _, c := range []desk.Caller{b.asha, b.bea} {
		if _, err := b.desk.Accept(b.t.Context(), c, id, 1); err == nil {
			return c
		}
	}
	b.t.Fatalf("nobody could accept %s", id)
	return desk.Caller{}
}

// work has one chat done, one active and one ringing, and Asha have working hours.
func (b *business) work() {
	b.t.Helper()
	b.hours("00:00", "24:00")
	b.done = b.escalate(1, "Kids").EscalationID
	_, err := b.desk.Complete(b.t.Context(), b.accept(b.done), b.done, desk.Completion{Outcome: "resolved", Note: "The shoes go back."})
	check(b.t, err)
	b.active = b.escalate(2, "Kids").EscalationID
	b.accept(b.active)
	b.rings = b.escalate(3, "Kids").EscalationID
}

// hours has Asha work on all days.
func (b *business) hours(from, to string) {
	b.t.Helper()
	w := &hours.WorkingHours{TimeZone: "UTC", Entries: []hours.Entry{
		{Days: []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}, Start: from, End: to},
	}}
	_, err := b.desk.SetWorkingHours(b.t.Context(), b.olga, b.asha.MemberID, w)
	check(b.t, err)
}

// sees is all that the owner and the agents read.
func (b *business) sees() string {
	b.t.Helper()
	all := map[string]any{}
	note := func(what string, v any, err error) {
		b.t.Helper()
		if err != nil {
			v = err.Error()
		}
		all[what] = v
	}
	d, ctx := b.desk, b.t.Context()
	page := desk.Page{Limit: 50}
	account, err := d.Account(ctx, b.olga)
	note("account", account, err)
	departments, err := d.Departments(ctx, b.olga)
	note("departments", departments, err)
	members, err := d.Members(ctx, b.olga, desk.MemberFilter{}, page)
	note("members", members, err)
	escalations, err := d.Escalations(ctx, b.olga, desk.EscalationFilter{}, page)
	note("escalations", escalations, err)
	callbacks, err := d.Callbacks(ctx, b.olga, desk.CallbackFilter{}, page)
	note("callbacks", callbacks, err)
	audit, err := d.Audit(ctx, b.olga, desk.AuditFilter{}, page)
	note("audit", audit, err)
	for _, id := range []string{b.rings, b.active, b.done} {
		e, err := d.Escalation(ctx, b.olga, id)
		note(id, e, err)
	}
	for _, c := range []desk.Caller{b.asha, b.bea} {
		me, err := d.Me(ctx, c)
		note("me "+c.MemberID, me, err)
		mine, err := d.MyEscalations(ctx, c)
		note("mine "+c.MemberID, mine, err)
	}
	text, err := json.MarshalIndent(all, "", " ")
	check(b.t, err)
	return string(text)
}
