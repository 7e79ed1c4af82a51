package main

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/gateway"
)

// fault is something that goes wrong, and which alarms ring of it: those and no others. within
// is after how many minutes at most the first of them does, where that was promised.
type fault struct {
	name   string
	occurs func(w *watched)
	alarms string
	within int
}

// faults are one at least for each alarm. Where AWS alone counts, and no code of this product
// has a part in it, the number is given to CloudWatch as AWS would.
var faults = []fault{
	{"a table that is away while a call rings", tableAway, "TimersFailed TimersLate", 2},
	{"a message that waited", messageWaited, "TimersLate", 1},
	{"timer is killed", timerKilled, "TimerErrors TimersLate", 2},
	{"a message that nobody can read", unreadable, "DeadTimers TimersFailed", 2},
	{"nobody fetches messages", nobodyFetches, "QueueAge", 0},
	{"a queue that refuses", queueRefuses, "Trouble", 1},
	{"Scheduler refuses", schedulerRefuses, "Trouble", 1},
	{"a table that is away for the assistant", tableAwayForAssistant, "EscalateErrors Trouble", 1},
	{"schedules cannot send", schedulesCannotSend, "DeadTimers SchedulesFail", 0},
	{"escalate is killed", escalateKilled, "EscalateErrors", 1},
	{"services are slow", servicesSlow, "EscalateSlow", 0},
	{"Cognito fails for those who sign up", signUpFails, "ProvisionErrors", 0},
	{"ticks fail for hours", ticksFail, "ShiftErrors ShiftsFailed", 0},
	{"a table that is away for the team", tableAwayForTeam, "ApiErrors", 0},
	{"pages dies", func(w *watched) { w.each(6, func() { w.count(gateway.PagesFunction, "Errors", 1); w.answered(0) }) }, "ApiErrors", 0},
	{"mcp dies", func(w *watched) { w.each(6, func() { w.count(gateway.MCPFunction, "Errors", 1); w.answered(0) }) }, "ApiErrors", 0},
	{"tokens are guessed", guesses, "Flood", 0},
	{"passwords are guessed, by many names", func(w *watched) { w.each(3, w.wrongPassword); w.each(98, func() { w.own("Refused") }) }, "Refusals", 0},
	{"requests come too fast", func(w *watched) { w.each(301, func() { w.answered(http.StatusTooManyRequests) }) }, "Flood", 0}, // API Gateway's own answer
	{"SES sends no codes", noCodes, "CodesUnsent", 0},
	{"mail is killed", func(w *watched) { w.minutes(10, func() { w.count(mailFunction, "Errors", 1) }) }, "MailErrors", 0},
	{"letters are given up", func(w *watched) { // SQS's own
		w.cw.put("AWS/SQS", "ApproximateNumberOfMessagesVisible", map[string]string{"QueueName": "connectnow-dev-mail-dead"}, 1)
	}, "DeadMail", 0},
	{"refusals are given up", func(w *watched) { // SQS's own
		w.cw.put("AWS/SQS", "ApproximateNumberOfMessagesVisible", map[string]string{"QueueName": "connectnow-dev-refusals-dead"}, 1)
	}, "DeadRefusals", 0},
	{"SNS takes no pushes", pushesRefused, "PushFailures", 0},
	{"Firebase takes no pushes", pushesUndelivered, "PushFailures", 0},
	{"one push in ten fails, of a thousand", func(w *watched) { // a number that no test has time for
		w.each(1010, func() { w.own("Pushes") })
		w.each(101, func() { w.own("PushFailures") })
	}, "PushFailures", 0},
	{"each push gets there at the second try", pushesAgain, "", 0},                                                  // three failures, and as many again that did not
	{"Lambda stops a loop", func(w *watched) { w.count("timer", "RecursiveInvocationsDropped", 1) }, "LoopsCut", 0}, // AWS's own
	{"Lambda has no instance left", func(w *watched) { w.count("escalate", "Throttles", 1) }, "LambdaThrottles", 0}, // AWS's own
	{"Lambda has none for timers", func(w *watched) { w.count("timer", "Throttles", 1) }, "LambdaThrottles", 0},     // AWS's own
	{"the table is throttled, and the second try succeeds", tableThrottled, "TableThrottles", 0},
	{"a day on which only callers are wrong", healthyDay, "", 0},
}

