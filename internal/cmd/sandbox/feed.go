package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/connectnow/backend/internal/api"
	"github.com/connectnow/backend/internal/local"
)

// pushes answers GET /sandbox/pushes: what would have reached the phones, newest first.
func (s *sandbox) pushes(w http.ResponseWriter, r *http.Request) {
	items(s, w, r, func(limit int) ([]local.Push, error) { return s.Phones.Feed(r.FormValue("deviceId"), limit) })
}

// mails answers GET /sandbox/mails: codes and notices about a member that would have been
// mailed, newest first; about everyone without memberId.
func (s *sandbox) mails(w http.ResponseWriter, r *http.Request) {
	items(s, w, r, func(limit int) ([]local.Mail, error) { return s.Mails.Feed(r.FormValue("memberId"), limit) })
}

// events answers GET /sandbox/events: what other systems would have been told, newest
// first; of a type, or of all that begin like it, with type.
func (s *sandbox) events(w http.ResponseWriter, r *http.Request) {
	items(s, w, r, func(limit int) ([]local.Event, error) { return s.Announcements.Feed(r.FormValue("type"), limit) })
}

// metrics answers GET /sandbox/metrics: what CloudWatch would show, since the start.
func (s *sandbox) metrics(w http.ResponseWriter, r *http.Request) {
	s.write(w, map[string]any{"items": s.Metrics.Totals()})
}

// items answers with what a feed gives, at most as many as the request's limit.
func items[T any](s *sandbox, w http.ResponseWriter, r *http.Request, feed func(limit int) ([]T, error)) {
	limit := 0
	if text := r.FormValue("limit"); text != "" {
		var err error
		if limit, err = strconv.Atoi(text); err != nil || limit < 1 {
			http.Error(w, "limit must be a number above 0", http.StatusBadRequest)
			return
		}
	}
	found, err := feed(limit)
	if err != nil {
		s.fail(w, err)
		return
	}
	s.write(w, map[string]any{"items": found})
}

// keepAlive is how often a stream without news says that it is there.
const keepAlive = 15 * time.Second

// stream answers GET /sandbox/pushes/stream: pushes as server-sent events from now on,
// or after the one that Last-Event-ID names. It ends with the request or with ctx.
func (s *sandbox) stream(ctx context.Context, w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(r.Context(), cancel)()
	after, err := s.Phones.Last()
	if err != nil {
		s.fail(w, err)
		return
	}
	if id, err := strconv.ParseUint(r.Header.Get("Last-Event-ID"), 10, 64); err == nil {
		after = min(id, after) // it may have seen a later one of a file that is gone
	}
	events := &eventStream{w: w, c: http.NewResponseController(w), deviceID: r.FormValue("deviceId"), last: after}
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	err = events.c.SetReadDeadline(time.Time{}) // or the server's would end the request
	for err == nil {
		if err = events.send(": here\n\n"); err != nil {
			return
		}
		err = events.follow(ctx, s.Phones)
	}
}

// eventStream writes server-sent events.
type eventStream struct {
	w        http.ResponseWriter
	c        *http.ResponseController
	deviceID string // only pushes to this device; all when empty
	last     uint64 // the last push seen
}

// follow sends pushes until it is time to keep the connection alive; that is no error.
func (e *eventStream) follow(ctx context.Context, phones *local.Phones) error {
	quiet, cancel := context.WithTimeout(ctx, keepAlive)
	defer cancel()
	err := phones.Follow(quiet, e.last, e.push)
	if errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil {
		return nil
	}
	return err
}

func (e *eventStream) push(p local.Push) error {
	e.last = p.ID
	if e.deviceID != "" && e.deviceID != p.DeviceID {
		return nil
	}
	body, err := json.Marshal(api.WholeSeconds(p))
	if err != nil {
		return err
	}
	return e.send(fmt.Sprintf("id: %d\ndata: %s\n\n", p.ID, body))
}

// send writes and flushes; a client that does not take it in time is given up.
func (e *eventStream) send(text string) error {
	if err := e.c.SetWriteDeadline(time.Now().Add(keepAlive)); err != nil {
		return err
	}
	if _, err := fmt.Fprint(e.w, text); err != nil {
		return err
	}
	return e.c.Flush()
}
