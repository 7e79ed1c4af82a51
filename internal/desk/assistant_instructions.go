package desk

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/connectnow/backend/internal/conditions"
	"github.com/connectnow/backend/internal/roster"
)

// Instructions are what an assistant has to know of the people behind it: what they do, when
// it hands over, and who is free. Text says the same in plain words, for a prompt.
type Instructions struct {
	Enabled             bool                     `json:"enabled"`
	ConfidenceThreshold *float64                 `json:"confidenceThreshold"`
	Languages           []string                 `json:"languages"`
	Duties              []Duty                   `json:"duties"`
	Conditions          []conditions.Condition   `json:"conditions"`
	Departments         []InstructionsDepartment `json:"departments"`
	Now                 roster.Counts            `json:"now"`    // how many could take a call or a chat
	NextAt              *time.Time               `json:"nextAt"` // the next beginning of a shift; nil when unknown
	Text                string                   `json:"text"`
}

// InstructionsDepartment is a department with who is free there.
type InstructionsDepartment struct {
	ID   string        `json:"id"`
	Name string        `json:"name"`
	Now  roster.Counts `json:"now"`
}

// Instructions tells an assistant what the account wants of it, as it is now. Problem
// not-found without the account.
func (d *Desk) Instructions(ctx context.Context, accountID string) (Instructions, error) {
	var settings *assistantState
	var team *roster.Roster
	err := together(
		func() (err error) { settings, err = d.readAssistant(ctx, accountID); return err },
		func() (err error) { team, err = d.readDesk(ctx, accountID); return err },
	)
	if err != nil {
		return Instructions{}, err
	}
	a, now := settings.view(), d.Now()
	free := team.Team("", now, nil)
	v := Instructions{
		Enabled: a.Enabled, ConfidenceThreshold: a.ConfidenceThreshold, Languages: a.Languages, Duties: a.Duties, Conditions: a.Conditions,
		Departments: []InstructionsDepartment{}, Now: free.Now, NextAt: free.NextAt,
	}
	for id, dep := range team.Departments {
		v.Departments = append(v.Departments, InstructionsDepartment{id, dep.Name, team.Team(id, now, nil).Now})
	}
	slices.SortFunc(v.Departments, func(a, b InstructionsDepartment) int {
		return cmp.Or(strings.Compare(a.Name, b.Name), strings.Compare(a.ID, b.ID))
	})
	v.Text = v.prompt()
	return v, nil
}

// How large the text is. Settings may have some hundreds of kilobytes, which no prompt has room
// for, nor has what platforms take of one answer: of an action group of Bedrock that is 25 KB
// (https://docs.aws.amazon.com/bedrock/latest/userguide/agents-lambda.html#agents-lambda-response).
// So it has as much of each list as fits, and tells how much is left out.
const (
	mostPrompt      = 8 << 10 // bytes of all together; the conditions have what the others leave
	mostDepartments = 1536    // of the departments
	mostDutiesText  = 2048    // of the duties
	mostMoreText    = 128     // what is kept for telling that conditions are left out
	longestTold     = 200     // characters of a description
)

// prompt is the text. It names departments and what was set, and nobody.
func (v *Instructions) prompt() string {
	if !v.Enabled {
		return "Handing customers to people is switched off. Do not promise that somebody will take over.\n"
	}
	before := "People stand behind you. Hand the customer over to them in these cases, in this order:\n" +
		"- The customer asks for a person, in whatever words or language. Never refuse and do not argue.\n"
	if t := v.ConfidenceThreshold; t != nil {
		before += fmt.Sprintf("- You are less than %s sure of your answer.\n", percent(*t))
	}
	after := v.dutiesInWords() + v.departmentsInWords()
	after += fmt.Sprintf("In all %d could take a call and %d a chat now.", v.Now.Call, v.Now.Chat)
	if v.NextAt != nil && v.Now.Call+v.Now.Chat == 0 {
		after += fmt.Sprintf(" The next shift begins at %s.", v.NextAt.UTC().Format(time.RFC3339))
	}
	after += "\nHand over even if nobody is free: the customer is then called back.\n"
	var conditions []string
	for _, c := range v.Conditions {
		if c.When.Department == "" || c.When.DepartmentName != nil { // else it holds no more
			conditions = append(conditions, fmt.Sprintf("- %s: when %s.%s\n", c.Name, strings.Join(whenInWords(&c.When), ", and "), toWhom(c.DepartmentName)))
		}
	}
	return before + fitting(conditions, mostPrompt-mostMoreText-len(before)-len(after), "conditions of the business: ask whether one of them holds (decide, should_escalate)") + after
}

