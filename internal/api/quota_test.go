package api_test

import (
	"fmt"
	"net/http"
	"strconv"
	"testing"
)

// hoursUntil are working hours that differ from those with another number.
func hoursUntil(n int) string {
	return fmt.Sprintf(`{"timeZone": "UTC", "entries": [{"days": ["mon"], "start": "01:00", "end": "%02d:%02d"}]}`, 9+n/60, n%60)
}

// Of a hundred changes of working hours in a minute ten begin an execution, the member's and an
// admin's together. The others are told when to come again.
func TestTooManyChangesOfHours(t *testing.T) {
	w := newWorld(t)
	changed := 0
	for n := range 100 {
		who, path := w.asha, "/v1/me/working-hours"
		if n%2 == 1 {
			who, path = w.owner, "/v1/members/"+w.asha+"/working-hours"
		}
		got := w.send(who, "PUT", path, hoursUntil(n))
		switch wait, _ := strconv.Atoi(got.Header().Get("Retry-After")); {
		case got.Code == http.StatusOK:
			changed++
		case got.Code != http.StatusTooManyRequests || wait < 5 || wait > 60:
			t.Fatalf("status %d, to be asked again after %d seconds", got.Code, wait)
		}
	}
	if begun := len(w.twins.Shifts.Waiting()); changed != 10 || begun != 10 {
		t.Errorf("%d changes and %d executions, want 10", changed, begun)
	}
}
