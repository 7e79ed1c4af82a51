package api_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/connectnow/backend/internal/api"
	"github.com/connectnow/backend/internal/desk"
)

// covered wraps a handler and notes which routes were called.
type covered struct {
	handler http.Handler
	mux     *http.ServeMux
	called  map[string]bool
}

func cover(h http.Handler) *covered {
	c := &covered{handler: h, mux: http.NewServeMux(), called: map[string]bool{}}
	for _, rt := range api.Routes() {
		c.mux.Handle(rt.Method+" "+rt.Pattern, http.NotFoundHandler())
	}
	return c
}

func (c *covered) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	recorder := httptest.NewRecorder()
	c.handler.ServeHTTP(recorder, r)
	if _, pattern := c.mux.Handler(r); recorder.Code < 300 {
		c.called[pattern] = true
	}
	for name, values := range recorder.Header() {
		w.Header()[name] = values
	}
	w.WriteHeader(recorder.Code)
	_, _ = w.Write(recorder.Body.Bytes())
}

// The whole product over HTTP, each route answered well at least once.
func TestStory(t *testing.T) {
	takesLong(t)
	w := newWorld(t)
	routes := cover(w.handler)
	w.handler = routes
	signIn(w)
	team(w)
	newcomer(w)
	settings(w)
	workingHours(w)
	accepted := chat(w)
	transfer(w, accepted)
	drill(w)
	callbacks(w)
	signOut(w)
	forgotten(w)
	secondFactor(w)
	newAddress(w)
	handOver(w)
	document(w)
	for _, rt := range api.Routes() {
		if key := rt.Method + " " + rt.Pattern; !routes.called[key] {
			t.Errorf("%s is in no story", key)
		}
	}
}

func signIn(w *world) {
	in := w.do(200, nobody, "POST", "/v1/login", `{"email": "Asha@Example.com", "password": "`+password+`"}`)
	w.want(in, fields{"member.id": w.asha, "member.role": "staff", "member.departmentIds.0": w.dep})
	if in.text("accessToken") == "" || in.text("refreshToken") == "" || in.at("expiresIn") == 0.0 {
		w.t.Errorf("sign-in gave %v", in)
	}
	again := w.do(200, nobody, "POST", "/v1/refresh", `{"refreshToken": "`+in.text("refreshToken")+`"}`)
	if again.text("accessToken") == "" || again.at("refreshToken") != nil {
		w.t.Errorf("refresh gave %v", again)
	}
	w.want(w.do(200, w.asha, "GET", "/v1/me", ""), fields{"id": w.asha, "email": "asha@example.com", "availability.status": "offline"})
}

// secondFactor is set up, taken away by its member, set up again and taken by the owner,
// since the phone is lost.
func secondFactor(w *world) {
	tara := w.member("Tara", desk.RoleStaff, w.dep)
	for _, away := range []func(app *authenticator){
		func(app *authenticator) {
			w.do(204, tara, "DELETE", "/v1/me/totp", `{"currentPassword": "`+password+`", "otp": "`+app.code()+`"}`)
		},
		func(*authenticator) { w.do(204, w.owner, "DELETE", "/v1/members/"+tara+"/totp", "") },
	} {
		app, codes := w.setUp(tara)
		if len(codes) != 10 {
			w.t.Errorf("recovery codes %v, want ten", codes)
		}
		w.want(w.do(200, tara, "GET", "/v1/me", ""), fields{"totp": true})
		away(app)
		w.want(w.do(200, tara, "GET", "/v1/me", ""), fields{"totp": false})
	}
}

