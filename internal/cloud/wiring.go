package cloud

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/webphones"
)

// Environment is what parts of a desk are told by a function's environment.
type Environment struct {
	Pool     string // id of the user pool
	Client   string // id of the app client by which members sign in
	Released string // that of the release before
	Machine  string // ARN of the state machine of working hours
	Secret   string // ARN of the secret of the deployment
	MailFrom string // sender of letters; empty where the stage has no mail

	config aws.Config
}

// Within is the configuration of a client whose tries may each take so long.
func (e Environment) Within(try time.Duration) aws.Config { return budget(e.config, try) }

// Part gives a desk what not every function needs, and lies with the client that it makes in a
// package of its own: whoever does without links neither.
type Part func(*desk.Desk, Environment)

// settings are what the functions are told by their environment.
type settings struct {
	Environment
	table, queueURL, queueARN, deadARN, group, role string
	stage, topic, platform, mailURL, origin         string
	apps                                            map[desk.Platform]string
}

// Desk makes what opens the desk of a Lambda function, with these parts, from its environment:
// TABLE_NAME, TIMER_QUEUE_URL, TIMER_QUEUE_ARN, TIMER_DEAD_ARN, SCHEDULER_GROUP, SCHEDULER_ROLE_ARN,
// USER_POOL_ID, MEMBERS_CLIENT_ID, USER_POOL_CLIENT_ID, which is the client of the release
// before, SHIFT_MACHINE_ARN, EVENT_TOPIC_ARN, SECRET_ARN, STAGE, which tells the metrics of
// deployments apart, and PLATFORM_APPS, which lists SNS platform applications like "fcm=arn:…,apns=arn:…"
// and may be empty. PLATFORM_CLIENT_ID is there where the platform has a client, and where it
// is not no machine is let in. MAIL_FROM is the sender of mail and MAIL_QUEUE_URL the queue of
// messages that have it sent: both are there where the stage has mail. WEB_PUSH_ORIGIN is where
// the pages are that browsers ring for, such as https://desk.example.com, and is there where the
// stage has a domain of its own. It calls no service, so that cold starts stay short. Newer clock laws that a layer has are laid over the built-in ones:
// CONNECTNOW_TZ says where, unless it is where layers of scripts/tz-publish have them.
func Desk(parts ...Part) func(context.Context) (*desk.Desk, error) {
	return func(ctx context.Context) (*desk.Desk, error) {
		s, err := readSettings(ctx, os.LookupEnv)
		if err != nil {
			return nil, err
		}
		layClockLaws(ctx, os.Getenv("CONNECTNOW_TZ"))
		s.config = configOf(os.Getenv)
		d := s.desk()
		for _, part := range parts {
			part(d, s.Environment)
		}
		s.reachBrowsers(d)
		return d, nil
	}
}

// desk makes what each desk has.
func (s *settings) desk() *desk.Desk {
	quick, tell := s.Within(quickTry), s.Within(TellTry)
	pushes := sns.NewFromConfig(tell)
	d := desk.New(
		NewTable(dynamodb.NewFromConfig(quick), s.table, time.Now),
		&Timers{
			Queue: sqs.NewFromConfig(quick), Schedules: scheduler.NewFromConfig(tell),
			QueueURL: s.queueURL, MailURL: s.mailURL, QueueARN: s.queueARN, DeadARN: s.deadARN, Group: s.group, RoleARN: s.role,
			Now: time.Now,
		},
		&Phones{SNS: pushes, Apps: s.apps, Now: time.Now},
		nil, nil,
	)
	d.Clients = desk.Clients{Members: s.Client, Released: s.Released, Machine: s.platform}
	d.Metrics = (&Metrics{Stage: s.stage, Out: os.Stdout, Now: time.Now}).Emit
	d.Announce = (&Announcements{SNS: pushes, Topic: s.topic}).Publish
	if s.MailFrom != "" {
		d.Mail = elsewhere{}
	}
	return d
}

// reachBrowsers gives a desk Web Push where the stage has a domain. A function that has no secret, or
// not yet, fails at it for now: of nobody's browser it says that it cannot be reached.
func (s *settings) reachBrowsers(d *desk.Desk) {
	if phones, is := d.Phones.(*Phones); is && s.origin != "" {
		phones.Web = webphones.New(s.origin, false, d.VAPIDSecret, time.Now)
		d.WebPushKey = phones.Web.Key
	}
}

// elsewhere is the mail of functions that only ask for letters, by messages: that there is some
// they have to know.
type elsewhere struct{}

