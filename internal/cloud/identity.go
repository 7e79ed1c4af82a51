package cloud

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/connectnow/backend/internal/desk"
)

// Identity keeps members' passwords in a Cognito user pool. All fields must be set.
//
// The pool has AliasAttributes [email], a case-insensitive user name, a password policy
// as passwords.Check says, and account recovery by verified e-mail only. The client
// has no secret, PreventUserExistenceErrors ENABLED, token revocation enabled, refresh
// tokens that do not rotate, and the flows ALLOW_ADMIN_USER_PASSWORD_AUTH and
// ALLOW_REFRESH_TOKEN_AUTH only: signing in goes through AdminInitiateAuth, which needs
// this account's credentials, so that knowing the client's id is not enough to try
// passwords past the API.
type Identity struct {
	Cognito Cognito
	Pool    string // id of the user pool
	Client  string // id of the app client
}

// Cognito is the part of *cognitoidentityprovider.Client that Identity uses.
type Cognito interface {
	AdminCreateUser(ctx context.Context, in *cognito.AdminCreateUserInput, o ...func(*cognito.Options)) (*cognito.AdminCreateUserOutput, error)
	AdminUpdateUserAttributes(ctx context.Context, in *cognito.AdminUpdateUserAttributesInput, o ...func(*cognito.Options)) (*cognito.AdminUpdateUserAttributesOutput, error)
	AdminSetUserPassword(ctx context.Context, in *cognito.AdminSetUserPasswordInput, o ...func(*cognito.Options)) (*cognito.AdminSetUserPasswordOutput, error)
	AdminUserGlobalSignOut(ctx context.Context, in *cognito.AdminUserGlobalSignOutInput, o ...func(*cognito.Options)) (*cognito.AdminUserGlobalSignOutOutput, error)
	AdminDeleteUser(ctx context.Context, in *cognito.AdminDeleteUserInput, o ...func(*cognito.Options)) (*cognito.AdminDeleteUserOutput, error)
	AdminInitiateAuth(ctx context.Context, in *cognito.AdminInitiateAuthInput, o ...func(*cognito.Options)) (*cognito.AdminInitiateAuthOutput, error)
	RevokeToken(ctx context.Context, in *cognito.RevokeTokenInput, o ...func(*cognito.Options)) (*cognito.RevokeTokenOutput, error)
	ForgotPassword(ctx context.Context, in *cognito.ForgotPasswordInput, o ...func(*cognito.Options)) (*cognito.ForgotPasswordOutput, error)
	ConfirmForgotPassword(ctx context.Context, in *cognito.ConfirmForgotPasswordInput, o ...func(*cognito.Options)) (*cognito.ConfirmForgotPasswordOutput, error)
}

// Create implements desk.Identity. The alias is forced: which member has an e-mail is
// decided in the table, and a user of old must not keep it from the new one. Until the
// password is set for good, Cognito lets nobody sign in.
func (i *Identity) Create(ctx context.Context, memberID, email, password string) error {
	if err := desk.WeakPassword(password); err != nil {
		return err
	}
	_, err := i.Cognito.AdminCreateUser(ctx, &cognito.AdminCreateUserInput{
		UserPoolId: &i.Pool, Username: &memberID, UserAttributes: verified(email),
		ForceAliasCreation: true, MessageAction: types.MessageActionTypeSuppress,
	})
	if code(err) == "UsernameExistsException" { // made by a try before
		err = i.SetEmail(ctx, memberID, email)
	} else {
		err = explain("AdminCreateUser", err, nil)
	}
	if err != nil {
		return err
	}
	return i.setPassword(ctx, memberID, password)
}

// verified are the attributes of a user whose e-mail codes may be sent to.
func verified(email string) []types.AttributeType {
	return []types.AttributeType{
		{Name: aws.String("email"), Value: &email},
		{Name: aws.String("email_verified"), Value: aws.String("true")},
	}
}

// SetEmail implements desk.Identity. Should another user have the e-mail as an alias,
// Cognito moves it.
func (i *Identity) SetEmail(ctx context.Context, memberID, email string) error {
	_, err := i.Cognito.AdminUpdateUserAttributes(ctx, &cognito.AdminUpdateUserAttributesInput{
		UserPoolId: &i.Pool, Username: &memberID, UserAttributes: verified(email),
	})
	return explain("AdminUpdateUserAttributes", err, nil)
}

// SetPassword implements desk.Identity.
func (i *Identity) SetPassword(ctx context.Context, memberID, password string) error {
	if err := desk.WeakPassword(password); err != nil {
		return err
	}
	if err := i.setPassword(ctx, memberID, password); err != nil {
		return err
	}
	return i.signOut(ctx, memberID)
}

func (i *Identity) setPassword(ctx context.Context, memberID, password string) error {
	_, err := i.Cognito.AdminSetUserPassword(ctx, &cognito.AdminSetUserPasswordInput{
		UserPoolId: &i.Pool, Username: &memberID, Password: aws.String(sent(password)), Permanent: true,
	})
	return explain("AdminSetUserPassword", err, nil)
}

