package stage

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// reader reads values of the context and remembers what is wrong with them.
type reader struct {
	context map[string]any
	asked   []string // the names that were looked for, which are all that there are
	wrong   []error
}

func (r *reader) refuse(format string, arguments ...any) {
	r.wrong = append(r.wrong, fmt.Errorf(format, arguments...))
}

func (r *reader) text(name, otherwise string) string {
	if !slices.Contains(r.asked, name) {
		r.asked = append(r.asked, name)
	}
	switch v := r.context[name].(type) {
	case nil:
		return otherwise
	case string:
		if v == "" {
			return otherwise
		}
		return v
	case float64: // a number of a JSON file
		return strconv.FormatFloat(v, 'f', -1, 64)
	default:
		return fmt.Sprint(v)
	}
}

func (r *reader) number(name string, otherwise, least, most int) int {
	s := r.text(name, strconv.Itoa(otherwise))
	n, err := strconv.Atoi(s)
	if err != nil || n < least || n > most {
		r.refuse("context %s=%s must be a number from %d to %d", name, s, least, most)
	}
	return n
}

// numberOrNone reads a number of which none is 0.
func (r *reader) numberOrNone(name string, otherwise, most int) int {
	if r.text(name, "") == "none" {
		return 0
	}
	return r.number(name, otherwise, 0, most)
}

func (r *reader) flag(name, otherwise string) bool {
	s := r.text(name, otherwise)
	if s != "true" && s != "false" {
		r.refuse("context %s=%s must be true or false", name, s)
	}
	return s == "true"
}

// ofCLI are names without a colon or an @ that belong to the CDK's command line. All others
// of the CDK have one: aws:cdk:…, @aws-cdk/…, and what it has looked up, such as
// availability-zones:account=….
var ofCLI = []string{"cli-telemetry", "acknowledged-issue-numbers"}

// refuseUnknown refuses names that nobody has looked for. A misspelt one would be an option
// that is silently left out, and what is left out is taken away.
func (r *reader) refuseUnknown() {
	slices.Sort(r.asked)
	for _, name := range slices.Sorted(maps.Keys(r.context)) {
		if !strings.ContainsAny(name, ":@") && !slices.Contains(ofCLI, name) && !slices.Contains(r.asked, name) {
			r.refuse("context %s is not known; the names are %s", name, strings.Join(r.asked, ", "))
		}
	}
}
