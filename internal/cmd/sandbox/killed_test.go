package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/keys"
	"github.com/connectnow/backend/internal/local"
	"github.com/connectnow/backend/internal/roster"
)

// idleAgent is the data of a sandbox where Asha alone is there, with room for four chats,
// each of which rings for ten seconds. It is left as kill -9 leaves it.
func idleAgent(t *testing.T) (file []byte, event map[string]any) {
	t.Helper()
	dir := t.TempDir()
	p := startProcess(t, dir)
	ringShort(p)
	owner := p.signIn("owner")
	request[desk.Account](p, "PATCH", "/v1/account", owner.token, map[string]any{"missedOffersUntilOffline": 0})
	for id := range p.online("asha") {
		request[desk.Member](p, "PATCH", "/v1/members/"+id, owner.token, map[string]any{"capacity": map[string]int{"calls": 1, "chats": 4}})
	}
	event = p.escalation("req-1")
	p.kill()
	file, err := os.ReadFile(filepath.Join(dir, local.FileName))
	if err != nil {
		t.Fatal(err)
	}
	return file, event
}

// lay puts data into a folder of its own.
func lay(t *testing.T, file []byte) (dir string) {
	t.Helper()
	dir = t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, local.FileName), file, 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

// ask asks for a person and does not mind that the process dies of it.
func ask(t *testing.T, p *process, event map[string]any, requestID string) (answered bool) {
	t.Helper()
	event = mapsWith(event, map[string]any{"requestId": requestID, "interactionId": "conversation-of-" + requestID})
	body, err := json.Marshal(event)
	if err != nil {
		t.Error(err)
		return false
	}
	r, err := http.Post(p.url+invokeEscalate, "application/json", bytes.NewReader(body))
	if err != nil {
		return false
	}
	_, err = io.Copy(io.Discard, r.Body)
	_ = r.Body.Close() // it is read
	return err == nil && r.StatusCode == http.StatusOK
}

// mapsWith is a copy of a map with changes.
func mapsWith(m, changes map[string]any) map[string]any {
	all := map[string]any{}
	for _, from := range []map[string]any{m, changes} {
		for name, value := range from {
			all[name] = value
		}
	}
	return all
}

// stored are those of some requests that a dead process has kept.
func stored(t *testing.T, dir string, names []string) (ids []string) {
	t.Helper()
	twins, err := local.Open(dir, local.Options{Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		id := keys.EscalationID(demoAccount, name, "conversation-of-"+name)
		_, found, err := twins.Table.Get(context.Background(), keys.Request(id))
		if err != nil {
			t.Fatal(err)
		}
		if found {
			ids = append(ids, id)
		}
	}
	if err := twins.Close(); err != nil {
		t.Fatal(err)
	}
	return ids
}

// rings starts the sandbox again as it is a moment after the ring time, and waits until all
// that was kept has rung, ten seconds at most. Nobody asks again. Offers that Asha never
// saw may have set her offline meanwhile: then a callback says so.
func rings(t *testing.T, dir, name string, ids []string) {
	t.Helper()
	p, line := launch(t, dir, "0", "SANDBOX_AHEAD=10500ms")
	p.url = urlInBanner.FindString(line)
	owner := p.signIn("owner")
	var all []desk.Escalation
	well := func(id string) bool {
		i := slices.IndexFunc(all, func(e desk.Escalation) bool { return e.ID == id && len(e.History) > 0 })
		return i >= 0 && (all[i].History[0].What == "offered" || p.rightly(owner, all[i], all))
	}
	for begun := time.Now(); ; time.Sleep(20 * time.Millisecond) { // the list tells nobody that it has changed
		all = request[desk.List[desk.Escalation]](p, "GET", "/v1/escalations", owner.token, nil).Items
		waits := slices.DeleteFunc(slices.Clone(ids), well)
		if len(waits) == 0 {
			break
		}
		if time.Since(begun) > 10*time.Second {
			t.Errorf("%s: %v never rang, of %v: %+v", name, waits, ids, all)
			break
		}
	}
	if len(all) != len(ids) {
		t.Errorf("%s: %d are listed, %d were kept", name, len(all), len(ids))
	}
	p.kill()
}

// rightly reports whether one became a callback, with a receipt, since nobody was there any
// more: of the others two had rung unseen.
func (p *process) rightly(owner member, e desk.Escalation, all []desk.Escalation) bool {
	if e.State != desk.CalledFor || e.Because == nil || *e.Because != roster.NobodyOnline {
		return false
	}
	unseen := 0
	for _, other := range all {
		for _, event := range other.History {
			if event.What == "unreachable" {
				unseen++
			}
		}
	}
	receipts := request[desk.List[json.RawMessage]](p, "GET", "/v1/escalations/"+e.ID+"/routing", owner.token, nil).Items
	return unseen >= 2 && len(receipts) == 1
}

// TestKilledAtEveryStep has the process die before each thing that it does to the table and
// the queue for one enquiry at an idle agent, as kill -9 does.
func TestKilledAtEveryStep(t *testing.T) {
	if testing.Short() {
		t.Skip("starts forty processes")
	}
	t.Parallel()
	file, event := idleAgent(t)
	kept := 0
	for step := 1; ; step++ {
		dir := lay(t, file)
		p, line := launch(t, dir, "0", fmt.Sprint("SANDBOX_DIES_AT=", step))
		p.url = urlInBanner.FindString(line)
		answered := ask(t, p, event, "req-1")
		p.kill()
		ids := stored(t, dir, []string{"req-1"})
		if answered && len(ids) == 0 {
			t.Fatalf("step %d: it was answered and is not kept", step)
		}
		if kept += len(ids); len(ids) > 0 {
			rings(t, dir, fmt.Sprint("step ", step), ids)
		}
		if answered {
			t.Logf("%d steps, %d times it was kept", step-1, kept)
			if step < 6 || kept < 3 {
				t.Error("this test wants more")
			}
			return
		}
	}
}

// TestKilledWhileAsking kills the process while four customers ask for an idle agent, at some
// of their steps all over their time, and nobody asks again. Whatever was kept rings within
// the ring time and five seconds: none is left for a callback while somebody is free.
func TestKilledWhileAsking(t *testing.T) {
	if testing.Short() {
		t.Skip("starts twenty processes")
	}
	t.Parallel()
	file, event := idleAgent(t)
	names := []string{"req-1", "req-2", "req-3", "req-4"}
	const first, rounds, among = 30, 10, 3 // the four do some fifty things, and keep nothing before
	for round := range rounds {
		dir := lay(t, file)
		step := first + round*among + rand.IntN(among)
		p, line := launch(t, dir, "0", fmt.Sprint("SANDBOX_DIES_AT=", step))
		p.url = urlInBanner.FindString(line)
		var callers sync.WaitGroup
		for _, name := range names {
			callers.Go(func() { ask(t, p, event, name) })
		}
		callers.Wait()
		p.kill()
		ids := stored(t, dir, names)
		t.Logf("before step %d: %d of %d were kept", step, len(ids), len(names))
		rings(t, dir, fmt.Sprint("step ", step), ids)
	}
}