func team(w *world) {
	w.want(w.do(200, w.asha, "GET", "/v1/departments", ""), fields{"items.0.id": w.dep, "items.0.name": "Kids", "items.0.memberCount": 2.0})
	first := w.do(200, w.owner, "GET", "/v1/members?limit=2", "")
	second := w.do(200, w.owner, "GET", "/v1/members?limit=2&cursor="+first.text("nextCursor"), "")
	if len(first.at("items").([]any)) != 2 || len(second.at("items").([]any)) != 1 || second.at("nextCursor") != nil {
		w.t.Errorf("pages %v and %v, want 2 and 1 of 3 members", first, second)
	}
	w.want(w.do(200, w.owner, "PATCH", "/v1/members/"+w.bilal, `{"lastName": "Khan", "capacity": {"chats": 7}}`),
		fields{"firstName": "Bilal", "lastName": "Khan", "capacity.calls": 1.0, "capacity.chats": 7.0})
	w.want(w.do(200, w.owner, "GET", "/v1/members/"+w.bilal, ""), fields{"lastName": "Khan", "capacity.chats": 7.0})
	w.want(w.do(200, w.bilal, "PATCH", "/v1/me", `{"language": "hi"}`), fields{"lastName": "Khan", "language": "hi"})
	w.want(w.do(200, w.owner, "PUT", "/v1/members/"+w.bilal+"/presence", `{"status": "online"}`), fields{"because": "no_device"})
	w.want(w.do(200, w.owner, "GET", "/v1/members?status=online&departmentId="+w.dep, ""), fields{"items.0.id": w.bilal, "items.1": nil})
	w.presence(w.bilal, "offline")
}

func settings(w *world) {
	w.want(w.do(200, w.asha, "GET", "/v1/account", ""), fields{"id": w.acc, "ringSeconds": 25.0, "activeMinutes.chat": 1440.0})
	w.want(w.do(200, w.owner, "PATCH", "/v1/account", `{"ringSeconds": 30, "activeMinutes": {"chat": 60}, "holidays": ["2026-12-25"]}`),
		fields{"ringSeconds": 30.0, "activeMinutes.chat": 60.0, "activeMinutes.call": 120.0, "holidays.0": "2026-12-25"})
	w.do(200, w.owner, "PATCH", "/v1/account", `{"holidays": []}`)
	key := w.do(201, w.owner, "POST", "/v1/assistant/keys", `{"name": "Shop"}`)
	w.want(key, fields{"may.0": "escalate", "may.1": "read", "may.2": nil, "lastUsedAt": nil})
	w.want(w.do(200, w.owner, "GET", "/v1/assistant/keys", ""), fields{"items.0.id": key.at("id"), "items.0.key": nil, "items.1": nil})
	w.do(204, w.owner, "DELETE", "/v1/assistant/keys/"+key.text("id"), "")
	made, _ := w.provision(`{"action": "connect", "accountId": "` + w.acc + `", "kind": "lex", "id": "ABCDEF1234"}`)
	w.want(w.do(200, w.owner, "GET", "/v1/assistant/connections", ""), fields{"items.0.id": made.text("connectionId"), "items.0.kind": "lex", "items.0.platformId": "ABCDEF1234"})
	w.do(204, w.owner, "DELETE", "/v1/assistant/connections/"+made.text("connectionId"), "")
	w.do(200, w.owner, "PUT", "/v1/assistant", `{"conditions": [{"name": "Refunds", "when": {"phrases": ["refund*"]}, "departmentId": "`+w.dep+`"}]}`)
	w.want(w.do(200, w.owner, "GET", "/v1/assistant", ""), fields{"enabled": true, "conditions.0.departmentName": "Kids"})
	w.want(w.do(200, w.owner, "GET", "/v1/assistant/sentences", ""), fields{"items.1.key": "connectedTo", "items.1.placeholders.0": "agent"})
	w.want(w.do(200, w.owner, "POST", "/v1/assistant/decide", `{"signals": {"message": "My refunds!"}}`), fields{"escalate": true, "matched": "refunds"})
}

