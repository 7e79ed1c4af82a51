package desk_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/connectnow/backend/internal/cloud/cloudtest"
	"github.com/connectnow/backend/internal/conditions"
	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/table"
	"github.com/connectnow/backend/internal/table/meter"
)

// decider is a world whose decisions are metered.
type decider struct {
	world *world
	meter *meter.Table
}

// newDecider makes one with so many conditions of so many phrases, which begin alike.
func newDecider(t *testing.T, dynamo bool, conditionsSet, phrasesEach int) *decider {
	t.Helper()
	var o worldOptions
	if dynamo {
		o.table = func(t *testing.T, now func() time.Time) table.Table { return cloudtest.Table(t, now) }
	}
	o.agents = 10
	d := &decider{world: newWorld(t, o)}
	a := desk.Assistant{Enabled: true}
	for i := range conditionsSet {
		var list []string
		for j := range phrasesEach {
			list = append(list, fmt.Sprintf("I want my größe %d back in %d days*", i, j))
		}
		a.Conditions = append(a.Conditions, phrases(fmt.Sprint("c", i), d.world.dep, list...))
	}
	d.world.putAssistant(a)
	d.meter = meter.New(d.world.Desk.Table.(keyed).Table) // without what tests check of each key
	d.world.Desk.Table = d.meter
	return d
}

// TestBenchDecide prints what a decision costs in which no condition holds: all are looked at.
func TestBenchDecide(t *testing.T) {
	benchOnly(t, "A decision on a message of 2,000 characters")
	head("engine", "conditions, of 100 phrases each", "of the conversation", "gets", "queries", "read units", "time, median of 201", "processor time each", "of the first of a process")
	message := string([]rune(strings.Repeat("I want my größe 17 back in time, मेरा ऑर्डर कहाँ है? 我的订单在哪里 ", 40))[:2000])
	for _, dynamo := range []bool{false, true} {
		for _, conditionsSet := range []int{0, 100} {
			d := newDecider(t, dynamo, conditionsSet, 100)
			a := d.world.take(d.world.request(1))
			d.world.complete(a.Agent.ID, a.EscalationID)
			for _, c := range []struct{ what, interaction string }{{"nothing is known", ""}, {"people were at it", "conv-1"}} {
				desk.ForgetRules()
				s := conditions.Signals{Message: message, InteractionID: c.interaction}
				first := cpuTime(t)
				d.world.decide(s)
				first = cpuTime(t) - first
				var took []time.Duration
				before, busy := d.meter.Counts(), cpuTime(t)
				const times = 201
				for range times {
					began := time.Now()
					if v := d.world.decide(s); v.Rule != conditions.RuleNone {
						t.Fatalf("%+v", v)
					}
					took = append(took, time.Since(began))
				}
				busy = cpuTime(t) - busy
				slices.Sort(took)
				n := d.meter.Counts().Sub(before)
				line(map[bool]string{false: "embedded", true: "DynamoDB Local"}[dynamo], conditionsSet, c.what, n.Gets/times, n.Queries/times, n.ReadUnits/times,
					at(took, .5).Round(10*time.Microsecond), (busy / times).Round(10*time.Microsecond), first.Round(100*time.Microsecond))
			}
		}
	}
}
