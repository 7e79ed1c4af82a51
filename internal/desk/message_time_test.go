package desk_test

import (
	"context"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/table"
)

// silentTable never answers.
type silentTable struct{ table.Table }

func (silentTable) Get(ctx context.Context, _ table.Key) (table.Item, bool, error) {
	<-ctx.Done()
	return table.Item{}, false, ctx.Err()
}

// slowQueue takes messages, which takes all the time that Wake keeps for it.
type slowQueue struct{ taken []desk.Message }

func (q *slowQueue) Send(ctx context.Context, _ time.Time, m desk.Message) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(2 * time.Second):
		q.taken = append(q.taken, m)
		return nil
	}
}

// However long the table is silent, there is time to send the message again.
func TestWakeKeepsTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		queue := &slowQueue{}
		d := desk.New(silentTable{}, queue, nil, nil, nil)
		d.Log = slog.New(slog.DiscardHandler)
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second) // as the function timer has
		defer cancel()
		if err := d.Wake(ctx, desk.Message{Kind: desk.WakeRing, AccountID: "acc_a", EscalationID: "esc_a", Offer: 1}); err != nil {
			t.Errorf("the message went nowhere: %v", err)
		}
		if len(queue.taken) != 1 || queue.taken[0].Tries != 1 {
			t.Errorf("sent again: %+v, want one message with one try", queue.taken)
		}
	})
}
