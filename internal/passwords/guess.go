package passwords

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/connectnow/backend/internal/names"
)

// leastLeft is how many characters must be left of a password, without what a guesser adds
// and varies first.
const leastLeft = 8

// easy reports whether a password is tried early. What is typed on a Russian keyboard that is
// switched to the other script is read as both.
func easy(password string, of []string) bool {
	folded := names.Fold(password)
	personal := wordsOf(of)
	for _, as := range []string{folded, toRussian.Replace(folded), toLatin.Replace(folded)} {
		left := cut([]rune(plain.Replace(string(reduced([]rune(as), personal)))), oneOf(personal))
		if counted(left) < leastLeft || listed(lettersOf(left)) || listed(lettersOf([]rune(plain.Replace(as)))) {
			return true
		}
	}
	return false
}

// plain undoes what looks like a letter: p@ssw0rd. As 1 stands for both, i and l are one.
var plain = strings.NewReplacer("@", "a", "4", "a", "8", "b", "3", "e", "1", "i", "!", "i", "|", "i", "l", "i", "0", "o", "5", "s", "$", "s", "7", "t", "+", "t")

// wordsOf are the words of four letters and more in the texts, the longest first, so that
// none is cut from the middle of another. Each is there as it is and in its plain form.
func wordsOf(texts []string) (words [][]rune) {
	for _, text := range texts {
		for _, word := range strings.FieldsFunc(names.Fold(text), func(r rune) bool { return !unicode.In(r, unicode.L, unicode.M) }) {
			if utf8.RuneCountInString(word) >= 4 {
				words = append(words, []rune(word), []rune(plain.Replace(word)))
			}
		}
	}
	slices.SortStableFunc(words, func(a, b []rune) int { return len(b) - len(a) })
	return words
}

// reduced takes away digits at the ends, years, rows of keys, repeats and personal words,
// until nothing of the kind is left.
func reduced(s []rune, personal [][]rune) []rune {
	for {
		before := len(s)
		s = trimDigits(s)
		s = cut(s, yearAt)
		s = cut(s, runAt)
		s = cut(s, repeatAt)
		s = cut(s, oneOf(personal))
		if len(s) == before {
			return s
		}
	}
}

// cut leaves out whatever at finds; at says how many characters from i on are to go.
func cut(s []rune, at func(s []rune, i int) int) []rune {
	var left []rune
	for i := 0; i < len(s); {
		if n := at(s, i); n > 0 {
			i += n
			continue
		}
		left = append(left, s[i])
		i++
	}
	return left
}

// oneOf finds the words.
func oneOf(words [][]rune) func(s []rune, i int) int {
	return func(s []rune, i int) int {
		for _, word := range words {
			if len(s)-i >= len(word) && slices.Equal(s[i:i+len(word)], word) {
				return len(word)
			}
		}
		return 0
	}
}

func trimDigits(s []rune) []rune {
	for len(s) > 0 && unicode.IsDigit(s[0]) {
		s = s[1:]
	}
	for len(s) > 0 && unicode.IsDigit(s[len(s)-1]) {
		s = s[:len(s)-1]
	}
	return s
}

// yearAt finds 1900 to 2099 that is no part of a longer number.
func yearAt(s []rune, i int) int {
	number := 0
	for i+number < len(s) && unicode.IsDigit(s[i+number]) {
		number++
	}
	if number != 4 || i > 0 && unicode.IsDigit(s[i-1]) {
		return 0
	}
	if century := string(s[i : i+2]); century != "19" && century != "20" {
		return 0
	}
	return number
}

// repeatAt finds what comes again at once: the second of abcabc, and two of aaa. One stays.
func repeatAt(s []rune, i int) int {
	for n := 1; n <= i && i+n <= len(s); n++ {
		if slices.Equal(s[i-n:i], s[i:i+n]) && (n > 1 || i+1 < len(s) && s[i+1] == s[i] || i > 1 && s[i-2] == s[i]) {
			return n
		}
	}
	return 0
}

// counted is how many characters are left that are more than what stands between words.
func counted(s []rune) (n int) {
	for _, r := range s {
		if !strings.ContainsRune(" -_", r) {
			n++
		}
	}
	return n
}

// lettersOf leaves out symbols, and the digits that then are at the ends.
func lettersOf(s []rune) string {
	return string(trimDigits(cut(s, func(s []rune, i int) int {
		if unicode.In(s[i], unicode.L, unicode.M, unicode.Nd) {
			return 0
		}
		return 1
	})))
}

// strange is how many letters beside words of the list make something else of them.
const strange = 4

// listed reports whether s is a word of the list or two, with three letters more at most.
func listed(s string) bool {
	for _, one := range common() {
		rest, is := without(s, one)
		if !is {
			continue
		}
		if utf8.RuneCountInString(rest) < strange {
			return true
		}
		for _, two := range common() {
			if rest, is := without(rest, two); is && utf8.RuneCountInString(rest) < strange {
				return true
			}
		}
	}
	return false
}

// without cuts the first place of word out of s.
func without(s, word string) (rest string, is bool) {
	before, after, is := strings.Cut(s, word)
	return before + after, is
}
