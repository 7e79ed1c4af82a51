package conditions_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"github.com/connectnow/backend/internal/conditions"
)

// Folding twice changes nothing, whatever the character and what stands before it.
func TestFoldIsIdempotent(t *testing.T) {
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if !utf8.ValidRune(r) || r >= 0x2ffff && r < 0xe0000 || r >= 0xf0000 {
			continue
		}
		for _, s := range []string{string(r), "a" + string(r), "क" + string(r)} {
			if once := conditions.Fold(s); conditions.Fold(once) != once {
				t.Errorf("%U in %q: folded %q, and again %q", r, s, once, conditions.Fold(once))
			}
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringOf(someRune()).Draw(t, "s")
		if once := conditions.Fold(s); conditions.Fold(once) != once {
			t.Fatalf("%q: folded %q, and again %q", s, once, conditions.Fold(once))
		}
	})
}

// someRune draws characters that have something to fold.
func someRune() *rapid.Generator[rune] {
	return rapid.OneOf(rapid.Rune(), rapid.RuneFrom([]rune("aAİıßſΣςÁéøđłŁяЙё٣३ｶﾞカ゛がอำكکىیאָבּ\u0301\u0307\u0345\u064e\u0654\u093c\u200d\ufe0f👍🏽中 .'_*")))
}

// However a text is written, composed or taken apart, its words are the same.
func TestWordsAreOfEveryForm(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := strings.ToValidUTF8(rapid.StringOf(someRune()).Draw(t, "s"), "")
		want := strings.Join(conditions.Split(norm.NFD.String(s)), "|")
		for _, form := range []norm.Form{norm.NFC, norm.NFKD, norm.NFKC} {
			if got := strings.Join(conditions.Split(form.String(s)), "|"); got != want {
				t.Fatalf("%q: composed %q, taken apart %q", s, got, want)
			}
		}
	})
}

// What the index finds among many phrases is what a look at each by itself finds.
func TestIndexFindsWhatIsThere(t *testing.T) {
	some := rapid.SampledFrom([]string{"a", "ab", "abc", "b", "人", "カナ", "é", "don't"})
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(some, 0, 8).Draw(t, "text"), " ")
		var phrases []string
		for range rapid.IntRange(1, 8).Draw(t, "n") {
			p := strings.Join(rapid.SliceOfN(some, 1, 3).Draw(t, "phrase"), " ")
			phrases = append(phrases, p+rapid.SampledFrom([]string{"", "*"}).Draw(t, "star"))
		}
		lists := make([][]string, len(phrases))
		for i, p := range phrases {
			lists[i] = []string{p}
		}
		found := conditions.NewIndex(lists...).Find(text)
		for i, p := range phrases {
			if got, want := found[i] != "", naive(text, p); got != want {
				t.Fatalf("%q in %q: %v, want %v", p, text, got, want)
			}
		}
	})
}

// naive looks for one phrase, word by word.
func naive(text, phrase string) bool {
	words, want := conditions.Split(text), conditions.Split(phrase)
	for i := 0; i+len(want) <= len(words); i++ {
		all := true
		for j, w := range want {
			begins := j == len(want)-1 && strings.HasSuffix(phrase, "*") && strings.HasPrefix(words[i+j], w)
			all = all && (words[i+j] == w || begins)
		}
		if all {
			return true
		}
	}
	return false
}

func FuzzFind(f *testing.F) {
	f.Add("I want a HUMAN!!!", "human*")
	f.Add("काम ज़रूरी है", "ज़रूरी")
	f.Add("\xff\u0301*", "*")
	f.Fuzz(func(t *testing.T, text, phrase string) {
		found := conditions.NewIndex([]string{phrase}).Find(text)[0]
		if words := conditions.Split(phrase); len(words) == 0 && found != "" {
			t.Errorf("%q without a word is found in %q", phrase, text)
		}
		if conditions.PhraseFault(phrase) == "" && conditions.NewIndex([]string{phrase}).Find(phrase)[0] == "" {
			t.Errorf("%q is not found in itself", phrase)
		}
	})
}
