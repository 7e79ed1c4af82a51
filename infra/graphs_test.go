package main

import (
	"encoding/json"
	"io"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/connectnow/backend/internal/cloud"
	"github.com/connectnow/backend/internal/desk"
)

// measured has in it the name of each metric of the product, in quotes.
func measured(t *testing.T) string {
	t.Helper()
	all := strconv.Quote(answersRefused)
	for _, file := range []string{"metrics.go", "metrics_trouble.go", "noticed.go"} {
		text, err := os.ReadFile("../internal/desk/" + file)
		check(t, err)
		all += string(text)
	}
	return all
}

// shown are the metrics of the product on the page of graphs: each name with the dimension
// that it is told apart by, if any.
func (r resolver) shown() (all [][2]string) {
	r.t.Helper()
	var page struct {
		Widgets []struct {
			Properties struct{ Metrics [][]any }
		}
	}
	for _, p := range of(r.app, "AWS::CloudWatch::Dashboard") {
		check(r.t, json.Unmarshal([]byte(r.text(r.app, p["DashboardBody"])), &page))
	}
	searched := regexp.MustCompile(`SEARCH\('\{ConnectNow,Stage,(\w+)\} MetricName="(\w+)" Stage="dev"'`)
	for _, w := range page.Widgets {
		for _, m := range w.Properties.Metrics {
			// Of a metric there are space, name and pairs of dimensions, and how it is drawn.
			if expression, is := at(m[0], "expression").(string); is {
				for _, s := range searched.FindAllStringSubmatch(expression, -1) {
					all = append(all, [2]string{s[2], s[1]})
				}
			} else if m[0] == namespace {
				one := [2]string{m[1].(string)}
				for i := 2; i+1 < len(m); i += 2 {
					if by := m[i].(string); by != "Stage" {
						one[1] = by
					}
				}
				all = append(all, one)
			}
		}
	}
	return all
}

// Graphs show nothing, and nobody is told, where a name or a dimension is none that is
// measured.
func TestGraphsShowWhatIsMeasured(t *testing.T) {
	r := resolver{t, synth(t, withSecrets)}
	text := measured(t)
	names := map[string]string{} // of the constants
	for _, c := range regexp.MustCompile(`(metric\w+) += "(\w+)"`).FindAllStringSubmatch(text, -1) {
		names[c[1]] = c[2]
	}
	dimensions := map[string]string{} // those that metrics are told apart by
	for _, c := range regexp.MustCompile(`count\((metric\w+), "(\w*)"`).FindAllStringSubmatch(text, -1) {
		dimensions[names[c[1]]+" "+c[2]] = c[2]
	}
	all := r.shown()
	for _, m := range all {
		name, by := m[0], m[1]
		if !strings.Contains(text, strconv.Quote(name)) {
			t.Errorf("a graph has %s, which nothing measures", name)
		}
		if _, is := dimensions[name+" "+by]; by != "" && !is {
			t.Errorf("a graph has %s by %s, by which it is not told apart", name, by)
		}
		for pair, other := range dimensions {
			if by == "" && other != "" && pair == name+" "+other && !summed(name) {
				t.Errorf("a graph has %s as a whole, which is told by %s alone", name, other)
			}
		}
	}
	if len(all) < 25 {
		t.Errorf("graphs have %d metrics", len(all))
	}
}

// summed reports whether a metric that is told apart by something is written as a whole, too.
func summed(name string) bool {
	var out strings.Builder
	m := &cloud.Metrics{Stage: "dev", Out: io.Writer(&out), Now: time.Now}
	m.Emit(desk.Metric{Name: name, Unit: desk.UnitCount, Dimension: "What", Of: "x"})
	return strings.Contains(out.String(), `["Stage"]`)
}
