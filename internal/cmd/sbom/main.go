// Command sbom lists what is shipped and was written by others: modules that the functions link, packages
// that the pages are bundled of, and the tz database. It writes them as a bill of materials in the form of
// CycloneDX 1.6 (https://cyclonedx.org/docs/1.6/json/), and their licences into NOTICE.
//
//	sbom -modules .cache/npm-1234/node_modules -o dist/sbom.cdx.json -notice NOTICE
//
// The tools of CycloneDX make a bill of one Go program or of one folder of packages. Here are fifteen
// programs with pages and data, of which only what is in them counts.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	var modules, out, notice, version, made string
	flag.StringVar(&modules, "modules", "", "`folder` node_modules with what the pages are bundled of")
	flag.StringVar(&out, "o", "", "`file` for the bill of materials")
	flag.StringVar(&notice, "notice", "", "`file` for the licences")
	flag.StringVar(&version, "version", "", "the product's `version`")
	flag.StringVar(&made, "time", "", "the `time` of that version, in the form of RFC 3339")
	flag.Parse()
	if err := run(modules, out, notice, version, made); err != nil {
		fmt.Fprintln(os.Stderr, "sbom:", err)
		os.Exit(1)
	}
}

func run(modules, out, notice, version, made string) error {
	s, err := readShipped(".")
	if err != nil {
		return err
	}
	for i := range s.parts {
		if err := s.parts[i].readLicences(modules); err != nil {
			return err
		}
	}
	bill, err := s.bill(version, made)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(out), 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(out, bill, 0o644); err != nil {
		return err
	}
	if err := os.WriteFile(notice, s.notice(), 0o644); err != nil {
		return err
	}
	fmt.Printf("%s: %d parts of others in %d programs\n", out, len(s.parts), len(s.programs))
	return nil
}
