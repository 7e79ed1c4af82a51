package gateway

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/lambdacontext"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/keys"
	"github.com/connectnow/backend/internal/table"
)

// platformEvent is a file of events/.
func platformEvent(t *testing.T, file string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(eventsFolder, file))
	must(t, err)
	return text
}

// connected has the platforms of the events speak for the world's account.
func (w *world) connected() {
	w.t.Helper()
	for kind, id := range map[string]string{
		desk.ConnectionConnect: "c8c0e68d-2200-4265-82c0-1234567890ab", desk.ConnectionLex: "ABCDEF1234",
		desk.ConnectionAgentCore: "connectnow-shop-q1w2e3r4t5", desk.ConnectionClassic: "AGENT12345",
	} {
		_, err := w.desk.Connect(w.t.Context(), w.acc, kind, id)
		must(w.t, err)
	}
}

// troubles counts what the desk counts as trouble, and what it counts as refused.
func (w *world) troubles() func() (trouble, refused int) {
	var mu sync.Mutex
	var t, r int
	w.desk.Metrics = func(m desk.Metric) {
		mu.Lock()
		defer mu.Unlock()
		switch {
		case m.Name == "Trouble" && m.Of == "platform":
			t++
		case m.Name == "EscalationsRefused":
			r++
		}
	}
	return func() (int, int) {
		mu.Lock()
		defer mu.Unlock()
		return t, r
	}
}

// What goes wrong is told in the platform's form, never as an error of the function. What is
// our fault is counted; nothing is taken off Lambda's errors, where there is none.
func TestPlatformsAreToldOfProblems(t *testing.T) {
	for _, c := range []struct {
		name    string
		before  func(w *world)
		flow    string // in the answer to Connect
		hook    string // in the answer to Lex
		trouble int    // of all four
	}{
		{"not connected", func(*world) {}, `"error":"unknown-connection"`, `"ConnectNowError":"unknown-connection"`, 0},
		// A flow that names no reason has no assistant in front.
		{"the assistant is off", func(w *world) {
			w.connected()
			w.switchOff()
		}, `"error":"","errorDetail"`, `"ConnectNowError":"assistant-off"`, 0},
		{"the table is away", func(w *world) {
			w.connected()
			w.desk.Table = lost{w.desk.Table}
		}, `"error":"busy"`, `"ConnectNowError":"busy"`, 4},
		{"a panic", func(w *world) {
			w.connected()
			w.desk.Table = noTable{}
		}, `"error":"internal"`, `"ConnectNowError":"internal"`, 4},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			c.before(w)
			counted := w.troubles()
			flow := string(w.platform("escalate-connect-voice.json"))
			if !strings.Contains(flow, c.flow) || strings.Contains(flow, `"say":"I cannot`) != strings.Contains(flow, `"outcome":"error"`) {
				t.Errorf("Connect is answered %s", flow)
			}
			hook := string(w.platform("escalate-lex-intent.json"))
			if !strings.Contains(hook, c.hook) || !strings.Contains(hook, `"state":"Failed"`) || !strings.Contains(hook, `"orderId":"4711"`) {
				t.Errorf("Lex is answered %s", hook)
			}
			if c.name == "the assistant is off" { // and these name no reason of the contract's
				return
			}
			for _, file := range []string{"escalate-agentcore.json", "escalate-classic-function.json"} {
				problem := strings.TrimPrefix(c.flow, `"error":`)
				if got := string(w.platform(file)); !strings.Contains(strings.ReplaceAll(got, `\"`, `"`), `"problem":`+problem) || !strings.Contains(got, "I cannot put") {
					t.Errorf("%s is answered %s", file, got)
				}
			}
			if trouble, refused := counted(); trouble != c.trouble || refused != 0 {
				t.Errorf("%d troubles and %d refused are counted, want %d and 0", trouble, refused, c.trouble)
			}
		})
	}
}

// slow is a table that is away at first, and notes until when its callers wait.
type slow struct {
	table.Table
	gets, queries atomic.Int32 // how many fail
	until         atomic.Int64 // in milliseconds; 0 for ever
}

