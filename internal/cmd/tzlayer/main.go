// Command tzlayer makes the Lambda layer by which deployed functions go by a newer release
// of the tz database than they bring: a zip that has the release's zones as tz.zip. It takes
// what an overlay takes, a folder or zip, and refuses what the functions would ignore. It
// prints the release. scripts/tz-publish runs it.
package main

import (
	"archive/zip"
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"

	"github.com/connectnow/backend/internal/hours"
)

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "tzlayer:", err)
		os.Exit(1)
	}
}

// run writes the layer.
func run(args []string, out io.Writer) error {
	flags := flag.NewFlagSet("tzlayer", flag.ContinueOnError)
	to := flags.String("to", "tz-layer.zip", "file to write")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() != 1 {
		return errors.New("name the folder or zip of the release")
	}
	release, zones, err := hours.ReadOverlayFiles(flags.Arg(0))
	if err != nil {
		return err
	}
	zones["+VERSION"] = []byte(release + "\n")
	overlay, err := archive(zones, zip.Store)
	if err != nil {
		return err
	}
	// Every function that starts reads tz.zip, where Lambda has unpacked the layer: that is
	// faster when its files are not packed once more.
	layer, err := archive(map[string][]byte{"tz.zip": overlay}, zip.Deflate)
	if err != nil {
		return err
	}
	if err := os.WriteFile(*to, layer, 0o644); err != nil { // nothing in it is secret
		return err
	}
	_, err = fmt.Fprintln(out, release)
	return err
}

// archive puts files into a zip, the same ones always into the same bytes.
func archive(files map[string][]byte, method uint16) ([]byte, error) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		header := &zip.FileHeader{Name: name, Method: method}
		header.SetMode(0o644)
		w, err := z.CreateHeader(header)
		if err != nil {
			return nil, err
		}
		if _, err := w.Write(files[name]); err != nil {
			return nil, err
		}
	}
	err := z.Close()
	return b.Bytes(), err
}
