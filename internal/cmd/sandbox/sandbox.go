package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/aws/aws-lambda-go/lambda"

	"github.com/connectnow/backend/internal/api"
	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/gateway"
	"github.com/connectnow/backend/internal/local"
)

// sandbox is the desk with all that plays the cloud for it.
type sandbox struct {
	table     *local.Bolt
	timers    *local.Timers
	phones    *local.Phones
	identity  *local.Identity
	shifts    *local.Shifts
	desk      *desk.Desk
	functions map[string]lambda.Handler // what can be invoked, by name
	now       func() time.Time          // the clock; nil for time.Now
	log       *slog.Logger
}

// open opens the sandbox whose data lie in dir, makes the demo account the first time,
// and begins to deliver timers, and to tick, those from before included.
func open(ctx context.Context, dir string, log *slog.Logger) (*sandbox, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make the data folder: %w", err)
	}
	path := filepath.Join(dir, "connectnow.db")
	t, err := local.OpenTable(path, local.TableOptions{})
	if err != nil {
		return nil, fmt.Errorf("%w (is another sandbox running? SANDBOX_DIR chooses another data folder)", err)
	}
	s := &sandbox{table: t, log: log}
	if err := s.build(ctx); err != nil {
		s.close()
		return nil, err
	}
	s.start()
	return s, nil
}

// build makes everything on the open table. Nothing moves by itself before start.
func (s *sandbox) build(ctx context.Context) (err error) {
	db := s.table.DB()
	if s.timers, err = local.OpenTimers(db, local.TimersOptions{Now: s.now, Log: s.log}); err != nil {
		return err
	}
	if s.phones, err = local.OpenPhones(db, s.now); err != nil {
		return err
	}
	if s.identity, err = local.OpenIdentity(db, local.IdentityOptions{Now: s.now}); err != nil {
		return err
	}
	if s.shifts, err = local.OpenShifts(db, local.ShiftsOptions{Now: s.now, Log: s.log}); err != nil {
		return err
	}
	s.desk = desk.New(s.table, s.timers, s.phones, s.identity, s.shifts)
	s.desk.Log = s.log
	if s.now != nil {
		s.desk.Now = s.now
	}
	if err := s.seed(ctx); err != nil {
		return fmt.Errorf("make the demo account: %w", err)
	}
	s.functions = map[string]lambda.Handler{
		"escalate": gateway.Escalate(s.desk), "provision": gateway.Provision(s.desk), "timer": gateway.Timer(s.desk),
		"shift": gateway.Shift(s.desk),
	}
	for _, r := range api.Routes() {
		if s.functions[r.Function] == nil {
			s.functions[r.Function] = gateway.HTTP(r.Function)(s.desk)
		}
	}
	return nil
}

// start begins to deliver timers and to tick shifts.
func (s *sandbox) start() {
	s.timers.Start(s.desk.Wake)
	s.shifts.Run(s.desk.TickShift)
}

// close stops timers and shifts and closes the file.
func (s *sandbox) close() {
	var err error
	if s.shifts != nil {
		s.shifts.Close()
	}
	if s.timers != nil {
		err = s.timers.Close()
	}
	if err = errors.Join(err, s.table.Close()); err != nil {
		s.log.Error("closing failed", "error", err)
	}
}