// dutiesInWords lists what people do.
func (v *Instructions) dutiesInWords() string {
	var lines []string
	for _, duty := range v.Duties {
		line := "- " + duty.Title + "."
		if what := []rune(strings.Join(strings.Fields(duty.Description), " ")); len(what) > longestTold {
			line = "- " + duty.Title + ": " + string(what[:longestTold]) + "…"
		} else if len(what) > 0 {
			line = "- " + duty.Title + ": " + strings.TrimRight(string(what), ".") + "."
		}
		lines = append(lines, line+toWhom(duty.DepartmentName)+"\n")
	}
	if lines == nil {
		return ""
	}
	return "These things are done by people and not by you; hand over when a customer needs them:\n" + fitting(lines, mostDutiesText, "such things")
}

// departmentsInWords lists the departments with who is free.
func (v *Instructions) departmentsInWords() string {
	var lines []string
	for _, dep := range v.Departments {
		lines = append(lines, fmt.Sprintf("- %s (%s): %d for calls, %d for chats.\n", dep.Name, dep.ID, dep.Now.Call, dep.Now.Chat))
	}
	if lines == nil {
		return ""
	}
	return "The departments, and how many could take a call or a chat there now:\n" + fitting(lines, mostDepartments, "departments")
}

// fitting gives the lines that there is room for, in bytes, and tells how many more there are.
func fitting(lines []string, room int, of string) string {
	var b strings.Builder
	left := 0
	for _, line := range lines {
		if b.Len()+len(line) > room {
			left++
			continue
		}
		b.WriteString(line)
	}
	if left > 0 {
		fmt.Fprintf(&b, "- There are %d more %s.\n", left, of)
	}
	return b.String()
}

// toWhom is a sentence about a department; nothing where everyone is asked.
func toWhom(department *string) string {
	if department == nil {
		return ""
	}
	return " Ask for the department " + *department + "."
}

// percent writes a share as people read it: 0.57 is 57 %, whatever binary fractions make of it.
func percent(share float64) string {
	return strconv.FormatFloat(math.Round(share*1e6)/1e4, 'f', -1, 64) + " %"
}

// whenInWords says when a condition holds, a part each.
func whenInWords(w *conditions.When) []string {
	var parts []string
	add := func(there bool, form string, value any) {
		if there {
			parts = append(parts, fmt.Sprintf(form, value))
		}
	}
	add(len(w.Phrases) > 0, "the customer says %s", anyOf(w.Phrases))
	add(len(w.Unless) > 0, "does not say %s", anyOf(w.Unless))
	add(len(w.Intents) > 0, "the intent is %s", anyOf(w.Intents))
	add(w.Sentiment != "", "the customer's sentiment is %s", w.Sentiment)
	if w.ConfidenceBelow != nil {
		add(true, "you are less than %s sure", percent(*w.ConfidenceBelow))
	}
	if w.FailedTurns != nil {
		add(true, "you have failed to understand %d times or more", *w.FailedTurns)
	}
	if w.TurnsOver != nil {
		add(true, "the customer has spoken more than %d times", *w.TurnsOver)
	}
	add(len(w.Attributes) > 0, "%s", compared(w.Attributes))
	add(len(w.Languages) > 0, "the customer's language is %s", anyOf(w.Languages))
	add(len(w.Channels) > 0, "it is a %s", strings.Join(w.Channels, " or a "))
	add(w.Hours != "", "the business is %s", w.Hours)
	name := w.Department
	if w.DepartmentName != nil {
		name = *w.DepartmentName
	}
	add(name != "", "the department asked for is %s", name)
	return parts
}

// compared lists comparisons of which one must hold.
func compared(list []conditions.Attribute) string {
	each := make([]string, len(list))
	for i, a := range list {
		each[i] = strings.TrimSpace(a.Name + " " + comparisonWords[a.Comparison] + " " + a.Value)
	}
	return alternatives(each)
}

// comparisonWords are comparisons as one reads them.
var comparisonWords = map[string]string{
	conditions.Equals: "is", conditions.NotEquals: "is not", conditions.Contains: "contains", conditions.Greater: "is more than",
	conditions.Less: "is less than", conditions.Exists: "is known", conditions.Missing: "is not known",
}

// Of a list a prompt names so many entries, of so many bytes together: decide judges by all.
const (
	mostInWords  = 10
	longestWords = 400
)

// anyOf lists alternatives in quotes.
func anyOf(list []string) string {
	quoted := make([]string, len(list))
	for i, s := range list {
		quoted[i] = "“" + strings.Join(strings.Fields(s), " ") + "”"
	}
	return alternatives(quoted)
}

// alternatives lists them as far as there is room, at least one.
func alternatives(list []string) string {
	n, size := 0, 0
	for n < len(list) && n < mostInWords && (n == 0 || size+len(list[n]) <= longestWords) {
		size += len(list[n])
		n++
	}
	all := strings.Join(list[:n], " or ")
	if n < len(list) {
		all += fmt.Sprintf(" or one of %d more", len(list)-n)
	}
	return all
}
