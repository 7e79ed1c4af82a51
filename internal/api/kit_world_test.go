// The cast of the tests behind the whole API.
//
// newWorld is one account, Shop in Asia/Kolkata, for tests that begin from nothing. All
// are offline, without a device and without working hours, and so always on shift:
//
//	Olga     owner   no department
//	Asha     staff   Kids
//	Bilal    staff   Kids
//	Otto     owner   of another account, Other, once a test calls other
//	Nina     staff   Kids, once a test posts newMember
//	Meera    customer, who asks for a person in the bodies that escalation makes
//	machine  the platform, by its token
//	nobody   whoever has no token
//
// newStage is two accounts in the midst of their work, "mine" and "theirs", each with the
// same people; kit_stage_test.go says what they are at. All are on shift all week:
//
//	owner      owner   no department
//	admin      admin   no department
//	member     staff   department   online; has a chat and a callback, and a chat rings for them
//	colleague  staff   department   online and free
//	bystander  staff   elsewhere    offline
//
// Tests of the package's inside need no people: see silent in kit_server_test.go.

package api_test

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/connectnow/backend/internal/api"
	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/local"
)

// password is everybody's. newPassword are the fields of a body that sets another.
const (
	password    = "Sandbox-Agent-1"
	newPassword = `"password": "Another-Word-7", "confirmPassword": "Another-Word-7"`
)

// world is an account with three members behind the whole API, on the local twins.
type world struct {
	t                  testing.TB
	late               atomic.Int64
	twins              *local.Twins
	bolt               *local.Bolt
	desk               *desk.Desk
	timers             *local.Timers
	identity           *local.Identity
	phones             *local.Phones
	handler            http.Handler
	server             *api.Server
	acc, dep           string
	owner, asha, bilal string
}

// machine and nobody call without being members.
const (
	machine = "machine"
	nobody  = ""
)

func newWorld(t *testing.T) *world {
	t.Helper()
	w := openWorld(t, t.TempDir())
	w.acc, w.owner = w.account("Shop", "Olga")
	department, err := w.desk.CreateDepartment(t.Context(), w.by(), "", "Kids")
	must(t, err)
	w.dep = department.ID
	w.asha = w.member("Asha", desk.RoleStaff, w.dep)
	w.bilal = w.member("Bilal", desk.RoleStaff, w.dep)
	return w
}

// openWorld opens what a folder holds.
func openWorld(t testing.TB, dir string) *world {
	t.Helper()
	w := &world{t: t}
	var err error
	w.twins, err = local.Open(dir, local.Options{Now: w.now, NoSync: true, PasswordMemory: 64, Log: slog.New(slog.DiscardHandler)})
	must(t, err)
	t.Cleanup(func() { _ = w.twins.Close() })
	w.desk, w.bolt, w.timers, w.phones, w.identity = w.twins.Desk, w.twins.Table, w.twins.Timers, w.twins.Phones, w.twins.Identity
	w.server = api.New(w.desk, api.Options{})
	w.handler = w.server.Handler(api.Routes())
	return w
}

// now is the clock of all; tests move it on by late.
func (w *world) now() time.Time { return time.Now().Add(time.Duration(w.late.Load())) }

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// within has the world report to the case that runs, and to the test again behind it. Cases
// that share a world run one after another.
func (w *world) within(t *testing.T) {
	before := w.t
	w.t = t
	t.Cleanup(func() { w.t = before })
}

// account makes an account and its owner.
func (w *world) account(name, owner string) (id, ownerID string) {
	w.t.Helper()
	made, err := w.desk.Provision(w.t.Context(), desk.NewAccount{FirstPassword: desk.FirstPasswordKeep, Name: name, TimeZone: "Asia/Kolkata", Owner: desk.NewMember{
		FirstName: owner, LastName: "Test", Email: strings.ToLower(owner) + "@example.com", Password: password, EmailProved: true,
	}})
	must(w.t, err)
	return made.AccountID, made.MemberID
}

// mailed delivers what was asked for and reads the code of the last letter of a kind about a
// member.
func (w *world) mailed(kind desk.LetterKind, member string) string {
	w.t.Helper()
	w.deliver(desk.WakeCode)
	mails, err := w.twins.Mails.Feed(member, 0)
	must(w.t, err)
	for _, m := range mails {
		if m.Kind == kind {
			return m.Code
		}
	}
	w.t.Fatalf("no letter %s about %s among %+v", kind, member, mails)
	return ""
}

// by is the owner as the desk knows who calls.
func (w *world) by() desk.Caller {
	return desk.Caller{MemberID: w.owner, AccountID: w.acc, Role: desk.RoleOwner}
}

func (w *world) member(name string, role desk.Role, departments ...string) string {
	w.t.Helper()
	m, err := w.desk.CreateMember(w.t.Context(), w.by(), desk.NewMember{
		FirstName: name, LastName: "Test", Email: strings.ToLower(name) + "@example.com", Role: role,
		DepartmentIDs: departments, Password: password, EmailProved: true,
	})
	must(w.t, err)
	return m.ID
}

