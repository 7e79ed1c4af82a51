package desk

import (
	"context"
	"crypto/rand"
	"log/slog"
	"strings"
	"time"

	"github.com/connectnow/backend/internal/table"
)

// New makes a Desk that works with the system's clock and randomness.
func New(t table.Table, timers Timers, phones Phones, identity Identity, shifts Shifts) *Desk {
	return &Desk{
		Table: t, Timers: timers, Phones: phones, Identity: identity, Shifts: shifts,
		Now: time.Now, Sleep: sleep, Random: rand.Reader, Log: slog.Default(),
	}
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// lowerEmail is how e-mails are compared. Callers have brought them into normal form.
func lowerEmail(s string) string { return strings.ToLower(strings.TrimSpace(s)) }
