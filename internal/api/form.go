package api

import "strings"

// form is how a text looks: what it begins with, and how many characters follow of which.
// It is no regular expression: those that count are slow to compile, and together took a
// tenth of every cold start. A test holds each form against the expression that the
// contract gives.
type form struct {
	prefix      string
	least, most int
	of          string // ASCII
}

const (
	letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	digits  = "0123456789"
	base32  = "abcdefghijklmnopqrstuvwxyz234567" // of our own ids
)

// matches counts bytes, which are characters here: of holds ASCII alone, and no other
// passes.
func (f *form) matches(s string) bool {
	rest, found := strings.CutPrefix(s, f.prefix)
	return found && len(rest) >= f.least && len(rest) <= f.most && strings.Trim(rest, f.of) == ""
}
