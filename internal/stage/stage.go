// Package stage reads what the CDK's context says of a stage: -c name=value on the command
// line, or "context" in cdk.json. It knows nothing of the CDK, whose app takes a minute to
// compile, so that a misspelt option can be told before anything is built.
package stage

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"

	"github.com/connectnow/backend/internal/origins"
)

// Options are what a stage is asked to be.
type Options struct {
	Stage string // names everything; "prod" keeps its data whatever happens
	// Dist is the folder of the functions' binaries; empty for the project's own.
	Dist string
	// Machine says whether the platform gets a client of its own for POST /v1/escalations.
	// Cognito asks some dollars a month for it; who invokes the function needs none.
	Machine bool
	// Graphs says whether CloudWatch shows the page of graphs, for which it asks some dollars
	// a month.
	Graphs bool
	// Timers is how many messages of the queue are handled at once.
	Timers int
	// Reserved is how many instances are kept for each of the functions that must go on, and the most
	// that each may have; 0 for as many as the AWS account allows, which in a new one is too little
	// to reserve any.
	Reserved int
	// TZLayer says whether the functions go by the clock laws that scripts/tz-publish has
	// published for this stage. They change between deployments, so that the template asks
	// for the latest: the next deployment must not put old laws back.
	TZLayer bool
	Email   string // is told of alarms; empty for nobody
	// Budget is how many dollars the AWS account may cost in a month before somebody is told; 0 for
	// none.
	Budget int
	// MailFrom is the sender of codes and notices, which SES has verified or will have; empty
	// for a stage that sends no mail.
	MailFrom string
	Apps     []PlatformApp
	// PushLogs has SNS log what becomes of each push.
	PushLogs bool
	Address  Address
	// Origins are those whose pages may call the API.
	Origins []string
	// AgentCore makes a gateway of Bedrock AgentCore whose tools are those of the desk.
	AgentCore bool
	// Thrifty has public routes take less, so that strangers cannot make a month dear; see Throttles.
	Thrifty bool
	// Tracing has X-Ray follow requests, at the price of some five dollars a million.
	Tracing bool
	// MaxReads and MaxWrites are the most units a second that the table takes: a bound for
	// the bill. 0 says nothing of one, which may leave one that was there.
	MaxReads, MaxWrites int
}

// Prod reports whether it is the stage that customers use.
func (o *Options) Prod() bool { return o.Stage == "prod" }

// PlatformApp is a push platform and where its credential is kept.
type PlatformApp struct {
	Platform string // fcm, apns, apns_sandbox, apns_voip or apns_voip_sandbox
	Secret   string // ARN in Secrets Manager
	Version  string // changed by hand when the secret has changed, so that it is read again
}

// AppsFunction is the function that keeps SNS applications for the push platforms. A stage
// without platforms has none, and its source is not among the others.
const AppsFunction = "pushapps"

// Bare reports whether to a command of the CDK it is all the same what the functions do. Such
// a command works in a fresh clone, and for prod without what its deployment has to have.
func Bare(command string) bool {
	return slices.Contains([]string{"bootstrap", "destroy", "list", "ls"}, command)
}

// Read names all that is wrong at once. The region is that of the stage, empty when it is not
// known. For bare see Bare.
func Read(context map[string]any, region string, bare bool) (Options, error) {
	r := &reader{context: context}
	o := Options{
		Stage: r.text("stage", "dev"), Dist: r.text("dist", ""),
		Machine: r.flag("machineClient", "true"), Graphs: r.flag("dashboard", "true"), TZLayer: r.flag("tzLayer", "false"),
		Timers: r.number("timerConcurrency", 50, 2, 1000), Reserved: r.number("reservedConcurrency", 0, 0, 1000),
		PushLogs: r.flag("pushLogs", "false"), Tracing: r.flag("tracing", "false"), Thrifty: r.flag("thrifty", "false"), AgentCore: r.flag("agentcore", "false"),
		Budget:   r.numberOrNone("budget", 50, 1_000_000),
		MaxReads: r.number("maxReadUnits", 0, 0, 1_000_000), MaxWrites: r.number("maxWriteUnits", 0, 0, 1_000_000),
	}
	if !stageForm.MatchString(o.Stage) {
		r.refuse("context stage=%s must be up to 12 lower-case letters and digits", o.Stage)
	}
	o.Apps, o.Address, o.Origins = r.platformApps(), r.address(region), r.origins()
	o.Email = r.email("alarmEmail", "who is told of alarms", o.Prod() && !bare)
	o.MailFrom = r.sender(o.Prod() && !bare)
	if o.PushLogs && len(o.Apps) == 0 {
		r.refuse("context pushLogs=true needs a push platform, too")
	}
	r.refuseUnknown()
	return o, errors.Join(r.wrong...)
}

