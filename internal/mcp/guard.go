package mcp

import (
	"context"
	"crypto/sha256"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/logs"
)

const (
	// unknownFor is how long a key that is nobody's is not asked for again. A key is told
	// when it is stored, so nobody waits for one.
	unknownFor = 30 * time.Second
	// mostWrong is how many wrong keys a network has asked for a minute, in one process. It
	// keeps the table from being asked for whatever somebody makes up; nobody guesses 160 bits.
	// What is refused without asking counts for nothing: a program that goes on with a key
	// that was taken back must not keep out whoever else is in its network.
	mostWrong = 10
	// mostKept is how much of either a process remembers.
	mostKept = 10_000
)

// guard knows who comes with a key. What it remembers of one goes by the whole key: ids are
// no secret, and whoever knows one must not be able to keep its key out.
type guard struct {
	desk *desk.Desk

	mu      sync.Mutex
	unknown map[seal]time.Time // until when
	good    map[seal]time.Time // when a key was last right
	wrong   map[string]wrongs  // by the network
}

// seal is the SHA-256 of a key.
type seal [sha256.Size]byte

// wrongs are the wrong keys that were asked for from one network within a minute.
type wrongs struct {
	since time.Time
	count int
}

func newGuard(d *desk.Desk) *guard {
	return &guard{desk: d, unknown: map[seal]time.Time{}, good: map[seal]time.Time{}, wrong: map[string]wrongs{}}
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
	sealed, from, now := seal(sha256.Sum256([]byte(key))), desk.Network(r.RemoteAddr), g.desk.Now()
	if desk.KeyID(key) == "" {
		return desk.KeyHolder{}, errWrongKey
	}
	if err := g.look(sealed, from, now); err != nil {
		return desk.KeyHolder{}, err
	}
	holder, err := g.desk.HolderOf(ctx, key)
	switch {
	case desk.IsProblem(err, errWrongKey.Name):
		g.failed(sealed, from, now)
		return desk.KeyHolder{}, errWrongKey
	case err != nil:
		return desk.KeyHolder{}, err
	}
	logs.Add(ctx, slog.String("account", holder.AccountID), slog.String("key", holder.KeyID))
	g.mu.Lock()
	defer g.mu.Unlock()
	keep(g.good, sealed, now)
	return holder, nil
}

// look tells what is known without asking: that the key is nobody's, or that there were too
// many wrong ones.
func (g *guard) look(sealed seal, from string, now time.Time) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	at, good := g.good[sealed]
	good = good && now.Sub(at) < time.Hour
	switch w := g.wrong[from]; {
	case now.Before(g.unknown[sealed]):
		return errWrongKey
	case !good && w.count >= mostWrong && now.Sub(w.since) < time.Minute:
		return errTooMany
	}
	return nil
}

// failed remembers and counts a wrong key that was asked for.
func (g *guard) failed(sealed seal, from string, now time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.good, sealed)
	keep(g.unknown, sealed, now.Add(unknownFor))
	w := g.wrong[from]
	if now.Sub(w.since) >= time.Minute {
		w = wrongs{since: now}
	}
	w.count++
	keep(g.wrong, from, w)
}

// keep puts a value where there is room, and else begins anew.
func keep[K comparable, V any](m map[K]V, key K, v V) {
	if _, there := m[key]; !there && len(m) >= mostKept {
		clear(m)
	}
	m[key] = v
}
