package main

import (
	"encoding/json"
	"maps"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/jsii-runtime-go"

	"github.com/connectnow/backend/internal/api"
	"github.com/connectnow/backend/internal/gateway"
	"github.com/connectnow/backend/internal/pages"
	"github.com/connectnow/backend/internal/stage"
)

// Throttling of a route that has none of its own: of members, whose tokens are looked at. Past it
// API Gateway answers 429 itself.
const (
	ratePerSecond = 500
	burst         = 1000
)

// accessLog is what is kept of a request: enough to find out what went wrong and nothing
// about who it was. Addresses of callers and tokens are left out; paths hold ids only, of
// which the route's pattern is enough. The domain says who still asks at the old address.
var accessLog = map[string]string{
	"requestId": "$context.requestId", "at": "$context.requestTime", "route": "$context.routeKey", "status": "$context.status",
	"latency": "$context.responseLatency", "length": "$context.responseLength", "integrationError": "$context.integrationErrorMessage",
	"authorizerError": "$context.authorizer.error", "domain": "$context.domainName",
}

// httpAPI is the HTTP API on its way to being made.
type httpAPI struct {
	stack        awscdk.Stack
	api          awsapigatewayv2.CfnApi
	authorizer   awsapigatewayv2.CfnAuthorizer
	integrations map[string]*string // targets by function
}

// newAPI makes the HTTP API: a route for each of the route table, with the authorizer
// unless it is public, and those of the pages.
func newAPI(a *application, c *config, d *data) awsapigatewayv2.CfnApi {
	g := &httpAPI{stack: a.stack, integrations: map[string]*string{}}
	g.api = awsapigatewayv2.NewCfnApi(a.stack, jsii.String("Api"), &awsapigatewayv2.CfnApiProps{
		Name: jsii.String(c.name("api")), ProtocolType: jsii.String("HTTP"),
		DisableExecuteApiEndpoint: closesOld(c.Address), CorsConfiguration: crossOrigin(c.Origins),
	})
	audience := []*string{d.members.UserPoolClientId(), d.released.UserPoolClientId()}
	if d.machine != nil {
		audience = append(audience, d.machine.UserPoolClientId())
	}
	g.authorizer = awsapigatewayv2.NewCfnAuthorizer(a.stack, jsii.String("Tokens"), &awsapigatewayv2.CfnAuthorizerProps{
		ApiId: g.api.Ref(), AuthorizerType: jsii.String("JWT"), Name: jsii.String("tokens"),
		IdentitySource:   jsii.Strings("$request.header.Authorization"),
		JwtConfiguration: &awsapigatewayv2.CfnAuthorizer_JWTConfigurationProperty{Audience: &audience, Issuer: issuer(a.stack, d)},
	})
	for _, rt := range api.Routes() {
		key := rt.Method + " " + rt.Pattern
		g.route(key, rt.Who != api.Public, a.functions[rt.Function])
	}
	g.route(api.NoRoute, false, a.functions[gateway.PagesFunction])
	for _, key := range pages.Routes() {
		g.route(key, false, a.functions[gateway.PagesFunction])
	}
	g.route(gateway.MCPRoute, false, a.functions[gateway.MCPFunction])
	settings := map[string]any{}
	for key, limit := range stage.Throttles(c.Thrifty) {
		settings[key] = map[string]any{"ThrottlingRateLimit": limit.Rate, "ThrottlingBurstLimit": limit.Burst}
	}
	url := g.at(d.domain, g.stage(c, settings))
	output(a.stack, "ApiUrl", url)
	output(a.stack, "PagesUrl", awscdk.Fn_Join(jsii.String(""), &[]*string{url, jsii.String("/")}))
	return g.api
}

// crossOrigin is what pages of these origins may do; nothing where there are none. API Gateway
// adds the headers; preflights go to $default, which answers them with a success.
func crossOrigin(origins []string) any {
	if len(origins) == 0 {
		return nil
	}
	return &awsapigatewayv2.CfnApi_CorsProperty{
		AllowOrigins: jsii.Strings(origins...), AllowMethods: jsii.Strings(api.CrossMethods...), AllowHeaders: jsii.Strings(api.CrossHeaders...),
		ExposeHeaders: jsii.Strings(api.CrossExposed...), MaxAge: jsii.Number(api.CrossMaxAge), AllowCredentials: jsii.Bool(false),
	}
}