// claims are what an authorizer would say of a token issued now.
func claims(as string) map[string]string {
	issued := strconv.FormatInt(time.Now().Unix(), 10)
	if as == machine {
		return map[string]string{"token_use": "access", "client_id": local.MachineClient, "scope": "escalations/write", "iat": issued}
	}
	return map[string]string{"token_use": "id", "cognito:username": as, "aud": local.MemberClient, "origin_jti": "of " + as, "iat": issued}
}

func (w *world) request(as, method, path, body string) *http.Request {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	if as != nobody {
		r = r.WithContext(api.WithClaims(r.Context(), claims(as)))
	}
	return r
}

// send makes a request with headers, given as names and values by turns.
func (w *world) send(as, method, path, body string, headers ...string) *httptest.ResponseRecorder {
	r := w.request(as, method, path, body)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	recorder := httptest.NewRecorder()
	w.handler.ServeHTTP(recorder, r)
	return recorder
}

// do calls the API and wants a status; it returns the answer.
func (w *world) do(status int, as, method, path, body string) fields {
	w.t.Helper()
	recorder := w.send(as, method, path, body)
	if recorder.Code != status {
		w.t.Fatalf("%s %s as %s: status %d, want %d: %s", method, path, as, recorder.Code, status, recorder.Body)
	}
	if status == 204 || status == 202 {
		if recorder.Body.Len() > 0 {
			w.t.Errorf("%s %s: a body with status %d: %s", method, path, status, recorder.Body)
		}
		return nil
	}
	if method == "GET" && status == 200 && recorder.Header().Get("ETag") == "" {
		w.t.Errorf("%s %s: no ETag", method, path)
	}
	var answer fields
	must(w.t, json.Unmarshal(recorder.Body.Bytes(), &answer))
	return answer
}

// fields is a JSON object.
type fields map[string]any

// at looks a value up by its path, such as items.0.id; nil when there is none.
func (f fields) at(path string) any {
	var v any = map[string]any(f)
	for part := range strings.SplitSeq(path, ".") {
		switch in := v.(type) {
		case map[string]any:
			v = in[part]
		case []any:
			i, err := strconv.Atoi(part)
			if err != nil || i >= len(in) {
				return nil
			}
			v = in[i]
		default:
			return nil
		}
	}
	return v
}

// text is a value that is a string, or "".
func (f fields) text(path string) string {
	s, _ := f.at(path).(string)
	return s
}

// want compares values by path.
func (w *world) want(got fields, want fields) {
	w.t.Helper()
	for path, value := range want {
		if got.at(path) != value {
			w.t.Errorf("%s = %v, want %v in %v", path, got.at(path), value, got)
		}
	}
}

// escalation asks for a person in the name of the platform.
func (w *world) escalation(requestID, channel string) string {
	return `{"action": "escalate", "accountId": "` + w.acc + `", "requestId": "` + requestID + `", "interactionId": "conv-` + requestID + `",
		"channel": "` + channel + `", "reason": "customer_request", "departmentId": "` + w.dep + `",
		"customer": {"name": "Meera", "phone": "+919800000000"},
		"conversation": {"summary": "Wants to return shoes.", "trigger": "Can I talk to a person?",
			"messages": [{"from": "customer", "text": "Can I talk to a <person>?"}]}}`
}

// deliver hands over all messages of a kind that wait, whatever their time.
func (w *world) deliver(kind desk.MessageKind) {
	w.t.Helper()
	for _, d := range w.timers.Pending() {
		if d.Message.Kind == kind {
			must(w.t, w.timers.Deliver(w.t.Context(), d.ID, w.desk.Wake))
		}
	}
}

func (w *world) presence(member, status string) {
	w.t.Helper()
	w.do(200, member, "PUT", "/v1/me/presence", `{"status": "`+status+`"}`)
}

// newMember is the body that adds a person; changes replace fields, and "" drops one.
func (w *world) newMember(email string, changes map[string]string) string {
	values := map[string]string{
		"firstName": `"Nina"`, "lastName": `"New"`, "email": `"` + email + `"`, "role": `"staff"`,
		"departmentIds": `["` + w.dep + `"]`, "password": `"First-Word-1"`, "confirmPassword": `"First-Word-1"`,
	}
	for name, value := range changes {
		if values[name] = value; value == "" {
			delete(values, name)
		}
	}
	var parts []string
	for name, value := range values {
		parts = append(parts, fmt.Sprintf("%q: %s", name, value))
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

// badFields are those that a problem names, each once.
func badFields(problem fields) []string {
	var names []string
	list, _ := problem.at("errors").([]any)
	for _, e := range list {
		names = append(names, fields(e.(map[string]any)).text("field"))
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// other makes another account and returns its owner.
func (w *world) other() string {
	w.t.Helper()
	_, owner := w.account("Other", "Otto")
	return owner
}

func decode(t *testing.T, r io.Reader) fields {
	t.Helper()
	var f fields
	must(t, json.NewDecoder(r).Decode(&f))
	return f
}

// takesLong leaves a test that takes seconds to make test; make test-short is done without it.
func takesLong(t *testing.T) {
	t.Helper()
	if os.Getenv("CONNECTNOW_SHORT") == "1" {
		t.Skip("takes seconds: make test has it")
	}
}
