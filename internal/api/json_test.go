package api

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	got, err := parse([]byte(` {"a": [1, null, true, {"b": "\u00e9"}], "c": {}} `))
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]any{
		"a": []any{json.Number("1"), nil, true, map[string]any{"b": "é"}},
		"c": map[string]any{},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("parse = %#v, want %#v", got, want)
	}
}

func TestParseRefuses(t *testing.T) {
	for _, c := range []struct{ name, body string }{
		{"nothing", ``},
		{"space", `  `},
		{"text", `hello`},
		{"broken off", `{"a": 1`},
		{"broken string", `{"a": "x`},
		{"comma at end", `{"a": 1,}`},
		{"comma in array", `{"a": [1,]}`},
		{"no comma", `{"a": 1 "b": 2}`},
		{"single quotes", `{'a': 1}`},
		{"trailing object", `{}{}`},
		{"trailing text", `{} x`},
		{"trailing brace", `{}}`},
		{"array", `[]`},
		{"string", `"a"`},
		{"null", `null`},
		{"twice", `{"a": 1, "a": 2}`},
		{"twice, escaped", `{"a": 1, "\u0061": 2}`},
		{"twice inside", `{"a": {"b": 1, "b": 1}}`},
		{"not UTF-8", "{\"a\": \"\xff\"}"},
		{"too deep", strings.Repeat(`{"a":`, 40) + `1` + strings.Repeat(`}`, 40)},
		{"never ends", strings.Repeat(`[`, 1<<20)},
		{"byte order mark", "\ufeff{}"},
		{"leading zero", `{"a": 01}`},
		{"NaN", `{"a": NaN}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := parse([]byte(c.body))
			if p := problemIn(t, err); statusIn(err) != 400 || p.Name != "malformed" {
				t.Errorf("status %d name %q, want malformed", statusIn(err), p.Name)
			}
		})
	}
}

// Where the JSON broke is told, what is there is not: it may be about a customer.
func TestParseDoesNotQuote(t *testing.T) {
	_, err := parse([]byte(`{"phone": +919800000000}`))
	if p := problemIn(t, err); strings.Contains(p.Detail, "91") {
		t.Errorf("detail %q quotes the body", p.Detail)
	}
}

func BenchmarkDecodeLargest(b *testing.B) {
	body := largest(maxBody)
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := machineBody(body); err != nil {
			b.Fatal(err)
		}
	}
}

// What parse takes it reads as encoding/json does.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{wholeRequest, `{"a":"\u00e9\n\\\"","b":[-1.5e3,true,null,{}]}`, ` { "a" : [ ] , "b" : "" } `} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := parse(data)
		if err != nil {
			return
		}
		var want map[string]any
		d := json.NewDecoder(bytes.NewReader(data))
		d.UseNumber()
		if err := d.Decode(&want); err != nil {
			t.Fatalf("parse takes what encoding/json does not: %v", err)
		}
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("parse = %#v, want %#v", got, want)
		}
	})
}
