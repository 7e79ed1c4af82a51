package api_test

import (
	"strings"
	"testing"
)

// Members change their own name and language, and nothing else of themselves.
func TestPatchMe(t *testing.T) {
	w := newWorld(t)
	w.want(w.do(200, w.asha, "GET", "/v1/me", ""), fields{"language": ""})
	w.want(w.do(200, w.asha, "PATCH", "/v1/me", `{"firstName": "Aisha", "language": "EN-in"}`),
		fields{"id": w.asha, "firstName": "Aisha", "lastName": "Test", "language": "en-IN", "role": "staff"})
	w.want(w.do(200, w.owner, "GET", "/v1/members/"+w.asha, ""), fields{"firstName": "Aisha", "language": "en-IN"})
	// The phones of others show the new name, too: the desk row has it.
	w.presence(w.asha, "online")
	w.do(200, machine, "POST", "/v1/escalations", w.escalation("r1", "chat"))
	rings := w.do(200, w.asha, "GET", "/v1/me/escalations", "").text("items.0.id")
	w.want(w.do(200, w.asha, "POST", "/v1/escalations/"+rings+"/accept", ""), fields{"assignedTo.firstName": "Aisha"})

	w.want(w.do(200, w.owner, "PATCH", "/v1/members/"+w.asha, `{"language": "hi"}`), fields{"language": "hi", "firstName": "Aisha"})
	w.want(w.do(200, w.asha, "PATCH", "/v1/me", `{"language": ""}`), fields{"language": ""})
	for _, c := range []struct {
		name, body, bad string
		status          int
	}{
		{"role", `{"role": "admin"}`, "role", 400},
		{"what admins change", `{"email": "a@b.example", "departmentIds": [], "capacity": {"calls": 0}}`, "capacity departmentIds email", 400},
		{"id", `{"id": "` + w.bilal + `"}`, "id", 400},
		{"null", `{"language": null, "lastName": null}`, "language lastName", 422},
		{"no language", `{"language": "english", "firstName": ""}`, "firstName language", 422},
		{"invisible name", `{"lastName": "\u2800"}`, "lastName", 422},
		{"no JSON", ``, "", 400},
	} {
		t.Run(c.name, func(t *testing.T) {
			w.within(t)
			got := w.do(c.status, w.asha, "PATCH", "/v1/me", c.body)
			if bad := strings.Join(badFields(got), " "); bad != c.bad {
				t.Errorf("bad %s, want %s", bad, c.bad)
			}
		})
	}
	w.want(w.do(200, w.asha, "GET", "/v1/me", ""), fields{"firstName": "Aisha", "lastName": "Test", "role": "staff", "email": "asha@example.com"})
	// Admins see who changed what.
	w.want(w.do(200, w.owner, "GET", "/v1/audit?limit=1", ""), fields{
		"items.0.what": "member.changed", "items.0.memberId": w.asha, "items.0.target": w.asha, "items.0.fields.0": "language",
		"items.0.firstName": "Aisha", "items.0.changes.0.from": "hi", "items.0.changes.0.to": "",
	})
}
