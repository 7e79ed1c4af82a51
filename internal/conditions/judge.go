package conditions

import (
	"slices"

	"golang.org/x/text/unicode/norm"
)

// Rules are the conditions of an account, compiled. Many may judge by them at once.
type Rules struct {
	conditions []compiled
	phrases    *Index // lists 2i and 2i+1 are the phrases and the unless of condition i
}

// compiled is a condition with the words of machines as they are compared.
type compiled struct {
	*Condition
	intents    map[string]bool
	sentiment  string
	attributes []comparison
}

// Compile makes conditions ready to be judged by. It takes some milliseconds for a thousand
// phrases.
func Compile(list []Condition) *Rules {
	r := &Rules{conditions: make([]compiled, len(list))}
	lists := make([][]string, 0, 2*len(list))
	for i := range list {
		c := compiled{Condition: &list[i], intents: map[string]bool{}, sentiment: key(list[i].When.Sentiment)}
		for _, s := range c.When.Intents {
			c.intents[key(s)] = true
		}
		for _, a := range c.When.Attributes {
			c.attributes = append(c.attributes, comparison{a.Comparison, a.Name, key(a.Name), valueOf(a.Value)})
		}
		r.conditions[i] = c
		lists = append(lists, c.When.Phrases, c.When.Unless)
	}
	r.phrases = NewIndex(lists...)
	return r
}

// Rule names what decided.
type Rule string

// The rules, in the order in which they are asked. RuleOff and RulePeopleAtIt are the desk's,
// which knows what goes on.
const (
	RuleOff        Rule = "off"          // the assistant is switched off
	RulePeopleAtIt Rule = "people_at_it" // an escalation of the interaction is open
	RuleWish       Rule = "wish"         // the customer wishes for a person
	RuleHandedBack Rule = "handed_back"  // nothing was said since people gave the customer back
	RuleConfidence Rule = "confidence"   // the assistant is not sure enough
	RuleCondition  Rule = "condition"    // one of the owner's conditions
	RuleNone       Rule = "none"
)

// Verdict is whether a customer should be handed to people, and why.
type Verdict struct {
	Escalate  bool
	Rule      Rule
	Condition *Condition // of RuleCondition
	Matched   string     // the customer's words that decided, folded; empty where none did
}

// Facts are what is known beside the signals.
type Facts struct {
	// Threshold is how sure the assistant must be; nil asks nothing.
	Threshold *float64
	// Languages are those in whose words customers ask for a person, by BCP 47; none is all
	// that are known.
	Languages []string
	// HandedBack is when people gave the customer back to the assistant, in Unix milliseconds;
	// 0: they did not.
	HandedBack int64
	// Open reports whether a department, or with an empty one the account, has business hours
	// now. It is asked only where all else of a condition holds.
	Open func(departmentID string) (bool, error)
}

// Judge gives the verdict on signals.
func (r *Rules) Judge(s Signals, f Facts) (Verdict, error) {
	if s.WantsPerson {
		return Verdict{Escalate: true, Rule: RuleWish, Matched: shown(Wish(s.Message, f.Languages))}, nil
	}
	if s.before(f.HandedBack) {
		return Verdict{Rule: RuleHandedBack}, nil
	}
	text := folded(judged(s.Message))
	if words := wish(text, f.Languages); words != "" {
		return Verdict{Escalate: true, Rule: RuleWish, Matched: shown(words)}, nil
	}
	if f.Threshold != nil && s.Confidence != nil && *s.Confidence < *f.Threshold {
		return Verdict{Escalate: true, Rule: RuleConfidence}, nil
	}
	found := r.phrases.find(text)
	intent, sentiment, told := key(s.Intent), key(s.Sentiment), newTold(s.Attributes)
	for i := range r.conditions {
		c := &r.conditions[i]
		if found[2*i+1] != "" || len(c.When.Phrases) > 0 && found[2*i] == "" || !c.holds(s, intent, sentiment, told) {
			continue
		}
		if open, err := c.rightHours(s, f); err != nil || !open {
			if err != nil {
				return Verdict{}, err
			}
			continue
		}
		return Verdict{Escalate: true, Rule: RuleCondition, Condition: c.Condition, Matched: shown(found[2*i])}, nil
	}
	return Verdict{Rule: RuleNone}, nil
}

// before reports whether the newest words of the customer are older than the moment at which
// people gave the customer back: they were about what is over. Times of messages are often
// cut to seconds. Words without a time are new: a customer too many is better than one lost.
func (s Signals) before(handedBack int64) bool {
	return handedBack != 0 && s.At != 0 && s.At < handedBack-handedBack%1000
}

// shown is words as they may be shown: their characters put together again.
func shown(words string) string { return norm.NFC.String(words) }

// holds judges all but phrases and hours. Intent and sentiment are as they are compared.
func (c *compiled) holds(s Signals, intent, sentiment string, told *told) bool {
	w := &c.When
	switch {
	case len(w.Intents) > 0 && (intent == "" || !c.intents[intent]):
	case w.Sentiment != "" && sentiment != c.sentiment:
	case w.ConfidenceBelow != nil && (s.Confidence == nil || *s.Confidence >= *w.ConfidenceBelow):
	case w.FailedTurns != nil && (s.FailedTurns == nil || *s.FailedTurns < *w.FailedTurns):
	case w.TurnsOver != nil && (s.Turns == nil || *s.Turns <= *w.TurnsOver):
	case len(c.attributes) > 0 && !slices.ContainsFunc(c.attributes, told.meets):
	case len(w.Languages) > 0 && !slices.ContainsFunc(w.Languages, func(l string) bool { return speaks(s.Language, l) }):
	case len(w.Channels) > 0 && !slices.Contains(w.Channels, s.channel()):
	case w.Department != "" && w.Department != s.Department:
	default:
		return true
	}
	return false
}

// channel is the channel as escalate would take it.
func (s Signals) channel() string {
	if s.Channel == Call {
		return Call
	}
	return Chat
}

// rightHours judges the hours of the department that would be asked.
func (c *Condition) rightHours(s Signals, f Facts) (bool, error) {
	if c.When.Hours == "" {
		return true, nil
	}
	dep := c.DepartmentID
	if dep == "" {
		dep = s.Department
	}
	open, err := f.Open(dep)
	return open == (c.When.Hours == Open), err
}
