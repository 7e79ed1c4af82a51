package api

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/connectnow/backend/internal/email"
	"github.com/connectnow/backend/internal/names"
)

// The longest texts, in characters, which are code points: ä is one character and two
// bytes.
const (
	longestName     = 64
	longestEmail    = email.Longest
	longestNote     = 1000
	longestTrigger  = 200
	longestMessage  = 2000    // of a drill
	longestToken    = 4096    // of a device
	longestPassword = 256     // Cognito's limit
	longestRefresh  = 8192    // a refresh token; Cognito's have some 1,800
	unlimited       = 4 << 20 // as long as any body
)

// mostDrillMessages are more than anybody writes into a form.
const mostDrillMessages = 50

// tooLong says by how much a text is too long; empty when it is not.
func tooLong(s string, longest int) string {
	if len(s) <= longest { // bytes are never fewer than characters
		return ""
	}
	if n := utf8.RuneCountInString(s); n > longest {
		return fmt.Sprintf("must have at most %d characters, not %d", longest, n)
	}
	return ""
}

// formed reads text that check looks at, unless it is absent; check returns what is wrong,
// or "". Its words follow the field's name in the problem: "state must be one of …".
func (o *object) formed(name string, longest int, n need, check func(string) string) string {
	s := o.text(name, longest, n)
	if s == "" {
		return ""
	}
	if detail := check(s); detail != "" {
		o.bad(name, detail)
		return ""
	}
	return s
}

// name reads the name of a new person or thing, which must be there.
func (o *object) name(name string) string {
	return o.formed(name, longestName, required, names.Problem)
}

// newName reads a name that takes another's place. The domain judges the rest of it, once
// it knows that it is another: what was taken before may stay.
func (o *object) newName(name string, n need) string {
	return o.formed(name, longestName, n, checkLine)
}

// checkLine keeps names in one line, so that they cannot break a list, a push or a line of
// a log.
func checkLine(s string) string {
	if strings.TrimSpace(s) == "" {
		return "must not be blank"
	}
	if strings.ContainsFunc(s, unicode.IsControl) {
		return "must not hold control characters"
	}
	return ""
}

// note reads text of an agent, which may have lines and may be empty.
func (o *object) note(name string, n need) string { return o.anyText(name, longestNote, n) }

// tokenForm is how ids look that others chose: a requestId of the platform, a deviceId of
// the app. Its characters need no escaping in a path, in a log or in a key of the table.
var tokenForm = form{"", 1, 128, letters + digits + "._:-"}

// reference reads an id that the platform chose: a requestId or an interactionId.
func (o *object) reference(name string, n need) string {
	return o.formed(name, unlimited, n, func(s string) string {
		if !tokenForm.matches(s) {
			return "must have 1 to 128 characters of A-Z, a-z, 0-9, '.', '_', ':' and '-'"
		}
		return ""
	})
}

// checkID looks at an id's prefix and form. It leaves more room than our own ids need,
// since they are opaque to callers: one that nobody ever made is unknown, not ill
// formed.
func checkID(prefix string) func(string) string {
	f := form{prefix + "_", 1, 64, letters + digits + "_-"}
	return func(s string) string {
		if !f.matches(s) {
			return "must be an id that begins with " + prefix + "_"
		}
		return ""
	}
}

// id reads an id with its prefix, such as dep.
func (o *object) id(name, prefix string, n need) string {
	return o.formed(name, unlimited, n, checkID(prefix))
}

// enum reads one of the allowed words.
func enum[T ~string](o *object, name string, n need, allowed ...T) T {
	return T(o.formed(name, unlimited, n, checkOneOf(allowed...)))
}

// checkOneOf names all allowed words in its complaint, in the order in which they were
// given.
func checkOneOf[T ~string](allowed ...T) func(string) string {
	return func(s string) string {
		if slices.Contains(allowed, T(s)) {
			return ""
		}
		words := make([]string, len(allowed))
		for i, w := range allowed {
			words[i] = string(w)
		}
		return "must be one of " + strings.Join(words, ", ")
	}
}

// email reads an address and returns its normal form, which may be longer than what was
// sent and is measured, too.
func (o *object) email(name string, n need) string {
	s := o.text(name, longestEmail, n)
	if s == "" {
		return ""
	}
	normal, ok := email.Normal(s)
	if !ok || tooLong(normal, longestEmail) != "" {
		o.bad(name, "must be an e-mail address")
		return ""
	}
	return normal
}

// instant reads a time with its zone and gives it in UTC. Years of five digits are
// refused, since RFC 3339 could not write them again.
func instant(s string) (time.Time, string) {
	t, err := time.Parse(time.RFC3339, s)
	if err != nil || t.UTC().Year() < 1 || t.UTC().Year() > 9999 {
		return time.Time{}, "must be a time in RFC 3339, such as 2026-11-22T09:30:00Z"
	}
	return t.UTC(), ""
}
