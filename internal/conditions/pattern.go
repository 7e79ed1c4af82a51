package conditions

import "strings"

// pattern is a phrase with alternatives in brackets, such as "(talk|speak) (to|with) (a|)
// (person|human)": a slot for each bracket and for what stands between. Written out, some
// would be a hundred thousand phrases.
type pattern []slot

// slot is a part of a pattern: any one of its alternatives.
type slot struct {
	first map[string][]phrase // by their first word
	stars []phrase            // those whose only word is the beginning of one
	empty bool                // it may be left out
}

// readPattern takes a pattern apart. A star behind a bracket is one of each alternative.
func readPattern(s string) pattern {
	var p pattern
	for s != "" {
		plain, rest, bracket := strings.Cut(s, "(")
		if strings.TrimSpace(plain) != "" {
			p = append(p, newSlot([]string{plain}))
		}
		if !bracket {
			break
		}
		choices, after, _ := strings.Cut(rest, ")")
		star := ""
		if strings.HasPrefix(after, "*") {
			star, after = "*", after[1:]
		}
		alternatives := strings.Split(choices, "|")
		for i := range alternatives {
			alternatives[i] += star
		}
		p = append(p, newSlot(alternatives))
		s = after
	}
	return p
}

func newSlot(alternatives []string) slot {
	s := slot{first: map[string][]phrase{}}
	for _, a := range alternatives {
		switch c := compile(a); {
		case len(c.words) == 0:
			s.empty = true
		case c.star && len(c.words) == 1:
			s.stars = append(s.stars, c)
		default:
			s.first[c.words[0]] = append(s.first[c.words[0]], c)
		}
	}
	return s
}

// begins lists the words by which a match may begin. None begins with the beginning of one.
func (p pattern) begins() []string {
	var words []string
	for _, s := range p {
		for w := range s.first {
			words = append(words, w)
		}
		if !s.empty {
			break
		}
	}
	return words
}

// match gives the place behind a match that begins at a word; -1 when there is none.
func (p pattern) match(words []word, at int) int {
	if len(p) == 0 {
		return at
	}
	if at < len(words) {
		for _, list := range [][]phrase{p[0].first[words[at].text], p[0].stars} {
			for _, a := range list {
				if !a.at(words[at:]) {
					continue
				}
				if end := p[1:].match(words, at+len(a.words)); end >= 0 {
					return end
				}
			}
		}
	}
	if p[0].empty {
		return p[1:].match(words, at)
	}
	return -1
}

// at reports whether words begin with a phrase.
func (p phrase) at(words []word) bool {
	if len(p.words) > len(words) {
		return false
	}
	last := len(p.words) - 1
	for i, w := range p.words {
		if words[i].text != w && !(i == last && p.star && strings.HasPrefix(words[i].text, w)) {
			return false
		}
	}
	return true
}
