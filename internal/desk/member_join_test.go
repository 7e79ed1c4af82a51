package desk_test

import (
	"context"
	"errors"
	"testing"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/roster"
)

// failing is a register that is out of reach as long as fail is set.
type failing struct {
	register
	fail error
}

func (f *failing) Create(ctx context.Context, member, password string) error {
	if f.fail != nil {
		return f.fail
	}
	return f.register.Create(ctx, member, password)
}

func TestCreateMember(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	identity := &failing{register: *newRegister(), fail: errors.New("away")}
	w.Identity = identity
	must(t, w.Draw(w.ctx, w.acc, w.dep, 3))
	n := desk.NewMember{FirstName: "Ada", LastName: "Byron", Email: "Ada@Example.com", Role: desk.RoleStaff, DepartmentIDs: []string{w.dep}, Password: "Secret-1"}
	if _, err := w.CreateMember(w.ctx, w.admin, n); !errors.Is(err, identity.fail) {
		t.Fatalf("got %v, want what the identity said", err)
	}
	// Half-made, they are not there: they cannot sign in and nobody sees them.
	if _, err := w.MemberByEmail(w.ctx, n.Email); err == nil {
		t.Error("one who is half-made may sign in")
	}
	if l, err := w.Members(w.ctx, w.admin, desk.MemberFilter{}, desk.Page{}); err != nil || len(l.Items) != 2 {
		t.Errorf("members: %+v, %v", l.Items, err)
	}
	// In another account the e-mail is taken, in the same one the next try goes on.
	_, err := w.CreateMember(w.ctx, w.outsider(), desk.NewMember{FirstName: "Eve", Email: n.Email, Role: desk.RoleAdmin})
	wantProblem(t, err, "email-taken")
	identity.fail = nil
	m, err := w.CreateMember(w.ctx, w.admin, n)
	must(t, err)
	if m.Email != "ada@example.com" || m.FirstName != "Ada" || m.Role != desk.RoleStaff || m.Availability.Status != "offline" || identity.users[m.ID].password != n.Password {
		t.Errorf("created: %+v", m)
	}
	if c, err := w.MemberByEmail(w.ctx, n.Email); err != nil || c.MemberID != m.ID {
		t.Errorf("by e-mail: %+v, %v", c, err)
	}
	if got := w.place(m.ID, w.dep, roster.Chat); got != 3 {
		t.Errorf("place: got %d, want the tail, 3", got)
	}
	_, err = w.CreateMember(w.ctx, w.admin, n)
	wantProblem(t, err, "email-taken")
}

func TestCreateDepartment(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{})
	_, err := w.AddDepartment(w.ctx, w.acc, "SALES")
	wantProblem(t, err, "name-taken")
	if deps, err := w.Departments(w.ctx, w.outsider()); err != nil || len(deps) != 0 {
		t.Errorf("another account's: %+v, %v", deps, err)
	}
}

// The same sign-up again gives the same account and says that it made none, also when its
// owner has another e-mail by now, and whatever zone and password it names.
func TestProvisionAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{})
	w.Identity = newRegister()
	n := desk.NewAccount{Name: "New", TimeZone: "UTC", Owner: newcomer}
	first, err := w.Provision(w.ctx, n)
	must(t, err)
	if !first.Created {
		t.Errorf("the first time: %+v, want it created", first)
	}
	want := desk.Provisioned{AccountID: first.AccountID, MemberID: first.MemberID}
	n.TimeZone, n.Owner.Password = "Asia/Kolkata", "Another-Word-2"
	owner := desk.Caller{MemberID: first.MemberID, AccountID: first.AccountID, Role: desk.RoleOwner}
	for _, email := range []string{newcomer.Email, "other@example.com"} {
		must(t, w.ProveEmail(w.ctx, owner, email))
		if again, err := w.Provision(w.ctx, n); err != nil || again != want {
			t.Errorf("with the e-mail %s: %+v, %v; want %+v", email, again, err, want)
		}
	}
	// Somebody deleted the owner at the identity provider.
	must(t, w.Identity.Delete(w.ctx, first.MemberID))
	want.Restored = true
	if again, err := w.Provision(w.ctx, n); err != nil || again != want {
		t.Errorf("without the owner's sign-in: %+v, %v; want %+v", again, err, want)
	}
}
