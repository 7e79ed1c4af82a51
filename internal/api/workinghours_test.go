package api_test

import (
	"strings"
	"testing"
)

// A preview goes to the ends of the times that can be written, and what is given counts,
// the first instant too.
func TestPreviewAtTheEnds(t *testing.T) {
	w := newWorld(t)
	path := "/v1/members/" + w.asha + "/working-hours/preview?from="
	for _, from := range []string{"9999-12-30T00:00:00Z", "9999-12-31T23:59:59Z"} {
		w.want(w.do(200, w.asha, "GET", path+from, ""), fields{"items.0.from": from, "items.0.to": "9999-12-31T23:59:59Z"})
	}
	w.want(w.do(200, w.asha, "GET", path+"0001-01-01T00:00:00Z", ""), fields{
		"items.0.from": "0001-01-01T00:00:00Z", "items.0.to": "0001-01-08T00:00:00Z",
	})
	bad := w.do(422, w.asha, "GET", path+"2026-11-23T00:00:00Z&to=0001-01-01T00:00:00Z", "")
	if got := strings.Join(badFields(bad), " "); got != "to" {
		t.Errorf("to before from: bad are %s", got)
	}
}

// What is wrong is named by where it stands in the caller's lists, whatever stands before.
func TestBadHours(t *testing.T) {
	w := newWorld(t)
	bad := w.do(422, w.asha, "PUT", "/v1/me/working-hours", `{"timeZone": "UTC",
		"entries": ["x", {"days": ["mon"], "start": "25:00", "end": "17:00"}],
		"exceptions": [7, {"date": "2026-12-24", "entries": [null, {"start": "09:00", "end": "25:00"}]}, {"date": "soon", "entries": []}]}`)
	want := "entries[0] entries[1].start exceptions[0] exceptions[1].entries[0] exceptions[1].entries[1].end exceptions[2].date"
	if got := strings.Join(badFields(bad), " "); got != want {
		t.Errorf("bad are\n%s, want\n%s", got, want)
	}
}

// If-Match: * asks that there are hours.
func TestIfMatchWithoutHours(t *testing.T) {
	w := newWorld(t)
	const path = "/v1/me/working-hours"
	send := func(method, body string, code int) {
		t.Helper()
		if got := w.send(w.asha, method, path, body, "If-Match", "*"); got.Code != code {
			t.Errorf("%s: status %d, want %d: %s", method, got.Code, code, got.Body)
		}
	}
	send("PUT", someHours, 412)
	send("DELETE", "", 412)
	w.do(200, w.asha, "PUT", path, allWeek)
	send("PUT", someHours, 200)
	send("DELETE", "", 204)
}
