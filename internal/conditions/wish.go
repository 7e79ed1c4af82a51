package conditions

import (
	_ "embed"
	"strings"
	"sync"
)

// wishes.txt has how people ask for a person. See its head for its form.
//
//go:embed wishes.txt
var wishesText string

// Languages are those in which a wish for a person is known.
func Languages() []string { return []string{"en", "hi", "es", "pt", "fr", "de", "ar", "id"} }

// wishes is compiled when somebody first asks.
var wishes = sync.OnceValue(func() (w struct {
	index *Index            // a list for each language, in the order of Languages
	whole []map[string]bool // what is a wish where nothing else is said
}) {
	lists, whole := readWishes()
	all := make([][]string, len(Languages()))
	w.whole = make([]map[string]bool, len(Languages()))
	for i, language := range Languages() {
		all[i] = lists[language]
		w.whole[i] = map[string]bool{}
		for _, s := range whole[language] {
			w.whole[i][strings.Join(Split(s), " ")] = true
		}
	}
	w.index = NewIndex(all...)
	return w
})

// readWishes takes the table apart: by language phrases, and what is a wish by itself.
func readWishes() (phrases, whole map[string][]string) {
	phrases, whole = map[string][]string{}, map[string][]string{}
	language, named := "", map[string]string{}
	for line := range strings.SplitSeq(wishesText, "\n") {
		line = strings.TrimSpace(line)
		switch {
		case line == "" || strings.HasPrefix(line, "#"):
		case strings.HasPrefix(line, "[language "):
			language = strings.TrimSuffix(strings.TrimPrefix(line, "[language "), "]")
		case strings.HasPrefix(line, "@"):
			name, list, _ := strings.Cut(line, " = ")
			named[name] = list
		case strings.HasPrefix(line, "="):
			whole[language] = append(whole[language], expand(line[1:])...)
		default:
			for name, list := range named {
				line = strings.ReplaceAll(line, name, list)
			}
			phrases[language] = append(phrases[language], expand(line)...)
		}
	}
	return phrases, whole
}

// expand writes out alternatives: "(talk|speak) to" is two phrases.
func expand(s string) []string {
	before, rest, found := strings.Cut(s, "(")
	if !found {
		return []string{s}
	}
	choices, after, _ := strings.Cut(rest, ")")
	var all []string
	for _, end := range expand(after) {
		for choice := range strings.SplitSeq(choices, "|") {
			all = append(all, before+choice+end)
		}
	}
	return all
}

// Wish finds the words by which a customer asks for a person, folded; empty where there are
// none in these languages. No languages are all that are known.
func Wish(message string, languages []string) string {
	return wish(folded(judged(message)), languages)
}

func wish(s said, languages []string) string {
	w := wishes()
	var found Found
	whole := ""
	if len(s.words) > 0 && len(s.words) <= mostWhole {
		parts := make([]string, len(s.words))
		for i := range s.words {
			parts[i] = s.words[i].text
		}
		whole = strings.Join(parts, " ")
	}
	for i, language := range Languages() {
		if !among(languages, language) {
			continue
		}
		if whole != "" && w.whole[i][whole] {
			return whole
		}
		if found == nil {
			found = w.index.find(s)
		}
		if found[i] != "" {
			return found[i]
		}
	}
	return ""
}

// mostWhole is how many words a message has at most that is looked up whole.
const mostWhole = 6

func among(languages []string, language string) bool {
	if len(languages) == 0 {
		return true
	}
	for _, l := range languages {
		if base(l) == language {
			return true
		}
	}
	return false
}
