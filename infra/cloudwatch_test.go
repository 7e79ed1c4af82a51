package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// cloudWatch is CloudWatch, by a clock of whole minutes. It takes numbers as AWS's services
// count them, makes others of the functions' output and of the API's log, and evaluates the
// alarms of a template when a minute is over: each looks at the periods before, and rings
// when all of them are above its threshold. What is missing is not above
// (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html).
type cloudWatch struct {
	t       *testing.T
	r       resolver
	started time.Time
	alarms  map[string]object // by name, without the stage's
	filters []object          // of the API's log

	mu     sync.Mutex
	minute int
	points map[string]map[int][]float64 // by metric and minute
	rung   map[string]int               // in which minute alarms rang first
}

func newCloudWatch(t *testing.T, r resolver) *cloudWatch {
	t.Helper()
	c := &cloudWatch{t: t, r: r, started: time.Now(), alarms: map[string]object{}}
	for _, p := range of(r.app, "AWS::CloudWatch::Alarm") {
		c.alarms[strings.TrimPrefix(p["AlarmName"].(string), "connectnow-dev-")] = p
	}
	for _, p := range of(r.app, "AWS::Logs::MetricFilter") {
		c.filters = append(c.filters, p)
	}
	c.forget()
	return c
}

// forget begins anew.
func (c *cloudWatch) forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.minute, c.points, c.rung = 0, map[string]map[int][]float64{}, map[string]int{}
}

// metricKey tells metrics apart: by name and all of their dimensions.
func metricKey(space, name string, dimensions map[string]string) string {
	return fmt.Sprint(space, " ", name, " ", dimensions)
}

// put takes a number.
func (c *cloudWatch) put(space, name string, dimensions map[string]string, value float64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	key := metricKey(space, name, dimensions)
	if c.points[key] == nil {
		c.points[key] = map[int][]float64{}
	}
	c.points[key][c.minute] = append(c.points[key][c.minute], value)
}

// output takes the metrics out of what a function wrote.
func (c *cloudWatch) output(said []byte) {
	c.t.Helper()
	for line := range bytes.Lines(said) {
		var m struct {
			AWS *struct {
				Timestamp         int64
				CloudWatchMetrics []struct {
					Namespace  string
					Dimensions [][]string
					Metrics    []struct{ Name string }
				}
			} `json:"_aws"`
		}
		var members object
		if json.Unmarshal(line, &m) != nil || m.AWS == nil {
			continue // a line of the log
		}
		check(c.t, json.Unmarshal(line, &members))
		if at := time.UnixMilli(m.AWS.Timestamp); at.Before(c.started.Add(-time.Second)) || at.After(time.Now().Add(time.Second)) {
			c.t.Errorf("a number of %v: %s", at, line)
		}
		for _, directive := range m.AWS.CloudWatchMetrics {
			for _, set := range directive.Dimensions {
				by := map[string]string{}
				for _, name := range set {
					by[name] = members[name].(string)
				}
				for _, metric := range directive.Metrics {
					c.put(directive.Namespace, metric.Name, by, members[metric.Name].(float64))
				}
			}
		}
	}
}

// equals is the one kind of pattern that filters have.
var equals = regexp.MustCompile(`^\{ \$\.(\w+) = "(\w+)" \}$`)

// line takes a line of the API's log, and makes numbers of it by the filters.
func (c *cloudWatch) line(fields map[string]string) {
	c.t.Helper()
	for _, f := range c.filters {
		pattern := equals.FindStringSubmatch(f["FilterPattern"].(string))
		if pattern == nil {
			c.t.Fatalf("the pattern %v is of another kind", f["FilterPattern"])
		}
		if fields[pattern[1]] != pattern[2] {
			continue
		}
		for _, m := range f["MetricTransformations"].([]any) {
			by := map[string]string{}
			for _, d := range at(m, "Dimensions").([]any) {
				by[at(d, "Key").(string)] = fields[strings.TrimPrefix(at(d, "Value").(string), "$.")]
			}
			c.put(at(m, "MetricNamespace").(string), at(m, "MetricName").(string), by, 1)
		}
	}
}

// pass ends the minute.
func (c *cloudWatch) pass() {
	c.t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.minute++
	for name, alarm := range c.alarms {
		if _, already := c.rung[name]; !already && c.rings(alarm) {
			c.rung[name] = c.minute
		}
	}
}

// ringing are the alarms that rang.
func (c *cloudWatch) ringing() string { return strings.Join(slices.Sorted(maps.Keys(c.rung)), " ") }

func (c *cloudWatch) rings(alarm object) bool {
	c.t.Helper()
	if alarm["ComparisonOperator"] != "GreaterThanThreshold" || alarm["TreatMissingData"] != "notBreaching" || alarm["DatapointsToAlarm"] != nil {
		c.t.Fatalf("an alarm of another kind: %v", alarm)
	}
	for back := range int(alarm["EvaluationPeriods"].(float64)) {
		if v := c.lookAt(alarm, back); !v.is || v.value <= alarm["Threshold"].(float64) {
			return false
		}
	}
	return true
}

// lookAt is the value of what an alarm looks at, so many periods back.
func (c *cloudWatch) lookAt(alarm object, back int) number {
	c.t.Helper()
	if alarm["MetricName"] != nil {
		statistic, is := alarm["Statistic"].(string)
		if !is {
			statistic = alarm["ExtendedStatistic"].(string)
		}
		return c.statistic(alarm, statistic, int(alarm["Period"].(float64)), back)
	}
	values, expression := map[string]number{}, ""
	for _, m := range alarm["Metrics"].([]any) {
		if text, is := at(m, "Expression").(string); is {
			expression = text
			continue
		}
		stat := at(m, "MetricStat").(object)
		values[at(m, "Id").(string)] = c.statistic(stat["Metric"].(object), stat["Stat"].(string), int(stat["Period"].(float64)), back)
	}
	return evaluate(c.t, expression, values)
}

// statistic is that of a metric in a period.
func (c *cloudWatch) statistic(metric object, statistic string, seconds, back int) number {
	c.t.Helper()
	by := map[string]string{}
	for _, d := range metric["Dimensions"].([]any) {
		by[at(d, "Name").(string)] = c.r.text(c.r.app, at(d, "Value"))
	}
	points := c.points[metricKey(metric["Namespace"].(string), metric["MetricName"].(string), by)]
	var all []float64
	minutes := seconds / 60
	for m := c.minute - (back+1)*minutes; m < c.minute-back*minutes; m++ {
		all = append(all, points[m]...)
	}
	if len(all) == 0 {
		return number{}
	}
	slices.Sort(all)
	switch statistic {
	case "Sum":
		sum := 0.0
		for _, v := range all {
			sum += v
		}
		return number{sum, true}
	case "Maximum":
		return number{all[len(all)-1], true}
	case "p99":
		return number{all[int(math.Ceil(0.99*float64(len(all))))-1], true}
	}
	c.t.Fatalf("an alarm of the statistic %s", statistic)
	return number{}
}
