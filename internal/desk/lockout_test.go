package desk_test

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/keys"
	"github.com/connectnow/backend/internal/table"
)

const wrongPassword = "Wrong-Otters-14"

// outcomes of tries at a password.
const (
	in      = "signed in"
	wrong   = "wrong-credentials"
	tooMany = "too-many-tries"
)

// tries signs in by an e-mail, and tells what comes of it.
func (w *world) tries(email, password string, v desk.Visitor) string {
	w.t.Helper()
	_, _, err := w.SignIn(w.ctx, desk.Credentials{Email: email, Password: password, Visitor: v})
	var p *desk.Problem
	switch {
	case err == nil:
		return in
	case errors.As(err, &p):
		return p.Name
	}
	w.t.Fatal(err)
	return ""
}

// from is a visitor of the n-th network.
func from(n int) desk.Visitor {
	return desk.Visitor{Network: fmt.Sprintf("198.51.%d.0/24", n)}
}

// strangers has a name's tries used up from elsewhere, each from another network.
func (w *world) strangers(email string) {
	w.t.Helper()
	for n := range 4 {
		if got := w.tries(email, wrongPassword, from(100+n)); got != wrong {
			w.t.Fatalf("a stranger's try %d of %s: %s", n, email, got)
		}
	}
}

// Four wrong tries are let through to the identity, and no more until there was none for a
// quarter of an hour: one less than what locks at Cognito. It is the same for an e-mail that
// nobody has.
func TestTriesOfName(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{})
	asha, asked := w.insider("Asha"), w.guessed()
	for _, email := range []string{asha.email, "nobody@example.com"} {
		t.Run(email, func(t *testing.T) {
			w := w.in(t)
			clear(asked.names)
			w.strangers(email)
			if got := w.tries(email, insiderPassword, from(1)); got != tooMany {
				t.Errorf("the right password after four wrong ones: %s", got)
			}
			w.clock.Advance(15*time.Minute + 29*time.Second)
			if got := w.tries(email, wrongPassword, from(2)); got != tooMany {
				t.Errorf("a second too early: %s", got)
			}
			w.clock.Advance(time.Second) // what was refused does not count
			w.strangers(email)
			if got := w.tries(email, wrongPassword, from(3)); got != tooMany {
				t.Errorf("after four more: %s", got)
			}
			if len(asked.names) != 1 {
				t.Errorf("asked for the names %v, want one", asked.names)
			}
			for _, n := range asked.names {
				if n != 8 {
					t.Errorf("the identity was asked %d times, want 8", n)
				}
			}
		})
	}
	w.clock.Advance(16 * time.Minute)
	if got := w.tries(asha.email, insiderPassword, from(1)); got != in {
		t.Errorf("the right password, later: %s", got)
	}
	w.strangers(asha.email) // a right one takes the wrong ones away
}

// From one network a name is tried twenty times a day, however slowly.
func TestTriesOfNetworkAtName(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{})
	asha := w.insider("Asha")
	for n := range 20 {
		if got := w.tries(asha.email, wrongPassword, from(1)); got != wrong {
			t.Fatalf("try %d: %s", n, got)
		}
		w.clock.Advance(16 * time.Minute)
	}
	if got := w.tries(asha.email, insiderPassword, from(1)); got != tooMany {
		t.Errorf("from the network: %s", got)
	}
	w.clock.Advance(24*time.Hour - 20*16*time.Minute)
	if got := w.tries(asha.email, wrongPassword, from(1)); got != wrong {
		t.Errorf("from the network, a day after its first try: %s", got)
	}
	if got := w.tries(asha.email, insiderPassword, from(2)); got != in {
		t.Errorf("from another: %s", got)
	}
}

