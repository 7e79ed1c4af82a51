package api_test

import (
	"strings"
	"testing"

	"github.com/connectnow/backend/internal/desk"
)

// All that is wrong is named at once: what the reader finds and what only the desk knows.
func TestBadMembers(t *testing.T) {
	w := newWorld(t)
	for _, c := range []struct {
		changes map[string]string
		bad     string
	}{
		{map[string]string{"password": `"short"`, "confirmPassword": `"other"`, "email": `"no address"`, "firstName": `" "`, "role": `"owner"`},
			"confirmPassword email firstName password role"},
		{map[string]string{"password": `"short"`, "confirmPassword": `"short"`, "departmentIds": `["dep_aaaaaaaaaaaa"]`}, "departmentIds[0] password"},
		{map[string]string{"lastName": `""`, "departmentIds": ""}, "departmentIds lastName"},
		{map[string]string{"departmentIds": `[]`}, "departmentIds"},
		{map[string]string{"departmentIds": `["` + w.dep + `", "` + w.dep + `"]`}, "departmentIds[1]"},
		{map[string]string{"departmentIds": `"` + w.dep + `"`}, "departmentIds"},
		{map[string]string{"password": "", "confirmPassword": ""}, "confirmPassword password"},
		{map[string]string{"confirmPassword": `"First-word-1"`}, "confirmPassword"},
		{map[string]string{"confirmPassword": ""}, "confirmPassword"},
		{map[string]string{"password": `17`, "confirmPassword": `17`}, "confirmPassword password"},
		{map[string]string{"role": ""}, "role"},
	} {
		got := w.do(422, w.owner, "POST", "/v1/members", w.newMember("nina@example.com", c.changes))
		if bad := strings.Join(badFields(got), " "); bad != c.bad {
			t.Errorf("%v: bad %s, want %s", c.changes, bad, c.bad)
		}
	}
	w.do(400, w.owner, "POST", "/v1/members", w.newMember("nina@example.com", map[string]string{"admin": "true"}))
	w.do(400, w.owner, "POST", "/v1/members", w.newMember("nina@example.com", map[string]string{"id": `"mem_aaaaaaaaaaaa"`}))
	got := w.do(422, w.owner, "PATCH", "/v1/members/"+w.asha, `{"firstName": "", "departmentIds": ["dep_aaaaaaaaaaaa"]}`)
	if bad := strings.Join(badFields(got), " "); bad != "departmentIds[0] firstName" {
		t.Errorf("a patch: bad %s", bad)
	}
	got = w.do(422, w.owner, "PATCH", "/v1/members/"+w.asha, `{"email": "x", "departmentIds": []}`)
	if bad := strings.Join(badFields(got), " "); bad != "departmentIds email" {
		t.Errorf("a patch: bad %s", bad)
	}
	w.do(404, w.owner, "PATCH", "/v1/members/mem_aaaaaaaaaaaa", `{"email": "x", "departmentIds": []}`)
}

// A weak password is told with everything that it lacks, wherever one is set.
func TestWeakPasswords(t *testing.T) {
	w := newWorld(t)
	w.do(202, nobody, "POST", "/v1/password/forgot", `{"email": "asha@example.com"}`)
	w.deliver(desk.WakeCode)
	mails, err := w.twins.Mails.Feed(w.asha, 0)
	must(t, err)
	ways := []struct{ name, as, method, path, rest string }{
		{"by an admin", w.owner, "PUT", "/v1/members/" + w.asha + "/password", ""},
		{"by themselves", w.asha, "PUT", "/v1/me/password", `"currentPassword": "` + password + `", `},
		{"by a code", nobody, "POST", "/v1/password/reset", `"email": "asha@example.com", "code": "` + mails[0].Code + `", `},
	}
	// All cases try it in one world, in which none of them changes anything.
	for _, c := range []struct {
		name, weak string
		lacks      int // how many sentences tell what is missing
	}{
		{"short", "short", 1},
		{"short, with a space at the edge", " short", 2},
		{"a word and digits", "Password-1234", 1},
		{"a row of keys", "qwertyuiop[]", 1},
		{"space at the edge", " violet barnacle", 1},
		{"a word, with a space at the edge", " Password-1234", 2},
	} {
		for _, way := range ways {
			t.Run(c.name+" "+way.name, func(t *testing.T) {
				w.within(t)
				got := w.do(422, way.as, way.method, way.path, `{`+way.rest+`"password": "`+c.weak+`", "confirmPassword": "`+c.weak+`x"}`)
				if bad := strings.Join(badFields(got), " "); bad != "confirmPassword password" || len(got.at("errors").([]any)) != c.lacks+1 {
					t.Errorf("password %s: %v", c.weak, got)
				}
			})
		}
	}
	w.want(w.do(422, w.asha, "PUT", "/v1/me/password", `{"currentPassword": "wrong", `+newPassword+`}`), fields{"errors.0.field": "currentPassword"})
	w.do(422, nobody, "POST", "/v1/password/reset", `{"email": "nobody@example.com", "code": "1", `+newPassword+`}`)
	w.do(200, nobody, "POST", "/v1/login", `{"email": "asha@example.com", "password": "`+password+`"}`)
}

