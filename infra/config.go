package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/aws/constructs-go/constructs/v10"
)

// config is what the context says: -c name=value on the command line, or "context" in
// cdk.json.
type config struct {
	stage string // names everything; "prod" keeps its data whatever happens
	// code is the folder of a function's binary, by the function's name; for a bare command
	// it is any file.
	code func(name string) string
	// definition is that of the state machine of working hours.
	definition string
	// machine says whether the platform gets a client of its own for POST /v1/escalations.
	// Cognito asks some dollars a month for it; who invokes the function needs none.
	machine bool
	// graphs says whether CloudWatch shows the page of graphs, for which it asks some dollars
	// a month.
	graphs bool
	// timers is how many messages of the queue are handled at once.
	timers int
	// reserved is how many instances of each function may run, and are kept for it; 0 for
	// as many as the AWS account allows, which in a new one is too little to reserve any.
	reserved int
	// tzLayer says whether the functions go by the clock laws that scripts/tz-publish has
	// published for this stage. They change between deployments, so that the template asks
	// for the latest: the next deployment must not put old laws back.
	tzLayer bool
	logDays int
	email   string // is told of alarms; empty for nobody
	apps    []platformApp
	// pushLogs has SNS log what becomes of each push.
	pushLogs bool
	address  address
	// origins are those whose pages may call the API.
	origins []string
	// tracing has X-Ray follow requests, at the price of some five dollars a million.
	tracing bool
	// maxReads and maxWrites are the most units a second that the table takes: a bound for
	// the bill. 0 says nothing of one, which may leave one that was there.
	maxReads, maxWrites int
}

// platformApp is a push platform and where its credential is kept.
type platformApp struct {
	platform string // fcm, apns, apns_sandbox, apns_voip or apns_voip_sandbox
	secret   string // ARN in Secrets Manager
	version  string // changed by hand when the secret has changed, so that it is read again
}

// prod reports whether it is the stage that customers use.
func (c *config) prod() bool { return c.stage == "prod" }

// layers are those of the functions that run the desk.
func (c *config) layers() []any {
	if !c.tzLayer {
		return nil
	}
	return []any{"{{resolve:ssm:/connectnow/" + c.stage + "/tz-layer}}"}
}

// name is the name of something of this stage.
func (c *config) name(what string) string { return "connectnow-" + c.stage + "-" + what }

// readConfig names all that is wrong at once. root is the folder of the project. A bare
// command, one to which what the functions do is all the same, needs neither their binaries
// nor what a deployment of prod has to have.
func readConfig(node constructs.Node, root string, bare bool) (*config, error) {
	definition, err := os.ReadFile(filepath.Join(root, "functions", "shift", "machine.asl.json"))
	if err != nil {
		return nil, fmt.Errorf("reading the state machine: %w", err)
	}
	r := &contextReader{node: node}
	c := &config{
		stage: r.text("stage", "dev"), definition: string(definition),
		machine: r.flag("machineClient", "true"), graphs: r.flag("dashboard", "true"), tzLayer: r.flag("tzLayer", "false"),
		timers: r.number("timerConcurrency", 50, 2, 1000), reserved: r.number("reservedConcurrency", 0, 0, 1000),
		pushLogs: r.flag("pushLogs", "false"), tracing: r.flag("tracing", "false"),
		maxReads: r.number("maxReadUnits", 0, 0, 1_000_000), maxWrites: r.number("maxWriteUnits", 0, 0, 1_000_000),
	}
	c.logDays = 14
	if c.prod() {
		c.logDays = 90
	}
	if !stageForm.MatchString(c.stage) {
		r.refuse("context stage=%s must be up to 12 lower-case letters and digits", c.stage)
	}
	c.apps, c.address, c.origins = r.platformApps(), r.address(), r.origins()
	c.email = r.alarmEmail(c.prod() && !bare)
	c.code = r.code(root, bare, len(c.apps) > 0)
	if c.pushLogs && len(c.apps) == 0 {
		r.refuse("context pushLogs=true needs a push platform, too")
	}
	r.refuseUnknown()
	return c, errors.Join(r.wrong...)
}
