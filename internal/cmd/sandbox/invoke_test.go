package main

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/smithy-go"

	"github.com/connectnow/backend/internal/logs"
)

const availability = `{"action":"availability","accountId":"acc_demodemodemo"}`

// TestLogResult reads the log of an invocation as the AWS SDK gives it.
func TestLogResult(t *testing.T) {
	t.Parallel()
	p := served(t)
	client := lambdaClient(p)
	tail := func(function string, log types.LogType, payload []byte) string {
		t.Helper()
		out, err := client.Invoke(t.Context(), &lambda.InvokeInput{FunctionName: &function, LogType: log, Payload: payload})
		if err != nil {
			t.Fatal(err)
		}
		text, err := base64.StdEncoding.DecodeString(aws.ToString(out.LogResult))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	p.online("asha")
	event, err := json.Marshal(p.escalation("req-1"))
	if err != nil {
		t.Fatal(err)
	}
	if got := tail("escalate", types.LogTypeNone, []byte(availability)); got != "" {
		t.Errorf("without Tail: %q", got)
	}
	got := tail("connectnow-prod-escalate", types.LogTypeTail, event)
	want := regexp.MustCompile(`^START RequestId: (\S+) Version: \$LATEST
\{.*"msg":"offer made".*"requestId":"(\S+?)".*\}
\{.*"msg":"push sent".*\}
\{.*"msg":"request answered".*\}
END RequestId: (\S+)
REPORT RequestId: (\S+)	Duration: \d+\.\d\d ms	Billed Duration: \d+ ms	
$`)
	ids := want.FindStringSubmatch(got)
	if ids == nil || ids[1] != ids[2] || ids[1] != ids[3] || ids[1] != ids[4] {
		t.Errorf("the log is\n%s", got)
	}
	if strings.Contains(got, "Meera") || strings.Contains(got, "+9198") {
		t.Errorf("the customer is in the log:\n%s", got)
	}
}

// Of a long log the last 4 KB are told, and lines of other invocations are not in it.
func TestLogTail(t *testing.T) {
	var terminal lockedBuffer
	log := withTails(logs.JSON(&terminal, slog.LevelWarn)).With("function", "escalate")
	var one, two tail
	first, second := one.begin(t.Context(), "r1"), two.begin(t.Context(), "r2")
	log.InfoContext(first, "offer made")
	log.DebugContext(first, "answer not sent")
	log.WarnContext(logs.With(second, slog.String(logs.RequestID, "r2")), "push failed", "error", strings.Repeat("x", tailSize))
	log.InfoContext(t.Context(), "nobody's")

	if got := one.lines.String(); strings.Count(got, "\n") != 2 || !strings.Contains(got, `"msg":"offer made","function":"escalate"`) {
		t.Errorf("the first tail is\n%s", got)
	}
	got, err := base64.StdEncoding.DecodeString(two.encoded())
	if err != nil || len(got) != tailSize || !strings.HasSuffix(string(got), `xx","requestId":"r2"}`+"\n") {
		t.Errorf("%v, %d bytes of the second tail: …%s", err, len(got), got[max(0, len(got)-100):])
	}
	if got := terminal.String(); strings.Count(got, "\n") != 1 || !strings.Contains(got, `"requestId":"r2"`) {
		t.Errorf("the terminal shows\n%s", got)
	}
}

// TestInvokeRefusals are told by the AWS SDK as those of Lambda are.
func TestInvokeRefusals(t *testing.T) {
	t.Parallel()
	client := lambdaClient(served(t))
	_, err := client.Invoke(t.Context(), &lambda.InvokeInput{FunctionName: aws.String("escalate"), Qualifier: aws.String("live"), Payload: []byte(availability)})
	var missing *types.ResourceNotFoundException
	if !errors.As(err, &missing) || !strings.HasSuffix(missing.ErrorMessage(), ":function:escalate:live") {
		t.Errorf("an alias: %v", err)
	}
	_, err = client.Invoke(t.Context(), &lambda.InvokeInput{
		FunctionName: aws.String("escalate"), InvocationType: types.InvocationTypeEvent, Payload: []byte(`"` + strings.Repeat("x", maxEvent) + `"`),
	})
	var refused smithy.APIError
	if !errors.As(err, &refused) || refused.ErrorCode() != "RequestEntityTooLargeException" {
		t.Errorf("an event that is too large: %v", err)
	}
	out, err := client.Invoke(t.Context(), &lambda.InvokeInput{FunctionName: aws.String("escalate"), InvocationType: types.InvocationTypeDryRun})
	if err != nil || out.StatusCode != 204 {
		t.Errorf("a dry run: %+v, %v", out, err)
	}
}

// TestAWSCommandLine invokes with AWS's own command line, as the README says.
func TestAWSCommandLine(t *testing.T) {
	command, err := exec.LookPath("aws")
	if testing.Short() {
		t.Skip("starts the AWS CLI, which takes seconds")
	}
	if err != nil {
		t.Skip("the AWS CLI is not installed")
	}
	t.Parallel()
	p := served(t)
	dir := t.TempDir()
	payload, answer := filepath.Join(dir, "payload.json"), filepath.Join(dir, "answer.json")
	if err := os.WriteFile(payload, []byte(availability), 0o600); err != nil {
		t.Fatal(err)
	}
	run := func(args ...string) (string, error) {
		args = append([]string{"lambda", "invoke", "--endpoint-url", p.url, "--payload", "fileb://" + payload}, args...)
		c := exec.CommandContext(t.Context(), command, append(args, answer)...)
		c.Env = []string{
			"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "AWS_ACCESS_KEY_ID=local", "AWS_SECRET_ACCESS_KEY=local",
			"AWS_DEFAULT_REGION=eu-central-1", "AWS_EC2_METADATA_DISABLED=true", "AWS_PAGER=",
		}
		out, err := c.CombinedOutput()
		return string(out), err
	}
	out, err := run("--function-name", "connectnow-dev-escalate", "--log-type", "Tail", "--query", "LogResult", "--output", "text")
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	log, err := base64.StdEncoding.DecodeString(strings.TrimSpace(out))
	if err != nil || !strings.HasPrefix(string(log), "START RequestId: ") {
		t.Errorf("%v, log %s", err, log)
	}
	if got, err := os.ReadFile(answer); err != nil || !strings.Contains(string(got), `"now"`) {
		t.Errorf("answer %s, %v", got, err)
	}
	if out, err := run("--function-name", "escalate", "--qualifier", "live"); err == nil || !strings.Contains(out, "(ResourceNotFoundException)") {
		t.Errorf("an alias: %v, %s", err, out)
	}
}

// What a caller says beside the payload reaches the function; what is no JSON in Base64 is
// refused as Lambda does.
func TestClientContext(t *testing.T) {
	t.Parallel()
	encode := base64.StdEncoding.EncodeToString
	given, no := clientContext(encode([]byte(`{"custom": {"tool": "shop___escalate", "n": 1}}`)))
	if no != nil || given.Custom["tool"] != "shop___escalate" || given.Custom["n"] != "1" {
		t.Errorf("got %v, %v", given, no)
	}
	client := lambdaClient(served(t))
	for _, bad := range []string{"no Base64!", encode([]byte(`[]`)), encode([]byte(`{"custom": {"x": "` + strings.Repeat("x", maxContext) + `"}}`))} {
		_, err := client.Invoke(t.Context(), &lambda.InvokeInput{FunctionName: aws.String("escalate"), ClientContext: &bad, Payload: []byte(availability)})
		var refused smithy.APIError
		if !errors.As(err, &refused) || refused.ErrorCode() != "InvalidRequestContentException" {
			t.Errorf("%.20q: %v", bad, err)
		}
	}
}
