package passwords

import (
	"encoding/base64"
	"math/rand/v2"
	"strings"
	"testing"
)

func TestCheck(t *testing.T) {
	const (
		short   = "at least 12"
		long    = "at most 256"
		odd     = "no characters but"
		space   = "begin nor end"
		guessed = "harder to guess"
	)
	for _, c := range []struct {
		name, password string
		wrong          []string // words of what is said of it
	}{
		{"the sandbox's", "Sandbox-Owner-1", nil},
		{"one kind of characters", "violetbarnacle", nil},
		{"the shortest", "violetbarnac", nil},
		{"a phrase", "correct horse battery staple", nil},
		{"a phrase with common words", "my dragon eats love letters", nil},
		{"made by a machine", "x#9$kL!2@vQp", nil},
		{"made by a phone", "xogpoc-wiqgEd-2mywru", nil},
		{"accents", "prüfungsängste", nil},
		{"Hindi", "नीला आसमान और पतंग", nil},
		{"Chinese", "春眠不觉晓处处闻啼鸟夜来", nil},
		{"Russian", "колбаса на верёвке", nil},
		{"Arabic", "القهوة مرة جدا اليوم", nil},
		{"Persian, with a joiner", "می\u200cخواهم بروم خانه", nil},
		{"emoji", "🦊🧀🚲🌵🪁🎻🧊🦉🍐🛶🧲🪴", nil},
		{"the longest", longest(Max), nil},
		{"a line of a poem, and again", strings.Repeat("春眠不觉晓处处闻", 2), nil},
		{"too long", longest(Max + 1), []string{long}},
		{"too short", "violetbarna", []string{short}},
		{"too short once composed", "violetbarne\u0301", []string{short}},
		{"empty", "", []string{short}},
		{"a space before", " violet barnacle", []string{space}},
		{"another space behind", "violet barnacle\u3000", []string{space}},
		{"spaces alone", "            ", []string{space, guessed}},
		{"a line break", "violet\nbarnacle", []string{odd}},
		{"a character without a meaning yet", "violet\U0003fffdbarnacle", []string{odd}},
		{"no text", "violetbarnacle\xff", []string{odd}},
		{"digits", "31415926535897", []string{guessed}},
		{"a word and digits", "Password1234", []string{guessed}},
		{"a word, digits and a symbol", "Password123!", []string{guessed}},
		{"a word in disguise", "P@55w0rd!!!2026", []string{guessed}},
		{"a word in parts", "p-a-s-s-w-o-r-d", []string{guessed}},
		{"two words", "DragonSunshine7", []string{guessed}},
		{"one character", "aaaaaaaaaaaaaaaa", []string{guessed}},
		{"a repeat", "kanukanukanukanu", []string{guessed}},
		{"a row of keys", "qwertyuiopasdfgh", []string{guessed}},
		{"columns of keys", "1qaz2wsx3edc4rfv", []string{guessed}},
		{"a walk", "zaqxswcdevfr", []string{guessed}},
		{"two rows", "1a2s3d4f5g6h", []string{guessed}},
		{"the alphabet", "abcdefghijklmnop", []string{guessed}},
		{"the alphabet of elsewhere", "абвгдежзийклмн", []string{guessed}},
		{"a row of keys of elsewhere", "йцукенгшщзхъ", []string{guessed}},
		{"a word on the other keyboard", "ghjcnjgfhjkm", []string{guessed}},
		{"a year and little else", "kanu1987kanu", []string{guessed}},
	} {
		t.Run(c.name, func(t *testing.T) { want(t, Check(c.password), c.wrong) })
	}
}

// longest is a password of n characters with nothing wrong but its length.
func longest(n int) string {
	r := rand.New(rand.NewPCG(1, 2))
	var b strings.Builder
	for range n {
		b.WriteRune(rune('一' + r.IntN(20_000)))
	}
	return b.String()
}

func want(t *testing.T, got, wrong []string) {
	t.Helper()
	same := len(got) == len(wrong)
	for i := 0; same && i < len(wrong); i++ {
		same = strings.Contains(got[i], wrong[i])
	}
	if !same {
		t.Errorf("got %q, want %q", got, wrong)
	}
}

