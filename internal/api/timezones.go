package api

import (
	"context"
	"net/http"
	"time"

	"github.com/connectnow/backend/internal/hours"
)

// zonesKept is for how long everybody may keep the list of time zones: about as late as an
// offset in it may then be.
const zonesKept = time.Hour

// timeZones are the time zones that may be set, and the release that knows them.
type timeZones struct {
	TimeZoneData string          `json:"timeZoneData"`
	Items        []hours.ZoneNow `json:"items"`
}

// listTimeZones serves the list to choose from to everyone: a browser's own may be years
// older, with other names and other offsets.
func listTimeZones(_ context.Context, q *call) (answer, error) {
	list := timeZones{hours.Release(), hours.ZonesNow(q.desk.Now())}
	return answer{status: http.StatusOK, body: list, shared: zonesKept}, nil
}
