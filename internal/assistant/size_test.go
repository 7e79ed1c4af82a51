package assistant

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/connectnow/backend/internal/desk"
)

// checkSizes holds the limits of whatever comes out.
func checkSizes(t interface {
	Helper()
	Errorf(string, ...any)
}, q desk.Request) {
	t.Helper()
	if n := encodedLen(q.Conversation); n > mostConversation {
		t.Errorf("the conversation has %d bytes", n)
	}
	q.Conversation.Messages, q.Conversation.AsSent = []desk.ChatMessage{}, nil
	if n := encodedLen(q); n > mostFront {
		t.Errorf("the front has %d bytes", n)
	}
	for key, value := range q.Conversation.Attributes {
		if utf8.RuneCountInString(key) > longestKey || utf8.RuneCountInString(value) > longestValue {
			t.Errorf("attribute %q of %d characters", key, utf8.RuneCountInString(value))
		}
	}
}

// The newest messages stay, and how many are left out is told.
func TestNewestMessagesStay(t *testing.T) {
	var messages []string
	for i := range 350_000 {
		messages = append(messages, fmt.Sprintf(`{"text":"%d"}`, i))
	}
	q, adjusted := read(t, request(`,"messages":[`+strings.Join(messages, ",")+`]`)).Request("")
	checkSizes(t, q)
	kept := q.Conversation.Messages
	if encodedLen(q.Conversation) < mostConversation-100 {
		t.Errorf("only %d bytes are used", encodedLen(q.Conversation))
	}
	if len(kept) == 0 || kept[len(kept)-1].Text != "349999" || kept[0].Text != fmt.Sprint(350_000-len(kept)) {
		t.Fatalf("%d messages are kept, not the newest in their order", len(kept))
	}
	last := adjusted[len(adjusted)-1]
	if want := fmt.Sprintf("the oldest %d are left out", 350_000-len(kept)); !strings.Contains(last.Detail, want) {
		t.Errorf("told %+v, want %q", adjusted, want)
	}
}

// A single long text keeps its beginning and end; others keep their place.
func TestLongTexts(t *testing.T) {
	long := "BEGIN" + strings.Repeat("é\n", 1<<20) + "END"
	text, _ := json.Marshal(long)
	for _, c := range []struct{ name, fields, where string }{
		{"a message", `, "conversation": {"messages": ["old", ` + string(text) + `, "new"]}`, "conversation.messages[1]"},
		{"the only message", `, "conversation": {"messages": [` + string(text) + `]}`, "conversation.messages[0]"},
		{"the summary", `, "conversation": {"summary": ` + string(text) + `}`, "conversation.summary"},
		{"an extra field", `, "recording": ` + string(text) + `, "conversation": {"messages": ["old", "new"]}`, "recording"},
		{"a field of a message", `, "conversation": {"messages": ["old", {"text": "hi", "recording": ` + string(text) + `}, "new"]}`, "conversation.messages[1].recording"},
	} {
		t.Run(c.name, func(t *testing.T) {
			q, adjusted := read(t, request(c.fields)).Request("")
			checkSizes(t, q)
			body, err := json.Marshal(q.Conversation)
			if err != nil {
				t.Fatal(err)
			}
			for _, part := range []string{"BEGIN", "END", "characters are left out here"} {
				if !strings.Contains(string(body), part) {
					t.Errorf("%s is not there", part)
				}
			}
			for _, part := range []string{"old", "new"} {
				if strings.Contains(c.fields, part) && !strings.Contains(string(body), `"text":"`+part+`"`) {
					t.Errorf("the message %s is not there", part)
				}
			}
			if len(body) < mostConversation-leastRoom-4096 {
				t.Errorf("only %d bytes are kept", len(body))
			}
			told := false
			for _, a := range adjusted {
				told = told || a.Field == c.where && strings.Contains(a.Detail, "left out")
			}
			if !told {
				t.Errorf("told %+v", adjusted)
			}
		})
	}
}

// A front of text that cannot be compressed is cut, and all of it kept.
func TestIncompressibleFront(t *testing.T) {
	random := rand.NewChaCha8([32]byte{1})
	noise := func(n int) string {
		b := make([]byte, n*3/4)
		_, _ = random.Read(b)
		return base64.StdEncoding.EncodeToString(b)
	}
	var attributes []string
	for i := range 20 {
		attributes = append(attributes, fmt.Sprintf(`"k%d": "%s"`, i, strings.Repeat("𐍈", 100)+noise(1000)))
	}
	q, _ := read(t, request(`, "requestId": "`+noise(8000)+`", "interactionId": "`+noise(8000)+`", "departmentId": "`+noise(8000)+`",
		"customer": {"name": "`+noise(8000)+`", "phone": "`+noise(8000)+`", "email": "`+noise(8000)+`"},
		"conversation": {"summary": "`+strings.Repeat("😀", 2000)+`", "intent": "`+noise(9000)+`", "trigger": "`+strings.Repeat(`\"`, 9000)+`",
		"attributes": {`+strings.Join(attributes, ",")+`}}`)).Request("IN")
	checkSizes(t, q)
	if got := q.Conversation.AsSent["conversation.summary"]; got != strings.Repeat("😀", 2000) {
		t.Error("the summary is not kept whole")
	}
	if n := utf8.RuneCountInString(q.Conversation.Summary); n < 200 {
		t.Errorf("the summary has %d characters", n)
	}
	for i := range 20 {
		key := fmt.Sprintf("k%d", i)
		if _, whole := q.Conversation.AsSent["conversation.attributes."+key].(string); !whole {
			t.Errorf("the attribute %s is not kept whole", key)
		}
	}
}