// workingHours beat presence: who is off shift gets nothing, online or not.
func workingHours(w *world) {
	member := "/v1/members/" + w.asha + "/working-hours"
	w.presence(w.asha, "online")
	w.do(404, w.asha, "GET", "/v1/me/working-hours", "")
	w.want(w.do(200, w.asha, "PUT", "/v1/me/working-hours", `{"timeZone": "Asia/Kolkata", "entries": []}`), fields{"timeZone": "Asia/Kolkata", "entries.0": nil})
	w.want(w.do(200, w.asha, "GET", "/v1/me/working-hours", ""), fields{"timeZone": "Asia/Kolkata"})
	w.want(w.do(200, w.asha, "GET", "/v1/me", ""), fields{
		"availability.status": "online", "availability.onShift": false, "availability.receiving.chat": false,
		"availability.because": "off_shift", "workingHours.timeZone": "Asia/Kolkata",
	})
	w.want(w.do(200, machine, "POST", "/v1/escalations", `{"action": "availability", "accountId": "`+w.acc+`"}`), fields{"now.chat": 0.0, "online": 1.0, "nextAt": nil})
	w.want(w.do(200, w.owner, "PUT", member, `{"timeZone": "Europe/Berlin", "entries": [
		{"days": ["tue", "mon"], "start": "21:00", "end": "02:00"}], "exceptions": [{"date": "2026-11-24", "entries": []}]}`),
		fields{"entries.0.days.0": "mon", "entries.0.end": "02:00", "exceptions.0.date": "2026-11-24"})
	w.want(w.do(200, w.owner, "GET", member, ""), fields{"timeZone": "Europe/Berlin"})
	w.want(w.do(200, w.asha, "GET", member+"/preview?from=2026-11-23T00:00:00Z&to=2026-12-01T00:00:00Z", ""), fields{
		"items.0.from": "2026-11-23T20:00:00Z", "items.0.to": "2026-11-24T01:00:00Z",
		"items.1.from": "2026-11-30T20:00:00Z", "items.1.to": "2026-12-01T00:00:00Z", "items.2": nil,
	})
	bad := w.do(422, w.asha, "PUT", "/v1/me/working-hours", `{"timeZone": "Mars/Base", "entries": [{"days": ["mon", 7], "start": "9:00", "end": "24:00"}],
		"exceptions": [{"date": "2026-02-30", "entries": []}]}`)
	for i, field := range []string{"entries[0].days[1]", "timeZone", "entries[0].start", "exceptions[0].date"} {
		w.want(bad, fields{fmt.Sprintf("errors.%d.field", i): field})
	}
	w.do(204, w.asha, "DELETE", "/v1/me/working-hours", "")
	w.do(204, w.owner, "DELETE", member, "")
	w.want(w.do(200, w.asha, "GET", "/v1/me", ""), fields{"workingHours": nil, "availability.because": "receiving"})
	w.presence(w.asha, "offline")
}

