package webpush

import (
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
	for name, text := range map[string]string{
		"no JSON":   "token-1",
		"empty":     "",
		"p256dh":    strings.Replace(good, "BCVxsr7N", "BCVx", 1),
		"no p256dh": strings.Replace(good, "p256dh", "p384", 1),
		"auth":      strings.Replace(good, "BTBZMqHH", "BTBZ", 1),
		"no base64": strings.Replace(good, "BTBZMqHH", "BTBZ/+HH", 1),
	} {
		if _, err := Parse(text, false); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
	padded := strings.Replace(good, `aSIgg"`, `aSIgg=="`, 1)
	if _, err := Parse(padded, false); err != nil {
		t.Errorf("padded: %v", err)
	}
}
