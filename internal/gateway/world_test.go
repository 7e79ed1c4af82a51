package gateway

import (
	"context"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/hours"
	"github.com/connectnow/backend/internal/local"
	"github.com/connectnow/backend/internal/roster"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// world is an account with two agents on the local twins, at a time that the test
// sets.
type world struct {
	t           *testing.T
	desk        *desk.Desk
	acc, dep    string
	owner       desk.Caller
	asha, bilal string

	mu  sync.Mutex
	now time.Time
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, now: time.Date(2026, 11, 22, 9, 30, 0, 0, time.UTC)}
	twins, err := local.Open(t.TempDir(), local.Options{PasswordMemory: 64, Now: w.clock, NoSync: true, Log: slog.New(slog.DiscardHandler)})
	must(t, err)
	t.Cleanup(func() { _ = twins.Close() })
	w.desk = twins.Desk
	w.desk.Sleep = func(ctx context.Context, d time.Duration) error { w.advance(d); return ctx.Err() }

	made, err := w.desk.Provision(t.Context(), desk.NewAccount{FirstPassword: desk.FirstPasswordKeep, Name: "Shop", TimeZone: "Asia/Kolkata", Owner: desk.NewMember{
		FirstName: "owner", LastName: "Test", Email: "owner@example.com", Password: "Sandbox-Owner-1", Printed: true,
	}})
	must(t, err)
	w.acc = made.AccountID
	w.owner = desk.Caller{MemberID: made.MemberID, AccountID: w.acc, Role: desk.RoleOwner}
	department, err := w.desk.CreateDepartment(t.Context(), w.owner, "", "Kids")
	must(t, err)
	w.dep = department.ID
	w.asha = w.member("asha", desk.RoleStaff, w.dep)
	w.bilal = w.member("bilal", desk.RoleStaff, w.dep)
	return w
}

func (w *world) clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *world) advance(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
}

func (w *world) member(name string, role desk.Role, departments ...string) string {
	w.t.Helper()
	m, err := w.desk.CreateMember(w.t.Context(), w.owner, desk.NewMember{
		FirstName: name, LastName: "Test", Email: name + "@example.com", Role: role,
		DepartmentIDs: departments, Password: "Sandbox-Agent-1",
	})
	must(w.t, err)
	return m.ID
}

// hours gives a member hours by which they are always on shift.
func (w *world) hours(member string) {
	w.t.Helper()
	_, err := w.desk.SetWorkingHours(w.t.Context(), w.owner, member, &hours.WorkingHours{TimeZone: "UTC", Entries: []hours.Entry{{
		Days: []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}, Start: "00:00", End: "24:00",
	}}})
	must(w.t, err)
}

func (w *world) presence(status string, members ...string) {
	w.t.Helper()
	for _, id := range members {
		own := desk.Caller{MemberID: id, AccountID: w.acc, Role: desk.RoleStaff} // on a page of theirs
		_, err := w.desk.SetPresence(context.Background(), own, id, status)
		must(w.t, err)
	}
}

func (w *world) request(id string) desk.Request {
	return desk.Request{
		AccountID: w.acc, RequestID: id, InteractionID: "conv-" + id, Channel: roster.Chat, Reason: desk.CustomerRequest,
		DepartmentID: w.dep, Customer: desk.Customer{Name: "Meera", Phone: "+919822222222"},
		Conversation: desk.Conversation{Trigger: "Can I talk to a person?"},
	}
}
