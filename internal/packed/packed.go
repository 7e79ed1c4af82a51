// Package packed keeps long values small: JSON under DEFLATE. A conversation of 1 MiB takes a
// tenth of that in the table, which bills by size.
package packed

import (
	"bytes"
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
var writers, quick = spareWriters(flate.DefaultCompression), spareWriters(flate.BestSpeed)

func spareWriters(level int) spares[*flate.Writer] {
	return spares[*flate.Writer]{make(chan *flate.Writer, atOnce), func() *flate.Writer {
		w, err := flate.NewWriter(io.Discard, level)
		if err != nil {
			panic(err) // only for a level that does not exist
		}
		return w
	}}
}

// short is the length of a text that is packed quickly: it fits into the kilobyte that is billed
// either way, and a new process need not touch all of a writer's tables for it.
const short = 1 << 10

// Encode packs v, which must be one that json.Marshal takes. The same value gives the same
// bytes, so that a repeated one is known by them.
func Encode(v any) []byte {
	text := texts.take()
	defer giveBack(text)
	text.Reset()
	if err := json.NewEncoder(text).Encode(v); err != nil {
		panic(fmt.Sprintf("packed: encoding %T: %v", v, err))
	}
	from := writers
	if text.Len() <= short {
		from = quick
	}
	w := from.take()
	defer from.put(w)
	var b bytes.Buffer
	w.Reset(&b)
	_, _ = text.WriteTo(w) // writing to memory cannot fail
	_ = w.Close()
	return b.Bytes()
}

// readers have a window of 32 KB each, which most values do not fill.
var readers = spares[io.ReadCloser]{make(chan io.ReadCloser, atOnce), func() io.ReadCloser { return flate.NewReader(nil) }}

// texts hold what is packed, and what was unpacked, while it is read.
var texts = spares[*bytes.Buffer]{make(chan *bytes.Buffer, atOnce), func() *bytes.Buffer { return &bytes.Buffer{} }}

// longestText is of what length a text's memory is kept for the next one: few conversations are
// longer.
const longestText = 64 << 10

// giveBack puts a text back.
func giveBack(text *bytes.Buffer) {
	if text.Cap() <= longestText {
		texts.put(text)
	}
}

// Decode reads what Encode gave into v. Its error says that b was cut or changed.
func Decode(b []byte, v any) error {
	r, text := readers.take(), texts.take()
	defer readers.put(r)
	defer giveBack(text)
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
