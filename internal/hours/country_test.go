package hours

import (
	"regexp"
	"strings"
	"testing"
)

func TestCountry(t *testing.T) {
	for _, c := range []struct{ zone, want string }{
		{"Asia/Kolkata", "IN"},
		{"Asia/Calcutta", "IN"},
		{"US/Eastern", "US"},
		{"America/Indianapolis", "US"},
		{"Europe/Oslo", "NO"},
		{"Europe/Kiev", "UA"},
		{"Iceland", "IS"},
		{"Atlantic/Jan_Mayen", "SJ"},
		{"America/Virgin", "VI"},
		{"UTC", ""},
		{"Etc/GMT+5", ""},
		{"EST5EDT", ""},
		{"", ""},
		{"Local", ""},
		{"Asia", ""},
		{"Asia/Kolkata\tIN\nAsia/Kuala_Lumpur", ""},
	} {
		t.Run(c.zone, func(t *testing.T) {
			if got := Country(c.zone); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// Every line is a zone that schedules may be in, so that the table and the clocks do not
// drift apart.
func TestCountriesAreOfZones(t *testing.T) {
	head, rest, _ := strings.Cut(countries, "\n")
	if want := "from release " + BuiltIn().Release() + " of the tz database"; !strings.Contains(head, want) {
		t.Errorf("the first line is %q, want it to say %q", head, want)
	}
	form := regexp.MustCompile(`^[A-Z]{2}$`)
	lines := strings.Split(strings.TrimSuffix(rest, "\n"), "\n")
	if len(lines) < 500 {
		t.Fatalf("only %d zones", len(lines))
	}
	for _, line := range lines {
		zone, country, _ := strings.Cut(line, "\t")
		if !form.MatchString(country) || Country(zone) != country {
			t.Errorf("%q is in %q, found as %q", zone, country, Country(zone))
		}
		if _, err := loadZone(zone); err != nil {
			t.Errorf("%q: %v", zone, err)
		}
	}
}
