package machine

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// pool is a Cognito with one user pool, and the CloudFormation that made it.
type pool struct {
	mu      sync.Mutex
	secrets []string // the ids of the client's, the newest first
	asked   []string
}

func (p *pool) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	var in struct{ UserPoolID, ClientID, ClientSecretID, NextToken string }
	_ = json.Unmarshal(body, &in) // a form is none
	p.mu.Lock()
	defer p.mu.Unlock()
	_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	p.asked = append(p.asked, strings.TrimSpace(fmt.Sprintln(operation, in.UserPoolID, in.ClientID, in.ClientSecretID, in.NextToken)))
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	switch {
	case operation == "":
		w.Header().Set("Content-Type", "text/xml")
		_, _ = io.WriteString(w, `<DescribeStacksResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><DescribeStacksResult><Stacks><member>`+
			`<StackName>ConnectNow-prod-Data</StackName><Outputs><member><OutputKey>EventTopicArn</OutputKey><OutputValue>arn</OutputValue></member>`+
			`<member><OutputKey>UserPoolId</OutputKey><OutputValue>eu-west-1_pool</OutputValue></member></Outputs></member></Stacks></DescribeStacksResult></DescribeStacksResponse>`)
	case operation == "ListUserPoolClients" && in.NextToken == "":
		p.answer(w, map[string]any{"NextToken": "more", "UserPoolClients": []any{map[string]any{"ClientId": "m", "ClientName": "members-2"}}})
	case operation == "ListUserPoolClients":
		p.answer(w, map[string]any{"UserPoolClients": []any{map[string]any{"ClientId": "client", "ClientName": "platform"}}})
	case operation == "ListUserPoolClientSecrets":
		var all []any
		for i, id := range p.secrets {
			all = append(all, map[string]any{"ClientSecretId": id, "ClientSecretCreateDate": 1.8e9 - float64(i)})
		}
		p.answer(w, map[string]any{"ClientSecrets": all})
	case operation == "AddUserPoolClientSecret" && len(p.secrets) == 2, operation == "DeleteUserPoolClientSecret" && len(p.secrets) == 1:
		w.WriteHeader(http.StatusBadRequest)
		p.answer(w, map[string]any{"__type": "LimitExceededException", "message": "one or two"})
	case operation == "AddUserPoolClientSecret":
		p.secrets = slices.Insert(p.secrets, 0, "client--2")
		p.answer(w, map[string]any{"ClientSecretDescriptor": map[string]any{"ClientSecretId": "client--2", "ClientSecretValue": secret, "ClientSecretCreateDate": 1.8e9}})
	case operation == "DeleteUserPoolClientSecret":
		p.secrets = slices.DeleteFunc(p.secrets, func(id string) bool { return id == in.ClientSecretID })
		p.answer(w, map[string]any{})
	}
}

func (p *pool) answer(w io.Writer, v any) { _ = json.NewEncoder(w).Encode(v) }

// The AWS CLI knows the commands, looks through all pages of clients, and finds the older
// secret by its date.
func TestRotateWithCLI(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("runs the AWS CLI")
	}
	if exec.Command("aws", "cognito-idp", "list-user-pool-client-secrets", "--generate-cli-skeleton").Run() != nil {
		t.Skip("no AWS CLI from March 2026 or later")
	}
	p := &pool{secrets: []string{"client--1"}}
	server := httptest.NewServer(p)
	t.Cleanup(server.Close)
	rotate := func(args ...string) string {
		t.Helper()
		cmd := exec.Command(script, args...)
		cmd.Env = append(cmd.Environ(), "AWS_ENDPOINT_URL="+server.URL, "AWS_REGION=eu-west-1", "AWS_DEFAULT_REGION=eu-west-1", "AWS_ACCESS_KEY_ID=id", "AWS_SECRET_ACCESS_KEY=secret",
			"AWS_CONFIG_FILE=/dev/null")
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("%v: %s", err, err.(*exec.ExitError).Stderr)
		}
		return string(out)
	}
	if got := rotate("prod"); got != secret+"\n" {
		t.Errorf("it prints %q, want the secret alone", got)
	}
	if got := rotate("prod", "old"); got != "" {
		t.Errorf("it prints %q, want nothing", got)
	}
	looks := []string{
		"", "ListUserPoolClients eu-west-1_pool", "ListUserPoolClients eu-west-1_pool   more",
		"ListUserPoolClientSecrets eu-west-1_pool client",
	}
	want := append(slices.Clone(looks), "AddUserPoolClientSecret eu-west-1_pool client")
	want = append(append(want, looks...), "DeleteUserPoolClientSecret eu-west-1_pool client client--1")
	if diff := cmp.Diff(want, p.asked); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if diff := cmp.Diff([]string{"client--2"}, p.secrets); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}
