package local

import (
	"cmp"
	"slices"
	"sync"

	"github.com/connectnow/backend/internal/desk"
)

// Metrics adds up what the desk tells of itself, as CloudWatch does of the lines that
// cloud.Metrics writes. It is kept in memory and begins anew with the process. The zero
// value is ready, and Emit may be called from many goroutines.
type Metrics struct {
	mu     sync.Mutex
	totals map[metricKey]Total
}

// metricKey tells metrics apart.
type metricKey struct{ name, dimension, of string }

// Total is what the values of a metric come to.
type Total struct {
	Name      string    `json:"name"`
	Dimension string    `json:"dimension,omitempty"`
	Of        string    `json:"of,omitempty"`
	Unit      desk.Unit `json:"unit"`
	Samples   int       `json:"samples"`
	Sum       float64   `json:"sum"`
	Max       float64   `json:"max"`
}

// Emit is a desk.Desk's Metrics.
func (m *Metrics) Emit(v desk.Metric) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.totals == nil {
		m.totals = map[metricKey]Total{}
	}
	key := metricKey{v.Name, v.Dimension, v.Of}
	t, known := m.totals[key]
	if !known {
		t = Total{Name: v.Name, Dimension: v.Dimension, Of: v.Of, Unit: v.Unit, Max: v.Value}
	}
	t.Samples++
	t.Sum += v.Value
	t.Max = max(t.Max, v.Value)
	m.totals[key] = t
}

// Totals returns all metrics that there were, by name.
func (m *Metrics) Totals() []Total {
	m.mu.Lock()
	defer m.mu.Unlock()
	list := make([]Total, 0, len(m.totals))
	for _, t := range m.totals {
		list = append(list, t)
	}
	slices.SortFunc(list, func(a, b Total) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Dimension, b.Dimension), cmp.Compare(a.Of, b.Of))
	})
	return list
}
