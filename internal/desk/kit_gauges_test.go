package desk_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/connectnow/backend/internal/desk"
)

// gauges remember all metrics: the sums of what is counted, and the times one by one.
type gauges struct {
	mu    sync.Mutex
	sums  map[string]float64
	times map[string][]float64
	all   []desk.Metric
}

func newGauges() *gauges {
	return &gauges{sums: map[string]float64{}, times: map[string][]float64{}}
}

func (g *gauges) clone() *gauges {
	g.mu.Lock()
	defer g.mu.Unlock()
	return &gauges{sums: maps.Clone(g.sums), times: maps.Clone(g.times), all: slices.Clone(g.all)}
}

// add is a desk's Metrics.
func (g *gauges) add(m desk.Metric) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.all = append(g.all, m)
	if m.Unit == desk.UnitMilliseconds {
		g.times[m.Name] = append(slices.Clone(g.times[m.Name]), m.Value)
		return
	}
	g.sums[strings.TrimSpace(fmt.Sprint(m.Name, " ", m.Dimension, " ", m.Of))] += m.Value
}
