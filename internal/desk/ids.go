package desk

import (
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"io"
	"strings"
	"time"
)

// millis and instant go between times and what is stored.
func millis(t time.Time) int64 { return t.UnixMilli() }

func instant(ms int64) time.Time { return time.UnixMilli(ms).UTC() }

// moment is instant for a time that may be absent: 0 is null in JSON.
func moment(ms int64) *time.Time {
	if ms == 0 {
		return nil
	}
	t := instant(ms)
	return &t
}

// idAlphabet has no capitals and no 0, 1, 8 or 9, so that an id can be read out and typed.
var idAlphabet = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

const idLength = 12 // of base32: 60 bits

// newID makes an id that nobody can guess, such as mem_ius5rzkbfmfh.
func (d *Desk) newID(prefix string) (string, error) {
	var b [8]byte
	if _, err := io.ReadFull(d.Random, b[:]); err != nil {
		return "", fmt.Errorf("making an id: %w", err)
	}
	return prefix + idAlphabet.EncodeToString(b[:])[:idLength], nil
}

// idOr is the id that a caller gave who may ask twice, or else a new one.
func (d *Desk) idOr(given, prefix string) (string, error) {
	if given != "" {
		return given, nil
	}
	return d.newID(prefix)
}

// derivedID makes an id that is the same for the same parts, so that a repeated
// request finds what it made the first time.
func derivedID(prefix string, parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return prefix + idAlphabet.EncodeToString(sum[:])[:idLength]
}

// EscalationID is the id of an account's request. The hash needs no table: the assistant's
// client, a test or a repeated call knows the id before the first answer.
func EscalationID(accountID, requestID string) string {
	return derivedID("esc_", accountID, requestID)
}
