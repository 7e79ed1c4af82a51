package phone

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/nyaruka/phonenumbers"
)

// deliberate are forms of which the oracle makes a number that we do not, or another, by
// country and form; a star is every country.
var deliberate = map[string]string{
	"DE no plus":    "the oracle reads 49 15… as an area, and adds another 49",
	"ID no plus":    "62 stands before it already",
	"SE no plus":    "46 stands before it already",
	"XK no plus":    "383 stands before it already",
	"HK abroad 009": "009 85… can be 00 98…, Iran, which is dialled so from everywhere",
}

// forms are how people and machines write one number.
func forms(n *phonenumbers.PhoneNumber, home *plan) map[string]string {
	e164 := phonenumbers.Format(n, phonenumbers.E164)
	all := map[string]string{
		"e164":          e164,
		"international": phonenumbers.Format(n, phonenumbers.INTERNATIONAL),
		"rfc3966":       phonenumbers.Format(n, phonenumbers.RFC3966),
		"national":      phonenumbers.Format(n, phonenumbers.NATIONAL),
		"significant":   phonenumbers.GetNationalSignificantNumber(n),
		"no plus":       e164[1:],
	}
	for _, prefix := range home.abroad {
		all["abroad "+prefix] = prefix + " " + e164[1:]
	}
	return all
}

// examples are numbers of each kind that customers call from, and some beside each: the
// same with other last digits.
func examples(country string) (list []*phonenumbers.PhoneNumber) {
	for _, kind := range []phonenumbers.PhoneNumberType{phonenumbers.FIXED_LINE, phonenumbers.MOBILE} {
		one := phonenumbers.GetExampleNumberForType(country, kind)
		if one == nil {
			continue
		}
		e164 := phonenumbers.Format(one, phonenumbers.E164)
		for i := range 20 {
			text := e164[:len(e164)-2] + fmt.Sprintf("%02d", i*37%100)
			if n, err := phonenumbers.Parse(text, ""); err == nil && phonenumbers.IsValidNumber(n) {
				list = append(list, n)
			}
		}
	}
	return list
}

// What the oracle finds valid we read as the oracle does, but for what is deliberate.
func TestReadAsOracle(t *testing.T) {
	compared := 0
	different := map[string][]string{}
	for i, country := range slices.Sorted(maps.Keys(phonenumbers.GetSupportedRegions())) {
		home := all().country[country]
		if home == nil {
			t.Errorf("%s has no plan", country)
			continue
		}
		if testing.Short() && i%8 != 0 {
			continue
		}
		for _, n := range examples(country) {
			for form, text := range forms(n, home) {
				oracle, err := phonenumbers.Parse(text, country)
				if err != nil || !phonenumbers.IsValidNumber(oracle) {
					continue
				}
				compared++
				want := phonenumbers.Format(oracle, phonenumbers.E164)
				if got, _ := Read(text, country); got != want {
					key := country + " " + form
					different[key] = append(different[key], fmt.Sprintf("%q: got %q, want %q", text, got, want))
				}
			}
		}
	}
	for _, key := range slices.Sorted(maps.Keys(different)) {
		if deliberate[key] == "" {
			t.Errorf("%s: %s (%d such)", key, different[key][0], len(different[key]))
		}
	}
	t.Logf("%d texts compared", compared)
	if testing.Short() {
		return
	}
	for key := range deliberate {
		if different[key] == nil {
			t.Errorf("%s is no difference any more", key)
		}
	}
	if compared < 30_000 {
		t.Error("too few")
	}
}
