package cloud

import (
	"encoding/json"
	"io"
	"sync"
	"time"

	"github.com/connectnow/backend/internal/desk"
)

// metricsNamespace is under which CloudWatch keeps the metrics.
const metricsNamespace = "ConnectNow"

// Metrics writes each metric as a line of JSON from which CloudWatch makes it: a function's
// standard output goes to CloudWatch Logs, which read its embedded metric format, so that
// nothing is called and nobody waits.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
//
// All exported fields must be set. Emit may be called from many goroutines.
type Metrics struct {
	// Stage is the deployment, a dimension of every metric.
	Stage string
	Out   io.Writer
	Now   func() time.Time

	mu sync.Mutex // lines are written whole, one after another
}

// metricMetadata says how CloudWatch is to read a line. The names are the format's.
type metricMetadata struct {
	Timestamp         int64 // milliseconds
	CloudWatchMetrics []metricDirective
}

type metricDirective struct {
	Namespace  string
	Dimensions [][]string
	Metrics    []metricDefinition
}

type metricDefinition struct{ Name, Unit string }

// summed are the metrics that are written without their dimension, too. Alarms look at what
// they come to: an alarm cannot search for metrics, and costs as much again for each that it
// adds up.
var summed = map[string]bool{"TimersFailed": true, "Trouble": true, "Pushes": true, "PushFailures": true, "Refused": true}

// Emit is a desk.Desk's Metrics.
func (m *Metrics) Emit(v desk.Metric) {
	dimensions := [][]string{{"Stage"}}
	line := map[string]any{"Stage": m.Stage, v.Name: v.Value}
	if v.Dimension != "" {
		line[v.Dimension] = v.Of
		by := []string{"Stage", v.Dimension}
		if dimensions = append(dimensions, by); !summed[v.Name] {
			dimensions = [][]string{by}
		}
	}
	line["_aws"] = metricMetadata{m.Now().UnixMilli(), []metricDirective{{
		Namespace: metricsNamespace, Dimensions: dimensions,
		Metrics: []metricDefinition{{v.Name, string(v.Unit)}},
	}}}
	body, err := json.Marshal(line)
	if err != nil {
		return // a value that is no number: there is nothing to tell
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	// A line that cannot be written is lost; no call fails for want of a number.
	_, _ = m.Out.Write(append(body, '\n'))
}
