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
)

// spares are used again. A sync.Pool would not do: it is emptied with the garbage, and making one
// of these makes more of that than all else for which it is needed.
type spares[T any] struct {
	free chan T
	make func() T
}

func (s spares[T]) take() T {
	select {
	case t := <-s.free:
		return t
	default:
		return s.make()
	}
}

// put gives back what was taken. What is too much is left to the garbage.
func (s spares[T]) put(t T) {
	select {
	case s.free <- t:
	default:
	}
}

// atOnce is how many of a kind are kept: as many as are in use at once where callers are many.
const atOnce = 4

// writers have tables of 0.8 megabytes each.
var writers = spares[*flate.Writer]{make(chan *flate.Writer, atOnce), func() *flate.Writer {
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
	w := writers.take()
	defer writers.put(w)
	w.Reset(&b)
	// Writing to memory cannot fail.
	if err := cmp.Or(json.NewEncoder(w).Encode(v), w.Close()); err != nil {
		panic(fmt.Sprintf("packed: encoding %T: %v", v, err))
	}
	return b.Bytes()
}

// readers have a window of 32 KB each, which most values do not fill.
var readers = spares[io.ReadCloser]{make(chan io.ReadCloser, atOnce), func() io.ReadCloser { return flate.NewReader(nil) }}

// texts hold what was unpacked while it is read.
var texts = spares[*bytes.Buffer]{make(chan *bytes.Buffer, atOnce), func() *bytes.Buffer { return &bytes.Buffer{} }}

// longestText is of what length a text's memory is kept for the next one: few conversations are
// longer.
const longestText = 64 << 10

// Decode reads what Encode gave into v. Its error says that b was cut or changed.
func Decode(b []byte, v any) error {
	r, text := readers.take(), texts.take()
	defer func() {
		readers.put(r)
		if text.Cap() <= longestText {
			texts.put(text)
		}
	}()
	if err := r.(flate.Resetter).Reset(bytes.NewReader(b), nil); err != nil {
		return err
	}
	text.Reset()
	if _, err := text.ReadFrom(r); err != nil {
		return err
	}
	return json.Unmarshal(text.Bytes(), v)
}

// Size is how many bytes v takes as JSON, unpacked.
func Size(v any) int {
	body, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("packed: measuring %T: %v", v, err))
	}
	return len(body)
}
