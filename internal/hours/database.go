package hours

import (
	"cmp"
	_ "embed" // of the built-in release
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/connectnow/backend/internal/hours/tzif"
)

// builtIn is the release of the tz database that the product brings, written by `make tz`.
//
//go:embed zones.tz
var builtIn string

// Database is one release of the tz database: which clocks every zone had, has and will
// have, as far as was known when it was made. It is a text with an index, and the zones'
// files behind it; a zone is read when it is first asked for.
type Database struct {
	release string
	index   string // a line "name, tab, offset, tab, length" for each name, sorted, behind a line break
	files   string // TZif, each once

	mu    sync.RWMutex
	zones map[string]*zone // those asked for; bounded, because only names that exist get in
}

// first are the lines a packed database begins with: its form and its release.
const first = "connectnow tz 1\nrelease "

var (
	errZone     = errors.New("not a time zone of the IANA database")
	errDatabase = errors.New("not a tz database")
)

// BuiltIn is the release that the product brings.
var BuiltIn = sync.OnceValue(func() *Database {
	d, err := OpenDatabase(builtIn)
	if err != nil {
		panic(err) // a test opens it
	}
	return d
})

// used is the database that all schedules go by; nil stands for the built-in one.
var used atomic.Pointer[Database]

// Use lets all schedules go by a database from now on. It is meant for the start of a
// process: schedules that were compiled before keep the zones they have.
func Use(d *Database) { used.Store(d) }

// Current is the database that schedules go by: the one that was handed to Use, or else
// the built-in one.
func Current() *Database {
	if d := used.Load(); d != nil {
		return d
	}
	return BuiltIn()
}

// Release names the release that schedules go by, such as 2026f.
func Release() string { return Current().Release() }

// OpenDatabase reads a database in the form that PackDatabase writes. The zones' files are
// looked at when they are asked for; Check looks at all of them.
func OpenDatabase(packed string) (*Database, error) {
	rest, ok := strings.CutPrefix(packed, first)
	head, rest, ok2 := strings.Cut(rest, "\n\n")
	index, files, ok3 := strings.Cut(rest, "\n\n")
	release, _, _ := strings.Cut(head, "\n")
	if !ok || !ok2 || !ok3 || !isRelease(release) {
		return nil, errDatabase
	}
	return &Database{release: release, index: "\n" + index + "\n", files: files, zones: map[string]*zone{}}, nil
}

// Release names the release, such as 2026f.
func (d *Database) Release() string { return d.release }

// Names are the names of all zones, sorted, with links and old names.
func (d *Database) Names() []string {
	var names []string
	for line := range strings.Lines(d.index[1:]) {
		name, _, _ := strings.Cut(line, "\t")
		names = append(names, name)
	}
	return names
}

// Location is a zone by its name, for package time.
func (d *Database) Location(name string) (*time.Location, error) {
	file, ok := d.File(name)
	if !ok {
		return nil, errZone
	}
	return time.LoadLocationFromTZData(name, []byte(file))
}

// Check looks at the file of every zone and tells of the first that is damaged, which package
// time may take all the same. What links share is looked at once, since a function with an
// overlay does this whenever it starts.
func (d *Database) Check() error {
	seen := map[string]bool{}
	for line := range strings.Lines(d.index[1:]) {
		name, place, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		file, ok := d.at(place)
		if !ok || !zoneName(name) {
			return fmt.Errorf("%s: %w", name, errZone)
		}
		if seen[place] {
			continue
		}
		seen[place] = true
		if _, err := tzif.Parse([]byte(file)); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if _, err := time.LoadLocationFromTZData(name, []byte(file)); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

// File finds a zone's file, in TZif. One search of 17 KB costs less than a map that every cold
// start would build.
func (d *Database) File(name string) (file string, ok bool) {
	if !zoneName(name) {
		return "", false
	}
	_, rest, found := strings.Cut(d.index, "\n"+name+"\t")
	place, _, _ := strings.Cut(rest, "\n")
	if !found {
		return "", false
	}
	return d.at(place)
}

// at is the file at a place of the index: an offset, a tab, a length.
func (d *Database) at(place string) (file string, ok bool) {
	offset, length, _ := strings.Cut(place, "\t")
	from, err := strconv.ParseUint(offset, 10, 31)
	long, err2 := strconv.ParseUint(length, 10, 31)
	if err != nil || err2 != nil || from+long > uint64(len(d.files)) {
		return "", false
	}
	return d.files[from : from+long], true
}

// zone finds a zone by its name, and keeps it.
func (d *Database) zone(name string) (*zone, error) {
	d.mu.RLock()
	z := d.zones[name]
	d.mu.RUnlock()
	if z != nil {
		return z, nil
	}
	loc, err := d.Location(name)
	if err != nil {
		return nil, errZone
	}
	z = newZone(loc)
	d.mu.Lock()
	defer d.mu.Unlock()
	// The key must not keep alive the row from which the name was cut.
	d.zones[strings.Clone(name)] = z
	return z, nil
}

// NewerRelease reports whether a release came after another: by its year, then by its
// letters, of which z is followed by za.
func NewerRelease(release, than string) bool {
	if !isRelease(release) || !isRelease(than) {
		return false
	}
	return cmp.Or(strings.Compare(release[:4], than[:4]), cmp.Compare(len(release), len(than)), strings.Compare(release, than)) > 0
}

// isRelease tells names of releases: a year and letters.
func isRelease(s string) bool {
	if len(s) < len("2026a") {
		return false
	}
	_, year := digits(s[:4])
	return year && strings.Trim(s[4:], "abcdefghijklmnopqrstuvwxyz") == ""
}
