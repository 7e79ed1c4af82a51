// Command stage looks whether what is said of a stage can be, and tells all that is wrong.
// scripts/cdk runs it before anything is built: the CDK's app, which looks for the same,
// takes a minute to compile, and so do the functions.
//
// Its arguments are the command of the CDK and those of its command line, of which it
// understands -c and --context. Of the files that give context, too, it reads those of the
// project and of the user, as the CDK does.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"

	"github.com/connectnow/backend/internal/stage"
)

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "stage: stage COMMAND ARGUMENT …")
		os.Exit(2)
	}
	home, _ := os.UserHomeDir() // without one there is no file of the user
	if err := run(os.Args[1], os.Args[2:], home); err != nil {
		for line := range strings.Lines(err.Error()) {
			fmt.Fprintln(os.Stderr, "stage:", strings.TrimSuffix(line, "\n"))
		}
		os.Exit(1)
	}
}

// run looks at the context of a command in the folder of the project. Which region the stage
// is of the CDK finds out later.
func run(command string, args []string, home string) error {
	context := fromFiles(home)
	maps.Copy(context, assigned(args))
	o, err := stage.Read(context, "", stage.Bare(command))
	if o.Dist == "" || stage.Bare(command) {
		return err // binaries of our own are yet to be built
	}
	functions, reading := os.ReadDir("functions")
	if reading != nil {
		return errors.Join(err, fmt.Errorf("reading the names of the functions: %w", reading))
	}
	var names []string
	for _, f := range functions {
		names = append(names, f.Name())
	}
	return errors.Join(err, o.Missing(o.Dist, names))
}

// fromFiles is the context of cdk.json, which counts before what the CDK has noted in
// cdk.context.json and before the user's own. A file that cannot be read is the CDK's to tell.
func fromFiles(home string) map[string]any {
	type file struct {
		Context map[string]any `json:"context"`
	}
	var user, project file
	noted := map[string]any{}
	read(filepath.Join(home, ".cdk.json"), &user)
	read("cdk.context.json", &noted)
	read("cdk.json", &project)
	all := map[string]any{}
	for _, context := range []map[string]any{user.Context, noted, project.Context} {
		maps.Copy(all, context)
	}
	return all
}

func read(path string, into any) {
	if text, err := os.ReadFile(path); err == nil {
		_ = json.Unmarshal(text, into) // see fromFiles
	}
}

// assigned is the context of a command line, in the forms that the CDK takes. The last of a
// name counts.
func assigned(args []string) map[string]any {
	context := map[string]any{}
	for i, arg := range args {
		if arg == "--" {
			break
		}
		said := ""
		for _, option := range []string{"--context", "-c"} {
			if arg == option && i+1 < len(args) {
				said = args[i+1]
			} else if rest, is := strings.CutPrefix(arg, option); is && rest != "" && said == "" {
				said = strings.TrimPrefix(rest, "=")
			}
		}
		if name, value, is := strings.Cut(said, "="); is {
			context[name] = value
		}
	}
	return context
}
