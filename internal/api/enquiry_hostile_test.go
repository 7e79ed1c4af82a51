package api_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What is said of one conversation, by whatever mix of ids, changes nothing of another's.
func TestOthersStayUntouched(t *testing.T) {
	w := newWorld(t)
	mine := w.asks(doors[0], w.enquiry(talk("mine"), customer("+919800000001", `, "name": "Meera"`)))
	other := w.asks(doors[0], w.enquiry(talk("other"), customer("+919800000002", `, "name": "Ravi"`)))
	cb, esc := other.text("callback.id"), other.text("escalationId")
	see := func() fields { return w.do(200, w.owner, "GET", "/v1/callbacks/"+cb, "") }
	before := see()
	acc := w.acc
	w.other()
	elsewhere, _ := w.account("Third", "Tina")
	names := []string{
		`"callbackId": "` + cb + `", "interactionId": "mine"`,
		`"callbackId": "` + cb + `", "escalationId": "` + mine.text("escalationId") + `"`,
		`"callbackId": "` + cb + `", "interactionId": "other", "escalationId": "` + mine.text("escalationId") + `"`,
		`"callbackId": "` + cb + `/x"`, `"callbackId": "` + cb + `\u0000"`, `"callbackId": "` + esc + `"`, `"callbackId": {"a": 1}`,
		`"interactionId": "other/"`, `"interactionId": "other\u0000"`, `"interactionId": "/other"`, `"interactionId": "` + cb + `"`,
		`"escalationId": "` + cb + `"`, `"escalationId": "` + esc + `/request"`, `"escalationId": "#"`,
	}
	all := append([]string{`"callbackId": "` + cb + `"`, `"interactionId": "other"`, `"escalationId": "` + esc + `"`}, names...)
	for _, d := range doors {
		for account, named := range map[string][]string{acc: names, elsewhere: all} {
			w.acc = account
			for _, name := range named {
				for _, action := range []string{"contact", "withdraw", "append", "end", "status"} {
					body := w.action(action, name, `"customer": {"phone": "+15550100", "name": "Mallory"}`, `"messages": [{"text": "Mallory"}]`, `"callback": true`)
					status, answer := d.ask(w, body)
					own := account == acc && strings.Contains(name, mine.text("escalationId")) || strings.Contains(name, `"mine"`)
					if own && status < 500 || status == 404 || status == 409 || status == 422 {
						continue
					}
					t.Errorf("%s by %s: status %d, %v", body, d.name, status, answer)
				}
			}
		}
	}
	w.acc = acc
	if diff := cmp.Diff(before, see()); diff != "" {
		t.Error(diff)
	}
	if got := w.conversationOf(esc); strings.Contains(fmt.Sprint(got), "Mallory") {
		t.Errorf("%v", got)
	}
}

