package users

import (
	"context"
	"errors"
	"strings"

	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/connectnow/backend/internal/desk"
)

// refusedTokens are Cognito's ways to say that there are no tokens; how is what the caller
// is told.
func refusedTokens(how *desk.Problem) refusals {
	return refusals{
		"NotAuthorizedException":         how,
		"UserNotFoundException":          how,
		"UserNotConfirmedException":      how,
		"PasswordResetRequiredException": how,
		"RefreshTokenReuseException":     how,
	}
}

// Login implements desk.Identity. A user who was never given a password for good gets a
// challenge instead of tokens, and is refused.
func (i *Identity) Login(ctx context.Context, memberID, password string) (desk.Tokens, error) {
	if password == "" { // or Cognito would call the parameter missing
		return desk.Tokens{}, desk.ErrWrongPair
	}
	var out *cognito.AdminInitiateAuthOutput
	err := i.withSecret(ctx, func(secret string) (err error) {
		out, err = i.Cognito.AdminInitiateAuth(ctx, &cognito.AdminInitiateAuthInput{
			UserPoolId: &i.Pool, ClientId: &i.Client, AuthFlow: types.AuthFlowTypeAdminUserPasswordAuth,
			AuthParameters: map[string]string{
				"USERNAME": memberID, "PASSWORD": sent(password), "SECRET_HASH": secretHash(secret, memberID, i.Client),
			},
		})
		return err
	})
	if err != nil {
		return desk.Tokens{}, explain("AdminInitiateAuth", err, refusedTokens(desk.ErrWrongPair))
	}
	if out.AuthenticationResult == nil {
		return desk.Tokens{}, desk.ErrWrongPair
	}
	return tokensOf(out.AuthenticationResult)
}

// Refresh implements desk.Identity. REFRESH_TOKEN_AUTH would need a hash over the user's name,
// which a refresh token does not tell; GetTokensFromRefreshToken takes the secret itself. It
// works for clients whose tokens do not rotate, too, and then its answer has no refresh token
// (https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetTokensFromRefreshToken.html,
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_RefreshTokenRotationType.html).
// Which client a token is of, only Cognito can tell.
func (i *Identity) Refresh(ctx context.Context, refreshToken string) (desk.Tokens, error) {
	if !isToken(refreshToken) {
		return desk.Tokens{}, desk.ErrBadToken
	}
	var tokens desk.Tokens
	err := i.withSecret(ctx, func(secret string) (err error) {
		tokens, err = i.refresh(ctx, i.Client, &secret, refreshToken)
		return err
	})
	err = explain("GetTokensFromRefreshToken", err, refusedTokens(desk.ErrBadToken))
	if errors.Is(err, desk.ErrBadToken) && i.Released != "" {
		tokens, err = i.refresh(ctx, i.Released, nil, refreshToken)
		err = explain("GetTokensFromRefreshToken", err, refusedTokens(desk.ErrBadToken))
	}
	return tokens, err
}

func (i *Identity) refresh(ctx context.Context, client string, secret *string, refreshToken string) (desk.Tokens, error) {
	out, err := i.Cognito.GetTokensFromRefreshToken(ctx, &cognito.GetTokensFromRefreshTokenInput{
		ClientId: &client, ClientSecret: secret, RefreshToken: &refreshToken,
	})
	if err != nil {
		return desk.Tokens{}, err
	}
	tokens, err := tokensOf(out.AuthenticationResult)
	tokens.RefreshToken = ""
	return tokens, err
}

// Revoke implements desk.Identity. What is no refresh token of either client's is useless as
// it is. Both are asked, since the answer does not tell whose it was.
func (i *Identity) Revoke(ctx context.Context, refreshToken string) error {
	if !isToken(refreshToken) {
		return ctx.Err()
	}
	err := explain("RevokeToken", i.withSecret(ctx, func(secret string) error {
		return i.revoke(ctx, i.Client, &secret, refreshToken)
	}), nothingToRevoke)
	if i.Released == "" {
		return err
	}
	return errors.Join(err, explain("RevokeToken", i.revoke(ctx, i.Released, nil, refreshToken), nothingToRevoke))
}

// nothingToRevoke is how Cognito refuses a token that is none, or another client's.
var nothingToRevoke = refusals{
	"UnsupportedTokenTypeException": nil,
	"InvalidParameterException":     nil,
	"NotAuthorizedException":        nil,
	"UnauthorizedException":         nil,
}

func (i *Identity) revoke(ctx context.Context, client string, secret *string, refreshToken string) error {
	_, err := i.Cognito.RevokeToken(ctx, &cognito.RevokeTokenInput{ClientId: &client, ClientSecret: secret, Token: &refreshToken})
	return err
}

// isToken says whether Cognito takes s for a token at all: its pattern is
// [A-Za-z0-9-_=.]+.
func isToken(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool {
		return !strings.ContainsRune("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=.", r)
	})
}
