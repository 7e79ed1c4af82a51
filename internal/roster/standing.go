package roster

import (
	"slices"
	"strings"
	"time"
)

// Standing is a member of the team with what they can take now.
type Standing struct {
	Row          *Row
	Availability Availability
}

// Standings judges each member once, for a page that shows all of them: everyone who was not
// removed, by first name and then by id, and how many could take work now, by department
// and under "" in all. The sums are those of Team, which would judge a member anew for each
// department.
func (s *Roster) Standings(now time.Time) ([]Standing, map[string]Counts) {
	team := make([]Standing, 0, len(s.Rows))
	free := map[string]Counts{}
	for _, r := range s.Rows { // in the order of their ids
		if r.Removed {
			continue
		}
		m := Standing{Row: r, Availability: r.Availability(&s.Account, now)}
		team = append(team, m)
		for _, dep := range append(s.Known(r.Departments), "") {
			n := free[dep]
			n.add(m.Availability.Receiving)
			free[dep] = n
		}
	}
	slices.SortStableFunc(team, func(a, b Standing) int { return strings.Compare(a.Row.FirstName, b.Row.FirstName) })
	return team, free
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
