package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudfront"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssecretsmanager"
	"github.com/aws/aws-cdk-go/awscdk/v2/awswafv2"
	"github.com/aws/jsii-runtime-go"

	"github.com/connectnow/backend/internal/gateway"
	"github.com/connectnow/backend/internal/stage"
)

// What CloudFront and AWS call their own
// (https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html,
// https://docs.aws.amazon.com/general/latest/gr/cf_region.html).
const (
	cachesNothing  = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad" // CachingDisabled
	cachesByOrigin = "658327ea-f89d-4fab-a63d-7e88639e58f6" // CachingOptimized: as long as Cache-Control says
	cloudFrontZone = "Z2FDTNDATAQYW2"
)

// What the web ACL lets one address ask for in rateWindow seconds, of paths that these match.
const (
	rateWindow       = 300
	mostCredentials  = 1_000
	mostOfStrangers  = 2_000
	mostOfAddress    = 60_000
	credentialsPaths = `^/v1/(login|logout|refresh|password/)`
	strangersPaths   = `^/v1/(seen|time-zones|openapi)`
	othersPaths      = `^/(v1|assets|mcp)(/|$)` // all that is no page
)

// edge is CloudFront in front of the API's address.
type edge struct {
	distribution awscloudfront.CfnDistribution
	key          awssecretsmanager.Secret // that a request has which came through it
}

// newEdge puts CloudFront with a web ACL in front of the address of the API. It asks there by the
// name that the caller asked for, which is also that of the API's certificate, and proves by a key
// that it is CloudFront. It keeps files of the pages, and nothing else.
func newEdge(stack awscdk.Stack, c *config, address awsapigatewayv2.CfnDomainName) *edge {
	key := awssecretsmanager.NewSecret(stack, jsii.String("EdgeKey"), &awssecretsmanager.SecretProps{
		Description:          jsii.String("ConnectNow: what CloudFront proves itself by to the API of " + c.Stage),
		GenerateSecretString: &awssecretsmanager.SecretStringGenerator{PasswordLength: jsii.Number(40), ExcludePunctuation: jsii.Bool(true)},
	})
	accept(key, map[string]string{"AwsSolutions-SMG4": "CloudFront and the functions get it by a deployment, both at once; make another secret to change it"})
	acl := &c.Address.Edge.WebACL
	if *acl == "" {
		acl = newWebACL(stack, c).AttrArn()
	}
	asked := awscloudfront.NewCfnOriginRequestPolicy(stack, jsii.String("EdgeRequests"), &awscloudfront.CfnOriginRequestPolicyProps{
		OriginRequestPolicyConfig: awscloudfront.CfnOriginRequestPolicy_OriginRequestPolicyConfigProperty{
			Name:               jsii.String(c.name("edge")),
			CookiesConfig:      awscloudfront.CfnOriginRequestPolicy_CookiesConfigProperty{CookieBehavior: jsii.String("all")},
			QueryStringsConfig: awscloudfront.CfnOriginRequestPolicy_QueryStringsConfigProperty{QueryStringBehavior: jsii.String("all")},
			HeadersConfig: awscloudfront.CfnOriginRequestPolicy_HeadersConfigProperty{
				HeaderBehavior: jsii.String("allViewerAndWhitelistCloudFront"), Headers: jsii.Strings(gateway.ViewerHeader),
			},
		},
	})
	distribution := awscloudfront.NewCfnDistribution(stack, jsii.String("Edge"), &awscloudfront.CfnDistributionProps{
		DistributionConfig: awscloudfront.CfnDistribution_DistributionConfigProperty{
			Enabled: jsii.Bool(true), HttpVersion: jsii.String("http2and3"), Ipv6Enabled: jsii.Bool(true), Comment: jsii.String(c.name("edge")),
			Aliases: jsii.Strings(c.Address.Domain), WebAclId: acl,
			ViewerCertificate: awscloudfront.CfnDistribution_ViewerCertificateProperty{
				AcmCertificateArn: &c.Address.Edge.Certificate, SslSupportMethod: jsii.String("sni-only"), MinimumProtocolVersion: jsii.String("TLSv1.2_2021"),
			},
			Origins: []any{awscloudfront.CfnDistribution_OriginProperty{
				Id: jsii.String("api"), DomainName: address.AttrRegionalDomainName(),
				CustomOriginConfig: awscloudfront.CfnDistribution_CustomOriginConfigProperty{
					OriginProtocolPolicy: jsii.String("https-only"), OriginSslProtocols: jsii.Strings("TLSv1.2"),
				},
				OriginCustomHeaders: []any{awscloudfront.CfnDistribution_OriginCustomHeaderProperty{
					HeaderName: jsii.String(gateway.EdgeKeyHeader), HeaderValue: key.SecretValue().UnsafeUnwrap(),
				}},
			}},
			DefaultCacheBehavior: awscloudfront.CfnDistribution_DefaultCacheBehaviorProperty{
				TargetOriginId: jsii.String("api"), ViewerProtocolPolicy: jsii.String("https-only"),
				AllowedMethods: jsii.Strings("GET", "HEAD", "OPTIONS", "PUT", "PATCH", "POST", "DELETE"),
				CachePolicyId:  jsii.String(cachesNothing), OriginRequestPolicyId: asked.Ref(),
			},
			CacheBehaviors: []any{awscloudfront.CfnDistribution_CacheBehaviorProperty{
				PathPattern: jsii.String("/assets/*"), TargetOriginId: jsii.String("api"), ViewerProtocolPolicy: jsii.String("https-only"),
				Compress: jsii.Bool(true), CachePolicyId: jsii.String(cachesByOrigin), OriginRequestPolicyId: asked.Ref(),
			}},
		},
	})
	accept(distribution, map[string]string{
		"AwsSolutions-CFR1": "businesses and their agents are anywhere",
		"AwsSolutions-CFR3": "the API's log has each request that came through, without the addresses that CloudFront's would have",
	})
	return &edge{distribution, key}
}

