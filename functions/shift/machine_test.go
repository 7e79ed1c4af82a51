package main

import (
	"encoding/json"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambda/messages"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/gateway"
	"github.com/connectnow/backend/internal/hours"
	"github.com/connectnow/backend/internal/local"
	"github.com/connectnow/backend/internal/table"
)

// office is an account with one agent, whose shifts run on the state machine. The clock
// is the test's.
type office struct {
	shiftWorld
	t       *testing.T
	desk    *desk.Desk
	handler lambda.Handler
	owner   desk.Caller
	agent   string

	mu  sync.Mutex
	now time.Time
}

func newOffice(t *testing.T) *office {
	t.Helper()
	o := &office{shiftWorld: newShiftWorld(t), t: t, now: time.Date(2026, 11, 26, 7, 0, 0, 0, time.UTC)}
	twins, err := local.Open(t.TempDir(), local.Options{Now: o.clock, NoSync: true, Log: slog.New(slog.DiscardHandler)})
	o.check(err)
	t.Cleanup(func() { _ = twins.Close() })
	o.desk = twins.Desk
	o.desk.Shifts = o.Shifts
	o.handler = gateway.Shift(o.desk)
	person := desk.NewMember{FirstName: "Asha", LastName: "Rao", Email: "owner@example.com", Password: "correct-kettle-orbit-29"}
	made, err := o.desk.Provision(t.Context(), desk.NewAccount{Name: "Shop", TimeZone: "UTC", Owner: person})
	o.check(err)
	o.owner = desk.Caller{MemberID: made.MemberID, AccountID: made.AccountID, Role: desk.RoleOwner}
	person.Email, person.Role = "asha@example.com", desk.RoleStaff
	asha, err := o.desk.CreateMember(t.Context(), o.owner, person)
	o.check(err)
	o.agent = asha.ID
	_, err = o.desk.PutDevice(t.Context(), desk.Caller{MemberID: o.agent, AccountID: made.AccountID}, desk.Device{ID: "phone", Platform: desk.FCM, Token: "t"})
	o.check(err)
	o.presence("online")
	return o
}

func (o *office) check(err error) {
	o.t.Helper()
	if err != nil {
		o.t.Fatal(err)
	}
}

func (o *office) clock() time.Time {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.now
}

func (o *office) at(now time.Time) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.now = now
}

func (o *office) presence(status string) {
	o.t.Helper()
	_, err := o.desk.SetPresence(o.t.Context(), o.owner, o.agent, status)
	o.check(err)
}

func (o *office) hours(start, end string) {
	o.t.Helper()
	_, err := o.desk.SetWorkingHours(o.t.Context(), o.owner, o.agent, &hours.WorkingHours{TimeZone: "UTC", Entries: []hours.Entry{{
		Days: []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}, Start: start, End: end,
	}}})
	o.check(err)
}

func (o *office) execution(version, generation int64) desk.ShiftExecution {
	return desk.ShiftExecution{AccountID: o.owner.AccountID, MemberID: o.agent, Version: version, Generation: generation}
}

// tick lets the machine's next tick, which must be that execution's, be handled by the
// function at the time that the test has set, and gives when the next one is to come; the
// zero time when the execution is over.
func (o *office) tick(e desk.ShiftExecution) (wake time.Time) {
	o.t.Helper()
	return o.handle(o.ticks.next(o.t, e))
}

// handle has a tick handled.
func (o *office) handle(k tick) (wake time.Time) {
	o.t.Helper()
	out, err := o.handler.Invoke(o.t.Context(), []byte(k.input))
	if err != nil {
		var told messages.InvokeResponse_Error
		if !errors.As(err, &told) {
			o.t.Fatal(err)
		}
		k.fail(told.Type)
		return time.Time{}
	}
	var t desk.ShiftTick
	o.check(json.Unmarshal(out, &t))
	k.answer <- answer{body: json.RawMessage(out)}
	return t.WakeAt
}

