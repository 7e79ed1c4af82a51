package main

import (
	"maps"
	"net/http"
	"path"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/connectnow/backend/internal/desk"
)

// permission is a pair of a policy: an action, and the resources that it may be done to. only
// is the one thing that a call has to say of itself, see called.
type permission struct{ action, resources, only string }

// permissions are those of a function's role, but for its log and traces.
func (r resolver) permissions(template object, role string) (all []permission) {
	r.t.Helper()
	list := func(v any) []any {
		if one, is := v.([]any); is {
			return one
		}
		return []any{v}
	}
	for _, policy := range at(template["Resources"], role, "Properties", "Policies").([]any) {
		for _, s := range at(policy, "PolicyDocument", "Statement").([]any) {
			only := r.condition(role, at(s, "Condition"))
			for _, action := range list(at(s, "Action")) {
				for _, resource := range list(at(s, "Resource")) {
					p := permission{action.(string), r.text(template, resource), only}
					if service, _, _ := strings.Cut(p.action, ":"); service != "logs" && service != "xray" {
						all = append(all, p)
					}
				}
			}
		}
	}
	return all
}

// condition is the one of a statement, as permissions and calls have it.
func (r resolver) condition(role string, of any) (only string) {
	r.t.Helper()
	if of == nil {
		return ""
	}
	for _, key := range []string{"iam:PassedToService", "ses:FromAddress"} {
		value, _ := at(of, "StringEquals", key).(string)
		if same(of) == same(object{"StringEquals": object{key: value}}) {
			return key + "=" + value
		}
	}
	r.t.Errorf("%s: the test does not know the condition %v", role, of)
	return ""
}

// covers reports whether a call needs no other permission. A * of a policy stands for
// slashes, too.
func (p permission) covers(c called) bool {
	is, err := path.Match(strings.ReplaceAll(p.resources, "/", "|"), strings.ReplaceAll(c.resource, "/", "|"))
	return p.action == c.action && p.only == c.only && err == nil && is
}

// TestPoliciesAreWhatIsCalled runs every function, with the environment and wiring that
// the template gives it, through a story in which all that it can do happens. What it
// called is what its policy allows: nothing more, and nothing less.
func TestPoliciesAreWhatIsCalled(t *testing.T) {
	context := maps.Clone(withSecrets)
	maps.Copy(context, withAddress) // so that browsers ring, too
	r := resolver{t, synth(t, context)}
	d := newDeployment(t, r)
	d.tell()
	for _, name := range functionNames() {
		allowed := r.permissions(r.app, r.role(name))
		r.comparePolicy(name, allowed, d.recorder.seen[name])
		r.keepsSecret(name, allowed)
	}
}

// keepsSecret holds that only the function login reads the client's secret, with which whoever
// has a refresh token makes an access token of it. That its routes are all that need it, a test
// of the packages says (TestOnlyLoginSignsIn).
func (r resolver) keepsSecret(name string, allowed []permission) {
	r.t.Helper()
	for _, p := range allowed {
		switch p.action {
		case "cognito-idp:DescribeUserPoolClient", "cognito-idp:ListUserPoolClientSecrets", "cognito-idp:AdminInitiateAuth":
			if name != "login" {
				r.t.Errorf("%s may %s, which only login needs", name, p.action)
			}
		}
	}
}

// comparePolicy says what a function called and may not, and what it may and did not.
func (r resolver) comparePolicy(name string, allowed []permission, calls map[called]bool) {
	r.t.Helper()
	used := map[permission]bool{}
	for c := range calls {
		i := slices.IndexFunc(allowed, func(p permission) bool { return p.covers(c) })
		if i < 0 {
			r.t.Errorf("%s calls %s of %s, which its policy does not allow", name, c.action, c.resource)
			continue
		}
		for _, p := range allowed {
			used[p] = used[p] || p.covers(c)
		}
	}
	for _, p := range allowed {
		if !used[p] {
			r.t.Errorf("%s may %s of %s and does not", name, p.action, p.resources)
		}
	}
	r.t.Logf("%s: %d permissions, %d different calls", name, len(allowed), len(calls))
}

// role is the id of a function's role.
func (r resolver) role(function string) string {
	r.t.Helper()
	arn := at(r.app["Resources"], function+"Function", "Properties", "Role", "Fn::GetAtt").([]any)
	return arn[0].(string)
}

const hours = `{"timeZone": "UTC", "entries": [{"days": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"], "start": "00:00", "end": "24:00"}]}`

