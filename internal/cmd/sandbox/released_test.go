package main

import (
	"log/slog"
	"maps"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/local"
)

// TestReleasedFiles opens what released versions wrote, and goes on with the work in it.
func TestReleasedFiles(t *testing.T) {
	takesLong(t)
	if raced {
		t.Skip("asks one thing after the other, and runs without the race detector")
	}
	for _, path := range releasedFiles(t) {
		release := releaseOf(path)
		f := readForm(t, filepath.Join(filepath.Dir(path), release+".json"))
		t.Run(release, func(t *testing.T) {
			for _, c := range []struct {
				promise string
				check   func(*released)
			}{
				{"everybody signs in", everybodySignsIn},
				{"sessions go on", sessionsGoOn},
				{"ended sessions stay so", endedSessionsStaySo},
				{"a bearer works for its hour", bearerWorks},
				{"a bearer from before is no machine's", bearerIsNoMachine},
				{"a session is listed, and ends", sessionEnds},
				{"a session signs out", sessionSignsOut},
				{"all sessions end", allSessionsEnd},
				{"a forgotten password is set by a code", passwordIsReset},
				{"an address changes by a code", addressChanges},
				{"strangers lock nobody out", strangersLockNobodyOut},
				{"lists show what they showed", listsShow},
				{"single ones show what they showed", singlesShow},
				{"open work is completed", workIsCompleted},
				{"a transfer that is declined returns", transferReturns},
				{"an open callback is done", func(r *released) { callbackIsDone(r, r.IDs.CallbackOpen) }},
				{"a joined callback is done", func(r *released) { callbackIsDone(r, r.IDs.CallbackJoined) }},
				{"a claimed callback is done by its holder", claimedIsDone},
				{"contact comes later", contactComesLater},
				{"a customer joins the open callback", customerJoins},
				{"helping in its conversation ends a callback", helpEndsCallback},
				{"a kept answer is repeated", keptAnswerIsRepeated},
				{"a repeated request begins nothing", repeatedRequestBeginsNothing},
				{"a new request rings who is online", newRequestRings},
				{"working hours decide who rings", hoursDecide},
				{"one of two alike names goes", func(r *released) { twinGoes(r, r.IDs.Upper, r.IDs.Lower) }},
				{"the other of two alike names goes", func(r *released) { twinGoes(r, r.IDs.Lower, r.IDs.Upper) }},
				{"an assistant is as in a new account", assistantIsAsNew},
				{"open work is spoken of", oldWorkIsSpokenOf},
				{"events are numbered", eventsAreNumbered},
				{"phones are spoken to", phonesAreSpokenTo},
				{"nothing is lost when its timers come", func(r *released) { nothingIsLost(r, 0) }},
				{"nothing is lost when opened late", func(r *released) { nothingIsLost(r, 100*24*time.Hour) }},
			} {
				t.Run(c.promise, func(t *testing.T) { c.check(openReleased(t, path, f)) })
			}
			if !f.Sessions {
				t.Run("one's password changes, by a bearer of no session", func(t *testing.T) { passwordChanges(openReleased(t, path, f)) })
			}
			t.Run("opens today", func(t *testing.T) { opensToday(t, unpack(t, path), f) })
		})
	}
}

