package hours

import (
	_ "embed" // of the table
	"strings"
)

// countries has a line for each zone of zone.tab and each of its older names: the zone, a
// tab, the country.
//
//go:embed country.tsv
var countries string

// Country is where a time zone is, as ISO 3166 writes it: IN for Asia/Kolkata and for
// Asia/Calcutta. It is empty for a zone of no country, such as UTC, and for what is no zone.
//
// One search of 12 KB costs less than a map that every cold start would build.
func Country(zone string) string {
	if !zoneName(zone) {
		return ""
	}
	_, rest, found := strings.Cut(countries, "\n"+zone+"\t")
	if !found {
		return ""
	}
	country, _, _ := strings.Cut(rest, "\n")
	return country
}
