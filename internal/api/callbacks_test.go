package api_test

import "testing"

// A list of callbacks tells on its first page how many there are for its tabs.
func TestCallbackCounts(t *testing.T) {
	w := newWorld(t)
	var last string
	for _, request := range []string{"r1", "r2", "r3"} {
		last = w.do(200, machine, "POST", "/v1/escalations", w.escalation(request, "chat")).text("callback.id")
	}
	w.want(w.do(200, w.asha, "GET", "/v1/callbacks", ""), fields{"counts.open": 1.0, "counts.mine": 0.0, "counts.overdue": 0.0, "counts.more": nil})
	w.do(200, w.asha, "POST", "/v1/callbacks/"+last+"/claim", "")
	w.want(w.do(200, w.asha, "GET", "/v1/callbacks", ""), fields{"counts.open": 0.0, "counts.mine": 1.0, "items.0": nil})
	w.want(w.do(200, w.bilal, "GET", "/v1/callbacks?mine=true", ""), fields{"counts.open": 0.0, "counts.mine": 0.0, "items.0": nil})
	w.want(w.do(200, w.asha, "GET", "/v1/callbacks?mine=true", ""), fields{"items.0.id": last, "items.1": nil})
	w.want(w.do(200, w.asha, "GET", "/v1/callbacks?state=open&state=claimed&customer=098000%2000000", ""), fields{"items.0.id": last, "counts.mine": 1.0})
}
