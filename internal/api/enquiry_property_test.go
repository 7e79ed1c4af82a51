package api_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// knownFields are the fields of the contract: random names alone would rarely meet one.
var knownFields = []string{
	"requestId", "interactionId", "channel", "reason", "conditionId", "departmentId", "department", "customer", "conversation", "connect",
	"name", "phone", "email", "locale", "timeZone", "summary", "intent", "trigger", "messages", "attributes", "url",
	"at", "from", "text", "role", "content", "a.b", "asSent", "", "callback", "callbackId", "escalationId", "handle", "adjusted",
}

// knownWords are texts as machines send them.
var knownWords = []string{
	"", "hi", "bot", "user", "tool", "VOICE", "chat", "low_confidence", "boredom", "+919800000000", "98000 00000", "anonymous", "+266696687",
	"919800000000@c.us", "n/a", "Meera@Example.com", "a@bücher.example", "2026-11-22T09:30:00Z", "yesterday", "https://example.com/c", "javascript:alert(1)",
	"wamid.HBgM==", " x ", "a\nb", "{\"a\":1}", "null", "\u202e", "🇮🇳🇩🇪", "नमस्ते", "Kids", "no such team",
}

// meant are words that become what they mean: a role, and a department.
var meant = []string{"bot", "user", "Kids"}

// anyValue writes a value of any kind. Some of it no encoder would write.
func anyValue(t *rapid.T, depth int) string {
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
		of := rapid.SampledFrom([]string{"x", "é", "😀", "\"", "e\u0301"}).Draw(t, "of")
		return quoted(strings.Repeat(of, rapid.IntRange(0, 1500).Draw(t, "length")))
	case 4:
		return quoted(rapid.String().Draw(t, "text"))
	case 5, 6:
		return quoted(rapid.SampledFrom(knownWords).Draw(t, "word"))
	case 7:
		list := make([]string, rapid.IntRange(0, 4).Draw(t, "entries"))
		for i := range list {
			list[i] = anyValue(t, depth-1)
		}
		return "[" + strings.Join(list, " , ") + "]"
	}
	return "{" + strings.Join(anyPairs(t, depth), ",") + "}"
}

// anyPairs are the fields of an object. Names may be there twice.
func anyPairs(t *rapid.T, depth int) []string {
	list := make([]string, rapid.IntRange(0, 6).Draw(t, "fields"))
	for i := range list {
		name := rapid.OneOf(rapid.SampledFrom(knownFields), rapid.StringN(0, 60, -1)).Draw(t, "field")
		list[i] = quoted(name) + ":\t" + anyValue(t, depth-1)
	}
	return list
}

func quoted(s string) string {
	b, _ := json.Marshal(s) // texts marshal
	return string(b)
}

// anyEnquiry is a whole request some of whose values are any, or any object at all. n makes
// its ids its own.
func anyEnquiry(t *rapid.T, acc string, n int) string {
	list := []string{`"action":"escalate"`, `"accountId":"` + acc + `"`}
	if rapid.Bool().Draw(t, "valid") {
		list = append(list, mutatedPairs(t, n)...)
	}
	list = append(list, anyPairs(t, 4)...)
	return "{" + strings.Join(list, ",") + "}"
}

// mutatedPairs are the fields of a valid request, one in six of which is any.
func mutatedPairs(t *rapid.T, n int) []string {
	maybe := func(good string) string {
		if rapid.IntRange(0, 5).Draw(t, "mutate") == 0 {
			return anyValue(t, 3)
		}
		return good
	}
	message := func(from, text string) string {
		return maybe(`{"at":` + maybe(`"2026-11-22T09:30:00Z"`) + `,"from":` + maybe(from) + `,"text":` + maybe(text) + `}`)
	}
	return []string{
		`"requestId":` + maybe(fmt.Sprintf(`"req-%d"`, n)), `"interactionId":` + maybe(fmt.Sprintf(`"conv-%d"`, n)),
		`"channel":` + maybe(`"chat"`), `"reason":` + maybe(`"condition"`), `"conditionId":` + maybe(`"late"`), `"department":` + maybe(`"Kids"`),
		`"customer":` + maybe(`{"name":`+maybe(`"Meera"`)+`,"phone":`+maybe(`"+919800000000"`)+`,"email":`+maybe(`"a@example.com"`)+`}`),
		`"conversation":` + maybe(`{"summary":`+maybe(`"s"`)+`,"intent":`+maybe(`"i"`)+`,"trigger":`+maybe(`"t"`)+
			`,"messages":`+maybe(`[`+message(`"customer"`, `"hi"`)+`,`+message(`"agent"`, `"ho"`)+`]`)+`,"attributes":`+maybe(`{"a":`+maybe(`"1"`)+`}`)+`}`),
		`"connect":` + maybe(`{"url":`+maybe(`"https://example.com/c"`)+`}`),
	}
}