// chat is the main job: it rings, is accepted and shows the whole conversation.
func chat(w *world) (id string) {
	w.do(200, w.asha, "PUT", "/v1/me/devices/phone-1", `{"platform": "fcm", "token": "t"}`)
	w.want(w.do(200, w.asha, "GET", "/v1/me/devices", ""), fields{"items.0.id": "phone-1", "items.0.platform": "fcm"})
	w.do(202, w.asha, "POST", "/v1/me/devices/phone-1/test", "")
	w.presence(w.asha, "online")
	w.want(w.do(200, w.bilal, "GET", "/v1/availability", ""), fields{"now.chat": 1.0, "online": 1.0, "members.0.id": w.asha})
	w.want(w.do(200, w.asha, "GET", "/v1/departments/"+w.dep+"/availability", ""), fields{"now.call": 1.0})

	rings := w.do(200, machine, "POST", "/v1/escalations", w.escalation("r1", "chat"))
	w.want(rings, fields{"state": "ringing", "outcome": "ringing", "agent.id": w.asha, "callback": nil})
	id = rings.text("escalationId")
	path := "/v1/escalations/" + id

	w.want(w.do(200, w.owner, "GET", "/v1/live", ""), fields{
		"now.chat": 1.0, "ringing.0.escalationId": id, "ringing.0.offer.firstName": "Asha", "ringing.0.departmentName": "Kids",
		"departments.0.ringing": 1.0, "departments.0.active": 0.0, "members.0.firstName": "Asha", "members.0.work.0.state": "ringing",
		"active.0": nil, "more": false,
	})
	mine := w.do(200, w.asha, "GET", "/v1/me/escalations", "")
	w.want(mine, fields{"items.0.id": id, "items.0.offer.number": 1.0, "items.0.offer.callId": desk.CallID(id, 1), "items.0.conversation": nil, "nextCursor": nil})
	w.do(204, w.asha, "POST", path+"/seen", `{"offer": 1}`)
	w.do(204, nobody, "POST", "/v1/seen", `{"escalationId": "`+id+`", "offer": "1", "proof": "AQ"}`)
	w.want(w.do(409, w.bilal, "POST", path+"/accept", ""), fields{"type": "/problems/offer-gone"})
	w.want(w.do(200, w.asha, "POST", path+"/accept", `{"offer": 1}`), fields{
		"state": "active", "assignedTo.id": w.asha, "conversation.messages.0.text": "Can I talk to a <person>?",
	})
	w.want(w.do(409, w.bilal, "POST", path+"/accept", "{}"), fields{"takenBy.id": w.asha, "takenBy.firstName": "Asha"})
	w.want(w.do(200, w.asha, "GET", path, ""), fields{"id": id, "conversation.trigger": "Can I talk to a person?"})
	w.do(404, w.bilal, "GET", path, "")
	w.want(w.do(200, w.owner, "GET", "/v1/escalations?state=active&memberId="+w.asha, ""), fields{"items.0.id": id})
	w.want(w.do(200, w.bilal, "GET", "/v1/escalations", ""), fields{"items.0": nil})
	w.want(w.do(200, w.owner, "GET", path+"/routing", ""), fields{"items.0.offer": 1.0})
	return id
}

func transfer(w *world, id string) {
	path := "/v1/escalations/" + id
	body := `{"memberId": "` + w.bilal + `", "note": "Speaks Tamil."}`
	w.want(w.do(409, w.asha, "POST", path+"/transfer", body), fields{"type": "/problems/nobody-available"})
	w.presence(w.bilal, "online")
	w.want(w.do(200, w.asha, "POST", path+"/transfer", body), fields{"state": "active", "assignedTo.id": w.asha, "offer.memberId": w.bilal})
	w.want(w.do(200, w.owner, "GET", "/v1/live", ""), fields{
		"ringing.0.escalationId": id, "ringing.0.transfer": true, "active.0.escalationId": id, "active.0.assignedTo.id": w.asha,
		"members.0.work.0.state": "active", "members.1.work.0.state": "ringing", "noDepartment.active": 0.0,
	})
	w.do(204, w.bilal, "POST", path+"/decline", `{"reason": "lunch"}`)
	w.want(w.do(200, w.asha, "PATCH", path, `{"departmentId": "`+w.dep+`"}`), fields{"state": "active", "departmentName": "Kids", "offer": nil})
	w.want(w.do(200, w.asha, "POST", path+"/complete", `{"outcome": "resolved", "note": "Done.", "verdict": "right"}`),
		fields{"state": "completed", "outcome": "resolved", "verdict": "right"})
}

func drill(w *world) {
	d := w.do(201, w.owner, "POST", "/v1/drills", `{"channel": "call", "memberId": "`+w.bilal+`"}`)
	w.want(d, fields{"drill": true, "state": "ringing", "offer.memberId": w.bilal})
	w.do(204, w.bilal, "POST", "/v1/escalations/"+d.text("id")+"/decline", "")
}