// tell lets everything happen that a function may have leave for.
func (d *deployment) tell() {
	owner := d.signUp()
	members := map[string]string{}
	for _, name := range []string{"asha", "bilal", "chitra", "devi"} {
		members[name] = d.member(owner, name)
	}
	d.atTheDesk(owner, members)
	d.letters(owner)
	d.customers(owner, members)
	d.goesOffline(owner, members)
	d.shifts(members["devi"])
	d.leaves(owner, members)
	d.refuses(owner, members)
}

// signUp makes the account, at first half and with the user there already.
func (d *deployment) signUp() (owner string) {
	signUp := object{"accountName": "Shop", "timeZone": "UTC", "owner": object{
		"firstName": "Olga", "lastName": "Owner", "email": "owner@example.com", "password": "correct-kettle-orbit-29", "emailProved": true,
	}}
	// Its finish message comes while the first try still is at it, and undoes it.
	d.recorder.onceAfter("AdminCreateUser", func() {
		d.now += 3 * time.Minute
		d.wake(desk.WakeFinish)
		d.recorder.as("provision")
	})
	d.invoke("provision", signUp, "email-taken")
	d.recorder.once("AdminCreateUser", http.StatusBadRequest, object{"__type": "UsernameExistsException", "message": "User account already exists"})
	made := d.invoke("provision", signUp)
	d.account = d.text(made, "accountId")
	d.invoke("provision", signUp) // again: the owner was disabled meanwhile
	d.recorder.once("AdminGetUser", http.StatusBadRequest, object{"__type": "UserNotFoundException", "message": "User does not exist."})
	if again := d.invoke("provision", signUp); again["restored"] != true {
		d.t.Errorf("an owner who was deleted: %v", again)
	}
	d.recorder.once("AdminInitiateAuth", http.StatusBadRequest, object{"__type": "NotAuthorizedException", "message": "Incorrect username or password."})
	d.call(401, "", "POST", "/v1/login", `{"email": "owner@example.com", "password": "wrong-Password-1"}`)
	d.invoke("provision", object{"action": "unlock", "email": "owner@example.com", "totp": true})
	owner = d.text(made, "memberId")
	d.call(200, owner, "PATCH", "/v1/account", `{"firstPassword": "keep"}`) // agents begin at once
	return owner
}

func (d *deployment) member(owner, name string) string {
	made := d.call(201, owner, "POST", "/v1/members", `{"firstName": "`+name+`", "lastName": "Rao", "email": "`+name+`@example.com", "role": "staff",
		"password": "Sandbox-Agent-1", "confirmPassword": "Sandbox-Agent-1"}`, "idempotency-key", name)
	id := d.text(made, "id")
	d.call(200, id, "PUT", "/v1/me/devices/phone", `{"platform": "fcm", "token": "`+id+`"}`)
	return id
}

// atTheDesk is what members and admins do all day, besides customers.
func (d *deployment) atTheDesk(owner string, members map[string]string) {
	asha := members["asha"]
	d.visits("/me")
	d.call(200, "", "POST", "/v1/login", `{"email": "asha@example.com", "password": "Sandbox-Agent-1"}`)
	d.refreshes(asha)
	d.call(200, "", "POST", "/v1/refresh", `{"refreshToken": "r"}`)
	d.call(202, "", "POST", "/v1/password/forgot", `{"email": "asha@example.com"}`)
	d.wakeBy("timer", desk.WakeCode) // where functions of before the mail's queue sent it
	d.wake(desk.WakeCode)
	d.call(422, "", "POST", "/v1/password/reset", `{"email": "asha@example.com", "code": "123456", "password": "Sandbox-Agent-2", "confirmPassword": "Sandbox-Agent-2"}`)
	d.now += 2 * time.Second
	d.recorder.once("AdminSetUserPassword", http.StatusBadRequest, object{"__type": "UserNotFoundException", "message": "User does not exist."})
	d.call(200, asha, "PUT", "/v1/me/password", `{"currentPassword": "x", "password": "Sandbox-Agent-3", "confirmPassword": "Sandbox-Agent-3"}`)
	d.now += 2 * time.Second
	d.call(204, owner, "PUT", "/v1/members/"+asha+"/password", `{"password": "Sandbox-Agent-4", "confirmPassword": "Sandbox-Agent-4"}`)
	d.now += 2 * time.Second
	d.call(200, owner, "PATCH", "/v1/members/"+asha, `{"lastName": "Rao-Iyer", "email": "asha.rao@example.com"}`, "if-match", "*")
	d.recorder.once("AdminCreateUser", http.StatusBadRequest, object{"__type": "UsernameExistsException", "message": "User account already exists"})
	d.member(owner, "esha")
	d.wake(desk.WakeFinish)
	dep := d.text(d.call(201, owner, "POST", "/v1/departments", `{"name": "Kids"}`), "id")
	d.call(204, owner, "DELETE", "/v1/departments/"+dep, "")
	d.call(200, owner, "PATCH", "/v1/account", `{"chatCapacity": 4, "ringSeconds": 30}`)
	d.call(200, owner, "GET", "/v1/audit", "")
	connected := d.invoke("provision", object{"action": "connect", "accountId": d.account, "kind": "lex", "id": "ABCDEF1234"})
	d.call(201, owner, "POST", "/v1/assistant/keys", `{"name": "Shop"}`)
	d.call(200, owner, "GET", "/v1/assistant/connections", "")
	d.call(204, owner, "DELETE", "/v1/assistant/connections/"+d.text(connected, "connectionId"), "")
	d.call(200, asha, "PUT", "/v1/me/devices/phone", `{"platform": "fcm", "token": "t"}`) // a new password has dropped it
	d.call(202, asha, "POST", "/v1/me/devices/phone/test", "")
	d.call(204, asha, "DELETE", "/v1/me/devices/phone", "")
	d.call(200, asha, "PUT", "/v1/me/devices/phone", `{"platform": "apns", "token": "t2", "voipToken": "v2"}`)
	d.call(200, asha, "GET", "/v1/availability", "")
	d.call(200, owner, "GET", "/v1/live", "")
}

