package main

import (
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/hours"
	"github.com/connectnow/backend/internal/hours/hourstest"
	"github.com/connectnow/backend/internal/local"
	"github.com/connectnow/backend/internal/logs"
)

// TestShiftsWaitByTheLawsOfTheStart restarts the sandbox with other clock laws: a shift that
// waited by those of before waits by them from the start on. The laws hold for the whole
// process, so the test runs by itself.
func TestShiftsWaitByTheLawsOfTheStart(t *testing.T) {
	defer hours.Use(nil)
	const zone = "America/Vancouver"
	dir := t.TempDir()
	reopen := func(laws hourstest.Laws) (*sandbox, *lockedBuffer) {
		hours.Use(hourstest.Database(t, "2099a", laws))
		log := &lockedBuffer{}
		s, err := build(t.Context(), dir, local.Options{PasswordMemory: 64, NoSync: true, Log: logs.JSON(log, slog.LevelInfo)})
		if err != nil {
			t.Fatal(err)
		}
		return s, log
	}
	s, _ := reopen(nil)
	server := httptest.NewServer(s.handler(t.Context()))
	p := &process{t: t, url: server.URL}
	request[desk.Member](p, "PUT", "/v1/members/"+p.signIn("asha").id+"/working-hours", p.signIn("owner").token, around(zone, 0))
	for _, run := range s.Shifts.Waiting() {
		if err := s.Shifts.Tick(t.Context(), run.Execution, s.Desk.TickShift); err != nil {
			t.Fatal(err)
		}
	}
	server.Close()
	s.close()
	for _, c := range []struct {
		name, says string
		laws       hourstest.Laws
	}{
		{"the same", `"looked":1,"renewed":0`, nil},
		{"others", `"looked":1,"renewed":1`, hourstest.Laws{zone: 1}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, log := reopen(c.laws)
			s.start()
			s.close()
			if !strings.Contains(log.String(), c.says) {
				t.Errorf("no line says %s in\n%s", c.says, log)
			}
		})
	}
}
