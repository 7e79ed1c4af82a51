package api_test

import (
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"go.etcd.io/bbolt"

	"github.com/connectnow/backend/internal/api"
	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/local"
)

// stage is two accounts in the midst of their work, kept as the bytes of a file, so that
// many tests can begin there.
type stage struct {
	file []byte
	// mine and theirs are what the placeholders of paths and bodies stand for in the one
	// account and in the other.
	mine, theirs map[string]string
	tokens       map[string]string // by caller
}

// The callers of the matrix.
const (
	callerNone      = "no token"
	callerStaff     = "staff"     // the one whom the escalations and callbacks concern
	callerBystander = "bystander" // staff of another department
	callerAdmin     = "admin"
	callerOwner     = "owner"
	callerOther     = "other account's owner"
	callerMachine   = "machine token"
	callerAccess    = "access token" // of the owner
)

var callers = []string{
	callerNone, callerStaff, callerBystander, callerAdmin, callerOwner, callerOther, callerMachine, callerAccess,
}

var built struct {
	sync.Mutex
	stage *stage
}

// newStage gives the stage, which is built once: all its passwords take a while to hash.
func newStage(t testing.TB) *stage {
	t.Helper()
	built.Lock()
	defer built.Unlock()
	if built.stage == nil {
		built.stage = buildStage(t)
	}
	return built.stage
}

func buildStage(t testing.TB) *stage {
	t.Helper()
	dir := t.TempDir()
	w := openWorld(t, dir)
	s := &stage{mine: w.side("mine"), theirs: w.side("theirs")}
	in := func(side map[string]string, who string) string {
		tokens, _, err := w.desk.SignIn(t.Context(), desk.Credentials{Email: side[who+"Email"], Password: password})
		must(t, err)
		side["refresh"] = tokens.RefreshToken
		return tokens.AccessToken
	}
	s.tokens = map[string]string{
		callerNone: "", callerOwner: in(s.mine, "owner"), callerAdmin: in(s.mine, "admin"),
		callerBystander: in(s.mine, "bystander"), callerStaff: in(s.mine, "member"),
		callerOther: in(s.theirs, "owner"), callerMachine: w.identity.MachineToken(),
		callerAccess: w.sign(jwt.SigningMethodHS256, w.key(), memberClaims(s.mine["owner"], accessClaims(s.mine["owner"], local.MemberClient))),
	}
	must(t, w.desk.ForgotPassword(t.Context(), s.mine["memberEmail"]))
	w.deliver(desk.WakeCode)
	mails, err := w.twins.Mails.Feed(s.mine["member"], 0)
	must(t, err)
	s.mine["code"] = mails[0].Code
	must(t, w.twins.Close())
	s.file, err = os.ReadFile(filepath.Join(dir, local.FileName))
	must(t, err)
	return s
}

// allWeek are hours by which a member is always on shift.
const allWeek = `{"timeZone": "Asia/Kolkata", "entries": [{"days": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"], "start": "00:00", "end": "24:00"}]}`

