package cloud_test

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"

	"github.com/connectnow/backend/internal/hours"
	"github.com/connectnow/backend/internal/hours/hourstest"
)

// A function goes by the newer clock laws of its layer. Without a layer it says nothing of
// them, and one that it ignores is told of in one line.
func TestDeskLaysClockLaws(t *testing.T) {
	own := hours.BuiltIn().Release()
	for _, c := range []struct {
		name, path, release string
		told                int
	}{
		{"no layer", "", own, 0},
		{"newer", hourstest.Zip(t, "2099a", nil), "2099a", 0},
		{"older", hourstest.Zip(t, "2020a", nil), own, 1},
		{"not there", t.TempDir() + "/tz.zip", own, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			defer hours.Use(nil)
			setEnvironment(t)
			t.Setenv("CONNECTNOW_TZ", c.path)
			var log bytes.Buffer
			defer slog.SetDefault(slog.Default())
			slog.SetDefault(slog.New(slog.NewTextHandler(&log, nil)))
			if _, err := whole(t.Context()); err != nil {
				t.Fatal(err)
			}
			if got := hours.Release(); got != c.release {
				t.Errorf("%s decides, want %s", got, c.release)
			}
			if n := strings.Count(log.String(), "clock laws ignored"); n != c.told {
				t.Errorf("%d lines tell of it, want %d: %s", n, c.told, &log)
			}
		})
	}
}
