package api_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/connectnow/backend/internal/api/apitest"
	"github.com/connectnow/backend/internal/desk"
)

// customer is the field customer with a phone.
func customer(phone, more string) string {
	return fmt.Sprintf(`"customer": {"phone": %q%s}`, phone, more)
}

// talk is the field interactionId.
func talk(id string) string { return fmt.Sprintf(`"interactionId": %q`, id) }

// Who is one customer, and who are two.
func TestCustomersApart(t *testing.T) {
	tests := []struct {
		name, first, second string
		one                 bool
		needsContact        bool
	}{
		{"hidden", "+266696687", "+266696687", false, true},
		{"hidden by words", "Anonymous", "anonymous", false, true},
		{"hidden by a name of SIP", "sip:anonymous@anonymous.invalid", "sip:anonymous@anonymous.invalid", false, true},
		{"Austin", "+12666966870", "+12666966870", true, false},
		{"trunk 0", "+9109800000000", "+919800000000", true, false},
		{"Mexico", "+5215512345678", "+525512345678", true, false},
		{"Argentina", "+5491123456789", "+541123456789", true, false},
		{"Italy", "+390612345678", "+39612345678", false, false},
		{"national", "98000 00000", "+91 (98000) 00000", true, false},
		{"other digits", "९८००००००००", "9800000000", true, false},
		{"short", "1234", "1234", false, true},
	}
	for _, d := range doors {
		for _, c := range tests {
			t.Run(d.name+"/"+c.name, func(t *testing.T) {
				w := newWorld(t)
				first, second := w.asks(d, w.enquiry(customer(c.first, ""))), w.asks(d, w.enquiry(customer(c.second, "")))
				if one := first.text("callback.id") == second.text("callback.id"); one != c.one {
					t.Errorf("one callback is %v, want %v", one, c.one)
				}
				for _, answer := range []fields{first, second} {
					w.want(answer, fields{"outcome": "callback", "callback.needsContact": c.needsContact})
				}
			})
		}
	}
}

// A stranger on the same number adds an entry and changes nothing else; what is then said
// for the stranger changes their entry alone.
func TestStrangersOnOneNumber(t *testing.T) {
	for _, d := range doors {
		t.Run(d.name, func(t *testing.T) {
			w := newWorld(t)
			ask := func(who, name, email string) fields {
				t.Helper()
				return w.asks(d, w.enquiry(talk(who), customer("+919800000000", fmt.Sprintf(`, "name": %q, "email": %q`, name, email)),
					`"department": "Kids"`, fmt.Sprintf(`"conversation": {"summary": "Of %s."}`, name)))
			}
			id := ask("a", "Meera", "meera@example.com").text("callback.id")
			see := func() fields { t.Helper(); return w.do(200, w.owner, "GET", "/v1/callbacks/"+id, "") }
			before := see()
			w.want(ask("b", "Ravi", "ravi@example.com"), fields{"callback.id": id, "callback.dueAt": before.at("dueAt")})
			head := func(f fields) fields {
				return fields{"customer": f.at("customer"), "summary": f.at("summary"), "dueAt": f.at("dueAt"), "needsContact": f.at("needsContact"), "state": f.at("state"), "departmentId": f.at("departmentId")}
			}
			same := func() {
				t.Helper()
				if diff := cmp.Diff(head(before), head(see())); diff != "" {
					t.Error(diff)
				}
			}
			same()
			w.want(see(), fields{"entriesCount": 2.0, "entries.1.customer.name": "Ravi", "entries.1.customer.email": "ravi@example.com"})

			if status, p := d.ask(w, w.action("withdraw", `"callbackId": "`+id+`"`)); status != 409 || p.text("type") != "/problems/which-conversation" {
				t.Errorf("withdraw without a conversation: status %d, %v", status, p)
			}
			w.asks(d, w.action("contact", `"callbackId": "`+id+`"`, talk("b"), `"customer": {"phone": "+919811111111", "name": "Ravi K", "email": "k@example.com"}`))
			same()
			w.want(see(), fields{"entries.0.customer.email": "meera@example.com", "entries.1.customer.name": "Ravi K", "entries.1.customer.phone": "+919811111111"})
			w.asks(d, w.action("withdraw", talk("b")))
			same()
			w.want(see(), fields{"entries.0.state": "open", "entries.1.state": "taken_back"})

			// The stranger is served: nothing of Meera's is done with it.
			w.there()
			esc := w.asks(d, w.enquiry(talk("c"), customer("+919800000000", `, "name": "Ravi"`), `"department": "Kids"`)).text("escalationId")
			w.do(200, w.asha, "POST", "/v1/escalations/"+esc+"/accept", "")
			w.do(200, w.asha, "POST", "/v1/escalations/"+esc+"/complete", `{"outcome": "resolved"}`)
			same()
			w.want(see(), fields{"entries.0.state": "open"})
			w.want(w.asks(d, w.action("withdraw", talk("a"))), fields{"state": "done"})
		})
	}
}

// What cannot be kept by a timer is told as it is: the customer is called back for trouble
// of ours.
func TestEnquiryInTrouble(t *testing.T) {
	for _, d := range doors {
		w := newWorld(t)
		w.there()
		w.desk.Timers = broken{}
		w.want(w.asks(d, w.enquiry(talk("a"), customer("+919800000000", ""))), fields{
			"outcome": "callback", "because": "trouble", "callback.needsContact": false,
		})
	}
}

// All that a machine can ask, over HTTP as the OpenAPI document says.
func TestMachineConforms(t *testing.T) {
	w := newWorld(t)
	w.handler = apitest.Conform(t, w.handler)
	ask := func(status int, body string) {
		t.Helper()
		w.do(status, machine, "POST", "/v1/escalations", body)
	}
	for _, id := range []string{"a", "b"} {
		ask(200, w.enquiry(talk(id), customer("98000 00000", `, "email": "n/a"`), `"departmentId": "Ladies"`, `"confidence": 0.4`, `"conversation": null`))
	}
	cb := w.asks(doors[1], w.action("status", talk("a"))).text("callback.id")
	for _, body := range []string{
		w.action("append", talk("a"), `"requestId": "1"`, `"messages": [{"role": "user", "content": "hi", "at": 1795339800000}]`),
		w.action("end", talk("a"), `"callback": true`),
		w.action("availability", `"department": "Kids"`),
		w.action("contact", talk("a"), customer("+919811111111", "")),
		w.action("contact", talk("b"), `"callbackId": "`+cb+`"`, customer("+919822222222", "")),
		w.action("withdraw", talk("a")),
	} {
		ask(200, body)
	}
	ask(409, w.action("withdraw", `"callbackId": "`+cb+`"`))
	ask(404, w.action("status", talk("nobody")))
	ask(422, w.action("withdraw"))
	w.do(200, w.owner, "GET", "/v1/callbacks/"+cb, "")
	w.conversationOf(w.asks(doors[1], w.action("status", talk("a"))).text("escalationId"))
}

// broken are timers that take nothing.
type broken struct{}

func (broken) Send(context.Context, time.Time, desk.Message) error { return errors.New("no timers") }
