// Command infra is the CDK app: the whole product on AWS, in two stacks for each stage.
// What must outlive a deployment that goes wrong is in the data stack, what is replaced
// often in the other. The routes come from api's own table.
//
// scripts/cdk tells by the variable CDK_COMMAND which command of the CDK runs it.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"

	"github.com/connectnow/backend/internal/stage"
)

func main() {
	err := synthesize(os.Getenv("CDK_COMMAND"), os.Getenv("CDK_OUTDIR"))
	if err != nil {
		for line := range strings.Lines(err.Error()) {
			fmt.Fprintln(os.Stderr, "infra:", strings.TrimSuffix(line, "\n"))
		}
	}
	closeQuietly()
	if err != nil {
		os.Exit(1)
	}
}

// synthesize makes the templates. They are what synth is for, so that it says where they are.
func synthesize(command, out string) error {
	app, err := newApp(".", out)
	if err != nil {
		return err
	}
	made, err := build(app, ".", stage.Bare(command))
	if err != nil {
		return err
	}
	folder := *app.Synth(nil).Directory()
	if command == "synth" {
		for _, stack := range made.all() {
			fmt.Fprintln(os.Stderr, filepath.Join(folder, *stack.TemplateFile()))
		}
	}
	return nil
}

// closeQuietly ends the CDK's process. The library waits for it twice, and would complain in
// every other run that it has no child processes.
func closeQuietly() {
	if null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0); err == nil {
		os.Stderr = null
	}
	jsii.Close()
}

// newApp makes an app with the context of the project's cdk.json. The CLI passes that on
// itself, with what the command line says before it; without the CLI nobody else would
// read it.
func newApp(root, out string) (awscdk.App, error) {
	path := filepath.Join(root, "cdk.json")
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("reading the context: %w", err)
	}
	var file struct {
		Context map[string]any `json:"context"`
	}
	if err := json.Unmarshal(text, &file); err != nil {
		return nil, fmt.Errorf("reading the context of %s: %w", path, err)
	}
	props := &awscdk.AppProps{Context: &file.Context, AnalyticsReporting: jsii.Bool(false)}
	if out != "" {
		props.Outdir = &out
	}
	return awscdk.NewApp(props), nil
}

// stacks are those of one stage.
type stacks struct {
	data *data
	app  *application
	edge awscdk.Stack // the web ACL's, where there is one
}

// all are the stacks that there are.
func (s *stacks) all() []awscdk.Stack {
	all := []awscdk.Stack{s.data.stack, s.app.stack}
	if s.edge != nil {
		all = append(all, s.edge)
	}
	return all
}

// build makes the stacks that the app's context asks for. For bare see readConfig.
func build(app awscdk.App, root string, bare bool) (*stacks, error) {
	c, err := readConfig(app.Node(), root, bare)
	if err != nil {
		return nil, err
	}
	awscdk.Tags_Of(app).Add(jsii.String("project"), jsii.String("connectnow"), nil)
	awscdk.Tags_Of(app).Add(jsii.String("stage"), &c.Stage, nil)
	d := newData(app, c)
	made := &stacks{data: d, app: newApplication(app, c, d)}
	if c.Address.Edge.Only || c.Address.Edge.WebACL != "" {
		made.edge = newEdgeStack(app, c)
		d.stack.AddDependency(made.edge, jsii.String("a web ACL that is in use cannot go"))
	}
	return made, nil
}
