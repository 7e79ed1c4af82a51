package phone

import (
	_ "embed" // of the plans
	"slices"
	"strconv"
	"strings"
	"sync"
)

//go:embed plans.tsv
var plansTSV string

// plan is how telephone numbers of a country look.
type plan struct {
	code    string   // to call there from abroad, such as 91
	trunk   []string // before a number inside the country, such as 0; no part of E.164
	abroad  []string // before a calling code, such as 00
	lengths uint32   // bit n: a number may have n digits
}

// fits tells whether a number without prefixes may have so many digits.
func (p *plan) fits(digits string) bool { return len(digits) < 32 && p.lengths&(1<<len(digits)) != 0 }

// trunkZero tells whether the country dials a 0 before its own numbers, none of which
// begins with 0. Of Italy's numbers the 0 is a part.
func (p *plan) trunkZero() bool { return slices.Contains(p.trunk, "0") }

// plans are all countries, by ISO 3166 and by calling code. Some countries share a code;
// by it they are one whose numbers may be as long as any of theirs.
type plans struct {
	country, code map[string]*plan
}

// all reads the table once, at the first number.
var all = sync.OnceValue(func() plans {
	p := plans{map[string]*plan{}, map[string]*plan{}}
	for line := range strings.Lines(plansTSV) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		f := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		one := &plan{code: f[1], trunk: words(f[2]), abroad: words(f[3]), lengths: spans(words(f[4]))}
		p.country[f[0]] = one
		if same := p.code[one.code]; same != nil {
			same.lengths |= one.lengths
		} else {
			shared := *one
			p.code[one.code] = &shared
		}
	}
	return p
})

// words splits a list; - is none.
func words(s string) []string {
	if s == "-" {
		return nil
	}
	return strings.Fields(s)
}

// spans reads lengths such as 8 and 10-12 into bits.
func spans(list []string) (bits uint32) {
	for _, span := range list {
		first, last, found := strings.Cut(span, "-")
		from, _ := strconv.Atoi(first)
		to := from
		if found {
			to, _ = strconv.Atoi(last)
		}
		for n := from; n <= to; n++ {
			bits |= 1 << n
		}
	}
	return bits
}

// abroad finds the plan of a number that begins with a calling code. No code is the
// beginning of another.
func (p plans) abroad(digits string) *plan {
	for n := 1; n <= min(3, len(digits)); n++ {
		if found := p.code[digits[:n]]; found != nil {
			return found
		}
	}
	return nil
}
