package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"

	"github.com/aws/aws-lambda-go/lambda"

	"github.com/connectnow/backend/internal/api"
	"github.com/connectnow/backend/internal/gateway"
	"github.com/connectnow/backend/internal/local"
	"github.com/connectnow/backend/internal/mcp"
)

// sandbox is the desk with all that plays the cloud for it.
type sandbox struct {
	*local.Twins
	functions map[string]lambda.Handler // what can be invoked, by name
	models    http.Handler              // POST /mcp, of the function mcp
	origins   []string                  // whose pages may call the API
	log       *slog.Logger
}

// open opens the sandbox whose data lie in dir, makes the demo account the first time,
// and begins to deliver timers, and to tick, those from before included.
func open(ctx context.Context, dir string, o local.Options) (*sandbox, error) {
	s, err := build(ctx, dir, o)
	if errors.Is(err, local.ErrInUse) {
		err = fmt.Errorf("%w (is another sandbox running? SANDBOX_DIR chooses another data folder)", err)
	}
	if err != nil {
		return nil, err
	}
	s.start()
	return s, nil
}

// build makes everything on the file in dir. Nothing moves by itself before start.
func build(ctx context.Context, dir string, o local.Options) (*sandbox, error) {
	o.Log = withTails(o.Log)
	twins, err := local.Open(dir, o)
	if err != nil {
		return nil, err
	}
	s := &sandbox{Twins: twins, functions: map[string]lambda.Handler{}, log: o.Log}
	for name, maker := range gateway.Functions() {
		s.functions[name] = maker(s.Desk)
	}
	s.models = mcp.New(s.Desk, api.New(s.Desk, s.options())).Handler()
	s.functions[gateway.MCPFunction] = gateway.Serve(s.models)
	s.functions["escalate"] = gateway.EscalateWith(s.Desk, s.options())
	if err := s.seed(ctx); err != nil {
		s.close()
		return nil, fmt.Errorf("make the demo account: %w", err)
	}
	return s, nil
}

// start begins to deliver timers, to tell of pushes that fail late and to tick shifts, each with
// a line in the log. Shifts from before may wait by another release of the tz database; those
// are renewed.
func (s *sandbox) start() {
	s.Timers.Start(gateway.Wake(s.Desk))
	s.Phones.Start(gateway.PushFailed(s.Desk))
	var names []string
	for _, run := range s.Shifts.Waiting() {
		names = append(names, run.Execution.Name())
	}
	if len(names) > 0 {
		gateway.Renew(s.Desk)(context.Background(), names)
	}
	s.Shifts.Run(gateway.Tick(s.Desk))
}

// close stops timers and shifts and closes the file.
func (s *sandbox) close() {
	if err := s.Close(); err != nil {
		s.log.ErrorContext(context.Background(), "sandbox not closed: the data may be cut short", "error", err)
	}
}
