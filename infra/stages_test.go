package main

import (
	"slices"
	"strings"
	"testing"
)

// holdings are what a stage's functions may do, and with what: an example of each resource
// that a policy names by a pattern.
func (r resolver) holdings() (all map[string][]permission, theirs []called) {
	r.t.Helper()
	all = map[string][]permission{"pushapps": r.permissions(r.data, r.pushappsRole())}
	for _, name := range functionNames() {
		all[name] = r.permissions(r.app, r.role(name))
	}
	for _, may := range all {
		for _, p := range may {
			theirs = append(theirs, called{p.action, strings.ReplaceAll(p.resources, "*", "x"), p.only})
		}
	}
	return all, theirs
}

// No function of one stage may do anything with what is another's, in the same account and
// region: not even if the one's name begins as the other's does. That each permission is
// one that a stage needs for its own is shown by TestPoliciesAreWhatIsCalled.
func TestStagesAreApart(t *testing.T) {
	other := map[string]any{"stage": "dev2", "pushLogs": "true"}
	for name, value := range withSecrets {
		if arn, is := value.(string); is {
			value = strings.NewReplacer("secret:", "secret:dev2-", "@example.com", "@dev2.example.com").Replace(arn)
		}
		other[name] = value
	}
	a, b := resolver{t, synth(t, mapsWith(withSecrets, "pushLogs", "true"))}, resolver{t, synth(t, other)}
	mayA, ofA := a.holdings()
	mayB, ofB := b.holdings()
	for _, c := range []struct {
		may         map[string][]permission
		own, theirs []called
	}{{mayA, ofA, ofB}, {mayB, ofB, ofA}} {
		for name, may := range c.may {
			for _, p := range may {
				if !slices.ContainsFunc(c.own, p.covers) {
					t.Errorf("%s may %s of %s, which covers nothing of its own stage", name, p.action, p.resources)
				}
				if p.action == "sns:CreatePlatformApplication" {
					continue // what is not there yet is nobody's
				}
				if i := slices.IndexFunc(c.theirs, p.covers); i >= 0 {
					t.Errorf("%s may %s of %s", name, p.action, c.theirs[i].resource)
				}
			}
		}
	}
	for _, part := range []string{":app/", ":endpoint/", ":schedule/", ":table/", ":execution:", ":stateMachine:", ":userpool/", ":role/", ":secret:", ":identity/", "-timers", "-mail", "-events"} {
		if !slices.ContainsFunc(ofA, func(c called) bool { return strings.Contains(c.resource, part) }) {
			t.Errorf("no permission is about a resource with %s", part)
		}
	}
}
