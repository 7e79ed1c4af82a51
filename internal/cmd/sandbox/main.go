// Command sandbox runs the whole product in one process on this machine: all handlers,
// a table in one file, local identity and timers, and a feed of what the phones would
// get. It listens on the loopback address only.
//
// PORT (8080) and SANDBOX_DIR (.sandbox) change where it is and where its data lie. LOG=json
// has it log as the functions do. CONNECTNOW_TZ names a folder or zip with a newer release of
// the tz database than the product's own, which then decides when phones ring.
package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/connectnow/backend/internal/hours"
)

func main() {
	log := newLog(os.Getenv, os.Stderr)
	slog.SetDefault(log)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Getenv, os.Stdout, log); err != nil {
		fmt.Fprintln(os.Stderr, "sandbox:", err)
		stop()
		os.Exit(1)
	}
}

// run serves until ctx ends.
func run(ctx context.Context, getenv func(string) string, out io.Writer, log *slog.Logger) error {
	dir := cmp.Or(getenv("SANDBOX_DIR"), ".sandbox")
	port := cmp.Or(getenv("PORT"), "8080")
	listener, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", port))
	if errors.Is(err, syscall.EADDRINUSE) {
		return fmt.Errorf("port %s is taken: stop what listens there, or choose another with PORT=8081", port)
	}
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	defer listener.Close() // for when the server never comes to serve
	if path := getenv("CONNECTNOW_TZ"); path != "" {
		if err := hours.UseOverlay(path); err != nil {
			log.WarnContext(ctx, "newer clock laws ignored: the built-in ones decide", "error", err)
		}
	}
	s, err := open(ctx, dir, log)
	if err != nil {
		return err
	}
	defer s.close()
	log.InfoContext(ctx, "time zones known: shifts go by them", "release", hours.Release())
	if err := banner(out, listener.Addr().(*net.TCPAddr).Port, dir); err != nil {
		return err
	}
	return serve(ctx, listener, s)
}

// serve answers requests until ctx ends, and then lets those under way finish.
func serve(ctx context.Context, listener net.Listener, s *sandbox) error {
	streams, endStreams := context.WithCancel(context.Background())
	defer endStreams()
	server := &http.Server{
		Handler:           s.handler(streams),
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       30 * time.Second,
		WriteTimeout:      60 * time.Second,
		IdleTimeout:       2 * time.Minute,
		ErrorLog:          slog.NewLogLogger(s.log.Handler(), slog.LevelWarn),
	}
	server.RegisterOnShutdown(endStreams)
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err := <-failed:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	limited, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if err := server.Shutdown(limited); err != nil {
		return fmt.Errorf("stop: %w", errors.Join(err, server.Close()))
	}
	return nil
}
