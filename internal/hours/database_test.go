package hours

import (
	"archive/zip"
	_ "embed"
	"errors"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
)

//go:embed testdata/names-go1.26.8.txt
var namesOfGo string

// Every zone of the built-in database can be read, and no name that a schedule may have
// stored since the first version is missing.
func TestBuiltIn(t *testing.T) {
	db := BuiltIn()
	if err := db.Check(); err != nil {
		t.Error(err)
	}
	if got := db.Release(); got != "2026f" && !NewerRelease(got, "2026f") {
		t.Errorf("release %s, want 2026f or a newer one", got)
	}
	names := db.Names()
	if !slices.IsSorted(names) {
		t.Error("the names are not sorted")
	}
	lines := strings.Split(strings.TrimSpace(namesOfGo), "\n")[1:]
	if len(lines) != 598 {
		t.Fatalf("%d names of Go, want 598", len(lines))
	}
	for _, name := range lines {
		if !slices.Contains(names, name) {
			t.Errorf("%s is gone", name)
		}
	}
	for _, name := range names {
		if bad := (WorkingHours{TimeZone: name}).Validate(); bad != nil {
			t.Errorf("%s: %v", name, bad)
		}
	}
}

// Files that several names share are in the database once, and the same zones give the
// same bytes whatever order a map has.
func TestPackDatabase(t *testing.T) {
	db := BuiltIn()
	zones := map[string][]byte{}
	sizes := map[string]int{}
	for _, name := range db.Names() {
		file, _ := db.File(name)
		zones[name] = []byte(file)
		sizes[file] = len(file)
	}
	want := 0
	for _, size := range sizes {
		want += size
	}
	if len(db.files) != want {
		t.Errorf("%d bytes of files, want %d", len(db.files), want)
	}
	_, source, _ := strings.Cut(builtIn, "\nfrom ")
	source, _, _ = strings.Cut(source, ", in the public domain\n")
	if PackDatabase(db.Release(), source, zones) != builtIn {
		t.Error("packed again, the built-in database has other bytes")
	}
}

func TestOpenDatabaseRefuses(t *testing.T) {
	head := "connectnow tz 1\nrelease 2026f\nfrom here\n\n"
	for _, c := range []struct{ name, packed string }{
		{"nothing", ""},
		{"another form", strings.Replace(head, "tz 1", "tz 2", 1) + "UTC\t0\t1\n\nx"},
		{"no release", strings.Replace(head, "2026f", "", 1) + "UTC\t0\t1\n\nx"},
		{"a strange release", strings.Replace(head, "2026f", "latest", 1) + "UTC\t0\t1\n\nx"},
		{"a head alone", head},
		{"an index alone", head + "UTC\t0\t1\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := OpenDatabase(c.packed); !errors.Is(err, errDatabase) {
				t.Errorf("got %v, want errDatabase", err)
			}
		})
	}
}

// A damaged file is found by Check, and asking for it is an error, not a panic.
func TestCheckFindsDamage(t *testing.T) {
	utc, _ := BuiltIn().File("UTC")
	for _, c := range []struct{ name, line string }{
		{"too short", "UTC\t0\t50"},
		{"not there", "UTC\t0\t5000"},
		{"no number", "UTC\t-1\t50"},
		{"no length", "UTC"},
		{"no name of a zone", "../UTC\t0\t" + strconv.Itoa(len(utc))},
	} {
		t.Run(c.name, func(t *testing.T) {
			db, err := OpenDatabase("connectnow tz 1\nrelease 2026f\nfrom here\n\n" + c.line + "\n\n" + utc)
			if err != nil {
				t.Fatal(err)
			}
			if err := db.Check(); err == nil {
				t.Error("no damage found")
			}
			if file, ok := db.File("UTC"); ok && c.name != "too short" {
				t.Errorf("the file has %d bytes", len(file))
			}
		})
	}
}

