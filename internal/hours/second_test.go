package hours_test

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/connectnow/backend/internal/hours"
	"github.com/connectnow/backend/internal/programs"
)

// notInMoment are names that the second implementation leaves out, with the reason.
var notInMoment = []struct{ name, reason string }{
	{"Factory", "is for machines on which nobody set a zone yet"},
}

// TestSecondImplementation compares every zone, hour by hour in 2026 and 2027, with
// moment-timezone, whose table others make from the tz database's source. It judges what
// lies between Debian's package and our schedules: the files, the packing, the links.
//
// Its release is a month behind at times. Then zones may differ, and are only logged: put
// the version of moment-timezone with our release into testdata/clocks.
func TestSecondImplementation(t *testing.T) {
	folder := programs.Need(t, "moment-timezone", func() (string, error) { return programs.FromNPM("internal/hours/testdata/clocks") })
	from, to := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).Unix(), time.Date(2028, 1, 1, 0, 0, 0, 0, time.UTC).Unix()
	out, err := exec.Command("node", filepath.Join(folder, "changes.mjs"), strconv.FormatInt(from, 10), strconv.FormatInt(to, 10)).Output()
	if err != nil {
		t.Fatal(err)
	}
	release, rest, _ := strings.Cut(strings.TrimSpace(string(out)), "\n")
	complain := t.Errorf
	if release != hours.Release() {
		t.Logf("moment-timezone has %s, the product %s", release, hours.Release())
		complain = t.Logf
	}
	var theirs []string
	for line := range strings.SplitSeq(rest, "\n") {
		name, want, _ := strings.Cut(line, " ")
		theirs = append(theirs, name)
		got, err := changes(name, from, to)
		if err != nil || got != want {
			complain("%s: %v\n got %s\nwant %s", name, err, got, want)
		}
	}
	if len(theirs) < 590 {
		t.Errorf("compared %d zones only", len(theirs))
	}
	for _, name := range hours.Current().Names() {
		known := slices.ContainsFunc(notInMoment, func(n struct{ name, reason string }) bool { return n.name == name })
		if slices.Contains(theirs, name) == known {
			complain("%s: in moment-timezone it is %v, known to be missing %v", name, !known, known)
		}
	}
}

// changes writes a zone's offsets, hour by hour, as changes.mjs does.
func changes(name string, from, to int64) (string, error) {
	loc, err := hours.Current().Location(name)
	if err != nil {
		return "", err
	}
	var changes []string
	before := -1
	for at := from; at < to; at += 3600 {
		_, offset := time.Unix(at, 0).In(loc).Zone()
		if offset != before {
			changes = append(changes, fmt.Sprintf("%d=%d", at, offset))
		}
		before = offset
	}
	return strings.Join(changes, " "), nil
}
