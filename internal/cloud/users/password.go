package users

import (
	"crypto/sha256"
	"encoding/base64"
	"strings"

	"github.com/connectnow/backend/internal/desk"
)

// sent is a password as Cognito gets it. What AWS documents as characters of passwords is
// ASCII without a space at either end
// (https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-policies.html),
// so all others are sent as the base64 of their SHA-256: any script works, whatever Cognito
// makes of it, and 256 characters of it fit. Signing in goes through these functions alone, so
// nobody has to know. It is no weaker: who guesses the one guesses the other.
func sent(password string) string {
	password = desk.NormalPassword(password)
	if !strings.ContainsFunc(password, func(r rune) bool { return r < ' ' || r > '~' }) && strings.Trim(password, " ") == password {
		return password
	}
	sum := sha256.Sum256([]byte(password))
	return "sha256:" + base64.StdEncoding.EncodeToString(sum[:])
}
