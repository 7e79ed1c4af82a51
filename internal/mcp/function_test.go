package mcp

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"os"
	"strings"
	"testing"

	"github.com/connectnow/backend/internal/logs"
)

// The sample event is answered through the handler of the function, and one line says what was
// done, without the key.
func TestFunction(t *testing.T) {
	event, err := os.ReadFile("../../events/mcp.json")
	must(t, err)
	s := newShop(t)
	var b bytes.Buffer
	s.desk.Log = logs.JSON(&b, slog.LevelInfo)
	for _, c := range []struct{ name, event, want string }{
		{"as it is", string(event), `"statusCode":401`},
		{"with a key", strings.Replace(string(event), "cnk_aaaaaaaaaaaa_bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb", s.key, 1), `\"name\":\"escalate\"`},
		{"another method", strings.Replace(string(event), `"method": "POST"`, `"method": "GET"`, 1), `"Allow":"POST"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			b.Reset()
			got, err := Function(s.desk).Invoke(t.Context(), []byte(c.event))
			must(t, err)
			if !strings.Contains(string(got), c.want) {
				t.Errorf("got %s, want %s in it", got, c.want)
			}
			var line struct{ Msg, Route string }
			last := bytes.TrimSpace(b.Bytes())
			last = last[bytes.LastIndexByte(last, '\n')+1:] // behind a word of who is refused
			if err := json.Unmarshal(last, &line); err != nil || line.Msg != "request answered" || line.Route != "/mcp" || strings.Contains(b.String(), s.key) {
				t.Errorf("the log has %s (%v)", &b, err)
			}
		})
	}
}
