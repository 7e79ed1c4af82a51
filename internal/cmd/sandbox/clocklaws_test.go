package main

import (
	"strings"
	"testing"
	"time"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/hours/hourstest"
)

// around are working hours of a zone from an hour ago for three hours, by clocks that stand
// some hours east of Greenwich.
func around(zone string, east int) map[string]any {
	from := time.Now().In(time.FixedZone("", east*3600)).Add(-time.Hour)
	to := from.Add(3 * time.Hour).Format("15:04")
	if to == "00:00" {
		to = "24:00"
	}
	day := strings.ToLower(from.Format("Mon"))
	return map[string]any{"timeZone": zone, "entries": []any{map[string]any{"days": []string{day}, "start": from.Format("15:04"), "end": to}}}
}

// TestClockLawsOverlay restarts the sandbox with a newer release of the tz database, in which
// the clocks of Vancouver stand on the other side of the day: it decides whose phone rings,
// as long as it is there. One that is not newer is ignored, and a line says so.
func TestClockLawsOverlay(t *testing.T) {
	t.Parallel()
	const zone, east = "America/Vancouver", 5
	laws := hourstest.Laws{zone: east}
	dir := t.TempDir()
	p := startProcess(t, dir)
	for id := range p.online("asha") {
		request[desk.Member](p, "PUT", "/v1/members/"+id+"/working-hours", p.signIn("owner").token, around(zone, east))
	}
	event := p.escalation("req")
	for _, c := range []struct {
		name, overlay string
		rings         bool
		ignored       int
	}{
		{"no overlay", "", false, 0},
		{"newer", hourstest.Zip(t, "2099a", laws), true, 0},
		{"taken away", "", false, 0},
		{"older", hourstest.Zip(t, "2020a", laws), false, 1},
		{"not there", dir + "/tz.zip", false, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			p.kill()
			var line string
			p, line = launch(t, dir, "0", "CONNECTNOW_TZ="+c.overlay)
			p.url = urlInBanner.FindString(line)
			a := p.escalate(mapsWith(event, map[string]any{"requestId": c.name, "interactionId": c.name}))
			if got := a.Outcome == desk.OutcomeRinging; got != c.rings {
				t.Errorf("rings: %t, want %t (%+v)", got, c.rings, a)
			}
			if n := strings.Count(p.stderr.String(), "clock laws ignored"); n != c.ignored {
				t.Errorf("%d lines say that the overlay is ignored, want %d", n, c.ignored)
			}
		})
	}
}
