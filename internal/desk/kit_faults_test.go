package desk_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/connectnow/backend/internal/desk"
	"github.com/connectnow/backend/internal/table"
	"github.com/connectnow/backend/internal/table/fault"
)

// moody passes pushes on unless the test has said otherwise for a device.
type moody struct {
	desk.Phones
	mu     sync.Mutex
	fail   map[string]error // by device
	tried  []string         // devices, in order of arrival
	forgot []string         // addresses
	meet   *sync.WaitGroup  // when set, pushes wait for one another
	newer  func(desk.Device) string
}

func (w *world) moodyPhones() *moody {
	m := &moody{Phones: w.Phones, fail: map[string]error{}}
	w.Phones = m
	return m
}

func (m *moody) Register(ctx context.Context, member string, d desk.Device) (desk.Device, error) {
	d, err := m.Phones.Register(ctx, member, d)
	if m.newer != nil {
		d.Address = m.newer(d)
	}
	return d, err
}

func (m *moody) Forget(ctx context.Context, d desk.Device) error {
	m.mu.Lock()
	m.forgot = append(m.forgot, d.Address)
	m.mu.Unlock()
	return m.Phones.Forget(ctx, d)
}

func (m *moody) Push(ctx context.Context, d desk.Device, n desk.Notice) error {
	m.mu.Lock()
	m.tried = append(m.tried, d.ID)
	err, meet := m.fail[d.ID], m.meet
	m.mu.Unlock()
	if meet != nil {
		meet.Done()
		met := make(chan struct{})
		go func() { meet.Wait(); close(met) }()
		select {
		case <-met:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	if err != nil {
		return err
	}
	return m.Phones.Push(ctx, d, n)
}

func (m *moody) set(device string, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.fail[device] = err
}

func (m *moody) tries() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.tried)
}

// unpunctual fails to send timers while broken.
type unpunctual struct {
	desk.Timers
	broken func(desk.Message) bool
}

func (u *unpunctual) Send(ctx context.Context, at time.Time, m desk.Message) error {
	if u.broken(m) {
		return errors.New("the queue is away")
	}
	return u.Timers.Send(ctx, at, m)
}

// readOnly is a table that takes no writes.
type readOnly struct{ table.Table }

func (readOnly) Write(context.Context, ...table.Op) error { return table.ErrUnavailable }

// noDevices is a table whose lists of devices cannot be read.
type noDevices struct{ table.Table }

func (n noDevices) Get(ctx context.Context, k table.Key) (table.Item, bool, error) {
	if k.Sort == "devices" {
		return table.Item{}, false, table.ErrUnavailable
	}
	return n.Table.Get(ctx, k)
}

// counting counts the writes of items with a sort key.
type counting struct {
	table.Table
	wrote *int
	sort  string
}

func (c counting) Write(ctx context.Context, ops ...table.Op) error {
	for _, op := range ops {
		if op.Item.Key.Sort == c.sort && op.Kind != table.OpCheck {
			*c.wrote++
		}
	}
	return c.Table.Write(ctx, ops...)
}

// faulty puts faults around the table, and returns what takes them away.
func (w *world) faulty(o fault.Options) (mend func()) {
	sound := w.Desk.Table
	w.Desk.Table = fault.New(sound, o)
	return func() { w.Desk.Table = sound }
}

// writes reports whether a call is a Write of the item with that sort key first.
func writes(c fault.Call, sort string) bool {
	return c.Kind == fault.Write && c.Ops[0].Item.Key.Sort == sort
}

// counting reports whether do counts the callbacks that wait.
func (w *world) counting(do func(), counted *bool) {
	inner := w.Desk.Table
	defer func() { w.Desk.Table = inner }()
	w.Desk.Table = counter{inner, w.acc, counted}
	do()
}

// counter is a table that notes whether the open callbacks were read.
type counter struct {
	table.Table
	acc     string
	counted *bool
}

// Query implements table.Table.
func (c counter) Query(ctx context.Context, r table.Range) ([]table.Item, error) {
	if r.Partition == c.acc+"/callbacks/open" {
		*c.counted = true
	}
	return c.Table.Query(ctx, r)
}
