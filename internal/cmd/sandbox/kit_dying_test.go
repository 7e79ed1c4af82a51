package main

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"net"
	"os"
	"strconv"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/aws/aws-lambda-go/lambdacontext"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/local"
	"github.com/connectnow/backend/internal/table"
)

// The environment of a sandbox that is a test binary: SANDBOX_AHEAD is how much its clock
// is ahead, and SANDBOX_DIES_AT at which step of invoked functions it dies, from 1.

// staged runs the sandbox as main does, with another clock or a death to come.
func staged() error {
	ahead, err := time.ParseDuration(cmp.Or(os.Getenv("SANDBOX_AHEAD"), "0"))
	if err != nil {
		return err
	}
	listeners, err := listen("0", net.Listen)
	if err != nil {
		return err
	}
	dir := os.Getenv("SANDBOX_DIR")
	log := slog.New(slog.NewTextHandler(os.Stderr, nil))
	s, err := build(context.Background(), dir, local.Options{Log: log, Origin: originOf(listeners[0]), Now: func() time.Time { return time.Now().Add(ahead) }})
	if err != nil {
		return err
	}
	defer s.close()
	if at := os.Getenv("SANDBOX_DIES_AT"); at != "" {
		n, err := strconv.ParseInt(at, 10, 64)
		if err != nil {
			return err
		}
		d := &dying{Table: s.Desk.Table, timers: s.Desk.Timers}
		d.left.Store(n)
		s.Desk.Table, s.Desk.Timers = d, d
	}
	s.start()
	if err := banner(os.Stdout, originOf(listeners[0]), dir); err != nil {
		return err
	}
	return serve(context.Background(), listeners, s)
}

// dying is a table and a queue in whose process somebody counts what invoked functions do,
// and kills it before one of these steps.
type dying struct {
	table.Table
	timers desk.Timers
	left   atomic.Int64
}

func (d *dying) step(ctx context.Context) {
	if _, invoked := lambdacontext.FromContext(ctx); invoked && d.left.Add(-1) == 0 {
		fmt.Fprintln(os.Stderr, "killed")
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
		select {}
	}
}

func (d *dying) Get(ctx context.Context, k table.Key) (table.Item, bool, error) {
	d.step(ctx)
	return d.Table.Get(ctx, k)
}

func (d *dying) Query(ctx context.Context, r table.Range) ([]table.Item, error) {
	d.step(ctx)
	return d.Table.Query(ctx, r)
}

func (d *dying) Write(ctx context.Context, ops ...table.Op) error {
	d.step(ctx)
	return d.Table.Write(ctx, ops...)
}

func (d *dying) Increment(ctx context.Context, k table.Key, now time.Time) (int64, time.Time, error) {
	d.step(ctx)
	return d.Table.Increment(ctx, k, now)
}

func (d *dying) Send(ctx context.Context, at time.Time, m desk.Message) error {
	d.step(ctx)
	return d.timers.Send(ctx, at, m)
}
