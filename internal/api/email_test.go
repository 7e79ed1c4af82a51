package api_test

import (
	"strings"
	"testing"

	"github.com/connectnow/backend/internal/email"
)

// One character can become six under NFKC: ㌖ is キロメートル. An address that is short enough as it is sent and
// too long as it would be kept is refused like one that is too long as sent, wherever one is
// taken: no key of the table would hold it.
func TestEmailThatGrows(t *testing.T) {
	w := newWorld(t)
	grown := strings.Repeat("㌖", 200) + "@example.com"
	if normal, is := email.Normal(grown); !is || len(normal) < 2048 {
		t.Fatalf("an address of %d bytes, %v: this test says nothing", len(normal), is)
	}
	code := `"code": "123456", ` + newPassword
	for _, c := range []struct {
		as, method, path, body string
		status                 int
	}{
		{nobody, "POST", "/v1/login", `{"email": "{}", "password": "x"}`, 422},
		{nobody, "POST", "/v1/password/forgot", `{"email": "{}"}`, 422},
		{nobody, "POST", "/v1/password/reset", `{"email": "{}", ` + code + `}`, 422},
		{w.owner, "POST", "/v1/members", w.newMember("{}", nil), 422},
		{w.owner, "PATCH", "/v1/members/" + w.asha, `{"email": "{}"}`, 422},
		{w.owner, "GET", "/v1/members?q={}", "", 200},
		{w.owner, "GET", "/v1/escalations?customer={}", "", 422},
		{w.owner, "GET", "/v1/callbacks?customer={}", "", 422},
	} {
		t.Run(c.method+" "+strings.Replace(c.path, w.asha, "{id}", 1), func(t *testing.T) {
			fill := strings.NewReplacer("{}", grown)
			got := w.send(c.as, c.method, fill.Replace(c.path), fill.Replace(c.body))
			if got.Code != c.status {
				t.Fatalf("status %d, want %d: %.300s", got.Code, c.status, got.Body)
			}
			if field := parse(t, got.Body.String()).text("errors.0.field"); c.status == 422 && field != "email" && field != "customer" {
				t.Errorf("refused at %q: %.300s", field, got.Body)
			}
		})
	}
}
