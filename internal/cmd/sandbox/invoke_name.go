package main

import (
	"net/http"
	"regexp"
	"strings"
	"sync"

	"github.com/aws/aws-lambda-go/lambda"
)

// latest is the one version that functions have: no deployment publishes others.
const latest = "$LATEST"

// functionForm are the forms in which Lambda takes a function: its name, account:function:name
// and the whole ARN, each with a version or alias behind it or none
// (https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html).
var functionForm = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^(arn:aws[a-zA-Z-]*:lambda:[a-z0-9-]+:)?(\d{12}:)?(?:function:)?([a-zA-Z0-9_-]{1,64})(?::(\$LATEST|[a-zA-Z0-9_-]+))?$`)
})

// deployedForm is how infra names a stage's functions, such as connectnow-prod-escalate. Every
// stage has the same, so that a caller's settings for any of them work here.
var deployedForm = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^connectnow-[a-z][a-z0-9]{0,11}-([a-z]+)$`)
})

// refusal is an error of the service, before a function was run.
type refusal struct {
	status        int
	kind, message string
}

// function finds what a request names: in its path, and as a qualifier in its query.
func (s *sandbox) function(r *http.Request) (name string, function lambda.Handler, no *refusal) {
	given, qualifier := r.PathValue("name"), r.URL.Query().Get("Qualifier")
	parts := functionForm().FindStringSubmatch(given)
	if parts == nil {
		return "", nil, &refusal{http.StatusBadRequest, "ValidationException",
			"1 validation error detected: Value '" + given + "' at 'functionName' failed to satisfy constraint: it must be a function's name, partial ARN or ARN"}
	}
	if derived := parts[4]; derived != "" && qualifier != "" && derived != qualifier {
		return "", nil, &refusal{http.StatusBadRequest, "InvalidParameterValueException",
			"The derived qualifier from the function name does not match the specified qualifier."}
	} else if derived != "" {
		qualifier = derived
	}
	name = parts[3]
	if deployed := deployedForm().FindStringSubmatch(name); deployed != nil {
		name = deployed[1]
	}
	function = s.functions[name]
	if function == nil || qualifier != "" && qualifier != latest {
		return "", nil, &refusal{http.StatusNotFound, "ResourceNotFoundException", "Function not found: " + arn(parts, qualifier)}
	}
	return name, function, nil
}

// arn is how Lambda names what it has not found.
func arn(parts []string, qualifier string) string {
	region, account := parts[1], parts[2]
	if region == "" {
		region = "arn:aws:lambda:local:"
	}
	if account == "" {
		account = "000000000000:"
	}
	return strings.TrimSuffix(region+account+"function:"+parts[3]+":"+qualifier, ":")
}
