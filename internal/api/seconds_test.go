package api_test

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/connectnow/backend/internal/api"
	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/roster"
)

// Whatever holds a time, in whichever way, it is shown without a fraction, and stays as it
// was where it came from.
func TestWholeSeconds(t *testing.T) {
	at := time.Date(2026, 11, 23, 10, 0, 0, 999_999_999, time.UTC)
	second := at.Truncate(time.Second)
	said := desk.Conversation{Messages: []desk.ChatMessage{{At: &at, From: "customer", Text: "2026-11-23T10:00:00.5Z"}}}
	e := desk.Escalation{ID: "esc_a", CreatedAt: at, EndedAt: &at, History: []desk.Event{{At: at, What: "offered"}}, Conversation: &said}
	shown := e
	shown.CreatedAt, shown.EndedAt, shown.History = second, &second, []desk.Event{{At: second, What: "offered"}}
	for _, c := range []struct {
		name      string
		got, want any
	}{
		{"nothing", nil, nil},
		{"a time", at, second},
		{"without times", roster.Receiving{Call: true}, roster.Receiving{Call: true}},
		{"an escalation", e, shown},
		{"a list", desk.List[desk.Escalation]{Items: []desk.Escalation{e}, NextCursor: "c"}, desk.List[desk.Escalation]{Items: []desk.Escalation{shown}, NextCursor: "c"}},
		{"embedded", desk.CallbackDetail{Callback: desk.Callback{DueAt: at}}, desk.CallbackDetail{Callback: desk.Callback{DueAt: second}}},
		{"beside what was sent", desk.CallbackConversation{CreatedAt: at, Conversation: said}, desk.CallbackConversation{CreatedAt: second, Conversation: said}},
		{"a map", map[string]any{"at": at, "n": 1, "none": nil, "all": []any{&at}}, map[string]any{"at": second, "n": 1, "none": nil, "all": []any{&second}}},
		{"a null", (*desk.Escalation)(nil), (*desk.Escalation)(nil)},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, api.WholeSeconds(c.got)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
	if e.CreatedAt != at || *e.EndedAt != at || e.History[0].At != at || *said.Messages[0].At != at {
		t.Errorf("what it was made of has changed: %+v", e)
	}
}

// fraction is a time as JSON that is no whole second.
var fraction = regexp.MustCompile(`"[a-zA-Z]+":"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\.[0-9]+[^"]*"`)

// All that the story is answered has whole seconds, problems and the machine's answers too.
// The clock of these tests is the real one, which is hardly ever at one.
func TestStoryHasWholeSeconds(t *testing.T) {
	takesLong(t)
	w := newWorld(t)
	inner, times := w.handler, 0
	w.handler = http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		recorder := httptest.NewRecorder()
		inner.ServeHTTP(recorder, r)
		body := recorder.Body.Bytes()
		for _, found := range fraction.FindAll(body, -1) {
			t.Errorf("%s %s: %s", r.Method, r.URL.Path, found)
		}
		times += len(regexp.MustCompile(`T[0-9:]{8}Z"`).FindAll(body, -1))
		for name, values := range recorder.Header() {
			rw.Header()[name] = values
		}
		rw.WriteHeader(recorder.Code)
		_, _ = rw.Write(body)
	})
	signIn(w)
	team(w)
	newcomer(w)
	workingHours(w)
	transfer(w, chat(w))
	drill(w)
	callbacks(w)
	if times < 100 {
		t.Errorf("only %d times were looked at", times)
	}
}

// The function's answers are as those over HTTP, and messages keep their times as sent.
func TestMessagesKeepTheirTimes(t *testing.T) {
	w := newWorld(t)
	w.presence(w.asha, "online")
	rings := w.do(200, machine, "POST", "/v1/escalations", `{"action": "escalate", "accountId": "`+w.acc+`",
		"conversation": {"messages": [{"at": "2026-11-22T09:29:10.75Z", "from": "customer", "text": "Hello?"}]}}`)
	out, problem := w.server.Direct(t.Context(), "escalate", []byte(`{"action": "status", "accountId": "`+w.acc+`", "escalationId": "`+rings.text("escalationId")+`"}`))
	if problem != "" || fraction.Match(out) {
		t.Errorf("the function answers %s, %s", problem, out)
	}
	e := w.do(200, w.asha, "POST", "/v1/escalations/"+rings.text("escalationId")+"/accept", "")
	w.want(e, fields{"conversation.messages.0.at": "2026-11-22T09:29:10.75Z"})
}

// A time from an answer finds its thing again as from, and what lies before as to.
func TestTimesOfAnswersAsFilters(t *testing.T) {
	w := newWorld(t)
	rings := w.do(200, machine, "POST", "/v1/escalations", w.escalation("r1", "chat"))
	path := "/v1/escalations"
	at := w.do(200, w.owner, "GET", path+"/"+rings.text("escalationId"), "").text("createdAt")
	w.want(w.do(200, w.owner, "GET", path+"?from="+at, ""), fields{"items.0.id": rings.text("escalationId")})
	w.want(w.do(200, w.owner, "GET", path+"?to="+at, ""), fields{"items.0": nil})
}
