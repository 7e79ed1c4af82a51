package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"

	"github.com/connectnow/backend/internal/stage"
)

func TestMain(m *testing.M) {
	code := m.Run()
	jsii.Close()
	os.Exit(code)
}

// object is a part of a template.
type object = map[string]any

// templates are what a stage's stacks become.
type templates struct {
	app, data object
}

// synthesised holds what is asked for again, as text, since what tests get they may change.
var synthesised = map[string]string{}

// synth gives the templates with further context.
func synth(t *testing.T, context map[string]any) (made templates) {
	t.Helper()
	key := same(context)
	if synthesised[key] == "" {
		made := synthApp(t, context)
		synthesised[key] = same([]object{made.app, made.data})
	}
	check(t, json.Unmarshal([]byte(synthesised[key]), &[]*object{&made.app, &made.data}))
	return made
}

// synthesis is the templates with what they were made of.
type synthesis struct {
	templates

	stacks *stacks
	root   awscdk.App
}

// withSecrets is context by which pushes go to all platforms, and mail goes out.
var withSecrets = map[string]any{
	"fcmSecretArn":         "arn:aws:secretsmanager:eu-central-1:123456789012:secret:fcm-AbCdEf",
	"apnsSecretArn":        "arn:aws:secretsmanager:eu-central-1:123456789012:secret:apns-AbCdEf",
	"apnsSandboxSecretArn": "arn:aws:secretsmanager:eu-central-1:123456789012:secret:apns-AbCdEf",
	"voip":                 true,
	"mailFrom":             "desk@example.com",
}

// synthApp makes the templates with further context. In place of the functions' binaries are
// empty files, so that none need be built.
func synthApp(t *testing.T, context map[string]any) synthesis {
	t.Helper()
	app, err := newApp("..", t.TempDir())
	check(t, err)
	dist := t.TempDir()
	for _, name := range append(functionNames(), stage.AppsFunction) {
		check(t, os.Mkdir(filepath.Join(dist, name), 0o755))
		check(t, os.WriteFile(filepath.Join(dist, name, "bootstrap"), []byte(name), 0o755))
	}
	app.Node().SetContext(jsii.String("dist"), dist)
	for k, v := range context {
		app.Node().SetContext(jsii.String(k), v)
	}
	made, err := build(app, "..", false)
	check(t, err)
	assembly := app.Synth(nil)
	read := func(stack awscdk.Stack) (template object) {
		text, err := os.ReadFile(filepath.Join(*assembly.Directory(), *stack.TemplateFile()))
		check(t, err)
		check(t, json.Unmarshal(text, &template))
		return template
	}
	return synthesis{templates{read(made.app.stack), read(made.data.stack)}, made, app}
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// of lists the resources of a type, by their ids: their properties.
func of(template object, kind string) map[string]object {
	found := map[string]object{}
	for id, r := range template["Resources"].(object) {
		if r.(object)["Type"] == kind {
			properties, _ := r.(object)["Properties"].(object)
			found[id] = properties
		}
	}
	return found
}

// at looks a value up by a path of names.
func at(v any, path ...string) any {
	for _, name := range path {
		in, _ := v.(object)
		v = in[name]
	}
	return v
}
