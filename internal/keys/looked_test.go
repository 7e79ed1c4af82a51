package keys

import (
	"slices"
	"testing"

	"github.com/connectnow/backend/internal/table"
)

// What a look reads by one Query is what it tells, and nothing that may be long or many.
func TestLooked(t *testing.T) {
	const esc = "esc_aaaaaaaaaaaa"
	r := Looked(esc)
	if r.Partition != esc || r.Prefix != "" || r.Newest || r.Limit != 0 {
		t.Errorf("the range is %+v", r)
	}
	var read []string
	for _, f := range families {
		if f.Partition == "{esc}" && f.Sort > r.After {
			read = append(read, f.Name)
		}
	}
	slices.Sort(read)
	if want := []string{"escalation", "request", "seen offer", "waiting customer"}; !slices.Equal(read, want) {
		t.Errorf("it reads %q, want %q", read, want)
	}
	for _, c := range []struct {
		key  table.Key
		want int
	}{{Seen(esc, 1), 1}, {Seen(esc, 1234), 1234}, {Waits(esc), 0}} {
		if got := SeenOffer(c.key); got != c.want {
			t.Errorf("%s: got %d, want %d", c.key.Sort, got, c.want)
		}
	}
}
