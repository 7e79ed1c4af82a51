package api

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/connectnow/backend/internal/desk"
)

// bodies is every reader of a body, as what it reads or what is wrong.
var bodies = map[string]func([]byte) (any, error){
	"action":      machineBody,
	"credentials": func(b []byte) (any, error) { return decode(b, readCredentials) },
	"refresh":     func(b []byte) (any, error) { return decode(b, readRefresh) },
	"logout":      func(b []byte) (any, error) { return decode(b, readLogout) },
	"member":      func(b []byte) (any, error) { return decode(b, readMemberPatch) },
	"me":          func(b []byte) (any, error) { return decode(b, readMyPatch) },
	"presence":    func(b []byte) (any, error) { return decode(b, readPresence) },
	"device":      func(b []byte) (any, error) { return decode(b, readDevice) },
	"sighting":    func(b []byte) (any, error) { return decode(b, readSighting) },
	"offer":       func(b []byte) (any, error) { return decode(b, readOffer) },
	"decline":     func(b []byte) (any, error) { return decode(b, readDecline) },
	"transfer":    func(b []byte) (any, error) { return decode(b, readTransfer) },
	"filing":      func(b []byte) (any, error) { return decode(b, readFiling) },
	"completion":  func(b []byte) (any, error) { return decode(b, readCompletion) },
	"drill":       func(b []byte) (any, error) { return decode(b, readDrill) },
	"attempt":     func(b []byte) (any, error) { return decode(b, readAttempt) },
	"note":        func(b []byte) (any, error) { return decode(b, readEnding) },
	"dismissal":   func(b []byte) (any, error) { return decode(b, readDismissal) },
	"nothing":     func(b []byte) (any, error) { return decode(b, readNothing) },
	"assistant": func(b []byte) (any, error) {
		is := func(id string) bool { return id == "dep_a" }
		return decode(b, readAssistant(desk.Nameable{There: is, Asked: is}))
	},
	"account":      func(b []byte) (any, error) { return decode(b, readAccountPatch) },
	"newMember":    func(b []byte) (any, error) { return decode(b, readNewMember) },
	"owner":        func(b []byte) (any, error) { return decode(b, readOwner) },
	"email":        func(b []byte) (any, error) { return decode(b, readEmailChange) },
	"code":         func(b []byte) (any, error) { return decode(b, readCode) },
	"department":   func(b []byte) (any, error) { return decode(b, readDepartment) },
	"renaming":     func(b []byte) (any, error) { return decode(b, readRenaming) },
	"current":      func(b []byte) (any, error) { return decode(b, readCurrent) },
	"otp":          func(b []byte) (any, error) { return decode(b, readOTP) },
	"totpEnd":      func(b []byte) (any, error) { return decode(b, readTOTPEnd) },
	"forgotten":    func(b []byte) (any, error) { return decode(b, readForgotten) },
	"reset":        func(b []byte) (any, error) { return decode(b, readReset) },
	"myPassword":   func(b []byte) (any, error) { return decode(b, readPasswordChange) },
	"password":     func(b []byte) (any, error) { return decode(b, readNewPassword) },
	"workingHours": func(b []byte) (any, error) { return decode(b, readWorkingHours) },
	"provision":    func(b []byte) (any, error) { return decode(b, readProvision) },
	"unlock":       func(b []byte) (any, error) { return decode(b, readUnlocking) },
	"assistantKey": func(b []byte) (any, error) { return decode(b, readAssistantKey) },
	"connecting":   func(b []byte) (any, error) { return decode(b, readConnecting) },
}

// Beside names that nobody knows wrong types and bad values are told, too, at any depth.
func TestUnknownAndBadTogether(t *testing.T) {
	read := func(o *object) struct{} {
		o.text("email", 5, required)
		o.text("password", 10, required)
		o.object("address", optional, func(o *object) { o.integer("floor", 0, 9, optional) })
		return struct{}{}
	}
	many := `{"email":"long-long"`
	for i := range maxFindings {
		many += fmt.Sprintf(`,"x%d":1`, i)
	}
	for _, c := range []struct {
		name, body string
		problem    string
		want       []string
	}{
		{"types", `{"email":1,"password":2,"colour":3}`, "unknown-field", []string{"colour", "email", "password"}},
		{"values", `{"email":"long-long","colour":3}`, "unknown-field", []string{"colour", "email", "password"}},
		{"inside", `{"email":"a","password":"b","address":{"floor":10,"flor":1}}`, "unknown-field", []string{"address.flor", "address.floor"}},
		{"types alone", `{"email":1,"password":"b"}`, "invalid", []string{"email"}},
		{"very many", many + "}", "unknown-field", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := decode([]byte(c.body), read)
			p := problemIn(t, err)
			if c.want == nil {
				if n := len(p.Fields); n != maxFindings+1 || p.Fields[n-1].Detail != "and 2 more" {
					t.Errorf("%d errors, the last %+v", n, p.Fields[n-1])
				}
				return
			}
			var got []string
			for _, f := range p.Fields {
				got = append(got, f.Field)
			}
			if p.Name != c.problem || !slices.Equal(got, c.want) {
				t.Errorf("%s of %q, want %s of %q", p.Name, got, c.problem, c.want)
			}
		})
	}
}

