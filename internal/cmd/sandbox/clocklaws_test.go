package main

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/hours"
	"github.com/connectnow/backend/internal/hours/hourstest"
	"github.com/connectnow/backend/internal/keys"
	"github.com/connectnow/backend/internal/local"
	"github.com/connectnow/backend/internal/table"
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
			release := hours.BuiltIn().Release()
			if c.rings {
				release = "2099a"
			}
			if !strings.Contains(p.stderr.String(), "release="+release) {
				t.Errorf("no line says that shifts go by %s", release)
			}
			if n := strings.Count(p.stderr.String(), "clock laws ignored"); n != c.ignored {
				t.Errorf("%d lines say that the overlay is ignored, want %d", n, c.ignored)
			}
		})
	}
}

// TestVancouverRingsOnAnyMachine holds that the phone of an agent in Vancouver with hours from
// 09:00 rings from 16:00 UTC on 2026-12-01, and not before, whatever zone files and settings
// the machine has.
func TestVancouverRingsOnAnyMachine(t *testing.T) {
	t.Parallel()
	old := t.TempDir() // as Vancouver was before the law
	file, _ := hours.BuiltIn().File("America/Los_Angeles")
	if err := os.Mkdir(filepath.Join(old, "America"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(old, "America", "Vancouver"), []byte(file), 0o600); err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 12, 1, 16, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name string
		env  []string
	}{
		{"old zone files", []string{"ZONEINFO=" + old, "TZ=America/Vancouver"}},
		{"no zone files", []string{"ZONEINFO=" + t.TempDir(), "TZ="}},
		{"nonsense", []string{"ZONEINFO=" + os.Args[0], "TZ=Not/AZone"}},
		{"another zone", []string{"ZONEINFO=", "TZ=Asia/Tokyo"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			ask := func(now time.Time, prepare func(*process)) desk.Answer {
				p, line := launch(t, dir, "0", append(c.env, "SANDBOX_AHEAD="+time.Until(now).String())...)
				defer p.kill()
				p.url = urlInBanner.FindString(line)
				prepare(p)
				return p.escalate(p.escalation(now.Format(time.TimeOnly)))
			}
			early := ask(at.Add(-10*time.Minute), func(p *process) {
				for id := range p.online("asha") {
					request[desk.Member](p, "PUT", "/v1/members/"+id+"/working-hours", p.signIn("owner").token, map[string]any{
						"timeZone": "America/Vancouver",
						"entries":  []any{map[string]any{"days": []string{"mon", "tue", "wed", "thu", "fri"}, "start": "09:00", "end": "17:00"}},
					})
				}
			})
			if early.Outcome != desk.OutcomeCallback || early.Callback == nil {
				t.Errorf("at 08:50 there: %+v, want a callback", early)
			}
			if late := ask(at, func(*process) {}); late.Outcome != desk.OutcomeRinging {
				t.Errorf("at 09:00 there: %+v, want it to ring", late)
			}
		})
	}
}

// TestStoredZoneThatNobodyKnows restarts the sandbox over the hours of an agent in a zone that
// a release knew which is gone: that agent is off shift, and all others are rung.
func TestStoredZoneThatNobodyKnows(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	p := startProcess(t, dir)
	owner := p.signIn("owner").token
	var lost string
	for id, m := range p.online("asha", "bilal") {
		request[desk.Member](p, "PUT", "/v1/members/"+id+"/working-hours", owner, around("Asia/Kolkata", 5))
		if m.device == "phone-of-asha" {
			lost = id
		}
	}
	event := p.escalation("req")
	p.kill()
	rewrite(t, dir, keys.Row(demoAccount, lost), "Asia/Kolkata", "Mars/Olympus")

	p = startProcess(t, dir)
	for _, id := range []string{"first", "second"} {
		a := p.escalate(mapsWith(event, map[string]any{"requestId": id, "interactionId": id}))
		if a.Outcome != desk.OutcomeRinging || a.Agent == nil || a.Agent.FirstName != "Bilal" {
			t.Errorf("%s: %+v, want it ringing at Bilal", id, a)
		}
	}
	owner = p.signIn("owner").token
	if got := request[desk.Member](p, "GET", "/v1/members/"+lost, owner, nil); got.WorkingHours == nil || !got.WorkingHours.Unreadable {
		t.Errorf("hours in a lost zone: %+v", got.WorkingHours)
	}
	if !strings.Contains(p.stderr.String(), "Mars/Olympus") {
		t.Error("no line of the log names the zone")
	}
	request[desk.Member](p, "PUT", "/v1/members/"+lost+"/working-hours", owner, around("Asia/Kolkata", 5))
	if a := p.escalate(mapsWith(event, map[string]any{"requestId": "third", "interactionId": "third"})); a.Agent == nil || a.Agent.FirstName != "Asha" {
		t.Errorf("set anew: %+v, want it ringing at Asha", a)
	}
}

// rewrite puts other words into an item of a sandbox that does not run.
func rewrite(t *testing.T, dir string, key table.Key, from, to string) {
	t.Helper()
	s, err := build(t.Context(), dir, local.Options{PasswordMemory: 64, NoSync: true, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	it, found, err := s.Desk.Table.Get(t.Context(), key)
	if err != nil || !found || !bytes.Contains(it.Body, []byte(from)) {
		t.Fatalf("no %s in %s: %v", from, it.Body, err)
	}
	it.Body = bytes.Replace(it.Body, []byte(from), []byte(to), 1)
	if err := s.Desk.Table.Write(t.Context(), table.Put(it, table.AtVersion(it.Version))); err != nil {
		t.Fatal(err)
	}
}