func (s *slow) Get(ctx context.Context, k table.Key) (table.Item, bool, error) {
	if until, is := ctx.Deadline(); is {
		s.until.Store(until.UnixMilli())
	}
	if s.gets.Add(-1) >= 0 {
		return table.Item{}, false, table.ErrUnavailable
	}
	return s.Table.Get(ctx, k)
}

func (s *slow) Query(ctx context.Context, r table.Range) ([]table.Item, error) {
	if s.queries.Add(-1) >= 0 {
		return nil, table.ErrUnavailable
	}
	return s.Table.Query(ctx, r)
}

// Platforms do not ask twice, so a table that is away for a moment costs no enquiry: neither
// where it is asked whose it is, nor where people are asked. A flow of Amazon Connect has eight
// seconds.
func TestPlatformsNeedNotAskTwice(t *testing.T) {
	w := newWorld(t)
	w.connected()
	w.presence("online", w.asha)
	for _, c := range []struct {
		name          string
		gets, queries int32
	}{{"whose", 1, 0}, {"people", 0, 2}} {
		t.Run(c.name, func(t *testing.T) {
			sound := w.desk.Table
			s := &slow{Table: sound}
			s.gets.Store(c.gets)
			s.queries.Store(c.queries)
			w.desk.Table = s
			defer func() { w.desk.Table = sound }()
			flow := string(w.platform("escalate-connect-chat.json"))
			if left := time.Until(time.UnixMilli(s.until.Load())); !strings.Contains(flow, `"outcome":"ringing"`) || left > 8*time.Second || s.until.Load() == 0 {
				t.Errorf("with %v left Connect is answered %s", left, flow)
			}
		})
	}
}

// platform invokes the function with an event, which must not fail.
func (w *world) platform(file string) []byte {
	w.t.Helper()
	got, err := Escalate(w.desk).Invoke(beside(w.t, file), platformEvent(w.t, file))
	must(w.t, err)
	return got
}

// switchOff switches the account's assistant off, as its settings do.
func (w *world) switchOff() {
	w.t.Helper()
	it, found, err := w.desk.Table.Get(w.t.Context(), keys.Account(w.acc))
	must(w.t, err)
	var settings map[string]any
	must(w.t, json.Unmarshal(it.Body, &settings))
	settings["assistantOff"] = found
	it.Body, err = json.Marshal(settings)
	must(w.t, err)
	must(w.t, w.desk.Table.Write(w.t.Context(), table.Put(it, table.AtVersion(it.Version))))
}

// A gateway's model sees and changes what it has the handle of, and nothing else: neither by
// another's handle nor by another's conversation.
func TestGatewayGoesByHandles(t *testing.T) {
	w := newWorld(t)
	w.connected()
	w.presence("online", w.asha)
	call := func(tool, arguments string) map[string]any {
		t.Helper()
		lc := &lambdacontext.LambdaContext{AwsRequestID: "invocation-7"}
		lc.ClientContext.Custom = map[string]string{"bedrockAgentCoreGatewayId": "connectnow-shop-q1w2e3r4t5", "bedrockAgentCoreToolName": "people___" + tool}
		got, err := Escalate(w.desk).Invoke(lambdacontext.NewContext(t.Context(), lc), []byte(arguments))
		must(t, err)
		var answer map[string]any
		must(t, json.Unmarshal(got, &answer))
		return answer
	}
	first := call("escalate", `{"why": "customer_request", "summary": "s", "customerName": "Meera", "interactionId": "c1"}`)
	handle, _ := first["handle"].(string)
	if status := call("escalation_status", `{"handle": "`+handle+`"}`); status["outcome"] != "ringing" {
		t.Errorf("by its handle %s: %v", handle, status)
	}
	joined := call("escalate", `{"why": "customer_request", "summary": "other", "customerName": "Mallory", "interactionId": "c1"}`)
	if joined["outcome"] != "ringing" || joined["handle"] != nil || joined["agent"] != nil || joined["escalationId"] != nil {
		t.Errorf("another who names that conversation is told %v", joined)
	}
	wrong := handle[:len(handle)-26] + strings.Repeat("a", 26)
	for _, c := range []struct{ name, tool, arguments, problem string }{
		{"a wrong handle", "escalation_status", `{"handle": "` + wrong + `"}`, "not-found"},
		{"a wrong handle and the right interaction", "end_escalation", `{"handle": "` + wrong + `", "interactionId": "c1"}`, "not-found"},
		{"no handle", "save_contact", `{"interactionId": "c1", "customerPhone": "+919811111111"}`, "invalid"},
		{"no tool", "explode", `{}`, "unknown-tool"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := call(c.tool, c.arguments); got["problem"] != c.problem || got["say"] == "" {
				t.Errorf("got %v, want %s", got, c.problem)
			}
		})
	}
}

