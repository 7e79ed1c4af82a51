package main

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"github.com/connectnow/backend/internal/api"
)

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

// contextReader reads values of the context and remembers what is wrong with them.
type contextReader struct {
	node  constructs.Node
	wrong []error
}

func (r *contextReader) refuse(format string, arguments ...any) {
	r.wrong = append(r.wrong, fmt.Errorf(format, arguments...))
}

func (r *contextReader) text(name, otherwise string) string {
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

// origins are those whose pages may call the API, with commas between. API Gateway would
// refuse a bad one half-way into a deployment.
func (r *contextReader) origins() (origins []string) {
	list := r.text("allowedOrigins", "")
	for origin := range strings.SplitSeq(list, ",") {
		if origin = strings.TrimSpace(origin); origin == "" {
			continue
		}
		if err := api.CheckOrigin(origin); err != nil {
			r.refuse("context allowedOrigins=%s: %w", list, err)
		}
		origins = append(origins, origin)
	}
	return origins
}

// platformApps are those whose secrets are named.
func (r *contextReader) platformApps() (apps []platformApp) {
	voip := r.flag("voip", "false")
	if voip && r.text("apnsSecretArn", "") == "" && r.text("apnsSandboxSecretArn", "") == "" {
		r.refuse("context voip=true needs apnsSecretArn or apnsSandboxSecretArn, too")
	}
	for _, p := range platforms {
		arn := r.text(p.context+"SecretArn", "")
		switch {
		case arn == "":
			continue
		case !secretForm.MatchString(arn):
			r.refuse("context %sSecretArn=%s must be the ARN of a secret", p.context, arn)
		}
		version := r.text(p.context+"SecretVersion", "1")
		apps = append(apps, platformApp{p.platform, arn, version})
		if voip && p.voip != "" {
			apps = append(apps, platformApp{p.voip, arn, version})
		}
	}
	return apps
}
