package local

import (
	"crypto/rand"
	"encoding/json"
	"fmt"

	"github.com/golang-jwt/jwt/v5"

	"github.com/connectnow/backend/internal/desk"
)

// The app clients that tokens are made for.
const (
	memberClient  = "sandbox-app"
	machineClient = "sandbox-platform"
)

// memberToken makes an access token with the claims of Cognito's.
func (i *Identity) memberToken(s session) string {
	now := i.now()
	return i.sign(jwt.MapClaims{
		"sub": s.MemberID, "username": s.MemberID, "client_id": memberClient,
		"scope":     "aws.cognito.signin.user.admin",
		"auth_time": s.SignedIn.Unix(), "iat": now.Unix(), "exp": now.Add(accessLife).Unix(),
	})
}

// MachineToken makes the platform's token, which works on the paths of its scope only.
func (i *Identity) MachineToken() string {
	now := i.now()
	return i.sign(jwt.MapClaims{
		"sub": machineClient, "client_id": machineClient,
		"scope":     "escalations/write",
		"auth_time": now.Unix(), "iat": now.Unix(), "exp": now.Add(machineLife).Unix(),
	})
}

func (i *Identity) sign(claims jwt.MapClaims) string {
	claims["iss"] = i.issuer
	claims["token_use"] = "access"
	claims["jti"] = rand.Text()
	token, err := jwt.NewWithClaims(jwt.SigningMethodHS256, claims).SignedString(i.key)
	if err != nil {
		panic(err) // cannot be: the claims are strings and numbers, and the key fits
	}
	return token
}

// Verify checks an access token as API Gateway's JWT authorizer does (signature, issuer,
// client, times) and returns its claims in the same form, all values as strings. What
// is wrong with a token is a Problem of class Unauthorized.
func (i *Identity) Verify(token string) (map[string]string, error) {
	var claims jwt.MapClaims
	_, err := jwt.ParseWithClaims(token, &claims,
		func(*jwt.Token) (any, error) { return i.key, nil },
		jwt.WithValidMethods([]string{jwt.SigningMethodHS256.Alg()}), // no other, above all not none
		jwt.WithIssuer(i.issuer), jwt.WithExpirationRequired(), jwt.WithIssuedAt(),
		jwt.WithTimeFunc(i.now), jwt.WithJSONNumber(), jwt.WithStrictDecoding())
	if err != nil {
		return nil, desk.ErrBadToken
	}
	if c := claims["client_id"]; c != memberClient && c != machineClient {
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