// TestFaultsRaiseTheirAlarms lets each fault happen to the functions that are deployed, and
// evaluates the alarms of the template by what these write and AWS counts.
func TestFaultsRaiseTheirAlarms(t *testing.T) {
	w := watch(t)
	tried := map[string]bool{}
	for _, f := range faults {
		t.Run(f.name, func(t *testing.T) {
			w.begin(t)
			f.occurs(w)
			w.minutes(2, func() {})
			if got := w.cw.ringing(); got != f.alarms {
				t.Errorf("alarms: %q, want %q", got, f.alarms)
			}
			first := 0
			for _, minute := range w.cw.rung {
				if first == 0 || minute < first {
					first = minute
				}
			}
			if f.within > 0 && first > f.within {
				t.Errorf("the first alarm rings after %d minutes, want %d", first, f.within)
			}
		})
		for name := range strings.FieldsSeq(f.alarms) {
			tried[name] = true
		}
	}
	if got, want := slices.Sorted(maps.Keys(tried)), slices.Sorted(maps.Keys(w.cw.alarms)); !slices.Equal(got, want) {
		t.Errorf("faults for the alarms %v, want %v", got, want)
	}
}

func (w *watched) each(n int, what func()) {
	for range n {
		what()
	}
}

// own is a metric of the stage.
func (w *watched) own(name string) { w.cw.put(namespace, name, map[string]string{"Stage": "dev"}, 1) }

// ofTable is the calls of the table.
func ofTable(c call) bool { return c.table }

// operation is the calls of one.
func operation(name string) func(call) bool { return func(c call) bool { return c.operation == name } }

func tableAway(w *watched) {
	w.asks(w.customer("call"))
	m := w.message(desk.WakeRing)
	w.recorder.broken = ofTable
	passed := 30 * time.Second
	w.minutes(2, func() {
		w.each(3, func() { // it is sent again, some seconds later
			w.comes(m, passed)
			m = w.message(desk.WakeRing)
		})
		passed = time.Minute
	})
	w.recorder.broken = nil
	if !w.comes(m, 0) {
		w.t.Error("the message fails for ever")
	}
}

func messageWaited(w *watched) {
	w.asks(w.customer("call"))
	w.comes(w.message(desk.WakeRing), 70*time.Second)
}

func timerKilled(w *watched) {
	w.asks(w.customer("call"))
	m := w.message(desk.WakeRing)
	later := 28 * time.Second // the ring, and what it may be late
	w.minutes(2, func() {
		w.each(2, func() {
			w.killAtTable("timer")
			if w.comes(m, later) {
				w.t.Error("it was not killed")
			}
			later += 30 * time.Second // the queue holds it back
		})
	})
}

// killAtTable has a function's process killed when it asks the table for something.
func (w *watched) killAtTable(function string) {
	p := bootstrap{w, function}.process()
	w.recorder.hang = func(c call) bool {
		if c.table {
			go p.Stop()
		}
		return c.table
	}
}

func unreadable(w *watched) {
	m := &queued{sent: sent{body: "ring!"}}
	w.queue = append(w.queue, m)
	for received := range 50 {
		if m.received = received + 1; w.deliver(m.body) {
			w.t.Fatal("it was handled")
		}
		if m.received%2 == 0 {
			w.pass()
		}
	}
	w.queue, w.dead = nil, 1
}

func nobodyFetches(w *watched) {
	w.asks(w.customer("call"))
	w.queue = append(w.queue, &queued{sent: sent{body: same(w.message(desk.WakeRing))}, due: time.Unix(0, 0)})
	w.minutes(20, func() {})
}

func queueRefuses(w *watched) {
	w.recorder.broken = operation("SendMessage")
	w.asks(w.customer("call"))
}

// nobodyOnline has something happen while nobody can take a call.
func (w *watched) nobodyOnline(what func()) {
	w.call(200, w.asha, "PUT", "/v1/me/presence", `{"status": "offline"}`)
	what()
	w.recorder.broken = nil
	w.call(200, w.asha, "PUT", "/v1/me/presence", `{"status": "online"}`)
}

func schedulerRefuses(w *watched) {
	w.nobodyOnline(func() {
		w.recorder.broken = operation("CreateSchedule")
		w.asks(w.customer("call"))
	})
}

func tableAwayForAssistant(w *watched) {
	w.recorder.broken = ofTable
	w.asks(w.customer("call"))
}

// schedulesCannotSend has Scheduler try and give up, as it does after a day; what it leaves is
// sent again when the queue takes it.
func schedulesCannotSend(w *watched) {
	var later []sent
	w.recorder.sent = func(s sent) {
		if !s.at.IsZero() {
			later = append(later, s)
		}
	}
	w.nobodyOnline(func() { w.asks(w.customer("call")) })
	if len(later) != 1 || !strings.HasSuffix(later[0].dead, ":connectnow-dev-timers-dead") {
		w.t.Fatalf("schedules: %+v", later)
	}
	group := map[string]string{"ScheduleGroup": "connectnow-dev-timers"}
	w.cw.put("AWS/Scheduler", "TargetErrorCount", group, 1)
	w.pass()
	w.dead = 1
	w.pass()
	for _, letter := range []string{later[0].body, same(object{"MessageBody": later[0].body, "QueueUrl": "https://sqs/timers"})} {
		if !w.deliver(letter) {
			w.t.Errorf("it cannot be sent again: %s", letter)
		}
	}
}

