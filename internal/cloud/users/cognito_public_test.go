package users_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// publicly answers the operations that anybody may call who knows a client's id or has an
// access token, without leave of the AWS account:
// https://docs.aws.amazon.com/cognito/latest/developerguide/authentication-flows-public-server-side.html
func (s *cognitoServer) publicly(action string, in map[string]any) (out map[string]any, e *cognitoError, is bool) {
	switch action {
	case "InitiateAuth":
		out, e = s.initiatePublicly(in)
		return out, e, true
	case "GetUser", "UpdateUserAttributes", "DeleteUser", "ChangePassword", "GlobalSignOut":
		out, e = s.selfService(action, in)
		return out, e, true
	}
	return nil, nil, false
}

// initiatePublicly is InitiateAuth. Neither client has a flow by which a password can be tried
// there; the old one refreshes.
func (s *cognitoServer) initiatePublicly(in map[string]any) (map[string]any, *cognitoError) {
	client := fmt.Sprint(in["ClientId"])
	with, _ := in["AuthParameters"].(map[string]any)
	if client != oldClient || in["AuthFlow"] != "REFRESH_TOKEN_AUTH" {
		return nil, refused("InvalidParameterException", fmt.Sprint(in["AuthFlow"], " flow not enabled for this client"))
	}
	return s.refresh(map[string]any{"ClientId": client, "RefreshToken": with["REFRESH_TOKEN"]})
}

// selfService takes an access token with the scope aws.cognito.signin.user.admin, and no ID
// token.
func (s *cognitoServer) selfService(action string, in map[string]any) (map[string]any, *cognitoError) {
	var claims struct {
		Use   string `json:"token_use"`
		Name  string `json:"username"`
		Scope string `json:"scope"`
	}
	if parts := strings.Split(fmt.Sprint(in["AccessToken"]), "."); len(parts) == 3 {
		text, _ := base64.RawURLEncoding.DecodeString(parts[1])
		_ = json.Unmarshal(text, &claims)
	}
	u := s.users[claims.Name]
	if claims.Use != "access" || claims.Scope != "aws.cognito.signin.user.admin" {
		return nil, refused("NotAuthorizedException", "Invalid Access Token")
	}
	if u == nil {
		return nil, refused("UserNotFoundException", "User does not exist.")
	}
	switch action {
	case "DeleteUser":
		s.remove(claims.Name)
	case "UpdateUserAttributes":
		list, _ := in["UserAttributes"].([]any)
		u.email = fmt.Sprint(list[0].(map[string]any)["Value"])
	case "ChangePassword":
		if u.password != in["PreviousPassword"] {
			return nil, refused("NotAuthorizedException", "Incorrect username or password.")
		}
		u.password = fmt.Sprint(in["ProposedPassword"])
	case "GlobalSignOut":
		s.endTokens(claims.Name)
	}
	return map[string]any{"Username": claims.Name, "UserAttributes": []any{}}, nil
}

// change does something to a user behind the identity's back.
func (s *cognitoServer) change(do func(name string, u *cognitoUser)) func(name string) error {
	return func(name string) error {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.users[name] == nil {
			return fmt.Errorf("there is no user %s", name)
		}
		do(name, s.users[name])
		return nil
	}
}

// selfService tries with a token what anybody may try at Cognito's public endpoint, and what a
// refresh token opens there for whoever knows the clients' ids.
func selfService(t *testing.T, c *cognito.Client, token string) map[string]error {
	ctx, all := t.Context(), map[string]error{}
	email := types.AttributeType{Name: aws.String("email"), Value: aws.String("thief@example.com")}
	_, all["GetUser"] = c.GetUser(ctx, &cognito.GetUserInput{AccessToken: &token})
	_, all["UpdateUserAttributes"] = c.UpdateUserAttributes(ctx, &cognito.UpdateUserAttributesInput{AccessToken: &token, UserAttributes: []types.AttributeType{email}})
	_, all["ChangePassword"] = c.ChangePassword(ctx, &cognito.ChangePasswordInput{
		AccessToken: &token, PreviousPassword: aws.String("First-Password-1"), ProposedPassword: aws.String("Thiefs-Password-1"),
	})
	_, all["GlobalSignOut"] = c.GlobalSignOut(ctx, &cognito.GlobalSignOutInput{AccessToken: &token})
	_, all["DeleteUser"] = c.DeleteUser(ctx, &cognito.DeleteUserInput{AccessToken: &token})
	for _, client := range []string{testClient, oldClient} {
		_, all["InitiateAuth by "+client] = c.InitiateAuth(ctx, &cognito.InitiateAuthInput{
			ClientId: &client, AuthFlow: types.AuthFlowTypeRefreshTokenAuth, AuthParameters: map[string]string{"REFRESH_TOKEN": token},
		})
		_, all["GetTokensFromRefreshToken by "+client] = c.GetTokensFromRefreshToken(ctx, &cognito.GetTokensFromRefreshTokenInput{ClientId: &client, RefreshToken: &token})
		_, all["RevokeToken by "+client] = c.RevokeToken(ctx, &cognito.RevokeTokenInput{ClientId: &client, Token: &token})
	}
	return all
}
