package desk

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/connectnow/backend/internal/hours"
	"github.com/connectnow/backend/internal/names"
	"github.com/connectnow/backend/internal/table"
)

// snapshot is an account's desk partition as one Query read it.
type snapshot struct {
	accountID   string
	began       time.Time // when it began to be read
	account     account
	version     int64 // of the account; 0 when there is no such account
	departments map[string]department
	rows        []*row // in the order of their ids
	schedules   map[string]*hours.Schedule
}

// department is a department as stored.
type department struct {
	Name    string `json:"name"`
	Created int64  `json:"at,omitempty"` // 0 in those that were made before it was kept
	Deleted bool   `json:"x,omitempty"`
}

// older reports whether a department was made before another. Those that do not know when
// are from before it was kept; two of these, and those of one millisecond, go by their
// ids.
func (a department) older(id string, b department, other string) bool {
	return cmp.Or(cmp.Compare(a.Created, b.Created), strings.Compare(id, other)) < 0
}

// withName finds the department that has a name: of twins the older; empty when there is
// none.
func withName(departments map[string]department, name string) string {
	found, folded := "", names.Fold(name)
	for id, dep := range departments {
		if names.Fold(dep.Name) == folded && (found == "" || dep.older(id, departments[found], found)) {
			found = id
		}
	}
	return found
}

func (s *snapshot) take(it table.Item) error {
	sort := it.Key.Sort
	switch {
	case sort == sortAccount:
		s.version = it.Version
		if err := json.Unmarshal(it.Body, &s.account); err != nil {
			return err
		}
		return s.account.prepare()
	case len(sort) > len(prefixDep) && sort[:len(prefixDep)] == prefixDep:
		var dep department
		if err := json.Unmarshal(it.Body, &dep); err != nil {
			return err
		}
		if !dep.Deleted {
			s.departments[sort[len(prefixDep):]] = dep
		}
	case len(sort) > len(prefixMem) && sort[:len(prefixMem)] == prefixMem:
		r, err := decodeRow(it, s.schedules)
		if err != nil {
			return err
		}
		s.rows = append(s.rows, r)
	}
	return nil
}

func (s *snapshot) row(id string) *row {
	for _, r := range s.rows {
		if r.id == id {
			return r
		}
	}
	return nil
}

// resolve makes a department that was deleted since it was asked for an unknown one.
func (s *snapshot) resolve(w want) want {
	if _, ok := s.departments[w.department]; !ok && w.department != "" {
		w.department, w.unknown = "", true
	}
	return w
}

// departmentOf finds the department that a request asks for: its id when it is there,
// and whether one was asked for that is not.
func (s *snapshot) departmentOf(r *Request) (dep string, unknown bool) {
	switch {
	case r.DepartmentID != "":
		if _, ok := s.departments[r.DepartmentID]; ok {
			return r.DepartmentID, false
		}
		return "", true
	case r.Department != "":
		dep = withName(s.departments, r.Department)
		return dep, dep == ""
	}
	return "", false
}

// known leaves out departments that were deleted.
func (s *snapshot) known(ids []string) []string {
	return slices.DeleteFunc(slices.Clone(ids), func(id string) bool { _, ok := s.departments[id]; return !ok })
}

// badDepartments judges the departments that a member of the role is to have. Staff
// come to be without one only when theirs is deleted, or while there are none.
func (s *snapshot) badDepartments(role Role, ids []string) []FieldError {
	if len(ids) == 0 && role == RoleStaff && len(s.departments) > 0 {
		return []FieldError{{"departmentIds", "must name at least one department: staff belong to one"}}
	}
	var bad []FieldError
	for i, id := range ids {
		field := fmt.Sprintf("departmentIds[%d]", i)
		if _, ok := s.departments[id]; !ok {
			bad = append(bad, FieldError{field, "is not a department of this account"})
		} else if slices.Index(ids, id) != i {
			bad = append(bad, FieldError{field, "is there twice"})
		}
	}
	return bad
}

// business is when a department, or with an empty one the account, is open: while anybody
// of it is on shift by their hours. Members without hours do not count, since else one
// owner who never set any would keep the shop open day and night; where nobody has hours
// it always is.
func (s *snapshot) business(dep string) hours.Calendar {
	var shifts []*hours.Schedule
	for _, r := range s.rows {
		if !r.Removed && r.in(dep) && r.hours != nil {
			shifts = append(shifts, r.hours)
		}
	}
	return hours.Union(shifts...).Without(s.account.holidays)
}

// someone reports whether anybody is online and on shift, busy or not.
func (s *snapshot) someone(now time.Time) bool {
	return slices.ContainsFunc(s.rows, func(r *row) bool { return r.there(&s.account, now) })
}

// callbackDue is when the customer should have been called: after the account's
// minutes of the department's business hours.
func (s *snapshot) callbackDue(dep string, now time.Time) time.Time {
	wait := time.Duration(s.account.CallbackDueMinutes) * time.Minute
	if at, ok := s.business(dep).Add(now, wait); ok {
		return at.UTC()
	}
	return now.Add(wait)
}