func escalateKilled(w *watched) {
	w.killAtTable("escalate")
	w.asks(w.customer("call"))
}

func servicesSlow(w *watched) {
	w.minutes(15, func() {
		w.recorder.hang = func(c call) bool {
			if c.operation == "SendMessage" {
				w.slower = 4 * time.Second
			}
			return false
		}
		if w.cw.minute%5 == 0 {
			w.asks(w.customer("call"))
		}
	})
}

func signUpFails(w *watched) {
	w.recorder.broken = operation("AdminCreateUser")
	w.may("provision", w.signUpOf("late"))
}

// execution is that of an agent without working hours.
func (w *watched) execution() object {
	return object{"accountId": w.account, "memberId": w.asha, "version": 1, "generation": 1}
}

// ticksFail fails as often as the state machine tries, some minutes apart, and once more.
func ticksFail(w *watched) {
	w.recorder.broken = ofTable
	w.minutes(51, func() {
		w.may("shift", w.execution())
		w.pass()
	})
	w.cw.put("AWS/States", "ExecutionsFailed", map[string]string{"StateMachineArn": "arn:aws:states:eu-central-1:123456789012:stateMachine:connectnow-dev-shift"}, 1)
}

func tableAwayForTeam(w *watched) {
	w.recorder.broken = ofTable
	w.each(6, func() { w.call(503, w.asha, "GET", "/v1/callbacks", "") })
}

// guesses: most without a token are turned away by API Gateway.
func guesses(w *watched) {
	w.each(3, func() { w.wrongPassword() })
	w.each(298, func() { w.answered(http.StatusUnauthorized) })
}

// wrongPassword is each time somebody else's: the fifth of one name is not looked at.
func (w *watched) wrongPassword() {
	w.guesses++
	w.recorder.once("AdminInitiateAuth", http.StatusBadRequest, object{"__type": "NotAuthorizedException", "message": "Incorrect username or password."})
	w.call(401, "", "POST", "/v1/login", fmt.Sprintf(`{"email": "agent-%d@example.com", "password": "Sandbox-Agent-0"}`, w.guesses))
}

func noCodes(w *watched) {
	w.call(202, "", "POST", "/v1/password/forgot", `{"email": "owner@example.com"}`)
	w.recorder.broken = operation("SendEmail")
	m := w.message(desk.WakeCode)
	w.minutes(5, func() {
		w.comes(m, 0)
		m = w.message(desk.WakeCode)
		m.Due = m.Due.Add(-time.Minute)
	})
	w.comes(m, time.Minute)
}

func pushesRefused(w *watched) {
	w.recorder.broken = operation("Publish")
	w.asks(w.customer("call"))
	m := w.message(desk.WakePush)
	w.each(3, func() {
		w.comes(m, time.Second)
		m = w.message(desk.WakePush)
	})
}

func pushesAgain(w *watched) {
	w.each(3, func() {
		w.recorder.broken = operation("Publish")
		w.asks(w.customer("chat"))
		w.recorder.broken = nil
		if !w.comes(w.message(desk.WakePush), time.Second) {
			w.t.Error("the second try fails")
		}
	})
}

// pushesUndelivered: SNS takes them and tells of their failure by its metrics alone.
func pushesUndelivered(w *watched) {
	w.recorder.hang = func(c call) bool {
		if c.operation == "Publish" && strings.Contains(c.target, ":endpoint/") {
			w.cw.put("AWS/SNS", "NumberOfNotificationsFailed", appOf(c.target), 1)
		}
		return false
	}
	w.each(3, func() { w.asks(w.customer("chat")) })
}

func tableThrottled(w *watched) {
	w.recorder.refuse = func(c call) bool {
		if !c.table || c.try > 1 {
			return false
		}
		name := "WriteThrottleEvents"
		if c.operation == "GetItem" || c.operation == "Query" {
			name = "ReadThrottleEvents"
		}
		w.cw.put("AWS/DynamoDB", name, map[string]string{"TableName": "connectnow-dev-desk"}, 1)
		return true
	}
	w.each(2, func() { w.asks(w.customer("chat")) })
}
