package desk_test

import (
	"context"
	"fmt"
	"sync"

	"github.com/connectnow/backend/internal/desk"
)

// insiderPassword is that of whoever signs in, until a test changes it.
const insiderPassword = "Fourteen-Otters-1"

// insider is a member who can sign in.
type insider struct {
	w         *world
	id, email string
}

// insider makes one of Sales, as old as the clock tells.
func (w *world) insider(name string) *insider {
	w.t.Helper()
	email := name + "@example.com"
	m, err := w.CreateMember(w.ctx, w.admin, desk.NewMember{
		FirstName: name, LastName: "Test", Email: email, Password: insiderPassword, Role: desk.RoleStaff, DepartmentIDs: []string{w.dep}, EmailProved: true,
	})
	must(w.t, err)
	return &insider{w, m.ID, email}
}

// tries signs in, or not.
func (m *insider) tries(password string, v desk.Visitor) (desk.SignedIn, error) {
	in, _, err := m.w.SignIn(m.w.ctx, desk.Credentials{Email: m.email, Password: password, Visitor: v})
	return in, err
}

// signIn signs in on a device of that name.
func (m *insider) signIn(device string) desk.SignedIn {
	m.w.t.Helper()
	in, err := m.tries(insiderPassword, desk.Visitor{DeviceName: device})
	must(m.w.t, err)
	return in
}

// as is who calls with the bearer of a sign-in.
func (w *world) as(in desk.SignedIn) desk.Caller {
	w.t.Helper()
	c, err := w.Caller(w.ctx, in.Bearer())
	must(w.t, err)
	return c
}

// wantSession wants bearer and refresh token of a sign-in to be taken, or both refused.
func (w *world) wantSession(what string, in desk.SignedIn, goesOn bool) {
	w.t.Helper()
	_, bearer := w.Caller(w.ctx, in.Bearer())
	_, refresh := w.Refresh(w.ctx, in.RefreshToken)
	if goesOn != (bearer == nil) || goesOn != (refresh == nil) {
		w.t.Errorf("%s: the bearer gets %v, the refresh token %v; want it to go on: %v", what, bearer, refresh, goesOn)
	}
	if !goesOn && (!desk.IsProblem(bearer, "unauthorized") || !desk.IsProblem(refresh, "bad-token")) {
		w.t.Errorf("%s: the bearer gets %v, the refresh token %v; want unauthorized and bad-token", what, bearer, refresh)
	}
}

// puts registers a phone by a sign-in.
func (w *world) puts(in desk.SignedIn, id string) {
	w.t.Helper()
	_, err := w.PutDevice(w.ctx, w.as(in), desk.Device{ID: id, Platform: desk.FCM, Token: "token-" + id})
	must(w.t, err)
}

// deviceNames are the ids of all devices of a member.
func (w *world) deviceNames(member string) string {
	w.t.Helper()
	devices, err := w.Devices(w.ctx, w.staff(member))
	must(w.t, err)
	names := []string{}
	for _, d := range devices {
		names = append(names, d.ID)
	}
	return fmt.Sprint(names)
}

// sessionNames are the devices of the sessions that are listed for a sign-in, the one used
// last first.
func (w *world) sessionNames(in desk.SignedIn) (names []string) {
	w.t.Helper()
	list, err := w.Sessions(w.ctx, w.as(in))
	must(w.t, err)
	for _, s := range list {
		name := ""
		if s.DeviceName != nil {
			name = *s.DeviceName
		}
		if s.Current {
			name += " (this)"
		}
		names = append(names, name)
	}
	return names
}

// together calls all at once, and waits for them.
func together(calls ...func()) {
	var all sync.WaitGroup
	begin := make(chan struct{})
	for _, call := range calls {
		all.Go(func() {
			<-begin
			call()
		})
	}
	close(begin)
	all.Wait()
}

// guessed is an identity that notes how often it was asked for each name.
type guessed struct {
	desk.Identity
	mu    sync.Mutex
	names map[string]int
	fails error // instead of asking
}

func (w *world) guessed() *guessed {
	g := &guessed{Identity: w.Identity, names: map[string]int{}}
	w.Identity = g
	return g
}

// Login implements desk.Identity.
func (g *guessed) Login(ctx context.Context, member, password string) (desk.Tokens, error) {
	g.mu.Lock()
	g.names[member]++
	fails := g.fails
	g.mu.Unlock()
	if fails != nil {
		return desk.Tokens{}, fails
	}
	return g.Identity.Login(ctx, member, password)
}
