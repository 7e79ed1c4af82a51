package api_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// variations are ordinary forms of a request that were refused once, and then left nothing
// behind: which fields the caller is told of, and whether the customer can be called. All
// but those about them have a channel and a reason.
var variations = []struct {
	name, fields string
	adjusted     []string
	needsContact bool
	phone        string // as the agent sees it
}{
	{"no channel and no reason", `"channel": null, "reason": ""`, []string{"channel", "reason"}, true, ""},
	{"trigger of 201 characters", `"conversation": {"trigger": "` + strings.Repeat("é", 201) + `"}`, []string{"conversation.trigger"}, true, ""},
	{"summary of 1,001 characters", `"conversation": {"summary": "` + strings.Repeat("é", 1001) + `"}`, []string{"conversation.summary"}, true, ""},
	{"a message of the bot", `"conversation": {"messages": [{"from": "bot", "text": "hi"}]}`, []string{"conversation.messages[0].from"}, true, ""},
	{"role and content", `"conversation": {"messages": [{"role": "assistant", "content": "hi"}]}`, nil, true, ""},
	{"epoch milliseconds", `"conversation": {"messages": [{"at": 1795339800000, "from": "customer", "text": "hi"}]}`, []string{"conversation.messages[0].at"}, true, ""},
	{"VOICE", `"channel": "VOICE"`, []string{"channel"}, true, ""},
	{"an unknown reason", `"reason": "boredom"`, []string{"reason"}, true, ""},
	{"an attribute that is a number", `"conversation": {"attributes": {"n": 7}}`, []string{"conversation.attributes.n"}, true, ""},
	{"an attribute that is null", `"conversation": {"attributes": {"n": null}}`, nil, true, ""},
	{"an extra field", `"confidence": 0.4`, []string{"confidence"}, true, ""},
	{"an interaction of WhatsApp", `"interactionId": "wamid.HBgM=="`, nil, true, ""},
	{"phone with blanks", `"customer": {"phone": "98000 00000"}`, []string{"customer.phone"}, false, "+919800000000"},
	{"phone with 00", `"customer": {"phone": "00919800000001"}`, []string{"customer.phone"}, false, "+919800000001"},
	{"phone with 00 and less", `"customer": {"phone": "009800000001"}`, []string{"customer.phone"}, true, ""},
	{"phone of WhatsApp", `"customer": {"phone": "919800000002@c.us"}`, []string{"customer.phone"}, false, "+919800000002"},
	{"anonymous", `"customer": {"phone": "anonymous"}`, []string{"customer.phone"}, true, ""},
	{"no customer", `"customer": null`, nil, true, ""},
	{"no e-mail", `"customer": {"email": "n/a"}`, []string{"customer.email"}, true, ""},
	{"a department of a name", `"department": " kids "`, nil, true, ""},
	{"a phone with marks", `"customer": {"phone": "\u202a+91\u00a098000\u201100003\u202c"}`, []string{"customer.phone"}, false, "+919800000003"},
}

// Whatever an ordinary machine sends rings when somebody is free, and is a callback when
// nobody is.
func TestEnquiryIsTaken(t *testing.T) {
	for _, free := range []bool{true, false} {
		w := newWorld(t)
		if free {
			w.there()
		}
		for _, d := range doors {
			for _, v := range variations {
				t.Run(fmt.Sprintf("%s/free=%v/%s", d.name, free, v.name), func(t *testing.T) {
					w.within(t)
					more := []string{v.fields}
					for _, field := range []string{`"channel": "chat"`, `"reason": "customer_request"`} {
						if name, _, _ := strings.Cut(field, ":"); !strings.Contains(v.fields, name) {
							more = append(more, field)
						}
					}
					answer := w.asks(d, w.enquiry(more...))
					if diff := cmp.Diff(v.adjusted, adjustedFields(answer)); diff != "" {
						t.Errorf("adjusted %v\n%s", answer.at("adjusted"), diff)
					}
					id := answer.text("escalationId")
					w.want(w.conversationOf(id), fields{"customer.phone": v.phone})
					if free {
						w.want(answer, fields{"outcome": "ringing", "agent.firstName": "Asha", "callback": nil})
						w.asks(d, w.action("end", `"escalationId": "`+id+`"`))
						return
					}
					say := "Nobody from our team is free right now. A colleague will get back to you."
					if v.needsContact {
						say = "Nobody from our team is free right now. How can we reach you, by phone or e-mail?"
					}
					w.want(answer, fields{"outcome": "callback", "because": "nobody_online", "callback.needsContact": v.needsContact, "say": say})
					cb := w.do(200, w.owner, "GET", "/v1/callbacks/"+answer.text("callback.id"), "")
					w.want(cb, fields{"state": "open", "customer.phone": v.phone, "needsContact": v.needsContact, "dueAt": answer.at("callback.dueAt")})
				})
			}
		}
	}
}

