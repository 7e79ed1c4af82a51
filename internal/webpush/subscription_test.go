package webpush

import (
	"bytes"
	"encoding/base64"
	"slices"
	"strings"
	"testing"
)

func TestEndpoints(t *testing.T) {
	for _, c := range []struct {
		endpoint string
		loopback bool
		wrong    string // what the error says; empty where it is taken
	}{
		{endpoint: "https://fcm.googleapis.com/fcm/send/abc"},
		{endpoint: "https://FCM.googleapis.com:443/fcm/send/abc"},
		{endpoint: "https://web.push.apple.com/QGuQ"},
		{endpoint: "https://updates.push.services.mozilla.com/wpush/v2/x"},
		{endpoint: "https://wns2-par02p.notify.windows.com/w/?token=x"},
		{endpoint: "http://fcm.googleapis.com/fcm/send/abc", wrong: "https"},
		{endpoint: "https://fcm.googleapis.com:8443/fcm/send/abc", wrong: "443"},
		{endpoint: "https://me:pass@fcm.googleapis.com/fcm/send/abc", wrong: "name or password"},
		{endpoint: "https://evil.fcm.googleapis.com/x", wrong: "evil.fcm.googleapis.com"},
		{endpoint: "https://notpush.apple.com/x", wrong: "notpush.apple.com"},
		{endpoint: "https://fcm.googleapis.com./x", wrong: "fcm.googleapis.com."},
		{endpoint: "https://push.apple.com.example.com/x", wrong: "push.apple.com.example.com"},
		{endpoint: "https://example.com/?fcm.googleapis.com", wrong: "example.com"},
		{endpoint: "https://10.0.0.1/x", wrong: "10.0.0.1"},
		{endpoint: "http://127.0.0.1:9000/x", wrong: "https"},
		{endpoint: "http://127.0.0.1:9000/x", loopback: true},
		{endpoint: "http://localhost:9000/x", loopback: true},
		{endpoint: "http://10.0.0.1:9000/x", loopback: true, wrong: "https"},
		{endpoint: "https://@fcm.googleapis.com/x", wrong: "name or password"},
		{endpoint: "https://fcm.googleapis.com@example.com/x", wrong: "name or password"},
		{endpoint: "https://fcm.googleapis.com:0443/x", wrong: "443"},
		{endpoint: "https://fcm.googleapis.com:/x"}, // as without
		{endpoint: "https://fcm.googleapis.com:x/x", wrong: "no endpoint"},
		{endpoint: `https://fcm.googleapis.com\\@example.com/x`, wrong: "no endpoint"},
		{endpoint: "https://fcm.googleapis.com%2eexample.com/x", wrong: "no endpoint"},
		{endpoint: "https://fcm.googleapis.com%00.push.apple.com/x", wrong: "no endpoint"},
		{endpoint: `https://fcm.googleapis.com\r\nx/`, wrong: "no endpoint"},
		{endpoint: "https://ｆcm.googleapis.com/x", wrong: "ｆcm.googleapis.com"},
		{endpoint: "https://fcm。googleapis。com/x", wrong: "fcm。googleapis。com"},
		{endpoint: "https://web.push.apple.com\u202e/x", wrong: "web.push.apple.com"},
		{endpoint: "https://[::1]/x", wrong: "::1"},
		{endpoint: "https://[::ffff:127.0.0.1]/x", wrong: "::ffff:127.0.0.1"},
		{endpoint: "https://2130706433/x", wrong: "2130706433"},
		{endpoint: "https://169.254.169.254/latest/meta-data", wrong: "169.254.169.254"},
		{endpoint: "http://[::1]:9000/x", loopback: true},
		{endpoint: "http://localhost.example.com/x", loopback: true, wrong: "https"},
		{endpoint: "https:fcm.googleapis.com/x", wrong: "no endpoint"},
		{endpoint: "https:///x", wrong: "no endpoint"},
		{endpoint: "//fcm.googleapis.com/x", wrong: "https"},
		{endpoint: "ftp://fcm.googleapis.com/x", wrong: "https"},
		{endpoint: "/fcm/send/abc", wrong: "no endpoint"},
		{endpoint: "", wrong: "no endpoint"},
		{endpoint: "https://fcm.googleapis.com/" + strings.Repeat("x", maxEndpoint), wrong: "bytes"},
	} {
		_, err := Parse(subscription(c.endpoint), c.loopback)
		switch {
		case c.wrong == "" && err != nil:
			t.Errorf("%s: %v", c.endpoint, err)
		case c.wrong != "" && (err == nil || !strings.Contains(err.Error(), c.wrong)):
			t.Errorf("%s: %v, want %q", c.endpoint, err, c.wrong)
		}
	}
}

// However a browser or a library spells it, a phone has one address: by it the desk finds whose
// the phone was before.
func TestAddressHasOneSpelling(t *testing.T) {
	const want = "https://fcm.googleapis.com/fcm/send/aB%2Fc:d?e=F"
	for _, spelt := range []string{want, "HTTPS://FCM.googleapis.com:443/fcm/send/aB%2Fc:d?e=F", want + "#x"} {
		to, err := Parse(subscription(spelt), false)
		if err != nil || to.Address() != want {
			t.Errorf("%s: %s, %v", spelt, to.Address(), err)
		}
	}
}

func TestSubscriptionsWithoutKeys(t *testing.T) {
	good := subscription("https://fcm.googleapis.com/fcm/send/abc")
	key := func(point []byte) string {
		return strings.Replace(good, "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4", base64.RawURLEncoding.EncodeToString(point), 1)
	}
	point := raw(t, "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4")
	beside := slices.Clone(point)
	beside[64] ^= 1
	for name, text := range map[string]string{
		"off the curve":     key(beside),
		"infinity":          key([]byte{0}),
		"compressed":        key(append([]byte{2}, point[1:33]...)),
		"hybrid":            key(append([]byte{6}, point[1:]...)),
		"a byte more":       key(append(slices.Clone(point), 0)),
		"zeroes":            key(append([]byte{4}, make([]byte, 64)...)),
		"all ones":          key(append([]byte{4}, bytes.Repeat([]byte{0xff}, 64)...)),
		"no keys":           `{"endpoint":"https://fcm.googleapis.com/x"}`,
		"keys of a type":    `{"endpoint":"https://fcm.googleapis.com/x","keys":"x"}`,
		"a list":            `[]`,
		"null":              `null`,
		"more behind":       good + "{}",
		"an auth of 17":     strings.Replace(good, browserAuth, base64.RawURLEncoding.EncodeToString(make([]byte, 17)), 1),
		"no auth":           strings.Replace(good, browserAuth, "", 1),
		"endpoint, no text": strings.Replace(good, `"https://fcm.googleapis.com/fcm/send/abc"`, "1", 1),
		"no JSON":           "token-1",
		"empty":             "",
		"p256dh":            strings.Replace(good, "BCVxsr7N", "BCVx", 1),
		"no p256dh":         strings.Replace(good, "p256dh", "p384", 1),
		"auth":              strings.Replace(good, "BTBZMqHH", "BTBZ", 1),
		"no base64":         strings.Replace(good, "BTBZMqHH", "BTBZ/+HH", 1),
	} {
		if _, err := Parse(text, false); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
	padded := strings.Replace(good, `aSIgg"`, `aSIgg=="`, 1)
	if key(point) != good {
		t.Error("the point is not that of the example")
	}
	if _, err := Parse(padded, false); err != nil {
		t.Errorf("padded: %v", err)
	}
}
