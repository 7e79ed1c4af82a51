package main

import (
	"maps"
	"math"
	"os"
	"testing"

	"github.com/connectnow/backend/internal/costs"
	"github.com/connectnow/backend/internal/costs/steps"
	"github.com/connectnow/backend/internal/stage"
)

// priced is the stage whose costs the guide has, the one of make costs: with Android and
// iPhone, and all options as they are without being asked for.
var priced = map[string]any{"stage": "prod", "alarmEmail": "none", "mailFrom": "desk@example.com", "fcmSecretArn": withSecrets["fcmSecretArn"], "apnsSecretArn": withSecrets["apnsSecretArn"]}

// TestCosts holds what was promised, in dollars: of an idle stage a month, after what AWS
// gives for free, and of a million escalations by the list. The guide has the tables as
// they are now.
func TestCosts(t *testing.T) {
	made := synth(t, priced)
	report, err := steps.Report(t.Context(), made.app, made.data)
	check(t, err)
	with, without, err := report.Idle()
	check(t, err)
	life, _, err := report.Life(report.Sizes[1].Steps)
	check(t, err)
	routes, wide, thrifty, err := report.WorstMonth()
	check(t, err)
	if want := len(stage.Throttles(false)); len(routes) != want || wide < thrifty {
		t.Errorf("%d public routes, want %d; a month of %v, and of %v where the stage is thrifty", len(routes), want, wide, thrifty)
	}
	_, idle := costs.Total(with)
	_, bare := costs.Total(without)
	million, _ := costs.Total(life)
	for _, c := range []struct {
		name      string
		got, most float64
	}{
		{"an idle stage", idle, 10}, {"an idle stage without the machine client", bare, 5}, {"a million escalations with 50 agents", million, 40},
		{"the worst month that strangers can make of a thrifty stage", thrifty, 600},
	} {
		if c.got <= 0 || c.got > c.most {
			t.Errorf("%s costs %.2f, at most %.2f is promised", c.name, c.got, c.most)
		}
	}

	list, _ := costs.Total(without)
	if spare := sparing(t); math.Abs(list-spare-3) > 0.005 {
		t.Errorf("without graphs an idle stage costs %.2f by the list, with them %.2f, want 3.00 between", spare, list)
	} else if spare > 5 {
		t.Errorf("an idle stage without machine client and graphs costs %.2f by the list, at most 5 is promised", spare)
	}

	tables, err := report.Tables()
	check(t, err)
	guide, err := os.ReadFile("../docs/deploy.md")
	check(t, err)
	filled, err := costs.Fill(string(guide), tables)
	check(t, err)
	if filled != string(guide) {
		t.Errorf("docs/deploy.md has other costs than these: run make costs, and look at what it changes")
	}
}

// sparing is what an idle stage costs by the list without what can be left out.
func sparing(t *testing.T) float64 {
	t.Helper()
	context := maps.Clone(priced)
	context["dashboard"], context["machineClient"] = "false", "false"
	return idleList(t, synth(t, context))
}
