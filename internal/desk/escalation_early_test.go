package desk_test

import (
	"testing"
	"time"

	"github.com/connectnow/backend/internal/desk"
)

// A process that thinks that it rings shorter or longer in an account than it does now has
// sent a timer for that. It changes nothing of the offer, which has another by what was read.
func TestRingTimeOfBefore(t *testing.T) {
	for name, thought := range map[string]time.Duration{"shorter": 10 * time.Second, "longer": time.Minute} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, worldOptions{agents: 2})
			w.Desk.Know(w.acc, thought)
			a := w.ring(w.request(1))
			if want := w.clock.Now().Add(stands - desk.TapTime); !a.RingingUntil.Equal(want) {
				t.Errorf("it rings until %v, want %v", a.RingingUntil, want)
			}
			w.pass(stands - time.Second)
			if s := w.peek(a.EscalationID); s.Offer != 1 {
				t.Errorf("a second before its end offer %d stands, want the first", s.Offer)
			}
			w.pass(time.Second)
			if s := w.peek(a.EscalationID); s.Offer != 2 {
				t.Errorf("at its end offer %d stands, want the second", s.Offer)
			}
			w.pass(2 * time.Minute)
			if s := w.peek(a.EscalationID); s.Callback == "" || len(s.Offers) != 2 {
				t.Errorf("after all ring times %d offers and callback %q, want two and one", len(s.Offers), s.Callback)
			}
		})
	}
}
