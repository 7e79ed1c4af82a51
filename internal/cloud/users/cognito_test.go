package users_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/credentials"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"github.com/connectnow/backend/internal/cloud/users"
	"github.com/connectnow/backend/internal/passwords"
)

const testPool = "eu-central-1_testpool"

// cognitoServer is a user pool that answers as AWS documents, configured as
// users.Identity asks for:
//
//   - actions, their parameters and errors:
//     https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_Operations.html
//   - unknown users, with PreventUserExistenceErrors:
//     https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pool-managing-errors.html
//   - locking out: https://docs.aws.amazon.com/cognito/latest/developerguide/authentication.html#authentication-flow-lockout-behavior
//   - tokens that end: https://docs.aws.amazon.com/cognito/latest/developerguide/token-revocation.html
type cognitoServer struct {
	t      *testing.T
	mu     sync.Mutex
	now    time.Time
	users  map[string]*cognitoUser
	tokens map[string]cognitoSession // by refresh token
	secret string                    // of testClient
	bearer *string                   // stands in the place of ID tokens, unless nil
	calls  []cognitoCall
	// fail answers the calls of an action instead, first to last.
	fail map[string][]cognitoError
}

type cognitoUser struct {
	email, password     string
	permanent, disabled bool
	failures            int
	tried               time.Time // last, whatever came of it
	lockedUntil         time.Time
}

// cognitoCall is a request that was made.
type cognitoCall struct {
	Action string
	Params map[string]any
	Signed bool
}

type cognitoError struct {
	status        int
	code, message string
}

func refused(code, message string) *cognitoError { return &cognitoError{400, code, message} }

// newCognito returns an identity on a new user pool. Options of the client may be
// changed by fns.
func newCognito(t *testing.T, fns ...func(*cognito.Options)) (*users.Identity, *cognitoServer) {
	t.Helper()
	s := &cognitoServer{
		t: t, now: time.Date(2026, 11, 22, 9, 30, 0, 0, time.UTC), users: map[string]*cognitoUser{}, tokens: map[string]cognitoSession{}, secret: "secret-1",
		fail: map[string][]cognitoError{},
	}
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	return &users.Identity{Cognito: cognitoClient(server.URL, fns...), Pool: testPool, Client: testClient, Released: oldClient}, s
}

func cognitoClient(url string, fns ...func(*cognito.Options)) *cognito.Client {
	return cognito.New(cognito.Options{
		Region: "eu-central-1", BaseEndpoint: &url, RetryMaxAttempts: 1,
		Credentials: credentials.NewStaticCredentialsProvider("local", "local", ""),
	}, fns...)
}

func (s *cognitoServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, action, _ := strings.Cut(r.Header.Get("X-Amz-Target"), "AWSCognitoIdentityProviderService.")
	in := map[string]any{}
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		s.t.Error(err)
	}
	signed := strings.HasPrefix(r.Header.Get("Authorization"), "AWS4-HMAC-SHA256 ")
	s.calls = append(s.calls, cognitoCall{action, in, signed})
	out, e := map[string]any{}, (*cognitoError)(nil)
	if planned := s.fail[action]; len(planned) > 0 {
		e, s.fail[action] = &planned[0], planned[1:]
	} else {
		out, e = s.act(action, in, signed)
	}
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	w.Header().Set("X-Amzn-Requestid", "request-1")
	if e != nil {
		w.Header().Set("X-Amzn-Errortype", e.code+":")
		w.WriteHeader(e.status)
		out = map[string]any{"__type": e.code, "message": e.message}
	}
	if err := json.NewEncoder(w).Encode(out); err != nil {
		s.t.Error(err)
	}
}

// act carries an action out.
func (s *cognitoServer) act(action string, in map[string]any, signed bool) (map[string]any, *cognitoError) {
	if out, e, is := s.publicly(action, in); is {
		return out, e
	}
	admin := strings.HasPrefix(action, "Admin") || action == "DescribeUserPoolClient"
	name, _ := in["Username"].(string)
	u := s.users[name]
	switch {
	case admin && (!signed || in["UserPoolId"] != testPool), !admin && in["ClientId"] != testClient && in["ClientId"] != oldClient:
		s.t.Errorf("%s for another pool or client, or not signed", action)
	case name != "" && admin && u == nil && action != "AdminCreateUser":
		return nil, refused("UserNotFoundException", "User does not exist.")
	}
	switch action {
	case "AdminCreateUser":
		return s.create(name, in)
	case "AdminGetUser":
		return u.status(name), nil
	case "AdminEnableUser":
		u.disabled = false
	case "AdminSetUserPassword":
		if e := policy(in); e != nil {
			return nil, e
		}
		u.password, u.permanent = in["Password"].(string), in["Permanent"] == true
	case "AdminUserGlobalSignOut":
		s.endTokens(name)
	case "AdminDeleteUser":
		s.remove(name)
	case "DescribeUserPoolClient":
		return map[string]any{"UserPoolClient": map[string]any{"ClientId": in["ClientId"], "ClientSecret": s.secret}}, nil
	case "AdminInitiateAuth":
		return s.initiate(in)
	case "GetTokensFromRefreshToken":
		return s.refresh(in)
	case "RevokeToken":
		return s.revoke(in)
	default:
		s.t.Errorf("unexpected action %q", action)
	}
	return nil, nil
}

func (s *cognitoServer) remove(name string) {
	delete(s.users, name)
	s.endTokens(name)
}

// status is what AdminGetUser tells.
func (u *cognitoUser) status(name string) map[string]any {
	status := "FORCE_CHANGE_PASSWORD"
	if u.permanent {
		status = "CONFIRMED"
	}
	return map[string]any{"Username": name, "Enabled": !u.disabled, "UserStatus": status}
}

func (s *cognitoServer) create(name string, in map[string]any) (map[string]any, *cognitoError) {
	if in["UserAttributes"] != nil {
		s.t.Errorf("Cognito is told %v", in["UserAttributes"])
	}
	if s.users[name] != nil {
		return nil, refused("UsernameExistsException", "User account already exists")
	}
	if in["MessageAction"] != "SUPPRESS" {
		s.t.Error("a new user would get a mail")
	}
	s.users[name] = &cognitoUser{password: "temporary"}
	return nil, nil
}

// policy is the pool's, with the characters that AWS names and no others:
// https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-policies.html
func policy(in map[string]any) *cognitoError {
	password := fmt.Sprint(in["Password"])
	if len(password) < passwords.Min || len(password) > passwords.Max {
		return refused("InvalidPasswordException", "Password did not conform with policy: Password not long enough")
	}
	if strings.ContainsFunc(password, func(r rune) bool { return r < ' ' || r > '~' }) || strings.Trim(password, " ") != password {
		return refused("InvalidParameterException", "Value at 'password' failed to satisfy constraint")
	}
	return nil
}

func (s *cognitoServer) advance(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now = s.now.Add(d)
}

// actions names what was called, in order.
func (s *cognitoServer) actions() []string {
	var names []string
	for _, c := range s.calls {
		names = append(names, c.Action)
	}
	return slices.Clip(names)
}
