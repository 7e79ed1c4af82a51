package main

import (
	"encoding/json"
	"math"
	"regexp"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2/assertions"

	"github.com/connectnow/backend/internal/api"
	"github.com/connectnow/backend/internal/costs"
	"github.com/connectnow/backend/internal/gateway"
	"github.com/connectnow/backend/internal/stage"
)

// withEdge is context by which CloudFront stands in front of the address.
var withEdge = mapsWith(mapsWith(mapsWith(withAddress, "edge", "true"),
	"edgeCertificateArn", "arn:aws:acm:us-east-1:123456789012:certificate/0a1b2c3d-0000-4000-8000-0123456789ab"),
	"webAclArn", "arn:aws:wafv2:us-east-1:123456789012:global/webacl/WebACL-AbCd/0a1b2c3d-0000-4000-8000-0123456789ab")

// With CloudFront in front the name leads there and nowhere else. It asks at the API's address with
// the key that every function has been told, tells the caller's address, keeps files of the pages
// alone, and goes by the web ACL.
func TestEdge(t *testing.T) {
	r := resolver{t, synth(t, withEdge)}
	r.records(2, "d1.cloudfront.net", cloudFrontZone)
	if closed := of(r.app, "AWS::ApiGatewayV2::Api")["Api"]["DisableExecuteApiEndpoint"]; closed != true || r.apiURL() != "https://agents.example.com" {
		t.Errorf("the API's own address is closed: %v, and it is called %s", closed, r.apiURL())
	}
	key := ""
	distributions := of(r.data, "AWS::CloudFront::Distribution")
	for id, p := range distributions {
		d := p["DistributionConfig"].(object)
		origin := d["Origins"].([]any)[0]
		header := at(origin, "OriginCustomHeaders").([]any)[0]
		key = r.text(r.data, at(header, "HeaderValue"))
		for _, c := range []struct {
			what string
			got  any
			want any
		}{
			{"web ACL", d["WebACLId"], withEdge["webAclArn"]}, {"certificate", at(d, "ViewerCertificate", "AcmCertificateArn"), withEdge["edgeCertificateArn"]},
			{"name", d["Aliases"].([]any)[0], "agents.example.com"}, {"origin", r.text(r.data, at(origin, "DomainName")), "d-1.execute-api.eu-central-1.amazonaws.com"},
			{"header", at(header, "HeaderName"), gateway.EdgeKeyHeader}, {"protocol", at(origin, "CustomOriginConfig", "OriginProtocolPolicy"), "https-only"},
			{"what is kept", at(d, "DefaultCacheBehavior", "CachePolicyId"), cachesNothing},
			{"what is kept besides", at(d["CacheBehaviors"].([]any)[0], "PathPattern"), "/assets/*"},
			{"viewers' protocol", at(d, "DefaultCacheBehavior", "ViewerProtocolPolicy"), "https-only"},
		} {
			if c.got != c.want {
				t.Errorf("%s of %s: %v, want %v", c.what, id, c.got, c.want)
			}
		}
	}
	for id, p := range of(r.data, "AWS::CloudFront::OriginRequestPolicy") {
		headers := at(p, "OriginRequestPolicyConfig", "HeadersConfig")
		if at(headers, "HeaderBehavior") != "allViewerAndWhitelistCloudFront" || at(headers, "Headers").([]any)[0] != gateway.ViewerHeader {
			t.Errorf("%s tells %v", id, headers)
		}
	}
	for name, p := range of(r.app, "AWS::Lambda::Function") {
		if got := r.text(r.app, at(p, "Environment", "Variables", "EDGE_KEY")); got != key || !strings.HasPrefix(got, "{{resolve:secretsmanager:arn:aws:secretsmanager:eu-central-1:123456789012:secret:EdgeKey") {
			t.Errorf("%s has the key %s, CloudFront %s", name, got, key)
		}
	}
	if len(distributions) != 1 {
		t.Errorf("%d distributions", len(distributions))
	}
}

// Without it nothing of it is there, and no function asks for a key.
func TestNoEdge(t *testing.T) {
	made := synth(t, withAddress)
	if n := len(of(made.data, "AWS::CloudFront::Distribution")) + len(of(made.data, "AWS::WAFv2::WebACL")); n != 0 {
		t.Errorf("%d parts of an edge that nobody asked for", n)
	}
	for name, p := range of(made.app, "AWS::Lambda::Function") {
		if key := at(p, "Environment", "Variables", "EDGE_KEY"); key != nil {
			t.Errorf("%s has the key %v", name, key)
		}
	}
}

