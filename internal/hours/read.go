package hours

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
)

// Bounds of what is read, whatever an archive says of its sizes. The longest zone has 4 KB and
// the longest list of rules 110; a system's whole folder has 3 MB.
const (
	mostFile   = 1 << 20
	mostFiles  = 16 << 20
	mostLevels = 4 // of folders; America/Argentina/Ushuaia needs three
)

// ReadZones reads a folder or archive of zones as systems carry them: TZif files by their
// names, and the release in the first line of tzdata.zi or in +VERSION. What is no zone is
// left out: tables, the machine's own zone, and the copies in posix/ and right/. Links to
// folders are followed. Old names that a system keeps in another package, as Debian 13 does,
// are those of tzdata.zi.
func ReadZones(from fs.FS) (release string, zones map[string][]byte, err error) {
	r := reader{from: from, zones: map[string][]byte{}}
	release, links, err := r.release()
	if err != nil {
		return "", nil, err
	}
	root, err := fs.Stat(from, ".")
	if err != nil {
		return "", nil, err
	}
	if err := r.folder(".", root); err != nil {
		return "", nil, err
	}
	if len(r.zones) == 0 {
		return "", nil, errDatabase
	}
	for name := range links {
		target := name
		for range mostLevels { // some lead to another link
			if r.zones[target] == nil {
				target = links[target]
			}
		}
		if file := r.zones[target]; file != nil && zoneName(name) {
			r.zones[name] = file
		}
	}
	return release, r.zones, nil
}

// ReadZonesAt is ReadZones for a folder, or a zip, on the disk. In a zip the zones may lie
// some folders down.
func ReadZonesAt(path string) (release string, zones map[string][]byte, err error) {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
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
		if dir = path.Clean(dir); (name == versionFile || name == rulesFile) && fs.ValidPath(dir) &&
			(root == "" || strings.Count(dir, "/") < strings.Count(root, "/") || dir == ".") {
			root = dir
		}
	}
	if root == "" {
		return "."
	}
	return root
}

// reader reads one folder or archive.
type reader struct {
	from  fs.FS
	zones map[string][]byte
	above []fs.FileInfo // the folders that are being read
	total int           // bytes
}

// folder reads the zones of a folder and of those in it.
func (r *reader) folder(dir string, is fs.FileInfo) error {
	r.above = append(r.above, is)
	defer func() { r.above = r.above[:len(r.above)-1] }()
	entries, err := fs.ReadDir(r.from, dir)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		name := path.Join(dir, entry.Name())
		if !zoneName(name) {
			continue
		}
		// Of a link that leads nowhere nothing is said: whoever needs the name misses it.
		if err := r.entry(name, entry); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// entry reads what stands in a folder: a file, a folder, or what a link leads to.
func (r *reader) entry(name string, entry fs.DirEntry) error {
	info, err := entry.Info()
	if err == nil && info.Mode()&fs.ModeSymlink != 0 {
		info, err = fs.Stat(r.from, name)
	}
	switch {
	case err != nil:
		return err
	case info.Mode().IsRegular(): // and no pipe, which may never end
		return r.zone(name)
	case !info.IsDir() || len(r.above) >= mostLevels || slices.ContainsFunc(r.above, func(a fs.FileInfo) bool { return os.SameFile(a, info) }):
		return nil
	}
	return r.folder(name, info)
}

// zone reads a file, and keeps it if it is a zone's.
func (r *reader) zone(name string) error {
	file, err := r.read(name)
	if err == nil && bytes.HasPrefix(file, []byte("TZif")) {
		r.zones[name] = file
	}
	return err
}

// read reads a file within the bounds. It never asks how long the file claims to be.
func (r *reader) read(name string) ([]byte, error) {
	f, err := r.from.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	file, err := io.ReadAll(io.LimitReader(f, mostFile+1))
	r.total += len(file)
	switch {
	case err != nil:
		return nil, fmt.Errorf("reading %s: %w", name, err)
	case len(file) > mostFile:
		return nil, fmt.Errorf("%w: %s has more than %d bytes", errDatabase, name, mostFile)
	case r.total > mostFiles:
		return nil, fmt.Errorf("%w: more than %d bytes", errDatabase, mostFiles)
	}
	return file, nil
}

// The files that tell which release a folder has.
const (
	versionFile = "+VERSION"
	rulesFile   = "tzdata.zi"
)

// release finds out which release a folder has, and what its links lead to.
func (r *reader) release() (release string, links map[string]string, err error) {
	for _, place := range []struct{ file, before string }{{versionFile, ""}, {rulesFile, "# version "}} {
		text, err := r.read(place.file)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return "", nil, err
		}
		line, rest, _ := strings.Cut(string(text), "\n")
		told, ok := strings.CutPrefix(strings.TrimSpace(line), place.before)
		if !ok || !isRelease(told) || release != "" && release != told {
			continue
		}
		release, links = told, linksOf(rest)
	}
	if release == "" {
		err = fmt.Errorf("%w: neither %s nor %s tells a release", errDatabase, versionFile, rulesFile)
	}
	return release, links, err
}

// linksOf reads the links of a list of rules: a line such as L Asia/Kolkata Asia/Calcutta.
func linksOf(rules string) map[string]string {
	links := map[string]string{}
	for line := range strings.Lines(rules) {
		if words := strings.Fields(line); len(words) == 3 && words[0] == "L" {
			links[words[2]] = words[1]
		}
	}
	return links
}
