package conditions

import (
	"slices"
	"strings"
)

// phrase is one that was compiled.
type phrase struct {
	words []string
	star  bool // its last word is the beginning of one
}

// compile folds a phrase and takes it apart. A star at the end of its last word means
// "begins so"; anywhere else it separates, as other signs do.
func compile(s string) phrase {
	folded := strings.TrimSpace(Fold(s))
	words := split(folded)
	p := phrase{words: make([]string, len(words))}
	for i, w := range words {
		p.words[i] = w.text
	}
	if n := len(words); n > 0 {
		p.star = strings.HasPrefix(folded[words[n-1].end:], "*")
	}
	return p
}

// Index finds phrases of many lists in one pass over a text. Phrases that begin alike share
// their beginning, so its time goes by the length of the text and hardly by how many phrases
// there are.
type Index struct {
	lists int
	words map[string]int32 // every word of a phrase has a number
	nodes []node           // the first is where each phrase begins
	edges map[edge]int32   // from a node by a word to the next
}

// edge leads on from a node by a word.
type edge struct{ node, word int32 }

// node is where the words of some phrases have led.
type node struct {
	lists []int32          // the lists with a phrase that ends here
	stars map[string]int32 // beginnings of a word, to the node at which such a phrase ends
	sizes []int            // how many bytes these have, each size once
}

// NewIndex compiles lists of phrases.
func NewIndex(lists ...[]string) *Index {
	x := &Index{lists: len(lists), words: map[string]int32{}, nodes: make([]node, 1), edges: map[edge]int32{}}
	for i, list := range lists {
		for _, s := range list {
			x.add(compile(s), int32(i))
		}
	}
	return x
}

// add adds a phrase to a list. One without words is none.
func (x *Index) add(p phrase, list int32) {
	if len(p.words) == 0 {
		return
	}
	at := int32(0)
	last := len(p.words) - 1
	for i, w := range p.words {
		if i == last && p.star {
			at = x.star(at, w)
			break
		}
		at = x.step(at, w)
	}
	if n := &x.nodes[at]; !slices.Contains(n.lists, list) {
		n.lists = append(n.lists, list)
	}
}

// step leads on by a whole word.
func (x *Index) step(from int32, w string) int32 {
	id, known := x.words[w]
	if !known {
		id = int32(len(x.words))
		x.words[w] = id
	}
	to, known := x.edges[edge{from, id}]
	if !known {
		to = x.grow()
		x.edges[edge{from, id}] = to
	}
	return to
}

// star leads on by the beginning of a word.
func (x *Index) star(from int32, w string) int32 {
	if to, known := x.nodes[from].stars[w]; known {
		return to
	}
	to := x.grow()
	n := &x.nodes[from]
	if n.stars == nil {
		n.stars = map[string]int32{}
	}
	n.stars[w] = to
	if !slices.Contains(n.sizes, len(w)) {
		n.sizes = append(n.sizes, len(w))
	}
	return to
}

func (x *Index) grow() int32 {
	x.nodes = append(x.nodes, node{})
	return int32(len(x.nodes) - 1)
}

// Found is the first words of a text that match a phrase of each list, folded; empty for a
// list of which none is there.
type Found []string

// Find looks for the phrases of all lists.
func (x *Index) Find(text string) Found { return x.find(folded(text)) }

// said is a text that was folded and taken apart.
type said struct {
	folded string
	words  []word
}

func folded(text string) said {
	f := Fold(text)
	return said{f, split(f)}
}

func (x *Index) find(s said) Found {
	found := make(Found, x.lists)
	if len(x.nodes) == 1 {
		return found
	}
	ids := make([]int32, len(s.words))
	for i, w := range s.words {
		id, known := x.words[w.text]
		if !known {
			id = -1
		}
		ids[i] = id
	}
	m := matches{found, make([]bool, len(x.nodes)), s}
	for i := range s.words {
		x.from(m, ids, i)
	}
	return found
}

// from looks for phrases that begin at one word.
func (x *Index) from(m matches, ids []int32, first int) {
	at := int32(0)
	for i := first; i < len(ids); i++ {
		w := m.words[i].text
		n := &x.nodes[at]
		for _, size := range n.sizes {
			if size > len(w) {
				continue
			}
			if to, is := n.stars[w[:size]]; is {
				m.note(to, x.nodes[to].lists, first, i)
			}
		}
		if ids[i] < 0 {
			return
		}
		to, is := x.edges[edge{at, ids[i]}]
		if !is {
			return
		}
		at = to
		m.note(at, x.nodes[at].lists, first, i)
	}
}

// matches are what was found in a text so far. A node that was reached before has nothing
// new for any list, however often a text repeats its words.
type matches struct {
	found   Found
	reached []bool // by node
	said
}

// note keeps the words of a match, for lists that have none yet.
func (m matches) note(node int32, lists []int32, first, last int) {
	if m.reached[node] {
		return
	}
	m.reached[node] = true
	for _, list := range lists {
		if m.found[list] == "" {
			m.found[list] = m.folded[m.words[first].start:m.words[last].end]
		}
	}
}