// customers ask for people, who answer, or do not.
func (d *deployment) customers(owner string, members map[string]string) {
	asha, bilal := members["asha"], members["bilal"]
	unneeded := d.escalate(90, "chat") // nobody is online: a callback, which the customer takes back
	d.invoke("escalate", object{"action": "withdraw", "accountId": d.account, "escalationId": unneeded})
	key := d.text(d.call(201, owner, "POST", "/v1/assistant/keys", `{"name": "Shop", "may": ["escalate", "read", "change"]}`), "key")
	model := d.model(key, "escalate", `{"why": "customer_request", "summary": "s"}`)
	d.model(key, "withdraw_callback", `{"handle": "`+d.text(model, "handle")+`"}`)
	waiting := d.escalate(1, "chat") // nobody is online: a callback
	status := d.invoke("escalate", object{"action": "status", "accountId": d.account, "escalationId": waiting})
	callback := "/v1/callbacks/" + d.text(status, "callback", "id")
	// An event that cannot be published goes to the queue.
	d.recorder.once("Publish", http.StatusBadRequest, `<ErrorResponse><Error><Code>InvalidParameter</Code><Message>x</Message></Error></ErrorResponse>`)
	d.call(200, asha, "POST", callback+"/claim", "")
	d.call(200, asha, "POST", callback+"/complete", `{"note": "done"}`)
	d.invoke("escalate", object{"action": "escalate", "accountId": "acc_aaaaaaaaaaaa", "requestId": "r", "channel": "chat", "reason": "direct",
		"customer": object{}, "conversation": object{"trigger": "t", "messages": []any{}}}, "not-found")
	for _, id := range []string{asha, bilal} {
		d.call(200, id, "PUT", "/v1/me/presence", `{"status": "online"}`)
	}
	taken := d.call(200, "machine", "POST", "/v1/escalations", same(d.request(2, "chat")))
	path := "/v1/escalations/" + d.text(taken, "escalationId")
	first := d.text(taken, "agent", "id")
	d.call(200, first, "POST", path+"/accept", "")
	d.call(200, first, "POST", path+"/transfer", `{"memberId": "`+other(first, asha, bilal)+`", "note": "yours"}`)
	d.call(200, other(first, asha, bilal), "POST", path+"/accept", "")
	d.call(200, owner, "POST", path+"/complete", `{"outcome": "resolved"}`)
	d.call(201, owner, "POST", "/v1/drills", `{"channel": "chat"}`)
	again := d.request(1, "chat") // who waits for a call asks again, and is helped
	again["requestId"], again["interactionId"] = "req-1b", "conv-1b"
	for _, id := range []string{asha, bilal} {
		d.call(200, id, "PUT", "/v1/me/presence", `{"status": "offline"}`)
	}
	d.invoke("escalate", again)
	d.call(200, asha, "PUT", "/v1/me/presence", `{"status": "online"}`)
	again["requestId"], again["interactionId"] = "req-1c", "conv-1c"
	path = "/v1/escalations/" + d.text(d.invoke("escalate", again), "escalationId")
	d.call(200, asha, "POST", path+"/accept", "")
	d.call(200, asha, "POST", path+"/complete", `{"outcome": "resolved"}`)
	d.call(200, bilal, "PUT", "/v1/me/presence", `{"status": "online"}`)
	d.escalate(3, "call")
	model = d.model(key, "escalate", `{"why": "customer_request", "summary": "s", "customerName": "n"}`)
	d.model(key, "end_escalation", `{"handle": "`+d.text(model, "handle")+`"}`)
	d.recorder.once("Publish", http.StatusBadRequest, `<ErrorResponse><Error><Code>PlatformApplicationDisabled</Code><Message>x</Message></Error></ErrorResponse>`)
	d.escalate(4, "chat")
	d.wake(desk.WakePush)
	for range 12 { // everybody misses, and the customers are called back
		d.now += 31 * time.Second
		d.wake(desk.WakeRing)
	}
	d.now += 26 * time.Hour
	d.wake(desk.WakeWork)
	d.forgotten(owner, asha, bilal)
}

