package main

import (
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
)

// accept writes down why findings of cdk-nag, by the names of its rules, are as they are
// meant to be. The reasons stand in the template, where cdk-nag looks for them.
func accept(of constructs.Construct, reasons map[string]string) {
	resource, is := of.(awscdk.CfnResource)
	if !is {
		resource = of.Node().DefaultChild().(awscdk.CfnResource)
	}
	var rules []any
	for _, rule := range slices.Sorted(maps.Keys(reasons)) {
		rules = append(rules, map[string]any{"id": rule, "reason": reasons[rule]})
	}
	resource.AddMetadata(jsii.String("cdk_nag"), map[string]any{"rules_to_suppress": rules})
}

// wildcards are why statements name more resources than one, for cdk-nag. A statement that
// does so without a reason is a mistake.
func wildcards(may []statement) map[string]string {
	var reasons []string
	for _, s := range may {
		all := slices.ContainsFunc(s.resources, func(r *string) bool { return strings.Contains(*r, "*") })
		switch {
		case all && s.why == "":
			panic("infra: no reason for a wildcard of " + strings.Join(s.actions, ", "))
		case all && !slices.Contains(reasons, s.why):
			reasons = append(reasons, s.why)
		}
	}
	if reasons == nil {
		return nil
	}
	return map[string]string{"AwsSolutions-IAM5": strings.Join(reasons, "; ")}
}
