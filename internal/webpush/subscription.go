package webpush

import (
	"crypto/ecdh"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"
)

// Subscription is where a browser takes messages, and by which keys it reads them. Its address
// is a secret: whoever knows it can keep the browser's push service busy.
type Subscription struct {
	endpoint *url.URL
	key      *ecdh.PublicKey
	auth     []byte
}

// Services are the push services of browsers, by name of host. A dot before a name means
// whatever is under it, and the name itself.
//
//   - Chrome, Edge on Android and others of Chromium: fcm.googleapis.com
//   - Safari: https://developer.apple.com/documentation/usernotifications/sending-web-push-notifications-in-web-apps-and-browsers
//   - Firefox: https://mozilla-push-service.readthedocs.io/en/latest/
//   - Edge on Windows: https://learn.microsoft.com/en-us/windows/apps/design/shell/tiles-and-notifications/windows-push-notification-services--wns--overview
var Services = []string{"fcm.googleapis.com", ".push.apple.com", ".push.services.mozilla.com", ".notify.windows.com"}

// Parse reads what PushSubscription.toJSON gives in a browser:
//
//	{"endpoint": "https://…", "keys": {"p256dh": "…", "auth": "…"}}
//
// Other members are left aside. Errors say what is wrong in words for people, and name no more
// of the address than its host. With loopback a service may be on this machine as well, by http
// and any port.
func Parse(subscription string, loopback bool) (Subscription, error) {
	var said struct {
		Endpoint string
		Keys     struct{ P256dh, Auth string }
	}
	if err := json.Unmarshal([]byte(subscription), &said); err != nil {
		return Subscription{}, errors.New("is not the JSON of a push subscription")
	}
	endpoint, err := parseEndpoint(said.Endpoint, loopback)
	if err != nil {
		return Subscription{}, err
	}
	point, err := decode(said.Keys.P256dh)
	if err != nil {
		return Subscription{}, errors.New("has a p256dh that is not base64url")
	}
	key, err := ecdh.P256().NewPublicKey(point)
	if err != nil {
		return Subscription{}, errors.New("has a p256dh that is no point of P-256")
	}
	auth, err := decode(said.Keys.Auth)
	if err != nil || len(auth) != authSize {
		return Subscription{}, fmt.Errorf("has an auth that is not %d bytes as base64url", authSize)
	}
	return Subscription{endpoint, key, auth}, nil
}

// Address is the endpoint in one spelling: a browser has one address, however it was written.
func (s Subscription) Address() string { return s.endpoint.String() }

// Loopback reports whether the subscription's service is on this machine.
func (s Subscription) Loopback() bool { return isLoopback(s.endpoint.Hostname()) }

// maxEndpoint is how long an endpoint may be in bytes: those of browsers have up to some 600.
const maxEndpoint = 1500

func parseEndpoint(endpoint string, loopback bool) (*url.URL, error) {
	if len(endpoint) > maxEndpoint {
		return nil, fmt.Errorf("has an endpoint of more than %d bytes", maxEndpoint)
	}
	u, err := url.Parse(endpoint)
	if err != nil || u.Host == "" {
		return nil, errors.New("has no endpoint that is an address")
	}
	u.Host, u.Fragment, u.RawFragment = strings.ToLower(u.Host), "", ""
	host := u.Hostname()
	switch {
	case u.User != nil:
		return nil, errors.New("has an endpoint with a name or password in it")
	case loopback && isLoopback(host) && (u.Scheme == "http" || u.Scheme == "https"):
		return u, nil
	case u.Scheme != "https" || u.Port() != "" && u.Port() != "443":
		return nil, errors.New("has an endpoint that is not https on port 443")
	case !known(host):
		return nil, fmt.Errorf("is of %s, which is no push service of a browser that is known here", host)
	}
	u.Host = host
	return u, nil
}

func known(host string) bool {
	for _, s := range Services {
		if under := strings.HasPrefix(s, "."); host == strings.TrimPrefix(s, ".") || under && strings.HasSuffix(host, s) {
			return true
		}
	}
	return false
}

// decode takes base64url with and without padding, as browsers and libraries differ.
func decode(text string) ([]byte, error) {
	return base64.RawURLEncoding.DecodeString(strings.TrimRight(text, "="))
}