func TestReadZones(t *testing.T) {
	file, _ := BuiltIn().File("Asia/Kolkata")
	zone := &fstest.MapFile{Data: []byte(file)}
	folder := fstest.MapFS{
		"Asia/Kolkata": zone, "posix/Asia/Kolkata": zone, "right/Asia/Kolkata": zone, "localtime": zone, "posixrules": zone,
		"leapseconds": {Data: []byte("# none")}, "zone.tab": {Data: []byte("IN")}, "Asia/Pipe": {Mode: fs.ModeNamedPipe},
		"a/b/c/Deep": zone, "a/b/c/d/Deeper": zone,
		"tzdata.zi": {Data: []byte("# version 2027b\n# redo posix_only\n")},
	}
	release, zones, err := ReadZones(folder)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string][]byte{"Asia/Kolkata": []byte(file), "a/b/c/Deep": []byte(file)}, zones); release != "2027b" || diff != "" {
		t.Errorf("release %s, zones (-want +got):\n%s", release, diff)
	}
	folder["tzdata.zi"] = &fstest.MapFile{Data: []byte("# version 2027b\nL Asia/Kolkata ../Kolkata\nL Asia/Kolkata Asia/Calcutta\nL Asia/Atlantis Asia/Lost\n")}
	for _, version := range []string{"", "the newest", "2027b"} { // those of the same release hold beside it
		folder["+VERSION"] = &fstest.MapFile{Data: []byte(version)}
		release, zones, err := ReadZones(folder)
		names := slices.Sorted(maps.Keys(zones))
		if want := []string{"Asia/Calcutta", "Asia/Kolkata", "a/b/c/Deep"}; err != nil || release != "2027b" || !slices.Equal(names, want) {
			t.Errorf("with links, and +VERSION %q: %s, %v, want %v: %v", version, release, names, want, err)
		}
	}
	if _, _, err := ReadZones(fstest.MapFS{"tzdata.zi": folder["tzdata.zi"]}); !errors.Is(err, errDatabase) {
		t.Errorf("without a zone: %v", err)
	}
	folder["+VERSION"] = &fstest.MapFile{Data: []byte("2027c\n")}
	if release, _, err := ReadZones(folder); release != "2027c" || err != nil {
		t.Errorf("with +VERSION: %q, %v", release, err)
	}
	delete(folder, "+VERSION")
	delete(folder, "tzdata.zi")
	if _, _, err := ReadZones(folder); !errors.Is(err, errDatabase) {
		t.Errorf("without a version: %v", err)
	}
}

// failing is a folder in which one call fails, such as "list Asia". It counts the files that are open.
type failing struct {
	fstest.MapFS
	call string
	err  error
	open *int
}

func (f failing) Open(name string) (fs.File, error) {
	if f.call == "open "+name {
		return nil, f.err
	}
	file, err := f.MapFS.Open(name)
	if err == nil {
		*f.open++
	}
	return counted{file, f.open}, err
}

func (f failing) ReadDir(dir string) ([]fs.DirEntry, error) {
	if f.call == "list "+dir {
		return nil, f.err
	}
	entries, err := f.MapFS.ReadDir(dir)
	for i, e := range entries {
		if f.call == "look at "+path.Join(dir, e.Name()) {
			entries[i] = unseen{e, f.err}
		}
	}
	return entries, err
}

type counted struct {
	fs.File
	open *int
}

func (c counted) Close() error {
	*c.open--
	return c.File.Close()
}

type unseen struct {
	fs.DirEntry
	err error
}

func (u unseen) Info() (fs.FileInfo, error) { return nil, u.err }

// What cannot be read is told, so that no release is taken without it. What went while its folder
// was read is missed by whoever needs it. Every file is closed again.
func TestReadZonesFails(t *testing.T) {
	text, _ := BuiltIn().File("Asia/Kolkata")
	zone := &fstest.MapFile{Data: []byte(text)}
	folder := fstest.MapFS{"Asia/Kolkata": zone, "Asia/Calcutta": zone, "UTC": zone, "+VERSION": {Data: []byte("2027b")}}
	for _, c := range []struct {
		call string
		err  error
		want int // zones
	}{
		{"none", fs.ErrPermission, 3},
		{"list .", fs.ErrPermission, 0}, {"list Asia", fs.ErrPermission, 0}, {"list Asia", fs.ErrNotExist, 1},
		{"look at Asia/Kolkata", fs.ErrPermission, 0}, {"look at Asia/Kolkata", fs.ErrNotExist, 2},
		{"open Asia/Kolkata", fs.ErrPermission, 0}, {"open Asia/Kolkata", fs.ErrNotExist, 2},
		{"open +VERSION", fs.ErrPermission, 0}, {"open tzdata.zi", fs.ErrPermission, 0},
	} {
		open := 0
		_, zones, err := ReadZones(failing{folder, c.call, c.err, &open})
		if len(zones) != c.want || (c.want == 0) != errors.Is(err, c.err) || open != 0 {
			t.Errorf("%s, %v: %d zones, want %d, %d files are open: %v", c.call, c.err, len(zones), c.want, open, err)
		}
	}
}

