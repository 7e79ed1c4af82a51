package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscognito"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsdynamodb"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/jsii-runtime-go"

	"github.com/connectnow/backend/internal/api"
)

// data is the stack of what cannot be made again: the table, the users with their
// passwords, the applications that phones are registered with, the topic that others have
// subscribed to, and the API's own address.
type data struct {
	stack   awscdk.Stack
	table   awsdynamodb.Table
	pool    awscognito.UserPool
	members awscognito.UserPoolClient
	machine awscognito.UserPoolClient // nil without one
	events  awssns.Topic
	apps    map[string]string             // ARNs of the platform applications, by platform
	domain  awsapigatewayv2.CfnDomainName // nil without one
}

func newData(app awscdk.App, c *config) *data {
	d := &data{apps: map[string]string{}}
	d.stack = awscdk.NewStack(app, jsii.String("ConnectNow-"+c.Stage+"-Data"), &awscdk.StackProps{
		Description:           jsii.String("ConnectNow human agents: what must be kept (" + c.Stage + ")"),
		TerminationProtection: jsii.Bool(c.Prod()),
	})
	d.table = newTable(d.stack, c)
	d.pool, d.members = newUsers(d.stack, c)
	if c.Machine {
		d.machine = newMachineClient(d.stack, c, d.pool)
	}
	d.events = awssns.NewTopic(d.stack, jsii.String("Events"), &awssns.TopicProps{
		TopicName: jsii.String(c.name("events")), EnforceSSL: jsii.Bool(true),
		DisplayName: jsii.String("escalation.*, callback.* and presence.* events, by ids only"),
	})
	newPlatformApps(d, c)
	d.domain = newAddress(d.stack, c)
	output(d.stack, "TableName", d.table.TableName())
	output(d.stack, "UserPoolId", d.pool.UserPoolId())
	output(d.stack, "EventTopicArn", d.events.TopicArn())
	return d
}

// keep is what becomes of data when its stack goes, or no longer has it.
func (c *config) keep() awscdk.RemovalPolicy {
	if c.Prod() {
		return awscdk.RemovalPolicy_RETAIN
	}
	return awscdk.RemovalPolicy_DESTROY
}

func newTable(stack awscdk.Stack, c *config) awsdynamodb.Table {
	return awsdynamodb.NewTable(stack, jsii.String("Table"), &awsdynamodb.TableProps{
		TableName:    jsii.String(c.name("desk")),
		PartitionKey: &awsdynamodb.Attribute{Name: jsii.String("pk"), Type: awsdynamodb.AttributeType_STRING},
		SortKey:      &awsdynamodb.Attribute{Name: jsii.String("sk"), Type: awsdynamodb.AttributeType_STRING},
		BillingMode:  awsdynamodb.BillingMode_PAY_PER_REQUEST,
		// With a key of AWS's own, which costs nothing; one in KMS would be asked for at
		// every burst of requests.
		Encryption:           awsdynamodb.TableEncryption_DEFAULT,
		TimeToLiveAttribute:  jsii.String("exp"),
		DeletionProtection:   jsii.Bool(c.Prod()),
		RemovalPolicy:        c.keep(),
		MaxReadRequestUnits:  atMost(c.MaxReads),
		MaxWriteRequestUnits: atMost(c.MaxWrites),
		PointInTimeRecoverySpecification: &awsdynamodb.PointInTimeRecoverySpecification{
			PointInTimeRecoveryEnabled: jsii.Bool(true),
		},
	})
}

// atMost is a bound for the table's units a second: nothing says nothing of one.
func atMost(units int) *float64 {
	if units == 0 {
		return nil
	}
	return jsii.Number(units)
}

