package payload_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/payload"
	"github.com/connectnow/backend/internal/roster"
)

var update = flag.Bool("update", false, "write the golden files anew")

var now = time.Date(2026, 11, 22, 9, 30, 0, 0, time.UTC)

func badge(n int) *int { return &n }

// notices are one of each kind, and of each that looks different.
var notices = map[string]desk.Notice{
	"offer-call": {
		Kind: desk.NoticeOffer, EscalationID: "esc_bbbbbbbbbbbb", Offer: 1, Channel: roster.Call, Reason: desk.LowConfidence,
		Department: "Kids", RingingUntil: now.Add(24500 * time.Millisecond), Badge: badge(1), Proof: "AbCdEf",
	},
	"offer-chat": {
		Kind: desk.NoticeOffer, EscalationID: "esc_bbbbbbbbbbbb", Offer: 2, Channel: roster.Chat, Reason: desk.CustomerRequest,
		RingingUntil: now.Add(25 * time.Second), Badge: badge(3),
	},
	"offer-transfer": {
		Kind: desk.NoticeOffer, EscalationID: "esc_bbbbbbbbbbbb", Offer: 3, Channel: roster.Chat, Reason: desk.ConditionMet,
		Department: "Gents", Transfer: true, RingingUntil: now.Add(25 * time.Second), Badge: badge(1),
	},
	"offer-drill": {
		Kind: desk.NoticeOffer, EscalationID: "esc_bbbbbbbbbbbb", Offer: 1, Channel: roster.Call, Reason: desk.Direct,
		Drill: true, RingingUntil: now.Add(25 * time.Second), Badge: badge(1),
	},
	"offerWithdrawn": {
		Kind: desk.NoticeWithdrawn, EscalationID: "esc_bbbbbbbbbbbb", Offer: 1, Channel: roster.Call, Reason: desk.LowConfidence, Badge: badge(0),
	},
	"transferFailed": {Kind: desk.NoticeReturned, EscalationID: "esc_bbbbbbbbbbbb", Channel: roster.Chat, Reason: desk.Direct},
	"workOpenLong":   {Kind: desk.NoticeLongWork, EscalationID: "esc_bbbbbbbbbbbb", Channel: roster.Chat},
	"customerWaits":  {Kind: desk.NoticeWaits, EscalationID: "esc_bbbbbbbbbbbb", Channel: roster.Chat},
	"setOffline":     {Kind: desk.NoticeOffline, ShiftEnds: now.Add(13 * time.Hour)},
	"shiftSoon":      {Kind: desk.NoticeShiftSoon, StartsAt: now.Add(5 * time.Minute)},
	"shiftOver":      {Kind: desk.NoticeShiftOver},
	"nobodyLeft":     {Kind: desk.NoticeNobodyLeft},
	"offer-hindi": {
		Kind: desk.NoticeOffer, EscalationID: "esc_bbbbbbbbbbbb", Offer: 1, Channel: roster.Call, Reason: desk.LowConfidence,
		Drill: true, Transfer: true, Language: "hi", RingingUntil: now.Add(25 * time.Second), Badge: badge(1),
	},
	"callbacksWaiting": {Kind: desk.NoticeCallbacks, Count: 3},
	"callbackDue":      {Kind: desk.NoticeCallbackDue, CallbackID: "cb_aaaaaaaaaaaa", Department: "Kids"},
	"callbackChanged":  {Kind: desk.NoticeCallbackNews, CallbackID: "cb_aaaaaaaaaaaa"},
	"deviceTaken":      {Kind: desk.NoticeTaken},
	"test":             {Kind: desk.NoticeTest},
}

// forms are the ways to a phone.
var forms = []struct {
	name     string
	platform desk.Platform
	voip     bool
}{
	{"fcm", desk.FCM, false}, {"apns", desk.APNs, false}, {"apns_sandbox", desk.APNsSandbox, false},
	{"voip", desk.APNs, true}, {"voip_sandbox", desk.APNsSandbox, true},
}

// origin is where the pages are.
const origin = "https://desk.example.com"

