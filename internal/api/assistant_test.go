package api_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/connectnow/backend/internal/api/apitest"
)

// Settings that were never made have defaults; what is put is told again, with ids and names,
// and the tag of one state changes nothing in another.
func TestAssistantSettings(t *testing.T) {
	w := newWorld(t)
	w.handler = apitest.Conform(t, w.handler)
	first := w.send(w.owner, "GET", "/v1/assistant", "")
	if got, want := strings.TrimSpace(first.Body.String()), `{"enabled":true,"confidenceThreshold":null,"languages":[],"duties":[],"conditions":[],"words":{}}`; got != want {
		t.Errorf("at first: %s\nwant %s", got, want)
	}
	body := `{"enabled": true, "confidenceThreshold": 0.6, "languages": ["en", "hi"],
		"duties": [{"title": "Refunds", "departmentId": "` + w.dep + `"}],
		"conditions": [{"id": "c1", "name": "Refund", "when": {"phrases": ["refund*"], "channels": ["chat"], "attributes": [{"name": "total", "comparison": "greater", "value": 500}]}, "departmentId": "` + w.dep + `"}],
		"words": {"de": {"ringing": "Moment bitte."}}}`
	put := w.send(w.owner, "PUT", "/v1/assistant", body, "If-Match", first.Header().Get("ETag"))
	if put.Code != 200 {
		t.Fatalf("put: %d %s", put.Code, put.Body)
	}
	got := w.do(200, w.owner, "GET", "/v1/assistant", "")
	w.want(got, fields{
		"confidenceThreshold": 0.6, "languages.1": "hi", "duties.0.departmentName": "Kids", "conditions.0.id": "c1", "conditions.0.departmentName": "Kids",
		"conditions.0.when.attributes.0.value": "500", "words.de.ringing": "Moment bitte.",
	})
	if id := got.text("duties.0.id"); !strings.HasPrefix(id, "dut_") {
		t.Errorf("the duty has the id %q", id)
	}
	again := w.send(w.owner, "PUT", "/v1/assistant", body, "If-Match", put.Header().Get("ETag"))
	if again.Code != 200 || again.Body.String() != put.Body.String() {
		t.Errorf("the same again: %d %s", again.Code, again.Body)
	}
	if stale := w.send(w.owner, "PUT", "/v1/assistant", `{}`, "If-Match", first.Header().Get("ETag")); stale.Code != 412 {
		t.Errorf("a stale tag: %d %s", stale.Code, stale.Body)
	}
	audit := w.do(200, w.owner, "GET", "/v1/audit?what=assistant.changed", "")
	w.want(audit, fields{"items.0.changes.3.field": "conditions", "items.0.changes.3.to.0": "Refund", "items.0.changes.4.to.0": "de ringing", "items.1": nil})
	w.do(403, w.asha, "GET", "/v1/assistant", "")
}

