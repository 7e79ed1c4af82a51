package packed_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/connectnow/backend/internal/packed"
)

func TestRoundTrip(t *testing.T) {
	for _, c := range []struct {
		name string
		v    []string
	}{
		{"nothing", nil},
		{"one", []string{"a"}},
		{"scripts", []string{"मदद", "<&>", "\u2028", ""}},
		{"long", []string{strings.Repeat("again and ", 10_000)}},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := packed.Encode(c.v)
			var got []string
			if err := packed.Decode(b, &got); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.v, got); diff != "" {
				t.Error(diff)
			}
			if !bytes.Equal(b, packed.Encode(c.v)) {
				t.Error("the same value gave other bytes")
			}
			if n := packed.Size(c.v); n > 1000 && len(b) > n/10 {
				t.Errorf("%d bytes became %d", n, len(b))
			}
		})
	}
}

// What was cut is no value: a piece that is missing must not pass for the whole.
func TestDecodeHalf(t *testing.T) {
	b := packed.Encode(strings.Repeat("0123456789 abcdefghij ", 1000))
	var got string
	if err := packed.Decode(b[:len(b)/2], &got); err == nil {
		t.Errorf("half of the bytes were read as %d characters", len(got))
	}
}

// What was read stays as it is when the next is read.
func TestDecodeKeeps(t *testing.T) {
	var first, second json.RawMessage
	for _, c := range []struct {
		text string
		into *json.RawMessage
	}{{strings.Repeat("a", 1000), &first}, {strings.Repeat("b", 2000), &second}} {
		if err := packed.Decode(packed.Encode(c.text), c.into); err != nil {
			t.Fatal(err)
		}
	}
	if want := `"` + strings.Repeat("a", 1000) + `"`; string(first) != want {
		t.Errorf("got %.20s, want %.20s", first, want)
	}
}

// Writers are shared: what one goroutine packs must not get into another's bytes.
func TestEncodeAtOnce(t *testing.T) {
	words := []string{strings.Repeat("a", 1000), strings.Repeat("b", 5000), strings.Repeat("c", 20)}
	var wg sync.WaitGroup
	for i := range 30 {
		wg.Go(func() {
			var got string
			want := words[i%len(words)]
			if err := packed.Decode(packed.Encode(want), &got); err != nil || got != want {
				t.Errorf("got %d bytes, %v; want %d", len(got), err, len(want))
			}
		})
	}
	wg.Wait()
}

// What is packed quickly and what is packed well are read alike, and each gives the same bytes again.
func TestShortAndLong(t *testing.T) {
	for _, n := range []int{0, 1, 1000, 1021, 1022, 1023, 5000} {
		text := strings.Repeat("Do you have these in 38? ", n)[:n]
		var got string
		b := packed.Encode(text)
		if err := packed.Decode(b, &got); err != nil || got != text || !bytes.Equal(b, packed.Encode(text)) {
			t.Errorf("%d letters: %v, %d came back", n, err, len(got))
		}
	}
}
