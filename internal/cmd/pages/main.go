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
	"encoding/json"
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
	modules, err := filepath.Abs(modules)
	if err != nil {
		fmt.Fprintln(os.Stderr, "pages:", err)
		os.Exit(1)
	}
	b := &build{modules: modules, web: web, out: out, folder: "assets", files: map[string][]byte{}}
	if err = b.pages(); err == nil {
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
	worker, _, err := b.bundle("worker.ts", nil)
	if err != nil {
		return err
	}
	if b.sprite, err = b.icons(); err != nil {
		return err
	}
	office, _, err := b.bundle("office.css", nil)
	if err != nil {
		return err
	}
	app, parts, err := b.app(worker, office)
	if err != nil {
		return err
	}
	style, _, err := b.bundle("app.css", nil)
	if err != nil {
		return err
	}
	if err := b.serviceWorker(); err != nil {
		return err
	}
	icon, err := b.manifest()
	if err != nil {
		return err
	}
	var preload strings.Builder
	for _, part := range parts {
		fmt.Fprintf(&preload, "<link rel=\"modulepreload\" href=\"%s\">\n", part)
	}
	in := strings.NewReplacer("{app}", app, "{style}", style, "{icon}", icon, "{preload}\n", preload.String())
	for _, name := range []string{"index.html", "nowhere.html"} {
		if err := b.document(name, in); err != nil {
			return err
		}
	}
	return b.write()
}

// pane makes what the sandbox adds to the pages.
func (b *build) pane(sprite string) error {
	if _, _, err := b.bundle("pane.tsx", map[string]string{"ICONS_URL": quoted(sprite)}); err != nil {
		return err
	}
	if _, _, err := b.bundle("phone.ts", nil); err != nil {
		return err
	}
	if _, _, err := b.bundle("pane.css", nil); err != nil {
		return err
	}
	return b.write()
}

func quoted(s string) string { return fmt.Sprintf("%q", s) }

// app bundles the pages, under the licence of those who wrote what they are made with.
func (b *build) app(worker, office string) (address string, parts []string, err error) {
	licence, err := os.ReadFile(filepath.Join(b.modules, "preact", "LICENSE"))
	if err != nil {
		return "", nil, err
	}
	constants := map[string]string{"WORKER_URL": quoted(worker), "ICONS_URL": quoted(b.sprite), "OFFICE_STYLE_URL": quoted(office)}
	address, parts, err = b.bundle("app.tsx", constants)
	if err != nil {
		return "", nil, err
	}
	// Once is enough: esbuild would write a banner above all that the pages load later, too.
	name := strings.TrimPrefix(address, "/")
	b.files[name] = append([]byte("/*! preact\n\n"+strings.TrimSpace(string(licence))+"\n*/\n"), b.files[name]...)
	return address, parts, nil
}

// bundle makes a file of an entry and all that it imports, and gives its address. What an import
// asks for only once it is needed has files of its own, and parts are the addresses of those that
// the entry shares with them: a browser learns of them only once it has read the entry.
func (b *build) bundle(entry string, constants map[string]string) (address string, parts []string, err error) {
	made := api.Build(b.options(entry, constants))
	if len(made.Errors) > 0 {
		return "", nil, errors.New(strings.Join(api.FormatMessages(made.Errors, api.FormatMessagesOptions{}), ""))
	}
	for _, file := range made.OutputFiles {
		b.files[path.Join(b.folder, filepath.Base(file.Path))] = file.Contents
	}
	return b.entry(made.Metafile, entry)
}

// options are those of every bundle.
func (b *build) options(entry string, constants map[string]string) api.BuildOptions {
	return api.BuildOptions{
		EntryPoints: []string{filepath.Join(b.web, entry)}, EntryNames: "[name]-[hash]", ChunkNames: "[name]-[hash]", Outdir: "made",
		Bundle: true, Splitting: true, MinifyWhitespace: true, MinifyIdentifiers: true, MinifySyntax: true, LegalComments: api.LegalCommentsInline,
		Format: api.FormatESModule, Target: api.ES2022, Charset: api.CharsetUTF8, Define: constants,
		JSX: api.JSXAutomatic, JSXImportSource: "preact", NodePaths: []string{b.modules},
		LogLevel: api.LogLevelSilent, Metafile: true,
		Plugins: []api.Plugin{b.translations()},
	}
}

// entry finds in esbuild's account of what it made the file of an entry, and those that it imports.
func (b *build) entry(account, entry string) (address string, parts []string, err error) {
	var made struct {
		Outputs map[string]struct {
			EntryPoint string
			Imports    []struct{ Path, Kind string }
		}
	}
	if err := json.Unmarshal([]byte(account), &made); err != nil {
		return "", nil, err
	}
	at := func(file string) string { return "/" + path.Join(b.folder, path.Base(file)) }
	for file, output := range made.Outputs {
		if path.Base(output.EntryPoint) != entry {
			continue
		}
		for _, i := range output.Imports {
			if i.Kind == "import-statement" {
				parts = append(parts, at(i.Path))
			}
		}
		return at(file), parts, nil
	}
	return "", nil, fmt.Errorf("esbuild made nothing of %s", entry)
}

// document writes the addresses of bundles into a page.
func (b *build) document(name string, in *strings.Replacer) error {
	text, err := os.ReadFile(filepath.Join(b.web, name))
	if err != nil {
		return err
	}
	b.files[name] = []byte(in.Replace(string(text)))
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