// The size of a message is what it takes as JSON.
func TestMessageSize(t *testing.T) {
	at := time.Date(2026, 11, 22, 9, 30, 0, 120, time.UTC)
	for _, m := range []desk.ChatMessage{
		{}, {From: "customer", Text: "hi"}, {At: &at, From: "agent", Text: "<&>\"\\\n\t\x01\x7f\u2028é😀�"}, {AtAsSent: "yester\"day", From: "a", Text: ""},
	} {
		if got, want := (&message{ChatMessage: m}).size(), encodedLen(m)+1; got != want {
			t.Errorf("%+v: %d, want %d", m, got, want)
		}
	}
}

func TestCut(t *testing.T) {
	for _, c := range []struct {
		name, text string
		longest    int
		want       string
	}{
		{"fits", "abc", 3, "abc"},
		{"letters", "abcd", 3, "abc"},
		{"accent", "abe\u0301d", 3, "ab"},
		{"two accents", "abe\u0301\u0323d", 4, "ab"},
		{"family", "ab👨\u200d👩\u200d👧", 5, "ab"},
		{"skin", "ab👍🏽", 3, "ab"},
		{"heart", "ab❤\ufe0f", 3, "ab"},
		{"flags", "a🇮🇳🇩🇪", 4, "a🇮🇳"},
		{"flags whole", "a🇮🇳🇩🇪x", 5, "a🇮🇳🇩🇪"},
		{"Scotland", "a🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f", 4, "a"},
		{"Hangul", "가\u1100\u1161\u11a8x", 3, "가"},
		{"Hangul whole", "\u1100\u1161\u11a8\u1100\u1161", 3, "\u1100\u1161\u11a8"},
		{"syllable and end", "가\u11a8x", 1, "가\u11a8x"[:0] + "가"},
		{"Hindi", "नमस्ते", 4, "नम"},
		{"Hindi whole", "नमस्तेx", 6, "नमस्ते"},
		{"line", "ab\r\n", 3, "ab"},
		{"one character alone", "e" + strings.Repeat("\u0301", 9), 3, "e\u0301\u0301"},
		{"nothing", "abc", 0, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := cut(c.text, c.longest); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// Behind more fields than can be kept those that are known are found, and the last of two counts.
func TestFieldsBehindVeryMany(t *testing.T) {
	var many strings.Builder
	for i := range 250_000 {
		fmt.Fprintf(&many, `"c%x":1,`, i)
	}
	account := `"accountId":"acc_a"`
	body := func(fields string) []byte { return []byte(`{"summary":"first",` + many.String() + fields + `}`) }
	r, err := Read(body(`"\u0061ction" : "escalate",`+account+`,"summary":"last","c0":2,"requestId":"r","customer":{"name":"Asha"}`), Options{})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // a Reading is asked again
		q, adjusted := r.Request("IN")
		c := q.Conversation
		more, _ := c.AsSent["more"].(json.RawMessage)
		if id, _ := r.IDs(); id != "r" || c.Summary != "last" || c.AsSent["summary (earlier)"] != "first" || q.Customer.Name != "Asha" {
			t.Errorf("request %q: summary %q, before it %v, %+v", id, c.Summary, c.AsSent["summary (earlier)"], q.Customer)
		}
		if size := encodedLen(c); size > mostConversation || size < mostConversation-2*leastPiece || !json.Valid(more) {
			t.Errorf("%d bytes are kept, %d of them as more", size, len(more))
		}
		if last := adjusted[len(adjusted)-1].Detail; !strings.HasPrefix(last, "and 2") {
			t.Errorf("told %q", last)
		}
	}
	if _, err := Read(body(`"action":"escalate",`+account+`,"action":"status"`), Options{}); err == nil {
		t.Error("two actions are taken")
	}
}

// What append has no place for is counted, and does not make the text longer and longer.
func TestAppendOfVeryManyFields(t *testing.T) {
	body := `{"action":"append","accountId":"acc_a","handle":"hdl_a","messages":[{"text":"a",` + strings.Repeat(`"a":1,`, 300_000) + `"b":2}]}`
	r, err := Read([]byte(body), Options{})
	if err != nil {
		t.Fatal(err)
	}
	a, adjusted := r.Ask("")
	if size := encodedLen(a.Messages); size > mostConversation || len(adjusted) == 0 {
		t.Errorf("%d bytes, adjusted %v", size, adjusted)
	}
	if last := adjusted[len(adjusted)-1].Detail; !strings.Contains(last, "no place for") {
		t.Errorf("told %q", last)
	}
}
