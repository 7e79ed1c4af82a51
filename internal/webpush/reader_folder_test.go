package webpush_test

import (
	"testing"

	"github.com/connectnow/backend/internal/cloud/cloudtest"
	"github.com/connectnow/backend/internal/webpush"
)

func init() {
	webpush.Reader = func(t *testing.T) string {
		t.Helper()
		return cloudtest.Need(t, "another implementation of RFC 8188", func() (string, error) {
			return cloudtest.FromNPM("internal/webpush/testdata/reader")
		})
	}
}
