package main

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/aws/constructs-go/constructs/v10"

	"github.com/connectnow/backend/internal/stage"
)

// config is what the context says, with what the project's folder has for it.
type config struct {
	stage.Options
	// code is the folder of a function's binary, by the function's name; for a bare command
	// it is any file.
	code func(name string) string
	// definition is that of the state machine of working hours.
	definition string
	logDays    int
}

// layers are those of the functions that run the desk.
func (c *config) layers() []any {
	if !c.TZLayer {
		return nil
	}
	return []any{"{{resolve:ssm:/connectnow/" + c.Stage + "/tz-layer}}"}
}

// name is the name of something of this stage.
func (c *config) name(what string) string { return "connectnow-" + c.Stage + "-" + what }

// readConfig names all that is wrong at once. root is the folder of the project. A bare
// command needs neither the functions' binaries nor what a deployment of prod has to have:
// see stage.Bare. The region is that to which the CDK's command line deploys.
func readConfig(node constructs.Node, root string, bare bool) (*config, error) {
	definition, err := os.ReadFile(filepath.Join(root, "functions", "shift", "machine.asl.json"))
	if err != nil {
		return nil, fmt.Errorf("reading the state machine: %w", err)
	}
	context, _ := node.GetAllContext(nil).(map[string]any)
	options, err := stage.Read(context, os.Getenv("CDK_DEFAULT_REGION"), bare)
	c := &config{Options: options, definition: string(definition), logDays: 14}
	if c.Prod() {
		c.logDays = 90
	}
	dist := cmp.Or(c.Dist, filepath.Join(root, "dist"))
	c.code = func(name string) string { return filepath.Join(dist, name) }
	if bare {
		// Any file stands in; sources would be Go packages in cdk.out.
		c.code = func(string) string { return filepath.Join(root, "cdk.json") }
	} else {
		err = errors.Join(err, c.Missing(dist, functionNames()))
	}
	return c, err
}
