package api

import (
	"encoding/json"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strconv"

	"github.com/connectnow/backend/internal/desk"
)

// decode reads a JSON object with read and tells everything that is wrong with it at once.
// It is a 400 if there are fields that read did not ask for, which come first, and a 422 if
// there are bad values alone. What is returned beside an error means nothing.
func decode[T any](data []byte, read func(*object) T) (T, error) {
	fields, err := parse(data)
	if err != nil {
		var none T
		return none, err
	}
	return decodeFields(fields, read)
}

// decodeFields is decode for an object that is parsed already. Its fields are taken out of it.
func decodeFields[T any](fields map[string]any, read func(*object) T) (T, error) {
	in := &input{}
	o := &object{in: in, fields: fields, index: -1}
	v := read(o)
	o.done()
	return v, in.err()
}

// input collects what is wrong with one request.
type input struct {
	bad, unknown findings
}

// findings are field errors; all are counted, the first maxFindings are kept. A body
// of 1 MiB could otherwise have an answer of 40.
type findings struct {
	list  []desk.FieldError
	count int
}

// maxFindings is more than anybody mends at a time. The rest is counted: "and 399001
// more".
const maxFindings = 1000

// add notes a finding, such as conversation.messages[2].from and "is required".
func (f *findings) add(path, detail string) {
	f.count++
	if len(f.list) < maxFindings {
		f.list = append(f.list, desk.FieldError{Field: path, Detail: detail})
	}
}

// told is the list, with an honest end when there were more.
func (f *findings) told() []desk.FieldError {
	if f.count == len(f.list) {
		return f.list
	}
	more := desk.FieldError{Detail: fmt.Sprintf("and %d more", f.count-len(f.list))}
	return append(f.list, more)
}

// fieldsTold are fields of which something is told, and those that these are parts of.
type fieldsTold struct{ fields, parts map[string]bool }

// since are those of the findings from a count on.
func (f *findings) since(before int) fieldsTold {
	told := fieldsTold{map[string]bool{}, map[string]bool{}}
	for _, one := range f.list[min(before, len(f.list)):] {
		told.fields[one.Field] = true
		for whole := range wholes(one.Field) {
			told.parts[whole] = true
		}
	}
	return told
}

// covers reports whether something is told of a field, or of what it is part of.
func (t fieldsTold) covers(field string) bool {
	if t.fields[field] {
		return true
	}
	for whole := range wholes(field) {
		if t.fields[whole] {
			return true
		}
	}
	return false
}

// wholes are what a field is part of: of a.b.c it is a and a.b.
func wholes(field string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for i, c := range field {
			if c == '.' && !yield(field[:i]) {
				return
			}
		}
	}
}

// and adds what else was found.
func (f findings) and(more findings) findings {
	list := slices.Concat(f.list, more.list)
	return findings{list: list[:min(len(list), maxFindings)], count: f.count + more.count}
}

// err is the 400 or the 422 of all that was found, or nil.
func (in *input) err() error {
	if in.unknown.count > 0 {
		return unknownField("Nobody knows the field "+in.unknown.list[0].Field+".", in.unknown.and(in.bad))
	}
	return desk.Invalids(in.bad.told())
}

// unknownField is the 400 of names that nobody knows, in a body or in a query, and of what is
// wrong beside them.
func unknownField(detail string, found findings) error {
	return malformed(&desk.Problem{Name: "unknown-field", Title: "Unknown field", Detail: detail, Fields: found.told()})
}

// need says whether a field must be there.
type need bool

// Of an optional field null and, for text, "" mean absent, as assistants send them; a
// required one must be there and not null.
const (
	optional need = false
	required need = true
)

// object is a JSON object being read field by field. Its methods note what is wrong
// and return a zero value, so that a reader is a plain list of fields.
type object struct {
	in     *input
	fields map[string]any

	// Where it is; a path is only made of it when there is something to tell.
	parent *object
	key    string
	index  int // in an array, else -1
}

// path of a field, such as conversation.messages[2].from.
func (o *object) path(name string) string {
	if o.parent == nil {
		return shown(name)
	}
	at := o.parent.path(o.key)
	if o.index >= 0 {
		at = element(at, o.index)
	}
	return at + "." + shown(name)
}

// element is the path of one entry of an array, counted from 0.
func element(name string, i int) string { return name + "[" + strconv.Itoa(i) + "]" }

// bad notes that a field's value cannot be taken.
func (o *object) bad(name, detail string) { o.in.bad.add(o.path(name), detail) }

// done notes the fields that were not read as unknown, in the order of the alphabet, so
// that the same body gets the same answer each time.
func (o *object) done() {
	if len(o.fields) == 0 {
		return
	}
	for _, name := range slices.Sorted(maps.Keys(o.fields)) {
		o.in.unknown.add(o.path(name), "is not known")
	}
}

