package conditions

import (
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Signals are what an assistant tells about a conversation. All are optional.
type Signals struct {
	InteractionID string
	// Message is the newest that the customer wrote or said, and At when that was, in Unix
	// milliseconds; 0 where it was not told.
	Message string
	At      int64
	// WantsPerson is the assistant's own finding that the customer wishes for a person.
	WantsPerson bool
	Confidence  *float64 // 0 to 1
	Intent      string
	Sentiment   string
	FailedTurns *int // how often the assistant did not understand
	Turns       *int // how often the customer has spoken
	Attributes  map[string]string
	Language    string // BCP 47, also with an underscore
	Channel     string // call or chat; empty: nobody told, which is taken for a chat, as escalate does
	// Department is the department that is asked for, by its id once the desk has looked; before
	// it may be a name. OtherDepartment counts where the first is none.
	Department, OtherDepartment string
}

// longestJudged is how many bytes of a message are judged. Of a longer one, which is a
// document rather than something said, these are its two ends.
const longestJudged = 64 << 10

// judged is the part of a message that is judged.
func judged(message string) string {
	if len(message) <= longestJudged {
		return message
	}
	head, tail := longestJudged/2, len(message)-longestJudged/2
	for !utf8.RuneStart(message[head]) {
		head--
	}
	for !utf8.RuneStart(message[tail]) {
		tail++
	}
	return message[:head] + "\n" + message[tail:]
}

// Share reads how sure an assistant is: 0.87, 87, "87%" and "0,87" are the same. Nothing is
// made of what is no number, negative, or more than all.
func Share(s string) (share float64, is bool) {
	s = strings.TrimSpace(Fold(s)) // digits of other scripts, too
	percent := strings.ContainsAny(s, "%٪")
	s = strings.TrimSpace(strings.Trim(s, "%٪ "))
	share, is = Number(s)
	if !is || share < 0 {
		return 0, false
	}
	if percent || share > 1 {
		share /= 100
	}
	return share, share <= 1
}

// Number reads a number as people write it: with a point or, where there is one alone, a
// comma before its fraction.
func Number(s string) (float64, bool) {
	s = strings.NewReplacer("٫", ".", "٬", "", "\u2212", "-").Replace(strings.TrimSpace(Fold(s)))
	if strings.Count(s, ",") == 1 && !strings.Contains(s, ".") {
		s = strings.Replace(s, ",", ".", 1)
	}
	if strings.Trim(s, "+-.0123456789e") != "" {
		return 0, false // neither words nor the hexadecimal forms that programs know
	}
	f, err := strconv.ParseFloat(s, 64)
	return f, err == nil && !math.IsInf(f, 0)
}

// key is how words of machines are compared: ReturnOrder, return_order and "return order"
// are one intent.
func key(s string) string { return strings.Join(Split(s), "") }

// Base is the language of a tag, without script and region.
func Base(tag string) string {
	b, _, _ := strings.Cut(plainTag(tag), "-")
	return b
}

func plainTag(tag string) string {
	return strings.ToLower(strings.ReplaceAll(strings.TrimSpace(tag), "_", "-"))
}

// speaks reports whether a tag is of a language or, where that names a region or script, of it.
func speaks(tag, language string) bool {
	tag, language = plainTag(tag), plainTag(language)
	return tag == language || strings.HasPrefix(tag, language+"-")
}