// The web ACL blocks an address that asks for too much, of credentials sooner. It is in us-east-1:
// in a stack of its own, or with the data of a stage of that region. What it costs is in the guide.
func TestWebACL(t *testing.T) {
	elsewhere := synthApp(t, map[string]any{"edge": "acl"})
	text, err := json.Marshal(assertions.Template_FromStack(elsewhere.stacks.edge, nil).ToJSON())
	check(t, err)
	var template object
	check(t, json.Unmarshal(text, &template))
	if at(template, "Outputs", "WebAclArn") == nil || *elsewhere.stacks.edge.Region() != "us-east-1" {
		t.Errorf("the stack in %s has the outputs %v", *elsewhere.stacks.edge.Region(), template["Outputs"])
	}
	t.Setenv("CDK_DEFAULT_REGION", "us-east-1")
	context := mapsWith(withAddress, "certificateArn", withEdge["edgeCertificateArn"])
	with, without := synthApp(t, mapsWith(context, "edge", "true")), synthApp(t, context)
	for _, template := range []object{template, with.data} {
		acls := of(template, "AWS::WAFv2::WebACL")
		for id, p := range acls {
			for _, rule := range p["Rules"].([]any) {
				rate := at(rule, "Statement", "RateBasedStatement")
				scope := same(at(rate, "ScopeDownStatement"))
				if paths := strings.Count(scope, "RegexString"); strings.Count(scope, "URL_DECODE") != paths || strings.Count(scope, "NORMALIZE_PATH") != paths {
					t.Errorf("%s takes paths as they are written: %s", id, scope)
				}
				if at(rule, "Action", "Block") == nil || at(rate, "AggregateKeyType") != "IP" || at(rate, "EvaluationWindowSec") != 300.0 {
					t.Errorf("%s has %v", id, rule)
				}
			}
			if len(p["Rules"].([]any)) != 3 || p["Scope"] != "CLOUDFRONT" || at(p, "DefaultAction", "Allow") == nil {
				t.Errorf("%s is %v", id, p)
			}
		}
		if len(acls) != 1 {
			t.Errorf("%d web ACLs", len(acls))
		}
	}
	if more := idleList(t, with.templates) - idleList(t, without.templates); math.Abs(more-8.40) > 0.005 {
		t.Errorf("the edge costs %.2f a month, docs/deploy.md says 8.40", more)
	}
}

// What needs no token counts in one of the narrower rules, but for the files that CloudFront keeps
// and for /mcp; what needs one counts in none of them. One address that stays below both uses up no
// throttle of signing in, and none of the pages.
func TestWebACLKnowsStrangers(t *testing.T) {
	matches := func(regex, path string) bool { return regexp.MustCompile(regex).MatchString(path) }
	throttles := stage.Throttles(true)
	for route := range throttles {
		_, path, _ := strings.Cut(route, " ")
		if route == api.NoRoute {
			path = "/sign-in"
		}
		sooner := matches(credentialsPaths, path) || matches(strangersPaths, path) || !matches(othersPaths, path)
		if want := path != "/assets/{file}" && path != "/mcp"; sooner != want {
			t.Errorf("%s counts as a stranger's: %v", route, sooner)
		}
	}
	for _, rt := range api.Routes() {
		if path := rt.Pattern; rt.Who != api.Public && (matches(credentialsPaths, path) || matches(strangersPaths, path) || !matches(othersPaths, path)) {
			t.Errorf("%s counts as a stranger's", path)
		}
	}
	if mostCredentials > throttles["POST /v1/login"].Rate*rateWindow || mostOfStrangers > throttles[api.NoRoute].Rate*rateWindow {
		t.Error("one address uses up what all share")
	}
}

// idleList is what an idle stage costs by the list.
func idleList(t *testing.T, made templates) float64 {
	t.Helper()
	d, err := costs.Read(made.app, made.data)
	check(t, err)
	prices, err := costs.ReadPrices()
	check(t, err)
	bill, err := prices.Bill(d.Idle())
	check(t, err)
	list, _ := costs.Total(bill)
	return list
}
