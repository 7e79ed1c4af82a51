package roster

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/connectnow/backend/internal/names"
)

// Standing is a member of the team with what they can take now.
type Standing struct {
	Row          *Row
	Availability Availability
}

// Standings judges each member once, for a page that shows all of them: everyone who was not
// removed, by first name as names.Fold compares them and then by id, and how many could take
// work now, by department and under "" in all. The sums are those of Team, which would judge
// a member anew for each department.
func (s *Roster) Standings(now time.Time) ([]Standing, map[string]Counts) {
	team := make([]Standing, 0, len(s.Rows))
	free := map[string]Counts{}
	for _, r := range s.byFirstName() {
		m := Standing{Row: r, Availability: r.Availability(&s.Account, now)}
		team = append(team, m)
		for _, dep := range append(s.Known(r.Departments), "") {
			n := free[dep]
			n.add(m.Availability.Receiving)
			free[dep] = n
		}
	}
	return team, free
}

// byFirstName are the rows of those who were not removed, in the order in which people are
// listed.
func (s *Roster) byFirstName() []*Row {
	rows := slices.DeleteFunc(slices.Clone(s.Rows), func(r *Row) bool { return r.Removed })
	sortByFirstName(rows, func(r *Row) (string, string) { return r.FirstName, r.ID })
	return rows
}

// sortByFirstName puts people in the order in which pages show them: by first name as
// names.Fold compares them, and then by id.
func sortByFirstName[P any](people []P, of func(P) (firstName, id string)) {
	folded := make(map[string]string, len(people))
	for _, p := range people {
		name, id := of(p)
		folded[id] = names.Fold(name)
	}
	slices.SortFunc(people, func(a, b P) int {
		_, x := of(a)
		_, y := of(b)
		return cmp.Or(strings.Compare(folded[x], folded[y]), strings.Compare(x, y))
	})
}

// add counts a member by what they can take.
func (n *Counts) add(can Receiving) {
	if can.Call {
		n.Call++
	}
	if can.Chat {
		n.Chat++
	}
}
