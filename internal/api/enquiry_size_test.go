package api_test

import (
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/connectnow/backend/internal/gateway"
)

// most is what an answer may have: API Gateway and Lambda take not much more.
const most = 4 << 20

// A conversation of a great many tiny messages rings, and makes no answer that is too long.
func TestEnquiryOfTinyMessages(t *testing.T) {
	unraced(t)
	w := newWorld(t)
	w.there()
	tiny := strings.Repeat(`{"text":""},`, 349_999) + `{"from":"customer","text":"the last"}`
	body := w.enquiry(`"interactionId": "tiny"`, `"conversation": {"messages": [`+tiny+`]}`)
	status, answer := doors[1].ask(w, body)
	if len(body) > most && status != http.StatusRequestEntityTooLarge || len(body) <= most && status != http.StatusOK {
		t.Fatalf("%d bytes over HTTP: status %d, %v", len(body), status, answer)
	}
	out, err := gateway.Escalate(w.desk).Invoke(t.Context(), []byte(body))
	must(t, err)
	if len(out) > 16<<10 {
		t.Errorf("escalate answers %d bytes", len(out))
	}
	id := parse(t, string(out)).text("escalationId")
	for _, c := range []struct{ as, method, path string }{
		{w.asha, "POST", "/v1/escalations/" + id + "/accept"}, {w.owner, "GET", "/v1/escalations/" + id},
	} {
		r := w.send(c.as, c.method, c.path, "")
		if r.Code != 200 || r.Body.Len() > most {
			t.Errorf("%s %s: status %d, %d bytes", c.method, c.path, r.Code, r.Body.Len())
		}
		if !strings.Contains(r.Body.String(), "the last") {
			t.Errorf("%s %s: the last message is not there", c.method, c.path)
		}
	}
}

// noise is a text that no compression makes shorter.
func noise(n int) string {
	b := make([]byte, n)
	_, _ = rand.Read(b)
	return base64.StdEncoding.EncodeToString(b)[:n]
}

// A front that nothing makes shorter is cut, and what was cut is kept.
func TestEnquiryOfIncompressibleFront(t *testing.T) {
	unraced(t)
	fronts := map[string]string{
		"name": noise(60_000), "summary": noise(60_000), "condition": noise(60_000), "locale": noise(60_000), "url": "https://example.com/" + noise(60_000),
	}
	var attributes []string
	for i := range 60 {
		fronts[fmt.Sprint(i)] = noise(1000)
		attributes = append(attributes, fmt.Sprintf(`"%s": "%s"`, noise(30), fronts[fmt.Sprint(i)]))
	}
	for _, free := range []bool{true, false} {
		w := newWorld(t)
		if free {
			w.there()
		}
		for i, d := range doors {
			answer := w.asks(d, w.enquiry(fmt.Sprintf(`"interactionId": "%s-%d"`, noise(5000), i), `"conditionId": "`+fronts["condition"]+`"`,
				`"customer": {"name": "`+fronts["name"]+`", "locale": "`+fronts["locale"]+`"}`, `"connect": {"url": "`+fronts["url"]+`"}`,
				`"conversation": {"summary": "`+fronts["summary"]+`", "attributes": {`+strings.Join(attributes, ",")+`}}`))
			want := map[bool]string{true: "ringing", false: "callback"}[free]
			w.want(answer, fields{"outcome": want})
			kept := w.send(w.owner, "GET", "/v1/escalations/"+answer.text("escalationId"), "").Body.String()
			for name, text := range fronts {
				if !strings.Contains(kept, text) {
					t.Errorf("by %s, free %v: %s is not kept", d.name, free, name)
				}
			}
			if list := w.send(w.owner, "GET", "/v1/escalations", "").Body.Len(); list > (i+1)*16<<10 {
				t.Errorf("the list has %d bytes", list)
			}
		}
	}
}

// A callback takes a customer's return whatever its agents wrote before: a hundred tries
// with the longest notes.
func TestLedgerTakesManyLongNotes(t *testing.T) {
	unraced(t)
	w := newWorld(t)
	first := w.asks(doors[0], w.enquiry(`"interactionId": "a"`, `"customer": {"phone": "+919800000000"}`))
	id := first.text("callback.id")
	w.do(200, w.asha, "POST", "/v1/callbacks/"+id+"/claim", "")
	note := strings.Repeat("😀", 1000)
	for range 102 {
		w.do(201, w.asha, "POST", "/v1/callbacks/"+id+"/attempts", `{"outcome": "no_answer", "note": "`+note+`"}`)
	}
	for _, d := range doors {
		w.want(w.asks(d, w.enquiry(`"interactionId": "of `+d.name+`"`, `"customer": {"phone": "+919800000000"}`)), fields{
			"outcome": "callback", "callback.id": id, "callback.needsContact": false,
		})
	}
	cb := w.do(200, w.asha, "GET", "/v1/callbacks/"+id, "")
	w.want(cb, fields{"attemptsCount": 102.0, "entriesCount": 3.0, "entries.2.state": "open", "attempts.0.note": note})
	w.do(200, w.asha, "POST", "/v1/callbacks/"+id+"/complete", `{"note": "`+note+`", "entriesSeen": 3}`)
}

// A customer can be passed on for ever, with the longest notes.
func TestEnquiryPassedOnForEver(t *testing.T) {
	unraced(t)
	w := newWorld(t)
	w.there()
	w.do(200, w.bilal, "PUT", "/v1/me/devices/phone-2", `{"platform": "fcm", "token": "bilal"}`)
	w.presence(w.bilal, "online")
	id := w.asks(doors[0], w.enquiry(`"interactionId": "a"`, `"customer": {"phone": "+919800000000"}`)).text("escalationId")
	note := strings.Repeat("😀", 1000)
	has, gets := w.asha, w.bilal
	offered := w.conversationOf(id).text("offer.memberId")
	if offered == w.bilal {
		has, gets = gets, has
	}
	path := "/v1/escalations/" + id
	w.do(200, has, "POST", path+"/accept", "")
	for range 100 {
		w.late.Add(int64(20 * time.Second)) // or they are too many
		w.do(200, has, "POST", path+"/transfer", `{"memberId": "`+gets+`", "note": "`+note+`"}`)
		w.do(200, gets, "POST", path+"/accept", "")
		has, gets = gets, has
	}
	got := w.do(200, w.owner, "GET", path, "")
	w.want(got, fields{"assignedTo.id": has, "state": "active"})
	w.want(w.asks(doors[0], w.action("end", `"escalationId": "`+id+`"`, `"callback": true`)), fields{"outcome": "ended"})
}
