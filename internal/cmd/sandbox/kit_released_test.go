package main

import (
	"compress/gzip"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/connectnow/backend/internal/local"
)

// form is what the build of a release showed of its file before it closed it, as
// testdata/released/<commit>.json says.
type form struct {
	ClosedAt time.Time
	// Sessions says that the release kept sessions, and that members have the bearer of one.
	Sessions bool
	Members  []releasedMember
	// DeadTokens are refresh tokens of sessions that had ended.
	DeadTokens []string
	Lists      []struct {
		Who, Path string
		Items     []any
	}
	Single []struct {
		Who, Path string
		Shows     any
	}
	Work []struct {
		What, ID, Who string
		Rings         bool
	}
	// Kept is a request with an Idempotency-Key and its answer.
	Kept struct {
		Who, Path, Key, Body string
		Answer               any
	}
	// Again are requests of the assistant, and what each began.
	Again []struct {
		Request      map[string]any
		EscalationID string
	}
	IDs struct {
		CallbackOpen, CallbackClaimed, CallbackJoined, CallbackNoContact string

		Upper, Lower string // the departments whose names differ in case alone
		Gone         string // a member who was removed
	}
}

// releasedMember is somebody who had signed in.
type releasedMember struct{ ID, Email, Password, AccessToken, RefreshToken string }

// readForm reads what a release showed.
func readForm(t *testing.T, path string) *form {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var f form
	if err := json.Unmarshal(text, &f); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return &f
}

// unpack writes the data file of a release into a folder of its own.
func unpack(t *testing.T, path string) (dir string) {
	t.Helper()
	packed, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer packed.Close()
	z, err := gzip.NewReader(packed)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	dir = t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "connectnow.db"), text, 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

// clock goes on from when a file was closed, so that what rang then rings still. It can
// be put forward.
type clock struct {
	closed, began time.Time
	stands        bool // it moves only when it is put forward
	ahead         atomic.Int64
}

func newClock(closed time.Time) *clock { return &clock{closed: closed, began: time.Now()} }

func (c *clock) now() time.Time {
	if c.stands {
		return c.closed.Add(time.Duration(c.ahead.Load()))
	}
	return c.closed.Add(time.Since(c.began) + time.Duration(c.ahead.Load()))
}

// reach puts the clock forward to at, unless it is later already.
func (c *clock) reach(at time.Time) {
	if wait := at.Sub(c.now()); wait > 0 {
		c.ahead.Add(int64(wait))
	}
}

// released is the file of a release, opened and served by the code of now.
type released struct {
	*process
	*form

	path   string // of the file, as released
	s      *sandbox
	clock  *clock
	tokens map[string]string // access tokens by e-mail
}

