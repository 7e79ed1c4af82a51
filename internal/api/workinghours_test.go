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
		w.want(w.do(200, w.asha, "GET", path+from, ""), fields{"items.0.from": from, "items.0.to": "9999-12-31T23:59:59.999999999Z"})
	}
	w.want(w.do(200, w.asha, "GET", path+"0001-01-01T00:00:00Z", ""), fields{
		"items.0.from": "0001-01-01T00:00:00Z", "items.0.to": "0001-01-08T00:00:00Z",
	})
	bad := w.do(422, w.asha, "GET", path+"2026-11-23T00:00:00Z&to=0001-01-01T00:00:00Z", "")
	if got := strings.Join(badFields(bad), " "); got != "to" {
		t.Errorf("to before from: bad are %s", got)
	}
}
