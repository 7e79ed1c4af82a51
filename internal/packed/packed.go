// Package packed keeps long values small: JSON under DEFLATE. A conversation of 1 MiB takes a
// tenth of that in the table, which bills by size.
package packed

import (
	"bytes"
	"cmp"
	"compress/flate"
	"encoding/json"
	"fmt"
	"io"
	"sync"
)

// writers are used again: each has tables of half a megabyte.
var writers = sync.Pool{New: func() any {
	w, err := flate.NewWriter(io.Discard, flate.DefaultCompression)
	if err != nil {
		panic(err) // only for a level that does not exist
	}
	return w
}}

// Encode packs v, which must be one that json.Marshal takes. The same value gives the same
// bytes, so that a repeated one is known by them.
func Encode(v any) []byte {
	var b bytes.Buffer
	w := writers.Get().(*flate.Writer)
	defer writers.Put(w)
	w.Reset(&b)
	// Writing to memory cannot fail.
	if err := cmp.Or(json.NewEncoder(w).Encode(v), w.Close()); err != nil {
		panic(fmt.Sprintf("packed: encoding %T: %v", v, err))
	}
	return b.Bytes()
}

// readers are used again, too: each has a window of 32 KB, which most values do not fill.
var readers = sync.Pool{New: func() any { return flate.NewReader(nil) }}

// Decode reads what Encode gave into v. Its error says that b was cut or changed.
func Decode(b []byte, v any) error {
	r := readers.Get().(io.Reader)
	defer readers.Put(r)
	if err := r.(flate.Resetter).Reset(bytes.NewReader(b), nil); err != nil {
		return err
	}
	return json.NewDecoder(r).Decode(v)
}

// Size is how many bytes v takes as JSON, unpacked.
func Size(v any) int {
	body, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("packed: measuring %T: %v", v, err))
	}
	return len(body)
}
