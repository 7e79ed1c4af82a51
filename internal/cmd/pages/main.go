// Command pages makes the files that package pages embeds: bundles of web/, minified and with
// hashed names, the documents that name them, and beside each its forms under brotli and gzip,
// since API Gateway compresses nothing. Apart from these it makes what the sandbox adds to them,
// which must never be in what is deployed.
//
//	pages -modules .cache/npm-1234/node_modules -web internal/pages/web -out internal/pages/dist
package main

import (
	"bytes"
	"compress/gzip"
	"errors"
	"flag"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/andybalholm/brotli"
	"github.com/evanw/esbuild/pkg/api"
)

func main() {
	var modules, web, out, sandbox string
	flag.StringVar(&modules, "modules", "", "`folder` node_modules with what the pages import")
	flag.StringVar(&web, "web", "internal/pages/web", "`folder` of the sources")
	flag.StringVar(&out, "out", "internal/pages/dist", "`folder` for what is made; what was made before goes")
	flag.StringVar(&sandbox, "sandbox", "internal/cmd/sandbox", "`folder` of the sandbox, with the sources in web, and dist for what is made")
	flag.Parse()
	b := &build{modules: modules, web: web, out: out, folder: "assets", files: map[string][]byte{}}
	err := b.pages()
	if err == nil {
		pane := &build{modules: modules, web: filepath.Join(sandbox, "web"), out: filepath.Join(sandbox, "dist"), files: map[string][]byte{}}
		err = pane.pane(b.sprite)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "pages:", err)
		os.Exit(1)
	}
}

// build makes the files of one folder.
type build struct {
	modules, web, out string
	folder            string            // within out, of what has a hashed name
	sprite            string            // the address of the icons
	files             map[string][]byte // by their names in out
}

// pages makes what is served to everybody.
func (b *build) pages() error {
	worker, err := b.bundle("worker.ts", nil, "")
	if err != nil {
		return err
	}
	if b.sprite, err = b.icons(); err != nil {
		return err
	}
	app, err := b.app(worker)
	if err != nil {
		return err
	}
	style, err := b.bundle("app.css", nil, "")
	if err != nil {
		return err
	}
	for _, name := range []string{"index.html", "nowhere.html"} {
		if err := b.document(name, app, style); err != nil {
			return err
		}
	}
	return b.write()
}

// pane makes what the sandbox adds to the pages.
func (b *build) pane(sprite string) error {
	if _, err := b.bundle("pane.tsx", map[string]string{"ICONS_URL": quoted(sprite)}, ""); err != nil {
		return err
	}
	if _, err := b.bundle("pane.css", nil, ""); err != nil {
		return err
	}
	return b.write()
}

func quoted(s string) string { return fmt.Sprintf("%q", s) }

// app bundles the pages, under the licence of those who wrote what they are made with.
func (b *build) app(worker string) (address string, err error) {
	licence, err := os.ReadFile(filepath.Join(b.modules, "preact", "LICENSE"))
	if err != nil {
		return "", err
	}
	constants := map[string]string{"WORKER_URL": quoted(worker), "ICONS_URL": quoted(b.sprite)}
	return b.bundle("app.tsx", constants, "/*! preact\n\n"+strings.TrimSpace(string(licence))+"\n*/")
}

// bundle makes one file of an entry and all that it imports, and gives its address.
func (b *build) bundle(entry string, constants map[string]string, banner string) (address string, err error) {
	modules, err := filepath.Abs(b.modules)
	if err != nil {
		return "", err
	}
	made := api.Build(api.BuildOptions{
		EntryPoints: []string{filepath.Join(b.web, entry)}, EntryNames: "[name]-[hash]", Outdir: "made",
		Bundle: true, MinifyWhitespace: true, MinifyIdentifiers: true, MinifySyntax: true, LegalComments: api.LegalCommentsInline,
		Format: api.FormatESModule, Target: api.ES2022, Charset: api.CharsetUTF8, Define: constants,
		JSX: api.JSXAutomatic, JSXImportSource: "preact", NodePaths: []string{modules},
		Banner: map[string]string{"js": banner}, LogLevel: api.LogLevelSilent,
	})
	if len(made.Errors) > 0 {
		return "", errors.New(strings.Join(api.FormatMessages(made.Errors, api.FormatMessagesOptions{}), ""))
	}
	file := made.OutputFiles[0]
	name := path.Join(b.folder, filepath.Base(file.Path))
	b.files[name] = file.Contents
	return "/" + name, nil
}

// document writes the addresses of bundles into a page.
func (b *build) document(name, app, style string) error {
	text, err := os.ReadFile(filepath.Join(b.web, name))
	if err != nil {
		return err
	}
	b.files[name] = []byte(strings.NewReplacer("{app}", app, "{style}", style).Replace(string(text)))
	return nil
}

// write replaces what was made before.
func (b *build) write() error {
	old, err := filepath.Glob(filepath.Join(b.out, "[^.]*")) // .gitkeep stays
	if err != nil {
		return err
	}
	for _, name := range old {
		if err := os.RemoveAll(name); err != nil {
			return err
		}
	}
	for name, content := range b.files {
		for suffix, squeeze := range map[string]func([]byte) ([]byte, error){"": same, ".gz": gzipped, ".br": brotlied} {
			text, err := squeeze(content)
			if err != nil {
				return err
			}
			file := filepath.Join(b.out, filepath.FromSlash(name)+suffix)
			if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
				return err
			}
			if err := os.WriteFile(file, text, 0o644); err != nil {
				return err
			}
		}
		fmt.Printf("%7d  %s\n", len(content), path.Base(name))
	}
	return nil
}

func same(b []byte) ([]byte, error) { return b, nil }

func gzipped(b []byte) ([]byte, error) {
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	_, err = w.Write(b)
	err = errors.Join(err, w.Close())
	return out.Bytes(), err
}

func brotlied(b []byte) ([]byte, error) {
	var out bytes.Buffer
	w := brotli.NewWriterLevel(&out, brotli.BestCompression)
	_, err := w.Write(b)
	err = errors.Join(err, w.Close())
	return out.Bytes(), err
}
