package main

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
)

// Only the functions that their own messages invoke may loop.
func TestOnlyTimersMayLoop(t *testing.T) {
	for id, p := range of(synth(t, withSecrets).app, "AWS::Lambda::Function") {
		if got, want := p["RecursiveLoop"] == "Allow", id == "timerFunction" || id == "mailFunction"; got != want {
			t.Errorf("%s may loop: %t, want %t", id, got, want)
		}
	}
}

// twentyOffers is a team that lets everything ring: twenty agents, twenty offers of ten seconds
// each, and nobody is taken offline for it.
func twentyOffers(t *testing.T, r resolver) *deployment {
	t.Helper()
	d := newDeployment(t, r)
	owner := d.signUp()
	d.call(200, owner, "PATCH", "/v1/account", `{"ringSeconds": 10, "maxOffers": 20, "missedOffersUntilOffline": 0}`)
	for n := range 20 {
		id := d.member(owner, fmt.Sprintf("agent%c", 'a'+n))
		d.call(200, id, "PUT", "/v1/me/presence", `{"status": "online"}`)
	}
	return d
}

// TestBootstrapsPassTheTraceOn shows with the binaries that are deployed that what Lambda hands
// to a function in the header of the trace comes with each message that it sends. That is what
// Lambda counts, so all that these functions do for one caller is one chain.
func TestBootstrapsPassTheTraceOn(t *testing.T) {
	r := resolver{t, synth(t, withSecrets)}
	d := newDeployment(t, r)
	owner := d.signUp()
	d.call(200, d.member(owner, "asha"), "PUT", "/v1/me/presence", `{"status": "online"}`)
	s := newLambda(t, d, r, buildFor(t, "./functions/escalate", "./functions/timer"))
	s.start("escalate", "escalate")
	s.start("timer", "timer")
	header, _ := countLink("", "escalate")
	s.invoke("escalate", header, d.request(1, "call"))
	ring := s.onlyMessage()
	if got := unescaped(t, ring.trace); got != header {
		t.Errorf("escalate sent its timer with %q, want %q", got, header)
	}
	// It comes early, and is sent again.
	for link := 1; link < 4; link++ {
		header, _ = countLink(ring.trace, "timer")
		s.invoke("timer", header, events.SQSEvent{Records: []events.SQSMessage{{MessageId: "m", Body: ring.body}}})
		ring = s.onlyMessage()
		if got := unescaped(t, ring.trace); got != header || !strings.Contains(got, fmt.Sprintf("|68fd508a:%d", link)) {
			t.Errorf("timer sent the message with %q, want %q, the %dth link", got, header, link)
		}
	}
}

func unescaped(t *testing.T, header string) string {
	t.Helper()
	text, err := url.PathUnescape(header)
	check(t, err)
	return text
}

// onlyMessage takes the ring message out of the queue.
func (s *lambdaService) onlyMessage() *queued {
	s.t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.queue) != 1 {
		s.t.Fatalf("%d messages on their way, want one", len(s.queue))
	}
	m := s.queue[0]
	s.queue = nil
	return m
}

// TestLongChainsEnd has nobody answer twenty offers, and a table refuse all that the timer
// asks of it for five minutes. Both are chains that Lambda takes for loops: with the setting of
// the template the customer is called back, and without it the call rings for ever.
func TestLongChainsEnd(t *testing.T) {
	made := synth(t, withSecrets)
	binaries := buildFor(t, "./functions/escalate", "./infra/testdata/ahead")
	for _, c := range []struct {
		name    string
		refuses time.Duration // so long the table refuses, from the first ring message on
		stopped bool          // Lambda stops loops
		links   int           // of the longest chain at least
		state   string
	}{
		{"20 offers", 0, false, 20, "callback"},
		{"20 offers, stopped", 0, true, mostLinks, "ringing"},
		{"a table that refuses for five minutes", 5 * time.Minute, false, 80, "callback"},
		{"a table that refuses for five minutes, stopped", 5 * time.Minute, true, mostLinks, "ringing"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := resolver{t, made}
			d := twentyOffers(t, r)
			s := newLambda(t, d, r, binaries)
			s.mayLoop["timer"] = s.mayLoop["timer"] && !c.stopped
			s.start("escalate", "escalate")
			s.start("timer", "ahead")
			header, _ := countLink("", "escalate")
			id := d.text(s.invoke("escalate", header, d.request(1, "call")), "escalationId")
			mended := s.now().Add(13*time.Second + c.refuses)
			d.recorder.refuse = func(c call) bool { return c.table && s.now().Before(mended) }
			s.deliverUntil(mended.Add(30 * time.Minute))
			d.recorder.refuse, d.recorder.sent, d.now = nil, nil, time.Duration(s.ahead.Load())
			state := d.invoke("escalate", object{"action": "status", "accountId": d.account, "escalationId": id})["state"]
			t.Logf("%v; %d invocations of timer, %d links in the longest chain, %d invocations stopped, %d dead letters", state, s.invoked, s.longest, s.dropped, len(s.dead))
			if state != c.state || s.longest < c.links {
				t.Errorf("%v after a chain of %d links, want %s after %d and more", state, s.longest, c.state, c.links)
			}
			if gotStopped, lost := s.dropped > 0, len(s.dead) > 0; gotStopped != c.stopped || lost != c.stopped {
				t.Errorf("%d invocations stopped, %d dead letters", s.dropped, len(s.dead))
			}
		})
	}
}
