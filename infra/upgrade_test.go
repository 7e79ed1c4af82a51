package main

import (
	"encoding/json"
	"os"
	"slices"
	"testing"
)

// replacing are the properties whose change makes another resource of one that holds data or an
// address, or is refused. Each type's page of
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/ says so at each
// property. A secret cannot be added to a client, so that GenerateSecret is among them.
var replacing = map[string][]string{
	"AWS::DynamoDB::Table":                 {"TableName", "KeySchema", "AttributeDefinitions"},
	"AWS::Cognito::UserPool":               {"AliasAttributes", "UsernameAttributes", "UsernameConfiguration", "Schema"},
	"AWS::Cognito::UserPoolClient":         {"UserPoolId", "GenerateSecret"},
	"AWS::Cognito::UserPoolDomain":         {"UserPoolId", "Domain"},
	"AWS::Cognito::UserPoolResourceServer": {"UserPoolId", "Identifier"},
	"AWS::ApiGatewayV2::Api":               {"ProtocolType"},
}

// A deployment from before members' bearers were ID tokens is brought up to date in place.
// CloudFormation refuses to change or drop an export as long as the app stack of then imports
// it, and the data stack goes first. Pool, clients, table and API stay the same resources: with
// another pool all members would be gone, with another client all sessions, and with another
// API its address. testdata/before-identity.json is what the templates of then had of these.
func TestUpgradeChangesNoExportAndReplacesNothing(t *testing.T) {
	text, err := os.ReadFile("testdata/before-identity.json")
	check(t, err)
	var was struct {
		Imported  map[string]any // exports of the data stack that the app stack imports
		Data, App map[string]struct {
			Type       string
			Properties object
		}
	}
	check(t, json.Unmarshal(text, &was))
	made := synth(t, mapsWith(mapsWith(withSecrets, "stage", "prod"), "alarmEmail", "none"))
	exports := map[string]any{}
	for _, output := range made.data["Outputs"].(object) {
		if name, is := at(output, "Export", "Name").(string); is {
			exports[name] = at(output, "Value")
		}
	}
	if len(was.Imported) < 8 || len(was.Data) != 6 || len(was.App) != 1 {
		t.Fatalf("%d exports, %d and %d resources were kept of then", len(was.Imported), len(was.Data), len(was.App))
	}
	for name, value := range was.Imported {
		if got := exports[name]; same(got) != same(value) {
			t.Errorf("the export %s was %s and is %s", name, same(value), same(got))
		}
	}
	for id, before := range was.Data {
		unreplaced(t, id, before.Type, before.Properties, at(made.data, "Resources", id))
	}
	for id, before := range was.App {
		unreplaced(t, id, before.Type, before.Properties, at(made.app, "Resources", id))
	}
}

// unreplaced wants a resource to be the one that it was. What a client is called may change: it
// is only shown.
func unreplaced(t *testing.T, id, kind string, before object, now any) {
	t.Helper()
	if at(now, "Type") != kind {
		t.Errorf("%s was a %s and is %v", id, kind, at(now, "Type"))
		return
	}
	properties := replacing[kind]
	if len(properties) == 0 {
		t.Errorf("%s: nothing is known of what replaces a %s", id, kind)
	}
	for _, name := range properties {
		if got := at(now, "Properties", name); same(got) != same(before[name]) {
			t.Errorf("%s: %s was %s and is %s", id, name, same(before[name]), same(got))
		}
	}
}

// The platform's client has the flow of client credentials and no other: nobody signs in by it
// and no page is sent back to. Its tokens live for an hour.
func TestMachineClientHasOnlyItsFlow(t *testing.T) {
	made := synth(t, nil)
	for id, p := range of(made.data, "AWS::Cognito::UserPoolClient") {
		flows, _ := at(p, "ExplicitAuthFlows").([]any)
		if at(p, "ClientName") != "platform" {
			if at(p, "AllowedOAuthFlows") != nil {
				t.Errorf("%s has flows of OAuth: %v", id, p)
			}
			continue
		}
		if !slices.Equal(flows, []any{"ALLOW_REFRESH_TOKEN_AUTH"}) {
			t.Errorf("flows that sign in: %v; none and an empty list stand for SRP and custom challenges, too", flows)
		}
		if got := same(at(p, "AllowedOAuthFlows")); got != same([]any{"client_credentials"}) {
			t.Errorf("flows of OAuth: %s", got)
		}
		if at(p, "AccessTokenValidity") != 60.0 || same(at(p, "TokenValidityUnits", "AccessToken")) != same("minutes") {
			t.Errorf("tokens live for %v %v", at(p, "AccessTokenValidity"), at(p, "TokenValidityUnits"))
		}
		if at(p, "CallbackURLs") != nil || at(p, "GenerateSecret") != true {
			t.Errorf("%s: %v", id, p)
		}
	}
	for id, p := range of(made.app, "AWS::Lambda::Function") {
		if at(p, "Environment", "Variables", "PLATFORM_CLIENT_ID") == nil {
			t.Errorf("%s is not told the platform's client", id)
		}
	}
}
