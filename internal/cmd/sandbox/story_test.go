package main

import (
	"bytes"
	"encoding/json"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/google/go-cmp/cmp"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/roster"
)

// lambdaClient is the AWS SDK's, as an assistant in Go uses it.
func lambdaClient(p *process) *lambda.Client {
	return lambda.New(lambda.Options{
		Region: "eu-central-1", BaseEndpoint: aws.String(p.url),
		Credentials: credentials.NewStaticCredentialsProvider("local", "local", ""),
	})
}

func TestFirstEscalation(t *testing.T) {
	t.Parallel()
	p := startProcess(t, t.TempDir())
	agents := p.online("asha")
	next := p.follow()
	event := p.escalation("req-1")
	payload, err := json.Marshal(event)
	if err != nil {
		t.Fatal(err)
	}
	out, err := lambdaClient(p).Invoke(t.Context(), &lambda.InvokeInput{FunctionName: aws.String("escalate"), Payload: payload})
	if err != nil || out.FunctionError != nil || out.StatusCode != http.StatusOK || aws.ToString(out.ExecutedVersion) != "$LATEST" {
		t.Fatalf("Invoke = %+v, %v", out, err)
	}
	var answer desk.Answer
	if err := json.Unmarshal(out.Payload, &answer); err != nil {
		t.Fatal(err)
	}
	if answer.Outcome != desk.OutcomeRinging || agents[answer.Agent.ID].token == "" || answer.Say == "" {
		t.Fatalf("answer = %+v, want it ringing at Asha", answer)
	}

	push := next(desk.NoticeOffer)
	asha := agents[answer.Agent.ID]
	if push.DeviceID != asha.device || push.MemberID != asha.id || push.EscalationID != answer.EscalationID || *push.Badge != 1 {
		t.Errorf("push = %+v", push)
	}
	feed := request[struct{ Items []json.RawMessage }](p, "GET", "/sandbox/pushes?deviceId="+asha.device, "", nil)
	if len(feed.Items) != 1 {
		t.Errorf("feed = %s, want the one push", feed.Items)
	}

	accepted := request[desk.Escalation](p, "POST", "/v1/escalations/"+answer.EscalationID+"/accept", asha.token, nil)
	var sent desk.Request
	if err := json.Unmarshal(payload, &sent); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(&sent.Conversation, accepted.Conversation); diff != "" {
		t.Errorf("conversation (-sent +got):\n%s", diff)
	}
	if s := p.status(answer.EscalationID); s.Outcome != desk.OutcomeAccepted || s.Agent.FirstName != "Asha" {
		t.Errorf("after accept the assistant is told %+v", s)
	}
	done := request[desk.Escalation](p, "POST", "/v1/escalations/"+answer.EscalationID+"/complete", asha.token, map[string]string{"outcome": "resolved"})
	if s := p.status(answer.EscalationID); done.State != desk.Completed || s.Outcome != desk.OutcomeEnded {
		t.Errorf("after complete: %+v, and the assistant is told %+v", done, s)
	}
}

func TestSixEscalationsThreeAgents(t *testing.T) {
	t.Parallel()
	p := startProcess(t, t.TempDir())
	agents := p.online("asha", "bilal", "chitra")
	var order []string
	for i := range 6 {
		a := p.escalate(p.escalation("req-" + string(rune('a'+i))))
		if a.Agent == nil {
			t.Fatalf("escalation %d: %+v", i+1, a)
		}
		token := agents[a.Agent.ID].token
		request[desk.Escalation](p, "POST", "/v1/escalations/"+a.EscalationID+"/accept", token, nil)
		request[desk.Escalation](p, "POST", "/v1/escalations/"+a.EscalationID+"/complete", token, map[string]string{"outcome": "resolved"})
		order = append(order, a.Agent.FirstName)
	}
	if first := slices.Sorted(slices.Values(order[:3])); !slices.Equal(order[:3], order[3:]) || !slices.Equal(first, []string{"Asha", "Bilal", "Chitra"}) {
		t.Errorf("turns went to %v, want each agent twice in one order", order)
	}
}

func TestNobodyOnline(t *testing.T) {
	t.Parallel()
	p := startProcess(t, t.TempDir())
	event := p.escalation("req-1")
	a := p.escalate(event)
	if a.Outcome != desk.OutcomeCallback || a.Callback == nil || *a.Because != roster.NobodyOnline {
		t.Fatalf("answer = %+v, want a callback at once", a)
	}
	wantCallback(t, p, a.Callback.ID, event)
}

// wantCallback looks the callback up as the owner, with the whole conversation.
func wantCallback(t *testing.T, p *process, id string, event map[string]any) {
	t.Helper()
	owner := p.signIn("owner")
	c := request[desk.CallbackDetail](p, "GET", "/v1/callbacks/"+id, owner.token, nil)
	if len(c.Conversations) != 1 {
		t.Fatalf("callback = %+v, want one conversation", c)
	}
	wantJSON, _ := json.Marshal(event["conversation"])
	var want desk.Conversation
	if err := json.Unmarshal(wantJSON, &want); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, c.Conversations[0].Conversation); diff != "" {
		t.Errorf("conversation of the callback (-sent +got):\n%s", diff)
	}
}

// ringShort makes phones ring for the shortest time there is.
func ringShort(p *process) {
	p.t.Helper()
	owner := p.signIn("owner")
	request[desk.Account](p, "PATCH", "/v1/account", owner.token, map[string]int{"ringSeconds": 10})
}

