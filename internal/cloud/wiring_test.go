package cloud_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/connectnow/backend/internal/cloud"
	"github.com/connectnow/backend/internal/cloud/letters"
	"github.com/connectnow/backend/internal/cloud/shifts"
	"github.com/connectnow/backend/internal/cloud/users"
	"github.com/connectnow/backend/internal/cloud/vault"
	"github.com/connectnow/backend/internal/desk"
)

// whole opens the desk that has all parts.
var whole = cloud.Desk(users.Part, shifts.Part, vault.Part, letters.Part)

// setEnvironment sets what a function of a deployment has, and what the machine that
// tests may have besides is taken away.
func setEnvironment(t testing.TB) {
	for _, v := range []struct{ name, value string }{
		{"TABLE_NAME", "table"},
		{"TIMER_QUEUE_URL", "https://sqs.test/timers"},
		{"TIMER_QUEUE_ARN", "arn:aws:sqs:::timers"},
		{"TIMER_DEAD_ARN", "arn:aws:sqs:::timers-dead"},
		{"SCHEDULER_GROUP", "connectnow"},
		{"SCHEDULER_ROLE_ARN", "arn:aws:iam:::role/schedules"},
		{"PLATFORM_APPS", "fcm=arn:aws:sns:::app/GCM/x, apns=arn:aws:sns:::app/APNS/x"},
		{"USER_POOL_ID", "eu-central-1_pool"},
		{"MEMBERS_CLIENT_ID", "client-2"},
		{"USER_POOL_CLIENT_ID", "client"},
		{"SHIFT_MACHINE_ARN", "arn:aws:states:::stateMachine:shift"},
		{"STAGE", "test"},
		{"EVENT_TOPIC_ARN", "arn:aws:sns:::events"},
		{"SECRET_ARN", "arn:aws:secretsmanager:::secret:keys"},
		{"AWS_REGION", "eu-central-1"},
		{"AWS_ACCESS_KEY_ID", "x"},
		{"AWS_SECRET_ACCESS_KEY", "x"},
		{"AWS_CA_BUNDLE", ""},
		{"CONNECTNOW_TZ", ""},
		{"MAIL_FROM", ""},
		{"MAIL_QUEUE_URL", ""},
		{"WEB_PUSH_ORIGIN", ""},
	} {
		t.Setenv(v.name, v.value)
	}
}

func TestDeskFromEnvironment(t *testing.T) {
	setEnvironment(t)
	d, err := whole(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if d.Table == nil || d.Identity == nil || d.Now == nil || d.Log == nil || d.Metrics == nil {
		t.Errorf("desk = %+v, want all fields set", d)
	}
	timers := d.Timers.(*cloud.Timers)
	got := []string{timers.QueueURL, timers.QueueARN, timers.DeadARN, timers.Group, timers.RoleARN}
	want := []string{"https://sqs.test/timers", "arn:aws:sqs:::timers", "arn:aws:sqs:::timers-dead", "connectnow", "arn:aws:iam:::role/schedules"}
	if !slices.Equal(got, want) {
		t.Errorf("timers go to %q, want %q", got, want)
	}
	apps := map[desk.Platform]string{desk.FCM: "arn:aws:sns:::app/GCM/x", desk.APNs: "arn:aws:sns:::app/APNS/x"}
	if diff := cmp.Diff(apps, d.Phones.(*cloud.Phones).Apps); diff != "" {
		t.Errorf("platform applications (-want +got):\n%s", diff)
	}
	if i := d.Identity.(*users.Identity); i.Cognito == nil || i.Pool != "eu-central-1_pool" || i.Client != "client-2" || i.Released != "client" {
		t.Errorf("identity of pool %q, clients %q and %q", i.Pool, i.Client, i.Released)
	}
	if diff := cmp.Diff(desk.Clients{Members: "client-2", Released: "client"}, d.Clients); diff != "" {
		t.Errorf("clients whose tokens are taken (-want +got):\n%s", diff)
	}
	if s := d.Shifts.(*shifts.Shifts); s.SFN == nil || s.Machine != "arn:aws:states:::stateMachine:shift" {
		t.Errorf("shifts = %+v", s)
	}
}

// Browsers ring where the stage has a domain, by functions that have the secret. Without a domain no
// browser is reached any more; without the secret this function does not reach it now.
func TestDeskWithBrowsers(t *testing.T) {
	browser := desk.Device{Platform: desk.WebPush, Address: "webpush:x", Token: subscription}
	for _, c := range []struct {
		name, origin string
		parts        []cloud.Part
		want         bool
		gone         bool // what a push says, that cannot be sent
	}{
		{"no domain", "", []cloud.Part{vault.Part}, false, true},
		{"neither", "", nil, false, true},
		{"no secret", "https://desk.example.com", nil, true, false},
		{"both", "https://desk.example.com", []cloud.Part{vault.Part}, true, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			setEnvironment(t)
			t.Setenv("WEB_PUSH_ORIGIN", c.origin)
			d, err := cloud.Desk(c.parts...)(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if got := d.WebPushKey != nil; got != c.want || (d.Phones.(*cloud.Phones).Web != nil) != c.want {
				t.Errorf("browsers ring: %t", got)
			}
			_, err = d.Phones.Register(t.Context(), "mem_x", desk.Device{Platform: desk.WebPush, Token: "{}"})
			if want := map[bool]string{true: "invalid", false: "platform-not-configured"}[c.want]; !desk.IsProblem(err, want) {
				t.Errorf("registering: %v, want %s", err, want)
			}
			ended, end := context.WithCancel(t.Context())
			end() // before anybody is asked
			if err := d.Phones.Push(ended, browser, desk.Notice{Kind: desk.NoticeTest}); err == nil || errors.Is(err, desk.ErrUnreachable) != c.gone {
				t.Errorf("pushing: %v, want that it is gone for good: %t", err, c.gone)
			}
		})
	}
}

// What a function writes to its standard output becomes metrics.
func TestDeskWritesMetrics(t *testing.T) {
	setEnvironment(t)
	out, err := os.Create(filepath.Join(t.TempDir(), "stdout"))
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	before := os.Stdout
	os.Stdout = out
	d, err := whole(t.Context())
	os.Stdout = before
	if err != nil {
		t.Fatal(err)
	}
	d.Metrics(desk.Metric{Name: "OffersMissed", Value: 1, Unit: desk.UnitCount})
	line, err := os.ReadFile(out.Name())
	if err != nil || !strings.HasSuffix(string(line), "}\n") || !strings.Contains(string(line), `"OffersMissed":1,"Stage":"test"`) {
		t.Errorf("written: %q, %v", line, err)
	}
}

func TestDeskNamesAllThatIsMissing(t *testing.T) {
	setEnvironment(t)
	names := []string{"TABLE_NAME", "SCHEDULER_GROUP", "TIMER_QUEUE_URL", "USER_POOL_ID", "USER_POOL_CLIENT_ID", "SHIFT_MACHINE_ARN", "STAGE", "EVENT_TOPIC_ARN"}
	for _, name := range names {
		t.Setenv(name, "")
	}
	_, err := whole(t.Context())
	for _, name := range names {
		if err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("error %v does not name %s", err, name)
		}
	}
	if strings.Contains(err.Error(), "PLATFORM_APPS") {
		t.Errorf("error %v names what is set", err)
	}
}