// issuer is what the pool calls itself in tokens.
func issuer(stack awscdk.Stack, d *data) *string {
	return awscdk.Fn_Join(jsii.String(""), &[]*string{
		jsii.String("https://cognito-idp."), stack.Region(), jsii.String(".amazonaws.com/"), d.pool.UserPoolId(),
	})
}

func (g *httpAPI) route(key string, authorized bool, fn awslambda.CfnFunction) {
	props := &awsapigatewayv2.CfnRouteProps{
		ApiId: g.api.Ref(), RouteKey: &key, Target: g.integration(fn), AuthorizationType: jsii.String("NONE"),
	}
	if authorized {
		props.AuthorizationType, props.AuthorizerId = jsii.String("JWT"), g.authorizer.Ref()
	}
	made := awsapigatewayv2.NewCfnRoute(g.stack, jsii.String("Route "+key), props)
	if !authorized {
		accept(made, map[string]string{"AwsSolutions-APIG4": "public by the contract: signing in, its own description, the pages, the answer to what is no route, pushes that arrived, which prove it, and assistants, whose keys the function looks at"})
	}
}

// integration is the target of a function, made when it is first asked for, with leave for
// this API to invoke it. The ARN names the account, too. A condition on aws:SourceAccount
// beside it would say no more, and API Gateway is known to leave that out where it takes a
// role (https://github.com/aws-solutions-library-samples/accelerated-intelligent-document-processing-on-aws/pull/479):
// each request would be answered 500.
func (g *httpAPI) integration(fn awslambda.CfnFunction) *string {
	id := *fn.Node().Id()
	if target := g.integrations[id]; target != nil {
		return target
	}
	made := awsapigatewayv2.NewCfnIntegration(g.stack, jsii.String(id+"Integration"), &awsapigatewayv2.CfnIntegrationProps{
		ApiId: g.api.Ref(), IntegrationType: jsii.String("AWS_PROXY"), IntegrationUri: fn.AttrArn(),
		PayloadFormatVersion: jsii.String("2.0"),
	})
	awslambda.NewCfnPermission(g.stack, jsii.String(id+"Permission"), &awslambda.CfnPermissionProps{
		Action: jsii.String("lambda:InvokeFunction"), FunctionName: fn.Ref(), Principal: jsii.String("apigateway.amazonaws.com"),
		SourceArn: g.stack.FormatArn(&awscdk.ArnComponents{
			Service: jsii.String("execute-api"), Resource: g.api.Ref(), ResourceName: jsii.String("*/*"),
		}),
	})
	g.integrations[id] = awscdk.Fn_Join(jsii.String("/"), &[]*string{jsii.String("integrations"), made.Ref()})
	return g.integrations[id]
}

// stage publishes the API as it is, with its log.
func (g *httpAPI) stage(c *config, settings map[string]any) awsapigatewayv2.CfnStage {
	logs := newLog(g.stack, "ApiLog", "/aws/vendedlogs/"+c.name("api"), c)
	countAnswers(g.stack, logs)
	fields := maps.Clone(accessLog)
	fields["stage"] = c.Stage
	format, err := json.Marshal(fields)
	if err != nil {
		panic(err) // strings only
	}
	made := awsapigatewayv2.NewCfnStage(g.stack, jsii.String("Stage"), &awsapigatewayv2.CfnStageProps{
		ApiId: g.api.Ref(), StageName: jsii.String("$default"), AutoDeploy: jsii.Bool(true),
		AccessLogSettings: &awsapigatewayv2.CfnStage_AccessLogSettingsProperty{DestinationArn: logs.LogGroupArn(), Format: jsii.String(string(format))},
		DefaultRouteSettings: &awsapigatewayv2.CfnStage_RouteSettingsProperty{
			ThrottlingRateLimit: jsii.Number(ratePerSecond), ThrottlingBurstLimit: jsii.Number(burst), DetailedMetricsEnabled: jsii.Bool(false),
		},
		RouteSettings: &settings,
	})
	for _, child := range *g.stack.Node().Children() { // routes must be there before their settings
		if route, is := child.(awsapigatewayv2.CfnRoute); is {
			made.AddDependency(route)
		}
	}
	return made
}
