package api

import (
	"context"
	"fmt"
	"regexp"
	"strconv"
	"sync"

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

// deviceList is a member's devices, with the key that a browser subscribes with.
type deviceList struct {
	Items      []desk.Device `json:"items"`
	WebPushKey string        `json:"webPushKey,omitempty"` // empty where there is no Web Push
}

// listDevices shows at most ten, with those that refuse pushes marked as not working.
func listDevices(ctx context.Context, q *call) (answer, error) {
	devices, err := q.desk.Devices(ctx, q.caller)
	list := deviceList{Items: append([]desk.Device{}, devices...)}
	if err == nil && q.desk.WebPushKey != nil {
		list.WebPushKey, err = q.desk.WebPushKey(ctx)
	}
	return ok(list, err)
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
	d := desk.Device{Platform: enum(o, "platform", required, desk.FCM, desk.APNs, desk.APNsSandbox, desk.WebPush, desk.OpenPage)}
	none := func(name, why string) {
		if o.text(name, longestToken, optional) != "" {
			o.bad(name, "must not be given for "+why)
		}
	}
	const ofPages = "an open page: nothing is pushed to it"
	switch d.Platform {
	case desk.OpenPage:
		none("token", ofPages)
		none("voipToken", ofPages)
	case desk.WebPush:
		d.Token = o.text("token", longestToken, required)
		none("voipToken", "a browser")
	case desk.FCM:
		d.Token = o.formed("token", longestToken, required, installationFault)
		d.VoIPToken = o.text("voipToken", longestToken, optional)
	default:
		d.Token = o.text("token", longestToken, required)
		d.VoIPToken = o.text("voipToken", longestToken, optional)
	}
	return d
}

// installationID is the form of what Firebase calls installation ids: 17 bytes in base64url, cut
// to 22 characters. No registration token has it: they have a colon.
// https://firebase.google.com/docs/projects/manage-installations
var installationID = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[A-Za-z0-9_-]{22}$`) })

// installationFault says what is wrong with an installation id in place of a token: SNS sends to
// registration tokens alone, and would find out by a ring that is lost.
func installationFault(token string) string {
	if installationID().MatchString(token) {
		return "is a Firebase installation id, to which nothing can be sent from here: send the registration token that FirebaseMessaging.getToken() gives"
	}
	return ""
}

// sighting says that the push of an offer arrived, by what was in it.
type sighting struct {
	escalation string
	offer      int
	proof      string
}

// postSeen takes the word of a worker or an app that is not signed in, as on a locked phone. The
// answer is the same whatever it is: what proves nothing is not told from what does.
func postSeen(ctx context.Context, q *call) (answer, error) {
	r, err := read(q, readSighting)
	if err != nil {
		return answer{}, err
	}
	return done(q.desk.SeenByProof(ctx, r.escalation, r.offer, r.proof))
}

// readSighting reads what there is: what is missing or of another type proves nothing. The
// number may be text, as it is in the push.
func readSighting(o *object) sighting {
	var r sighting
	r.escalation, _ = o.fields["escalationId"].(string)
	r.proof, _ = o.fields["proof"].(string)
	r.offer, _ = strconv.Atoi(fmt.Sprint(o.fields["offer"]))
	clear(o.fields)
	return r
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
