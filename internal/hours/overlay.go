package hours

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"strings"
	"time"
)

var errNotNewer = errors.New("the release is not newer than the built-in one")

// UseOverlay lets all schedules go by the release at a path, a folder or zip as [ReadOverlay]
// takes it. Its error says why it is ignored; then everything stays as it was. It is meant for
// the start of a process, like [Use].
func UseOverlay(path string) error {
	d, err := ReadOverlay(path)
	if err != nil {
		return err
	}
	Use(d)
	return nil
}

// ReadOverlay reads a release of the tz database that is to be laid over the built-in one:
// a folder or zip of zones as [ReadZones] takes it, in a zip also one folder down. It is
// taken whole or not at all. Its error says what is wrong: it is damaged, names no release,
// or none that is newer.
func ReadOverlay(path string) (*Database, error) {
	d, _, err := readOverlay(path)
	return d, err
}

// ReadOverlayFiles gives the files of a release that ReadOverlay would take, by the names of
// their zones. Those that only the overlay knows are left out, since a process without it
// could not read them.
func ReadOverlayFiles(path string) (release string, zones map[string][]byte, err error) {
	d, zones, err := readOverlay(path)
	if err != nil {
		return "", nil, err
	}
	return d.Release(), zones, nil
}

// readOverlay gives a release, and its files.
func readOverlay(path string) (*Database, map[string][]byte, error) {
	release, all, err := readPath(path)
	if err != nil {
		return nil, nil, err
	}
	if own := BuiltIn().Release(); !NewerRelease(release, own) {
		return nil, nil, fmt.Errorf("%w: %s, built in is %s", errNotNewer, release, own)
	}
	zones := map[string][]byte{}
	for _, name := range BuiltIn().Names() {
		file, found := all[name]
		if !found {
			return nil, nil, fmt.Errorf("%w: %s lacks %s", errDatabase, release, name)
		}
		zones[name] = file
	}
	d, err := OpenDatabase(PackDatabase(release, "an overlay", zones))
	if err == nil {
		err = checkFiles(zones)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("%w: %s: %w", errDatabase, release, err)
	}
	return d, zones, nil
}

// checkFiles tells of the first file that cannot be read. What links share is read once,
// since a function does this whenever it starts.
func checkFiles(zones map[string][]byte) error {
	seen := map[string]bool{}
	for name, file := range zones {
		if seen[string(file)] {
			continue
		}
		seen[string(file)] = true
		if _, err := time.LoadLocationFromTZData(name, file); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

// readPath is ReadZones for a folder, or a zip, on the disk.
func readPath(path string) (release string, zones map[string][]byte, err error) {
	info, err := os.Stat(path)
	if err != nil {
		return "", nil, err
	}
	if info.IsDir() {
		return ReadZones(os.DirFS(path))
	}
	all, err := os.ReadFile(path) // at once, not by twelve hundred small reads
	if err != nil {
		return "", nil, err
	}
	archive, err := zip.NewReader(bytes.NewReader(all), int64(len(all)))
	if err != nil {
		return "", nil, fmt.Errorf("reading %s: %w", path, err)
	}
	from, err := fs.Sub(archive, rootOf(archive.File))
	if err != nil {
		return "", nil, fmt.Errorf("reading %s: %w", path, err)
	}
	return ReadZones(from)
}

// rootOf is the folder of an archive that tells the release.
func rootOf(files []*zip.File) string {
	root := ""
	for _, f := range files {
		dir, name := path.Split(f.Name)
		if dir = path.Clean(dir); (name == "+VERSION" || name == "tzdata.zi") && fs.ValidPath(dir) &&
			(root == "" || strings.Count(dir, "/") < strings.Count(root, "/") || dir == ".") {
			root = dir
		}
	}
	if root == "" {
		return "."
	}
	return root
}
