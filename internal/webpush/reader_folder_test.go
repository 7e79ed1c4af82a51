package webpush_test

import (
	"testing"

	"github.com/connectnow/backend/internal/programs"
	"github.com/connectnow/backend/internal/webpush"
)

func init() {
	webpush.Reader = func(t *testing.T) string {
		t.Helper()
		return programs.Need(t, "another implementation of RFC 8188", func() (string, error) {
			return programs.FromNPM("internal/webpush/testdata/reader")
		})
	}
}