// forgotten has an agent never end a chat, and an admin end a callback that another holds.
func (d *deployment) forgotten(owner, agent, other string) {
	d.call(200, owner, "PUT", "/v1/members/"+other+"/presence", `{"status": "offline"}`)
	d.call(200, agent, "PUT", "/v1/me/presence", `{"status": "online"}`)
	path := "/v1/escalations/" + d.escalate(5, "chat")
	d.call(200, agent, "POST", path+"/accept", "")
	for range 2 { // a warning, and the end
		d.now += 26 * time.Hour
		d.wake(desk.WakeWork)
	}
	if e := d.call(200, owner, "GET", path, ""); e["state"] != "completed" {
		d.t.Errorf("work that was never ended is %v", e["state"])
	}
	d.call(200, agent, "PUT", "/v1/me/presence", `{"status": "offline"}`)
	waits := d.invoke("escalate", object{"action": "status", "accountId": d.account, "escalationId": d.escalate(6, "chat")})
	callback := "/v1/callbacks/" + d.text(waits, "callback", "id")
	d.call(200, agent, "PUT", "/v1/me/presence", `{"status": "online"}`)
	d.call(200, agent, "POST", callback+"/claim", "")
	d.call(200, agent, "PUT", "/v1/me/devices/browser", d.browser(agent))
	d.call(200, owner, "POST", callback+"/complete", `{"note": "done"}`)
	d.call(204, agent, "DELETE", "/v1/me/devices/browser", "")
}

func other(one string, all ...string) string {
	return all[(slices.Index(all, one)+1)%len(all)]
}

// goesOffline has those whose phones ring go, by every way there is.
func (d *deployment) goesOffline(owner string, members map[string]string) {
	n := 10
	rings := func(only string) {
		for _, id := range members {
			status := "offline"
			if id == only {
				status = "online"
			}
			d.call(200, owner, "PUT", "/v1/members/"+id+"/presence", `{"status": "`+status+`"}`)
		}
		n++
		d.escalate(n, "chat")
	}
	// To the next, and to a callback.
	for _, next := range []string{"", "bilal"} {
		for _, out := range []func(){
			func() { d.call(200, members["asha"], "PUT", "/v1/me/presence", `{"status": "offline"}`) },
			func() {
				d.refreshes(members["asha"])
				d.call(204, "", "POST", "/v1/logout", `{"refreshToken": "r", "deviceId": "phone"}`)
				d.call(200, members["asha"], "PUT", "/v1/me/devices/phone", `{"platform": "apns_sandbox", "token": "t3", "voipToken": "v3"}`)
			},
		} {
			rings(members["asha"])
			if next != "" {
				d.call(200, owner, "PUT", "/v1/members/"+members[next]+"/presence", `{"status": "online"}`)
			}
			out()
		}
	}
}

