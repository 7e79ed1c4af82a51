package keys

import (
	"crypto/sha256"
	"encoding/base32"
	"strings"
)

// alphabet has no capitals and no 0, 1, 8 or 9, so that an id can be read out and typed.
var alphabet = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// IDLength is how many characters an id has behind its prefix: 60 bits.
const IDLength = 12

// ID writes the first 60 bits of at least eight bytes as an id without its prefix.
func ID(b []byte) string { return alphabet.EncodeToString(b)[:IDLength] }

// DerivedID makes an id that is the same for the same parts, so that a repeated
// request finds what it made the first time.
func DerivedID(prefix string, parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return prefix + ID(sum[:])
}

// EscalationID is the id of an account's request. The hash needs no table: the assistant's
// client, a test or a repeated call knows the id before the first answer.
func EscalationID(accountID, requestID string) string {
	return DerivedID("esc_", accountID, requestID)
}
