package users_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// The app clients of the pool: that of today, which has a secret, and that of the release
// before, which has none.
const (
	testClient = "3n4b5urk1ft4fl3mg5e62d9ado"
	oldClient  = "1example23456789"
)

// testHash is the SECRET_HASH of mem_a for the secret "secret-1", computed apart: openssl dgst
// -sha256 -hmac secret-1 -binary | base64.
const testHash = "DAOh3ZCNV/gBniQAMVhhhn3sLufQOVBW081uQcBmGVs="

// cognitoSession is what is kept of a refresh token.
type cognitoSession struct {
	name, client string
	since        time.Time
	revoked      bool
}

func (s *cognitoServer) endTokens(name string) {
	for token, session := range s.tokens {
		if session.name == name {
			session.revoked = true
			s.tokens[token] = session
		}
	}
}

// keyed refuses a call for a client with a secret that does not have it. The words for a wrong
// hash are Cognito's; which ones it has for a wrong secret is not documented.
func (s *cognitoServer) keyed(client, hash string, of string, secret any) *cognitoError {
	sum := hmac.New(sha256.New, []byte(s.secret))
	sum.Write([]byte(of + client))
	switch {
	case client != testClient:
		return nil
	case secret == nil && hash == "":
		return refused("NotAuthorizedException", "Client "+client+" is configured with secret but SECRET_HASH was not received")
	case secret == nil && hash != base64.StdEncoding.EncodeToString(sum.Sum(nil)), secret != nil && secret != s.secret:
		return refused("NotAuthorizedException", "Unable to verify secret hash for client "+client)
	}
	return nil
}

func (s *cognitoServer) initiate(in map[string]any) (map[string]any, *cognitoError) {
	with, _ := in["AuthParameters"].(map[string]any)
	name, hash := fmt.Sprint(with["USERNAME"]), ""
	if with["SECRET_HASH"] != nil {
		hash = fmt.Sprint(with["SECRET_HASH"])
	}
	client := fmt.Sprint(in["ClientId"])
	if e := s.keyed(client, hash, name, nil); e != nil {
		return nil, e
	}
	if in["AuthFlow"] != "ADMIN_USER_PASSWORD_AUTH" {
		return nil, refused("InvalidParameterException", "Auth flow not enabled for this client")
	}
	return s.signIn(name, fmt.Sprint(with["PASSWORD"]), client)
}

// token is an unsigned JWT: who checks signatures is not here.
func (s *cognitoServer) token(claims map[string]any) string {
	text, err := json.Marshal(claims)
	if err != nil {
		s.t.Error(err)
	}
	return "e30." + base64.RawURLEncoding.EncodeToString(text) + ".c2ln"
}

// result is what signing in and refreshing give. The claims are those that AWS lists:
// https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-id-token.html
// https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html
// origin_jti is the same for all tokens of a sign-in:
// https://docs.aws.amazon.com/cognito/latest/developerguide/token-revocation.html
func (s *cognitoServer) result(refresh string) map[string]any {
	session := s.tokens[refresh]
	claims := func(more map[string]any) map[string]any {
		more["sub"], more["iss"] = "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee", "https://cognito-idp.eu-central-1.amazonaws.com/"+testPool
		more["origin_jti"], more["auth_time"] = "origin of "+refresh, session.since.Unix()
		more["iat"], more["exp"] = s.now.Unix(), s.now.Add(time.Hour).Unix()
		return more
	}
	bearer := s.token(claims(map[string]any{"token_use": "id", "aud": session.client, "cognito:username": session.name}))
	if s.bearer != nil {
		bearer = *s.bearer
	}
	return map[string]any{
		"AccessToken": s.token(claims(map[string]any{
			"token_use": "access", "client_id": session.client, "username": session.name, "scope": "aws.cognito.signin.user.admin",
		})),
		"IdToken":   bearer,
		"ExpiresIn": 3600, "TokenType": "Bearer",
	}
}

func (s *cognitoServer) signIn(name, password, client string) (map[string]any, *cognitoError) {
	u := s.users[name]
	if u == nil {
		return nil, refused("NotAuthorizedException", "Incorrect username or password.")
	}
	if !s.now.Before(u.tried.Add(15 * time.Minute)) {
		u.failures = 0
	}
	u.tried = s.now
	if s.now.Before(u.lockedUntil) {
		return nil, refused("NotAuthorizedException", "Password attempts exceeded")
	}
	if u.password != password {
		if u.failures++; u.failures >= 5 {
			u.lockedUntil = s.now.Add(time.Second << (u.failures - 5))
		}
		return nil, refused("NotAuthorizedException", "Incorrect username or password.")
	}
	u.failures = 0
	if u.disabled {
		return nil, refused("NotAuthorizedException", "User is disabled.")
	}
	if !u.permanent {
		return map[string]any{"ChallengeName": "NEW_PASSWORD_REQUIRED", "Session": "x", "ChallengeParameters": map[string]any{}}, nil
	}
	token := fmt.Sprintf("refresh.to.ken.%d", len(s.tokens))
	s.tokens[token] = cognitoSession{name: name, client: client, since: s.now}
	result := s.result(token)
	result["RefreshToken"] = token
	return map[string]any{"AuthenticationResult": result, "ChallengeParameters": map[string]any{}}, nil
}

// signedIn is a session of a client, as the release before began it.
func (s *cognitoServer) signedIn(name, client string) (refresh string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	refresh = fmt.Sprintf("refresh.to.ken.%d", len(s.tokens))
	s.tokens[refresh] = cognitoSession{name: name, client: client, since: s.now}
	return refresh
}

// refresh is GetTokensFromRefreshToken for clients whose tokens do not rotate, with no refresh
// token in its answer. A token of another client is none of this one's.
func (s *cognitoServer) refresh(in map[string]any) (map[string]any, *cognitoError) {
	client := fmt.Sprint(in["ClientId"])
	if e := s.keyed(client, "", "", in["ClientSecret"]); e != nil {
		return nil, e
	}
	token := fmt.Sprint(in["RefreshToken"])
	session, known := s.tokens[token]
	switch {
	case !known || session.client != client:
		return nil, refused("NotAuthorizedException", "Invalid Refresh Token.")
	case session.revoked:
		return nil, refused("NotAuthorizedException", "Refresh Token has been revoked")
	case s.users[session.name] != nil && s.users[session.name].disabled:
		return nil, refused("NotAuthorizedException", "User is disabled.")
	}
	return map[string]any{"AuthenticationResult": s.result(token)}, nil
}

func (s *cognitoServer) revoke(in map[string]any) (map[string]any, *cognitoError) {
	client, token := fmt.Sprint(in["ClientId"]), fmt.Sprint(in["Token"])
	if e := s.keyed(client, "", "", in["ClientSecret"]); e != nil {
		return nil, e
	}
	session, known := s.tokens[token]
	switch {
	case strings.HasPrefix(token, "e30."):
		return nil, refused("UnsupportedTokenTypeException", "Unsupported token type")
	case !known || session.client != client:
		return nil, refused("InvalidParameterException", "Invalid token")
	}
	session.revoked = true
	s.tokens[token] = session
	return nil, nil
}
