package assistant

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/roster"
)

// What a request may become beyond the plain one.
type change = func(*desk.Request)

func spoken(set func(*desk.Conversation)) change {
	return func(q *desk.Request) { set(&q.Conversation) }
}

func asSent(path string, value any) change {
	return func(q *desk.Request) { q.Conversation.AsSent = map[string]any{path: value} }
}

func said(m ...desk.ChatMessage) change {
	return func(q *desk.Request) { q.Conversation.Messages = m }
}

func attributes(a map[string]string) change {
	return func(q *desk.Request) { q.Conversation.Attributes = a }
}

func both(changes ...change) change {
	return func(q *desk.Request) {
		for _, c := range changes {
			c(q)
		}
	}
}

// accents is a text of so many characters, and twice the bytes.
func accents(n int) string { return strings.Repeat("é", n) }

var (
	customerHi   = desk.ChatMessage{From: "customer", Text: "hi"}
	halfPastNine = time.Date(2026, 11, 22, 9, 30, 0, 0, time.UTC)
)

// smallest are inputs that one by one were refused: what each becomes, and of which fields
// the caller is told.
var smallest = []struct {
	name, fields string
	want         change
	told         []string
}{
	{"nothing", ``, func(*desk.Request) {}, nil},
	{"nulls", `, "requestId": null, "customer": null, "conversation": null, "connect": null, "extra": null`, func(*desk.Request) {}, nil},
	{"trigger", `, "conversation": {"trigger": "` + accents(201) + `"}`, both(
		spoken(func(c *desk.Conversation) { c.Trigger = accents(200) }), asSent("conversation.trigger", accents(201)),
	), []string{"conversation.trigger"}},
	{"summary", `, "conversation": {"summary": "` + accents(1001) + `"}`, both(
		spoken(func(c *desk.Conversation) { c.Summary = accents(1000) }), asSent("conversation.summary", accents(1001)),
	), []string{"conversation.summary"}},
	{"bot", `, "conversation": {"messages": [{"from": "bot", "text": "hi"}]}`,
		said(desk.ChatMessage{From: "assistant", Text: "hi"}), []string{"conversation.messages[0].from"}},
	{"role and content", `, "conversation": {"messages": [{"role": "user", "content": "hi"}]}`,
		said(customerHi), []string{"conversation.messages[0].role"}},
	{"content in parts", `, "conversation": {"messages": [{"role": "customer", "content": [{"type": "text", "text": "hi"}]}]}`, said(customerHi), nil},
	{"a tool", `, "conversation": {"messages": [{"role": "tool", "content": "hi"}]}`, both(
		said(desk.ChatMessage{From: "assistant", Text: "hi"}), asSent("conversation.messages[0].role", "tool"),
	), []string{"conversation.messages[0].role"}},
	{"nobody known", `, "conversation": {"messages": [{"from": "Meera", "text": "hi"}]}`, both(
		said(customerHi), asSent("conversation.messages[0].from", "Meera"),
	), []string{"conversation.messages[0].from"}},
	{"milliseconds", `, "conversation": {"messages": [{"at": 1795339800000, "from": "customer", "text": "hi"}]}`,
		said(desk.ChatMessage{At: &halfPastNine, AtAsSent: "1795339800000", From: "customer", Text: "hi"}), []string{"conversation.messages[0].at"}},
	{"seconds", `, "conversation": {"messages": [{"at": "1795339800", "from": "customer", "text": "hi"}]}`,
		said(desk.ChatMessage{At: &halfPastNine, AtAsSent: "1795339800", From: "customer", Text: "hi"}), []string{"conversation.messages[0].at"}},
	{"no zone", `, "conversation": {"messages": [{"at": "2026-11-22 09:30:00", "from": "customer", "text": "hi"}]}`,
		said(desk.ChatMessage{At: &halfPastNine, AtAsSent: "2026-11-22 09:30:00", From: "customer", Text: "hi"}), []string{"conversation.messages[0].at"}},
	{"no time", `, "conversation": {"messages": [{"at": "yesterday", "from": "customer", "text": "hi"}]}`,
		said(desk.ChatMessage{AtAsSent: "yesterday", From: "customer", Text: "hi"}), []string{"conversation.messages[0].at"}},
	{"texts as messages", `, "conversation": {"messages": ["hi", null, {}, "hi"]}`, said(customerHi, customerHi), []string{"conversation.messages[3]"}},
	{"one message", `, "conversation": {"messages": {"from": "customer", "text": "hi"}}`, said(customerHi), []string{"conversation.messages"}},
	{"messages beside", `, "messages": [{"from": "customer", "text": "hi"}]`, said(customerHi), []string{"messages"}},
	{"a list", `, "conversation": [{"from": "customer", "text": "hi"}]`, said(customerHi), []string{"conversation"}},
	{"a text", `, "conversation": "hi"`, spoken(func(c *desk.Conversation) { c.Summary = "hi" }), []string{"conversation"}},
	{"a number", `, "conversation": {"summary": 7}`, spoken(func(c *desk.Conversation) { c.Summary = "7" }), []string{"conversation.summary"}},
	{"an object", `, "conversation": {"intent": {"a": [1, "\u00e9"]}}`,
		spoken(func(c *desk.Conversation) { c.Intent = `{"a":[1,"é"]}` }), []string{"conversation.intent"}},
	{"half a character", `, "conversation": {"trigger": "a\ud800b"}`, spoken(func(c *desk.Conversation) { c.Trigger = "a�b" }), []string{"conversation.trigger"}},
	{"no UTF-8", `, "conversation": {"trigger": "a` + "\xff" + `b"}`, spoken(func(c *desk.Conversation) { c.Trigger = "a�b" }), []string{"conversation.trigger"}},
	{"NUL", `, "conversation": {"trigger": "a\u0000b"}`, spoken(func(c *desk.Conversation) { c.Trigger = "a�b" }), []string{"conversation.trigger"}},
	{"an extra field", `, "confidence": 0.4`, asSent("confidence", 0.4), []string{"confidence"}},
	{"an extra object", `, "meta": {"a.b": [true, null]}`, asSent("meta", json.RawMessage(`{"a.b":[true,null]}`)), []string{"meta"}},
	{"a long number", `, "order": 12345678901234567890`, asSent("order", "12345678901234567890"), []string{"order"}},
	{"an extra field within", `, "customer": {"age": 3}`, asSent("customer.age", 3.0), []string{"customer.age"}},
	{"a field with a dot", `, "customer.age": 3`, asSent(`customer\.age`, 3.0), []string{`customer\.age`}},
	{"twice", `, "conversation": {"intent": "a", "intent": "b"}`, both(
		spoken(func(c *desk.Conversation) { c.Intent = "b" }), asSent("conversation.intent (earlier)", "a"),
	), []string{"conversation.intent"}},
	{"twice the same", `, "conversation": {"intent": "a", "intent": "a"}`, spoken(func(c *desk.Conversation) { c.Intent = "a" }), nil},
	{"VOICE", `, "channel": "VOICE"`, both(
		func(q *desk.Request) { q.Channel = roster.Call }, asSent("channel", "VOICE"),
		func(q *desk.Request) { q.Conversation.AsSent["channel (earlier)"] = "chat" },
	), []string{"channel", "channel"}},
	{"interaction", `, "interactionId": "wamid.HBgM=="`, func(q *desk.Request) { q.InteractionID = "wamid.HBgM==" }, nil},
	{"interaction is a number", `, "interactionId": 42`, func(q *desk.Request) { q.InteractionID = "42" }, nil},
	{"customer is a name", `, "customer": "Meera"`, func(q *desk.Request) { q.Customer.Name = "Meera" }, []string{"customer"}},
	{"name of two lines", `, "customer": {"name": "Meera\nK"}`, both(
		func(q *desk.Request) { q.Customer.Name = "Meera K" }, asSent("customer.name", "Meera\nK"),
	), []string{"customer.name"}},
	{"phone", `, "customer": {"phone": "98000 00000"}`, both(
		func(q *desk.Request) { q.Customer.Phone = "+919800000000" }, asSent("customer.phone", "98000 00000"),
	), []string{"customer.phone"}},
	{"phone with blanks", `, "customer": {"phone": "+91 98000-00000"}`,
		func(q *desk.Request) { q.Customer.Phone = "+919800000000" }, []string{"customer.phone"}},
	{"phone beside", `, "phone": "+919800000000"`, func(q *desk.Request) { q.Customer.Phone = "+919800000000" }, []string{"phone"}},
	{"hidden", `, "customer": {"phone": "anonymous"}`, asSent("customer.phone", "anonymous"), []string{"customer.phone"}},
	{"hidden number", `, "customer": {"phone": "+266696687"}`, asSent("customer.phone", "+266696687"), []string{"customer.phone"}},
	{"no phone", `, "customer": {"phone": "ask Meera"}`,
		func(q *desk.Request) { q.Customer.PhoneAsGiven = "ask Meera" }, []string{"customer.phone"}},
	{"no e-mail", `, "customer": {"email": "n/a"}`,
		func(q *desk.Request) { q.Customer.EmailAsGiven = "n/a" }, []string{"customer.email"}},
	{"e-mail of nobody", `, "customer": {"email": "anonymous@anonymous.invalid"}`,
		func(q *desk.Request) { q.Customer.EmailAsGiven = "anonymous@anonymous.invalid" }, []string{"customer.email"}},
	{"attributes", `, "conversation": {"attributes": {"n": 7, "yes": true, "no": null, "empty": ""}}`,
		attributes(map[string]string{"n": "7", "yes": "true"}), []string{"conversation.attributes.n"}},
	{"nested attributes", `, "conversation": {"attributes": {"a": {"b": {"c": "3", "d": {"e": 4}}, "x.y": "dot"}, "list": ["1", "2"], "none": {}}}`,
		attributes(map[string]string{"a.b.c": "3", "a.b.d": `{"e":4}`, `a.x\.y`: "dot", "list": `["1","2"]`, "none": "{}"}),
		[]string{"conversation.attributes.a.b.d"}},
	{"long attribute", `, "conversation": {"attributes": {"a": "` + accents(201) + `"}}`, both(
		attributes(map[string]string{"a": accents(200)}), asSent("conversation.attributes.a", accents(201)),
	), []string{"conversation.attributes.a"}},
	{"attributes of another kind", `, "conversation": {"attributes": ["a"]}`, asSent("conversation.attributes", json.RawMessage(`["a"]`)), []string{"conversation.attributes"}},
	{"script", `, "connect": {"url": "javascript:alert(1)"}`, asSent("connect.url", "javascript:alert(1)"), []string{"connect.url"}},
	{"http", `, "connect": {"url": "http://localhost/x"}`, asSent("connect.url", "http://localhost/x"), []string{"connect.url"}},
	{"link as a text", `, "connect": "https://example.com/c"`, func(q *desk.Request) { q.Connect = &desk.Connect{URL: "https://example.com/c"} }, nil},
	{"unknown reason", `, "reason": "boredom"`, both(
		func(q *desk.Request) { q.Reason, q.Presumed = desk.CustomerRequest, true }, asSent("reason", "boredom"),
		func(q *desk.Request) { q.Conversation.AsSent["reason (earlier)"] = "direct" },
	), []string{"reason", "reason"}},
	{"reason of another form", `, "reason": "Low Confidence"`, both(
		func(q *desk.Request) { q.Reason = desk.LowConfidence }, asSent("reason", "Low Confidence"),
		func(q *desk.Request) { q.Conversation.AsSent["reason (earlier)"] = "direct" },
	), []string{"reason"}},
}

func TestRequestSmallest(t *testing.T) {
	for _, c := range smallest {
		t.Run(c.name, func(t *testing.T) {
			got, adjusted := read(t, request(c.fields)).Request("IN")
			want := plain()
			c.want(&want)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
			var told []string
			for _, a := range adjusted {
				told = append(told, a.Field)
			}
			if diff := cmp.Diff(c.told, told); diff != "" {
				t.Errorf("told %+v\n%s", adjusted, diff)
			}
		})
	}
}
