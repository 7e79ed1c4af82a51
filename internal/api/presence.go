package api

import (
	"context"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/roster"
)

// putMyPresence is the switch in the app. Online is not yet receiving: hours, devices and
// work decide, too, and the answer's because says why the phone does not ring.
func putMyPresence(ctx context.Context, q *call) (answer, error) {
	return setPresence(ctx, q, q.caller.MemberID)
}

// putPresence is the same switch in the hands of an admin, for a phone that was forgotten
// at home.
func putPresence(ctx context.Context, q *call) (answer, error) { return setPresence(ctx, q, q.id()) }

// setPresence answers with the new availability. Going offline passes on what rings; what
// is active stays. Going online forgets the offers missed before.
func setPresence(ctx context.Context, q *call, memberID string) (answer, error) {
	status, err := read(q, readPresence)
	if err != nil {
		return answer{}, err
	}
	if err := q.holdMember(ctx, memberID); err != nil {
		return answer{}, err
	}
	return ok(q.desk.SetPresence(ctx, q.caller, memberID, status))
}

func readPresence(o *object) string { return enum(o, "status", required, "online", "offline") }

// listDevices shows at most ten, with those that refuse pushes marked as not working.
func listDevices(ctx context.Context, q *call) (answer, error) {
	return items(q.desk.Devices(ctx, q.caller))
}

// deviceID is the {deviceId} of the path. The app chose it, so it is unique for a member
// alone.
func (q *call) deviceID() string { return q.request.PathValue("deviceId") }

// putDevice is called at every start of the app, since platforms change tokens as they
// like. A token that was another member's leaves that member: the phone has changed hands.
func putDevice(ctx context.Context, q *call) (answer, error) {
	device, err := read(q, readDevice)
	if err != nil {
		return answer{}, err
	}
	if err := q.holdDevice(ctx); err != nil {
		return answer{}, err
	}
	device.ID = q.deviceID()
	return ok(q.desk.PutDevice(ctx, q.caller, device))
}

// readDevice reads where pushes go, such as {"platform": "fcm", "token": "…"}. The
// voipToken is Apple's, for calls that ring on a locked phone; Android needs none. The
// tokens have no form that their makers promise. An open page has none.
func readDevice(o *object) desk.Device {
	d := desk.Device{Platform: enum(o, "platform", required, desk.FCM, desk.APNs, desk.APNsSandbox, desk.OpenPage)}
	if d.Platform != desk.OpenPage {
		d.Token = o.text("token", longestToken, required)
		d.VoIPToken = o.text("voipToken", longestToken, optional)
		return d
	}
	for _, name := range []string{"token", "voipToken"} {
		if o.text(name, longestToken, optional) != "" {
			o.bad(name, "must not be given for an open page: nothing is pushed to it")
		}
	}
	return d
}

// deleteDevice is for a phone that was lost, and for a page that closes. The last one that
// works takes its member offline.
func deleteDevice(ctx context.Context, q *call) (answer, error) {
	if err := q.holdDevice(ctx); err != nil {
		return answer{}, err
	}
	return done(q.desk.DeleteDevice(ctx, q.caller, q.deviceID()))
}

// testDevice says 202 once the push service has taken the push; only the phone knows
// whether it came. 409 unreachable means that the token is dead.
func testDevice(ctx context.Context, q *call) (answer, error) {
	return accepted(q.desk.TestDevice(ctx, q.caller, q.deviceID()))
}

// team is a roster.TeamAvailability that always says who, if only that it is nobody: [] and
// not a missing field, which the app would have to tell from it.
type team struct {
	roster.TeamAvailability
	Members []roster.TeamMember `json:"members"`
}

// getAvailability serves the account and, with an id in the path, a department.
func getAvailability(ctx context.Context, q *call) (answer, error) {
	a, err := q.desk.Team(ctx, q.caller, q.id())
	t := team{a, a.Members}
	if t.Members == nil {
		t.Members = []roster.TeamMember{}
	}
	return ok(t, err)
}
