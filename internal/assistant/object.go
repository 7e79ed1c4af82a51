package assistant

import "strings"

// field is one field of an object that was sent.
type field struct {
	name, path string
	value      raw
	taken      bool
}

// object is a JSON object that is read field by field. What is null or "" is not there.
type object struct {
	b    *build
	path string // of the object itself; empty at the top
	list []field
	at   map[string]int
}

// object opens a value. Of a name that is there twice the last counts, as most programs
// take it; the earlier value is kept.
func (b *build) object(path string, v raw) *object {
	o := &object{b: b, path: path, at: map[string]int{}}
	if v == nil {
		return o
	}
	for quoted, value := range v.fields() {
		o.add(quoted, value)
	}
	return o
}

// add adds a field in the order in which it was sent.
func (o *object) add(quoted, value raw) {
	if value.kind() == 'n' || string(value) == `""` {
		return
	}
	name, mended := unquote(quoted)
	f := field{name: name, path: join(o.path, name), value: value}
	if mended {
		o.b.note(f.path, noteMended)
	}
	i, twice := o.at[name]
	if !twice {
		o.at[name] = len(o.list)
		o.list = append(o.list, f)
		return
	}
	if old := o.list[i].value; string(old) != string(value) {
		o.b.note(f.path, "is there twice; the last counts.")
		o.b.extra(f.path+" (earlier)", old)
	}
	o.list[i] = f
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
	i, found := o.at[name]
	if !found || o.list[i].taken {
		return nil, join(o.path, name)
	}
	f := &o.list[i]
	f.taken = true
	return f.value, f.path
}

// adopt takes over fields of an outer object where this one has none of the name: a
// summary beside the conversation is meant as the conversation's.
func (o *object) adopt(outer *object, names ...string) {
	for _, name := range names {
		if _, found := o.at[name]; found {
			continue
		}
		if value, path := outer.take(name); value != nil {
			o.at[name] = len(o.list)
			o.list = append(o.list, field{name: name, path: path, value: value})
			o.b.note(path, "is taken as "+join(o.path, name)+".")
		}
	}
}

// done keeps the fields that nobody has taken.
func (o *object) done() {
	for _, f := range o.list {
		if !f.taken {
			o.b.note(f.path, noteUnknown)
			o.b.extra(f.path, f.value)
		}
	}
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