func TestNewerRelease(t *testing.T) {
	for _, c := range []struct {
		release, than string
		want          bool
	}{
		{"2026f", "2025c", true},
		{"2026f", "2026e", true},
		{"2026f", "2026f", false},
		{"2026e", "2026f", false},
		{"2026za", "2026z", true},
		{"2026z", "2026za", false},
		{"2027a", "2026zz", true},
		{"", "2026f", false},
		{"2026", "2025c", false},
		{"2027A", "2026f", false},
		{"latest", "2026f", false},
		{"2026f", "", false},
		{"202xf", "2025c", false},
	} {
		t.Run(c.release+" "+c.than, func(t *testing.T) {
			if got := NewerRelease(c.release, c.than); got != c.want {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}

// Another database decides from when it is used, and none that was read before stays in
// its way. The differences are what `make tz` prints.
func TestUse(t *testing.T) {
	zones := map[string][]byte{}
	for _, name := range BuiltIn().Names() {
		file, _ := BuiltIn().File(name)
		zones[name] = []byte(file)
	}
	zones["Asia/Kolkata"] = zones["Asia/Tokyo"]
	zones["Asia/Brandnew"] = zones["Asia/Tokyo"]
	delete(zones, "Europe/Oslo")
	db, err := OpenDatabase(PackDatabase("2099a", "a test", zones))
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2027, 1, 4, 0, 15, 0, 0, time.UTC) // 05:45 in Kolkata, 09:15 in Tokyo
	w := WorkingHours{TimeZone: "Asia/Kolkata", Entries: []Entry{{Days: []string{"mon"}, Start: "09:00", End: "17:00"}}}
	onShift := func() bool {
		s, err := Compile(w)
		if err != nil {
			t.Fatal(err)
		}
		return s.Contains(at)
	}
	if onShift() {
		t.Error("on shift by the built-in database")
	}
	Use(db)
	t.Cleanup(func() { Use(nil) })
	if !onShift() || Release() != "2099a" {
		t.Errorf("release %s: not on shift by its law", Release())
	}
	if _, err := loadZone("Europe/Oslo"); err != nil {
		t.Errorf("a name that it lacks: %v", err)
	}
	if _, err := loadZone("Asia/Brandnew"); err != nil {
		t.Errorf("a name that only it has: %v", err)
	}
	if detail := ZoneFault("Asia/Brandnew"); !strings.Contains(detail, "release "+BuiltIn().Release()) {
		t.Errorf("a name that only it has may be set: %q, want the release that does not know it", detail)
	}
	got, err := Differences(BuiltIn(), db, at, at.AddDate(1, 0, 0))
	want := []Difference{{Zone: "Asia/Kolkata", From: at, To: at.AddDate(1, 0, 0), Was: 330 * time.Minute, Is: 540 * time.Minute}}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	Use(nil)
	if onShift() {
		t.Error("on shift when the other database is gone")
	}
}

// A zone that is not there is told as such, and a name of one letter is as good as any.
func TestFile(t *testing.T) {
	utc, ok := BuiltIn().File("UTC")
	if !ok || utc == "" {
		t.Fatal("no UTC")
	}
	for _, name := range []string{"Mars/Olympus", "../UTC", ""} {
		if _, ok := BuiltIn().File(name); ok {
			t.Errorf("%q is there", name)
		}
	}
	d, err := OpenDatabase(PackDatabase("2026f", "a test", map[string][]byte{"Z": []byte(utc)}))
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Check(); err != nil {
		t.Error(err)
	}
}

// TestDifferences: a difference is one as long as both clocks stay, also into the years for which
// no table was made, and another when one of them changes.
func TestDifferences(t *testing.T) {
	file := func(name string) []byte {
		text, _ := BuiltIn().File(name)
		return []byte(text)
	}
	pack := func(zones map[string][]byte) *Database {
		d, err := OpenDatabase(PackDatabase("2099a", "a test", zones))
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	fixed, summer, other := file("Asia/Tokyo"), file("Europe/Berlin"), file("Asia/Kolkata")
	old := pack(map[string][]byte{"A/Changes": summer, "B/Fixed": fixed, "C/Fixed": fixed, "D/Same": fixed, "E/Gone": fixed})
	fresh := pack(map[string][]byte{"A/Changes": other, "B/Fixed": summer, "C/Fixed": other, "D/Same": fixed, "F/New": other})
	day := func(year int, month time.Month, d, hour int) time.Time {
		return time.Date(year, month, d, hour, 0, 0, 0, time.UTC)
	}
	from, spring, autumn, to := day(2099, 1, 1, 0), day(2099, 3, 29, 1), day(2099, 10, 25, 1), day(2100, 2, 1, 0)
	const kolkata, tokyo, winter, late = 330 * time.Minute, 9 * time.Hour, time.Hour, 2 * time.Hour
	want := []Difference{
		{"A/Changes", from, spring, winter, kolkata}, {"A/Changes", spring, autumn, late, kolkata}, {"A/Changes", autumn, to, winter, kolkata},
		{"B/Fixed", from, spring, tokyo, winter}, {"B/Fixed", spring, autumn, tokyo, late}, {"B/Fixed", autumn, to, tokyo, winter},
		{"C/Fixed", from, to, tokyo, kolkata},
	}
	got, err := Differences(old, fresh, from, to)
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	// What goes on beyond 2099, where a zone's table ends, is one; and what comes again is another.
	old = pack(map[string][]byte{"A/Fixed": fixed, "B/Changes": summer})
	fresh = pack(map[string][]byte{"A/Fixed": other, "B/Changes": file("Africa/Lagos")})
	from, to = day(2098, 1, 1, 0), day(2100, 2, 1, 0)
	want = []Difference{
		{"A/Fixed", from, to, tokyo, kolkata},
		{"B/Changes", day(2098, 3, 30, 1), day(2098, 10, 26, 1), late, winter}, {"B/Changes", spring, autumn, late, winter},
	}
	got, err = Differences(old, fresh, from, to)
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	if got, err := Differences(pack(map[string][]byte{"A/Damaged": []byte("x")}), fresh, from, to); err == nil {
		t.Errorf("of a damaged release: %+v", got)
	}
}

// TestRootOf: the folder of an archive that tells the release, the highest of several.
func TestRootOf(t *testing.T) {
	for _, c := range []struct{ names, want string }{
		{"+VERSION Asia/Kolkata", "."}, {"a/+VERSION a/Asia/Kolkata", "a"}, {"a/tzdata.zi", "a"}, {"a/other", "."}, {"", "."},
		{"a/+VERSION +VERSION", "."}, {"+VERSION a/+VERSION", "."}, {"a/b/+VERSION c/tzdata.zi", "c"}, {"c/tzdata.zi a/b/+VERSION", "c"}, {"a/+VERSION b/tzdata.zi", "a"},
		{"../+VERSION a/+VERSION", "a"},
	} {
		var files []*zip.File
		for _, name := range strings.Fields(c.names) {
			files = append(files, &zip.File{FileHeader: zip.FileHeader{Name: name}})
		}
		if got := rootOf(files); got != c.want {
			t.Errorf("%s: %s, want %s", c.names, got, c.want)
		}
	}
}

// Of a list of rules only lines of a link are links.
func TestLinksOf(t *testing.T) {
	got := linksOf("\nL UTC\nL UTC Etc/UTC # more\nZ UTC 0\nL Asia/Kolkata Asia/Calcutta\n")
	if diff := cmp.Diff(map[string]string{"Asia/Calcutta": "Asia/Kolkata"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