// openFile opens the data in dir. No other function here knows how that is done.
func openFile(t *testing.T, dir string, now func() time.Time) *sandbox {
	t.Helper()
	s, err := build(t.Context(), dir, local.Options{NoSync: true, Now: now, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.close)
	return s
}

// openReleased serves a copy of the file at path, whose timers nobody delivers.
func openReleased(t *testing.T, path string, f *form) *released {
	t.Helper()
	c := newClock(f.ClosedAt)
	s := openFile(t, unpack(t, path), c.now)
	server := httptest.NewServer(s.handler(t.Context()))
	t.Cleanup(server.Close)
	return &released{
		process: &process{t: t, url: server.URL}, form: f,
		path: path, s: s, clock: c, tokens: map[string]string{},
	}
}

// as gives an access token of the member with this e-mail, from the session in the file.
func (r *released) as(email string) string {
	r.t.Helper()
	if r.tokens[email] != "" {
		return r.tokens[email]
	}
	in := request[struct{ AccessToken string }](r.process, "POST", "/v1/refresh", "", map[string]string{"refreshToken": r.of(email).RefreshToken})
	r.tokens[email] = in.AccessToken
	return in.AccessToken
}

// of is the member with this e-mail.
func (r *released) of(email string) releasedMember {
	r.t.Helper()
	for _, m := range r.Members {
		if m.Email == email {
			return m
		}
	}
	r.t.Fatalf("nobody has the e-mail %s", email)
	return releasedMember{}
}

// signedIn is the answer of a sign-in.
type signedIn struct {
	AccessToken, RefreshToken string
	Member                    thing
}

func (r *released) login(email, password string) signedIn {
	r.t.Helper()
	return request[signedIn](r.process, "POST", "/v1/login", "", map[string]string{"email": email, "password": password})
}

// signInOwners begins new sessions for the owners of both accounts.
func (r *released) signInOwners() {
	r.t.Helper()
	for _, m := range r.Members {
		if m.Email == "owner@example.com" || m.Email == "meera@shoes.example" {
			r.tokens[m.Email] = r.login(m.Email, m.Password).AccessToken
		}
	}
}

// thing is an answer of the API, as JSON.
type thing = map[string]any

// get and post ask as the member with this e-mail.
func (r *released) get(email, path string) thing {
	r.t.Helper()
	return request[thing](r.process, "GET", path, r.as(email), nil)
}

func (r *released) post(email, path string, body any) thing {
	r.t.Helper()
	return request[thing](r.process, "POST", path, r.as(email), body)
}

// items are those of a list, all pages of it.
func (r *released) items(email, path string) []any {
	r.t.Helper()
	var all []any
	next := path
	for {
		page := r.get(email, next)
		items, _ := page["items"].([]any)
		all = append(all, items...)
		cursor, _ := page["nextCursor"].(string)
		if cursor == "" {
			return all
		}
		next = path + "&cursor=" + cursor // only a list with a limit has more pages
	}
}

// wantFields reports fields of an answer that are not as wanted.
func (r *released) wantFields(what string, got thing, want thing) {
	r.t.Helper()
	if !shows(got, want) {
		r.t.Errorf("%s (-want +got):\n%s", what, cmp.Diff(want, got))
	}
}

// decoded reads JSON.
func decoded(t *testing.T, text string) (v any) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return v
}

// shows reports whether got still says all that want says. Later versions may add
// fields, leave out those that are null, and tell times by whole seconds.
func shows(got, want any) bool {
	switch want := want.(type) {
	case nil:
		return got == nil
	case thing:
		g, ok := got.(thing)
		for name, v := range want {
			ok = ok && shows(g[name], v)
		}
		return ok
	case []any:
		g, ok := got.([]any)
		ok = ok && len(g) == len(want)
		for i := 0; ok && i < len(want); i++ {
			ok = shows(g[i], want[i])
		}
		return ok
	case string:
		g, ok := got.(string)
		return ok && (g == want || sameSecond(g, want))
	}
	return got == want
}

func sameSecond(a, b string) bool {
	at, errA := time.Parse(time.RFC3339, a)
	bt, errB := time.Parse(time.RFC3339, b)
	return errA == nil && errB == nil && at.Truncate(time.Second).Equal(bt.Truncate(time.Second))
}

// releasedFiles lists the files of all releases.
func releasedFiles(t *testing.T) (paths []string) {
	t.Helper()
	paths, err := filepath.Glob("testdata/released/*.db.gz")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no released files: %v", err)
	}
	return paths
}

func releaseOf(path string) string { return strings.TrimSuffix(filepath.Base(path), ".db.gz") }

// department looks one up in the list; nil when it is not there.
func (r *released) department(id string) thing {
	r.t.Helper()
	for _, it := range r.items("meera@shoes.example", "/v1/departments") {
		if d := it.(thing); d["id"] == id {
			return d
		}
	}
	return nil
}

// deliverAll delivers timers, and those that come of them, each at its time, for three days:
// while a callback waits there is always a further look at it.
func (r *released) deliverAll() {
	r.t.Helper()
	end := r.clock.now().Add(72 * time.Hour)
	for range 1000 {
		pending := r.s.Timers.Pending()
		if len(pending) == 0 || pending[0].At.After(end) {
			return
		}
		r.clock.reach(pending[0].At)
		if err := r.s.Timers.Deliver(context.WithoutCancel(r.t.Context()), pending[0].ID, r.s.Desk.Wake); err != nil {
			r.t.Errorf("%s: %v", pending[0].Message.Kind, err)
		}
	}
	r.t.Fatal("timers do not come to an end")
}
