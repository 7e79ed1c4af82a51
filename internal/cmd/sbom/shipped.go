package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// Where the parts of others come from.
const (
	goModule   = "golang"
	npmPackage = "npm"
	debian     = "deb"
)

// part is something of others that is shipped.
type part struct {
	from    string // goModule, npmPackage or debian
	name    string // as its registry calls it; std is Go's own library
	version string
	sum     string   // go.sum's, or npm's integrity
	folders []string // with what is linked; of npm nothing, since it is told by readLicences
	root    string   // where the module begins

	licences []text // what its authors ask for, without NOTICE
	notices  []text
	terms    string // the licences as an expression of SPDX
}

// purl is the part's name in the words of https://github.com/package-url/purl-spec.
func (p part) purl() string {
	switch p.from {
	case debian:
		return "pkg:deb/debian/" + p.name + "@" + strings.ReplaceAll(p.version, "+", "%2B") + "?arch=all"
	case npmPackage:
		return "pkg:npm/" + strings.Replace(p.name, "@", "%40", 1) + "@" + p.version
	}
	return "pkg:golang/" + p.name + "@" + p.version
}

// shipped is all that is deployed.
type shipped struct {
	programs []program
	parts    []part // by where they are from, and by name
}

// program is a Lambda function, or the pages, with the names of its parts.
type program struct {
	name  string
	parts []string // by their purl
}

// readShipped reads from the repository's folder what its programs are made of.
func readShipped(root string) (*shipped, error) {
	s := &shipped{}
	packages, err := readBundled(root)
	if err != nil {
		return nil, err
	}
	zones, err := readZones(root)
	if err != nil {
		return nil, err
	}
	if err := s.readLinked(root, zones); err != nil {
		return nil, err
	}
	pages := slices.IndexFunc(s.programs, func(p program) bool { return p.name == "functions/pages" })
	if pages < 0 {
		return nil, errors.New("no function has the pages")
	}
	for _, p := range packages {
		s.programs[pages].parts = append(s.programs[pages].parts, p.purl())
	}
	s.parts = slices.Concat(s.parts, packages, []part{zones})
	return s, nil
}

// listed is a package as go list tells of it.
type listed struct {
	ImportPath, Dir, Name string
	Standard              bool
	Module                *struct {
		Path, Version, Dir, Sum string
		Main                    bool
	}
	Deps []string
}

// readLinked reads which modules the functions link.
func (s *shipped) readLinked(root string, zones part) error {
	packages, err := listPackages(root)
	if err != nil {
		return err
	}
	goroot, version, err := library(root)
	if err != nil {
		return err
	}
	parts := map[string]*part{"std": {from: goModule, name: "std", version: version, root: goroot, folders: []string{goroot}}}
	of := map[string]string{} // the part's name, by package
	for imported, l := range packages {
		switch {
		case l.Standard:
			of[imported] = "std"
		case l.Module != nil && !l.Module.Main:
			p := parts[l.Module.Path]
			if p == nil {
				p = &part{from: goModule, name: l.Module.Path, version: l.Module.Version, sum: l.Module.Sum, root: l.Module.Dir}
				parts[p.name] = p
			}
			p.folders = append(p.folders, l.Dir)
			of[imported] = p.name
		}
	}
	for _, at := range slices.Sorted(maps.Keys(packages)) {
		if packages[at].Name != "main" {
			continue
		}
		linked := map[string]bool{}
		for _, imported := range packages[at].Deps {
			if name := of[imported]; name != "" {
				linked[parts[name].purl()] = true
			}
			if strings.HasSuffix(imported, "/internal/hours") {
				linked[zones.purl()] = true
			}
		}
		_, name, _ := strings.Cut(at, "/backend/")
		s.programs = append(s.programs, program{name, slices.Sorted(maps.Keys(linked))})
	}
	for _, name := range slices.Sorted(maps.Keys(parts)) {
		s.parts = append(s.parts, *parts[name])
	}
	return nil
}

// listPackages asks Go for the packages that the functions are made of, as they are built.
func listPackages(root string) (map[string]listed, error) {
	cmd := exec.Command("go", "list", "-deps", "-tags", "lambda.norpc,nethttpomithttp2", "-json=ImportPath,Dir,Name,Standard,Module,Deps", "./functions/...", "./infra/pushapps")
	cmd.Dir = root
	cmd.Env = append(os.Environ(), "GOOS=linux", "GOARCH=arm64", "CGO_ENABLED=0")
	var complaint bytes.Buffer
	cmd.Stderr = &complaint
	text, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w: %s", err, complaint.Bytes())
	}
	packages := map[string]listed{}
	for decoder := json.NewDecoder(bytes.NewReader(text)); ; {
		var l listed
		if err := decoder.Decode(&l); errors.Is(err, io.EOF) {
			return packages, nil
		} else if err != nil {
			return nil, fmt.Errorf("go list: %w", err)
		}
		packages[l.ImportPath] = l
	}
}

// library tells where Go's own library is, and its version in the form of go1.26, as CycloneDX's own tool for Go
// names it.
func library(root string) (folder, version string, err error) {
	cmd := exec.Command("go", "env", "GOROOT", "GOVERSION")
	cmd.Dir = root
	text, err := cmd.Output()
	if err != nil {
		return "", "", fmt.Errorf("go env: %w", err)
	}
	lines := strings.Fields(string(text))
	if len(lines) != 2 {
		return "", "", fmt.Errorf("go env says %q", text)
	}
	return lines[0], lines[1], nil
}

// pagesPackages is the folder with what the pages are bundled of.
const pagesPackages = "internal/pages/npm"

// readBundled reads the packages of npm that are not there for building alone.
func readBundled(root string) (parts []part, err error) {
	text, err := os.ReadFile(filepath.Join(root, pagesPackages, "package-lock.json"))
	if err != nil {
		return nil, err
	}
	var lock struct {
		Packages map[string]struct {
			Version, Integrity string
			Dev                bool
		}
	}
	if err := json.Unmarshal(text, &lock); err != nil {
		return nil, err
	}
	for _, at := range slices.Sorted(maps.Keys(lock.Packages)) {
		if p := lock.Packages[at]; at != "" && !p.Dev {
			parts = append(parts, part{from: npmPackage, name: strings.TrimPrefix(at, "node_modules/"), version: p.Version, sum: p.Integrity})
		}
	}
	return parts, nil
}

var zonesFrom = regexp.MustCompile(`^connectnow tz \d+\nrelease (\w+)\nfrom (?:Debian's tzdata_(\S+)|[^\n,]+), in the public domain\n`)

// readZones reads of which release the tz database is, and of which package.
func readZones(root string) (part, error) {
	text, err := os.ReadFile(filepath.Join(root, "internal/hours/zones.tz"))
	if err != nil {
		return part{}, err
	}
	m := zonesFrom.FindSubmatch(text)
	if m == nil {
		return part{}, errors.New("zones.tz does not say where it is from")
	}
	p := part{from: debian, name: "tzdata", version: string(m[2]), terms: publicDomain}
	if p.version == "" {
		p.version = string(m[1])
	}
	return p, nil
}

// inModule are the folders from one to the beginning of its module.
func inModule(folder, root string) (folders []string) {
	for ; len(folder) >= len(root); folder = filepath.Dir(folder) {
		folders = append(folders, folder)
	}
	return folders
}