// signOut makes all refresh tokens of the member useless, which a new password alone
// does not.
func (i *Identity) signOut(ctx context.Context, memberID string) error {
	_, err := i.Cognito.AdminUserGlobalSignOut(ctx, &cognito.AdminUserGlobalSignOutInput{
		UserPoolId: &i.Pool, Username: &memberID,
	})
	return explain("AdminUserGlobalSignOut", err, nil)
}

// Delete implements desk.Identity.
func (i *Identity) Delete(ctx context.Context, memberID string) error {
	_, err := i.Cognito.AdminDeleteUser(ctx, &cognito.AdminDeleteUserInput{UserPoolId: &i.Pool, Username: &memberID})
	return explain("AdminDeleteUser", err, refusals{"UserNotFoundException": nil})
}

// Login implements desk.Identity. A user who was never given a password for good gets a
// challenge instead of tokens, and is refused.
func (i *Identity) Login(ctx context.Context, memberID, password string) (desk.Tokens, error) {
	if password == "" { // or Cognito would call the parameter missing
		return desk.Tokens{}, desk.ErrWrongPair
	}
	return i.initiate(ctx, types.AuthFlowTypeAdminUserPasswordAuth, desk.ErrWrongPair,
		map[string]string{"USERNAME": memberID, "PASSWORD": sent(password)})
}

// Refresh implements desk.Identity. Since refresh tokens do not rotate, Cognito's answer
// has none.
func (i *Identity) Refresh(ctx context.Context, refreshToken string) (desk.Tokens, error) {
	if !isToken(refreshToken) {
		return desk.Tokens{}, desk.ErrBadToken
	}
	return i.initiate(ctx, types.AuthFlowTypeRefreshTokenAuth, desk.ErrBadToken,
		map[string]string{"REFRESH_TOKEN": refreshToken})
}

// initiate makes tokens; refused is what the caller is told when there are none.
func (i *Identity) initiate(ctx context.Context, flow types.AuthFlowType, refused *desk.Problem, with map[string]string) (desk.Tokens, error) {
	out, err := i.Cognito.AdminInitiateAuth(ctx, &cognito.AdminInitiateAuthInput{
		UserPoolId: &i.Pool, ClientId: &i.Client, AuthFlow: flow, AuthParameters: with,
	})
	if err != nil {
		return desk.Tokens{}, explain("AdminInitiateAuth", err, refusals{
			"NotAuthorizedException":         refused,
			"UserNotFoundException":          refused,
			"UserNotConfirmedException":      refused,
			"PasswordResetRequiredException": refused,
		})
	}
	r := out.AuthenticationResult
	if r == nil {
		return desk.Tokens{}, refused
	}
	return tokensOf(r)
}

// SendCode implements desk.Identity.
func (i *Identity) SendCode(ctx context.Context, memberID string) error {
	_, err := i.Cognito.ForgotPassword(ctx, &cognito.ForgotPasswordInput{ClientId: &i.Client, Username: &memberID})
	return explain("ForgotPassword", err, refusals{"UserNotFoundException": nil})
}

// ResetPassword implements desk.Identity. A password that is refused does not spend the
// code.
func (i *Identity) ResetPassword(ctx context.Context, memberID, code, password string) error {
	if err := desk.WeakPassword(password); err != nil {
		return err
	}
	if !isCode(code) {
		return desk.ErrWrongCode
	}
	_, err := i.Cognito.ConfirmForgotPassword(ctx, &cognito.ConfirmForgotPasswordInput{
		ClientId: &i.Client, Username: &memberID, ConfirmationCode: &code, Password: aws.String(sent(password)),
	})
	err = explain("ConfirmForgotPassword", err, refusals{
		"CodeMismatchException":  desk.ErrWrongCode,
		"ExpiredCodeException":   desk.ErrWrongCode,
		"UserNotFoundException":  desk.ErrWrongCode,
		"NotAuthorizedException": desk.ErrWrongCode, // in a state that knows no reset
	})
	if err != nil {
		return err
	}
	return i.signOut(ctx, memberID)
}

// Revoke implements desk.Identity. What is no refresh token of this client's is useless
// as it is.
func (i *Identity) Revoke(ctx context.Context, refreshToken string) error {
	if !isToken(refreshToken) {
		return ctx.Err()
	}
	_, err := i.Cognito.RevokeToken(ctx, &cognito.RevokeTokenInput{ClientId: &i.Client, Token: &refreshToken})
	return explain("RevokeToken", err, refusals{
		"UnsupportedTokenTypeException": nil,
		"InvalidParameterException":     nil,
		"NotAuthorizedException":        nil,
		"UnauthorizedException":         nil,
	})
}

// isToken says whether Cognito takes s for a token at all: its pattern is
// [A-Za-z0-9-_=.]+.
func isToken(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool {
		return !strings.ContainsRune("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=.", r)
	})
}

// isCode says whether Cognito takes s for a code at all: its pattern is [\S]+, at most
// 2048 characters.
func isCode(s string) bool {
	return s != "" && len(s) <= 2048 && !strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r > '~' })
}
