package passwords

import (
	"strings"
	"sync"
	"unicode"
)

// key is where a character lies on a keyboard: row and column. 1, q, a and z are column 0.
type key struct{ row, col int }

// keyboard is that of the United States, without and with Shift. Most functions start without it.
var keyboard = sync.OnceValue(func() map[rune]key {
	keys := map[rune]key{}
	for row, chars := range []string{"1234567890-=", "qwertyuiop[]", "asdfghjkl;'", "zxcvbnm,./", "!@#$%^&*()_+"} {
		for col, r := range chars {
			keys[r] = key{row % 4, col}
		}
	}
	return keys
})

// The letters of a Russian keyboard, by the Latin ones on the same keys.
var toRussian, toLatin = func() (*strings.Replacer, *strings.Replacer) {
	latin := []rune("qwertyuiop[]asdfghjkl;'zxcvbnm,.")
	var there, back []string
	for i, r := range []rune("йцукенгшщзхъфывапролджэячсмитьбю") {
		there = append(there, string(latin[i]), string(r))
		back = append(back, string(r), string(latin[i]))
	}
	return strings.NewReplacer(there...), strings.NewReplacer(back...)
}()

// runAt finds a row: of keys in a line (qwer, 1qaz, 123), of neighbours (qazxsw), of two
// lines at a time (1a2s3d), or of the alphabet (abcd). It is the longest that begins at i.
func runAt(s []rune, i int) int {
	return max(lineAt(s, i), walkAt(s, i), weaveAt(s, i), alphabetAt(s, i))
}

// step is how one gets from the key of s[i] to that of s[j]; false without such keys.
func step(s []rune, i, j int) (key, bool) {
	if j >= len(s) {
		return key{}, false
	}
	from, is := keyboard()[s[i]]
	to, are := keyboard()[s[j]]
	return key{to.row - from.row, to.col - from.col}, is && are
}

// near reports whether a step leads to a neighbour, or stays.
func (k key) near() bool { return -1 <= k.row && k.row <= 1 && -1 <= k.col && k.col <= 1 }

// lineAt finds four keys in a line. Three are enough where words have none: digits, whole
// columns, and the beginnings of rows.
func lineAt(s []rune, i int) int {
	first, is := step(s, i, i+1)
	if !is || first == (key{}) || !first.near() {
		return 0
	}
	n := 2
	for next, is := step(s, i+n-1, i+n); is && next == first; next, is = step(s, i+n-1, i+n) {
		n++
	}
	last := s[i+n-1]
	edge := first.row == 0 && (keyboard()[s[i]].col == 0 || keyboard()[last].col == 0)
	if n > 3 || n == 3 && (edge || first.col == 0 || unicode.IsDigit(s[i]) && unicode.IsDigit(last)) {
		return n
	}
	return 0
}

// walkAt finds six keys of which each is beside the one before.
func walkAt(s []rune, i int) int {
	n := 1
	for next, is := step(s, i+n-1, i+n); is && next.near(); next, is = step(s, i+n-1, i+n) {
		n++
	}
	if n < 6 {
		return 0
	}
	return n
}

// weaveAt finds two lines of which each has every other character, six in all: 1a2s3d.
func weaveAt(s []rune, i int) int {
	first, is := step(s, i, i+2)
	if !is || first.row != 0 || first.col != 1 && first.col != -1 {
		return 0
	}
	n := 3
	for next, is := step(s, i+n-2, i+n); is && next == first; next, is = step(s, i+n-2, i+n) {
		n++
	}
	if n < 6 {
		return 0
	}
	return n
}

// alphabetAt finds four characters that follow each other in Unicode, forwards or back.
func alphabetAt(s []rune, i int) int {
	if i+1 >= len(s) {
		return 0
	}
	first, n := s[i+1]-s[i], 1
	if first != 1 && first != -1 {
		return 0
	}
	for i+n < len(s) && s[i+n]-s[i+n-1] == first {
		n++
	}
	if n < 4 {
		return 0
	}
	return n
}
