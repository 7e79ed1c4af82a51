package desk_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/table"
	"github.com/connectnow/backend/internal/table/fault"
)

// audited lists who did what to whom, newest first.
func (w *world) audited(n int) (all [][3]string) {
	w.t.Helper()
	l, err := w.Audit(w.ctx, w.admin, desk.AuditFilter{}, desk.Page{Limit: n})
	must(w.t, err)
	for _, a := range l.Items {
		all = append(all, [3]string{a.MemberID, a.What, a.Target})
	}
	return all
}

// Passwords and hours that somebody sets are in the audit trail under who set them, also
// when the finish message does the rest.
func TestAuditOfHoursAndPasswords(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	agent, register := w.agents[0], newRegister()
	w.Identity = register
	register.users[agent] = signIn{"Password-1"}
	w.clock.Advance(time.Minute)
	w.schedule(agent, workdays)
	w.schedule(agent, workdays) // the same again is no change
	w.clock.Advance(time.Minute)
	must(t, w.SetPassword(w.ctx, w.admin, agent, "Password-2"))
	w.clock.Advance(time.Minute)
	mend := w.faulty(fault.Options{Before: func(c fault.Call) error {
		if writes(c, "profile") {
			return table.ErrUnavailable
		}
		return nil
	}})
	must(t, w.SetPassword(w.ctx, w.admin, agent, "Password-3"))
	mend()
	w.pass(time.Minute)
	admin := w.admin.MemberID
	want := [][3]string{{admin, "member.password", agent}, {admin, "member.password", agent}, {admin, "member.working-hours", agent}}
	got := w.audited(3)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("audit (-want +got):\n%s", diff)
	}
}

// A wrong code signs nobody out, though the caller hangs up before the answer.
func TestWrongCodeAndGone(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	wrong := wrongFor(w.resetCode("agent0@example.com"))
	before := w.clock.Now()
	w.clock.Advance(time.Minute)
	ctx, hangUp := context.WithCancel(w.ctx)
	w.faulty(fault.Options{After: func(_ fault.Call, err error) error {
		hangUp()
		return err
	}})
	if err := w.ResetPassword(ctx, resetOf("agent0@example.com", wrong)); err == nil {
		t.Error("a wrong code is taken")
	}
	w.pass(time.Minute)
	if _, err := w.Caller(w.ctx, desk.Bearer{MemberID: w.agents[0], SignedInAt: before}); err != nil {
		t.Errorf("signed out: %v", err)
	}
}

// mute is mail that does not work.
type mute struct {
	clock *clock
	err   error
	tries int
}

func (m *mute) Send(context.Context, desk.Letter) error {
	m.tries++
	m.clock.Advance(20 * time.Second)
	return m.err
}

// A code that cannot be sent is tried again for five minutes, and not at all where the address
// takes no mail.
func TestCodeNotSent(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name        string
		err         error
		least, most int
	}{
		{"no such address", fmt.Errorf("refused: %w", desk.ErrNoSuchAddress), 1, 1},
		{"out of reach", errors.New("away"), 12, 16},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, worldOptions{agents: 1})
			mail := &mute{clock: w.clock, err: c.err}
			w.Mail = mail
			must(t, w.ForgotPassword(w.ctx, "agent0@example.com"))
			w.pass(time.Hour)
			if mail.tries < c.least || mail.tries > c.most {
				t.Errorf("tried %d times, want %d to %d", mail.tries, c.least, c.most)
			}
		})
	}
}
