package api_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/connectnow/backend/internal/api/apitest"
	"github.com/connectnow/backend/internal/hours"
)

// The list of time zones is everybody's for an hour, and each name in it can be set.
func TestTimeZones(t *testing.T) {
	w := newWorld(t)
	w.handler = apitest.Conform(t, w.handler)
	got := w.send(nobody, "GET", "/v1/time-zones", "")
	tag := got.Header().Get("ETag")
	if cache := got.Header().Get("Cache-Control"); got.Code != 200 || cache != "public, max-age=3600" || tag == "" {
		t.Errorf("status %d, Cache-Control %q, ETag %q", got.Code, cache, tag)
	}
	list := decode(t, got.Body)
	w.want(list, fields{"timeZoneData": hours.Release()})
	var names []string
	for _, item := range list.at("items").([]any) {
		zone := fields(item.(map[string]any))
		names = append(names, zone.text("name"))
		switch zone.text("name") {
		case "Asia/Kolkata", "Asia/Calcutta":
			w.want(zone, fields{"offset": "+05:30", "country": "IN"})
		case "America/Phoenix":
			w.want(zone, fields{"offset": "-07:00", "country": "US"})
		}
	}
	if !slices.IsSorted(names) || len(names) < 500 || !slices.Contains(names, "Asia/Calcutta") {
		t.Errorf("%d names, sorted %v", len(names), slices.IsSorted(names))
	}
	again := w.send(nobody, "GET", "/v1/time-zones", "", "If-None-Match", tag)
	if again.Code != 304 || again.Header().Get("Cache-Control") != "public, max-age=3600" {
		t.Errorf("held: status %d, Cache-Control %q", again.Code, again.Header().Get("Cache-Control"))
	}
	for i := 0; i < len(names); i += 100 {
		w.do(200, w.owner, "PATCH", "/v1/account", `{"timeZone": "`+names[i]+`"}`)
	}
}

// Everybody who sees times is told by which release they are.
func TestReleaseIsTold(t *testing.T) {
	w := newWorld(t)
	w.handler = apitest.Conform(t, w.handler)
	release := hours.Release()
	for _, path := range []string{"/v1/account", "/v1/live", "/v1/time-zones", "/v1/members/" + w.asha + "/working-hours/preview"} {
		w.want(w.do(200, w.owner, "GET", path, ""), fields{"timeZoneData": release})
	}
	w.do(400, w.owner, "PATCH", "/v1/account", `{"timeZoneData": "2030a"}`)
}

// A zone that is not known, perhaps a newer one, is refused with the release that does not.
func TestUnknownZone(t *testing.T) {
	w := newWorld(t)
	detail := "is not a time zone that release " + hours.Release() + " knows"
	atlantis := strings.ReplaceAll(someHours, "Asia/Kolkata", "Asia/Atlantis")
	for _, c := range []struct{ method, path, body string }{
		{"PATCH", "/v1/account", `{"timeZone": "Asia/Atlantis"}`},
		{"PUT", "/v1/me/working-hours", atlantis},
		{"PUT", "/v1/members/" + w.asha + "/working-hours", atlantis},
	} {
		w.want(w.do(422, w.owner, c.method, c.path, c.body), fields{
			"errors.0.field": "timeZone", "errors.0.detail": detail, "errors.1": nil,
		})
	}
	w.want(w.do(422, w.owner, "PATCH", "/v1/account", `{"timeZone": "Local"}`), fields{
		"errors.0.detail": "must be the name of an IANA time zone, such as Asia/Kolkata",
	})
}

// A preview has the times on the member's clock: over both changes of a year, through a
// night that is an hour longer, and to an end at the very moment at which clocks jump.
func TestPreviewOnTheClock(t *testing.T) {
	w := newWorld(t)
	w.handler = apitest.Conform(t, w.handler)
	put := func(entry string) {
		w.do(200, w.asha, "PUT", "/v1/me/working-hours", `{"timeZone": "Europe/Berlin", "entries": [`+entry+`]}`)
	}
	preview := func(from, to string) fields {
		return w.do(200, w.asha, "GET", "/v1/members/"+w.asha+"/working-hours/preview?from="+from+"&to="+to, "")
	}
	put(`{"days": ["fri", "mon"], "start": "09:00", "end": "17:00"}`)
	w.want(preview("2026-10-23T00:00:00Z", "2026-10-27T00:00:00Z"), fields{
		"items.0.from": "2026-10-23T07:00:00Z", "items.0.localFrom": "2026-10-23T09:00:00", "items.0.localTo": "2026-10-23T17:00:00", "items.0.offset": "+02:00",
		"items.1.from": "2026-10-26T08:00:00Z", "items.1.localFrom": "2026-10-26T09:00:00", "items.1.localTo": "2026-10-26T17:00:00", "items.1.offset": "+01:00",
	})
	put(`{"days": ["sat"], "start": "22:00", "end": "06:00"}`)
	w.want(preview("2026-10-24T00:00:00Z", "2026-10-26T00:00:00Z"), fields{
		"items.0.from": "2026-10-24T20:00:00Z", "items.0.to": "2026-10-25T05:00:00Z",
		"items.0.localFrom": "2026-10-24T22:00:00", "items.0.localTo": "2026-10-25T06:00:00", "items.0.offset": "+02:00",
	})
	put(`{"days": ["sat"], "start": "22:00", "end": "02:00"}`)
	w.want(preview("2027-03-27T00:00:00Z", "2027-03-29T00:00:00Z"), fields{
		"items.0.to": "2027-03-28T01:00:00Z", "items.0.localTo": "2027-03-28T02:00:00",
	})
	w.do(204, w.asha, "DELETE", "/v1/me/working-hours", "")
	w.want(preview("2026-11-28T00:00:00Z", "2026-11-29T00:00:00Z"), fields{
		"items.0.localFrom": "2026-11-28T05:30:00", "items.0.localTo": "2026-11-29T05:30:00", "items.0.offset": "+05:30",
	})
}
