package cloudtest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"
)

// NotPrinted holds that whoever prints a value, in any way, does not print a secret.
func NotPrinted(t *testing.T, holds any, secret string) {
	t.Helper()
	text := printed(t, holds)
	for _, form := range []string{secret, strings.Trim(fmt.Sprint([]byte(secret)), "[]"), fmt.Sprintf("%x", secret)} {
		if strings.Contains(text, form) {
			t.Errorf("the secret as %q: %s", form, text)
		}
	}
}

// printed is what all ways of printing make of a value.
func printed(t *testing.T, v any) string {
	var all bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
		fmt.Fprintf(&all, verb+"\n"+verb+"\n", v, struct{ field any }{v})
	}
	line := slog.NewRecord(time.Now(), slog.LevelInfo, "", 0)
	line.Add("value", v)
	_ = slog.NewTextHandler(&all, nil).Handle(t.Context(), line)
	_ = slog.NewJSONHandler(&all, nil).Handle(t.Context(), line)
	_ = json.NewEncoder(&all).Encode(v)
	return all.String()
}
