package passwords

import (
	"strings"
	"testing"
)

func TestCheck(t *testing.T) {
	for _, c := range []struct {
		name, password string
		wrong          []string // words of what is said of it
	}{
		{"the sandbox's", "Sandbox-Owner-1", nil},
		{"the shortest", "Abcdefghi1", nil},
		{"spaces between", "correct Horse 4 battery", nil},
		{"most signs", `^$*.[]{}()?"!@#%&/\,><':;1aA`, nil},
		{"the other signs", "|_~`=+-1aA", nil},
		{"the longest", strings.Repeat("aA1-", 64), nil},
		{"too long", strings.Repeat("aA1-", 64) + "a", []string{"at most 256"}},
		{"too short", "Abcdefgh1", []string{"at least 10"}},
		{"no lower-case letter", "ABCDEFGHI1", []string{"lower-case"}},
		{"no upper-case letter", "abcdefghi1", []string{"upper-case"}},
		{"no digit", "Abcdefghij", []string{"digit"}},
		{"empty", "", []string{"at least 10", "lower-case", "upper-case", "digit"}},
		{"spaces alone", "            ", []string{"lower-case", "upper-case", "digit", "begin nor end"}},
		{"a space before", " Abcdefghi1", []string{"begin nor end"}},
		{"a space behind", "Abcdefghi1 ", []string{"begin nor end"}},
		{"a line break", "Abcdefghi1\n", []string{"no characters but"}},
		{"an umlaut beside the rest", "Abcdefghi1ü", []string{"no characters but"}},
		{"no text", "Abcdefghi1\xff", []string{"no characters but"}},
		{"letters and digits of elsewhere", "ÄBCDÉFGHÏß१", []string{"lower-case", "digit", "no characters but"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := Check(c.password)
			same := len(got) == len(c.wrong)
			for i := range c.wrong {
				same = same && strings.Contains(got[i], c.wrong[i])
			}
			if !same {
				t.Errorf("Check(%q) = %q, want %q", c.password, got, c.wrong)
			}
		})
	}
}
