// Command infra is the CDK app: the whole product on AWS, in two stacks for each stage.
// What must outlive a deployment that goes wrong is in the data stack, what is replaced
// often in the other. The routes come from api's own table.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"
)

func main() {
	defer jsii.Close()
	app, err := newApp(".", os.Getenv("CDK_OUTDIR"))
	if err == nil {
		_, err = build(app, ".")
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "infra:", err)
		jsii.Close()
		os.Exit(1)
	}
	app.Synth(nil)
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
}

// build makes the stacks that the app's context asks for.
func build(app awscdk.App, root string) (*stacks, error) {
	c, err := readConfig(app.Node(), root)
	if err != nil {
		return nil, err
	}
	awscdk.Tags_Of(app).Add(jsii.String("project"), jsii.String("connectnow"), nil)
	awscdk.Tags_Of(app).Add(jsii.String("stage"), &c.stage, nil)
	d := newData(app, c)
	return &stacks{d, newApplication(app, c, d)}, nil
}