// Who has to wait is told for how long: of a name, which others try as well, always the same.
func TestTooManyTriesSayHowLong(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{})
	says := func(email string, v desk.Visitor, after time.Duration, words string) {
		t.Helper()
		_, _, err := w.SignIn(w.ctx, desk.Credentials{Email: email, Password: wrongPassword, Visitor: v})
		var p *desk.Problem
		if !errors.As(err, &p) || p.After != after || p.Detail != "That was tried too often. Try again in "+words+"." {
			t.Errorf("%s: got %+v, want to wait %v, %s", email, err, after, words)
		}
	}
	w.strangers("nobody@example.com")
	w.clock.Advance(10 * time.Minute)
	says("nobody@example.com", from(1), 15*time.Minute+30*time.Second, "16 minutes")
	for range 20 {
		w.tries("else@example.com", wrongPassword, from(1))
		w.clock.Advance(16 * time.Minute)
	}
	says("else@example.com", from(1), 24*time.Hour-20*16*time.Minute, "19 hours")
	w.clock.Advance(24*time.Hour - 20*16*time.Minute - 30*time.Second)
	says("else@example.com", from(1), 30*time.Second, "a minute")
}

// From one network a hundred wrong tries come through in an hour, whosever names. Right ones do
// not count, and whoever has signed in before still does.
func TestTriesOfNetwork(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{})
	asha := w.insider("Asha")
	known, err := asha.tries(insiderPassword, from(1))
	must(t, err)
	asked := w.guessed()
	for n := range 100 {
		if got := w.tries(fmt.Sprintf("nobody%d@example.com", n), wrongPassword, from(1)); got != wrong {
			t.Fatalf("try %d: %s", n, got)
		}
		if n == 50 {
			for range 3 {
				must(t, second(asha.tries(insiderPassword, from(1))))
			}
		}
	}
	clear(asked.names)
	if got := w.tries(asha.email, insiderPassword, from(1)); got != tooMany || len(asked.names) > 0 {
		t.Errorf("from the network: %s, asked %v", got, asked.names)
	}
	if got := w.tries(asha.email, insiderPassword, from(2)); got != in {
		t.Errorf("from another: %s", got)
	}
	device := from(1)
	device.DeviceSecret = known.DeviceSecret
	if got := w.tries(asha.email, insiderPassword, device); got != in {
		t.Errorf("from the network, on a device that is known: %s", got)
	}
	w.clock.Advance(time.Hour)
	if got := w.tries(asha.email, insiderPassword, from(1)); got != in {
		t.Errorf("an hour later: %s", got)
	}
}

func second[T any](_ T, err error) error { return err }

// A device on which the member has signed in before has ten tries an hour of its own, whatever
// strangers have used up.
func TestTriesOfDevice(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{})
	asha := w.insider("Asha")
	first, other := asha.signIn("phone"), asha.signIn("page")
	if first.DeviceSecret == other.DeviceSecret || first.DeviceSecret == "" {
		t.Fatalf("the devices' secrets are %q and %q", first.DeviceSecret, other.DeviceSecret)
	}
	again, err := asha.tries(insiderPassword, desk.Visitor{DeviceSecret: first.DeviceSecret})
	must(t, err)
	if again.DeviceSecret != first.DeviceSecret {
		t.Errorf("a known device gets another secret: %q", again.DeviceSecret)
	}
	phone, page := desk.Visitor{DeviceSecret: first.DeviceSecret}, desk.Visitor{DeviceSecret: other.DeviceSecret}
	w.strangers(asha.email)
	asked := w.guessed()
	asked.fails = desk.ErrWrongPair // no matter what it would do of itself
	for n := range 10 {
		if got := w.tries(asha.email, wrongPassword, phone); got != wrong {
			t.Fatalf("try %d: %s", n, got)
		}
		w.clock.Advance(5 * time.Minute)
	}
	asked.fails = nil
	if got := w.tries(asha.email, insiderPassword, phone); got != tooMany {
		t.Errorf("on the phone after ten: %s", got)
	}
	if got := w.tries(asha.email, insiderPassword, page); got != in {
		t.Errorf("on the page: %s", got)
	}
	w.clock.Advance(10 * time.Minute) // an hour after the first
	if got := w.tries(asha.email, insiderPassword, phone); got != in {
		t.Errorf("on the phone, an hour later: %s", got)
	}
}

