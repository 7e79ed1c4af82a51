package mcp

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"time"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/logs"
)

const (
	// unknownFor is how long an id that is nobody's is not asked for again. A key is told
	// when it is stored, so nobody waits for one.
	unknownFor = 30 * time.Second
	// mostWrong is how many wrong keys a network has a minute, in one process. It keeps the
	// table from being asked for whatever somebody makes up; nobody guesses 160 bits.
	mostWrong = 10
	// mostKept is how much of either a process remembers.
	mostKept = 10_000
)

// guard knows who comes with a key.
type guard struct {
	desk *desk.Desk

	mu      sync.Mutex
	unknown map[string]time.Time // until when, by the id
	wrong   map[string]wrongs    // by the network
	good    map[string]time.Time // when a key was last right, by the id
}

// wrongs are the wrong keys from one network within a minute.
type wrongs struct {
	since time.Time
	count int
}

func newGuard(d *desk.Desk) *guard {
	return &guard{desk: d, unknown: map[string]time.Time{}, wrong: map[string]wrongs{}, good: map[string]time.Time{}}
}

// The answers to who may not call.
var (
	errNoKey    = &desk.Problem{Class: desk.Unauthorized, Name: "unauthorized", Title: "No key", Detail: "Send a key of the account as Authorization: Bearer."}
	errWrongKey = &desk.Problem{Class: desk.Unauthorized, Name: "unauthorized", Title: "No such key", Detail: "The key is none, or was deleted."}
	errTooMany  = &desk.Problem{Class: desk.TooMany, Name: "too-many-tries", Title: "Too many tries", Detail: "There were too many wrong keys from here. Wait a minute.", After: time.Minute}
)

// admit tells whom a request speaks for. A key that was right lately is looked up whatever
// others do in its network, which may be a whole cloud's.
func (g *guard) admit(ctx context.Context, r *http.Request) (desk.KeyHolder, error) {
	scheme, key, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	key = strings.TrimSpace(key)
	if !strings.EqualFold(scheme, "Bearer") || key == "" {
		return desk.KeyHolder{}, errNoKey
	}
	id, from := desk.KeyID(key), network(r.RemoteAddr)
	now := g.desk.Now()
	if known, over := g.look(id, from, now); over {
		return desk.KeyHolder{}, errTooMany
	} else if known {
		return desk.KeyHolder{}, g.failed("", from, now)
	}
	holder, err := g.desk.HolderOf(ctx, key)
	switch {
	case desk.IsProblem(err, errWrongKey.Name):
		return desk.KeyHolder{}, g.failed(id, from, now)
	case err != nil:
		return desk.KeyHolder{}, err
	}
	logs.Add(ctx, slog.String("account", holder.AccountID), slog.String("key", holder.KeyID))
	g.mu.Lock()
	defer g.mu.Unlock()
	keep(g.good, id, now)
	return holder, nil
}

// look tells what is known without asking: that the id is nobody's, and that there were too
// many wrong keys.
func (g *guard) look(id, from string, now time.Time) (nobodys, over bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	at, good := g.good[id]
	good = good && now.Sub(at) < time.Hour
	w := g.wrong[from]
	return id == "" || now.Before(g.unknown[id]), !good && w.count >= mostWrong && now.Sub(w.since) < time.Minute
}

// failed counts a wrong key.
func (g *guard) failed(id, from string, now time.Time) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if id != "" {
		keep(g.unknown, id, now.Add(unknownFor))
		delete(g.good, id)
	}
	w := g.wrong[from]
	if now.Sub(w.since) >= time.Minute {
		w = wrongs{since: now}
	}
	w.count++
	keep(g.wrong, from, w)
	return errWrongKey
}

// keep puts a value where there is room, and else begins anew.
func keep[V any](m map[string]V, key string, v V) {
	if _, there := m[key]; !there && len(m) >= mostKept {
		clear(m)
	}
	m[key] = v
}

// network is where an address is from: its /24, or its /48.
func network(addr string) string {
	if host, _, err := net.SplitHostPort(addr); err == nil {
		addr = host
	}
	ip, err := netip.ParseAddr(addr)
	if err != nil {
		return ""
	}
	ip = ip.Unmap()
	bits := 48
	if ip.Is4() {
		bits = 24
	}
	p, err := ip.Prefix(bits)
	if err != nil {
		return ""
	}
	return p.String()
}
