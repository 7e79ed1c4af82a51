package main

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/connectnow/backend/internal/desk"
)

// TestKilledWhileAsking kills the process while four customers ask for an idle agent's
// team, some moment after they began, and nobody asks again. Whatever was stored rings
// within the ring time and five seconds: none is left for a callback while somebody is free.
func TestKilledWhileAsking(t *testing.T) {
	if testing.Short() {
		t.Skip("rings for 10 seconds")
	}
	t.Parallel()
	dir := t.TempDir()
	p := startProcess(t, dir)
	ringShort(p)
	p.online("asha", "bilal", "chitra")
	var bodies [][]byte
	for _, name := range []string{"req-1", "req-2", "req-3", "req-4"} {
		body, err := json.Marshal(p.escalation(name))
		if err != nil {
			t.Fatal(err)
		}
		bodies = append(bodies, body)
	}
	var callers sync.WaitGroup
	for _, body := range bodies {
		callers.Go(func() {
			if r, err := http.Post(p.url+invokeEscalate, "application/json", bytes.NewReader(body)); err == nil {
				_ = r.Body.Close() // the process may have died before or after
			}
		})
	}
	begun := time.Now()
	time.Sleep(time.Duration(rand.IntN(30)) * time.Millisecond) // somewhere among its writes
	p.kill()
	callers.Wait()

	p = startProcess(t, dir)
	owner := p.signIn("owner")
	time.Sleep(time.Until(begun.Add(15*time.Second + 500*time.Millisecond)))
	all := request[desk.List[desk.Escalation]](p, "GET", "/v1/escalations", owner.token, nil).Items
	for _, e := range all {
		if len(e.History) == 0 || e.History[0].What != "offered" {
			t.Errorf("%s never rang: it is %s because %v, %+v", e.ID, e.State, e.Because, e.History)
		}
	}
	t.Logf("%d of %d were stored", len(all), len(bodies))
}
