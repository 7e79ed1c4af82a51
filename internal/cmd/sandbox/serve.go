package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"
)

// grace is how long requests under way have to finish when the sandbox ends: as long as a
// push service that hangs keeps them, which is the longest that any takes.
const grace = 2 * time.Second

// serve answers requests until ctx ends, and then lets those under way finish.
func serve(ctx context.Context, listeners []net.Listener, s *sandbox) error {
	streams, endStreams := context.WithCancel(context.Background())
	defer endStreams()
	var silent silentConns
	server := &http.Server{
		Handler:           s.handler(streams),
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       30 * time.Second,
		WriteTimeout:      60 * time.Second,
		IdleTimeout:       2 * time.Minute,
		ConnState:         silent.note,
		ErrorLog:          slog.NewLogLogger(s.log.Handler(), slog.LevelWarn),
	}
	server.RegisterOnShutdown(endStreams)
	failed := make(chan error, len(listeners))
	for _, l := range listeners {
		go func() { failed <- server.Serve(l) }()
	}
	select {
	case err := <-failed:
		return fmt.Errorf("serve: %w", errors.Join(err, server.Close()))
	case <-ctx.Done():
	}
	silent.close()
	limited, cancel := context.WithTimeout(context.Background(), grace)
	defer cancel()
	if err := server.Shutdown(limited); err != nil {
		s.log.WarnContext(ctx, "requests cut short: they took longer than the end waits", "error", err)
		_ = server.Close() // nothing is left to lose
	}
	return nil
}

// silentConns are the connections on which nothing has been said. Browsers make some ahead.
// Shutdown would give each five seconds to begin, so they are closed before it.
type silentConns struct {
	mu     sync.Mutex
	conns  map[net.Conn]bool
	closed bool
}

// note is the server's ConnState.
func (s *silentConns) note(c net.Conn, state http.ConnState) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case state != http.StateNew:
		delete(s.conns, c)
	case s.closed:
		_ = c.Close()
	default:
		if s.conns == nil {
			s.conns = map[net.Conn]bool{}
		}
		s.conns[c] = true
	}
}

// close closes them all, and those that come from now on.
func (s *silentConns) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	for c := range s.conns {
		_ = c.Close()
	}
}
