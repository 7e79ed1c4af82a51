package main

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
)

// In prod logs outlive the stacks, and so does the domain that DNS elsewhere points to. What
// is kept bears a name that is written out: by it alone make deploy takes it in again, where
// it would otherwise fail because the name is taken.
func TestProdKeepsWhatHasAName(t *testing.T) {
	for _, c := range []struct{ stage, deleted, replaced string }{{"prod", "RetainExceptOnCreate", "Retain"}, {"dev", "Delete", "Delete"}} {
		t.Run(c.stage, func(t *testing.T) {
			context := mapsWith(mapsWith(withEverything(), "stage", c.stage), "pushLogs", "false")
			made := synth(t, context)
			kept := 0
			for _, template := range []object{made.app, made.data} {
				for id, resource := range template["Resources"].(object) {
					name := ""
					switch resource.(object)["Type"] {
					case "AWS::Logs::LogGroup":
						name = "LogGroupName"
					case "AWS::ApiGatewayV2::DomainName":
						name = "DomainName"
					case "AWS::SecretsManager::Secret": // not taken in, but by the guide's hand
						if strings.HasPrefix(id, "EdgeKey") {
							continue // another does as well, and one left over would cost
						}
						name = "Name"
					default:
						continue
					}
					kept++
					if at(resource, "DeletionPolicy") != c.deleted || at(resource, "UpdateReplacePolicy") != c.replaced {
						t.Errorf("%s: %v, %v when it is replaced", id, at(resource, "DeletionPolicy"), at(resource, "UpdateReplacePolicy"))
					}
					if _, written := at(resource, "Properties", name).(string); !written {
						t.Errorf("%s has no name that is written out", id)
					}
				}
			}
			if want := len(functionNames()) + 5; kept != want { // pushapps, the API, the machine, the domain, the secret
				t.Errorf("%d are kept, want %d", kept, want)
			}
		})
	}
}

// A deployment of a released version is brought up to date in place: what bears a name, and
// what would take data or logs along, is the same resource of the same stack, with the same
// name. Under another id it would be made beside the old one, whose name it bears.
func TestReleasedIsUpdatedInPlace(t *testing.T) {
	text, err := os.ReadFile("testdata/released.json")
	check(t, err)
	var released map[string]map[string]struct {
		Type  string
		Named object // properties by which AWS knows it, and whose change is another resource
	}
	check(t, json.Unmarshal(text, &released))
	made := synth(t, mapsWith(mapsWith(withSecrets, "stage", "prod"), "alarmEmail", "none"))
	for stack, template := range map[string]object{"app": made.app, "data": made.data} {
		if len(released[stack]) == 0 {
			t.Errorf("nothing was released in %s", stack)
		}
		for id, was := range released[stack] {
			now := template["Resources"].(object)[id]
			if at(now, "Type") != was.Type {
				t.Errorf("%s of %s was a %s and is %v", id, stack, was.Type, at(now, "Type"))
			}
			for property, value := range was.Named {
				if got := at(now, "Properties", property); same(got) != same(value) {
					t.Errorf("%s of %s: %s was %s and is %s", id, stack, property, same(value), same(got))
				}
			}
		}
	}
}
