package api

import "strings"

// longestLanguage is how long a language tag may be, by BCP 47.
const longestLanguage = 35

// language reads the tag of a language by BCP 47, such as en-IN or zh-Hans, and gives it in
// the case that is usual. Empty is none of one's own.
func (o *object) language(name string, n need) string {
	s := o.anyText(name, longestLanguage, n)
	tag, ok := languageTag(s)
	if s != "" && !ok {
		o.bad(name, "must be the tag of a language by BCP 47, such as en-IN, or empty")
		return ""
	}
	return tag
}

// The parts of a tag behind the language, in their order.
var (
	scriptForm  = form{"", 4, 4, letters}
	countryForm = form{"", 2, 2, letters}
	areaForm    = form{"", 3, 3, digits}
	variantForm = form{"", 5, 8, letters + digits}
	yearForm    = form{"", 4, 4, letters + digits} // of a variant such as 1996
)

// languageTag brings a tag of language, script, region and variants into the usual case; it
// is false for all else. Whether there is such a language nobody asks: lists of them age,
// and golang.org/x/text/language would put its tables into every function.
func languageTag(s string) (string, bool) {
	if strings.Trim(s, letters+digits+"-") != "" { // before the case: the Kelvin sign has one
		return "", false
	}
	parts := strings.Split(strings.ToLower(s), "-")
	if !(&form{"", 2, 3, letters}).matches(parts[0]) {
		return "", false
	}
	i := 1
	if i < len(parts) && scriptForm.matches(parts[i]) {
		parts[i] = strings.ToUpper(parts[i][:1]) + parts[i][1:]
		i++
	}
	if i < len(parts) && (countryForm.matches(parts[i]) || areaForm.matches(parts[i])) {
		parts[i] = strings.ToUpper(parts[i])
		i++
	}
	for _, variant := range parts[i:] {
		year := yearForm.matches(variant) && strings.Contains(digits, variant[:1])
		if !year && !variantForm.matches(variant) {
			return "", false
		}
	}
	return strings.Join(parts, "-"), true
}
