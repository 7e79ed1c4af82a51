package gateway

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/table"
)

// child tells the test binary to be a function instead of a test.
const child = "GATEWAY_TEST_FUNCTION"

// noTable is one of which all that is asked panics.
type noTable struct{ table.Table }

func TestMain(m *testing.M) {
	if os.Getenv(child) != "" {
		Start(func(context.Context) (*desk.Desk, error) { return &desk.Desk{Table: noTable{}}, nil }, Escalate)
		return
	}
	os.Exit(m.Run())
}

// reply is what a function told the runtime.
type reply struct {
	path   string
	body   []byte
	stderr string
}

// invokeProcess runs this binary as the function escalate, as Lambda would: it gives it
// one invocation over the Runtime API and waits for what comes back.
func invokeProcess(t *testing.T, payload string) reply {
	t.Helper()
	replies := make(chan reply, 1)
	given := false
	runtime := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasSuffix(r.URL.Path, "/invocation/next") {
			body, _ := io.ReadAll(r.Body)
			replies <- reply{path: r.URL.Path, body: body}
			w.WriteHeader(http.StatusAccepted)
			return
		}
		if given { // there is no second one
			<-r.Context().Done()
			return
		}
		given = true
		w.Header().Set("Lambda-Runtime-Aws-Request-Id", "invocation-1")
		w.Header().Set("Lambda-Runtime-Deadline-Ms", "4102444800000")
		_, _ = io.WriteString(w, payload)
	}))
	ctx, cancel := context.WithCancel(t.Context())
	function := exec.CommandContext(ctx, os.Args[0])
	function.Env = append(os.Environ(), child+"=1", "AWS_LAMBDA_RUNTIME_API="+strings.TrimPrefix(runtime.URL, "http://"))
	var stderr bytes.Buffer
	function.Stderr = &stderr
	must(t, function.Start())
	end := sync.OnceFunc(func() {
		cancel()
		_ = function.Wait()
		runtime.Close()
	})
	defer end()
	select {
	case r := <-replies:
		end()
		r.stderr = stderr.String()
		return r
	case <-t.Context().Done():
		t.Fatal("no reply")
		return reply{}
	}
}

// The error of an invocation is what the contract says, through the library's own
// runtime: errorType is the problem's name, errorMessage the problem as JSON.
func TestErrorsOfInvocations(t *testing.T) {
	for _, c := range []struct {
		name, payload string
		problem       string
		status        int
	}{
		{"unknown action", `{"action": "explode"}`, "invalid", 422},
		{"unknown action", `{"action": "explode", "accountId": "acc_a"}`, "invalid", 422},
		{"no JSON", `escalate!`, "malformed", 400},
		{"too large", `"` + strings.Repeat("x", 6<<20) + `"`, "too-large", 413},
		{"panic", `{"action": "status", "accountId": "acc_a", "escalationId": "esc_aaaaaaaaaaaa"}`, "internal", 500}, // its desk is empty
		{"no id", `{"action": "append", "accountId": "acc_a", "messages": []}`, "invalid", 422},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := invokeProcess(t, c.payload)
			var e struct {
				Type    string `json:"errorType"`
				Message string `json:"errorMessage"`
			}
			if err := json.Unmarshal(got.body, &e); err != nil || !strings.HasSuffix(got.path, "/invocation-1/error") {
				t.Fatalf("%v: %s %s", err, got.path, got.body)
			}
			if e.Type != c.problem {
				t.Errorf("errorType %q, want %q", e.Type, c.problem)
			}
			var p struct {
				Type      string `json:"type"`
				Status    int    `json:"status"`
				RequestID string `json:"requestId"`
			}
			if err := json.Unmarshal([]byte(e.Message), &p); err != nil {
				t.Fatalf("errorMessage %q: %v", e.Message, err)
			}
			if p.Type != "/problems/"+c.problem || p.Status != c.status || p.RequestID != "invocation-1" {
				t.Errorf("problem %+v", p)
			}
		})
	}
}
