package webpush

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// sent is what a push service was handed, and read what somebody else's code makes of it.
type sent struct {
	Body          string `json:"body"`
	Authorization string `json:"authorization,omitempty"`
}

type read struct {
	Plain  string
	Signer *struct {
		Key    string
		Header map[string]string
		Claims struct {
			Aud, Sub string
			Exp      int64
		}
	}
}

// Every length from nothing to the limit is read by another's code, as it was written.
func TestReadByOthers(t *testing.T) {
	to, err := Parse(subscription("https://fcm.googleapis.com/fcm/send/x"), false)
	must(t, err)
	var bodies [][]byte
	var messages []sent
	for n := range MaxBody + 1 {
		body := bytes.Repeat([]byte{byte(n), 2, 0}, n/3+1)[:n]
		sealed, err := encrypt(to, body)
		must(t, err)
		bodies, messages = append(bodies, body), append(messages, sent{Body: base64.RawURLEncoding.EncodeToString(sealed)})
	}
	for i, r := range readByOthers(t, messages) {
		if r.Plain != base64.RawURLEncoding.EncodeToString(bodies[i]) {
			t.Errorf("%d bytes are read as %s", i, r.Plain)
		}
	}
}

// What a service is handed is read by the browser, and signed by whom the page named.
func TestSentIsReadByOthers(t *testing.T) {
	s := newService(t)
	must(t, s.sender.Send(t.Context(), s.subscription(t), Message{Body: []byte(`{"web_push":8030}`), TTL: 24500 * time.Millisecond, Urgent: true, Topic: "esc_1-2"}))
	r := readByOthers(t, []sent{{s.body, s.header.Get("Authorization")}})[0]
	if r.Signer == nil {
		t.Fatal("the signature is nobody's")
	}
	public, err := testKeys(t).Public()
	must(t, err)
	if plain := string(raw(t, r.Plain)); plain != `{"web_push":8030}` || r.Signer.Key != public {
		t.Errorf("read %q of %s, want that of %s", plain, r.Signer.Key, public)
	}
	if r.Signer.Claims.Aud != s.server.URL || r.Signer.Claims.Sub != subject || r.Signer.Claims.Exp != noon.Add(tokenLife).Unix() {
		t.Errorf("claims %+v", r.Signer.Claims)
	}
	if diff := cmp.Diff(map[string]string{"typ": "JWT", "alg": "ES256"}, r.Signer.Header); diff != "" {
		t.Error(diff)
	}
	want := map[string]string{"Ttl": "25", "Urgency": "high", "Topic": "esc_1-2", "Content-Encoding": "aes128gcm", "Content-Type": "application/octet-stream"}
	got := map[string]string{}
	for name := range want {
		got[name] = s.header.Get(name)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// Reader is the folder of the other implementation. What makes it is in package webpush_test,
// since it imports this package.
var Reader func(*testing.T) string

// readByOthers has one process of Node.js read all messages.
func readByOthers(t *testing.T, messages []sent) []read {
	t.Helper()
	folder := Reader(t)
	var in bytes.Buffer
	write := json.NewEncoder(&in)
	must(t, write.Encode(map[string]string{"private": browserKey, "auth": browserAuth}))
	for _, m := range messages {
		must(t, write.Encode(m))
	}
	cmd := exec.CommandContext(t.Context(), "node", filepath.Join(folder, "reader.mjs"))
	var stderr bytes.Buffer
	cmd.Stdin, cmd.Stderr = &in, &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, stderr.String())
	}
	var all []read
	for lines := bufio.NewScanner(bytes.NewReader(out)); lines.Scan(); {
		var r read
		must(t, json.Unmarshal(lines.Bytes(), &r))
		all = append(all, r)
	}
	if len(all) != len(messages) {
		t.Fatalf("%d of %d messages are read", len(all), len(messages))
	}
	return all
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
