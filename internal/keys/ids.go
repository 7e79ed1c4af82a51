package keys

import (
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"strconv"
	"strings"
)

// alphabet has no capitals and no 0, 1, 8 or 9, so that an id can be read out and typed.
var alphabet = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// IDLength is how many characters an id has behind its prefix: 60 bits.
const IDLength = 12

// ID writes the first 60 bits of at least eight bytes as an id without its prefix.
func ID(b []byte) string { return alphabet.EncodeToString(b)[:IDLength] }

// Secret writes all of some bytes in the letters of ids: 16 of them have 26 characters.
func Secret(b []byte) string { return alphabet.EncodeToString(b) }

// DerivedID makes an id that is the same for the same parts, so that a repeated
// request finds what it made the first time.
func DerivedID(prefix string, parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return prefix + ID(sum[:])
}

// EscalationID is the id of an account's request in one interaction, or in none. The hash
// needs no table: the assistant's client, a test or a repeated call knows the id before the
// first answer. A request id in two interactions is two requests.
func EscalationID(accountID, requestID, interactionID string) string {
	if interactionID == "" && Plain(requestID) {
		return FormerEscalationID(accountID, requestID)
	}
	return InteractionEscalationID(accountID, requestID, interactionID)
}

// FormerEscalationID is the id by which requests were stored until interactions counted.
func FormerEscalationID(accountID, requestID string) string {
	return DerivedID("esc_", accountID, requestID)
}

// InteractionEscalationID is the id where a request id may be any text, or is one of an
// interaction.
func InteractionEscalationID(accountID, requestID, interactionID string) string {
	return measuredID("esc_", accountID, requestID, interactionID)
}

// NumberedEscalationID is the id of an interaction's n-th request, where nobody gave it one.
func NumberedEscalationID(accountID, interactionID string, n int) string {
	return measuredID("esc_", accountID, "", interactionID, strconv.Itoa(n))
}

// measuredID is DerivedID for parts that may hold anything. Each has its length before it:
// joined by a NUL, "a\x00" and "b" would be "a" and "\x00b".
func measuredID(prefix string, parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		fmt.Fprintf(h, "%d:%s", len(p), p)
	}
	return prefix + ID(h.Sum(nil))
}

// longestPlain is how long an id may be that stands in a key, or in a hash, as it is.
const longestPlain = 128

// Plain reports whether an id that others chose has 1 to 128 of A-Za-z0-9._:-, as such ids
// have in practice.
func Plain(id string) bool {
	for _, c := range []byte(id) {
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
		if !letter && !strings.ContainsRune("._:-", rune(c)) {
			return false
		}
	}
	return id != "" && len(id) <= longestPlain
}

// inKey is an id that others chose, as it stands in a key: another than a plain one is a
// hash, since a key has room for 1,024 bytes and a slash would end a part.
func inKey(id string) string {
	if Plain(id) {
		return id
	}
	return fmt.Sprintf("#%x", sha256.Sum256([]byte(id)))
}