// sentIn are the texts and numbers of a request, those of a field that is there twice as
// well. Action and account are nobody's words, and the request's id is the caller's own.
func sentIn(t *rapid.T, body string) []string {
	d := json.NewDecoder(strings.NewReader(body))
	next := func() json.Token {
		token, err := d.Token()
		if err != nil {
			t.Fatalf("%v in %s", err, body)
		}
		return token
	}
	var list []string
	next()
	for d.More() {
		name := next().(string)
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			t.Fatalf("%v in %s", err, body)
		}
		if name != "action" && name != "accountId" && name != "requestId" {
			list = append(list, valuesIn(t, string(value))...)
		}
	}
	return list
}

// valuesIn are the texts and numbers of a value, by its tokens.
func valuesIn(t *rapid.T, value string) []string {
	var list []string
	d := json.NewDecoder(strings.NewReader(value))
	d.UseNumber()
	var inside []json.Delim
	name := false // the next text is a field's name
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return list
		}
		if err != nil {
			t.Fatalf("%v in %s", err, value)
		}
		delim, is := token.(json.Delim)
		switch {
		case is && (delim == '{' || delim == '['):
			inside = append(inside, delim)
		case is:
			inside = inside[:len(inside)-1]
		case name:
			name = false
			continue
		default:
			switch v := token.(type) {
			case string:
				list = append(list, v)
			case json.Number:
				list = append(list, v.String())
			}
		}
		name = len(inside) > 0 && inside[len(inside)-1] == '{'
	}
}

// lostOf are the texts of a request that an answer has nowhere, not even as JSON within a
// text. NUL may have become �, and space around a text is none of it.
func lostOf(t *rapid.T, body, answer string) []string {
	list := valuesIn(t, answer)
	for i := 0; i < len(list); i++ {
		if (strings.HasPrefix(list[i], "{") || strings.HasPrefix(list[i], "[")) && json.Valid([]byte(list[i])) {
			list = append(list, valuesIn(t, list[i])...)
		}
	}
	found := strings.Join(list, "\n\n")
	return slices.DeleteFunc(sentIn(t, body), func(leaf string) bool {
		leaf = strings.TrimSpace(strings.ReplaceAll(leaf, "\x00", "�"))
		return strings.Contains(found, leaf) || slices.Contains(meant, leaf) || strings.Contains(found, strings.ToLower(leaf))
	})
}

// entrance is an account at whose doors anything is tried.
type entrance struct {
	*world
	free  bool // Asha is there
	asked int
	known map[string]bool // escalations that there have been
}

// anything holds what is promised of every object that asks for a person: there is an
// outcome, and nothing of what was sent is lost.
func (e *entrance) anything(t *rapid.T) {
	e.asked++
	body := anyEnquiry(t, e.acc, e.asked)
	d := rapid.SampledFrom(doors).Draw(t, "door")
	status, answer := d.ask(e.world, body)
	outcome, id := answer.text("outcome"), answer.text("escalationId")
	if status != http.StatusOK || !slices.Contains([]string{"ringing", "accepted", "callback", "ended"}, outcome) {
		t.Fatalf("%s by %s: status %d, %v", body, d.name, status, answer)
	}
	if e.known[id] { // of a conversation from before: the first stays
		return
	}
	e.known[id] = true
	method, path, as := "GET", "/v1/escalations/"+id, e.owner
	if outcome == "ringing" {
		method, path, as = "POST", path+"/accept", e.asha
	} else if e.free {
		t.Fatalf("%s does not ring: %v", body, answer)
	}
	got := e.send(as, method, path, "")
	if got.Code != http.StatusOK {
		t.Fatalf("%s %s of\n%s: %s", method, path, body, got.Body)
	}
	if lost := lostOf(t, body, got.Body.String()); len(lost) > 0 {
		t.Fatalf("%q of\n%s\nare not in\n%s", lost, body, got.Body)
	}
	if outcome == "ringing" {
		status, answer := d.ask(e.world, e.action("end", `"escalationId": "`+id+`"`))
		if status != http.StatusOK {
			t.Fatalf("end: status %d, %v", status, answer)
		}
	}
}

// Whatever object a machine sends is taken, by both ways, with somebody free and with
// nobody. DOOR_CASES says how many; make fuzz sends 100,000.
func TestAnyEnquiry(t *testing.T) {
	unraced(t)
	cases := 2000
	if s := os.Getenv("DOOR_CASES"); s != "" {
		var err error
		cases, err = strconv.Atoi(s)
		must(t, err)
	}
	if testing.Short() {
		cases = min(cases, 200)
	}
	const ofOne, ofRapid = 500, 100 // of one account, of one check
	var e *entrance
	for n := 0; n < cases; n += ofRapid {
		if n%ofOne == 0 || e == nil {
			e = &entrance{world: newWorld(t), free: n/ofOne%2 == 0, known: map[string]bool{}}
			if e.free {
				e.there()
			}
		}
		t.Run(fmt.Sprintf("from %d", n), func(t *testing.T) {
			e.within(t)
			rapid.Check(t, e.anything)
		})
	}
}
