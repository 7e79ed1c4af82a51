// Package hourstest makes up releases of the tz database, whose laws no country has.
package hourstest

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/connectnow/backend/internal/hours"
)

// Laws are the clocks of zones by their names: whole hours east of Greenwich, for ever.
// All zones that are not named keep UTC.
type Laws map[string]int

// Zones are the files of a release with all names that the product knows.
func Zones(laws Laws) map[string][]byte {
	zones := map[string][]byte{}
	for _, name := range hours.BuiltIn().Names() {
		zones[name] = File(laws[name])
	}
	return zones
}

// File is a zone's file with one clock for ever.
func File(east int) []byte { return file(east, fmt.Sprintf("<%+03d>%d", east, -east)) }

// Changing is the file of a zone whose clocks go an hour forward on the day of the year that from
// is, and back on that of to, both at two o'clock.
func Changing(east int, from, to time.Time) []byte {
	day := func(t time.Time) int { return time.Date(2027, t.Month(), t.Day(), 0, 0, 0, 0, time.UTC).YearDay() } // without a 29 February
	return file(east, fmt.Sprintf("<%+03d>%d<%+03d>,J%d/2,J%d/2", east, -east, east+1, day(from), day(to)))
}

// file is a zone's file, in the second version of TZif (RFC 9636), which goes by a rule alone.
func file(east int, rule string) []byte {
	var b bytes.Buffer
	header := func(types, letters uint32) {
		b.WriteString("TZif2" + string(make([]byte, 15)))
		// Counts: of UT and standard indicators, leap seconds, transitions, types, letters.
		for _, n := range []uint32{0, 0, 0, 0, types, letters} {
			put(&b, n)
		}
	}
	header(0, 0) // the first version's part, which nobody reads
	header(1, 4)
	put(&b, int32(east*3600)) // the only type: seconds east,
	b.WriteString("\x00\x00") // no summer time, the first abbreviation,
	b.WriteString("TST\x00")
	fmt.Fprintf(&b, "\n%s\n", rule) // and so on for ever
	return b.Bytes()
}

func put(b *bytes.Buffer, n any) {
	if err := binary.Write(b, binary.BigEndian, n); err != nil {
		panic(err) // of a type that has no size
	}
}

// Database is a release that is made up.
func Database(t testing.TB, release string, laws Laws) *hours.Database {
	t.Helper()
	d, err := hours.OpenDatabase(hours.PackDatabase(release, "a test", Zones(laws)))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// Zip writes a release that is made up as an archive, and gives its path.
func Zip(t testing.TB, release string, laws Laws) string {
	t.Helper()
	files := Zones(laws)
	files["+VERSION"] = []byte(release + "\n")
	return Archive(t, zip.Deflate, files)
}

// Archive writes files as a zip by a method of archive/zip, and gives its path.
func Archive(t testing.TB, method uint16, files map[string][]byte) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		w, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: method})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(files[name]); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "tz.zip")
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// Folder writes files into a folder, and gives its path.
func Folder(t testing.TB, files map[string][]byte) string {
	t.Helper()
	root := t.TempDir()
	for name, file := range files {
		path := filepath.Join(root, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, file, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return root
}
