package api_test

import "testing"

func TestDepartmentNamesOfOtherForms(t *testing.T) {
	w := newWorld(t)
	w.do(201, w.owner, "POST", "/v1/departments", `{"name": "ΠΩΛΗΣΕΙΣ"}`)
	cafe := w.do(201, w.owner, "POST", "/v1/departments", `{"name": "CAFÉ"}`).text("id")
	for _, c := range []struct {
		name   string
		status int
		kind   string
	}{
		{"πωλησεις", 409, "/problems/name-taken"},
		{`Kid\u017f`, 409, "/problems/name-taken"},
		{`\uff2bIDS`, 409, "/problems/name-taken"},
		{`Ki\u200bds`, 422, "/problems/invalid"},
		{`\u202eKids`, 422, "/problems/invalid"},
		{`Ki\u2028ds`, 422, "/problems/invalid"},
		{`\u3164`, 422, "/problems/invalid"},
	} {
		t.Run(c.name, func(t *testing.T) {
			body := `{"name": "` + c.name + `"}`
			w.want(w.do(c.status, w.owner, "POST", "/v1/departments", body), fields{"type": c.kind})
			w.want(w.do(c.status, w.owner, "PATCH", "/v1/departments/"+cafe, body), fields{"type": c.kind})
		})
	}
	asked := `{"action": "escalate", "accountId": "` + w.acc + `", "requestId": "r1", "interactionId": "conv-1", "channel": "chat",
		"reason": "customer_request", "department": "Cafe\u0301", "customer": {}, "conversation": {"summary": "s", "trigger": "t", "messages": []}}`
	id := w.do(200, machine, "POST", "/v1/escalations", asked).text("escalationId")
	w.want(w.do(200, w.owner, "GET", "/v1/escalations/"+id, ""), fields{"departmentId": cafe})
}

func TestNamesThatNobodySees(t *testing.T) {
	w := newWorld(t)
	for _, name := range []string{`Ki\u200bds`, `\u202eKids`, `Ki\u00adds`, `\u2800`} {
		t.Run(name, func(t *testing.T) {
			w.want(w.do(422, w.owner, "PATCH", "/v1/account", `{"name": "`+name+`"}`), fields{"errors.0.field": "name"})
			w.want(w.do(422, w.owner, "PATCH", "/v1/members/"+w.asha, `{"firstName": "`+name+`", "lastName": "`+name+`"}`),
				fields{"errors.0.field": "firstName", "errors.1.field": "lastName"})
			w.want(w.do(422, w.owner, "POST", "/v1/members", `{"firstName": "`+name+`", "lastName": "`+name+`", "email": "n@example.com",
				"password": "Good-Password-1", "confirmPassword": "Good-Password-1", "role": "staff"}`),
				fields{"errors.0.field": "firstName", "errors.1.field": "lastName"})
		})
	}
	w.do(200, w.owner, "PATCH", "/v1/members/"+w.asha, `{"firstName": "علی\u200cرضا", "lastName": "ක්\u200dරිශාන්ත"}`)
}