// TestGolden holds every payload to the file that the mobile developers see.
func TestGolden(t *testing.T) {
	for name, n := range notices {
		got := map[string]any{}
		for _, f := range forms {
			if f.voip && !payload.WantsVoIP(n) {
				continue
			}
			p := payload.For(f.platform, f.voip, n, now)
			form := map[string]any{"body": p.Body}
			if p.Attributes != nil {
				form["attributes"] = p.Attributes
			}
			got[p.Platform] = form
		}
		web := payload.ForWeb(origin, n, now)
		got["Web Push"] = map[string]any{"body": web.Body, "ttl": web.Web.TTL.String(), "urgent": web.Web.Urgent, "topic": web.Web.Topic}
		text, err := json.MarshalIndent(got, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		file := filepath.Join("testdata", name+".json")
		if *update {
			if err := os.WriteFile(file, append(text, '\n'), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(bytes.TrimSpace(want)), string(text)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	files, err := filepath.Glob("testdata/*.json")
	if err != nil || len(files) != len(notices) {
		t.Errorf("%d golden files for %d notices, %v", len(files), len(notices), err)
	}
}

// TestMessage wants JSON in strings, one for the platform and the default beside it.
func TestMessage(t *testing.T) {
	for _, f := range forms {
		p := payload.For(f.platform, f.voip, notices["offer-call"], now)
		var message map[string]string
		if err := json.Unmarshal([]byte(p.Message()), &message); err != nil {
			t.Fatal(err)
		}
		if message["default"] == "" || len(message) != 2 || message[p.Platform] != string(p.Body) {
			t.Errorf("%s: %v", f.name, message)
		}
	}
}

// TestApp is what the app reads: on Android the data, on iOS all of it.
func TestApp(t *testing.T) {
	for _, f := range forms {
		t.Run(f.name, func(t *testing.T) {
			p := payload.For(f.platform, f.voip, notices["offer-call"], now)
			var got map[string]any
			if err := json.Unmarshal(p.App, &got); err != nil {
				t.Fatal(err)
			}
			for _, want := range []struct{ name, value string }{
				{"kind", "offer"}, {"escalationId", "esc_bbbbbbbbbbbb"}, {"offer", "1"}, {"channel", "call"}, {"reason", "low_confidence"},
				{"department", "Kids"}, {"ringingUntil", "2026-11-22T09:30:24Z"}, {"open", "/escalations/esc_bbbbbbbbbbbb"},
				{"ringingSeconds", "24"}, {"sentAt", "2026-11-22T09:30:00.000Z"}, {"proof", "AbCdEf"},
			} {
				if got[want.name] != want.value {
					t.Errorf("%s is %v, want %v", want.name, got[want.name], want.value)
				}
			}
			if f.platform == desk.FCM {
				for name, v := range got {
					if _, text := v.(string); !text {
						t.Errorf("FCM takes strings alone, and %s is %T", name, v)
					}
				}
			}
		})
	}
}

// languages are those that pushes are written in, and one that they are not.
var languages = []string{"", "hi", "es", "pt", "fr", "de", "ar", "id", "zh"}

// checkLimits holds each form of a notice to what its platform takes.
func checkLimits(t *testing.T, name string, n desk.Notice) {
	t.Helper()
	if web := payload.ForWeb("https://"+strings.Repeat("d", 253), n, now); len(web.Body) > payload.MaxWeb || !utf8.Valid(web.Body) {
		t.Errorf("%s in %q for Web Push: %d bytes", name, n.Language, len(web.Body))
	}
	for _, f := range forms {
		p := payload.For(f.platform, f.voip, n, now)
		most := payload.MaxAPNs
		if f.platform == desk.FCM {
			most = payload.MaxFCM
		}
		if len(p.Body) > most || !utf8.Valid(p.Body) {
			t.Errorf("%s in %q for %s: %d bytes, at most %d", name, n.Language, f.name, len(p.Body), most)
		}
		// https://developer.apple.com/documentation/usernotifications/sending-notification-requests-to-apns
		if id := p.Attributes["AWS.SNS.MOBILE.APNS.COLLAPSE_ID"]; len(id) > 64 {
			t.Errorf("%s: collapse id of %d bytes", name, len(id))
		}
	}
}

// TestLimits puts the longest names that are allowed, in scripts that take most bytes,
// into every notice: no platform refuses it for its size, and every header fits.
func TestLimits(t *testing.T) {
	const longest = 64 // characters of a department's name
	// A proof with a device's id of 128 characters.
	longestProof := base64.RawURLEncoding.EncodedLen(1 + 16 + 4 + len("acc_aaaaaaaaaaaa|mem_aaaaaaaaaaaa|") + 128)
	for _, char := range []string{"x", "é", "न", "字", "😀", "<", `"`, "\u2028"} {
		for name, n := range notices {
			n.Department = strings.Repeat(char, longest)
			n.Count, n.Offer, n.Transfer, n.Drill = 1_000_000, 20, true, true
			n.RingingUntil, n.StartsAt = now.Add(2*time.Minute), now.Add(5*time.Minute)
			n.Proof = strings.Repeat("p", longestProof)
			for _, n.Language = range languages {
				checkLimits(t, name+" with "+char, n)
			}
		}
	}
}

// TestTimeToLive is the rest of the ring time, rounded up, and never below nothing.
func TestTimeToLive(t *testing.T) {
	n := notices["offer-chat"]
	for _, c := range []struct {
		name   string
		before time.Duration // how long it still rings
		want   string
	}{
		{"all of it", 25 * time.Second, "25"},
		{"a part of a second", 24001 * time.Millisecond, "25"},
		{"whole seconds", 24 * time.Second, "24"},
		{"the last moment", time.Millisecond, "1"},
		{"the end", 0, "0"},
		{"over", -time.Second, "0"},
	} {
		t.Run(c.name, func(t *testing.T) {
			at := n.RingingUntil.Add(-c.before)
			if got := payload.For(desk.APNs, false, n, at).Attributes["AWS.SNS.MOBILE.APNS.TTL"]; got != c.want {
				t.Errorf("%v before the end: APNs may try for %s s, want %s", c.before, got, c.want)
			}
			if got := string(payload.For(desk.FCM, false, n, at).Body); !strings.Contains(got, fmt.Sprintf(`"ttl":"%ss"`, c.want)) {
				t.Errorf("%v before the end: %s, want %s s", c.before, got, c.want)
			}
		})
	}
}

// TestWithdrawnReplaces wants what ends the ringing to take the place of what rang, not
// to come by VoIP, and to make no sound.
func TestWithdrawnReplaces(t *testing.T) {
	offer, withdrawn := notices["offer-call"], notices["offerWithdrawn"]
	if !payload.WantsVoIP(offer) || payload.WantsVoIP(withdrawn) || payload.WantsVoIP(notices["offer-chat"]) {
		t.Error("by VoIP come calls that ring, and nothing else")
	}
	const id = "AWS.SNS.MOBILE.APNS.COLLAPSE_ID"
	a, b := payload.For(desk.APNs, false, offer, now), payload.For(desk.APNs, false, withdrawn, now)
	if a.Attributes[id] != b.Attributes[id] || a.Attributes[id] == "" {
		t.Errorf("collapse ids %q and %q", a.Attributes[id], b.Attributes[id])
	}
	if strings.Contains(string(b.Body), "sound") || !strings.Contains(string(b.Body), `"content-available":1`) {
		t.Errorf("withdrawn: %s", b.Body)
	}
}

// TestEveryKind wants a golden file, and a row in the document, of every kind there is.
func TestEveryKind(t *testing.T) {
	source, err := os.ReadFile("../desk/notice.go")
	if err != nil {
		t.Fatal(err)
	}
	document, err := os.ReadFile("../../docs/mobile.md")
	if err != nil {
		t.Fatal(err)
	}
	kinds := 0
	for line := range strings.Lines(string(source)) {
		_, kind, is := strings.Cut(line, `NoticeKind = "`)
		if !is {
			continue
		}
		kinds++
		kind, _, _ = strings.Cut(kind, `"`)
		found := false
		for _, n := range notices {
			found = found || string(n.Kind) == kind
		}
		if !found {
			t.Errorf("%s has no golden file", kind)
		}
		if !strings.Contains(string(document), "| `"+kind+"` |") {
			t.Errorf("%s is not in docs/mobile.md", kind)
		}
	}
	if kinds < 11 {
		t.Errorf("found only %d kinds", kinds)
	}
}

// TestWordsByLanguage holds that the plain words are in the reader's language, and that what
// an app finds its own by is the same in all of them.
func TestWordsByLanguage(t *testing.T) {
	due := desk.Notice{Kind: desk.NoticeCallbackDue, CallbackID: "cb_aaaaaaaaaaaa", Department: "Kids"}
	for _, c := range []struct{ language, title, body string }{
		{"", "Callback overdue", "Kids · A customer still waits to be called back."},
		{"de", "Rückruf überfällig", "Kids · Ein Kunde wartet noch auf seinen Rückruf."},
		{"zh", "Callback overdue", "Kids · A customer still waits to be called back."},
	} {
		t.Run(c.language, func(t *testing.T) {
			due.Language = c.language
			var fcm map[string]string
			var apns struct {
				APS struct {
					Alert struct {
						Title, Body string
						TitleKey    string   `json:"title-loc-key"`
						BodyKey     string   `json:"loc-key"`
						BodyArgs    []string `json:"loc-args"`
					}
				}
			}
			must := func(err error) {
				t.Helper()
				if err != nil {
					t.Fatal(err)
				}
			}
			must(json.Unmarshal(payload.For(desk.FCM, false, due, now).App, &fcm))
			must(json.Unmarshal(payload.For(desk.APNs, false, due, now).App, &apns))
			a := apns.APS.Alert
			if fcm["title"] != c.title || fcm["body"] != c.body || a.Title != c.title || a.Body != c.body {
				t.Errorf("it says %q and %q, and on iOS %q and %q", fcm["title"], fcm["body"], a.Title, a.Body)
			}
			if fcm["titleKey"] != "callback_due_title" || fcm["bodyKey"] != "callback_due_in" || fcm["bodyArg"] != "Kids" {
				t.Errorf("keys %v", fcm)
			}
			if a.TitleKey != "Callback overdue" || a.BodyKey != "%@ · A customer still waits to be called back." || len(a.BodyArgs) != 1 || a.BodyArgs[0] != "Kids" {
				t.Errorf("keys %+v", a)
			}
		})
	}
}