// wantRunning wants exactly these executions to run, by their names without the member's.
func (o *office) wantRunning(names ...string) {
	o.t.Helper()
	want := map[string]bool{}
	for _, name := range names {
		want[o.agent+"-"+name] = true
	}
	arns := o.running(o.t)
	for _, arn := range arns {
		if !want[arn[strings.LastIndexByte(arn, ':')+1:]] {
			o.t.Errorf("%s runs", arn)
		}
	}
	if len(arns) != len(names) {
		o.t.Errorf("%q run, want %q", arns, names)
	}
}

// wantShift wants the agent to be noted as on shift, or not, and the phone to have got so
// many pushes.
func (o *office) wantShift(on bool, pushes int) {
	o.t.Helper()
	it, _, err := o.desk.Table.Get(o.t.Context(), table.Key{Partition: o.agent, Sort: "shift"})
	o.check(err)
	var noted struct{ On bool }
	o.check(json.Unmarshal(it.Body, &noted))
	feed, err := o.desk.Phones.(*local.Phones).Feed("phone", 0)
	o.check(err)
	if noted.On != on || len(feed) != pushes {
		o.t.Errorf("on shift: %t with %d pushes, want %t with %d", noted.On, len(feed), on, pushes)
	}
}

func day(d, hour int) time.Time { return time.Date(2026, 11, d, hour, 0, 0, 0, time.UTC) }

// TestMemberOnTheMachine is a member whose shifts begin and end, whose hours change in
// the midst, whose execution hands over, and dies and is revived: the deployed definition
// run by an interpreter, with the function's real handler behind it. At the end one
// execution runs.
func TestMemberOnTheMachine(t *testing.T) {
	o := newOffice(t)
	o.hours("09:00", "17:00")
	first := o.execution(1, 1)
	o.wantRunning("1-1")

	// Three flips. Each tick is when the one before said it would be.
	wake := o.tick(first)
	for i, boundary := range []time.Time{day(26, 9), day(26, 17), day(27, 9)} {
		if late := wake.Sub(boundary); late > 20*time.Second || late < -5*time.Minute {
			t.Fatalf("the tick for %v is to come at %v", boundary, wake)
		}
		if wake.Before(boundary) { // the nudge before a shift
			o.at(wake)
			wake = o.tick(first)
		}
		o.at(wake)
		wake = o.tick(first)
		o.wantShift(i != 1, min(i, 1)) // one goodbye
	}

	// Other hours: the new execution ticks, the old one ends at its next tick.
	o.at(day(27, 12))
	o.hours("09:00", "13:00")
	second := o.execution(2, 1)
	o.wantRunning("1-1", "2-1")
	for ended, began := false, false; !ended || !began; { // in whatever order they come
		k := o.ticks.any(t)
		next := o.handle(k)
		if strings.Contains(k.input, `"version":2`) {
			began, wake = true, next
			continue
		}
		if ended = true; !next.IsZero() {
			t.Errorf("the old one is to tick again at %v", next)
		}
	}
	o.wantEnd(t, first, types.ExecutionStatusSucceeded)
	o.wantRunning("2-1")
	if late := wake.Sub(day(27, 13)); late < 0 || late > 20*time.Second {
		t.Errorf("by the new hours it is to tick at %v", wake)
	}

	// After most of a year it hands over.
	o.at(day(27, 12).AddDate(0, 0, 301))
	if next := o.tick(second); !next.IsZero() {
		t.Errorf("it did not hand over, and is to tick at %v", next)
	}
	third := o.execution(2, 2)
	o.wantEnd(t, second, types.ExecutionStatusSucceeded)
	o.tick(third)

	// Somebody stops it; the next change of presence revives it.
	k := o.ticks.next(t, third)
	_, err := o.client.StopExecution(t.Context(), &sfn.StopExecutionInput{ExecutionArn: &o.running(t)[0]})
	o.check(err)
	k.fail("Lambda.Unknown")
	o.wantRunning()
	o.presence("offline")
	fourth := o.execution(2, 3)
	o.wantRunning("2-3")
	o.tick(fourth)
	o.presence("online")
	o.wantRunning("2-3")

	// Without hours none is needed.
	_, err = o.desk.SetWorkingHours(t.Context(), o.owner, o.agent, nil)
	o.check(err)
	o.tick(fourth)
	o.wantEnd(t, fourth, types.ExecutionStatusSucceeded)
	o.wantRunning()
}
