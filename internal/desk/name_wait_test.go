package desk_test

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/connectnow/backend/internal/table"
)

// slow is a table whose calls take a moment of the bubble's time.
type slow struct{ table.Table }

func (s slow) Query(ctx context.Context, r table.Range) ([]table.Item, error) {
	time.Sleep(time.Millisecond)
	return s.Table.Query(ctx, r)
}

// Two who want one name at once wait in such a way that the clock of a bubble goes on: else
// histories stand still in which a page polls that has two works.
func TestNameThatIsBeingRead(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{})
	w.Desk.Table = slow{w.Desk.Table}
	synctest.Test(t, func(t *testing.T) {
		name := w.Names(w.ctx, w.acc)
		var wg sync.WaitGroup
		for range 2 {
			wg.Go(func() {
				if got, err := name(w.dep); err != nil || *got != "Sales" {
					t.Errorf("got %v, %v, want Sales", got, err)
				}
			})
		}
		wg.Wait()
	})
}