func callbacks(w *world) {
	w.presence(w.asha, "offline")
	w.presence(w.bilal, "offline")
	none := w.do(200, machine, "POST", "/v1/escalations", w.escalation("r2", "call"))
	w.want(none, fields{"outcome": "callback", "because": "nobody_online", "callback.needsContact": false})
	path := "/v1/callbacks/" + none.text("callback.id")

	w.want(w.do(200, w.asha, "GET", "/v1/callbacks", ""), fields{"items.0.id": none.text("callback.id"), "items.0.state": "open"})
	w.want(w.do(200, w.asha, "GET", path, ""), fields{"conversations.0.trigger": "Can I talk to a person?"})
	w.want(w.do(200, w.asha, "POST", path+"/claim", ""), fields{"state": "claimed", "claimedBy.id": w.asha})
	w.want(w.do(409, w.bilal, "POST", path+"/claim", "{}"), fields{"type": "/problems/claimed", "claimedBy.id": w.asha})
	w.want(w.do(201, w.asha, "POST", path+"/attempts", `{"outcome": "busy", "note": "at 5"}`), fields{"attempts.0.outcome": "busy"})
	w.want(w.do(200, w.asha, "POST", path+"/release", ""), fields{"state": "open", "claimedBy": nil})
	w.do(200, w.bilal, "POST", path+"/claim", "")
	w.want(w.do(200, w.bilal, "POST", path+"/complete", ""), fields{"state": "done"})

	other := w.do(200, machine, "POST", "/v1/escalations", w.escalation("r3", "call"))
	path = "/v1/callbacks/" + other.text("callback.id")
	w.do(422, w.asha, "POST", path+"/dismiss", `{}`)
	w.do(200, w.asha, "POST", path+"/claim", "")
	w.want(w.do(200, w.asha, "POST", path+"/dismiss", `{"note": "A prank."}`), fields{"state": "dismissed", "note": "A prank."})
	w.want(w.do(200, w.asha, "GET", "/v1/callbacks?state=dismissed", ""), fields{"items.0.state": "dismissed"})
	w.want(w.do(200, w.asha, "GET", "/v1/callbacks?state=done&state=dismissed", ""), fields{"items.0.state": "done", "items.1.state": "dismissed"})
	w.want(w.do(200, w.asha, "GET", "/v1/callbacks?mine=true&overdue=true&customer=x@example.com", ""), fields{"items.0": nil})
	for _, query := range []string{"state=ended", "mine=1", "customer=me", "departmentId=mem_a"} {
		w.do(422, w.asha, "GET", "/v1/callbacks?"+query, "")
	}
	joined(w)
}

// joined has a conversation join a callback while its holder looks: it is not ended with the
// one that they saw.
func joined(w *world) {
	ask := func(requestID string) string {
		body := strings.Replace(w.escalation(requestID, "call"), "+919800000000", "+493010000099", 1)
		return w.do(200, machine, "POST", "/v1/escalations", body).text("callback.id")
	}
	id := ask("r4")
	path := "/v1/callbacks/" + id
	w.do(200, w.asha, "POST", path+"/claim", "")
	seen := w.send(w.asha, "GET", path, "").Header().Get("ETag")
	if ask("r5") != id {
		w.t.Fatal("the second conversation does not join")
	}
	w.want(w.do(200, w.asha, "GET", "/v1/callbacks?state=claimed&customer=%2B493010000099", ""), fields{"items.0.id": id, "items.0.entriesCount": 2.0})
	if got := w.send(w.asha, "POST", path+"/complete", "", "If-Match", `"stale"`); got.Code != 412 {
		w.t.Errorf("with a tag of nothing: status %d, want 412", got.Code)
	}
	if got := w.send(w.asha, "POST", path+"/complete", "", "If-Match", seen); got.Code != 200 {
		w.t.Errorf("with the tag seen: %d %s", got.Code, got.Body)
	}
	w.want(w.do(200, w.asha, "GET", path, ""), fields{"state": "claimed", "entries.0.state": "helped", "entries.1.state": "open"})
	w.want(w.do(200, w.asha, "POST", path+"/complete", `{"entriesSeen": 2}`), fields{"state": "done", "entries.1.state": "helped"})
}

