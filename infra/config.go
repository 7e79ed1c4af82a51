package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// config is what the context says: -c name=value on the command line, or "context" in
// cdk.json.
type config struct {
	stage string // names everything; "prod" keeps its data whatever happens
	dist  string // the folder of the functions' binaries
	// definition is that of the state machine of working hours.
	definition string
	// machine says whether the platform gets a client of its own for POST /v1/escalations.
	// Cognito asks some dollars a month for it; who invokes the function needs none.
	machine bool
	// timers is how many messages of the queue are handled at once.
	timers int
	// reserved is how many instances of each function may run, and are kept for it; 0 for
	// as many as the AWS account allows, which in a new one is too little to reserve any.
	reserved int
	// tzLayer says whether the functions go by the clock laws that scripts/tz-publish has
	// published for this stage. They change between deployments, so that the template asks
	// for the latest: the next deployment must not put old laws back.
	tzLayer bool
	logDays int
	email   string // is told of alarms
	apps    []platformApp
}

// platformApp is a push platform and where its credential is kept.
type platformApp struct {
	platform string // fcm, apns, apns_sandbox, apns_voip or apns_voip_sandbox
	secret   string // ARN in Secrets Manager
	version  string // changed by hand when the secret has changed, so that it is read again
}

// prod reports whether it is the stage that customers use.
func (c *config) prod() bool { return c.stage == "prod" }

// layers are those of the functions that run the desk.
func (c *config) layers() []any {
	if !c.tzLayer {
		return nil
	}
	return []any{"{{resolve:ssm:/connectnow/" + c.stage + "/tz-layer}}"}
}

// name is the name of something of this stage.
func (c *config) name(what string) string { return "connectnow-" + c.stage + "-" + what }

var (
	stageForm  = regexp.MustCompile(`^[a-z][a-z0-9]{0,11}$`)
	secretForm = regexp.MustCompile(`^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:.+$`)
)

// platforms are those that can have a secret, by the beginning of their context's names.
// voip is the one beside it that context voip=true adds, for the tokens of PushKit by which
// iPhones ring. It has no context of its own, because phones are registered with both and
// Apple's key is the same: what had to be given twice would be forgotten once, when the key
// is changed.
var platforms = []struct{ platform, context, voip string }{
	{"fcm", "fcm", ""}, {"apns", "apns", "apns_voip"}, {"apns_sandbox", "apnsSandbox", "apns_voip_sandbox"},
}

// readConfig names all that is wrong at once. root is the folder of the project.
func readConfig(node constructs.Node, root string) (*config, error) {
	definition, err := os.ReadFile(filepath.Join(root, "functions", "shift", "machine.asl.json"))
	if err != nil {
		return nil, fmt.Errorf("reading the state machine: %w", err)
	}
	var wrong []error
	text := func(name, otherwise string) string {
		v := node.TryGetContext(jsii.String(name))
		if v == nil || v == "" {
			return otherwise
		}
		return fmt.Sprint(v)
	}
	number := func(name string, otherwise, least, most int) int {
		s := text(name, strconv.Itoa(otherwise))
		n, err := strconv.Atoi(s)
		if err != nil || n < least || n > most {
			wrong = append(wrong, fmt.Errorf("context %s=%s must be a number from %d to %d", name, s, least, most))
		}
		return n
	}
	flag := func(name, otherwise string) bool {
		s := text(name, otherwise)
		if s != "true" && s != "false" {
			wrong = append(wrong, fmt.Errorf("context %s=%s must be true or false", name, s))
		}
		return s == "true"
	}
	c := &config{
		stage: text("stage", "dev"), dist: text("dist", filepath.Join(root, "dist")), definition: string(definition), email: text("alarmEmail", ""),
		machine: flag("machineClient", "true"), tzLayer: flag("tzLayer", "false"),
		timers: number("timerConcurrency", 50, 2, 1000), reserved: number("reservedConcurrency", 0, 0, 1000),
	}
	c.logDays = 14
	if c.prod() {
		c.logDays = 90
	}
	if !stageForm.MatchString(c.stage) {
		wrong = append(wrong, fmt.Errorf("context stage=%s must be up to 12 lower-case letters and digits", c.stage))
	}
	voip := flag("voip", "false")
	if voip && text("apnsSecretArn", "") == "" && text("apnsSandboxSecretArn", "") == "" {
		wrong = append(wrong, errors.New("context voip=true needs apnsSecretArn or apnsSandboxSecretArn, too"))
	}
	for _, p := range platforms {
		arn := text(p.context+"SecretArn", "")
		switch {
		case arn == "":
			continue
		case !secretForm.MatchString(arn):
			wrong = append(wrong, fmt.Errorf("context %sSecretArn=%s must be the ARN of a secret", p.context, arn))
		}
		version := text(p.context+"SecretVersion", "1")
		c.apps = append(c.apps, platformApp{p.platform, arn, version})
		if voip && p.voip != "" {
			c.apps = append(c.apps, platformApp{p.voip, arn, version})
		}
	}
	return c, errors.Join(wrong...)
}