// refuses has a call ring at one phone, whose tokens turn out to be dead one after the other.
func (d *deployment) refuses(owner string, members map[string]string) {
	farid := d.member(owner, "farid")
	d.call(200, farid, "PUT", "/v1/me/devices/phone", `{"platform": "apns", "token": "a0", "voipToken": "b0"}`)
	for id, status := range map[string]string{members["asha"]: "offline", members["devi"]: "offline", farid: "online"} {
		d.call(200, owner, "PUT", "/v1/members/"+id+"/presence", `{"status": "`+status+`"}`)
	}
	d.escalate(50, "call")
	d.now += time.Second
	for _, c := range []struct {
		platform, token string
		leads           desk.MessageKind
	}{{"apns_voip", "b0", desk.WakePush}, {"apns", "a0", desk.WakeRefused}} {
		_, app, _ := strings.Cut(d.recorder.deployed["PLATFORM_APPS"]+",", c.platform+"=")
		app, _, _ = strings.Cut(app, ",")
		message := same(object{
			"EventType": "DeliveryFailure", "FailureType": "InvalidPlatformToken", "Time": time.Now().Add(d.now),
			"EndpointArn": strings.Replace(app, ":app/", ":endpoint/", 1) + "/" + c.token,
		})
		d.invoke("refusals", object{"Records": []any{object{"Sns": object{"MessageId": "m", "Message": message}}}})
		d.recorder.note("sqs:SendMessage", queueARN("connectnow-dev-refusals-dead")) // Lambda's, with the function's role
		d.wake(c.leads)
	}
}

// shifts tick, and one that is dead is revived, by everything that looks.
func (d *deployment) shifts(member string) {
	dead := func() {
		d.recorder.once("StartExecution", http.StatusBadRequest, object{"__type": "ExecutionAlreadyExists", "message": "Execution Already Exists"})
	}
	dead()
	d.call(200, member, "PUT", "/v1/me/working-hours", hours)
	dead()
	d.call(200, member, "PUT", "/v1/me/presence", `{"status": "online"}`)
	dead()
	d.wake(desk.WakeFinish)
	execution := object{"accountId": d.account, "memberId": member, "version": 1, "generation": 1}
	dead()
	d.invoke("shift", execution, "shift-over") // it is stale: another generation is begun
	dead()
	d.refreshes(member)
	d.call(204, "", "POST", "/v1/logout", `{"refreshToken": "r", "deviceId": "phone"}`)
	d.call(200, member, "PUT", "/v1/me/devices/phone", `{"platform": "fcm", "token": "t4"}`)
	d.call(200, member, "PUT", "/v1/me/devices/browser", d.browser(member))
	d.call(204, member, "DELETE", "/v1/me/working-hours", "")
	end := time.Now().Add(d.now).UTC().Add(2 * time.Minute)
	d.call(200, member, "PUT", "/v1/me/working-hours", strings.Replace(hours, "24:00", end.Format("15:04"), 1))
	d.call(200, member, "PUT", "/v1/me/presence", `{"status": "online"}`)
	execution["version"], execution["generation"] = 3, 1
	d.invoke("shift", execution)
	d.now += 3 * time.Minute
	d.invoke("shift", execution)
	// One begins without them: two minutes later somebody looks who came.
	d.call(200, member, "PUT", "/v1/me/presence", `{"status": "offline"}`)
	begin := time.Now().Add(d.now).UTC().Add(2 * time.Minute)
	d.call(200, member, "PUT", "/v1/me/working-hours", strings.Replace(hours, "00:00", begin.Format("15:04"), 1))
	execution["version"] = 4
	d.invoke("shift", object{"renew": []any{member + "-4-1"}})
	d.invoke("shift", execution)
	d.invoke("shift", object{"renew": []any{member + "-4-1"}})
	d.now += 3 * time.Minute
	d.invoke("shift", execution)
	d.now += 2 * time.Minute
	d.wake(desk.WakeOpened)
}

// leaves has a member be removed with work of every kind, half by the caller and half by
// the finish message.
func (d *deployment) leaves(owner string, members map[string]string) {
	n := 30
	asha := members["asha"]
	for _, name := range []string{"bilal", "chitra"} {
		id := members[name]
		d.call(200, asha, "PUT", "/v1/me/presence", `{"status": "offline"}`)
		d.call(200, id, "PUT", "/v1/me/presence", `{"status": "online"}`)
		n++
		path := "/v1/escalations/" + d.escalate(n, "chat")
		d.call(200, id, "POST", path+"/accept", "")
		n++
		d.escalate(n, "chat")
		d.call(200, asha, "PUT", "/v1/me/presence", `{"status": "online"}`)
		if name == "bilal" {
			d.call(204, owner, "DELETE", "/v1/members/"+id, "")
			continue
		}
		d.recorder.once("AdminDeleteUser", http.StatusBadRequest, object{"__type": "InvalidParameterException", "message": "x"})
		d.call(204, owner, "DELETE", "/v1/members/"+id, "")
		d.now += time.Minute
		d.wake(desk.WakeFinish)
	}
}