// Whatever a stranger reads on a card is no part of a password.
func TestPersonalWords(t *testing.T) {
	of := []string{"Meera", "Krishnamurthy", "meera.nair77@shoes-of-kochi.example", "Kochi Shoe Palace"}
	for _, c := range []struct {
		name, password string
		easy           bool
	}{
		{"name", "Krishnamurthy1", true},
		{"name and business", "MeeraKochiShoe!", true},
		{"name and a few letters", "krishnamurthy-abzqk", true},
		{"in disguise", "Kr1shn@murthy#99", true},
		{"e-mail", "meera.nair77@shoes", true},
		{"name, a year and more", "Meera2019abzqkkb", true},
		{"beside enough", "Meera likes violet barnacles", false},
		{"a word of three letters counts", "of violet-rag", false},
		{"none of them", "violetbarnacle", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := Check(c.password, of...); len(got) > 0 != c.easy {
				t.Errorf("Check(%q) = %q, want easy = %v", c.password, got, c.easy)
			}
			if len(Check(c.password, "", "  ", "x@y.z")) > 0 {
				t.Errorf("%q is refused to others", c.password)
			}
		})
	}
	if got := Check("Sandbox-Agent-1", "Asha", "Agent", "asha@example.com", "Sandbox"); len(got) == 0 {
		t.Error("Sandbox-Agent-1 is good for an agent of Sandbox")
	}
}

// A password is the same whatever device it is typed on.
func TestNormal(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"composed", "pru\u0308fungsa\u0308ngste", "prüfungsängste"},
		{"Hangul", "\u1112\u1161\u11ab", "한"},
		{"spaces", "a\u00a0b\u3000c\u2009d", "a b c d"},
		{"nothing else", "Ａﬁ²ſ K", "Ａﬁ²ſ K"},
		{"ASCII", "\x00\x7f aA1~", "\x00\x7f aA1~"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := Normal(c.in); got != c.want || Normal(got) != got {
				t.Errorf("Normal(%+q) = %+q, want %+q", c.in, got, c.want)
			}
		})
	}
}

// The rules are in nobody's way who has a password made: hardly one in two hundred is refused.
func TestRandomPasswordsAreGood(t *testing.T) {
	const (
		letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
		digits  = "0123456789"
	)
	for _, c := range []struct {
		name, of string
		length   int
	}{
		{"letters and digits", letters + digits, 12},
		{"small letters and digits", letters[26:] + digits, 14},
		{"all of a keyboard", letters + digits + "!@#$%^&*()-_=+[]{};:,.<>/?", 12},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, refused := rand.New(rand.NewPCG(3, 4)), 0
			for range 5_000 {
				password := make([]byte, c.length)
				for i := range password {
					password[i] = c.of[r.IntN(len(c.of))]
				}
				if len(Check(string(password), "Olivia", "Owner", "olivia@example.com")) > 0 {
					refused++
				}
			}
			if refused > 25 {
				t.Errorf("%d of 5,000 refused, want 25 at most", refused)
			}
		})
	}
}

func FuzzCheck(f *testing.F) {
	f.Add("Sandbox-Owner-1", "Olivia Owner")
	f.Add(strings.Repeat("ab", 128), "")
	f.Add("1a2s3d4f5g6h\xff\u0301", "\xff")
	f.Fuzz(func(t *testing.T, password, of string) {
		alone, with := Check(password), Check(password, of)
		if len(with) < len(alone) {
			t.Errorf("%+q is worse alone: %q, with %+q %q", password, alone, of, with)
		}
		if again := Check(Normal(password)); len(Normal(password)) > 0 && strings.Join(again, ";") != strings.Join(alone, ";") && len(alone) == 0 {
			t.Errorf("%+q is good, its normal form is not: %q", password, again)
		}
	})
}

// BenchmarkCheck is what the longest password costs, made to have the rules look everywhere.
func BenchmarkCheck(b *testing.B) {
	long := base64.RawStdEncoding.EncodeToString([]byte(longest(64)))[:Max]
	for b.Loop() {
		Check(long, "Olivia", "Owner")
	}
}