func TestBodies(t *testing.T) {
	for _, c := range []struct {
		reader, body string
		bad          []string // nil when all is well
	}{
		{"credentials", `{"email": "a@b", "password": "x"}`, nil},
		{"credentials", `{}`, []string{"email", "password"}},
		{"credentials", `{"email": 1, "password": ""}`, []string{"email", "password"}},
		{"refresh", `{"refreshToken": "x"}`, nil},
		{"refresh", `{"refreshToken": null}`, []string{"refreshToken"}},
		{"logout", `{"refreshToken": "x"}`, nil},
		{"logout", `{"refreshToken": "x", "deviceId": "phone-1"}`, nil},
		{"logout", `{"refreshToken": "x", "deviceId": "a/b"}`, []string{"deviceId"}},
		{"member", `{}`, nil},
		{"me", `{"firstName": "A", "lastName": "B", "language": ""}`, nil},
		{"me", `{"firstName": null, "lastName": " ", "language": "Hindi"}`, []string{"firstName", "lastName", "language"}},
		{"me", `{"language": "en-IN-` + strings.Repeat("x", 40) + `"}`, []string{"language"}},
		{"member", `{"firstName": "Åsa", "lastName": "O'Neill", "email": "a@b.c", "role": "admin", "departmentIds": [], "capacity": {"calls": 0, "chats": 20}}`, nil},
		{"member", `{"capacity": {"chats": 3}}`, nil},
		{"member", `{"firstName": null, "role": null, "capacity": null, "departmentIds": null}`, []string{"firstName", "role", "departmentIds", "capacity"}},
		{"member", `{"firstName": "", "lastName": " ", "email": "a@@b", "role": "boss", "departmentIds": ["dep_a", 1, "x", null], "capacity": {"calls": 2, "chats": -1}}`, []string{
			"firstName", "lastName", "email", "role", "departmentIds[1]", "departmentIds[2]", "departmentIds[3]", "capacity.calls", "capacity.chats",
		}},
		{"member", `{"firstName": "a\nb", "capacity": {"calls": null, "chats": 1.5}}`, []string{"firstName", "capacity.calls", "capacity.chats"}},
		{"presence", `{"status": "online"}`, nil},
		{"presence", `{"status": "away"}`, []string{"status"}},
		{"device", `{"platform": "apns_sandbox", "token": "t", "voipToken": null}`, nil},
		{"device", `{"platform": "pigeon", "token": "` + strings.Repeat("t", 4097) + `"}`, []string{"platform", "token"}},
		{"device", `{"platform": "webpush", "token": "{}"}`, nil},
		{"device", `{"platform": "webpush", "voipToken": "t"}`, []string{"token", "voipToken"}},
		{"device", `{"platform": "fcm", "token": "` + strings.Repeat("t", 22) + `"}`, []string{"token"}},
		{"device", `{"platform": "fcm", "token": "` + strings.Repeat("t", 22) + `:APA91b"}`, nil},
		{"device", `{"platform": "open_page", "token": "t", "voipToken": "t"}`, []string{"token", "voipToken"}},
		{"sighting", `{"escalationId": "esc_aaaaaaaaaaaa", "offer": "1", "proof": "AbCd"}`, nil},
		{"sighting", `{"escalationId": 1, "offer": [], "proof": null, "colour": "red"}`, nil},
		{"offer", `{}`, nil},
		{"offer", `{"offer": 3}`, nil},
		{"offer", `{"offer": 0}`, []string{"offer"}},
		{"offer", `{"offer": "1"}`, nil},
		{"offer", `{"offer": "one"}`, []string{"offer"}},
		{"offer", `{"offer": "0"}`, []string{"offer"}},
		{"offer", `{"offer": 99999999999999999999}`, []string{"offer"}},
		{"decline", `{"offer": 1, "reason": "busy"}`, nil},
		{"assistant", `{}`, nil},
		{"assistant", `{"duties": [{"title": "Refunds", "departmentId": "dep_a", "departmentName": "Kids"}], "conditions": [{"name": "n", "when": {"phrases": ["x"], "hours": null, "turnsOver": 0, "departmentName": null}}], "words": {"en": {"ringing": ""}}}`, nil},
		{"assistant", `{"enabled": null, "languages": "en", "duties": [7], "conditions": [{}, {"name": "n", "when": 5}], "words": {"en": 1}}`,
			[]string{"enabled", "languages", "duties[0]", "conditions[0].name", "conditions[0].when", "conditions[1].when", "words.en"}},
		{"transfer", `{"departmentId": "dep_a", "note": ""}`, nil},
		{"transfer", `{"memberId": "mem_a", "departmentId": null, "note": "n"}`, nil},
		{"transfer", `{"memberId": "mem_a", "departmentId": "dep_a", "note": "n"}`, []string{"memberId"}},
		{"transfer", `{"note": 1}`, []string{"note", "departmentId"}},
		{"transfer", `{"memberId": "x", "note": "n"}`, []string{"memberId"}},
		{"transfer", `{"memberId": "mem_a"}`, []string{"note"}},
		{"filing", `{"departmentId": "dep_a"}`, nil},
		{"filing", `{"departmentId": null}`, []string{"departmentId"}},
		{"filing", `{}`, []string{"departmentId"}},
		{"completion", `{"outcome": "resolved", "note": "n", "verdict": "right"}`, nil},
		{"completion", `{"outcome": "timed_out", "verdict": "wrong", "note": "` + strings.Repeat("n", 1001) + `"}`, []string{"outcome", "note", "verdict"}},
		{"drill", `{"channel": "call"}`, nil},
		{"drill", `{"departmentId": "mem_a", "memberId": "dep_a"}`, []string{"departmentId", "memberId", "channel"}},
		{"drill", `{"channel": "chat", "conversation": null}`, nil},
		{"drill", `{"channel": "chat", "conversation": {"summary": "s", "trigger": "t", "messages": [{"from": "customer", "text": "a"}, {"at": "2026-11-22T09:30:00Z", "from": "agent", "text": "b"}]}}`, nil},
		{"drill", `{"channel": "chat", "conversation": {"summary": "` + strings.Repeat("s", 1001) + `", "trigger": "` + strings.Repeat("t", 201) + `", "messages": [{"from": "bot", "text": ""}, {"at": "now", "from": "agent"}]}}`,
			[]string{"conversation.summary", "conversation.trigger", "conversation.messages[0].from", "conversation.messages[0].text", "conversation.messages[1].text", "conversation.messages[1].at"}},
		{"drill", `{"channel": "chat", "conversation": {"messages": [` + strings.Repeat(`{},`, 50) + `{}]}}`, []string{"conversation.messages"}},
		{"attempt", `{"outcome": "busy", "note": "again at 5"}`, nil},
		{"current", `{"currentPassword": ""}`, []string{"currentPassword"}},
		{"otp", `{"otp": "287 082"}`, nil},
		{"otp", `{"otp": 287082}`, []string{"otp"}},
		{"totpEnd", `{"otp": ""}`, []string{"currentPassword", "otp"}},
		{"attempt", `{"note": {}}`, []string{"outcome", "note"}},
		{"note", `{}`, nil},
		{"dismissal", `{"note": " "}`, []string{"note"}},
		{"dismissal", `{}`, []string{"note"}},
		{"nothing", `{}`, nil},
		{"assistantKey", `{"name": "Shop"}`, nil},
		{"assistantKey", `{"name": "Shop", "may": ["read", "change"]}`, nil},
		{"assistantKey", `{"may": ["all"]}`, []string{"name", "may[0]"}},
		{"connecting", `{"action": "connect", "accountId": "acc_a", "kind": "lex", "id": "ABCDEF1234"}`, nil},
		{"connecting", `{"action": "join", "accountId": "mem_a", "kind": "twilio", "id": "arn:aws:lex:eu-west-1:123456789012:bot/ABCDEF1234"}`, []string{"action", "accountId", "kind", "id"}},
		{"connecting", `{"kind": "lex", "id": ""}`, []string{"action", "accountId", "id"}},
		{"account", `{}`, nil},
		{"account", `{"name": "Shop", "timeZone": "Asia/Kolkata", "ringSeconds": 10, "maxOffers": 20, "missedOffersUntilOffline": 0, "overflow": "none", "balance": "team",
			"callbackDueMinutes": 1, "chatCapacity": 20, "activeMinutes": {"call": 1}, "holidays": ["2026-12-25", "2026-12-26"]}`, nil},
		{"account", `{"name": 1, "timeZone": "Mars/Base", "ringSeconds": 9, "maxOffers": 21, "missedOffersUntilOffline": -1, "overflow": "some", "balance": "both",
			"callbackDueMinutes": 0, "chatCapacity": 21, "activeMinutes": {"chat": 0}, "holidays": ["2026-12-25", "2026-13-26", 3]}`, []string{
			"name", "timeZone", "ringSeconds", "maxOffers", "missedOffersUntilOffline", "overflow", "balance",
			"callbackDueMinutes", "chatCapacity", "activeMinutes.chat", "holidays[2]",
		}},
		{"account", `{"country": "IN"}`, nil},
		{"account", `{"country": ""}`, nil},
		{"account", `{"country": "in"}`, []string{"country"}},
		{"account", `{"country": "IND"}`, []string{"country"}},
		{"account", `{"language": "hi-IN"}`, nil},
		{"account", `{"language": ""}`, nil},
		{"account", `{"language": "Hindi!"}`, []string{"language"}},
		{"account", `{"timeZone": "Local", "holidays": ["2026-02-30", "2026-01-01", "2026-01-01"]}`, []string{"timeZone", "holidays[0]", "holidays[2]"}},
		{"account", `{"ringSeconds": null, "activeMinutes": null, "holidays": {}}`, []string{"ringSeconds", "activeMinutes", "holidays"}},
	} {
		t.Run(c.reader+c.body[:min(len(c.body), 60)], func(t *testing.T) {
			_, err := bodies[c.reader]([]byte(c.body))
			var got []string
			if err != nil {
				p := problemIn(t, err)
				if p.Class != desk.Invalid {
					t.Errorf("class %d (%v), want Invalid", p.Class, p)
				}
				for _, f := range p.Fields {
					got = append(got, f.Field)
				}
			}
			if !slices.Equal(got, c.bad) {
				t.Errorf("bad fields %q (%v), want %q", got, err, c.bad)
			}
		})
	}
}