// side makes one account: a chat that the member has, one that rings for them, two
// callbacks, of which they have one, and a colleague who is free.
func (w *world) side(name string) map[string]string {
	w.t.Helper()
	w.acc, w.owner = w.account(name, name+"-owner")
	ids := map[string]string{"account": w.acc, "owner": w.owner}
	for _, dep := range []string{"department", "elsewhere"} {
		d, err := w.desk.CreateDepartment(w.t.Context(), w.by(), "", dep)
		must(w.t, err)
		ids[dep] = d.ID
	}
	w.dep = ids["department"]
	ids["admin"] = w.member(name+"-admin", desk.RoleAdmin)
	ids["member"] = w.member(name+"-member", desk.RoleStaff, w.dep)
	ids["colleague"] = w.member(name+"-colleague", desk.RoleStaff, w.dep)
	ids["bystander"] = w.member(name+"-bystander", desk.RoleStaff, ids["elsewhere"])
	for who, id := range maps.Clone(ids) {
		if strings.HasPrefix(id, "mem_") {
			w.do(200, id, "PUT", "/v1/me/working-hours", allWeek)
			ids[who+"Email"] = name + "-" + who + "@example.com"
			w.do(200, id, "PUT", "/v1/me/devices/phone-1", `{"platform": "fcm", "token": "`+id+`"}`)
		}
	}
	w.do(200, ids["member"], "PUT", "/v1/me/devices/phone-of-"+name, `{"platform": "fcm", "token": "second-`+name+`"}`)
	ask := func(requestID string) fields {
		body := strings.Replace(w.escalation(requestID, "chat"), "+919800000000", "+91980000000"+requestID[1:], 1)
		return w.do(200, machine, "POST", "/v1/escalations", body)
	}
	ids["open"], ids["claimed"] = ask("r1").text("callback.id"), ask("r2").text("callback.id")
	w.do(200, ids["member"], "POST", "/v1/callbacks/"+ids["claimed"]+"/claim", "")
	w.presence(ids["member"], "online")
	ids["active"] = ask("r3").text("escalationId")
	w.do(200, ids["member"], "POST", "/v1/escalations/"+ids["active"]+"/accept", "")
	ids["ringing"] = ask("r4").text("escalationId")
	w.presence(ids["colleague"], "online")
	for what, id := range ids {
		if id == "" {
			w.t.Fatalf("no %s", what)
		}
	}
	return ids
}

// open begins at the stage, behind what checks tokens.
func (s *stage) open(t testing.TB) *world {
	t.Helper()
	dir := t.TempDir()
	must(t, os.WriteFile(filepath.Join(dir, local.FileName), s.file, 0o600))
	w := openWorld(t, dir)
	w.acc, w.owner, w.dep = s.mine["account"], s.mine["owner"], s.mine["department"]
	return w
}

// call makes a request with a token as an app does.
func (w *world) call(token, method, path, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	recorder := httptest.NewRecorder()
	w.authorize(w.handler).ServeHTTP(recorder, r)
	return recorder
}

// authorize does what the sandbox does, and API Gateway's authorizer in the cloud: it
// checks the token and hands its claims on.
func (w *world) authorize(next http.Handler) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if token, is := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); is {
			if claims, err := w.identity.Verify(token); err == nil {
				r = r.WithContext(api.WithClaims(r.Context(), claims))
			}
		}
		next.ServeHTTP(rw, r)
	})
}

// fill puts ids in place of {placeholders}.
func fill(s string, ids map[string]string) string {
	var pairs []string
	for name, id := range ids {
		pairs = append(pairs, "{"+name+"}", id)
	}
	return strings.NewReplacer(pairs...).Replace(s)
}

// key reads the key that signs the tokens, for tests that forge some.
func (w *world) key() []byte {
	w.t.Helper()
	var key []byte
	must(w.t, w.twins.File.DB().View(func(tx *bbolt.Tx) error {
		key = append(key, tx.Bucket([]byte("identity")).Get([]byte("signingKey"))...)
		return nil
	}))
	if len(key) == 0 {
		w.t.Fatal("no signing key where it was")
	}
	return key
}

// accessClaims change a bearer into an access token of a client.
func accessClaims(member, client string) map[string]any {
	return map[string]any{
		"token_use": "access", "username": member, "client_id": client, "scope": "aws.cognito.signin.user.admin",
		"aud": nil, "cognito:username": nil,
	}
}

// memberClaims are those of a good bearer but for what is changed; nil drops one.
func memberClaims(member string, changes map[string]any) jwt.MapClaims {
	claims := jwt.MapClaims{
		"sub": member, "cognito:username": member, "aud": local.MemberClient, "token_use": "id",
		"iss": "https://sandbox.localhost", "origin_jti": "of " + member,
		"iat": time.Now().Unix(), "exp": time.Now().Add(time.Hour).Unix(),
	}
	for name, value := range changes {
		if claims[name] = value; value == nil {
			delete(claims, name)
		}
	}
	return claims
}

func (w *world) sign(m jwt.SigningMethod, key any, claims jwt.MapClaims) string {
	w.t.Helper()
	token, err := jwt.NewWithClaims(m, claims).SignedString(key)
	must(w.t, err)
	return token
}