// Send implements desk.Mail.
func (elsewhere) Send(context.Context, desk.Letter) error {
	return errors.New("cloud: this function sends no letters")
}

// configOf is what Lambda tells a function of where it is and who it is. The SDK's own loader
// looks into files, single sign-on and metadata services besides, which no function has: half
// a megabyte of each function, to be loaded at every cold start.
func configOf(getenv func(string) string) aws.Config {
	c := aws.Config{
		Region: getenv("AWS_REGION"),
		Credentials: credentials.NewStaticCredentialsProvider(
			getenv("AWS_ACCESS_KEY_ID"), getenv("AWS_SECRET_ACCESS_KEY"), getenv("AWS_SESSION_TOKEN")),
	}
	if url := getenv("AWS_ENDPOINT_URL"); url != "" { // a service on this machine, for tests
		c.BaseEndpoint = &url
	}
	return c
}

// variable is one of the environment, and where its value goes.
type variable struct {
	name string
	into *string
}

// readSettings names all that is missing or wrong at once.
func readSettings(ctx context.Context, lookup func(string) (string, bool)) (settings, error) {
	var s settings
	var wrong []error
	for _, v := range []variable{
		{"TABLE_NAME", &s.table},
		{"TIMER_QUEUE_URL", &s.queueURL},
		{"TIMER_QUEUE_ARN", &s.queueARN},
		{"SCHEDULER_GROUP", &s.group},
		{"SCHEDULER_ROLE_ARN", &s.role},
		{"USER_POOL_ID", &s.Pool},
		{"USER_POOL_CLIENT_ID", &s.Released},
		{"SHIFT_MACHINE_ARN", &s.Machine},
		{"STAGE", &s.stage},
		{"EVENT_TOPIC_ARN", &s.topic},
		{"AWS_REGION", new(string)},
	} {
		if *v.into, _ = lookup(v.name); *v.into == "" {
			wrong = append(wrong, fmt.Errorf("environment variable %s is not set", v.name))
		}
	}
	s.readNewer(ctx, lookup)
	s.platform, _ = lookup("PLATFORM_CLIENT_ID")
	s.origin, _ = lookup("WEB_PUSH_ORIGIN")
	s.MailFrom, _ = lookup("MAIL_FROM")
	if s.mailURL, _ = lookup("MAIL_QUEUE_URL"); (s.mailURL == "") != (s.MailFrom == "") {
		wrong = append(wrong, errors.New("environment variables MAIL_FROM and MAIL_QUEUE_URL go together"))
	}
	apps, set := lookup("PLATFORM_APPS")
	if !set {
		wrong = append(wrong, errors.New("environment variable PLATFORM_APPS is not set"))
	}
	var err error
	if s.apps, err = parseApps(apps); err != nil {
		wrong = append(wrong, fmt.Errorf("environment variable PLATFORM_APPS: %w", err))
	}
	return s, errors.Join(wrong...)
}

// readNewer reads what the release before had not. An upgrade gives a function its code and its
// environment one after the other, in an order that nobody promises, and invocations go on
// meanwhile (https://awsteele.com/blog/2020/12/24/aws-lambda-latest-is-dangerous.html). So it is
// no reason not to start: who needs it says so, for some seconds.
func (s *settings) readNewer(ctx context.Context, lookup func(string) (string, bool)) {
	for _, v := range []variable{{"TIMER_DEAD_ARN", &s.deadARN}, {"MEMBERS_CLIENT_ID", &s.Client}, {"SECRET_ARN", &s.Secret}} {
		if *v.into, _ = lookup(v.name); *v.into == "" {
			slog.WarnContext(ctx, "environment not whole: a part does not work until the upgrade is done", "error", fmt.Errorf("environment variable %s is not set", v.name))
		}
	}
}

// parseApps reads "platform=ARN,platform=ARN".
func parseApps(list string) (map[desk.Platform]string, error) {
	apps := map[desk.Platform]string{}
	for entry := range strings.SplitSeq(list, ",") {
		if entry = strings.TrimSpace(entry); entry == "" {
			continue
		}
		name, arn, found := strings.Cut(entry, "=")
		switch platform := desk.Platform(name); {
		case !found || !strings.HasPrefix(arn, "arn:"):
			return nil, fmt.Errorf("%q is not platform=ARN", entry)
		case !slices.Contains([]desk.Platform{desk.FCM, desk.APNs, desk.APNsSandbox, APNsVoIP, APNsVoIPSandbox}, platform):
			return nil, fmt.Errorf("unknown platform %q", name)
		default:
			apps[platform] = arn
		}
	}
	return apps, nil
}
