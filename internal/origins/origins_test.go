package origins

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestRead(t *testing.T) {
	got, err := Read(" https://localhost, http://localhost:5173,")
	if diff := cmp.Diff([]string{"https://localhost", "http://localhost:5173"}, got); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	if got, err := Read(""); err != nil || got != nil {
		t.Errorf("of nothing: %v, %v", got, err)
	}
	if _, err := Read("https://localhost,capacitor://localhost"); err == nil || !strings.HasPrefix(err.Error(), `"capacitor://localhost"`) {
		t.Errorf("of an app on iOS: %v", err)
	}
}

func TestCheck(t *testing.T) {
	for _, c := range []struct {
		origin, want string // want: empty when it is well
	}{
		{"https://app.example.com", ""},
		{"https://localhost", ""},
		{"http://localhost:5173", ""},
		{"http://127.0.0.1:3000", ""},
		{"http://[::1]:3000", ""},
		{"capacitor://localhost", "native HTTP"},
		{"chrome-extension://abc", "http and https alone"},
		{"*", "no origin"},
		{"null", "no origin"},
		{"", "no origin"},
		{"app.example.com", "no origin"},
		{"https://", "no origin"},
		{"https://app.example.com/", "without a slash"},
		{"https://app.example.com/x", "without a slash"},
		{"https://app.example.com?x", "without a slash"},
		{"https://me@app.example.com", "without a slash"},
		{"https://*.example.com", "scheme, host and port alone"},
		{"https://App.example.com", "lower case"},
		{"HTTPS://app.example.com", "lower case"},
		{"https://büro.example.com", "scheme, host and port alone"},
		{"https://app.example.com:443", "usual port"},
		{"http://localhost:80", "usual port"},
	} {
		t.Run(c.origin, func(t *testing.T) {
			err := Check(c.origin)
			if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}
