package desk_test

import (
	"testing"
	"time"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/roster"
)

// With a session go the devices that it put and the page that it has open, and who has no
// other way to be reached is offline. Those of another session stay.
func TestSessionsDevices(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, left string
		online     bool
		page       bool // still counts as open
		do         func(w *world, asha *insider, phone, page desk.SignedIn) error
	}{
		{"the phone's, by the page", "[page]", true, true, func(w *world, _ *insider, phone, page desk.SignedIn) error {
			return w.EndSession(w.ctx, w.as(page), phone.Session)
		}},
		{"the page's own", "[phone]", true, false, func(w *world, _ *insider, _, page desk.SignedIn) error {
			return w.EndSession(w.ctx, w.as(page), page.Session)
		}},
		{"all", "[]", false, false, func(w *world, asha *insider, _, page desk.SignedIn) error {
			return w.EndSessions(w.ctx, w.as(page), asha.id)
		}},
		{"all, by an admin", "[]", false, false, func(w *world, asha *insider, _, _ desk.SignedIn) error {
			return w.EndSessions(w.ctx, w.admin, asha.id)
		}},
		{"the phone signs out", "[]", false, false, func(w *world, _ *insider, phone, _ desk.SignedIn) error {
			return w.SignOut(w.ctx, w.as(phone), phone.RefreshToken, "")
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, worldOptions{})
			asha := w.insider("Asha")
			w.clock.Advance(time.Minute)
			phone, page := asha.signIn("phone"), asha.signIn("page")
			w.puts(phone, "phone")
			_, err := w.PutDevice(w.ctx, w.as(page), desk.Device{ID: "page", Platform: desk.OpenPage})
			must(t, err)
			_, err = w.SetPresence(w.ctx, w.as(page), asha.id, roster.StatusOnline)
			must(t, err)
			w.clock.Advance(time.Minute)
			must(t, c.do(w, asha, phone, page))
			if c.page { // the one that asks polls on
				_, err := w.MyEscalations(w.ctx, w.as(page))
				must(t, err)
			}
			if got := w.deviceNames(asha.id); got != c.left {
				t.Errorf("devices %s, want %s", got, c.left)
			}
			if got := w.row(asha.id).Online; got != c.online {
				t.Errorf("online: %v, want %v", got, c.online)
			}
		})
	}
}

// A phone that registers while its session is ended does not ring for one who is signed out.
func TestDeviceOfEndedSession(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{})
	asha := w.insider("Asha")
	w.clock.Advance(time.Minute)
	in := asha.signIn("phone")
	c := w.as(in)
	must(t, w.EndSession(w.ctx, c, in.Session))
	_, err := w.PutDevice(w.ctx, c, desk.Device{ID: "phone", Platform: desk.FCM, Token: "t"})
	wantProblem(t, err, "unauthorized")
	if got := w.deviceNames(asha.id); got != "[]" {
		t.Errorf("devices %s, want none", got)
	}
}

// Two sessions that are ended at once, each by the other or one by both, have ended then, and
// a phone that registers just then is there with its session alone.
func TestEndsAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{})
	asha := w.insider("Asha")
	for range 50 {
		w.clock.Advance(2 * time.Second)
		a, b, page := asha.signIn("a"), asha.signIn("b"), asha.signIn("page")
		byA, byB, byPage := w.as(a), w.as(b), w.as(page)
		together(
			func() { w.mayBeTaken(w.EndSession(w.ctx, byA, b.Session)) },
			func() { w.mayBeTaken(w.EndSession(w.ctx, byB, a.Session)) },
			func() { w.mayBeTaken(w.EndSession(w.ctx, byPage, a.Session)) },
			func() { w.mayBeTaken(w.SignOut(w.ctx, byB, b.RefreshToken, "")) },
			func() {
				_, err := w.PutDevice(w.ctx, byA, desk.Device{ID: "a", Platform: desk.FCM, Token: "a"})
				if err != nil && !desk.IsProblem(err, "unauthorized") {
					w.mayBeTaken(err)
				}
			},
		)
		must(t, w.EndSession(w.ctx, byPage, a.Session))
		must(t, w.EndSession(w.ctx, byPage, b.Session))
		w.wantSession("a", a, false)
		w.wantSession("b", b, false)
		w.wantSession("the page's", page, true)
		if got := w.deviceNames(asha.id); got != "[]" {
			t.Fatalf("devices %s, want none", got)
		}
		must(t, w.EndSession(w.ctx, byPage, page.Session))
	}
}

// mayBeTaken wants no error but that of many at once, after which callers try again.
func (w *world) mayBeTaken(err error) {
	if err != nil && !desk.IsProblem(err, "busy") && !desk.Transient(err) {
		w.t.Error(err)
	}
}

// Who signs in where somebody is signed in ends that session: its token is about to be
// forgotten, and its phones would ring on.
func TestSignInTakesPlace(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name           string
		same           bool
		ashas, bilals  string // devices
		online, leaves bool   // Asha, afterwards; whether the token is sent along
	}{
		{"the same member", true, "[browser]", "[]", true, true},
		{"another", false, "[]", "[]", false, true},
		{"another, elsewhere", false, "[browser page]", "[]", true, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, worldOptions{})
			asha, bilal := w.insider("Asha"), w.insider("Bilal")
			w.clock.Advance(time.Minute)
			before := asha.signIn("page")
			w.puts(before, "browser")
			_, err := w.SetPresence(w.ctx, w.as(before), asha.id, roster.StatusOnline)
			must(t, err)
			next := bilal
			if c.same {
				next = asha
			}
			by := desk.Credentials{Email: next.email, Password: "wrong-Otters-14"}
			if c.leaves {
				by.Leaves = before.RefreshToken
			}
			w.clock.Advance(time.Minute)
			if _, _, err := w.SignIn(w.ctx, by); !desk.IsProblem(err, "wrong-credentials") {
				t.Fatalf("a wrong password: %v", err)
			}
			w.wantSession("before, after a wrong password", before, true)
			by.Password = insiderPassword
			in, _, err := w.SignIn(w.ctx, by)
			must(t, err)
			w.wantSession("before", before, !c.leaves)
			w.wantSession("the new one", in, true)
			if got := w.deviceNames(asha.id); got != c.ashas {
				t.Errorf("Asha's devices %s, want %s", got, c.ashas)
			}
			if got := w.deviceNames(bilal.id); got != c.bilals {
				t.Errorf("Bilal's devices %s, want %s", got, c.bilals)
			}
			if got := w.row(asha.id).Online; got != c.online {
				t.Errorf("Asha is online: %v, want %v", got, c.online)
			}
			if c.same { // what was taken over goes with it
				must(t, w.EndSession(w.ctx, w.as(in), in.Session))
				if got := w.deviceNames(asha.id); got != "[]" {
					t.Errorf("devices in the end: %s, want none", got)
				}
			}
		})
	}
}
