package hours_test

import (
	"archive/zip"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/connectnow/backend/internal/hours"
	"github.com/connectnow/backend/internal/hours/hourstest"
)

// A folder and an archive are taken alike, stored or deflated, whichever file tells the release.
func TestOverlayForms(t *testing.T) {
	t.Parallel()
	const zone = "America/Vancouver"
	for _, c := range []struct {
		name, file, says string
		write            func(files map[string][]byte) string
	}{
		{"folder with +VERSION", "+VERSION", "2099b\n", func(f map[string][]byte) string { return hourstest.Folder(t, f) }},
		{"folder with tzdata.zi", "tzdata.zi", "# version 2099b\n# more\n", func(f map[string][]byte) string { return hourstest.Folder(t, f) }},
		{"stored", "+VERSION", "2099b", func(f map[string][]byte) string { return hourstest.Archive(t, zip.Store, f) }},
		{"deflated", "tzdata.zi", "# version 2099b\n", func(f map[string][]byte) string { return hourstest.Archive(t, zip.Deflate, f) }},
		{"one folder down", "+VERSION", "2099b\n", func(f map[string][]byte) string { return hourstest.Archive(t, zip.Deflate, below("usr/zoneinfo/", f)) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			files := hourstest.Zones(hourstest.Laws{zone: 5})
			files[c.file] = []byte(c.says)
			files["Mars/Olympus"], files["leapseconds"] = hourstest.File(1), []byte("no zone")
			d, err := hours.ReadOverlay(c.write(files))
			if err != nil {
				t.Fatal(err)
			}
			loc, err := d.Location(zone)
			if err != nil {
				t.Fatal(err)
			}
			if _, east := time.Unix(1795428000, 0).In(loc).Zone(); east != 5*3600 || d.Release() != "2099b" {
				t.Errorf("%s is %d seconds east by %s", zone, east, d.Release())
			}
			if _, err := d.Location("Mars/Olympus"); err == nil || len(d.Names()) != len(hours.BuiltIn().Names()) {
				t.Errorf("%d names, Mars: %v; want those of the built-in release", len(d.Names()), err)
			}
		})
	}
}

// below has all files in a folder.
func below(folder string, files map[string][]byte) map[string][]byte {
	moved := map[string][]byte{}
	for name, file := range files {
		moved[folder+name] = file
	}
	return moved
}

// What is no newer release, whole, is ignored, and the error says why.
func TestOverlayIgnored(t *testing.T) {
	t.Parallel()
	own := hours.BuiltIn().Release()
	zones := hourstest.Zones(nil)
	made := func(version string, changes map[string][]byte) func(*testing.T) string {
		return func(t *testing.T) string {
			files := maps.Clone(zones)
			files["+VERSION"] = []byte(version)
			maps.Copy(files, changes)
			maps.DeleteFunc(files, func(_ string, file []byte) bool { return file == nil })
			return hourstest.Archive(t, zip.Store, files)
		}
	}
	for _, c := range []struct {
		name, says string
		path       func(*testing.T) string
	}{
		{"nothing there", "no such file", func(t *testing.T) string { return filepath.Join(t.TempDir(), "tz") }},
		{"no release", "release", made("", map[string][]byte{"+VERSION": nil})},
		{"release by words", "release", made("the newest", nil)},
		{"the same", "not newer", made(own, nil)},
		{"older year", "not newer", made("2025zz", nil)},
		{"fewer letters", "not newer", made("2026a", nil)},
		{"a zone is missing", "Cuba", made("2099a", map[string][]byte{"Cuba": nil})},
		{"a zone is no file of zones", "Cuba", made("2099a", map[string][]byte{"Cuba": []byte("hello")})},
		{"a zone is cut", "Cuba", made("2099a", map[string][]byte{"Cuba": hourstest.File(1)[:60]})},
		{"a zone's last byte is missing", "Cuba", made("2099a", map[string][]byte{"Cuba": hourstest.File(1)[:len(hourstest.File(1))-1]})},
		{"a zone is endless", "Cuba has more than", made("2099a", map[string][]byte{"Cuba": append(hourstest.File(1), make([]byte, 1<<20)...)})},
		{"the release is endless", "+VERSION has more than", made("2099a\n"+strings.Repeat(" ", 1<<20), nil)},
		{"too many long zones", "more than", made("2099a", long(17))},
		{"links of another release", "Cuba", made("2099a", map[string][]byte{"Cuba": nil, "tzdata.zi": []byte("# version 2099b\nL America/Havana Cuba\n")})},
		{"empty archive", "zip", func(t *testing.T) string { return write(t, nil) }},
		{"cut archive", "zip", func(t *testing.T) string {
			whole, err := os.ReadFile(hourstest.Zip(t, "2099a", nil))
			if err != nil {
				t.Fatal(err)
			}
			return write(t, whole[:len(whole)/2])
		}},
		{"a byte of the archive differs", "checksum", func(t *testing.T) string {
			files := maps.Clone(zones)
			files["+VERSION"] = []byte("2099a")
			whole, err := os.ReadFile(hourstest.Archive(t, zip.Store, files))
			if err != nil {
				t.Fatal(err)
			}
			whole[strings.Index(string(whole), "<+00>")+2] = '1'
			return write(t, whole)
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			d, err := hours.ReadOverlay(c.path(t))
			if d != nil || err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("taken: %t, %v, want an error with %q", d != nil, err, c.says)
			}
		})
	}
}

