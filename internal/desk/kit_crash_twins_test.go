package desk_test

import (
	"context"
	"maps"
	"slices"
	"sync"

	"github.com/connectnow/backend/internal/desk"
)

// machine is a desk.Shifts in memory that can be copied.
type machine struct {
	mu    sync.Mutex
	runs  map[string]desk.ShiftExecution
	ended map[string]bool
}

func newMachine() *machine {
	return &machine{runs: map[string]desk.ShiftExecution{}, ended: map[string]bool{}}
}

func (m *machine) clone() *machine {
	return &machine{runs: maps.Clone(m.runs), ended: maps.Clone(m.ended)}
}

// Start implements desk.Shifts.
func (m *machine) Start(_ context.Context, e desk.ShiftExecution) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.ended[e.Name()] {
		return desk.ErrShiftEnded
	}
	m.runs[e.Name()] = e
	return nil
}

// end notes that an execution is over.
func (m *machine) end(e desk.ShiftExecution) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.runs, e.Name())
	m.ended[e.Name()] = true
}

// of lists the executions that run for a member, by name.
func (m *machine) of(member string) (list []desk.ShiftExecution) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, name := range slices.Sorted(maps.Keys(m.runs)) {
		if e := m.runs[name]; e.MemberID == member {
			list = append(list, e)
		}
	}
	return list
}

// stoppedShifts are those of a process.
type stoppedShifts struct {
	desk.Shifts
	p *process
}

func (s stoppedShifts) Start(ctx context.Context, e desk.ShiftExecution) error {
	return s.p.outside("Shift", e.Name(), func() error { return s.Shifts.Start(ctx, e) })
}

// register is an identity in memory that can be copied. It knows who can sign in.
type register struct {
	desk.Identity
	users map[string]signIn // by member
}

type signIn struct{ password string }

func newRegister() *register { return &register{users: map[string]signIn{}} }

func (r *register) clone() *register {
	return &register{users: maps.Clone(r.users)}
}

// Create implements desk.Identity.
func (r *register) Create(_ context.Context, member, password string) error {
	r.users[member] = signIn{password}
	return nil
}

// SetPassword implements desk.Identity.
func (r *register) SetPassword(_ context.Context, member, password string) error {
	if _, ok := r.users[member]; !ok {
		return desk.ErrNoUser
	}
	r.users[member] = signIn{password}
	return nil
}

// Restore implements desk.Identity.
func (r *register) Restore(_ context.Context, member, password string) (made bool, err error) {
	if _, there := r.users[member]; there {
		return false, nil
	}
	r.users[member] = signIn{password}
	return true, nil
}

// Delete implements desk.Identity.
func (r *register) Delete(_ context.Context, member string) error {
	delete(r.users, member)
	return nil
}

// Revoke implements desk.Identity.
func (r *register) Revoke(context.Context, string) error { return nil }

// stoppedIdentity is that of a process.
type stoppedIdentity struct {
	desk.Identity
	p *process
}

func (s stoppedIdentity) Create(ctx context.Context, member, password string) error {
	return s.p.outside("Identity", "create", func() error { return s.Identity.Create(ctx, member, password) })
}

func (s stoppedIdentity) SetPassword(ctx context.Context, member, password string) error {
	return s.p.outside("Identity", "password", func() error { return s.Identity.SetPassword(ctx, member, password) })
}

func (s stoppedIdentity) Delete(ctx context.Context, member string) error {
	return s.p.outside("Identity", "delete", func() error { return s.Identity.Delete(ctx, member) })
}

func (s stoppedIdentity) Revoke(ctx context.Context, token string) error {
	return s.p.outside("Identity", "revoke", func() error { return s.Identity.Revoke(ctx, token) })
}

// outbox is mail in memory that can be copied.
type outbox struct {
	mu   sync.Mutex
	sent []desk.Letter
}

func (o *outbox) clone() *outbox {
	o.mu.Lock()
	defer o.mu.Unlock()
	return &outbox{sent: slices.Clone(o.sent)}
}

// Send implements desk.Mail.
func (o *outbox) Send(_ context.Context, l desk.Letter) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.sent = append(o.sent, l)
	return nil
}

// last is the last letter of a kind about a member.
func (o *outbox) last(kind desk.LetterKind, member string) desk.Letter {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, l := range slices.Backward(o.sent) {
		if l.Kind == kind && l.MemberID == member {
			return l
		}
	}
	return desk.Letter{}
}

// stoppedMail is that of a process.
type stoppedMail struct {
	desk.Mail
	p *process
}

func (s stoppedMail) Send(ctx context.Context, l desk.Letter) error {
	return s.p.outside("Mail", string(l.Kind), func() error { return s.Mail.Send(ctx, l) })
}
