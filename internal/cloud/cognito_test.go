package cloud_test

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

	"github.com/connectnow/backend/internal/cloud"
	"github.com/connectnow/backend/internal/passwords"
)

const testPool = "eu-central-1_testpool"

// cognitoServer is a user pool that answers as AWS documents, configured as
// cloud.Identity asks for:
//
//   - actions, their parameters and errors:
//     https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_Operations.html
//   - unknown users, with PreventUserExistenceErrors:
//     https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pool-managing-errors.html
//   - locking out: https://docs.aws.amazon.com/cognito/latest/developerguide/authentication.html#authentication-flow-lockout-behavior
//   - codes: https://docs.aws.amazon.com/cognito/latest/developerguide/how-to-recover-a-user-account.html
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
	email, password, code string
	mails                 []cognitoMail
	permanent, disabled   bool
	codeUntil             time.Time
	since                 time.Time // of codes sent and tried
	codes                 int
	failures              int
	tried                 time.Time // last, whatever came of it
	lockedUntil           time.Time
}

type cognitoMail struct{ to, code string }

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
func newCognito(t *testing.T, fns ...func(*cognito.Options)) (*cloud.Identity, *cognitoServer) {
	t.Helper()
	s := &cognitoServer{
		t: t, now: nowish, users: map[string]*cognitoUser{}, tokens: map[string]cognitoSession{}, secret: "secret-1",
		fail: map[string][]cognitoError{},
	}
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	return &cloud.Identity{Cognito: cognitoClient(server.URL, fns...), Pool: testPool, Client: testClient, Released: oldClient}, s
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
	case "AdminUpdateUserAttributes":
		s.takeAlias(s.attributes(in))
		u.email = s.attributes(in)
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
	case "ForgotPassword":
		return s.forgot(u)
	case "ConfirmForgotPassword":
		return s.confirm(u, in)
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

// attributes checks that the e-mail is given as verified and returns it.
func (s *cognitoServer) attributes(in map[string]any) string {
	got := map[any]any{}
	list, _ := in["UserAttributes"].([]any)
	for _, a := range list {
		got[a.(map[string]any)["Name"]] = a.(map[string]any)["Value"]
	}
	if got["email_verified"] != "true" || len(got) != 2 {
		s.t.Errorf("attributes = %v", got)
	}
	return fmt.Sprint(got["email"])
}

// takeAlias takes an e-mail from whoever has it, as a verified one that is set on
// another user does: https://github.com/boto/boto3/issues/3213
func (s *cognitoServer) takeAlias(email string) {
	for _, u := range s.users {
		if u.email == email {
			u.email = ""
		}
	}
}

func (s *cognitoServer) create(name string, in map[string]any) (map[string]any, *cognitoError) {
	email := ""
	if in["UserAttributes"] != nil {
		email = s.attributes(in)
	}
	if s.users[name] != nil {
		return nil, refused("UsernameExistsException", "User account already exists")
	}
	if email != "" && in["ForceAliasCreation"] != true {
		for _, u := range s.users {
			if u.email == email {
				return nil, refused("AliasExistsException", "An account with the email already exists.")
			}
		}
	}
	if in["MessageAction"] != "SUPPRESS" {
		s.t.Error("a new user would get a mail")
	}
	s.takeAlias(email)
	s.users[name] = &cognitoUser{email: email, password: "temporary"}
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

// often counts sends and tries of codes; Cognito allows 5 to 20 in an hour.
func (s *cognitoServer) often(u *cognitoUser) *cognitoError {
	if !s.now.Before(u.since.Add(time.Hour)) {
		u.since, u.codes = s.now, 0
	}
	if u.codes++; u.codes > 15 {
		return refused("LimitExceededException", "Attempt limit exceeded, please try after some time.")
	}
	return nil
}

func (s *cognitoServer) forgot(u *cognitoUser) (map[string]any, *cognitoError) {
	delivery := map[string]any{"CodeDeliveryDetails": map[string]any{
		"AttributeName": "email", "DeliveryMedium": "EMAIL", "Destination": "a***@e***",
	}}
	if u == nil {
		return delivery, nil // to a simulated destination
	}
	if u.email == "" {
		return nil, refused("InvalidParameterException", "Cannot reset password for the user as there is no registered/verified email or phone_number")
	}
	if !u.permanent {
		return nil, refused("NotAuthorizedException", "User password cannot be reset in the current state.")
	}
	if e := s.often(u); e != nil {
		return nil, e
	}
	u.code, u.codeUntil = fmt.Sprintf("%06d", 123450+len(u.mails)), s.now.Add(time.Hour)
	u.mails = append(u.mails, cognitoMail{u.email, u.code})
	return delivery, nil
}

func (s *cognitoServer) confirm(u *cognitoUser, in map[string]any) (map[string]any, *cognitoError) {
	if e := policy(in); e != nil {
		return nil, e
	}
	if u == nil {
		return nil, refused("CodeMismatchException", "Invalid verification code provided, please try again.")
	}
	if e := s.often(u); e != nil {
		return nil, e
	}
	switch {
	case u.code == "" || !s.now.Before(u.codeUntil):
		return nil, refused("ExpiredCodeException", "Invalid code provided, please request a code again.")
	case u.code != in["ConfirmationCode"]:
		return nil, refused("CodeMismatchException", "Invalid verification code provided, please try again.")
	}
	u.code, u.password, u.permanent = "", in["Password"].(string), true
	return nil, nil
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