// Missing tells the first of these functions, and of the one for push platforms, whose binary
// is not in dist.
func (o *Options) Missing(dist string, functions []string) error {
	if len(o.Apps) > 0 {
		functions = append(slices.Clip(functions), AppsFunction)
	}
	for _, name := range functions {
		file := filepath.Join(dist, name, "bootstrap")
		if is, err := os.Stat(file); err != nil || !is.Mode().IsRegular() {
			return fmt.Errorf("context dist=%s: there is no %s, which make build makes in dist", dist, file)
		}
	}
	return nil
}

var (
	stageForm  = regexp.MustCompile(`^[a-z][a-z0-9]{0,11}$`)
	emailForm  = regexp.MustCompile(`^[^\s@<>,;"]+@([A-Za-z0-9-]+\.)+[A-Za-z0-9-]*[A-Za-z]$`)
	senderForm = regexp.MustCompile(`^[A-Za-z0-9._+-]+@[a-z0-9.-]+$`)
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

// platformApps are those whose secrets are named.
func (r *reader) platformApps() (apps []PlatformApp) {
	voip := r.flag("voip", "false")
	if voip && r.text("apnsSecretArn", "") == "" && r.text("apnsSandboxSecretArn", "") == "" {
		r.refuse("context voip=true needs apnsSecretArn or apnsSandboxSecretArn, too")
	}
	for _, p := range platforms {
		arn, version := r.text(p.context+"SecretArn", ""), r.text(p.context+"SecretVersion", "1")
		switch {
		case arn == "":
			continue
		case !secretForm.MatchString(arn):
			r.refuse("context %sSecretArn=%s must be the ARN of a secret", p.context, arn)
		}
		apps = append(apps, PlatformApp{p.platform, arn, version})
		if voip && p.voip != "" {
			apps = append(apps, PlatformApp{p.voip, arn, version})
		}
	}
	return apps
}

// email is an address, or none. A prod of which nobody is told anything, or whose members get
// no codes, is most often an option that was forgotten, so that "none" has to be said. what
// says what the address is for.
func (r *reader) email(name, what string, demanded bool) string {
	switch email := r.text(name, ""); {
	case email == "" && demanded:
		r.refuse("context %s is needed for stage=prod: %s, or none", name, what)
		return ""
	case email == "" || email == "none":
		return ""
	case !emailForm.MatchString(email):
		r.refuse("context %s=%s must be an e-mail address, or none", name, email)
		return ""
	default:
		return email
	}
}

// sender is who codes and notices come from. Policies name it, in which * and ? stand for
// anything, and SES takes local parts of ASCII only
// (https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html).
func (r *reader) sender(demanded bool) string {
	from := r.email("mailFrom", "who codes and notices come from", demanded)
	if from != "" && !senderForm.MatchString(from) {
		r.refuse("context mailFrom=%s must have letters, digits and .+_- before its @, and a domain in lower case", from)
		return ""
	}
	return from
}

// origins are those whose pages may call the API. API Gateway would refuse a bad one half-way
// into a deployment.
func (r *reader) origins() []string {
	list := r.text("allowedOrigins", "")
	allowed, err := origins.Read(list)
	if err != nil {
		r.refuse("context allowedOrigins=%s: %w", list, err)
	}
	return allowed
}
