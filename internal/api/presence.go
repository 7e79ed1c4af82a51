package api

import (
	"context"

	"github.com/connectnow/backend/internal/desk"
)

func putMyPresence(ctx context.Context, q *call) (answer, error) {
	return setPresence(ctx, q, q.caller.MemberID)
}

func putPresence(ctx context.Context, q *call) (answer, error) { return setPresence(ctx, q, q.id()) }

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

func listDevices(ctx context.Context, q *call) (answer, error) {
	return items(q.desk.Devices(ctx, q.caller))
}

func (q *call) deviceID() string { return q.request.PathValue("deviceId") }

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

func readDevice(o *object) desk.Device {
	return desk.Device{
		Platform:  enum(o, "platform", required, desk.FCM, desk.APNs, desk.APNsSandbox),
		Token:     o.text("token", longestToken, required),
		VoIPToken: o.text("voipToken", longestToken, optional),
	}
}

func deleteDevice(ctx context.Context, q *call) (answer, error) {
	if err := q.holdDevice(ctx); err != nil {
		return answer{}, err
	}
	return done(q.desk.DeleteDevice(ctx, q.caller, q.deviceID()))
}

func testDevice(ctx context.Context, q *call) (answer, error) {
	return accepted(q.desk.TestDevice(ctx, q.caller, q.deviceID()))
}

// team is a desk.TeamAvailability that always says who, if only that it is nobody.
type team struct {
	desk.TeamAvailability
	Members []desk.TeamMember `json:"members"`
}

// getAvailability serves the account and, with an id in the path, a department.
func getAvailability(ctx context.Context, q *call) (answer, error) {
	a, err := q.desk.Team(ctx, q.caller, q.id())
	t := team{a, a.Members}
	if t.Members == nil {
		t.Members = []desk.TeamMember{}
	}
	return ok(t, err)
}
