package desk_test

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/keys"
	"github.com/connectnow/backend/internal/table"
)

// forgetZone makes of a stored schedule one that no database knows.
func (w *world) forgetZone(member string) {
	w.t.Helper()
	it, _, err := w.Table.Get(w.ctx, keys.Row(w.acc, member))
	must(w.t, err)
	it.Body = bytes.Replace(it.Body, []byte("Europe/Berlin"), []byte("Asia/Atlantis"), 1)
	must(w.t, w.Table.Write(w.ctx, table.Put(it, table.AtVersion(it.Version))))
}

// Hours that cannot be read are logged where a phone stays silent for them, and not at each
// look at the team.
func TestUnreadableHoursAreLogged(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 2})
	var log bytes.Buffer
	w.Log = slog.New(slog.NewTextHandler(&log, nil))
	w.at(berlin(24, 10, 0))
	for _, id := range w.agents {
		w.schedule(id, workdays)
	}
	w.forgetZone(w.agents[0])
	lines := func(want int, what string) {
		t.Helper()
		if got := strings.Count(log.String(), "working hours not read"); got != want {
			t.Errorf("%s: %d lines, want %d:\n%s", what, got, want, log.String())
		}
		log.Reset()
	}
	_, err := w.Live(w.ctx, w.admin)
	must(t, err)
	w.availability(w.agents[0])
	lines(0, "looks")
	answer := w.ring(w.request(1))
	if got := w.view(answer.EscalationID).Offer.MemberID; got != w.agents[1] {
		t.Errorf("%s rings, want the other", w.name(got))
	}
	if !strings.Contains(log.String(), w.agents[0]) || !strings.Contains(log.String(), "Atlantis") {
		t.Errorf("the line says neither who nor why: %s", log.String())
	}
	lines(1, "a claim")
}

// A shift that is on when its zone is lost ends at the next tick, waits a day each time, and
// goes on by itself once the zone is known.
func TestShiftOfALostZone(t *testing.T) {
	t.Parallel()
	w := newWorld(t, worldOptions{agents: 1})
	w.at(berlin(24, 8, 0))
	w.schedule(w.agents[0], workdays)
	w.until(berlin(24, 12, 0))
	w.forgetZone(w.agents[0])
	e := desk.ShiftExecution{AccountID: w.acc, MemberID: w.agents[0], Version: 1, Generation: 1}
	for range 3 {
		tick, err := w.TickShift(w.ctx, e)
		must(t, err)
		if wait := tick.WakeAt.Sub(w.clock.Now()); wait < 24*time.Hour || wait > 24*time.Hour+time.Minute {
			t.Errorf("the next tick comes after %v", wait)
		}
	}
	if a := w.availability(w.agents[0]); a.OnShift || a.ShiftEndsAt != nil || a.NextShiftAt != nil {
		t.Errorf("availability %+v", a)
	}
	w.schedule(w.agents[0], workdays)
	if a := w.availability(w.agents[0]); !a.OnShift || a.ShiftEndsAt == nil {
		t.Errorf("mended: availability %+v", a)
	}
	_, err := w.TickShift(w.ctx, e)
	if !desk.IsProblem(err, "shift-over") {
		t.Errorf("a tick of the old hours: %v", err)
	}
}
