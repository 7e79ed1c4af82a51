package api

import (
	"regexp"
	"strings"
	"testing"
)

// TestForms holds the forms against the regular expressions that the contract gives for
// them.
func TestForms(t *testing.T) {
	var texts []string
	for _, prefix := range []string{"", "mem_", "dep_", "MEM_", "dep", "+", "+0", "+1"} {
		for _, part := range []string{"a", "Z", "0", "7", "9", "_", "-", ".", ":", "é", "\n", " ", "+", "/", "@", "[", "`", "{"} {
			for _, n := range []int{0, 1, 6, 7, 8, 11, 12, 13, 14, 15, 16, 64, 65, 128, 129} {
				same := strings.Repeat(part, n)
				texts = append(texts, prefix+same, prefix+same+"\n", prefix+"a"+same+"2")
			}
		}
	}
	texts = append(texts, "en", "en-IN", "zh-Hans", "zh-hans-cn", "es-419", "de-CH-1996", "sl-rozaj-biske", "en_IN", "e", "engl", "en-", "-en",
		"en--IN", "en-IN-Hans", "en-I1", "en-1234x", "de-x996", "\u212Aa", "en-IN\n")
	for _, c := range []struct {
		name, expression string
		matches          func(string) bool
	}{
		{"reference", `^[A-Za-z0-9._:-]{1,128}$`, tokenForm.matches},
		{"id in a path", `^mem_[a-z2-7]{12}$`, shapes["members"].matches},
		{"language", `^[A-Za-z]{2,3}(-[A-Za-z]{4})?(-([A-Za-z]{2}|[0-9]{3}))?(-([A-Za-z0-9]{5,8}|[0-9][A-Za-z0-9]{3}))*$`,
			func(s string) bool { _, ok := languageTag(s); return ok }},
		{"id in a body", `^dep_[A-Za-z0-9_-]{1,64}$`, func(s string) bool { return checkID("dep")(s) == "" }},
	} {
		t.Run(c.name, func(t *testing.T) {
			want := regexp.MustCompile(c.expression)
			matched := 0
			for _, s := range texts {
				if got := c.matches(s); got != want.MatchString(s) {
					t.Errorf("%q is of the form %s: %v", s, c.expression, got)
				}
				if want.MatchString(s) {
					matched++
				}
			}
			if matched == 0 {
				t.Errorf("no text is of the form %s", c.expression)
			}
		})
	}
}