// newWebACL makes the web ACL, which blocks an address for as long as it asks for too much: with
// passwords and sessions, for what else needs no token, and for anything. The first two are below
// the throttles that all share of signing in and of pages. /mcp is in neither, where a platform
// speaks for many from one address, and files are not, which CloudFront keeps. WAF
// counts by the single address, not by the networks that the desk keeps, and looks back five minutes
// (https://docs.aws.amazon.com/waf/latest/developerguide/waf-rule-statement-type-rate-based.html). A
// company of 500 agents behind one address polls some 57,500 times in that time.
func newWebACL(stack awscdk.Stack, c *config) awswafv2.CfnWebACL {
	seen := func(name string) *awswafv2.CfnWebACL_VisibilityConfigProperty {
		return &awswafv2.CfnWebACL_VisibilityConfigProperty{
			CloudWatchMetricsEnabled: jsii.Bool(false), SampledRequestsEnabled: jsii.Bool(false), MetricName: jsii.String(c.name(name)),
		}
	}
	pages := &awswafv2.CfnWebACL_StatementProperty{NotStatement: awswafv2.CfnWebACL_NotStatementProperty{Statement: pathIs(othersPaths)}}
	var rules []any
	for i, r := range []struct {
		name string
		most float64
		of   *awswafv2.CfnWebACL_StatementProperty // nil for all
	}{
		{"credentials", mostCredentials, pathIs(credentialsPaths)},
		{"strangers", mostOfStrangers, &awswafv2.CfnWebACL_StatementProperty{OrStatement: awswafv2.CfnWebACL_OrStatementProperty{Statements: []any{pathIs(strangersPaths), pages}}}},
		{"all", mostOfAddress, nil},
	} {
		rate := &awswafv2.CfnWebACL_RateBasedStatementProperty{
			AggregateKeyType: jsii.String("IP"), Limit: jsii.Number(r.most), EvaluationWindowSec: jsii.Number(rateWindow),
		}
		if r.of != nil {
			rate.ScopeDownStatement = r.of
		}
		rules = append(rules, awswafv2.CfnWebACL_RuleProperty{
			Name: jsii.String(r.name), Priority: jsii.Number(float64(i)), VisibilityConfig: seen("edge-" + r.name),
			Action:    awswafv2.CfnWebACL_RuleActionProperty{Block: map[string]any{}},
			Statement: awswafv2.CfnWebACL_StatementProperty{RateBasedStatement: rate},
		})
	}
	return awswafv2.NewCfnWebACL(stack, jsii.String("WebACL"), &awswafv2.CfnWebACLProps{
		Scope: jsii.String("CLOUDFRONT"), DefaultAction: awswafv2.CfnWebACL_DefaultActionProperty{Allow: map[string]any{}},
		VisibilityConfig: seen("edge"), Rules: rules,
	})
}

// pathIs is of requests whose path matches, however it is written: API Gateway finds the route of
// /v1/%6Cogin, too.
func pathIs(regex string) *awswafv2.CfnWebACL_StatementProperty {
	return &awswafv2.CfnWebACL_StatementProperty{RegexMatchStatement: &awswafv2.CfnWebACL_RegexMatchStatementProperty{
		RegexString: &regex, FieldToMatch: &awswafv2.CfnWebACL_FieldToMatchProperty{UriPath: map[string]any{}},
		TextTransformations: []any{
			awswafv2.CfnWebACL_TextTransformationProperty{Priority: jsii.Number(0), Type: jsii.String("URL_DECODE")},
			awswafv2.CfnWebACL_TextTransformationProperty{Priority: jsii.Number(1), Type: jsii.String("NORMALIZE_PATH")},
		},
	}}
}

// newEdgeStack makes the stack of the web ACL of a stage that is not where these have to be. What
// needs it is told its ARN by context: references between regions would be functions and roles
// of the CDK's own in either.
func newEdgeStack(app awscdk.App, c *config) awscdk.Stack {
	stack := awscdk.NewStack(app, jsii.String("ConnectNow-"+c.Stage+"-Edge"), &awscdk.StackProps{
		Env:         &awscdk.Environment{Region: jsii.String(stage.EdgeRegion)},
		Description: jsii.String("ConnectNow human agents: the web ACL in front (" + c.Stage + ")"),
	})
	output(stack, "WebAclArn", newWebACL(stack, c).AttrArn())
	return stack
}
