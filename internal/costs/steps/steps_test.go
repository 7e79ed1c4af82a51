package steps_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/connectnow/backend/internal/costs"
	"github.com/connectnow/backend/internal/costs/steps"
)

// TestMeasureIsTheSameEachTime: what is printed in the guide must not change by itself.
func TestMeasureIsTheSameEachTime(t *testing.T) {
	first, err := steps.Measure(t.Context(), 3)
	if err != nil {
		t.Fatal(err)
	}
	second, err := steps.Measure(t.Context(), 3)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(first, second); diff != "" {
		t.Errorf("measured again (-first +second):\n%s", diff)
	}
}

// TestCalls holds which calls each step makes. Units are held by the desk's own tests.
func TestCalls(t *testing.T) {
	m, err := steps.Measure(t.Context(), 5)
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name string
		step costs.Usage
		want string
	}{
		{"rings", m.Ring, "invocation, message, push, 2 SNS"},
		{"app looks", m.Look, "request, invocation"},
		{"accept", m.Accept, "request, invocation, schedule, SNS"},
		{"read", m.Read, "request, invocation"},
		{"its timer", m.OfferTimer, "invocation, 2 message"},
		{"complete", m.Complete, "request, invocation, SNS"},
		{"last timer, sent by a schedule", m.WorkTimer, "invocation, 3 message"},
		{"missed", m.Missed, "invocation, 3 message, 2 push, 4 SNS"},
		{"declined", m.Declined, "request, invocation, message, push, 3 SNS"},
		{"status", m.Status, "invocation"},
		{"an hour of looks", m.HourOfLooks, "60 request, 60 invocation"},
		{"an hour of a page", m.HourOfPage, "1380 request, 1380 invocation"},
		{"an hour of a page at rest", m.HourOfRest, "540 request, 540 invocation"},
		{"refresh", m.Refresh, "request, invocation"},
		{"another", m.Other, "request, invocation"},
		{"a week of hours", m.Week, "18 invocation, 36 transition, 5 push, 5 SNS"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := calls(test.step); got != test.want {
				t.Errorf("%s, want %s", got, test.want)
			}
		})
	}
	for name, hour := range map[string]costs.Usage{"looks": m.HourOfLooks, "a page": m.HourOfPage} {
		if written := hour[costs.WriteUnits]; written < 11 || written > 12 { // coming to work writes one, too
			t.Errorf("an hour of %s writes %v units, want one in five minutes", name, written)
		}
	}
	if m.Metrics < 10 {
		t.Errorf("CloudWatch was told of %d metrics, want more", m.Metrics)
	}
}

// calls lists what a step called.
func calls(u costs.Usage) string {
	var list []string
	for _, of := range []struct {
		item costs.Item
		name string
	}{
		{costs.Requests, "request"}, {costs.Invocations, "invocation"}, {costs.QueueRequests, "message"}, {costs.Schedules, "schedule"},
		{costs.Transitions, "transition"}, {costs.Pushes, "push"}, {costs.SNSRequests, "SNS"},
	} {
		switch n := u[of.item]; n {
		case 0:
		case 1:
			list = append(list, of.name)
		default:
			list = append(list, fmt.Sprintf("%g %s", n, of.name))
		}
	}
	return strings.Join(list, ", ")
}

// TestFlood holds what a stranger's dearest request asks for.
func TestFlood(t *testing.T) {
	prices, err := costs.ReadPrices()
	if err != nil {
		t.Fatal(err)
	}
	d := costs.Deployment{MemoryMB: 256, LogDays: 90, AccessLine: 300}
	want := map[string]string{
		"POST /v1/login": "request, invocation", "POST /v1/refresh": "request, invocation", "POST /v1/logout": "request, invocation",
		"POST /v1/password/forgot": "request, 2 invocation, 3 message", "POST /v1/password/reset": "request, invocation", "POST /v1/seen": "request, invocation",
		"GET /v1/time-zones": "request, invocation", "GET /v1/openapi.json": "request, invocation", "ANY /mcp": "request, invocation",
		"$default": "request, invocation", "GET /assets/{file}": "request, invocation",
	}
	for route := range want {
		d.Public = append(d.Public, costs.PublicRoute{Route: route})
	}
	measured, err := steps.Flood(t.Context(), d, prices)
	if err != nil {
		t.Fatal(err)
	}
	for route, wanted := range want {
		if got := calls(measured[route].Usage); got != wanted {
			t.Errorf("%s: %s, want %s", route, got, wanted)
		}
	}
}
