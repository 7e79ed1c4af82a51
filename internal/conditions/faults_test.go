package conditions_test

import (
	"strings"
	"testing"

	"github.com/connectnow/backend/internal/conditions"
)

func TestTagFault(t *testing.T) {
	for _, c := range []struct {
		tag  string
		fine bool
	}{
		{"en", true}, {"en-IN", true}, {"en_IN", true}, {"zh-Hans-CN", true}, {"de-CH-1996", true}, {"fil", true}, {"EN", true},
		{"", false}, {"e", false}, {"english", false}, {"en-", false}, {"-en", false}, {" en", false}, {"en IN", false}, {"é!", false},
		{"\u212aa", false}, // the Kelvin sign, whose lower case is a k
		{"en-abcdefghi", false}, {"en" + strings.Repeat("-a1", 12), false},
	} {
		t.Run(c.tag, func(t *testing.T) {
			if fault := conditions.TagFault(c.tag); (fault == "") != c.fine {
				t.Errorf("fault %q, want one: %t", fault, !c.fine)
			}
		})
	}
}

// What is taken for a phrase without folding it is found.
func TestPlainLettersAreWords(t *testing.T) {
	for r := range rune(0x180) {
		s := string(r)
		if conditions.PhraseFault(s) == "" && conditions.NewIndex([]string{s}).Find(s)[0] == "" {
			t.Errorf("%q is no word", s)
		}
	}
}
