package main

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// rolesOf are the ids of the roles that a service may take.
func (r resolver) rolesOf(template object, service string) (ids []string) {
	r.t.Helper()
	for id, p := range of(template, "AWS::IAM::Role") {
		if at(trust(r.t, p), "Principal", "Service") == service {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

// trust is the one statement of who may take a role.
func trust(t *testing.T, role object) object {
	t.Helper()
	statements := at(role, "AssumeRolePolicyDocument", "Statement").([]any)
	if len(statements) != 1 {
		t.Fatalf("a role with %d statements of trust", len(statements))
	}
	return statements[0].(object)
}

// A role that a service takes for something of this stage is taken for nothing else: of
// services that tell for what, their word is asked.
func TestRolesAreTakenForThisStage(t *testing.T) {
	r := resolver{t, synth(t, withSecrets)}
	for _, c := range []struct {
		service string
		want    map[string]string
	}{
		{"states.amazonaws.com", map[string]string{
			"StringEquals aws:SourceAccount": account, "ArnEquals aws:SourceArn": "arn:aws:states:eu-central-1:123456789012:stateMachine:connectnow-dev-shift",
		}},
		{"scheduler.amazonaws.com", map[string]string{
			"StringEquals aws:SourceAccount": account, "StringEquals aws:SourceArn": "arn:aws:scheduler:eu-central-1:123456789012:schedule-group/connectnow-dev-timers",
		}},
	} {
		t.Run(c.service, func(t *testing.T) {
			ids := r.rolesOf(r.app, c.service)
			if len(ids) != 1 {
				t.Fatalf("roles: %v", ids)
			}
			got := map[string]string{}
			for operator, keys := range at(trust(t, of(r.app, "AWS::IAM::Role")[ids[0]]), "Condition").(object) {
				for key, value := range keys.(object) {
					got[operator+" "+key] = r.text(r.app, value)
				}
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("conditions (-want +got):\n%s", diff)
			}
		})
	}
	all := map[string]bool{}
	for _, template := range []object{r.app, r.data} {
		for _, p := range of(template, "AWS::IAM::Role") {
			all[at(trust(t, p), "Principal", "Service").(string)] = true
		}
	}
	if got := strings.Join(slices.Sorted(maps.Keys(all)), " "); got != "lambda.amazonaws.com scheduler.amazonaws.com states.amazonaws.com" {
		t.Errorf("roles are taken by %s", got)
	}
}

// The state machine may invoke its function and no other; besides, it may log.
func TestMachineMayInvokeShift(t *testing.T) {
	r := resolver{t, synth(t, nil)}
	for _, id := range r.rolesOf(r.app, "states.amazonaws.com") {
		want := []permission{{"lambda:InvokeFunction", "arn:aws:lambda:eu-central-1:123456789012:function:connectnow-dev-shift", ""}}
		if got := r.permissions(r.app, id); !slices.Equal(got, want) {
			t.Errorf("%s may %v, want %v", id, got, want)
		}
	}
}

// Who may invoke a function does so from this account: the ARN or a condition of its own
// names it.
func TestPermissionsNameTheAccount(t *testing.T) {
	r := resolver{t, synth(t, withSecrets)}
	permissions := of(r.app, "AWS::Lambda::Permission")
	for id, p := range permissions {
		of := ""
		if p["SourceAccount"] != nil {
			of = r.text(r.app, p["SourceAccount"])
		} else if parts := strings.Split(r.text(r.app, p["SourceArn"]), ":"); len(parts) > 4 {
			of = parts[4]
		}
		if of != account {
			t.Errorf("%s: %s may invoke from account %q", id, p["Principal"], of)
		}
	}
	if len(permissions) == 0 {
		t.Error("nobody may invoke anything")
	}
}
