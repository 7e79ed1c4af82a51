package conditions

import "strings"

// comparison is an Attribute with its name and value as they are compared.
type comparison struct {
	kind, name, key string
	value           value
}

// value is a text as it is compared, and the number that it may be.
type value struct {
	text     string
	number   float64
	isNumber bool
}

func valueOf(s string) value {
	v := value{text: strings.TrimSpace(Fold(s))}
	v.number, v.isNumber = Number(v.text)
	return v
}

// told are the attributes that an assistant told. Thousands of comparisons may ask for the
// same one, which may be long: each is made ready once, and of a long one its two ends.
type told struct {
	all   map[string]string
	names map[string]string // by what names are compared by; nil until somebody asks
	ready map[string]value
}

func newTold(all map[string]string) *told { return &told{all: all, ready: map[string]value{}} }

// meets compares. What is not there is neither equal nor unequal to anything.
func (t *told) meets(c comparison) bool {
	name, there := t.find(c.name, c.key)
	switch c.kind {
	case Missing:
		return !there
	case Exists:
		return there
	}
	if !there {
		return false
	}
	have := t.value(name)
	numbers := have.isNumber && c.value.isNumber
	same := have.text == c.value.text || numbers && have.number == c.value.number
	switch c.kind {
	case Equals:
		return same
	case NotEquals:
		return !same
	case Contains:
		return strings.Contains(have.text, c.value.text)
	case Greater:
		return numbers && have.number > c.value.number
	case Less:
		return numbers && have.number < c.value.number
	}
	return false
}

func (t *told) value(name string) value {
	v, ready := t.ready[name]
	if !ready {
		v = valueOf(judged(t.all[name]))
		t.ready[name] = v
	}
	return v
}

// find looks for an attribute by its name, else by one that is compared as words of machines
// are: order_value is orderValue.
func (t *told) find(name, compared string) (string, bool) {
	if v, there := t.all[name]; there {
		return name, v != ""
	}
	if t.names == nil {
		t.names = make(map[string]string, len(t.all))
		for name, v := range t.all {
			if first, other := t.names[key(name)]; v != "" && (!other || name < first) {
				t.names[key(name)] = name
			}
		}
	}
	name, there := t.names[compared]
	return name, there
}