// signOut drops the device that it names and, without another, takes the member
// offline; the refresh token is dead then, and a second time is no error.
func signOut(w *world) {
	in := w.do(200, nobody, "POST", "/v1/login", `{"email": "asha@example.com", "password": "`+password+`"}`)
	w.presence(w.asha, "online")
	w.do(200, w.asha, "PUT", "/v1/me/devices/phone-2", `{"platform": "apns", "token": "02"}`)
	w.do(204, w.asha, "DELETE", "/v1/me/devices/phone-2", "")
	w.want(w.do(200, w.asha, "GET", "/v1/me", ""), fields{"availability.status": "online"})
	body := `{"refreshToken": "` + in.text("refreshToken") + `", "deviceId": "phone-1"}`
	w.do(204, nobody, "POST", "/v1/logout", body)
	w.want(w.do(200, w.asha, "GET", "/v1/me", ""), fields{"availability.status": "offline"})
	w.want(w.do(200, w.asha, "GET", "/v1/me/devices", ""), fields{"items.0": nil})
	w.want(w.do(401, nobody, "POST", "/v1/refresh", body[:strings.Index(body, ",")]+"}"), fields{"status": 401.0})
	w.do(204, nobody, "POST", "/v1/logout", body)
}

// newcomer is a department and a member from the first day to the last.
func newcomer(w *world) {
	shoes := w.do(201, w.owner, "POST", "/v1/departments", `{"name": " Shoos "}`)
	w.want(shoes, fields{"name": "Shoos", "memberCount": 0.0})
	path := "/v1/departments/" + shoes.text("id")
	w.want(w.do(200, w.owner, "PATCH", path, `{"name": "Shoes"}`), fields{"id": shoes.text("id"), "name": "Shoes"})
	w.want(w.do(409, w.owner, "POST", "/v1/departments", `{"name": "sHOES"}`), fields{"type": "/problems/name-taken"})

	nina := w.do(201, w.owner, "POST", "/v1/members", `{"firstName": "Nina", "lastName": "New", "email": "Nina@Example.com",
		"password": "First-Word-1", "confirmPassword": "First-Word-1", "role": "staff", "departmentIds": ["`+shoes.text("id")+`"]}`)
	w.want(nina, fields{"email": "nina@example.com", "role": "staff", "departmentIds.0": shoes.text("id"), "capacity.calls": 1.0, "availability.status": "offline"})
	w.want(w.do(200, nobody, "POST", "/v1/login", `{"email": "nina@example.com", "password": "First-Word-1"}`), fields{"member.id": nina.text("id")})

	w.do(204, w.owner, "PUT", "/v1/members/"+nina.text("id")+"/password", `{"password": "Second-Word-2", "confirmPassword": "Second-Word-2"}`)
	w.do(401, nobody, "POST", "/v1/login", `{"email": "nina@example.com", "password": "First-Word-1"}`)
	in := w.do(200, nobody, "POST", "/v1/login", `{"email": "nina@example.com", "password": "Second-Word-2"}`)
	w.do(200, nina.text("id"), "PUT", "/v1/me/password", `{"currentPassword": "Second-Word-2", "password": "Third-Word-3", "confirmPassword": "Third-Word-3"}`)
	w.do(401, nobody, "POST", "/v1/refresh", `{"refreshToken": "`+in.text("refreshToken")+`"}`)
	in = w.do(200, nobody, "POST", "/v1/login", `{"email": "nina@example.com", "password": "Third-Word-3"}`)
	session := w.as(in, 200, "GET", "/v1/me/sessions").text("items.0.id")
	w.as(in, 204, "DELETE", "/v1/me/sessions/"+session)
	in = w.do(200, nobody, "POST", "/v1/login", `{"email": "nina@example.com", "password": "Third-Word-3"}`)
	w.as(in, 204, "DELETE", "/v1/me/sessions")
	w.do(204, w.owner, "DELETE", "/v1/members/"+nina.text("id")+"/sessions", "")

	w.do(204, w.owner, "DELETE", path, "")
	w.want(w.do(200, w.owner, "GET", "/v1/members/"+nina.text("id"), ""), fields{"departmentIds.0": nil})
	w.do(204, w.owner, "DELETE", "/v1/members/"+nina.text("id"), "")
	w.do(401, nobody, "POST", "/v1/login", `{"email": "nina@example.com", "password": "Third-Word-3"}`)
	w.do(404, w.owner, "GET", "/v1/members/"+nina.text("id"), "")
	told := map[any]any{}
	for _, entry := range w.do(200, w.owner, "GET", "/v1/audit?limit=2", "").at("items").([]any) {
		e := fields(entry.(map[string]any))
		if told[e.at("what")] = e.at("target"); e.at("memberId") != w.owner {
			w.t.Errorf("%v, want that the owner did it", e)
		}
	}
	if told["member.deleted"] != nina.at("id") || told["department.deleted"] != shoes.at("id") {
		w.t.Errorf("the last two changes are %v", told)
	}
}

