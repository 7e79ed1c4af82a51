package roster

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/connectnow/backend/internal/hours"
	"github.com/connectnow/backend/internal/names"
	"github.com/connectnow/backend/internal/table"
)

// Roster is an account's desk partition as one Query read it. A query is no snapshot: it
// reads row by row, so two rows may be of different moments. Turn's proof does not need
// one, and every Write asks for the versions that were read.
type Roster struct {
	AccountID   string
	Began       time.Time // when it began to be read
	Account     Account
	Version     int64 // of the account; 0 when there is no such account
	Departments map[string]Department
	Rows        []*Row // in the order of their ids

	items     []table.Item    // that were read
	rows      []*Row          // those of the items; nil for what is none
	clocks    *hours.Database // by which their hours were read
	schedules map[string]*hours.Schedule
	room      []Row // for rows that are still to come
}

// Department is a department as stored, such as {"name":"Kids","at":1795428000000}. A deleted
// one stays as a tombstone with "x":true, so that rows which still name it mean nobody.
type Department struct {
	Name    string `json:"name"`
	Created int64  `json:"at,omitempty"` // 0 in those that were made before it was kept
	Deleted bool   `json:"x,omitempty"`
	Gone    int64  `json:"xt,omitempty"` // when it was deleted; 0 where an older version did
}

// older reports whether a department was made before another. One without a time was made
// before times were kept, and so is older. Two of these, and two of one millisecond, go by
// their ids: any reader finds the same one of twins.
func (a Department) older(id string, b Department, other string) bool {
	return cmp.Or(cmp.Compare(a.Created, b.Created), strings.Compare(id, other)) < 0
}

// WithName finds the department with a name, compared by names.Fold: "KIDS" finds Kids. Of
// twins it gives the older, and without any an empty id.
func WithName(departments map[string]Department, name string) string {
	found, folded := "", names.Fold(name)
	for id, dep := range departments {
		if names.Fold(dep.Name) == folded && (found == "" || dep.older(id, departments[found], found)) {
			found = id
		}
	}
	return found
}

// The sort keys of a desk partition: the settings under account, a department such as
// dep/dep_zqexjwiisgya, a desk row such as mem/mem_q4mxl5orusgm.
const (
	SortAccount = "account"
	PrefixDep   = "dep/"
	PrefixMem   = "mem/"
)

// Read makes a roster of the items of an account's desk partition, or of some of them: the
// departments alone are read so, too. It fails on the first item that cannot be decoded; hours
// and holidays that cannot be read are no failure, see Unread.
func Read(acc string, items []table.Item) (*Roster, error) { return ReadAfter(acc, items, nil) }

// ReadAfter is Read beside a roster that was read before, or nil. Rows that have not changed since
// are those of that one, while the laws of clocks are the same: from one claim to the next few of
// a team's do. So rows are shared, and whoever changes one changes a Clone.
func ReadAfter(acc string, items []table.Item, before *Roster) (*Roster, error) {
	s := &Roster{
		AccountID: acc, Departments: map[string]Department{}, Rows: make([]*Row, 0, len(items)),
		items: items, rows: make([]*Row, len(items)), schedules: map[string]*hours.Schedule{},
		clocks: hours.Current(),
	}
	if before == nil || before.AccountID != acc || before.clocks != s.clocks {
		before, s.room = &Roster{}, make([]Row, len(items))
	}
	for i, it := range items {
		if s.rows[i] = before.row(it); s.rows[i] != nil {
			s.Rows = append(s.Rows, s.rows[i])
		} else if err := s.take(i, it); err != nil {
			return nil, fmt.Errorf("decoding %s of %s: %w", it.Key.Sort, acc, err)
		}
	}
	return s, nil
}

// row finds the row of an item that is as it was; nil where it is not, or is no row.
func (s *Roster) row(it table.Item) *Row {
	i, found := slices.BinarySearchFunc(s.items, it.Key.Sort, func(it table.Item, sort string) int { return strings.Compare(it.Key.Sort, sort) })
	if !found || s.items[i].Version != it.Version || !bytes.Equal(s.items[i].Body, it.Body) {
		return nil
	}
	return s.rows[i]
}

