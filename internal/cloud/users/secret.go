package users

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"github.com/connectnow/backend/internal/cloud"
	"github.com/connectnow/backend/internal/desk"
)

// clientSecret is the secret of the app client, once it has been asked for. It lies in the
// memory of functions that sign in, and nowhere else: not in an environment, which whoever may
// look at a function reads, and in no template or output.
type clientSecret struct {
	mu    sync.Mutex
	value desk.Hidden[string]
}

// errSecretRefused is a secret that Cognito does not take although it has just given it.
var errSecretRefused = errors.New("cognito: the client's secret is refused")

// withSecret calls f with the secret. It is read at the first use after a cold start. Should
// Cognito say that it is another by now, it is read and tried once more: nobody's password was
// wrong then.
func (i *Identity) withSecret(ctx context.Context, f func(secret string) error) error {
	secret, err := i.readSecret(ctx, "")
	if err != nil {
		return err
	}
	if err = f(secret); !refusesSecret(err) {
		return err
	}
	if secret, err = i.readSecret(ctx, secret); err != nil {
		return err
	}
	if err = f(secret); refusesSecret(err) {
		return errSecretRefused
	}
	return err
}

// refusesSecret knows Cognito's words, as in "Unable to verify secret hash for client".
func refusesSecret(err error) bool {
	return cloud.Code(err) == "NotAuthorizedException" && strings.Contains(strings.ToLower(err.Error()), "secret")
}

// readSecret gives the secret that is remembered, unless it is the stale one.
func (i *Identity) readSecret(ctx context.Context, stale string) (string, error) {
	i.secret.mu.Lock()
	defer i.secret.mu.Unlock()
	if known := i.secret.value.Reveal(); known != stale {
		return known, nil
	}
	if i.Client == "" { // told in a moment: see the function readNewer of package cloud
		return "", cloud.ErrBusy
	}
	out, err := i.Cognito.DescribeUserPoolClient(ctx, &cognito.DescribeUserPoolClientInput{UserPoolId: &i.Pool, ClientId: &i.Client})
	if err != nil {
		return "", explain("DescribeUserPoolClient", err, nil)
	}
	if out.UserPoolClient == nil || aws.ToString(out.UserPoolClient.ClientSecret) == "" {
		return "", fmt.Errorf("cognito: the client %s has no secret", i.Client)
	}
	i.secret.value = desk.Hide(*out.UserPoolClient.ClientSecret)
	return i.secret.value.Reveal(), nil
}

// secretHash is what a client with a secret sends along with a user name
// (https://docs.aws.amazon.com/cognito/latest/developerguide/signing-up-users-in-your-app.html#cognito-user-pools-computing-secret-hash).
func secretHash(secret, name, client string) string {
	h := hmac.New(sha256.New, []byte(secret))
	h.Write([]byte(name + client))
	return base64.StdEncoding.EncodeToString(h.Sum(nil))
}
