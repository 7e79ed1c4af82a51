package users_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/connectnow/backend/internal/cloud/users"
	"github.com/connectnow/backend/internal/desk/identitytest"
	"github.com/connectnow/backend/internal/programs"
)

const (
	developerGuide = "https://docs.aws.amazon.com/cognito/latest/developerguide/"
	apiReference   = "https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/"
)

// cognitoLocalWrong is what cognito-local 5.3.0 does otherwise than AWS documents. These
// tests of the suite are left to the server in cognito_test.go.
var cognitoLocalWrong = []struct{ test, does, documented, url string }{
	{
		"bearer's life", "gives no ExpiresIn",
		"AuthenticationResult has ExpiresIn, in seconds", apiReference + "API_AuthenticationResultType.html",
	},
	{
		"wrong password", "answers InvalidPasswordException",
		"NotAuthorizedException, the same as for an unknown user", developerGuide + "cognito-user-pool-managing-errors.html",
	},
	{"any script", "the same", "the same", developerGuide + "cognito-user-pool-managing-errors.html"},
	{"set a lost user's password", "the same", "the same", developerGuide + "cognito-user-pool-managing-errors.html"},
	{"password set at the service", "the same", "the same", developerGuide + "cognito-user-pool-managing-errors.html"},
	{
		"session", "makes tokens without origin_jti",
		"all tokens of a sign-in have the same, where tokens can be revoked", developerGuide + "token-revocation.html",
	},
	{
		"new password ends sessions", "does not know AdminUserGlobalSignOut, which the test answers in its place",
		"all refresh tokens of the user are revoked", apiReference + "API_AdminUserGlobalSignOut.html",
	},
	{
		"too many passwords", "never locks a user out",
		"after five failures a second, twice as long after each more", developerGuide + "authentication.html#authentication-flow-lockout-behavior",
	},
}

// The contract through the real SDK, against cognito-local.
func TestIdentityCognitoLocal(t *testing.T) {
	l := cognitoLocal(t)
	except := map[string]string{}
	for _, w := range cognitoLocalWrong {
		except[w.test] = fmt.Sprintf("cognito-local %s; AWS: %s (%s)", w.does, w.documented, w.url)
	}
	identitytest.Run(t, func(t *testing.T) identitytest.Subject {
		i := l.newPool(t)
		return identitytest.Subject{
			Identity: i,
			Advance:  func(time.Duration) { t.Fatal("cognito-local's clock is the machine's") },
			Lose: func(name string) error {
				_, err := i.Cognito.AdminDeleteUser(t.Context(), &cognito.AdminDeleteUserInput{UserPoolId: &i.Pool, Username: &name})
				return err
			},
			Overwrite: func(name, password string) error {
				_, err := i.Cognito.AdminSetUserPassword(t.Context(), &cognito.AdminSetUserPasswordInput{
					UserPoolId: &i.Pool, Username: &name, Password: &password, Permanent: true,
				})
				return err
			},
		}
	}, except)
}

// cognitoLocalProcess is the running cognito-local.
type cognitoLocalProcess struct {
	url   string
	input io.Closer // it ends when this does, however the test process ends
}

// cognitoLocal starts it.
func cognitoLocal(t *testing.T) *cognitoLocalProcess {
	t.Helper()
	begin := time.Now()
	l := programs.Need(t, "cognito-local", startCognitoLocal)
	t.Cleanup(func() { l.input.Close() })
	t.Logf("cognito-local, up in %v", time.Since(begin).Round(time.Millisecond))
	return l
}

// startCognitoLocal installs and starts it.
func startCognitoLocal() (*cognitoLocalProcess, error) {
	folder, err := programs.FromNPM("internal/cloud/testdata/cognito-local")
	if err != nil {
		return nil, err
	}

	run := exec.Command("node", "--no-warnings", "start.mjs")
	run.Dir = folder
	run.Stderr = os.Stderr
	out, err := run.StdoutPipe()
	if err != nil {
		return nil, err
	}
	l := &cognitoLocalProcess{}
	if l.input, err = run.StdinPipe(); err != nil {
		return nil, err
	}
	if err := run.Start(); err != nil {
		return nil, err
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		return nil, errors.Join(fmt.Errorf("cognito-local said nothing: %w", err), run.Wait())
	}
	l.url = strings.TrimSpace(line)
	return l, nil
}

// newPool makes a pool with a client, configured as users.Identity asks for.
func (l *cognitoLocalProcess) newPool(t *testing.T) *users.Identity {
	t.Helper()
	c := cognitoClient(l.url, func(o *cognito.Options) { o.HTTPClient = inItsWords{} })
	pool, err := c.CreateUserPool(t.Context(), &cognito.CreateUserPoolInput{
		PoolName: aws.String("test"), AliasAttributes: []types.AliasAttributeType{types.AliasAttributeTypeEmail},
	})
	if err != nil {
		t.Fatal(err)
	}
	client := func(secret bool) string {
		made, err := c.CreateUserPoolClient(t.Context(), &cognito.CreateUserPoolClientInput{
			UserPoolId: pool.UserPool.Id, ClientName: aws.String("test"), GenerateSecret: secret,
			ExplicitAuthFlows: []types.ExplicitAuthFlowsType{
				types.ExplicitAuthFlowsTypeAllowAdminUserPasswordAuth, types.ExplicitAuthFlowsTypeAllowRefreshTokenAuth,
			},
			PreventUserExistenceErrors: types.PreventUserExistenceErrorTypesEnabled, EnableTokenRevocation: aws.Bool(true),
		})
		if err != nil {
			t.Fatal(err)
		}
		return *made.UserPoolClient.ClientId
	}
	return &users.Identity{Cognito: c, Pool: *pool.UserPool.Id, Client: client(true), Released: client(false)}
}

// inItsWords puts into cognito-local's words what it does not know: GetTokensFromRefreshToken
// becomes the flow REFRESH_TOKEN_AUTH, and AdminUserGlobalSignOut is answered here.
type inItsWords struct{}

func (inItsWords) Do(r *http.Request) (*http.Response, error) {
	service, action, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	switch action {
	case "AdminUserGlobalSignOut":
		return &http.Response{StatusCode: 200, Header: http.Header{}, Body: io.NopCloser(strings.NewReader("{}")), Request: r}, nil
	case "GetTokensFromRefreshToken":
		var in struct {
			ClientID     string `json:"ClientId"`
			RefreshToken string
		}
		if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
			return nil, err
		}
		text, err := json.Marshal(map[string]any{
			"ClientId": in.ClientID, "AuthFlow": "REFRESH_TOKEN_AUTH", "AuthParameters": map[string]string{"REFRESH_TOKEN": in.RefreshToken},
		})
		if err != nil {
			return nil, err
		}
		r.Header.Set("X-Amz-Target", service+".InitiateAuth")
		r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(text)), int64(len(text))
	}
	return http.DefaultClient.Do(r)
}
