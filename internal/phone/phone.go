package phone

import "strings"

// E.164 has at most 15 digits. With fewer than 7, the country's among them, nobody can be
// called: such numbers are extensions and signs of a hidden one.
const (
	fewest = 7
	most   = 15
)

// longestSent is how many bytes a number has at most as it is written, with all that stands
// between its digits.
const longestSent = 1000

// Read gives a number's E.164, which is empty when it is not certain. The country, by ISO
// 3166, is where national numbers are from; without one they are not certain. Hidden
// reports a caller who has no number to call back: it is then no mistake of the sender.
func Read(sent, country string) (e164 string, hidden bool) {
	if len(sent) > longestSent {
		return "", false
	}
	a := parse(sent)
	if a.hidden || a.plus && hiddenNumbers[a.digits] {
		return "", true
	}
	if a.digits == "" {
		return "", false
	}
	home := all().country[strings.ToUpper(country)]
	if e164 = a.resolve(home); e164 != "" {
		return e164, false
	}
	return "", len(a.digits) < fewest && (a.plus || home == nil || len(home.code)+len(a.digits) < fewest)
}

// resolve decides what the digits begin with: a calling code, a prefix to dial abroad, or
// neither.
func (a *address) resolve(home *plan) string {
	switch d := a.digits; {
	case a.plus && !strings.HasPrefix(d, "0"):
		return abroad(d)
	case a.plus && strings.HasPrefix(d, "00"), a.whole:
		return abroad(strings.TrimPrefix(d, "00"))
	case a.plus: // +0: someone put a plus before a number as it is dialled at home
		if e164 := national(d, home); e164 != "" {
			return e164
		}
		return abroad(d[1:])
	}
	if e164 := dialled(a.digits, home); e164 != "" {
		return e164
	}
	return national(a.digits, home)
}

// abroad is a number that begins with a calling code. Its length is not judged beyond
// that of any number: the sender has said what it is, and plans change.
func abroad(digits string) string {
	if len(digits) < fewest || len(digits) > most || all().abroad(digits) == nil {
		return ""
	}
	return "+" + digits
}

// dialled is a number behind a prefix to dial abroad: the country's own, or 00. Some
// countries have several, one the beginning of another, so that the lengths must decide.
func dialled(digits string, home *plan) string {
	prefixes := []string{"00"}
	if home != nil {
		prefixes = append(append([]string{}, home.abroad...), "00")
	}
	for _, prefix := range prefixes {
		rest, found := strings.CutPrefix(digits, prefix)
		if !found {
			continue
		}
		if p := all().abroad(rest); p != nil && p.fits(rest[len(p.code):]) {
			return abroad(rest)
		}
	}
	return ""
}

// national is a number as it is written inside a country: with its trunk prefix, without
// it, or with the country's own code and no plus.
func national(digits string, home *plan) string {
	if home == nil {
		return ""
	}
	for _, trunk := range home.trunk {
		if rest, found := strings.CutPrefix(digits, trunk); found && home.fits(rest) {
			return abroad(home.code + rest)
		}
	}
	rest, found := strings.CutPrefix(digits, home.code)
	switch {
	case found && home.fits(rest) && !italianMobile(home, digits):
		return abroad(digits)
	case home.fits(digits) && !(home.trunkZero() && digits[0] == '0'):
		return abroad(home.code + digits)
	}
	return ""
}

// italianMobile tells 393 123 4567 from a number behind Italy's code, which is 39 as well.
// Elsewhere a number that can be read in both ways is one with the code: where a trunk
// prefix is dialled people write it, and the others have few numbers that begin so.
func italianMobile(home *plan, digits string) bool {
	return home.code == "39" && len(digits) <= 10 && !strings.HasPrefix(digits, "390")
}

// Join gives the form of E.164 in which numbers are compared, and which nobody dials: what
// two networks write of one telephone becomes the same. Mexico's mobiles had a 1 behind
// the country's code and Argentina's have a 9 from abroad; and a 0 that is dialled inside
// a country is often left behind its code. Where the 0 is a part of the number, as in
// Italy, it stays.
func Join(e164 string) string {
	digits, found := strings.CutPrefix(e164, "+")
	if !found {
		return e164
	}
	p := all().abroad(digits)
	if p == nil {
		return e164
	}
	rest := digits[len(p.code):]
	if p.trunkZero() {
		rest = strings.TrimLeft(rest, "0")
	}
	const local = 10 // digits, in both countries
	if len(rest) == local+1 && (p.code == "52" && rest[0] == '1' || p.code == "54" && rest[0] == '9') {
		rest = rest[1:]
	}
	return "+" + p.code + rest
}