// Whatever form a request has, it is taken, and can be read again by whoever accepts it.
func TestEnquiryOfAnyForm(t *testing.T) {
	unraced(t)
	nested := func(depth int) string { return strings.Repeat("[", depth) + strings.Repeat("]", depth) }
	nestedObject := func(depth int) string { return strings.Repeat(`{"a":`, depth) + "1" + strings.Repeat("}", depth) }
	bodies := map[string]string{
		"a deep extra":            `"extra": ` + nested(9_998),
		"a deep object":           `"extra": ` + nestedObject(9_998),
		"deep attributes":         `"conversation": {"attributes": ` + nestedObject(9_997) + `}`,
		"a deep attribute":        `"conversation": {"attributes": {"a": ` + nested(9_996) + `}}`,
		"a deep message":          `"conversation": {"messages": [{"text": ` + nested(9_995) + `}]}`,
		"a deep thing beside":     `"conversation": {"messages": [{"text": "x", "more": ` + nested(9_995) + `}]}`,
		"a deep customer":         `"customer": ` + nested(9_998),
		"a deep id":               `"interactionId": ` + nested(9_998),
		"a long id":               `"interactionId": "` + strings.Repeat("x/", 100_000) + `", "requestId": "` + strings.Repeat("\\u0000", 1000) + `"`,
		"twice in what is kept":   `"extra": {"a": "first", "a": "second"}, "extra": {"a": "third"}`,
		"many fields":             manyFields(20_000),
		"long field":              `"` + strings.Repeat("n", 500_000) + `": "x"`,
		"a field of paths":        `"conversation.summary": "x", "conversation": {"summary": "` + strings.Repeat("s", 2000) + `"}`,
		"a field that is asSent":  `"asSent": {"x": 1}, "conversation": {"asSent": {"conversation.summary": "forged"}}`,
		"prototype":               `"__proto__": {"a": 1}, "constructor": 1`,
		"a message of 900,000":    `"conversation": {"messages": [{"from": "customer", "text": "` + strings.Repeat(`\"`, 450_000) + `"}]}`,
		"attributes of 5,000":     `"conversation": {"attributes": {` + manyFields(5_000) + `}}`,
		"bidi and tags in a name": `"customer": {"name": "\u202eareeM\u2066", "phone": "\u200f+91\u200e 98000\u202c 00000"}`,
		"a number that is huge":   `"customer": {"phone": 1e999999}`,
	}
	for _, free := range []bool{true, false} {
		w := newWorld(t)
		if free {
			w.there()
		}
		for _, d := range doors {
			for name, body := range bodies {
				t.Run(fmt.Sprintf("%s/%v/%s", d.name, free, name), func(t *testing.T) {
					w.within(t)
					status, answer := d.ask(w, w.enquiry(body))
					if status != http.StatusOK {
						t.Fatalf("status %d, %.500v", status, answer)
					}
					id := answer.text("escalationId")
					if free {
						if r := w.send(w.asha, "POST", "/v1/escalations/"+id+"/accept", ""); r.Code != 200 || r.Body.Len() > most {
							t.Errorf("accept: status %d, %d bytes: %.300s", r.Code, r.Body.Len(), r.Body)
						}
						w.asks(d, w.action("end", `"escalationId": "`+id+`"`))
					} else {
						w.want(answer, fields{"outcome": "callback"})
					}
					if r := w.send(w.owner, "GET", "/v1/escalations/"+id, ""); r.Code != 200 || r.Body.Len() > most {
						t.Errorf("GET: status %d, %d bytes: %.300s", r.Code, r.Body.Len(), r.Body)
					}
				})
			}
		}
		if r := w.send(w.owner, "GET", "/v1/escalations", ""); r.Code != 200 || r.Body.Len() > 2*len(bodies)*16<<10 {
			t.Errorf("the list: status %d, %d bytes", r.Code, r.Body.Len())
		}
		if r := w.send(w.owner, "GET", "/v1/callbacks", ""); r.Code != 200 || r.Body.Len() > 2*len(bodies)*16<<10 {
			t.Errorf("the callbacks: status %d, %d bytes", r.Code, r.Body.Len())
		}
	}
}

func manyFields(n int) string {
	list := make([]string, n)
	for i := range list {
		list[i] = fmt.Sprintf(`"f%d": "v%d"`, i, i)
	}
	return strings.Join(list, ",")
}

// A hundred at once: the same request is one, and different ones of one customer are one
// callback or some, and none of them is refused or lost.
func TestEnquiriesAtOnce(t *testing.T) {
	const n = 100
	tests := []struct {
		name string
		free bool
		body func(w *world, i int) string
		one  bool
	}{
		{"the same", true, func(w *world, _ int) string { return w.enquiry(talk("a"), `"requestId": "1"`) }, true},
		{"without a request id", true, func(w *world, _ int) string { return w.enquiry(talk("a")) }, true},
		{"of several channels", true, func(w *world, i int) string {
			return w.enquiry(talk("a"), fmt.Sprintf(`"channel": %q, "requestId": "%d"`, []string{"call", "chat"}[i%2], i))
		}, true},
		{"the same, and nobody there", false, func(w *world, _ int) string { return w.enquiry(talk("a"), `"requestId": "1"`) }, true},
		{"one customer", false, func(w *world, i int) string {
			return w.enquiry(talk(fmt.Sprint(i)), customer("+919800000000", ""))
		}, false},
		{"nobody knows who", false, func(w *world, _ int) string { return w.enquiry() }, false},
	}
	for _, c := range tests {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			if c.free {
				w.there()
			}
			answers := make([]fields, n)
			var all sync.WaitGroup
			for i := range n {
				all.Go(func() {
					status, answer := doors[i%2].ask(w, c.body(w, i))
					if status != http.StatusOK {
						t.Errorf("status %d, %v", status, answer)
					}
					answers[i] = answer
				})
			}
			all.Wait()
			escalations, callbacks := map[string]bool{}, map[string]bool{}
			for _, a := range answers {
				escalations[a.text("escalationId")] = true
				if id := a.text("callback.id"); id != "" {
					callbacks[id] = true
				}
			}
			if want := map[bool]int{true: 1, false: n}[c.one]; len(escalations) != want {
				t.Errorf("%d escalations, want %d", len(escalations), want)
			}
			if c.free || c.one {
				return
			}
			entries := 0.0
			for id := range callbacks {
				n, _ := w.do(200, w.owner, "GET", "/v1/callbacks/"+id, "").at("entriesCount").(float64)
				entries += n
			}
			t.Logf("%d callbacks", len(callbacks))
			if entries != n {
				t.Errorf("%v entries, want %d", entries, n)
			}
		})
	}
}
