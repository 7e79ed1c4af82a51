// Package users keeps members' passwords in a Cognito user pool.
package users

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/connectnow/backend/internal/cloud"
	"github.com/connectnow/backend/internal/desk"
)

// Identity keeps members' passwords in a Cognito user pool. Its exported fields must be set,
// but for Released. Without Client nobody signs in.
//
// The pool has a case-insensitive user name, which is the member's id, and a password policy as
// passwords.Check says. The client has a secret, PreventUserExistenceErrors ENABLED, token
// revocation enabled, refresh tokens that do not rotate, and the flow
// ALLOW_ADMIN_USER_PASSWORD_AUTH only: signing in goes through AdminInitiateAuth, which needs
// this account's credentials, so that knowing the client's id is not enough to try passwords
// past the API. The secret keeps whoever has got hold of a refresh token from making an access
// token of it at Cognito's public endpoint.
type Identity struct {
	Cognito Cognito
	Pool    string // id of the user pool
	Client  string // id of the app client
	// Released is the client of the release before, which has no secret; empty without one.
	// Nobody signs in by it any more, but its refresh tokens work on.
	Released string

	secret clientSecret
}

// Part gives a desk its identity.
func Part(d *desk.Desk, e cloud.Environment) {
	d.Identity = &Identity{Cognito: cognito.NewFromConfig(e.Within(cloud.UserTry)), Pool: e.Pool, Client: e.Client, Released: e.Released}
}

// Cognito is the part of *cognitoidentityprovider.Client that Identity uses.
type Cognito interface {
	AdminCreateUser(ctx context.Context, in *cognito.AdminCreateUserInput, o ...func(*cognito.Options)) (*cognito.AdminCreateUserOutput, error)
	AdminSetUserPassword(ctx context.Context, in *cognito.AdminSetUserPasswordInput, o ...func(*cognito.Options)) (*cognito.AdminSetUserPasswordOutput, error)
	AdminUserGlobalSignOut(ctx context.Context, in *cognito.AdminUserGlobalSignOutInput, o ...func(*cognito.Options)) (*cognito.AdminUserGlobalSignOutOutput, error)
	AdminDeleteUser(ctx context.Context, in *cognito.AdminDeleteUserInput, o ...func(*cognito.Options)) (*cognito.AdminDeleteUserOutput, error)
	AdminGetUser(ctx context.Context, in *cognito.AdminGetUserInput, o ...func(*cognito.Options)) (*cognito.AdminGetUserOutput, error)
	AdminEnableUser(ctx context.Context, in *cognito.AdminEnableUserInput, o ...func(*cognito.Options)) (*cognito.AdminEnableUserOutput, error)
	DescribeUserPoolClient(ctx context.Context, in *cognito.DescribeUserPoolClientInput, o ...func(*cognito.Options)) (*cognito.DescribeUserPoolClientOutput, error)
	GetTokensFromRefreshToken(ctx context.Context, in *cognito.GetTokensFromRefreshTokenInput, o ...func(*cognito.Options)) (*cognito.GetTokensFromRefreshTokenOutput, error)
	AdminInitiateAuth(ctx context.Context, in *cognito.AdminInitiateAuthInput, o ...func(*cognito.Options)) (*cognito.AdminInitiateAuthOutput, error)
	RevokeToken(ctx context.Context, in *cognito.RevokeTokenInput, o ...func(*cognito.Options)) (*cognito.RevokeTokenOutput, error)
}

// Create implements desk.Identity. Cognito is told no e-mail: codes and notices are ours. Until
// the password is set for good, it lets nobody sign in.
func (i *Identity) Create(ctx context.Context, memberID, password string) error {
	if err := desk.WeakPassword(password); err != nil {
		return err
	}
	// One who is there was made by a try before.
	if err := i.create(ctx, memberID); err != nil && !errors.Is(err, errUserThere) {
		return err
	}
	return i.setPassword(ctx, memberID, password)
}

// errUserThere is a user who is made and is there already.
var errUserThere = errors.New("cognito: the user is there")

func (i *Identity) create(ctx context.Context, memberID string) error {
	_, err := i.Cognito.AdminCreateUser(ctx, &cognito.AdminCreateUserInput{
		UserPoolId: &i.Pool, Username: &memberID, MessageAction: types.MessageActionTypeSuppress,
	})
	if cloud.Code(err) == "UsernameExistsException" {
		return errUserThere
	}
	return explain("AdminCreateUser", err, nil)
}

// SetPassword implements desk.Identity. Whatever somebody did to the user at Cognito is mended
// with it: one who was deleted there is made again, one who was disabled is enabled, and a
// password set there is gone.
func (i *Identity) SetPassword(ctx context.Context, memberID, password string) error {
	if err := desk.WeakPassword(password); err != nil {
		return err
	}
	err := i.setPassword(ctx, memberID, password)
	if errors.Is(err, desk.ErrNoUser) {
		if err = i.create(ctx, memberID); err == nil || errors.Is(err, errUserThere) {
			err = i.setPassword(ctx, memberID, password)
		}
	}
	if err == nil {
		err = i.enable(ctx, memberID)
	}
	if err == nil {
		err = i.signOut(ctx, memberID)
	}
	return err
}

// Restore implements desk.Identity.
func (i *Identity) Restore(ctx context.Context, memberID, password string) (made bool, err error) {
	if err := desk.WeakPassword(password); err != nil {
		return false, err
	}
	u, err := i.Cognito.AdminGetUser(ctx, &cognito.AdminGetUserInput{UserPoolId: &i.Pool, Username: &memberID})
	if err = explain("AdminGetUser", err, nil); errors.Is(err, desk.ErrNoUser) {
		u = &cognito.AdminGetUserOutput{Enabled: true}
		if err = i.create(ctx, memberID); errors.Is(err, errUserThere) { // by somebody else just now
			return false, nil
		}
	}
	if err == nil && !u.Enabled {
		err = i.enable(ctx, memberID)
	}
	// Any other state knows no password that works: that of a user just made, of one whose
	// making came to its end there, or whom somebody had reset at Cognito.
	if err != nil || u.UserStatus == types.UserStatusTypeConfirmed {
		return false, err
	}
	err = i.setPassword(ctx, memberID, password)
	return err == nil, err
}

// enable lets a user sign in whom somebody disabled at Cognito.
func (i *Identity) enable(ctx context.Context, memberID string) error {
	_, err := i.Cognito.AdminEnableUser(ctx, &cognito.AdminEnableUserInput{UserPoolId: &i.Pool, Username: &memberID})
	return explain("AdminEnableUser", err, nil)
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