// take removes a field and returns its value. It is false when there is no value to look
// at; for a required field it has then noted why.
func (o *object) take(name string, n need) (any, bool) {
	v, there := o.fields[name]
	delete(o.fields, name)
	switch {
	case v != nil:
		return v, true
	case n == optional:
		return nil, false
	case there:
		o.bad(name, "must not be null")
	default:
		o.bad(name, "is required")
	}
	return nil, false
}

// filled reports whether the field holds something, right or wrong.
func (o *object) filled(name string) bool {
	v := o.fields[name]
	return v != nil && v != ""
}

// str reads a string of at most longest characters. It is false when there is none to look
// at, or none that can be taken; the latter is noted.
func (o *object) str(name string, longest int, n need) (string, bool) {
	v, there := o.take(name, n)
	if !there {
		return "", false
	}
	s, ok := v.(string)
	if !ok {
		o.bad(name, "must be a string, not "+kind(v))
		return "", false
	}
	if detail := tooLong(s, longest); detail != "" {
		o.bad(name, detail)
		return "", false
	}
	return s, true
}

// text reads a string that, where it is required, must not be empty.
func (o *object) text(name string, longest int, n need) string {
	s, ok := o.str(name, longest, n)
	if ok && s == "" && n == required {
		o.bad(name, "must not be empty")
	}
	return s
}

// anyText reads a string that may be empty even where it is required, such as the note of
// a transfer: to leave it out is a slip, to leave it empty a choice.
func (o *object) anyText(name string, longest int, n need) string {
	s, _ := o.str(name, longest, n)
	return s
}

// integer reads a whole number within bounds, both included. 1.0 and 1e2 are refused, as
// is "1": a caller who sends them does not send what the contract says.
func (o *object) integer(name string, least, most int, n need) int {
	v, there := o.take(name, n)
	if !there {
		return 0
	}
	number, ok := v.(json.Number)
	if !ok {
		o.bad(name, "must be a number, not "+kind(v))
		return 0
	}
	i, err := number.Int64()
	if err != nil || i < int64(least) || i > int64(most) {
		o.bad(name, "must be a whole number from "+strconv.Itoa(least)+" to "+strconv.Itoa(most))
		return 0
	}
	return int(i)
}

// given reads a field of a PATCH: nil when it is absent, which leaves things as they are.
// There is nothing that null could mean, so it is refused and not taken for absent.
func given[T any](o *object, name string, read func(name string, n need) T) *T {
	if _, there := o.fields[name]; !there {
		return nil
	}
	v := read(name, required)
	return &v
}

// flag reads true or false; absent is false.
func (o *object) flag(name string, n need) bool {
	v, there := o.take(name, n)
	b, ok := v.(bool)
	if there && !ok {
		o.bad(name, "must be true or false, not "+kind(v))
	}
	return b
}

// object reads a nested object with read, which is not called when there is none.
func (o *object) object(name string, n need, read func(*object)) {
	v, there := o.take(name, n)
	if !there {
		return
	}
	fields, ok := v.(map[string]any)
	if !ok {
		o.bad(name, "must be an object, not "+kind(v))
		return
	}
	o.inner(name, -1, fields, read)
}

// inner reads an object inside this one. It shares the findings, and knows its place for
// their paths.
func (o *object) inner(name string, index int, fields map[string]any, read func(*object)) {
	in := &object{in: o.in, fields: fields, parent: o, key: name, index: index}
	read(in)
	in.done()
}

// each reads an array of objects and calls read for every one. What is no object is noted and
// left out: o.index tells read where it stands.
func (o *object) each(name string, n need, read func(*object)) {
	for i, v := range o.array(name, n) {
		fields, ok := v.(map[string]any)
		if !ok {
			o.bad(element(name, i), "must be an object, not "+kind(v))
			continue
		}
		o.inner(name, i, fields, read)
	}
}

// array reads an array; nil when there is none to look at.
func (o *object) array(name string, n need) []any {
	v, there := o.take(name, n)
	if !there {
		return nil
	}
	list, ok := v.([]any)
	if !ok {
		o.bad(name, "must be an array, not "+kind(v))
		return nil
	}
	return list
}

// texts reads an array of at most so many strings. Each is looked at by check, which
// returns what is wrong with it, or "". An array that is too long is one finding, and its
// entries are not looked at.
func (o *object) texts(name string, most int, n need, check func(string) string) []string {
	list := o.array(name, n)
	if len(list) > most {
		o.bad(name, fmt.Sprintf("must have at most %d entries, not %d", most, len(list)))
		return nil
	}
	texts := make([]string, 0, len(list))
	for i, v := range list {
		s, ok := v.(string)
		detail := check(s)
		if !ok {
			detail = "must be a string, not " + kind(v)
		}
		if detail != "" {
			o.bad(element(name, i), detail)
		}
		texts = append(texts, s)
	}
	return texts
}

// kind names a value's JSON type for a complaint, never the value.
func kind(v any) string {
	switch v.(type) {
	case nil:
		return "null"
	case string:
		return "a string"
	case bool:
		return "true or false"
	case map[string]any:
		return "an object"
	case []any:
		return "an array"
	}
	return "a number"
}
