package main

import (
	"slices"
	"time"

	"github.com/connectnow/backend/internal/local"
)

// invoke asks the function escalate about Meera's shop.
func (r *released) invoke(action string, more thing) thing {
	r.t.Helper()
	event := thing{"action": action, "accountId": r.Again[0].Request["accountId"]}
	for name, v := range more {
		event[name] = v
	}
	answer := request[thing](r.process, "POST", invokeEscalate, "", event)
	if answer["errorType"] != nil {
		r.t.Fatalf("%s %v: %v", action, more, answer)
	}
	return answer
}

// open is the escalation that Devika has, and its conversation.
func (r *released) open() (id, interaction string) {
	r.t.Helper()
	for _, w := range r.Work {
		if w.What == "active" {
			return w.ID, r.get(meera, "/v1/escalations/"+w.ID)["interactionId"].(string)
		}
	}
	r.t.Fatal("no work is active")
	return "", ""
}

// assistantIsAsNew has an account that never set what its assistant goes by ask, and set it.
func assistantIsAsNew(r *released) {
	settings := r.get(meera, "/v1/assistant")
	r.wantFields("the settings", settings, thing{"enabled": true, "confidenceThreshold": nil, "languages": []any{}, "duties": []any{}, "conditions": []any{}, "words": thing{}})
	id, interaction := r.open()
	decide := func(what string, signals, want thing) {
		r.t.Helper()
		r.wantFields(what, r.invoke("decide", thing{"signals": signals}), want)
	}
	decide("a wish", thing{"message": "I want to talk to a person"}, thing{"escalate": true, "rule": "wish"})
	decide("a wish while people are at it", thing{"message": "I want to talk to a person", "interactionId": interaction}, thing{"escalate": false, "rule": "people_at_it", "escalationId": id, "state": "active"})
	decide("nothing", thing{"message": "Refund!"}, thing{"escalate": false, "rule": "none"})
	if text, _ := r.invoke("instructions", nil)["text"].(string); text == "" {
		r.t.Error("there are no instructions")
	}
	settings["conditions"] = []any{thing{"name": "Refunds", "when": thing{"phrases": []any{"refund*"}}, "departmentId": r.IDs.Upper}}
	request[thing](r.process, "PUT", "/v1/assistant", r.as(meera), settings)
	decide("a condition", thing{"message": "Refund!"}, thing{"escalate": true, "rule": "condition", "departmentId": r.IDs.Upper})
	request[thing](r.process, "POST", "/v1/assistant/keys", r.as(meera), thing{"name": "Shop"})
	if keys := r.items(meera, "/v1/assistant/keys"); len(keys) != 1 {
		r.t.Errorf("keys %v, want one", keys)
	}
}

// oldWorkIsSpokenOf has an escalation without a handle and a language told about: by its ids, in
// the account's language and words.
func oldWorkIsSpokenOf(r *released) {
	id, interaction := r.open()
	say := func(what, want string) {
		r.t.Helper()
		for name, value := range map[string]string{"escalationId": id, "interactionId": interaction} {
			r.wantFields(what+" by its "+name, r.invoke("status", thing{name: value}), thing{"escalationId": id, "handle": "", "say": want})
		}
	}
	say("as it was", "You are now connected with Devika.")
	request[thing](r.process, "PATCH", "/v1/account", r.as(meera), thing{"language": "de"})
	say("in the account's language", "Sie sind jetzt mit Devika verbunden.")
	settings := r.get(meera, "/v1/assistant")
	settings["words"] = thing{"de": thing{"connectedTo": "{agent} ist da."}}
	request[thing](r.process, "PUT", "/v1/assistant", r.as(meera), settings)
	say("in the account's words", "Devika ist da.")
	again := r.escalate(r.fresh("speaks")) // which goes on beside it
	if again.Handle == "" {
		r.t.Errorf("a new one has no handle: %+v", again)
	}
	r.wantFields("a new one by its handle", r.invoke("status", thing{"handle": again.Handle}), thing{"escalationId": again.EscalationID})
}

// eventsAreNumbered has the work of before go on, whose events have no gap from the first that
// is numbered.
func eventsAreNumbered(r *released) {
	r.clock.reach(r.ClosedAt.Add(time.Second)) // since events have whole seconds
	workIsCompleted(r)
	var told []local.Event
	for _, e := range request[struct{ Items []local.Event }](r.process, "GET", "/sandbox/events", "", nil).Items {
		if e.At.After(r.ClosedAt) {
			told = append(told, e)
		}
	}
	slices.Reverse(told)
	next := map[string]int{}
	for _, e := range told {
		if e.EscalationID == "" {
			continue
		}
		if want := next[e.EscalationID]; e.Sequence < 1 || want > 0 && e.Sequence != want {
			r.t.Errorf("%+v has another number than %d", e, want)
		}
		next[e.EscalationID] = e.Sequence + 1
	}
	for _, w := range r.Work {
		if next[w.ID] < 2 {
			r.t.Errorf("of %s nothing was told: %+v", w.What, told)
		}
	}
}

// phonesAreSpokenTo rings at a phone that was put before it was kept in which language.
func phonesAreSpokenTo(r *released) {
	rings := func(name string, want any) {
		r.t.Helper()
		event := r.fresh(name)
		event["departmentId"] = r.IDs.Upper
		if a := r.escalate(event); a.Agent == nil || a.Agent.FirstName != "Anil" {
			r.t.Fatalf("answer = %+v, want it ringing at Anil", a)
		}
		feed := request[struct{ Items []thing }](r.process, "GET", "/sandbox/pushes?deviceId=anils-phone", "", nil)
		if got := feed.Items[0]["notice"].(thing)["language"]; got != want {
			r.t.Errorf("%s is in %v, want %v", name, got, want)
		}
	}
	rings("nobody's", nil)
	request[thing](r.process, "PATCH", "/v1/account", r.as(meera), thing{"language": "de"})
	rings("the account's", "de")
	request[thing](r.process, "PATCH", "/v1/me", r.as(anil), thing{"language": "hi"})
	rings("the member's", "hi")
}
