package main

import (
	"bytes"
	"encoding/binary"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/connectnow/backend/internal/hours"
	"github.com/connectnow/backend/internal/hours/tzif"
)

// folder writes the zones of the built-in database as systems carry them, with a release.
func folder(t *testing.T, release string, laws map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range hours.BuiltIn().Names() {
		law := name
		if other := laws[name]; other != "" {
			law = other
		}
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, zoneOf(t, law), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "tzdata.zi"), []byte("# version "+release+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}

func zoneOf(t *testing.T, name string) []byte {
	t.Helper()
	file, ok := hours.BuiltIn().File(name)
	if !ok {
		t.Fatalf("no zone %s", name)
	}
	return []byte(file)
}

func TestRunTellsWhatChanged(t *testing.T) {
	to := filepath.Join(t.TempDir(), "zones.tz")
	from := folder(t, "2099a", map[string]string{"Asia/Kolkata": "Asia/Tokyo", "Asia/Calcutta": "Asia/Tokyo", "Europe/Oslo": "UTC"})
	now := time.Date(2027, 5, 1, 12, 30, 0, 0, time.UTC)
	var out bytes.Buffer
	if err := run([]string{"-from", from, "-to", to}, now, &out); err != nil {
		t.Fatal(err)
	}
	_, said, _ := strings.Cut(out.String(), "\n")
	want := `Asia/Calcutta Asia/Kolkata
  from 2026-05-01T12:00:00Z on: +09:00, not +05:30
Europe/Oslo
  from 2026-05-01T12:00:00Z until 2026-10-25T01:00:00Z: +00:00, not +02:00
  from 2026-10-25T01:00:00Z until 2027-03-28T01:00:00Z: +00:00, not +01:00
  from 2027-03-28T01:00:00Z until 2027-10-31T01:00:00Z: +00:00, not +02:00
  from 2027-10-31T01:00:00Z until 2028-03-26T01:00:00Z: +00:00, not +01:00
  from 2028-03-26T01:00:00Z until 2028-10-29T01:00:00Z: +00:00, not +02:00
  from 2028-10-29T01:00:00Z until 2029-03-25T01:00:00Z: +00:00, not +01:00
  from 2029-03-25T01:00:00Z on: +00:00, not +02:00
`
	if diff := cmp.Diff(want, said); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	packed, err := os.ReadFile(to)
	if err != nil {
		t.Fatal(err)
	}
	db, err := hours.OpenDatabase(string(packed))
	if err != nil || db.Release() != "2099a" || db.Check() != nil {
		t.Errorf("what was written is release %v, %v, %v", db.Release(), err, db.Check())
	}
}

func TestRunRefuses(t *testing.T) {
	for _, c := range []struct {
		name, want string
		spoil      func(dir string) error
	}{
		{"an older release", "older", func(dir string) error {
			return os.WriteFile(filepath.Join(dir, "+VERSION"), []byte("2025c\n"), 0o600)
		}},
		{"no release", "not a tz database", func(dir string) error { return os.Remove(filepath.Join(dir, "tzdata.zi")) }},
		{"a name that went", "gone: Europe/Oslo", func(dir string) error { return os.Remove(filepath.Join(dir, "Europe", "Oslo")) }},
		{"half a file", "Europe/Oslo", func(dir string) error { return os.Truncate(filepath.Join(dir, "Europe", "Oslo"), 300) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			from, to := folder(t, "2099a", nil), filepath.Join(t.TempDir(), "zones.tz")
			if err := c.spoil(from); err != nil {
				t.Fatal(err)
			}
			err := run([]string{"-from", from, "-to", to}, time.Now(), new(bytes.Buffer))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want it to say %q", err, c.want)
			}
			if _, err := os.Stat(to); err == nil {
				t.Error("wrote a file all the same")
			}
		})
	}
}

// What lists transitions to 2037 that its rule gives as well, as Debian's files do, is as
// short afterwards as what never listed them. Macquarie kept its summer time for a year.
func TestSlim(t *testing.T) {
	for _, name := range []string{"America/New_York", "America/Vancouver", "Europe/Dublin", "Africa/Casablanca", "America/Nuuk", "Antarctica/Macquarie", "Australia/Lord_Howe", "Asia/Gaza", "Asia/Kolkata", "UTC", "EST5EDT"} {
		t.Run(name, func(t *testing.T) {
			want := zoneOf(t, name)
			got, err := slim(fat(t, want))
			if err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(got, want) {
				t.Errorf("got %d bytes, want %d", len(got), len(want))
			}
		})
	}
}

// fat lists the transitions of a zone's rule to 2037.
func fat(t *testing.T, file []byte) []byte {
	t.Helper()
	z, err := tzif.Parse(file)
	if err != nil {
		t.Fatal(err)
	}
	loc, err := z.Location(len(z.To))
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2007, 1, 1, 0, 0, 0, 0, time.UTC).Unix()
	if n := len(z.To); n > 0 {
		at = z.Instant(n - 1)
	}
	kinds := map[reading]byte{}
	for i := range len(z.Types) / 6 {
		kind := z.Types[6*i:]
		name, _, _ := strings.Cut(string(z.Names[kind[5]:]), "\x00")
		kinds[reading{name, int(int32(binary.BigEndian.Uint32(kind))), kind[4] != 0}] = byte(i)
	}
	z.At, z.To = bytes.Clone(z.At), bytes.Clone(z.To)
	const day = 24 * 60 * 60
	for at += 1800 - at%1800; at < time.Date(2038, 1, 1, 0, 0, 0, 0, time.UTC).Unix(); at += 1800 {
		for read(loc, at-1) == read(loc, at+day-1) { // no clock changes twice in a day
			at += day
			if at >= time.Date(2038, 1, 1, 0, 0, 0, 0, time.UTC).Unix() {
				return z.Write(len(z.To))
			}
		}
		if read(loc, at) != read(loc, at-1) {
			z.At = binary.BigEndian.AppendUint64(z.At, uint64(at))
			z.To = append(z.To, kinds[read(loc, at)])
		}
	}
	return z.Write(len(z.To))
}