// An e-mail signs in one member of one account, in whatever form it is written.
func TestEmailTaken(t *testing.T) {
	w := newWorld(t)
	otto := w.other()
	taken := fields{"type": "/problems/email-taken"}
	for _, form := range []string{
		"asha@example.com", "ASHA@Example.COM", "otto@example.com", "ａｓｈａ@example.com", "asha@ｅｘａｍｐｌｅ.com", "asha@example。com",
	} {
		w.want(w.do(409, w.owner, "POST", "/v1/members", w.newMember(form, nil)), taken)
		w.want(w.do(409, w.owner, "PATCH", "/v1/members/"+w.bilal, `{"email": "`+form+`"}`), taken)
		if form != "otto@example.com" {
			admin := map[string]string{"role": `"admin"`, "departmentIds": ""}
			w.want(w.do(409, otto, "POST", "/v1/members", w.newMember(form, admin)), taken)
		}
		_, err := w.server.Provision(t.Context(), []byte(`{"accountName": "Third", "timeZone": "UTC",
			"owner": {"firstName": "T", "lastName": "T", "email": "`+form+`", "password": "violet barnacles"}}`))
		if name, _ := w.server.Problem(t.Context(), err); name != "email-taken" {
			t.Errorf("provision with %s: %v", form, err)
		}
	}
	made := w.do(201, w.owner, "POST", "/v1/members", w.newMember("Jürgen@Bücher.example", nil))
	w.want(made, fields{"email": "jürgen@xn--bcher-kva.example"})
	w.want(w.do(409, w.owner, "POST", "/v1/members", w.newMember("JU\u0308RGEN@xn--bcher-kva.example", nil)), taken)
	w.do(200, nobody, "POST", "/v1/login", `{"email": "ju\u0308rgen@BÜCHER.example", "password": "First-Word-1"}`)
	// A removed member's is free again, and so is one that was changed.
	w.do(204, w.owner, "DELETE", "/v1/members/"+made.text("id"), "")
	w.do(201, w.owner, "POST", "/v1/members", w.newMember("jürgen@bücher.example", nil))
	w.do(200, w.owner, "PATCH", "/v1/members/"+w.bilal, `{"email": "bilal.khan@example.com"}`)
	w.do(201, w.owner, "POST", "/v1/members", w.newMember("bilal@example.com", nil))
	w.want(w.do(200, nobody, "POST", "/v1/login", `{"email": "bilal.khan@example.com", "password": "`+password+`"}`), fields{"member.id": w.bilal})
}

