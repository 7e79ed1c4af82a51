package hours

import (
	"errors"
	"fmt"
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
// a folder or zip of zones as [ReadZonesAt] takes it. It is taken whole or not at all. Its
// error says what is wrong: it is damaged, names no release, or none that is newer.
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
	release, all, err := ReadZonesAt(path)
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
		err = d.Check()
	}
	if err != nil {
		return nil, nil, fmt.Errorf("%w: %s: %w", errDatabase, release, err)
	}
	return d, zones, nil
}
