package api_test

import (
	"fmt"
	"net/http"
	"os"
	"testing"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/table/meter"
)

// TestBenchRequests prints what DynamoDB charges for whole requests, the look at who calls
// included, beside the timer messages and pushes that follow from them: what the deploy
// guide multiplies.
func TestBenchRequests(t *testing.T) {
	if os.Getenv("BENCH") != "1" {
		t.Skip("measures: make bench")
	}
	b := newBench(t)
	w := b.world
	fmt.Printf("\n### Units of whole requests\n\n| request | write units | read units | timer messages | pushes |\n| --- | --- | --- | --- | --- |\n")
	b.step("sign in", func() {
		w.do(200, nobody, http.MethodPost, "/v1/login", `{"email": "asha@example.com", "password": "`+password+`"}`)
	})
	phone := func(id string) {
		w.do(200, id, http.MethodPut, "/v1/me/devices/phone", `{"platform": "fcm", "token": "`+id+`"}`)
	}
	b.step("PUT /v1/me/devices/{id}", func() { phone(w.asha) })
	phone(w.bilal)
	b.step("PUT /v1/me/presence online", func() { w.presence(w.asha, "online") })
	w.presence(w.bilal, "online")
	b.step("GET /v1/me/escalations, nothing there", func() { b.look(w.asha) })
	live := func() { w.do(200, w.owner, http.MethodGet, "/v1/live", "") }
	b.step("GET /v1/live, nothing rings", live)
	var answer fields
	b.step("escalate", func() { answer = w.do(200, machine, http.MethodPost, "/v1/escalations", w.escalation("1", "chat")) })
	path, agent := "/v1/escalations/"+answer.text("escalationId"), answer.text("agent.id")
	b.step("status", func() {
		w.do(200, machine, http.MethodPost, "/v1/escalations", `{"action": "status", "accountId": "`+w.acc+`", "escalationId": "`+answer.text("escalationId")+`"}`)
	})
	b.step("GET /v1/me/escalations, one rings", func() { b.look(agent) })
	b.step("GET /v1/me/escalations, it still does", func() { b.look(agent) })
	b.step("GET /v1/live, one rings", live)
	b.step("decline: the next phone rings", func() { w.do(204, agent, http.MethodPost, path+"/decline", `{}`) })
	agent = map[string]string{w.asha: w.bilal, w.bilal: w.asha}[agent]
	b.step("accept", func() { w.do(200, agent, http.MethodPost, path+"/accept", `{}`) })
	b.step("GET /v1/escalations/{id}", func() { w.do(200, agent, http.MethodGet, path, "") })
	b.step("complete", func() { w.do(200, agent, http.MethodPost, path+"/complete", `{"outcome": "resolved"}`) })
	b.step("timer: an offer that was answered", func() { w.deliver(desk.WakeRing) })
	b.step("timer: work that was completed", func() { w.deliver(desk.WakeWork) })
	b.step("PUT /v1/me/presence offline", func() { w.presence(w.asha, "offline") })
	b.step("GET /v1/me", func() { w.do(200, w.asha, http.MethodGet, "/v1/me", "") })
	w.presence(w.bilal, "offline")
	b.step("escalate, nobody there: a callback", func() {
		w.do(200, machine, http.MethodPost, "/v1/escalations", w.escalation("2", "chat"))
	})
}

// bench is a world whose table is metered.
type bench struct {
	world *world
	meter *meter.Table
}

func newBench(t *testing.T) *bench {
	w := openWorld(t, t.TempDir())
	b := &bench{world: w, meter: meter.New(w.bolt)}
	w.desk.Table = b.meter
	w.acc, w.owner = w.account("Shop", "Olga")
	department, err := w.desk.CreateDepartment(t.Context(), w.by(), "", "Kids")
	must(t, err)
	w.dep = department.ID
	w.asha = w.member("Asha", desk.RoleStaff, w.dep)
	w.bilal = w.member("Bilal", desk.RoleStaff, w.dep)
	for _, name := range []string{"Chitra", "Devi", "Esha", "Farhan", "Gita", "Hari", "Isha", "Jai"} {
		w.member(name, desk.RoleStaff, w.dep)
	}
	return b
}

// look is what an app does that only wants to know what rings.
func (b *bench) look(member string) {
	b.world.do(200, member, http.MethodGet, "/v1/me/escalations", "")
}

// step prints what f cost.
func (b *bench) step(name string, f func()) {
	w, before, seen := b.world, b.meter.Counts(), map[uint64]bool{}
	for _, d := range w.timers.Pending() {
		seen[d.ID] = true
	}
	pushes := b.pushes()
	f()
	c, sent := b.meter.Counts().Sub(before), 0
	for _, d := range w.timers.Pending() {
		if !seen[d.ID] {
			sent++
		}
	}
	fmt.Printf("| %s | %d | %d | %d | %d |\n", name, c.WriteUnits, c.ReadUnits, sent, b.pushes()-pushes)
}

func (b *bench) pushes() int {
	last, err := b.world.phones.Last()
	must(b.world.t, err)
	return int(last)
}
