package api_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"testing"
)

// Who gives another's number is one customer with them then, and can do no more to the
// other's conversation than before.
func TestAnothersNumber(t *testing.T) {
	for _, d := range doors {
		for _, first := range []string{"victim", "stranger"} {
			t.Run(d.name+"/first "+first, func(t *testing.T) {
				w := newWorld(t)
				second := map[string]string{"victim": "stranger", "stranger": "victim"}[first]
				phones := map[string]string{"victim": "+919800000001", "stranger": "+919800000002"}
				ids := map[string]string{}
				for _, who := range []string{first, second} {
					ids[who] = w.asks(d, w.enquiry(talk(who), customer(phones[who], fmt.Sprintf(`, "name": %q`, who)))).text("callback.id")
				}
				w.asks(d, w.action("contact", talk("stranger"), customer(phones["victim"], "")))
				w.asks(d, w.action("withdraw", talk("stranger")))
				w.want(w.asks(d, w.action("status", talk("victim"))), fields{"outcome": "callback", "callback.needsContact": false})
				open := w.do(200, w.owner, "GET", "/v1/callbacks?customer="+strings.Replace(phones["victim"], "+", "%2B", 1), "")
				waits := 0
				list, _ := open.at("items").([]any)
				for _, item := range list {
					cb := w.do(200, w.owner, "GET", "/v1/callbacks/"+fields(item.(map[string]any)).text("id"), "")
					entries, _ := cb.at("entries").([]any)
					for _, e := range entries {
						if e := fields(e.(map[string]any)); e.text("interactionId") == "victim" && e.text("state") == "open" && cb.text("state") == "open" {
							waits++
							w.want(e, fields{"customer.phone": phones["victim"], "customer.name": "victim"})
						}
					}
				}
				if waits != 1 {
					t.Errorf("the victim waits %d times in %v", waits, open)
				}
				w.asks(d, w.action("withdraw", talk("victim")))
				for _, id := range ids {
					w.want(w.do(200, w.owner, "GET", "/v1/callbacks/"+id, ""), fields{"state": "done"})
				}
			})
		}
	}
}

// At once some customers come, correct their numbers, take back and come again. Nobody is
// refused for it, and who did not take back still waits.
func TestManyAtOnceOnTwoNumbers(t *testing.T) {
	w := newWorld(t)
	const people = 24
	phones := []string{"+919800000001", "+919800000002"}
	var all sync.WaitGroup
	answers := make([]fields, people)
	for i := range people {
		all.Go(func() {
			d, me := doors[i%2], talk(fmt.Sprint("talk ", i))
			ask := func(body string) fields {
				for {
					status, answer := d.ask(w, body)
					if status == http.StatusServiceUnavailable && !strings.Contains(body, `"escalate"`) {
						continue // its caller asks again
					}
					if status != http.StatusOK {
						t.Errorf("%s: status %d, %v", body, status, answer)
					}
					return answer
				}
			}
			answers[i] = ask(w.enquiry(me, customer(phones[rand.IntN(2)], ""), fmt.Sprintf(`"department": %q`, []string{"", "Kids"}[rand.IntN(2)])))
			ask(w.action("contact", me, customer(phones[rand.IntN(2)], fmt.Sprintf(`, "name": "n%d"`, i))))
			if i%3 == 0 {
				ask(w.action("withdraw", me))
			}
			ask(w.action("append", me, `"messages": [{"text": "hello"}]`))
		})
	}
	all.Wait()
	states := map[string]string{}
	for _, state := range []string{"open", "done"} {
		list, _ := w.do(200, w.owner, "GET", "/v1/callbacks?limit=100&state="+state, "").at("items").([]any)
		for _, item := range list {
			cb := w.do(200, w.owner, "GET", "/v1/callbacks/"+fields(item.(map[string]any)).text("id"), "")
			entries, _ := cb.at("entries").([]any)
			for _, e := range entries {
				e := fields(e.(map[string]any))
				what := e.text("state")
				if what == "open" && state == "done" {
					what = "lost"
				}
				if id := e.text("escalationId"); states[id] == "" || states[id] == "lost" {
					states[id] = what
				}
			}
		}
	}
	for i, a := range answers {
		want := "open"
		if i%3 == 0 {
			want = "taken_back"
		}
		if got := states[a.text("escalationId")]; got != want {
			t.Errorf("%d is %q, want %q: %v", i, got, want, a)
		}
	}
}

// What is added has an end as well: whatever comes, it is taken, can be read, and the newest
// stays.
func TestAppendedWithoutEnd(t *testing.T) {
	unraced(t)
	w := newWorld(t)
	w.there()
	id := w.asks(doors[0], w.enquiry(talk("a"))).text("escalationId")
	add := func(d door, messages, more string) {
		t.Helper()
		w.asks(d, w.action("append", talk("a"), `"messages": [`+messages+`]`+more))
	}
	add(doors[0], strings.Repeat(`{"text":"x"},`, 400_000)+`{"text":"of many"}`, "")
	add(doors[1], `{"text":"`+noise(3<<20)+`"}`, `, "requestId": "/\u0000/"`)
	for i := range 60 {
		add(doors[i%2], `{"text":"`+noise(60_000)+`"}`, fmt.Sprintf(`, "requestId": "a/%d"`, i))
	}
	add(doors[0], `{"text": "the last"}`, "")
	add(doors[0], `{}`, "")
	add(doors[0], ``, "")
	r := w.send(w.asha, "POST", "/v1/escalations/"+id+"/accept", "")
	if r.Code != 200 || r.Body.Len() > 1<<20+64<<10 || !strings.Contains(r.Body.String(), "the last") {
		t.Errorf("status %d, %d bytes", r.Code, r.Body.Len())
	}
}