func TestNobodyAnswers(t *testing.T) {
	if testing.Short() {
		t.Skip("rings for 20 seconds")
	}
	t.Parallel()
	p := startProcess(t, t.TempDir())
	ringShort(p)
	p.online("asha", "bilal")
	next := p.follow()
	event := p.escalation("req-1")
	first := p.escalate(event)
	one, two := next(desk.NoticeOffer), next(desk.NoticeOffer)
	if one.MemberID == two.MemberID {
		t.Errorf("both offers went to %s", one.MemberID)
	}
	if waited := two.At.Sub(one.At); waited < 12*time.Second || waited > 17*time.Second {
		t.Errorf("the next agent rang after %v, want it after 13 s", waited)
	}
	for n := next(desk.NoticeWithdrawn); n.MemberID != two.MemberID; n = next(desk.NoticeWithdrawn) {
	}
	a := p.status(first.EscalationID)
	if a.Outcome != desk.OutcomeCallback || a.Callback == nil || *a.Because != roster.NoAnswer {
		t.Fatalf("after the last offer the assistant is told %+v", a)
	}
	wantCallback(t, p, a.Callback.ID, event)
}

func TestKilledWhileRinging(t *testing.T) {
	if testing.Short() {
		t.Skip("rings for 10 seconds")
	}
	t.Parallel()
	dir := t.TempDir()
	p := startProcess(t, dir)
	ringShort(p)
	agents := p.online("asha", "bilal")
	a := p.escalate(p.escalation("req-1"))
	p.kill()

	p = startProcess(t, dir)
	next := p.follow()
	if s := p.status(a.EscalationID); s.State != desk.Ringing || s.Agent.ID != a.Agent.ID {
		t.Fatalf("after the restart: %+v, want it ringing still", s)
	}
	push := next(desk.NoticeOffer)
	if late := push.At.Sub(*a.RingingUntil); push.MemberID == a.Agent.ID || late < 2*time.Second || late > 7*time.Second {
		t.Errorf("%v after the ring time %s was rung; want the next agent, in time", late, push.MemberID)
	}
	// The sign-in from before the kill is still good.
	request[desk.Escalation](p, "POST", "/v1/escalations/"+a.EscalationID+"/accept", agents[push.MemberID].token, nil)
}

// TestTimerEarlyAndTwice gives the function timer what the queue would, too early.
func TestTimerEarlyAndTwice(t *testing.T) {
	t.Parallel()
	p := startProcess(t, t.TempDir())
	p.online("asha", "bilal")
	a := p.escalate(p.escalation("req-1"))
	body, err := json.Marshal(desk.Message{
		Kind: desk.WakeRing, AccountID: demoAccount, EscalationID: a.EscalationID, Offer: 1, Due: *a.RingingUntil,
	})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		out := request[events.SQSEventResponse](p, "POST", "/2015-03-31/functions/timer/invocations", "",
			events.SQSEvent{Records: []events.SQSMessage{{MessageId: "1", Body: string(body), EventSource: "aws:sqs"}}})
		if len(out.BatchItemFailures) != 0 {
			t.Errorf("timer = %+v", out)
		}
	}
	if s := p.status(a.EscalationID); s.State != desk.Ringing || s.Agent.ID != a.Agent.ID {
		t.Errorf("after early timers: %+v, want it ringing as before", s)
	}
}

func TestFiftyEqualRequests(t *testing.T) {
	t.Parallel()
	p := startProcess(t, t.TempDir())
	agents := p.online("asha", "bilal", "chitra")
	event, err := json.Marshal(p.escalation("req-1"))
	if err != nil {
		t.Fatal(err)
	}
	answers := make([]desk.Answer, 50)
	var wg sync.WaitGroup
	for i := range answers {
		wg.Go(func() {
			r, err := http.Post(p.url+invokeEscalate, "application/json", bytes.NewReader(event))
			if err != nil {
				t.Error(err)
				return
			}
			defer r.Body.Close()
			if err := json.NewDecoder(r.Body).Decode(&answers[i]); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	for i, a := range answers {
		a.RingingSeconds, answers[0].RingingSeconds = nil, nil // what is left now
		if diff := cmp.Diff(answers[0], a); diff != "" {
			t.Errorf("answer %d (-first +this):\n%s", i, diff)
		}
	}
	open := 0
	for _, m := range agents {
		open += len(request[desk.List[desk.Escalation]](p, "GET", "/v1/me/escalations", m.token, nil).Items)
	}
	if open != 1 || answers[0].State != desk.Ringing {
		t.Errorf("%d offers and answer %+v, want one that rings", open, answers[0])
	}
}

func TestProcessEnds(t *testing.T) {
	takesLong(t)
	t.Parallel()
	dir := t.TempDir()
	p := startProcess(t, dir)
	p.follow() // an open stream must not keep it from ending

	other, line := launch(t, dir, "0")
	if err := other.end(); err == nil || line != "" || !strings.Contains(other.stderr.String(), "another") {
		t.Errorf("second sandbox on the same data: %v, %s", err, other.stderr)
	}
	_, port, _ := strings.Cut(strings.TrimPrefix(p.url, "http://"), ":")
	other, _ = launch(t, t.TempDir(), port)
	if err := other.end(); err == nil || !strings.Contains(other.stderr.String(), "port "+port+" is taken") {
		t.Errorf("second sandbox on the same port: %v, %s", err, other.stderr)
	}

	if err := p.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := p.end(); err != nil {
		t.Errorf("ended on SIGTERM with %v", err)
	}
	if _, err := os.Stat(dir + "/connectnow.db"); err != nil {
		t.Error(err)
	}
}
