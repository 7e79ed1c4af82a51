package assistant

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/connectnow/backend/internal/desk"
)

// known are the fields of the contract: random names alone would rarely meet one.
var known = []string{
	"requestId", "interactionId", "channel", "reason", "conditionId", "departmentId", "department", "customer", "conversation", "connect",
	"name", "phone", "email", "locale", "timeZone", "summary", "intent", "trigger", "messages", "attributes", "url",
	"at", "from", "text", "role", "content", "a.b", "asSent", "", "callback", "callbackId", "escalationId",
}

// someWords are texts as machines send them.
var someWords = []string{
	"", "hi", "bot", "user", "tool", "VOICE", "chat", "low_confidence", "boredom", "+919800000000", "98000 00000", "anonymous", "+266696687",
	"919800000000@c.us", "n/a", "Meera@Example.com", "a@bücher.example", "2026-11-22T09:30:00Z", "yesterday", "https://example.com/c", "javascript:alert(1)",
	"wamid.HBgM==", " x ", "a\nb", "{\"a\":1}", "null", "\u202e", "🇮🇳🇩🇪", "नमस्ते",
}

// anyJSON writes a value of any kind. Some of it no encoder would write.
func anyJSON(t *rapid.T, depth int) string {
	kinds := 7
	if depth > 0 {
		kinds = 10
	}
	switch rapid.IntRange(0, kinds-1).Draw(t, "kind") {
	case 0:
		return rapid.SampledFrom([]string{"null", "true", "false"}).Draw(t, "name")
	case 1:
		return rapid.SampledFrom([]string{"0", "-1", "1e400", "0.40", "1795339800000", "12345678901234567890", "1E2"}).Draw(t, "number")
	case 2:
		return rapid.SampledFrom([]string{`"a\ud800b"`, `"\u0000"`, "\"\xff\xfe\"", `"\/\u00e9"`, `"\ud83d\ude00"`}).Draw(t, "escape")
	case 3:
		return quote(strings.Repeat(rapid.SampledFrom([]string{"x", "é", "😀", "\"", "e\u0301"}).Draw(t, "of"), rapid.IntRange(0, 1500).Draw(t, "length")))
	case 4:
		return quote(rapid.String().Draw(t, "text"))
	case 5, 6:
		return quote(rapid.SampledFrom(someWords).Draw(t, "word"))
	case 7:
		list := make([]string, rapid.IntRange(0, 4).Draw(t, "entries"))
		for i := range list {
			list[i] = anyJSON(t, depth-1)
		}
		return "[" + strings.Join(list, " , ") + "]"
	}
	return "{" + anyFields(t, depth) + "}"
}

func anyFields(t *rapid.T, depth int) string {
	list := make([]string, rapid.IntRange(0, 6).Draw(t, "fields"))
	for i := range list {
		name := rapid.OneOf(rapid.SampledFrom(known), rapid.StringN(0, 60, -1)).Draw(t, "field")
		list[i] = quote(name) + ":\t" + anyJSON(t, depth-1)
	}
	return strings.Join(list, ",")
}

func quote(s string) string { return string(appendQuoted(nil, s)) }

// mutated is a whole request some of whose values are any.
func mutated(t *rapid.T) string {
	maybe := func(good string) string {
		if rapid.IntRange(0, 5).Draw(t, "mutate") == 0 {
			return anyJSON(t, 3)
		}
		return good
	}
	message := func(from, text string) string {
		return maybe(`{"at":` + maybe(`"2026-11-22T09:30:00Z"`) + `,"from":` + maybe(from) + `,"text":` + maybe(text) + `}`)
	}
	return `,"requestId":` + maybe(`"req-1"`) + `,"interactionId":` + maybe(`"conv-1"`) + `,"channel":` + maybe(`"chat"`) +
		`,"reason":` + maybe(`"condition"`) + `,"conditionId":` + maybe(`"late"`) + `,"department":` + maybe(`"Kids"`) +
		`,"customer":` + maybe(`{"name":`+maybe(`"Meera"`)+`,"phone":`+maybe(`"+919800000000"`)+`,"email":`+maybe(`"a@example.com"`)+`}`) +
		`,"conversation":` + maybe(`{"summary":`+maybe(`"s"`)+`,"intent":`+maybe(`"i"`)+`,"trigger":`+maybe(`"t"`)+
		`,"messages":`+maybe(`[`+message(`"customer"`, `"hi"`)+`,`+message(`"agent"`, `"ho"`)+`]`)+`,"attributes":`+maybe(`{"a":`+maybe(`"1"`)+`}`)+`}`) +
		`,"connect":` + maybe(`{"url":`+maybe(`"https://example.com/c"`)+`}`)
}

