package conditions

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Fault is what is wrong with a field of a When, such as phrases[2].
type Fault struct{ Field, Detail string }

// faults gathers them.
type faults []Fault

func (f *faults) add(field, detail string) { *f = append(*f, Fault{field, detail}) }

// Faults names every bad field of a condition at once; none means that it can be judged.
// Whether departments are there is not asked.
func (w When) Faults() []Fault {
	var bad faults
	if w.empty() {
		bad.add("", "must say when: by phrases, intents or another of its fields")
	}
	bad.phrases("phrases", w.Phrases)
	bad.phrases("unless", w.Unless)
	bad.texts("intents", w.Intents, nil)
	bad.texts("languages", w.Languages, TagFault)
	bad.texts("channels", w.Channels, oneOf(Call, Chat))
	bad.text("sentiment", w.Sentiment)
	if w.ConfidenceBelow != nil {
		bad.share("confidenceBelow", *w.ConfidenceBelow)
	}
	bad.turns("failedTurns", w.FailedTurns, 1)
	bad.turns("turnsOver", w.TurnsOver, 0)
	bad.attributes(w.Attributes)
	if w.Hours != "" {
		if detail := oneOf(Open, Closed)(w.Hours); detail != "" {
			bad.add("hours", detail)
		}
	}
	return bad
}

// empty reports whether nothing is asked for: such a condition would hold at every turn.
// Unless alone asks for nothing.
func (w When) empty() bool {
	return len(w.Phrases) == 0 && len(w.Intents) == 0 && w.Sentiment == "" && w.ConfidenceBelow == nil && w.FailedTurns == nil &&
		w.TurnsOver == nil && len(w.Attributes) == 0 && len(w.Languages) == 0 && len(w.Channels) == 0 && w.Hours == "" && w.Department == ""
}

// ShareFault is what is wrong with a share such as a threshold of confidence, or nothing.
func ShareFault(share float64) string {
	if share > 0 && share <= 1 {
		return ""
	}
	return "must be more than 0 and at most 1, such as 0.6"
}

func (f *faults) share(field string, share float64) {
	if detail := ShareFault(share); detail != "" {
		f.add(field, detail)
	}
}

func (f *faults) turns(field string, n *int, least int) {
	if n != nil && (*n < least || *n > MostTurns) {
		f.add(field, fmt.Sprintf("must be a whole number from %d to %d", least, MostTurns))
	}
}

// phrases asks that each has a word: one without would never be said, or always.
func (f *faults) phrases(field string, list []string) {
	if len(list) > MostPhrases {
		f.add(field, fmt.Sprintf("must have at most %d entries, not %d", MostPhrases, len(list)))
		return
	}
	for i, s := range list {
		if detail := PhraseFault(s); detail != "" {
			f.add(at(field, i), detail)
		}
	}
}

// PhraseFault is what is wrong with a phrase, or nothing.
func PhraseFault(s string) string {
	switch {
	case utf8.RuneCountInString(s) > LongestPhrase:
		return fmt.Sprintf("must have at most %d characters", LongestPhrase)
	case !strings.ContainsFunc(s, plainLetter) && len(compile(s).words) == 0:
		return "must have a word"
	}
	return ""
}

// plainLetter reports whether a character is in a word whatever becomes of it by folding, which
// takes long.
func plainLetter(r rune) bool { return r < 0x180 && (unicode.IsLetter(r) || unicode.IsDigit(r)) }

// texts asks that a list has no blank ones and none that check faults.
func (f *faults) texts(field string, list []string, check func(string) string) {
	if len(list) > MostValues {
		f.add(field, fmt.Sprintf("must have at most %d entries, not %d", MostValues, len(list)))
		return
	}
	for i, s := range list {
		detail := textFault(s)
		if detail == "" && check != nil {
			detail = check(s)
		}
		if detail != "" {
			f.add(at(field, i), detail)
		}
	}
}

// text asks that a text that is there is not too long.
func (f *faults) text(field, s string) {
	if s == "" {
		return
	}
	if detail := textFault(s); detail != "" {
		f.add(field, detail)
	}
}

func textFault(s string) string {
	switch {
	case strings.TrimSpace(s) == "":
		return "must not be blank"
	case utf8.RuneCountInString(s) > LongestValue:
		return fmt.Sprintf("must have at most %d characters", LongestValue)
	case strings.ContainsFunc(s, unicode.IsControl):
		return "must not hold control characters"
	}
	return ""
}

func (f *faults) attributes(list []Attribute) {
	if len(list) > MostValues {
		f.add("attributes", fmt.Sprintf("must have at most %d entries, not %d", MostValues, len(list)))
		return
	}
	for i, a := range list {
		field := at("attributes", i)
		if detail := textFault(a.Name); detail != "" {
			f.add(field+".name", detail)
		}
		if detail := oneOf(Comparisons()...)(a.Comparison); detail != "" {
			f.add(field+".comparison", detail)
		}
		if detail := a.valueFault(); detail != "" {
			f.add(field+".value", detail)
		}
	}
}

// valueFault is what is wrong with the value that an attribute is compared with.
func (a Attribute) valueFault() string {
	switch a.Comparison {
	case Exists, Missing:
		if a.Value != "" {
			return "must be empty: nothing is compared"
		}
		return ""
	case Greater, Less:
		if _, is := Number(a.Value); !is {
			return "must be a number"
		}
	}
	return textFault(a.Value)
}

// at is the path of a list's element.
func at(field string, i int) string { return fmt.Sprintf("%s[%d]", field, i) }

// oneOf names the words that are allowed.
func oneOf(allowed ...string) func(string) string {
	return func(s string) string {
		if slices.Contains(allowed, s) {
			return ""
		}
		return "must be one of " + strings.Join(allowed, ", ")
	}
}

// longestTag is how long the tag of a language may be, by BCP 47.
const longestTag = 35

// TagFault is what is wrong with the tag of a language, or nothing. Whether there is such a
// language nobody asks.
func TagFault(s string) string {
	parts := strings.Split(strings.ReplaceAll(s, "_", "-"), "-")
	fine := len(s) <= longestTag && len(parts[0]) >= 2 && len(parts[0]) <= 3
	for _, part := range parts {
		fine = fine && part != "" && len(part) <= 8 && strings.Trim(part, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == ""
	}
	if fine {
		return ""
	}
	return "must be the tag of a language by BCP 47, such as en or en-IN"
}
