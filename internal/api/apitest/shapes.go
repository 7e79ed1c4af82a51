package apitest

import (
	"encoding/json"
	"fmt"
	"strings"
)

// Shapes are JSON values of nearly so many bytes in the forms that cost a reader most: very many
// small things, one long one, and names and texts that must be rewritten to be compared.
func Shapes(size int) map[string]string {
	all := map[string]string{
		"a text":            `"` + strings.Repeat("a", size-2) + `"`,
		"a text of escapes": `"` + strings.Repeat(`\u0061`, (size-2)/6) + `"`,
		"a text of lines":   `"` + strings.Repeat(`\n`, (size-2)/2) + `"`,
		"a text of accents": `"` + strings.Repeat("e\u0301", (size-2)/3) + `"`,
		"a text of emoji":   `"` + strings.Repeat(`\ud83d\ude00`, (size-2)/12) + `"`,
		"halves of signs":   `"` + strings.Repeat(`\ud83d`, (size-2)/6) + `"`,
		"digits":            strings.Repeat("1", size),
		"text of digits":    `"+` + strings.Repeat("1", size-3) + `"`,
		"spaces":            strings.Repeat(" ", size-2) + `[]`,
		"names":             numbered(size, `"%x":1`),
		"names of empties":  numbered(size, `"%x":{}`),
		"names of words":    numbered(size, `"%x":"a"`),
		"long names":        numbered(size, `"`+strings.Repeat("a", 1000)+`%x":1`),
		"escaped names":     numbered(size, `"\u0061%x":1`),
		"names of dots":     numbered(size, `"..%x":1`),
		"one name":          numbered(size, `"a":1`),
	}
	for name, unit := range map[string]string{
		"objects": `{}`, "arrays": `[]`, "numbers": `1`, "long numbers": `1.2345678901234567890e-7`, "words": `"a"`, "escaped words": `"\u0061"`,
		"small objects": `{"a":1}`, "nested arrays": `[[[[[[[[[[[[]]]]]]]]]]]]`, "nested objects": `{"a":{"a":{"a":{"a":{}}}}}`,
		"messages": `{"from":"customer","text":"a"}`, "least messages": `{"text":""}`, "odd messages": `{"role":"tool","content":["a"],"at":"now","x":1}`,
		"parts": `{"content":[{"type":"text","text":"a"}]}`, "pairs": `{"name":"a","value":"b"}`, "nulls": `null`,
		"timed messages": `{"at":"2026-11-22 09:30:00","from":"x","text":"a"}`,
	} {
		all[name] = "[" + repeated(size-2, unit) + "]"
	}
	for name, v := range all {
		if !json.Valid([]byte(v)) {
			panic("apitest: no JSON: " + name)
		}
	}
	return all
}

// repeated is a list of equal things.
func repeated(size int, unit string) string {
	return strings.TrimSuffix(strings.Repeat(unit+",", max(1, size/(len(unit)+1))), ",")
}

// numbered is an object of fields that each have a number.
func numbered(size int, field string) string {
	var b strings.Builder
	b.WriteByte('{')
	for i := 0; ; i++ {
		one := field
		if strings.Contains(field, "%x") {
			one = fmt.Sprintf(field, i)
		}
		if b.Len()+len(one)+2 > size && i > 0 {
			return strings.TrimSuffix(b.String(), ",") + "}"
		}
		b.WriteString(one + ",")
	}
}
