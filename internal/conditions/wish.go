package conditions

import (
	_ "embed"
	"slices"
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
	patterns map[string][]ofLanguage    // by the first word of what they match
	whole    map[string]map[string]bool // by language what is a wish where nothing else is said
}) {
	w.patterns, w.whole = map[string][]ofLanguage{}, map[string]map[string]bool{}
	language, named := "", map[string]string{}
	for line := range strings.SplitSeq(wishesText, "\n") {
		line = strings.TrimSpace(line)
		switch {
		case line == "" || strings.HasPrefix(line, "#"):
		case strings.HasPrefix(line, "[language "):
			language, named = strings.TrimSuffix(strings.TrimPrefix(line, "[language "), "]"), map[string]string{}
			w.whole[language] = map[string]bool{}
		case strings.HasPrefix(line, "@"):
			name, list, _ := strings.Cut(line, " = ")
			named[name] = list
		case strings.HasPrefix(line, "="):
			for alone := range strings.SplitSeq(strings.Trim(line, "=()"), "|") {
				w.whole[language][strings.Join(Split(alone), " ")] = true
			}
		default:
			for name, list := range named {
				line = strings.ReplaceAll(line, name, list)
			}
			p := readPattern(line)
			for _, first := range p.begins() {
				w.patterns[first] = append(w.patterns[first], ofLanguage{language, p})
			}
		}
	}
	return w
})

// ofLanguage is a pattern with its language.
type ofLanguage struct {
	language string
	pattern  pattern
}

// Wish finds the words by which a customer asks for a person, folded; empty where there are
// none in these languages. No languages are all that are known.
func Wish(message string, languages []string) string {
	return wish(folded(judged(message)), languages)
}

func wish(s said, languages []string) string {
	w := wishes()
	if all := s.whole(); all != "" {
		for language, whole := range w.whole {
			if whole[all] && among(languages, language) {
				return all
			}
		}
	}
	for i := range s.words {
		for _, p := range w.patterns[s.words[i].text] {
			if !among(languages, p.language) {
				continue
			}
			if end := p.pattern.match(s.words, i); end > i {
				return s.folded[s.words[i].start:s.words[end-1].end]
			}
		}
	}
	return ""
}

// mostWhole is how many words a message has at most that is looked up whole.
const mostWhole = 6

// whole is a short message as one text; empty for a longer one.
func (s said) whole() string {
	if len(s.words) > mostWhole {
		return ""
	}
	parts := make([]string, len(s.words))
	for i := range s.words {
		parts[i] = s.words[i].text
	}
	return strings.Join(parts, " ")
}

// among reports whether a language is one of those that an account has.
func among(languages []string, language string) bool {
	return len(languages) == 0 || slices.ContainsFunc(languages, func(l string) bool { return Base(l) == language })
}
