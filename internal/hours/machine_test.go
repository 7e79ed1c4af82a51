package hours

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestVancouverOnAnyMachine holds that an agent in Vancouver with hours from 09:00 is on
// shift from 16:00 UTC on 2026-12-01, whatever zone files and settings the machine has. Go
// reads TZ and ZONEINFO once, so each case is a process of its own: this test again.
func TestVancouverOnAnyMachine(t *testing.T) {
	const child = "CONNECTNOW_TEST_MACHINE"
	if os.Getenv(child) != "" {
		vancouver(t)
		return
	}
	old := filepath.Join(t.TempDir(), "America", "Vancouver")
	losAngeles, _ := BuiltIn().File("America/Los_Angeles") // as Vancouver was before the law
	if err := os.MkdirAll(filepath.Dir(old), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(old, []byte(losAngeles), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		env  []string
	}{
		{"nothing set", nil},
		{"nonsense", []string{"TZ=Not/AZone", "ZONEINFO=/nowhere"}},
		{"another zone", []string{"TZ=Asia/Tokyo", "ZONEINFO="}},
		{"old zone files", []string{"TZ=America/Vancouver", "ZONEINFO=" + filepath.Dir(filepath.Dir(old))}},
		{"a file that is no zone", []string{"TZ=" + os.Args[0], "ZONEINFO=" + os.Args[0]}},
	} {
		t.Run(c.name, func(t *testing.T) {
			cmd := exec.Command(os.Args[0], "-test.run=^TestVancouverOnAnyMachine$", "-test.v")
			for _, e := range os.Environ() {
				if !strings.HasPrefix(e, "TZ=") && !strings.HasPrefix(e, "ZONEINFO=") {
					cmd.Env = append(cmd.Env, e)
				}
			}
			cmd.Env = append(append(cmd.Env, child+"=1"), c.env...)
			if said, err := cmd.CombinedOutput(); err != nil || !strings.Contains(string(said), "--- PASS: TestVancouverOnAnyMachine") {
				t.Errorf("%v\n%s", err, said)
			}
		})
	}
}

// vancouver looks at a Tuesday in December.
func vancouver(t *testing.T) {
	s := weekly(t, "America/Vancouver", []Entry{{Days: []string{"tue"}, Start: "09:00", End: "17:00"}})
	start := instant(t, "2026-12-01T16:00:00Z")
	want := Interval{From: start, To: start.Add(8 * time.Hour)}
	if got := s.Intervals(start.Add(-12*time.Hour), start.Add(12*time.Hour)); len(got) != 1 || got[0] != want {
		t.Errorf("on shift %v, want %v", got, want)
	}
	if s.Contains(start.Add(-time.Nanosecond)) || !s.Contains(start) {
		t.Errorf("the shift does not start at %v", start)
	}
}