// Whatever is wrong is told at once, departments among it.
func TestAssistantTellsAllThatIsWrong(t *testing.T) {
	w := newWorld(t)
	w.handler = apitest.Conform(t, w.handler)
	body := `{"enabled": "yes", "confidenceThreshold": 87, "languages": ["en", "xx", "en"],
		"duties": [{"title": " ", "departmentId": "dep_nowhere"}, {"id": "a/b", "title": "x", "description": 7}],
		"conditions": [
			{"name": "one", "when": {"phrases": ["ok", "!!!", "", 5]}, "departmentId": "dep_nowhere"},
			{"name": "two", "when": {}},
			{"name": "three", "when": {"unless": ["x"]}},
			{"when": {"confidenceBelow": 0, "failedTurns": 0, "turnsOver": -1, "hours": "late", "channels": ["fax"], "languages": ["english"], "intents": [" "],
				"attributes": [{"name": "", "comparison": "like", "value": {}}, {"name": "n", "comparison": "greater", "value": "much"}], "department": "dep_nowhere"}},
			{"id": "same", "name": "five", "when": {"sentiment": "negative"}},
			{"id": "same", "name": "six"}],
		"words": {"not a tag": {"x": "y"}, "en": {"x": 5}}}`
	got := w.do(422, w.owner, "PUT", "/v1/assistant", body)
	var have []string
	for i := range 60 {
		if field := got.text(fmt.Sprintf("errors.%d.field", i)); field != "" {
			have = append(have, field)
		}
	}
	for _, want := range []string{
		"enabled", "confidenceThreshold", "languages[1]", "languages[2]", "duties[0].title", "duties[0].departmentId", "duties[1].id", "duties[1].description",
		"conditions[0].when.phrases[1]", "conditions[0].when.phrases[2]", "conditions[0].when.phrases[3]", "conditions[0].departmentId",
		"conditions[1].when", "conditions[2].when", "conditions[3].name", "conditions[3].when.confidenceBelow", "conditions[3].when.failedTurns", "conditions[3].when.turnsOver",
		"conditions[3].when.hours", "conditions[3].when.channels[0]", "conditions[3].when.languages[0]", "conditions[3].when.intents[0]",
		"conditions[3].when.attributes[0].name", "conditions[3].when.attributes[0].comparison", "conditions[3].when.attributes[0].value", "conditions[3].when.attributes[1].value",
		"conditions[3].when.department", "conditions[5].id", "conditions[5].when", "words.not a tag", "words.en.x",
	} {
		n := 0
		for _, field := range have {
			if field == want {
				n++
			}
		}
		if n != 1 {
			t.Errorf("%s is told %d times, want once", want, n)
		}
	}
	if len(have) != 31 {
		t.Errorf("%d fields are told: %q", len(have), have)
	}
	w.want(w.do(200, w.owner, "GET", "/v1/assistant", ""), fields{"conditions.0": nil})
}

// A machine asks by the settings as they are at that moment, in its own forms, and an admin
// tries the same.
func TestDecideByMachines(t *testing.T) {
	w := newWorld(t)
	w.handler = apitest.Conform(t, w.handler)
	ask := func(action, rest string) fields {
		return w.do(200, machine, "POST", "/v1/escalations", `{"action": "`+action+`", "accountId": "`+w.acc+`"`+rest+`}`)
	}
	refund := `, "signals": {"messages": [{"role": "user", "content": "My REFUNDS, now"}], "confidence": "87%", "interactionId": "conv-r1"}`
	w.want(ask("decide", refund), fields{"escalate": false, "rule": "none", "reason": "", "state": nil})
	w.do(200, w.owner, "PUT", "/v1/assistant", `{"confidenceThreshold": 0.5, "conditions": [{"id": "c1", "name": "Refunds", "when": {"phrases": ["refund*"]}, "departmentId": "`+w.dep+`"}]}`)
	w.want(ask("decide", refund), fields{"escalate": true, "rule": "condition", "reason": "condition", "conditionId": "c1", "matched": "refunds", "departmentId": w.dep, "departmentName": "Kids"})
	w.want(ask("decide", `, "message": "hm", "confidence": 49`), fields{"escalate": true, "rule": "confidence", "reason": "low_confidence"})
	w.want(ask("instructions", ""), fields{"conditions.0.id": "c1", "departments.0.name": "Kids", "now.chat": 0.0})

	w.presence(w.asha, "online")
	rings := w.do(200, machine, "POST", "/v1/escalations", w.escalation("r1", "chat"))
	open := fields{"escalate": false, "rule": "people_at_it", "escalationId": rings.text("escalationId"), "state": "ringing"}
	w.want(ask("decide", refund), open)
	w.want(w.do(200, w.owner, "POST", "/v1/assistant/decide", `{"accountId": "acc_other", "signals": {"interactionId": "conv-r1", "wantsPerson": true}}`), open)
	w.do(200, w.owner, "PUT", "/v1/assistant", `{"enabled": false}`)
	w.want(ask("decide", refund), fields{"escalate": false, "rule": "off"})
	w.do(403, w.asha, "POST", "/v1/assistant/decide", `{}`)
	w.do(400, w.owner, "POST", "/v1/assistant/decide", `[]`)
}