// The owner stays, and stays the owner, until the account is handed over.
func TestOwnerStays(t *testing.T) {
	w := newWorld(t)
	admin := w.member("Adam", "admin")
	owner := "/v1/members/" + w.owner
	for _, as := range []string{w.owner, admin} {
		w.want(w.do(409, as, "DELETE", owner, ""), fields{"type": "/problems/owner"})
		for _, role := range []string{"admin", "staff"} {
			body := `{"role": "` + role + `", "departmentIds": ["` + w.dep + `"]}`
			w.want(w.do(409, as, "PATCH", owner, body), fields{"type": "/problems/owner"})
		}
		w.want(w.do(409, as, "PATCH", "/v1/members/"+admin, `{"role": "owner"}`), fields{"type": "/problems/owner"})
	}
	w.do(200, w.owner, "PATCH", owner, `{"role": "owner", "lastName": "Still"}`)
	// An admin does not become the owner by the owner's password or e-mail.
	w.do(403, admin, "PUT", owner+"/password", `{`+newPassword+`}`)
	w.do(403, admin, "PATCH", owner, `{"email": "adam2@example.com"}`)
	heir := func(id string) string { return `{"memberId": "` + id + `", "currentPassword": "` + password + `"}` }
	w.do(403, admin, "POST", "/v1/account/owner", heir(admin))
	w.do(422, w.owner, "POST", "/v1/account/owner", heir(w.asha))
	w.do(422, w.owner, "POST", "/v1/account/owner", heir("dep_aaaaaaaaaaaa"))
	w.do(202, w.owner, "POST", "/v1/account/owner", heir(admin))
	w.do(204, w.owner, "POST", "/v1/account/owner/confirm", `{"code": "`+w.mailed(desk.LetterOwner, w.owner)+`"}`)
	w.want(w.do(409, w.owner, "DELETE", "/v1/members/"+admin, ""), fields{"type": "/problems/owner"})
	w.do(204, admin, "DELETE", owner, "")
	w.do(401, w.owner, "GET", "/v1/me", "")
}

// A department's name is one name in whatever case and form.
func TestDepartmentNames(t *testing.T) {
	w := newWorld(t)
	taken := fields{"type": "/problems/name-taken"}
	for _, name := range []string{"Kids", "KIDS", " kids "} {
		w.want(w.do(409, w.owner, "POST", "/v1/departments", `{"name": "`+name+`"}`), taken)
	}
	cafe := w.do(201, w.owner, "POST", "/v1/departments", `{"name": "Café"}`).text("id")
	w.want(w.do(409, w.owner, "POST", "/v1/departments", `{"name": "CAFE\u0301"}`), taken)
	w.want(w.do(409, w.owner, "PATCH", "/v1/departments/"+cafe, `{"name": "kIDS"}`), taken)
	w.want(w.do(200, w.owner, "PATCH", "/v1/departments/"+cafe, `{"name": "CAFÉ"}`), fields{"name": "CAFÉ"})
	for _, body := range []string{`{}`, `{"name": ""}`, `{"name": " "}`, `{"name": 1}`, `{"name": "a\nb"}`, `{"name": "` + strings.Repeat("x", 65) + `"}`} {
		w.want(w.do(422, w.owner, "POST", "/v1/departments", body), fields{"errors.0.field": "name"})
		w.want(w.do(422, w.owner, "PATCH", "/v1/departments/"+cafe, body), fields{"errors.0.field": "name"})
	}
	w.do(204, w.owner, "DELETE", "/v1/departments/"+cafe, "")
	w.do(404, w.owner, "DELETE", "/v1/departments/"+cafe, "")
	w.do(404, w.owner, "PATCH", "/v1/departments/"+cafe, `{"name": "Bar"}`)
	w.do(404, w.owner, "GET", "/v1/departments/"+cafe+"/availability", "")
	w.do(201, w.owner, "POST", "/v1/departments", `{"name": "Café"}`)
}

