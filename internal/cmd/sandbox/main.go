// Command sandbox runs the whole product in one process on this machine: all handlers,
// a table in one file, local identity and timers, and a feed of what the phones would
// get. It listens on the loopback addresses only, 127.0.0.1 and ::1. Ctrl-C and SIGTERM end it.
//
// PORT (8080) and SANDBOX_DIR (.sandbox) change where it is and where its data lie. LOG=json
// has it log as the functions do. CONNECTNOW_TZ names a folder or zip with a newer release of
// the tz database than the product's own, which then decides when phones ring.
package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"syscall"

	"github.com/connectnow/backend/internal/hours"
	"github.com/connectnow/backend/internal/local"
	"github.com/connectnow/backend/internal/origins"
)

func main() {
	log := newLog(os.Getenv, os.Stderr)
	slog.SetDefault(log)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends it whatever is under way
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
	allowed, err := origins.Read(getenv("ALLOWED_ORIGINS"))
	if err != nil {
		return fmt.Errorf("ALLOWED_ORIGINS: %w", err)
	}
	listeners, err := listen(port, net.Listen)
	if err != nil {
		return err
	}
	for _, l := range listeners {
		defer l.Close() // for when the server never comes to serve
	}
	if path := getenv("CONNECTNOW_TZ"); path != "" {
		if err := hours.UseOverlay(path); err != nil {
			log.WarnContext(ctx, "newer clock laws ignored: the built-in ones decide", "error", err)
		}
	}
	origin := originOf(listeners[0])
	s, err := open(ctx, dir, local.Options{Log: log, Origin: origin})
	if err != nil {
		return err
	}
	defer s.close()
	s.origins = allowed
	if err := banner(out, origin, dir); err != nil {
		return err
	}
	log.InfoContext(ctx, "time zones known: shifts go by them", "release", hours.Release())
	return serve(ctx, listeners, s)
}
