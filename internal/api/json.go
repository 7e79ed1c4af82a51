package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"unicode/utf8"

	"github.com/connectnow/backend/internal/desk"
)

// maxDepth is how deep JSON may nest. The contract's deepest is four; encoding/json alone
// would let 10,000 pass.
const maxDepth = 16

// notJSON is 400. Its detail says where and what, and quotes no value: the answer ends up
// in the logs of whoever called, and a value may be a customer's.
func notJSON(detail string) error {
	return malformed(&desk.Problem{Name: "malformed", Title: "Not JSON as agreed", Detail: detail})
}

// parse reads one JSON object and nothing behind it. It is stricter than encoding/json,
// which would take the last of two equal names and put replacement characters for broken
// UTF-8: something else would be stored than what was sent.
//
// The grammar is left to encoding/json. What it found valid is walked by hand, which takes
// a tenth of the time of its Token: that tells for a conversation of 1 MiB in a small
// Lambda.
func parse(data []byte) (map[string]any, error) {
	if !utf8.Valid(data) {
		return nil, notJSON("The body is not UTF-8.")
	}
	if len(bytes.TrimSpace(data)) == 0 {
		return nil, notJSON("The body is empty; it must be a JSON object.")
	}
	if !json.Valid(data) {
		return nil, brokenAt(json.Unmarshal(data, new(json.RawMessage)))
	}
	p := parser{data: data, left: mostValues}
	v, err := p.value(0)
	if err != nil {
		return nil, err
	}
	fields, ok := v.(map[string]any)
	if !ok {
		return nil, notJSON("The body must be a JSON object.")
	}
	return fields, nil
}

// brokenAt tells a caller where the JSON broke, never what is there.
func brokenAt(err error) error {
	var syntax *json.SyntaxError
	if !errors.As(err, &syntax) {
		return notJSON("The body is not JSON.")
	}
	return notJSON(fmt.Sprintf("The body is not JSON: it breaks off or is wrong at byte %d.", syntax.Offset))
}

// mostValues is how many values a body may have, those of lists and objects counted together.
// Settings of 10,000 phrases are below, and phrases are what costs most to judge. What comes behind is not read.
const mostValues = 12_000

// errTooMany is the answer to more of them.
var errTooMany = &desk.Problem{
	Class: desk.TooLarge, Name: "too-large", Title: "Too large",
	Detail: fmt.Sprintf("The body has more than %d values in its lists and objects.", mostValues),
}

// parser walks JSON that is known to be valid. It can therefore step over quotes, colons
// and brackets without asking whether they are there.
type parser struct {
	data []byte
	at   int
	left int // values that may come yet
}

// next returns the first character behind space, without passing it.
func (p *parser) next() byte {
	for {
		switch c := p.data[p.at]; c {
		case ' ', '\t', '\n', '\r':
			p.at++
		default:
			return c
		}
	}
}

// value reads a value as encoding/json would into an any: with maps, slices, strings,
// json.Numbers, bools and nil.
func (p *parser) value(depth int) (any, error) {
	c := p.next()
	if p.left--; p.left < 0 {
		return nil, errTooMany
	}
	if depth > maxDepth {
		return nil, notJSON(fmt.Sprintf("The JSON nests deeper than %d.", maxDepth))
	}
	switch c {
	case '{':
		return p.object(depth)
	case '[':
		return p.array(depth)
	case '"':
		return p.text()
	}
	switch word := p.word(); word {
	case "true", "false":
		return word == "true", nil
	case "null":
		return nil, nil
	default:
		return json.Number(word), nil
	}
}

// word reads a number or a name such as null.
func (p *parser) word() string {
	start := p.at
	for p.at < len(p.data) && bytes.IndexByte([]byte(",]} \t\n\r"), p.data[p.at]) < 0 {
		p.at++
	}
	return string(p.data[start:p.at])
}

// text reads a string; only one with escapes needs more than its bytes.
func (p *parser) text() (string, error) {
	start := p.at
	p.at++
	escaped := false
	for ; p.data[p.at] != '"'; p.at++ {
		if p.data[p.at] == '\\' {
			escaped = true
			p.at++
		}
	}
	p.at++
	if !escaped {
		return string(p.data[start+1 : p.at-1]), nil
	}
	var s string
	err := json.Unmarshal(p.data[start:p.at], &s)
	return s, err
}

// array begins at the bracket and ends behind the one that closes it.
func (p *parser) array(depth int) (any, error) {
	list := []any{}
	for p.at++; p.next() != ']'; {
		v, err := p.value(depth + 1)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
		if p.next() == ',' {
			p.at++
		}
	}
	p.at++
	return list, nil
}

// object refuses a name that is there twice, also if one is written with escapes: {"a": 1,
// "\u0061": 2}. Parsers differ in which of the two they take, and so would whoever checks
// a body before us.
func (p *parser) object(depth int) (any, error) {
	fields := map[string]any{}
	for p.at++; p.next() != '}'; {
		name, err := p.text()
		if err != nil {
			return nil, err
		}
		if _, twice := fields[name]; twice {
			return nil, notJSON(fmt.Sprintf("The field %s is there twice.", shown(name)))
		}
		p.next()
		p.at++ // the colon
		if fields[name], err = p.value(depth + 1); err != nil {
			return nil, err
		}
		if p.next() == ',' {
			p.at++
		}
	}
	p.at++
	return fields, nil
}

// shown cuts a name that a caller made up, for use in an error: its first 64 characters
// and an ellipsis. A body of one long name would else be sent back whole.
func shown(name string) string {
	const most = 64
	runes := []rune(name)
	if len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return name
}
