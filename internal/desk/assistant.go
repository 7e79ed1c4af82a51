package desk

import (
	"cmp"
	"context"
	"maps"
	"reflect"
	"slices"
	"strconv"

	"github.com/connectnow/backend/internal/conditions"
	"github.com/connectnow/backend/internal/keys"
	"github.com/connectnow/backend/internal/table"
)

// Assistant is what an account tells its assistant: when it hands a customer to people, to
// whom, and in which words. An account that never set any has it enabled and nothing else.
type Assistant struct {
	// Enabled is false where direct escalations alone are taken. It lies with the account's
	// settings, which each escalation reads.
	Enabled bool `json:"enabled"`
	// ConfidenceThreshold is how sure the assistant must be; nil asks nothing.
	ConfidenceThreshold *float64 `json:"confidenceThreshold"`
	// Languages are those in whose words customers ask for a person; none is all that are known.
	Languages  []string               `json:"languages"`
	Duties     []Duty                 `json:"duties"`
	Conditions []conditions.Condition `json:"conditions"`
	// Words are the account's own sentences to customers, by language and key.
	Words map[string]map[string]string `json:"words"`
}

// Duty is something that people do and the assistant does not, and which of them.
type Duty struct {
	ID             string  `json:"id"`
	Title          string  `json:"title"`
	Description    string  `json:"description"`
	DepartmentID   string  `json:"departmentId"` // empty: everyone
	DepartmentName *string `json:"departmentName"`
}

// Assistant gives the assistant's settings of the caller's account.
func (d *Desk) Assistant(ctx context.Context, c Caller) (Assistant, error) {
	s, err := d.readAssistant(ctx, c.AccountID)
	if err != nil {
		return Assistant{}, err
	}
	return s.view(), nil
}

// view shows the settings. A department that was deleted is none; a condition that asks for
// it keeps it, and does not hold.
func (s *assistantState) view() Assistant {
	a := Assistant{
		Enabled: !s.account.value.AssistantOff, ConfidenceThreshold: s.head.value.Threshold, Languages: s.head.value.Languages,
		Duties: slices.Clone(s.rules.Duties), Conditions: slices.Clone(s.rules.Conditions), Words: s.rules.Words,
	}
	for i := range a.Duties {
		v := &a.Duties[i]
		v.DepartmentID, v.DepartmentName = s.department(v.DepartmentID)
	}
	for i := range a.Conditions {
		v := &a.Conditions[i]
		v.DepartmentID, v.DepartmentName = s.department(v.DepartmentID)
		_, v.When.DepartmentName = s.department(v.When.Department)
	}
	return a.listed()
}

// department is a department that is there, with its name.
func (s *assistantState) department(id string) (string, *string) {
	dep, there := s.departments[id]
	if !there {
		return "", nil
	}
	return id, &dep.Name
}

// listed has empty lists where there is nothing, which are no null in JSON.
func (a Assistant) listed() Assistant {
	if a.Languages == nil {
		a.Languages = []string{}
	}
	if a.Duties == nil {
		a.Duties = []Duty{}
	}
	if a.Conditions == nil {
		a.Conditions = []conditions.Condition{}
	}
	if a.Words == nil {
		a.Words = map[string]map[string]string{}
	}
	return a
}

// stored is the settings without what only answers have, and with ids for what is new. The
// same name gets the same id, so that the same request again changes nothing.
func (a Assistant) stored() Assistant {
	a = a.listed()
	a.Duties, a.Conditions = slices.Clone(a.Duties), slices.Clone(a.Conditions)
	taken := map[string]bool{}
	for _, v := range a.Duties {
		taken[v.ID] = true
	}
	for _, v := range a.Conditions {
		taken[v.ID] = true
	}
	fresh := func(id, prefix, name string) string {
		for n := 0; id == ""; n++ {
			if made := keys.DerivedID(prefix, name, strconv.Itoa(n)); !taken[made] {
				id = made
			}
		}
		taken[id] = true
		return id
	}
	for i := range a.Duties {
		v := &a.Duties[i]
		v.ID, v.DepartmentName = fresh(v.ID, "dut_", v.Title), nil
	}
	for i := range a.Conditions {
		v := &a.Conditions[i]
		v.ID, v.DepartmentName, v.When = fresh(v.ID, "cnd_", v.Name), nil, v.When.Normal()
	}
	a.Words = maps.Clone(a.Words)
	maps.DeleteFunc(a.Words, func(_ string, sentences map[string]string) bool { return len(sentences) == 0 })
	return a
}