// During an upgrade new code may run for seconds with the environment of the release before. It
// starts: whoever asks for a person gets one. Who signs in is asked to try again, and bearers of
// before are taken.
func TestDeskInEnvironmentOfBefore(t *testing.T) {
	setEnvironment(t)
	for _, name := range []string{"MEMBERS_CLIENT_ID", "SECRET_ARN", "TIMER_DEAD_ARN", "PLATFORM_CLIENT_ID", "MAIL_FROM", "MAIL_QUEUE_URL"} {
		t.Setenv(name, "")
		if err := os.Unsetenv(name); err != nil {
			t.Fatal(err)
		}
	}
	d, err := whole(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(desk.Clients{Released: "client"}, d.Clients); diff != "" {
		t.Errorf("clients whose tokens are taken (-want +got):\n%s", diff)
	}
	for name, call := range map[string]func() error{
		"signing in": func() error { _, err := d.Identity.Login(t.Context(), "mem_a", "correct-kettle-orbit-29"); return err },
		"the secret": func() error { _, err := d.Secrets.Secret(t.Context()); return err },
	} {
		if err := call(); !desk.IsProblem(err, "busy") {
			t.Errorf("%s: %v, want busy", name, err)
		}
	}
}

// A stage has mail where it has a sender and a queue for it, and none without both.
func TestDeskMail(t *testing.T) {
	for _, c := range []struct {
		name, from, queue string
		wrong             bool
	}{
		{"none", "", "", false},
		{"both", "desk@example.com", "https://sqs.test/mail", false},
		{"no queue", "desk@example.com", "", true},
		{"no sender", "", "https://sqs.test/mail", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			setEnvironment(t)
			t.Setenv("MAIL_FROM", c.from)
			t.Setenv("MAIL_QUEUE_URL", c.queue)
			d, err := whole(t.Context())
			if (err != nil) != c.wrong {
				t.Fatalf("made with %v", err)
			}
			if c.wrong {
				return
			}
			from := ""
			if m, is := d.Mail.(*letters.Mail); is {
				from = m.From
			}
			other, err := cloud.Desk()(t.Context())
			if err != nil || (other.Mail == nil) != (d.Mail == nil) {
				t.Errorf("a function that sends no letters has mail: %t, %v", other.Mail != nil, err)
			} else if other.Mail != nil && other.Mail.Send(t.Context(), desk.Letter{}) == nil {
				t.Error("a function that sends no letters sends one")
			}
			if url := d.Timers.(*cloud.Timers).MailURL; from != c.from || url != c.queue {
				t.Errorf("mail of %q by %q, want %q by %q", from, url, c.from, c.queue)
			}
		})
	}
}

func TestDeskPlatformApps(t *testing.T) {
	for _, c := range []struct {
		name, apps string
		wrong      bool
	}{
		{"none", "", false},
		{"a comma alone", " , ", false},
		{"one", "fcm=arn:x", false},
		{"no ARN", "fcm", true},
		{"odd ARN", "fcm=x", true},
		{"unknown platform", "pager=arn:x", true},
		{"no platform", "arn:x", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			setEnvironment(t)
			t.Setenv("PLATFORM_APPS", c.apps)
			if _, err := whole(t.Context()); (err != nil) != c.wrong {
				t.Errorf("PLATFORM_APPS=%q: %v", c.apps, err)
			}
		})
	}
}

// BenchmarkDesk is the part of a cold start that is ours.
func BenchmarkDesk(b *testing.B) {
	setEnvironment(b)
	for b.Loop() {
		if _, err := whole(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
}
