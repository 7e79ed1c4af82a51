package assistant

import (
	"strings"
	"testing"
)

// The longest body of HTTP, of the least messages: nine in ten are left out.
func BenchmarkTinyMessages(b *testing.B) {
	body := []byte(request(`,"messages":[` + strings.Repeat(`{"text":""},`, 349_999) + `{"text":""}]`))
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		r, err := Read(body, Options{})
		if err != nil {
			b.Fatal(err)
		}
		r.Request("IN")
	}
}