// opensToday opens the file as make run does, by the clock of now: most of what waits in
// it is overdue.
func opensToday(t *testing.T, dir string, f *form) {
	s, err := open(t.Context(), dir, local.Options{Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	s.close()
	r := &released{form: f, s: openFile(t, dir, nil)} // what it wrote opens as well
	m := r.Members[0]
	if got := r.s.memberID(t, m.Email, m.Password); got != m.ID {
		t.Errorf("%s signs in as %s, want %s", m.Email, got, m.ID)
	}
}

func everybodySignsIn(r *released) {
	for _, m := range r.Members {
		in := r.login(m.Email, m.Password)
		if in.AccessToken == "" || in.RefreshToken == "" || in.Member["id"] != m.ID {
			r.t.Errorf("login of %s = %+v, want tokens and member %s", m.Email, in, m.ID)
		}
	}
	if status, body := r.do("GET", "/v1/members/"+r.IDs.Gone, r.as("meera@shoes.example"), nil); status != http.StatusNotFound {
		r.t.Errorf("a removed member: %d %s, want 404", status, body)
	}
}

func sessionsGoOn(r *released) {
	for _, m := range r.Members {
		r.wantFields("me of "+m.Email, r.get(m.Email, "/v1/me"), thing{"id": m.ID, "email": m.Email})
	}
}

func endedSessionsStaySo(r *released) {
	for _, token := range r.DeadTokens {
		status, body := r.do("POST", "/v1/refresh", "", map[string]string{"refreshToken": token})
		if status != http.StatusUnauthorized {
			r.t.Errorf("refresh of an ended session: %d %s, want 401", status, body)
		}
	}
}

func listsShow(r *released) {
	for _, list := range r.Lists {
		got := r.items(list.Who, list.Path)
		for _, want := range list.Items {
			if !contains(got, want) {
				r.t.Errorf("%s as %s does not show %v any more; it shows %v", list.Path, list.Who, want, got)
			}
		}
		// What an audit notes may grow.
		if len(got) != len(list.Items) && !strings.HasPrefix(list.Path, "/v1/audit") {
			r.t.Errorf("%s as %s shows %d, want %d", list.Path, list.Who, len(got), len(list.Items))
		}
	}
}

func contains(items []any, want any) bool {
	for _, it := range items {
		if shows(it, want) {
			return true
		}
	}
	return false
}

func singlesShow(r *released) {
	for _, one := range r.Single {
		r.wantFields(one.Path, r.get(one.Who, one.Path), one.Shows.(thing))
	}
}

func workIsCompleted(r *released) {
	for _, w := range r.Work {
		path := "/v1/escalations/" + w.ID
		if !contains(r.items(w.Who, "/v1/me/escalations"), thing{"id": w.ID}) {
			r.t.Errorf("%s is not among the work of %s", w.What, w.Who)
		}
		if w.Rings {
			if a := r.post(w.Who, path+"/accept", nil); a["state"] != "active" || a["conversation"] == nil {
				r.t.Errorf("%s, accepted: %v", w.What, a)
			}
		}
		done := r.post(w.Who, path+"/complete", thing{"outcome": "resolved", "note": "Done later"})
		r.wantFields(w.What, done, thing{"id": w.ID, "state": "completed", "outcome": "resolved", "note": "Done later"})
		if contains(r.items(w.Who, "/v1/me/escalations"), thing{"id": w.ID}) {
			r.t.Errorf("%s is completed and still among the work of %s", w.What, w.Who)
		}
	}
}

// transferReturns declines the transfer for whom it rings. Its sender has it still.
func transferReturns(r *released) {
	for _, w := range r.Work {
		if w.What != "transfer" {
			continue
		}
		path := "/v1/escalations/" + w.ID
		r.post(w.Who, path+"/decline", nil)
		done := r.post("devika@shoes.example", path+"/complete", thing{"outcome": "resolved"})
		r.wantFields("the transfer", done, thing{"state": "completed"})
	}
}

// callbackIsDone claims, calls and completes, as one of its department.
func callbackIsDone(r *released, id string) {
	const who = "devika@shoes.example"
	path := "/v1/callbacks/" + id
	before := r.get(who, path)
	r.wantFields("claimed", r.post(who, path+"/claim", nil), thing{"id": id, "state": "claimed"})
	if status, body := r.do("POST", path+"/claim", r.as("anil@shoes.example"), nil); status != http.StatusConflict {
		r.t.Errorf("claim by another: %d %s, want 409", status, body)
	}
	r.post(who, path+"/attempts", thing{"outcome": "reached"})
	done := r.post(who, path+"/complete", thing{"note": "Called"})
	r.wantFields("completed", done, thing{"id": id, "state": "done", "escalationIds": before["escalationIds"]})
	if contains(r.items(who, "/v1/callbacks?state=open&limit=100"), thing{"id": id}) {
		r.t.Error("the callback is done and in the list of open ones")
	}
}

// claimedIsDone goes on where the holder stopped.
func claimedIsDone(r *released) {
	const who = "devika@shoes.example"
	path := "/v1/callbacks/" + r.IDs.CallbackClaimed
	before := r.get(who, path)["attempts"].([]any)
	r.post(who, path+"/attempts", thing{"outcome": "reached"})
	if after := r.get(who, path)["attempts"].([]any); len(after) != len(before)+1 {
		r.t.Errorf("%d attempts, want one after the %d from before", len(after), len(before))
	}
	r.wantFields("completed", r.post(who, path+"/complete", nil), thing{"state": "done"})
}

func contactComesLater(r *released) {
	answer := request[thing](r.process, "POST", invokeEscalate, "", thing{
		"action": "contact", "accountId": r.Again[0].Request["accountId"], "callbackId": r.IDs.CallbackNoContact,
		"customer": thing{"phone": "+919800000077"},
	})
	if answer["errorType"] != nil {
		r.t.Fatalf("contact = %v", answer)
	}
	got := r.get("meera@shoes.example", "/v1/callbacks/"+r.IDs.CallbackNoContact)
	r.wantFields("the callback", got, thing{"needsContact": false, "customer": thing{"phone": "+919800000077"}})
}

// customerJoins has a customer whose callback is open ask again while nobody is there.
func customerJoins(r *released) {
	for _, name := range []string{"devika", "farhan", "anil"} {
		request[thing](r.process, "PUT", "/v1/me/presence", r.as(name+"@shoes.example"), thing{"status": "offline"})
	}
	before := r.get("meera@shoes.example", "/v1/callbacks/"+r.IDs.CallbackOpen)
	again := r.fresh("joins")
	again["departmentId"], again["customer"] = before["departmentId"], before["customer"]
	a := r.escalate(again)
	if a.Callback == nil || a.Callback.ID != r.IDs.CallbackOpen {
		r.t.Fatalf("answer = %+v, want the callback %s", a, r.IDs.CallbackOpen)
	}
	after := r.get("meera@shoes.example", "/v1/callbacks/"+r.IDs.CallbackOpen)
	want := append(before["escalationIds"].([]any), a.EscalationID)
	r.wantFields("the callback", after, thing{"state": "open", "escalationIds": want})
}

// helpEndsCallback has the conversation of an open callback come again, and be resolved.
func helpEndsCallback(r *released) {
	const who = "anil@shoes.example"
	event := r.fresh("helped")
	event["interactionId"], event["departmentId"] = "conv-nameless", r.IDs.Upper
	path := "/v1/escalations/" + r.escalate(event).EscalationID
	r.post(who, path+"/accept", nil)
	r.post(who, path+"/complete", thing{"outcome": "resolved"})
	got := r.get("meera@shoes.example", "/v1/callbacks/"+r.IDs.CallbackNoContact)
	r.wantFields("the callback", got, thing{"state": "done"})
}

// fresh is a request in a conversation that the file does not know.
func (r *released) fresh(name string) thing {
	event := maps.Clone(r.Again[0].Request)
	event["requestId"], event["interactionId"] = "req-"+name, "conv-"+name
	return event
}

func keptAnswerIsRepeated(r *released) {
	k := r.Kept
	before := len(r.items(k.Who, k.Path))
	post := func(body string) (*http.Response, string) {
		return send(r.t, "POST", r.url+k.Path, body,
			"Authorization: Bearer "+r.as(k.Who), "Content-Type: application/json", "Idempotency-Key: "+k.Key)
	}
	// First, since the repeated request would be kept now, if it was not.
	if answer, body := post(`{"name":"Another"}`); answer.StatusCode != http.StatusUnprocessableEntity {
		r.t.Errorf("the key with another body: %d %s, want 422", answer.StatusCode, body)
	}
	if answer, body := post(k.Body); answer.StatusCode != http.StatusCreated || !shows(decoded(r.t, body), k.Answer) {
		r.t.Errorf("the repeated request: %d %s, want 201 %v", answer.StatusCode, body, k.Answer)
	}
	if after := len(r.items(k.Who, k.Path)); after != before {
		r.t.Errorf("%d items, want %d as before", after, before)
	}
}

func repeatedRequestBeginsNothing(r *released) {
	for _, again := range r.Again {
		if a := r.escalate(again.Request); a.EscalationID != again.EscalationID {
			r.t.Errorf("%v repeated gives %+v, want %s", again.Request["requestId"], a, again.EscalationID)
		}
	}
	other := maps.Clone(r.Again[0].Request)
	other["requestId"] = "req-other"
	if a := r.escalate(other); a.EscalationID != r.Again[0].EscalationID {
		r.t.Errorf("a new request in an open conversation gives %+v, want %s", a, r.Again[0].EscalationID)
	}
	listsShow(r)
}

// newRequestRings asks for the department of Anil, who is online with nothing to do.
func newRequestRings(r *released) {
	const who = "anil@shoes.example"
	event := r.fresh("new")
	event["departmentId"] = r.IDs.Upper
	a := r.escalate(event)
	if a.State != "ringing" || a.Agent == nil || a.Agent.FirstName != "Anil" {
		r.t.Fatalf("answer = %+v, want it ringing at Anil", a)
	}
	feed := request[struct{ Items []thing }](r.process, "GET", "/sandbox/pushes?deviceId=anils-phone", "", nil)
	if len(feed.Items) == 0 || !shows(feed.Items[0]["notice"], thing{"escalationId": a.EscalationID}) {
		r.t.Errorf("pushes to Anil's phone = %v, want the offer on top", feed.Items)
	}
	path := "/v1/escalations/" + a.EscalationID
	r.post(who, path+"/accept", nil)
	r.wantFields("completed", r.post(who, path+"/complete", thing{"outcome": "resolved"}), thing{"state": "completed"})
}

// twinGoes renames one of two departments whose names differ in case alone, deletes it,
// and wants the other to have kept its name.
func twinGoes(r *released, goes, stays string) {
	const who = "meera@shoes.example"
	name := r.department(stays)["name"]
	renamed := request[thing](r.process, "PATCH", "/v1/departments/"+goes, r.as(who), thing{"name": "Sales 2"})
	r.wantFields("renamed", renamed, thing{"id": goes, "name": "Sales 2"})
	r.wantFields("the other", r.department(stays), thing{"name": name})
	if status, body := r.do("POST", "/v1/departments", r.as(who), thing{"name": name}); status != http.StatusConflict {
		r.t.Errorf("a third of the name that stays: %d %s, want 409", status, body)
	}
	request[thing](r.process, "DELETE", "/v1/departments/"+goes, r.as(who), nil)
	if d := r.department(goes); d != nil {
		r.t.Errorf("deleted, and in the list: %v", d)
	}
	r.post(who, "/v1/departments", thing{"name": "sales 2"}) // the name is free again
	request[thing](r.process, "DELETE", "/v1/departments/"+stays, r.as(who), nil)
	r.post(who, "/v1/departments", thing{"name": name})
}

// nothingIsLost lets everything that waits in the file come, at its time or as late as
// the file was opened, with nobody there to answer.
func nothingIsLost(r *released, late time.Duration) {
	r.clock.reach(r.ClosedAt.Add(late))
	r.deliverAll()
	r.signInOwners() // sessions may be over
	for _, w := range r.Work {
		owner := "meera@shoes.example"
		if strings.HasSuffix(w.Who, "@example.com") {
			owner = "owner@example.com"
		}
		e := r.get(owner, "/v1/escalations/"+w.ID)
		switch {
		case strings.HasPrefix(w.What, "ringing"):
			cb := r.get(owner, "/v1/callbacks/"+e["callbackId"].(string))
			if ids := cb["escalationIds"].([]any); e["state"] != "callback" || !contains(ids, w.ID) {
				r.t.Errorf("%s became %v, and its callback %v", w.What, e, cb)
			}
		case e["state"] != "completed":
			r.t.Errorf("%s became %v, want it completed", w.What, e)
		}
	}
	for _, id := range []string{r.IDs.CallbackOpen, r.IDs.CallbackJoined, r.IDs.CallbackNoContact} {
		r.wantFields("a callback that nobody did", r.get("meera@shoes.example", "/v1/callbacks/"+id), thing{"state": "open"})
		next := func(t local.Delivery) bool { return t.Message.Kind == desk.WakeDue && t.Message.CallbackID == id }
		if !slices.ContainsFunc(r.s.Timers.Pending(), next) {
			r.t.Errorf("nobody looks at %s any more", id)
		}
	}
}
