package api_test

import (
	"strings"
	"testing"
)

// The trail is filtered over HTTP, and tells names beside ids.
func TestListAudit(t *testing.T) {
	w := newWorld(t)
	w.do(200, w.owner, "PATCH", "/v1/account", `{"ringSeconds": 40}`)
	w.do(200, w.owner, "PATCH", "/v1/members/"+w.asha, `{"lastName": "Rao"}`)
	w.do(200, w.bilal, "PATCH", "/v1/me", `{"language": "hi"}`)
	w.do(204, w.owner, "PUT", "/v1/members/"+w.asha+"/password", `{`+newPassword+`}`)
	for _, c := range []struct{ query, whats string }{
		{"?memberId=" + w.asha, "member.password member.changed member.created"},
		{"?memberId=" + w.bilal + "&what=member.changed", "member.changed"},
		{"?what=account.changed&what=member.password", "member.password account.changed"},
		{"?what=account.changed&what=", "account.changed"},
		{"?to=2026-01-01T00:00:00Z", ""},
		{"?from=2999-01-01T00:00:00Z", ""},
		{"?what=department.created&from=2026-01-01T00:00:00Z&to=2999-01-01T00:00:00Z", "department.created"},
	} {
		t.Run("GET /v1/audit"+c.query, func(t *testing.T) {
			w.within(t)
			var got []string
			for _, a := range w.do(200, w.owner, "GET", "/v1/audit"+c.query, "").at("items").([]any) {
				got = append(got, fields(a.(map[string]any)).text("what"))
			}
			if s := strings.Join(got, " "); s != c.whats {
				t.Errorf("got %s, want %s", s, c.whats)
			}
		})
	}
	w.want(w.do(200, w.owner, "GET", "/v1/audit?what=account.changed", ""), fields{
		"items.0.firstName": "Olga", "items.0.targetName": nil,
		"items.0.changes.0.field": "ringSeconds", "items.0.changes.0.from": 25.0, "items.0.changes.0.to": 40.0,
	})
	w.want(w.do(200, w.owner, "GET", "/v1/audit?what=member.password", ""), fields{"items.0.targetName": "Asha", "items.0.changes.0": nil, "items.0.fields.0": nil})
	bad := w.do(422, w.owner, "GET", "/v1/audit?memberId=asha&what=member.eaten&from=today&to=1", "")
	if got := strings.Join(badFields(bad), " "); got != "from memberId to what" {
		t.Errorf("bad %s", got)
	}
}