// Every reader refuses a field that it does not know, but for that of machines and that of who
// is told nothing, and what is not an object.
func TestBodiesAreStrict(t *testing.T) {
	for name, read := range bodies {
		_, err := read([]byte(`{"nobodyKnowsThis": 1}`))
		if name == "sighting" && err == nil {
			continue
		}
		p := problemIn(t, err)
		if name != "action" && (p.Name != "unknown-field" || p.Fields[0].Field != "nobodyKnowsThis" || !strings.Contains(p.Detail, "nobodyKnowsThis")) {
			t.Errorf("%s: %+v", name, p)
		}
		if _, err := read([]byte(`[]`)); problemIn(t, err).Name != "malformed" {
			t.Errorf("%s: an array is %v", name, err)
		}
	}
}

func TestMemberPatchKeepsWhatIsAbsent(t *testing.T) {
	got, err := decode([]byte(`{"lastName": "B", "departmentIds": []}`), readMemberPatch)
	if err != nil {
		t.Fatal(err)
	}
	last := "B"
	want := memberPatch{MemberPatch: desk.MemberPatch{LastName: &last, DepartmentIDs: &[]string{}}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestAccountPatchKeepsWhatIsAbsent(t *testing.T) {
	got, err := decode([]byte(`{"activeMinutes": {"chat": 60}}`), readAccountPatch)
	if err != nil {
		t.Fatal(err)
	}
	chat := 60
	want := desk.AccountPatch{ActiveMinutes: &desk.ActiveMinutesPatch{Chat: &chat}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

// unread fails the test when it is read: a body that says how large it is must be
// refused for that alone.
type unread struct{ t *testing.T }

func (u unread) Read([]byte) (int, error) {
	u.t.Error("the body was read")
	return 0, io.EOF
}

func TestTooLargeBodies(t *testing.T) {
	h := silent(t).Handler(Routes())
	r := httptest.NewRequest("POST", "/v1/login", unread{t})
	r.ContentLength = maxBody + 1
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if d := problemOf(t, w); w.Code != 413 || !strings.Contains(d.Detail, "16385") {
		t.Errorf("status %d, detail %q", w.Code, d.Detail)
	}

	r = httptest.NewRequest("POST", "/v1/login", strings.NewReader(strings.Repeat(" ", maxBody+1)))
	r.ContentLength = -1 // as with Transfer-Encoding: chunked
	w = httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if d := problemOf(t, w); w.Code != 413 || !strings.Contains(d.Detail, "more than 16384") {
		t.Errorf("status %d, detail %q", w.Code, d.Detail)
	}

	r = httptest.NewRequest("POST", "/v1/login", strings.NewReader(strings.Repeat(" ", maxBody)))
	w = httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if w.Code != 400 {
		t.Errorf("16 KiB of spaces: status %d, want 400", w.Code)
	}
}

// What is in lists and objects is counted while it is read. 10,000 phrases are fine, but for what
// the settings take.
func TestTooManyValues(t *testing.T) {
	is := func(string) bool { return true }
	for n, many := range map[int]bool{10_000: false, mostValues: true, 100_000: true} {
		body := `{"conditions":[{"name":"a","when":{"phrases":[` + strings.Repeat(`"a",`, n-1) + `"a"]}}]}`
		_, err := decode([]byte(body), readAssistant(desk.Nameable{There: is, Asked: is}))
		if p := problemIn(t, err); (p == errTooMany) != many {
			t.Errorf("%d phrases: %v", n, p)
		}
	}
}

func TestBrokenBody(t *testing.T) {
	r := httptest.NewRequest("POST", "/v1/login", io.MultiReader(strings.NewReader(`{"email":`), broken{}))
	w := httptest.NewRecorder()
	silent(t).Handler(Routes()).ServeHTTP(w, r)
	if w.Code != 400 {
		t.Errorf("status %d, want 400", w.Code)
	}
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, errors.New("connection reset") }

func TestParams(t *testing.T) {
	for _, c := range []struct {
		name, query string
		want        []string
	}{
		{"nothing", "", nil},
		{"least limit", "limit=1", nil},
		{"greatest limit", "limit=100", nil},
		{"limit 0", "limit=0", []string{"limit"}},
		{"limit too great", "limit=101", []string{"limit"}},
		{"limit below 0", "limit=-5", []string{"limit"}},
		{"limit in words", "limit=ten", []string{"limit"}},
		{"limit twice", "limit=1&limit=2", []string{"limit"}},
		{"limit empty", "limit=", nil},
		{"cursor", "cursor=abc", nil},
		{"cursor too long", "cursor=" + strings.Repeat("a", 3000), []string{"cursor"}},
		{"times without a zone", "from=yesterday&to=2026-11-22", []string{"from", "to"}},
		{"time", "from=2026-11-22T09:30:00Z", nil},
		{"ids of another kind", "memberId=dep_a&departmentId=mem_a", []string{"memberId", "departmentId"}},
		{"one id empty", "memberId=mem_aaaaaaaaaaaa&departmentId=", nil},
		{"state of callbacks", "state=open", []string{"state"}},
		{"several states", "state=ringing&state=active", nil},
		{"a word of each", "channel=call&outcome=hand_back&verdict=right&drill=false", nil},
		{"other words", "channel=voice&outcome=done&verdict=wrong&drill=yes", []string{"channel", "outcome", "verdict", "drill"}},
		{"no contact", "customer=Meera", []string{"customer"}},
		{"a hidden number", "customer=anonymous", []string{"customer"}},
		{"an e-mail", "customer=Meera@Example.com", nil},
		{"a national number", "customer=098000+00000", nil},
		{"a plus as it is", "customer=+919800000000", nil},
		{"several at once", "state=ringing&limit=x&memberId=1&cursor=ok", []string{"memberId", "limit"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := httptest.NewRequest(http.MethodGet, "/v1/escalations?"+c.query, nil)
			_, err := readEscalationFilter((&call{request: r}).params(), "IN")
			var got []string
			if err != nil {
				for _, f := range problemIn(t, err).Fields {
					got = append(got, f.Field)
				}
			}
			slices.Sort(got)
			slices.Sort(c.want)
			if !slices.Equal(got, c.want) {
				t.Errorf("%q: bad %q, want %q", c.query, got, c.want)
			}
		})
	}
}
