// Command costs computes the tables of docs/deploy.md that say what a stage costs, from
// the templates of a stage in a folder that cdk synth has filled. It prints them, and with
// -w writes them into the guide besides:
//
//	costs -templates .cache/costs -w docs/deploy.md
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/connectnow/backend/internal/costs"
	"github.com/connectnow/backend/internal/costs/steps"
)

func main() {
	templates := flag.String("templates", "cdk.out", "the `folder` with the templates of one stage")
	page := flag.String("w", "", "the `file` to write the tables into")
	flag.Parse()
	if err := run(context.Background(), *templates, *page, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "costs:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, folder, page string, out io.Writer) error {
	read, err := readTemplates(folder)
	if err != nil {
		return err
	}
	report, err := steps.Report(ctx, read...)
	if err != nil {
		return err
	}
	tables, err := report.Tables()
	if err != nil {
		return err
	}
	return write(tables, page, out)
}

// write prints the tables, and puts them into the page if there is one.
func write(tables map[string]string, page string, out io.Writer) error {
	for _, name := range slices.Sorted(maps.Keys(tables)) {
		fmt.Fprintf(out, "### %s\n\n%s\n", name, tables[name])
	}
	if page == "" {
		return nil
	}
	text, err := os.ReadFile(page)
	if err != nil {
		return err
	}
	filled, err := costs.Fill(string(text), tables)
	if err != nil {
		return err
	}
	return os.WriteFile(page, []byte(filled), 0o644)
}

// readTemplates reads all templates of a folder.
func readTemplates(folder string) ([]costs.Template, error) {
	files, err := filepath.Glob(filepath.Join(folder, "*.template.json"))
	if err != nil {
		return nil, err
	}
	if len(files) == 0 {
		return nil, errors.New("no templates in " + folder + ": make synth makes them")
	}
	var all []costs.Template
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		var t costs.Template
		if err := json.Unmarshal(text, &t); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		all = append(all, t)
	}
	return all, nil
}
