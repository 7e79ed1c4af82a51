package main

import (
	"fmt"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/assertions"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/jsii-runtime-go"
	"github.com/cdklabs/cdk-nag-go/cdknag/v2"
)

// cdk-nag's rules for AWS solutions find no error that is without a written reason, whatever
// is asked for. That they are asked at all is seen by a queue without dead letters, which
// they do find.
func TestNag(t *testing.T) {
	for _, c := range []struct {
		name    string
		context map[string]any
	}{{"as it comes", nil}, {"with pushes", withSecrets}, {"with everything", withEverything()}} {
		t.Run(c.name, func(t *testing.T) {
			made := synthApp(t, c.context)
			awscdk.Aspects_Of(made.root).Add(cdknag.NewAwsSolutionsChecks(&cdknag.NagPackProps{Verbose: jsii.Bool(true)}), nil)
			for _, stack := range made.stacks.all() {
				for _, found := range findings(stack) {
					t.Error(found)
				}
			}
			bad := awscdk.NewStack(made.root, jsii.String("Bad"), nil)
			awssqs.NewQueue(bad, jsii.String("Queue"), nil)
			if len(findings(bad)) == 0 {
				t.Error("nothing is wrong with a queue without dead letters")
			}
		})
	}
}

func findings(stack awscdk.Stack) (found []string) {
	for _, f := range *assertions.Annotations_FromStack(stack).FindError(jsii.String("*"), assertions.Match_AnyValue()) {
		//lint:ignore SA1019 the package that is to be used instead has no bindings for Go yet
		found = append(found, fmt.Sprintf("%s: %v", *f.Id, f.Entry.Data))
	}
	return found
}
