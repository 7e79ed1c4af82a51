package desk_test

import (
	"strings"
	"testing"

	"github.com/connectnow/backend/internal/desk"
)

func TestCheckPassword(t *testing.T) {
	for password, wrong := range map[string][]string{
		"Sandbox-Owner-1":                nil,
		"Abcdefghi1":                     nil,
		"correct Horse 4 battery":        nil,
		`^$*.[]{}()?"!@#%&/\,><':;1aA`:   nil,
		"|_~`=+-1aA":                     nil,
		strings.Repeat("aA1-", 64):       nil,
		strings.Repeat("aA1-", 64) + "a": {"at most 256"},
		"Abcdefgh1":                      {"at least 10"},
		"ABCDEFGHI1":                     {"lower-case"},
		"abcdefghi1":                     {"upper-case"},
		"Abcdefghij":                     {"digit"},
		"":                               {"at least 10", "lower-case", "upper-case", "digit"},
		"            ":                   {"lower-case", "upper-case", "digit", "begin nor end"},
		" Abcdefghi1":                    {"begin nor end"},
		"Abcdefghi1 ":                    {"begin nor end"},
		"Abcdefghi1\n":                   {"no characters but"},
		"Abcdefghi1ü":                    {"no characters but"},
		"Abcdefghi1\xff":                 {"no characters but"},
		"ÄBCDÉFGHÏß१":                    {"lower-case", "digit", "no characters but"},
	} {
		got := desk.CheckPassword(password)
		same := len(got) == len(wrong)
		for i := range wrong {
			same = same && strings.Contains(got[i], wrong[i])
		}
		if !same {
			t.Errorf("CheckPassword(%q) = %q, want %q", password, got, wrong)
		}
		if err := desk.WeakPassword(password); (err == nil) != (len(wrong) == 0) {
			t.Errorf("WeakPassword(%q) = %v", password, err)
		}
	}
}