// anyRequest holds what is promised of every JSON object that names an action and an
// account: it is taken, it has its sizes, nothing of it is lost, and it is read alike each
// time.
func anyRequest(t *rapid.T) {
	fields := mutated(t)
	if extra := anyFields(t, 4); extra != "" {
		fields += "," + extra
	}
	body := []byte(`{"action":"escalate","accountId":"acc_a"` + fields + `}`)
	r, err := Read(body, Options{})
	if err != nil {
		t.Fatalf("%s: %v", body, err)
	}
	q, adjusted := r.Request("IN")
	checkSizes(t, q)
	again, adjustedAgain := r.Request("IN")
	if diff := cmp.Diff(q, again) + cmp.Diff(adjusted, adjustedAgain); diff != "" {
		t.Fatalf("%s is read in two ways: %s", body, diff)
	}
	if len(adjusted) > mostNotes+1 {
		t.Fatalf("%d are told", len(adjusted))
	}
	found := texts(t, q)
	sent, err := decoded(string(body))
	if err != nil {
		t.Fatal(err)
	}
	for _, leaf := range leaves(sent, nil) {
		if !isFound(leaf, found) {
			t.Fatalf("%q of\n%s\nis not in\n%+v", leaf, body, q)
		}
	}
	for _, action := range actions {
		r, err := Read([]byte(`{"accountId":"acc_a","action":"`+action+`","escalationId":"esc_a"`+fields+`}`), Options{})
		if err != nil {
			t.Fatalf("%s: %v", action, err)
		}
		r.Ask("IN")
	}
}

// texts are all that a request holds, and what lies in JSON within them.
func texts(t *rapid.T, q desk.Request) string {
	body, err := json.Marshal(q)
	if err != nil {
		t.Fatal(err)
	}
	all, err := decoded(string(body))
	if err != nil {
		t.Fatal(err)
	}
	list := leaves(all, nil)
	for i := 0; i < len(list); i++ {
		if strings.HasPrefix(list[i], "{") || strings.HasPrefix(list[i], "[") {
			if within, err := decoded(list[i]); err == nil {
				list = append(list, leaves(within, nil)...)
			}
		}
	}
	return strings.Join(list, "\n\n")
}

// decoded reads JSON by another way than ours, its numbers as they are written.
func decoded(s string) (v any, err error) {
	d := json.NewDecoder(strings.NewReader(s))
	d.UseNumber()
	err = d.Decode(&v)
	return v, err
}

// leaves are the texts and numbers of a value.
func leaves(v any, list []string) []string {
	switch v := v.(type) {
	case map[string]any:
		for _, one := range v {
			list = leaves(one, list)
		}
	case []any:
		for _, one := range v {
			list = leaves(one, list)
		}
	case string:
		list = append(list, v)
	case json.Number:
		list = append(list, v.String())
	}
	return list
}

// isFound looks for a text that was sent: as it was, with � for NUL, without space around.
// A role and an e-mail may have become what they mean.
func isFound(leaf, found string) bool {
	leaf = strings.TrimSpace(strings.ReplaceAll(leaf, "\x00", "�"))
	return strings.Contains(found, leaf) || roles[fold(leaf)] != "" || strings.Contains(found, strings.ToLower(leaf)) ||
		leaf == "escalate" || leaf == "acc_a"
}

func TestAnyRequest(t *testing.T) {
	for i := range 20 { // of a hundred each
		t.Run(fmt.Sprint(i), func(t *testing.T) { rapid.Check(t, anyRequest) })
	}
}

func FuzzAnyRequest(f *testing.F) { f.Fuzz(rapid.MakeFuzz(anyRequest)) }
