package hours

import (
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
)

// maxZoneFile bounds a zone's file; the longest ones have 4 KB.
const maxZoneFile = 1 << 20

// ReadZones reads a folder or archive of zones as systems carry them: TZif files by their
// names, and the release in the first line of tzdata.zi or in +VERSION. What is no zone is
// left out: tables, the machine's own zone, and the copies in posix/ and right/.
func ReadZones(from fs.FS) (release string, zones map[string][]byte, err error) {
	if release, err = readRelease(from); err != nil {
		return "", nil, err
	}
	zones = map[string][]byte{}
	err = fs.WalkDir(from, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (name == "posix" || name == "right"):
			return fs.SkipDir
		case entry.IsDir() || !zoneName(name):
			return nil
		}
		file, err := readZone(from, name)
		if file != nil {
			zones[name] = file
		}
		return err
	})
	if err == nil && len(zones) == 0 {
		err = errDatabase
	}
	return release, zones, err
}

// readZone reads a file, if it is a zone's.
func readZone(from fs.FS, name string) ([]byte, error) {
	info, err := fs.Stat(from, name) // of what a link leads to
	if err != nil || info.IsDir() {
		return nil, err
	}
	if info.Size() > maxZoneFile {
		return nil, fmt.Errorf("%w: %s has %d bytes", errDatabase, name, info.Size())
	}
	file, err := fs.ReadFile(from, name)
	if err != nil || !strings.HasPrefix(string(file), "TZif") {
		return nil, err
	}
	return file, nil
}

// readRelease finds out which release a folder has.
func readRelease(from fs.FS) (string, error) {
	for _, place := range []struct{ file, before string }{{"+VERSION", ""}, {"tzdata.zi", "# version "}} {
		text, err := fs.ReadFile(from, place.file)
		if err != nil {
			continue
		}
		line, _, _ := strings.Cut(string(text), "\n")
		if release, ok := strings.CutPrefix(strings.TrimSpace(line), place.before); ok && isRelease(release) {
			return release, nil
		}
	}
	return "", fmt.Errorf("%w: neither +VERSION nor tzdata.zi tells a release", errDatabase)
}

// PackDatabase writes a database in the form that OpenDatabase reads. Files that several
// names share are written once. The same zones give the same bytes; source is told in them.
func PackDatabase(release, source string, zones map[string][]byte) string {
	var index, files strings.Builder
	places := map[string]int{}
	for _, name := range slices.Sorted(maps.Keys(zones)) {
		file := string(zones[name])
		place, found := places[file]
		if !found {
			place = files.Len()
			places[file] = place
			files.WriteString(file)
		}
		fmt.Fprintf(&index, "%s\t%d\t%d\n", name, place, len(file))
	}
	return fmt.Sprintf("%s%s\nfrom %s, in the public domain\n\n%s\n%s", first, release, source, index.String(), files.String())
}
