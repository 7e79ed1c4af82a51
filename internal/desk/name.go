package desk

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/connectnow/backend/internal/keys"
	"github.com/connectnow/backend/internal/roster"
	"github.com/connectnow/backend/internal/table"
)

// Wherever an id of a member or department stands in an answer, its name stands beside it.
// Names are read for the answer and not kept with the id: whoever is renamed has the new name
// everywhere, and what is erased is erased once. Whoever is removed leaves their name behind,
// in a small item.

// former is the name that a removed member or department leaves behind, as stored.
type former struct {
	Name string `json:"n"`
}

// directory gives the names of one answer. Each is read once, when it is first asked for, so
// that a page of fifty escalations by three agents reads three.
type directory struct {
	departments func() (map[string]roster.Department, error)
	read        func(id string) (*string, error)

	mu    sync.Mutex
	known map[string]func() (*string, error)
}

// directory begins with no name read.
func (d *Desk) directory(ctx context.Context, acc string) *directory {
	n := &directory{known: map[string]func() (*string, error){}}
	n.departments = readOnce(func() (map[string]roster.Department, error) { return d.allDepartments(ctx, acc) })
	n.read = func(id string) (*string, error) {
		if strings.HasPrefix(id, "mem_") {
			return d.memberName(ctx, acc, id)
		}
		departments, err := n.departments()
		if dep, ok := departments[id]; ok || err != nil {
			return optional(dep.Name), err
		}
		return d.formerName(ctx, acc, id)
	}
	return n
}

// name is the name of a member or department. It is nil without an id, and for one that an
// older version removed.
func (n *directory) name(id string) (*string, error) {
	if id == "" {
		return nil, nil
	}
	n.mu.Lock()
	read, ok := n.known[id]
	if !ok {
		read = readOnce(func() (*string, error) { return n.read(id) })
		n.known[id] = read
	}
	n.mu.Unlock()
	return read()
}

// know saves reading a name that is at hand.
func (n *directory) know(id, name string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.known[id] = func() (*string, error) { return optional(name), nil }
}

// prepare reads names that may be asked for. What fails is told to who asks for it.
func (n *directory) prepare(ids []string) {
	_ = inParallel(len(ids), func(i int) error { _, err := n.name(ids[i]); return err })
}

// blank is where the name of an id belongs.
type blank struct {
	id   string
	name **string
}

// fill writes names where they belong. Those that are not known yet are read side by side.
func (n *directory) fill(blanks ...blank) error {
	ids := make([]string, len(blanks))
	for i, b := range blanks {
		ids[i] = b.id
	}
	ids = distinct(ids)
	err := inParallel(len(ids), func(i int) error {
		_, err := n.name(ids[i])
		return err
	})
	for _, b := range blanks {
		if err == nil {
			*b.name, err = n.name(b.id)
		}
	}
	return err
}

// memberName is the first name of a member, of one who was removed too.
func (d *Desk) memberName(ctx context.Context, acc, id string) (*string, error) {
	f, err := load[profile](ctx, d.Table, keys.Profile(id))
	if err != nil || f.found() {
		if f.value.Account != acc {
			return nil, err
		}
		return optional(f.value.FirstName), err
	}
	return d.formerName(ctx, acc, id)
}

func (d *Desk) formerName(ctx context.Context, acc, id string) (*string, error) {
	f, err := load[former](ctx, d.Table, keys.Former(acc, id))
	return optional(f.value.Name), err
}

// leaveBehind keeps the name of what is removed. It belongs into the Write that removes it.
func leaveBehind(acc, id, name string) table.Op {
	return put(keys.Former(acc, id), former{name}, table.Condition{})
}

// allDepartments reads the departments of an account and the tombstones of deleted ones.
func (d *Desk) allDepartments(ctx context.Context, acc string) (map[string]roster.Department, error) {
	items, err := d.departmentItems(ctx, acc)
	if err != nil {
		return nil, err
	}
	all := make(map[string]roster.Department, len(items))
	for _, it := range items {
		dep, err := decode[roster.Department](it)
		if err != nil {
			return nil, err
		}
		all[strings.TrimPrefix(it.Key.Sort, roster.PrefixDep)] = dep.value
	}
	return all, nil
}

func (d *Desk) departmentItems(ctx context.Context, acc string) ([]table.Item, error) {
	items, err := d.Table.Query(ctx, table.Range{Partition: keys.Desk(acc), Prefix: roster.PrefixDep})
	if err != nil {
		err = fmt.Errorf("reading the departments of %s: %w", acc, err)
	}
	return items, err
}

const (
	// tombstoneFor is how long the tombstone of a department lies among what each claim reads.
	tombstoneFor = 30 * 24 * time.Hour
	// mostSwept is how many of them one Write takes away: two operations each.
	mostSwept = 20
)

// sweeps reports whether the tombstone of a department is old enough to go. An older version did
// not keep when it was deleted.
func sweeps(v roster.Department, now time.Time) bool {
	return v.Deleted && max(v.Gone, v.Created) < millis(now.Add(-tombstoneFor))
}

// sweepTombstones gives the operations that take old tombstones out of the desk partition and
// leave their names behind. They go with any Write of a department: these are rare, and
// tombstones become more by them alone. An id without a tombstone means nobody as before.
func (d *Desk) sweepTombstones(ctx context.Context, acc string) ([]table.Op, error) {
	items, err := d.departmentItems(ctx, acc)
	if err != nil {
		return nil, err
	}
	var ops []table.Op
	for _, it := range items {
		dep, err := decode[roster.Department](it)
		if err != nil {
			return nil, err
		}
		if v := dep.value; sweeps(v, d.Now()) && len(ops) < 2*mostSwept {
			id := strings.TrimPrefix(it.Key.Sort, roster.PrefixDep)
			ops = append(ops, table.Delete(it.Key, table.AtVersion(it.Version)), leaveBehind(acc, id, v.Name))
		}
	}
	return ops, nil
}
