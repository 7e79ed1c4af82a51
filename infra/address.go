package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsroute53"
	"github.com/aws/jsii-runtime-go"

	"github.com/connectnow/backend/internal/stage"
)

// closesOld is whether the API answers at its domain alone; nothing without a domain, as
// API Gateway has it by default.
func closesOld(a stage.Address) *bool {
	if a.Domain == "" {
		return nil
	}
	return jsii.Bool(!a.KeepOld)
}

// newAddress makes the domain and, where its zone is known, what leads to it. It is data:
// the name in phones, and what somebody's DNS names, outlive the API behind it, which is
// another one when the app stack is made again. In prod the domain is kept even then, since
// the name that DNS elsewhere points to would be a new one. Records are no loss: they are
// made again with the same content.
//
// With CloudFront in front the name leads there, and CloudFront asks at the API's by the same.
func newAddress(stack awscdk.Stack, c *config) (awsapigatewayv2.CfnDomainName, *edge) {
	if c.Address.Domain == "" {
		return nil, nil
	}
	domain := awsapigatewayv2.NewCfnDomainName(stack, jsii.String("Address"), &awsapigatewayv2.CfnDomainNameProps{
		DomainName: &c.Address.Domain,
		DomainNameConfigurations: &[]any{awsapigatewayv2.CfnDomainName_DomainNameConfigurationProperty{
			CertificateArn: &c.Address.Certificate, EndpointType: jsii.String("REGIONAL"),
			SecurityPolicy: jsii.String("TLS_1_2"), IpAddressType: jsii.String("dualstack"),
		}},
	})
	domain.ApplyRemovalPolicy(c.keepNamed(), nil)
	target, zone := domain.AttrRegionalDomainName(), domain.AttrRegionalHostedZoneId()
	var front *edge
	if c.Address.Edge.On {
		front = newEdge(stack, c, domain)
		target, zone = front.distribution.AttrDomainName(), jsii.String(cloudFrontZone)
	}
	if c.Address.Zone == "" {
		output(stack, "DomainTarget", target)
		return domain, front
	}
	for _, kind := range []string{"A", "AAAA"} {
		awsroute53.NewCfnRecordSet(stack, jsii.String("Address"+kind), &awsroute53.CfnRecordSetProps{
			HostedZoneId: &c.Address.Zone, Name: &c.Address.Domain, Type: jsii.String(kind),
			AliasTarget: &awsroute53.CfnRecordSet_AliasTargetProperty{
				DnsName: target, HostedZoneId: zone,
			},
		})
	}
	return domain, front
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
