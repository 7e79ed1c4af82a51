package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

const noticeBegins = `ConnectNow's human-agent backend, under the Apache License 2.0: see LICENSE.

What is deployed holds work of others: modules that the functions link, packages that the pages are
bundled of, and data. Their licences follow, each with all that is under it. make sbom writes this
file, and the versions into dist/sbom.cdx.json.
`

// dataOfOthers is what is no file of a licence: data that others gathered.
const dataOfOthers = `
The clock laws (internal/hours/zones.tz) and the countries of zones (internal/hours/country.tsv) are of the
tz database, in the public domain, by Debian's tzdata.

The prefixes and lengths of telephone numbers (internal/phone/plans.tsv) are those of libphonenumber,
Copyright The Libphonenumber Authors, under the Apache License 2.0.
`

// apache finds the text of the licence that this repository has, too, with what follows it for those who
// want to use it.
var apache = regexp.MustCompile(`(?s) *Apache License\n *Version 2\.0, January 2004.*?accepting any such warranty or additional liability\.(\s*END OF TERMS AND CONDITIONS)?(\s*APPENDIX: How to apply.*limitations under the License\.)?`)

// notice is the text of NOTICE: each licence once, below the names of all that have it. Versions are not in
// it, so that it changes only when something comes, goes or asks for something else.
func (s *shipped) notice() []byte {
	type group struct{ terms, content string }
	var order []group
	names := map[group][]string{}
	for _, p := range s.parts {
		for _, t := range p.licences {
			content := strings.TrimSpace(apache.ReplaceAllString(t.content, "[The Apache License, Version 2.0, as in LICENSE.]\n"))
			g := group{strings.Join(t.terms, " AND "), content}
			if !slices.Contains(order, g) {
				order = append(order, g)
			}
			if name := p.title(); !slices.Contains(names[g], name) {
				names[g] = append(names[g], name)
			}
		}
	}
	slices.SortStableFunc(order, func(a, b group) int { return strings.Compare(a.terms, b.terms) })
	var w strings.Builder
	w.WriteString(noticeBegins)
	for _, g := range order {
		fmt.Fprintf(&w, "\n%s\n%s\n\n", strings.Repeat("-", 100), g.terms)
		for _, name := range names[g] {
			fmt.Fprintf(&w, "  %s\n", name)
		}
		fmt.Fprintf(&w, "\n%s\n", g.content)
	}
	fmt.Fprintf(&w, "\n%s\nNotices that come with these\n", strings.Repeat("-", 100))
	for _, p := range s.parts {
		for _, t := range p.notices {
			fmt.Fprintf(&w, "\n  %s\n\n%s\n", p.title(), t.content)
		}
	}
	fmt.Fprintf(&w, "\n%s\nData\n%s", strings.Repeat("-", 100), dataOfOthers)
	return []byte(w.String())
}

// title is how a part is called in NOTICE.
func (p part) title() string {
	switch {
	case p.name == "std":
		return "Go's standard library"
	case p.from == npmPackage:
		return p.name + " (npm)"
	}
	return p.name
}