// Who has guessed at a device's secret, or had one of before, of another member or another
// deployment, is a stranger.
func TestDeviceSecretsVoid(t *testing.T) {
	t.Parallel()
	const other = "Seventeen-Herons-2"
	for _, c := range []struct {
		name   string
		known  bool
		secret func(w *world, asha, bilal *insider, good string) string
	}{
		{"its own", true, func(_ *world, _, _ *insider, good string) string { return good }},
		{"none", false, func(*world, *insider, *insider, string) string { return "" }},
		{"of another member", false, func(_ *world, _, bilal *insider, _ string) string { return bilal.signIn("phone").DeviceSecret }},
		{"forged", false, func(_ *world, _, _ *insider, good string) string {
			b, _ := base64.RawURLEncoding.DecodeString(good)
			b[0]++
			return base64.RawURLEncoding.EncodeToString(b)
		}},
		{"cut short", false, func(_ *world, _, _ *insider, good string) string { return good[:len(good)-4] }},
		{"zeros", false, func(*world, *insider, *insider, string) string {
			return base64.RawURLEncoding.EncodeToString(make([]byte, 48))
		}},
		{"from before a password that an admin set", false, func(w *world, asha, _ *insider, good string) string {
			must(w.t, w.SetPassword(w.ctx, w.admin, asha.id, other))
			must(w.t, w.SetPassword(w.ctx, w.admin, asha.id, insiderPassword))
			return good
		}},
		{"from before one's own change", false, func(w *world, asha, _ *insider, good string) string {
			in := asha.signIn("page")
			in, err := w.ChangePassword(w.ctx, w.as(in), insiderPassword, other)
			must(w.t, err)
			w.as(in)
			must(w.t, w.SetPassword(w.ctx, w.admin, asha.id, insiderPassword))
			return good
		}},
		{"of another deployment", false, func(w *world, asha, _ *insider, good string) string {
			w.Secrets = desk.FixedSecret([]byte("the secret of another deployment"))
			return good
		}},
		{"from before sessions ended", true, func(w *world, asha, _ *insider, good string) string {
			must(w.t, w.EndSessions(w.ctx, w.admin, asha.id))
			return good
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, worldOptions{})
			asha, bilal := w.insider("Asha"), w.insider("Bilal")
			good := asha.signIn("phone").DeviceSecret
			w.clock.Advance(time.Minute)
			v := desk.Visitor{DeviceSecret: c.secret(w, asha, bilal, good)}
			w.clock.Advance(time.Minute)
			w.strangers(asha.email)
			want := tooMany
			if c.known {
				want = in
			}
			if got := w.tries(asha.email, insiderPassword, v); got != want {
				t.Errorf("the right password: %s, want %s", got, want)
			}
		})
	}
}

// The operator takes a member's tries away, and a network's stay.
func TestUnlock(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{})
	asha := w.insider("Asha")
	phone := desk.Visitor{DeviceSecret: asha.signIn("phone").DeviceSecret}
	asked := w.guessed()
	asked.fails = desk.ErrWrongPair
	w.strangers(asha.email)
	for range 10 {
		w.tries(asha.email, wrongPassword, phone)
	}
	for n := range 100 {
		w.tries(fmt.Sprintf("nobody%d@example.com", n), wrongPassword, from(1))
	}
	asked.fails = nil
	w.clock.Advance(time.Second) // no other audit is of this moment
	c, err := w.Unlock(w.ctx, "ASHA@example.com", false)
	must(t, err)
	if c.MemberID != asha.id || c.AccountID != w.acc {
		t.Errorf("unlocked is %+v", c)
	}
	for _, try := range []struct {
		name string
		v    desk.Visitor
		want string
	}{{"on the phone", phone, in}, {"from anywhere", from(2), in}, {"from the network that tried a hundred", from(1), tooMany}} {
		if got := w.tries(asha.email, insiderPassword, try.v); got != try.want {
			t.Errorf("%s: %s, want %s", try.name, got, try.want)
		}
	}
	if got := w.audited(1); got[0] != [3]string{"", "member.unlocked", asha.id} {
		t.Errorf("audit %v", got)
	}
	_, err = w.Unlock(w.ctx, "nobody@example.com", false)
	wantProblem(t, err, "not-found")
}