// Enquiries are told apart by their conversation: which are one, and which are two.
func TestEnquiriesApart(t *testing.T) {
	tests := []struct {
		name, first, second string
		between             func(w *world, first fields)
		one                 bool
	}{
		{"one request id for two interactions", `"requestId": "1", "interactionId": "a"`, `"requestId": "1", "interactionId": "b"`, nil, false},
		{"one request id for one interaction", `"requestId": "1", "interactionId": "a"`, `"requestId": "1", "interactionId": "a"`, nil, true},
		{"one interaction", `"interactionId": "a"`, `"interactionId": "a"`, nil, true},
		{"ids that join alike", `"requestId": "a\u0000b", "interactionId": "c"`, `"requestId": "a", "interactionId": "b\u0000c"`, nil, false},
		{"no ids", `"channel": "chat"`, `"channel": "chat"`, nil, false},
		{"no ids but empty ones", `"requestId": "", "interactionId": " "`, `"requestId": null`, nil, false},
		{"after the agent handed back", `"interactionId": "a"`, `"interactionId": "a"`, func(w *world, first fields) {
			w.do(200, w.asha, "POST", "/v1/escalations/"+first.text("escalationId")+"/accept", "")
			w.do(200, w.asha, "POST", "/v1/escalations/"+first.text("escalationId")+"/complete", `{"outcome": "hand_back", "note": "He knows.", "verdict": "right"}`)
		}, false},
	}
	for _, d := range doors {
		for _, c := range tests {
			t.Run(d.name+"/"+c.name, func(t *testing.T) {
				w := newWorld(t)
				w.there()
				first := w.asks(d, w.enquiry(c.first))
				w.want(first, fields{"outcome": "ringing"})
				if c.between != nil {
					c.between(w, first)
				}
				second := w.asks(d, w.enquiry(c.second))
				w.want(second, fields{"outcome": "ringing"})
				if one := first.text("escalationId") == second.text("escalationId"); one != c.one {
					t.Errorf("one is %v, want %v", one, c.one)
				}
			})
		}
	}
}

// What a repeat has beyond the first request is not kept, and its caller is told so.
func TestEnquiryRepeatedWithMore(t *testing.T) {
	for _, d := range doors {
		for _, free := range []bool{true, false} {
			w := newWorld(t)
			if free {
				w.there()
			}
			ask := func(id, messages string) []string {
				t.Helper()
				return adjustedFields(w.asks(d, w.enquiry(talk("a"), `"channel": "chat", "reason": "direct"`, id+`"conversation": {"messages": [`+messages+`]}`)))
			}
			const first, second = `{"from": "customer", "text": "first"}`, `,{"from": "customer", "text": "second"}`
			for _, id := range []string{`"requestId": "1", `, `"requestId": "1", `} {
				if got := ask(id, first); got != nil {
					t.Errorf("the same: %v", got)
				}
			}
			more := []string{`"requestId": "1", `}
			if free {
				more = append(more, `"requestId": "2", `, "")
			}
			for _, id := range more {
				if diff := cmp.Diff([]string{"conversation"}, ask(id, first+second)); diff != "" {
					t.Errorf("free %v, %s: %s", free, id, diff)
				}
			}
		}
	}
}

