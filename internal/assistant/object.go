package assistant

import (
	"bytes"
	"slices"
	"strings"
)

// field is one field of an object that was sent.
type field struct {
	name  string
	path  string // where it was sent, if elsewhere than in its object
	value raw
	twice bool // with another value, which was there before
}

// longestTaken is more than the names take of all fields that are known.
const longestTaken = 8 << 10

// object is a JSON object that is read field by field. What is null or "" is not there.
type object struct {
	b     *build
	path  string // of the object itself; empty at the top
	list  []field
	at    map[string]int
	taken []bool // of the list

	// Of very many fields those behind have no place among what is kept: they are looked for
	// by name, and else counted.
	least   int
	raw     raw
	behind  []int32        // where their names begin
	first   []byte         // their first bytes
	looked  map[string]int // by name: its place in the list, or -1
	matched int            // of those behind, the ones that were found
	own     bool           // no other object has the list
}

// object opens a value. Of a name that is there twice the last counts, as most programs
// take it; the earlier value is kept.
func (b *build) object(path string, v raw) *object {
	o := &object{b: b, path: path, raw: v, at: map[string]int{}}
	if v == nil {
		return o
	}
	for quoted, value := range v.fields() {
		o.add(quoted, value)
	}
	o.taken = make([]bool, len(o.list))
	return o
}

// add adds a field in the order in which it was sent.
func (o *object) add(quoted, value raw) {
	if value.kind() == 'n' || string(value) == `""` {
		return
	}
	if o.least > mostConversation+longestTaken {
		first := quoted[1]
		if first == '\\' {
			r, _, _ := escape(quoted[1:])
			first = string(r)[0]
		}
		o.first = append(o.first, first)
		o.behind = append(o.behind, int32(cap(o.raw)-cap(quoted))) // quoted is a part of it
		return
	}
	name, mended := unquote(quoted)
	if mended {
		o.b.note(join(o.path, name), noteMended)
	}
	i, there := o.at[name]
	if !there {
		o.at[name] = len(o.list)
		o.list = append(o.list, field{name: name, value: value})
		o.least += leastKept(len(name))
		return
	}
	o.again(i, value)
}

// again has the value of a field that was sent before.
func (o *object) again(i int, value raw) {
	f := &o.list[i]
	if old := f.value; string(old) != string(value) {
		f.twice = true
		path := join(o.path, f.name)
		o.b.note(path, "is there twice; the last counts.")
		o.b.extra(path+" (earlier)", old)
	}
	f.value = value
}

// find gives the place of a field in the list.
func (o *object) find(name string) (i int, found bool) {
	if i, found = o.at[name]; len(o.behind) == 0 {
		return i, found
	}
	if i, was := o.looked[name]; was {
		return i, i >= 0
	}
	for next := 0; ; next++ {
		off := bytes.IndexByte(o.first[next:], name[0])
		if off < 0 {
			break
		}
		next += off
		end, is := o.raw.says(int(o.behind[next]), name)
		if !is {
			continue
		}
		if !o.own { // until now it was the Reading's, too
			o.list, o.own = slices.Clone(o.list), true
		}
		o.matched++
		value := o.raw.element(int32(space(o.raw, space(o.raw, end)+1))) // behind the colon
		if found {
			o.again(i, value)
			continue
		}
		i, found = len(o.list), true
		o.list, o.taken = append(o.list, field{name: name, value: value}), append(o.taken, false)
	}
	if !found {
		i = -1
	}
	if o.looked == nil {
		o.looked = map[string]int{}
	}
	o.looked[name] = i
	return i, found
}

// pathOf is where a field was sent.
func (o *object) pathOf(f *field) string {
	if f.path != "" {
		return f.path
	}
	return join(o.path, f.name)
}

// join makes a path. A dot within a name is escaped, so that it leads nowhere else.
func join(path, name string) string {
	if path == "" {
		return escaped(name)
	}
	return path + "." + escaped(name)
}

var escaper = strings.NewReplacer(`\`, `\\`, `.`, `\.`)

func escaped(name string) string { return escaper.Replace(name) }

// take gives a field's value and its path; nil when there is none.
func (o *object) take(name string) (value raw, path string) {
	i, found := o.find(name)
	if !found || o.taken[i] {
		return nil, join(o.path, name)
	}
	o.taken[i] = true
	f := &o.list[i]
	return f.value, o.pathOf(f)
}

// adopt takes over fields of an outer object where this one has none of the name: a
// summary beside the conversation is meant as the conversation's.
func (o *object) adopt(outer *object, names ...string) {
	for _, name := range names {
		if _, found := o.find(name); found {
			continue
		}
		if value, path := outer.take(name); value != nil {
			o.at[name] = len(o.list)
			o.list, o.taken = append(o.list, field{name: name, path: path, value: value}), append(o.taken, false)
			o.b.note(path, "is taken as "+join(o.path, name)+".")
		}
	}
}

// done keeps the fields that nobody has taken. Of very many those that have no place any more
// are counted.
func (o *object) done() {
	for i := range o.list {
		if o.taken[i] {
			continue
		}
		if o.b.full() {
			o.b.notes.count++
			o.b.extras.more++
			continue
		}
		f := &o.list[i]
		path := o.pathOf(f)
		o.b.note(path, noteUnknown)
		o.b.extra(path, f.value)
	}
	more := len(o.behind) - o.matched
	o.b.notes.count += more
	o.b.extras.more += more
}

// inner opens a field that should be an object. What else it is, is given for the caller
// to make something of.
func (o *object) inner(name string) (in *object, other raw) {
	value, path := o.take(name)
	if value != nil && value.kind() == '{' {
		return o.b.object(path, value), nil
	}
	return o.b.object(path, nil), value
}
