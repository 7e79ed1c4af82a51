package desk

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/connectnow/backend/internal/conditions"
	"github.com/connectnow/backend/internal/keys"
	"github.com/connectnow/backend/internal/names"
)

// Bounds of the assistant's settings, beside those of package conditions.
const (
	MostDuties          = 50
	LongestDutyTitle    = 64
	LongestDescription  = 1000
	MostOwnLanguages    = 50  // with sentences of the account's own
	LongestOwnSentence  = 300 // characters: half a minute of speech
	LongestAssistantID  = 64
	detailNoDepartment  = "is no department of this account"
	detailTwice         = "is there twice"
	detailUnknownTongue = "must be a language of those whose wish for a person is known: "
)

// Faults names every bad field at once; none means that the settings can be stored. It is
// told which departments may be named.
func (a Assistant) Faults(departments Nameable) []FieldError {
	f := assistantFaults{departments: departments, ids: map[string]bool{}}
	if t := a.ConfidenceThreshold; t != nil {
		f.maybe("confidenceThreshold", conditions.ShareFault(*t))
	}
	f.languages(a.Languages)
	if f.few("duties", len(a.Duties), MostDuties) {
		for i, v := range a.Duties {
			f.duty(fmt.Sprintf("duties[%d]", i), v)
		}
	}
	f.ids = map[string]bool{}
	if f.few("conditions", len(a.Conditions), conditions.MostConditions) {
		for i, v := range a.Conditions {
			f.condition(fmt.Sprintf("conditions[%d]", i), v)
		}
	}
	f.words(a.Words)
	return f.bad
}

// assistantFaults gathers them.
type assistantFaults struct {
	bad         []FieldError
	departments Nameable
	ids         map[string]bool
}

// maybe notes what is wrong, if anything is.
func (f *assistantFaults) maybe(field, detail string) {
	if detail != "" {
		f.bad = append(f.bad, FieldError{field, detail})
	}
}

// few reports whether a list is short enough to be looked at.
func (f *assistantFaults) few(field string, n, most int) bool {
	if n > most {
		f.maybe(field, fmt.Sprintf("must have at most %d entries, not %d", most, n))
	}
	return n <= most
}

func (f *assistantFaults) languages(list []string) {
	known := conditions.Languages()
	if !f.few("languages", len(list), MostOwnLanguages) {
		return
	}
	for i, s := range list {
		field := fmt.Sprintf("languages[%d]", i)
		switch {
		case !slices.Contains(known, conditions.Base(s)) || conditions.TagFault(s) != "":
			f.maybe(field, detailUnknownTongue+strings.Join(known, ", "))
		case slices.Contains(list[:i], s):
			f.maybe(field, detailTwice)
		}
	}
}

func (f *assistantFaults) duty(field string, v Duty) {
	f.id(field, v.ID)
	f.maybe(field+".title", lineFault(v.Title, LongestDutyTitle))
	if n := utf8.RuneCountInString(v.Description); n > LongestDescription {
		f.maybe(field+".description", fmt.Sprintf("must have at most %d characters, not %d", LongestDescription, n))
	}
	f.known(field+".departmentId", v.DepartmentID, f.departments.There)
}

func (f *assistantFaults) condition(field string, v conditions.Condition) {
	f.id(field, v.ID)
	f.maybe(field+".name", lineFault(v.Name, conditions.LongestName))
	for _, b := range v.When.Faults() {
		path := field + ".when"
		if b.Field != "" {
			path += "." + b.Field
		}
		f.maybe(path, b.Detail)
	}
	f.known(field+".when.department", v.When.Department, f.departments.Asked)
	f.known(field+".departmentId", v.DepartmentID, f.departments.There)
}

// id asks that an id that is given is one, and there once.
func (f *assistantFaults) id(field, id string) {
	switch {
	case id == "":
		return
	case !keys.Plain(id) || len(id) > LongestAssistantID:
		f.maybe(field+".id", fmt.Sprintf("must have 1 to %d characters of A-Z, a-z, 0-9, '.', '_', ':' and '-'", LongestAssistantID))
	case f.ids[id]:
		f.maybe(field+".id", detailTwice)
	}
	f.ids[id] = true
}

// known asks that a department that is named may be.
func (f *assistantFaults) known(field, id string, may func(id string) bool) {
	if id != "" && !may(id) {
		f.maybe(field, detailNoDepartment)
	}
}

// words looks at the account's own sentences.
func (f *assistantFaults) words(words map[string]map[string]string) {
	if !f.few("words", len(words), MostOwnLanguages) {
		return
	}
	for _, bad := range OwnWords(words).bad() {
		f.maybe(bad.Field, bad.Detail)
	}
}

// lineFault is what is wrong with a name that must be there, or nothing.
func lineFault(s string, longest int) string {
	if n := utf8.RuneCountInString(s); n > longest {
		return fmt.Sprintf("must have at most %d characters, not %d", longest, n)
	}
	return names.Problem(s)
}