// forgotten is a password that is set by a code which came by mail.
func forgotten(w *world) {
	w.do(202, nobody, "POST", "/v1/password/forgot", `{"email": "BILAL@example.com"}`)
	w.deliver(desk.WakeCode)
	mails, err := w.twins.Mails.Feed(w.bilal, 0)
	must(w.t, err)
	reset := func(code string) string {
		return `{"email": "bilal@example.com", "code": "` + code + `", "password": "Violet-Barnacle-9", "confirmPassword": "Violet-Barnacle-9"}`
	}
	w.want(w.do(422, nobody, "POST", "/v1/password/reset", reset("no code")), fields{"errors.0.field": "code"})
	w.do(204, nobody, "POST", "/v1/password/reset", reset(mails[0].Code))
	w.do(422, nobody, "POST", "/v1/password/reset", reset(mails[0].Code))
	w.do(200, nobody, "POST", "/v1/login", `{"email": "bilal@example.com", "password": "Violet-Barnacle-9"}`)
}

// newAddress is one that a member proves by a code, and signs in by then.
func newAddress(w *world) {
	w.do(202, w.bilal, "PUT", "/v1/me/email", `{"email": "Bilal@New.example", "currentPassword": "Violet-Barnacle-9"}`)
	w.do(204, w.bilal, "POST", "/v1/me/email/confirm", `{"code": "`+w.mailed(desk.LetterEmail, w.bilal)+`"}`)
	w.do(200, nobody, "POST", "/v1/login", `{"email": "bilal@new.example", "password": "Violet-Barnacle-9"}`)
	w.do(401, nobody, "POST", "/v1/login", `{"email": "bilal@example.com", "password": "Violet-Barnacle-9"}`)
	w.want(w.do(200, w.bilal, "GET", "/v1/me", ""), fields{"email": "bilal@new.example", "emailProved": true})
}

func handOver(w *world) {
	body := `{"memberId": "` + w.bilal + `", "currentPassword": "` + password + `"}`
	w.want(w.do(422, w.owner, "POST", "/v1/account/owner", body), fields{"errors.0.field": "memberId"})
	w.do(200, w.owner, "PATCH", "/v1/members/"+w.bilal, `{"role": "admin"}`)
	w.do(403, w.bilal, "POST", "/v1/account/owner", body)
	w.do(202, w.owner, "POST", "/v1/account/owner", body)
	w.do(204, w.owner, "POST", "/v1/account/owner/confirm", `{"code": "`+w.mailed(desk.LetterOwner, w.owner)+`"}`)
	w.want(w.do(200, w.bilal, "GET", "/v1/members/"+w.owner, ""), fields{"role": "admin"})
	w.do(403, w.owner, "POST", "/v1/account/owner", body)
}

func document(w *world) {
	got := w.send(nobody, "GET", "/v1/openapi.yaml", "")
	if got.Code != 200 || got.Header().Get("Content-Type") != "application/yaml" || !strings.HasPrefix(got.Body.String(), "openapi: 3.1") {
		w.t.Errorf("the document: status %d, %s, %.40s", got.Code, got.Header(), got.Body)
	}
	w.want(w.do(200, nobody, "GET", "/v1/openapi.json", ""), fields{"openapi": "3.1.1"})
	w.want(w.do(200, nobody, "GET", "/v1/time-zones", ""), fields{"items.0.name": "Africa/Abidjan", "items.0.offset": "+00:00"})
}
