package desk_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/keys"
)

// Of more than twenty sessions the one that was used least lately ends, with the devices that
// it put.
func TestTwentyOneSessions(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{})
	asha := w.insider("Asha")
	var in []desk.SignedIn
	for i := range 20 {
		w.clock.Advance(time.Minute)
		in = append(in, asha.signIn(fmt.Sprint("phone ", i)))
		if i < 2 {
			w.puts(in[i], fmt.Sprint("phone-", i))
		}
	}
	w.clock.Advance(25 * time.Hour)
	_, err := w.Refresh(w.ctx, in[0].RefreshToken) // the oldest is in use
	must(t, err)
	in = append(in, asha.signIn("phone 20"))
	for i, s := range in {
		w.wantSession(fmt.Sprint("session ", i), s, i != 1)
	}
	names := w.sessionNames(in[20])
	if len(names) != 20 || slices.Contains(names, "phone 1") || !slices.Contains(names, "phone 20 (this)") {
		t.Errorf("listed are %v, want all but phone 1", names)
	}
	if got := w.deviceNames(asha.id); got != "[phone-0]" {
		t.Errorf("devices %s, want phone-0 alone", got)
	}
}

// A profile remembers so many ended sessions and no more. None that it forgets comes back, and
// none that goes on is ended for it.
func TestManyEndedSessions(t *testing.T) {
	unraced(t)
	t.Parallel()
	w := newWorld(t, worldOptions{})
	asha := w.insider("Asha")
	w.clock.Advance(time.Minute)
	old := asha.signIn("old phone")
	w.puts(old, "old")
	w.clock.Advance(time.Minute)
	released, err := w.Identity.Login(w.ctx, asha.id, insiderPassword) // in no list
	must(t, err)
	ended := []desk.SignedIn{}
	for i := range 330 {
		w.clock.Advance(2 * time.Hour)
		in := asha.signIn("page")
		must(t, w.EndSession(w.ctx, w.as(in), in.Session))
		if ended = append(ended, in); i == 100 {
			w.wantSession("one from before sessions were kept", desk.SignedIn{Tokens: released}, true)
		}
	}
	for i, in := range ended {
		w.wantSession(fmt.Sprint("ended ", i), in, false)
	}
	w.wantSession("the old phone's", old, true)
	w.wantSession("the one from before sessions were kept", desk.SignedIn{Tokens: released}, true)
	if got := w.deviceNames(asha.id); got != "[old]" {
		t.Errorf("devices %s, want the old phone", got)
	}
	item, _, err := w.Table.Get(w.ctx, keys.Profile(asha.id))
	must(t, err)
	if len(item.Body) > 10<<10 {
		t.Errorf("the profile has %d bytes, want 10 KB at most", len(item.Body))
	}
	w.clock.Advance(time.Minute)
	must(t, w.EndSession(w.ctx, w.as(asha.signIn("page")), old.Session))
	w.wantSession("the old phone's, ended at last", old, false)
}

// Tokens from before sessions were kept go on. They show as the session that asks, are listed
// with the next refresh, and can be ended.
func TestReleasedSession(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		refresh bool
		end     func(w *world, old, other desk.SignedIn) error
	}{
		{"refreshed, and ended by another", true, func(w *world, old, other desk.SignedIn) error {
			return w.EndSession(w.ctx, w.as(other), old.Session)
		}},
		{"ended by itself", false, func(w *world, old, _ desk.SignedIn) error {
			return w.EndSession(w.ctx, w.as(old), old.Session)
		}},
		{"signs out", false, func(w *world, old, _ desk.SignedIn) error {
			return w.SignOut(w.ctx, w.as(old), old.RefreshToken, "")
		}},
		{"all end", false, func(w *world, old, other desk.SignedIn) error {
			return w.EndSessions(w.ctx, w.as(other), old.MemberID)
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, worldOptions{})
			asha := w.insider("Asha")
			w.clock.Advance(time.Minute)
			tokens, err := w.Identity.Login(w.ctx, asha.id, insiderPassword)
			must(t, err)
			old := desk.SignedIn{Tokens: tokens}
			w.clock.Advance(time.Minute)
			other := asha.signIn("page")
			if diff := cmp.Diff([]string{"page", " (this)"}, w.sessionNames(old)); diff != "" {
				t.Errorf("listed for the old one (-want +got):\n%s", diff)
			}
			if got := w.sessionNames(other); len(got) != 1 {
				t.Errorf("listed for the page: %v, want itself", got)
			}
			if c.refresh {
				_, err := w.Refresh(w.ctx, old.RefreshToken)
				must(t, err)
				if got := w.sessionNames(other); len(got) != 2 {
					t.Errorf("listed after the refresh: %v, want both", got)
				}
			}
			w.wantSession("before", old, true)
			w.clock.Advance(time.Minute)
			must(t, c.end(w, old, other))
			w.wantSession("after", old, false)
			w.wantSession("the page's", other, c.name != "all end")
		})
	}
}

// What is told of when a session ends is when it ends.
func TestSessionEndsAt(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{})
	asha := w.insider("Asha")
	w.clock.Advance(300 * time.Millisecond) // tokens tell whole seconds
	in := asha.signIn("phone")
	list, err := w.Sessions(w.ctx, w.as(in))
	must(t, err)
	if !list[0].EndsAt.Equal(in.SessionEndsAt) || !list[0].EndsAt.Equal(list[0].CreatedAt.Add(desk.SessionLife)) {
		t.Errorf("told is %v, listed %+v", in.SessionEndsAt, list[0])
	}
	w.at(in.SessionEndsAt.Add(-time.Second))
	if _, err := w.Refresh(w.ctx, in.RefreshToken); err != nil {
		t.Errorf("a second before: %v", err)
	}
	w.at(in.SessionEndsAt.Add(time.Second))
	if _, err := w.Refresh(w.ctx, in.RefreshToken); !desk.IsProblem(err, "bad-token") {
		t.Errorf("a second after: %v, want bad-token", err)
	}
	if names := w.sessionNames(asha.signIn("page")); len(names) != 1 {
		t.Errorf("listed are %v, want the new one", names)
	}
}

// Who may end whose sessions.
func TestWhoEndsSessions(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{})
	asha, bilal := w.insider("Asha"), w.insider("Bilal")
	other, err := w.AddAccount(w.ctx, desk.NewAccount{Name: "Rival", TimeZone: "UTC"})
	must(t, err)
	w.clock.Advance(time.Minute)
	in := asha.signIn("phone")
	staff := w.as(bilal.signIn("phone"))
	for _, c := range []struct {
		name, problem string
		do            func() error
	}{
		{"another's session", "not-found", func() error { return w.EndSession(w.ctx, staff, in.Session) }},
		{"none", "not-found", func() error { return w.EndSession(w.ctx, staff, "ses_aaaaaaaaaaaa") }},
		{"all of another, by staff", "forbidden", func() error { return w.EndSessions(w.ctx, staff, asha.id) }},
		{"all of the owner, by an admin", "forbidden", func() error {
			return w.EndSessions(w.ctx, w.caller(bilal.id, desk.RoleAdmin), w.admin.MemberID)
		}},
		{"of another account", "not-found", func() error {
			return w.EndSessions(w.ctx, desk.Caller{MemberID: "mem_aaaaaaaaaaaa", AccountID: other.ID, Role: desk.RoleOwner}, asha.id)
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			wantProblem(t, c.do(), c.problem)
			w.in(t).wantSession("Asha's", in, true)
		})
	}
	must(t, w.EndSessions(w.ctx, w.admin, asha.id))
	w.wantSession("Asha's, by the owner", in, false)
}
