package api

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"

	"github.com/connectnow/backend/internal/assistant"
	"github.com/connectnow/backend/internal/conditions"
	"github.com/connectnow/backend/internal/desk"
)

// getAssistant gives what the assistant goes by. It is nothing for staff: conditions tell
// when a business would rather not have its people called.
func getAssistant(ctx context.Context, q *call) (answer, error) {
	return ok(q.desk.Assistant(ctx, q.caller))
}

// putAssistant replaces all of it, from the assistant's next call on. Departments are read
// first, so that one that is not there is told together with whatever else is wrong.
func putAssistant(ctx context.Context, q *call) (answer, error) {
	if err := q.parse(); err != nil {
		return answer{}, err
	}
	departments, err := q.desk.Nameable(ctx, q.caller)
	if err != nil {
		return answer{}, err
	}
	settings, err := read(q, readAssistant(departments))
	if err != nil {
		return answer{}, err
	}
	return ok(q.desk.PutAssistant(ctx, q.caller, settings, unlessEdited[desk.Assistant](q)...))
}

// listSentences gives what customers hear as it is built in, for whoever puts their own words in
// its place.
func listSentences(context.Context, *call) (answer, error) {
	return items(desk.SaySentences(), nil)
}

// postDecide is the action decide for the box of the page, where admins try signals. They
// are read as a machine's are. The account is the caller's, whatever the body says.
func postDecide(ctx context.Context, q *call) (answer, error) {
	body, err := q.readBody()
	if err != nil {
		return answer{}, err
	}
	r, err := assistant.ReadSignals(body, q.caller.AccountID)
	if err != nil {
		return answer{}, machineError(err)
	}
	return ok(q.desk.Decide(ctx, q.caller.AccountID, r.Signals()))
}

// editedAssistant is what callers edit of the settings: not the names of departments.
func editedAssistant(v desk.Assistant) desk.Assistant {
	v.Duties, v.Conditions = slices.Clone(v.Duties), slices.Clone(v.Conditions)
	for i := range v.Duties {
		v.Duties[i].DepartmentName = nil
	}
	for i := range v.Conditions {
		v.Conditions[i].DepartmentName, v.Conditions[i].When.DepartmentName = nil, nil
	}
	return v
}

// readAssistant reads the settings. What a phrase, a comparison or a department is, is for
// the desk to say, by the same paths that are used here, such as conditions[2].name. Where a
// field has no value of its type this reader has complained already.
//
// What is left out is as in a new account: enabled, and nothing set.
func readAssistant(departments desk.Nameable) func(o *object) desk.Assistant {
	return func(o *object) desk.Assistant {
		before := o.in.bad.count
		enabled := given(o, "enabled", o.flag)
		a := desk.Assistant{
			Enabled: enabled == nil || *enabled, ConfidenceThreshold: o.share("confidenceThreshold"), Languages: o.strings("languages"),
		}
		o.each("duties", optional, func(o *object) {
			a.Duties = place(a.Duties, o.index, desk.Duty{
				ID: o.anyText("id", unlimited, optional), Title: o.anyText("title", unlimited, required),
				Description: o.anyText("description", unlimited, optional), DepartmentID: o.department(),
			})
		})
		o.each("conditions", optional, func(o *object) {
			c := conditions.Condition{
				ID: o.anyText("id", unlimited, optional), Name: o.anyText("name", unlimited, required), DepartmentID: o.department(),
			}
			o.object("when", required, func(o *object) { c.When = o.when() })
			a.Conditions = place(a.Conditions, o.index, c)
		})
		a.Words = o.ownWords()
		told := o.in.bad.since(before)
		for _, b := range a.Faults(departments) {
			if !told.covers(b.Field) && !told.parts[b.Field] {
				o.in.bad.add(b.Field, b.Detail)
			}
		}
		return a
	}
}

// department reads who is asked for. Its name comes with an answer that is sent back, and
// says nothing here.
func (o *object) department() string {
	o.anyText("departmentName", unlimited, optional)
	return o.anyText("departmentId", unlimited, optional)
}

// when reads when a condition holds.
func (o *object) when() conditions.When {
	w := conditions.When{
		Phrases: o.strings("phrases"), Unless: o.strings("unless"), Intents: o.strings("intents"),
		Sentiment: o.anyText("sentiment", unlimited, optional), ConfidenceBelow: o.share("confidenceBelow"),
		FailedTurns: o.turns("failedTurns"), TurnsOver: o.turns("turnsOver"),
		Languages: o.strings("languages"), Channels: o.strings("channels"),
		Hours: o.anyText("hours", unlimited, optional), Department: o.anyText("department", unlimited, optional),
	}
	o.each("attributes", optional, func(o *object) {
		w.Attributes = place(w.Attributes, o.index, conditions.Attribute{
			Name: o.anyText("name", unlimited, required), Comparison: o.anyText("comparison", unlimited, required),
			Value: o.scalar("value"),
		})
	})
	o.anyText("departmentName", unlimited, optional)
	return w
}

// ownWords reads the account's own sentences, by language and key.
func (o *object) ownWords() map[string]map[string]string {
	var words map[string]map[string]string
	o.object("words", optional, func(o *object) {
		words = map[string]map[string]string{}
		for language := range o.fields {
			words[language] = map[string]string{}
		}
		for language, own := range words {
			o.object(language, optional, func(o *object) {
				for key := range o.fields {
					own[key] = ""
				}
				for key := range own {
					if own[key] = o.anyText(key, unlimited, optional); own[key] == "" {
						delete(own, key) // as good as none: the built-in one
					}
				}
			})
		}
	})
	return words
}

// strings reads a list of texts; what is no text is noted.
func (o *object) strings(name string) []string {
	return o.texts(name, mostStrings, optional, func(string) string { return "" })
}

// mostStrings is far beyond what any list of the settings may have, which the desk tells.
const mostStrings = 10_000

// share reads a number such as 0.6; nil when there is none. How large it may be is for the
// desk to say.
func (o *object) share(name string) *float64 {
	v, there := o.take(name, optional)
	if !there {
		return nil
	}
	number, ok := v.(json.Number)
	if !ok {
		o.bad(name, "must be a number, not "+kind(v))
		return nil
	}
	f, err := strconv.ParseFloat(number.String(), 64)
	if err != nil {
		o.bad(name, "must be a number such as 0.6")
		return nil
	}
	return &f
}

// turns reads a whole number; nil when there is none.
func (o *object) turns(name string) *int {
	if !o.filled(name) {
		o.take(name, optional)
		return nil
	}
	before := o.in.bad.count
	n := o.integer(name, 0, conditions.MostTurns, optional)
	if o.in.bad.count > before {
		return nil
	}
	return &n
}

// scalar reads what an attribute is compared with: a text, a number, true or false.
func (o *object) scalar(name string) string {
	v, there := o.take(name, optional)
	switch v := v.(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	case bool:
		return strconv.FormatBool(v)
	}
	if there {
		o.bad(name, "must be a text or a number, not "+kind(v))
	}
	return ""
}
