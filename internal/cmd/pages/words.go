package main

import (
	"path/filepath"
	"strings"

	"github.com/evanw/esbuild/pkg/api"

	"github.com/connectnow/backend/internal/pages/words"
)

// translated is what the sources import of a translation: the file, and the part of it.
const translated = `\.tsv\?\w+$`

// translations makes modules of parts of translations, such as ../words/de.tsv?words, so that each
// is loaded with the screens that say it. Back-translations stay here.
func (b *build) translations() api.Plugin {
	return api.Plugin{Name: "words", Setup: func(p api.PluginBuild) {
		p.OnResolve(api.OnResolveOptions{Filter: translated}, func(a api.OnResolveArgs) (api.OnResolveResult, error) {
			file, part, _ := strings.Cut(filepath.Join(a.ResolveDir, filepath.FromSlash(a.Path)), "?")
			// The name of what is made begins with this one.
			language := strings.TrimSuffix(filepath.Base(file), ".tsv")
			return api.OnResolveResult{Path: language + "-" + part, Namespace: "words", PluginData: [2]string{file, part}}, nil
		})
		p.OnLoad(api.OnLoadOptions{Filter: ".*", Namespace: "words"}, func(a api.OnLoadArgs) (api.OnLoadResult, error) {
			of := a.PluginData.([2]string)
			text, err := b.translation(of[0], of[1])
			return api.OnLoadResult{Contents: &text, Loader: api.LoaderJS}, err
		})
	}}
}

func (b *build) translation(file, part string) (string, error) {
	rows, err := words.Translation(file)
	if err != nil {
		return "", err
	}
	tables, err := words.English(b.web)
	if err != nil {
		return "", err
	}
	return words.Module(rows, tables, part)
}