// Strangers with many networks leave more tries than one Write takes away.
func TestUnlockAfterManyNetworks(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{})
	asha := w.insider("Asha")
	asked := w.guessed()
	for n := range 6 * 20 {
		if n%20 == 0 { // codes have twenty an hour
			w.clock.Advance(time.Hour)
		}
		err := w.ResetPassword(w.ctx, desk.Reset{Email: asha.email, Code: "000000", Password: "Lantern-Otters-58", Visitor: from(n)})
		wantProblem(t, err, "invalid")
	}
	asked.fails = desk.ErrWrongPair
	w.strangers(asha.email)
	asked.fails = nil
	_, err := w.Unlock(w.ctx, asha.email, false)
	must(t, err)
	if got := w.tries(asha.email, insiderPassword, from(250)); got != in {
		t.Errorf("the owner who was unlocked: %s, want %s", got, in)
	}
}

// What the identity has no time for is no wrong try, and locks nobody out.
func TestTroubleIsNoTry(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{})
	asha, asked := w.insider("Asha"), w.guessed()
	asked.fails = errors.New("the identity is away")
	for range 30 {
		_, err := asha.tries(insiderPassword, from(1))
		if !errors.Is(err, asked.fails) {
			t.Fatalf("got %v", err)
		}
	}
	asked.fails = nil
	if got := w.tries(asha.email, insiderPassword, from(1)); got != in {
		t.Errorf("when it is back: %s", got)
	}
}

// However many try at once, no more than a budget come through to the identity.
func TestTriesAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{})
	asha := w.insider("Asha")
	phone := desk.Visitor{DeviceSecret: asha.signIn("phone").DeviceSecret}
	asked := w.guessed()
	asked.fails = desk.ErrWrongPair
	for run := range 50 {
		for _, c := range []struct {
			name string
			v    func(n int) desk.Visitor
			most int
		}{
			{"strangers", func(n int) desk.Visitor { return from(n) }, 4},
			{"on a device", func(int) desk.Visitor { return phone }, 10},
		} {
			clear(asked.names)
			tries := make([]func(), 24)
			for n := range tries {
				tries[n] = func() {
					_, err := asha.tries(wrongPassword, c.v(n))
					if !desk.IsProblem(err, wrong) && !desk.IsProblem(err, tooMany) {
						w.mayBeTaken(err)
					}
				}
			}
			together(tries...)
			if got := asked.names[asha.id]; got > c.most || got == 0 {
				t.Fatalf("run %d, %s: the identity was asked %d times, want %d at most", run, c.name, got, c.most)
			}
		}
		w.clock.Advance(time.Hour)
	}
}

// Tries leave the table by themselves.
func TestTriesExpire(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{})
	asha := w.insider("Asha")
	phone := desk.Visitor{DeviceSecret: asha.signIn("phone").DeviceSecret}
	w.tries(asha.email, wrongPassword, phone)
	w.strangers(asha.email)
	found := 0
	for _, p := range []string{asha.id, keys.TriesIn(from(100).Network).Partition} {
		items, err := w.Table.Query(context.WithoutCancel(w.ctx), table.Range{Partition: p, Prefix: keys.PrefixTries, Limit: 50})
		must(t, err)
		for _, it := range items {
			if found++; it.Expires.IsZero() || it.Expires.After(w.clock.Now().Add(72*time.Hour)) {
				t.Errorf("%v is there until %v", it.Key, it.Expires)
			}
		}
	}
	if found < 6 { // the phone's, the name's and those of the name's four networks
		t.Errorf("found %d items, want six at least", found)
	}
}