func TestProvision(t *testing.T) {
	w := newWorld(t)
	call := func(body string) (fields, string) {
		out, err := w.server.Provision(t.Context(), []byte(body))
		if err != nil {
			name, document := w.server.Problem(t.Context(), err)
			return decode(t, strings.NewReader(string(document))), name
		}
		return fields{"made": out}, ""
	}
	good := `{"accountName": "Shoes", "timeZone": "Asia/Kolkata",
		"owner": {"firstName": "Meera", "lastName": "Nair", "email": "Meera@Example.com", "password": "Kids-Gents-3"}}`
	first, problem := call(good)
	again, _ := call(strings.ReplaceAll(good, "Meera@Example.com", "meera@example.COM"))
	made, _ := first.at("made").(desk.Provisioned)
	if problem != "" || !made.Created || again.at("made") != (desk.Provisioned{AccountID: made.AccountID, MemberID: made.MemberID}) {
		t.Errorf("made %v, then %v", first, again)
	}
	in := w.do(200, nobody, "POST", "/v1/login", `{"email": "meera@example.com", "password": "Kids-Gents-3"}`)
	w.want(in, fields{"member.role": "owner", "member.firstName": "Meera"})
	w.want(w.do(200, in.text("member.id"), "GET", "/v1/account", ""), fields{"name": "Shoes", "timeZone": "Asia/Kolkata", "ringSeconds": 25.0})

	if _, name := call(strings.Replace(good, "Shoes", "Other", 1)); name != "email-taken" {
		t.Errorf("a second account of the same owner: %q, want email-taken", name)
	}
	bad, _ := call(`{"accountName": "", "timeZone": "Mars/Base", "owner": {"firstName": 1, "email": "x", "password": "weak"}}`)
	if got := strings.Join(badFields(bad), " "); got != "accountName owner.email owner.firstName owner.lastName owner.password timeZone" {
		t.Errorf("bad %s", got)
	}
	for _, c := range []struct{ name, body, want string }{
		{"nothing", `{}`, "invalid"},
		{"a list", `[]`, "malformed"},
		{"no JSON", `x`, "malformed"},
		{"too large", strings.Repeat(" ", 1<<20+1), "too-large"},
		{"unknown field", strings.Replace(good, `"owner"`, `"plan": "pro", "owner"`, 1), "unknown-field"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, problem := call(c.body); problem != c.want {
				t.Errorf("problem %q, want %q", problem, c.want)
			}
		})
	}
}

// Admins find members by name, and see on what their phones are.
func TestListMembers(t *testing.T) {
	w := newWorld(t)
	w.do(200, w.bilal, "PUT", "/v1/me/devices/phone-1", `{"platform": "apns", "token": "0a", "voipToken": "0b"}`)
	w.do(200, w.bilal, "PATCH", "/v1/me", `{"lastName": "Özdemir Rao"}`)
	for _, c := range []struct{ query, names string }{
		{"", "Asha Bilal Olga"},
		{"?q=a", "Asha Bilal Olga"},
		{"?q=BIL", "Bilal"},
		{"?q=al%20%C3%B6z", "Bilal"},
		{"?q=bilal%40", "Bilal"},
		{"?q=test", "Asha Olga"},
		{"?q=", "Asha Bilal Olga"},
		{"?q=nobody", ""},
		{"?q=" + strings.Repeat("x", 242) + "@example.com", ""}, // an e-mail in full
		{"?q=a&status=online", ""},
		{"?q=a&departmentId=" + w.dep, "Asha Bilal"},
	} {
		t.Run("GET /v1/members"+c.query, func(t *testing.T) {
			w.within(t)
			var got []string
			for _, m := range w.do(200, w.owner, "GET", "/v1/members"+c.query, "").at("items").([]any) {
				got = append(got, fields(m.(map[string]any)).text("firstName"))
			}
			if s := strings.Join(got, " "); s != c.names {
				t.Errorf("got %s, want %s", s, c.names)
			}
		})
	}
	first := w.do(200, w.owner, "GET", "/v1/members?limit=2&q=a", "")
	w.want(w.do(200, w.owner, "GET", "/v1/members?limit=2&q=a&cursor="+first.text("nextCursor"), ""), fields{"items.0.id": w.owner, "nextCursor": nil})
	for _, bad := range []string{"?q=%20", "?q=%E2%80%8B", "?q=" + strings.Repeat("x", 255), "?q=a&q=b"} {
		w.want(w.do(422, w.owner, "GET", "/v1/members"+bad, ""), fields{"errors.0.field": "q"})
	}
	phones := fields{"devices.registered": 1.0, "devices.working": 1.0, "devices.voipWorking": 1.0}
	w.want(w.do(200, w.owner, "GET", "/v1/members/"+w.bilal, ""), phones)
	w.want(w.do(200, w.bilal, "GET", "/v1/me", ""), phones)
	w.want(w.do(200, w.bilal, "GET", "/v1/me/devices", ""), fields{"items.0.working": true, "items.0.voipWorking": true})
	list := w.do(200, w.owner, "GET", "/v1/members", "")
	w.want(list, fields{"items.1.devices.voipWorking": 1.0, "items.0.devices.registered": 0.0, "items.0.devices.lastSeenAt": nil})
	if list.text("items.1.devices.lastSeenAt") == "" {
		t.Errorf("never seen: %v", list.at("items.1.devices"))
	}
}
