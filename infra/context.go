package main

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"github.com/connectnow/backend/internal/api"
)

var (
	stageForm  = regexp.MustCompile(`^[a-z][a-z0-9]{0,11}$`)
	emailForm  = regexp.MustCompile(`^[^\s@<>,;"]+@([A-Za-z0-9-]+\.)+[A-Za-z0-9-]*[A-Za-z]$`)
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

// contextReader reads values of the context and remembers what is wrong with them.
type contextReader struct {
	node  constructs.Node
	asked []string // the names that were looked for, which are all that there are
	wrong []error
}

func (r *contextReader) refuse(format string, arguments ...any) {
	r.wrong = append(r.wrong, fmt.Errorf(format, arguments...))
}

func (r *contextReader) text(name, otherwise string) string {
	if !slices.Contains(r.asked, name) {
		r.asked = append(r.asked, name)
	}
	v := r.node.TryGetContext(jsii.String(name))
	if v == nil || v == "" {
		return otherwise
	}
	return fmt.Sprint(v)
}

func (r *contextReader) number(name string, otherwise, least, most int) int {
	s := r.text(name, strconv.Itoa(otherwise))
	n, err := strconv.Atoi(s)
	if err != nil || n < least || n > most {
		r.refuse("context %s=%s must be a number from %d to %d", name, s, least, most)
	}
	return n
}

func (r *contextReader) flag(name, otherwise string) bool {
	s := r.text(name, otherwise)
	if s != "true" && s != "false" {
		r.refuse("context %s=%s must be true or false", name, s)
	}
	return s == "true"
}

// origins are those whose pages may call the API. API Gateway would refuse a bad one half-way
// into a deployment.
func (r *contextReader) origins() []string {
	list := r.text("allowedOrigins", "")
	origins, err := api.ReadOrigins(list)
	if err != nil {
		r.refuse("context allowedOrigins=%s: %w", list, err)
	}
	return origins
}

// ofCLI are names without a colon or an @ that belong to the CDK's command line. All others
// of the CDK have one: aws:cdk:…, @aws-cdk/…, and what it has looked up, such as
// availability-zones:account=….
var ofCLI = []string{"cli-telemetry", "acknowledged-issue-numbers"}

// refuseUnknown refuses names that nobody has looked for. A misspelt one would be an option
// that is silently left out, and what is left out is taken away.
func (r *contextReader) refuseUnknown() {
	all, _ := r.node.GetAllContext(nil).(map[string]any)
	slices.Sort(r.asked)
	for _, name := range slices.Sorted(maps.Keys(all)) {
		if !strings.ContainsAny(name, ":@") && !slices.Contains(ofCLI, name) && !slices.Contains(r.asked, name) {
			r.refuse("context %s is not known; the names are %s", name, strings.Join(r.asked, ", "))
		}
	}
}

// alarmEmail is who is told of alarms. A prod of which nobody is told anything is most often
// an option that was forgotten, so that "none" has to be said.
func (r *contextReader) alarmEmail(demanded bool) string {
	switch email := r.text("alarmEmail", ""); {
	case email == "" && demanded:
		r.refuse("context alarmEmail is needed for stage=prod: who is told of alarms, or none")
		return ""
	case email == "" || email == "none":
		return ""
	case !emailForm.MatchString(email):
		r.refuse("context alarmEmail=%s must be an e-mail address, or none", email)
		return ""
	default:
		return email
	}
}

// code finds the folders of the functions' binaries, and refuses when some are missing. For
// a bare command any file stands in; sources would be Go packages in cdk.out.
func (r *contextReader) code(root string, bare, apps bool) func(name string) string {
	dist := r.text("dist", filepath.Join(root, "dist"))
	names := functionNames()
	if apps {
		names = append(names, appsFunction)
	}
	if bare {
		return func(string) string { return filepath.Join(root, "cdk.json") }
	}
	for _, name := range names {
		file := filepath.Join(dist, name, "bootstrap")
		if is, err := os.Stat(file); err != nil || !is.Mode().IsRegular() {
			r.refuse("context dist=%s: there is no %s, which make build makes in dist", dist, file)
			break
		}
	}
	return func(name string) string { return filepath.Join(dist, name) }
}

// platformApps are those whose secrets are named.
func (r *contextReader) platformApps() (apps []platformApp) {
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
		apps = append(apps, platformApp{p.platform, arn, version})
		if voip && p.voip != "" {
			apps = append(apps, platformApp{p.voip, arn, version})
		}
	}
	return apps
}
