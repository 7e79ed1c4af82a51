package webpush

import (
	"crypto/ecdh"
	"encoding/base64"
	"fmt"
	"testing"
)

// The example of RFC 8291, section 5 and appendix A, with its keys and salt.
func TestExampleOfTheRFC(t *testing.T) {
	const (
		own  = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
		salt = "DGv6ra1nlYgDCS1FRnbzlw"
		want = "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
	)
	to, err := Parse(subscription("https://fcm.googleapis.com/fcm/send/x"), false)
	if err != nil {
		t.Fatal(err)
	}
	key, err := ecdh.P256().NewPrivateKey(raw(t, own))
	if err != nil {
		t.Fatal(err)
	}
	got, err := encryptWith(to, []byte("When I grow up, I want to be a watermelon"), key, raw(t, salt))
	if err != nil || base64.RawURLEncoding.EncodeToString(got) != want {
		t.Errorf("got %s, %v; want %s", base64.RawURLEncoding.EncodeToString(got), err, want)
	}
}

func TestMessagesThatAreTooLong(t *testing.T) {
	to, err := Parse(subscription("https://fcm.googleapis.com/fcm/send/x"), false)
	if err != nil {
		t.Fatal(err)
	}
	if sealed, err := encrypt(to, make([]byte, MaxBody)); err != nil || len(sealed) != recordSize {
		t.Errorf("the longest: %d bytes, %v; want %d", len(sealed), err, recordSize)
	}
	if _, err := encrypt(to, make([]byte, MaxBody+1)); err == nil {
		t.Error("a byte more is taken")
	}
}

// The keys of the browser in the example.
const (
	browserKey  = "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"
	browserAuth = "BTBZMqHH6r4Tts7J_aSIgg"
)

// subscription is the RFC's browser at an address.
func subscription(endpoint string) string {
	return fmt.Sprintf(`{"endpoint":%q,"expirationTime":null,"keys":{"p256dh":"BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4","auth":%q}}`, endpoint, browserAuth)
}

func raw(t *testing.T, text string) []byte {
	t.Helper()
	b, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
