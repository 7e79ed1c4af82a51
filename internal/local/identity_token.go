package local

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/connectnow/backend/internal/desk"
)

// The app clients that tokens are made for, and the one of the release before, whose tokens
// are still taken.
const (
	MemberClient   = "sandbox-members-2"
	ReleasedClient = "sandbox-app"
	MachineClient  = "sandbox-platform"
)

// bearer makes the tokens of a session, whose ID token has the claims of Cognito's. The claim
// origin_jti is the same in all tokens of one sign-in; it is made of the key that the session
// lies under, so that those stored before have one, too.
func (i *Identity) bearer(key []byte, s session) desk.Tokens {
	now := i.now()
	origin := fmt.Sprintf("%x", sha256.Sum256(append([]byte("origin_jti"), key...)))
	token := i.sign(jwt.MapClaims{
		"token_use": "id", "sub": s.MemberID, "cognito:username": s.MemberID, "aud": MemberClient, "origin_jti": origin,
		"auth_time": s.SignedIn.Unix(), "iat": now.Unix(), "exp": now.Add(accessLife).Unix(),
	})
	return desk.Tokens{
		AccessToken: token, ExpiresIn: int(accessLife.Seconds()),
		MemberID: s.MemberID, Session: desk.SessionID(origin), SignedIn: time.Unix(s.SignedIn.Unix(), 0),
	}
}

// MachineToken makes the platform's token, which works on the paths of its scope only.
func (i *Identity) MachineToken() string {
	now := i.now()
	return i.sign(jwt.MapClaims{
		"token_use": "access", "sub": MachineClient, "client_id": MachineClient,
		"scope":     "escalations/write",
		"auth_time": now.Unix(), "iat": now.Unix(), "exp": now.Add(machineLife).Unix(),
	})
}

func (i *Identity) sign(claims jwt.MapClaims) string {
	claims["iss"] = i.issuer
	claims["jti"] = rand.Text()
	token, err := jwt.NewWithClaims(jwt.SigningMethodHS256, claims).SignedString(i.key.Reveal())
	if err != nil {
		panic(err) // cannot be: the claims are strings and numbers, and the key fits
	}
	return token
}

// Verify checks a token as API Gateway's JWT authorizer does (signature, issuer, client,
// times) and returns its claims in the same form, all values as strings. What
// is wrong with a token is a Problem of class Unauthorized.
func (i *Identity) Verify(token string) (map[string]string, error) {
	var claims jwt.MapClaims
	_, err := jwt.ParseWithClaims(token, &claims,
		func(*jwt.Token) (any, error) { return i.key.Reveal(), nil },
		jwt.WithValidMethods([]string{jwt.SigningMethodHS256.Alg()}), // no other, above all not none
		jwt.WithIssuer(i.issuer), jwt.WithExpirationRequired(), jwt.WithIssuedAt(),
		jwt.WithTimeFunc(i.now), jwt.WithJSONNumber(), jwt.WithStrictDecoding())
	if err != nil {
		return nil, desk.ErrBadToken
	}
	if !slices.Contains([]any{MemberClient, ReleasedClient, MachineClient}, audience(claims)) {
		return nil, desk.ErrBadToken
	}
	plain := make(map[string]string, len(claims))
	for name, value := range claims {
		switch v := value.(type) {
		case string:
			plain[name] = v
		case json.Number:
			plain[name] = v.String()
		default: // arrays and objects, which no token of ours has
			plain[name] = fmt.Sprint(v)
		}
	}
	return plain, nil
}

// audience is the client that a token is for: aud, and client_id where there is no aud
// (https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html).
func audience(claims jwt.MapClaims) any {
	if aud, has := claims["aud"]; has {
		return aud
	}
	return claims["client_id"]
}
