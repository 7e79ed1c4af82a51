package words

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

var (
	hole   = regexp.MustCompile(`\{\w+\}`)
	markup = regexp.MustCompile(`<\w|</|&#?\w+;|\\[nrt]`)
)

// number is the hole that a form for one thing may leave out or have.
const number = "{n}"

// faults tells what is wrong with one row, whose English is known.
func faults(r Row, e Entry, english string) []string {
	var wrong []string
	say := func(format string, args ...any) {
		wrong = append(wrong, fmt.Sprintf("line %d: %s: ", r.Line, name(r.Key, r.Form))+fmt.Sprintf(format, args...))
	}
	if (r.Text == "") != (english == "") {
		say("the text is %q, and %q in English", r.Text, english)
	}
	if (r.Back == "") != (r.Text == "") {
		say("the back-translation of %q is %q", r.Text, r.Back)
	}
	if got, want := holes(r.Text, r.Form), holes(english, r.Form); !slices.Equal(got, want) {
		say("it has the holes %v, and %v in English", got, want)
	}
	if r.Form != "" && r.Form != Other && strings.Contains(r.Text, number) && !strings.Contains(e.Forms[len(e.Forms)-1].Text, number) {
		say("it has the hole %s, which is not in English", number)
	}
	for _, text := range []string{r.Text, r.Back} {
		if strings.TrimSpace(text) != text || strings.ContainsFunc(text, unicode.IsControl) {
			say("there is space around %q, or what cannot be seen in it", text)
		}
		if found := markup.FindString(text); found != "" {
			say("%q looks like markup: texts are shown as they are", found)
		}
	}
	return wrong
}

// holes gives what is filled in, in order of the alphabet.
func holes(text, form string) []string {
	all := hole.FindAllString(text, -1)
	slices.Sort(all)
	all = slices.Compact(all)
	if form != "" && form != Other {
		all = slices.DeleteFunc(all, func(h string) bool { return h == number })
	}
	return all
}