// newUsers makes the pool as cloud.Identity needs it.
func newUsers(stack awscdk.Stack, c *config) (awscognito.UserPool, awscognito.UserPoolClient) {
	pool := awscognito.NewUserPool(stack, jsii.String("Users"), &awscognito.UserPoolProps{
		UserPoolName:        jsii.String(c.name("members")),
		SelfSignUpEnabled:   jsii.Bool(false),
		SignInAliases:       &awscognito.SignInAliases{Username: jsii.Bool(true), Email: jsii.Bool(true)},
		SignInCaseSensitive: jsii.Bool(false),
		AccountRecovery:     awscognito.AccountRecovery_EMAIL_ONLY,
		PasswordPolicy: &awscognito.PasswordPolicy{ // passwords.Check
			MinLength: jsii.Number(10), RequireLowercase: jsii.Bool(true), RequireUppercase: jsii.Bool(true),
			RequireDigits: jsii.Bool(true), RequireSymbols: jsii.Bool(false), TempPasswordValidity: awscdk.Duration_Days(jsii.Number(1)),
		},
		Mfa:                awscognito.Mfa_OFF,
		FeaturePlan:        awscognito.FeaturePlan_LITE,
		DeletionProtection: jsii.Bool(c.Prod()),
		RemovalPolicy:      c.keep(),
	})
	accept(pool, map[string]string{
		"AwsSolutions-COG1": "ten characters of three kinds; asking for symbols makes passwords hard to type and no harder to guess",
		"AwsSolutions-COG2": "members sign in with a password; a second factor is not part of the contract yet",
		"AwsSolutions-COG3": "costs more a member than all else together; API Gateway and Cognito slow down guessing",
	})
	client := pool.AddClient(jsii.String("Members"), &awscognito.UserPoolClientOptions{
		UserPoolClientName:         jsii.String("members"),
		AuthFlows:                  &awscognito.AuthFlow{AdminUserPassword: jsii.Bool(true)},
		DisableOAuth:               jsii.Bool(true),
		GenerateSecret:             jsii.Bool(false),
		PreventUserExistenceErrors: jsii.Bool(true),
		EnableTokenRevocation:      jsii.Bool(true),
		AccessTokenValidity:        awscdk.Duration_Hours(jsii.Number(1)),
		IdTokenValidity:            awscdk.Duration_Hours(jsii.Number(1)),
		RefreshTokenValidity:       awscdk.Duration_Days(jsii.Number(30)),
	})
	return pool, client
}

// newMachineClient makes the platform's client, which gets tokens of the scope
// escalations/write at the pool's domain by its id and secret.
func newMachineClient(stack awscdk.Stack, c *config, pool awscognito.UserPool) awscognito.UserPoolClient {
	scope := awscognito.NewResourceServerScope(&awscognito.ResourceServerScopeProps{
		ScopeName: jsii.String(api.MachineScopeName), ScopeDescription: jsii.String("Escalate to human agents"),
	})
	server := pool.AddResourceServer(jsii.String("Platform"), &awscognito.UserPoolResourceServerOptions{
		Identifier: jsii.String(api.MachineScopeServer), Scopes: &[]awscognito.ResourceServerScope{scope},
	})
	pool.AddDomain(jsii.String("Domain"), &awscognito.UserPoolDomainOptions{
		CognitoDomain: &awscognito.CognitoDomainOptions{DomainPrefix: jsii.String(c.name(*stack.Account()))},
	})
	return pool.AddClient(jsii.String("Machine"), &awscognito.UserPoolClientOptions{
		UserPoolClientName: jsii.String("platform"),
		GenerateSecret:     jsii.Bool(true),
		OAuth: &awscognito.OAuthSettings{
			Flows:  &awscognito.OAuthFlows{ClientCredentials: jsii.Bool(true)},
			Scopes: &[]awscognito.OAuthScope{awscognito.OAuthScope_ResourceServer(server, scope)},
		},
		EnableTokenRevocation: jsii.Bool(true),
		AccessTokenValidity:   awscdk.Duration_Hours(jsii.Number(24)),
	})
}

func output(stack awscdk.Stack, name string, value *string) {
	awscdk.NewCfnOutput(stack, jsii.String(name), &awscdk.CfnOutputProps{Value: value})
}
