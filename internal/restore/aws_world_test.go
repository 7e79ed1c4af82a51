package restore

import (
	"maps"
	"slices"
	"strings"
)

// mapping fetches messages for a function. AWS turns it on and off in a while, and refuses
// another change until then.
type mapping struct{ enabled, busy bool }

// operations are all that the script may ask for.
var operations = map[string]func(*twin, object) (object, *refusal){
	"GetCallerIdentity": func(*twin, object) (object, *refusal) {
		return object{"Account": "123456789012", "Arn": "arn:aws:iam::123456789012:user/operator", "UserId": "AIDA"}, nil
	},
	"ListStackResources":                (*twin).listStack,
	"DetectStackDrift":                  (*twin).detectDrift,
	"DescribeStackDriftDetectionStatus": (*twin).describeDrift,
	"GetParameter":                      (*twin).getParameter,
	"PutParameter":                      (*twin).putParameter,
	"DeleteParameter":                   (*twin).deleteParameter,
	"GetFunctionConcurrency":            (*twin).getConcurrency,
	"PutFunctionConcurrency":            (*twin).putConcurrency,
	"DeleteFunctionConcurrency":         (*twin).putConcurrency,
	"GetEventSourceMapping":             (*twin).getMapping,
	"UpdateEventSourceMapping":          (*twin).updateMapping,
	"DescribeTable":                     (*twin).describeTable,
	"UpdateTable":                       (*twin).updateTable,
	"DeleteTable":                       (*twin).deleteTable,
	"Scan":                              (*twin).scan,
	"DescribeTimeToLive":                (*twin).describeTTL,
	"UpdateTimeToLive":                  (*twin).updateTTL,
	"DescribeContinuousBackups":         (*twin).describeRecovery,
	"UpdateContinuousBackups":           (*twin).updateRecovery,
	"ListTagsOfResource":                (*twin).listTags,
	"TagResource":                       (*twin).tag,
	"RestoreTableToPointInTime":         (*twin).restoreMoment,
	"CreateBackup":                      (*twin).createBackup,
	"ListBackups":                       (*twin).listBackups,
	"DeleteBackup":                      (*twin).deleteBackup,
	"RestoreTableFromBackup":            (*twin).restoreBackup,
}

func text(in object, name string) string {
	s, _ := in[name].(string)
	return s
}

func (w *twin) listStack(in object) (object, *refusal) {
	resources := []any{}
	add := func(kind, id string) {
		resources = append(resources, object{
			"LogicalResourceId": "X", "PhysicalResourceId": id, "ResourceType": kind,
			"ResourceStatus": "CREATE_COMPLETE", "LastUpdatedTimestamp": "2026-11-01T00:00:00Z",
		})
	}
	switch text(in, "StackName") {
	case "ConnectNow-" + w.stage + "-Data":
		add("AWS::Cognito::UserPool", "us-east-1_x")
		add("AWS::DynamoDB::Table", w.table())
	case "ConnectNow-" + w.stage + "-App":
		for _, name := range slices.Sorted(maps.Keys(w.functions)) {
			add("AWS::Lambda::Function", name)
			add("AWS::IAM::Role", name+"-role")
		}
		add("AWS::Lambda::Function", "gone-since")
		resources[len(resources)-1].(object)["ResourceStatus"] = "DELETE_COMPLETE"
		for _, id := range slices.Sorted(maps.Keys(w.mappings)) {
			add("AWS::Lambda::EventSourceMapping", id)
		}
	default:
		return nil, refuse("ValidationError", "Stack with id %s does not exist", text(in, "StackName"))
	}
	return object{"StackResourceSummaries": resources}, nil
}

func (w *twin) detectDrift(object) (object, *refusal) {
	return object{"StackDriftDetectionId": "drift-1"}, nil
}

// describeDrift compares the table with what the template says of it.
func (w *twin) describeDrift(object) (object, *refusal) {
	status := "DRIFTED"
	if made := w.tables[w.table()]; made != nil && made.recovery && made.protected && w.ttl(w.table()) == "exp" {
		status = "IN_SYNC"
	}
	return object{
		"StackId": "x", "StackDriftDetectionId": "drift-1", "DetectionStatus": "DETECTION_COMPLETE", "StackDriftStatus": status,
		"Timestamp": "2026-11-28T12:00:00Z",
	}, nil
}

func (w *twin) getParameter(in object) (object, *refusal) {
	value, is := w.parameters[text(in, "Name")]
	if !is {
		return nil, refuse("ParameterNotFound", "")
	}
	return object{"Parameter": object{"Name": text(in, "Name"), "Type": "String", "Value": value, "Version": 1}}, nil
}

func (w *twin) putParameter(in object) (object, *refusal) {
	if _, is := w.parameters[text(in, "Name")]; is {
		return nil, refuse("ParameterAlreadyExists", "The parameter already exists.")
	}
	if len(text(in, "Value")) > 4096 || !strings.HasPrefix(text(in, "Name"), "/connectnow/"+w.stage+"/") {
		return nil, refuse("ValidationException", "%v", in)
	}
	w.parameters[text(in, "Name")] = text(in, "Value")
	return object{"Version": 1, "Tier": "Standard"}, nil
}

func (w *twin) deleteParameter(in object) (object, *refusal) {
	if _, is := w.parameters[text(in, "Name")]; !is {
		return nil, refuse("ParameterNotFound", "")
	}
	delete(w.parameters, text(in, "Name"))
	return object{}, nil
}

func (w *twin) getConcurrency(in object) (object, *refusal) {
	reserved, is := w.functions[text(in, "FunctionName")]
	switch {
	case !is:
		return nil, refuse("ResourceNotFoundException", "Function not found")
	case reserved == nil:
		return object{}, nil
	}
	return object{"ReservedConcurrentExecutions": *reserved}, nil
}

// putConcurrency also takes it away, when none is said.
func (w *twin) putConcurrency(in object) (object, *refusal) {
	if _, is := w.functions[text(in, "FunctionName")]; !is {
		return nil, refuse("ResourceNotFoundException", "Function not found")
	}
	w.functions[text(in, "FunctionName")] = nil
	if n, is := in["ReservedConcurrentExecutions"].(float64); is {
		reserved := int(n)
		w.functions[text(in, "FunctionName")] = &reserved
	}
	return object{}, nil
}

func (w *twin) getMapping(in object) (object, *refusal) {
	m := w.mappings[text(in, "UUID")]
	if m == nil {
		return nil, refuse("ResourceNotFoundException", "The resource you requested does not exist.")
	}
	return object{"UUID": in["UUID"], "State": m.state()}, nil
}

func (m *mapping) state() string {
	switch {
	case m.enabled && m.busy:
		return "Enabling"
	case m.enabled:
		return "Enabled"
	case m.busy:
		return "Disabling"
	}
	return "Disabled"
}

func (w *twin) updateMapping(in object) (object, *refusal) {
	m := w.mappings[text(in, "UUID")]
	if m.busy {
		m.busy = false
		return nil, refuse("ResourceInUseException", "Cannot update the event source mapping because it is in use.")
	}
	m.enabled, m.busy = in["Enabled"] == true, true
	return object{"UUID": in["UUID"], "State": m.state()}, nil
}

// running names what may write to the table now.
func (w *twin) running() (names []string) {
	for name, reserved := range w.functions {
		if reserved == nil || *reserved > 0 {
			names = append(names, name)
		}
	}
	for id, m := range w.mappings {
		if m.enabled {
			names = append(names, id)
		}
	}
	slices.Sort(names)
	return names
}
