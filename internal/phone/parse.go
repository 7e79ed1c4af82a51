package phone

import (
	"strings"
	"unicode"
)

// address is a text taken apart: what of it is a number, and how it was meant.
type address struct {
	digits string // ASCII; empty when the text is no number
	plus   bool   // it began with +
	whole  bool   // it begins with a calling code, without saying so: a messenger's name
	hidden bool
}

// messengers are endings of names that are whole numbers, and schemes before them.
var messengers = []string{"@c.us", "@s.whatsapp.net"}

// parse takes a text apart. Schemes and endings tell how the number within is meant.
func parse(sent string) address {
	s := strings.ToLower(plain(sent))
	if hiddenText(s) {
		return address{hidden: true}
	}
	whole := false
	for _, end := range messengers {
		if name, found := strings.CutSuffix(s, end); found {
			s, _, _ = strings.Cut(name, ":") // a device of it: 919800000000:12@…
			whole = true
		}
	}
	if name, found := cutScheme(s, "whatsapp", "wa", "signal"); found {
		s, whole = name, true
	}
	if name, found := cutScheme(s, "sip", "sips"); found { // hiddenText has let numbers through alone
		s, _, _ = strings.Cut(name, "@")
	}
	if name, found := cutScheme(s, "tel", "sms", "callto"); found {
		s = name
		if number, context, found := strings.Cut(s, ";phone-context=+"); found && !strings.HasPrefix(number, "+") {
			context, _, _ = strings.Cut(context, ";")
			s = "+" + context + " " + number
		}
	}
	a := number(s)
	a.whole = whole
	return a
}

// cutScheme cuts one of the schemes and its colon.
func cutScheme(s string, schemes ...string) (rest string, found bool) {
	scheme, rest, found := strings.Cut(s, ":")
	if found {
		for _, one := range schemes {
			if strings.TrimSpace(scheme) == one {
				return strings.TrimSpace(rest), true
			}
		}
	}
	return s, false
}

// plain brings a text to ASCII where that is certain: digits of all scripts, wide signs,
// every kind of blank and dash. What shows nothing goes.
func plain(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		switch {
		case r <= unicode.MaxASCII && r >= ' ':
			return r
		case unicode.Is(unicode.Nd, r):
			return '0' + digit(r)
		case r == '＋' || r == '﹢' || r == '⁺':
			return '+'
		case unicode.In(r, unicode.Pd) || r == '−':
			return '-'
		case unicode.IsSpace(r):
			return ' '
		case unicode.In(r, unicode.Cf, unicode.Cc, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point):
			return -1
		case r == '（':
			return '('
		case r == '）':
			return ')'
		case r == '．' || r == '·' || r == '•':
			return '.'
		case r == '／':
			return '/'
		}
		return r
	}, s))
}

// digit is the value of a digit of any script. Unicode has them in tens, in order, and no
// run of them begins elsewhere than at a 0.
func digit(r rune) rune {
	for _, table := range unicode.Nd.R16 {
		if rune(table.Lo) <= r && r <= rune(table.Hi) {
			return (r - rune(table.Lo)) % 10
		}
	}
	for _, table := range unicode.Nd.R32 {
		if rune(table.Lo) <= r && r <= rune(table.Hi) {
			return (r - rune(table.Lo)) % 10
		}
	}
	return 0
}

// number reads digits and what is written between them. Any other sign, and all letters,
// make it no number: words that stand for digits are guesses.
func number(s string) (a address) {
	s = withoutExtension(s)
	if s = strings.TrimLeft(s, "( "); strings.HasPrefix(s, "+") {
		a.plus = true
		s = strings.ReplaceAll(strings.ReplaceAll(s[1:], "( 0 )", ""), "(0)", "") // said for those at home
	}
	var b strings.Builder
	for _, c := range []byte(s) {
		switch {
		case c >= '0' && c <= '9':
			b.WriteByte(c)
		case strings.IndexByte(" ()-./[]", c) < 0:
			return address{}
		}
	}
	a.digits = b.String()
	return a
}

// extensions are what stands before an extension, the longer ones first.
var extensions = []string{";ext=", "extension", "extn", "ext", "x", "#", ",", ";"}

// withoutExtension cuts what is dialled after someone has answered. It stays whole where
// no digits alone follow, and is then no number.
func withoutExtension(s string) string {
	for _, sign := range extensions {
		before, after, found := strings.Cut(s, sign)
		if !found {
			continue
		}
		after = strings.TrimLeft(after, " .:=,;#")
		if before == "" || len(after) > fewest || strings.Trim(after, "0123456789") != "" {
			return s
		}
		return strings.TrimSpace(before)
	}
	return s
}