// The assistant hears what the agent says who gives the customer back.
func TestEnquiryHandedBack(t *testing.T) {
	w := newWorld(t)
	w.there()
	for i, d := range doors {
		id := w.asks(d, w.enquiry(fmt.Sprintf(`"interactionId": "chat-%d"`, i))).text("escalationId")
		w.do(200, w.asha, "POST", "/v1/escalations/"+id+"/accept", "")
		w.do(200, w.asha, "POST", "/v1/escalations/"+id+"/complete", `{"outcome": "hand_back", "note": "He knows.", "verdict": "assistant_should_know"}`)
		w.want(w.asks(d, w.action("status", fmt.Sprintf(`"interactionId": "chat-%d"`, i))), fields{
			"escalationId": id, "outcome": "handed_back", "state": "completed",
			"handedBack.verdict": "assistant_should_know", "handedBack.note": "He knows.",
		})
	}
}

// What is added twice is kept once, where the caller says that it is the same, or plainly
// repeats itself.
func TestEnquiryAppended(t *testing.T) {
	for _, d := range doors {
		t.Run(d.name, func(t *testing.T) {
			w := newWorld(t)
			w.there()
			id := w.asks(d, w.enquiry(`"interactionId": "a", "conversation": {"messages": [{"from": "user", "text": "Hello"}]}`)).text("escalationId")
			add := func(text, more string) {
				t.Helper()
				w.asks(d, w.action("append", `"interactionId": "a", "messages": [{"from": "user", "text": "`+text+`"}]`+more))
			}
			add("twice", "")
			add("twice", "")
			add("named", `, "requestId": "n"`)
			want := []string{"Hello", "twice", "named"}
			for i := range 11 {
				text := fmt.Sprint("more ", i)
				add(text, "")
				want = append(want, text)
			}
			add("named", `, "requestId": "n"`)
			var got []string
			list, _ := w.do(200, w.asha, "POST", "/v1/escalations/"+id+"/accept", "").at("conversation.messages").([]any)
			for _, m := range list {
				got = append(got, fields(m.(map[string]any)).text("text"))
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// A department is asked for by its id or its name in either field, and what is neither is
// told and kept: the customer waits for somebody else then.
func TestEnquiryForDepartment(t *testing.T) {
	w := newWorld(t)
	tests := []struct {
		name, fields string
		found        bool
		adjusted     []string
		kept         fields
	}{
		{"an id", `"departmentId": "` + w.dep + `"`, true, nil, fields{}},
		{"a name in place of the id", `"departmentId": "KIDS"`, true, nil, fields{}},
		{"an id in place of the name", `"department": "` + w.dep + `"`, true, nil, fields{}},
		{"an id in capitals", `"department": "` + strings.ToUpper(w.dep) + `"`, true, nil, fields{}},
		{"an id that is none, and a name", `"departmentId": "7", "department": "kids"`, true, []string{"departmentId"}, fields{"departmentId": "7"}},
		{"an id, and another name", `"departmentId": "` + w.dep + `", "department": "Ladies"`, true, []string{"department"}, fields{"department": "Ladies"}},
		{"neither is one", `"departmentId": "7", "department": "Ladies"`, false, []string{"department", "departmentId"}, fields{"departmentId": "7", "department": "Ladies"}},
	}
	for _, d := range doors {
		for _, c := range tests {
			t.Run(d.name+"/"+c.name, func(t *testing.T) {
				w.within(t)
				answer := w.asks(d, w.enquiry(`"channel": "chat", "reason": "direct"`, c.fields))
				if diff := cmp.Diff(c.adjusted, adjustedFields(answer)); diff != "" {
					t.Error(diff)
				}
				got := w.conversationOf(answer.text("escalationId"))
				want := fields{"departmentId": "", "conversation.asSent.department": c.kept["department"], "conversation.asSent.departmentId": c.kept["departmentId"]}
				if c.found {
					want["departmentId"] = w.dep
				}
				w.want(got, want)
			})
		}
	}
	w.there()
	w.do(200, w.owner, "PATCH", "/v1/account", `{"overflow": "none"}`)
	for _, d := range doors {
		w.want(w.asks(d, w.action("availability", `"department": "kids"`)), fields{"now.chat": 1.0})
		w.want(w.asks(d, w.action("availability", `"department": "Ladies"`)), fields{"now.chat": 0.0})
	}
}