// PutAssistant replaces the assistant's settings of the caller's account, from the next call
// on. The problem invalid names all bad values at once.
func (d *Desk) PutAssistant(ctx context.Context, by Caller, a Assistant, ifs ...If[Assistant]) (Assistant, error) {
	held := held[Assistant]{conditions: ifs}
	var after Assistant
	err := d.write(ctx, "the assistant's settings of "+by.AccountID, func(error) ([]table.Op, error) {
		now, err := d.readAssistant(ctx, by.AccountID)
		if err != nil {
			return nil, err
		}
		if err := Invalids(a.Faults(now.nameable())); err != nil {
			return nil, err
		}
		next := *now
		next.take(a.stored())
		before := now.view()
		after = next.view()
		done := reflect.DeepEqual(before, after)
		if err := held.hold(before, done); err != nil || done {
			return nil, err
		}
		edit := d.audit(by.AccountID, by.MemberID, auditAssistantChanged, by.AccountID, editsOfAssistant(before, after)...)
		return append(d.assistantOps(now, &next), edit), nil
	})
	return after, err
}

// take replaces the settings.
func (s *assistantState) take(a Assistant) {
	s.account.value.AssistantOff, s.account.value.OwnWords = !a.Enabled, len(a.Words) > 0
	s.head.value = assistantHead{Threshold: a.ConfidenceThreshold, Languages: a.Languages}
	s.rules = &assistantRules{assistantBody: assistantBody{Duties: a.Duties, Conditions: a.Conditions, Words: a.Words}}
}

// has reports whether a department is there.
func (s *assistantState) has(id string) bool {
	_, there := s.departments[id]
	return there
}

// Nameable tells which departments the assistant's settings may name.
type Nameable struct {
	There func(id string) bool // anywhere
	Asked func(id string) bool // as what a condition holds for
}

// Nameable tells which departments the settings of the caller's account may name now.
func (d *Desk) Nameable(ctx context.Context, c Caller) (Nameable, error) {
	s, err := d.readAssistant(ctx, c.AccountID)
	if err != nil {
		return Nameable{}, err
	}
	return s.nameable(), nil
}

// nameable tells which departments may be named. One that was deleted stays in the conditions
// that hold for it, which thus never hold, and may stay there: what was read can be stored.
func (s *assistantState) nameable() Nameable {
	return Nameable{There: s.has, Asked: func(id string) bool {
		return s.has(id) || slices.ContainsFunc(s.rules.Conditions, func(c conditions.Condition) bool { return c.When.Department == id })
	}}
}

// editsOfAssistant are what differs, as the audit tells it: of conditions, duties and words
// which by name, not all that stands in them.
func editsOfAssistant(before, after Assistant) []edit {
	list := editsThatDiffer(before, after, "enabled", "confidenceThreshold", "languages")
	named := func(field string, from, to []string) {
		if len(from)+len(to) > 0 {
			list = append(list, edited(field, someNames(from), someNames(to)))
		}
	}
	from, to := differing(before.Duties, after.Duties, func(v Duty) string { return v.Title })
	named("duties", from, to)
	from, to = differing(before.Conditions, after.Conditions, func(v conditions.Condition) string { return v.Name })
	named("conditions", from, to)
	from, to = differing(sentencesOf(before.Words), sentencesOf(after.Words), func(v sentence) string { return v.language + " " + v.key })
	named("words", from, to)
	return list
}

// editsThatDiffer is editsOf without what is alike.
func editsThatDiffer(before, after any, fields ...string) []edit {
	return slices.DeleteFunc(editsOf(before, after, fields), func(e edit) bool { return e.From == nil && e.To == nil })
}

// mostAuditedNames are how many names the audit has of each side of an edit.
const mostAuditedNames = 20

func someNames(names []string) []string {
	if len(names) > mostAuditedNames {
		names = append(slices.Clone(names[:mostAuditedNames]), "…")
	}
	return append([]string{}, names...)
}

// differing gives the names of what one list has and the other has not, either way. Where all
// are alike but stand in another order it gives that.
func differing[T any](before, after []T, name func(T) string) (from, to []string) {
	missing := func(list, in []T) (names []string) {
		for _, v := range list {
			if !slices.ContainsFunc(in, func(w T) bool { return reflect.DeepEqual(v, w) }) {
				names = append(names, name(v))
			}
		}
		return names
	}
	from, to = missing(before, after), missing(after, before)
	if from == nil && to == nil && !reflect.DeepEqual(before, after) {
		for _, v := range before {
			from = append(from, name(v))
		}
		for _, v := range after {
			to = append(to, name(v))
		}
	}
	return from, to
}

// sentence is one of an account's own sentences.
type sentence struct{ language, key, text string }

// sentencesOf lists them by language and key.
func sentencesOf(words map[string]map[string]string) []sentence {
	list := []sentence{}
	for language, sentences := range words {
		for key, text := range sentences {
			list = append(list, sentence{language, key, text})
		}
	}
	slices.SortFunc(list, func(a, b sentence) int {
		return cmp.Or(cmp.Compare(a.language, b.language), cmp.Compare(a.key, b.key))
	})
	return list
}
