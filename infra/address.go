package main

import (
	"os"
	"regexp"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsroute53"
	"github.com/aws/jsii-runtime-go"
)

// address is the API's address of one's own.
type address struct {
	domain      string // empty without one
	certificate string // ARN in Certificate Manager, of the stack's region
	zone        string // id of the hosted zone that the domain is in; empty if its DNS is elsewhere
	// keepOld leaves the address that API Gateway has given, too, for apps that have it.
	keepOld bool
}

var (
	// certificateForm has the region, which must be the API's own, as its group.
	certificateForm = regexp.MustCompile(`^arn:aws[a-z-]*:acm:([a-z0-9-]+):\d{12}:certificate/[0-9a-f-]+$`)
	domainForm      = regexp.MustCompile(`^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])$`)
	zoneForm        = regexp.MustCompile(`^Z[A-Z0-9]{1,31}$`)
)

// address is the API's own, of which a domain and its certificate are the least.
func (r *contextReader) address() address {
	a := address{
		domain: r.text("domain", ""), certificate: r.text("certificateArn", ""), zone: r.text("hostedZoneId", ""), keepOld: r.flag("keepOldUrl", "false"),
	}
	if a.domain == "" {
		for _, name := range []string{"certificateArn", "hostedZoneId"} {
			if r.text(name, "") != "" {
				r.refuse("context %s needs domain, too", name)
			}
		}
		if a.keepOld {
			r.refuse("context keepOldUrl=true needs domain, too")
		}
		return a
	}
	if len(a.domain) > 253 || !domainForm.MatchString(a.domain) {
		r.refuse("context domain=%s must be a name such as agents.example.com, in lower case", a.domain)
	}
	if a.zone != "" && !zoneForm.MatchString(a.zone) {
		r.refuse("context hostedZoneId=%s must be the id of a hosted zone, such as Z0123456789ABCDEFGHIJ", a.zone)
	}
	r.certificate(a.certificate)
	return a
}

// certificate refuses one that API Gateway would, half an hour into a deployment. The
// region is that to which the CDK's command line deploys, which tells its app so.
func (r *contextReader) certificate(arn string) {
	parts := certificateForm.FindStringSubmatch(arn)
	here := os.Getenv("CDK_DEFAULT_REGION")
	switch {
	case arn == "":
		r.refuse("context domain needs certificateArn, too")
	case parts == nil:
		r.refuse("context certificateArn=%s must be the ARN of a certificate in Certificate Manager", arn)
	case here != "" && parts[1] != here:
		r.refuse("context certificateArn=%s must be of %s, where the API is", arn, here)
	}
}

// closesOld is whether the API answers at its domain alone; nothing without a domain, as
// API Gateway has it by default.
func (a address) closesOld() *bool {
	if a.domain == "" {
		return nil
	}
	return jsii.Bool(!a.keepOld)
}

// newAddress makes the domain and, where its zone is known, what leads to it. It is data:
// the name in phones, and what somebody's DNS names, outlive the API behind it, which is
// another one when the app stack is made again. In prod the domain is kept even then, since
// the name that DNS elsewhere points to would be a new one. Records are no loss: they are
// made again with the same content.
func newAddress(stack awscdk.Stack, c *config) awsapigatewayv2.CfnDomainName {
	if c.address.domain == "" {
		return nil
	}
	domain := awsapigatewayv2.NewCfnDomainName(stack, jsii.String("Address"), &awsapigatewayv2.CfnDomainNameProps{
		DomainName: &c.address.domain,
		DomainNameConfigurations: &[]any{awsapigatewayv2.CfnDomainName_DomainNameConfigurationProperty{
			CertificateArn: &c.address.certificate, EndpointType: jsii.String("REGIONAL"),
			SecurityPolicy: jsii.String("TLS_1_2"), IpAddressType: jsii.String("dualstack"),
		}},
	})
	domain.ApplyRemovalPolicy(c.keepNamed(), nil)
	if c.address.zone == "" {
		output(stack, "DomainTarget", domain.AttrRegionalDomainName())
		return domain
	}
	for _, kind := range []string{"A", "AAAA"} {
		awsroute53.NewCfnRecordSet(stack, jsii.String("Address"+kind), &awsroute53.CfnRecordSetProps{
			HostedZoneId: &c.address.zone, Name: &c.address.domain, Type: jsii.String(kind),
			AliasTarget: &awsroute53.CfnRecordSet_AliasTargetProperty{
				DnsName: domain.AttrRegionalDomainName(), HostedZoneId: domain.AttrRegionalHostedZoneId(),
			},
		})
	}
	return domain
}

// at has the API answer at the domain, and gives the URL under which it does.
func (g *httpAPI) at(domain awsapigatewayv2.CfnDomainName, stage awsapigatewayv2.CfnStage) *string {
	if domain == nil {
		return g.api.AttrApiEndpoint()
	}
	// The name comes from the data stack, so that it cannot go there while it is in use here.
	mapping := awsapigatewayv2.NewCfnApiMapping(g.stack, jsii.String("AddressMapping"), &awsapigatewayv2.CfnApiMappingProps{
		ApiId: g.api.Ref(), DomainName: domain.Ref(), Stage: stage.Ref(),
	})
	mapping.AddDependency(stage)
	return awscdk.Fn_Join(jsii.String(""), &[]*string{jsii.String("https://"), domain.Ref()})
}