// What an account says in its own words it says on platforms as well, also of a contact that
// was given and of problems.
func TestPlatformsSpeakInTheAccountsWords(t *testing.T) {
	w := newWorld(t)
	w.connected()
	own := map[string]map[string]string{"en": {"willCall": "Our shop will ring you.", "trouble": "Please write to us."}}
	_, err := w.desk.PutAssistant(t.Context(), w.owner, desk.Assistant{Enabled: true, Words: own})
	must(t, err)
	say := func(parameters map[string]string) string {
		t.Helper()
		var event map[string]any
		must(t, json.Unmarshal(platformEvent(t, "escalate-connect-status.json"), &event))
		event["Details"].(map[string]any)["Parameters"] = parameters
		payload, err := json.Marshal(event)
		must(t, err)
		answer, err := Escalate(w.desk).Invoke(t.Context(), payload)
		must(t, err)
		var flat map[string]string
		must(t, json.Unmarshal(answer, &flat))
		return flat["say"]
	}
	if got, want := say(nil), "by phone or e-mail?"; !strings.HasSuffix(got, want) {
		t.Errorf("without a contact it says %q, want it to end in %q", got, want)
	}
	if got, want := say(map[string]string{"action": "contact", "phone": "+919800000002"}), "Our shop will ring you."; got != want {
		t.Errorf("of the contact it says %q, want %q", got, want)
	}
	if got := say(map[string]string{"action": "withdraw"}); got != "" {
		t.Errorf("of a callback that was withdrawn it says %q, want nothing", got)
	}
	if got, want := say(map[string]string{"action": "explode"}), "Please write to us."; got != want {
		t.Errorf("of a problem it says %q, want %q", got, want)
	}
	if got, want := say(map[string]string{"action": "explode", "language": "de"}), "Im Moment kann ich Sie nicht mit unserem Team verbinden."; got != want {
		t.Errorf("in a language without words of the account's own it says %q, want %q", got, want)
	}
}

// A Lex session loses no turn: what is said while it rings reaches the agent, and what is said
// after the hand-back, of which the session does not know, asks for people anew.
func TestLexLosesNoTurn(t *testing.T) {
	w := newWorld(t)
	w.connected()
	w.presence("online", w.asha)
	w.platform("escalate-lex-fallback.json")
	if got := string(w.platform("escalate-lex-next.json")); !strings.Contains(got, `"ConnectNowOutcome":"ringing"`) {
		t.Fatalf("while it rings: %s", got)
	}
	list, err := w.desk.Escalations(t.Context(), w.owner, desk.EscalationFilter{}, desk.Page{})
	must(t, err)
	id := list.Items[0].ID
	by := desk.Caller{MemberID: w.asha, AccountID: w.acc, Role: desk.RoleStaff}
	e, err := w.desk.Accept(t.Context(), by, id, 0)
	must(t, err)
	if n := len(e.Conversation.Messages); n != 2 || e.Conversation.Messages[1].Text != "are you still there?" {
		t.Errorf("the agent reads %+v", e.Conversation.Messages)
	}
	_, err = w.desk.Complete(t.Context(), by, id, desk.Completion{Outcome: "hand_back"})
	must(t, err)
	if got := string(w.platform("escalate-lex-next.json")); !strings.Contains(got, `"ConnectNowOutcome":"ringing"`) || strings.Contains(got, id) {
		t.Errorf("after the hand-back: %s", got)
	}
}