// long are files of a megabyte.
func long(n int) map[string][]byte {
	files := map[string][]byte{}
	for i := range n {
		files["Long/"+string(rune('a'+i))] = append([]byte("TZif"), make([]byte, 1<<20-4)...)
	}
	return files
}

// What systems do with links is taken: folders that are links, also in a circle, and old names
// that are kept elsewhere, so that only tzdata.zi tells what they lead to.
func TestOverlayOfLinks(t *testing.T) {
	t.Parallel()
	const zone, old = "America/Vancouver", "Canada/Pacific"
	for _, c := range []struct {
		name   string
		change func(*testing.T, string) string
	}{
		{"the folder itself", func(t *testing.T, root string) string { return link(t, root, filepath.Join(t.TempDir(), "zoneinfo")) }},
		{"a folder in it", func(t *testing.T, root string) string {
			moved := filepath.Join(t.TempDir(), "elsewhere")
			if err := os.Rename(filepath.Join(root, "America"), moved); err != nil {
				t.Fatal(err)
			}
			link(t, moved, filepath.Join(root, "America"))
			return root
		}},
		{"in a circle", func(t *testing.T, root string) string {
			link(t, ".", filepath.Join(root, "posix"))
			link(t, "..", filepath.Join(root, "America", "all"))
			link(t, "nowhere", filepath.Join(root, "Mars"))
			return root
		}},
		{"old names elsewhere", func(t *testing.T, root string) string {
			if err := os.RemoveAll(filepath.Join(root, "Canada")); err != nil {
				t.Fatal(err)
			}
			return root
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			files := hourstest.Zones(hourstest.Laws{zone: 5, old: 5})
			list := "# version 2099a\nZ America/Vancouver 5 - T\n"
			for _, name := range hours.BuiltIn().Names() {
				if place, is := strings.CutPrefix(name, "Canada/"); is && name != old {
					list += "L UTC Canada/" + place + "\n"
				}
			}
			files["tzdata.zi"] = []byte(list + "L America/Ensenada Canada/Pacific\nL America/Vancouver America/Ensenada\n")
			delete(files, "America/Ensenada")
			d, err := hours.ReadOverlay(c.change(t, hourstest.Folder(t, files)))
			if err != nil {
				t.Fatal(err)
			}
			for _, name := range []string{zone, old} {
				loc, err := d.Location(name)
				if err != nil {
					t.Fatal(err)
				}
				if _, east := time.Unix(1795428000, 0).In(loc).Zone(); east != 5*3600 {
					t.Errorf("%s is %d seconds east", name, east)
				}
			}
			if len(d.Names()) != len(hours.BuiltIn().Names()) {
				t.Errorf("%d names", len(d.Names()))
			}
		})
	}
}

// A link that leads back into its own folder gives no zone a second name.
func TestReadZonesInACircle(t *testing.T) {
	t.Parallel()
	root := hourstest.Folder(t, map[string][]byte{"+VERSION": []byte("2099a"), "Asia/Kolkata": hourstest.File(5)})
	link(t, "..", filepath.Join(root, "Asia", "all"))
	if _, zones, err := hours.ReadZonesAt(root); err != nil || len(zones) != 1 || zones["Asia/Kolkata"] == nil {
		t.Errorf("zones %v: %v", slices.Sorted(maps.Keys(zones)), err)
	}
}

// link makes a link and gives its path.
func link(t *testing.T, to, path string) string {
	t.Helper()
	if err := os.Symlink(to, path); err != nil {
		t.Fatal(err)
	}
	return path
}

// write writes a file and gives its path.
func write(t *testing.T, b []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "tz.zip")
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// An overlay that is laid decides, and one that is ignored changes nothing. The test lays it
// over all schedules of the process, so it runs by itself.
func TestUseOverlay(t *testing.T) {
	defer hours.Use(nil)
	const text = "America/Vancouver 1234567/0900-1700"
	noon := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC) // 05:00 there, by every real law
	on := func() bool {
		t.Helper()
		s, err := hours.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		return s.Contains(noon)
	}
	if on() {
		t.Error("on shift by the built-in release")
	}
	if err := hours.UseOverlay(hourstest.Zip(t, "2099a", hourstest.Laws{"America/Vancouver": 2})); err != nil {
		t.Fatal(err)
	}
	if !on() || hours.Release() != "2099a" {
		t.Errorf("the overlay does not decide, but %s", hours.Release())
	}
	if err := hours.UseOverlay(hourstest.Zip(t, "2020a", nil)); err == nil || hours.Release() != "2099a" {
		t.Errorf("an old release: %v, and %s decides", err, hours.Release())
	}
	hours.Use(nil)
	if on() || hours.Release() != hours.BuiltIn().Release() {
		t.Errorf("without it %s decides", hours.Release())
	}
}

// The files of an overlay are those of the zones that the product knows.
func TestReadOverlayFiles(t *testing.T) {
	t.Parallel()
	files := hourstest.Zones(hourstest.Laws{"America/Vancouver": 5})
	files["+VERSION"], files["Mars/Olympus"] = []byte("2099b\n"), hourstest.File(1)
	release, zones, err := hours.ReadOverlayFiles(hourstest.Folder(t, files))
	if err != nil || release != "2099b" || len(zones) != len(hours.BuiltIn().Names()) || string(zones["America/Vancouver"]) != string(files["America/Vancouver"]) {
		t.Errorf("%s with %d zones: %v", release, len(zones), err)
	}
	if release, zones, err := hours.ReadOverlayFiles(t.TempDir()); err == nil {
		t.Errorf("of an empty folder: %s with %d zones", release, len(zones))
	}
}
