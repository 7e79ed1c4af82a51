package cloud_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/connectnow/backend/internal/cloud"
	"github.com/connectnow/backend/internal/desk"
)

func newMetrics(out io.Writer) *cloud.Metrics {
	return &cloud.Metrics{Stage: "test", Out: out, Now: func() time.Time { return nowish }}
}

// metricUnits are those of CloudWatch that the desk's may be:
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDatum.html
var metricUnits = map[string]bool{"Count": true, "Milliseconds": true, "Seconds": true, "Percent": true, "Bytes": true, "None": true}

// checkFormat holds a line against the specification of the embedded metric format:
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
func checkFormat(t *testing.T, line []byte) {
	t.Helper()
	var root map[string]any
	if err := json.Unmarshal(line, &root); err != nil {
		t.Fatalf("%q is no JSON object: %v", line, err)
	}
	meta := decodeMetadata(t, root["_aws"])
	if len(line) > 256<<10 || meta.Timestamp != nowish.UnixMilli() || len(meta.CloudWatchMetrics) == 0 {
		t.Errorf("%s: %d bytes, %+v", line, len(line), meta)
	}
	name := func(s string) bool { return 1 <= len(s) && len(s) <= 255 }
	for _, d := range meta.CloudWatchMetrics {
		if !name(d.Namespace) || strings.Contains(d.Namespace, "AWS/") || len(d.Dimensions) == 0 || len(d.Metrics) == 0 || len(d.Metrics) > 100 {
			t.Errorf("%s: directive %+v", line, d)
		}
		for _, set := range d.Dimensions {
			for _, key := range set { // a member of the root, a text that is not empty
				if value, is := root[key].(string); !is || !name(key) || value == "" || len(value) > 1024 || len(set) > 9 {
					t.Errorf("%s: dimension %s is %v", line, key, root[key])
				}
			}
		}
		for _, m := range d.Metrics { // a member of the root, a number
			if _, is := root[m.Name].(float64); !is || !name(m.Name) || !metricUnits[m.Unit] {
				t.Errorf("%s: metric %+v is %v", line, m, root[m.Name])
			}
		}
	}
}

// metadata is the member _aws as the specification has it.
type metadata struct {
	Timestamp         int64
	CloudWatchMetrics []struct {
		Namespace  string
		Dimensions [][]string
		Metrics    []struct{ Name, Unit string }
	}
}

// decodeMetadata wants the object to have no members but the format's own.
func decodeMetadata(t *testing.T, v any) (m metadata) {
	t.Helper()
	body, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	strict := json.NewDecoder(bytes.NewReader(body))
	strict.DisallowUnknownFields()
	if err := strict.Decode(&m); err != nil {
		t.Fatalf("%s is no metadata: %v", body, err)
	}
	return m
}

func TestMetricsFormat(t *testing.T) {
	for _, c := range []struct {
		metric desk.Metric
		want   string
	}{
		{
			desk.Metric{Name: "Escalations", Value: 1, Unit: desk.UnitCount, Dimension: "Outcome", Of: "ringing"},
			`{"Escalations":1,"Outcome":"ringing","Stage":"test","_aws":{"Timestamp":1795339800000,"CloudWatchMetrics":` +
				`[{"Namespace":"ConnectNow","Dimensions":[["Stage","Outcome"]],"Metrics":[{"Name":"Escalations","Unit":"Count"}]}]}}` + "\n",
		},
		{
			desk.Metric{Name: "TimeToRing", Value: 312, Unit: desk.UnitMilliseconds},
			`{"Stage":"test","TimeToRing":312,"_aws":{"Timestamp":1795339800000,"CloudWatchMetrics":` +
				`[{"Namespace":"ConnectNow","Dimensions":[["Stage"]],"Metrics":[{"Name":"TimeToRing","Unit":"Milliseconds"}]}]}}` + "\n",
		},
		{ // an alarm looks at all kinds in one
			desk.Metric{Name: "TimersFailed", Value: 1, Unit: desk.UnitCount, Dimension: "Kind", Of: "ring"},
			`{"Kind":"ring","Stage":"test","TimersFailed":1,"_aws":{"Timestamp":1795339800000,"CloudWatchMetrics":` +
				`[{"Namespace":"ConnectNow","Dimensions":[["Stage"],["Stage","Kind"]],"Metrics":[{"Name":"TimersFailed","Unit":"Count"}]}]}}` + "\n",
		},
		{desk.Metric{Name: "TimeToRing", Value: math.NaN(), Unit: desk.UnitMilliseconds}, ""},
	} {
		var out bytes.Buffer
		newMetrics(&out).Emit(c.metric)
		if diff := cmp.Diff(c.want, out.String()); diff != "" {
			t.Errorf("line (-want +got):\n%s", diff)
		}
		if c.want != "" {
			checkFormat(t, out.Bytes())
		}
	}
}

// piecemeal takes what is written byte by byte, and lets others in between.
type piecemeal struct{ text strings.Builder }

func (p *piecemeal) Write(b []byte) (int, error) {
	for _, c := range b {
		p.text.WriteByte(c)
		runtime.Gosched()
	}
	return len(b), nil
}

// TestMetricsWholeLines has many write at once: every line is one metric, and none is
// missing.
func TestMetricsWholeLines(t *testing.T) {
	const writers, each = 8, 10
	var out piecemeal
	metrics := newMetrics(&out)
	var all sync.WaitGroup
	for w := range writers {
		all.Go(func() {
			for i := range each {
				metrics.Emit(desk.Metric{
					Name: "PushFailures", Value: float64(i), Unit: desk.UnitCount, Dimension: "Platform", Of: fmt.Sprint("p", w),
				})
			}
		})
	}
	all.Wait()
	text, ended := strings.CutSuffix(out.text.String(), "\n")
	seen := map[string]bool{}
	for line := range strings.SplitSeq(text, "\n") {
		checkFormat(t, []byte(line))
		seen[line] = true
	}
	if !ended || len(seen) != writers*each {
		t.Errorf("%d different lines, the last one ended: %t; want %d", len(seen), ended, writers*each)
	}
}
