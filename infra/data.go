package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsapigatewayv2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscognito"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsdynamodb"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssecretsmanager"
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
	// released is the members' client of the release before, which has no secret: one cannot be
	// added to it. Its sessions go on, and it goes with the next release.
	released awscognito.UserPoolClient
	machine  awscognito.UserPoolClient // nil without one
	events   awssns.Topic
	secret   awssecretsmanager.Secret
	apps     map[string]string             // ARNs of the platform applications, by platform
	refusals awssns.Topic                  // which these tell of pushes that fail; nil without any
	domain   awsapigatewayv2.CfnDomainName // nil without one
	edge     *edge                         // likewise
}

func newData(app awscdk.App, c *config) *data {
	d := &data{apps: map[string]string{}}
	d.stack = awscdk.NewStack(app, jsii.String("ConnectNow-"+c.Stage+"-Data"), &awscdk.StackProps{
		Description:           jsii.String("ConnectNow human agents: what must be kept (" + c.Stage + ")"),
		TerminationProtection: jsii.Bool(c.Prod()),
	})
	d.table = newTable(d.stack, c)
	d.pool, d.released = newUsers(d.stack, c)
	d.members = newMembersClient(d.pool)
	if c.Machine {
		d.machine = newMachineClient(d.stack, c, d.pool)
	}
	d.events = awssns.NewTopic(d.stack, jsii.String("Events"), &awssns.TopicProps{
		TopicName: jsii.String(c.name("events")), EnforceSSL: jsii.Bool(true),
		DisplayName: jsii.String("escalation.*, callback.* and presence.* events, by ids only"),
	})
	d.secret = newSecret(d.stack, c)
	newPlatformApps(d, c)
	d.domain, d.edge = newAddress(d.stack, c)
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

// newSecret makes the secret that all keys of the deployment are made of: 64 characters of
// 62, which nobody has seen. It never changes, since what its keys have encrypted or signed
// would be lost. In prod it outlives its stack, but not a deployment that fails after making
// it: by its name alone CloudFormation does not take a secret in again, since that is known to
// it by an ARN
// (https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/import-resources-automatically.html),
// so that one left over would be in the way of every deployment after.
func newSecret(stack awscdk.Stack, c *config) awssecretsmanager.Secret {
	secret := awssecretsmanager.NewSecret(stack, jsii.String("Secret"), &awssecretsmanager.SecretProps{
		SecretName:  jsii.String(c.name("keys")),
		Description: jsii.String("ConnectNow: all keys of " + c.Stage + " are made of this. Never change it."),
		GenerateSecretString: &awssecretsmanager.SecretStringGenerator{
			PasswordLength: jsii.Number(64), ExcludePunctuation: jsii.Bool(true),
		},
		RemovalPolicy: c.keepNamed(),
	})
	accept(secret, map[string]string{"AwsSolutions-SMG4": "what is encrypted and signed by its keys would be lost"})
	return secret
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

// newUsers makes the pool as users.Identity needs it.
func newUsers(stack awscdk.Stack, c *config) (awscognito.UserPool, awscognito.UserPoolClient) {
	pool := awscognito.NewUserPool(stack, jsii.String("Users"), &awscognito.UserPoolProps{
		UserPoolName:        jsii.String(c.name("members")),
		SelfSignUpEnabled:   jsii.Bool(false),
		SignInAliases:       &awscognito.SignInAliases{Username: jsii.Bool(true), Email: jsii.Bool(true)},
		SignInCaseSensitive: jsii.Bool(false),
		// Codes are ours. Cognito would send its own to whoever knows the old client's id and a
		// member's, and set a password by them past all of this
		// (https://docs.aws.amazon.com/cognito/latest/developerguide/managing-users-passwords.html).
		AccountRecovery: awscognito.AccountRecovery_NONE,
		PasswordPolicy: &awscognito.PasswordPolicy{ // passwords.Check
			MinLength: jsii.Number(12), RequireLowercase: jsii.Bool(false), RequireUppercase: jsii.Bool(false),
			RequireDigits: jsii.Bool(false), RequireSymbols: jsii.Bool(false), TempPasswordValidity: awscdk.Duration_Days(jsii.Number(1)),
		},
		Mfa:                awscognito.Mfa_OFF,
		FeaturePlan:        awscognito.FeaturePlan_LITE,
		DeletionProtection: jsii.Bool(c.Prod()),
		RemovalPolicy:      c.keep(),
	})
	accept(pool, map[string]string{
		"AwsSolutions-COG1": "twelve characters, judged by our own rules before Cognito sees them; kinds of characters make passwords hard to type and no harder to guess",
		"AwsSolutions-COG2": "members sign in with a password; the second factor is ours, and asked for behind Cognito",
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

// newMembersClient makes the client that members sign in by, as users.Identity needs it. Its
// secret stands in no template: who needs it asks Cognito. The CDK always allows
// REFRESH_TOKEN_AUTH beside other flows; tokens are refreshed by another call.
func newMembersClient(pool awscognito.UserPool) awscognito.UserPoolClient {
	client := pool.AddClient(jsii.String("Members2"), &awscognito.UserPoolClientOptions{
		UserPoolClientName:         jsii.String("members-2"),
		AuthFlows:                  &awscognito.AuthFlow{AdminUserPassword: jsii.Bool(true)},
		DisableOAuth:               jsii.Bool(true),
		GenerateSecret:             jsii.Bool(true),
		PreventUserExistenceErrors: jsii.Bool(true),
		EnableTokenRevocation:      jsii.Bool(true),
		AccessTokenValidity:        awscdk.Duration_Hours(jsii.Number(1)),
		IdTokenValidity:            awscdk.Duration_Hours(jsii.Number(1)),
		RefreshTokenValidity:       awscdk.Duration_Days(jsii.Number(90)),
	})
	made := client.Node().DefaultChild().(awscognito.CfnUserPoolClient)
	made.SetExplicitAuthFlows(jsii.Strings("ALLOW_ADMIN_USER_PASSWORD_AUTH"))
	return client
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
		// A client that names no flow has those of SRP and custom challenges, too, and members
		// could sign in by it. This is the flow of refresh tokens alone, and it never has one.
		// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPoolClient.html
		AuthFlows: &awscognito.AuthFlow{UserSrp: jsii.Bool(false)},
		OAuth: &awscognito.OAuthSettings{
			Flows:  &awscognito.OAuthFlows{ClientCredentials: jsii.Bool(true)},
			Scopes: &[]awscognito.OAuthScope{awscognito.OAuthScope_ResourceServer(server, scope)},
		},
		EnableTokenRevocation: jsii.Bool(true),
		AccessTokenValidity:   awscdk.Duration_Hours(jsii.Number(1)),
	})
}

func output(stack awscdk.Stack, name string, value *string) {
	awscdk.NewCfnOutput(stack, jsii.String(name), &awscdk.CfnOutputProps{Value: value})
}
