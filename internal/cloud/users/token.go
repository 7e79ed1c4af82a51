package users

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/connectnow/backend/internal/desk"
)

// errNoBearer is an answer of Cognito's that cannot be: signed in, and no ID token that says
// who. It does not quote what was there.
var errNoBearer = errors.New("cognito: no ID token of a member in the answer")

// tokensOf takes what is handed on from an answer of Cognito's: the ID token as bearer, and
// never the access token, by which its bearer could change and delete the user at Cognito's
// public endpoint, past this API.
func tokensOf(r *types.AuthenticationResultType) (desk.Tokens, error) {
	if r == nil {
		return desk.Tokens{}, errNoBearer
	}
	claims, err := claimsOf(aws.ToString(r.IdToken))
	if err != nil {
		return desk.Tokens{}, err
	}
	return desk.Tokens{
		AccessToken: *r.IdToken, RefreshToken: aws.ToString(r.RefreshToken), ExpiresIn: int(r.ExpiresIn),
		MemberID: claims.Username, Session: desk.SessionID(claims.OriginJTI), SignedIn: time.Unix(claims.SignedIn, 0),
	}, nil
}

// idClaims is what is read of an ID token
// (https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-id-token.html).
// Pools with token revocation put origin_jti into it.
type idClaims struct {
	Use       string `json:"token_use"`
	Username  string `json:"cognito:username"`
	OriginJTI string `json:"origin_jti"`
	SignedIn  int64  `json:"auth_time"`
}

// claimsOf reads an ID token that Cognito has just sent: nobody else can have made it, so its
// signature is not checked. It must never see a token that a caller sent.
func claimsOf(token string) (idClaims, error) {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return idClaims{}, errNoBearer
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return idClaims{}, errNoBearer
	}
	var c idClaims
	if json.Unmarshal(payload, &c) != nil || c.Use != "id" || c.Username == "" || c.SignedIn <= 0 {
		return idClaims{}, errNoBearer
	}
	return c, nil
}
