package main

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/connectnow/backend/internal/desk"
)

// timed is an invocation in the time that the template gives the function, and what it came to.
type timed struct {
	function string
	event    any
	answer   string // empty after an error
	took     time.Duration
}

// run invokes functions side by side. None may take all its time: Lambda would kill it.
func (d *deployment) run(r resolver, all ...*timed) {
	d.t.Helper()
	var running sync.WaitGroup
	for _, i := range all {
		limit := time.Duration(of(r.app, "AWS::Lambda::Function")[i.function+"Function"]["Timeout"].(float64)) * time.Second
		payload, err := json.Marshal(i.event)
		check(d.t, err)
		running.Go(func() {
			ctx, cancel := context.WithTimeout(d.t.Context(), limit)
			defer cancel()
			began := time.Now()
			out, _ := d.handlers[i.function].Invoke(ctx, payload)
			i.answer, i.took = string(out), time.Since(began)
			d.t.Logf("%s took %v of %v: %.60s", i.function, i.took.Round(time.Millisecond), limit, i.answer)
			if i.took >= limit-limit/50 {
				d.t.Errorf("%s takes %v of %v", i.function, i.took, limit)
			}
		})
	}
	running.Wait()
}

// ring is a delivery of the one ring message, which is due.
func (d *deployment) ring() *timed {
	d.t.Helper()
	d.now += 14 * time.Second
	all := d.recorder.take(desk.WakeRing)
	if len(all) != 1 {
		d.t.Fatalf("%d ring messages, want one", len(all))
	}
	body, err := json.Marshal(all[0])
	check(d.t, err)
	return &timed{function: "timer", event: events.SQSEvent{Records: []events.SQSMessage{{MessageId: "m", Body: string(body)}}}}
}

// The queue holds a message back for six times as long as timer may take, as AWS asks for
// (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html), and no longer than
// lets a ring time of 25 seconds stay below a minute when the function was killed.
func TestVisibilityIsSixTimeouts(t *testing.T) {
	r := resolver{t, synth(t, nil)}
	timeout := of(r.app, "AWS::Lambda::Function")["timerFunction"]["Timeout"].(float64)
	for id, p := range of(r.app, "AWS::SQS::Queue") {
		if p["RedrivePolicy"] == nil {
			continue // it has the dead letters
		}
		visible := p["VisibilityTimeout"].(float64)
		if rings := 25 + 3 + visible; visible != 6*timeout || rings >= 60 {
			t.Errorf("%s hides messages for %v s, the function has %v s: an offer rings for %v s", id, visible, timeout, rings)
		}
	}
}

const (
	settled = `{"batchItemFailures":[]}`
	unsent  = `{"batchItemFailures":[{"itemIdentifier":"m"}]}`
)

// TestTimeIsEnough has functions work, as they are wired in a deployment, with services that
// refuse each call twice, and with some that never answer. They end in the time that they have,
// and a message that timer cannot handle is on its way again: were the function killed, the
// queue would hold the message back for half a minute, and a ring time of 25 seconds be 58.
func TestTimeIsEnough(t *testing.T) {
	r := resolver{t, synth(t, withSecrets)}
	d := newDeployment(t, r)
	owner := d.signUp()
	d.call(200, owner, "PATCH", "/v1/account", `{"ringSeconds": 10, "maxOffers": 2}`)
	for _, name := range []string{"asha", "bilal", "chitra", "devi", "esha", "farid", "gita", "hari"} {
		d.call(200, d.member(owner, name), "PUT", "/v1/me/presence", `{"status": "online"}`)
	}
	customers := 0
	escalate := func() *timed {
		customers++
		return &timed{function: "escalate", event: d.request(customers, "call")}
	}
	t.Run("each call refused twice", func(t *testing.T) {
		d.t, d.recorder.refuse = t, func(c call) bool { return c.try < 3 }
		d.run(r, escalate())
		for range 2 { // to the next agent, and to a callback
			ring := d.ring()
			if d.run(r, ring); ring.answer != settled {
				t.Errorf("timer answers %s", ring.answer)
			}
		}
		d.recorder.refuse = nil
		if again := d.recorder.take(desk.WakeRing); len(again) > 0 {
			t.Errorf("it was not done at once: %+v", again)
		}
	})
	for _, c := range []struct {
		name   string
		hangs  func(call) bool
		answer string
		again  int
	}{
		{"a table that takes no transactions", func(c call) bool { return c.operation == "TransactWriteItems" }, settled, 1},
		{"a table that does not answer", func(c call) bool { return c.table }, settled, 1},
		{"nothing answers", func(call) bool { return true }, unsent, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			d.t = t
			d.run(r, escalate())
			ring := d.ring()
			d.recorder.hang = c.hangs
			d.run(r, ring, escalate())
			d.recorder.hang = nil
			var again []string
			for _, m := range d.recorder.take(desk.WakeRing) {
				if m.Tries == 1 {
					again = append(again, fmt.Sprint(m))
				}
			}
			if ring.answer != c.answer || len(again) != c.again {
				t.Errorf("timer answers %s and sends again %v; want %s and %d", ring.answer, again, c.answer, c.again)
			}
		})
	}
}