// take adds one item. Sort keys that it does not know are passed by, so that an older
// version can read what a newer one writes beside.
func (s *Roster) take(i int, it table.Item) error {
	sort := it.Key.Sort
	switch {
	case sort == SortAccount:
		s.Version = it.Version
		if err := json.Unmarshal(it.Body, &s.Account); err != nil {
			return err
		}
		s.Account.Prepare()
	case len(sort) > len(PrefixDep) && sort[:len(PrefixDep)] == PrefixDep:
		var dep Department
		if err := json.Unmarshal(it.Body, &dep); err != nil {
			return err
		}
		if !dep.Deleted {
			s.Departments[sort[len(PrefixDep):]] = dep
		}
	case len(sort) > len(PrefixMem) && sort[:len(PrefixMem)] == PrefixMem:
		if len(s.room) == 0 {
			s.room = make([]Row, 1)
		}
		r := &s.room[0]
		if err := r.decode(it, s.schedules); err != nil {
			return err
		}
		s.room, s.rows[i], s.Rows = s.room[1:], r, append(s.Rows, r)
	}
	return nil
}

// Unread says what of the account's times could not be read: its holidays, which then are
// none, and the hours of members, who then are off shift. It is nil when all could. One of
// several members is named.
func (s *Roster) Unread() error {
	var first *Row
	more := 0
	for _, r := range s.Rows {
		switch {
		case r.Removed || r.Hours.Readable():
		case first == nil:
			first = r
		default:
			more++
		}
	}
	if first == nil {
		return s.Account.Unread()
	}
	_, err := hours.Parse(first.Schedule)
	return errors.Join(s.Account.Unread(), fmt.Errorf("hours of %s, and of %d more: %w", first.ID, more, err))
}

// Row finds a member's row; nil when there is none. The row is the roster's own, and shared with
// those that are read after it: Clone it before a change, or the next decision is made on what
// was never written.
func (s *Roster) Row(id string) *Row {
	for _, r := range s.Rows {
		if r.ID == id {
			return r
		}
	}
	return nil
}

// Has reports whether a department is there and not deleted. The empty one, which is
// everyone, always is.
func (s *Roster) Has(dep string) bool {
	_, ok := s.Departments[dep]
	return ok || dep == ""
}

// resolve turns a department that was deleted since it was asked for into an unknown one.
// What rings for it then goes to everyone with overflow, else to a callback because
// no_such_team.
func (s *Roster) resolve(w Want) Want {
	if !s.Has(w.Department) {
		w.Department, w.Unknown = "", true
	}
	return w
}

// DepartmentOf finds the department that a machine asks for: the first that is there of two
// texts, each taken for an id and then for a name in any case. It is unknown when there are
// texts and none of them is one.
func (s *Roster) DepartmentOf(id, name string) (dep string, unknown bool) {
	for _, said := range []string{id, name} {
		if dep := s.departmentSaid(said); dep != "" {
			return dep, false
		}
	}
	return "", id != "" || name != ""
}

// departmentSaid is the department that has a text as its id or name; "" when none has.
func (s *Roster) departmentSaid(said string) string {
	if said == "" {
		return ""
	}
	if id := strings.ToLower(said); s.Has(id) {
		return id
	}
	return WithName(s.Departments, said)
}

// Says reports whether a text is the id or the name of a department.
func (s *Roster) Says(said, dep string) bool { return dep != "" && s.departmentSaid(said) == dep }

// Known leaves out departments that were deleted: rows lose these at their next write only.
// The list is never nil.
func (s *Roster) Known(ids []string) []string {
	return slices.DeleteFunc(append([]string{}, ids...), func(id string) bool { return !s.Has(id) })
}

// Someone reports whether anybody is there: a team whose agents are all busy is not gone.
func (s *Roster) Someone(now time.Time) bool {
	return slices.ContainsFunc(s.Rows, func(r *Row) bool { return r.There(&s.Account, now) })
}
